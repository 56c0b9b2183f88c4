"""Text and numbers from outside."""

import pytest

from mailkit import check
from mailkit.formats import loads
from mailkit.text import cited, number, quoted


@pytest.mark.parametrize("text", ["", "²", "١", "-1", "+1", " 1", "1_0", "9" * 5000, str(2**63)])
def test_what_is_no_bounded_ascii_number_is_none(text: str) -> None:
    assert number(text) is None
    assert number(text.encode()) is None


def test_a_number_has_an_upper_bound() -> None:
    assert number("65535", 65535) == 65535
    assert number(b"65536", 65535) is None
    assert number("00012") == 12
    assert number(str(2**63 - 1)) == 2**63 - 1


@pytest.mark.parametrize(
    "word",
    ["StarttlsMandatory", "startlts", "SSL/TLS", "tlsv1.2", "plan", "oath2", "imap4", "smpt", ""],
)
def test_a_misspelt_word_of_the_settings_is_shown(word: str) -> None:
    assert cited(word) == quoted(word)


@pytest.mark.parametrize(
    "word",
    ["hunter2", "open sesame 17", "Passw0rd!", "correct-horse", "abcdefghijklmnop", "s3cr3t"],
)
def test_what_may_be_a_password_in_the_wrong_line_is_not(word: str) -> None:
    assert cited(word) == f"(not shown: {len(word)} characters)"


def test_the_words_of_a_key_are_known_for_its_values() -> None:
    assert cited("archiv", "archive", "delete") == quoted("archiv")


@pytest.mark.parametrize("key", ["auth", "security", "protocol"])
def test_a_password_in_the_wrong_line_is_in_no_finding(key: str) -> None:
    (account,) = loads(f'[account.a.incoming]\nhost = "imap.example.com"\n{key} = "hunter2"\n')

    findings = [one for one in check(account) if one.id == "cfg-word-invalid"]

    assert findings
    assert "hunter2" not in repr(check(account))
