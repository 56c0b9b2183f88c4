"""Faults of TLS and of certificates."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from mailkit.lab.endpoints import standard
from mailkit.lab.listener import Listener
from mailkit.lab.scenario import HOST, Scenario, imap, smtp
from mailkit.lab.script import Close, Listen, Say, Silence
from mailkit.ports import Security

_TLS, _UP = "implicit-tls", "starttls"


def _imaps(**knobs: object) -> Listener:
    return Listener(**({"protocol": "imap", "host": HOST, "port": 993} | knobs))  # type: ignore[arg-type]


def _handshake(name: str, tls: str = "", certificate: str = "good") -> Scenario:
    """An endpoint with a failing handshake, without an alternative."""
    return Scenario(
        id=name,
        account=imap(993, _TLS),
        listeners=[_imaps(tls=tls, certificate=certificate)],
        cause=name,
    )


def _clock() -> Scenario:
    later = format_datetime(datetime.now(UTC) + timedelta(days=450))
    return Scenario(
        id="crt-clock",
        account=smtp(465, _TLS),
        listeners=[
            Listener(
                protocol="smtp",
                host=HOST,
                port=465,
                certificate="future",
                greeting=[Say(f"220 {HOST} ESMTP; {later}\r\n".encode())],
            )
        ],
        cause="crt-clock",
    )


SCENARIOS = [
    Scenario(
        id="tls-plain-server",
        account=imap(143, _TLS),
        listeners=standard(HOST, "imap"),
        cause="tls-plain-server",
        changes={"security": _UP},
        proof="logged-in",
    ),
    _handshake("tls-version", "tls1.1"),
    _handshake("tls-cipher", "no-cipher"),
    _handshake("tls-weak-dh", "weak-dh"),
    _handshake("tls-weak-key", certificate="weak-key"),
    _handshake("tls-weak-sig", certificate="weak-signature"),
    _handshake("tls-sni", "sni"),
    _handshake("tls-client-cert", "client-cert"),
    Scenario(
        id="tls-cut",
        account=imap(993, _TLS),
        listeners=[
            _imaps(protocol="raw", script=[Listen(), Close()]),
            Listener(protocol="imap", host=HOST, port=143, security=Security.STARTTLS),
        ],
        cause="tls-cut",
        changes={"port": 143, "security": _UP},
        proof="logged-in",
    ),
    Scenario(
        id="tls-handshake",
        account=smtp(465, _TLS),
        listeners=[
            Listener(
                protocol="raw",
                host=HOST,
                port=465,
                security=Security.STARTTLS,
                script=[Listen(), Say(b"\x15\x03\x03\x00\x02\x02\x50"), Close()],
            ),
            Listener(protocol="smtp", host=HOST, port=587, security=Security.STARTTLS),
        ],
        cause="tls-handshake",
        changes={"port": 587, "security": _UP},
        proof="logged-in",
    ),
    Scenario(
        id="tls-stall",
        account=imap(993, _TLS),
        listeners=[
            _imaps(protocol="raw", script=[Silence()]),
            Listener(protocol="imap", host=HOST, port=143, security=Security.STARTTLS),
        ],
        options={"timeout": 0.4},
        cause="tls-stall",
        changes={"port": 143, "security": _UP},
        proof="logged-in",
    ),
    Scenario(
        id="tls-no-close-notify",
        account=imap(993, _TLS),
        listeners=[_imaps(replies_tls={"LOGOUT": [Say(b"* BYE\r\n<tag> OK done\r\n"), Close()]})],
        options={"thorough": True},
    ),
    _handshake("tls-intercept", certificate="intercepted"),
    _handshake("env-av-shield", certificate="antivirus"),
    _handshake("crt-expired", certificate="expired"),
    _handshake("crt-not-yet", certificate="not-yet"),
    _clock(),
    _handshake("crt-self-signed", certificate="self-signed"),
    _handshake("crt-unknown-ca", certificate="unknown-ca"),
    _handshake("crt-missing-intermediate", certificate="missing-intermediate"),
    _handshake("crt-cn-only", certificate="cn-only"),
    _handshake("crt-revoked", certificate="revoked"),
    _handshake("crt-weak", certificate="weak-ca"),
    Scenario(
        id="crt-strict",
        account=imap(993, _TLS),
        listeners=[_imaps(certificate="informal")],
    ),
    Scenario(
        id="crt-host-mismatch",
        account=imap(993, _TLS, host="imap.example.com"),
        listeners=[
            _imaps(host="imap.example.com", certificate="sibling-host"),
            _imaps(host="mail.example.com", same_as="imap.example.com"),
        ],
        cause="crt-host-mismatch",
        changes={"host": "mail.example.com"},
        proof="capable",
    ),
    Scenario(
        id="crt-ip",
        account=imap(993, _TLS, host="192.0.2.7"),
        listeners=[_imaps(host="192.0.2.7", certificate="other-host")],
        cause="cfg-host-ip",
    ),
    Scenario(
        id="crt-wildcard-depth",
        account=imap(993, _TLS, host="imap.mail.example.com"),
        listeners=[_imaps(host="imap.mail.example.com", certificate="wildcard")],
        cause="crt-wildcard-depth",
    ),
    Scenario(
        id="crt-per-port",
        account=smtp(465, _TLS),
        listeners=[
            Listener(protocol="smtp", host=HOST, port=465, certificate="expired"),
            Listener(protocol="smtp", host=HOST, port=587, security=Security.STARTTLS),
        ],
        cause="crt-per-port",
        changes={"port": 587, "security": _UP},
        proof="logged-in",
    ),
    Scenario(
        id="crt-per-address",
        account=imap(993, _TLS),
        listeners=[_imaps(node=1, certificate="expired"), _imaps(node=2)],
        cause="crt-per-address",
    ),
    Scenario(
        id="crt-local-store",
        account=imap(993, _TLS),
        listeners=[_imaps()],
        cause="crt-local-store",
        anchors=False,
    ),
    Scenario(
        id="crt-soon",
        account=imap(993, _TLS),
        listeners=[_imaps(certificate="soon")],
    ),
]
