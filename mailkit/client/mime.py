"""Parse any message, however malformed, into a tree of parts with their octets (RFC 2045, RFC 2046)."""

import binascii
import quopri
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from mailkit.client.charsets import readable
from mailkit.client.parameters import with_parameters

__all__ = ["Part", "content_of", "parsed", "without_files"]

_HEADER_END = re.compile(rb"\r*\n\r*\n|\r\r(?!\n)")
_LINE = re.compile(rb"([^\r\n]*)(?:\r*\n|\r|\Z)")
_FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]+)[ \t]*:[ \t]*")
_COMMON = re.compile(
    rb"^(?:subject|from|to|date|received|message-id|mime-version|content-type):", re.I | re.M
)
"""A field that shows that the header has not ended yet."""
_PARAMETER = re.compile(rb"[A-Za-z][A-Za-z0-9*-]{0,30}=\S")
"""A parameter on its own line that some programs do not indent, or put after other fields."""
_WITH_PARAMETERS = ("content-type", "content-disposition")
_FOLD, _KIND = re.compile(r"[\r\n]+[ \t]?"), re.compile(r"[^\s/]+/[^\s/]+")
_REVERSED = {"plain/text": "text/plain", "html/text": "text/html"}
_LATE = re.compile(rb"\s*content-type:\s*multipart/", re.I)
"""A header that goes on after an empty line."""
_AFTER = re.compile(rb"(--)?[ \t]*(?:\r?\n|\Z)")
_DEEPEST, _MOST_PARTS, _LONGEST_HEADER = 50, 10_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a message.

    ``fields`` has the first raw header field of each name, in lower case, and all of To and Cc: octets beyond ASCII
    are surrogates. ``body`` is encoded.
    """

    fields: dict[str, str]
    body: bytes = field(repr=False)
    kind: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    filename: str = ""
    parts: "tuple[Part, ...]" = ()

    def header(self, name: str) -> str:
        """Return a raw field, unfolded; empty if it is missing."""
        found = self.fields.get(name, "")
        return _FOLD.sub(" ", found).strip() if "\n" in found or "\r" in found else found.strip()

    def walk(self) -> "Iterator[Part]":
        """Yield this part and all parts in it."""
        yield self
        for part in self.parts:
            yield from part.walk()


def parsed(content: bytes) -> Part:
    """Return the tree of a message; what cannot be parsed is text."""
    return _part(content.removeprefix(b"\xef\xbb\xbf"), "text/plain", 0, [_MOST_PARTS])


def _part(content: bytes, usual: str, depth: int, left: list[int]) -> Part:
    left[0] -= 1
    fields, body = _split(content)
    if "content-type" not in fields and _LATE.match(body):
        more, body = _split(body.lstrip())
        fields = more | fields
    kind, parameters = with_parameters(fields.get("content-type", ""))
    if not _KIND.fullmatch(kind):
        kind = usual
    kind = _REVERSED.get(kind, kind)
    disposition, more = with_parameters(fields.get("content-disposition", ""))
    filename = _line(more.get("filename") or more.get("name") or parameters.get("name", ""))
    parts: tuple[Part, ...] = ()
    if kind.startswith(("multipart/", "text/")):
        if depth < _DEEPEST and (boundary := parameters.get("boundary", "").rstrip()):
            inside = "message/rfc822" if kind == "multipart/digest" else "text/plain"
            line = boundary.encode("utf-8", "surrogateescape")
            pieces = _between(body, line, left)
            if not pieces and len(line) > len(unfolded := b"".join(line.split())):
                pieces = _between(body, unfolded, left)
            parts = tuple(_part(piece, inside, depth + 1, left) for piece in pieces)
        if parts and kind.startswith("text/"):  # a multipart in all but its name
            kind = "multipart/mixed"
        elif not parts and kind.startswith("multipart/"):
            kind = "text/plain"
    return Part(fields, body, kind, parameters, disposition, filename, parts)


def _split(content: bytes) -> tuple[dict[str, str], bytes]:
    """Split header fields and body. A line that is not a field ends the header, unless common fields follow."""
    if content[:1] in (b"\r", b"\n"):
        return {}, re.sub(rb"\A(\r\n|\n|\r)", b"", content)
    end = _HEADER_END.search(content[:_LONGEST_HEADER])
    head = content[: end.start()] if end else content[:_LONGEST_HEADER]
    body = content[end.end() :] if end else b""
    found: dict[str, list[str]] = {}
    name, last = "", -1
    for match in _LINE.finditer(head):
        line, at = match[1], match.start()
        if _PARAMETER.match(line) and (open_field := _unfinished(found, name)):
            found[open_field] += ("\n", _text(line + b";" * (open_field != name)))
            name = open_field
        elif line[:1] in (b" ", b"\t") and at:
            if name:
                found[name] += ("\n", _text(line))
        elif field_name := _FIELD.match(line):
            name = field_name[1].decode("ascii").lower()
            if name in found and name in ("to", "cc"):
                # All recipients matter for a reply to all.
                found[name] += (", ", _text(line[field_name.end() :]))
            elif name in found:
                name = ""  # the first one counts
            else:
                found[name] = [_text(line[field_name.end() :])]
        elif line and (at or not line.startswith((b"From ", b">From "))):  # as an mbox begins
            name = ""
            last = last if last >= 0 else _last_common(head)
            if at >= last:
                body = content[at:]
                break
    return {name: "".join(pieces) for name, pieces in found.items()}, body


def _unfinished(found: dict[str, list[str]], name: str) -> str:
    """Return the field whose parameters go on in a line of their own: the last one, or one before it."""
    fields = (name, *_WITH_PARAMETERS)
    return next((name for name in fields if name in found and found[name][-1].endswith(";")), "")


def _last_common(head: bytes) -> int:
    """Return where the last common field before any boundary line begins; 0 without one."""
    at, end = 0, head.find(b"\n--")
    for match in _COMMON.finditer(head, 0, end if end >= 0 else len(head)):
        at = match.start()
    return at


def _between(body: bytes, boundary: bytes, left: list[int]) -> list[bytes]:
    """Yield the parts between boundary lines; the last one may lack its end."""
    line, found = b"--" + boundary, list[bytes]()
    begun, at = -1, body.find(line)
    while at >= 0:
        match = _AFTER.match(body, at + len(line))
        if match is None or (at and body[at - 1 : at] != b"\n"):
            at = body.find(line, at + 1)
            continue
        if begun >= 0:
            before = at - (2 if body[at - 2 : at] == b"\r\n" else 1)
            found.append(body[begun : max(begun, before)])
        if match[1] or len(found) >= left[0]:
            return found
        begun, at = match.end(), body.find(line, match.end())
    if 0 <= begun < len(body):
        found.append(body[begun:])
    return found


def content_of(part: Part) -> bytes:
    """Decode the content of a part, as far as possible."""
    encoding = part.header("content-transfer-encoding").lower().partition(" ")[0].strip("\"';")
    if encoding == "base64":
        return _from_base64(part.body)
    if encoding == "quoted-printable":
        return quopri.decodestring(part.body)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _from_uuencode(part.body)
    return part.body


def _from_base64(body: bytes) -> bytes:
    """Decode base64; some programs write several pieces with padding, or a footer after it, or no base64 at all."""
    if _PLAIN.match(body):
        return body
    if b"=" in body.rstrip().rstrip(b"="):
        return _chunks(body)
    try:
        return binascii.a2b_base64(body)
    except binascii.Error:
        return _chunks(body)


_PLAIN = re.compile(rb"\s*[A-Za-z0-9+/=_-]*[^\sA-Za-z0-9+/=_\x80-\xff-]")
"""Content whose first word is not base64, such as a header field or a tag."""


def _chunks(body: bytes) -> bytes:
    lines = []
    for line in body.split():
        if re.fullmatch(rb"[A-Za-z0-9+/=]+", line) is None:
            break
        lines.append(line)
    found = []
    for chunk in re.findall(rb"[A-Za-z0-9+/]+", b"".join(lines)):
        whole = chunk[:-1] if len(chunk) % 4 == 1 else chunk
        found.append(binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)))
    return b"".join(found)


def without_files(content: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
    """A text without the uuencoded files that old programs put into it, and these by name."""
    files = []

    def take(match: re.Match[bytes]) -> bytes:
        files.append((_line(_text(match[1])), _from_uuencode(match[0])))
        return b""

    return _INSERTED.sub(take, content) if b"\nend" in content else content, files


_INSERTED = re.compile(
    rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n((?:[\x20-\x60]{1,90}\r?\n)+)end[ \t]*(?:\r?\n|\Z)",
    re.M,
)


def _from_uuencode(body: bytes) -> bytes:
    found = []
    lines = iter(body.splitlines())
    for line in lines:
        if line.startswith(b"begin "):
            break
    for line in lines:
        if line.strip() in (b"end", b"`", b""):
            break
        octets = (((line[0] - 32) & 63) * 4 + 5) // 3
        for taken in (line, line[:octets]):  # some programs pad
            with suppress(binascii.Error):
                found.append(binascii.a2b_uu(taken))
                break
    return b"".join(found)


def _text(data: bytes) -> str:
    return data.decode("ascii", "surrogateescape")


def _line(text: str) -> str:
    return _FOLD.sub(" ", readable(text)).strip()
