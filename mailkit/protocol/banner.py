"""Recognise a protocol by the server's first bytes."""

import re

__all__ = ["identify"]

_FIRST = (
    (re.compile(rb"SSH-\d"), "ssh"),
    (re.compile(rb"HTTP/\d|<!DOCTYPE|<html", re.I), "http"),
    (re.compile(rb"220[ -][^\r\n]*LMTP", re.I), "lmtp"),
    (re.compile(rb"220[ -](?![^\r\n]*SMTP)[^\r\n]*(\bftp\b|ftpd\b|FileZilla)", re.I), "ftp"),
    (re.compile(rb"(220|421|450|451|521|550|554)[ -]"), "smtp"),
    (re.compile(rb"\* (OK|PREAUTH|BYE|NO|BAD)\b", re.I), "imap"),
    (
        re.compile(
            rb"-(ERR (unknown command [`']|wrong number of arguments for|max number of clients|Protocol error)"
            rb"|NOAUTH |DENIED |NOPERM |LOADING |MISCONF )"
        ),
        "redis",
    ),
    (re.compile(rb"(\+OK|-ERR)", re.I), "pop3"),
    (re.compile(rb"(200|201|400|502)[ -][^\r\n]*(NNTP|\bnews\b|posting|\bINN\b)", re.I), "nntp"),
    (re.compile(rb'"IMPLEMENTATION"', re.I), "sieve"),
    (re.compile(rb"....\x0a\d+\.\d+\.\d+[^\x00]{0,40}\x00", re.S), "mysql"),
    (re.compile(rb"..\x00\x00\xff..(#[0-9A-Z]{5})?[ -~]{4}", re.S), "mysql"),
    (re.compile(rb"E\x00\x00..S[^\x00]{3,20}\x00", re.S), "postgresql"),
    (re.compile(rb"(ERROR|(CLIENT|SERVER)_ERROR [^\r\n]*)\r\n"), "memcached"),
    (re.compile(rb"\x30[\x0c-\xff][\x00-\xff]{0,4}\x02\x01", re.S), "ldap"),
    (re.compile(rb"[\x15\x16]\x03[\x00-\x04]"), "tls"),
    (re.compile(rb"RFB \d{3}\.\d{3}"), "vnc"),
    (re.compile(rb":[^ \r\n]+ (NOTICE|\d{3}) |NOTICE (AUTH|\*) :|ERROR :"), "irc"),
    (re.compile(rb"(<\?xml[^>]*>\s*)?<stream:"), "xmpp"),
    (re.compile(rb"\x03\x00\x00.\x0e?\xd0|\x03\x00\x00\x13\x0e", re.S), "rdp"),
    (re.compile(rb"\xff[\xfb-\xfe]"), "telnet"),
    (re.compile(rb"@RSYNCD: "), "rsync"),
    (re.compile(rb"AMQP[\x00-\x03]"), "amqp"),
    (re.compile(rb"SIP/\d"), "sip"),
    (re.compile(rb"RTSP/\d"), "rtsp"),
    (re.compile(rb"\( success \( "), "svn"),
    (re.compile(rb"SPAMD/\d"), "spamd"),
    (re.compile(rb"VERSION\t[a-z-]+\t\d"), "dovecot"),
)


def identify(data: bytes) -> str:
    """Return the protocol of a server whose first reply begins like this, or an empty text.

    A mail protocol by its name in the settings, any other by the name in :data:`_FIRST`; ``tls`` for a TLS record,
    ``dovecot`` for a socket that only Dovecot's own processes use.
    """
    return next((name for pattern, name in _FIRST if pattern.match(data)), "")
