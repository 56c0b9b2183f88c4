"""Settings that make an app send to a lab, in the syntax of its product."""

import re
from typing import TYPE_CHECKING

from mailkit.account import Account, Service
from mailkit.cli.parser import suggestion
from mailkit.errors import FormatError, SettingsError
from mailkit.formats.dialects import dialects
from mailkit.formats.writing import written, written_formats
from mailkit.ports import Protocol, Security
from mailkit.secret import Secret

if TYPE_CHECKING:
    from mailkit.lab.backends.dovecot import DovecotLab
    from mailkit.lab.servers.core import Lab

__all__ = ["ALIASES", "printable", "settings"]

ALIASES = {
    "dotenv": "env",
    "flask": "flask-mail",
    "spring": "spring-boot",
    "jakarta": "jakarta-mail",
}
"""Aliases of formats."""

JAKARTA = "jakarta-mail"
"""Session properties of Jakarta Mail, which has no settings file."""


_WITHOUT_TLS = {
    "env": (r"SMTP_STARTTLS=true\n", ""),
    "sections": (r" *starttls: true\n", ""),
    "airflow": (r"(smtp_port = \d+\n)", r"\1smtp_starttls = False\n"),
    "superset": (r"(SMTP_PORT = \d+\n)", r"\1SMTP_STARTTLS = False\n"),
    "joomla": ("'tls'", "'none'"),
    "moodle": ("'tls'", "''"),
}
"""How a port of this machine without TLS is said where STARTTLS is what a product does otherwise."""


def printable() -> list[str]:
    """The formats that ``--print`` knows."""
    outgoing = {
        name
        for name in written_formats()
        if any(words.role == "outgoing" for words in dialects()[name].services)
    }
    return sorted({*outgoing, *ALIASES, JAKARTA})


def settings(lab: "Lab | DovecotLab", wanted: str) -> str:
    """Return the settings of an app in a format.

    Args:
        lab: the running lab.
        wanted: the format, and after a colon the encryption mode; without a mode, the lab's port that needs no login.

    Raises:
        SettingsError: the format or encryption mode is unknown.
    """
    name, _, mode = wanted.partition(":")
    name = ALIASES.get(name, name)
    if name not in (able := printable()):
        near = suggestion(name, able) or "."
        raise SettingsError(f"--print does not know {wanted!r}{near} It knows {', '.join(able)}")
    try:
        security = Security(mode) if mode else None
    except ValueError:
        known = ", ".join(map(str, Security))
        raise SettingsError(f"after --print FORMAT: stands {known}; not {mode!r}") from None
    listeners = [listener for listener in lab.listeners if listener.protocol == "smtp"]
    if security is None:  # the endpoint with the fewest demands on an app
        chosen = next((listener for listener in listeners if listener.open_relay), listeners[0])
    else:
        fitting = [
            listener
            for listener in listeners
            if listener.security is security and listener.port != 25
        ]
        chosen = next(iter([*fitting, *(x for x in listeners if x.security is security)]), None)  # type: ignore[assignment]
        if chosen is None:
            raise SettingsError(f"this lab has no SMTP port with {security}")
    user, password = ("", "") if chosen.open_relay else next(iter(lab.users.items()))
    address, port = lab.where(chosen.host, chosen.port)
    host = "localhost" if address in ("127.0.0.1", "0.0.0.0") else address  # noqa: S104 - compared
    return _text(name, host, port, chosen.security, user, password)


def _text(name: str, host: str, port: int, security: Security, user: str, password: str) -> str:
    if name == JAKARTA:
        return _jakarta(host, port, security, user, password)

    def text(said: Security) -> str:
        service = Service(
            protocol=Protocol.SMTP,
            host=host,
            port=port,
            security=said,
            user=user,
            secret=Secret.value(password) if password else None,
        )
        account = Account(label="lab", address=user or "app@example.com", outgoing=service)
        return written(dialects()[name], [account], name, password)

    try:
        return text(security)
    except FormatError:
        if security is not Security.CLEARTEXT:
            raise
        optional = text(
            Security.STARTTLS
        )  # a format without a word for "none" gets optional STARTTLS
        pattern, words = _WITHOUT_TLS.get(name, ("$^", ""))
        return re.sub(pattern, words, optional)


def _jakarta(host: str, port: int, security: Security, user: str, password: str) -> str:
    values = {"host": host, "port": port, "auth": str(bool(user)).lower()}
    if user:
        values |= {"user": user, "password": password}
    if security is Security.IMPLICIT_TLS:
        values["ssl.enable"] = "true"
    elif security is Security.STARTTLS:
        values |= {"starttls.enable": "true", "starttls.required": "true"}
    if security is not Security.CLEARTEXT:
        values["ssl.checkserveridentity"] = "true"
    return "".join(f"mail.smtp.{key}={value}\n" for key, value in values.items())
