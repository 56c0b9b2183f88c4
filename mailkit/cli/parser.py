"""An argument parser whose errors suggest what was probably meant."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NoReturn

from mailkit.cli.terminal import columns, warn

__all__ = ["Help", "Listed", "Parser", "suggestion"]

USAGE = 2


class Help(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=columns(80) - 2)

    def add_argument(self, action: argparse.Action) -> None:
        """Count the indentation of the commands too, so that each stands beside its help."""
        super().add_argument(action)
        if isinstance(action, argparse._SubParsersAction):
            self._action_max_length += self._indent_increment

    def _split_lines(self, text: str, width: int) -> list[str]:
        from textwrap import wrap

        return wrap(text, width, break_on_hyphens=False)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + row for line in text.splitlines() for row in _rows(line, width))


def _rows(line: str, width: int) -> list[str]:
    """Wrap a line: a table's row below its second column, a command with a backslash at each line's end."""
    import re
    from textwrap import wrap

    if len(line) <= width:
        return [line]
    if line.startswith("  mailkit "):
        rows = wrap(line, width - 2, subsequent_indent=" " * 6, break_on_hyphens=False)
        return [f"{row} \\" for row in rows[:-1]] + rows[-1:]
    column = re.match(r" +\S+ {2,}|", line)
    below = " " * column.end() if column else ""
    return wrap(line, width, subsequent_indent=below, break_on_hyphens=False)


class Parser(argparse.ArgumentParser):
    """Parser of the command line: short errors, with a suggestion for a misspelt word."""

    def error(self, message: str) -> NoReturn:
        """Write one line that says what is wrong and one that says where to look; exit 2."""
        warn(message)
        sys.stderr.write(f"Try: {self.prog} --help\n")
        raise SystemExit(USAGE)

    def format_help(self) -> str:
        """The help, with a usage of one line: the options are listed below it."""
        from textwrap import fill

        self.usage = self.usage or fill(
            " ".join([self.prog, *self._usage()]),
            columns(80) - len("usage: "),
            subsequent_indent=" " * len("usage: "),
        )
        return super().format_help()

    def _usage(self) -> Iterator[str]:
        for action in self._actions:
            if action.option_strings and action.required:
                yield f"{action.option_strings[-1]} {action.metavar}"
        yield "[options]"
        for action in self._actions:
            if not action.option_strings:
                name = str(action.metavar or "{" + ",".join(map(str, action.choices or ())) + "}")
                shown = {"*": f"[{name} ...]", "+": f"{name} ...", "?": f"[{name}]"}
                yield shown.get(str(action.nargs), name)

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse, and report an unknown option in the subparser that knows similar ones."""
        found, rest = super().parse_known_args(args, namespace)
        for word in rest:
            if word.startswith("-"):
                known = [name for name in self._option_string_actions if name.startswith("--")]
                self.error(f"unknown option {word}{suggestion(word.partition('=')[0], known)}")
        return found, rest

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if action.choices is None or value in action.choices:
            return
        known = [str(choice) for choice in action.choices]
        what = "command" if isinstance(action, argparse._SubParsersAction) else _name(action)
        listed = "" if what == "command" else f"; use {', '.join(known)}"
        near = suggestion(str(value), known)
        self.error(
            f"unknown {what} {str(value)!r}{near or listed or '; mailkit --help lists them'}"
        )


class Listed(Parser):
    """A command that was not given: it stands in the help, and its options are not built, which takes most of the
    time of a parser.
    """

    def __init__(self, *, prog: str | None = None, **_: object) -> None:
        super().__init__(prog=prog, add_help=False)

    def add_argument(self, *_: object, **__: object) -> Any:
        """Add nothing."""

    def add_argument_group(self, *_: object, **__: object) -> Any:
        """Return the parser, for more options that are not built."""
        return self

    def add_mutually_exclusive_group(self, **_: object) -> Any:
        """Return the parser, for more options that are not built."""
        return self

    def set_defaults(self, **_: object) -> None:
        """Set nothing."""


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean X?``, or nothing if no known word is similar."""
    from difflib import get_close_matches

    near = get_close_matches(word.lower(), list(known), 1, 0.6)
    return f"; did you mean {near[0]}?" if near else ""


def _name(action: argparse.Action) -> str:
    return f"value for {action.option_strings[-1]}" if action.option_strings else action.dest
