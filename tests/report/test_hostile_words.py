"""A stranger's words in what people paste, mail and open elsewhere: no mention, no link, no markup, no formula, no workflow command."""

import csv
import io
import json
import re
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from mailkit.account import Account, Service
from mailkit.client.messages import to_frame
from mailkit.client.rows import Row
from mailkit.client.structure import Envelope
from mailkit.finding import Finding, Severity
from mailkit.flow.entries import to_frame as journal_frame
from mailkit.flow.journal import Journal
from mailkit.flow.letters import write
from mailkit.ports import Protocol
from mailkit.report import AccountReport, Attempt, Report, ServiceReport
from mailkit.report.html import report_html
from mailkit.report.markdown import report_markdown
from mailkit.report.sarif import report_github, report_sarif
from mailkit.report.terminal import report_text
from mailkit.text import clean

WORDS = [
    *("@everyone", "@here", "@org/team", "kim@example.com", "#1", "GH-1", "org/repo#12"),
    *("http://evil.example/x", "https://evil.example", "www.evil.example", "ftp://a", "mailto:a@b"),
    *("[a](http://b)", "![a](http://b)", "<http://b>", "<img src=x onerror=y>", "</details>"),
    *("**b**", "~~~", "```", "````", "`", "``", "|", "\\", "*", "_", "&amp;", "<!channel>", "$x$"),
    *("\n", "\r", "\x0b", "\u2028", "\x85", "\x1b[2J", "\u202e", " ", "plain", "“", "”", "("),
    *("::error::x", "%0A", "javascript:alert(1)", "<script>", "{0}", "{", "[a](1)"),
    *(
        "- ",
        "+ ",
        "1. ",
        "2) ",
        "---",
        "===",
        "\n- ",
        "    ",
        "::add-mask::",
        "##vso[task.setvariable]",
    ),
    *("$12", "!7", "%3", "~9", "&4", "gh-12", "c0ffee" * 6 + "abcd"),
]
TEXT = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map("".join)
FORMULAS = [
    "=HYPERLINK(1)",
    " =1",
    "x\r=1",
    "x\n=1",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
]


def report(text: str) -> Report:
    service = Service(protocol=Protocol.IMAP, host=text, port=993, user=text)
    finding = Finding("tls-plain-server", Severity.ERROR, text, (f"it said: “{text}”",))
    one = ServiceReport(
        service=service,
        ok=False,
        cause=finding.id,
        findings=(finding, replace(finding, id="crt-expired", message=f"x {text}")),
        attempts=(Attempt(text, text, 1.0),),
        transcript=(f"S: {text}",),
    )
    return Report((AccountReport(account=Account(label=text, incoming=service), services=(one,)),))


def outside_code(markdown: str) -> str:
    """What a ticket system looks for mentions and links in."""
    rest = re.sub(r"(?ms)^````text\n.*?^````$", "", markdown)
    return re.sub(r"(?<!\\)`[^`\n]*`", "", rest)


@given(TEXT)
@example("@everyone")
@example("see http://evil.example/x, or (www.evil.example)")
@example("`@everyone`")
@example("\\`@everyone")
def test_markdown_mentions_nobody_and_links_nowhere(text: str) -> None:
    shown = outside_code(report_markdown(report(text)))
    assert not re.search(
        r"@|://|www\.|[#!%~&$][0-9]|\bGH-[0-9]|\b[0-9a-f]{40}\b|(?<!\\)\$|(?<!\\)<|(?<!\\)\]\(",
        shown,
        re.I,
    )


@given(TEXT)
@example("- item")
@example("1. item")
@example("--- ")
@example("    code")
def test_markdown_has_no_block_of_a_stranger(text: str) -> None:
    assume(text.strip())  # without any text there is one paragraph less
    markdown_it = pytest.importorskip("markdown_it")
    blocks = [
        [
            one.type
            for one in markdown_it.MarkdownIt("commonmark").parse(report_markdown(report(of)))
        ]
        for of in (text, "plain")
    ]
    assert blocks[0] == blocks[1]


@given(TEXT, st.integers(30, 120))
@example("a ::stop-commands::x", 40)
@example("##vso[task.setvariable variable=PATH]/tmp", 40)
def test_no_build_service_finds_a_command_in_its_log(text: str, width: int) -> None:
    one = report(text)
    for shown in (
        report_text(one, width=width),
        report_markdown(one),
        one.to_json(),
        report_sarif(one),
    ):
        assert not re.search(r"##[a-z]*\[", shown, re.I)
        assert not any(line.lstrip().startswith("::") for line in shown.splitlines())


def test_what_only_looks_like_a_command_of_a_build_service_stays() -> None:
    for text in ("::1", "fe80::1%eth0", "std::string", "2001:db8::dead", "## heading", "a::b::c"):
        assert clean(text) == text


@pytest.mark.parametrize(
    "char",
    "\u034f\u115f\u1160\u17b4\u180b\u2800\u3164\ufe00\ufe0f\uffa0\U000e0100\u00ad\u180e\U000e0041",
)
def test_nothing_in_a_name_is_without_a_trace(char: str) -> None:
    assert f"\\u{ord(char):04x}" in clean(f"imap{char}.example.com")


@pytest.mark.parametrize("text", ["\u2764\ufe0f", "\u845b\U000e0100", "\u26a0\ufe0e"])
def test_a_selector_stays_with_its_symbol(text: str) -> None:
    assert clean(text) == text


@given(TEXT)
def test_no_text_ends_a_line_or_reaches_the_terminal_as_a_control(text: str) -> None:
    for shown in (report_text(report(text), width=80), report_github(report(text))):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e]", shown)
    for line in report_github(report(text)).splitlines():
        assert line.startswith(("::error ", "::warning ", "::notice "))


@given(TEXT)
def test_html_has_no_element_of_a_stranger(text: str) -> None:
    assert not re.search(r"<(script|img|a|iframe)\b", report_html(report(text)), re.I)


def cells(frame: object) -> list[str]:
    text = frame.to_csv(index=False)  # type: ignore[attr-defined]
    return [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]


def inert(found: list[str]) -> bool:
    return not any(re.match(r"\s*[=+\-@＝＋－＠]", cell) for cell in found)


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_frame_carries_a_formula(formula: str, tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    assert inert(cells(report(formula).to_frame()))
    envelope = Envelope(subject=formula, message_id=formula)
    assert inert(cells(to_frame([Row(uid=1, envelope=envelope, flags=frozenset([formula]))])))
    sender = Account(label="kim", address="kim@example.com")
    with closing(Journal(tmp_path / "outbox")) as journal:
        letter = write(sender, "lee@example.com", "x", "x")
        journal.add(letter, account=formula, kind=formula, subject=formula)
        assert inert(cells(journal_frame(journal.entries())))


@given(TEXT)
@example("[click](https://evil.example)")
@example("\\[click](https://evil.example) {0}")
def test_sarif_has_no_link_and_no_placeholder_of_a_stranger(text: str) -> None:
    for run in json.loads(report_sarif(report(text)))["runs"]:
        for result in run["results"]:
            said = result["message"]["text"]
            plain = re.sub(r"\\[\\\[\]]", "", said)  # what is escaped is no markup (§3.11.6)
            assert not set(plain) & set("[]")
            assert not re.search(r"(?<!\{)(\{\{)*\{(?!\{)", said)
