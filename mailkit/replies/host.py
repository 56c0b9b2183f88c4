"""Find the server that a pasted text is about."""

import re

from mailkit.providers import owner

__all__ = ["host_in"]

_HOST = re.compile(r"(?<![\w.@-])[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_SIGNATURES = (
    ("gsmtp", "smtp.gmail.com"),
    ("support.google.com/mail", "smtp.gmail.com"),
    ("support.google.com/accounts", "smtp.gmail.com"),
    ("service.mail.qq.com", "smtp.qq.com"),
    ("prod.outlook.com", "smtp.office365.com"),
    ("microsoft exchange imap4 service is ready. [", "outlook.office365.com"),
    ("icloud", "imap.mail.me.com"),
    ("#auth005", "smtp.mail.yahoo.com"),
)
"""Words that identify a provider."""


def host_in(text: str) -> str:
    """The server that a text is about; that of a known provider first."""
    hosts = dict.fromkeys(match[0].lower() for match in _HOST.finditer(text))
    known = next((host for host in hosts if owner(host)), "")
    if known:
        return known
    lower = text.lower()
    shown = next((host for sign, host in _SIGNATURES if sign in lower), "")
    if shown:
        return shown
    mailish = re.compile(
        r"(?:imaps?|smtps?|pop3?s?|mail|mx|outlook|mailout|smtp-relay|email)\b[\w-]*\."
    )
    return next((host for host in hosts if mailish.match(host)), "")
