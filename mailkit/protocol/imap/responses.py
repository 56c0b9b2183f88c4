"""Parse LIST and FETCH responses, also malformed ones (RFC 9051 §7.3, §7.5)."""

import re
from collections.abc import Iterator

from mailkit.protocol.imap.grammar import ImapString, Value

__all__ = ["fetch_items", "list_row", "section_key"]

_ITEMS = frozenset(
    {
        *(b"UID", b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE", b"MODSEQ", b"ENVELOPE", b"BODY"),
        *(b"BODYSTRUCTURE", b"RFC822", b"RFC822.HEADER", b"RFC822.TEXT", b"EMAILID", b"THREADID"),
        *(b"SAVEDATE", b"PREVIEW", b"X-GM-LABELS", b"X-GM-MSGID", b"X-GM-THRID"),
    }
)
_LISTS = ("FLAGS", "ENVELOPE", "BODYSTRUCTURE", "BODY")
_SECTION = re.compile(rb"(BODY|BINARY|BINARY\.SIZE)(?:\.PEEK)?\[([^\]]*)\](?:<[0-9.]*>)?", re.I)
_WHOLE = {b"RFC822": "", b"RFC822.HEADER": "HEADER", b"RFC822.TEXT": "TEXT"}


def list_row(row: tuple[Value, ...]) -> tuple[bytes, tuple[str, ...], str] | None:
    """Return name, lower-case flags and delimiter of a LIST or LSUB response, without its first word.

    An unquoted name may have spaces; extended data is dropped (RFC 5258 §6).
    """
    if len(row) < 3 or not isinstance(row[0], tuple):
        return None
    flags = tuple(_text(flag).lower() for flag in row[0] if isinstance(flag, bytes))
    words: list[bytes] = []
    for word in row[2:]:
        if isinstance(word, tuple):
            break
        words.append(b"NIL" if word is None else word)
        if isinstance(word, ImapString):
            break
    return (b" ".join(words), flags, _delimiter(row[1])) if words else None


def _delimiter(value: Value) -> str:
    """Return the one character between the levels of a name (RFC 3501 §9), or an empty text: NIL, or none of these."""
    text = _text(value)
    return text if len(text) == 1 else ""


def fetch_items(value: Value) -> Iterator[tuple[str, Value]]:
    """Return the items of a FETCH with their values, names in upper case and canonical section names. A name without
    a value and a value without a name are skipped; nested item lists are flattened. A list may come behind an empty
    string in its place.
    """
    row = value if isinstance(value, tuple) else ()
    at = 0
    while at < len(row):
        word = row[at]
        at += 1
        if isinstance(word, tuple) and word and _item(word[0]):
            yield from fetch_items(word)
        elif isinstance(word, bytes) and at < len(row) and not _begins_item(row, at):
            name = _item(word)
            if name in _LISTS and not row[at] and at + 1 < len(row):
                at += isinstance(row[at + 1], tuple)
            if name:
                yield name, row[at]
            at += 1


def _begins_item(row: tuple[Value, ...], at: int) -> bool:
    """Return whether a known item begins here instead of a value."""
    if not _item(row[at]):
        return False
    return at + 1 < len(row) and not _item(row[at + 1])


def _item(word: Value) -> str:
    """Return the canonical name of a known item, or an empty text."""
    if not isinstance(word, bytes) or isinstance(word, ImapString):
        return ""
    name = word.upper()
    if name in _ITEMS:
        return name.decode() if name not in _WHOLE else f"BODY[{_WHOLE[name]}]"
    match = _SECTION.fullmatch(word)
    if match is None:
        return ""
    kind = "BODY" if match[1].upper() != b"BINARY.SIZE" else "BINARY.SIZE"
    return f"{kind}[{section_key(match[2].decode('ascii', 'replace'))}]"


def section_key(section: str) -> str:
    """Return the canonical name of a section: upper case, header names without quotes, single blanks."""
    return (
        " ".join(section.upper().replace('"', " ").replace("(", " (").split())
        .replace("( ", "(")
        .replace(" )", ")")
    )


def _text(value: Value) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""
