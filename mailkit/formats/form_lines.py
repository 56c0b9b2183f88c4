"""A line of a form: ``Name: value``, with what stands before, between and behind them kept."""

import re

__all__ = ["LINE", "QUOTED", "like", "with_value"]

LINE = re.compile(r"^(\s*+(?:[·•*-]\s++)?)([^:：=,;\t]{1,80}?)\s*([:：=])[ \t]*+(.*\S|)\s*$")
"""A bullet, the name, the separator, the value."""
QUOTED = re.compile(r"([\"'])(.*?)\1(?=\s*(?:#|$))")


def with_value(line: str, said: str) -> str:
    """Return a line with another value, keeping quotes and remark."""
    match = LINE.match(line.rstrip("\r\n"))
    assert match is not None
    begin, end = match.span(4)
    raw = line[begin:end]
    if (quoted := QUOTED.match(raw)) is not None:
        said = f"{quoted[1]}{said}{quoted[1]}{raw[quoted.end() :]}"
    gap = "" if match[3] == "=" or line[match.end(3) : begin] else " "
    return f"{line[:begin]}{gap}{said}{line[end:]}"


def like(neighbour: str, name: str, said: str) -> str:
    """A new line, written as the one above it."""
    match = LINE.match(neighbour.rstrip("\r\n"))
    if match is None:
        return f"{name}: {said}"
    before = neighbour[match.end(2) : match.start(4)]
    return f"{match[1]}{name}{before}{said}"
