"""Outlook's accounts in an export of the registry, and those of Outlook Express and Windows Mail."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

_T, _S, _C = Security.IMPLICIT_TLS, Security.STARTTLS, Security.CLEARTEXT
_OUTLOOK = ("**.9375CFF0413111d3B88A00104B2A6676.*",)
_EXPRESS = ("**.Internet Account Manager.Accounts.*",)
_PORTS = {"imap": {_T: 993, _S: 143, _C: 143}, "pop3": {_T: 995, _S: 110, _C: 110}}
_SMTP_PORTS = {_T: 465, _S: 25, _C: 25}


def _mailbox(protocol: str, at: tuple[str, ...], flag: str) -> ServiceWords:
    name = protocol.upper()
    return ServiceWords(
        role="incoming",
        protocol=protocol,
        at=at,
        host=(f"{name} Server",),
        port=(f"{name} Port",),
        user=(f"{name} User", f"{name} User Name"),
        address=("Email", "SMTP Email Address"),
        needs_host=True,
        ports=_PORTS[protocol],
        modes=(
            Mode(_T, {f"{name} {flag}": 1}),
            Mode(_C, {f"{name} {flag}": (0, ABSENT)}, {f"{name} {flag}": 0}),
        ),
    )


def _sending(
    at: tuple[str, ...], modes: tuple[Mode, ...], defaults: dict[str, int]
) -> ServiceWords:
    return ServiceWords(
        at=at,
        host=("SMTP Server",),
        port=("SMTP Port",),
        user=("SMTP User", "SMTP User Name", "IMAP User", "POP3 User"),
        address=("Email", "SMTP Email Address"),
        needs_host=True,
        login_flag=("SMTP Use Auth",) if defaults else (),
        defaults=defaults,
        ports=_SMTP_PORTS,
        modes=modes,
    )


_SECURE = "SMTP Secure Connection"
_SENDING = (
    Mode(_T, {_SECURE: 1}),
    Mode(_S, {_SECURE: 2}),
    Mode(_S, {_SECURE: 3}, optional=True),
    Mode(_T, {"SMTP Use SSL": 1, "@port": 465}, {"SMTP Use SSL": 1}),
    Mode(_S, {"SMTP Use SSL": 1}, {"SMTP Use SSL": 1}),
    Mode(_C, {_SECURE: (0, ABSENT), "SMTP Use SSL": (0, ABSENT)}, {_SECURE: 0}),
)
_SENDING_EXPRESS = (
    Mode(_S, {_SECURE: 1, "@port": (None, 25)}),
    Mode(_T, {_SECURE: 1}),
    Mode(_C, {_SECURE: (0, ABSENT)}, {_SECURE: 0}),
)
"""Outlook Express upgrades a connection on port 25 only."""

DIALECTS = (
    Dialect(
        name="outlook-registry",
        title="Outlook",
        syntaxes=("registry",),
        files=("*.reg",),
        ignore_case=True,
        services=(
            _mailbox("imap", _OUTLOOK, "Use SSL"),
            _mailbox("pop3", _OUTLOOK, "Use SSL"),
            _sending(_OUTLOOK, _SENDING, {"SMTP Use Auth": 0}),
            _mailbox("imap", _EXPRESS, "Secure Connection"),
            _mailbox("pop3", _EXPRESS, "Secure Connection"),
            _sending(_EXPRESS, _SENDING_EXPRESS, {}),
        ),
        example="outlook.reg",
        sources=(
            "https://learn.microsoft.com/en-us/office/client-developer/outlook/auxiliary/prop_inet_ssl",
            "https://learn.microsoft.com/en-us/office/client-developer/outlook/auxiliary/prop_smtp_secure_connection",
        ),
        dated="2026-11-28",
    ),
)
