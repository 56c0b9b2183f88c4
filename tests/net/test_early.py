"""Connections that are begun early: the dialogue's own, to nothing that is refused, and to nobody who must wait."""

import json
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.account import Account
from mailkit.checks import check
from mailkit.cli.main import main
from mailkit.diagnosis.diagnose import diagnose
from mailkit.diagnosis.steps import _NOT_DIALLED
from mailkit.formats import loads
from mailkit.lab import Lab, Listener
from mailkit.lab.scenario import HOST, imap, smtp
from mailkit.lab.script import Silence
from mailkit.net import connection as connection_module
from mailkit.net import early as early_connections
from mailkit.net.early import EarlyConnections
from mailkit.net.options import connect_options
from mailkit.net.times import DIAGNOSIS
from mailkit.ports import Security
from mailkit.report import AccountReport

Make = Callable[..., Lab]
BOTH = imap(993, "implicit-tls") + smtp(587, "starttls").partition("\n\n")[2]
IMAP = Listener(protocol="imap", host=HOST, port=993)
SMTP = Listener(protocol="smtp", host=HOST, port=587, security=Security.STARTTLS)


@contextmanager
def begun(lab: Lab, account: Account) -> Iterator[EarlyConnections]:
    given = {"ca": lab.ca_file, "connect_to": lab.connect_to}
    early = EarlyConnections(account, connect_options(DIAGNOSIS, given))
    yield early
    early.close()


def diagnosed(lab: Lab, text: str, *, early: bool, **options: float) -> AccountReport:
    account = loads(text, "test.toml")[0]
    wire = {"ca": lab.ca_file, "connect_to": lab.connect_to, **options}
    if not early:
        return diagnose(account, **wire).accounts[0]
    with begun(lab, account) as connections:
        return diagnose(account, early=connections, **wire).accounts[0]


def test_a_dialogue_takes_the_connection_that_was_begun(make_lab: Make) -> None:
    lab = make_lab(IMAP, SMTP)

    report = diagnosed(lab, BOTH, early=True)

    assert [one.ok for one in report.services] == [True, True]
    assert len(lab.sessions) == 2


def test_tls_is_up_before_a_dialogue_asks_for_it(
    make_lab: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_module, "_SOON_S", 60.0)
    lab = make_lab(IMAP)
    account = loads(imap(993, "implicit-tls"), "test.toml")[0]
    with begun(lab, account) as early:
        (connection,) = early._waiting.values()
        assert connection._early is not None
        assert connection._early.over.wait(60)
        assert connection.secured
        report = diagnose(account, ca=lab.ca_file, connect_to=lab.connect_to, early=early)
    assert report.ok
    assert len(lab.sessions) == 1


@pytest.mark.parametrize(
    ("text", "listener"),
    [
        (imap(993, "implicit-tls"), SMTP),  # refused
        (imap(993, "implicit-tls"), replace(IMAP, security=Security.CLEARTEXT)),
        (imap(993, "implicit-tls"), replace(IMAP, certificate="expired")),
        (smtp(587, "implicit-tls"), SMTP),
        (imap(993, "starttls"), replace(IMAP, greeting=[Silence()])),
        (
            imap(993, "implicit-tls"),
            replace(IMAP, security=Security.STARTTLS, greeting=[Silence()]),
        ),
    ],
    ids=["refused", "no TLS", "expired", "wrong security", "silent", "silent to a hello"],
)
def test_what_fails_fails_in_the_same_way(text: str, listener: Listener, make_lab: Make) -> None:
    lab = make_lab(listener)

    limit = 2.0 if listener.greeting else 30.0
    (usual,) = diagnosed(lab, text, early=False, timeout=limit).services
    (found,) = diagnosed(lab, text, early=True, timeout=limit).services

    assert found.cause == usual.cause != ""
    assert [one.outcome for one in found.attempts] == [one.outcome for one in usual.attempts]


HOSTS = st.text("aZ9-.@:/% _é", max_size=12) | st.sampled_from(
    ["imap.example.com", "imaps://imap.example.com", "kim@example.com", "imap.example.com:993"]
)


@given(host=HOSTS, port=st.integers(-1, 70_000))
def test_nothing_is_begun_where_the_rules_refuse_to_dial(host: str, port: int) -> None:
    text = f'[account.a.incoming]\nprotocol = "imap"\nhost = {json.dumps(host)}\nport = {port}\n'
    account = loads(text, "test.toml")[0]
    asked: list[str] = []

    class Noted:
        def __init__(self, host: str, *rest: object) -> None:
            asked.append(host)

        def begin(self, *, hello: bool) -> None:
            pass

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(early_connections, "Connection", Noted)
        EarlyConnections(account, connect_options(DIAGNOSIS, {}))

    refused = {finding.id for finding in check(account)} & _NOT_DIALLED
    assert not (asked and refused)


def test_no_server_waits_for_a_password_that_a_command_gives(make_lab: Make) -> None:
    lab = make_lab(IMAP)
    text = re.sub(
        r"secret = .*", 'secret = { command = "pass show mail" }', imap(993, "implicit-tls")
    )
    with begun(lab, loads(text, "test.toml")[0]) as early:
        assert not early._waiting


def test_a_connection_that_no_dialogue_takes_is_closed(make_lab: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        account = loads(imap(port, "starttls", host="localhost"), "test.toml")[0]
        early = EarlyConnections(
            account,
            connect_options(DIAGNOSIS, {"connect_to": {("localhost", port): ("127.0.0.1", port)}}),
        )
        accepted, _ = server.accept()
        with accepted:
            early.close()
            accepted.settimeout(30)
            assert accepted.recv(1) == b""


def test_a_command_shows_its_secrets_before_it_dials(
    make_lab: Make,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lab = make_lab(IMAP, SMTP)
    file = tmp_path / "accounts.toml"
    file.write_text(BOTH, "utf-8")
    shown: list[str] = []
    begin = EarlyConnections.__init__

    def noted(self: EarlyConnections, *given: object) -> None:
        shown.append(capsys.readouterr().err)
        begin(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(EarlyConnections, "__init__", noted)
    command = ["diagnose", str(file), "--ca", str(lab.ca_file)]
    for (host, port), places in lab.connect_to.items():
        for address, real in places:
            command += ["--connect-to", f"{host}:{port or ''}:{address}:{real}"]

    assert main([*command, "--account", "nobody"]) == 2
    assert shown == []
    assert main(command) == 0
    assert shown[0].count("sends the password") == 2
    assert len(lab.sessions) == 2
