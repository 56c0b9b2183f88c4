"""The rows and cells of a text in words: lines, columns of Markdown or blanks, and rows of tables in HTML."""

import html
import re
from collections.abc import Iterator

from mailkit.formats.syntax._note_words import (
    BEGINS_WITH_ANSWER,
    ENDS_IN_SWITCH,
    NoteWord,
    words_of,
)

__all__ = ["rows_of", "without_entities"]

_FAILURE = re.compile(
    r"\b(?:error|exception|failed|failure|refused|timed out|timeout|denied|rejected|could not|cannot|unable|fehler"
    r"|erreur|échec|errore|telnet|openssl|s_client|curl|swaks|nmap|netcat|nslookup)\b|\[\d+\]:|^\S* ?\d\d:\d\d:\d\d",
    re.I,
)
"""What a line of a log, an error or a command has; it tells what happened or how to try, and no settings."""


_BREAK = re.compile(r"</?(?:tr|p|li|ul|ol|div|h\d|br|table|dl|dd|section)\b[^<>]*>", re.I)
_CELL = re.compile(r"</?(?:td|th|dt)\b[^<>]*>", re.I)
_TAG = re.compile(r"</?[a-z!][^<>]*>", re.I)
_HTML = re.compile(r"<(?:td|tr|table|p|br|li|div|html)\b", re.I)
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{2,5});", re.I)
_COLUMNS = re.compile(r"\||\t+|[^\S\n]{3,}")


def without_entities(text: str) -> str:
    """The text with the characters that entities of HTML stand for."""
    return html.unescape(text) if _HTML.search(text) and _ENTITY.search(text) else text


def rows_of(text: str) -> Iterator[list[list[NoteWord]]]:
    """Yield the words of each row by column; rows about a failure have none."""
    plain = _without_marks(text)
    begin = 0
    for line in plain.split("\n"):
        if _FAILURE.search(line) is None:
            yield _row(plain, begin, begin + len(line))
        begin += len(line) + 1


def _without_marks(text: str) -> str:
    """The text with the tags of HTML replaced by breaks, columns and blanks of the same length."""
    if _HTML.search(text) is None:
        return text
    text = text.replace("\r", " ").replace("\n", " ")
    for marks, first in ((_BREAK, "\n"), (_CELL, "|"), (_TAG, " ")):
        text = marks.sub(lambda mark, first=first: first.ljust(len(mark[0])), text)  # type: ignore[misc]
    return text


_NEAR = 20
"""Characters in front of a column in which the name of a switch is looked for."""


def _row(text: str, begin: int, end: int) -> list[list[NoteWord]]:
    """The words of a line, by column."""
    cells = []
    for gap in _COLUMNS.finditer(text, begin, end):
        near = max(begin, gap.start() - _NEAR)
        if BEGINS_WITH_ANSWER.fullmatch(text, gap.end(), end) and ENDS_IN_SWITCH.fullmatch(
            text, near, gap.start()
        ):
            break  # the state of a switch is no column of its own
        cells.append(words_of(text, begin, gap.start()))
        begin = gap.end()
    return [*cells, words_of(text, begin, end)]
