"""What else reaches a running lab: other programs at its control port, and web pages through a browser."""

import socket
import ssl
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from mailkit.cli import lab_state
from mailkit.lab import Lab, Listener, catch_all
from mailkit.lab.post import AcceptancePolicy, MailAcceptance, SmtpEnvelope
from mailkit.lab.recording import Recording
from mailkit.ports import Security

REQUEST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n\r\n"
MESSAGE = b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<kim@example.com>\r\nDATA\r\nSubject: x\r\n\r\nx\r\n.\r\n"


def said_to(place: tuple[str, int], octets: bytes, rest: bytes = b"") -> bytes:
    """Everything that is answered until the end; a connection may also be reset. ``rest`` is sent after an answer."""
    answer = b""
    with socket.create_connection(place, timeout=30) as connection, suppress(OSError):
        connection.sendall(octets)
        while rest and not answer.count(b"\n") > 1 and (part := connection.recv(65_536)):
            answer += part
        connection.sendall(rest)
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


@pytest.mark.parametrize("pause", [False, True])
@pytest.mark.parametrize("method", ["POST", "PUT", "post", "GET"])
def test_no_web_page_makes_a_browser_submit_mail_to_aiosmtpd(method: str, pause: bool) -> None:
    pytest.importorskip("aiosmtpd")
    from mailkit.lab.servers.submission import Submission

    taken: list[bytes] = []

    def deliver(submitted: SmtpEnvelope) -> dict[str, str]:
        taken.append(submitted.content)
        return {address: "250 2.0.0 OK" for address, _ in submitted.recipients}

    server, sock = Submission(), socket.create_server(("127.0.0.1", 0))
    listener = Listener(
        protocol="smtp", host="localhost", port=25, security=Security.CLEARTEXT, open_relay=True
    )
    acceptance = MailAcceptance(AcceptancePolicy(), deliver)
    server.start()
    try:
        record, context = Recording("smtp"), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        server.serve(sock, listener, context, {}, record, acceptance)
        place = sock.getsockname()
        request = REQUEST.replace(b"POST", method.encode())
        answer = said_to(place, request, MESSAGE) if pause else said_to(place, request + MESSAGE)
        # the end of a connection may overtake what was said, unless it was awaited
        assert b"not a web server" in answer or not pause
        assert b"250" not in answer
        assert taken == []
        assert b"250" in said_to(place, MESSAGE + b"QUIT\r\n")
        assert len(taken) == 1
    finally:
        server.stop()
