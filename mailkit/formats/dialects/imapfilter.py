"""imapfilter: ``ssl`` with any word is implicit TLS; without it STARTTLS is used where the server offers it."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

_WORDS = ("auto", "tls1.3", "tls1.2", "tls1.1", "tls1", "tls", "ssl23", "ssl3", "ssl2", "yes")

DIALECTS = (
    Dialect(
        name="imapfilter",
        title="imapfilter",
        syntaxes=("lua",),
        files=(".imapfilter/config.lua", "imapfilter/config.lua"),
        services=(
            ServiceWords(
                role="incoming",
                protocol="imap",
                at=("imap.*",),
                host=("server",),
                port=("port",),
                user=("username",),
                secret=("password",),
                timeout=("/options.timeout",),
                defaults={"/options.starttls": True},
                no_verify=("/options.certificates=false", "/options.hostnames=false"),
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"ssl": _WORDS}),
                    Mode(Security.CLEARTEXT, {"/options.starttls": False}, {}),
                    Mode(Security.STARTTLS, {"ssl": ABSENT}, {}, optional=True),
                    Mode(Security.IMPLICIT_TLS),
                ),
            ),
        ),
        example="config.lua",
        sources=(
            "https://github.com/lefcha/imapfilter/blob/master/doc/imapfilter_config.5",
            "https://github.com/lefcha/imapfilter/blob/master/src/account.lua",
            "https://github.com/lefcha/imapfilter/blob/master/src/request.c",
        ),
        dated="2026-11-28",
    ),
)
