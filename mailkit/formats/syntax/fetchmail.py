"""fetchmail: free layout, noise words, ``poll`` or ``skip`` for a server and ``user`` below it.

Each further ``user`` of a server is a poll of its own with the options of the server.
"""

import re

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
    lines = Lines(text)
    tokens = [match for match in _TOKEN.finditer(text) if not match[0].startswith("#")]
    entries: list[Entry] = []
    defaults: list[Entry] = []
    block: tuple[str, ...] = ()
    server = ""
    polled: dict[str, int] = {}
    shared: list[Entry] = []
    at = users = first = 0
    while at < len(tokens):
        word = tokens[at][0]
        lower = word.lower()
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        number = lines.number(tokens[at].start())
        at += 1
        if lower in ("poll", "skip", "server") and following is not None:
            host = unquoted(following[0])[0]
            polled[host] = polled.get(host, 0) + 1
            server = host if polled[host] == 1 else f"{host} {polled[host]}"
            block, first = ("poll", server), len(entries)
            entries.append(
                Entry(
                    (*block, "host"),
                    host,
                    lines.number(following.start()),
                    following.span(),
                    following[0],
                    unquoted(following[0])[1],
                )
            )
            if lower == "skip":
                entries.append(Entry((*block, "skip"), True, number))
            entries += [default.under(*block) for default in defaults]
            users = 0
            at += 1
        elif lower == "defaults":
            block = ("defaults",)
        elif lower in _VALUES and following is not None:
            value, quote = unquoted(following[0])
            if _VALUES[lower] == "user":
                if users and block[:1] == ("poll",):
                    block = ("poll", f"{server} {value}")
                    entries += [Entry((*block, one.key), *_rest(one)) for one in shared]
                    entries += [default.under(*block) for default in defaults]
                elif block[:1] == ("poll",):
                    shared = [entry for entry in entries[first:] if entry.key in _OF_SERVER]
                users += 1
            entry = Entry(
                (*block, _VALUES[lower]),
                value,
                lines.number(following.start()),
                following.span(),
                following[0],
                quote,
            )
            (defaults if block == ("defaults",) else entries).append(
                Entry((_VALUES[lower],), *_rest(entry)) if block == ("defaults",) else entry
            )
            at += 1
        elif lower in _FLAGS or (
            lower == "no" and following is not None and following[0].lower() in _FLAGS
        ):
            begin, end = tokens[at - 1].start(), tokens[at - 1].end()
            if lower == "no" and following is not None:
                lower, end = f"no{following[0].lower()}", following.end()
                at += 1
            entry = Entry(
                (*block, lower.removeprefix("no")),
                not lower.startswith("no"),
                number,
                (begin, end),
                text[begin:end],
            )
            (defaults if block == ("defaults",) else entries).append(
                Entry((entry.key,), *_rest(entry)) if block == ("defaults",) else entry
            )
    return entries


def _rest(entry: Entry) -> tuple[Scalar, int, tuple[int, int] | None, str, str]:
    return entry.value, entry.line, entry.span, entry.raw, entry.quote


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there; a flag is its own name."""
    if isinstance(value, bool):
        return entry.key if value else f"no {entry.key}"
    return render_words(value, entry)
