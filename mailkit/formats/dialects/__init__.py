"""The dialects: one file for each product, named in ``MODULES``; data without code.

A module is imported when a file in one of its syntaxes is read, and not before.
"""

from functools import cache
from importlib import import_module

from mailkit.formats.dialect import Dialect

__all__ = ["MODULES", "dialect_in", "dialects", "dialects_for"]

MODULES: dict[str, str] = {
    "actionmailer": "dotenv",
    "airflow": "dotenv ini",
    "alertmanager": "yaml",
    "alpine": "pinerc",
    "authelia": "dotenv yaml",
    "autoconfig": "xml yaml",
    "cakephp": "php",
    "codeigniter": "dotenv php",
    "commands": "icinga nagios shell swaksrc",
    "crowdsec": "yaml",
    "django": "dotenv ini python",
    "dma": "dma",
    "dotnet": "dotenv json xml",
    "dovecot": "dovecot",
    "drupal": "php",
    "dsn": "url",
    "elastic": "yaml",
    "elixir": "dotenv elixir",
    "emacs": "elisp",
    "env": "dotenv php",
    "esmtp": "esmtp",
    "exim": "dotenv exim",
    "fetchmail": "fetchmail",
    "flask": "dotenv python",
    "frappe": "json",
    "ghost": "dotenv json",
    "git": "ini",
    "gitea": "dotenv ini yaml",
    "gitlab": "ruby yaml",
    "goapps": "dotenv hocon toml yaml",
    "gogs": "ini",
    "gomail": "dotenv yaml",
    "grafana": "dotenv ini yaml",
    "graylog": "dotenv ini",
    "himalaya": "toml",
    "homeassistant": "yaml",
    "homemanager": "nix",
    "hosted": "dotenv python toml yaml",
    "imapfilter": "lua",
    "imapnotify": "json yaml",
    "javaapps": "hocon properties xml yaml",
    "jenkins": "xml yaml",
    "joomla": "php",
    "keycloak": "hcl json",
    "kratos": "dotenv json yaml",
    "laravel": "dotenv php",
    "logstash": "logstash",
    "mailclients": "ini",
    "mailprograms": "ini",
    "mailrc": "mailrc",
    "mastodon": "dotenv ini yaml",
    "mattermost": "dotenv ini json yaml",
    "mautic": "php",
    "mbsync": "mbsync",
    "meli": "toml",
    "monit": "monit",
    "moodle": "php",
    "msmtp": "msmtp",
    "mutt": "mutt",
    "n8n": "dotenv",
    "netbox": "dotenv python",
    "netrc": "netrc",
    "nextcloud": "dotenv json php yaml",
    "nodeapps": "dotenv json yaml",
    "nodeapps_more": "dotenv",
    "nodemailer": "javascript",
    "notes": "notes",
    "nullmailer": "nullmailer",
    "odoo": "ini xml",
    "opensmtpd": "smtpd",
    "outlookreg": "registry",
    "overseerr": "json",
    "paperless": "dotenv postfix yaml",
    "passwords": "dotenv",
    "peertube": "yaml",
    "penpot": "dotenv",
    "phpapps": "dotenv php",
    "phpapps_more": "ini php",
    "phpmailer": "php",
    "pipelines": "yaml",
    "postfix": "master postfix",
    "proxmox": "proxmox",
    "pythonapps": "dotenv",
    "pythonclients": "python",
    "pythonini": "dotenv ini",
    "quarkus": "dotenv properties yaml",
    "rails": "ruby",
    "redmine": "yaml",
    "roundcube": "dotenv php",
    "sections": "hcl ini javascript json php properties toml yaml",
    "sendmail": "sendmail",
    "sentry": "dotenv yaml",
    "sonarqube": "properties",
    "spring": "dotenv properties xml yaml",
    "statistics": "dotenv",
    "swiftmailer": "dotenv yaml",
    "symfony": "dotenv yaml",
    "synapse": "yaml",
    "systems": "ini perl",
    "thunderbird": "prefs",
    "typo3": "dotenv php",
    "vaultwarden": "dotenv",
    "vikunja": "dotenv yaml",
    "wordpress": "dotenv php",
    "yii": "php",
    "zabbix": "json xml yaml",
}
"""The syntaxes of each module's dialects; also ``dotenv`` if a dialect reads variables."""


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


def dialect_in(module: str, name: str) -> Dialect | None:
    """The dialect of a name in one module, without the other modules."""
    return next((dialect for dialect in _in(module) if dialect.name == name), None)
