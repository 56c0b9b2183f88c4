"""A report as Markdown without HTML, to paste into a ticket on GitHub, GitLab or Jira."""

from collections.abc import Iterator

from mailkit.finding import Finding
from mailkit.report import AccountReport, Report, ServiceReport
from mailkit.report.cause import presented
from mailkit.report.endpoints import HEAD, row_of
from mailkit.report.escaping import code_markdown, markdown_text
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
from mailkit.text import clean

__all__ = ["report_markdown"]


def report_markdown(report: Report) -> str:
    """Return the report, with its date and version; text from outside cannot become markup."""
    parts = [line for account in report.accounts for line in _account(account)]
    return "\n".join([*parts, f"**{summary(report)}**", "", made_by(report), ""])


def _account(report: AccountReport) -> Iterator[str]:
    yield f"## {markdown_text(report.account.label)}"
    yield ""
    for service in report.services:
        yield from _service(service)
    for host in dict.fromkeys(path.host for path in report.paths):
        yield f"The endpoints of {code_markdown(host)}"
        yield ""
        yield f"| {' | '.join(HEAD[:-1])} | state |"
        yield "|" + "---|" * len(HEAD)
        for path in report.paths:
            if path.host == host:
                yield f"| {' | '.join(markdown_text(cell) for cell in row_of(path))} |"
        yield ""


def _service(report: ServiceReport) -> Iterator[str]:
    sign = "✓" if report.ok else "✗"
    yield f"### {sign} {report.service.role}: {code_markdown(heading(report))}"
    yield ""
    yield f"**{markdown_text(outcome(report))}**"
    yield ""
    reason = presented(report)
    if reason is not None:
        yield from _finding(reason)
    elif not report.ok:
        yield markdown_text(advice(report))
        yield ""
    if report.proposal is not None:
        yield f"{proposed(report)}:"
        yield ""
        yield "```diff"
        for key, (before, after) in report.proposal.changes.items():
            yield f"- {key} = {_plain(before)}"
            yield f"+ {key} = {_plain(after)}"
        yield "```"
        yield ""
    if report.delivery is not None:
        yield markdown_text(" ".join(delivered(report.delivery)))
        yield ""
    for finding in report.named:
        if finding.id != report.cause:
            yield f"- {finding.severity} `{finding.id}`: {markdown_text(finding.message)}"
    if len(report.named) > (reason is not None):
        yield ""
    if report.attempts and not report.ok:
        yield "| tried | outcome | time |"
        yield "|---|---|---|"
        for attempt in report.attempts:
            yield f"| {code_markdown(attempt.what)} | {markdown_text(attempt.outcome)} | {seconds(attempt.ms)} |"
        yield ""
    if report.transcript:
        yield "#### Transcript"
        yield ""
        fence = "`" * 4
        yield f"{fence}text"
        yield from (clean(line, 100_000) for line in report.transcript)
        yield fence
        yield ""


def _finding(finding: Finding) -> Iterator[str]:
    yield markdown_text(finding.message)
    yield ""
    for text in finding.evidence:
        yield f"- {markdown_text(text)}"
    if finding.place is not None:
        yield f"- {code_markdown(str(finding.place))}"
    yield ""


def _plain(value: object) -> str:
    return f'"{clean(str(value)).replace("`", chr(39))}"' if isinstance(value, str) else str(value)
