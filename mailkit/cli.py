"""The command line."""

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from mailkit.errors import MailError, SettingsError

if TYPE_CHECKING:
    from mailkit.account import Account
    from mailkit.report import Report
    from mailkit.report.terminal import Style

__all__ = ["main"]

OK, WRONG, USAGE, INTERRUPTED = 0, 1, 2, 130

_EPILOG = """\
exit status: 0 nothing wrong (notes allowed), 1 something wrong found, 2 usage or an input that
cannot be read, 130 interrupted
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status."""
    parser = _parser()
    try:
        options = parser.parse_args(argv)
        status: int = options.run(options)
    except SystemExit as exit_:
        return int(exit_.code or 0)
    except MailError as error:
        sys.stderr.write(f"mailkit: {error}\n")
        return USAGE
    except KeyboardInterrupt:
        sys.stderr.write("mailkit: interrupted\n")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    return status


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        sys.stderr.write(f"mailkit: {message}\nTry: {self.prog} --help\n")
        raise SystemExit(USAGE)


class _Version(argparse.Action):
    """Read from the installed distribution, and only when asked for."""

    def __call__(self, *_: object) -> NoReturn:
        from importlib.metadata import version

        sys.stdout.write(f"mailkit {version('mailkit-lab')}\n")
        raise SystemExit(OK)


def _parser() -> argparse.ArgumentParser:
    plain = argparse.RawDescriptionHelpFormatter
    parser = _Parser(
        prog="mailkit",
        description="Find out why a mail account does not work, and prove the repair.",
        epilog=_EPILOG,
        formatter_class=plain,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)

    def command(name: str, run: Callable[[Any], int], help_: str) -> argparse.ArgumentParser:
        one = commands.add_parser(
            name, help=help_, description=help_, epilog=_EPILOG, formatter_class=plain
        )
        one.set_defaults(run=run)
        return one

    check = command("check", _check, "look for what is wrong in account files, without a network")
    _add_files(check)
    diagnose = command(
        "diagnose", _diagnose, "find out on the wire why accounts do not work; prove repairs"
    )
    _add_files(diagnose)
    _add_wire(diagnose)
    explain = command(
        "explain", _explain, "what a pasted error message, reply or transcript means, offline"
    )
    explain.add_argument("text", nargs="+", metavar="TEXT", help="the text, or - to read it")
    explain.add_argument("--format", choices=("text", "json"), default="text")
    demo = command("demo", _demo, "diagnose and repair wrongly set accounts against a lab")
    demo.add_argument("folder", nargs="?", metavar="DIR", help="account files (the examples)")
    _add_format(demo)
    lab = command("lab", _lab, "local mail servers, in order or broken on request")
    lab.add_argument("action", choices=("up", "down", "status", "faults"))
    lab.add_argument("--fault", metavar="ID", help="with up: show this one fault")
    lab.add_argument(
        "--for", dest="seconds", type=float, default=28_800, metavar="S", help="end by itself after"
    )
    finding = command("finding", _finding, "the manual page of one finding")
    finding.add_argument("id", metavar="ID")
    findings = command("findings", _findings, "the table of all findings")
    findings.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    return parser


def _add_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="account files")
    parser.add_argument(
        "--account", action="append", metavar="NAME", help="only this account (repeatable)"
    )
    _add_format(parser)


def _add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format",
        choices=("text", "json", "markdown", "html"),
        default="text",
        help="how to write the report (text)",
    )


def _add_wire(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--timeout", type=float, default=10, metavar="S", help="each step (10 s)")
    parser.add_argument(
        "--deadline", type=float, default=30, metavar="S", help="each service, all steps (30 s)"
    )
    parser.add_argument(
        "--ca", action="append", default=[], metavar="FILE", help="more trust anchors, in PEM"
    )
    parser.add_argument("--no-login", action="store_true", help="stop before the login")
    parser.add_argument(
        "--thorough", action="store_true", help="also look at other ports, addresses, the goodbye"
    )
    parser.add_argument(
        "--mailbox",
        action="store_true",
        help="also look inside: folders, quota, rights; changes nothing",
    )
    parser.add_argument(
        "--rehearse",
        nargs=2,
        metavar=("FROM", "TO"),
        help="ask whether a message would be taken; nothing is sent",
    )
    parser.add_argument(
        "--send-test",
        metavar="TO",
        default="",
        help="really send one message; find it again if TO is one of the accounts",
    )
    parser.add_argument(
        "--wrong-password",
        action="store_true",
        help="also try a wrong password on purpose, to see it refused",
    )
    parser.add_argument("--before", metavar="REPORT", help="an earlier JSON report to compare with")
    parser.add_argument(
        "--connect-to",
        action="append",
        default=[],
        metavar="HOST:PORT:ADDR:PORT",
        help="where that endpoint is really reached; an empty PORT stands for any (repeatable)",
    )
    parser.add_argument(
        "--dns", metavar="ADDR:PORT", help="resolver to ask instead of the machine's own"
    )
    parser.add_argument(
        "--apply", action="store_true", help="write repairs proved by a login into the files"
    )


def _check(options: argparse.Namespace) -> int:
    from mailkit.checks import check_report

    return _write(check_report(_load(options)), options)


def _diagnose(options: argparse.Namespace) -> int:
    from mailkit.diagnosis import diagnose_all
    from mailkit.report import Report

    accounts = _load(options)
    done: dict[str, Report] = {}
    interrupted = False
    try:
        for report in diagnose_all(
            accounts,
            progress=sys.stderr.isatty(),
            ca=options.ca,
            connect_to=_routes(options.connect_to),
            dns=_resolver(options.dns),
            timeout=options.timeout,
            deadline=options.deadline,
            login=not options.no_login,
            thorough=options.thorough,
            mailbox=options.mailbox,
            rehearse=tuple(options.rehearse) if options.rehearse else None,
            send_test=options.send_test,
            wrong_password=options.wrong_password,
            before=_earlier(options.before) if options.before else None,
        ):
            done[_key(report.accounts[0].account)] = report
    except KeyboardInterrupt:
        interrupted = True
    report = Report.merged(done[_key(a)] for a in accounts if _key(a) in done)
    status = _write(report, options)
    if interrupted:
        left = len(accounts) - len(done)
        sys.stderr.write(f"mailkit: interrupted; {left} of {len(accounts)} not finished\n")
        return INTERRUPTED
    if options.apply:
        _apply(report)
    return status


def _earlier(file: str) -> Any:
    import json
    from pathlib import Path

    try:
        return json.loads(Path(file).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file}: no report in JSON ({error})") from None


def _key(account: "Account") -> str:
    place = account.place()
    return f"{account.label}\0{place.file if place else ''}"


def _apply(report: "Report") -> None:
    from mailkit.formats import repair
    from mailkit.observation import Proof

    files: dict[str, list[tuple[Any, str, dict[str, Any]]]] = {}
    for account in report.accounts:
        for one in account.services:
            place = one.service.place()
            if one.proposal and one.proposal.proof is Proof.LOGGED_IN and place:
                changes = {key: pair[1] for key, pair in one.proposal.changes.items()}
                files.setdefault(place.file, []).append(
                    (account.account, one.service.role, changes)
                )
    for file, changed in files.items():
        repair(file, changed)
        sys.stderr.write(f"mailkit: {len(changed)} repaired in {file}\n")


def _explain(options: argparse.Namespace) -> int:
    from mailkit.explanation import explain
    from mailkit.rules.catalogue import RULES

    text = sys.stdin.read() if options.text == ["-"] else " ".join(options.text)
    found = explain(text)
    if options.format == "json":
        import json

        rows = [
            {"id": f.id, "severity": str(f.severity), "message": f.message, "evidence": f.evidence}
            for f in found
        ]
        _out(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
    elif not found:
        _out("This text is not known. Diagnose the account: mailkit diagnose FILE\n")
    else:
        from mailkit.report.manual import page_text

        style = _style()
        pages = [page_text(RULES[f.id], style, _width(), seen=f.evidence) for f in found]
        head = "" if len(pages) == 1 else "It may be one of these, likeliest first.\n\n"
        _out(head + "\n".join(pages))
    return WRONG if found else OK


def _demo(options: argparse.Namespace) -> int:
    from mailkit.demo import demo

    return demo(
        options.folder, write=lambda report: _write(report, options), text=options.format == "text"
    )


def _lab(options: argparse.Namespace) -> int:
    from mailkit.lab import keep

    if options.action == "faults":
        from mailkit.lab.faults import NOT_SHOWN, SCENARIOS
        from mailkit.rules.catalogue import RULES

        rows = [f"{name:<27} {RULES[name].title}" for name in SCENARIOS]
        rows += [f"{name:<27} not shown: {why}" for name, why in NOT_SHOWN.items()]
        _out("\n".join(rows) + "\n")
        return OK
    if options.action == "up":
        return keep.up(options.fault, options.seconds, _out)
    return keep.down(_out) if options.action == "down" else keep.status(_out)


def _finding(options: argparse.Namespace) -> int:
    from difflib import get_close_matches

    from mailkit.report.manual import page_text
    from mailkit.rules.catalogue import RULES

    name = options.id.lower()
    if name not in RULES:
        near = get_close_matches(name, RULES, 3)
        hint = f"; did you mean {', '.join(near)}?" if near else "; mailkit findings lists them"
        raise SettingsError(f"no finding is called {options.id}{hint}")
    _out(page_text(RULES[name], _style(), _width()))
    return OK


def _findings(options: argparse.Namespace) -> int:
    from mailkit.report.manual import table

    _out(table(options.format, _style(), _width()))
    return OK


def _load(options: argparse.Namespace) -> "list[Account]":
    from mailkit.formats import load

    accounts = [account for file in options.files for account in load(file)]
    if options.account:
        known = {account.label for account in accounts}
        if missing := [name for name in options.account if name not in known]:
            raise SettingsError(f"no account is called {', '.join(missing)}")
        accounts = [account for account in accounts if account.label in options.account]
    return accounts


def _routes(given: Sequence[str]) -> dict[tuple[str, int | None], list[tuple[str, int]]]:
    """``HOST:PORT:ADDR:PORT``, as in curl; IPv6 addresses stand in brackets."""
    import re

    routes: dict[tuple[str, int | None], list[tuple[str, int]]] = {}
    for text in given:
        match = re.fullmatch(r"(\[[^\]]+\]|[^:]+):(\d*):(\[[^\]]+\]|[^:]+):(\d+)", text)
        if match is None or not 0 < int(match[4]) < 65536:
            raise SettingsError(f"--connect-to takes HOST:PORT:ADDR:PORT, not {text!r}")
        key = (match[1].lower(), int(match[2]) if match[2] else None)
        routes.setdefault(key, []).append((match[3].strip("[]"), int(match[4])))
    return routes


def _resolver(given: str | None) -> tuple[str, int] | None:
    """``ADDR`` or ``ADDR:PORT``; IPv6 addresses with a port stand in brackets."""
    from mailkit.account import is_address

    if given is None:
        return None
    address, colon, port = given.rpartition(":")
    if is_address(given):
        address, colon, port = given, ":", "53"
    if not colon or not is_address(address) or not port.isdigit() or not 0 < int(port) < 65536:
        raise SettingsError(f"--dns takes ADDR:PORT, not {given!r}")
    return address.strip("[]"), int(port)


def _write(report: "Report", options: argparse.Namespace) -> int:
    """Write a report whole, and say whether anything is wrong."""
    from mailkit.finding import Severity

    if options.format == "json":
        text = report.to_json(ascii_only=not _unicode()) + "\n"
    elif options.format == "markdown":
        from mailkit.report.markdown import report_markdown

        text = report_markdown(report)
    elif options.format == "html":
        from mailkit.report.page import report_page

        text = report_page(report)
    else:
        from mailkit.report.terminal import report_text

        text = report_text(report, width=_width(), style=_style())
    _out(text, "xmlcharrefreplace" if options.format == "html" else "replace")
    noted = all(finding.severity is Severity.NOTE for finding in report.findings)
    return OK if report.ok and noted else WRONG


def _style() -> "Style":
    from mailkit.report.terminal import Style

    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return Style(colour=colour and os.environ.get("TERM") != "dumb", unicode=_unicode())


def _unicode() -> bool:
    return (sys.stdout.encoding or "utf-8").lower().startswith(("utf-", "utf8"))


def _width() -> int:
    return min(shutil.get_terminal_size((100, 24)).columns, 110)


def _out(text: str, errors: str = "replace") -> None:
    """Write a text whole; what the terminal's encoding lacks is replaced."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, errors).decode(encoding))
    sys.stdout.flush()
