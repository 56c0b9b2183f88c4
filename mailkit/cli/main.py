"""The command line."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from mailkit.cli.console import out, output
from mailkit.cli.lab_options import add_lab
from mailkit.cli.mail_options import add_commands
from mailkit.cli.parser import Help, Listed, Parser
from mailkit.errors import MailError
from mailkit.net.times import DIAGNOSIS, DISCOVERY, Times

__all__ = ["command_parser", "main"]

OK, USAGE, INTERRUPTED = 0, 2, 130

_FORMATS = ("text", "json", "markdown", "html")

_EPILOG = """\
exit status: 0 no finding at or above --fail-on, 1 one or more, 2 usage or an input that cannot be read, 130 interrupted
"""


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
        sys.stderr.write(f"mailkit: {error}\n")
        return USAGE
    except KeyboardInterrupt:
        sys.stderr.write("mailkit: interrupted\n")
        return INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return OK
    except OSError as error:  # the output cannot be written: a full disk, /dev/full
        _forget_output()
        sys.stderr.write(f"mailkit: cannot write the output: {error.strerror or error}\n")
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


class _Version(argparse.Action):
    """Prints the version; the distribution's metadata is read only when asked for."""

    def __call__(self, *_: object) -> NoReturn:
        from importlib.metadata import version

        sys.stdout.write(f"mailkit {version('mailkit-lab')}\n")
        raise SystemExit(OK)


def command_parser(given: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of the command line.

    Args:
        given: the command that was given; the others are only listed. By default all have their options.
    """
    parser = Parser(
        prog="mailkit",
        description="Find out why a mail account doesn't work, and verify the fix by logging in.",
        epilog=_EPILOG,
        formatter_class=Help,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)

    def command(name: str, run: str, help_: str) -> argparse.ArgumentParser:
        commands._parser_class = Parser if given in (None, name) else Listed
        one = commands.add_parser(
            name, help=help_, description=help_, epilog=_EPILOG, formatter_class=Help
        )
        one.set_defaults(run=run, module="mailkit.cli.accounts")
        return one

    check = command("check", "check", "check account files without the network")
    _add_files(check, ("text", "json", "markdown", "html", "sarif", "github"))
    check.add_argument(
        "--known-only",
        action="store_true",
        help="skip files of unknown formats (for hooks that pass every file)",
    )
    diagnose = command("diagnose", "diagnose", "diagnose accounts on the network and verify fixes")
    _add_files(diagnose)
    _add_wire(diagnose)
    for parser_ in (check, diagnose):
        parser_.add_argument(
            "--fail-on",
            choices=("error", "warning", "note", "never"),
            default="error",
            help="exit with status 1 from this severity on (error)",
        )
    report = command("report", "report", "show the results of a run as a page, or as a summary")
    report.set_defaults(module="mailkit.cli.fleet")
    report.add_argument(
        "results",
        metavar="RESULTS",
        help="what diagnose wrote: .parquet, .csv, .jsonl, .xlsx or .json",
    )
    report.add_argument("--format", choices=("text", "html"), default="text", help="format (text)")
    report.add_argument("--before", metavar="RESULTS", help="an earlier run to compare with")
    explain = command(
        "explain", "explain", "explain a pasted error message, reply or transcript, offline"
    )
    explain.add_argument(
        "text", nargs="+", metavar="TEXT", help="the text, or - for standard input"
    )
    explain.add_argument("--format", choices=("text", "json"), default="text")
    explain.add_argument("--examples", action="store_true", help="show the rule's examples too")
    discover = command("discover", "discover", "find the settings for an e-mail address")
    discover.add_argument("address", metavar="ADDRESS")
    _add_dialling(discover, DISCOVERY)
    discover.add_argument(
        "--format", choices=("text", "json", "toml"), default="text", help="output format (text)"
    )
    convert = command("convert", "convert", "convert settings to another format")
    _add_files(convert)
    convert.add_argument("--to", required=True, metavar="FORMAT", help="see mailkit formats")
    command("formats", "formats", "list the formats that are read and written")
    add_commands(command, _add_dialling)
    demo = command("demo", "demo", "guided demo: diagnose and fix accounts against a lab")
    demo.add_argument("folder", nargs="?", metavar="DIR", help="account files (the examples)")
    _add_format(demo)
    add_lab(command)
    relay = command("relay", "relay", "relay a program to its real server, and report its mistakes")
    relay.add_argument("--to", required=True, metavar="HOST:PORT", help="the real server")
    relay.add_argument("--listen", type=int, default=0, metavar="PORT", help="local port (any)")
    relay.add_argument(
        "--security", choices=("implicit-tls", "starttls"), help="default: that of the port"
    )
    relay.add_argument(
        "--ca", action="append", default=[], metavar="FILE", help="additional CA certificates"
    )
    relay.add_argument(
        "--for", dest="seconds", type=float, default=0, metavar="S", help="stop after S seconds"
    )
    finding = command("finding", "finding", "show the page of a finding")
    finding.add_argument("id", metavar="ID")
    finding.add_argument("--examples", action="store_true", help="show the rule's examples too")
    findings = command("findings", "findings", "list all findings")
    findings.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    providers = command("providers", "providers", "list known providers, with source and date")
    providers.add_argument(
        "name", nargs="?", metavar="NAME", help="only providers with this in their name"
    )
    providers.add_argument("--format", choices=("text", "markdown"), default="text")
    completion = command("completion", "completion", "print the completion script of a shell")
    completion.add_argument("shell", choices=("bash", "zsh", "fish"))
    completion.set_defaults(module="mailkit.cli.main")
    for name, shown in commands.choices.items():
        if name not in ("lab", "relay", "send", "outbox", "channel", "sync"):
            _add_output(shown)
    return parser


def completion(options: argparse.Namespace) -> int:
    """Print the completion script of a shell."""
    from mailkit.cli.completion import completion_script

    out(completion_script(command_parser(), options.shell))
    return OK


def _add_output(parser: argparse.ArgumentParser) -> None:
    output = parser.add_argument_group("output")
    output.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="write to a file; it is replaced only when complete. check and diagnose write one row for each "
        "service to FILE.parquet, .csv, .jsonl or .xlsx, diagnose as results come",
    )
    output.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="use colour (auto: on a terminal)",
    )


def _add_files(parser: argparse.ArgumentParser, formats: Sequence[str] = _FORMATS) -> None:
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
    _add_format(parser, formats)


def _add_format(parser: argparse.ArgumentParser, formats: Sequence[str] = _FORMATS) -> None:
    parser.add_argument(
        "--format",
        choices=formats,
        default="text",
        help="output format (text)",
    )


def _add_wire(parser: argparse.ArgumentParser) -> None:
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
    checks = parser.add_argument_group("what to check")
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
    many = parser.add_argument_group("many accounts")
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
    _add_dialling(parser, DIAGNOSIS)


def _add_dialling(parser: argparse.ArgumentParser, times: Times) -> None:
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
        help="connect to ADDR:PORT instead; an empty PORT means any (repeatable)",
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
