"""Autoconfig XML, as domains publish it for mail programs (``config-v1.1.xml``).

Only encrypted servers are read: a cleartext server is left out, with a remark.
"""

from typing import Any

from mailkit.account import Service
from mailkit.errors import FormatError
from mailkit.ports import Protocol, Security
from mailkit.text import number

__all__ = ["read_autoconfig"]

_SOCKETS = {"ssl": Security.IMPLICIT_TLS, "starttls": Security.STARTTLS}
_TYPES = {"imap": Protocol.IMAP, "pop3": Protocol.POP3, "smtp": Protocol.SMTP}
_MOST = 40
"""The largest number of servers in a document."""


def read_autoconfig(text: bytes, address: str, file: str) -> tuple[list[Service], list[str]]:
    """Return the encrypted services of a document for an address, and remarks on what was left out.

    Document types and entities are rejected, so that nothing can be expanded or fetched.

    Args:
        text: the document.
        address: the address for the placeholders.
        file: its name, for errors.

    Raises:
        FormatError: it is not an autoconfig document.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root = fromstring(text, forbid_dtd=True)
    except DefusedXmlException:
        raise FormatError(file, "it has a document type (DTD), which is refused") from None
    except (ParseError, ValueError, LookupError) as error:
        raise FormatError(file, f"not valid XML: {str(error)[:120]}") from None
    if root.tag != "clientConfig":
        raise FormatError(file, "not an autoconfig document: its root is not clientConfig")
    found: list[Service] = []
    remarks: list[str] = []
    for node in root.iter():
        if node.tag in ("incomingServer", "outgoingServer") and len(found) < _MOST:
            service = _service(node, address, remarks)
            if service is not None:
                found.append(service)
    return found, remarks


def _service(node: Any, address: str, remarks: list[str]) -> Service | None:
    protocol = _TYPES.get(str(node.get("type", "")).lower())
    if protocol is None:
        return None
    host = _filled(_text(node, "hostname"), address)
    port = _text(node, "port")
    socket = _text(node, "socketType").lower()
    if socket not in _SOCKETS:
        remarks.append(f"{protocol} {host}:{port} is offered without encryption, and left out")
        return None
    if not host or not number(port, 65535):
        remarks.append(f"{protocol} {host}:{port} is not a valid endpoint")
        return None
    return Service(
        protocol=protocol,
        host=host.lower(),
        port=int(port),
        security=_SOCKETS[socket],
        user=_filled(_text(node, "username"), address) or address,
        auth=_auth(
            [(element.text or "").strip().lower() for element in node.findall("authentication")]
        ),
    )


def _auth(offered: list[str]) -> str:
    """Return ``password`` if any mechanism with a password is offered."""
    by_password = any(method.startswith(("password", "plain", "secure")) for method in offered)
    return "xoauth2" if "oauth2" in offered and not by_password else "password"


def _text(node: Any, name: str) -> str:
    return (node.findtext(name) or "").strip()[:300]


def _filled(text: str, address: str) -> str:
    local, _, domain = address.rpartition("@")
    for mark, value in (
        ("%EMAILADDRESS%", address),
        ("%EMAILLOCALPART%", local),
        ("%EMAILDOMAIN%", domain),
    ):
        text = text.replace(mark, value)
    return text if text.isprintable() else ""
