"""DNS faults, shown by the lab's DNS server."""

from collections.abc import Sequence

from mailkit.lab.endpoints import standard
from mailkit.lab.listener import Listener
from mailkit.lab.scenario import HOST, Scenario, imap, pop3, smtp
from mailkit.lab.script import Act, Close, Listen, Say, Silence
from mailkit.ports import Security

_TLS = "implicit-tls"
_MX = "example.com MX 10 mx.example.com"
_AT = "192.0.2.10"
_FINE = [_MX, f"{HOST} A {_AT}"]
_QUICK = {"timeout": 0.6}


def _imaps(at: str = _AT, **knobs: object) -> Listener:
    return Listener(protocol="imap", host=HOST, port=993, at=at, **knobs)  # type: ignore[arg-type]


def _nameless(name: str, zone: Sequence[str], host: str = HOST) -> Scenario:
    """A name that cannot be resolved, without an alternative."""
    return Scenario(
        id=name, account=imap(993, _TLS, host=host), listeners=[_imaps()], zone=zone, cause=name
    )


def _closed(name: str, zone: Sequence[str], cause: str = "", host: str = HOST) -> Scenario:
    """A name that resolves to a host where nothing answers."""
    return Scenario(
        id=name,
        account=imap(993, _TLS, host=host),
        listeners=[Listener(protocol="raw", host=host, port=9, at=_AT, script=[Close()])],
        zone=zone,
        cause=cause or name,
    )


def _web(host: str, at: str) -> Listener:
    page: Sequence[Act] = [
        Listen(),
        Say(b"HTTP/1.1 200 OK\r\n\r\nThis domain is for sale."),
        Close(),
    ]
    return Listener(
        protocol="raw", host=host, port=80, at=at, script=page, security=Security.CLEARTEXT
    )


SCENARIOS = [
    _nameless("dns-nxdomain", [_MX]),
    _nameless("dns-nodata", [_MX, f"{HOST} TXT nothing"]),
    _nameless("dns-servfail", [f"{HOST} SERVFAIL", _MX, "a.root-servers.net A 198.41.0.4"]),
    _nameless("dns-offline", ["*.com SERVFAIL", f"{HOST} SERVFAIL", "a.root-servers.net SERVFAIL"]),
    _nameless("dns-dangling", [_MX, f"{HOST} CNAME old.hoster.example"]),
    _nameless("dns-null-mx", ["example.com MX 0 ."]),
    _nameless("dns-no-domain", ["example.org A 192.0.2.11"]),
    _nameless("dns-lying", ["a.root-servers.net NXDOMAIN"]),
    Scenario(
        id="dns-sinkhole",
        account=imap(993, _TLS, host="imap.gmail.com", secret={"value": "abcdefghijklmnop"}),
        listeners=[
            Listener(protocol="raw", host="imap.gmail.com", port=9, at="0.0.0.0", script=[Close()])  # noqa: S104
        ],
        zone=[_MX, "imap.gmail.com A 0.0.0.0"],
        cause="dns-sinkhole",
    ),
    Scenario(
        id="dns-parked",
        account=imap(993, _TLS),
        listeners=[_web(HOST, _AT)],
        zone=[_MX, f"*.example.com A {_AT}"],
        cause="dns-parked",
    ),
    _closed(
        "dns-srv-disabled",
        [*_FINE, "_imaps._tcp.example.com SRV 0 0 0 .", "_imap._tcp.example.com SRV 0 0 0 ."],
    ),
    Scenario(
        id="dns-srv-mislabel",
        account=smtp(587, "starttls", host="send.example.com"),
        listeners=[
            Listener(protocol="smtp", host=HOST, port=465, at=_AT),
            Listener(protocol="raw", host="send.example.com", port=9, at="192.0.2.11"),
        ],
        zone=[
            *_FINE,
            "send.example.com A 192.0.2.11",
            f"_submission._tcp.example.com SRV 0 1 465 {HOST}",
        ],
        cause="tcp-refused",
        changes={"host": HOST, "port": 465, "security": _TLS},
        proof="logged-in",
    ),
    Scenario(
        id="dns-srv-foreign",
        account=pop3(995, _TLS, host="pop.example.com"),
        listeners=[
            Listener(protocol="pop3", host="pop.hoster.example", port=995, at="192.0.2.12"),
            Listener(protocol="raw", host="pop.example.com", port=9, at=_AT),
        ],
        zone=[
            _MX,
            f"pop.example.com A {_AT}",
            "pop.hoster.example A 192.0.2.12",
            "_pop3s._tcp.example.com SRV 0 1 995 pop.hoster.example",
        ],
        cause="tcp-refused",
        changes={"host": "pop.hoster.example"},
        proof="capable",
    ),
    Scenario(
        id="dns-mixed",
        account=imap(993, _TLS),
        listeners=[
            _imaps("192.0.2.20", node=1),
            Listener(protocol="raw", host="x.example", port=9, at="192.0.2.10", script=[Close()]),
        ],
        zone=[_MX, f"{HOST} A 192.0.2.10", f"{HOST} A 192.0.2.20"],
        options={"thorough": True},
    ),
    Scenario(
        id="tcp-banned",
        account=imap(993, _TLS, secret={"value": "not the password"}),
        listeners=[
            Listener(protocol="imap", host=HOST, port=993, bans=True),
        ],
        cause="aut-bad",
    ),
    Scenario(
        id="tcp-25-blocked",
        account=smtp(25, "starttls"),
        listeners=[
            Listener(protocol="smtp", host=HOST, port=25, backlog=0),
            Listener(protocol="smtp", host="smtp.gmail.com", port=25, backlog=0),
            Listener(protocol="smtp", host="smtp.gmail.com", port=465),
            Listener(protocol="raw", host="smtp.mail.yahoo.com", port=25, backlog=0),
            *standard("imap.gmail.com", "imap"),
            _web("detectportal.firefox.com", ""),
        ],
        options={"thorough": True, **_QUICK},
        cause="tcp-25-blocked",
    ),
    Scenario(
        id="tcp-smtp-blocked",
        account=smtp(465, _TLS),
        listeners=[
            Listener(protocol="smtp", host=HOST, port=465, backlog=0),
            Listener(protocol="raw", host="smtp.gmail.com", port=9, script=[Close()]),
            Listener(protocol="raw", host="smtp.mail.yahoo.com", port=9, script=[Close()]),
            *standard("imap.gmail.com", "imap"),
            _web("detectportal.firefox.com", ""),
        ],
        options={"thorough": True, **_QUICK},
        cause="tcp-smtp-blocked",
    ),
    Scenario(
        id="env-captive",
        account=imap(993, _TLS),
        listeners=[
            Listener(protocol="imap", host=HOST, port=993, certificate="other-host"),
            Listener(protocol="raw", host="smtp.gmail.com", port=9, script=[Silence()]),
            Listener(protocol="raw", host="smtp.mail.yahoo.com", port=9, script=[Silence()]),
            *standard("imap.gmail.com", "imap"),
            Listener(
                protocol="raw",
                host="detectportal.firefox.com",
                port=80,
                script=[Listen(), Say(b"HTTP/1.1 302 Found\r\nLocation: http://hotel/\r\n\r\n")],
            ),
        ],
        options={"thorough": True},
        cause="env-captive",
    ),
]
