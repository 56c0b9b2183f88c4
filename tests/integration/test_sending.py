"""Sending as a business suite sets it up: engines, protocols, encryption, copies, signatures, character sets."""

from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from mailkit import diagnose
from mailkit.account import Account, with_changes
from mailkit.checks import check
from mailkit.errors import SettingsError
from mailkit.flow import Outbox, write
from mailkit.flow.trial import trial
from mailkit.formats import loads, named
from mailkit.formats.form import Form
from mailkit.observation import Proof
from mailkit.ports import Security
from mailkit.uses import OutgoingOptions

Person = Callable[..., Account]
Inbox = Callable[..., list[EmailMessage]]
Send = Callable[..., Any]


@pytest.fixture
def send(options: dict[str, Any], tmp_path: Path) -> Send:
    """Send one message at once, each from an outbox of its own: a refused login stops an outbox's queue."""
    files = (tmp_path / f"outbox-{number}.sqlite" for number in count())

    def one(account: Account, letter: Any, **more: Any) -> Any:
        with Outbox(next(files), [account], **options, **more) as box:
            return box.put(letter, account=account.label)

    return one


@pytest.mark.system("D1")
@pytest.mark.parametrize("port", [465, 587])
def test_both_engines_do_the_same(
    stack: Any, person: Person, inbox: Inbox, send: Send, port: int
) -> None:
    security = Security.IMPLICIT_TLS if port == 465 else Security.STARTTLS
    results = []
    for engine in ("smtplib", "aiosmtplib"):
        reader, account = person("reader"), person("kim", delivery=OutgoingOptions(engine=engine))
        assert account.outgoing is not None
        service = with_changes(account.outgoing, {"port": port, "security": security})
        account = replace(account, outgoing=service)
        many = [reader.address, "refused@nowhere.invalid"]
        letter = write(account, many, "Grüße", "Zeile\n.\n..zwei\nEnde")
        outcome = send(account, letter)
        (message,) = inbox(reader)
        text = message.get_body().get_content()  # type: ignore[union-attr]
        fates = [(one.state, one.code) for one in outcome.fates.values()]
        results.append((fates, str(message["Subject"]), text))
        closed = replace(account, outgoing=replace(service, user="nobody@example.com"))
        failed = send(closed, write(closed, reader.address, "no", "x"))
        assert [one.state for one in failed.fates.values()] == ["deferred"]
        assert len(inbox(reader)) == 1
        clear = with_changes(
            service, {"port": 587, "host": "none.example.com", "security": Security.CLEARTEXT}
        )
        unsafe = replace(account, outgoing=clear)
        refused = send(unsafe, write(unsafe, reader.address, "in clear", "x"))
        assert [one.state for one in refused.fates.values()] == ["deferred"], refused
        assert len(inbox(reader)) == 1
    assert results[0] == results[1]


@pytest.mark.system("D2")
def test_a_message_goes_by_server_by_sendmail_or_into_a_local_mailbox(
    person: Person, inbox: Inbox, send: Send, tmp_path: Path
) -> None:
    reader = person("reader")
    by_server = person("kim")
    assert send(by_server, write(by_server, reader.address, "one", "x")).ok
    assert len(inbox(reader)) == 1
    program = tmp_path / "sendmail"
    program.write_text(f"#!/bin/sh\ncat > {tmp_path}/letter\n")
    program.chmod(0o755)
    by_program = replace(by_server, outgoing=None, delivery=OutgoingOptions(via="sendmail"))
    assert send(
        by_program, write(by_program, "a@example.com", "two", "x"), sendmail=str(program)
    ).ok
    assert "Subject: two" in (tmp_path / "letter").read_text()
    local = replace(by_program, delivery=OutgoingOptions(via="local"))
    outcome = send(
        local,
        write(local, ["here@example.com", "gone@example.com"], "three", "x"),
        maildirs=lambda address: tmp_path / "here" if address.startswith("here") else None,
    )
    assert [one.state for one in outcome.fates.values()] == ["accepted", "refused"]
    (file,) = (tmp_path / "here" / "new").iterdir()
    assert b"Subject: three" in file.read_bytes()


@pytest.mark.system("D3")
def test_mixed_encryption_and_port_are_named_before_and_after_trying(
    person: Person, options: dict[str, Any]
) -> None:
    account = person("kim")
    assert account.outgoing is not None
    mixed = {
        (587, Security.IMPLICIT_TLS): ("cfg-port-587-tls", Security.STARTTLS),
        (465, Security.STARTTLS): ("cfg-port-465-starttls", Security.IMPLICIT_TLS),
    }
    for (port, security), (finding, right) in mixed.items():
        wrong = replace(
            account,
            incoming=None,
            outgoing=with_changes(account.outgoing, {"port": port, "security": security}),
        )
        assert finding in {one.id for one in check(wrong)}, "before"
        (service,) = diagnose(wrong, **options).accounts[0].services
        assert service.proposal is not None, "after"
        assert service.proposal.changes == {"security": (security, right)}
        assert service.proposal.proof is Proof.LOGGED_IN


@pytest.mark.system("D4", "D12")
def test_the_host_and_port_of_the_form_are_those_that_a_test_message_goes_to(
    person: Person, inbox: Inbox, options: dict[str, Any]
) -> None:
    account, form = person("kim"), named("djaboo")
    assert isinstance(form, Form)
    assert account.outgoing is not None
    assert account.outgoing.secret is not None
    values = {
        "Email Encryption": "TLS",
        "SMTP Host": "mail.example.com",
        "SMTP Port": "587",
        "Email": account.address,
        "SMTP Password": account.outgoing.secret.reveal(),
    }
    (one,) = form.mapped(values)
    assert trial(one, send_to=account.address, **options).ok
    assert len(inbox(account)) == 1
    nowhere = form.mapped(values | {"SMTP Port": "2525"})[0]
    assert not trial(nowhere, send_to=account.address, **options).ok


@pytest.mark.system("D5", "D6")
def test_who_logs_in_may_have_another_name_than_the_address(
    stack: Any, inbox: Inbox, person: Person, send: Send
) -> None:
    reader, form = person("reader"), named("djaboo")
    assert isinstance(form, Form)
    stack.add_user("corp-kim", "pässwörd ✓ 1")
    values = {
        "Email Encryption": "SSL",
        "SMTP Host": "mail.example.com",
        "SMTP Port": "465",
        "Email": "kim@example.com",
        "SMTP Username": "corp-kim",
        "SMTP Password": "pässwörd ✓ 1",
        "Email Charset": "iso-8859-1",
    }
    (account,) = form.mapped(values)
    assert send(account, write(account, reader.address, "Grüße", "Größe: €, naïve")).ok
    assert send(account, write(account, reader.address, "Grüße", "Größe, naïve")).ok
    euro, latin = inbox(reader)
    assert {str(one["From"]) for one in (euro, latin)} == {"kim@example.com"}
    assert latin.get_content_charset() == "iso-8859-1"
    assert euro.get_content_charset() == "utf-8", "what cannot be written in it goes as UTF-8"
    assert latin.get_content().strip() == "Größe, naïve"


@pytest.mark.system("D7")
def test_a_copy_of_everything_goes_to_addresses_that_nobody_sees(
    person: Person, inbox: Inbox, send: Send
) -> None:
    reader, first, second = person("reader"), person("first"), person("second")
    account = person("kim", delivery=OutgoingOptions(bcc=(first.address, second.address)))
    outcome = send(account, write(account, reader.address, "hello", "x"))
    assert set(outcome.fates) == {reader.address, first.address, second.address}
    for one in (reader, first, second):
        (message,) = inbox(one)
        header = "\n".join(
            f"{k}: {v}" for k, v in message.items() if k not in ("Delivered-To", "Received")
        )
        assert first.address not in header.replace(f"Delivered-To: {first.address}", "")
        assert second.address not in header


@pytest.mark.system("D8", "D9")
def test_header_content_and_footer_are_put_together_with_the_right_signature(
    person: Person, inbox: Inbox, send: Send
) -> None:
    reader = person("reader")
    delivery = OutgoingOptions(
        header="Dear {{name}},",
        footer="Best wishes from {{company}}",
        signature="Example Ltd.",
        signatures={"lee": "Lee Gray, Sales"},
    )
    account = person("kim", delivery=delivery)
    fields = {"name": "Ms O'Neil <b>", "company": "Example"}
    for who in ("", "lee"):
        assert send(
            account,
            write(account, reader.address, "x", "It is on its way.", person=who, fields=fields),
        ).ok
    common = "Dear Ms O'Neil <b>,\n\nIt is on its way.\n\nBest wishes from Example"
    texts = [one.get_content().replace("\r\n", "\n").rstrip() for one in inbox(reader)]
    assert texts == [f"{common}\n\n-- \nExample Ltd.", f"{common}\n\n-- \nLee Gray, Sales"]
    merged = replace(account, delivery=replace(delivery, footer="{{signature}} wishes you well"))
    letter = write(merged, reader.address, "x", "Text.", fields=fields)
    assert letter.message.get_content().rstrip().endswith("Text.\n\nExample Ltd. wishes you well")
    with pytest.raises(SettingsError, match="company has no value"):
        write(account, reader.address, "x", "y", fields={"name": "Lee"})


@pytest.mark.system("D11")
def test_an_office_365_account_is_told_that_password_smtp_is_on_its_way_out() -> None:
    text = '[account.a]\naddress = "kim@contoso.example"\n[account.a.outgoing]\n'
    text += 'host = "smtp.office365.com"\nport = 587\nsecurity = "starttls"\n'
    text += 'user = "kim@contoso.example"\nauth = "password"\n'
    found = [one for one in check(loads(text)[0]) if one.id == "cfg-auth-ending"]
    (one,) = found
    words = one.message + " ".join(one.evidence)
    assert "end of December 2026" in words
    assert "OAuth" in words or "oauth2" in words.lower(), "and what to use"
    assert "techcommunity.microsoft.com" in words, "and the source"
