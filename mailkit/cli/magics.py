"""``%load_ext mailkit``: the command line in a cell.

``%mailkit diagnose accounts.toml`` runs a command; ``%%mailkit explain`` passes the cell's text to it.
"""

import io
import shlex
import sys
from typing import Any

from mailkit.cli.main import main
from mailkit.cli.terminal import warn

__all__ = ["load"]


def load(shell: Any) -> None:
    """Register the magics with an IPython shell, which evaluates no ``{…}`` of the line: it may be a server's reply."""
    from IPython.core.magic import no_var_expand

    no_var_expand(_mailkit)
    shell.register_magic_function(_mailkit, "line_cell", "mailkit")


def _mailkit(line: str, cell: str | None = None) -> None:
    """Run a command of mailkit; the text of the cell is its standard input."""
    try:
        words = shlex.split(line)
    except ValueError as error:
        warn(f"{error}. Write a text with quotes below %%mailkit explain")
        return
    before = sys.stdin
    if cell is not None:
        sys.stdin = io.TextIOWrapper(io.BytesIO(cell.encode("utf-8", "backslashreplace")), "utf-8")
        if "-" not in words:
            words.append("-")
    try:
        main(words)
    finally:
        sys.stdin = before
