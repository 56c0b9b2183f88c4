"""Spring Boot: ``spring.mail.*`` in properties, YAML or variables, with relaxed names."""

from dataclasses import replace

from mailkit.formats.dialect import ABSENT, Dialect, EnvNames, Mode, ServiceWords
from mailkit.ports import Security

_P = "properties.mail.smtp."
_X = "javaMailProperties.props.mail.smtp."


def _modes(at: str) -> tuple[Mode, ...]:
    """The modes by the properties of Jakarta Mail at a path."""
    return (
        Mode(
            Security.IMPLICIT_TLS,
            {at + "ssl.enable": True},
            {
                at + "ssl.enable": True,
                at + "starttls.required": False,
                at + "starttls.enable": False,
            },
        ),
        Mode(Security.IMPLICIT_TLS, {"ssl.enabled": True}),
        Mode(
            Security.IMPLICIT_TLS,
            {at + "socketFactory.class": "javax.net.ssl.SSLSocketFactory"},
            {at + "ssl.enable": True},
        ),
        Mode(Security.IMPLICIT_TLS, {"protocol": "smtps"}),
        Mode(
            Security.STARTTLS,
            {at + "starttls.required": True},
            {
                at + "starttls.enable": True,
                at + "starttls.required": True,
                at + "ssl.enable": False,
            },
        ),
        Mode(Security.STARTTLS, {at + "starttls.enable": True}, optional=True),
        Mode(Security.CLEARTEXT, {"protocol": ("smtp", ABSENT)}),
    )


_WORDS = ServiceWords(
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
    modes=_modes(_P),
    exclusive=((_P + "ssl.enable", _P + "starttls.required"),),
    exclusive_why="with ssl.enable the session is encrypted already and STARTTLS is not offered",
)

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
        services=(_WORDS,),
        example="application.properties",
        sources=(
            "https://docs.spring.io/spring-boot/reference/io/email.html",
            "https://jakarta.ee/specifications/mail/2.1/apidocs/jakarta.mail/jakarta/mail/package-summary",
            "https://github.com/spring-projects/spring-boot/blob/main/module/spring-boot-mail/src/main/java/org/springframework/boot/mail/autoconfigure/MailProperties.java",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="spring-beans",
        title="Spring",
        syntaxes=("xml",),
        files=("applicationContext*.xml", "*-context.xml", "*mail*.xml"),
        traces=("JavaMailSenderImpl",),
        fold=True,
        services=(
            replace(
                _WORDS,
                protocol=("@class",),
                protocols={"org.springframework.mail.javamail.javamailsenderimpl": "smtp"},
                at=("beans.*",),
                helo=("javaMailProperties.props.mail.smtp.localhost",),
                timeout=(),
                verify=(_X + "ssl.checkserveridentity",),
                no_verify=(_X + "ssl.trust=*",),
                modes=_modes(_X),
                exclusive=((_X + "ssl.enable", _X + "starttls.required"),),
            ),
        ),
        example="applicationContext.xml",
        sources=(
            "https://docs.spring.io/spring-framework/reference/integration/email.html",
            "https://github.com/spring-projects/spring-framework/blob/main/spring-context-support/src/main/java/org/springframework/mail/javamail/JavaMailSenderImpl.java",
        ),
        dated="2026-11-28",
    ),
)
