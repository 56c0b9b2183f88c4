"""Runs in a network namespace of its own: a network with one fault, a lab, a diagnosis.

Usage: unshare --net python inside.py CASE    prints the report as JSON

The lab's sockets are on loopback; the kernel leads public addresses and well-known ports there, so
that nothing in mailkit knows of the lab but its name server.
"""

import subprocess
import sys
from collections.abc import Callable

from mailkit.diagnosis.diagnose import diagnose
from mailkit.formats import loads
from mailkit.lab import Lab, Listener
from mailkit.lab.scenario import HOST, USERS, imap, smtp
from mailkit.lab.script import Close, Listen, Say
from mailkit.ports import Security

AT, SIX = "203.0.113.10", "fd00:18::10"
"""An IPv4 address that is routed, and an IPv6 address where packets vanish."""


def run(command: str) -> None:
    subprocess.run(command.split(), check=True)


def network(*, six: bool = False) -> None:
    """Loopback, and an interface that swallows what is sent to it."""
    run("ip link set lo up")
    run("ip tuntap add dev mute mode tun")
    run("ip addr add 198.18.0.1/15 dev mute")
    run("ip link set mute up")
    run("ip route add 203.0.113.0/24 dev mute")
    if six:
        run("ip -6 addr add fd00:18::1/64 dev mute")


def lead(address: str, port: int, there: tuple[str, int]) -> None:
    """Have the kernel lead an endpoint to a socket of the lab."""
    run(
        f"iptables -t nat -A OUTPUT -p tcp -d {address} --dport {port} "
        f"-j DNAT --to {there[0]}:{there[1]}"
    )


def looked(lab: Lab, text: str, **options: object) -> str:
    (account,) = loads(text)
    usual = {"ca": lab.ca_file, "dns": lab.dns, "timeout": 1.0, "deadline": 20.0}
    return diagnose(account, **(usual | options)).to_json()  # type: ignore[arg-type]


def filtered_port() -> str:
    """Port 143 is dropped, 993 of the same host is open."""
    network()
    with Lab([Listener(protocol="imap", host=HOST, port=993)], USERS, [f"{HOST} A {AT}"]) as lab:
        lead(AT, 993, lab.where(HOST, 993))
        return looked(lab, imap(143, "starttls"))


def broken_ipv6() -> str:
    """Packets by IPv6 vanish; IPv4 works."""
    network(six=True)
    zone = [f"{HOST} AAAA {SIX}", f"{HOST} A {AT}"]
    with Lab([Listener(protocol="imap", host=HOST, port=993)], USERS, zone) as lab:
        lead(AT, 993, lab.where(HOST, 993))
        return looked(lab, imap(993, "implicit-tls"), thorough=True)


def no_ipv6() -> str:
    """The host has an IPv6 address only, and there is no route."""
    network()
    with Lab(
        [Listener(protocol="imap", host=HOST, port=993)], USERS, [f"{HOST} AAAA 2001:db8::7"]
    ) as lab:
        return looked(lab, imap(993, "implicit-tls"))


def blocked_25() -> str:
    """Port 25 is dropped towards everybody; 465 and 587 are open."""
    network()
    zone = [
        f"{HOST} A {AT}",
        *(f"{name} A 203.0.113.20" for name in ("smtp.gmail.com", "smtp.mail.yahoo.com")),
        "imap.gmail.com A 203.0.113.21",
        "detectportal.firefox.com A 203.0.113.22",
    ]
    with Lab(
        [Listener(protocol="smtp", host=HOST, port=587, security=Security.STARTTLS)], USERS, zone
    ) as lab:
        there = lab.where(HOST, 587)
        lead(AT, 587, there)
        for port in (465, 587):
            lead("203.0.113.20", port, there)
        return looked(lab, smtp(25, "starttls"), thorough=True)


def no_mail_out() -> str:
    """Ports 25, 465 and 587 are dropped towards everybody; 993 is open."""
    network()
    zone = [
        f"{HOST} A {AT}",
        *(f"{name} A 203.0.113.20" for name in ("smtp.gmail.com", "smtp.mail.yahoo.com")),
        "imap.gmail.com A 203.0.113.21",
        "detectportal.firefox.com A 203.0.113.22",
    ]
    with Lab([Listener(protocol="imap", host="imap.gmail.com", port=993)], USERS, zone) as lab:
        lead("203.0.113.21", 993, lab.where("imap.gmail.com", 993))
        return looked(lab, smtp(465, "implicit-tls"), thorough=True)


def redirected_smtp() -> str:
    """Port 587 of every host is led to the network's own server; 465 is let through."""
    network()
    own = Listener(
        protocol="smtp",
        host="smtp.gmail.com",
        port=587,
        security=Security.STARTTLS,
        greeting=[Say(b"220-p3plsmtp.prod.secureserver.net ESMTP Exim 4.91\r\n220 hello\r\n")],
        offers=["SIZE 1000"],
    )
    right = Listener(protocol="smtp", host="smtp.gmail.com", port=465)
    users = {"kim@example.com": "abcdefghijklmnop"}
    with Lab([own, right], users, [f"smtp.gmail.com A {AT}"]) as lab:
        run(
            "iptables -t nat -A OUTPUT -p tcp --dport 587 "
            f"-j DNAT --to 127.0.0.1:{lab.where('smtp.gmail.com', 587)[1]}"
        )
        lead(AT, 465, lab.where("smtp.gmail.com", 465))
        secret = {"value": "abcdefghijklmnop"}
        return looked(lab, smtp(587, "starttls", host="smtp.gmail.com", secret=secret))


def captive() -> str:
    """Everything is led to the page of a hotspot."""
    network()
    page = [Listen(), Say(b"HTTP/1.1 302 Found\r\nLocation: http://hotspot/\r\n\r\n"), Close()]
    web = Listener(protocol="raw", host="hotspot.example", port=80, script=page)
    trap = Listener(
        protocol="imap", host="login.hotspot.example", port=993, certificate="self-signed"
    )
    zone = [f"{HOST} A {AT}", f"detectportal.firefox.com A {AT}", f"smtp.gmail.com A {AT}"]
    zone += [f"smtp.mail.yahoo.com A {AT}", f"imap.gmail.com A {AT}"]
    with Lab([web, trap], USERS, zone) as lab:
        lead(AT, 80, lab.where("hotspot.example", 80))
        lead(AT, 993, lab.where("login.hotspot.example", 993))
        return looked(lab, imap(993, "implicit-tls"), thorough=True)


CASES: dict[str, Callable[[], str]] = {
    one.__name__: one
    for one in (
        filtered_port,
        broken_ipv6,
        no_ipv6,
        blocked_25,
        no_mail_out,
        redirected_smtp,
        captive,
    )
}

if __name__ == "__main__":
    print(CASES[sys.argv[1]]())
