"""Redmine: ``configuration.yml`` with Action Mailer's settings, and OpenProject's variables."""

from mailkit.formats.dialect import Dialect, ServiceWords
from mailkit.formats.dialects.rails import EXCLUSIVE, EXCLUSIVE_WHY, MODES

DIALECTS = (
    Dialect(
        name="redmine",
        title="Redmine",
        syntaxes=("yaml",),
        files=("configuration.yml", "configuration.yml.*", "additional_environment.rb"),
        marks=("**.email_delivery.delivery_method", "**.smtp_settings.address"),
        new_file=True,
        services=(
            ServiceWords(
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
            ),
        ),
        example="configuration.yml",
        sources=(
            "https://www.redmine.org/projects/redmine/wiki/EmailConfiguration",
            "https://github.com/redmine/redmine/blob/master/config/configuration.yml.example",
        ),
        dated="2026-11-27",
    ),
)
