"""What each command does: reads its options, calls the toolkit, writes the result whole."""

import argparse
import sys
from time import monotonic
from typing import TYPE_CHECKING, Any

from mailkit.cli.console import (
    begun,
    chosen,
    connection,
    load_accounts,
    load_all,
    out,
    show_secrets,
    style,
    unicode_out,
    width,
)
from mailkit.cli.live import LiveReport, next_step, status_line, waiting
from mailkit.cli.terminal import warn
from mailkit.errors import FormatError, SettingsError

if TYPE_CHECKING:
    from mailkit.account import Account
    from mailkit.net.early import EarlyConnections
    from mailkit.report import Report

__all__ = [
    "apply_fixes",
    "check",
    "convert",
    "demo",
    "diagnose",
    "discover",
    "earlier_document",
    "explain",
    "finding",
    "findings",
    "formats",
    "providers",
    "relay",
]

_LARGEST_REPORT = 256 * 1024 * 1024
_LARGEST_TEXT = 16 * 1024 * 1024
_MOST_PAGES = 2
"""More causes than these are shown as a list."""
OK, WRONG, USAGE, INTERRUPTED = 0, 1, 2, 130


def check(options: argparse.Namespace) -> int:
    """Check files without the network."""
    from mailkit.checks import check_report

    accounts = load_accounts(options)
    if not accounts and options.known_only:
        return USAGE if options.unread else OK
    report = check_report(accounts)
    written = _write_rows(report, options.output) if options.output else False
    if written:
        status = WRONG if report.fails(options.fail_on) else OK
    else:
        status = _write(report, options)
    return USAGE if options.unread else status


def _write_rows(report: "Report", file: str) -> bool:
    """Write a row for each service where the file is a table of results; return whether it is."""
    from pathlib import Path

    from mailkit.fleet.results import is_results, write_results

    if not is_results(file):
        return False
    from mailkit.cli.fleet import summary
    from mailkit.fleet.rows import rows_of

    rows = [*rows_of(report)]
    write_results(Path(file), rows)
    out(summary(rows, file))
    return True


def convert(options: argparse.Namespace) -> int:
    """Convert settings to another format."""
    from mailkit.formats import named

    out(named(options.to).written(load_accounts(options)).rstrip("\n") + "\n")
    return USAGE if options.unread else OK


def formats(options: argparse.Namespace) -> int:
    """List the formats."""
    from mailkit.formats.listing import formats_table

    out(formats_table(width()))
    return OK


def diagnose(options: argparse.Namespace) -> int:
    """Diagnose accounts on the network."""
    from mailkit.net.trust import trust_of

    trust_of(tuple(options.ca)).prepare()  # they are read while the rest is imported
    everybody = load_all(options)
    accounts = chosen(everybody, options)
    if not (options.no_login or options.resume):
        show_secrets(accounts)
    with begun(accounts, options) as early:
        return _diagnosed(everybody, accounts, options, early)


def _diagnosed(
    everybody: "list[Account]",
    accounts: "list[Account]",
    options: argparse.Namespace,
    early: "EarlyConnections | None",
) -> int:
    from mailkit.cli.fleet import changes_text, diagnose_to_file, earlier, run_options, workplace
    from mailkit.fleet.run import diagnose_all
    from mailkit.report import Report

    if options.output and _is_results(options.output):
        return diagnose_to_file(options, everybody, accounts)
    if options.resume:
        raise SettingsError("--resume goes with --output FILE.parquet, .csv, .jsonl or .xlsx")
    before, document = earlier(options.before) if options.before else ([], None)
    reports: list[Report | None] = [None] * len(accounts)
    done = 0
    live = LiveReport(options.format == "text")
    interrupted = False
    try:
        with status_line(lambda: waiting(done, len(accounts))) as line, workplace(options) as where:
            for report in diagnose_all(
                accounts,
                known=everybody,
                before=document,
                early=early,
                **where,
                **run_options(options),
            ):
                reports[report.accounts[0].position] = report
                done += 1
                live.show(reports, line)
    except KeyboardInterrupt:
        interrupted = True
    report = Report.merged(report for report in reports if report is not None)
    status = _write(report, options, live.written)
    if interrupted:
        left = len(accounts) - done
        resumed = (
            "; a run with --output FILE.jsonl can go on with --resume" if len(accounts) > 1 else ""
        )
        warn(f"interrupted; {left} of {len(accounts)} not finished{resumed}")
        return INTERRUPTED
    if options.before and options.format == "text":
        from mailkit.fleet.rows import rows_of

        out(changes_text(before, [*rows_of(report)]))
    failed = False
    if options.apply:
        failed = apply_fixes(report, options.read_as)
    elif options.format == "text":
        out(next_step(report, options.files))
    return USAGE if options.unread or failed else status


def _is_results(file: str) -> bool:
    from mailkit.fleet.results import is_results

    return is_results(file)


def earlier_document(file: str) -> Any:
    """Read an earlier report in JSON."""
    import json
    from pathlib import Path

    from mailkit.private import read_regular

    try:
        found = json.loads(read_regular(Path(file), _LARGEST_REPORT))
    except (OSError, ValueError, RecursionError) as error:
        raise SettingsError(f"{file}: not a report in JSON ({error})") from None
    if not isinstance(found, dict):
        raise SettingsError(f"{file}: not a report in JSON")
    return found


def apply_fixes(report: "Report", read_as: str | None = None) -> bool:
    """Write the verified fixes; return whether any file could not be written. One that fails stops no other."""
    from mailkit.formats import repair
    from mailkit.observation import Proof

    files: dict[str, list[tuple[Any, str, dict[str, Any]]]] = {}
    for account in report.accounts:
        for service in account.services:
            place = service.service.place()
            if service.proposal and service.proposal.proof is Proof.LOGGED_IN and place:
                changes = {key: pair[1] for key, pair in service.proposal.changes.items()}
                files.setdefault(place.file, []).append(
                    (account.account, service.service.role, changes)
                )
    failed = False
    for file, changed in files.items():
        try:
            repair(file, changed, read_as)
        except FormatError as error:
            failed = True
            warn(error)
        else:
            warn(f"{len(changed)} fixed in {file}")
    return failed


def discover(options: argparse.Namespace) -> int:
    """Find the settings for an address."""
    from mailkit.discovery.discover import discover as find_settings

    began = monotonic()
    with status_line(
        lambda: f"looking for the settings of {options.address}, {monotonic() - began:.0f} s"
    ):
        result = find_settings(
            options.address,
            **(connection(options) | {"timeout": min(options.timeout, options.deadline)}),
        )
    shown = {
        "text": lambda: result.to_text(width()),
        "json": lambda: result.to_json() + "\n",
        "toml": result.to_toml,
    }
    out(shown[options.format]())
    return OK if result.account is not None else WRONG


def providers(options: argparse.Namespace) -> int:
    """Show the table of providers."""
    from mailkit.report.manual import providers_table

    out(providers_table(options.format, options.name, width()))
    return OK


def _pasted() -> str:
    """The text on standard input.

    Raises:
        SettingsError: it is larger than any log that people paste.
    """
    from mailkit.private import at_most

    if sys.stdin.isatty():
        end = "Ctrl-Z and Enter" if sys.platform == "win32" else "Ctrl-D"
        warn(f"paste the text and press Enter, then {end}")
    data = at_most(sys.stdin.buffer, _LARGEST_TEXT + 1)
    if len(data) > _LARGEST_TEXT:
        raise SettingsError(
            f"the text is larger than {_LARGEST_TEXT // 1024**2} MiB; paste the end of it"
        )
    return data.decode("utf-8", "replace")


def explain(options: argparse.Namespace) -> int:
    """Explain a pasted text."""
    from mailkit import explanation

    text = _pasted() if options.text in ([], ["-"]) else " ".join(options.text)
    found = explanation.explain(text)
    if options.format == "json":
        from mailkit.text import as_json

        out(as_json(explanation.document(found), indent=2) + "\n")
    elif not found:
        out(
            f"{explanation.unknown(text)} Paste the whole log, or check the account itself: mailkit diagnose FILE\n"
        )
    elif len(found) > _MOST_PAGES and not options.examples:
        from mailkit.cli.causes import causes_text

        out(causes_text(found, style(), width()))
    else:
        from mailkit.report.finding_page import page_text
        from mailkit.rules.lookup import rule_named

        drawn = style()
        pages = [
            page_text(
                rule_named(cause.id),
                drawn,
                width(),
                seen=tuple(part for part in (cause.matched, cause.source) if part),
                certainty=str(cause.certainty),
                steps=(cause.advice, cause.check),
                examples=options.examples,
            )
            for cause in found
        ]
        head = "" if len(pages) == 1 else "Possible causes, likeliest first.\n\n"
        out(head + "\n".join(pages))
    return OK if found else WRONG


def demo(options: argparse.Namespace) -> int:
    """Run the guided demo."""
    from mailkit.cli import demo as stage

    return stage.demo(
        options.folder, write=lambda report: _write(report, options), text=options.format == "text"
    )


def relay(options: argparse.Namespace) -> int:
    """Relay a program to its real server."""
    from mailkit.cli.relay import relay as run

    return run(options, out)


def finding(options: argparse.Namespace) -> int:
    """Show the page of a finding."""
    from difflib import get_close_matches

    from mailkit.report.finding_page import page_text
    from mailkit.rules.catalogue import RULES

    name = options.id.lower()
    if name not in RULES:
        near = get_close_matches(name, RULES, 3)
        hint = f"; did you mean {', '.join(near)}?" if near else "; mailkit findings lists them"
        raise SettingsError(f"unknown finding {options.id}{hint}")
    out(page_text(RULES[name], style(), width(), examples=options.examples))
    return OK


def findings(options: argparse.Namespace) -> int:
    """Show the table of findings."""
    from mailkit.report.manual import table

    out(table(options.format, style(), width()))
    return OK


def _write(report: "Report", options: argparse.Namespace, written: int = 0) -> int:
    """Write a report, without the first ``written`` accounts, which were shown before; return the exit status."""
    if options.format == "json":
        text = report.to_json(ascii_only=not unicode_out()) + "\n"
    elif options.format in ("sarif", "github"):
        from mailkit.report.sarif import report_github, report_sarif

        text = report_sarif(report) if options.format == "sarif" else report_github(report)
    elif options.format == "markdown":
        from mailkit.report.markdown import report_markdown

        text = report_markdown(report)
    elif options.format == "html":
        from mailkit.report.html import report_page

        text = report_page(report)
    else:
        from mailkit.report.terminal import report_text

        text = report_text(report, width=width(), style=style(), skip=written)
    out(text, "xmlcharrefreplace" if options.format == "html" else "replace")
    return WRONG if report.fails(getattr(options, "fail_on", "error")) else OK
