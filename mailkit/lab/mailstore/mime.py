"""The exact structure of a message, for FETCH of BODYSTRUCTURE and parts.

The standard parser decodes; here nothing may change, so parts are offsets in the message. An unreadable header means
the default of RFC 2045.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

__all__ = ["MimePart", "header_end", "is_word", "parameters_of", "parsed", "tokens", "unfolded"]

_NAME = re.compile(rb"([\x21-\x39\x3b-\x7e]+)[ \t]*:")
_DEEPEST, _MOST = 60, 5_000


@dataclass
class MimePart:
    """A message or a part: the offsets of its header, body and end.

    ``children`` are the parts of a multipart, or the one message in a message/rfc822.
    """

    content: bytes
    start: int
    body: int
    end: int
    children: list["MimePart"] = field(default_factory=list)
    usual: tuple[str, str] = ("text", "plain")

    @cached_property
    def fields(self) -> list[tuple[bytes, bytes]]:
        """Header fields: the name in lower case, and the whole of it with line ends."""
        found: list[tuple[bytes, bytes]] = []
        for line in self.content[self.start : self.body].splitlines(keepends=True):
            if line[:1] in (b" ", b"\t") and found:
                found[-1] = (found[-1][0], found[-1][1] + line)
            elif match := _NAME.match(line):
                found.append((match[1].lower(), line))
            elif line.strip(b"\r\n") and found:
                found.append((b"", line))
        return found

    @cached_property
    def _last(self) -> dict[bytes, bytes]:
        return dict(self.fields)

    @cached_property
    def _first(self) -> dict[bytes, bytes]:
        return dict(reversed(self.fields))

    def last(self, name: bytes) -> bytes | None:
        """Return the last field of a name, as in an envelope."""
        whole = self._last.get(name)
        return None if whole is None else unfolded(whole)

    def value(self, name: bytes) -> bytes | None:
        """The first field of a name, unfolded, without spaces around it."""
        whole = self._first.get(name)
        return None if whole is None else unfolded(whole)

    @cached_property
    def kind(self) -> tuple[str, str]:
        """Type and subtype as they are written."""
        found = tokens(self.value(b"content-type") or b"")
        if len(found) >= 3 and found[1] == b"/" and is_word(found[0]) and is_word(found[2]):
            return found[0].decode("latin-1"), found[2].decode("latin-1")
        return self.usual

    @cached_property
    def parameters(self) -> list[tuple[bytes, bytes]]:
        """What follows the type."""
        return parameters_of(self.value(b"content-type") or b"")

    @property
    def is_multipart(self) -> bool:
        """Whether it has parts."""
        return self.kind[0].lower() == "multipart"

    @property
    def is_message(self) -> bool:
        """Whether it is a message in a message."""
        return (self.kind[0].lower(), self.kind[1].lower()) == ("message", "rfc822")

    def lines(self) -> int:
        """Lines of the body."""
        return self.content.count(b"\n", self.body, self.end)

    def at(self, path: tuple[int, ...]) -> "MimePart | None":
        """The part at a path such as 1.2 (RFC 3501 §6.4.5); ``None`` where there is none."""
        part, inside, chosen = self, False, False
        for number in path:
            if inside and part.is_message and part.children:
                part, chosen = part.children[0], False
            elif inside and not part.is_multipart:
                if number == 1 and chosen:
                    chosen = False  # as in other servers, a part is its own part 1
                    continue
                return None
            if part.is_multipart:
                if not 1 <= number <= len(part.children):
                    return None
                part, chosen = part.children[number - 1], True
            elif number != 1:
                return None
            inside = True
        return part


def parsed(content: bytes) -> MimePart:
    """Read the structure of a message whose lines end with CR LF."""
    return _part(content, 0, len(content), ("text", "plain"), 0, [0])


def _part(
    content: bytes, start: int, end: int, usual: tuple[str, str], depth: int, count: list[int]
) -> MimePart:
    body = header_end(content, start, end)
    part = MimePart(content, start, body, end, usual=usual)
    count[0] += 1
    if depth > _DEEPEST or count[0] > _MOST:
        return part
    if part.is_message:
        part.children = [_part(content, body, end, ("text", "plain"), depth + 1, count)]
    elif part.is_multipart:
        named = {name.lower(): value for name, value in reversed(part.parameters)}
        boundary = named.get(b"boundary", b"")
        inner = ("message", "rfc822") if part.kind[1].lower() == "digest" else ("text", "plain")
        for first, last in _between(content, body, end, boundary):
            part.children.append(_part(content, first, last, inner, depth + 1, count))
    return part


def header_end(content: bytes, start: int, end: int) -> int:
    """Where the body begins, after the blank line; the end where there is none."""
    if content.startswith(b"\r\n", start):
        return min(start + 2, end)
    blank = content.find(b"\r\n\r\n", start, end)
    return end if blank < 0 else blank + 4


def _between(content: bytes, start: int, end: int, boundary: bytes) -> list[tuple[int, int]]:
    """The places between the boundaries of a multipart."""
    if not boundary:
        return []
    mark = b"--" + boundary
    places: list[tuple[int, int]] = []
    begun = -1
    at = _next(content, start, end, mark)
    while at >= 0:
        if begun >= 0:
            places.append((begun, max(begun, at - 2)))
        line_end = content.find(b"\n", at, end)
        closing = content.startswith(b"--", at + len(mark))
        if closing or line_end < 0:
            return places if closing else [*places, (end, end)]
        begun = line_end + 1
        at = _next(content, begun, end, mark)
    if begun >= 0:
        places.append((begun, end))
    return places


def _next(content: bytes, start: int, end: int, mark: bytes) -> int:
    """Where the next boundary line is; a longer boundary is another one."""
    at = start if content.startswith(mark, start) else content.find(b"\n" + mark, start, end) + 1
    while at > 0 or content.startswith(mark, start):
        after = at + len(mark)
        if (
            after >= end
            or content[after : after + 1] in b" \t\r\n"
            or content[after : after + 2] == b"--"
        ):
            return at
        at = content.find(b"\n" + mark, after, end) + 1
        if at == 0:
            break
    return -1


def unfolded(whole: bytes) -> bytes:
    """The value of a header field on one line, without spaces around it."""
    value = whole.partition(b":")[2]
    return re.sub(rb"\r\n[ \t]+", b" ", value.rstrip(b"\r\n")).strip(b" \t")


_TOKEN = re.compile(
    rb"""\s+|\((?:[^()\\]|\\.|\([^()]*\))*\)|"((?:[^"\\]|\\.)*)"|([^\s()<>@,;:\\"/\[\]?=]+)|(.)""",
    re.S,
)


def tokens(value: bytes, *, blanks: bool = False) -> list[bytes]:
    """Yield words, unquoted strings (marked by a leading NUL), and punctuation.

    With ``blanks``, also white space as one blank.
    """
    found = []
    for match in _TOKEN.finditer(value):
        if blanks and match[0].isspace():
            found.append(b" ")
        elif match[1] is not None:
            found.append(b"\0" + re.sub(rb"\\(.)", rb"\1", match[1], flags=re.S))
        elif match[2] is not None or match[3] is not None:
            found.append(match[2] or match[3])
    return found


def is_word(token: bytes) -> bool:
    """Return whether a token is a word."""
    return len(token) > 1 or token.isalnum()


def parameters_of(value: bytes) -> list[tuple[bytes, bytes]]:
    """The parameters of a header field, in their order (RFC 2045 §5.1)."""
    found: list[tuple[bytes, bytes]] = []
    words = tokens(value, blanks=True)
    while b";" in words:
        words = words[words.index(b";") + 1 :]
        end = words.index(b";") if b";" in words else len(words)
        name, *rest = [word for word in words[:end] if word != b" "] or [b""]
        if is_word(name) and rest[:1] == [b"="]:
            said = words[words.index(b"=") + 1 : end]
            text = b"".join(piece.removeprefix(b"\0") for piece in said)
            found.append((name, text if b"\0" in b"".join(said) else text.strip(b" ")))
    return found
