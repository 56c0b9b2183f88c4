"""Autoconfig, Autodiscover, Apple profiles and K-9 exports: what providers publish, and phones export."""

from mailkit.formats.dialect import ABSENT, Dialect, Ignored, Mode, ServiceWords
from mailkit.ports import Security

_XML_MODES = (
    Mode(Security.IMPLICIT_TLS, {"socketType": "SSL"}),
    Mode(Security.STARTTLS, {"socketType": "STARTTLS"}),
    Mode(Security.CLEARTEXT, {"socketType": "plain"}),
)
_AUTHS = {
    "password-cleartext": "password",
    "password-encrypted": "cram-md5",
    "oauth2": "xoauth2",
    "plain": "password",
    "secure": "cram-md5",
    "none": "password",
    "client-ip-address": "password",
    "smtp-after-pop": "password",
    "tls-client-cert": "password",
}
_ON = ("on", "true", "1", "yes")

DIALECTS = (
    Dialect(
        name="autoconfig",
        title="Autoconfig",
        syntaxes=("xml",),
        files=("config-v1.1.xml", "autoconfig.xml"),
        alternatives=True,
        services=(
            ServiceWords(
                role="incoming",
                protocol=("@type",),
                protocols={"imap": "imap", "pop3": "pop3", "smtp": "smtp"},
                at=("clientConfig.emailProvider.*",),
                host=("hostname",),
                port=("port",),
                user=("username",),
                auth=("authentication",),
                auths=_AUTHS,
                modes=_XML_MODES,
            ),
        ),
        example="config-v1.1.xml",
        sources=(
            "https://wiki.mozilla.org/Thunderbird:Autoconfiguration:ConfigFileFormat",
            "https://github.com/thunderbird/autoconfig/tree/master/ispdb",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="provider-db",
        title="provider-db",
        syntaxes=("yaml",),
        files=("_providers/*.md",),
        marks=("server.*.socket",),
        alternatives=True,
        services=(
            ServiceWords(
                role="incoming",
                protocol=("type",),
                protocols={"imap": "imap", "smtp": "smtp", "pop3": "pop3"},
                at=("server.*",),
                host=("hostname",),
                port=("port",),
                user=("username_pattern",),
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"socket": "SSL"}),
                    Mode(Security.STARTTLS, {"socket": "STARTTLS"}),
                    Mode(Security.CLEARTEXT, {"socket": "PLAIN"}),
                ),
            ),
        ),
        example="_providers/example.com.md",
        sources=("https://github.com/deltachat/provider-db#readme",),
        dated="2026-11-27",
    ),
    Dialect(
        name="autodiscover",
        title="Autodiscover",
        syntaxes=("xml",),
        files=("autodiscover.xml",),
        alternatives=True,
        services=(
            ServiceWords(
                role="incoming",
                protocol=("Type",),
                protocols={"imap": "imap", "pop3": "pop3", "smtp": "smtp"},
                at=("Autodiscover.Response.Account.*",),
                host=("Server",),
                port=("Port",),
                user=("LoginName",),
                flags=True,
                defaults={"SSL": "on"},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"Encryption": "SSL"}),
                    Mode(Security.STARTTLS, {"Encryption": "TLS"}),
                    Mode(Security.CLEARTEXT, {"Encryption": "None"}),
                    Mode(
                        Security.IMPLICIT_TLS,
                        {"Encryption": "Auto", "@port": (465, 993, 995)},
                        {"Encryption": "SSL"},
                    ),
                    Mode(
                        Security.STARTTLS,
                        {"Encryption": "Auto"},
                        {"Encryption": "TLS"},
                        optional=True,
                        why="takes the encryption that the server offers",
                    ),
                    Mode(
                        Security.IMPLICIT_TLS, {"SSL": _ON, "@port": (465, 993, 995)}, {"SSL": "on"}
                    ),
                    Mode(
                        Security.STARTTLS,
                        {"SSL": _ON, "@port": (25, 587, 143, 110, 2525)},
                        {"Encryption": "TLS"},
                    ),
                    Mode(Security.IMPLICIT_TLS, {"SSL": _ON}, {"SSL": "on"}),
                    Mode(Security.CLEARTEXT, {"SSL": ("off", "false", "0", "no")}, {"SSL": "off"}),
                ),
            ),
        ),
        sources=(
            "https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/pox-autodiscover-web-service-reference-for-exchange",
            "https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/ssl-pox",
            "https://learn.microsoft.com/en-us/office/client-developer/outlook/auxiliary/prop_smtp_secure_connection",
            "https://gitlab.com/onlime/email-autoconf/-/issues/6",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="apple-profile",
        title="an Apple configuration profile",
        syntaxes=("xml",),
        files=("*.mobileconfig",),
        marks=("**.EmailAccountType", "**.PayloadType"),
        services=tuple(
            ServiceWords(
                role="incoming" if side == "Incoming" else "outgoing",
                protocol=("EmailAccountType",) if side == "Incoming" else "smtp",
                protocols={"emailtypeimap": "imap", "emailtypepop": "pop3"},
                at=("**",),
                host=(f"{side}MailServerHostName",),
                port=(f"{side}MailServerPortNumber",),
                user=(f"{side}MailServerUsername",),
                secret=(f"{side}Password",),
                address=("EmailAddress",),
                auth=(f"{side}MailServerAuthentication",),
                auths={
                    "emailauthpassword": "password",
                    "emailauthnone": "password",
                    "emailauthcrammd5": "cram-md5",
                    "emailauthntlm": "ntlm",
                    "emailauthhttpmd5": "password",
                },
                ports=None
                if side == "Incoming"
                else {
                    Security.IMPLICIT_TLS: 465,
                    Security.STARTTLS: 587,
                    Security.CLEARTEXT: 25,
                },
                modes=(
                    Mode(
                        Security.STARTTLS,
                        {f"{side}MailServerUseSSL": True, "@port": (143, 110, 587, 25, 2525)},
                    ),
                    Mode(Security.IMPLICIT_TLS, {f"{side}MailServerUseSSL": True}),
                    Mode(Security.CLEARTEXT, {f"{side}MailServerUseSSL": (False, ABSENT)}),
                ),
                ignored=(
                    Ignored(f"{side}MailServerPort", f"The key is {side}MailServerPortNumber."),
                ),
            )
            for side in ("Incoming", "Outgoing")
        ),
        sources=(
            "https://developer.apple.com/documentation/devicemanagement/mail",
            "https://github.com/apple/device-management/blob/release/mdm/profiles/com.apple.mail.managed.yaml",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="k9",
        title="K-9 Mail",
        syntaxes=("xml",),
        files=("*.k9s",),
        services=tuple(
            ServiceWords(
                role="incoming" if side == "incoming" else "outgoing",
                protocol=("@type",),
                protocols={"imap": "imap", "pop3": "pop3", "smtp": "smtp"},
                at=(f"k9settings.accounts.*.{side}-server",),
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                auth=("authentication-type",),
                auths={
                    "plain": "password",
                    "cram_md5": "cram-md5",
                    "xoauth2": "xoauth2",
                    "automatic": "password",
                },
                modes=(
                    Mode(
                        Security.IMPLICIT_TLS,
                        {"connection-security": ("SSL_TLS_REQUIRED", "SSL_TLS_OPTIONAL")},
                    ),
                    Mode(
                        Security.STARTTLS,
                        {"connection-security": ("STARTTLS_REQUIRED", "STARTTLS_OPTIONAL")},
                    ),
                    Mode(Security.CLEARTEXT, {"connection-security": "NONE"}),
                ),
            )
            for side in ("incoming", "outgoing")
        ),
        sources=(
            "https://github.com/thunderbird/thunderbird-android",
            "https://github.com/thunderbird/thunderbird-android/blob/main/legacy/core/src/main/java/com/fsck/k9/preferences/upgrader/ServerSettingsUpgraderTo92.kt",
        ),
        dated="2026-11-27",
    ),
)
