"""Spring Boot: ``spring.mail.*`` in properties, YAML or variables, with relaxed names."""

from mailkit.formats.dialect import ABSENT, Dialect, EnvNames, Mode, ServiceWords
from mailkit.ports import Security

_P = "properties.mail.smtp."
_S = "properties.mail.smtps."

DIALECTS = (
    Dialect(
        name="spring-boot",
        title="Spring Boot",
        syntaxes=("properties", "yaml"),
        files=(
            "application*.properties",
            "application*.yml",
            "application*.yaml",
            "bootstrap*.y*ml",
        ),
        marks=("**.spring.mail.host",),
        env=EnvNames("", "_"),
        fold=True,
        new_file=True,
        new_at=("spring", "mail"),
        services=(
            ServiceWords(
                at=("**.spring.mail",),
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                helo=("properties.mail.smtp.localhost",),
                timeout=(_P + "timeout.seconds",),
                verify=(_P + "ssl.checkserveridentity", "ssl.verify-hostname"),
                no_verify=(_P + "ssl.trust=*",),
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25, Security.CLEARTEXT: 25},
                flags=True,
                modes=(
                    Mode(
                        Security.IMPLICIT_TLS,
                        {_P + "ssl.enable": True},
                        {
                            _P + "ssl.enable": True,
                            _P + "starttls.required": False,
                            _P + "starttls.enable": False,
                        },
                    ),
                    Mode(Security.IMPLICIT_TLS, {"ssl.enabled": True}),
                    Mode(Security.IMPLICIT_TLS, {"protocol": "smtps"}),
                    Mode(
                        Security.STARTTLS,
                        {_P + "starttls.required": True},
                        {
                            _P + "starttls.enable": True,
                            _P + "starttls.required": True,
                            _P + "ssl.enable": False,
                        },
                    ),
                    Mode(Security.STARTTLS, {_P + "starttls.enable": True}, optional=True),
                    Mode(Security.CLEARTEXT, {"protocol": ("smtp", ABSENT)}),
                ),
                exclusive=((_P + "ssl.enable", _P + "starttls.required"),),
                exclusive_why="with ssl.enable the session is encrypted already and STARTTLS is not offered",
            ),
        ),
        example="application.properties",
        sources=(
            "https://docs.spring.io/spring-boot/reference/io/email.html",
            "https://jakarta.ee/specifications/mail/2.1/apidocs/jakarta.mail/jakarta/mail/package-summary",
            "https://github.com/spring-projects/spring-boot/blob/main/module/spring-boot-mail/src/main/java/org/springframework/boot/mail/autoconfigure/MailProperties.java",
        ),
        dated="2026-11-27",
    ),
)
