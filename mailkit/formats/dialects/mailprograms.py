"""Mail programs with INI files: offlineimap, getmail, aerc, GNOME Online Accounts, Evolution."""

from collections.abc import Mapping

from mailkit.formats.dialect import ABSENT, Dialect, Ignored, Mode, ServiceWords
from mailkit.ports import Security

_T, _S, _C = Security.IMPLICIT_TLS, Security.STARTTLS, Security.CLEARTEXT


def _aerc(protocol: str, key: str) -> ServiceWords:
    """A URL whose scheme says the encryption and, after ``+``, the mechanism.

    ``+insecure`` is cleartext, or TLS without verification.
    """
    mechanisms = ("", "+none", "+plain", "+login", "+xoauth2", "+oauthbearer")
    unverified = [f"{protocol}s+insecure{mechanism}" for mechanism in mechanisms]
    return ServiceWords(
        role="outgoing" if protocol == "smtp" else "incoming",
        protocol=protocol,
        at=("*",),
        url=(key,),
        schemes={
            f"{scheme}{mechanism}": (protocol, security)
            for scheme, security in (
                (protocol, _S),
                (f"{protocol}s", _T),
                (f"{protocol}+insecure", _C),
                (f"{protocol}s+insecure", _T),
            )
            for mechanism in mechanisms
        },
        no_verify=(f"@scheme={'|'.join(unverified)}",),
        ports={_T: 465, _S: 587, _C: 587} if protocol == "smtp" else None,
        secret_command=(f"{key}-cred-cmd",),
        auth=("@scheme",),
        auths={
            f"{scheme}{mechanism}": mechanism[1:]
            for scheme in (protocol, f"{protocol}s", f"{protocol}+insecure")
            for mechanism in ("+plain", "+login", "+xoauth2", "+oauthbearer")
        },
        address=("from",),
        ignored=(
            Ignored(
                "smtp-starttls",
                "Since aerc 0.15 the scheme says it: smtp:// requires STARTTLS.",
            ),
        )
        if protocol == "smtp"
        else (),
    )


def _goa(prefix: str, protocol: str) -> ServiceWords:
    return ServiceWords(
        role="outgoing" if protocol == "smtp" else "incoming",
        protocol=protocol,
        at=("*",),
        host=(f"{prefix}Host",),
        user=(f"{prefix}UserName",),
        address=("EmailAddress",),
        name=("Name",),
        host_port=True,
        flags=True,
        no_verify=(f"{prefix}AcceptSslErrors",),
        modes=(
            Mode(
                _T, {f"{prefix}UseSsl": True}, {f"{prefix}UseSsl": True, f"{prefix}UseTls": False}
            ),
            Mode(
                _S, {f"{prefix}UseTls": True}, {f"{prefix}UseTls": True, f"{prefix}UseSsl": False}
            ),
            Mode(_C),
        ),
        exclusive=((f"{prefix}UseSsl", f"{prefix}UseTls"),),
    )


def _evolution(role: str, section: str, backends: Mapping[str, str]) -> ServiceWords:
    """A source of Evolution; port 0 is the usual one, and for sending the method ``none`` is no login."""
    sending = role == "outgoing"
    tokens = dict.fromkeys(("xoauth2", "oauth2", "google", "outlook", "yahoo!"), "xoauth2")
    return ServiceWords(
        role=role,
        protocol=(f"/{section}.BackendName",),
        protocols=backends,
        at=("Authentication",),
        host=("Host",),
        port=("Port",),
        port_defaults=(0,),
        user=("User",),
        auth=("Method",),
        auths={"plain/password": "password", "none": "password", "": "password"} | tokens,
        login_flag=("Method",) if sending else (),
        defaults={"/Data Source.Enabled": True, "Method": "none"},
        enabled={"/Data Source.Enabled": (True,)},
        ports={_T: 465, _S: 587, _C: 25} if sending else None,
        modes=(
            Mode(_T, {"/Security.Method": "ssl-on-alternate-port"}),
            Mode(_S, {"/Security.Method": "starttls-on-standard-port"}),
            Mode(_C, {"/Security.Method": ("none", "", ABSENT)}, {"/Security.Method": "none"}),
        ),
    )


def _retriever(kind: str, protocol: str) -> ServiceWords:
    """A class of getmail, which has a twin with TLS."""
    plain, secure = (f"{kind}{protocol.upper()}{ssl}Retriever" for ssl in ("", "SSL"))
    return ServiceWords(
        role="incoming",
        protocol=("type",),
        protocols={plain.lower(): protocol, secure.lower(): protocol},
        at=("retriever",),
        needs={"/destination.type": "Maildir", "/destination.path": "~/Mail/"},
        host=("server",),
        port=("port",),
        user=("username",),
        secret=("password",),
        secret_command=("password_command",),
        auth=("use_xoauth2",),
        auths={"true": "xoauth2", "1": "xoauth2", "false": "password", "0": "password"},
        timeout=("timeout",),
        modes=(Mode(_T, {"type": secure}), Mode(_C, {"type": plain})),
    )


DIALECTS = (
    Dialect(
        name="offlineimap",
        title="OfflineIMAP",
        syntaxes=("ini",),
        own_files=("offlineimaprc", ".offlineimaprc"),
        marks=("*.remotehost", "*.remoterepository"),
        ignore_case=True,
        flavour="python",
        new_file=True,
        new_at=("Repository Remote",),
        services=(
            ServiceWords(
                role="incoming",
                protocol=("type",),
                protocols={"imap": "imap", "": "imap", "gmail": "imap"},
                at=("*",),
                needs={
                    "type": "IMAP",
                    "sslcacertfile": "OS-DEFAULT",
                    "/general.accounts": "Main",
                    "/Account Main.localrepository": "Local",
                    "/Account Main.remoterepository": "Remote",
                    "/Repository Local.type": "Maildir",
                    "/Repository Local.localfolders": "~/Mail",
                },
                anchor=("remotehost", "remotehosteval", "type"),
                preset=("type",),
                presets={"gmail": ("imap.gmail.com", 993, _T)},
                preset_yields=True,
                host=("remotehost", "remotehosteval"),
                port=("remoteport", "remoteporteval"),
                user=("remoteuser", "remoteusereval"),
                secret=("remotepass", "remotepasseval"),
                secret_file=("remotepassfile",),
                defaults={"ssl": True, "starttls": True, "unused": False},
                enabled={"unused": (False,)},
                ports={Security.IMPLICIT_TLS: 993, Security.STARTTLS: 143, Security.CLEARTEXT: 143},
                modes=(
                    Mode(_T, {"ssl": True}),
                    Mode(_C, {"ssl": False, "starttls": False}),
                    Mode(_S, {"ssl": False}, {"ssl": False, "starttls": True}),
                ),
            ),
        ),
        sources=("https://github.com/OfflineIMAP/offlineimap3/blob/master/offlineimap.conf",),
        dated="2026-11-27",
    ),
    Dialect(
        name="getmail",
        title="getmail",
        syntaxes=("ini",),
        own_files=("getmailrc", ".getmailrc", "getmailrc-*"),
        marks=("retriever.type",),
        ignore_case=True,
        flavour="python",
        new_file=True,
        services=tuple(
            _retriever(kind, protocol)
            for kind in ("Simple", "BrokenUIDL", "Multidrop")
            for protocol in ("imap", "pop3")
        ),
        sources=(
            "https://getmail6.org/configuration.html",
            "https://github.com/getmail6/getmail6/blob/master/getmailcore/retrievers.py",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="aerc",
        title="aerc",
        syntaxes=("ini",),
        files=("accounts.conf",),
        marks=("*.source", "*.outgoing"),
        new_file=True,
        services=(_aerc("imap", "source"), _aerc("smtp", "outgoing")),
        sources=(
            "https://github.com/rjarry/aerc/blob/master/doc/aerc-smtp.5.scd",
            "https://github.com/rjarry/aerc/blob/master/doc/aerc-imap.5.scd",
            "https://github.com/rjarry/aerc/blob/master/lib/send/smtp.go",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="goa",
        title="GNOME Online Accounts",
        syntaxes=("ini",),
        files=("goa-1.0/accounts.conf", "accounts.conf"),
        marks=("*.ImapHost", "*.SmtpHost"),
        services=(_goa("Imap", "imap"), _goa("Smtp", "smtp")),
        sources=(
            "https://gitlab.gnome.org/GNOME/gnome-online-accounts/-/blob/master/src/goabackend/goaimapsmtpprovider.c",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="evolution",
        title="Evolution",
        syntaxes=("ini",),
        files=("*.source",),
        marks=("Mail Account.BackendName", "Mail Transport.BackendName"),
        services=(
            _evolution(
                "incoming", "Mail Account", {"imapx": "imap", "imap": "imap", "pop": "pop3"}
            ),
            _evolution("outgoing", "Mail Transport", {"smtp": "smtp"}),
        ),
        sources=(
            "https://gitlab.gnome.org/GNOME/evolution-data-server/-/blob/master/src/camel/camel-enums.h",
        ),
        dated="2026-11-27",
    ),
)
