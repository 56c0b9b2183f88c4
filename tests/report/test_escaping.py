"""Text from outside in a document: it stays text, and a blank that is the fault stays where it is."""

import re
import socket

import pytest

import mailkit
from mailkit.checks import check_report
from mailkit.lab.scenario import imap
from mailkit.report.escaping import code_markdown, html_lines, html_text, markdown_text
from mailkit.report.html import report_page
from mailkit.report.markdown import report_markdown

REPORT = check_report(mailkit.loads(imap(143, "starttls", user=" kim@example.com")))


def test_a_quoted_blank_neither_collapses_nor_breaks_in_html() -> None:
    assert html_text("“ kim”, “kim ” and a  b") == "“&nbsp;kim”, “kim&nbsp;” and a&nbsp;&nbsp;b"
    assert "“&nbsp;kim@example.com”" in report_page(REPORT)


def test_a_value_to_copy_keeps_its_blanks_and_its_lines() -> None:
    assert html_lines("a  <b>\nc\u2028d") == "a  &lt;b&gt;\nc\\u2028d"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("wants kim@example.com.", "wants `kim@example.com`."),
        ("see https://example.com/a?b=1, then", "see `https://example.com/a?b=1`, then"),
        ("closes #12; @kim", "closes `#12`; `@kim`"),
        ("*[x](y)*", "\\*\\[x\\](y)\\*"),
    ],
)
def test_a_ticket_gets_no_markup_mention_or_link(text: str, shown: str) -> None:
    assert markdown_text(text) == shown


def test_a_code_span_fits_into_a_table() -> None:
    assert code_markdown("a`b|c") == "`a'b\\|c`"


@pytest.mark.parametrize("shown", [report_page, report_markdown])
def test_a_report_has_its_date_and_version_and_not_the_machine(shown: object) -> None:
    text = shown(REPORT)  # type: ignore[operator]
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC, mailkit \d+\.\d+", text)
    assert socket.gethostname() not in text or len(socket.gethostname()) < 4


def test_what_only_a_script_can_do_is_hidden_without_one() -> None:
    page = report_page(mailkit.Report.merged([REPORT] * 5))
    assert re.search(r"<p hidden><label>Filter <input", page)
    assert "<button" not in page.partition("<script>")[0]
