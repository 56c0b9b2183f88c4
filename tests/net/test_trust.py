"""Trust anchors: read beside the first connection, and kept."""

import shutil
import socket
import ssl
import subprocess
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from mailkit.account import Service
from mailkit.lab.certificates import Authority
from mailkit.net.options import ConnectOptions
from mailkit.net.probe import probe
from mailkit.net.trust import Trust, trust_of
from mailkit.ports import Protocol, Security


@pytest.mark.parametrize("files", [0, 1], ids=["the system's", "and those of a file"])
def test_the_first_connection_is_opened_before_trust_anchors_are_read(
    files: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, in_time = Event(), []
    make = ssl.create_default_context

    def slow(*given: Any, **named: Any) -> ssl.SSLContext:
        in_time.append(opened.wait(60))
        return make(*given, **named)

    def accept() -> None:
        listener.accept()[0].close()
        opened.set()

    given = [Authority(tmp_path).ca_file] * files
    monkeypatch.setattr(ssl, "create_default_context", slow)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        server = Thread(target=accept)
        server.start()
        port = listener.getsockname()[1]
        probe(
            Service(
                protocol=Protocol.IMAP,
                host="127.0.0.1",
                port=port,
                security=Security.IMPLICIT_TLS,
            ),
            ConnectOptions(Trust(*given)).begun(),
        )
        server.join()

    assert in_time == [True]


def test_trust_anchors_are_read_again_when_their_file_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "roots.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    bundle.write_text("")
    first = trust_of()

    assert trust_of() is first
    bundle.write_text("# another\n")
    assert trust_of() is not first


def system_of(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *only_in_the_bundle: Path,
    inside: bool = True,
) -> Authority:
    """Let the system's trust anchors be those of a folder, where OpenSSL finds each by its subject."""
    if (openssl := shutil.which("openssl")) is None:
        pytest.skip("openssl is not installed")
    authority, certs = Authority(folder / "one"), folder / "certs"
    certs.mkdir()
    command = [openssl, "x509", "-noout", "-hash", "-in", str(authority.ca_file)]
    name = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    (certs / f"{name}.0").write_bytes(authority.ca_file.read_bytes())
    whole = (authority.ca_file, *only_in_the_bundle)
    bundle = (certs if inside else folder) / "bundle.pem"
    bundle.write_bytes(b"".join(file.read_bytes() for file in whole))
    usual = ssl.get_default_verify_paths()
    found = usual._replace(cafile=str(bundle), capath=str(certs))
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: found)
    return authority


def shakes_hands(context: ssl.SSLContext, authority: Authority) -> None:
    """A handshake in memory with a server whose certificate is of this authority."""
    here, there = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = authority.context("mail.example.com")
    ends = [
        context.wrap_bio(here, there, server_hostname="mail.example.com"),
        server.wrap_bio(there, here, server_side=True),
    ]
    for _ in range(4):
        for end in ends:
            with suppress(ssl.SSLWantReadError):
                end.do_handshake()
    assert ends[0].getpeercert()


def test_a_trust_anchor_is_read_from_its_folder_when_a_chain_needs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "another").mkdir()
    authority = system_of(tmp_path, monkeypatch)
    trust = Trust()
    assert trust.verified.cert_store_stats()["x509_ca"] == 0
    assert not trust.empty
    shakes_hands(trust.verified, authority)
    with pytest.raises(ssl.SSLCertVerificationError):
        shakes_hands(Trust().verified, Authority(tmp_path / "another"))


@pytest.mark.parametrize("why", ["the bundle has more", "the bundle is elsewhere"])
def test_the_folder_does_not_stand_for_a_bundle_that_it_does_not_have(
    why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "more").mkdir()
    more = [Authority(tmp_path / "more").ca_file] if why.endswith("more") else []
    system_of(tmp_path, monkeypatch, *more, inside=bool(more))
    asked = []
    monkeypatch.setattr(ssl, "create_default_context", lambda **named: asked.append(named))
    with suppress(AttributeError):  # the context is none
        _ = Trust().verified
    assert asked == [{"capath": None}]
