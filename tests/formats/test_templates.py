"""Templates: what a person has to fill in is no value, and the rest is checked like any file."""

from pathlib import Path

import pytest

from mailkit.checks import check
from mailkit.errors import FormatError
from mailkit.formats import load

WRONG = (
    "MAIL_MAILER=smtp\nMAIL_HOST=smtp.example.com\nMAIL_PORT=465\nMAIL_SCHEME=smtp\n"
    "MAIL_USERNAME={}\nMAIL_PASSWORD={}\n"
)


@pytest.mark.parametrize("name", [".env.example", ".env.sample", "env.dist", "example.env"])
@pytest.mark.parametrize(
    "password", ["changeme", "your-app-password", "<password>", "xxxxxxxx", "password"]
)
def test_a_dummy_in_a_template_is_no_finding_and_no_password(
    name: str, password: str, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_text(WRONG.format("your-email@gmail.com", password))
    (account,) = load(file)
    assert {one.id for one in check(account)} <= {"cfg-port-465-starttls", "cfg-opportunistic"}
    assert account.outgoing is not None
    assert account.outgoing.secret is None
    assert account.outgoing.user == ""


def test_the_same_values_in_a_file_in_use_are_found(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(WRONG.format("kim@example.com", "changeme"))
    (account,) = load(file)
    assert "cfg-password-dirty" in {one.id for one in check(account)}


@pytest.mark.parametrize(
    "user", ["kim@example.com", "theater@example.com", "mymail@example.com", "exchangeinfo"]
)
def test_a_value_in_a_template_that_is_no_dummy_counts(user: str, tmp_path: Path) -> None:
    file = tmp_path / ".env.example"
    file.write_text(WRONG.format(user, "Zq7examplepw9"))
    (account,) = load(file)
    assert account.outgoing is not None
    assert account.outgoing.user == user
    assert account.outgoing.secret is not None


def test_a_template_with_nothing_filled_in_has_no_settings(tmp_path: Path) -> None:
    file = tmp_path / ".env.example"
    file.write_text("SMTP_HOST=<your host>\nSMTP_PORT=<port>\nSMTP_USER=<user>\nSMTP_PASSWORD=\n")
    with pytest.raises(FormatError):
        load(file)
