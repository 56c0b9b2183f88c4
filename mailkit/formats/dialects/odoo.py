"""Odoo: ``odoo.conf``. ``smtp_ssl`` means STARTTLS; implicit TLS is only in the database (ir.mail_server)."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="odoo",
        title="Odoo",
        syntaxes=("ini",),
        files=("odoo.conf", "openerp-server.conf", "*odoo*.conf"),
        marks=("options.smtp_server",),
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
)
