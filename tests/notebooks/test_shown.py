"""What a notebook shows of mailkit's values: readable where a notebook is not trusted, and escaped."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

import mailkit
from mailkit.account import Account
from mailkit.lab.scenario import imap
from mailkit.notebook import Table, pictures
from mailkit.notebook.plot import Bar, bars
from mailkit.report import Report
from mailkit.report.html import report_page

EVIL = "<script>alert(1)</script>"
ACCOUNT = mailkit.loads(imap(143, "implicit-tls", user=EVIL, secret={"value": "open sesame 17"}))[0]
VALUES = {
    "account": ACCOUNT,
    "service": ACCOUNT.services[0],
    "findings": mailkit.check(ACCOUNT),
    "finding": mailkit.check(ACCOUNT)[0],
    "causes": mailkit.explain("535 5.7.8 Username and Password not accepted"),
    "cause": mailkit.explain("535 5.7.8 Username and Password not accepted")[0],
    "nothing": mailkit.explain("xyzzy"),
    "table": Table.of(EVIL, (EVIL,), [(EVIL,)], marked=[0]),
}


def plot() -> object:
    """A picture, drawn by the test, because its libraries take a second to load."""
    return bars(EVIL, [Bar(EVIL, 3, EVIL, tone="bad")], Table.of("T", ("a",), [("1",)]), "ms")


class Sanitised(HTMLParser):
    """What a sanitiser takes away from a notebook that is not trusted."""

    def __init__(self) -> None:
        super().__init__()
        self.removed: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("style", "script", "svg", "iframe", "link", "object"):
            self.removed.append(tag)
        self.removed += [
            name for name, _ in attrs if name == "class" or name.startswith(("on", "data-"))
        ]


@pytest.mark.parametrize("name", [*VALUES, "plot"])
def test_a_value_shows_itself_without_what_a_sanitiser_removes(name: str) -> None:
    shown = (VALUES.get(name) or plot())._repr_html_()  # type: ignore[attr-defined]
    parser = Sanitised()
    parser.feed(shown)
    assert parser.removed == []
    assert EVIL not in shown
    assert "open sesame" not in shown


def test_a_report_shows_itself_without_what_a_sanitiser_removes() -> None:
    from mailkit.checks import check_report

    parser = Sanitised()
    parser.feed(check_report([ACCOUNT])._repr_html_())
    assert parser.removed == []


def test_a_page_has_its_summary_first_and_explains_its_findings() -> None:
    from mailkit.checks import check_report

    page = report_page(check_report([ACCOUNT] * 5))
    heads = [page.index(word) for word in ("<h1>", "<strong>", "<nav", "<main>", "<dl>")]
    assert heads == sorted(heads)
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC, mailkit \d", page)
    for name in re.findall(r'href="#([a-z0-9-]+)"', page):
        assert f'id="{name}"' in page
    assert EVIL not in page
    assert "<nav" not in report_page(check_report([ACCOUNT]))


def test_a_plot_has_an_axis_its_words_and_its_table() -> None:
    pytest.importorskip("matplotlib")
    shown = plot()._repr_html_()  # type: ignore[attr-defined]
    assert 'src="data:image/png;base64,' in shown
    assert "The same as a table" in shown
    assert 'alt="&lt;script&gt;' in shown


def test_the_command_line_works_in_a_cell(capsys: pytest.CaptureFixture[str]) -> None:
    # Not the instance of the process: the tests after this one would seem to run in a notebook.
    shell_class = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell
    options = pytest.importorskip("traitlets.config").Config()
    options.HistoryManager.enabled = False  # no database of its own, which nobody would close
    shell = shell_class(config=options)
    shell.run_line_magic("load_ext", "mailkit")
    shell.run_cell_magic("mailkit", "explain", "535 5.7.8 Username and Password not accepted")
    assert "aut-bad" in capsys.readouterr().out
    shell.run_cell_magic("mailkit", "check", imap(143, "implicit-tls"))
    assert "cfg-port-143-tls" in capsys.readouterr().out
    shell.run_line_magic("mailkit", "finding tls-plain-server")
    assert "plain text" in capsys.readouterr().out

    # A pasted reply is no program, whatever it holds.
    shell.user_ns["ran"] = []
    shell.run_line_magic("mailkit", 'explain "421 {ran.append(1)} $ran"')
    shell.run_cell_magic("mailkit", "explain {ran.append(1)}", "535 {ran.append(1)}")
    assert shell.user_ns["ran"] == []
    capsys.readouterr()
    shell.run_line_magic("mailkit", "explain I can't connect")
    assert capsys.readouterr().err.startswith("mailkit: No closing quotation")
    shell.run_cell_magic(
        "mailkit", "explain", "535 5.7.8 \udcff Username and Password not accepted"
    )
    assert "aut-bad" in capsys.readouterr().out


def test_the_places_of_a_matrix_do_not_wait_for_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A run lets no user log in twice at the same time, and a matrix logs nobody in."""
    asked: list[Account] = []

    def ask(accounts: list[Account], **_: object) -> Iterator[Report]:
        asked.extend(accounts)
        return iter(())

    monkeypatch.setattr(pictures, "diagnose_all", ask)
    pictures.matrix("mail.example.com")
    users = [(one.protocol, one.user) for account in asked for one in account.services]

    assert len(users) > 10
    assert len(set(users)) == len(users)
