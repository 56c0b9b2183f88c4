"""Moodle: ``config.php``. ``smtphosts`` may have a port; ``smtpsecure`` is PHPMailer's word."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.formats.dialects.phpmailer import PREFIXES
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="moodle",
        title="Moodle",
        syntaxes=("php",),
        files=("config.php",),
        marks=("$CFG.smtphosts",),
        new_file=True,
        services=(
            ServiceWords(
                at=("$CFG",),
                host=("smtphosts",),
                user=("smtpuser",),
                secret=("smtppass",),
                auth=("smtpauthtype",),
                address=("noreplyaddress",),
                host_port=True,
                needs_host=True,
                prefixes=PREFIXES,
                ports=25,
                defaults={"smtpsecure": ""},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"smtpsecure": "ssl"}),
                    Mode(Security.STARTTLS, {"smtpsecure": "tls"}),
                    Mode(
                        Security.STARTTLS, {"smtpsecure": ""}, {"smtpsecure": "tls"}, optional=True
                    ),
                ),
            ),
        ),
        sources=(
            "https://docs.moodle.org/en/Mail_configuration",
            "https://github.com/moodle/moodle/blob/main/lib/moodlelib.php",
        ),
        dated="2026-11-27",
    ),
)
