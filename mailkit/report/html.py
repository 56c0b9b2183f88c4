"""A report as HTML: self-contained, escaped, readable without colour, in light and in dark."""

from collections.abc import Iterator

from mailkit.finding import Finding
from mailkit.report import AccountReport, Report, ServiceReport
from mailkit.report.cause import presented
from mailkit.report.endpoints import HEAD, row_of
from mailkit.report.escaping import html_lines, html_text
from mailkit.report.inline import inlined
from mailkit.report.wording import (
    advice,
    delivered,
    heading,
    made_by,
    outcome,
    proposed,
    seconds,
    summary,
)
from mailkit.rules.advice import advised
from mailkit.rules.catalogue import RULES

__all__ = ["report_html", "report_page", "service_html"]

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>{title}</title><style>
body{{margin:2rem auto;max-width:62rem;padding:0 1rem;font:14px/1.5 system-ui,sans-serif}}
nav ul{{columns:3 14rem;list-style:none;padding:0}}dt{{margin-top:.7rem}}dd{{margin:0 0 0 1.2rem}}button{{float:right;font:inherit}}input{{font:inherit;width:100%;max-width:24rem}}
@media(prefers-color-scheme:light){{del{{color:#b42318!important}}ins{{color:#17693f!important}}}}
@media(prefers-color-scheme:dark){{del{{color:#ff9c94!important}}ins{{color:#74d6a0!important}}}}
@media print{{nav,button,input{{display:none}}pre{{white-space:pre-wrap}}details::details-content{{content-visibility:visible}}}}
</style></head><body>
<header><h1>{title}</h1><p>{made}</p><p><strong>{summary}</strong></p></header>
{contents}<main>{accounts}</main>{glossary}{script}</body></html>
"""
_SCRIPT = """<script>
for (const pre of document.querySelectorAll("pre[data-copy]")) {
  const button = document.createElement("button");
  button.textContent = "Copy";
  button.onclick = () => navigator.clipboard.writeText(pre.dataset.copy);
  pre.prepend(button);
}
const filter = document.querySelector("input");
if (filter) filter.closest("p").hidden = false;
if (filter) filter.oninput = () => {
  for (const part of document.querySelectorAll("article"))
    part.hidden = !part.textContent.toLowerCase().includes(filter.value.toLowerCase());
};
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => d.open = true));
</script>"""
"""Copy buttons and the filter. The page reads the same without it."""

_CONTENTS_FROM = 4
"""The number of accounts from which a page has contents and a filter."""


def report_page(report: Report) -> str:
    """Return a whole page: what it is, the summary, the accounts, and the meaning of each finding."""
    return _PAGE.format(
        title="mailkit report",
        made=html_text(made_by(report)),
        summary=html_text(summary(report)),
        contents=_contents(report) if len(report.accounts) >= _CONTENTS_FROM else "",
        accounts=inlined("".join(_entry(n, account) for n, account in enumerate(report.accounts))),
        glossary=_glossary(report),
        script=_SCRIPT,
    )


def _entry(number: int, account: AccountReport) -> str:
    return f'<article id="account-{number}">{_account(account, linked=True)}</article>'


def _contents(report: Report) -> str:
    rows = "".join(
        f'<li>{"✓" if account.ok else "✗"} <a href="#account-{number}">{html_text(account.account.label)}</a></li>'
        for number, account in enumerate(report.accounts)
    )
    return (
        '<nav aria-label="Accounts"><p hidden><label>Filter <input type="search"></label></p>'
        f"<ul>{rows}</ul></nav>"
    )


def _glossary(report: Report) -> str:
    """Explain each finding of the report."""
    found = dict.fromkeys(
        finding.id
        for account in report.accounts
        for service in account.services
        for finding in service.named
    )
    parts = []
    for name in found:
        if rule := RULES.get(name):
            do, check = advised(rule, "", "")
            parts.append(
                f'<dt id="{name}"><code>{name}</code> {html_text(rule.title)}</dt>'
                f"<dd>{html_text(do, 1000)} {html_text(check, 1000)}</dd>"
            )
    return f"<h2>What the findings mean</h2><dl>{''.join(parts)}</dl>" if parts else ""


def report_html(report: Report) -> str:
    """Return a fragment, as a notebook shows it."""
    inner = "".join(_account(account) for account in report.accounts)
    return inlined(f'<div class="mailkit">{inner}<p><b>{html_text(summary(report))}</b></p></div>')


def service_html(report: ServiceReport) -> str:
    """Return a fragment for one service."""
    return inlined(f'<div class="mailkit">{_service(report)}</div>')


def _account(report: AccountReport, *, linked: bool = False) -> str:
    address = f" &lt;{html_text(report.account.address)}&gt;" if report.account.address else ""
    services = "".join(_service(service, linked=linked) for service in report.services)
    return f"<h2>{html_text(report.account.label)}{address}</h2>{services}{''.join(_paths(report))}"


def _paths(report: AccountReport) -> Iterator[str]:
    for host in dict.fromkeys(path.host for path in report.paths):
        head = "".join(f'<th scope="col">{name or "state"}</th>' for name in HEAD)
        yield f"<p>The endpoints of <code>{html_text(host)}</code></p><table><tr>{head}</tr>"
        for path in report.paths:
            if path.host == host:
                yield (
                    "<tr>"
                    + "".join(f"<td>{html_text(cell)}</td>" for cell in row_of(path))
                    + "</tr>"
                )
        yield "</table>"


def _service(report: ServiceReport, *, linked: bool = False) -> str:
    return "".join(_parts(report, linked))


def _parts(report: ServiceReport, linked: bool) -> Iterator[str]:
    sign, kind = ("✓", "good") if report.ok else ("✗", "bad")
    yield f'<section class="{kind}"><h3>{sign} {html_text(report.service.role)} '
    yield f'<code>{html_text(heading(report))}</code> <span class="v">{_linked(outcome(report), linked)}</span></h3>'
    reason = presented(report)
    if reason is not None:
        yield _finding(reason)
    elif not report.ok:
        yield f"<p>{html_text(advice(report))}</p>"
    if report.proposal is not None:
        fix = "\n".join(f"{k} = {_value(v[1])}" for k, v in report.proposal.changes.items())
        copy = f' data-copy="{fix.replace(chr(34), "&quot;")}"' if linked else ""
        yield f"<p>{html_text(proposed(report))}:</p><pre{copy}>"
        for key, (before, after) in report.proposal.changes.items():
            yield f"<del>- {html_text(key)} = {_value(before)}</del>\n<ins>+ {html_text(key)} = {_value(after)}</ins>\n"
        yield "</pre>"
    if report.delivery is not None:
        yield f"<p>{html_text(' '.join(delivered(report.delivery)))}</p>"
    others = [f for f in report.named if f.id != report.cause]
    if others:
        yield "<ul>"
        for finding in others:
            at = f" <code>{html_text(str(finding.place))}</code>" if finding.place else ""
            yield f"<li>{html_text(finding.severity)} {_linked(finding.id, linked)}{at}: {html_text(finding.message)}</li>"
        yield "</ul>"
    if report.attempts and not report.ok:
        yield "<details><summary>Everything that was tried</summary><table>"
        yield '<tr><th scope="col">tried</th><th scope="col">outcome</th><th scope="col">time</th></tr>'
        for attempt in report.attempts:
            yield f"<tr><td>{html_text(attempt.what)}</td><td>{html_text(attempt.outcome)}</td><td>{seconds(attempt.ms)}</td></tr>"
        yield "</table></details>"
    if report.transcript:
        lines = html_lines("\n".join(report.transcript), 1000)
        yield f"<details><summary>Transcript</summary><pre>{lines}</pre></details>"
    yield "</section>"


def _finding(finding: Finding) -> str:
    items = [*(html_text(text) for text in finding.evidence)]
    if finding.place is not None:
        items.append(f"<code>{html_text(str(finding.place))}</code>")
    listed = "".join(f"<li>{item}</li>" for item in items)
    return f"<p>{html_text(finding.message)}</p>" + (f"<ul>{listed}</ul>" if listed else "")


def _linked(text: str, linked: bool) -> str:
    """Return a finding's id, as a link if the page explains it."""
    if text not in RULES:
        return html_text(text)
    return f'<a href="#{text}"><code>{text}</code></a>' if linked else f"<code>{text}</code>"


def _value(value: object) -> str:
    """Return a value as it is written in settings, with its blanks."""
    return f'"{html_lines(value, 400)}"' if isinstance(value, str) else html_text(str(value))
