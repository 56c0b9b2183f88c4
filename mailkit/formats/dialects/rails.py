"""Rails and the mail gem: ``ssl``/``tls`` are implicit TLS, ``enable_starttls`` requires STARTTLS."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

MODES = (
    Mode(
        Security.IMPLICIT_TLS,
        {"tls": True},
        {"tls": True, "enable_starttls_auto": False, "enable_starttls": False},
    ),
    Mode(
        Security.IMPLICIT_TLS,
        {"ssl": True},
        {"ssl": True, "enable_starttls_auto": False, "enable_starttls": False},
    ),
    Mode(
        Security.STARTTLS,
        {"enable_starttls": (True, "always")},
        {"enable_starttls": True, "tls": False, "ssl": False},
    ),
    Mode(Security.STARTTLS, {"enable_starttls": "auto"}, optional=True),
    Mode(Security.CLEARTEXT, {"enable_starttls_auto": "false"}, {"enable_starttls_auto": False}),
    Mode(Security.CLEARTEXT, {"enable_starttls": "false", "enable_starttls_auto": ABSENT}),
    Mode(
        Security.STARTTLS,
        {},
        {"enable_starttls_auto": True, "tls": False, "ssl": False},
        optional=True,
    ),
)

_METHOD = "/**.action_mailer.delivery_method"

EXCLUSIVE = (
    ("tls", "enable_starttls"),
    ("ssl", "enable_starttls"),
    ("tls", "enable_starttls_auto"),
    ("ssl", "enable_starttls_auto"),
)
EXCLUSIVE_WHY = "the mail gem raises ArgumentError since 2.8, and older versions take the first"

DIALECTS = (
    Dialect(
        name="rails",
        title="Rails",
        syntaxes=("ruby",),
        files=(
            "production.rb",
            "environments/*.rb",
            "application.rb",
            "development.rb",
            "setup_mail.rb",
        ),
        marks=("**.smtp_settings.address", "delivery_method().address"),
        new_file=True,
        services=(
            ServiceWords(
                at=("**.smtp_settings", "**.delivery_method()"),
                host=("address",),
                port=("port",),
                user=("user_name",),
                secret=("password",),
                helo=("domain",),
                auth=("authentication",),
                timeout=("read_timeout", "open_timeout"),
                no_verify=("openssl_verify_mode=none|0",),
                default_host="localhost",
                ports=25,
                defaults={"tls": False, "ssl": False, _METHOD: "smtp"},
                enabled={_METHOD: ("smtp",)},
                modes=MODES,
                exclusive=EXCLUSIVE,
                exclusive_why=EXCLUSIVE_WHY,
            ),
        ),
        example="production.rb",
        sources=(
            "https://github.com/mikel/mail/blob/master/lib/mail/network/delivery_methods/smtp.rb",
            "https://guides.rubyonrails.org/action_mailer_basics.html",
        ),
        dated="2026-11-27",
    ),
)
