"""Recognise a protocol by the server's first bytes."""

import re

__all__ = ["identify"]

_FIRST = (
    (re.compile(rb"SSH-\d"), "ssh"),
    (re.compile(rb"HTTP/\d|<!DOCTYPE|<html", re.I), "http"),
    (re.compile(rb"220[ -][^\r\n]*LMTP", re.I), "lmtp"),
    (re.compile(rb"220[ -](?![^\r\n]*SMTP)[^\r\n]*(\bftp\b|ftpd\b|FileZilla)", re.I), "ftp"),
    (re.compile(rb"(220|421|450|451|521|550|554)[ -]"), "smtp"),
    (re.compile(rb"\* (OK|PREAUTH|BYE)\b", re.I), "imap"),
    (re.compile(rb"(\+OK|-ERR)", re.I), "pop3"),
    (re.compile(rb"(200|201|400|502)[ -][^\r\n]*(NNTP|\bnews\b|posting|\bINN\b)", re.I), "nntp"),
    (re.compile(rb'"IMPLEMENTATION"', re.I), "sieve"),
    (re.compile(rb"....\x0a\d+\.\d+\.\d+[^\x00]{0,40}\x00", re.S), "mysql"),
    (re.compile(rb"\x30[\x0c-\xff][\x00-\xff]{0,3}\x02\x01", re.S), "ldap"),
    (re.compile(rb"[\x15\x16]\x03[\x00-\x04]"), "tls"),
    (re.compile(rb"RFB \d{3}\.\d{3}"), "vnc"),
)


def identify(data: bytes) -> str:
    """Return the protocol of a server that begins like this, or an empty text.

    ``smtp``, ``imap``, ``pop3``, ``lmtp``, ``http``, ``ssh``, ``ftp``, ``nntp``, ``sieve``,
    ``ldap``, ``mysql``, ``vnc``, or ``tls`` for a TLS record.
    """
    return next((name for pattern, name in _FIRST if pattern.match(data)), "")
