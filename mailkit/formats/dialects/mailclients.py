"""Claws Mail, KMail, Geary and Outlook profile files, all INI. Their numbers and words for the encryption differ."""

from mailkit.formats.dialect import ABSENT, EMPTY, Dialect, Mode, Reading, ServiceWords
from mailkit.ports import Security


def _claws_modes(key: str) -> tuple[Mode, ...]:
    """Claws Mail: 0 none, 1 implicit TLS, 2 STARTTLS; 1 where the key is missing."""
    return (
        Mode(Security.IMPLICIT_TLS, {key: (1, ABSENT)}, {key: 1}),
        Mode(Security.STARTTLS, {key: 2}),
        Mode(Security.CLEARTEXT, {key: 0}),
    )


def _claws_incoming(protocol: str, short: str) -> ServiceWords:
    """A mailbox. The number of the protocol depends on the version of the file."""
    modes = _claws_modes(f"ssl_{short}")
    return ServiceWords(
        role="incoming",
        protocol=("protocol",),
        protocols={"imap": "imap", "pop3": "pop3"},
        at=("*",),
        host=("receive_server",),
        port=(f"{short}_port",),
        port_flag=f"set_{short}port",
        user=("user_id",),
        secret=("password",),
        address=("/*.address",),
        needs_host=True,
        readings=tuple(
            Reading(versions, modes, protocols={n: p for n, p in numbers.items() if p == protocol})
            for versions, numbers in (
                ("Claws Mail 3.14 and later", {"": "pop3", "0": "pop3", "1": "imap"}),
                (
                    "Claws Mail 3.13 and earlier",
                    {"": "pop3", "0": "pop3", "1": "pop3", "2": "pop3", "3": "imap"},
                ),
            )
        ),
    )


_CLAWS = Dialect(
    name="claws-mail",
    title="Claws Mail",
    syntaxes=("ini",),
    own_files=("accountrc",),
    marks=("*.receive_server", "*.smtp_server"),
    flavour="python",
    newest=True,
    versions_in={
        "=config_version": r"^(?:(?P<v0>[1-9]\d*)|(?P<v1>0))$",
        "=protocol": "^(?P<v1>[23])$",
    },
    services=(
        _claws_incoming("imap", "imap"),
        _claws_incoming("pop3", "pop"),
        ServiceWords(
            at=("*",),
            host=("smtp_server",),
            port=("smtp_port",),
            port_flag="set_smtpport",
            user=("smtp_user_id", "user_id"),
            secret=("smtp_password",),
            needs_host=True,
            login_flag=("use_smtp_auth",),
            defaults={"use_smtp_auth": True},
            ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25, Security.CLEARTEXT: 25},
            modes=_claws_modes("ssl_smtp"),
        ),
    ),
    example="accountrc",
    sources=(
        "https://git.claws-mail.org/?p=claws.git;a=blob;f=src/prefs_account.c",
        "https://git.claws-mail.org/?p=claws.git;a=blob;f=src/prefs_migration.c",
    ),
    dated="2026-11-27",
)

_KMAIL_MODES = (
    Mode(Security.IMPLICIT_TLS, {"encryption": "SSL"}),
    Mode(Security.STARTTLS, {"encryption": "TLS"}),
    Mode(Security.CLEARTEXT, {"encryption": ("None", ABSENT)}),
)
_OVERRIDE = "OverrideEncryption"


def _safety(security: Security, word: str, *others: str) -> Mode:
    """A mode that ``Safety`` says, where nothing overrides it."""
    when = {"Safety": (word, *others), _OVERRIDE: (ABSENT, EMPTY)}
    return Mode(security, when, {"Safety": word})


_AKONADI_MODES = (
    _safety(Security.IMPLICIT_TLS, "SSL", ABSENT),
    _safety(Security.STARTTLS, "STARTTLS"),
    _safety(Security.CLEARTEXT, "None"),
    Mode(Security.IMPLICIT_TLS, {_OVERRIDE: ("SSL", "TLSV1", "SSLV3", "SSLV2")}),
    Mode(Security.STARTTLS, {_OVERRIDE: "STARTTLS"}),
    Mode(Security.CLEARTEXT, {_OVERRIDE: "UNENCRYPTED"}),
)
"""The override counts where it is there; it was made for servers that announce no version of SSL."""

_KMAIL = Dialect(
    name="kmail",
    title="KMail",
    syntaxes=("ini",),
    own_files=("mailtransports", "akonadi_imap_resource_*", "akonadi_pop3_resource_*"),
    marks=(
        *("*.identifier", "network.ImapServer", "General.leaveOnServer", "General.useSSL"),
        *("General.useTLS", "General.authenticationMethod"),
    ),
    flavour="python",
    ignore_case=True,
    services=(
        ServiceWords(
            at=("*",),
            host=("host",),
            port=("port",),
            user=("user",),
            anchor=("encryption",),
            login_flag=("auth",),
            defaults={"auth": False},
            ports=25,
            modes=_KMAIL_MODES,
        ),
        ServiceWords(
            role="incoming",
            protocol="imap",
            at=("network",),
            host=("ImapServer",),
            port=("ImapPort",),
            user=("UserName",),
            modes=_AKONADI_MODES,
        ),
        ServiceWords(
            role="incoming",
            protocol="pop3",
            at=("General",),
            host=("host",),
            port=("port",),
            user=("login",),
            ports=110,
            modes=(
                Mode(Security.IMPLICIT_TLS, {"useSSL": True}, {"useSSL": True, "useTLS": False}),
                Mode(Security.STARTTLS, {"useTLS": True}, {"useTLS": True, "useSSL": False}),
                Mode(Security.CLEARTEXT),
            ),
        ),
    ),
    example="mailtransports",
    sources=(
        "https://invent.kde.org/pim/kmailtransport/-/blob/master/src/kmailtransport/mailtransport.kcfg.cmake",
        "https://invent.kde.org/pim/kdepim-runtime/-/blob/master/resources/imap/imapresource.kcfg.cmake",
        "https://invent.kde.org/pim/kdepim-runtime/-/blob/master/resources/imap/settings.cpp",
    ),
    dated="2026-11-27",
)

_GEARY_MODES = (
    Mode(Security.IMPLICIT_TLS, {"transport_security": "transport"}),
    Mode(Security.STARTTLS, {"transport_security": "start-tls"}),
    Mode(Security.CLEARTEXT, {"transport_security": "none"}),
)
_GEARY = Dialect(
    name="geary",
    title="Geary",
    syntaxes=("ini",),
    own_files=("geary.ini",),
    marks=("Incoming.transport_security", "Outgoing.transport_security"),
    new_file=True,
    services=(
        ServiceWords(
            role="incoming",
            protocol="imap",
            at=("Incoming",),
            host=("host",),
            port=("port",),
            user=("login",),
            address=("/Account.primary_email",),
            modes=_GEARY_MODES,
        ),
        ServiceWords(
            at=("Outgoing",),
            host=("host",),
            port=("port",),
            user=("login", "/Incoming.login"),
            modes=_GEARY_MODES,
        ),
    ),
    example="geary.ini",
    sources=(
        "https://gitlab.gnome.org/GNOME/geary/-/blob/main/src/client/accounts/accounts-manager.vala",
    ),
    dated="2026-11-27",
)


def _outlook(protocol: str) -> ServiceWords:
    name = protocol.upper()
    ssl = f"{name}UseSSL"
    return ServiceWords(
        role="incoming",
        protocol=protocol,
        at=("*",),
        host=(f"{name}Server",),
        port=(f"{name}Port",),
        user=(f"{name}UserName", "POP3UserName"),
        secret=(f"{name}Password",),
        address=("EmailAddress",),
        anchor=(f"{name}Server",),
        needs_host=True,
        ports={
            Security.IMPLICIT_TLS: 995 if protocol == "pop3" else 993,
            Security.CLEARTEXT: 110 if protocol == "pop3" else 143,
        },
        modes=(
            Mode(Security.IMPLICIT_TLS, {ssl: 1}),
            Mode(Security.CLEARTEXT, {ssl: (0, ABSENT)}, {ssl: 0}),
        ),
    )


_OUTLOOK = Dialect(
    name="outlook-prf",
    title="Outlook",
    syntaxes=("ini",),
    files=("*.prf",),
    marks=("*.AccountName", "*.SMTPServer"),
    ignore_case=True,
    services=(
        _outlook("pop3"),
        _outlook("imap"),
        ServiceWords(
            at=("*",),
            host=("SMTPServer",),
            port=("SMTPPort",),
            user=("SMTPUserName", "POP3UserName", "IMAPUserName"),
            secret=("SMTPPassword", "POP3Password", "IMAPPassword"),
            address=("EmailAddress",),
            needs_host=True,
            login_flag=("SMTPUseAuth",),
            defaults={"SMTPUseAuth": False},
            ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25, Security.CLEARTEXT: 25},
            modes=(
                Mode(Security.IMPLICIT_TLS, {"SMTPSecureConnection": 1}),
                Mode(Security.STARTTLS, {"SMTPSecureConnection": 2}),
                Mode(Security.STARTTLS, {"SMTPSecureConnection": 3}, optional=True),
                Mode(Security.IMPLICIT_TLS, {"SMTPUseSSL": 1, "@port": 465}, {"SMTPUseSSL": 1}),
                Mode(Security.STARTTLS, {"SMTPUseSSL": 1}, {"SMTPUseSSL": 1}),
                Mode(
                    Security.CLEARTEXT,
                    {"SMTPSecureConnection": (0, ABSENT), "SMTPUseSSL": (0, ABSENT)},
                    {"SMTPSecureConnection": 0},
                ),
            ),
        ),
    ),
    example="outlook.prf",
    sources=(
        "https://learn.microsoft.com/en-us/previous-versions/office/office-2010/cc179062(v=office.14)",
        "https://learn.microsoft.com/en-us/office/client-developer/outlook/auxiliary/prop_smtp_secure_connection",
        "https://learn.microsoft.com/en-us/office/client-developer/outlook/auxiliary/prop_inet_ssl",
    ),
    dated="2026-11-28",
)

DIALECTS = (_CLAWS, _KMAIL, _GEARY, _OUTLOOK)
