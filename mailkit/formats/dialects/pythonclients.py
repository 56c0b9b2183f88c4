"""Python programs that call a mail library themselves: the class says the encryption, or ``starttls()``."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

_T, _S, _C = Security.IMPLICIT_TLS, Security.STARTTLS, Security.CLEARTEXT


def _classes(protocol: str, plain: str, library: str) -> ServiceWords:
    """One class that upgrades by ``starttls()``, and one that begins with TLS."""
    return ServiceWords(
        role="outgoing" if protocol == "smtp" else "incoming",
        protocol=protocol,
        at=(f"{library}.*",),
        host=("host",),
        port=("port",),
        user=("user",),
        secret=("password",),
        timeout=("timeout",),
        needs_host=True,
        host_port=protocol == "smtp",
        modes=(
            Mode(_T, {"class": f"{plain}_SSL"}),
            Mode(_S, {"class": plain, "starttls": True}),
            Mode(_C, {"class": plain, "starttls": ABSENT}, {"class": plain}),
        ),
        ports={
            _T: {"smtp": 465, "imap": 993, "pop3": 995}[protocol],
            _S: {"smtp": 25, "imap": 143, "pop3": 110}[protocol],
            _C: {"smtp": 25, "imap": 143, "pop3": 110}[protocol],
        },
    )


DIALECTS = (
    Dialect(
        name="python-clients",
        title="Python",
        syntaxes=("python",),
        traces=("smtplib", "imaplib", "poplib", "imapclient", "imap_tools"),
        services=(
            _classes("smtp", "SMTP", "smtplib"),
            _classes("imap", "IMAP4", "imaplib"),
            _classes("pop3", "POP3", "poplib"),
            ServiceWords(
                at=("aiosmtplib.*",),
                host=("hostname",),
                port=("port",),
                user=("username",),
                secret=("password",),
                timeout=("timeout",),
                verify=("validate_certs",),
                needs_host=True,
                ports={_T: 465, _S: 587, _C: 25},
                defaults={"use_tls": False, "timeout": 60},
                exclusive=(("use_tls", "start_tls"),),
                exclusive_why="aiosmtplib raises ValueError when it connects",
                modes=(
                    Mode(_T, {"use_tls": True}, {"use_tls": True, "start_tls": False}),
                    Mode(_S, {"start_tls": True}, {"use_tls": False, "start_tls": True}),
                    Mode(_S, {"starttls": True}, {"use_tls": False, "start_tls": True}),
                    Mode(_C, {"start_tls": False}),
                    Mode(_S, {"start_tls": ABSENT}, {"start_tls": True}, optional=True),
                ),
            ),
            ServiceWords(
                role="incoming",
                protocol="imap",
                at=("imapclient.*",),
                host=("host",),
                port=("port",),
                user=("user", "username"),
                secret=("password",),
                timeout=("timeout",),
                needs_host=True,
                ports={_T: 993, _S: 143, _C: 143},
                defaults={"ssl": True},
                modes=(
                    Mode(_T, {"ssl": True}),
                    Mode(_S, {"ssl": False, "starttls": True}),
                    Mode(_C, {"ssl": False}),
                ),
            ),
            ServiceWords(
                role="incoming",
                protocol="imap",
                at=("imap_tools.*",),
                host=("host",),
                port=("port",),
                user=("user", "username"),
                secret=("password",),
                timeout=("timeout",),
                needs_host=True,
                ports={_T: 993, _S: 143, _C: 143},
                modes=(
                    Mode(_T, {"class": "MailBox"}),
                    Mode(_S, {"class": ("MailBoxStartTls", "MailBoxTls")}),
                    Mode(_C, {"class": "MailBoxUnencrypted"}),
                ),
            ),
        ),
        example="send.py",
        sources=(
            "https://docs.python.org/3/library/smtplib.html",
            "https://docs.python.org/3/library/imaplib.html",
            "https://docs.python.org/3/library/poplib.html",
            "https://github.com/cole/aiosmtplib/blob/main/aiosmtplib/smtp.py",
            "https://github.com/mjs/imapclient/blob/master/imapclient/imapclient.py",
            "https://github.com/ikvk/imap_tools/blob/master/imap_tools/mailbox.py",
        ),
        dated="2026-11-27",
    ),
)
