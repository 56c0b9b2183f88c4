"""Faults in the port, and in what it asks for: the servers are in order."""

from mailkit.lab.endpoints import standard
from mailkit.lab.listener import Listener
from mailkit.lab.scenario import HOST, Scenario, imap, pop3, smtp
from mailkit.ports import Security

_ALL = standard(HOST)
_TLS, _UP, _CLEAR = "implicit-tls", "starttls", "cleartext"


def _at(host: str, *protocols: str) -> tuple[Listener, ...]:
    return standard(host, *protocols)


SCENARIOS = [
    Scenario(
        id="cfg-port-465-starttls",
        account=smtp(465, _UP),
        listeners=_ALL,
        cause="grt-silent-tls",
        changes={"security": _TLS},
        proof="logged-in",
    ),
    Scenario(
        id="cfg-port-587-tls",
        account=smtp(587, _TLS),
        listeners=_ALL,
        cause="tls-plain-server",
        changes={"security": _UP},
        proof="logged-in",
    ),
    Scenario(
        id="cfg-port-993-plain",
        account=imap(993, _UP),
        listeners=_ALL,
        cause="grt-silent-tls",
        changes={"security": _TLS},
        proof="logged-in",
    ),
    Scenario(
        id="cfg-port-143-tls",
        account=imap(143, _TLS),
        listeners=_ALL,
        cause="tls-plain-server",
        changes={"security": _UP},
        proof="logged-in",
    ),
    Scenario(
        id="cfg-port-995-plain",
        account=pop3(995, _CLEAR),
        listeners=_ALL,
        cause="grt-silent-tls",
        changes={"security": _TLS},
        proof="logged-in",
    ),
    Scenario(
        id="cfg-port-110-tls",
        account=pop3(110, _TLS),
        listeners=_ALL,
        cause="tls-plain-server",
        changes={"security": _UP},
        proof="logged-in",
    ),
    Scenario(
        id="cfg-port-foreign",
        account=smtp(993, _TLS),
        listeners=_ALL,
        cause="pid-imap-on-smtp",
        changes={"port": 465},
        proof="logged-in",
    ),
    Scenario(
        id="cfg-port-25",
        account=smtp(25, _UP),
        listeners=[
            *(listener for listener in _ALL if listener.port != 25),
            Listener(
                protocol="smtp",
                host=HOST,
                port=25,
                security=Security.STARTTLS,
                offers_tls=["SIZE 1000000"],
            ),
        ],
        cause="cfg-port-25",
        changes={"port": 587},
        proof="logged-in",
    ),
    Scenario(
        id="cfg-port-range",
        account=imap("993s", _TLS),
        listeners=_ALL,
        cause="cfg-port-range",
        changes={"port": 993},
        proof="logged-in",
    ),
    Scenario(
        id="cfg-cleartext",
        account=imap(143, _CLEAR),
        listeners=[
            Listener(
                protocol="imap",
                host=HOST,
                port=143,
                security=Security.STARTTLS,
                clear_login=True,
            )
        ],
        cause="cfg-cleartext",
        changes={"security": _UP},
        proof="logged-in",
    ),
    Scenario(
        id="cfg-cleartext-allowed",
        account=imap(143, _CLEAR, allow_cleartext_login=True),
        listeners=[Listener(protocol="imap", host=HOST, port=143, security=Security.CLEARTEXT)],
    ),
]
