"""The structure of a message, right to the octet: what FETCH of BODYSTRUCTURE and of parts is made of.

The library's own parser decodes; here nothing may change, so parts are places in the message. A header
that cannot be understood gives what RFC 2045 has as default.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

from mailkit.lab.mailstore.words import string

__all__ = ["Part", "header_end", "parsed", "structure", "unfolded"]

_NAME = re.compile(rb"([\x21-\x39\x3b-\x7e]+)[ \t]*:")
_DEEPEST, _MOST = 60, 5_000


@dataclass
class Part:
    """A message or a part of one: where its header, its body and its end are.

    ``children`` are the parts of a multipart, or the one message in a message/rfc822.
    """

    content: bytes
    start: int
    body: int
    end: int
    children: list["Part"] = field(default_factory=list)
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

    def last(self, name: bytes) -> bytes | None:
        """The same of the last field of a name, which is the one that an envelope has."""
        found = [whole for one, whole in self.fields if one == name]
        return unfolded(found[-1]) if found else None

    def value(self, name: bytes) -> bytes | None:
        """The first field of a name, unfolded, without spaces around it."""
        return next((unfolded(whole) for one, whole in self.fields if one == name), None)

    @cached_property
    def kind(self) -> tuple[str, str]:
        """Type and subtype as they are written."""
        tokens = _tokens(self.value(b"content-type") or b"")
        if len(tokens) >= 3 and tokens[1] == b"/" and _is_word(tokens[0]) and _is_word(tokens[2]):
            return tokens[0].decode("latin-1"), tokens[2].decode("latin-1")
        return self.usual

    @cached_property
    def parameters(self) -> list[tuple[bytes, bytes]]:
        """What follows the type."""
        return _parameters(self.value(b"content-type") or b"")

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

    def at(self, path: tuple[int, ...]) -> "Part | None":
        """The part at a path such as 1.2 (RFC 3501 §6.4.5); ``None`` where there is none."""
        part, inside, chosen = self, False, False
        for number in path:
            if inside and part.is_message and part.children:
                part, chosen = part.children[0], False
            elif inside and not part.is_multipart:
                if number == 1 and chosen:
                    chosen = False  # as others do, a part is the first one of itself
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


def parsed(content: bytes) -> Part:
    """Read the structure of a message whose lines end with CR LF."""
    return _part(content, 0, len(content), ("text", "plain"), 0, [0])


def _part(
    content: bytes, start: int, end: int, usual: tuple[str, str], depth: int, count: list[int]
) -> Part:
    body = header_end(content, start, end)
    part = Part(content, start, body, end, usual=usual)
    count[0] += 1
    if depth > _DEEPEST or count[0] > _MOST:
        return part
    if part.is_message:
        part.children = [_part(content, body, end, ("text", "plain"), depth + 1, count)]
    elif part.is_multipart:
        boundary = dict(reversed(part.parameters)).get(b"boundary", b"")
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


def structure(part: Part, *, extended: bool = True) -> bytes:
    """BODYSTRUCTURE, or BODY where it is not extended (RFC 3501 §7.4.2)."""
    kind, subtype = part.kind
    if part.is_multipart:
        inside = b"".join(structure(one, extended=extended) for one in part.children)
        if not inside:  # one empty text, as RFC 2046 does not foresee it
            tail = b" NIL NIL NIL NIL" if extended else b""
            inside = b'("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0%b)' % tail
        rest = [string(subtype.encode("latin-1"))]
        if extended:
            rest += [_list(part.parameters), *_extension(part)]
        return b"(%b %b)" % (inside, b" ".join(rest))
    is_text = kind.lower() == "text"
    parameters = part.parameters
    if is_text and not any(name.lower() == b"charset" for name, _ in parameters):
        parameters = [*parameters, (b"charset", b"us-ascii")]
    rest = [
        string(kind.encode("latin-1")),
        string(subtype.encode("latin-1")),
        _list(parameters),
        string(part.value(b"content-id")),
        string(part.value(b"content-description")),
        string(_encoding(part)),
        b"%d" % (part.end - part.body),
    ]
    if part.is_message and part.children:
        from mailkit.lab.mailstore.envelope import envelope

        (inner,) = part.children
        rest += [envelope(inner), structure(inner, extended=extended), b"%d" % part.lines()]
    elif is_text:
        rest.append(b"%d" % part.lines())
    if extended:
        rest += [string(part.value(b"content-md5")), *_extension(part, parameters=False)]
    return b"(%b)" % b" ".join(rest)


def _extension(part: Part, *, parameters: bool = True) -> list[bytes]:
    """Disposition, language, location."""
    disposition = part.value(b"content-disposition")
    shown = b"NIL"
    if disposition is not None:
        tokens = _tokens(disposition)
        if tokens and _is_word(tokens[0]):
            kind = string(tokens[0].removeprefix(b"\0"))
            shown = b"(%b %b)" % (kind, _list(_parameters(disposition)))
    language = part.value(b"content-language")
    languages = [one.removeprefix(b"\0") for one in _tokens(language or b"") if _is_word(one)]
    if len(languages) > 1:
        spoken = b"(%b)" % b" ".join(map(string, languages))
    else:
        spoken = b"(%b)" % string(languages[0]) if languages else b"NIL"
    return [shown, spoken, string(part.value(b"content-location"))]


def _encoding(part: Part) -> bytes:
    tokens = _tokens(part.value(b"content-transfer-encoding") or b"")
    return tokens[0].removeprefix(b"\0") if tokens and _is_word(tokens[0]) else b"7bit"


def _list(parameters: list[tuple[bytes, bytes]]) -> bytes:
    if not parameters:
        return b"NIL"
    return b"(%b)" % b" ".join(b"%b %b" % (string(k), string(v)) for k, v in parameters)


def unfolded(whole: bytes) -> bytes:
    """The value of a header field on one line, without spaces around it."""
    value = whole.partition(b":")[2]
    return re.sub(rb"\r\n[ \t]+", b" ", value.rstrip(b"\r\n")).strip(b" \t")


_TOKEN = re.compile(
    rb"""\s+|\((?:[^()\\]|\\.|\([^()]*\))*\)|"((?:[^"\\]|\\.)*)"|([^\s()<>@,;:\\"/\[\]?=]+)|(.)""",
    re.S,
)


def _tokens(value: bytes) -> list[bytes]:
    """Words, quoted strings without their quotes (marked by a leading NUL), and single marks."""
    found = []
    for match in _TOKEN.finditer(value):
        if match[1] is not None:
            found.append(b"\0" + re.sub(rb"\\(.)", rb"\1", match[1], flags=re.S))
        elif match[2] is not None or match[3] is not None:
            found.append(match[2] or match[3])
    return found


def _is_word(token: bytes) -> bool:
    return len(token) > 1 or token.isalnum()


def _parameters(value: bytes) -> list[tuple[bytes, bytes]]:
    tokens = _tokens(value)
    found: list[tuple[bytes, bytes]] = []
    at = 0
    while at < len(tokens):
        if tokens[at] == b";" and at + 2 < len(tokens) and tokens[at + 2] == b"=":
            name, parts, at = tokens[at + 1], [], at + 3
            while at < len(tokens) and tokens[at] != b";":
                parts.append(tokens[at].removeprefix(b"\0"))
                at += 1
            if _is_word(name):
                found.append((name, b"".join(parts)))
        else:
            at += 1
    return found
