"""The terminal: its width, and lines on standard error. ``shutil`` could measure it, but imports every compression module."""

import os
import sys
from typing import TextIO

__all__ = ["columns", "measured", "warn"]


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
