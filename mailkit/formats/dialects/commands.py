"""Command lines of mail programs in scripts: swaks, curl, openssl s_client, msmtp, and the checks of Nagios."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

_T, _S, _C = Security.IMPLICIT_TLS, Security.STARTTLS, Security.CLEARTEXT


def check(program: str, protocol: str, port: int, *, ssl: bool = False) -> ServiceWords:
    """The options of a plugin that connects to a server; ``ssl`` where it begins with TLS by its name."""
    smtp = protocol == "smtp"
    implicit = (Mode(_T),) if ssl else ()
    if smtp:
        modes = (
            Mode(_S, {"S": True}),
            Mode(_S, {"starttls": True}),
            *(Mode(_T, {name: True}, {}) for name in ("s", "ssl", "tls")),
        )
    else:
        modes = (Mode(_T, {"S": True}), Mode(_T, {"ssl": True}, {"S": True}))
    return ServiceWords(
        role="outgoing" if smtp else "incoming",
        protocol=protocol,
        at=(f"{program}.*",),
        host=("H", "hostname"),
        port=("p", "port"),
        user=("U", "authuser") if smtp else (),
        secret=("P", "authpass") if smtp else (),
        auth=("A", "authtype") if smtp else (),
        timeout=("t", "timeout"),
        needs_host=True,
        ports=port,
        modes=(*implicit, *modes, Mode(_C)),
    )


CHECKS = (
    check("check_smtp", "smtp", 25),
    check("check_ssmtp", "smtp", 465, ssl=True),
    check("check_imap", "imap", 143),
    check("check_simap", "imap", 993, ssl=True),
    check("check_pop", "pop3", 110),
    check("check_spop", "pop3", 995, ssl=True),
)
CHECK_SOURCES = (
    "https://www.monitoring-plugins.org/doc/man/check_smtp.html",
    "https://www.monitoring-plugins.org/doc/man/check_imap.html",
    "https://github.com/monitoring-plugins/monitoring-plugins/blob/master/plugins/check_tcp.c",
)

_SWAKS = ServiceWords(
    at=("swaks.*",),
    host=("server", "s"),
    port=("port", "p"),
    user=("auth-user", "au"),
    secret=("auth-password", "ap"),
    auth=("auth", "a"),
    auths={"true": "password"},
    address=("from", "f"),
    host_port=True,
    needs_host=True,
    ports={_T: 465, _S: 25, _C: 25},
    exclusive=(("tls", "tls-on-connect"), ("tls", "tlsc")),
    exclusive_why="swaks uses one of them",
    modes=(
        Mode(_T, {"tls-on-connect": True}, {"tls-on-connect": True, "tls": False}),
        Mode(_T, {"tlsc": True}),
        Mode(_S, {"tls": True}, {"tls": True, "tls-on-connect": False, "tlsc": False}),
        Mode(_T, {"protocol": ("SSMTP", "SSMTPA", "SMTPS")}),
        Mode(_S, {"protocol": ("ESMTPS", "ESMTPSA")}),
        *(
            Mode(_S, {name: True}, {"tls": True}, optional=True)
            for name in ("tls-optional", "tlso", "tls-optional-strict", "tlsos")
        ),
        Mode(_C),
    ),
)
_CURL = ServiceWords(
    at=("curl.*",),
    anchor=("url",),
    url=("url",),
    user=("user",),
    secret=("password",),
    address=("mail-from",),
    timeout=("max-time", "m"),
    no_verify=("insecure", "k"),
    schemes={
        **{name: (name, None) for name in ("smtp", "imap", "pop3")},
        **{f"{name}s": (name, _T) for name in ("smtp", "imap", "pop3")},
    },
    scheme_ports={"smtp": 25, "imap": 143, "pop3": 110, "smtps": 465, "imaps": 993, "pop3s": 995},
    modes=(
        Mode(_S, {"ssl-reqd": True}),
        Mode(_S, {"ssl": True}, {"ssl-reqd": True}, optional=True),
        Mode(_C),
    ),
)
_OPENSSL = ServiceWords(
    protocol=("starttls", "service"),
    protocols={
        **{name: name for name in ("smtp", "imap", "pop3")},
        **{str(port): "smtp" for port in (25, 465, 587, 2525)},
        **dict.fromkeys(("submission", "submissions", "smtps"), "smtp"),
        "143": "imap",
        "993": "imap",
        "imaps": "imap",
        "110": "pop3",
        "995": "pop3",
        "pop3s": "pop3",
    },
    at=("openssl.*",),
    host=("connect", "host"),
    port=("port",),
    host_port=True,
    needs_host=True,
    modes=(Mode(_T, {"starttls": ABSENT}), Mode(_S)),
)
_MSMTP = ServiceWords(
    at=("msmtp.*",),
    host=("host",),
    port=("port",),
    user=("user",),
    secret=("password",),
    secret_command=("passwordeval",),
    auth=("auth",),
    auths={"on": "password", "true": "password"},
    address=("from", "f"),
    timeout=("timeout",),
    verify=("tls-certcheck",),
    flags=True,
    needs_host=True,
    ports={_T: 465, _S: 25, _C: 25},
    defaults={"tls": False, "tls-starttls": True},
    modes=(
        Mode(_C, {"tls": False}),
        Mode(_T, {"tls": True, "tls-starttls": False}),
        Mode(_S, {"tls": True, "tls-starttls": True}),
    ),
)

DIALECTS = (
    Dialect(
        name="shell",
        title="Shell script",
        syntaxes=("shell",),
        services=(_SWAKS, _CURL, _OPENSSL, _MSMTP, *CHECKS),
        example="send.sh",
        sources=(
            "https://jetmore.org/john/code/swaks/latest/doc/ref.txt",
            "https://curl.se/docs/manpage.html",
            "https://docs.openssl.org/master/man1/openssl-s_client/",
            "https://marlam.de/msmtp/msmtp.html#Invocation",
            *CHECK_SOURCES,
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="swaks",
        title="swaks",
        syntaxes=("swaksrc",),
        own_files=(".swaksrc",),
        services=(_SWAKS,),
        example=".swaksrc",
        sources=("https://jetmore.org/john/code/swaks/latest/doc/ref.txt",),
        dated="2026-11-27",
    ),
    Dialect(
        name="nagios",
        title="Nagios",
        syntaxes=("nagios",),
        services=CHECKS,
        files=("nagios.cfg", "icinga.cfg"),
        example="services.cfg",
        sources=(
            "https://assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en/objectdefinitions.html",
            *CHECK_SOURCES,
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="icinga",
        title="Icinga",
        syntaxes=("icinga",),
        services=CHECKS
        + tuple(
            ServiceWords(
                role="outgoing" if protocol == "smtp" else "incoming",
                protocol=protocol,
                at=(f"{name}.*",),
                anchor=("check_command",),
                host=(f"{name}_address", "host"),
                port=(f"{name}_port",),
                user=("smtp_authuser",) if name == "smtp" else (),
                secret=("smtp_authpass",) if name == "smtp" else (),
                timeout=(f"{name}_timeout",),
                needs_host=True,
                ports=port,
                modes=(
                    *((Mode(_T),) if port in (465, 993, 995) else ()),
                    Mode(_S if name == "smtp" else _T, {flag: True}),
                    Mode(_C),
                ),
            )
            for name, protocol, port, flag in (
                ("smtp", "smtp", 25, "smtp_starttls"),
                ("ssmtp", "smtp", 465, "ssmtp_ssl"),
                ("imap", "imap", 143, "imap_ssl"),
                ("simap", "imap", 993, "simap_ssl"),
                ("pop", "pop3", 110, "pop_ssl"),
                ("spop", "pop3", 995, "spop_ssl"),
            )
        ),
        example="services.conf",
        sources=(
            "https://github.com/Icinga/icinga2/blob/master/itl/command-plugins.conf",
            "https://icinga.com/docs/icinga-2/latest/doc/10-icinga-template-library/#smtp",
        ),
        dated="2026-11-27",
    ),
)
