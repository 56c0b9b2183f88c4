"""What each command does: reads its options, calls the toolkit, writes the result whole."""

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mailkit.errors import SettingsError

if TYPE_CHECKING:
    from mailkit.account import Account
    from mailkit.report import Report
    from mailkit.report.terminal import Style

__all__ = [
    "check",
    "demo",
    "diagnose",
    "discover",
    "explain",
    "finding",
    "findings",
    "lab",
    "providers",
]

OK, WRONG, USAGE, INTERRUPTED = 0, 1, 2, 130


def check(options: argparse.Namespace) -> int:
    """Look for what is wrong in files."""
    from mailkit.checks import check_report

    return _write(check_report(_load(options)), options)


def diagnose(options: argparse.Namespace) -> int:
    """Find out on the wire."""
    from mailkit.diagnosis import diagnose_all
    from mailkit.report import Report

    everybody = _load(options, chosen=False)
    accounts = _load(options)
    done: dict[str, Report] = {}
    interrupted = False
    try:
        for report in diagnose_all(
            accounts,
            progress=sys.stderr.isatty(),
            known=everybody,
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
        found = json.loads(Path(file).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file}: no report in JSON ({error})") from None
    if not isinstance(found, dict):
        raise SettingsError(f"{file}: no report in JSON")
    return found


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


def discover(options: argparse.Namespace) -> int:
    """Find the settings for an address."""
    from mailkit import discovery

    result = discovery.discover(
        options.address,
        connect_to=_routes(options.connect_to),
        dns=_resolver(options.dns),
        ca=options.ca,
        timeout=min(options.timeout, options.deadline),
        deadline=options.deadline,
    )
    shown = {
        "text": lambda: result.to_text(_width()),
        "json": lambda: result.to_json() + "\n",
        "toml": result.to_toml,
    }
    _out(shown[options.format]())
    return OK if result.account is not None else WRONG


def providers(options: argparse.Namespace) -> int:
    """Show the table of providers."""
    from mailkit.report.manual import providers_table

    _out(providers_table(options.format, options.name))
    return OK


def explain(options: argparse.Namespace) -> int:
    """Say what a pasted text means."""
    from mailkit import explanation
    from mailkit.rules.catalogue import RULES

    text = sys.stdin.read() if options.text == ["-"] else " ".join(options.text)
    found = explanation.explain(text)
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


def demo(options: argparse.Namespace) -> int:
    """Put all of it on stage."""
    from mailkit import demo as stage

    return stage.demo(
        options.folder, write=lambda report: _write(report, options), text=options.format == "text"
    )


def lab(options: argparse.Namespace) -> int:
    """Start, end and show the lab."""
    from mailkit.lab import keep

    if options.action == "faults":
        from mailkit.lab.faults import NOT_SHOWN, SCENARIOS
        from mailkit.rules.catalogue import RULES

        rows = [f"{name:<27} {RULES[name].title}" for name in SCENARIOS]
        rows += [f"{name:<27} not shown: {why}" for name, why in NOT_SHOWN.items()]
        _out("\n".join(rows) + "\n")
        return OK
    if options.action == "up":
        return keep.up(options.fault, options.seconds, _out, options.make)
    return keep.down(_out) if options.action == "down" else keep.status(_out)


def finding(options: argparse.Namespace) -> int:
    """Show one manual page."""
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


def findings(options: argparse.Namespace) -> int:
    """Show the table of findings."""
    from mailkit.report.manual import table

    _out(table(options.format, _style(), _width()))
    return OK


def _load(options: argparse.Namespace, *, chosen: bool = True) -> "list[Account]":
    from mailkit.formats import load

    accounts = [account for file in options.files for account in load(file)]
    if options.account and chosen:
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
    if not colon or not is_address(address) or not port.isdecimal() or not 0 < int(port) < 65536:
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
