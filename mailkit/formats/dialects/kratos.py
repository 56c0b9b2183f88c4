"""Ory Kratos: a URL. ``smtp`` requires STARTTLS, unless ``disable_starttls=true``."""

from dataclasses import replace

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_WORDS = ServiceWords(
    at=("courier.smtp", "**.config.courier.smtp"),
    url=("connection_uri",),
    address=("from_address",),
    name=("from_name",),
    helo=("local_name",),
    no_verify=("?skip_ssl_verify",),
    schemes={"smtp": ("smtp", None), "smtps": ("smtp", Security.IMPLICIT_TLS)},
    modes=(
        Mode(Security.IMPLICIT_TLS, {"@scheme": "smtps"}),
        Mode(Security.CLEARTEXT, {"?disable_starttls": True}),
        Mode(Security.STARTTLS),
    ),
)

DIALECTS = (
    Dialect(
        name="kratos",
        title="Ory Kratos",
        syntaxes=("yaml", "json", "dotenv"),
        files=("kratos.yml", "kratos.yaml", "kratos.json"),
        images=("oryd/kratos", "*/oryd/kratos"),
        new_file=True,
        services=(
            _WORDS,
            replace(
                _WORDS,
                at=("",),
                url=("COURIER_SMTP_CONNECTION_URI",),
                address=("COURIER_SMTP_FROM_ADDRESS",),
                name=("COURIER_SMTP_FROM_NAME",),
                helo=("COURIER_SMTP_LOCAL_NAME",),
            ),
        ),
        example="kratos.yml",
        sources=(
            "https://github.com/ory/kratos/blob/master/courier/smtp.go",
            "https://github.com/ory/kratos/blob/master/embedx/config.schema.json",
        ),
        dated="2026-11-28",
    ),
)
