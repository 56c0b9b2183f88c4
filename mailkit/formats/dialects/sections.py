"""Settings of no known product: a section named ``smtp``, ``mail`` or ``imap`` with a host and a port or a login."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_TLS, _STARTTLS = Security.IMPLICIT_TLS, Security.STARTTLS
_WORDS = (
    "security",
    "encryption",
    "secure",
    "tls_mode",
    "connection_security",
    "ssl",
    "tls",
    "protocol",
)


def _words(protocol: str, sections: tuple[str, ...], above: tuple[str, ...]) -> ServiceWords:
    places = (f"{root}.{section}" for root in above for section in sections)
    modes = [
        Mode(_TLS, {"use_ssl": True}),
        Mode(_TLS, {"ssl.enable": True}),
        Mode(_STARTTLS, {"starttls.required": True}),
        Mode(_STARTTLS, {"starttls.enable": True}, optional=True),
        Mode(_STARTTLS, {"starttls": True}),
        Mode(_STARTTLS, {"use_starttls": True}),
        Mode(_STARTTLS, {"require_tls": True}),
    ]
    for key in _WORDS:
        modes += [
            Mode(_STARTTLS, {key: ("starttls", "start-tls", "start_tls")}),
            Mode(_TLS, {key: ("smtps", "imaps", "pop3s", "implicit", "implicit-tls", "ssl/tls")}),
        ]
    return ServiceWords(
        role="outgoing" if protocol == "smtp" else "incoming",
        protocol=protocol,
        at=tuple(f"{place}{item}" for place in places for item in ("", ".#")),
        host=("host", "server", "hostname", "address", "smtp_host", "smtp_server", "host_name"),
        port=("port", "smtp_port"),
        user=("user", "username", "user_name", "login", "auth.user", "auth.username", "smtp_user"),
        secret=("password", "pass", "passwd", "auth.pass", "auth.password", "smtp_password"),
        secret_file=("password_file",),
        address=("from", "from_address", "sender", "from_email"),
        modes=tuple(modes),
        flags=True,
        exclusive=(("use_tls", "use_ssl"), ("ssl", "starttls")),
        ambiguous=("secure", "ssl", "tls", "encryption", "security", "use_tls", "use_ssl"),
        timeout=("timeout",),
        host_port_alone=True,
        needs_host=True,
    )


_SOURCES = ("Names that applications without a dialect of their own use, in public repositories.",)
_SMTP = ("smtp", "mail", "email", "mailer", "smtp_server", "mail.smtp", "email.smtp")


def _services(above: tuple[str, ...] = ("**",)) -> tuple[ServiceWords, ...]:
    return (
        _words("smtp", _SMTP, above),
        _words("imap", ("imap", "imap_server"), above),
        _words("pop3", ("pop3", "pop"), above),
    )


DIALECTS = (
    Dialect(
        name="sections",
        title="this file",
        syntaxes=("yaml", "json", "toml", "ini", "properties", "hcl"),
        fold=True,
        least=2,
        new_file=True,
        services=_services(),
        example="config.yml",
        sources=_SOURCES,
        dated="2026-11-28",
    ),
    Dialect(
        name="sections-php",
        title="this file",
        syntaxes=("php",),
        fold=True,
        least=2,
        new_file=True,
        services=_services(("return.**",)),
        example="config.php",
        sources=_SOURCES,
        dated="2026-11-28",
    ),
    Dialect(
        name="sections-js",
        title="this file",
        syntaxes=("javascript",),
        fold=True,
        least=2,
        services=_services(("module.exports.**", "export.**", "=>.**")),
        example="config.js",
        sources=_SOURCES,
        dated="2026-11-28",
    ),
)
