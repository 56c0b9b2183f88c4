"""The dialects: one file for each product, named as in ``NAMES``; data, and nothing that reads."""

from functools import cache
from importlib import import_module

from mailkit.formats.dialect import Dialect

__all__ = ["DIALECTS", "dialects_for"]

NAMES = (
    "airflow",
    "alertmanager",
    "autoconfig",
    "codeigniter",
    "django",
    "env",
    "fetchmail",
    "flask",
    "ghost",
    "gitea",
    "gitlab",
    "grafana",
    "himalaya",
    "homeassistant",
    "jenkins",
    "joomla",
    "keycloak",
    "laravel",
    "mailprograms",
    "mastodon",
    "mattermost",
    "mbsync",
    "moodle",
    "msmtp",
    "mutt",
    "n8n",
    "nextcloud",
    "nodemailer",
    "nullmailer",
    "odoo",
    "paperless",
    "phpmailer",
    "postfix",
    "proxmox",
    "quarkus",
    "rails",
    "roundcube",
    "spring",
    "symfony",
    "synapse",
    "thunderbird",
    "vaultwarden",
    "wordpress",
)


@cache
def _loaded() -> dict[str, Dialect]:
    found: dict[str, Dialect] = {}
    for name in NAMES:
        module = import_module(f"mailkit.formats.dialects.{name}")
        for dialect in module.DIALECTS:
            found[dialect.name] = dialect
    return found


def dialects_for(syntax: str) -> list[Dialect]:
    """The dialects that are written in a syntax."""
    return [
        one
        for one in DIALECTS.values()
        if syntax in one.syntaxes or (syntax == "dotenv" and one.env is not None)
    ]


DIALECTS: dict[str, Dialect] = _loaded()
"""By name."""
