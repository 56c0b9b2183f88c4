"""mailx and s-nail: ``set name=value`` lines, several to a line, ``account NAME { … }`` blocks, and what they ``call``."""

import re

from mailkit.formats.document import INCLUDED, Entry, Lines, Scalar
from mailkit.formats.syntax._words import unquoted

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_SET = re.compile(r"[ \t]*(?:set|wysh[ \t]+set)[ \t]+")
_SOURCE = re.compile(r"[ \t]*source[ \t]+(\S+)[ \t]*$")
_BLOCK = re.compile(r"[ \t]*(account|define)[ \t]+(\S+)[ \t]*\{[ \t]*$")
_CALL = re.compile(r"[ \t]*call[ \t]+(\S+)[ \t]*$")
_ASSIGNED = re.compile(
    r"([A-Za-z_][\w@.-]*)(?:=((?:\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s\"']+)+)?)?[ \t]*"
)

_CHAINS = r"smtp-auth-(?:user|password)|(?:smtp|imap|pop3)-(?:auth|use-starttls)|(?:ssl|tls)-verify|user|password"
_FOR_HOST = re.compile(rf"((?:no)?(?:{_CHAINS}))-[\w.-]*[@.][\w@.-]+")
"""A variable for one host or address: ``smtp-use-starttls-kim@smtp.example.com``."""

_SWITCHED = re.compile(r"no(?:smtp|imap|pop3)-(?:auth|use-starttls)")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries: ``(name,)``, in an account ``("account", NAME, name)`` with what it inherits.

    An account that names no server sends as the rest of the file does, and has no entries.
    """
    lines = Lines(text)
    entries: list[Entry] = []
    accounts: dict[str, list[Entry]] = {}
    macros: dict[str, list[Entry]] = {}
    current = entries
    for number in range(1, len(lines.starts) + 1):
        begin, end = lines.bounds(number)
        if (included := _SOURCE.match(text, begin, end)) is not None:
            current.append(Entry((INCLUDED,), unquoted(included[1])[0], number))
        elif (block := _BLOCK.match(text, begin, end)) is not None:
            current = (accounts if block[1] == "account" else macros).setdefault(block[2], [])
        elif (call := _CALL.match(text, begin, end)) is not None:
            current += macros.get(call[1], ())
        elif text[begin:end].strip() == "}":
            current = entries
        elif (start := _SET.match(text, begin, end)) is not None:
            at = start.end()
            while (match := _ASSIGNED.match(text, at, end)) is not None and match.end() > at:
                current.append(_entry(match, number))
                at = match.end()
    common = [entry for entry in entries if entry.key != INCLUDED]
    for name, own in accounts.items():
        if any(entry.key in ("smtp", "mta", "folder", "inbox") for entry in own):
            written = {entry.key for entry in own}
            inherited = (entry for entry in common if entry.key not in written)
            entries += [entry.under("account", name) for entry in (*own, *inherited)]
    return entries


def _entry(match: re.Match[str], number: int) -> Entry:
    name, raw = match[1], match[2]
    if (one := _FOR_HOST.fullmatch(name)) is not None:
        name = one[1]
    if raw is None:
        off = _SWITCHED.fullmatch(name) is not None
        return Entry((name[2:] if off else name,), not off, number, match.span(1), name)
    value, quote = unquoted(raw)
    return Entry((name,), value, number, match.span(2), raw, quote)


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there; a switch as ``name`` or ``noname``."""
    if isinstance(value, bool):
        name = entry.raw.removeprefix("no")
        return (name if value else f"no{name}") if name else ""
    return f"{entry.quote}{value}{entry.quote}"
