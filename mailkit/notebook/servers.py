"""The lab in a notebook: functions to start it, to create an account, and for connection options."""

import atexit
import imaplib
import poplib
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mailkit.account import Account, Service
from mailkit.errors import SettingsError
from mailkit.formats import loads
from mailkit.lab.scenario import imap, pop3, smtp
from mailkit.ports import Protocol, Security

__all__ = ["lab_account", "lab_options", "standard_library", "start_lab"]


def start_lab(backend: str = "embedded", **options: Any) -> Any:
    """Start mail servers on loopback that run until the kernel ends.

    Args:
        backend: ``embedded``, ``dovecot`` or ``docker``.
        options: as for the class of the backend.

    Raises:
        SettingsError: there is no such backend.
        LabError: the backend is not available here.
    """
    lab: Any
    if backend == "embedded":
        from mailkit.lab import Lab, everywhere

        lab = Lab(everywhere(), **({"quota_kib": 10_240} | options))
    elif backend == "dovecot":
        from mailkit.lab.backends.dovecot import DovecotLab

        lab = DovecotLab(**options)
    elif backend == "docker":
        from mailkit.lab.backends.docker import DockerLab

        lab = DockerLab(**options)
    else:
        raise SettingsError(f"the backend of a lab is embedded, dovecot or docker, not {backend!r}")
    lab.start()
    atexit.register(lab.stop)
    return lab


def lab_options(lab: Any) -> dict[str, Any]:
    """Return the options with which ``diagnose``, ``connect`` and others reach a lab."""
    return {"connect_to": lab.connect_to, "ca": lab.ca_file}


def lab_account(lab: Any, label: str = "kim", reads: str = "imap") -> Account:
    """Return an account of a new user of a lab, with ``imap`` or ``pop3`` and SMTP."""
    user, password = lab.fresh_user()
    settings = {"address": user, "user": user, "secret": {"value": password}, "label": label}
    incoming = pop3(995, "implicit-tls", **settings) if reads == "pop3" else None
    text = incoming or imap(993, "implicit-tls", **settings)
    sending = smtp(465, "implicit-tls", **settings).partition("\n\n")[2]
    return loads(text + sending)[0]


def standard_library(service: Service, lab: Any, timeout: float = 2.0) -> str:
    """Open a service with smtplib, imaplib or poplib; return ``works``, or the error that they raise.

    Args:
        service: its settings are used unchanged. There is no login.
        lab: the lab that its host is redirected to; the certificate is verified for the host's name.
        timeout: seconds for each step.
    """
    context = ssl.create_default_context(cafile=str(lab.ca_file))
    with _leading_to(lab):
        try:
            _open(service, context, timeout)
        except (OSError, EOFError, imaplib.IMAP4.error, poplib.error_proto) as error:
            return f"{type(error).__name__}: {error}"
        except smtplib.SMTPException as error:
            return f"{type(error).__name__}: {error}"
    return "works"


def _open(service: Service, context: ssl.SSLContext, timeout: float) -> None:
    where = (service.host, service.port)
    implicit = service.security is Security.IMPLICIT_TLS
    upgrade = service.security is Security.STARTTLS
    if service.protocol is Protocol.IMAP:
        reader: imaplib.IMAP4
        if implicit:
            reader = imaplib.IMAP4_SSL(*where, ssl_context=context, timeout=timeout)
        else:
            reader = imaplib.IMAP4(*where, timeout=timeout)
        with reader:
            if upgrade:
                reader.starttls(context)
    elif service.protocol is Protocol.POP3:
        drop: poplib.POP3
        if implicit:
            drop = poplib.POP3_SSL(*where, context=context, timeout=timeout)
        else:
            drop = poplib.POP3(*where, timeout=timeout)
        try:
            if upgrade:
                drop.stls(context)
        finally:
            drop.close()
    else:
        sender: smtplib.SMTP
        if implicit:
            sender = smtplib.SMTP_SSL(*where, context=context, timeout=timeout)
        else:
            sender = smtplib.SMTP(*where, timeout=timeout)
        with sender:
            if upgrade:
                sender.starttls(context=context)


@contextmanager
def _leading_to(lab: Any) -> Iterator[None]:
    """Redirect connections to the lab's host names to the lab, while the block runs."""
    usual = socket.create_connection

    def connect(address: tuple[str, int], *args: Any, **kwargs: Any) -> socket.socket:
        host, port = address
        found = lab.connect_to.get((host, port)) or lab.connect_to.get((host, None))
        return usual(found[0] if found else address, *args, **kwargs)

    socket.create_connection = connect  # type: ignore[assignment]
    try:
        yield
    finally:
        socket.create_connection = usual
