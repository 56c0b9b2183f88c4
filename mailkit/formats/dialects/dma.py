"""dma, the DragonFly mail agent: ``SECURETRANSFER`` is implicit TLS, together with ``STARTTLS`` it is STARTTLS."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="dma",
        title="dma",
        syntaxes=("dma",),
        own_files=("dma.conf",),
        services=(
            ServiceWords(
                host=("SMARTHOST",),
                port=("PORT",),
                secret_in_file=("AUTHPATH",),
                cleartext_flag="INSECURE",
                needs_host=True,
                ports=25,
                modes=(
                    Mode(
                        Security.STARTTLS,
                        {"STARTTLS": True, "SECURETRANSFER": True, "OPPORTUNISTIC_TLS": True},
                        optional=True,
                    ),
                    Mode(Security.STARTTLS, {"STARTTLS": True, "SECURETRANSFER": True}),
                    Mode(
                        Security.IMPLICIT_TLS,
                        {"SECURETRANSFER": True},
                        {"SECURETRANSFER": True, "STARTTLS": False},
                    ),
                    Mode(Security.CLEARTEXT),
                ),
            ),
        ),
        sources=(
            "https://github.com/corecode/dma/blob/master/dma.8",
            "https://github.com/corecode/dma/blob/master/conf.c",
            "https://github.com/corecode/dma/blob/master/crypto.c",
            "https://github.com/corecode/dma/blob/master/net.c",
        ),
        dated="2026-11-28",
    ),
)
