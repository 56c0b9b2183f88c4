"""What a name server may say: only about the name that was asked for, and not without end."""

import socket
import threading
from collections.abc import Callable, Iterator

import dns.flags
import dns.message
import dns.rrset
import pytest

from mailkit.net.resolver import Resolver
from mailkit.protocol.asks import Stopped

Answer = Callable[[bytes], bytes]


@pytest.fixture
def resolver_of() -> Iterator[Callable[[Answer], Resolver]]:
    """A resolver whose server answers each question with the octets that a function makes of it."""
    sockets: list[socket.socket] = []

    def serve(sock: socket.socket, answer: Answer) -> None:
        while True:
            try:
                question, place = sock.recvfrom(65_536)
                sock.sendto(answer(question), place)
            except OSError:
                return

    def make(answer: Answer) -> Resolver:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
        sockets.append(sock)
        threading.Thread(target=serve, args=(sock, answer), daemon=True).start()
        return Resolver(sock.getsockname())

    yield make
    for sock in sockets:
        sock.close()


def says(*rows: str) -> Answer:
    """An answer with these rows, ``NAME TYPE DATA``, whatever was asked."""

    def answer(question: bytes) -> bytes:
        response = dns.message.make_response(dns.message.from_wire(question))
        response.flags |= dns.flags.RA
        for row in rows:
            name, kind, data = row.split(" ", 2)
            response.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", kind, data))
        return response.to_wire(max_size=65_535)

    return answer


@pytest.mark.parametrize(
    "rows",
    [
        ["evil.example A 203.0.113.6"],
        ["b.example CNAME c.example.", "c.example A 203.0.113.6"],
        ["mail.example CNAME b.example.", "evil.example A 203.0.113.6"],
        ["mail.example CNAME b.example.", "b.example CNAME mail.example."],
    ],
)
def test_no_address_of_another_name_is_used(
    rows: list[str], resolver_of: Callable[[Answer], Resolver]
) -> None:
    with pytest.raises(Stopped):
        resolver_of(says(*rows)).addresses("mail.example", 30)


def test_an_exchanger_of_another_domain_is_not_used(
    resolver_of: Callable[[Answer], Resolver],
) -> None:
    resolver = resolver_of(says("evil.example MX 10 mx.evil.example."))
    assert [row.type for row in resolver.ask("domain.example", "MX", 30)] == ["NODATA"]


def test_aliases_are_followed_in_any_order_and_case(
    resolver_of: Callable[[Answer], Resolver],
) -> None:
    rows = ["c.example A 192.0.2.1", "B.example CNAME c.example.", "mail.example CNAME b.EXAMPLE."]
    assert resolver_of(says(*rows)).addresses("mail.example", 30) == ["192.0.2.1"] * 2


def test_of_thousands_of_records_some_are_kept(
    resolver_of: Callable[[Answer], Resolver], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"mail.example A 198.18.{n // 250}.{n % 250}" for n in range(900)]
    found = resolver_of(says(*rows)).ask("mail.example", "A", 30)
    assert len(found) == 256


@pytest.mark.parametrize(
    "end",
    [
        b"\xc0\x1e\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\x01\x02\x03\x04",  # a name that points to itself
        b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x05\x01\x02\x03\x04\x05",  # five octets of address
        b"\xc0\x0c\x00\x01",
        b"",
    ],
)
def test_a_broken_answer_is_no_address(
    end: bytes, resolver_of: Callable[[Answer], Resolver]
) -> None:
    def answer(question: bytes) -> bytes:
        plain = dns.message.make_query(dns.message.from_wire(question).question[0].name, "A")
        plain.use_edns(False)
        wire = plain.to_wire()
        return question[:2] + b"\x81\x80" + b"\0\1\0\1\0\0\0\0" + wire[12:] + end

    found = resolver_of(answer).ask("mail.example", "A", 2)
    assert {row.type for row in found} <= {"SERVFAIL", "TIMEOUT"}
