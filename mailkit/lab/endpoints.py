"""The endpoints of all backends: every protocol in every encryption mode, right and wrong."""

from collections.abc import Mapping

from mailkit.errors import SettingsError
from mailkit.lab.listener import Listener
from mailkit.lab.post import AcceptancePolicy
from mailkit.ports import STANDARD, Protocol, Security

__all__ = [
    "CERTIFICATES",
    "HOST",
    "MECHANISMS",
    "OPEN",
    "PAGE_PORT",
    "catch_all",
    "developer",
    "everywhere",
    "standard",
]

HOST = "mail.example.com"
"""The healthy host: every protocol, by implicit TLS and by STARTTLS."""

CERTIFICATES = ("expired", "self-signed", "unknown-ca", "other-host", "not-yet", "soon")
"""Kinds of certificates that have a host each: ``expired.example.com``, and so on."""

MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER")
"""The SASL mechanisms of all backends."""

OPEN: Mapping[str, object] = {
    "open_relay": True,
    "accepts_all": True,
    "clear_login": True,
    "mechanisms": ("PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2", "OAUTHBEARER"),
}
"""Options of a server that accepts mail from anyone to anyone, with any login or none.

SCRAM is not among the mechanisms: its client checks that the server knows the password (RFC 5802 §5).
"""

_PORTS = {"imap": (993, 143), "pop3": (995, 110), "smtp": (465, 587)}


def standard(host: str, *protocols: str, **knobs: object) -> tuple[Listener, ...]:
    """The endpoints of a well-run host: implicit TLS and STARTTLS for each protocol."""
    chosen = protocols or ("imap", "pop3", "smtp")
    return tuple(
        Listener(protocol=str(protocol), host=host, port=port, security=security, **knobs)  # type: ignore[arg-type]
        for protocol in map(Protocol, chosen)
        for port, security in STANDARD[protocol]
    )


def everywhere(
    host: str = HOST, rules: AcceptancePolicy | None = None, connections: int = 50
) -> tuple[Listener, ...]:
    """The endpoints of all backends.

    =====================  ==============================================================
    ``mail.example.com``   993, 995, 465 with implicit TLS; 143, 110, 587, 25 with STARTTLS,
                           which a login needs
    ``clear.example.com``  143, 110, 587: STARTTLS is offered, but not required for a login
    ``none.example.com``   143, 110, 587 without any TLS; 25 accepts mail without a login
    ``open.example.com``   465, 587, 25: accepts any mail, with any login or none
    ``wrong.example.com``  143, 110, 587 with implicit TLS; 993, 995, 465 in cleartext
    ``KIND.example.com``   993, 995, 465 with a certificate of that kind
    ``lmtp``               24: delivery by LMTP
    =====================  ==============================================================
    """
    usual: dict[str, object] = {"connections": connections, "mechanisms": MECHANISMS}
    usual["mechanisms_clear"] = [mechanism for mechanism in MECHANISMS if "-" in mechanism]
    found = [*standard(host, rules=rules or AcceptancePolicy(), **usual)]
    for protocol, (implicit, upgrade) in _PORTS.items():

        def add(name: str, port: int, security: Security, **knobs: object) -> None:
            found.append(
                Listener(
                    protocol=protocol,  # noqa: B023 - used at once
                    host=f"{name}.example.com",
                    port=port,
                    security=security,
                    rules=rules or AcceptancePolicy(),
                    **(usual | knobs),  # type: ignore[arg-type]
                )
            )

        add("clear", upgrade, Security.STARTTLS, clear_login=True)
        add("none", upgrade, Security.CLEARTEXT)
        if protocol == "smtp":
            for name, port, security in (
                ("none", 25, Security.CLEARTEXT),
                ("open", 25, Security.STARTTLS),
                ("open", upgrade, Security.STARTTLS),
                ("open", implicit, Security.IMPLICIT_TLS),
            ):
                add(name, port, security, **OPEN)
        add("wrong", upgrade, Security.IMPLICIT_TLS)
        add("wrong", implicit, Security.STARTTLS)
        for kind in CERTIFICATES:
            add(kind, implicit, Security.IMPLICIT_TLS, certificate=kind)
    lmtp = Listener(protocol="lmtp", host="lmtp", port=24, security=Security.CLEARTEXT)
    return (*found, lmtp)


DEVELOPER_PORTS = (
    ("smtp", 25, 1025, Security.CLEARTEXT),
    ("smtp", 587, 1587, Security.STARTTLS),
    ("smtp", 465, 1465, Security.IMPLICIT_TLS),
    ("imap", 143, 1143, Security.STARTTLS),
    ("imap", 993, 1993, Security.IMPLICIT_TLS),
    ("pop3", 110, 1110, Security.STARTTLS),
    ("pop3", 995, 1995, Security.IMPLICIT_TLS),
)
"""Protocol, usual port, fixed port of ``mailkit lab up``, and security."""

PAGE_PORT = 8025
"""The fixed port of the page."""


def developer(
    *, anyone: bool = False, offset: int | None = 0, address: str = ""
) -> tuple[Listener, ...]:
    """Return the endpoints for developing an app: on localhost, at fixed ports. Port 1025 accepts mail from anyone to
    anyone. It offers no STARTTLS, because clients that use TLS if offered would reject the certificate.

    Args:
        anyone: the other ports also accept any login, or none.
        offset: added to each port; ``None`` lets the system
            choose the ports.
        address: the address to listen on, by default localhost. Raises: SettingsError: a port is
            invalid with the offset.
    """
    fixed_ports = [fixed for *_, fixed, _ in DEVELOPER_PORTS] + [PAGE_PORT]
    least, most = 1 - min(fixed_ports), 65_535 - max(fixed_ports)
    if offset is not None and not least <= offset <= most:
        raise SettingsError(f"the port offset is a number from {least} to {most}, not {offset}")
    found = []
    for protocol, port, fixed, security in DEVELOPER_PORTS:
        knobs = dict(OPEN) if anyone or security is Security.CLEARTEXT else {}
        found.append(
            Listener(
                protocol=protocol,
                host="localhost",
                port=port,
                security=security,
                address=address,
                real_port=0 if offset is None else fixed + offset,
                **knobs,  # type: ignore[arg-type]
            )
        )
    return tuple(found)


def catch_all() -> tuple[Listener, ...]:
    """Return endpoints on localhost that accept any login or none, and any mail, at ports chosen by the system."""
    return developer(anyone=True, offset=None)
