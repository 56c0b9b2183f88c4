"""Dovecot, Postfix, Exim, Cyrus and Courier: words that hold wherever these run."""

from mailkit.replies import Reply

__all__ = ["ROWS"]

_DOVECOT, _POSTFIX, _EXIM, _CYRUS, _COURIER = (
    f"{name} source" for name in ("Dovecot", "Postfix", "Exim", "Cyrus", "Courier")
)
_RFC5530, _RFC4954, _RFC2449 = "RFC 5530 §3", "RFC 4954 §6", "RFC 2449 §8"

ROWS = (
    # Dovecot
    Reply(
        finding="lim-connections",
        protocol="imap",
        code="NO",
        bracket="LIMIT",
        text="maximum number of connections",
        example="NO [LIMIT] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
        source=_DOVECOT,
    ),
    Reply(
        finding="aut-suspended",
        protocol="imap",
        code="NO",
        bracket="CONTACTADMIN",
        text="login disabled for this user",
        example="NO [CONTACTADMIN] Login disabled for this user",
        source=_DOVECOT,
    ),
    Reply(
        finding="lim-throttled",
        protocol="imap",
        code="NO",
        bracket="THROTTLED",
        example="NO [THROTTLED] Too many commands, slow down",
        source=_DOVECOT,
    ),
    Reply(
        finding="mbx-pop3-locked",
        protocol="pop3",
        code="-ERR",
        bracket="IN-USE",
        example="-ERR [IN-USE] Mailbox is locked by another POP3 session.",
        source=_RFC2449,
    ),
    Reply(
        finding="aut-expired",
        protocol="imap",
        code="NO",
        bracket="EXPIRED",
        example="NO [EXPIRED] Password expired",
        source=_RFC5530,
    ),
    Reply(
        finding="aut-expired",
        protocol="pop3",
        code="-ERR",
        bracket="EXPIRED",
        example="-ERR [EXPIRED] Password expired",
        source=_DOVECOT,
    ),
    # Postfix and RFC 4954
    Reply(
        finding="aut-too-weak",
        protocol="smtp",
        code="534",
        enhanced="5.7.9",
        text="mechanism is too weak",
        example="534 5.7.9 Authentication mechanism is too weak",
        source=_RFC4954,
    ),
    Reply(
        finding="aut-encryption-required",
        protocol="smtp",
        code="538",
        example="538 5.7.11 Encryption required for requested authentication mechanism",
        source=_RFC4954,
    ),
    Reply(
        finding="aut-encryption-required",
        protocol="smtp",
        code="504",
        enhanced="5.5.4",
        text="encryption required for requested authentication mechanism",
        example="504 5.5.4 Encryption required for requested authentication mechanism",
        source=_POSTFIX,
    ),
    Reply(
        finding="aut-mech-unknown",
        protocol="smtp",
        code="504",
        enhanced="5.5.4",
        text="unrecognized authentication type",
        example="504 5.5.4 Unrecognized authentication type",
        source=_RFC4954,
    ),
    Reply(
        finding="aut-mech-unknown",
        protocol="smtp",
        code="535",
        enhanced="5.7.8",
        text="invalid authentication mechanism",
        example="535 5.7.8 Error: authentication failed: Invalid authentication mechanism: 'PLAIN'",
        source=_POSTFIX,
    ),
    Reply(
        finding="aut-sequence",
        protocol="smtp",
        code="503",
        text="send helo/ehlo first",
        example="503 5.5.1 Error: send HELO/EHLO first",
        source=_POSTFIX,
    ),
    Reply(
        finding="aut-sequence",
        protocol="smtp",
        code="503",
        text="already authenticated",
        example="503 5.5.1 Error: already authenticated",
        source=_POSTFIX,
    ),
    Reply(
        finding="lim-rate-smtp",
        protocol="smtp",
        code="450",
        enhanced="4.7.1",
        text="too many auth commands",
        example="450 4.7.1 Error: too many AUTH commands from unknown[192.0.2.9]",
        source=_POSTFIX,
    ),
    # Exim
    Reply(
        finding="aut-temp",
        protocol="smtp",
        code="435",
        text="unable to authenticate at present",
        example="435 Unable to authenticate at present",
        source=_EXIM,
    ),
    # Cyrus
    Reply(
        finding="lim-connections",
        protocol="imap",
        code="NO",
        text="too many open connections",
        example="NO Too many open connections (10 of 10 from 192.0.2.9, 5 of 10 for kim)",
        source=_CYRUS,
    ),
    Reply(
        finding="lim-pop3-delay",
        protocol="pop3",
        code="-ERR",
        bracket="LOGIN-DELAY",
        example="-ERR [LOGIN-DELAY] Logins must be at least 5 minutes apart",
        source=_CYRUS,
    ),
    Reply(
        finding="mbx-pop3-locked",
        protocol="pop3",
        code="-ERR",
        text="unable to lock maildrop",
        example="-ERR unable to lock maildrop",
        source="RFC 1939 §4",
    ),
    Reply(
        finding="mbx-pop3-locked",
        protocol="pop3",
        code="-ERR",
        text="maildrop already locked",
        example="-ERR maildrop already locked",
        source="RFC 1939 §7",
    ),
    # Courier
    Reply(
        finding="aut-bad",
        protocol="smtp",
        code="535",
        text="authentication rejected",
        example="535 Authentication rejected",
        source=_COURIER,
    ),
    # Several
    Reply(
        finding="aut-ip-denied",
        protocol="imap",
        code="NO",
        text="not allowed from this ip",
        example="NO [AUTHENTICATIONFAILED] Login not allowed from this IP",
        source="bug trackers of mail programs",
    ),
    Reply(
        finding="aut-locked",
        protocol="imap",
        code="NO",
        text="login rate limit hit",
        example="NO [LIMIT] Login Rate Limit Hit",
        source="bug trackers of mail programs",
    ),
)
