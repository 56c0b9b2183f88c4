"""Variables of no known product: groups of ``*_HOST``, ``*_PORT`` and so on with ``SMTP``, ``MAIL`` or ``IMAP`` in the name."""

from dataclasses import replace

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_TLS, _STARTTLS = Security.IMPLICIT_TLS, Security.STARTTLS


def _joined(prefix: str, *ends: str) -> tuple[str, ...]:
    return tuple(f"{prefix}_{end}" for end in ends)


def _modes(prefix: str) -> tuple[Mode, ...]:
    """``USE_SSL`` and ``USE_TLS`` are Django's pair everywhere; ``starttls`` says what it is."""
    flags = [
        Mode(_TLS, {f"{prefix}_USE_SSL": True}, {f"{prefix}_USE_SSL": True}),
        Mode(
            Security.CLEARTEXT,
            {f"{prefix}_USE_SSL": "false", f"{prefix}_USE_TLS": "false"},
        ),
    ]
    flags.append(Mode(_STARTTLS, {f"{prefix}_USE_TLS": True, f"{prefix}_USE_SSL": "false"}))
    for name in _joined(prefix, "STARTTLS", "USE_STARTTLS", "START_TLS", "REQUIRE_TLS"):
        flags.append(Mode(_STARTTLS, {name: True}))
    for name in _joined(prefix, "TLS_IMPLICIT", "IMPLICIT_TLS", "FORCE_SSL"):
        flags.append(Mode(_TLS, {name: True}))
    for name in _joined(
        prefix,
        "SECURITY",
        "ENCRYPTION",
        "SECURE",
        "TLS_MODE",
        "PROTOCOL",
        "CONNECTION_SECURITY",
        "SSL",
        "TLS",
    ):
        flags.append(Mode(_STARTTLS, {name: "starttls"}))
        flags.append(
            Mode(_TLS, {name: ("smtps", "implicit", "implicit-tls", "force_tls", "imaps", "pop3s")})
        )
    return tuple(flags)


AMBIGUOUS = (
    *("SECURE", "SSL", "TLS", "ENCRYPTION", "SECURITY", "CONNECTION_SECURITY", "USE_TLS"),
    *("PROTOCOL", "TLS_MODE"),
)
"""Keys whose “ssl”, “tls” or “true” means one thing here and another there."""


_OF_MESSAGES = ("MAIL", "EMAIL", "MAILER", "OUTGOING_MAIL")
"""Prefixes whose ``_ADDRESS`` is an address of e-mail, and no server's."""


_PORTS = ("PORT", "SERVER_PORT", "PORT_NUMBER")
_USERS = (
    *("USER", "USERNAME", "USER_NAME", "LOGIN", "AUTH_USER", "HOST_USER", "ACCOUNT"),
    *("AUTH_USERNAME", "SERVER_USER"),
)
_SECRETS = (
    *("PASSWORD", "PASS", "PASSWD", "PWD", "AUTH_PASS", "HOST_PASSWORD", "AUTH_PASSWORD"),
    *("SERVER_PASSWORD", "SECRET"),
)
_SENDERS = ("FROM", "FROM_ADDRESS", "FROM_EMAIL", "SENDER", "EMAIL_FROM")
_SCHEMES: dict[str, tuple[str, Security | None]] = {
    "smtp": ("smtp", None),
    "smtps": ("smtp", _TLS),
    "submission": ("smtp", None),
    "submissions": ("smtp", _TLS),
    "smtp+starttls": ("smtp", _STARTTLS),
    "smtp+tls": ("smtp", _STARTTLS),
    "smtp+ssl": ("smtp", _TLS),
    "imap": ("imap", None),
    "imaps": ("imap", _TLS),
    "pop3": ("pop3", None),
    "pop3s": ("pop3", _TLS),
}


def _words(prefix: str, protocol: str) -> ServiceWords:
    hosts = _joined(
        prefix,
        "HOST",
        "SERVER",
        "HOSTNAME",
        "HOST_NAME",
        "SERVER_HOST",
        "RELAY_HOST",
    )
    if prefix not in _OF_MESSAGES:
        hosts += _joined(prefix, "ADDRESS", "ADDR")
    return ServiceWords(
        at=("", "*"),
        role="outgoing" if protocol == "smtp" else "incoming",
        protocol=protocol,
        host=hosts,
        port=_joined(prefix, *_PORTS),
        user=_joined(prefix, *_USERS),
        secret=_joined(prefix, *_SECRETS),
        secret_file=_joined(prefix, "PASSWORD_FILE", "PASS_FILE"),
        address=_joined(prefix, *_SENDERS),
        url=(*_joined(prefix, "URL", "DSN", "URI"), *hosts),
        schemes=_SCHEMES,
        modes=_modes(prefix),
        exclusive=(
            (f"{prefix}_USE_TLS", f"{prefix}_USE_SSL"),
            (f"{prefix}_SSL", f"{prefix}_STARTTLS"),
        ),
        ambiguous=_joined(prefix, *AMBIGUOUS),
        timeout=_joined(prefix, "TIMEOUT"),
        host_port_alone=True,
    )


_SMTP = (
    "SMTP",
    "MAIL",
    "EMAIL",
    "MAILER",
    "MAIL_SMTP",
    "EMAIL_SMTP",
    "SMTP_SERVER",
    "SMTP_MAIL",
    "MAIL_SERVER",
    "EMAIL_SERVER",
    "NODEMAILER",
    "OUTGOING_MAIL",
)

_SERVICES = (
    *(_words(prefix, "smtp") for prefix in _SMTP),
    *(_words(prefix, "imap") for prefix in ("IMAP", "MAIL_IMAP", "EMAIL_IMAP")),
    *(_words(prefix, "pop3") for prefix in ("POP3", "POP")),
)

DIALECTS = (
    Dialect(
        name="env",
        title="this file",
        syntaxes=("dotenv",),
        suffixes=True,
        ignore_case=True,
        new_file=True,
        services=_SERVICES,
        example=".env",
        sources=(
            "Names that applications without a dialect of their own use, in public repositories.",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="php-names",
        title="this file",
        syntaxes=("php",),
        ignore_case=True,
        least=3,
        services=tuple(
            replace(words, at=("", "*", "return"), needs_host=True, url=(), host_port_alone=False)
            for words in _SERVICES
        ),
        example="config.php",
        sources=(
            "Names of constants and keys that PHP scripts without a product of their own use, in public repositories.",
        ),
        dated="2026-11-28",
    ),
)
