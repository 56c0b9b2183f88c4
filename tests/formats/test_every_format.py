"""What every format must do, whoever adds one."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mailkit.formats import loads, named
from mailkit.formats.dialects import dialects
from mailkit.formats.file_names import candidates
from mailkit.formats.forms import FORMATS
from mailkit.formats.listing import formats_rows, formats_table
from mailkit.lab.scenario import HOST, pop3, smtp

(ACCOUNT,) = loads(
    pop3(995, "implicit-tls", label="one", secret={"env": "PW"})
    + smtp(465, "implicit-tls", label="one", secret={"env": "PW"}).partition("\n\n")[2],
    "accounts.toml",
)
EACH = pytest.mark.parametrize("form", FORMATS, ids=lambda form: str(form.NAME))


@EACH
def test_a_format_is_found_by_its_name_and_listed(form: Any) -> None:
    name = form.NAME
    assert named(name) is form
    assert name in [row[0] for row in formats_rows()]


@EACH
def test_a_format_has_a_name_of_its_own(form: Any) -> None:
    names = [one.NAME for one in FORMATS]
    assert names.count(form.NAME) == 1


@EACH
def test_what_a_format_writes_it_recognises_and_writes_again(form: Any) -> None:
    text = form.written([ACCOUNT])

    assert form.recognises(text, "settings")
    again = form.read(text, "settings")
    assert {service.host for account in again for service in account.services} == {HOST}
    assert form.written(again) == text


@EACH
@pytest.mark.parametrize("text", ["", "hello", "\x00\x01", "[", "{}", "a = b\n", "<xml/>"])
def test_a_format_does_not_take_any_text_for_its_own(form: Any, text: str) -> None:
    assert not form.recognises(text, "notes.txt")


@pytest.mark.parametrize("width", [60, 80, 110, 120])
def test_the_list_of_formats_says_all_of_each_in_any_terminal(width: int) -> None:
    table = formats_table(width)
    assert max(map(len, table.splitlines())) <= width
    for name, product, _, _, example in formats_rows():
        assert name in table
        assert all(word in table for word in product.split())
        assert width == 80 or example in table  # at 80 it goes on below itself


def test_the_page_of_a_product_has_its_keys_as_people_write_them() -> None:
    for page in (Path(__file__).parents[2] / "docs/products").glob("*.md"):
        text = page.read_text(encoding="utf-8")
        assert "\\." not in text, page.name
        assert "define( '$" not in text, page.name


NOT_LOOKED_UP = {"gitea-helm", "grafana-helm"}
"""Their words are generally known; no text that says them was found."""


def test_every_dialect_has_its_sources_and_the_day_they_were_read() -> None:
    page = (Path(__file__).parents[2] / "docs/formats.md").read_text(encoding="utf-8")
    for dialect in dialects().values():
        (row,) = [line for line in page.split("\n") if line.startswith(f"| `{dialect.name}` |")]
        assert dialect.sources, dialect.name
        for source in dialect.sources:
            assert source in row
        product = any(source.startswith("https://") for source in dialect.sources)
        if product and dialect.name not in NOT_LOOKED_UP:
            assert date(2026, 11, 1) <= date.fromisoformat(dialect.dated), dialect.name
            assert dialect.dated in row


def test_a_file_name_suggests_each_dialect_that_uses_it() -> None:
    for dialect in dialects().values():
        for pattern in (*dialect.own_files, *dialect.files):
            name = pattern.replace("*", "x").replace("[-._]", "-")
            assert dialect.name in candidates(f"/srv/{name}"), pattern
    assert candidates("/srv/README") == []
