"""A settings file in memory: its text, and each value with its place."""

import codecs
import gc
import io
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePath

from mailkit.errors import FormatError
from mailkit.private import change_allowed, read_regular

__all__ = [
    "IMPORTED",
    "INCLUDED",
    "MAX_BYTES",
    "SETTINGS_CLASS",
    "SPREAD",
    "Document",
    "Entry",
    "KeyPath",
    "Lines",
    "Reference",
    "Scalar",
    "Source",
    "Token",
    "deepest_line",
    "read_source",
    "split_lines",
    "uncollected",
]

Scalar = str | int | float | bool | None

KeyPath = tuple[str, ...]
"""A key by its parts, the outermost first."""

Token = tuple[str, str, int, int]
"""A token of a syntax: its kind, its text, and its start and end in the file, in characters."""

INCLUDED = "include *"
"""The path of an entry whose value names an included file."""

IMPORTED = "import *"
"""The path of an entry that names a module: its key is the name in this file, its value the module, ``raw`` the member."""

SPREAD = "..."
"""The last segment of an entry that stands for all members of an object from elsewhere."""

SETTINGS_CLASS = "settings *"
"""The last segment of an entry that marks a class whose fields are variables with defaults."""

MAX_BYTES = 16 * 1024 * 1024

_MOST_BESIDE, _LEAST_BESIDE = 1024 * 1024, 256
"""Octets of the files that one document names, and those that each counts for at least."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of a file and their encoding. ``encode`` preserves every unchanged byte."""

    data: bytes = field(repr=False)
    bom: bytes
    encoding: str
    text: str = field(repr=False)

    def encode(self, text: str) -> bytes:
        """A changed text as bytes, in the same encoding and with the same byte order mark.

        Raises:
            UnicodeEncodeError: the encoding has no such character.
        """
        return self.bom + text.encode(self.encoding)


def read_source(data: bytes, file: str, most: int = MAX_BYTES) -> Source:
    """Decode the bytes of a file: by its byte order mark, as UTF-8, or else as Latin-1.

    Raises:
        FormatError: it is too large, or binary.
    """
    if len(data) > most:
        raise FormatError(file, f"is larger than {most // 1024**2} MiB")
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return Source(data, bom, encoding, data[len(bom) :].decode(encoding))
            except UnicodeDecodeError as error:
                line = data.count(b"\n", 0, error.start) + 1
                raise FormatError(file, f"is not {encoding.upper()} text", line) from None
    if b"\0" in data:
        raise FormatError(file, "is a binary file", data.count(b"\n", 0, data.index(b"\0")) + 1)
    try:
        return Source(data, b"", "utf-8", data.decode("utf-8"))
    except UnicodeDecodeError:
        return Source(data, b"", "latin-1", data.decode("latin-1"))


@dataclass(frozen=True, slots=True)
class Reference:
    """The source of a value that is not in the file.

    ``kind`` is ``env``, ``file``, ``command`` (then ``name`` can be read by a
    :class:`~mailkit.secret.Secret`), ``person`` for a login that a text leaves to its readers, or
    ``other`` for what only the product can resolve.
    """

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of a file.

    Attributes:
        path: the key, one segment for each level: ``("mailer", "SMTP_PORT")``.
        value: as the syntax decodes it: quotes, escapes and line folding are gone. ``None``
            where there is no value, or it cannot be known from the file.
        line: counted from 1.
        span: offsets of the value as written (quotes included) in the text; ``None`` where
            a value cannot be replaced.
        raw: the value as written.
        quote: its quoting, as the syntax names it; empty for none.
        reference: where the value comes from. With a value as well, that is the default, or what
            the file at ``origin`` says.
        origin: the file and the line of a value that is written in another file.
    """

    path: tuple[str, ...]
    value: Scalar = field(repr=False)
    line: int
    span: tuple[int, int] | None = None
    raw: str = field(default="", repr=False)
    quote: str = ""
    reference: Reference | None = None
    origin: tuple[str, int] | None = None

    @property
    def key(self) -> str:
        """The last segment, as messages name it."""
        return self.path[-1] if self.path else ""

    def under(self, *prefix: str) -> "Entry":
        """The same entry, its path below another."""
        return replace(self, path=(*prefix, *self.path))


@dataclass(frozen=True)
class Document:
    """A text that a syntax has read."""

    file: str
    text: str = field(repr=False)
    syntax: str
    entries: tuple[Entry, ...]

    @cached_property
    def lines(self) -> "Lines":
        """Offsets of the lines."""
        return Lines(self.text)

    @cached_property
    def values_on(self) -> Counter[int]:
        """How many values begin on each line."""
        spans = (entry.span for entry in self.entries)
        return Counter(self.lines.number(span[0]) for span in spans if span is not None)

    @property
    def is_stream(self) -> bool:
        """Whether the text comes from no file, so there are no files beside it."""
        return self.file.startswith("<")

    def load_beside(self, name: str, most: int = 4 * 1024 * 1024) -> str:
        """The text of another file in the same folder, such as ``composer.lock``; empty if absent.

        A file that more users can change than this one is not read: what it says would be taken for this one's.
        """
        if self.is_stream:
            return ""
        folder = Path(self.file).parent
        path = folder / name
        try:
            above = ("..",) * PurePath(name).parts.count("..")
            if not path.resolve().is_relative_to(folder.joinpath(*above).resolve()):
                return ""  # a link that leads out of the folder
            if not path.is_file() or not self._as_safe(path):
                return ""
            return read_regular(path, most).decode("utf-8", "replace")
        except (OSError, RuntimeError, ValueError):
            return ""  # a loop of links is a RuntimeError before Python 3.13, a name with NUL a ValueError

    def settings_beside(self, name: str) -> str:
        """The text of another file that this one names; empty if absent.

        All of them together have at most 1 MiB, counted each time that one is named; others are as if absent.
        """
        left = _MOST_BESIDE - self._read_beside.total()
        text = self.load_beside(name, left) if left > 0 else ""
        self._read_beside[name] += max(len(text), _LEAST_BESIDE)
        return text

    @cached_property
    def _read_beside(self) -> Counter[str]:
        """How many characters of each file beside the document have been read."""
        return Counter()

    def _as_safe(self, beside: Path) -> bool:
        """Whether no user can change a file beside the document who cannot change the document."""
        own = Path(self.file)
        owner = own.stat().st_uid if own.exists() else -1
        return change_allowed(beside, owner) or (own.exists() and not change_allowed(own, owner))


def split_lines(text: str) -> list[str]:
    """The lines of a text with their ends; other than for :meth:`str.splitlines`, only LF, CRLF and CR end one."""
    return list(io.StringIO(text, newline=""))


class Lines:
    """Offsets of lines and columns in a text; only LF and CRLF end a line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0]
        at = text.find("\n")
        while at >= 0:
            self.starts.append(at + 1)
            at = text.find("\n", at + 1)
        self._ascii = text.isascii()

    def number(self, offset: int) -> int:
        """The line of an offset, counted from 1."""
        return bisect_right(self.starts, offset)

    def bounds(self, line: int) -> tuple[int, int]:
        """Begin and end of a line, without its line end."""
        begin = self.starts[line - 1]
        end = self.starts[line] - 1 if line < len(self.starts) else len(self.text)
        if end > begin and self.text[end - 1] == "\r":
            end -= 1
        return begin, end

    def content(self, line: int) -> str:
        """A line without its line end."""
        begin, end = self.bounds(line)
        return self.text[begin:end]

    def offset(self, line: int, utf8_column: int) -> int:
        """The offset of a column that counts bytes of UTF-8, as :mod:`ast` does."""
        begin, end = self.bounds(line)
        if self._ascii:
            return begin + utf8_column
        return begin + len(self.text[begin:end].encode()[:utf8_column].decode("utf-8", "ignore"))

    @property
    def ending(self) -> str:
        """The line end of the file."""
        first = self.starts[1] if len(self.starts) > 1 else 0
        return "\r\n" if self.text[max(0, first - 2) : first] == "\r\n" else "\n"


def deepest_line(text: str) -> int:
    """The line on which brackets are nested deepest, counted from 1."""
    depth = most = 0
    line = found = 1
    for char in text:
        if char in "([{":
            depth += 1
            if depth > most:
                most, found = depth, line
        elif char in ")]}":
            depth -= 1
        elif char == "\n":
            line += 1
    return found


@contextmanager
def uncollected() -> Iterator[None]:
    """Leave Python's collector of cyclic garbage off while many objects are created that stay.

    It finds nothing among them, and takes as long as creating them.
    """
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
