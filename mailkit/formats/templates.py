"""Templates of settings files (``.env.example``): what a person has to fill in is no value."""

import re
from dataclasses import replace
from pathlib import PurePath

from mailkit.formats.document import Document, Entry, Reference

__all__ = ["FILLED_IN", "without_dummies"]

_NAME = re.compile(
    r"(?:.*[._-])?(?:example(?!\.(?:com|org|net)\b)|sample|dist|template|tmpl|tpl|skel|skeleton)(?:[._-].*)?",
    re.I,
)
_DUMMY = re.compile(
    r"<.*>|\{\{.*\}\}|\[.*\]"
    r"|.*\b(?:your[-_ ]?|my[-_ ]|the[-_ ])\w.*"
    r"|.*(?<![a-z])(?:change|replace|fill)[-_ ]?(?:me|this|it|in)(?![a-z]).*"
    r"|x{3,}|\*{3,}|\.{3,}|todo|dummy|placeholder|(?:app|smtp|mail|email)?[-_ ]?(?:password|passwd|pass|secret)(?:[-_ ]?here)?",
    re.I | re.S,
)
FILLED_IN = Reference("other", "who fills in the template")
_EXPRESSION = re.compile(r"\{\{-?\s[^{}]*\w[^{}]*\}\}|\{%[^{}]*%\}|<%=[^<>]*%>", re.S)
"""What a program that makes the file puts a value for: Jinja, Helm, ERB. Without a blank it may be a value."""


def without_dummies(document: Document) -> Document:
    """The document; if it is a template, without the values that only say what belongs there.

    Nothing is reported about them, and no login is made with them. Its other settings are as good as any.
    """
    if "{{" in document.text or "<%=" in document.text:
        document = replace(document, entries=tuple(map(_without_expression, document.entries)))
    if not _NAME.fullmatch(PurePath(document.file).name):
        return document
    return replace(document, entries=tuple(map(_emptied, document.entries)))


def _without_expression(entry: Entry) -> Entry:
    """An entry; if another program puts the value in, without it."""
    text = entry.value.strip() if isinstance(entry.value, str) else ""
    if _EXPRESSION.fullmatch(text) is None:
        return entry
    return replace(entry, value=None, span=None, reference=Reference("other", text[:60]))


def _emptied(entry: Entry) -> Entry:
    dummy = isinstance(entry.value, str) and _DUMMY.fullmatch(entry.value.strip())
    return replace(entry, value=None, reference=FILLED_IN) if dummy else entry
