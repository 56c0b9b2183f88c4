"""A report as HTML: self-contained, escaped, readable without colour, in light and in dark."""

from collections.abc import Iterator
from html import escape

from mailkit.finding import Finding
from mailkit.report import AccountReport, Report, ServiceReport
from mailkit.report.endpoints import HEAD, row_of
from mailkit.report.wording import PROVED, advice, delivered, heading, seconds, summary, verdict
from mailkit.text import clean

__all__ = ["STYLE", "report_html", "report_page", "service_html"]

STYLE = """
.mailkit{font:14px/1.5 system-ui,sans-serif;color:inherit;max-width:60rem}
.mailkit h2{font-size:1.15rem;margin:1.2rem 0 .3rem}
.mailkit section{border:1px solid #8886;border-left:.35rem solid #2a7d46;border-radius:.4rem;
padding:.5rem .9rem;margin:.5rem 0}
.mailkit section.bad{border-left-color:#c0392b}
.mailkit h3{font-size:1rem;margin:.1rem 0;font-weight:600}
.mailkit h3 .v{float:right;font-weight:400;font-family:ui-monospace,monospace}
.mailkit code,.mailkit pre,.mailkit td{font-family:ui-monospace,monospace;font-size:.92em}
.mailkit pre{overflow-x:auto;margin:.4rem 0;padding:.4rem .7rem;background:#8881;border-radius:.3rem}
.mailkit ul{margin:.2rem 0;padding-left:1.2rem}
.mailkit table{border-collapse:collapse}.mailkit td,.mailkit th{text-align:left;padding:.1rem .9rem .1rem 0}
.mailkit ins{text-decoration:none;color:#2a7d46}.mailkit del{text-decoration:none;color:#c0392b}
.mailkit p{margin:.3rem 0}.mailkit summary{cursor:pointer}
@media(prefers-color-scheme:dark){.mailkit ins{color:#6fcf8f}.mailkit del{color:#ff8a80}}
[data-jp-theme-light="true"] .mailkit ins{color:#2a7d46}[data-jp-theme-light="true"] .mailkit del{color:#c0392b}
[data-jp-theme-light="false"] .mailkit ins{color:#6fcf8f}[data-jp-theme-light="false"] .mailkit del{color:#ff8a80}
"""


def report_page(report: Report) -> str:
    """A whole file."""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" '
        'content="light dark"><title>mailkit report</title>'
        "<style>body{margin:2rem auto;max-width:62rem;padding:0 1rem}</style></head><body>"
        f"{report_html(report)}</body></html>\n"
    )


def report_html(report: Report) -> str:
    """A fragment, as a notebook shows it."""
    inner = "".join(_account(one) for one in report.accounts)
    return f'<div class="mailkit"><style>{STYLE}</style>{inner}<p><b>{_e(summary(report))}</b></p></div>'


def service_html(report: ServiceReport) -> str:
    """A fragment for one service."""
    return f'<div class="mailkit"><style>{STYLE}</style>{_service(report)}</div>'


def _account(report: AccountReport) -> str:
    address = f" &lt;{_e(report.account.address)}&gt;" if report.account.address else ""
    services = "".join(_service(one) for one in report.services)
    return f"<h2>{_e(report.account.label)}{address}</h2>{services}{''.join(_paths(report))}"


def _paths(report: AccountReport) -> Iterator[str]:
    for host in dict.fromkeys(path.host for path in report.paths):
        head = "".join(f'<th scope="col">{name or "state"}</th>' for name in HEAD)
        yield f"<p>The endpoints of <code>{_e(host)}</code></p><table><tr>{head}</tr>"
        for path in report.paths:
            if path.host == host:
                yield "<tr>" + "".join(f"<td>{_e(cell)}</td>" for cell in row_of(path)) + "</tr>"
        yield "</table>"


def _service(report: ServiceReport) -> str:
    return "".join(_parts(report))


def _parts(report: ServiceReport) -> Iterator[str]:
    sign, kind = ("✓", "good") if report.ok else ("✗", "bad")
    yield f'<section class="{kind}"><h3>{sign} {_e(report.service.role)} '
    yield f'<code>{_e(heading(report))}</code> <span class="v">{_e(verdict(report))}</span></h3>'
    reason = report.reason
    if reason is not None:
        yield _finding(reason)
    elif not report.ok:
        yield f"<p>{_e(advice(report))}</p>"
    if report.proposal is not None:
        yield f"<p>{_e(PROVED[report.proposal.proof])}:</p><pre>"
        for key, (before, after) in report.proposal.changes.items():
            yield f"<del>- {_e(key)} = {_value(before)}</del>\n<ins>+ {_e(key)} = {_value(after)}</ins>\n"
        yield "</pre>"
    if report.delivery is not None:
        yield f"<p>{_e(' '.join(delivered(report.delivery)))}</p>"
    others = [f for f in report.findings if f is not reason]
    if others:
        yield "<ul>"
        for finding in others:
            at = f" <code>{_e(str(finding.place))}</code>" if finding.place else ""
            yield f"<li>{_e(finding.severity)} <code>{_e(finding.id)}</code>{at}: {_e(finding.message)}</li>"
        yield "</ul>"
    if report.attempts and not report.ok:
        yield "<details><summary>Everything that was tried</summary><table>"
        yield '<tr><th scope="col">tried</th><th scope="col">outcome</th><th scope="col">time</th></tr>'
        for one in report.attempts:
            yield f"<tr><td>{_e(one.what)}</td><td>{_e(one.outcome)}</td><td>{seconds(one.ms)}</td></tr>"
        yield "</table></details>"
    if report.transcript:
        lines = "\n".join(_e(line, 1000) for line in report.transcript)
        yield f"<details><summary>Transcript</summary><pre>{lines}</pre></details>"
    yield "</section>"


def _finding(finding: Finding) -> str:
    items = [*(_e(text) for text in finding.evidence)]
    if finding.place is not None:
        items.append(f"<code>{_e(str(finding.place))}</code>")
    listed = "".join(f"<li>{item}</li>" for item in items)
    return f"<p>{_e(finding.message)}</p>" + (f"<ul>{listed}</ul>" if listed else "")


def _value(value: object) -> str:
    return f'"{_e(str(value))}"' if isinstance(value, str) else _e(str(value))


def _e(text: str, limit: int = 400) -> str:
    return escape(clean(text, limit))
