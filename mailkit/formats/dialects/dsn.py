"""A file with URLs of mail servers and nothing else, as secrets and ``*_DSN_FILE`` have them."""

from mailkit.formats.dialect import Dialect, ServiceWords
from mailkit.formats.dialects.symfony import DSN_MODES
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="dsn",
        title="this file",
        syntaxes=("url",),
        services=tuple(
            ServiceWords(
                role="outgoing" if protocol == "smtp" else "incoming",
                protocol=protocol,
                at=("*",),
                url=("url",),
                schemes=schemes,
                modes=DSN_MODES,
                no_verify=("?verify_peer=0|false", "?skip_ssl_verify=true"),
                ports=ports,
            )
            for protocol, schemes, ports in (
                (
                    "smtp",
                    {
                        "smtp": ("smtp", None),
                        "smtp+starttls": ("smtp", Security.STARTTLS),
                        "smtp+tls": ("smtp", Security.STARTTLS),
                        "smtp+ssl": ("smtp", Security.IMPLICIT_TLS),
                        "submission": ("smtp", Security.STARTTLS),
                        "smtps": ("smtp", Security.IMPLICIT_TLS),
                        "submissions": ("smtp", Security.IMPLICIT_TLS),
                    },
                    {Security.IMPLICIT_TLS: 465, Security.STARTTLS: 587},
                ),
                (
                    "imap",
                    {
                        "imap": ("imap", Security.STARTTLS),
                        "imap+starttls": ("imap", Security.STARTTLS),
                        "imap+tls": ("imap", Security.STARTTLS),
                        "imaps": ("imap", Security.IMPLICIT_TLS),
                        "imap+ssl": ("imap", Security.IMPLICIT_TLS),
                    },
                    None,
                ),
                (
                    "pop3",
                    {
                        "pop": ("pop3", Security.STARTTLS),
                        "pop3": ("pop3", Security.STARTTLS),
                        "pops": ("pop3", Security.IMPLICIT_TLS),
                        "pop3s": ("pop3", Security.IMPLICIT_TLS),
                    },
                    None,
                ),
            )
        ),
        example="dsn.txt",
        sources=(
            "https://symfony.com/doc/current/mailer.html#using-built-in-transports",
            "https://github.com/symfony/mailer/blob/7.0/Transport/Smtp/EsmtpTransport.php",
            "https://datatracker.ietf.org/doc/rfc5092",
            "https://gnu.org/software/mailutils/manual/html_node/Remote-Mailboxes.html",
        ),
        dated="2026-11-27",
    ),
)
