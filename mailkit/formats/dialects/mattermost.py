"""Mattermost, SnappyMail and RainLoop. ``TLS`` is implicit TLS in Mattermost and STARTTLS in RainLoop."""

from dataclasses import replace

from mailkit.formats.dialect import Dialect, EnvNames, Mode, ServiceWords
from mailkit.ports import Security

_WORDS = ServiceWords(
    at=("EmailSettings",),
    host=("SMTPServer",),
    port=("SMTPPort",),
    user=("SMTPUsername",),
    secret=("SMTPPassword",),
    address=("FeedbackEmail",),
    timeout=("SMTPServerTimeout",),
    no_verify=("SkipServerCertificateVerification",),
    login_flag=("EnableSMTPAuth",),
    ports=25,
    flags=True,
    modes=(
        Mode(Security.IMPLICIT_TLS, {"ConnectionSecurity": "TLS"}),
        Mode(Security.STARTTLS, {"ConnectionSecurity": "STARTTLS"}),
        Mode(Security.CLEARTEXT, {"ConnectionSecurity": ""}),
    ),
)

DIALECTS = (
    Dialect(
        name="mattermost",
        title="Mattermost",
        syntaxes=("json",),
        files=("config.json",),
        images=("mattermost/*",),
        marks=("EmailSettings.SMTPServer",),
        ignore_case=True,
        env=EnvNames("MM_", "_", 1),
        new_file=True,
        services=(_WORDS,),
        sources=(
            "https://docs.mattermost.com/configure/smtp-email.html",
            "https://github.com/mattermost/mattermost/blob/master/server/platform/shared/mail/mail.go",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="mattermost-helm",
        title="the Mattermost chart",
        syntaxes=("yaml",),
        files=("values.yaml", "values*.yaml"),
        marks=("**.configJSON.EmailSettings.SMTPServer",),
        services=(replace(_WORDS, at=("**.configJSON.EmailSettings",)),),
        example="values.yaml",
        sources=(
            "https://github.com/mattermost/mattermost/blob/master/server/platform/shared/mail/mail.go",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="snappymail",
        title="SnappyMail",
        syntaxes=("json",),
        files=("domains/*.json",),
        marks=("IMAP.host", "SMTP.host"),
        new_file=True,
        services=tuple(
            ServiceWords(
                role="outgoing" if protocol == "smtp" else "incoming",
                protocol=protocol,
                at=(key,),
                host=("host",),
                port=("port",),
                verify=("ssl.verify_peer",),
                login_needs={"useAuth": True} if protocol == "smtp" else {},
                flags=True,
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"type": "1"}, {"type": 1}),
                    Mode(Security.STARTTLS, {"type": "2"}, {"type": 2}),
                    Mode(Security.CLEARTEXT, {"type": "0"}, {"type": 0}),
                    Mode(Security.STARTTLS, {"type": "9"}, {"type": 9}, optional=True),
                ),
            )
            for key, protocol in (("IMAP", "imap"), ("SMTP", "smtp"))
        ),
        sources=(
            "https://github.com/the-djmaze/snappymail/wiki/Installation-instructions",
            "https://github.com/the-djmaze/snappymail/blob/master/snappymail/v/0.0.0/app/libraries/MailSo/Net/Enumerations/ConnectionSecurityType.php",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="rainloop",
        title="RainLoop",
        syntaxes=("ini",),
        files=("domains/*.ini",),
        marks=("imap_secure", "smtp_secure"),
        services=tuple(
            ServiceWords(
                role="outgoing" if protocol == "smtp" else "incoming",
                protocol=protocol,
                host=(f"{protocol}_host",),
                port=(f"{protocol}_port",),
                ports=25 if protocol == "smtp" else 143,
                modes=(
                    Mode(Security.IMPLICIT_TLS, {f"{protocol}_secure": "SSL"}),
                    Mode(Security.STARTTLS, {f"{protocol}_secure": "TLS"}),
                    Mode(Security.CLEARTEXT, {f"{protocol}_secure": ("None", "")}),
                ),
            )
            for protocol in ("imap", "smtp")
        ),
        sources=(
            "https://github.com/RainLoop/rainloop-webmail/blob/master/rainloop/v/0.0.0/app/libraries/RainLoop/Model/Domain.php",
        ),
        dated="2026-11-28",
    ),
)
