"""Dovecot as a client: the remote mailboxes of ``imapc`` and ``pop3c``, and the relay of its submission service."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security


def _remote(protocol: str, prefix: str, implicit: str, port: int) -> ServiceWords:
    """The settings of one client. ``imapc_ssl`` names the protocol with TLS, or ``starttls``."""
    ssl = f"{prefix}_ssl"
    return ServiceWords(
        role="outgoing" if protocol == "smtp" else "incoming",
        protocol=protocol,
        at=("", "*"),
        host=(f"{prefix}_host",),
        port=(f"{prefix}_port",),
        user=(f"{prefix}_user",),
        secret=(f"{prefix}_password",),
        no_verify=(f"{prefix}_ssl_verify=no", "/ssl_client_require_valid_cert=no"),
        needs_host=True,
        ports=port,
        placeholders=("%",),
        modes=(
            Mode(Security.IMPLICIT_TLS, {ssl: implicit}),
            Mode(Security.STARTTLS, {ssl: "starttls"}),
            Mode(Security.CLEARTEXT, {}, {ssl: "no"}),
        ),
    )


DIALECTS = (
    Dialect(
        name="dovecot",
        title="Dovecot",
        syntaxes=("dovecot",),
        files=("dovecot.conf", "dovecot-*.conf", "local.conf"),
        services=(
            _remote("imap", "imapc", "imaps", 143),
            _remote("pop3", "pop3c", "pop3s", 110),
            _remote("smtp", "submission_relay", "smtps", 25),
            ServiceWords(
                at=("", "*"),
                host=("submission_host",),
                host_port=True,
                needs_host=True,
                no_verify=("/ssl_client_require_valid_cert=no",),
                ports=25,
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"submission_ssl": ("smtps", "submissions")}),
                    Mode(Security.STARTTLS, {"submission_ssl": "starttls"}),
                    Mode(Security.CLEARTEXT, {}, {"submission_ssl": "no"}),
                ),
            ),
        ),
        sources=(
            "https://doc.dovecot.org/main/core/config/mailbox_formats/imapc.html",
            "https://github.com/dovecot/core/blob/main/src/lib-imap-client/imapc-settings.c",
            "https://github.com/dovecot/core/blob/main/src/lib-smtp/smtp-submit-settings.c",
            "https://github.com/dovecot/core/blob/main/src/lib-storage/index/pop3c/pop3c-settings.c",
            "https://github.com/dovecot/core/blob/main/src/submission/submission-settings.c",
        ),
        dated="2026-11-28",
    ),
)
