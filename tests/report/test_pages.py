"""The generated pages: every finding and product has one, and it says what a reader needs."""

import re
from pathlib import Path

import pytest

from mailkit import explain
from mailkit.formats.dialects import dialects
from mailkit.report.error_texts import PRINTED
from mailkit.report.finding_markdown import finding_markdown
from mailkit.report.pages import pages, write_pages
from mailkit.rules.catalogue import RULES

PAGES = pages()


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_finding_s_page_names_the_fault_the_fix_and_how_to_verify_it(name: str) -> None:
    page = PAGES[f"findings/{name}.md"]
    assert page.startswith(f"# {page.splitlines()[0][2:]}\n\nFinding `{name}`")
    assert "\n## What to do\n\n" in page
    assert "\n## How to verify\n\n" in page
    assert page.count("```") % 2 == 0


DOCS = Path(__file__).parents[2] / "docs"


def test_a_page_shows_the_words_of_the_error_and_the_products_setting() -> None:
    page = finding_markdown(RULES["lim-connections"])
    assert "Maximum number of connections from user+IP exceeded" in page
    page = finding_markdown(RULES["grt-silent-tls"])
    assert "| [Laravel](../products/laravel.md) | `MAIL_SCHEME=smtps" in page
    assert "`mail_smtpsecure = ssl`, `mail_smtpport = 465` |" in page


def test_a_title_begins_with_the_words_that_people_paste() -> None:
    assert finding_markdown(RULES["tls-plain-server"]).startswith("# “wrong version number”: The ")
    assert finding_markdown(RULES["tcp-refused"]).startswith("# Connection refused: nothing ")


@pytest.mark.parametrize("name", PRINTED)
def test_explain_finds_in_the_words_of_a_title_what_the_page_is_about(name: str) -> None:
    causes = {text: [cause.id for cause in explain(text)] for text in PRINTED[name]}
    assert {text: found[:1] for text, found in causes.items()} == {text: [name] for text in causes}


def test_a_product_s_page_tells_its_words_and_both_ways_to_encrypt() -> None:
    page = PAGES["products/laravel.md"]
    assert "Laravel 9 and 10: `MAIL_ENCRYPTION` = `tls`" in page
    assert "MAIL_PORT=587" in page
    assert "MAIL_SCHEME=smtps" in page
    titles = {one.title for one in dialects().values()} - {"this file", "this text"}
    assert len([name for name in PAGES if name.startswith("products/")]) == len(titles)


def test_no_page_holds_a_control_character() -> None:
    odd = {name for name, page in PAGES.items() if re.search(r"[\x00-\x09\x0b-\x1f\x7f]", page)}
    assert not odd


def test_no_page_links_to_a_page_that_is_not_there() -> None:
    for name, page in PAGES.items():
        for target in re.findall(r"\]\(((?!https?:)[^)#]+)", page):
            path = (Path(name).parent / target).as_posix()
            assert path in PAGES or (DOCS / path).is_file(), (name, target)


def test_writing_removes_the_page_of_a_finding_that_is_gone(tmp_path: Path) -> None:
    (tmp_path / "findings").mkdir()
    (tmp_path / "findings" / "gone-finding.md").write_text("old")
    write_pages(tmp_path)
    assert not (tmp_path / "findings" / "gone-finding.md").exists()
    assert (tmp_path / "findings" / "aut-bad.md").read_text("utf-8") == PAGES["findings/aut-bad.md"]


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("airflow", "Airflow cannot send mail"),
        ("getmail", "getmail cannot receive mail"),
        ("thunderbird", "Thunderbird cannot send or receive mail"),
        ("the-sentry-image", "Sentry image cannot send mail"),
        ("autoconfig", "Mail settings in Autoconfig that don't work"),
    ],
)
def test_a_product_s_page_is_titled_by_what_the_product_does(page: str, title: str) -> None:
    text = PAGES[f"products/{page}.md"]

    assert text.startswith(f"# {title}\n")
