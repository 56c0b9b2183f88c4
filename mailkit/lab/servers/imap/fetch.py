"""FETCH: which items are asked for, and what they are for one message (RFC 3501 §6.4.5)."""

from collections.abc import Callable
from dataclasses import dataclass

from mailkit.lab.mailstore.envelope import envelope
from mailkit.lab.mailstore.folder import Message
from mailkit.lab.mailstore.mime import MimePart, parsed
from mailkit.lab.mailstore.structure import structure
from mailkit.lab.mailstore.words import string
from mailkit.lab.servers.imap.commands import Bad, Cursor
from mailkit.protocol.imap.values import date_time

__all__ = ["Item", "answer", "items"]

_MACROS = {
    "ALL": ("FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"),
    "FAST": ("FLAGS", "INTERNALDATE", "RFC822.SIZE"),
    "FULL": ("FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"),
}
_SIMPLE = (
    "BODYSTRUCTURE",
    "ENVELOPE",
    "FLAGS",
    "INTERNALDATE",
    "MODSEQ",
    "RFC822.HEADER",
    "RFC822.SIZE",
    "RFC822.TEXT",
    "RFC822",
    "UID",
    "BODY",
)
_AS = {"RFC822": "", "RFC822.HEADER": "HEADER", "RFC822.TEXT": "TEXT"}


@dataclass(frozen=True)
class Item:
    """One data item. ``label`` is what the answer calls it; ``section`` is ``None`` where it is no part."""

    name: str
    label: bytes
    seen: bool = False
    path: tuple[int, ...] = ()
    section: str | None = None
    fields: tuple[bytes, ...] = ()
    start: int = 0
    count: int | None = None


def items(cursor: Cursor) -> list[Item]:
    """What a FETCH asks for: an item, a macro, or a list.

    Raises:
        Bad: it cannot be understood.
    """
    if not cursor.skip(b"("):
        for macro, names in _MACROS.items():
            if cursor.data[cursor.at :].upper() in (macro.encode(), macro.encode() + b" "):
                cursor.at += len(macro)
                return [Item(name, name.encode()) for name in names]
        return [_item(cursor)]
    found = [_item(cursor)]
    while not cursor.skip(b")"):
        cursor.space()
        found.append(_item(cursor))
    return found


def _item(cursor: Cursor) -> Item:
    if cursor.skip(b"BODY.PEEK["):
        return _part(cursor, seen=False)
    if cursor.skip(b"BODY["):
        return _part(cursor, seen=True)
    for name in _SIMPLE:
        if cursor.peek(name.encode()):
            after = cursor.data[cursor.at + len(name) : cursor.at + len(name) + 1]
            if after in (b"", b" ", b")"):
                cursor.at += len(name)
                section = _AS.get(name)
                seen = name in ("RFC822", "RFC822.TEXT")
                return Item(name, name.encode(), seen=seen, section=section)
    raise Bad("unknown FETCH item")


def _part(cursor: Cursor, *, seen: bool) -> Item:
    begin = cursor.at
    path: list[int] = []
    while cursor.data[cursor.at : cursor.at + 1].isdigit():
        path.append(cursor.number())
        if not cursor.skip(b"."):
            break
    section = ""
    fields: tuple[bytes, ...] = ()
    for name in (b"HEADER.FIELDS.NOT", b"HEADER.FIELDS", b"HEADER", b"TEXT", b"MIME"):
        if cursor.skip(name):
            section = name.decode()
            break
    if section == "MIME" and not path:
        raise Bad("MIME needs a part")
    if section.startswith("HEADER.FIELDS"):
        cursor.space()
        cursor.want(b"(")
        names = [cursor.astring()]
        while not cursor.skip(b")"):
            cursor.space()
            names.append(cursor.astring())
        fields = tuple(names)
    inside = cursor.data[begin : cursor.at]
    cursor.want(b"]")
    if section.startswith("HEADER.FIELDS"):
        dotted = "".join(f"{n}." for n in path)
        inside = f"{dotted}{section} (".encode() + b" ".join(map(_atom_or_string, fields)) + b")"
    else:
        inside = inside.upper()
    label, start, count = b"BODY[%b]" % inside, 0, None
    if cursor.skip(b"<"):
        start = cursor.number()
        cursor.want(b".")
        count = cursor.number()
        cursor.want(b">")
        if count == 0:
            raise Bad("a partial of nothing")
        label += b"<%d>" % start
    return Item("BODY[]", label, seen, tuple(path), section, fields, start, count)


def answer(item: Item, message: Message, flags: Callable[[Message], bytes]) -> list[bytes]:
    """One item of one message, in pieces; the content of a message is not copied."""
    match item.name:
        case "FLAGS":
            return [b"FLAGS ", flags(message)]
        case "UID":
            return [b"UID %d" % message.uid]
        case "INTERNALDATE":
            return [b'INTERNALDATE "%b"' % date_time(message.date).encode()]
        case "RFC822.SIZE":
            return [b"RFC822.SIZE %d" % len(message.content)]
        case "MODSEQ":
            return [b"MODSEQ (%d)" % message.modseq]
        case "ENVELOPE":
            return [b"ENVELOPE ", message.once("envelope", lambda _: envelope(_structure(message)))]
        case "BODY":
            return [b"BODY ", structure(_structure(message), extended=False)]
        case "BODYSTRUCTURE":
            shown = message.once("bodystructure", lambda _: structure(_structure(message)))
            return [b"BODYSTRUCTURE ", shown]
    if item.section == "" and not item.path:
        data = message.content
    else:
        data = _section(_structure(message), item)
    if item.start or item.count is not None:
        data = data[item.start :][: item.count]
    if not len(data):
        return [item.label, b' ""']
    return [item.label, b" {%d}\r\n" % len(data), data]


def _structure(message: Message) -> MimePart:
    part: MimePart = message.once("structure", parsed)
    return part


def _section(root: MimePart, item: Item) -> bytes:
    part = root.at(item.path)
    if part is None:
        return b""
    content = root.content
    if item.section == "MIME":
        return content[part.start : part.body]
    if item.section == "":
        return content[part.body : part.end]
    if item.path:  # HEADER and TEXT of a part are those of the message in it
        if not (part.is_message and part.children):
            return b""
        (part,) = part.children
    if item.section == "TEXT":
        return content[part.body : part.end]
    if item.section == "HEADER":
        return content[part.start : part.body]
    wanted = {name.lower() for name in item.fields}
    inside = item.section == "HEADER.FIELDS"
    chosen: list[bytes] = []
    for name, whole in part.fields:
        if (name in wanted) is inside:
            chosen.append(whole)
    blank = inside or content.endswith(b"\r\n\r\n", part.start, part.body) or not part.fields
    return b"".join([*chosen, b"\r\n" if blank else b""])


def _atom_or_string(name: bytes) -> bytes:
    plain = name and all(33 <= c < 127 and c not in b'(){%*"\\]' for c in name)
    return name.upper() if plain else string(name)
