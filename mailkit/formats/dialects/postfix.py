"""Postfix: a relay, services for submission, sSMTP. Port 465 needs ``smtp(d)_tls_wrappermode``; brackets are right."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.formats.document import Scalar
from mailkit.ports import Security

_LEVELS = ("encrypt", "verify", "secure", "fingerprint", "dane-only")

_OPEN = ("may", "dane")


def _modes(side: str, *, override: bool = False) -> tuple[Mode, ...]:
    """What ``smtp_…`` or ``smtpd_…`` mean; in ``master.cf`` a level may be that of ``main.cf``."""
    wrapped, level = f"{side}_tls_wrappermode", f"{side}_tls_security_level"
    plain = {wrapped: False} if override else {}
    wrapping: dict[str, Scalar] = {wrapped: True}
    if side == "smtp":  # wrapper mode needs this level or a stricter one
        wrapping[level] = "encrypt"
    only_encrypted = Mode(Security.STARTTLS, {level: _OPEN, "smtpd_tls_auth_only": True}, {})
    return (
        Mode(Security.IMPLICIT_TLS, {wrapped: True}, wrapping),
        Mode(Security.STARTTLS, {level: _LEVELS, **plain}, {level: "encrypt", wrapped: False}),
        Mode(Security.STARTTLS, {f"{side}_enforce_tls": True}, {}),
        *((only_encrypted,) if side == "smtpd" else ()),
        Mode(Security.STARTTLS, {level: _OPEN, **plain}, {level: "encrypt"}, optional=True),
        Mode(Security.CLEARTEXT, {level: "none"}),
        Mode(Security.STARTTLS, {f"{side}_use_tls": True}, {}, optional=True),
    )


DIALECTS = (
    Dialect(
        name="postfix",
        title="Postfix",
        syntaxes=("postfix",),
        files=("main.cf", "main.cf.*"),
        new_file=True,
        services=(
            ServiceWords(
                host=("relayhost",),
                needs_host=True,
                user=(),
                secret_in_file=("smtp_sasl_password_maps",),
                login_flag=("smtp_sasl_auth_enable",),
                host_port=True,
                bracketed=True,
                login_needs={
                    "smtp_sasl_auth_enable": True,
                    "smtp_sasl_password_maps": "hash:/etc/postfix/sasl_passwd",
                    "smtp_sasl_security_options": "noanonymous",
                },
                ports=25,
                flags=True,
                defaults={"smtp_tls_wrappermode": False, "smtp_sasl_auth_enable": False},
                modes=(
                    *_modes("smtp"),
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
        name="postfix-master",
        title="Postfix",
        syntaxes=("master",),
        own_files=("master.cf",),
        services=(
            ServiceWords(
                at=("server.*",),
                anchor=("port",),
                host=("host",),
                port=("port",),
                default_host="localhost",
                flags=True,
                defaults={"smtpd_tls_wrappermode": False},
                modes=(
                    *_modes("smtpd", override=True),
                    Mode(Security.CLEARTEXT, {"main.cf": True}, {}),
                    Mode(Security.STARTTLS, {}, {"smtpd_tls_security_level": "encrypt"}),
                ),
            ),
            ServiceWords(
                at=("client.*",),
                host=("relayhost",),
                needs_host=True,
                secret_in_file=("smtp_sasl_password_maps",),
                login_flag=("smtp_sasl_auth_enable",),
                host_port=True,
                ports=25,
                flags=True,
                defaults={"smtp_tls_wrappermode": False, "smtp_sasl_auth_enable": False},
                modes=(
                    *_modes("smtp", override=True),
                    Mode(Security.CLEARTEXT, {"main.cf": True}, {}),
                ),
            ),
        ),
        example="master.cf",
        sources=(
            "https://www.postfix.org/master.5.html",
            "https://www.postfix.org/postconf.5.html#smtpd_tls_wrappermode",
            "https://github.com/vdukhovni/postfix/blob/master/postfix/conf/master.cf",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="ssmtp",
        title="sSMTP",
        syntaxes=("postfix",),
        own_files=("ssmtp.conf",),
        ignore_case=True,
        new_file=True,
        services=(
            ServiceWords(
                host=("mailhub",),
                port=("RemotePort",),
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
        sources=(
            "https://manpages.debian.org/bookworm/ssmtp/ssmtp.conf.5.en.html",
            "https://github.com/ajwans/sSMTP/blob/master/ssmtp.c",
        ),
        dated="2026-11-27",
    ),
)
