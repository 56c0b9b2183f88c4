"""The guided demo: diagnose working and broken accounts against a lab, fix them, and verify the fixes."""

import os
import secrets
import string
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from mailkit.errors import SettingsError
from mailkit.fleet.run import diagnose_all
from mailkit.formats import load
from mailkit.lab import Lab, Listener, standard
from mailkit.observation import Proof
from mailkit.report import Report, ServiceReport
from mailkit.text import plural

__all__ = ["demo", "examples", "world"]

VARIABLE = "MAILKIT_DEMO_PASSWORD"


def demo(folder: str | None, *, write: Callable[[Report], int], text: bool) -> int:
    """Diagnose and fix the accounts of a folder against a lab.

    Args:
        folder: folder of account files; without one, the examples in the package.
        write: writes the report.
        text: whether the output is text for people; then an introduction and the next steps are printed too.

    Returns:
        0 if every service works or has a fix that was verified by login, else 1.

    Raises:
        SettingsError: the folder has no account files.
    """
    files = sorted((Path(folder) if folder else examples()).glob("*.toml"))
    if not files:
        raise SettingsError(f"no account files (*.toml) in {folder or examples()}")
    password = "".join(secrets.choice(string.ascii_lowercase) for _ in range(16))
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = password
    began = time.monotonic()
    try:
        accounts = [account for file in files for account in load(_short(file))]
        with Lab(world(password)) as lab:
            if text:
                _say(_opening(lab, len(files), len(accounts), time.monotonic() - began))
            reports = {
                report.accounts[0].account.identity: report
                for report in diagnose_all(
                    accounts,
                    concurrency=8,
                    connect_to=lab.connect_to,
                    ca=lab.ca_file,
                    timeout=2.0,
                    deadline=20.0,
                    progress=text and sys.stderr.isatty(),
                )
            }
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before
    report = Report.merged(reports[account.identity] for account in accounts)
    write(report)
    services = [service for account in report.accounts for service in account.services]
    held = all(service.ok or _repaired(service) for service in services)
    if text:
        _say(_closing(report, time.monotonic() - began, held=held))
    return 0 if held else 1


def examples() -> Path:
    """Return the folder of the examples, in an installation or in a checkout."""
    here = Path(__file__).parents[1]
    installed = here / "examples"
    return installed if installed.is_dir() else here.parent / "examples"


def world(password: str) -> tuple[Listener, ...]:
    """Return the hosts in the examples, each with the forms of user name that it accepts."""

    def users(*names: str) -> dict[str, str]:
        return dict.fromkeys(names, password)

    shop = users("service", "vendors@example.com", "returns@example.com")
    gmail = users("calls@example.org", "company@example.org")
    letters = users("letters@letters.example.com")
    office = users("post@office.example.com")
    return (
        *standard("mail.example.com", users=shop),
        *standard("smtp.example.org", "smtp", users=gmail),
        *standard("smtp.bulk.example.org", "smtp", users=users("bulk")),
        *standard("pop.letters.example.com", "pop3", users=letters),
        *standard("smtp.letters.example.com", "smtp", users=letters),
        *standard("smtp.suite.example.com", "smtp", users=users("office@suite.example.com")),
        *standard("exchange.suite.example.com", "smtp", users=users("SUITE\\kim")),
        *standard("imap.office.example.com", "imap", users=office),
        *standard("smtp.office.example.com", "smtp", users=office),
    )


def _repaired(one: ServiceReport) -> bool:
    return one.proposal is not None and one.proposal.proof is Proof.LOGGED_IN


def _short(file: Path) -> Path:
    """Return a path relative to the current folder, where that is shorter."""
    try:
        return file.resolve().relative_to(Path.cwd())
    except ValueError:
        return file


def _opening(lab: Lab, files: int, accounts: int, seconds: float) -> Iterator[str]:
    hosts = {listener.host for listener in lab.listeners}
    yield (
        f"A lab of {plural(len(hosts), 'mail host')} with {plural(len(lab.listeners), 'endpoint')} "
        f"is up on loopback ({seconds * 1000:.0f} ms)."
    )
    yield f"Diagnosing {plural(accounts, 'account')} from {plural(files, 'file')}: ports, encryption, certificates, logins."
    yield ""


def _closing(report: Report, seconds: float, *, held: bool) -> Iterator[str]:
    rows = []
    for account in report.accounts:
        for service in account.services:
            name = f"{account.account.label} {service.service.role}"
            after = ""
            if service.ok:
                state = "OK"
            elif service.proposal is None:
                state = f"{service.cause}: no fix found"
            else:
                state = service.cause
                after = ", ".join(
                    f"{k} = {pair[1]}" for k, pair in service.proposal.changes.items()
                )
                after += "" if _repaired(service) else " (not verified)"
            rows.append((name, state, after))
    first = max(len(row[0]) for row in rows)
    second = max(len(row[1]) for row in rows)
    yield ""
    for name, state, after in rows:
        yield f"  {name:<{first}}  {state:<{second}}  {after}".rstrip()
    yield ""
    end = "Every fix was verified." if held else "Not every fix was verified."
    yield f"{end} {seconds:.1f} s."
    yield ""
    yield "Next:"
    yield "  mailkit diagnose FILE    your own account: a .env, settings.py, accounts.toml, …"
    yield "  mailkit lab up           these test servers for your own programs"
    yield "  make lab                 the notebooks"


def _say(lines: Iterator[str]) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
