"""Many accounts from the command line: executors, results in a file, and pages of results."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailkit.cli.console import connection, out, show_secrets
from mailkit.cli.terminal import warn
from mailkit.errors import SettingsError, needs

if TYPE_CHECKING:
    from mailkit.account import Account
    from mailkit.fleet.results import ResultFile
    from mailkit.fleet.rows import ResultRow
    from mailkit.report import Report

__all__ = ["changes_text", "diagnose_to_file", "earlier", "report", "run_options", "workplace"]

OK, WRONG, USAGE, INTERRUPTED = 0, 1, 2, 130

_MOST_SHOWN = 20


def run_options(options: argparse.Namespace) -> dict[str, Any]:
    """Return the options for :func:`mailkit.fleet.run.diagnose_all`."""
    return {
        **connection(options),
        "login": not options.no_login,
        "thorough": options.thorough,
        "mailbox": options.mailbox,
        "rehearse": tuple(options.rehearse) if options.rehearse else None,
        "send_test": options.send_test,
        "wrong_password": options.wrong_password,
        "per_host": options.per_host,
        "per_host_rate": options.per_host_rate,
    }


@contextmanager
def workplace(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Choose the executor: threads of this process, several processes, or a Dask cluster."""
    if options.scheduler and options.jobs:
        raise SettingsError("pass --jobs or --scheduler, not both")
    if options.scheduler:
        try:
            import distributed
        except ImportError:
            raise needs("cluster", "distributed") from None
        made: Any = distributed.Client
        try:
            client = made(options.scheduler, timeout="10s")
        except (OSError, ValueError) as error:
            raise SettingsError(f"--scheduler {options.scheduler}: {error}") from None
        with client:
            yield {"executor": client.get_executor()}
    elif options.jobs and options.jobs > 1:
        yield {"executor": "processes", "workers": options.jobs}
    else:
        yield {}


def diagnose_to_file(
    options: argparse.Namespace, everybody: "list[Account]", accounts: "list[Account]"
) -> int:
    """Diagnose accounts, write a row for each service to a file as soon as it is finished, and print a summary."""
    from mailkit.fleet.results import ResultFile
    from mailkit.fleet.run import diagnose_all

    if options.format != "text":
        raise SettingsError("--format does not go with a table; its kind is the end of its name")
    rows, document = earlier(options.before) if options.before else ([], None)
    results = ResultFile(options.output, accounts, resume=options.resume)
    left = [accounts[number] for number in results.left()]
    places = results.left()
    if len(left) < len(accounts):
        warn(f"{len(accounts) - len(left)} accounts are done, {len(left)} left")
    if options.resume and not options.no_login:
        show_secrets(left)
    fixed: list[Report] = []
    interrupted = False
    try:
        with workplace(options) as where:
            for report in diagnose_all(
                left,
                known=everybody,
                before=document,
                progress=True,
                **where,
                **run_options(options),
            ):
                report = _moved(report, places)
                results.add(report)
                if options.apply:
                    fixed.append(report)
    except KeyboardInterrupt:
        interrupted = True
    finally:
        results.close(finished=not interrupted and not sys.exc_info()[0])
    if interrupted:
        done = len({row["id"] for row in _rows(results)})
        warn(
            f"interrupted; {done} of {len(accounts)} accounts are in {options.output}. "
            "Run the same command with --resume to go on."
        )
        return INTERRUPTED
    return _told(results, rows, options, fixed)


def report(options: argparse.Namespace) -> int:
    """Show the results of a run: as a page to filter, or as a summary."""
    from mailkit.fleet.results import read_results

    rows = read_results(Path(options.results))
    if options.format == "html":
        from mailkit.fleet.page import results_page

        out(results_page(rows), "xmlcharrefreplace")
    else:
        out(summary(rows, options.results))
    if options.before:
        if options.format == "html":
            raise SettingsError("--before goes with --format text")
        out(changes_text(earlier(options.before)[0], rows))
    return OK


def _moved(report: "Report", places: "list[int]") -> "Report":
    """Return the report with the position of its account in the whole input."""
    from dataclasses import replace

    (account,) = report.accounts
    return replace(report, accounts=(replace(account, position=places[account.position]),))


def _rows(results: "ResultFile") -> "list[ResultRow]":
    from mailkit.fleet.results import read_results

    return read_results(results.path)


def _told(
    results: "ResultFile",
    before: "list[ResultRow]",
    options: argparse.Namespace,
    fixed: "list[Report]",
) -> int:
    """Write the summary, and with ``--apply`` the fixes; return the exit status."""
    from mailkit.report import Report

    rows = _rows(results)
    out(summary(rows, str(results.path)))
    if options.before:
        out(changes_text(before, rows))
    failed = False
    if options.apply:
        from mailkit.cli.accounts import apply_fixes

        failed = apply_fixes(Report.merged(fixed), options.read_as)
    if options.unread or failed:
        return USAGE
    return WRONG if _fails(rows, options.fail_on) else OK


def _fails(rows: "list[ResultRow]", level: str) -> bool:
    counted = {"error": ("errors",), "warning": ("errors", "warnings"), "never": ()}
    columns = counted.get(level, ("errors", "warnings", "notes"))
    if level == "never":
        return False
    return any(not row["ok"] or any(row[column] for column in columns) for row in rows)


def summary(rows: "list[ResultRow]", file: str) -> str:
    """Summarise how many services work, and the most frequent causes of the others."""
    from mailkit.text import plural

    causes = Counter(row["cause"] for row in rows if not row["ok"])
    failing = sum(causes.values())
    proved = sum(row["proposal_proof"] == "logged-in" for row in rows)
    lines = [f"{file}: {plural(len(rows), 'service')}, {failing:,} failing"]
    lines += [f"  {count:>6,}  {cause}" for cause, count in causes.most_common(_MOST_SHOWN)]
    if proved:
        lines.append(f"{plural(proved, 'fix', 'fixes')} verified by login")
    return "\n".join(lines) + "\n"


def changes_text(before: "list[ResultRow]", after: "list[ResultRow]") -> str:
    """List what changed since an earlier run: counts, and the first lines."""
    from mailkit.fleet.frames import changes
    from mailkit.text import clean

    found = changes(before, after)
    counts = Counter(row["change"] for row in found)
    names = ("failing", "fixed", "changed", "new", "gone")
    head = ", ".join(f"{counts[name]:,} {name}" for name in names if counts[name])
    lines = [f"Since the earlier run: {head or 'nothing changed'}."]
    for row in found[:_MOST_SHOWN]:
        was = row["was_cause"] or ("OK" if row["was_ok"] else "")
        now = row["cause"] or ("OK" if row["ok"] else "")
        arrow = " → ".join(word for word in (was, now) if word)
        lines.append(f"  {row['change']:<8} {clean(row['account'], 60)} {row['service']}: {arrow}")
    if len(found) > _MOST_SHOWN:
        lines.append(f"  … and {len(found) - _MOST_SHOWN:,} more (mailkit.changes_frame has all)")
    return "\n".join(lines) + "\n"


def earlier(file: str) -> "tuple[list[ResultRow], dict[str, Any]]":
    """Load an earlier run from a report in JSON or a table: as rows, and as the document that rules compare with."""
    from mailkit.fleet.results import is_results, read_results
    from mailkit.fleet.rows import document_rows, rows_document

    if is_results(file) or Path(f"{file}.partial").exists():
        rows = read_results(Path(file))
        return rows, rows_document(rows)
    from mailkit.cli.accounts import earlier_document

    document = earlier_document(file)
    return document_rows(document), document
