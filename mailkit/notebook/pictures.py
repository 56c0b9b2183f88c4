"""Tables and plots: ports by encryption mode, the time line, lines and certificates of a session, and an overview of
many accounts.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from mailkit.account import Account, Service
from mailkit.fleet.run import diagnose_all
from mailkit.notebook.plot import Bar, Plot, bars
from mailkit.notebook.table import Table, bar
from mailkit.observation import Proof
from mailkit.ports import STANDARD, Protocol, Security
from mailkit.report import Report, ServiceReport

__all__ = ["chain", "matrix", "overview", "timeline", "transcript"]

_WORDS = {
    Security.IMPLICIT_TLS: "implicit-tls",
    Security.STARTTLS: "starttls",
    Security.CLEARTEXT: "cleartext",
}


def matrix(
    host: str, *, protocols: Sequence[str] = ("imap", "pop3", "smtp"), **options: Any
) -> Table:
    """Check every usual port of a host with every encryption mode, without a login.

    Args:
        host: the host.
        protocols: which of imap, pop3, smtp.
        options: as for :func:`mailkit.diagnose`.
    """
    places = [
        (Protocol(protocol), port)
        for protocol in protocols
        for port, _ in STANDARD[Protocol(protocol)]
    ]
    asked = {
        f"{protocol} {port} {security}": (protocol, port, security)
        for protocol, port in places
        for security in Security
    }
    accounts = [_account(label, host, *options) for label, options in asked.items()]
    cells: dict[tuple[Protocol, int, Security], str] = {}
    usual: dict[str, Any] = {"timeout": 2.0, "login": False}
    for report in diagnose_all(accounts, **(usual | options)):
        (account,) = report.accounts
        (service,) = account.services
        cells[asked[account.account.label]] = _cell(service)
    head = ["protocol", "port", *_WORDS.values()]
    rows = [
        [str(protocol), str(port), *(cells.get((protocol, port, word), "") for word in _WORDS)]
        for protocol, port in places
    ]
    marked = range(2, len(head))
    note = "mailkit finding ID explains what is wrong."
    return Table.of(f"Ports of {host}", head, rows, note, marked=marked)


def timeline(report: ServiceReport) -> Plot:
    """Plot how long each step of a session took."""
    spans = report.seen.spans if report.seen is not None else ()
    end = max((start + ms for _, start, ms in spans), default=0.0)
    rows = [
        (step, f"{start:.1f} ms", f"{ms:.1f} ms", bar(ms, end, 30, start))
        for step, start, ms in spans
    ]
    table = Table.of(
        f"{report.service.endpoint}: {end:.0f} ms",
        ("step", "from", "took", "time →"),
        rows,
        mono=[3],
    )
    steps = [Bar(step, ms, f"{ms:.1f} ms", start) for step, start, ms in spans]
    longest = max(steps, key=lambda step: step.length, default=None)
    most = f", most of it for {longest.label}" if longest is not None else ""
    alt = f"{len(steps)} steps of a conversation with {report.service.endpoint} in {end:.0f} ms{most}."
    return bars(alt, steps, table, "time since the connection began, ms")


def transcript(report: ServiceReport) -> Table:
    """Return the lines of a session: who sent each, and whether TLS was on; logins are masked."""
    rows = []
    tls = "cleartext"
    lines = report.transcript
    begun = next((n for n, line in enumerate(lines) if line.startswith("== connected")), 0)
    for line in lines[begun:]:  # the lines before it are facts for a replay
        who, _, words = line.partition(" ")
        if line.startswith("== tls "):
            tls = "in TLS"
            rows.append(("", "──────", words))
            continue
        name = {"S:": "server", "C:": "client", "==": "event"}.get(who, "")
        rows.append((tls if name != "event" else "", name, words if name else line))
    return Table.of(f"{report.service.endpoint}", ("", "who", "said"), rows, mono=[2])


def chain(report: ServiceReport) -> Table:
    """Return the certificates of the server, its own first."""
    shown = report.seen.chain if report.seen is not None else ()
    rows = [
        (
            certificate.subject,
            ", ".join(certificate.names) or "none",
            certificate.issuer,
            f"{certificate.not_before:%Y-%m-%d}",
            f"{certificate.not_after:%Y-%m-%d}",
        )
        for certificate in shown
    ]
    head = ("certificate of", "names in it", "signed by", "from", "until")
    return Table.of(f"Certificates of {report.service.host}", head, rows)


def overview(reports: Iterable[Report]) -> Plot:
    """Plot many accounts: how many services are OK, and the most frequent causes."""
    services = [
        service for report in reports for account in report.accounts for service in account.services
    ]
    causes = Counter("OK" if service.ok else service.cause for service in services)
    repaired = Counter(
        service.cause for service in services if not service.ok and service.proposal is not None
    )
    most = max(causes.values(), default=0)
    rows = []
    for cause, count in sorted(causes.items(), key=lambda pair: (pair[0] != "OK", -pair[1])):
        sign = "✓" if cause == "OK" else "✗"
        fixed = "" if cause == "OK" else str(repaired[cause])
        rows.append((f"{sign} {cause}", count, fixed, bar(count, most)))
    head = ("state", "services", "with a fix", "")
    table = Table.of(f"{len(services)} services", head, rows, mono=[3])
    drawn = [
        Bar(
            str(row[0]),
            float(row[1]),
            f"{row[1]}{f', {row[2]} with a fix' if row[2] else ''}",
            tone="good" if str(row[0]).startswith("✓") else "bad",
        )
        for row in rows
    ]
    fine = causes["OK"]
    worst = next((cause for cause, _ in causes.most_common() if cause != "OK"), "")
    alt = f"{len(services)} services, {fine} OK{f'; the most frequent cause is {worst}' if worst else ''}."
    return bars(alt, drawn, table, "services")


def _cell(report: ServiceReport) -> str:
    if report.ok:
        return "✓ works"
    seen = report.seen
    if seen is not None and seen.tls is not None and seen.proof >= Proof.CAPABLE:
        return "✓ works, unusual"
    return f"✗ {report.cause}"


def _account(label: str, host: str, protocol: Protocol, port: int, security: Security) -> Account:
    user = f"nobody-{port}-{security}"  # no two are the same, or one would wait for the other
    service = Service(protocol=protocol, host=host, port=port, security=security, user=user)
    if protocol is Protocol.SMTP:
        return Account(label=label, outgoing=service)
    return Account(label=label, incoming=service)
