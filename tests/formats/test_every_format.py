"""What every format must do, whoever adds one."""

from typing import Any

import pytest

from mailkit.formats import loads, named
from mailkit.formats.forms import FORMATS
from mailkit.formats.listing import formats_rows
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
