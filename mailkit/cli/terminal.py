"""The terminal: its width, and lines on standard error. ``shutil`` could measure it, but imports every compression module."""

import os
import sys
from typing import Any, TextIO, cast

__all__ = ["columns", "measured", "open_streams", "warn"]


class _Forgiving:
    """Standard error that may be full or closed: what cannot be written there ends no work and changes no exit status."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except (OSError, ValueError):
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except (OSError, ValueError):
            return

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def open_streams() -> None:
    """Prepare the standard streams of the process, which may have been closed by the program that started it.

    A closed standard output fails when it is written to, as a full one does.
    """
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    error = sys.stderr or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    sys.stderr = cast("TextIO", _Forgiving(error))


def warn(text: object) -> None:
    """Write a message to standard error; control and invisible characters of its parts are escaped."""
    from mailkit.text import clean

    sys.stderr.write(f"mailkit: {clean(str(text), 4_000)}\n")


def columns(unknown: int) -> int:
    """Return the columns for text on standard output: ``COLUMNS`` first, then the terminal."""
    from mailkit.text import number

    return number(os.environ.get("COLUMNS", ""), 100_000) or measured(sys.stdout, unknown)


def measured(stream: TextIO, unknown: int) -> int:
    """Return the columns of the terminal behind a stream, or ``unknown`` without one."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or unknown
    except (OSError, ValueError):
        return unknown
