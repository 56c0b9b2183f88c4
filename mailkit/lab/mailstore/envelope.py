"""ENVELOPE: the header of a message in IMAP (RFC 3501 §7.4.2)."""

import re
from collections.abc import Iterator
from functools import lru_cache

from mailkit.lab.mailstore.mime import MimePart
from mailkit.lab.mailstore.words import string

__all__ = ["addresses", "envelope"]

AddressFields = tuple[bytes | None, bytes | None, bytes | None, bytes | None]
"""Name, route, local part, host; a group begins without a host and ends without any."""

_NOBODY, _NOWHERE = b"MISSING_MAILBOX", b"MISSING_DOMAIN"
"""Dovecot's placeholders for missing parts of an address: NIL would mean a group."""

_PIECE = re.compile(
    rb"""(?P<space>[\s\x00]+)|(?P<comment>\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)?)"""
    rb"""|"(?P<quoted>(?:[^"\\]|\\.)*)"?|(?P<literal>\[[^\]]*\]?)|(?P<mark>[<>@,;:])"""
    rb"""|(?P<word>[^\s\x00()"<>@,;:\[]+)""",
    re.S,
)


def envelope(part: MimePart) -> bytes:
    """The envelope of a message."""
    sender = _shown(part, b"from")
    fields = [
        string(part.last(b"date")),
        string(_one_blank(part.last(b"subject"))),
        sender,
        _shown(part, b"sender", sender),
        _shown(part, b"reply-to", sender),
        _shown(part, b"to"),
        _shown(part, b"cc"),
        _shown(part, b"bcc"),
        string(part.last(b"in-reply-to")),
        string(part.last(b"message-id")),
    ]
    return b"(%b)" % b" ".join(fields)


def _one_blank(text: bytes | None) -> bytes | None:
    """Collapse white space, as unfolding and MIME decoding do."""
    return None if text is None else re.sub(rb"[ \t]+", b" ", text)


def _shown(part: MimePart, name: bytes, instead: bytes = b"NIL") -> bytes:
    values = [
        re.sub(rb"\r\n[ \t]+", b" ", whole.partition(b":")[2].strip(b"\r\n \t"))
        for field, whole in part.fields
        if field == name
    ]
    return _address_list(b",".join(values)) or instead


@lru_cache(1024)
def _address_list(value: bytes) -> bytes:
    """The addresses of a field as a list; empty without any. Many messages of a folder have the same."""
    rows = b"".join(b"(%b)" % b" ".join(map(string, address)) for address in addresses(value))
    return rows and b"(%b)" % rows


def addresses(value: bytes) -> Iterator[AddressFields]:
    """The addresses of a header field, groups included."""
    pieces = [*_pieces(value)]
    at, group = 0, False
    while at < len(pieces):
        at, ended, found = _one(pieces, at)
        if ended == b":" and not group:
            yield (None, None, found[0] or found[2] or b"", None)
            group = True
            continue
        if any(found[i] is not None for i in (0, 2, 3)):
            yield found
        if ended == b";" and group:
            yield (None, None, None, None)
            group = False
    if group:
        yield (None, None, None, None)


def _pieces(value: bytes) -> Iterator[tuple[str, bytes]]:
    for match in _PIECE.finditer(value):
        kind = match.lastgroup or "word"
        text = match[kind]
        if kind == "quoted":
            text = re.sub(rb"\\(.)", rb"\1", text, flags=re.S)
        if kind == "comment":
            text = re.sub(rb"\\(.)", rb"\1", text[1:].removesuffix(b")"), flags=re.S)
        yield kind, text


def _one(pieces: list[tuple[str, bytes]], at: int) -> tuple[int, bytes, AddressFields]:
    """One address: where it ends, what ended it, and what it is."""
    words: list[bytes] = []
    glued = ""
    comment: bytes | None = None
    angle: list[tuple[str, bytes]] | None = None
    spec: list[tuple[str, bytes]] = []
    while at < len(pieces):
        kind, text = pieces[at]
        at += 1
        if kind == "mark" and angle is None and text == b":" and words:
            return (
                at,
                text,
                (b" ".join(words), None, None, None),
            )  # a group's name, if not within one
        if kind == "mark" and angle is None and text in (b",", b";", b":"):
            return at, text, _made(words, comment, None, spec)
        if kind == "mark" and text == b"<":
            angle, comment = [], None  # a comment before it is not a name
            while at < len(pieces) and pieces[at] != ("mark", b">"):
                angle.append(pieces[at])
                at += 1
            at += 1
            while at < len(pieces) and pieces[at][1] not in (b",", b";"):
                if pieces[at][0] == "comment" and not words:
                    comment = pieces[at][1]
                at += 1
            ended = pieces[at][1] if at < len(pieces) else b""
            return at + 1, ended, _made(words, comment, angle, spec)
        if kind == "comment":
            comment = text
            continue
        spec.append((kind, text))
        if kind == "space":
            glued = ""
        elif kind in ("word", "quoted") and words and glued:
            words[-1] += text
        elif kind in ("word", "quoted"):
            words.append(text)
            glued = kind
        elif kind == "mark" and words:
            words[-1] += text
        elif kind == "mark":
            words.append(text)
            glued = kind
    return at, b"", _made(words, comment, None, spec)


def _joined(pieces: list[tuple[str, bytes]]) -> bytes:
    """A local part; words that only white space parts keep one blank, so that none is made up."""
    text = b""
    for (kind, piece), (before, _) in zip(pieces, [("", b""), *pieces], strict=False):
        if kind != "space":
            apart = before == "space" and text and text[-1:] != b"." and piece[:1] != b"."
            text += (b" " if apart else b"") + piece
    return text


def _made(
    words: list[bytes],
    comment: bytes | None,
    angle: list[tuple[str, bytes]] | None,
    spec: list[tuple[str, bytes]],
) -> AddressFields:
    name: bytes | None = b" ".join(words) or comment if angle is not None else comment
    said = [
        token for token in (angle if angle is not None else spec) if token[0] not in ("comment",)
    ]
    route: bytes | None = None
    if said and said[0] == ("mark", b"@") and ("mark", b":") in said:
        cut = said.index(("mark", b":"))
        route = b"".join(text for kind, text in said[:cut] if kind != "space")
        said = said[cut + 1 :]
    if ("mark", b"@") in said:
        cut = len(said) - 1 - said[::-1].index(("mark", b"@"))
        local = _joined(said[:cut])
        host = b"".join(text for kind, text in said[cut + 1 :] if kind != "space")
        return (name or None, route, local or _NOBODY, host or _NOWHERE)
    text = b" ".join(text for kind, text in said if kind != "space")
    if angle is None and not text:
        return (None, None, None, None)
    if angle is None:
        return (name, None, text, _NOWHERE)
    return (name or None, route, text or _NOBODY, _NOWHERE)
