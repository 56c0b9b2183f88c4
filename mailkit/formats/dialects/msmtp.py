"""msmtp and mpop: ``tls_starttls`` is on by default; ``tls_starttls off`` is implicit TLS. msmtp logs in with ``auth`` alone."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="msmtp",
        title="msmtp",
        syntaxes=("msmtp",),
        own_files=("msmtprc", ".msmtprc"),
        new_file=True,
        services=(
            ServiceWords(
                at=("account.*",),
                host=("host",),
                port=("port",),
                user=("user",),
                secret=("password",),
                helo=("domain",),
                secret_command=("passwordeval",),
                auth=("auth",),
                auths={
                    "on": "password",
                    "off": "password",
                    "false": "password",
                    "plain": "plain",
                    "scram-sha-1": "scram-sha-1",
                },
                address=("from",),
                login_flag=("auth",),
                timeout=("timeout",),
                verify=("tls_certcheck",),
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25, Security.CLEARTEXT: 25},
                defaults={"tls": False, "tls_starttls": True, "auth": False},
                modes=(
                    Mode(Security.CLEARTEXT, {"tls": False}),
                    Mode(Security.IMPLICIT_TLS, {"tls_starttls": (False,), "tls": (True,)}),
                    Mode(Security.STARTTLS, {"tls_starttls": True, "tls": True}),
                ),
            ),
        ),
        example=".msmtprc",
        sources=(
            "https://marlam.de/msmtp/msmtp.html#Transport-Layer-Security",
            "https://github.com/marlam/msmtp/blob/master/doc/msmtp.texi",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="mpop",
        title="mpop",
        syntaxes=("msmtp",),
        own_files=("mpoprc", ".mpoprc"),
        marks=("account.*.delivery", "account.*.keep", "account.*.pipelining"),
        new_file=True,
        services=(
            ServiceWords(
                role="incoming",
                protocol="pop3",
                at=("account.*",),
                needs={"delivery": "maildir ~/Mail"},
                host=("host",),
                port=("port",),
                user=("user",),
                secret=("password",),
                secret_command=("passwordeval",),
                auth=("auth",),
                auths={"on": "password", "user": "password", "plain": "plain", "apop": "apop"},
                timeout=("timeout",),
                verify=("tls_certcheck",),
                defaults={"tls": False, "tls_starttls": True},
                modes=(
                    Mode(Security.CLEARTEXT, {"tls": False}),
                    Mode(Security.IMPLICIT_TLS, {"tls_starttls": (False,), "tls": (True,)}),
                    Mode(Security.STARTTLS, {"tls_starttls": True, "tls": True}),
                ),
            ),
        ),
        example=".mpoprc",
        sources=("https://marlam.de/mpop/mpop.html",),
        dated="2026-11-27",
    ),
)
