"""The types that a project's tests see; mypy reads this file, and a wrong word is an error there."""

import asyncio
import smtplib
import subprocess
import sys
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any, assert_type

import pytest

from mailkit.lab import Lab, Listener, catch_all
from mailkit.lab.inbox import Inbox
from mailkit.lab.sent import MissingMailError
from mailkit.lab.switching import switch_off, switch_on
from mailkit.pytest_plugin import (
    AnyLab,
    Endpoint,
    FaultyServer,
    Mailbox,
    MailSettings,
    MakeEndpoint,
    MakeFault,
    MakeMailbox,
    SentMail,
    SentMessage,
    Session,
)


def test_each_fixture_has_a_type(
    mail_lab: AnyLab,
    mail_endpoint: MakeEndpoint,
    mail_fault: MakeFault,
    mail_settings: MailSettings,
    mail_trusted: Path,
    mailbox: Mailbox,
    new_mailbox: MakeMailbox,
    sent_mail: SentMail,
) -> None:
    smtp = assert_type(mail_endpoint("smtp", "starttls", login=False), Endpoint)
    assert_type(smtp.sessions, tuple[Session, ...])
    assert_type(mail_fault("crt-expired"), FaultyServer)
    assert_type(mail_settings.using("implicit-tls", mailbox), MailSettings)
    assert_type(mail_settings.django(), dict[str, Any])
    assert_type(new_mailbox("anna").user, str)
    assert_type(mail_lab.sent, SentMail)
    with assert_type(mail_settings.connect(), smtplib.SMTP) as client:
        client.sendmail("a@example.com", [mailbox.address], "Subject: x\r\n\r\nx\r\n")
    assert_type(mailbox.wait_for(subject="x"), EmailMessage)
    message = assert_type(sent_mail.wait_for(to=mailbox.address), SentMessage)
    assert_type(message["X-Order"], str)
    assert_type(sent_mail[0:1], Sequence[SentMessage])
    assert message.session is not None
    assert_type(message.session.findings[0].id if message.session.findings else "", str)
    assert_type(asyncio.run(mailbox.arrives(subject="x")), EmailMessage)
    assert mail_trusted.is_file()


def test_the_lab_itself_has_types(tmp_path: Path) -> None:
    with Lab(catch_all(), persist=tmp_path) as lab:
        host, port = assert_type(lab.where("localhost", 25), tuple[str, int])
        assert_type(lab.inbox(), Inbox)
        assert_type(lab.sessions, tuple[Session, ...])
        assert_type(lab.endpoints, dict[int, Listener])
        assert_type(switch_on(lab, "snd-greylist", port), tuple[int, ...])
        assert_type(lab.faults, dict[int, str])
        switch_off(lab)
        assert_type(lab.deliver("a@example.com", ["b@example.com"], b"x"), Mapping[str, str])
        with pytest.raises(MissingMailError):
            lab.sent.wait_for(to="nobody@example.com", timeout=0)
    assert host == "127.0.0.1"


def test_a_wrong_word_is_an_error_of_types_and_says_what_is_right(
    mail_endpoint: MakeEndpoint,
) -> None:
    with pytest.raises(
        pytest.fail.Exception, match="not 'tls'; write starttls for STARTTLS, or implicit-tls"
    ):
        mail_endpoint("smtp", "tls")  # type: ignore[arg-type]
    with pytest.raises(pytest.fail.Exception, match="not 'nntp'"):
        mail_endpoint("nntp")  # type: ignore[arg-type]
    with pytest.raises(pytest.fail.Exception, match="not 'xpired'"):
        mail_endpoint("smtp", certificate="xpired")  # type: ignore[arg-type]


def test_a_name_that_is_not_there_is_an_error_of_types() -> None:
    with pytest.raises(ImportError):
        from mailkit.pytest_plugin import Postbox  # type: ignore[attr-defined] # noqa: F401


def test_mypy_agrees() -> None:
    pytest.importorskip("mypy", reason="mypy is not installed")
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--config-file=",
            "--strict",
            "--python-version=3.11",
            __file__,
        ],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert done.stdout.startswith("Success: no issues found in 1 source file"), done.stdout
