"""The page of a run: ten thousand services in a browser, and nothing in it that a stranger wrote is markup."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mailkit.cli.main import main
from mailkit.fleet.page import results_page
from mailkit.fleet.results import write_results
from mailkit.fleet.rows import COLUMNS, ResultRow

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def rows(count: int) -> list[ResultRow]:
    empty: ResultRow = {name: kind() for name, kind in COLUMNS.items()}
    made = []
    for n in range(count):
        bad = n % 10 == 3
        made.append(
            empty
            | {"number": n + 1, "account": f"a{n}", "service": "incoming", "protocol": "imap"}
            | {"host": f"imap{n % 7}.example.com", "port": 993, "security": "implicit-tls"}
            | {"ok": not bad, "cause": "tcp-refused" if bad else "", "line": None}
            | {"message": f"Connection refused by imap{n % 7}." if bad else ""}
            | {"provider": "Gmail" if n % 2 else ""}
        )
    return made


def data_of(page: str) -> Any:
    match = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    assert match is not None
    return json.loads(match[1])


def test_the_summary_reads_without_scripts() -> None:
    page = results_page(rows(100))
    assert "100 services: 10 failing" in page
    assert re.search(r'<td class="n">10</td>.*?tcp-refused', page)
    data = data_of(page)
    assert data["rows"] == 100
    columns = data["columns"]["account"]
    assert [columns["values"][code] for code in columns["codes"]] == [f"a{n}" for n in range(100)]


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "<!--", "\u2028", '<b>&"'])
def test_what_a_stranger_wrote_is_no_markup(text: str) -> None:
    made = rows(1)
    made[0] |= {"account": text, "message": text, "cause": text, "provider": text, "ok": False}
    page = results_page(made)
    assert page.count("<script") == 2
    assert page.count("</script>") == 2
    assert "<b>" not in page
    data = data_of(page)
    assert data["columns"]["account"]["values"][0].replace("\\u2028", "\u2028") == text


def test_the_command_writes_a_page_and_a_summary(tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "r.parquet"
    write_results(file, rows(30))
    assert main(["report", str(file)]) == 0
    assert "30 services, 3 failing" in capsys.readouterr().out
    page = tmp_path / "page.html"
    assert main(["report", str(file), "--format", "html", "-o", str(page)]) == 0
    assert data_of(page.read_text("utf-8"))["rows"] == 30
    assert main(["report", str(tmp_path / "none.parquet")]) == 2
    write_results(tmp_path / "old.csv", rows(29))
    assert main(["report", str(file), "--before", str(tmp_path / "old.csv")]) == 0
    assert "1 new" in capsys.readouterr().out


@pytest.fixture
def browser() -> Iterator[Any]:
    api = pytest.importorskip(
        "playwright.sync_api", reason="no browser: playwright is not installed"
    )
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip(f"no browser: none of {', '.join(PROGRAMS)} is installed")
    with api.sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield one
        one.close()


@pytest.mark.xdist_group("browser")
@pytest.mark.timeout(240)
def test_ten_thousand_services_are_filtered_in_a_browser(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(results_page(rows(10_000)), "utf-8")
    page = browser.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text))
    page.goto(file.as_uri())
    assert page.text_content("#count") == "10,000 of 10,000 services"
    assert page.locator("#rows tbody tr").count() == 200
    page.fill("input[name=search]", "a123 gmail")
    assert page.text_content("#count") == "6 of 10,000 services"
    page.fill("input[name=search]", "")
    page.click("[data-cause=tcp-refused]")
    assert page.text_content("#count") == "1,000 of 10,000 services"
    page.locator("#rows tbody tr").first.click()
    assert "host: imap3.example.com" in page.text_content("#rows tbody")
    page.click("#more")
    assert page.locator("#rows tbody tr.row").count() == 400
    assert not wrong
