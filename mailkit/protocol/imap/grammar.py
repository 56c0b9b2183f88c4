"""The grammar of IMAP responses: tokens, values, status lines and response codes (RFC 9051 §9).

There is one tokenizer, in linear time for any input: an unterminated string or section is searched once, and what
follows is split at blanks and parentheses only. Numbers and atoms are bytes, strings and literals as
:class:`Text`,
lists as tuples, NIL as ``None``.

After a login it is tolerant of unbalanced parentheses and unterminated strings. With ``strict``, before the login,
each of them is a :class:`GrammarError`. Additional blanks are ignored.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

__all__ = [
    "GrammarError",
    "ImapString",
    "StatusResponse",
    "Value",
    "is_name",
    "literal_size",
    "quoted",
    "response_code",
    "status",
    "upper_case_names",
    "values",
]

Value: TypeAlias = "bytes | ImapString | tuple[Any, ...] | None"

MAX_DEPTH = 200
"""The limit of nested lists; a message nested more deeply is an attack."""


class GrammarError(ValueError):
    """A response that cannot be read."""


class ImapString(bytes):
    """A quoted string or a literal; an atom is plain bytes."""


@dataclass(frozen=True, slots=True)
class StatusResponse:
    """A status response: OK, NO, BAD, BYE or PREAUTH, its response code and its text.

    ``code`` is in upper case, such as ``UIDVALIDITY``, or empty.
    """

    kind: str
    code: str = ""
    arguments: tuple[Value, ...] = ()
    text: bytes = b""


_TOKEN = re.compile(
    rb"""\s++
    | "([^"\\]*+(?:\\.[^"\\]*+)*+)(")?                                # 1, 2: a string, and its end
    | (\()                                                            # 3
    | (\))                                                            # 4
    | ((?:BODY|BINARY)[A-Z.]*+\[(?:[^\]"]++|"[^"]*+")*+(\])?[^\s()"]*+)  # 5, 6: a section, its end
    | ([^\s()"]++)                                                    # 7
    """,
    re.S | re.X | re.I,
)
_PLAIN_TOKEN = re.compile(rb"\s++|(?!)()(?!)()|(\()|(\))|(?!)()(?!)()|([^\s()]++)")
"""Without strings and sections; the groups have the same numbers."""
_UNQUOTED = re.compile(
    rb'((?:LIST|LSUB|XLIST) \([^()]*\) ++(?:"\\?[^"]?"|NIL) ++)([^"(){\s][^"()\r\n]*)\Z', re.I
)
"""A folder list with an unquoted name, which may have tabs and several blanks."""
_ESCAPE = re.compile(rb"\\(.)", re.S)
_LITERAL = re.compile(rb"~?\{([0-9]{1,20})\+?\}\Z")
_STATUS = re.compile(rb"(OK|NO|BAD|BYE|PREAUTH)\b ?(?:\[([^\]\r\n]*)\]?)? ?(.*)", re.I | re.S)
_NAME = re.compile(rb"(?:\* (?:[0-9]+ )?|[A-Za-z0-9]+ (?=(?:ok|no|bad)\b))([A-Za-z]+)", re.I)


def values(pieces: Iterable[bytes], *, strict: bool = False) -> tuple[Value, ...]:
    """Read a response: lines without their ends, and the literals between them as :class:`Text`.

    Raises:
        GrammarError: lists are nested too deeply; if ``strict``, also for unbalanced parentheses and unterminated
            strings.
    """
    stack: list[list[Value]] = [[]]
    for piece in _with_whole_name([*pieces]):
        if isinstance(piece, ImapString):
            stack[-1].append(piece)
            continue
        rest = _read(piece, _TOKEN, stack, strict=strict)
        if rest is not None:
            if strict:
                raise GrammarError("a string or a section that does not end")
            _read(rest, _PLAIN_TOKEN, stack, strict=strict)
    if len(stack) != 1 and strict:
        raise GrammarError("an answer whose parentheses do not close")
    while len(stack) > 1:
        done = tuple(stack.pop())
        stack[-1].append(done)
    return tuple(stack[0])


def _with_whole_name(pieces: list[bytes]) -> list[bytes]:
    """Return the pieces of a response, with an unquoted folder name that has white space in it as a string."""
    match = _UNQUOTED.fullmatch(pieces[0]) if len(pieces) == 1 else None
    if match is None or len((name := match[2].rstrip(b" ")).split()) < 2:
        return pieces
    return [match[1], ImapString(name)]


def _read(
    piece: bytes, pattern: re.Pattern[bytes], stack: list[list[Value]], *, strict: bool
) -> bytes | None:
    """Read the tokens of a line; return the rest from an unterminated string or section on."""
    top = stack[-1]
    for match in pattern.finditer(piece):
        group = match.lastindex
        if group == 7:
            atom = match[7]
            top.append(None if len(atom) == 3 and atom.upper() == b"NIL" else atom)
        elif group == 2:
            text = match[1]
            top.append(ImapString(_ESCAPE.sub(rb"\1", text) if b"\\" in text else text))
        elif group == 3:
            if len(stack) > MAX_DEPTH:
                raise GrammarError("an answer with too many parentheses")
            top = []
            stack.append(top)
        elif group == 4:
            if len(stack) > 1:
                done = tuple(stack.pop())
                top = stack[-1]
                top.append(done)
            elif strict:
                raise GrammarError("a parenthesis too many")
        elif group == 5 and match[6] is not None:
            top.append(match[5])
        elif group is not None:
            return piece[match.start() :]
    return None


def literal_size(line: bytes) -> int | None:
    """Return the size of the literal that a line announces (RFC 9051 §4.3)."""
    line = line.rstrip(b"\r\n")
    if not line.endswith(b"}"):
        return None
    match = _LITERAL.search(line, max(len(line) - 24, 0))
    return int(match[1]) if match else None


def status(data: bytes) -> StatusResponse | None:
    """Parse a status response without its tag; return ``None`` for other responses."""
    match = _STATUS.match(data)
    if match is None:
        return None
    code, arguments = response_code(match[2] or b"")
    return StatusResponse(match[1].decode().upper(), code, arguments, match[3])


def response_code(data: bytes) -> tuple[str, tuple[Value, ...]]:
    """Return the name of a response code in upper case, and its arguments."""
    name, _, rest = data.partition(b" ")
    try:
        arguments = values([rest]) if rest else ()
    except GrammarError:
        arguments = (rest,)
    return name.decode("ascii", "replace").upper(), arguments


def is_name(row: tuple[Value, ...], place: int, name: bytes) -> bool:
    """Return whether a response has a name at an index, in any case (RFC 9051 §9)."""
    word = row[place] if len(row) > place else None
    return isinstance(word, bytes) and word.upper() == name


def upper_case_names(line: bytes) -> bytes:
    """Return a line with the name of its response in upper case, for imaplib."""
    match = _NAME.match(line)
    if match is None or match[1].isupper():
        return line
    return line[: match.start(1)] + match[1].upper() + line[match.end(1) :]


def quoted(text: str) -> str:
    """Return a quoted string (RFC 9051 §4.3)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
