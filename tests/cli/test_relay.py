"""``mailkit relay``: between a program and its server, with TLS on both sides and nothing secret shown."""

import imaplib
import re
import ssl
import threading
from argparse import Namespace
from pathlib import Path

import pytest

from mailkit.cli.main import main
from mailkit.cli.relay import relay
from mailkit.lab import Lab, Listener
from mailkit.lab.scenario import ADDRESS, PASSWORD


def test_a_program_is_relayed_and_its_mistake_reported() -> None:
    shown: list[str] = []
    ready, reported = threading.Event(), threading.Event()

    def out(text: str) -> None:
        shown.append(text)
        (ready if text.startswith("Relaying") else reported).set()

    with Lab([Listener(protocol="imap", host="localhost", port=993)]) as lab:
        lab.deliver(ADDRESS, [ADDRESS], b"Subject: x\r\n\r\nHello\r\n")
        port = lab.where("localhost", 993)[1]
        options = Namespace(
            to=f"localhost:{port}",
            listen=0,
            security="implicit-tls",
            ca=[str(lab.ca_file)],
            seconds=3.0,
        )
        worker = threading.Thread(target=relay, args=(options, out))
        worker.start()
        assert ready.wait(60)
        local = int(re.findall(r"localhost:(\d+)", shown[0])[0])
        context = ssl.create_default_context(cafile=re.findall(r"trust (\S+)\.\n", shown[0])[0])
        with imaplib.IMAP4_SSL("localhost", local, ssl_context=context, timeout=30) as client:
            client.login(ADDRESS, PASSWORD)
            client.select("INBOX")
            client.fetch("1:*", "(BODY[])")
        assert reported.wait(60)
        worker.join(60)
    text = "\n".join(shown)
    assert "clt-select" in text
    assert PASSWORD not in text
    assert shown[-1] == "The relay has stopped.\n"


def test_a_server_whose_certificate_is_not_trusted_gets_nothing() -> None:
    with Lab([Listener(protocol="imap", host="localhost", port=993, certificate="expired")]) as lab:
        port = lab.where("localhost", 993)[1]
        from mailkit.lab.certificates import Authority
        from mailkit.lab.relay import Relay

        authority = Authority(Path(lab.folder))
        onward = ssl.create_default_context(cafile=str(lab.ca_file))
        relayed = Relay(
            ("localhost", port),
            context=authority.context("localhost"),
            onward=onward,
            host="localhost",
            implicit=True,
        )
        with relayed, pytest.raises((OSError, EOFError, imaplib.IMAP4.error)):
            client = imaplib.IMAP4_SSL(
                "localhost",
                relayed.address[1],
                ssl_context=ssl.create_default_context(cafile=str(authority.ca_file)),
                timeout=30,
            )
            client.login(ADDRESS, PASSWORD)
        assert lab.logins == []


@pytest.mark.parametrize("to", ["mail.example.com", "mail.example.com:0", "x y:993", "h:99999"])
def test_a_server_that_is_not_an_endpoint_is_refused(
    to: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["relay", "--to", to]) == 2
    assert "HOST:PORT" in capsys.readouterr().err
