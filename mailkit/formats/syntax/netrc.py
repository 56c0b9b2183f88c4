"""netrc and Emacs's authinfo: ``machine HOST login USER port PORT password PASSWORD``, over any number of lines."""

import re

from mailkit.formats.document import Entry, Lines, Scalar

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_TOKEN = re.compile(r"\"(?:[^\"\\\n]|\\.)*+\"|\S+")
_KEYS = {"login": "login", "user": "login", "password": "password", "port": "port"}
_REMARK = re.compile(r"(?:^|(?<=\n))[ \t]*#[^\n]*")
_MACRO = re.compile(r"(?:^|(?<=\n))[ \t]*macdef[ \t][^\n]*\n(?:[^\n]+\n?)*+")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries, ``("machine", NUMBER, KEY)``; a macro of ftp is passed over."""
    lines = Lines(text)
    blank = _REMARK.sub(_blanks, _MACRO.sub(_blanks, text))
    entries: list[Entry] = []
    machine, key = 0, ""
    for match in _TOKEN.finditer(blank):
        raw = match[0]
        if key:
            quote = '"' if len(raw) > 1 and raw[0] == raw[-1] == '"' else ""
            value = re.sub(r"\\(.)", r"\1", raw[1:-1]) if quote else raw
            path = ("machine", str(machine), key)
            entries.append(
                Entry(path, value, lines.number(match.start()), match.span(), raw, quote)
            )
            key = ""
        elif raw == "machine":
            machine += 1
            key = "machine"
        elif raw == "default":
            machine += 1
        elif raw == "account":
            key = "account"
        else:
            key = _KEYS.get(raw, "")
    return entries


def _blanks(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there."""
    return f"{entry.quote}{value}{entry.quote}"
