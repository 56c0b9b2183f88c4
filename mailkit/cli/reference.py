"""The command line as a page of the documentation: each command's own help."""

import argparse
import os

from mailkit.cli.commands import command_parser

__all__ = ["command_line_page"]


def command_line_page() -> str:
    """Return the page in Markdown, with lines of at most 88 columns, which fit beside the margins."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "88"
    try:
        parser = command_parser()
        blocks = ["# Command line", _shown(parser)]
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for name, command in action.choices.items():
                    blocks += [f"## mailkit {name}", _shown(command)]
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before
    return "\n\n".join(blocks) + "\n"


def _shown(parser: argparse.ArgumentParser) -> str:
    return f"```text\n{parser.format_help().strip()}\n```"
