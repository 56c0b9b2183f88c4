"""Phoenix and other Elixir applications: Swoosh and Bamboo, both on gen_smtp; Keila's and Mobilizon's variables.

``ssl: true`` is implicit TLS. ``tls: :if_available``, the default, is STARTTLS where it is offered.
"""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

_TLS, _STARTTLS, _CLEARTEXT = Security.IMPLICIT_TLS, Security.STARTTLS, Security.CLEARTEXT
_ADAPTERS = ("Swoosh.Adapters.SMTP", "Bamboo.SMTPAdapter")
_MODES = (
    Mode(_TLS, {"ssl": True}, {"ssl": True}),
    Mode(_STARTTLS, {"tls": "always"}, {"ssl": False, "tls": "always"}),
    Mode(_CLEARTEXT, {"tls": "never"}),
    Mode(_STARTTLS, {"tls": ("if_available", ABSENT)}, optional=True),
)
_SSL, _AUTO, _KEILA = "MAILER_ENABLE_SSL", "MAILER_ENABLE_STARTTLS", "MAILER_SMTP_TLS_MODE"
_GEN_SMTP = "https://github.com/gen-smtp/gen_smtp/blob/master/src/gen_smtp_client.erl"


def _words(host: str) -> ServiceWords:
    return ServiceWords(
        at=("config.*.*",),
        host=(host,),
        port=("port",),
        user=("username",),
        secret=("password",),
        ports={_TLS: 465, _STARTTLS: 25, _CLEARTEXT: 25},
        enabled={"adapter": _ADAPTERS},
        flags=True,
        needs_host=True,
        defaults={"ssl": False, "adapter": _ADAPTERS[0]},
        modes=_MODES,
    )


DIALECTS = (
    Dialect(
        name="swoosh",
        title="Swoosh",
        syntaxes=("elixir",),
        files=("*.exs",),
        services=(_words("relay"),),
        example="runtime.exs",
        sources=(
            "https://github.com/swoosh/swoosh/blob/main/lib/swoosh/adapters/smtp.ex",
            _GEN_SMTP,
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="bamboo",
        title="Bamboo",
        syntaxes=("elixir",),
        files=("*.exs",),
        marks=("config.*.*.adapter",),
        services=(_words("server"),),
        example="prod.exs",
        sources=("https://github.com/fewlinesco/bamboo_smtp#usage", _GEN_SMTP),
        dated="2026-11-28",
    ),
    Dialect(
        name="keila",
        title="Keila",
        syntaxes=("dotenv",),
        images=("pentacent/keila", "*/pentacent/keila"),
        marks=(_SSL, _AUTO, _KEILA),
        new_file=True,
        services=(
            ServiceWords(
                host=("MAILER_SMTP_HOST",),
                port=("MAILER_SMTP_PORT",),
                user=("MAILER_SMTP_USER",),
                secret=("MAILER_SMTP_PASSWORD",),
                address=("MAILER_SMTP_FROM_EMAIL",),
                ports=587,
                needs_host=True,
                flags=True,
                enabled={"MAILER_TYPE": ("smtp",)},
                defaults={"MAILER_TYPE": "smtp", _KEILA: "", _SSL: False, _AUTO: False},
                modes=(
                    Mode(_TLS, {_KEILA: "tls"}),
                    Mode(_STARTTLS, {_KEILA: "starttls"}),
                    Mode(_CLEARTEXT, {_KEILA: "none"}),
                    Mode(_STARTTLS, {_KEILA: "auto"}, optional=True),
                    Mode(_TLS, {_SSL: True}, {_SSL: True, _AUTO: False}),
                    Mode(_STARTTLS, {_AUTO: True}, {_AUTO: True, _SSL: False}),
                    Mode(_STARTTLS, {_SSL: False, _AUTO: False}, optional=True),
                ),
            ),
        ),
        sources=("https://github.com/pentacent/keila/blob/main/config/runtime.exs",),
        dated="2026-11-28",
    ),
    Dialect(
        name="mobilizon",
        title="Mobilizon",
        syntaxes=("dotenv",),
        images=("*/mobilizon", "*/mobilizon/*"),
        marks=("MOBILIZON_SMTP_SERVER",),
        new_file=True,
        services=(
            ServiceWords(
                host=("MOBILIZON_SMTP_SERVER",),
                port=("MOBILIZON_SMTP_PORT",),
                user=("MOBILIZON_SMTP_USERNAME",),
                secret=("MOBILIZON_SMTP_PASSWORD",),
                address=("MOBILIZON_INSTANCE_EMAIL",),
                ports=25,
                needs_host=True,
                flags=True,
                defaults={"MOBILIZON_SMTP_SSL": False, "MOBILIZON_SMTP_TLS": "if_available"},
                modes=(
                    Mode(_TLS, {"MOBILIZON_SMTP_SSL": True}),
                    Mode(
                        _STARTTLS,
                        {"MOBILIZON_SMTP_TLS": "always"},
                        {"MOBILIZON_SMTP_SSL": False, "MOBILIZON_SMTP_TLS": "always"},
                    ),
                    Mode(_CLEARTEXT, {"MOBILIZON_SMTP_TLS": "never"}),
                    Mode(_STARTTLS, {"MOBILIZON_SMTP_TLS": "if_available"}, optional=True),
                ),
            ),
        ),
        sources=("https://docs.mobilizon.org/3.%20System%20administration/docker/",),
        dated="2026-11-28",
    ),
)
