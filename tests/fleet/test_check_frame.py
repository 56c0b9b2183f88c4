"""A whole table checked at once: on every row what the plain interface finds."""

import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mailkit
from mailkit.account import Account
from mailkit.checks import check_service
from mailkit.errors import FormatError
from mailkit.fleet import octets
from mailkit.rules.account_index import indexed

HEAD = [
    "account",
    "address",
    "imap_host",
    "imap_port",
    "imap_security",
    "smtp_host",
    "smtp_port",
    "smtp_security",
    "user",
    "smtp_user",
    "password",
    "default",
    "active",
    "auth",
]
GOOD = [
    "sales7",
    "sales7@example.com",
    "imap.example.com",
    "993",
    "implicit-tls",
    "smtp.example.com",
    "465",
    "implicit-tls",
    "sales7@example.com",
    "sales7@example.com",
    "env:PW_7",
    "",
    "",
    "",
]

HOSTS = [
    "imap.example.com",
    "IMAP.example.com",
    "imap.gmail.com",
    "imap.gmial.com",
    "smtp.gmail.com",
    "outlook.office365.com",
    "smtp.sendgrid.net",
    "email-smtp.us-east-1.amazonaws.com",
    "10.0.0.1",
    "localhost",
    "imaps://imap.example.com",
    "kim@example.com",
    "bücher.example",
    "",
    " ",
]
DIRTY = {
    "account": ["", "sales7", "sales8", "a 2", "sales8 2", " x ", "=1+1", "bé", "imap.example.com"],
    "address": [
        "",
        "sales7@example.com",
        "sales8@example.com",
        "SALES8@example.com",
        "a@gmail.com",
        "kim",
        "bé@example.com",
        " a@example.com",
        "a@b@c",
    ],
    "imap_host": HOSTS,
    "imap_port": ["", "143", "993", "993.0", "abc", "99999", "0", "110", "25", "-1"],
    "imap_security": ["", "starttls", "ssl", "tls", "none", "cleartext", "SSL/TLS", "x", "TRUE"],
    "smtp_host": HOSTS,
    "smtp_port": ["", "25", "587", "465", "993", "x"],
    "smtp_security": ["", "starttls", "cleartext", "ssl", "if-available"],
    "user": [
        "",
        "sales7",
        "sales8@example.com",
        " kim@example.com",
        "kim@example.com ",
        "kim＠example.com",
        "mailto:kim@example.com",
        "apikey",
        "AKIAX",
        "kim@other.example",
        "\u200bkim@example.com",
    ],
    "smtp_user": ["", "sales8@example.com", "apikey", "AKIA123", " x"],
    "password": ["", "secret", "env:PW", "env:", "command:pass show x", "file:/x", "keyring:a/b"],
    "default": ["", "true", "no", "x"],
    "active": ["", "true", "no"],
    "auth": ["", "password", "xoauth2", "cram-md5", "foo"],
}


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns are looked at piece by piece also where they are short."""
    monkeypatch.setattr(octets, "_ROWS", 5)


def row(number: int) -> list[str]:
    return [cell.replace("7", str(number)) if "sales7" in cell else cell for cell in GOOD]


def plain(accounts: list[Account]) -> list[tuple[Any, ...]]:
    """What the plain interface finds, account by account."""
    everyone = indexed(accounts)
    found = []
    for account in everyone:
        for service in account.services:
            for one in check_service(service, account, everyone):
                number = service.place().line  # type: ignore[union-attr]
                found.append(
                    (
                        number,
                        account.label,
                        service.role,
                        one.id,
                        str(one.severity),
                        one.message,
                        one.place.key if one.place else "",
                    )
                )
    return sorted(found)


def whole(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    return sorted(tuple(found) for found in frame.itertuples(index=False, name=None))


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    """Rows that agree in much, with dirty values at random places."""
    rows = [row(number) for number in range(draw(st.integers(1, 24)))]
    places = st.tuples(st.integers(0, len(rows) - 1), st.sampled_from(HEAD))
    for number, name in draw(st.lists(places, max_size=14)):
        rows[number][HEAD.index(name)] = draw(st.sampled_from(DIRTY[name]))
    for name in draw(st.sets(st.sampled_from(HEAD), max_size=3)):  # the same for all
        value = draw(st.sampled_from(DIRTY[name]))
        for one in rows:
            one[HEAD.index(name)] = value
    names = draw(st.permutations(HEAD))
    frame = pd.DataFrame(rows, columns=HEAD)[names]
    gone = draw(st.sets(st.sampled_from(HEAD), max_size=4)) - {"imap_host"}
    return frame.drop(columns=[*gone])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables(), st.booleans())
def test_every_row_gets_what_the_plain_interface_finds(frame: pd.DataFrame, secrets: bool) -> None:
    accounts = mailkit.from_frame(frame, plain_secrets=secrets)
    assert whole(mailkit.check_frame(frame, plain_secrets=secrets)) == plain(accounts)


@given(tables(), st.sampled_from([",", ";", "\t"]), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_gives_what_the_plain_interface_finds(
    tmp_path_factory: pytest.TempPathFactory, frame: pd.DataFrame, delimiter: str, ends: str
) -> None:
    file = tmp_path_factory.mktemp("t") / "accounts.csv"
    frame.to_csv(file, index=False, sep=delimiter, lineterminator=ends)
    assert whole(mailkit.check_frame(file)) == plain(mailkit.load(file))


@pytest.mark.parametrize(
    "text",
    [
        'account,imap_host,imap_port,user\n"a",imap.example.com,143,a@example.com\n',
        'account,imap_host,imap_port,user\n"a, b",imap.example.com,143,a@example.com\n\nb,h,1,c\n',
        'account,imap_host,imap_port,user\na"b,imap.example.com,143,a@example.com\n"c,d\n,,,\n',
        "account,imap_host,imap_port,user\na,imap.example.com,143,a@example.com,x\nb,h\n",
        "account,imap_host,imap_port,user\na,imap.example.com,143,a@example.com\n,,,\nb,h,143,b",
        "account,imap_host,imap_port,user\n \n,imap.example.com,143,\n , , , \nb,h,143,b\n",
    ],
)
def test_odd_files_are_read_as_the_plain_reader_reads_them(tmp_path: Path, text: str) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text(text)
    assert whole(mailkit.check_frame(file)) == plain(mailkit.load(file))


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_every_kind_of_file_and_numbers_in_cells(tmp_path: Path, kind: str) -> None:
    frame = pd.DataFrame([row(number) for number in range(6)], columns=HEAD)
    frame["imap_port"] = [993, 143, 993, 110, 993, 143]
    frame["smtp_port"] = [465.0, None, 587.0, 465.0, 465.0, 465.0]
    file = tmp_path / f"accounts.{kind}"
    getattr(frame, {"csv": "to_csv", "xlsx": "to_excel", "parquet": "to_parquet"}[kind])(
        file, index=False
    )
    assert whole(mailkit.check_frame(file)) == plain(mailkit.load(file))
    assert whole(mailkit.check_frame(frame)) == plain(mailkit.from_frame(frame))


def test_the_rules_run_once_for_what_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(*args: Any, **options: Any) -> Any:
        asked.append(args[1].label)
        return check_service(*args, **options)

    monkeypatch.setattr("mailkit.fleet.frame_checks.check_service", counted)
    rows = [row(number) for number in range(500)]
    for one in rows[::2]:
        one[HEAD.index("imap_port")] = "143"
    frame = mailkit.check_frame(pd.DataFrame(rows, columns=HEAD))
    assert len(frame) == 250
    assert set(frame["finding"]) == {"cfg-port-143-tls"}
    assert [*frame["account"]] == [f"sales{number}" for number in range(0, 500, 2)]
    assert len(asked) <= 8


def test_a_message_that_names_the_row_is_made_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row(number) for number in range(50)]
    for one in rows:
        one[HEAD.index("imap_host")] = "imap.gmail.com"
        one[HEAD.index("user")] = one[HEAD.index("account")]
    frame = pd.DataFrame(rows, columns=HEAD)
    found = mailkit.check_frame(frame)
    named = found[found["finding"] == "cfg-username-form"]
    assert len(named) == 50
    assert "sales31@example.com" in named.iloc[31]["message"]
    assert whole(found) == plain(mailkit.from_frame(frame))


@pytest.mark.skipif(os.name == "nt", reason="other users' rights are bits of POSIX")
@pytest.mark.parametrize(("table", "secret"), [(0o600, 0o644), (0o666, 0o600), (0o646, 0o644)])
def test_the_rights_of_other_users_are_found_too(tmp_path: Path, table: int, secret: int) -> None:
    frame = pd.DataFrame([row(number) for number in range(8)], columns=HEAD)
    for number in (2, 5):
        file = tmp_path / f"secret-{number}"
        file.write_text("correct horse")
        file.chmod(secret if number == 2 else 0o600)
        frame.loc[number, "password"] = f"file:{file}"
    file = tmp_path / "accounts.csv"
    frame.to_csv(file, index=False)
    file.chmod(table)
    found = whole(mailkit.check_frame(file))
    assert found == plain(mailkit.load(file))
    assert sum(one[3] == "cfg-file-writable" for one in found) == (8 if table & 2 else 0)
    assert {one[1] for one in found if one[3] == "cfg-secret-readable"} == (
        {"sales2"} if secret & 4 else set()
    )


def test_a_table_without_servers_is_refused() -> None:
    with pytest.raises(FormatError):
        mailkit.check_frame(pd.DataFrame({"name": ["x"]}))


def test_an_empty_table_has_no_findings() -> None:
    assert not len(mailkit.check_frame(pd.DataFrame([], columns=HEAD)))
