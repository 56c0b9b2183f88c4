"""SonarQube: ``email.*`` properties. ``ssl`` (``SSLTLS`` since 10) is implicit TLS."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="sonarqube",
        title="SonarQube",
        syntaxes=("properties",),
        files=("sonar.properties",),
        fold=True,
        new_file=True,
        services=(
            ServiceWords(
                at=("email",),
                host=("smtp_host.secured",),
                port=("smtp_port.secured",),
                user=("smtp_username.secured",),
                secret=("smtp_password.secured",),
                auth=("smtp.auth.method",),
                auths={"basic": "password", "oauth": "xoauth2"},
                address=("from",),
                ports=25,
                modes=(
                    Mode(
                        Security.IMPLICIT_TLS, {"smtp_secure_connection.secured": ("ssl", "ssltls")}
                    ),
                    Mode(Security.STARTTLS, {"smtp_secure_connection.secured": "starttls"}),
                    Mode(
                        Security.CLEARTEXT,
                        {"smtp_secure_connection.secured": ("", "null", "none", ABSENT)},
                    ),
                ),
            ),
        ),
        example="sonar.properties",
        sources=(
            "https://github.com/SonarSource/sonarqube/blob/9.9.0.65466/server/sonar-server-common/src/main/java/org/sonar/server/email/EmailSmtpConfiguration.java",
            "https://github.com/SonarSource/sonarqube/blob/master/server/sonar-server-common/src/main/java/org/sonar/server/notification/email/EmailNotificationChannel.java",
        ),
        dated="2026-11-27",
    ),
)
