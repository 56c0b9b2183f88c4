"""ENVELOPE and BODYSTRUCTURE as values, also malformed ones (RFC 9051 §7.5.2)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from mailkit.client.charsets import text_of
from mailkit.client.dates import date_of
from mailkit.client.encoded_words import decoded_words
from mailkit.client.parameters import joined_parameters
from mailkit.protocol.imap.grammar import Value
from mailkit.text import number

__all__ = ["Address", "BodyPart", "Envelope", "body_part", "envelope"]

_IN_ANGLES = re.compile(r"<([^\s<>@]{1,64}@[^\s<>@]{1,255})>")


@dataclass(frozen=True, slots=True)
class Address:
    """A name, and an address; a group has members instead of an address."""

    name: str
    email: str
    members: "tuple[Address, ...]" = ()

    def __str__(self) -> str:
        if self.members:
            return f"{self.name}: {', '.join(map(str, self.members))};"
        return f"{self.name} <{self.email}>" if self.name else self.email


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The header of a message as the server reports it, decoded. ``date`` is ``None`` if it is invalid."""

    date: datetime | None = None
    subject: str = ""
    from_: tuple[Address, ...] = ()
    sender: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    in_reply_to: str = ""
    message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPart:
    """A part of a message.

    ``path`` is its number in FETCH (``1.2``; empty for a multipart message), ``kind`` such as ``text/plain``;
    ``size`` in octets, as encoded.
    """

    path: str
    kind: str
    parameters: dict[str, str] = field(default_factory=dict)
    encoding: str = "7bit"
    size: int = 0
    id: str = ""
    description: str = ""
    disposition: str = ""
    filename: str = ""
    envelope: Envelope | None = None
    parts: "tuple[BodyPart, ...]" = ()

    def walk(self) -> "Iterator[BodyPart]":
        """Yield this part and all parts in it."""
        yield self
        for part in self.parts:
            yield from part.walk()

    @property
    def attachments(self) -> "list[BodyPart]":
        """Return the parts that are files, with or without a name; an attached message is one."""
        return [*_files(self)]


def _files(part: BodyPart) -> Iterator[BodyPart]:
    if part.disposition == "attachment" or part.kind == "message/rfc822":
        yield part
    elif part.parts:
        for inner in part.parts:
            yield from _files(inner)
    elif part.filename or (
        part.size and not (part.id or part.kind.startswith(("text/", "multipart/")))
    ):
        yield part


def envelope(value: Value) -> Envelope:
    """Parse an ENVELOPE; missing items are empty."""
    row = value if isinstance(value, tuple) else ()

    def at(place: int) -> Value:
        return row[place] if len(row) > place else None

    people = (_addresses(at(place)) for place in range(2, 8))
    names = ("from_", "sender", "reply_to", "to", "cc", "bcc")
    return Envelope(
        date=date_of(_text(at(0))),
        subject=decoded_words(_text(at(1))),
        in_reply_to=_text(at(8)).strip(),
        message_id=_text(at(9)).strip(),
        **dict(zip(names, people, strict=True)),
    )


def _addresses(value: Value) -> tuple[Address, ...]:
    found: list[Address] = []
    group: list[Address] | None = None
    title = ""
    for entry in value if isinstance(value, tuple) else ():
        if not isinstance(entry, tuple) or len(entry) < 4:
            continue
        local, host = entry[-2:]
        name = entry[0] if len(entry) == 4 else b" ".join(_bytes(word) for word in entry[:-3])
        if host is None and name is not None:
            (found if group is None else group).append(_without_host(_text(name), _text(local)))
        elif host is None and local is not None:
            group, title = [], decoded_words(_text(local))
        elif host is None:
            found.append(Address(title, "", tuple(group or ())))
            group = None
        else:
            email = f"{_text(local)}@{_text(host)}" if host else _text(local)
            (found if group is None else group).append(Address(decoded_words(_text(name)), email))
    if group is not None:
        found.append(Address(title, "", tuple(group)))
    return tuple(found)


def _without_host(name: str, local: str) -> Address:
    """Return a person whose address the server cut in the wrong place; a group has no name beside its title."""
    email = _IN_ANGLES.search(name)
    if email is None:
        return Address(decoded_words(name), local)
    return Address(decoded_words(f"{local} {name[: email.start()]}".strip()), email[1])


def body_part(value: Value, path: str = "", depth: int = 0) -> BodyPart:
    """Parse a BODYSTRUCTURE; an unreadable part is application/octet-stream."""
    row = value if isinstance(value, tuple) else ()
    if depth > 100 or not row:
        return BodyPart(path=path or "1", kind="application/octet-stream")
    unnamed = row[0] is None and len(row) >= 7 and isinstance(row[5], bytes)
    if unnamed or (isinstance(row[0], bytes) and not _is_childless(row)):
        return _single(row, path, depth)
    leading = next((n for n, child in enumerate(row) if not _is_part(child)), len(row))
    children = row[:leading] if any(row[:leading]) else ()
    return _multipart(row, children, leading, path, depth)


def _is_part(value: Value) -> bool:
    """Return whether a value can be a part, and not the subtype or parameters of a multipart. A NIL or an empty list
    before the subtype counts as a part (RFC 3501 §6.4.5).
    """
    if isinstance(value, tuple) and value and isinstance(value[0], bytes):
        return len(value) >= 6 or _is_childless(value)
    return value is None or isinstance(value, tuple)


def _is_childless(row: tuple[Value, ...]) -> bool:
    """Return whether a list that begins with a string is a multipart without parts, as Gmail sends it."""
    return len(row) == 1 or (len(row) < 6 and not isinstance(row[1], bytes))


def _multipart(
    row: tuple[Value, ...], children: tuple[Value, ...], leading: int, path: str, depth: int
) -> BodyPart:
    named = (n for n in range(leading, len(row)) if isinstance(row[n], bytes))
    place = next(named, len(row))
    subtype = _text(row[place]) if place < len(row) else "mixed"
    parameters = _pairs(row[place + 1]) if len(row) > place + 1 else {}
    dot = f"{path}." if path else ""
    parts = tuple(body_part(child, f"{dot}{n}", depth + 1) for n, child in enumerate(children, 1))
    return BodyPart(
        path=path, kind=f"multipart/{subtype.lower()}", parameters=parameters, parts=parts
    )


def _single(row: tuple[Value, ...], path: str, depth: int) -> BodyPart:
    def at(place: int) -> Value:
        return row[place] if len(row) > place else None

    encoding = 4 if len(row) == 6 and _size(row[4]) == 0 < _size(row[5]) else 5
    path = path or "1"
    kind = f"{_text(at(0)) or 'application'}/{_text(at(1)) or 'octet-stream'}".lower()
    parameters = _pairs(at(2))
    disposition, named = "", {}
    for item in row[7:]:
        if isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], bytes):
            if _word(item[0]) in ("attachment", "inline"):
                disposition, named = _word(item[0]), _pairs(item[1])
        elif isinstance(item, bytes) and _word(item) in ("attachment", "inline"):
            disposition = _word(item)
    inner = None
    parts: tuple[BodyPart, ...] = ()
    if kind == "message/rfc822" and isinstance(at(7), tuple):
        inner = envelope(at(7))
        below = body_part(at(8), f"{path}" if _has_parts(at(8)) else f"{path}.1", depth + 1)
        parts = (below,)
    name = joined_parameters(named).get("filename") or joined_parameters(parameters).get("name")
    return BodyPart(
        path=path,
        kind=kind,
        parameters=parameters,
        encoding=_text(at(encoding)).lower() or "7bit",
        size=_size(at(encoding + 1)),
        id=_text(at(3)),
        description=decoded_words(_text(at(4))) if encoding == 5 else "",
        disposition=disposition,
        filename=name or "",
        envelope=inner,
        parts=parts,
    )


def _has_parts(value: Value) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], tuple)


def _pairs(value: Value) -> dict[str, str]:
    row = value if isinstance(value, tuple) else ()
    pairs = zip(row[::2], row[1::2], strict=False)
    return {_text(key).lower(): _text(value) for key, value in pairs}


def _bytes(value: Value) -> bytes:
    return value if isinstance(value, bytes) else b""


def _size(value: Value) -> int:
    return number(_text(value)) or 0


def _word(value: Value) -> str:
    """Return a word in lower case, without quotes of the sender."""
    return _text(value).lower().strip('" ')


def _text(value: Value) -> str:
    return text_of(value) if isinstance(value, bytes) else ""
