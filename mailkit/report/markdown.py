"""A report as Markdown, to paste into a ticket."""

import re
from collections.abc import Iterator

from mailkit.finding import Finding
from mailkit.report import AccountReport, Report, ServiceReport
from mailkit.report.endpoints import HEAD, row_of
from mailkit.report.wording import advice, delivered, heading, proposed, seconds, summary, verdict
from mailkit.text import clean

__all__ = ["report_markdown"]


def report_markdown(report: Report) -> str:
    """The report; text from outside cannot become markup."""
    parts = [line for account in report.accounts for line in _account(account)]
    return "\n".join([*parts, f"**{summary(report)}**", ""])


def _account(report: AccountReport) -> Iterator[str]:
    yield f"## {_safe(report.account.label)}"
    yield ""
    for service in report.services:
        yield from _service(service)
    for host in dict.fromkeys(path.host for path in report.paths):
        yield f"The endpoints of {_code(host)}"
        yield ""
        yield f"| {' | '.join(HEAD[:-1])} | state |"
        yield "|" + "---|" * len(HEAD)
        for path in report.paths:
            if path.host == host:
                yield f"| {' | '.join(_safe(cell) for cell in row_of(path))} |"
        yield ""


def _service(report: ServiceReport) -> Iterator[str]:
    sign = "✓" if report.ok else "✗"
    yield f"### {sign} {report.service.role}: {_code(heading(report))}"
    yield ""
    yield f"**{_safe(verdict(report))}**"
    yield ""
    reason = report.reason
    if reason is not None:
        yield from _finding(reason)
    elif not report.ok:
        yield _safe(advice(report))
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
        yield _safe(" ".join(delivered(report.delivery)))
        yield ""
    for finding in report.findings:
        if finding is not reason:
            yield f"- {finding.severity} `{finding.id}`: {_safe(finding.message)}"
    if len(report.findings) > (reason is not None):
        yield ""
    if report.attempts and not report.ok:
        yield "| tried | outcome | time |"
        yield "|---|---|---|"
        for one in report.attempts:
            yield f"| {_code(one.what)} | {_safe(one.outcome)} | {seconds(one.ms)} |"
        yield ""
    if report.transcript:
        yield "<details><summary>Transcript</summary>"
        yield ""
        fence = "`" * 4
        yield f"{fence}text"
        yield from (clean(line, 100_000) for line in report.transcript)
        yield fence
        yield ""
        yield "</details>"
        yield ""


def _finding(finding: Finding) -> Iterator[str]:
    yield _safe(finding.message)
    yield ""
    for text in finding.evidence:
        yield f"- {_safe(text)}"
    if finding.place is not None:
        yield f"- {_code(str(finding.place))}"
    yield ""


_LIVE = re.compile(r"""(?:[^\s“”"'`<>()|]*(?:@|://|www\.|#[0-9]))[^\s“”"'`<>()|]*""", re.I)
"""What a ticket system makes a mention, a link or a reference of, also where the characters are escaped: it stands in a code span."""


def _safe(text: str) -> str:
    shown, at = "", 0
    text = clean(text)
    for match in _LIVE.finditer(text):
        shown += _escaped(text[at : match.start()]) + _code(match[0])
        at = match.end()
    return shown + _escaped(text[at:])


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|~!&])", r"\\\1", text)


def _code(text: str) -> str:
    return "`" + clean(text).replace("`", "'").replace("|", "\\|") + "`"


def _plain(value: object) -> str:
    return f'"{clean(str(value)).replace("`", chr(39))}"' if isinstance(value, str) else str(value)
