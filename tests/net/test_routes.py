"""Which addresses a name may lead to: to this machine by the address alone, and for strangers' names to the public internet alone."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from mailkit.account import is_address, is_local, is_loopback
from mailkit.client import connect
from mailkit.diagnosis.diagnose import diagnose
from mailkit.discovery.discover import discover
from mailkit.errors import LoginError, OpenError
from mailkit.formats import loads
from mailkit.lab import Lab, Listener
from mailkit.lab.scenario import PASSWORD, imap, pop3, smtp
from mailkit.net import connection
from mailkit.net.fetch import WebError, fetch
from mailkit.net.routes import Routes, is_public
from mailkit.net.trust import Trust
from mailkit.observation import StopReason
from mailkit.ports import Security
from mailkit.protocol.dialogue import Stopped

Make = Callable[..., Lab]
ELSEWHERE = "198.51.100.7"


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True),
        ("LocalHost.", True),
        ("mail.localhost", True),
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("[::1]", True),
        ("::ffff:127.0.0.1", True),
        ("127.999.1.1", False),
        ("127.٠.٠.١", False),
        ("127.0.0.1.example.com", False),
        ("127.1", False),
        ("localhost.example.com", False),
        ("notlocalhost", False),
        ("", False),
    ],
)
def test_only_real_addresses_and_the_reserved_name_are_this_machine(host: str, local: bool) -> None:
    assert is_local(host) is local


@pytest.mark.parametrize(
    ("host", "address"),
    [
        *(
            (host, True)
            for host in ("192.0.2.1", "[2001:db8::1]", "fe80::1%eth0", "[fe80::1%lan.7]")
        ),
        *((host, False) for host in ("fe80::1%a b", "::1%\n", "::1%", "::1%<b>", "[::1", "]::1[")),
    ],
)
def test_an_address_has_both_brackets_or_none_and_a_zone_that_is_a_name(
    host: str, address: bool
) -> None:
    assert is_address(host) is address


@pytest.mark.parametrize("text", [imap, pop3, smtp])
@pytest.mark.parametrize("by", ["route", "resolver"])
def test_no_password_goes_to_a_host_that_is_only_called_localhost(
    text: Any, by: str, make_lab: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    protocol = text(143, "cleartext").partition('protocol = "')[2].partition('"')[0]
    lab = make_lab(
        Listener(
            protocol=protocol,
            host="localhost",
            port=143,
            security=Security.CLEARTEXT,
            clear_login=True,
        )
    )
    (account,) = loads(text(143, "cleartext", host="localhost"), "a.toml")
    real = connection.dialled
    there, port = lab.where("localhost", 143)

    def connected(address: str, at: int, within_s: float) -> socket.socket:
        return real(there, port, within_s) if address == ELSEWHERE else real(address, at, within_s)

    monkeypatch.setattr(connection, "dialled", connected)
    told = socket.getaddrinfo

    def resolved(host: Any, *more: Any, **options: Any) -> Any:
        if host == "localhost":
            return [(2, 1, 6, "", (ELSEWHERE, 143))]
        return told(host, *more, **options)

    if by == "resolver":
        monkeypatch.setattr(socket, "getaddrinfo", resolved)
    wire: dict[str, Any] = {"timeout": 2, "deadline": 4}
    if by == "route":
        wire["connect_to"] = {("localhost", 143): (ELSEWHERE, 143)}

    report = diagnose(account, **wire)
    with pytest.raises(LoginError, match="nothing was sent"):
        connect(account.services[0], **wire)

    assert not report.ok
    assert lab.logins == []
    assert PASSWORD.encode() not in lab.heard_in_clear


def test_localhost_is_asked_of_no_name_server() -> None:
    class AskedError(Exception):
        pass

    class Server:
        def addresses(self, host: str, within: float) -> list[str]:
            raise AskedError

    routes = Routes(resolver=Server())  # type: ignore[arg-type]
    found = routes.addresses("localhost", 143, 2)
    assert found
    assert all(is_loopback(address) for address, _ in found)
    with pytest.raises(AskedError):
        routes.addresses("mail.example.com", 143, 2)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1"),
        *("64:ff9b::a9fe:a9fe", "2002:7f00:1::", "64:ff9b:1::1", "not an address", ""),
        *("192.0.0.8", "192.0.0.255", "100::1", "2001:2::1", "2001:10::1", "3fff::1", "5f00::1"),
        *(
            "::ffff:0:127.0.0.1",
            "::ffff:0:10.0.0.1",
            "1::1",
            "200::1",
            "4000::1",
            "8000::1",
            "e000::1",
        ),
    ],
)
def test_an_address_of_no_public_network_is_told(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1", "64:ff9b::808:808"])
def test_a_public_address_is_one(address: str) -> None:
    assert is_public(address)


def test_a_strangers_name_is_looked_up_and_its_private_addresses_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = [(2, 1, 6, "", (address, 993)) for address in ("10.0.0.1", "8.8.8.8", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: told)
    public = Routes(public=True)
    assert public.addresses("mail.example.com", 993, 1) == [("8.8.8.8", 993)]
    told.pop(1)
    with pytest.raises(Stopped) as stopped:
        public.addresses("mail.example.com", 993, 1)
    assert stopped.value.stop.kind is StopReason.PRIVATE
    assert len(Routes().addresses("mail.example.com", 993, 1)) == 2


def _redirect(there: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {there}\r\nContent-Length: 0\r\n\r\n".encode()


@contextmanager
def listening() -> Iterator[tuple[int, list[bytes]]]:
    """A service of this machine that writes down who comes."""
    came: list[bytes] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                client.settimeout(30)
                came.append(client.recv(400))
                client.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], came
        server.shutdown(socket.SHUT_RDWR)
        thread.join(60)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0"])
def test_discovery_leads_to_no_service_of_this_machine(host: str, make_lab: Make) -> None:
    web = "192.0.2.20"
    with listening() as (port, came):
        server = (
            f'<incomingServer type="imap"><hostname>{host}</hostname><port>{port}</port>'
            "<socketType>STARTTLS</socketType><username>%EMAILADDRESS%</username>"
            "<authentication>password-cleartext</authentication></incomingServer>"
        )
        document = (
            '<clientConfig version="1.1"><emailProvider id="example.com">'
            f"{server}</emailProvider></clientConfig>"
        )
        lab = make_lab(
            Listener(
                protocol="http",
                host="example.com",
                at=web,
                port=443,
                security=Security.IMPLICIT_TLS,
                pages={"/.well-known/autoconfig/mail/config-v1.1.xml": document.encode()},
            ),
            Listener(
                protocol="http",
                host="autoconfig.example.com",
                at=web,
                port=80,
                security=Security.CLEARTEXT,
                pages={"/mail/config-v1.1.xml": _redirect(f"http://{host}:{port}/internal?do=1")},
            ),
            zone=[
                f"example.com A {web}",
                f"autoconfig.example.com A {web}",
                f'example.com TXT "mailconf=https://{host}:{port}/internal"',
                "example.com MX 10 mx.example.com",
                "mx.example.com A 127.0.0.1",
                f"_imaps._tcp.example.com SRV 0 1 {port} mx.example.com",
            ],
        )
        found = discover(
            "kim@example.com",
            timeout=30,
            deadline=4,
            dns=lab.dns,
            ca=lab.ca_file,
            connect_to=lab.connect_to,
        )
    outcomes = {one.what: one.outcome for one in found.attempts}
    assert came == []
    assert "another host" in outcomes["autoconfig, by HTTP"]
    assert any(outcome.startswith("private address") for outcome in outcomes.values())


@pytest.mark.parametrize(
    "there", ["http://other.example.com/", "https://other.example.com/", "http://a.example.com:22/"]
)
def test_by_http_no_redirect_leads_elsewhere(there: str, make_lab: Make) -> None:
    lab = make_lab(
        Listener(
            protocol="http",
            host="a.example.com",
            port=80,
            security=Security.CLEARTEXT,
            pages={"/": _redirect(there)},
        )
    )
    with pytest.raises(WebError, match="another host"):
        fetch("http://a.example.com/", Routes.of(lab.connect_to, None), Trust(), within=2)


def test_a_local_server_is_opened_by_its_address(make_lab: Make) -> None:
    lab = make_lab(
        Listener(
            protocol="imap",
            host="localhost",
            port=143,
            security=Security.CLEARTEXT,
            clear_login=True,
        )
    )
    (account,) = loads(imap(143, "cleartext", host="localhost"), "a.toml")
    with connect(account, connect_to=lab.connect_to, timeout=30):
        pass
    with pytest.raises((LoginError, OpenError)):
        connect(account, connect_to={("localhost", None): ("198.51.100.7", 1)}, timeout=0.2)


@pytest.mark.parametrize(
    ("known", "leads"),
    [
        ({("localhost", 143): ("192.0.2.1", 10143)}, ("192.0.2.1", 10143)),
        ({("localhost", None): ("192.0.2.1", 0)}, ("192.0.2.1", 143)),
        ({("localhost", 143): ("", 10143)}, ("127.0.0.1", 10143)),
        ({("", 143): ("192.0.2.1", 10143)}, ("192.0.2.1", 10143)),
        ({("", None): ("192.0.2.1", 0)}, ("192.0.2.1", 143)),
        ({("", None): ("", 10143)}, ("127.0.0.1", 10143)),
        ({("localhost", 993): ("192.0.2.1", 10993)}, ("127.0.0.1", 143)),
        ({("other.example", None): ("192.0.2.1", 0)}, ("127.0.0.1", 143)),
    ],
)
def test_a_part_of_a_route_may_be_left_out(known: Any, leads: tuple[str, int]) -> None:
    assert leads in Routes.of(known, None).addresses("localhost", 143, 9)


def test_the_nearest_of_several_routes_counts() -> None:
    known = {
        ("", None): ("192.0.2.1", 0),
        ("", 143): ("192.0.2.2", 0),
        ("mail.example.com", None): ("192.0.2.3", 0),
        ("mail.example.com", 993): ("192.0.2.4", 0),
    }
    routes = Routes.of(known, None)

    asked = [
        ("mail.example.com", 993),
        ("mail.example.com", 143),
        ("a.example", 143),
        ("a.example", 1),
    ]
    found = [routes.addresses(host, port, 9)[0][0] for host, port in asked]

    assert found == ["192.0.2.4", "192.0.2.3", "192.0.2.2", "192.0.2.1"]


def test_a_name_is_looked_up_where_a_route_has_no_address_for_it() -> None:
    assert Routes.of({("a.example", 143): ("192.0.2.1", 1)}, None).knows("A.example")
    assert Routes.of({("", 143): ("192.0.2.1", 1)}, None).knows("a.example")
    assert not Routes.of({("a.example", 143): ("", 1)}, None).knows("a.example")
    assert not Routes.of({("b.example", 143): ("192.0.2.1", 1)}, None).knows("a.example")


@pytest.mark.parametrize(
    ("text", "address", "loopback"),
    [
        ("127.0.0.1", True, True),
        ("[127.2.3.4]", True, True),
        ("::1", True, True),
        ("[::ffff:127.0.0.1]", True, True),
        ("fe80::1%eth0", True, False),
        ("192.0.2.7", True, False),
        ("192.0.2.7\n", False, False),
        ("192.0.2", False, False),
        ("imap1.example.com1", False, False),
        ("imap.example.com", False, False),
        ("localhost", False, False),
        ("", False, False),
    ],
)
def test_an_address_is_told_from_a_name(text: str, address: bool, loopback: bool) -> None:
    assert is_address(text) is address
    assert is_loopback(text) is loopback
