"""OpenSMTPD: the scheme of a relay says the encryption; ``smtp://`` is STARTTLS where it is offered."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="opensmtpd",
        title="OpenSMTPD",
        syntaxes=("smtpd",),
        own_files=("smtpd.conf",),
        services=(
            ServiceWords(
                at=("relay.*",),
                host=("host",),
                port=("port",),
                secret_in_file=("auth",),
                no_verify=("no-verify",),
                needs_host=True,
                exclusive=(("label", "scheme=smtp|smtp+notls"),),
                exclusive_why="a login needs smtp+tls:// or smtps://",
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25, Security.CLEARTEXT: 25},
                modes=(
                    Mode(
                        Security.IMPLICIT_TLS,
                        {"scheme": ("smtps", "smtps+auth", "ssl", "ssl+auth")},
                    ),
                    Mode(Security.STARTTLS, {"scheme": ("smtp+tls", "tls", "tls+auth")}),
                    Mode(Security.CLEARTEXT, {"scheme": "smtp+notls"}),
                    Mode(Security.STARTTLS, {"tls": True}, {}),
                    Mode(
                        Security.STARTTLS,
                        {"scheme": ("smtp", ABSENT)},
                        {"scheme": "smtp+tls"},
                        optional=True,
                    ),
                ),
            ),
        ),
        sources=(
            "https://man.openbsd.org/smtpd.conf.5",
            "https://github.com/OpenSMTPD/OpenSMTPD/blob/master/usr.sbin/smtpd/parse.y",
            "https://github.com/OpenSMTPD/OpenSMTPD/blob/master/usr.sbin/smtpd/to.c",
        ),
        dated="2026-11-28",
    ),
)
