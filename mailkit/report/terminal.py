"""A report as text: what is wrong, why, and what to do."""

import re
from collections.abc import Iterable, Iterator

from mailkit.account import Place
from mailkit.finding import Finding, Severity
from mailkit.report import AccountReport, Proposal, Report, ServiceReport
from mailkit.report.cause import presented
from mailkit.report.endpoints import HEAD, ConnectionPath, row_of
from mailkit.report.wording import advice, delivered, heading, outcome, proposed, seconds, summary
from mailkit.text import clean

__all__ = ["Style", "account_text", "report_text"]


class Style:
    """Colours and signs. A colour always has a sign or a word beside it."""

    CODES = {"red": "31", "green": "32", "yellow": "33", "cyan": "36", "bold": "1", "dim": "2"}

    def __init__(self, *, colour: bool = False, unicode: bool = True) -> None:
        self.colour = colour
        self.bad, self.good, self.dot = ("✗", "✓", "·") if unicode else ("x", "ok", "-")

    def __call__(self, text: str, *names: str) -> str:
        if not self.colour or not text:
            return text
        codes = ";".join(self.CODES[name] for name in names)
        return f"\x1b[{codes}m{text}\x1b[0m"


def report_text(
    report: Report,
    *,
    width: int = 100,
    style: Style | None = None,
    details: bool = True,
    skip: int = 0,
) -> str:
    """Return the report, wrapped at ``width`` characters.

    ``details=False`` leaves out the attempts. The first ``skip`` accounts are left out.
    """
    style = style or Style()
    blocks = [account_text(account, width, style, details) for account in report.accounts[skip:]]
    return "\n\n".join([*blocks, style(summary(report), "bold")]) + "\n"


def account_text(report: AccountReport, width: int, style: Style, details: bool = True) -> str:
    """Return the part of a report that is about one account, without a line end."""
    return "\n".join(_account(report, max(width, 30), style, details))


def _account(report: AccountReport, width: int, style: Style, details: bool) -> Iterator[str]:
    place = report.account.place()
    title = clean(report.account.label)
    if report.account.address:
        title += f"  <{clean(report.account.address)}>"
    yield _spread(style(title, "bold"), title, _at(place), width, style)
    for service in report.services:
        yield from _service(service, width, style, details)
    if not report.services:
        yield "  no services"
    yield from _paths(report, width, style)


def _service(report: ServiceReport, width: int, style: Style, details: bool) -> Iterator[str]:
    sign = style.good if report.ok else style.bad
    colour = "green" if report.ok else "red"
    left = f"  {sign} {report.service.role}  {clean(heading(report))}"
    right = outcome(report)
    painted = (
        f"  {style(sign, colour)} {report.service.role}  {style(clean(heading(report)), 'bold')}"
    )
    yield _spread(painted, left, right, width, style, colour)
    reason = presented(report)
    if reason is not None:
        yield from _finding(reason, width, style, first=True)
    elif not report.ok:
        yield from _wrapped(advice(report), 6, width)
    if report.proposal is not None:
        yield from _proposal(proposed(report), report.proposal, width, style)
    if report.delivery is not None:
        yield from _wrapped(" ".join(delivered(report.delivery)), 6, width)
    others = [f for f in report.named if f.id != report.cause]
    for finding in others:
        yield from _finding(finding, width, style, first=False)
    if details and not report.ok and report.attempts:
        yield from _attempts(report, width, style)


def _finding(finding: Finding, width: int, style: Style, *, first: bool) -> Iterator[str]:
    if first:
        yield from _wrapped(finding.message, 6, width)
        for text in finding.evidence:
            shown = _wrapped(clean(text), 10, width)
            yield f"        {style(style.dot, 'dim')} {next(shown).lstrip()}"
            yield from shown
        if finding.place is not None:
            yield f"        {style(style.dot, 'dim')} {style(_at(finding.place), 'dim')}"
        return
    colour = {"error": "red", "warning": "yellow", "note": "cyan"}[finding.severity]
    word = f"{finding.severity} {finding.id}"
    yield f"      {style(word, colour)}  {style(_at(finding.place), 'dim')}".rstrip()
    yield from _wrapped(finding.message, 8, width)


def _proposal(title: str, proposal: Proposal, width: int, style: Style) -> Iterator[str]:
    yield from _wrapped(f"{title}:", 6, width)
    for key, (before, after) in proposal.changes.items():
        yield style(f"        - {key} = {_toml(before)}", "red")
        yield style(f"        + {key} = {_toml(after)}", "green")


def _attempts(report: ServiceReport, width: int, style: Style) -> Iterator[str]:
    yield style("      Tried", "dim")
    rows = [(clean(a.what), clean(a.outcome, 60), seconds(a.ms)) for a in report.attempts]
    first, second, third = (max(len(row[column]) for row in rows) for column in range(3))
    if 12 + first + second + third <= width:
        first = max(first, min(first + 2, width - 12 - second - third))
        for what, outcome, ms in rows:
            line = f"        {what:<{first}}  {outcome}"
            yield style(_spread(line, line, ms, width, Style()), "dim")
        return
    for what, outcome, ms in rows:
        yield from (style(line, "dim") for line in _wrapped(what, 8, width))
        yield from (style(line, "dim") for line in _wrapped(f"{outcome}, {ms}", 12, width))


def _spread(
    painted: str, plain: str, right: str, width: int, style: Style, colour: str = "dim"
) -> str:
    """Return left and right part in one line, or in two if they do not fit."""
    gap = width - len(plain) - len(right)
    if not right:
        return painted
    if gap < 2:
        return f"{painted}\n      {style(right, colour)}"
    return painted + " " * gap + style(right, colour)


def _paths(report: AccountReport, width: int, style: Style) -> Iterator[str]:
    for host in dict.fromkeys(path.host for path in report.paths):
        paths = [path for path in report.paths if path.host == host]
        rows = [HEAD, *(row_of(path, style.good, style.bad) for path in paths)]
        widths = [max(len(clean(row[column])) for row in rows) for column in range(len(HEAD))]
        yield f"  The endpoints of {clean(host)}"
        if 4 + sum(widths) + 2 * (len(HEAD) - 1) > width:
            yield from _stacked(paths, rows[1:], width, style)
            continue
        for number, row in enumerate(rows):
            cells = (f"{clean(cell):<{size}}" for cell, size in zip(row, widths, strict=True))
            line = "    " + "  ".join(cells).rstrip()
            odd = number and (paths[number - 1].odd or paths[number - 1].wrong)
            yield style(line, "red") if odd else line if number else style(line, "dim")


def _stacked(
    paths: list[ConnectionPath], rows: list[tuple[str, ...]], width: int, style: Style
) -> Iterator[str]:
    """List the facts below each other, for a terminal too narrow for the table."""
    for path, row in zip(paths, rows, strict=True):
        port, address, *facts, state = map(clean, row)
        head = f"    {port}  {address}  {state}".rstrip()
        yield style(head, "red") if path.odd or path.wrong else head
        for name, fact in zip(HEAD[2:], facts, strict=False):
            yield from _wrapped(f"{name}: {fact}", 8, width)


_BLANK = "\uf8ff"
"""Replaces a blank at which no line may end while a text is wrapped (private use area)."""


def _wrapped(text: str, indent: int, width: int) -> Iterator[str]:
    """Wrap a text, but not at a blank that begins or ends a quotation, and not at one of several blanks.

    Such a blank may be the fault itself; wrapping would drop it.
    """
    space = " " * indent
    text = clean(
        text.replace("\t", " "), 4_000
    )  # text from a file or a server can have anything in it
    kept = re.sub(r"(?<=“) +| +(?=”)| {2,}", lambda found: _BLANK * len(found[0]), text)
    most = max(width - indent, 20)
    if len(kept) <= most:  # most are short, and textwrap takes a millisecond to import
        lines = [kept.rstrip(" ")]
    else:
        from textwrap import wrap

        lines = wrap(kept, most, break_long_words=False, break_on_hyphens=False)
    return iter([space + line.replace(_BLANK, " ") for line in lines or [""]])


def _toml(value: object) -> str:
    return f'"{clean(str(value))}"' if isinstance(value, str) else str(value)


def _at(place: Place | None) -> str:
    return clean(str(place)) if place is not None else ""


def findings_table(rows: Iterable[tuple[str, Severity, str]], width: int, style: Style) -> str:
    """List all findings, one per line: id, severity, title."""
    colours = {"error": "red", "warning": "yellow", "note": "cyan"}
    lines = []
    for name, severity, title in rows:
        room = max(width - 38, 20)
        shown = title if len(title) <= room else f"{title[: room - 1]}…"
        lines.append(f"{name:<27} {style(f'{severity:<8}', colours[severity])} {shown}")
    return "\n".join(lines) + "\n"
