"""Faults of STARTTLS, capabilities and the login; and servers that exceed limits."""

import base64
import smtplib
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from mailkit.lab.endpoints import standard
from mailkit.lab.listener import Listener
from mailkit.lab.scenario import ADDRESS, HOST, PASSWORD, Scenario, imap, pop3, smtp
from mailkit.lab.script import Close, Drip, Flood, Say
from mailkit.ports import Security

if TYPE_CHECKING:
    from mailkit.lab.servers.core import Lab

_TLS, _UP, _CLEAR = "implicit-tls", "starttls", "cleartext"
_ON = {"port": 465, "security": _TLS}


def _submission(**knobs: object) -> Listener:
    usual = {"host": HOST, "port": 587, "security": Security.STARTTLS}
    return Listener(protocol="smtp", **(usual | knobs))  # type: ignore[arg-type]


def _imap(**knobs: object) -> Listener:
    usual = {"host": HOST, "port": 143, "security": Security.STARTTLS}
    return Listener(protocol="imap", **(usual | knobs))  # type: ignore[arg-type]


def _pop3s(*offers: str) -> Listener:
    return Listener(protocol="pop3", host=HOST, port=995, offers_tls=offers)


_SMTPS = Listener(protocol="smtp", host=HOST, port=465)
_IMAPS = Listener(protocol="imap", host=HOST, port=993)


def _upgrade(name: str, **knobs: object) -> Scenario:
    """Port 587 with broken STARTTLS, and a healthy port 465."""
    return Scenario(
        id=name,
        account=smtp(587, _UP),
        listeners=[_submission(**knobs), _SMTPS],
        cause=name,
        changes=_ON,
        proof="logged-in",
    )


def _hostile(name: str, **knobs: object) -> Scenario:
    """An IMAP server that exceeds the limits, without an alternative."""
    return Scenario(
        id=name,
        account=imap(143, _UP),
        listeners=[_imap(**knobs)],
        options={"timeout": 0.6},
        cause=name,
    )


def _stale_client(lab: "Lab") -> Sequence[str]:
    """A program that logs in after STARTTLS without requesting capabilities again."""
    context = ssl.create_default_context(cafile=str(lab.ca_file))
    with socket.create_connection(lab.where(HOST, 587), 5) as plain:
        file = plain.makefile("rwb")
        file.readline()
        file.write(b"EHLO client\r\n")
        file.flush()
        while file.readline()[3:4] == b"-":
            pass
        file.write(b"STARTTLS\r\n")
        file.flush()
        file.readline()
        with context.wrap_socket(plain, server_hostname=HOST) as sock:
            token = base64.b64encode(f"\0{ADDRESS}\0{PASSWORD}".encode())
            sock.sendall(b"AUTH PLAIN " + token + b"\r\n")
            sock.recv(200)
    return lab.sessions[-1].transcript


def _downgraded_client(lab: "Lab") -> Sequence[str]:
    """A program that continues in cleartext when STARTTLS fails."""
    host, port = lab.where(HOST, 587)
    with smtplib.SMTP(host, port, timeout=5) as client:
        client.ehlo("client")
        with suppress(smtplib.SMTPException):
            client.starttls()
        client.login(ADDRESS, PASSWORD)
    return lab.sessions[-1].transcript


SCENARIOS = [
    _upgrade("stt-not-offered", offers=["SIZE 1000"]),
    Scenario(
        id="stt-stripped",
        account=smtp(587, _UP, host="smtp.gmail.com", secret={"value": "abcdefghijklmnop"}),
        listeners=[
            _submission(host="smtp.gmail.com", offers=["SIZE 1000"]),
            Listener(protocol="smtp", host="smtp.gmail.com", port=465),
        ],
        users={ADDRESS: "abcdefghijklmnop"},
        cause="stt-stripped",
        changes=_ON,
        proof="logged-in",
    ),
    _upgrade(
        "stt-refused",
        replies={"STARTTLS": [Say(b"454 4.7.0 TLS not available due to local problem\r\n")]},
    ),
    _upgrade(
        "stt-already", replies={"STARTTLS": [Say(b"554 5.5.1 Error: TLS already active\r\n")]}
    ),
    _upgrade("stt-handshake", replies={"STARTTLS": [Say(b"220 2.0.0 go\r\n"), Close()]}),
    _upgrade(
        "stt-helo-only",
        replies={"EHLO": [Say(b"500 unknown command\r\n")]},
    ),
    _upgrade(
        "stt-injection",
        replies={"STARTTLS": [Say(b"220 2.0.0 go\r\n250-mail.example.com\r\n250 AUTH LOGIN\r\n")]},
    ),
    Scenario(
        id="stt-required",
        account=smtp(587, _CLEAR, host="localhost"),
        listeners=[
            _submission(
                host="localhost",
                offers=["STARTTLS", "AUTH PLAIN LOGIN"],
                replies={"AUTH": [Say(b"530 5.7.0 Must issue a STARTTLS command first\r\n")]},
            )
        ],
        cause="stt-required",
        changes={"security": _UP},
        proof="logged-in",
    ),
    Scenario(
        id="stt-stale-caps",
        account=smtp(587, _UP),
        listeners=[_submission(offers_tls=["AUTH PLAIN LOGIN"])],
        program=_stale_client,
    ),
    Scenario(
        id="stt-downgraded",
        account=smtp(587, _UP),
        listeners=[
            _submission(
                offers=["STARTTLS", "AUTH PLAIN LOGIN"],
                clear_login=True,
                replies={"STARTTLS": [Say(b"454 4.7.0 TLS not available\r\n")]},
            )
        ],
        program=_downgraded_client,
    ),
    Scenario(
        id="cap-logindisabled-clear",
        account=imap(143, _CLEAR),
        listeners=[_imap()],
        cause="cap-logindisabled-clear",
        changes={"security": _UP},
        proof="logged-in",
    ),
    Scenario(
        id="cap-logindisabled-tls",
        account=imap(993, _TLS),
        listeners=[
            Listener(
                protocol="imap",
                host=HOST,
                port=993,
                offers_tls=["IMAP4rev1", "AUTH=XOAUTH2", "LOGINDISABLED", "SASL-IR"],
            )
        ],
        cause="cap-logindisabled-tls",
    ),
    Scenario(
        id="cap-no-auth-yet",
        account=smtp(587, _CLEAR),
        listeners=standard(HOST, "smtp"),
        cause="cap-no-auth-yet",
        changes={"security": _UP},
        proof="logged-in",
    ),
    Scenario(
        id="cap-no-auth",
        account=smtp(2525, _UP),
        listeners=[_submission(port=2525, offers_tls=["SIZE 1000"]), *standard(HOST, "smtp")],
        cause="cap-no-auth",
        changes={"port": 587},
        proof="logged-in",
    ),
    Scenario(
        id="cap-mech-mismatch",
        account=smtp(465, _TLS, auth="cram-md5"),
        listeners=[Listener(protocol="smtp", host=HOST, port=465, offers_tls=["AUTH PLAIN LOGIN"])],
        cause="cap-mech-mismatch",
        changes={"auth": "password"},
        proof="logged-in",
    ),
    Scenario(
        id="aut-bad",
        account=imap(993, _TLS, secret={"value": "not the password"}),
        listeners=[_IMAPS],
        cause="aut-bad",
    ),
    Scenario(
        id="aut-username-localpart",
        account=pop3(995, _TLS),
        listeners=standard(HOST, "pop3"),
        users={"kim": PASSWORD},
        cause="aut-username-localpart",
        changes={"user": "kim"},
        proof="logged-in",
    ),
    Scenario(
        id="aut-case",
        account=imap(993, _TLS, user="Kim@Example.com"),
        listeners=[_IMAPS],
        cause="aut-case",
        changes={"user": ADDRESS},
        proof="logged-in",
    ),
    Scenario(
        id="cap-pop3-no-uidl",
        account=pop3(995, _TLS),
        listeners=[_pop3s("TOP", "USER")],
    ),
    Scenario(
        id="cap-pop3-no-top",
        account=pop3(995, _TLS),
        listeners=[_pop3s("UIDL", "USER")],
    ),
    Scenario(
        id="cap-imap-old",
        account=imap(993, _TLS),
        listeners=[
            Listener(protocol="imap", host=HOST, port=993, offers_tls=["IMAP4", "AUTH=PLAIN"])
        ],
    ),
    Scenario(
        id="aut-temp",
        account=imap(993, _TLS),
        listeners=[
            Listener(
                protocol="imap",
                host=HOST,
                port=993,
                replies_tls={
                    "AUTHENTICATE": [
                        Say(b"<tag> NO [UNAVAILABLE] Temporary authentication failure.\r\n")
                    ]
                },
            )
        ],
        cause="aut-temp",
    ),
    _hostile("hst-flood", greeting=[Flood(b"* OK still greeting ", 2_000)]),
    _hostile("hst-drip", greeting=[Drip(b"* OK and on and on ", 0.05)]),
    _hostile(
        "hst-broken-reply",
        offers=["IMAP4rev1"],
        greeting=[Say(b"* OK hi\r\n")],
        replies={"CAPABILITY": [Say(b"zz9 OK done\r\n")]},
    ),
    Scenario(
        id="hst-referral",
        account=imap(993, _TLS),
        listeners=[
            Listener(
                protocol="imap",
                host=HOST,
                port=993,
                replies_tls={
                    "AUTHENTICATE": [
                        Say(b"<tag> NO [REFERRAL imap://;AUTH=*@other.example/] Try there\r\n")
                    ]
                },
            )
        ],
        cause="hst-referral",
    ),
]
