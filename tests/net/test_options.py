"""Options of connections: checked where they are given."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailkit.account import Account
from mailkit.client import connect, connect_imap, connect_pop3, connect_smtp
from mailkit.client.connection import connect_lmtp
from mailkit.errors import SettingsError
from mailkit.fleet.run import diagnose_all
from mailkit.flow import ChannelRunner, FolderSync, Outbox
from mailkit.formats import loads
from mailkit.lab import Lab, standard
from mailkit.lab.scenario import HOST, imap, smtp
from mailkit.net.options import connect_options
from mailkit.net.times import CLIENT, DIAGNOSIS

(ACCOUNT,) = loads(imap(993, "implicit-tls"), "accounts.toml")

DOORS: dict[str, Callable[..., object]] = {
    "Outbox": lambda folder, **options: Outbox(folder / "outbox", [ACCOUNT], **options),
    "FolderSync": lambda folder, **options: FolderSync(ACCOUNT, folder / "mail", **options),
    "ChannelRunner": lambda folder, **options: ChannelRunner(ACCOUNT, folder / "ch", **options),
    "connect": lambda _, **options: connect(ACCOUNT, **options),
    "connect_imap": lambda _, **options: connect_imap(ACCOUNT, **options),
    "connect_pop3": lambda _, **options: connect_pop3(ACCOUNT, **options),
    "connect_smtp": lambda _, **options: connect_smtp(ACCOUNT, **options),
    "connect_lmtp": lambda _, **options: connect_lmtp("/nowhere/lmtp", **options),
    "diagnose_all": lambda _, **options: next(diagnose_all([ACCOUNT], **options)),
}
SENSELESS: list[dict[str, Any]] = [
    {"timeot": 3},
    {"timeout": 0},
    {"timeout": "3"},
    {"deadline": -1},
    {"deadline": float("nan")},
    {"deadline": True},
    {"connect_to": "localhost"},
    {"dns": 53},
    {"helo": "a b"},
    {"ca": 7},
    {"ca": ["a.pem", 7]},
    {"trust": "system"},
    {"helo": "mail.example.com\r\nRSET"},
]


@pytest.mark.parametrize("given", SENSELESS, ids=str)
@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_an_option_that_makes_no_sense_fails_where_it_is_given(
    tmp_path: Path, door: Callable[..., object], given: dict[str, Any]
) -> None:
    with pytest.raises(SettingsError, match=next(iter(given)).replace("timeot", "mean timeout")):
        door(tmp_path, **given)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"options": connect_options(CLIENT, {}), "timeout": 3}, "excludes the other"),
        ({"options": {"timeout": 3}}, "is a ConnectOptions"),
        ({"limits": 3}, "limits is a Limits"),
    ],
)
def test_values_are_of_their_type_and_stand_alone(given: dict[str, Any], why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        connect_options(CLIENT, given)


def test_a_file_of_trust_anchors_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="missing.pem"):
        connect_options(CLIENT, {"ca": tmp_path / "missing.pem"})


def test_times_come_from_one_table() -> None:
    client, diagnosis = connect_options(CLIENT, {}), connect_options(DIAGNOSIS, {})

    assert (client.reply_timeout_s, client.deadline_s) == (CLIENT.reply, CLIENT.deadline)
    assert (diagnosis.login_timeout_s, diagnosis.deadline_s) == (18.0, DIAGNOSIS.deadline)


@pytest.mark.parametrize(
    ("options", "host_name", "name"),
    [
        ({}, "", "[127.0.0.1]"),
        ({}, "shop.example.com", "shop.example.com"),
        ({"helo": "relay.example.com"}, "shop.example.com", "relay.example.com"),
    ],
    ids=["default", "of the account", "given"],
)
def test_ehlo_says_the_name_that_is_given(
    make_lab: Callable[..., Lab], options: dict[str, Any], host_name: str, name: str
) -> None:
    from mailkit.diagnosis.diagnose import diagnose

    lab = make_lab(*standard(HOST))
    text = smtp(465, "implicit-tls") + f'[account.kim.delivery]\nhost_name = "{host_name}"\n'
    account: Account
    (account,) = loads(text, "accounts.toml")
    wire: dict[str, Any] = {"ca": lab.ca_file, "connect_to": lab.connect_to, "timeout": 2}

    (service,) = diagnose(account, **wire, **options).accounts[0].services
    with connect_smtp(account, **wire, **options) as client:
        transcript = client.transcript

    assert f"C: EHLO {name}" in service.transcript
    assert {line for line in transcript if "EHLO" in line} <= {f"C: EHLO {name}", f"C: ehlo {name}"}
