"""Yii 2: the ``mailer`` component in ``config/web.php``, with Swift Mailer's words or Symfony's."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.formats.dialects.symfony import DSN_MODES
from mailkit.ports import Security

_PLACES = tuple(
    f"{root}.components.{name}.transport"
    for root in ("return", "$config")
    for name in ("mailer", "mail", "swiftmailer")
)

DIALECTS = (
    Dialect(
        name="yii",
        title="Yii",
        syntaxes=("php",),
        files=("config/*.php", "main-local.php", "main.php", "web.php", "console.php"),
        new_file=True,
        services=(
            ServiceWords(
                at=_PLACES,
                url=("dsn",),
                schemes={"smtp": ("smtp", None), "smtps": ("smtp", Security.IMPLICIT_TLS)},
                modes=DSN_MODES,
                no_verify=("?verify_peer=0|false",),
                needs={"/return.components.mailer.class": r"yii\symfonymailer\Mailer"},
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25},
            ),
            ServiceWords(
                at=_PLACES,
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25, Security.CLEARTEXT: 25},
                verify=("streamOptions.ssl.verify_peer",),
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"encryption": "ssl"}),
                    Mode(Security.STARTTLS, {"encryption": "tls"}),
                    Mode(Security.IMPLICIT_TLS, {"scheme": "smtps"}),
                    Mode(
                        Security.IMPLICIT_TLS, {"scheme": "smtp", "@port": 465}, {"scheme": "smtps"}
                    ),
                    Mode(Security.STARTTLS, {"scheme": "smtp"}, optional=True),
                    Mode(Security.CLEARTEXT, {"encryption": ("", ABSENT)}),
                ),
            ),
        ),
        example="config/web.php",
        sources=(
            "https://github.com/yiisoft/yii2-symfonymailer/blob/master/docs/guide/usage-transport.md",
            "https://github.com/yiisoft/yii2-swiftmailer/blob/master/docs/guide/installation.md",
            "https://github.com/yiisoft/yii2-symfonymailer/blob/master/src/Mailer.php",
        ),
        dated="2026-11-27",
    ),
)
