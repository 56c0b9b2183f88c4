"""What else reaches a running lab: other programs at its control port, and web pages through a browser."""

import socket
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from mailkit.cli import lab_state
from mailkit.lab import Lab, catch_all

REQUEST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n\r\n"
MESSAGE = b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<kim@example.com>\r\nDATA\r\nSubject: x\r\n\r\nx\r\n.\r\n"


def said_to(place: tuple[str, int], octets: bytes) -> bytes:
    """Everything that is answered until the end; a connection may also be reset."""
    answer = b""
    with socket.create_connection(place, timeout=30) as connection, suppress(OSError):
        connection.sendall(octets)
        connection.shutdown(socket.SHUT_WR)
        while part := connection.recv(65_536):
            answer += part
    return answer


def test_no_octets_at_the_control_port_end_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab_state, "_folder", lambda: tmp_path)
    over = threading.Event()
    with Lab(catch_all()) as lab, lab_state.announced(lab, "x", "it runs", over):
        state = lab_state.state_of("x")
        place = ("127.0.0.1", state["port"])
        for octets in (
            b"\xff down",
            b"\xe9\xe9 \xe9",
            b"\0 down",
            REQUEST,
            b"word down",
            b"x" * 9000,
            b"",
        ):
            assert said_to(place, octets) == b""
            assert not over.is_set()
        status = f"{state['word']} status".encode()
        # a connection that says nothing in time is closed, on a loaded machine also this one
        assert any(said_to(place, status) == b"it runs" for _ in range(10))


def test_no_web_page_makes_a_browser_submit_mail() -> None:
    with Lab(catch_all()) as lab:
        place = lab.where("localhost", 25)
        assert b"250" not in said_to(place, REQUEST + MESSAGE)
        assert len(lab.sent) == 0
        said_to(place, MESSAGE + b"QUIT\r\n")
        assert len(lab.sent) == 1


def test_no_web_page_makes_a_browser_submit_mail_to_aiosmtpd() -> None:
    pytest.importorskip("aiosmtpd")
    from mailkit.lab.servers.session import WEB_METHODS
    from mailkit.lab.servers.submission import _Server

    for method in {*WEB_METHODS} - {"CONNECT", "TRACE"}:  # which no page can send
        assert getattr(_Server, f"smtp_{method}") is _Server.smtp_POST
