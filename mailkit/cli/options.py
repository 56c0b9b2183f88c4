"""Options that several commands share."""

import argparse
from collections.abc import Callable, Sequence

from mailkit.net.times import DIAGNOSIS, Times

__all__ = ["Make", "add_dialling", "add_files", "add_format", "add_output", "add_wire"]

Make = Callable[[str, str, str], argparse.ArgumentParser]
"""Adds a command: its name, the function that runs it, and one line of help."""

_FORMATS = ("text", "json", "markdown", "html")


def add_output(parser: argparse.ArgumentParser, rows: bool = False) -> None:
    """Add ``--output`` and ``--color``; ``rows`` is whether the command also writes tables of results."""
    tables = "; to .parquet, .csv, .jsonl or .xlsx, one row for each service" if rows else ""
    output = parser.add_argument_group("output")
    output.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help=f"write to a file, which is replaced only when complete{tables}",
    )
    output.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="use colour (auto: on a terminal)",
    )


def add_files(parser: argparse.ArgumentParser, formats: Sequence[str] = _FORMATS) -> None:
    parser.add_argument(
        "files",
        nargs="*",
        metavar="INPUT",
        help="a settings file of any known format, a folder, a table of accounts (.csv, .xlsx, .parquet), "
        "a URL (imaps://user@host:993), or -",
    )
    parser.add_argument(
        "--column",
        action="append",
        metavar="NAME=SETTING",
        help="what a column of a table holds, if its name doesn't say it: Server=imap.host (repeatable)",
    )
    parser.add_argument(
        "--plain-secrets",
        action="store_true",
        help="a cell of a table may hold a password itself (else env:NAME, command:…, keyring:…, file:…)",
    )
    parser.add_argument(
        "--from", dest="read_as", metavar="FORMAT", help="the format of INPUT (see mailkit formats)"
    )
    server = parser.add_argument_group("a server instead of a file")
    for protocol in ("imap", "pop3", "smtp"):
        server.add_argument(
            f"--{protocol}",
            metavar="HOST[:PORT]",
            help=f"a server for {protocol.upper()}",
        )
    server.add_argument(
        "--security",
        choices=("implicit-tls", "starttls", "cleartext"),
        help="default: that of the port",
    )
    server.add_argument("--user", default="", help="the user name")
    password = server.add_mutually_exclusive_group()
    password.add_argument(
        "--password-env", metavar="NAME", help="environment variable of the password"
    )
    password.add_argument(
        "--password-command", metavar="CMD", help="command that prints the password"
    )
    password.add_argument("--password-prompt", action="store_true", help="ask for the password")
    parser.add_argument(
        "--account", action="append", metavar="NAME", help="only this account (repeatable)"
    )
    add_format(parser, formats)


def add_format(parser: argparse.ArgumentParser, formats: Sequence[str] = _FORMATS) -> None:
    parser.add_argument(
        "--format",
        choices=formats,
        default="text",
        help="output format (text)",
    )


def add_wire(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-command", action="store_true", help="run no command to get a password"
    )
    parser.add_argument(
        "--before",
        metavar="REPORT",
        help="an earlier run to compare with: a JSON report, or a table of results",
    )
    parser.add_argument(
        "--apply",
        action="store_true",
        help="write fixes that were verified by login into the files",
    )
    _add_checks(parser.add_argument_group("what to check"))
    _add_fleet(parser.add_argument_group("many accounts"))
    add_dialling(parser, DIAGNOSIS)


def _add_checks(checks: argparse._ArgumentGroup) -> None:
    checks.add_argument("--no-login", action="store_true", help="stop before the login")
    checks.add_argument(
        "--thorough",
        action="store_true",
        help="also probe other ports and addresses, and well-known hosts to compare with",
    )
    checks.add_argument(
        "--mailbox",
        action="store_true",
        help="also check folders, quota and rights; nothing is changed",
    )
    checks.add_argument(
        "--rehearse",
        nargs=2,
        metavar=("FROM", "TO"),
        help="ask whether a message would be accepted; nothing is sent",
    )
    checks.add_argument(
        "--send-test",
        metavar="TO",
        default="",
        help="send one test message; find it again if TO is one of the accounts",
    )
    checks.add_argument(
        "--wrong-password",
        action="store_true",
        help="also try a wrong password on purpose, to see it rejected",
    )


def _add_fleet(many: argparse._ArgumentGroup) -> None:
    many.add_argument(
        "--resume",
        action="store_true",
        help="with --output FILE.parquet, .csv, .jsonl or .xlsx: go on with an interrupted run",
    )
    many.add_argument(
        "--jobs", type=int, metavar="N", help="diagnose in so many processes (1: threads of one)"
    )
    many.add_argument("--scheduler", metavar="ADDRESS", help="diagnose on this Dask cluster")
    many.add_argument(
        "--per-host",
        type=int,
        metavar="N",
        help="at most so many connections at once to each server (10)",
    )
    many.add_argument(
        "--per-host-rate",
        type=float,
        metavar="R",
        help="at most so many new connections a second to each server (20)",
    )


def add_dialling(parser: argparse.ArgumentParser, times: Times) -> None:
    connection = parser.add_argument_group("connection")
    connection.add_argument(
        "--timeout",
        type=float,
        default=times.reply,
        metavar="S",
        help=f"timeout of each step ({times.reply:g} s)",
    )
    connection.add_argument(
        "--deadline",
        type=float,
        default=times.deadline,
        metavar="S",
        help=f"limit for all steps of a service ({times.deadline:g} s)",
    )
    connection.add_argument(
        "--ca",
        action="append",
        default=[],
        metavar="FILE",
        help="additional CA certificates, in PEM",
    )
    connection.add_argument(
        "--connect-to",
        action="append",
        default=[],
        metavar="HOST:PORT:ADDR:PORT",
        help="connect to ADDR:PORT instead; an empty part means any, or the same (repeatable)",
    )
    connection.add_argument(
        "--lab", action="store_true", help="connect to the running lab: mailkit lab up"
    )
    connection.add_argument(
        "--lab-name", default="", metavar="NAME", help="… to the one of that name"
    )
    connection.add_argument(
        "--helo", default="", metavar="NAME", help="the name for EHLO (delivery.host_name)"
    )
    connection.add_argument(
        "--dns", metavar="ADDR:PORT", help="DNS server to use instead of the system's"
    )
