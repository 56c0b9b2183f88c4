"""Trust anchors: read beside the first connection, and kept."""

import socket
import ssl
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
        in_time.append(opened.wait(5))
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
