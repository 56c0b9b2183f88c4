"""Faults of the network and the greeting."""

from mailkit.lab.endpoints import standard
from mailkit.lab.listener import Listener
from mailkit.lab.scenario import HOST, Scenario, imap, pop3, smtp
from mailkit.lab.script import Close, Listen, Reset, Say, Silence, Wait
from mailkit.ports import Security

_TLS, _UP = "implicit-tls", "starttls"
_START = Security.STARTTLS


def _odd(protocol: str, port: int, **knobs: object) -> Listener:
    return Listener(protocol=protocol, host=HOST, port=port, security=_START, **knobs)  # type: ignore[arg-type]


def _tls(protocol: str) -> tuple[Listener, ...]:
    """A healthy port with implicit TLS."""
    return tuple(
        listener
        for listener in standard(HOST, protocol)
        if listener.security is Security.IMPLICIT_TLS
    )


_QUICK = {"timeout": 0.8}
_EVERYTHING = [*_tls("imap"), *_tls("pop3"), *_tls("smtp")]

SCENARIOS = [
    Scenario(
        id="tcp-refused",
        account=imap(1143, _UP),
        listeners=standard(HOST),
        cause="tcp-refused",
        changes={"port": 143},
        proof="logged-in",
    ),
    Scenario(
        id="tcp-timeout",
        account=imap(143, _UP),
        listeners=[_odd("imap", 143, backlog=0), *_tls("imap")],
        options=_QUICK,
        cause="tcp-timeout",
        changes={"port": 993, "security": _TLS},
        proof="logged-in",
    ),
    Scenario(
        id="tcp-reset",
        account=imap(143, _UP),
        listeners=[_odd("imap", 143, script=[Reset()]), *_tls("imap")],
        cause="tcp-reset",
        changes={"port": 993, "security": _TLS},
        proof="logged-in",
    ),
    Scenario(
        id="tcp-redirected",
        account=smtp(
            587,
            _UP,
            host="smtp.gmail.com",
            user="kim@example.com",
            secret={"value": "abcdefghijklmnop"},
        ),
        listeners=[
            Listener(
                protocol="smtp",
                host="smtp.gmail.com",
                port=587,
                security=_START,
                greeting=[
                    Say(b"220-p3plsmtpa11.prod.secureserver.net ESMTP Exim 4.91\r\n220 hello\r\n")
                ],
                offers=["SIZE 1000"],
            ),
            Listener(protocol="smtp", host="smtp.gmail.com", port=465),
        ],
        users={"kim@example.com": "abcdefghijklmnop"},
        cause="tcp-redirected",
        changes={"port": 465, "security": _TLS},
        proof="logged-in",
    ),
    Scenario(
        id="grt-silent-tls",
        account=pop3(995, _UP),
        listeners=standard(HOST),
        cause="grt-silent-tls",
        changes={"security": _TLS},
        proof="logged-in",
    ),
    Scenario(
        id="grt-silent-http",
        account=imap(8080, _UP),
        listeners=[
            _odd("raw", 8080, script=[Listen(), Say(b"HTTP/1.1 400 Bad Request\r\n\r\n"), Close()]),
            *_EVERYTHING,
        ],
        options=_QUICK,
        cause="grt-silent-http",
        changes={"port": 993, "security": _TLS},
        proof="logged-in",
    ),
    Scenario(
        id="grt-silent-slow",
        account=smtp(587, _UP, timeout=0.2),
        listeners=[
            _odd("smtp", 587, greeting=[Wait(0.6), Say(b"220 mail.example.com ESMTP slow\r\n")])
        ],
        options=_QUICK,
        cause="grt-silent-slow",
    ),
    Scenario(
        id="grt-silent-dead",
        account=imap(143, _UP),
        listeners=[_odd("raw", 143, script=[Silence()]), *_tls("imap")],
        options={"timeout": 0.4},
        cause="grt-silent-dead",
        changes={"port": 993, "security": _TLS},
        proof="logged-in",
    ),
    Scenario(
        id="grt-eof",
        account=pop3(110, _UP),
        listeners=[_odd("pop3", 110, script=[Close()]), *_tls("pop3")],
        cause="grt-eof",
        changes={"port": 995, "security": _TLS},
        proof="logged-in",
    ),
    Scenario(
        id="grt-early-talker",
        account=smtp(587, _UP),
        listeners=[
            _odd(
                "smtp", 587, replies={"EHLO": [Say(b"554 SMTP synchronization error\r\n"), Close()]}
            ),
            *_tls("smtp"),
        ],
        cause="grt-early-talker",
        changes={"port": 465, "security": _TLS},
        proof="logged-in",
    ),
    Scenario(
        id="grt-554",
        account=smtp(25, _UP),
        listeners=[
            _odd(
                "smtp",
                25,
                greeting=[Say(b"554 mail.example.com ESMTP not accepting connections\r\n")],
            ),
            _odd("smtp", 587),
        ],
        cause="cfg-port-25",
        changes={"port": 587},
        proof="logged-in",
    ),
    Scenario(
        id="grt-421",
        account=smtp(587, _UP),
        listeners=[
            _odd(
                "smtp", 587, greeting=[Say(b"421 4.3.2 mail.example.com Service not available\r\n")]
            )
        ],
        cause="grt-421",
    ),
    Scenario(
        id="grt-imap-bye",
        account=imap(143, _UP),
        listeners=[_odd("imap", 143, greeting=[Say(b"* BYE [UNAVAILABLE] backend down\r\n")])],
        cause="grt-imap-bye",
    ),
    Scenario(
        id="grt-pop-err",
        account=pop3(110, _UP),
        listeners=[_odd("pop3", 110, greeting=[Say(b"-ERR service not available\r\n"), Close()])],
        cause="grt-pop-err",
    ),
    Scenario(
        id="grt-preauth",
        account=imap(143, _UP),
        listeners=[
            _odd("imap", 143, greeting=[Say(b"* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] in\r\n")]),
            *_tls("imap"),
        ],
        cause="grt-preauth",
        changes={"port": 993, "security": _TLS},
        proof="logged-in",
    ),
    Scenario(
        id="grt-fixup",
        account=smtp(587, _UP),
        listeners=[
            _odd(
                "smtp",
                587,
                greeting=[Say(b"220 ***************************2***********\r\n")],
                offers=["XXXXXXXA", "XXXB"],
            ),
            *_tls("smtp"),
        ],
        cause="grt-fixup",
        changes={"port": 465, "security": _TLS},
        proof="logged-in",
    ),
]
