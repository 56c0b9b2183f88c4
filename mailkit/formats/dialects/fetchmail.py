"""fetchmail: ``ssl`` is implicit TLS; without it STARTTLS if offered, unless ``sslproto`` is empty."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="fetchmail",
        title="fetchmail",
        syntaxes=("fetchmail",),
        own_files=("fetchmailrc", ".fetchmailrc"),
        services=(
            ServiceWords(
                role="incoming",
                protocol=("protocol",),
                protocols={
                    "imap": "imap",
                    "pop3": "pop3",
                    "pop2": "",
                    "": "pop3",
                    "auto": "imap",
                    "apop": "pop3",
                },
                at=("poll.*",),
                host=("via", "host"),
                port=("port",),
                user=("user",),
                secret=("password",),
                timeout=("timeout",),
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"ssl": True}),
                    Mode(Security.CLEARTEXT, {"sslproto": ""}, {"sslproto": ""}),
                    Mode(
                        Security.STARTTLS,
                        {
                            "sslproto": (
                                "tls1",
                                "tls1.1+",
                                "tls1.2",
                                "tls1.2+",
                                "tls1.3",
                                "tls1.3+",
                                "tls1+",
                                "auto",
                                "ssl23",
                            )
                        },
                        {"ssl": False},
                    ),
                    Mode(Security.STARTTLS, {}, {"ssl": False}, optional=True),
                ),
            ),
        ),
        sources=("https://www.fetchmail.info/fetchmail-man.html",),
    ),
)
