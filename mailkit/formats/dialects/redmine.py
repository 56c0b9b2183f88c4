"""Redmine's ``configuration.yml`` and Canvas's ``outgoing_mail.yml``: Action Mailer's settings in YAML."""

from dataclasses import replace

from mailkit.formats.dialect import Dialect, ServiceWords
from mailkit.formats.dialects.rails import EXCLUSIVE, EXCLUSIVE_WHY, MODES

_WORDS = ServiceWords(
    at=("**.smtp_settings",),
    host=("address",),
    port=("port",),
    user=("user_name",),
    secret=("password",),
    helo=("domain",),
    auth=("authentication",),
    auths={
        ":login": "login",
        ":plain": "plain",
        ":cram_md5": "cram-md5",
        "cram_md5": "cram-md5",
    },
    timeout=("read_timeout", "open_timeout"),
    no_verify=("openssl_verify_mode=none",),
    default_host="localhost",
    ports=25,
    defaults={"tls": False, "ssl": False},
    modes=MODES,
    exclusive=EXCLUSIVE,
    exclusive_why=EXCLUSIVE_WHY,
)

DIALECTS = (
    Dialect(
        name="redmine",
        title="Redmine",
        syntaxes=("yaml",),
        files=("configuration.yml", "configuration.yml.*", "additional_environment.rb"),
        marks=("**.email_delivery.delivery_method", "**.smtp_settings.address"),
        new_file=True,
        new_at=("default", "email_delivery", "smtp_settings"),
        services=(_WORDS,),
        example="configuration.yml",
        sources=(
            "https://www.redmine.org/projects/redmine/wiki/EmailConfiguration",
            "https://github.com/redmine/redmine/blob/master/config/configuration.yml.example",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="canvas",
        title="Canvas",
        syntaxes=("yaml",),
        own_files=("outgoing_mail.yml",),
        marks=("*.outgoing_address", "*.delivery_settings.outgoing_address"),
        new_file=True,
        new_at=("production",),
        services=(
            replace(
                _WORDS,
                at=("*", "*.delivery_settings"),
                address=("outgoing_address",),
                name=("default_name",),
                enabled={"delivery_method": ("smtp",)},
                defaults={"tls": False, "ssl": False, "delivery_method": "smtp"},
            ),
        ),
        example="outgoing_mail.yml",
        sources=(
            "https://github.com/instructure/canvas-lms/blob/master/config/outgoing_mail.yml.example",
            "https://github.com/mikel/mail/blob/master/lib/mail/network/delivery_methods/smtp.rb",
        ),
        dated="2026-11-28",
    ),
)
