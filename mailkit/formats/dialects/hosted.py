"""Applications in Python and Ruby whose variables have names of their own: Redash, Weblate, Open edX, OpenProject, Greenlight, diaspora*."""

from mailkit.formats.dialect import ABSENT, OTHERS, Dialect, Mode, ServiceWords
from mailkit.ports import Security

_TLS, _STARTTLS, _CLEARTEXT = Security.IMPLICIT_TLS, Security.STARTTLS, Security.CLEARTEXT


def _pair(ssl: str, tls: str) -> tuple[Mode, ...]:
    """Two flags, of which one is implicit TLS and the other STARTTLS."""
    return (
        Mode(_TLS, {ssl: True}, {ssl: True, tls: False}),
        Mode(_STARTTLS, {tls: True}, {tls: True, ssl: False}),
    )


_WEBLATE_SSL, _WEBLATE_TLS = "WEBLATE_EMAIL_USE_SSL", "WEBLATE_EMAIL_USE_TLS"
_REDASH_SSL, _REDASH_TLS = "REDASH_MAIL_USE_SSL", "REDASH_MAIL_USE_TLS"
_GL_TLS, _GL_ALWAYS, _GL_AUTO = "SMTP_TLS", "SMTP_STARTTLS", "SMTP_STARTTLS_AUTO"
_OP_AUTO, _OP_SSL = "OPENPROJECT_SMTP__ENABLE__STARTTLS__AUTO", "OPENPROJECT_SMTP__SSL"

DIALECTS = (
    Dialect(
        name="redash",
        title="Redash",
        syntaxes=("dotenv",),
        images=("redash/*", "*/redash/*"),
        marks=("REDASH_MAIL_SERVER",),
        new_file=True,
        services=(
            ServiceWords(
                host=("REDASH_MAIL_SERVER",),
                port=("REDASH_MAIL_PORT",),
                user=("REDASH_MAIL_USERNAME",),
                secret=("REDASH_MAIL_PASSWORD",),
                address=("REDASH_MAIL_DEFAULT_SENDER",),
                ports=25,
                flags=True,
                needs_host=True,
                defaults={_REDASH_SSL: False, _REDASH_TLS: False},
                modes=(*_pair(_REDASH_SSL, _REDASH_TLS), Mode(_CLEARTEXT)),
                exclusive=((_REDASH_SSL, _REDASH_TLS),),
                exclusive_why="STARTTLS inside TLS is not offered",
            ),
        ),
        sources=("https://github.com/getredash/redash/blob/master/redash/settings/__init__.py",),
        dated="2026-11-28",
    ),
    Dialect(
        name="weblate",
        title="Weblate",
        syntaxes=("dotenv",),
        images=("weblate/weblate", "*/weblate/weblate"),
        marks=("WEBLATE_EMAIL_HOST",),
        new_file=True,
        services=(
            ServiceWords(
                host=("WEBLATE_EMAIL_HOST",),
                port=("WEBLATE_EMAIL_PORT",),
                user=("WEBLATE_EMAIL_HOST_USER", "WEBLATE_EMAIL_USER"),
                secret=("WEBLATE_EMAIL_HOST_PASSWORD", "WEBLATE_EMAIL_PASSWORD"),
                secret_file=("WEBLATE_EMAIL_HOST_PASSWORD_FILE",),
                address=("WEBLATE_DEFAULT_FROM_EMAIL", "WEBLATE_SERVER_EMAIL"),
                ports={_TLS: 465, _STARTTLS: 587, _CLEARTEXT: 25},
                flags=True,
                needs_host=True,
                modes=(
                    *_pair(_WEBLATE_SSL, _WEBLATE_TLS),
                    Mode(_STARTTLS, {_WEBLATE_SSL: "false", _WEBLATE_TLS: ABSENT}),
                    Mode(
                        _STARTTLS,
                        {_WEBLATE_SSL: ABSENT, _WEBLATE_TLS: ABSENT, "@port": (None, 25, 587)},
                        {_WEBLATE_TLS: True},
                    ),
                    Mode(
                        _TLS,
                        {_WEBLATE_SSL: ABSENT, _WEBLATE_TLS: ABSENT, "@port": 465},
                        {_WEBLATE_SSL: True},
                    ),
                    Mode(_CLEARTEXT),
                ),
                exclusive=((_WEBLATE_SSL, _WEBLATE_TLS),),
                exclusive_why="Django raises ValueError when it sends",
            ),
        ),
        sources=(
            "https://github.com/WeblateOrg/weblate/blob/main/weblate/settings_docker.py",
            "https://docs.weblate.org/en/latest/admin/install/docker.html#email-server-setup",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="open-edx",
        title="Open edX (Tutor)",
        syntaxes=("yaml",),
        files=("config.yml",),
        marks=("LMS_HOST", "RUN_SMTP", "CMS_HOST"),
        new_file=True,
        services=(
            ServiceWords(
                host=("SMTP_HOST",),
                port=("SMTP_PORT",),
                user=("SMTP_USERNAME",),
                secret=("SMTP_PASSWORD",),
                address=("CONTACT_EMAIL",),
                ports=8025,
                flags=True,
                needs_host=True,
                defaults={"SMTP_USE_SSL": False, "SMTP_USE_TLS": False},
                modes=(*_pair("SMTP_USE_SSL", "SMTP_USE_TLS"), Mode(_CLEARTEXT)),
                exclusive=(("SMTP_USE_SSL", "SMTP_USE_TLS"),),
                exclusive_why="Django raises ValueError when it sends",
            ),
        ),
        example="config.yml",
        sources=(
            "https://github.com/overhangio/tutor/blob/release/tutor/templates/config/defaults.yml",
            "https://github.com/overhangio/tutor/blob/release/tutor/templates/apps/openedx/config/lms.env.yml",
            "https://github.com/overhangio/tutor/blob/release/tutor/templates/apps/openedx/settings/partials/common_all.py",
            "https://github.com/overhangio/tutor/blob/release/docs/configuration.rst",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="indico",
        title="Indico",
        syntaxes=("python",),
        files=("indico.conf",),
        marks=("SMTP_SERVER.0",),
        services=(
            ServiceWords(
                host=("SMTP_SERVER.0",),
                port=("SMTP_SERVER.1",),
                user=("SMTP_LOGIN",),
                secret=("SMTP_PASSWORD",),
                address=("NO_REPLY_EMAIL",),
                timeout=("SMTP_TIMEOUT",),
                ports=25,
                needs_host=True,
                defaults={"SMTP_USE_SSL": False, "SMTP_USE_TLS": False},
                # SMTP_USE_SSL came with Indico 3.3.9
                modes=(*_pair("SMTP_USE_SSL", "SMTP_USE_TLS"), Mode(_CLEARTEXT)),
                exclusive=(("SMTP_USE_SSL", "SMTP_USE_TLS"),),
                exclusive_why="Indico raises ValueError when it starts",
            ),
        ),
        example="indico.conf",
        sources=(
            "https://github.com/indico/indico/blob/master/indico/core/config.py",
            "https://github.com/indico/indico/blob/master/indico/vendor/django_mail/backends/smtp.py",
            "https://github.com/indico/indico/blob/master/docs/source/config/settings.rst",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="openproject",
        title="OpenProject",
        syntaxes=("dotenv",),
        images=("openproject/*", "*/openproject/*"),
        marks=("OPENPROJECT_SMTP__ADDRESS",),
        new_file=True,
        services=(
            ServiceWords(
                host=("OPENPROJECT_SMTP__ADDRESS",),
                port=("OPENPROJECT_SMTP__PORT",),
                user=("OPENPROJECT_SMTP__USER__NAME",),
                secret=("OPENPROJECT_SMTP__PASSWORD",),
                helo=("OPENPROJECT_SMTP__DOMAIN",),
                auth=("OPENPROJECT_SMTP__AUTHENTICATION",),
                auths={"none": "password"},
                address=("OPENPROJECT_MAIL__FROM",),
                no_verify=("OPENPROJECT_SMTP__OPENSSL__VERIFY__MODE=none",),
                ports=587,
                flags=True,
                needs_host=True,
                enabled={"OPENPROJECT_EMAIL__DELIVERY__METHOD": ("smtp",)},
                defaults={
                    "OPENPROJECT_EMAIL__DELIVERY__METHOD": "smtp",
                    _OP_AUTO: False,
                    _OP_SSL: False,
                },
                modes=(
                    Mode(_TLS, {_OP_SSL: True}, {_OP_SSL: True, _OP_AUTO: False}),
                    Mode(_STARTTLS, {_OP_AUTO: True}, {_OP_AUTO: True, _OP_SSL: False}, True),
                    Mode(_CLEARTEXT),
                ),
                exclusive=((_OP_SSL, _OP_AUTO),),
                exclusive_why="the mail library raises ArgumentError when it sends",
            ),
        ),
        sources=(
            "https://github.com/opf/openproject/blob/dev/config/constants/settings/definition.rb",
            "https://www.openproject.org/docs/installation-and-operations/configuration/outbound-emails/",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="greenlight",
        title="Greenlight",
        syntaxes=("dotenv",),
        images=("bigbluebutton/greenlight*", "*/bigbluebutton/greenlight*"),
        marks=("BIGBLUEBUTTON_ENDPOINT", "SMTP_STARTTLS_AUTO"),
        new_file=True,
        services=(
            ServiceWords(
                host=("SMTP_SERVER",),
                port=("SMTP_PORT",),
                user=("SMTP_USERNAME",),
                secret=("SMTP_PASSWORD",),
                helo=("SMTP_DOMAIN",),
                auth=("SMTP_AUTH",),
                auths={"none": "password"},
                address=("SMTP_SENDER_EMAIL", "SMTP_SENDER"),
                name=("SMTP_SENDER_NAME",),
                no_verify=("SMTP_SSL_VERIFY=false",),
                flags=True,
                ports=0,
                needs_host=True,
                modes=(
                    Mode(
                        _TLS, {_GL_TLS: True}, {_GL_TLS: True, _GL_ALWAYS: False, _GL_AUTO: False}
                    ),
                    Mode(_STARTTLS, {_GL_ALWAYS: True}, {_GL_ALWAYS: True, _GL_TLS: False}),
                    Mode(_STARTTLS, {_GL_AUTO: True}, optional=True),
                    Mode(
                        _STARTTLS, {_GL_ALWAYS: ("", ABSENT), _GL_AUTO: ("", ABSENT)}, optional=True
                    ),
                    Mode(_CLEARTEXT),
                ),
                exclusive=((_GL_TLS, _GL_ALWAYS), (_GL_TLS, _GL_AUTO)),
                exclusive_why="the mail library raises ArgumentError when it sends",
            ),
        ),
        sources=(
            "https://github.com/bigbluebutton/greenlight/blob/master/config/environments/production.rb",
            "https://github.com/mikel/mail/blob/2.9.0/lib/mail/network/delivery_methods/smtp.rb",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="diaspora",
        title="diaspora*",
        syntaxes=("toml", "yaml"),
        files=("diaspora.toml", "diaspora.yml"),
        marks=("configuration.mail.method", "configuration.mail.smtp.host"),
        services=(
            ServiceWords(
                at=("configuration.mail.smtp",),
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                auth=("authentication",),
                auths={"none": "password"},
                helo=("domain",),
                address=("/configuration.mail.sender_address",),
                no_verify=("openssl_verify_mode=none",),
                ports=587,
                needs_host=True,
                enabled={
                    "/configuration.mail.enable": (True,),
                    "/configuration.mail.method": ("smtp",),
                },
                defaults={"starttls_auto": True, "/configuration.mail.method": "smtp"},
                modes=(
                    Mode(
                        _CLEARTEXT,
                        {"authentication": "none"},
                        why="without a login, STARTTLS is switched off",
                    ),
                    Mode(
                        _STARTTLS,
                        {"starttls_auto": True, "authentication": (ABSENT, OTHERS)},
                        {"starttls_auto": True},
                        optional=True,
                    ),
                    Mode(_CLEARTEXT, {"starttls_auto": False}),
                ),
            ),
        ),
        example="diaspora.toml",
        sources=(
            "https://github.com/diaspora/diaspora/blob/develop/config/initializers/mailer_config.rb",
            "https://github.com/diaspora/diaspora/blob/develop/config/defaults.yml",
            "https://github.com/diaspora/diaspora/blob/develop/config/diaspora.toml.example",
        ),
        dated="2026-11-28",
    ),
)
