"""ASP.NET Core ``appsettings.json`` and ``web.config``. ``EnableSsl`` is STARTTLS: System.Net.Mail has no implicit TLS."""

from mailkit.formats.dialect import Dialect, EnvNames, Mode, ServiceWords
from mailkit.ports import Security

_SECTIONS = (
    *("EmailSettings", "MailSettings", "SmtpSettings", "SmtpConfig", "SmtpConfiguration"),
    *("EmailConfiguration", "EmailConfig", "MailConfiguration", "MailConfig", "EmailSender"),
    *("EmailOptions", "MailOptions", "SmtpOptions", "SMTPConfig", "MailKit", "SmtpServer"),
    *("Smtp", "Email", "Mail", "Mailer", "SmtpClient", "EmailServer", "MailServer"),
)
_OPTIONS = ("SecureSocketOptions", "SecureSocketOption", "SocketOptions", "Security")
_USE_SSL = ("UseSsl", "UseSSL", "Ssl", "SmtpUseSsl", "IsSsl", "UseTls", "UseStartTls", "UseTLS")


def _modes() -> tuple[Mode, ...]:
    modes: list[Mode] = []
    for key in _OPTIONS:
        modes += [
            Mode(Security.IMPLICIT_TLS, {key: ("SslOnConnect", "2")}),
            Mode(Security.STARTTLS, {key: ("StartTls", "3")}),
            Mode(Security.STARTTLS, {key: ("StartTlsWhenAvailable", "4")}, optional=True),
            Mode(Security.IMPLICIT_TLS, {key: ("Auto", "1"), "@port": 465}, {key: "Auto"}),
            Mode(Security.STARTTLS, {key: ("Auto", "1")}, {key: "Auto"}, optional=True),
            Mode(Security.CLEARTEXT, {key: ("None", "0")}),
        ]
    modes += [
        Mode(Security.STARTTLS, {key: True}, {key: True})
        for key in ("EnableSsl", "EnableSSL", "SmtpEnableSsl", "SmtpEnableSSL", "EnableTls")
    ]
    modes += [
        Mode(Security.IMPLICIT_TLS, {key: True, "@port": 465}, {key: True}) for key in _USE_SSL
    ]
    modes += [Mode(Security.STARTTLS, {key: True}, {key: True}) for key in _USE_SSL]
    modes += [
        Mode(Security.CLEARTEXT, {key: "false"}, {key: False})
        for key in ("EnableSsl", "SmtpEnableSsl", *_USE_SSL)
    ]
    return tuple(modes)


_AT = (
    *(f"{above}{name}" for name in dict.fromkeys(_SECTIONS) for above in ("", "*.")),
    "Umbraco.CMS.Global.Smtp",
)


def _incoming(protocol: str, names: tuple[str, ...]) -> ServiceWords:
    """The server that mail comes from, in the same section."""
    ssl = tuple(f"{name}{end}" for name in names for end in ("UseSsl", "EnableSsl", "Ssl"))
    return ServiceWords(
        role="incoming",
        protocol=protocol,
        at=_AT,
        host=tuple(f"{name}{end}" for name in names for end in ("Server", "Host")),
        port=tuple(f"{name}Port" for name in names),
        user=tuple(f"{name}{end}" for name in names for end in ("Username", "User", "Login")),
        secret=tuple(f"{name}{end}" for name in names for end in ("Password", "Pass")),
        flags=True,
        modes=tuple(Mode(Security.IMPLICIT_TLS, {key: True}) for key in ssl),
    )


DIALECTS = (
    Dialect(
        name="dotnet",
        title="ASP.NET Core",
        syntaxes=("json",),
        files=("appsettings.json", "appsettings.*.json", "secrets.json"),
        env=EnvNames("", "__"),
        ignore_case=True,
        least=2,
        new_file=True,
        services=(
            ServiceWords(
                at=_AT,
                host=(
                    *("Host", "SmtpServer", "SmtpHost", "Server", "MailServer", "HostName"),
                    *(
                        "ServerAddress",
                        "SmtpAddress",
                        "SmtpServerAddress",
                        "HostAddress",
                        "SmtpClient",
                    ),
                ),
                port=("Port", "SmtpPort", "MailPort", "HostPort", "ServerPort", "SmtpServerPort"),
                user=(
                    *("UserName", "User", "SmtpUser", "SmtpUserName", "Login", "SmtpLogin"),
                    *("UserEmail", "UsernameEmail", "Account", "HostUsername", "Mail", "Email"),
                    *("SenderEmail", "FromEmail", "FromAddress", "Sender"),
                ),
                secret=(
                    *(
                        "Password",
                        "SmtpPassword",
                        "SmtpPass",
                        "Pass",
                        "HostPassword",
                        "UserPassword",
                    ),
                    *("UsernamePassword", "SenderPassword", "EmailPassword", "AppPassword"),
                ),
                address=(
                    *("From", "FromEmail", "FromAddress", "SenderEmail", "Sender", "SenderAddress"),
                    *("DefaultFromEmail", "MailFrom", "EmailFrom", "FromMail"),
                ),
                name=("DisplayName", "FromName", "SenderName"),
                timeout=("TimeoutInSeconds",),
                ports=25,
                modes=_modes(),
                flags=True,
            ),
            *(
                _incoming(protocol, names)
                for protocol, names in (("imap", ("Imap",)), ("pop3", ("Pop3", "Pop")))
            ),
        ),
        example="appsettings.json",
        sources=(
            "https://learn.microsoft.com/en-us/dotnet/api/system.net.mail.smtpclient.enablessl",
            "https://github.com/jstedfast/MailKit/blob/master/MailKit/Security/SecureSocketOptions.cs",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="dotnet-config",
        title=".NET",
        syntaxes=("xml",),
        files=("web.config", "app.config", "*.exe.config", "web.*.config"),
        services=(
            ServiceWords(
                at=("**.mailSettings.smtp.network", "mailSettings.smtp.network", "smtp.network"),
                host=("@host",),
                port=("@port",),
                user=("@userName",),
                secret=("@password",),
                address=("/**.smtp.@from",),
                ports=25,
                enabled={"/**.smtp.@deliveryMethod": ("Network", "")},
                defaults={"@enableSsl": False, "/**.smtp.@deliveryMethod": "Network"},
                flags=True,
                modes=(
                    Mode(Security.STARTTLS, {"@enableSsl": True}),
                    Mode(Security.CLEARTEXT, {"@enableSsl": False}),
                ),
            ),
        ),
        sources=(
            "https://learn.microsoft.com/en-us/dotnet/framework/configure-apps/file-schema/network/network-element-network-settings",
            "https://github.com/dotnet/docs/blob/main/docs/framework/configure-apps/file-schema/network/network-element-network-settings.md",
        ),
        dated="2026-11-27",
    ),
)
