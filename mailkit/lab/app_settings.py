"""Settings for an app under test, and environment variables that make programs trust the lab."""

import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from smtplib import SMTP, SMTP_SSL
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

from mailkit.lab.certificates import java_truststore, trusting
from mailkit.lab.mailbox import TestMailbox

__all__ = ["MailSettings", "SecurityName", "trust_variables"]

SecurityName: TypeAlias = Literal["implicit-tls", "starttls", "cleartext"]


@dataclass(frozen=True)
class MailSettings:
    """The settings of an app for a server of the lab; see :meth:`using` for TLS and a login."""

    host: str
    port: int
    security: SecurityName
    user: str
    password: str = field(repr=False)
    ca_file: Path
    sender: str
    make: Callable[[SecurityName, TestMailbox | None], "MailSettings"] = field(
        repr=False, compare=False
    )

    def using(self, security: SecurityName, mailbox: TestMailbox | None = None) -> "MailSettings":
        """Return the settings for another server: with TLS, and with a login.

        Args:
            security: the encryption mode.
            mailbox: the user; without one no login is needed.
        """
        return self.make(security, mailbox)

    def django(self) -> dict[str, Any]:
        """For ``settings`` or ``override_settings(**…)``.

        The backend is included, because test runners replace it.
        """
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": self.host,
            "EMAIL_PORT": self.port,
            "EMAIL_HOST_USER": self.user,
            "EMAIL_HOST_PASSWORD": self.password,
            "EMAIL_USE_TLS": self.security == "starttls",
            "EMAIL_USE_SSL": self.security == "implicit-tls",
            "EMAIL_TIMEOUT": 10,
            "DEFAULT_FROM_EMAIL": self.sender,
        }

    def flask(self) -> dict[str, Any]:
        """For ``app.config.update(…)`` with Flask-Mail. ``TESTING`` is off, because with it Flask-Mail sends
        nothing.
        """
        return {
            "MAIL_SERVER": self.host,
            "MAIL_PORT": self.port,
            "MAIL_USERNAME": self.user or None,
            "MAIL_PASSWORD": self.password or None,
            "MAIL_USE_TLS": self.security == "starttls",
            "MAIL_USE_SSL": self.security == "implicit-tls",
            "MAIL_DEFAULT_SENDER": self.sender,
            "MAIL_SUPPRESS_SEND": False,
        }

    def fastapi_mail(self) -> dict[str, Any]:
        """For ``fastapi_mail.ConnectionConfig(**…)``."""
        return {
            "MAIL_SERVER": self.host,
            "MAIL_PORT": self.port,
            "MAIL_USERNAME": self.user,
            "MAIL_PASSWORD": self.password,
            "MAIL_FROM": self.sender,
            "MAIL_STARTTLS": self.security == "starttls",
            "MAIL_SSL_TLS": self.security == "implicit-tls",
            "USE_CREDENTIALS": bool(self.user),
            "VALIDATE_CERTS": True,
        }

    def env(self) -> dict[str, str]:
        """Environment variables as Laravel names them, for a process that a test starts."""
        named = {
            "MAIL_MAILER": "smtp",
            "MAIL_HOST": self.host,
            "MAIL_PORT": str(self.port),
            "MAIL_SCHEME": "smtps" if self.security == "implicit-tls" else "smtp",
            "MAIL_FROM_ADDRESS": self.sender,
        }
        return named | (
            {"MAIL_USERNAME": self.user, "MAIL_PASSWORD": self.password} if self.user else {}
        )

    def url(self) -> str:
        """``smtp://`` or ``smtps://``, with the login if there is one."""
        login = f"{quote(self.user, '')}:{quote(self.password, '')}@" if self.user else ""
        scheme = "smtps" if self.security == "implicit-tls" else "smtp"
        return f"{scheme}://{login}{self.host}:{self.port}"

    def smtplib(self) -> dict[str, Any]:
        """For ``smtplib.SMTP(**…)``; :meth:`connect` also does TLS and the login."""
        return {"host": self.host, "port": self.port, "timeout": 10}

    def connect(self) -> SMTP:
        """Return an open smtplib client, after TLS and the login."""
        context = trusting(self.ca_file)
        client: SMTP
        if self.security == "implicit-tls":
            client = SMTP_SSL(**self.smtplib(), context=context)
        else:
            client = SMTP(**self.smtplib())
            if self.security == "starttls":
                client.starttls(context=context)
        if self.user:
            client.login(self.user, self.password)
        return client


def trust_variables(ca_file: Path, folder: Path) -> dict[str, str]:
    """Return environment variables that make programs trust a lab in addition to their other CAs.

    OpenSSL reads ``SSL_CERT_FILE`` whenever a program loads the default anchors: Python's
    :func:`ssl.create_default_context`, Ruby, Go, PHP and curl follow it, in this process too.

    Args:
        ca_file: the trust anchor of the lab.
        folder: where the files for it are written.
    """
    bundle, store = folder / "trusted.pem", folder / "truststore.p12"
    paths = ssl.get_default_verify_paths()
    usual = Path(os.environ.get("SSL_CERT_FILE") or paths.cafile or paths.openssl_cafile)
    known = usual.read_bytes() if usual.is_file() else b""
    bundle.write_bytes(known.rstrip() + b"\n" + ca_file.read_bytes())
    variables = dict.fromkeys(
        ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"), str(bundle)
    )
    variables |= dict.fromkeys(("NODE_EXTRA_CA_CERTS", "DENO_CERT"), str(ca_file))
    if (content := java_truststore(ca_file)) is not None:
        store.write_bytes(content)
        options = (
            os.environ.get("JAVA_TOOL_OPTIONS", ""),
            f"-Djavax.net.ssl.trustStore={store}",
            "-Djavax.net.ssl.trustStorePassword=changeit",
            "-Djavax.net.ssl.trustStoreType=PKCS12",
        )
        variables["JAVA_TOOL_OPTIONS"] = " ".join(filter(None, options))
    return variables
