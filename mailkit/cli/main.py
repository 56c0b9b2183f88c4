"""The command line."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from mailkit.cli.commands import command_parser
from mailkit.cli.console import out, output
from mailkit.cli.terminal import open_streams, warn
from mailkit.errors import MailError

__all__ = ["main"]

OK, USAGE, INTERRUPTED = 0, 2, 130

_OFTEN = 50_000
"""So many objects are made between two searches for unreachable ones: the imports of a command make as many, and none
are unreachable."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status.

    Args:
        argv: the words of the command; by default those of this process, which ends with it.
    """
    if argv is not None:
        return _run(argv)
    gc.set_threshold(_OFTEN)
    open_streams()
    try:
        return _run(sys.argv[1:])
    finally:
        gc.freeze()  # the process ends: its objects need no search


def _run(words: Sequence[str]) -> int:
    parser = command_parser(next((word for word in words if not word.startswith("-")), ""))
    try:
        options = parser.parse_args(words)
        if options.command is None:
            parser.print_help()
            return OK
        run = getattr(import_module(options.module), options.run)
        with output(_text_output(options), getattr(options, "color", "auto")):
            status: int = run(options)
    except SystemExit as exit_:
        return int(exit_.code or 0)
    except MailError as error:
        warn(error)
        return USAGE
    except KeyboardInterrupt:
        warn("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return OK
    except OSError as error:  # the output cannot be written: a full disk, /dev/full
        _forget_output()
        warn(f"cannot write the output: {error.strerror or error}")
        return USAGE
    return status


def _text_output(options: argparse.Namespace) -> str | None:
    """Return the file for a command's text. A table of results is written by the command itself."""
    file: str | None = getattr(options, "output", None)
    table = (".parquet", ".csv", ".jsonl", ".xlsx")
    if file and options.command in ("check", "diagnose") and file.lower().endswith(table):
        return None
    return file


def _forget_output() -> None:
    """Redirect standard output to the null device, so that the interpreter's last flush cannot fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def completion(options: argparse.Namespace) -> int:
    """Print the completion script of a shell."""
    from mailkit.cli.completion import completion_script

    out(completion_script(command_parser(), options.shell))
    return OK
