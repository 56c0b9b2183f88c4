"""Home Assistant: ``configuration.yaml``. ``encryption: tls`` is implicit TLS."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="home-assistant",
        title="Home Assistant",
        syntaxes=("yaml",),
        files=("configuration.yaml", "notify.yaml", "sensors.yaml"),
        marks=("notify.*.platform", "sensor.*.platform", "*.platform"),
        new_file=True,
        services=(
            ServiceWords(
                at=("notify.*", "notify", "*"),
                protocol=("platform",),
                protocols={"smtp": "smtp"},
                host=("server",),
                port=("port",),
                user=("username",),
                secret=("password",),
                timeout=("timeout",),
                verify=("verify_ssl",),
                address=("sender",),
                name=("sender_name",),
                default_host="localhost",
                ports=587,
                defaults={"encryption": "starttls", "timeout": 5},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"encryption": "tls"}),
                    Mode(Security.STARTTLS, {"encryption": "starttls"}),
                    Mode(Security.CLEARTEXT, {"encryption": "none"}),
                ),
            ),
            ServiceWords(
                role="incoming",
                at=("sensor.*", "sensor", "*"),
                protocol=("platform",),
                protocols={"imap": "imap", "imap_email_content": "imap"},
                host=("server",),
                port=("port",),
                user=("username",),
                secret=("password",),
                ports=993,
                modes=(Mode(Security.IMPLICIT_TLS),),
            ),
        ),
        example="configuration.yaml",
        sources=(
            "https://www.home-assistant.io/integrations/smtp/",
            "https://github.com/home-assistant/core/blob/dev/homeassistant/components/smtp/notify.py",
        ),
        dated="2026-11-27",
    ),
)
