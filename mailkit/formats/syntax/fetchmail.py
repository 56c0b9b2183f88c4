"""fetchmail: free layout, noise words, ``poll`` or ``skip`` for a server and ``user`` below it.

Each further ``user`` of a server is a poll of its own with the options of the server.
"""

import re
from dataclasses import replace

from mailkit.formats.document import Entry, Lines, Scalar
from mailkit.formats.syntax._words import render_words, unquoted

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_TOKEN = re.compile(r"#[^\n]*|\"(?:[^\"\\]|\\.)*+\"?|'(?:[^'\\]|\\.)*+'?|[^\s,;:=\"'#]+", re.S)
"""A quote that is never closed goes to the end; looking for its end at each quote would take quadratic time."""
_NOISE = frozenset(
    ("and", "with", "has", "wants", "options", "here", "is", "there", "to", "proto=")
)
_VALUES = {
    "proto": "protocol",
    "protocol": "protocol",
    "port": "port",
    "service": "port",
    "via": "via",
    "user": "user",
    "username": "user",
    "pass": "password",
    "password": "password",
    "passwd": "password",
    "auth": "auth",
    "sslproto": "sslproto",
    "sslfingerprint": "sslfingerprint",
    "sslcertpath": "sslcertpath",
    "sslcertfile": "sslcertfile",
    "timeout": "timeout",
    "interval": "interval",
    "mda": "mda",
    "folder": "folder",
    "smtphost": "smtphost",
}
_FLAGS = frozenset(("ssl", "sslcertck", "keep", "nokeep", "fetchall"))
_OF_SERVER = ("host", "skip", "via", "protocol", "port", "timeout", "interval", "auth")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries, ``("poll", server, key)``; what ``defaults`` says holds for every user."""
    tokens = [match for match in _TOKEN.finditer(text) if not match[0].startswith("#")]
    found = _Polls()
    lines = Lines(text)
    at = 0
    while at < len(tokens):
        word, number = tokens[at], lines.number(tokens[at].start())
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        lower = word[0].lower()
        at += 1
        if lower == "defaults":
            found.block = ("defaults",)
        elif following is None:
            if lower in _FLAGS:
                found.add(_flag(text, lower, word.span(), number))
        elif lower in ("poll", "skip", "server"):
            found.begin_server(_value("host", following, lines), number, skipped=lower == "skip")
            at += 1
        elif lower in _VALUES:
            found.add(_value(_VALUES[lower], following, lines))
            at += 1
        elif lower == "no" and following[0].lower() in _FLAGS:
            span = (word.start(), following.end())
            found.add(_flag(text, f"no{following[0].lower()}", span, number))
            at += 1
        elif lower in _FLAGS:
            found.add(_flag(text, lower, word.span(), number))
    return found.entries


class _Polls:
    """The entries so far, and the block that the next one belongs to."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.block: tuple[str, ...] = ()
        self._defaults: list[Entry] = []
        self._times: dict[str, int] = {}
        self._shared: list[Entry] = []
        self._server = ""
        self._first = self._users = 0

    def begin_server(self, host: Entry, number: int, *, skipped: bool) -> None:
        """Begin a server; one that is polled again is an account of its own."""
        name = str(host.value)
        times = self._times[name] = self._times.get(name, 0) + 1
        self._server = name if times == 1 else f"{name} {times}"
        self.block, self._first, self._users = ("poll", self._server), len(self.entries), 0
        self.entries.append(host.under(*self.block))
        if skipped:
            self.entries.append(Entry((*self.block, "skip"), True, number))
        self.entries += [default.under(*self.block) for default in self._defaults]

    def add(self, entry: Entry) -> None:
        """Add what an option says, for the defaults or for the user it stands behind."""
        if self.block == ("defaults",):
            self._defaults.append(entry)
            return
        if entry.key == "user":
            self._begin_user(str(entry.value))
        self.entries.append(entry.under(*self.block))

    def _begin_user(self, user: str) -> None:
        if self.block[:1] == ("poll",):
            if self._users:
                self.block = ("poll", f"{self._server} {user}")
                inherited = (*self._defaults, *self._shared)
                self.entries += [entry.under(*self.block) for entry in inherited]
            else:
                of_server = (
                    entry for entry in self.entries[self._first :] if entry.key in _OF_SERVER
                )
                self._shared = [replace(entry, path=(entry.key,)) for entry in of_server]
        self._users += 1


def _value(key: str, token: re.Match[str], lines: Lines) -> Entry:
    value, quote = unquoted(token[0])
    return Entry((key,), value, lines.number(token.start()), token.span(), token[0], quote)


def _flag(text: str, word: str, span: tuple[int, int], number: int) -> Entry:
    on = not word.startswith("no")
    return Entry((word.removeprefix("no"),), on, number, span, text[span[0] : span[1]])


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there; a flag is its own name.

    A text that may be one of fetchmail's own words (``auto``) needs quotes.
    """
    if isinstance(value, bool):
        return entry.key if value else f"no {entry.key}"
    bare = isinstance(value, str) and not entry.quote and entry.key not in ("protocol", "auth")
    if bare and re.fullmatch(r"[a-z]*", str(value), re.I):
        entry = replace(entry, quote="'")
    return render_words(value, entry)
