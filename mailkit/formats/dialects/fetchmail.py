"""fetchmail 6.4: ``ssl`` is implicit TLS; without it STARTTLS, unless ``sslproto`` is empty.

Only with ``no sslcertck`` and without ``sslproto`` it goes on where STARTTLS is not offered.
"""

from mailkit.formats.dialect import ABSENT, EMPTY, Dialect, Mode, ServiceWords
from mailkit.ports import Security

_PROTOCOLS = (
    *("auto", "tls1+", "tls1.1+", "tls1.2+", "tls1.3+", "ssl23", "ssl3+"),
    *("tls1", "tls1.1", "tls1.2", "tls1.3", "ssl3"),
)

DIALECTS = (
    Dialect(
        name="fetchmail",
        title="fetchmail",
        syntaxes=("fetchmail",),
        own_files=("fetchmailrc", ".fetchmailrc"),
        new_file=True,
        services=(
            ServiceWords(
                role="incoming",
                protocol=("protocol",),
                protocols={
                    "imap": "imap",
                    "pop3": "pop3",
                    "apop": "pop3",
                    "rpop": "pop3",
                    "kpop": "pop3",
                    "sdps": "pop3",
                    "": "imap",
                    "auto": "imap",
                    "pop2": "",
                    "etrn": "",
                    "odmr": "",
                },
                at=("poll.*",),
                host=("via", "host"),
                port=("port",),
                port_names=True,
                user=("user",),
                secret=("password",),
                timeout=("timeout",),
                verify=("sslcertck",),
                defaults={"skip": False},
                enabled={"skip": (False,)},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"ssl": True}),
                    Mode(Security.CLEARTEXT, {"sslproto": EMPTY}, {"sslproto": ""}),
                    Mode(
                        Security.STARTTLS,
                        {"sslproto": ABSENT, "sslcertck": "false"},
                        {"sslproto": "auto"},
                        optional=True,
                    ),
                    Mode(
                        Security.STARTTLS,
                        {"sslproto": (ABSENT, *_PROTOCOLS)},
                        {"ssl": False, "sslproto": "auto"},
                    ),
                    Mode(Security.STARTTLS, {}, {}),
                ),
            ),
        ),
        sources=(
            "https://www.fetchmail.info/fetchmail-man.html",
            "https://github.com/vcrhonek/fetchmail/blob/master/rcfile_l.l",
        ),
        dated="2026-11-27",
    ),
)
