"""Java programs that hand Jakarta Mail's properties on: Liferay, XWiki, Tomcat's mail sessions, Micronaut, Play.

``mail.smtp.ssl.enable`` and the protocol ``smtps`` are implicit TLS, ``starttls.enable`` is STARTTLS if it is offered.
"""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

_TLS, _STARTTLS, _CLEARTEXT = Security.IMPLICIT_TLS, Security.STARTTLS, Security.CLEARTEXT
_JAKARTA = (
    "https://jakarta.ee/specifications/mail/2.1/apidocs/jakarta.mail/jakarta/mail/package-summary"
)
_XWIKI = "https://github.com/xwiki/xwiki-platform/blob/master"
_PORTS = {_TLS: 465, _STARTTLS: 25, _CLEARTEXT: 25}


def _modes(smtp: str, protocol: str = "", dot: str = ".") -> tuple[Mode, ...]:
    """The modes of Jakarta Mail.

    ``smtp`` is what is in front of its keys, ``protocol`` the key for the transport, if it is read, ``dot`` what is between words.
    """
    ssl, required, enable = (
        f"{smtp}{end}{dot}{word}"
        for end, word in (("ssl", "enable"), ("starttls", "required"), ("starttls", "enable"))
    )
    return (
        Mode(_TLS, {ssl: True}, {ssl: True, required: False, enable: False}),
        *((Mode(_TLS, {protocol: "smtps"}),) if protocol else ()),
        Mode(_TLS, {f"{smtp}socketFactory{dot}class": "javax.net.ssl.SSLSocketFactory"}),
        Mode(_STARTTLS, {required: True}, {enable: True, required: True, ssl: False}),
        Mode(_STARTTLS, {enable: True}, {enable: True, ssl: False}, optional=True),
        Mode(_CLEARTEXT, {protocol: ("smtp", "", ABSENT)} if protocol else {}),
    )


def _session(
    at: tuple[str, ...], smtp: str, protocol: str, secret: tuple[str, ...] = ()
) -> ServiceWords:
    """A mail session, with its keys as Jakarta Mail names them."""
    return ServiceWords(
        at=at,
        host=(f"{smtp}host",),
        port=(f"{smtp}port",),
        user=(f"{smtp}user", f"{smtp}username"),
        secret=(f"{smtp}password", *secret),
        address=(f"{smtp}from",),
        verify=(f"{smtp}ssl.checkserveridentity",),
        no_verify=(f"{smtp}ssl.trust=*",),
        ports=_PORTS,
        flags=True,
        needs_host=True,
        defaults={f"{smtp}ssl.enable": False, f"{smtp}starttls.required": False},
        modes=_modes(smtp, protocol),
    )


DIALECTS = (
    Dialect(
        name="liferay",
        title="Liferay",
        syntaxes=("properties",),
        files=("portal-ext.properties", "portal*.properties"),
        marks=("mail.session.mail.smtp.host",),
        fold=True,
        services=(
            _session((("mail.session.mail"),), "smtp.", "transport.protocol"),
            ServiceWords(
                role="incoming",
                protocol="pop3",
                at=("mail.session.mail.pop3",),
                host=("host",),
                port=("port",),
                user=("user",),
                secret=("password",),
                ports=110,
                needs_host=True,
                flags=True,
                modes=(
                    Mode(_TLS, {"/mail.session.mail.store.protocol": "pop3s"}),
                    Mode(_CLEARTEXT),
                ),
            ),
        ),
        example="portal-ext.properties",
        sources=(
            "https://learn.liferay.com/w/dxp/installation-and-upgrades/setting-up-liferay/configuring-mail",
            _JAKARTA,
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="xwiki",
        title="XWiki",
        syntaxes=("properties",),
        files=("xwiki.properties",),
        marks=("mail.sender.host",),
        services=(
            ServiceWords(
                at=("mail.sender",),
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                address=("from",),
                no_verify=("properties.mail\\.smtp\\.ssl\\.trust=*",),
                ports=25,
                flags=True,
                needs_host=True,
                defaults={
                    "properties.mail\\.smtp\\.ssl\\.enable": False,
                    "properties.mail\\.smtp\\.starttls\\.required": False,
                },
                # it takes the transport “smtp”, whatever mail.transport.protocol says
                modes=_modes("properties.mail\\.smtp\\.", dot="\\."),
            ),
        ),
        example="xwiki.properties",
        sources=(
            f"{_XWIKI}/xwiki-platform-tools/xwiki-platform-tool-configuration-resources/src/main/resources/xwiki.properties.vm",
            f"{_XWIKI}/xwiki-platform-core/xwiki-platform-mail/xwiki-platform-mail-send/xwiki-platform-mail-send-default/src/main/java/org/xwiki/mail/internal/configuration/DefaultMailSenderConfiguration.java",
            f"{_XWIKI}/xwiki-platform-core/xwiki-platform-mail/xwiki-platform-mail-send/xwiki-platform-mail-send-default/src/main/java/org/xwiki/mail/internal/thread/SendMailRunnable.java",
            _JAKARTA,
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="tomcat-session",
        title="Tomcat",
        syntaxes=("xml",),
        files=("server.xml", "context.xml", "web.xml"),
        marks=("**.@mail\\.smtp\\.host",),
        services=(
            ServiceWords(
                at=("**",),
                host=("@mail\\.smtp\\.host", "@mail\\.smtps\\.host"),
                port=("@mail\\.smtp\\.port", "@mail\\.smtps\\.port"),
                user=("@mail\\.smtp\\.user", "@mail\\.smtps\\.user", "@mail\\.user"),
                secret=("@password", "@mail\\.smtp\\.password"),
                address=("@mail\\.from",),
                ports=_PORTS,
                flags=True,
                needs_host=True,
                modes=(
                    Mode(_TLS, {"@mail\\.transport\\.protocol": "smtps"}),
                    Mode(_TLS, {"@mail\\.smtp\\.ssl\\.enable": True}),
                    Mode(
                        _TLS,
                        {"@mail\\.smtp\\.socketFactory\\.class": "javax.net.ssl.SSLSocketFactory"},
                    ),
                    Mode(_STARTTLS, {"@mail\\.smtp\\.starttls\\.required": True}),
                    Mode(_STARTTLS, {"@mail\\.smtp\\.starttls\\.enable": True}, optional=True),
                    Mode(_CLEARTEXT),
                ),
            ),
        ),
        example="server.xml",
        sources=(
            "https://confluence.atlassian.com/doc/setting-up-a-mail-session-for-the-confluence-distribution-6328.html",
            "https://tomcat.apache.org/tomcat-10.1-doc/jndi-resources-howto.html#JavaMail_Sessions",
            _JAKARTA,
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="micronaut",
        title="Micronaut",
        syntaxes=("yaml", "properties"),
        files=("application*.yml", "application*.properties"),
        marks=("**.javamail.properties.mail.smtp.host", "**.javamail.properties.mail.smtps.host"),
        fold=True,
        services=(
            ServiceWords(
                at=("**.javamail",),
                host=("properties.mail.smtp.host", "properties.mail.smtps.host"),
                port=("properties.mail.smtp.port", "properties.mail.smtps.port"),
                user=("authentication.username",),
                secret=("authentication.password",),
                address=("/micronaut.email.from.email",),
                login_flag=("authentication.enabled",),
                ports=_PORTS,
                flags=True,
                needs_host=True,
                enabled={"enabled": (True,)},
                defaults={
                    "enabled": True,
                    "authentication.enabled": True,
                    "properties.mail.smtp.ssl.enable": False,
                    "properties.mail.smtp.starttls.required": False,
                },
                # it calls Transport.send, for which mail.transport.protocol counts for nothing
                modes=_modes("properties.mail.smtp.", "properties.mail.transport.protocol.rfc822"),
            ),
        ),
        example="application.yml",
        sources=(
            "https://github.com/micronaut-projects/micronaut-email/tree/2.6.x/email-javamail/src/main/java/io/micronaut/email/javamail/sender",
            "https://github.com/micronaut-projects/micronaut-email/blob/2.6.x/src/main/docs/guide/integrations/javamail.adoc",
            "https://github.com/jakartaee/mail-api/blob/master/api/src/main/java/jakarta/mail/Session.java",
            _JAKARTA,
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="play-mailer",
        title="Play Mailer",
        syntaxes=("hocon",),
        files=("application*.conf", "reference.conf"),
        marks=("play.mailer.host",),
        services=(
            ServiceWords(
                at=("play.mailer",),
                host=("host",),
                port=("port",),
                user=("user",),
                secret=("password",),
                ports=25,
                flags=True,
                needs_host=True,
                enabled={"mock": (False,)},
                defaults={"mock": False, "ssl": False, "tls": False, "tlsRequired": False},
                modes=(
                    Mode(_TLS, {"ssl": True}, {"ssl": True, "tls": False, "tlsRequired": False}),
                    Mode(_STARTTLS, {"tlsRequired": True}, {"tlsRequired": True, "ssl": False}),
                    Mode(_STARTTLS, {"tls": True}, {"tls": True, "ssl": False}, optional=True),
                    Mode(_CLEARTEXT, {"ssl": False, "tls": False}),
                ),
                exclusive=(("ssl", "tls"),),
                exclusive_why="with ssl the session is encrypted already and STARTTLS is not offered",
            ),
        ),
        example="conf/application.conf",
        sources=(
            "https://github.com/playframework/play-mailer/blob/main/play-mailer/src/main/resources/reference.conf",
        ),
        dated="2026-11-28",
    ),
)
