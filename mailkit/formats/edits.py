"""Changes for display: lines before and after, without passwords."""

import re
from collections.abc import Iterable
from typing import Any

from mailkit.formats.document import Lines, split_lines
from mailkit.formats.splices import Change

__all__ = ["changed_lines", "line_edits"]


def changed_lines(
    text: str, changes: Iterable[Change], secrets: Iterable[tuple[int, int]]
) -> list[dict[str, Any]]:
    """The changed lines before and after, passwords masked; a new line has no ``before``."""
    lines = Lines(text)
    hidden: dict[int, list[tuple[int, int]]] = {}
    for span in sorted(secrets, reverse=True):
        hidden.setdefault(lines.number(span[0]), []).append(span)
    result = []
    for splice in sorted(dict.fromkeys(changes), key=lambda change: change.span):
        begin, end = lines.bounds(lines.number(splice.span[0]))
        if splice.span[0] == splice.span[1]:
            result.append({"line": splice.line, "before": "", "after": splice.said})
            continue
        before, after = (
            text[begin:end],
            text[begin : splice.span[0]] + splice.text + text[splice.span[1] : end],
        )
        near = [(a, b) for a, b in hidden.get(lines.number(begin), ()) if a < b <= end]
        if any(a < splice.span[1] and splice.span[0] < b for a, b in near):
            before, after = "***", splice.said
        else:
            for a, b in near:
                secret = text[a:b]
                before, after = before.replace(secret, "***"), after.replace(secret, "***")
        result.append({"line": splice.line, "before": before.strip(), "after": after.strip()})
    return result


def line_edits(old: str, new: str, file: str) -> list[dict[str, Any]]:
    """The lines that differ between two texts; lines with a password are masked."""
    from difflib import SequenceMatcher

    before, after = split_lines(old), split_lines(new)
    result = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            left, right = " / ".join(before[a:b]), " / ".join(after[c:d])
            masked = [_SECRET_LINE.sub(r"\1***", text).strip() for text in (left, right)]
            result.append({"file": file, "line": a + 1, "before": masked[0], "after": masked[1]})
    return result


_SECRET_LINE = re.compile(r"(?i)((?:pass|secret|passwd|kennwort)[^=:]*[=:]\s*).*")
