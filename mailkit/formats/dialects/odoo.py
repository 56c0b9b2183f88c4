"""Odoo: ``odoo.conf``, and records of its database in the data of a module.

In ``odoo.conf`` ``smtp_ssl`` means STARTTLS; implicit TLS is only in the database (ir.mail_server).
"""

from dataclasses import replace

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_RECORDS = ("odoo.*", "odoo.data.*", "openerp.data.*", "openerp.*")

_OUTGOING = ServiceWords(
    protocol=("@model",),
    protocols={"ir.mail_server": "smtp"},
    at=_RECORDS,
    host=("smtp_host",),
    port=("smtp_port",),
    user=("smtp_user",),
    secret=("smtp_pass",),
    ports=25,
    enabled={"active": (True, "")},
    modes=(
        Mode(Security.IMPLICIT_TLS, {"smtp_encryption": ("ssl", "ssl_strict")}),
        Mode(Security.STARTTLS, {"smtp_encryption": ("starttls", "starttls_strict")}),
        Mode(Security.CLEARTEXT, {"smtp_encryption": ("none", "")}),
    ),
)
_INCOMING = ServiceWords(
    role="incoming",
    protocol=("server_type",),
    protocols={"imap": "imap", "pop": "pop3"},
    at=_RECORDS,
    host=("server",),
    port=("port",),
    user=("user",),
    secret=("password",),
    flags=True,
    enabled={"active": (True, "")},
    defaults={"is_ssl": False, "server_type": "imap", "type": "imap"},
    modes=(
        Mode(Security.IMPLICIT_TLS, {"is_ssl": True}),
        Mode(Security.CLEARTEXT),
    ),
)

DIALECTS = (
    Dialect(
        name="odoo",
        title="Odoo",
        syntaxes=("ini",),
        files=("odoo.conf", "openerp-server.conf", "*odoo*.conf"),
        marks=("options.smtp_server",),
        ignore_case=True,
        flavour="python",
        new_file=True,
        services=(
            ServiceWords(
                at=("options",),
                host=("smtp_server",),
                port=("smtp_port",),
                user=("smtp_user",),
                secret=("smtp_password",),
                address=("email_from",),
                default_host="localhost",
                ports=25,
                defaults={"smtp_ssl": False},
                modes=(
                    Mode(Security.STARTTLS, {"smtp_ssl": True}),
                    Mode(Security.CLEARTEXT, {"smtp_ssl": False}),
                ),
            ),
        ),
        example="odoo.conf",
        sources=(
            "https://github.com/odoo/odoo/blob/18.0/odoo/addons/base/models/ir_mail_server.py",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="odoo-environment",
        title="Odoo",
        syntaxes=("ini",),
        marks=("*.smtp_encryption", "*.is_ssl"),
        services=(
            replace(_OUTGOING, protocol="smtp", at=("*",), needs_host=True),
            replace(_INCOMING, protocol=("type",), at=("*",)),
        ),
        example="mail.conf",
        sources=("https://github.com/OCA/server-env/tree/17.0/mail_environment",),
        dated="2026-11-28",
    ),
    Dialect(
        name="odoo-data",
        title="Odoo",
        syntaxes=("xml",),
        marks=("**.smtp_host", "**.server_type"),
        services=(
            _OUTGOING,
            _INCOMING,
        ),
        example="data/mail_server.xml",
        sources=(
            "https://github.com/odoo/odoo/blob/18.0/odoo/addons/base/models/ir_mail_server.py",
            "https://github.com/odoo/odoo/blob/18.0/addons/mail/models/fetchmail.py",
        ),
        dated="2026-11-28",
    ),
)
