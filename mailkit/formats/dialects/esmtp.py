"""esmtp: ``starttls`` is ``disabled`` where it is missing, and ``enabled`` uses it where it is offered; the port is 587."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="esmtp",
        title="esmtp",
        syntaxes=("esmtp",),
        own_files=(".esmtprc", "esmtprc"),
        new_file=True,
        services=(
            ServiceWords(
                at=("identity.*",),
                host=("hostname",),
                user=("username",),
                secret=("password",),
                address=("address",),
                host_port=True,
                ports=587,
                helo=("helo",),
                defaults={"starttls": "disabled"},
                modes=(
                    Mode(Security.STARTTLS, {"starttls": "required"}),
                    Mode(Security.STARTTLS, {"starttls": "enabled"}, optional=True),
                    Mode(Security.CLEARTEXT, {"starttls": "disabled"}),
                ),
            ),
        ),
        example=".esmtprc",
        sources=("https://manpages.debian.org/bookworm/esmtp/esmtprc.5.en.html",),
        dated="2026-11-28",
    ),
)
