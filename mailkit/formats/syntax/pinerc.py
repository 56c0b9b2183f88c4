"""Alpine's ``.pinerc``: ``name=value`` lines whose values are servers with options.

``smtp-server=smtp.example.com:587/tls/user=kim`` has the entries ``("smtp-server", "0", key)`` with the keys
``host``, ``port``, ``user``, ``service`` (``imap``, ``pop3``) and ``security``, the option ``ssl``, ``tls``
or ``notls`` as it is written. ``/submit`` is port 587 where no other is given.
"""

import re

from mailkit.formats.document import Entry, Lines, Scalar

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_LINE = re.compile(r"([A-Za-z][\w-]*)=(.*)")
_SERVER = re.compile(r"([\w.\[\]-]+)(?::(\d{1,5}))?((?:/[\w-]+(?:=(?:\"[^\"]*\"|[^/,}\s]*))?)*)")
_OPTION = re.compile(r"/([\w-]+)(?:=\"?([^/,}\"]*)\"?)?")
_SECURITY = frozenset(
    (
        *("ssl", "tls1", "tls1_1", "tls1_2", "tls1_3"),
        *("tls", "starttls", "tls-sslv23", "notls", "nostarttls"),
    )
)
_FOLDERS = ("inbox-path", "incoming-folders", "folder-collections")
"""Lists of folders, of which the first on each server counts."""
_SERVICES = {"imap": "imap", "imap2": "imap", "imap4": "imap", "pop3": "pop3", "nntp": "nntp"}


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file; a value may go on in lines that begin with a blank."""
    lines = Lines(text)
    entries: list[Entry] = []
    mailboxes: set[Scalar] = set()
    key, count = "", 0
    for number in range(1, len(lines.starts) + 1):
        begin, end = lines.bounds(number)
        line = text[begin:end]
        if line.startswith("#") or not line.strip():
            continue
        match = _LINE.match(text, begin, end)
        if match is not None and line[0] not in " \t":
            key, count, at = match[1].lower(), 0, match.start(2)
        elif line[0] in " \t" and key:
            at = begin
        else:
            continue
        for piece in re.finditer(r"\{[^}]*\}|[^,{]+", text[at:end]):
            start = at + piece.start()
            found = _server(text, start, at + piece.end(), (key, str(count)), number)
            if key in _FOLDERS:
                if not found or "{" not in piece[0] or found[0].value in mailboxes:
                    continue
                mailboxes.add(found[0].value)
            entries += found
            count += bool(found)
        if at != begin:
            entries.append(Entry((key,), text[at:end].strip(), number, (at, end), text[at:end]))
    return entries


def _server(text: str, begin: int, end: int, path: tuple[str, ...], number: int) -> list[Entry]:
    while begin < end and text[begin] in " \t{":
        begin += 1
    match = _SERVER.match(text, begin, end)
    if match is None or ("." not in match[1] and path[0] != "smtp-server"):
        return []

    def entry(name: str, value: Scalar, span: tuple[int, int]) -> Entry:
        return Entry((*path, name), value, number, span, text[slice(*span)])

    found = [entry("host", match[1], match.span(1))]
    if match[2]:
        found.append(entry("port", int(match[2]), match.span(2)))
    for option in _OPTION.finditer(text, *match.span(3)):
        name = option[1].lower()
        if name in _SECURITY:
            found.append(entry("security", name, option.span(1)))
        elif name == "submit" and not match[2]:
            found.append(Entry((*path, "port"), 587, number))
        elif name == "service" and option[2]:
            word = option[2].lower()
            found.append(entry("service", _SERVICES.get(word, word), option.span(2)))
        elif name in _SERVICES:
            found.append(entry("service", _SERVICES[name], option.span(1)))
        elif name in ("user", "novalidate-cert"):
            value = option[2] if option[2] is not None else True
            found.append(entry(name, value, option.span(2 if option[2] is not None else 1)))
    return found


def render(value: Scalar, entry: Entry) -> str:
    """A value as it is."""
    return str(value)
