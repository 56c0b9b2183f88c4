"""Postfix relay: port 465 needs ``smtp_tls_wrappermode``; brackets around the host are right."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_LEVELS = ("encrypt", "verify", "secure", "fingerprint", "dane-only")

DIALECTS = (
    Dialect(
        name="postfix",
        title="Postfix",
        syntaxes=("postfix",),
        files=("main.cf", "main.cf.*"),
        services=(
            ServiceWords(
                host=("relayhost",),
                needs_host=True,
                user=(),
                secret_in_file=("smtp_sasl_password_maps",),
                host_port=True,
                ports=25,
                flags=True,
                defaults={"smtp_tls_wrappermode": False},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"smtp_tls_wrappermode": True}),
                    Mode(
                        Security.STARTTLS,
                        {"smtp_tls_security_level": _LEVELS},
                        {"smtp_tls_security_level": "encrypt", "smtp_tls_wrappermode": False},
                    ),
                    Mode(Security.STARTTLS, {"smtp_enforce_tls": True}, {}),
                    Mode(
                        Security.STARTTLS,
                        {"smtp_tls_security_level": ("may", "dane")},
                        {"smtp_tls_security_level": "encrypt"},
                        optional=True,
                    ),
                    Mode(Security.CLEARTEXT, {"smtp_tls_security_level": "none"}),
                    Mode(Security.STARTTLS, {"smtp_use_tls": True}, {}, optional=True),
                    Mode(Security.CLEARTEXT, {"smtp_tls_security_level": ""}),
                ),
            ),
        ),
        example="main.cf",
        sources=(
            "https://www.postfix.org/SASL_README.html#client_sasl_enable",
            "https://www.postfix.org/postconf.5.html#smtp_tls_wrappermode",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="ssmtp",
        title="sSMTP",
        syntaxes=("postfix",),
        own_files=("ssmtp.conf",),
        ignore_case=True,
        services=(
            ServiceWords(
                host=("mailhub",),
                user=("AuthUser",),
                secret=("AuthPass",),
                auth=("AuthMethod",),
                host_port=True,
                ports=25,
                flags=True,
                modes=(
                    Mode(
                        Security.STARTTLS,
                        {"UseSTARTTLS": True},
                        {"UseTLS": "YES", "UseSTARTTLS": "YES"},
                    ),
                    Mode(
                        Security.IMPLICIT_TLS,
                        {"UseTLS": True},
                        {"UseTLS": "YES", "UseSTARTTLS": "NO"},
                    ),
                    Mode(Security.CLEARTEXT),
                ),
            ),
        ),
        sources=("https://manpages.debian.org/bookworm/ssmtp/ssmtp.conf.5.en.html",),
    ),
)
