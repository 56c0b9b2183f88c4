"""Whatever sends, the way to the login is the same: each engine stops at the same attacks, with nothing sent."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailkit.account import Account
from mailkit.client import connect_smtp
from mailkit.client.compose import compose
from mailkit.client.send import send
from mailkit.client.transports import send_async
from mailkit.errors import ClientError
from mailkit.flow import Outbox
from mailkit.flow.letters import write
from mailkit.formats import loads
from mailkit.lab import Lab, Listener
from mailkit.lab.scenario import ADDRESS, HOST, PASSWORD, smtp
from mailkit.lab.script import Drip, Say
from mailkit.ports import Security

Make = Callable[..., Lab]


def by_smtplib(account: Account, folder: Path, **wire: Any) -> str:
    try:
        with connect_smtp(account, **wire) as client:
            return repr(send(client, compose(ADDRESS, "lee@example.com", "x", text="x")))
    except ClientError as error:
        return f"{error} {error.transcript}"


def by_send_async(account: Account, folder: Path, **wire: Any) -> str:
    pytest.importorskip("aiosmtplib")
    letter = compose(ADDRESS, "lee@example.com", "x", text="x")
    return repr(asyncio.run(send_async(letter, account, **wire)))


def by_outbox(account: Account, folder: Path, **wire: Any) -> str:
    pytest.importorskip("aiosmtplib")
    with Outbox(folder / "outbox", [account], **wire) as box:
        letter = write(account, "lee@example.com", "x", "x")
        shown = repr(box.put(letter, account="kim", mode="immediate"))
        shown += repr(box.journal.entries())
    return shown + (folder / "outbox").read_bytes().decode("latin-1")


ENGINES = {"smtplib": by_smtplib, "send_async": by_send_async, "outbox": by_outbox}
EACH = pytest.mark.parametrize("engine", ENGINES)


def tried(engine: str, lab: Lab, folder: Path, security: str, **wire: Any) -> str:
    text = smtp(465 if security == "implicit-tls" else 587, security)
    if engine == "outbox":
        text += '[account.kim.delivery]\nengine = "aiosmtplib"\n'
    (account,) = loads(text, "a.toml")
    usual: dict[str, Any] = {"ca": lab.ca_file, "connect_to": lab.connect_to, "timeout": 10}
    return ENGINES[engine](account, folder, **(usual | wire))


def nothing_sent(lab: Lab) -> None:
    assert lab.logins == []
    assert b"AUTH" not in lab.heard_in_clear
    assert not any("C: AUTH" in line for session in lab.sessions for line in session.transcript)


@EACH
@pytest.mark.parametrize("security", ["implicit-tls", "starttls"])
def test_a_revoked_certificate_gets_no_login(
    engine: str, security: str, make_lab: Make, tmp_path: Path
) -> None:
    port = 465 if security == "implicit-tls" else 587
    lab = make_lab(
        Listener(
            protocol="smtp",
            host=HOST,
            port=port,
            security=Security(security),
            certificate="revoked",
        )
    )
    shown = tried(engine, lab, tmp_path, security)
    assert "revoked" in shown
    nothing_sent(lab)


@EACH
@pytest.mark.parametrize("kind", ["self-signed", "other-host", "expired"])
def test_a_bad_certificate_gets_no_login(
    engine: str, kind: str, make_lab: Make, tmp_path: Path
) -> None:
    lab = make_lab(Listener(protocol="smtp", host=HOST, port=465, certificate=kind))
    assert "accepted" not in tried(engine, lab, tmp_path, "implicit-tls")
    nothing_sent(lab)


@EACH
def test_bytes_before_the_handshake_end_it(engine: str, make_lab: Make, tmp_path: Path) -> None:
    said = b"220 begin\r\n250-x\r\n250 AUTH LOGIN PLAIN\r\n"
    lab = make_lab(
        Listener(
            protocol="smtp",
            host=HOST,
            port=587,
            security=Security.STARTTLS,
            replies={"STARTTLS": [Say(said)]},
        )
    )
    assert "between STARTTLS and the handshake" in tried(engine, lab, tmp_path, "starttls")
    nothing_sent(lab)


@EACH
def test_starttls_that_is_stripped_ends_it(engine: str, make_lab: Make, tmp_path: Path) -> None:
    clear = Listener(
        protocol="smtp",
        host=HOST,
        port=587,
        security=Security.STARTTLS,
        offers=["AUTH PLAIN LOGIN"],
        clear_login=True,
    )
    lab = make_lab(clear)
    assert "not offered" in tried(engine, lab, tmp_path, "starttls")
    nothing_sent(lab)


@EACH
def test_a_dripping_server_is_left_at_the_deadline(
    engine: str, make_lab: Make, tmp_path: Path
) -> None:
    drip = [Drip(b"220 " + b"x" * 100, 0.05)]
    lab = make_lab(Listener(protocol="smtp", host=HOST, port=465, greeting=drip))
    assert "accepted" not in tried(engine, lab, tmp_path, "implicit-tls", deadline=0.6)
    nothing_sent(lab)


@EACH
@pytest.mark.parametrize("word", [PASSWORD, PASSWORD.upper()])
def test_no_answer_to_the_login_shows_the_password(
    engine: str, word: str, make_lab: Make, tmp_path: Path
) -> None:
    said = Say(f"535 5.7.8 no: {word}\r\n".encode())
    lab = make_lab(Listener(protocol="smtp", host=HOST, port=465, replies_tls={"AUTH": [said]}))
    shown = tried(engine, lab, tmp_path, "implicit-tls")
    assert "no: ***" in shown
    assert word not in shown


@EACH
@pytest.mark.parametrize(
    ("at", "said", "state"),
    [
        ("DATA", b"250 ok\r\n", "deferred"),
        ("DATA", b"221 bye\r\n", "deferred"),
        ("DATA", b"354 go on\r\n250 kept\r\n", "deferred"),
        *((".", said, "unknown") for said in (b"354 go on\r\n", b"221 bye\r\n", b"999 kept\r\n")),
        *((".", said, "unknown") for said in (b"250-kept\r\n550 no\r\n", b"2\xb20 kept\r\n")),
        (".", b"250-kept\r\n250 really\r\n", "accepted"),
    ],
)
def test_only_one_plain_yes_to_the_end_of_a_message_is_one_for_every_engine(
    engine: str, at: str, said: bytes, state: str, make_lab: Make, tmp_path: Path
) -> None:
    lab = make_lab(Listener(protocol="smtp", host=HOST, port=465, replies_tls={at: [Say(said)]}))
    shown = tried(engine, lab, tmp_path, "implicit-tls")
    assert {*re.findall(r"DeliveryStatus\(state='(\w+)'", shown)} == {state}
