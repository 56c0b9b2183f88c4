"""SEARCH: keys read from a command, and whether a message is meant (RFC 3501 §6.4.4)."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email import policy
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from typing import TypeAlias

from mailkit.lab.mailstore.envelope import addresses
from mailkit.lab.mailstore.folder import Message as Kept
from mailkit.lab.mailstore.mime import MimePart, header_end, unfolded
from mailkit.lab.servers.imap.commands import Bad, Cursor
from mailkit.lab.servers.imap.view import View

__all__ = ["CHARSETS", "decoded_fields", "key", "keys"]

SearchKey: TypeAlias = Callable[[int, Kept], bool]

CHARSETS = {
    "US-ASCII": "ascii",
    "UTF-8": "utf-8",
    "ISO-8859-1": "latin-1",
    "ISO-8859-15": "iso8859-15",
    "WINDOWS-1252": "cp1252",
    "KOI8-R": "koi8-r",
    "GB18030": "gb18030",
    "GBK": "gbk",
    "SHIFT_JIS": "shift_jis",
    "EUC-JP": "euc-jp",
    "BIG5": "big5",
}
_FLAGS = {
    "ANSWERED": "\\Answered",
    "DELETED": "\\Deleted",
    "DRAFT": "\\Draft",
    "FLAGGED": "\\Flagged",
    "SEEN": "\\Seen",
}
_HEADERS = ("BCC", "CC", "FROM", "SUBJECT", "TO")
_DEEPEST = 50


def keys(cursor: Cursor, view: View, charset: str, depth: int = 0) -> SearchKey:
    """All keys up to the end, or to the closing parenthesis: every one has to hold."""
    found = [key(cursor, view, charset, depth)]
    while cursor.skip(b" "):
        found.append(key(cursor, view, charset, depth))
    if len(found) == 1:
        return found[0]
    return lambda n, m: all(fits(n, m) for fits in found)


def key(cursor: Cursor, view: View, charset: str, depth: int = 0) -> SearchKey:
    """One key.

    Raises:
        Bad: it is not a search key.
    """
    if depth > _DEEPEST:
        raise Bad("search keys too deep")
    if cursor.skip(b"("):
        inside = keys(cursor, view, charset, depth + 1)
        cursor.want(b")")
        return inside
    if cursor.data[cursor.at : cursor.at + 1].isdigit() or cursor.peek(b"*"):
        picked = view.pick(cursor.sequence(), by_uid=False)
        numbers = {n for n, _ in picked or ()}
        return lambda n, m: n in numbers
    name = cursor.word()
    if name == "NOT":
        cursor.space()
        one = key(cursor, view, charset, depth + 1)
        return lambda n, m: not one(n, m)
    if name == "OR":
        cursor.space()
        one = key(cursor, view, charset, depth + 1)
        cursor.space()
        other = key(cursor, view, charset, depth + 1)
        return lambda n, m: one(n, m) or other(n, m)
    return _flag_key(name, view) or _argument_key(name, cursor, view, charset)


def _flag_key(name: str, view: View) -> SearchKey | None:
    if name in _FLAGS:
        flag = _FLAGS[name]
        return lambda n, m: flag in m.flags
    if name.startswith("UN") and name[2:] in _FLAGS:
        flag = _FLAGS[name[2:]]
        return lambda n, m: flag not in m.flags
    match name:
        case "ALL":
            return lambda n, m: True
        case "NEW":
            return lambda n, m: m in view.recent and "\\Seen" not in m.flags
        case "OLD":
            return lambda n, m: m not in view.recent
        case "RECENT":
            return lambda n, m: m in view.recent
    return None


def _argument_key(name: str, cursor: Cursor, view: View, charset: str) -> SearchKey:
    cursor.space()
    if name in _HEADERS:
        wanted = _text(cursor.astring(), charset)
        return lambda n, m: _in_header(m, name.lower(), wanted)
    match name:
        case "HEADER":
            field = cursor.astring().decode("latin-1").lower()
            cursor.space()
            value = _text(cursor.astring(), charset)
            return lambda n, m: _in_header(m, field, value)
        case "BODY":
            words = _text(cursor.astring(), charset)
            return lambda n, m: words in m.once("body", _body_text)
        case "TEXT":
            words = _text(cursor.astring(), charset)
            return lambda n, m: words in _header_text(m) or words in m.once("body", _body_text)
        case "KEYWORD" | "UNKEYWORD":
            keyword, there = cursor.atom().decode("ascii").lower(), name == "KEYWORD"
            return lambda n, m: (keyword in {f.lower() for f in m.flags}) is there
        case "LARGER":
            size = cursor.number()
            return lambda n, m: len(m.content) > size
        case "SMALLER":
            size = cursor.number()
            return lambda n, m: len(m.content) < size
        case "OLDER" | "YOUNGER":  # RFC 5032
            seconds = cursor.number()
            if not 0 < seconds < 1 << 32:
                raise Bad("an interval of 1 to 4294967295 seconds")
            at = datetime.now(UTC) - timedelta(seconds=seconds)
            return lambda n, m: m.date <= at if name == "OLDER" else m.date >= at
        case "UID":
            uids = {m.uid for _, m in view.pick(cursor.sequence(), by_uid=True) or ()}
            return lambda n, m: m.uid in uids
        case "MODSEQ":
            if cursor.peek(b'"'):
                cursor.string()
                cursor.space()
                cursor.word()
                cursor.space()
            least = cursor.number()
            return lambda n, m: m.modseq >= least
    return _date_key(name, cursor)


def _date_key(name: str, cursor: Cursor) -> SearchKey:
    kind = name.removeprefix("SENT")
    if kind not in ("BEFORE", "ON", "SINCE"):
        raise Bad(f"unknown search key {name}")
    day = cursor.date()

    def fits(other: date | None) -> bool:
        if other is None:
            return False
        return {"BEFORE": other < day, "ON": other == day, "SINCE": other >= day}[kind]

    if name.startswith("SENT"):
        return lambda n, m: fits(_written(m))
    return lambda n, m: fits(m.date.date())


def _text(data: bytes, charset: str) -> str:
    try:
        return _folded(data.decode(CHARSETS[charset]))
    except UnicodeDecodeError:
        raise Bad(f"the text is not {charset}") from None


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).casefold()


def _in_header(m: Kept, field: str, wanted: str) -> bool:
    if any(wanted in value for name, value in m.once("fields", _headers) if name == field):
        return True
    if field.upper() not in _HEADERS or field == "subject":
        return False
    return any(wanted in text for text in m.once(f"{field} plain", lambda raw: _plain(raw, field)))


def _plain(content: bytes, field: str) -> list[str]:
    """The addresses of a field without comments and blanks: ``name <local@host>``."""
    header = content[: header_end(content, 0, len(content))]
    found = []
    for name, whole in MimePart(header, 0, len(header), len(header)).fields:
        if name == field.encode():
            for shown, _, local, host in addresses(unfolded(whole)):
                text = b"%b <%b@%b>" % (shown or b"", local or b"", host or b"")
                found.append(_folded(_decoded(_readable(text, None))))
    return found


def decoded_fields(content: bytes) -> list[tuple[str, str]]:
    """Header fields in their order, decoded, upper and lower case as they are."""
    header = content[: header_end(content, 0, len(content))]
    return [
        (name.decode("ascii"), _decoded(_readable(unfolded(whole), None)))
        for name, whole in MimePart(header, 0, len(header), len(header)).fields
        if name
    ]


def _headers(content: bytes) -> list[tuple[str, str]]:
    """Header fields, decoded, as they are compared."""
    return [(name, _folded(value)) for name, value in decoded_fields(content)]


def _header_text(m: Kept) -> str:
    return "\n".join(f"{name}: {value}" for name, value in m.once("fields", _headers))


def _body_text(content: bytes) -> str:
    """The texts of all parts, decoded."""
    message = BytesParser(policy=policy.compat32).parsebytes(content)
    texts = (part for part in message.walk() if part.get_content_maintype() == "text")
    return "\n".join(_folded(_text_of(text)) for text in texts)


def _written(m: Kept) -> date | None:
    """The day a message was written, as it says itself."""
    return _day(next((value for name, value in m.once("fields", _headers) if name == "date"), ""))


def _text_of(part: Message) -> str:
    raw = part.get_payload(decode=True)
    try:
        charset = part.get_content_charset()
    except (TypeError, ValueError):  # parameters that contradict each other
        charset = None
    return _readable(raw, charset) if isinstance(raw, bytes) else ""


def _decoded(value: str) -> str:
    try:
        parts = decode_header(value)
    except Exception:  # noqa: BLE001 - an invalid encoded word is kept
        return value
    return "".join(
        text if isinstance(text, str) else _readable(text, charset) for text, charset in parts
    )


def _readable(data: bytes, charset: str | None) -> str:
    try:
        return data.decode(charset if charset and charset.isascii() else "utf-8")
    except (UnicodeDecodeError, LookupError, ValueError):
        return data.decode("latin-1")


def _day(value: str) -> date | None:
    from email.utils import parsedate

    found = parsedate(value)
    try:
        return date(*found[:3]) if found else None
    except ValueError:
        return None
