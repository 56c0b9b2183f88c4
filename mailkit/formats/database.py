"""Products that store their mail settings in a database: their files, and where the settings are."""

import re
from dataclasses import dataclass

__all__ = ["DATABASES", "Database", "database_of"]


@dataclass(frozen=True, slots=True)
class Database:
    """A product without a settings file for mail.

    Attributes:
        title: the product.
        where: where its mail settings are, in one sentence.
        export: how to export them, in one sentence, or empty.
        sign: what identifies one of its files.
    """

    title: str
    where: str
    export: str = ""
    sign: str = ""


DATABASES = (
    Database(
        "osTicket",
        "Mail accounts are in the table `ost_email_account`; see Admin Panel, Emails.",
        sign=r"osTicket|OSTINSTALLED",
    ),
    Database(
        "phpBB",
        "The SMTP settings are in the table `phpbb_config`; see ACP, Email settings.",
        "Export: `SELECT config_name, config_value FROM phpbb_config WHERE config_name LIKE 'smtp%'`.",
        r"PHPBB_INSTALLED",
    ),
    Database(
        "Zammad",
        "Channels are in its database; see Admin, Channels, Email.",
        "Export: `zammad run rails r 'puts Channel.where(area: \"Email::Notification\").to_json'`.",
        r"zammad_(?:rails|production)|ZAMMAD_",
    ),
    Database(
        "FreeScout",
        "Mailboxes are in the table `mailboxes`; see Manage, Mailboxes.",
        sign=r"freescout",
    ),
    Database(
        "Zabbix",
        "Media types are in its database; see Alerts, Media types.",
        "Export them there; the file is read as `zabbix`.",
        r"\$ZBX_SERVER|ZBX_SERVER_NAME",
    ),
    Database(
        "Uptime Kuma",
        "Notifications are in `kuma.db`; see Settings, Notifications.",
        sign=r"uptime-kuma",
    ),
    Database(
        "PrestaShop",
        "The SMTP settings are in the table `ps_configuration`; see Advanced Parameters, E-mail.",
        "Export: `SELECT name, value FROM ps_configuration WHERE name LIKE 'PS_MAIL%'`.",
        r"prestashop|_PS_",
    ),
    Database(
        "GLPI",
        "The settings are in the table `glpi_configs`; see Setup, Notifications.",
        "Export: `SELECT name, value FROM glpi_configs WHERE name LIKE 'smtp%'`.",
        r"class DB extends DBmysql",
    ),
    Database(
        "Odoo",
        "Outgoing servers are in the table `ir_mail_server`, which wins over `smtp_*` in `odoo.conf`; see Settings, Technical, Outgoing Mail Servers.",
        "Export: `SELECT name, smtp_host, smtp_port, smtp_encryption, smtp_user FROM ir_mail_server`.",
    ),
)
"""By title; for all of them the server has to be given on the command line."""


def database_of(text: str) -> Database | None:
    """Return the product whose file, without mail settings, this text is."""
    head = text[:100_000]
    return next(
        (database for database in DATABASES if database.sign and re.search(database.sign, head)),
        None,
    )
