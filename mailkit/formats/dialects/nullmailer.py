"""nullmailer: ``remotes``. ``--ssl`` is implicit TLS (465), ``--starttls`` STARTTLS, on 25 unless a port is given."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="nullmailer",
        title="nullmailer",
        syntaxes=("nullmailer",),
        own_files=("remotes",),
        services=(
            ServiceWords(
                protocol=("protocol",),
                protocols={"smtp": "smtp"},
                at=("*",),
                host=("host",),
                port=("port",),
                user=("user",),
                secret=("pass",),
                no_verify=("insecure",),
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25, Security.CLEARTEXT: 25},
                modes=(
                    Mode(Security.STARTTLS, {"starttls": True}),
                    Mode(Security.IMPLICIT_TLS, {"ssl": True}),
                    Mode(Security.IMPLICIT_TLS, {"tls": True}),
                    Mode(Security.CLEARTEXT),
                ),
            ),
        ),
        sources=(
            "https://manpages.debian.org/bookworm/nullmailer/nullmailer-send.8.en.html",
            "https://github.com/bruceg/nullmailer/blob/master/protocols/protocol.cc",
        ),
        dated="2026-11-27",
    ),
)
