"""The commands, and what each of them takes."""

import argparse
import sys
from typing import NoReturn

from mailkit.cli.lab_options import add_lab
from mailkit.cli.mail_options import add_mail
from mailkit.cli.options import Make, add_dialling, add_files, add_format, add_output, add_wire
from mailkit.cli.parser import Help, Listed, Parser
from mailkit.net.times import DISCOVERY

__all__ = ["command_parser"]

_EPILOG = """\
exit status: 0 no finding at or above --fail-on, 1 one or more, 2 usage or an input that cannot be read, 130 interrupted
"""


class _Version(argparse.Action):
    """Prints the version; the distribution's metadata is read only when asked for."""

    def __call__(self, *_: object) -> NoReturn:
        from importlib.metadata import version

        sys.stdout.write(f"mailkit {version('mailkit-lab')}\n")
        raise SystemExit(0)


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

    for add in (
        _add_check,
        _add_report,
        _add_settings,
        add_mail,
        _add_demo,
        add_lab,
        _add_relay,
        _add_reference,
    ):
        add(command)
    for name, shown in commands.choices.items():
        if name not in ("lab", "relay", "send", "outbox", "channel", "sync"):
            add_output(shown, rows=name in ("check", "diagnose"))
    return parser


def _add_check(command: Make) -> None:
    check = command("check", "check", "check account files without the network")
    add_files(check, ("text", "json", "markdown", "html", "sarif", "github"))
    check.add_argument(
        "--known-only",
        action="store_true",
        help="skip files of unknown formats (for hooks that pass every file)",
    )
    diagnose = command("diagnose", "diagnose", "diagnose accounts on the network and verify fixes")
    add_files(diagnose)
    add_wire(diagnose)
    for parser_ in (check, diagnose):
        parser_.add_argument(
            "--fail-on",
            choices=("error", "warning", "note", "never"),
            default="error",
            help="exit with status 1 from this severity on (error)",
        )


def _add_report(command: Make) -> None:
    report = command("report", "report", "show the results of a run as a page, or as a summary")
    report.set_defaults(module="mailkit.cli.fleet")
    report.add_argument(
        "results",
        metavar="RESULTS",
        help="what diagnose wrote: .parquet, .csv, .jsonl, .xlsx or .json",
    )
    report.add_argument(
        "--format", choices=("text", "html"), default="text", help="output format (text)"
    )
    report.add_argument("--before", metavar="RESULTS", help="an earlier run to compare with")
    explain = command(
        "explain", "explain", "explain a pasted error message, reply or transcript, offline"
    )
    explain.add_argument(
        "text", nargs="*", metavar="TEXT", help="the text; without it, standard input"
    )
    explain.add_argument(
        "--format", choices=("text", "json"), default="text", help="output format (text)"
    )
    explain.add_argument("--examples", action="store_true", help="show the rule's examples too")


def _add_settings(command: Make) -> None:
    discover = command("discover", "discover", "find the settings for an e-mail address")
    discover.add_argument("address", metavar="ADDRESS", help="the e-mail address")
    add_dialling(discover, DISCOVERY)
    discover.add_argument(
        "--format", choices=("text", "json", "toml"), default="text", help="output format (text)"
    )
    convert = command("convert", "convert", "convert settings to another format")
    add_files(convert)
    convert.add_argument("--to", required=True, metavar="FORMAT", help="see mailkit formats")
    command("formats", "formats", "list the formats that are read and written")


def _add_demo(command: Make) -> None:
    demo = command("demo", "demo", "guided demo: diagnose and fix accounts against a lab")
    demo.add_argument("folder", nargs="?", metavar="DIR", help="account files (the examples)")
    add_format(demo)


def _add_relay(command: Make) -> None:
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


def _add_reference(command: Make) -> None:
    finding = command("finding", "finding", "show the page of a finding")
    finding.add_argument(
        "id",
        metavar="ID",
        help="the id of a finding, such as tls-plain-server (see mailkit findings)",
    )
    finding.add_argument("--examples", action="store_true", help="show the rule's examples too")
    findings = command("findings", "findings", "list all findings")
    findings.add_argument(
        "--format",
        choices=("text", "json", "markdown"),
        default="text",
        help="output format (text)",
    )
    providers = command("providers", "providers", "list known providers, with source and date")
    providers.add_argument(
        "name", nargs="?", metavar="NAME", help="only providers with this in their name"
    )
    providers.add_argument(
        "--format", choices=("text", "markdown"), default="text", help="output format (text)"
    )
    completion = command("completion", "completion", "print the completion script of a shell")
    completion.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell")
    completion.set_defaults(module="mailkit.cli.main")
