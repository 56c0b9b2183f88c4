"""Frappe and ERPNext: ``site_config.json``. ``use_tls`` is STARTTLS; with ``use_ssl`` both would be tried."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="frappe",
        title="Frappe",
        syntaxes=("json",),
        files=("site_config.json", "common_site_config.json"),
        marks=("mail_server",),
        new_file=True,
        services=(
            ServiceWords(
                host=("mail_server",),
                port=("mail_port",),
                user=("mail_login",),
                secret=("mail_password",),
                address=("auto_email_id",),
                flags=True,
                needs_host=True,
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 587, Security.CLEARTEXT: 25},
                defaults={"use_tls": False, "use_ssl": False},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"use_ssl": True}, {"use_ssl": 1, "use_tls": 0}),
                    Mode(Security.STARTTLS, {"use_tls": True}, {"use_tls": 1, "use_ssl": 0}),
                    Mode(Security.CLEARTEXT),
                ),
                exclusive=(("use_tls", "use_ssl"),),
                exclusive_why="Frappe asks for STARTTLS inside TLS, and the server refuses it",
            ),
        ),
        example="site_config.json",
        sources=(
            "https://github.com/frappe/frappe/blob/develop/frappe/email/smtp.py",
            "https://github.com/frappe/frappe/blob/develop/frappe/email/doctype/email_account/email_account.py",
        ),
        dated="2026-11-28",
    ),
)
