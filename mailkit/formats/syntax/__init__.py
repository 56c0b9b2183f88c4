"""Syntaxes: one module each, which reads a text to entries and writes one value back.

A syntax module has three names::

    def read(text: str, file: str, flavour: str = "") -> list[Entry]
        Every value with path, decoded value, span, raw text, quoting and line.
        Raises FormatError(file, why, line) where the text is not in this syntax.
    def render(value: Scalar, entry: Entry) -> str
        A new value for the span of an entry, in the quoting that stands there.
    SEPARATE_ITEMS: bool
        Whether items of a list or table are separated by commas (JSON, PHP arrays).

It is imported when a file of its kind is read, and not before. Nothing in a file is executed.
To add a syntax, write the module and name it in ``SYNTAXES`` with the file names it is used for.
"""

import re
from fnmatch import fnmatch
from importlib import import_module
from pathlib import PurePath
from typing import Protocol, cast

from mailkit.formats.document import Document, Entry, Scalar

__all__ = ["SYNTAXES", "Syntax", "likely_syntaxes", "parse", "syntax"]


class Syntax(Protocol):
    """What a syntax module has."""

    SEPARATE_ITEMS: bool

    def read(self, text: str, file: str, flavour: str = "") -> list[Entry]: ...

    def render(self, value: Scalar, entry: Entry) -> str: ...


SYNTAXES: dict[str, tuple[str, ...]] = {
    "dotenv": (".env", ".env.*", "*.env", "*.env.*", "env", "env.*", "*.envrc"),
    "python": ("*.py",),
    "php": ("*.php", "*.php.*", "*.inc"),
    "yaml": ("*.yml", "*.yaml", "*.yml.*", "*.yaml.*"),
    "javascript": ("*.js", "*.mjs", "*.cjs", "*.jsx", "*.ts", "*.mts", "*.cts", "*.tsx"),
}
"""By name, the file names each syntax is used for."""

_CONTENT = (
    ("php", re.compile(r"\s*<\?(php|=)", re.I)),
    ("dotenv", re.compile(r"(?:\s*#.*\n|\s*\n)*\s*(?:export\s+)?[A-Z][A-Z0-9_]*=")),
    ("yaml", re.compile(r"(?:\s*#.*\n|\s*\n|---\s*\n)*[\w.-]+:(?:\s|$)")),
)
"""What the beginning of a text without a telling name looks like."""


def syntax(name: str) -> Syntax:
    """The module of a syntax."""
    return cast(Syntax, import_module(f"mailkit.formats.syntax.{name}"))


def parse(text: str, file: str, name: str, flavour: str = "") -> Document:
    """Read a text in one syntax.

    Raises:
        FormatError: it is not in that syntax.
    """
    return Document(file, text, name, tuple(syntax(name).read(text, file, flavour)))


def likely_syntaxes(text: str, file: str) -> list[str]:
    """The syntaxes a file may be in: by its name, or else by how its text begins."""
    name = PurePath(file).name
    named = [one for one, names in SYNTAXES.items() if any(fnmatch(name, n) for n in names)]
    return named or [one for one, begin in _CONTENT if begin.match(text)]
