"""msmtp: ``tls_starttls`` is on by default; ``tls_starttls off`` is implicit TLS."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="msmtp",
        title="msmtp",
        syntaxes=("msmtp",),
        own_files=("msmtprc", ".msmtprc"),
        services=(
            ServiceWords(
                at=("account.*",),
                host=("host",),
                port=("port",),
                user=("user",),
                secret=("password",),
                secret_command=("passwordeval",),
                auth=("auth",),
                auths={
                    "on": "password",
                    "off": "password",
                    "plain": "plain",
                    "scram-sha-1": "scram-sha-1",
                },
                address=("from",),
                timeout=("timeout",),
                verify=("tls_certcheck",),
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25, Security.CLEARTEXT: 25},
                defaults={"tls": False, "tls_starttls": True},
                modes=(
                    Mode(Security.CLEARTEXT, {"tls": False}),
                    Mode(Security.IMPLICIT_TLS, {"tls": True, "tls_starttls": False}),
                    Mode(Security.STARTTLS, {"tls": True, "tls_starttls": True}),
                ),
            ),
        ),
        example=".msmtprc",
        sources=("https://marlam.de/msmtp/msmtp.html#Transport-Layer-Security",),
        dated="2026-11-27",
    ),
)
