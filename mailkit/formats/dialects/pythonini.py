"""Trac, CKAN, Mailman, pretix and Matomo: INI files with mail sections."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

_DATED = ""

DIALECTS = (
    Dialect(
        name="trac",
        title="Trac",
        syntaxes=("ini",),
        own_files=("trac.ini",),
        marks=("notification.smtp_enabled", "notification.smtp_from"),
        flavour="python",
        services=(
            ServiceWords(
                at=("notification",),
                host=("smtp_server",),
                port=("smtp_port",),
                user=("smtp_user",),
                secret=("smtp_password",),
                address=("smtp_from",),
                default_host="localhost",
                ports=25,
                enabled={"smtp_enabled": (True,)},
                modes=(
                    Mode(Security.STARTTLS, {"use_tls": True}),
                    Mode(Security.CLEARTEXT, {"use_tls": (False, ABSENT)}, {"use_tls": False}),
                ),
            ),
        ),
        example="trac.ini",
        sources=(
            "https://trac.edgewall.org/wiki/TracNotification",
            "https://github.com/edgewall/trac/blob/trunk/trac/notification/mail.py",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="ckan",
        title="CKAN",
        syntaxes=("ini",),
        files=("ckan.ini", "production.ini", "development.ini"),
        marks=("**.smtp.server",),
        fold=True,
        flavour="python",
        services=(
            ServiceWords(
                at=("**.smtp",),
                host=("server",),
                user=("user",),
                secret=("password",),
                address=("mail_from",),
                host_port=True,
                ports=25,
                default_host="localhost",
                modes=(
                    Mode(Security.STARTTLS, {"starttls": True}),
                    Mode(Security.CLEARTEXT, {"starttls": (False, ABSENT)}, {"starttls": False}),
                ),
            ),
        ),
        example="ckan.ini",
        sources=(
            "https://docs.ckan.org/en/latest/maintaining/configuration.html#email-settings",
            "https://github.com/ckan/ckan/blob/master/ckan/lib/mailer.py",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="mailman",
        title="Mailman",
        syntaxes=("ini",),
        own_files=("mailman.cfg",),
        services=(
            ServiceWords(
                at=("mta",),
                host=("smtp_host",),
                port=("smtp_port",),
                user=("smtp_user",),
                secret=("smtp_pass",),
                verify=("smtp_verify_cert",),
                default_host="localhost",
                ports=25,
                flags=True,
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"smtp_secure_mode": "smtps"}),
                    Mode(Security.STARTTLS, {"smtp_secure_mode": "starttls"}),
                    Mode(Security.CLEARTEXT, {"smtp_secure_mode": ("smtp", ABSENT)}),
                ),
            ),
        ),
        example="mailman.cfg",
        sources=(
            "https://docs.mailman3.org/projects/mailman/en/latest/src/mailman/config/docs/config.html#mta",
            "https://gitlab.com/mailman/mailman/-/blob/v3.3.10/src/mailman/config/schema.cfg",
            "https://gitlab.com/mailman/mailman/-/blob/v3.3.10/src/mailman/mta/connection.py",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="pretix",
        title="pretix",
        syntaxes=("ini",),
        own_files=("pretix.cfg",),
        marks=("pretix.instance_name", "pretix.url", "mail.from"),
        services=(
            ServiceWords(
                at=("mail",),
                host=("host",),
                port=("port",),
                user=("user",),
                secret=("password",),
                address=("from",),
                default_host="localhost",
                ports=25,
                defaults={"tls": False, "ssl": False},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"ssl": True}, {"ssl": True, "tls": False}),
                    Mode(Security.STARTTLS, {"tls": True}, {"tls": True, "ssl": False}),
                    Mode(Security.CLEARTEXT),
                ),
                exclusive=(("tls", "ssl"),),
                exclusive_why="Django raises ValueError when it sends",
            ),
        ),
        example="pretix.cfg",
        sources=("https://docs.pretix.eu/self-hosting/config/#mail",),
        dated=_DATED,
    ),
    Dialect(
        name="matomo",
        title="Matomo",
        syntaxes=("ini",),
        own_files=("config.ini.php",),
        services=(
            ServiceWords(
                at=("mail",),
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                auth=("type",),
                ports=25,
                needs_host=True,
                enabled={"transport": ("smtp",)},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"encryption": "ssl"}),
                    Mode(Security.STARTTLS, {"encryption": "tls"}),
                    Mode(
                        Security.STARTTLS,
                        {"encryption": ("", ABSENT)},
                        {"encryption": "tls"},
                        optional=True,
                    ),
                ),
            ),
        ),
        example="config.ini.php",
        sources=("https://matomo.org/faq/how-to-install/faq_163/",),
        dated=_DATED,
    ),
)
