"""The dialects: one file for each product, named in ``MODULES``; data, and nothing that reads.

A module is imported when a file in one of its syntaxes is read, and not before.
"""

from functools import cache
from importlib import import_module

from mailkit.formats.dialect import Dialect

__all__ = ["MODULES", "dialects", "dialects_for"]

MODULES: dict[str, str] = {
    "airflow": "dotenv ini",
    "alertmanager": "yaml",
    "autoconfig": "xml",
    "codeigniter": "dotenv php",
    "django": "dotenv python",
    "env": "dotenv",
    "fetchmail": "fetchmail",
    "flask": "dotenv python",
    "ghost": "dotenv json",
    "gitea": "dotenv ini",
    "gitlab": "ruby",
    "grafana": "dotenv ini",
    "himalaya": "toml",
    "homeassistant": "yaml",
    "jenkins": "xml yaml",
    "joomla": "php",
    "keycloak": "json",
    "laravel": "dotenv php",
    "mailprograms": "ini",
    "mastodon": "dotenv yaml",
    "mattermost": "dotenv json",
    "mbsync": "mbsync",
    "moodle": "php",
    "msmtp": "msmtp",
    "mutt": "mutt",
    "n8n": "dotenv",
    "nextcloud": "dotenv php",
    "nodemailer": "javascript",
    "nullmailer": "nullmailer",
    "odoo": "ini",
    "paperless": "dotenv postfix yaml",
    "phpmailer": "php",
    "postfix": "postfix",
    "proxmox": "proxmox",
    "quarkus": "dotenv properties yaml",
    "rails": "ruby",
    "roundcube": "php",
    "spring": "dotenv properties yaml",
    "symfony": "dotenv yaml",
    "synapse": "yaml",
    "thunderbird": "prefs",
    "vaultwarden": "dotenv",
    "wordpress": "dotenv php",
}
"""By module, the syntaxes of its dialects; ``dotenv`` too where a dialect reads variables."""


@cache
def _in(module: str) -> tuple[Dialect, ...]:
    found: tuple[Dialect, ...] = import_module(f"mailkit.formats.dialects.{module}").DIALECTS
    return found


@cache
def dialects_for(syntax: str) -> tuple[Dialect, ...]:
    """The dialects that are written in a syntax."""
    return tuple(
        dialect
        for module, syntaxes in MODULES.items()
        if syntax in syntaxes.split()
        for dialect in _in(module)
        if syntax in dialect.syntaxes or (syntax == "dotenv" and dialect.env is not None)
    )


@cache
def dialects() -> dict[str, Dialect]:
    """All dialects by name."""
    return {dialect.name: dialect for module in MODULES for dialect in _in(module)}
