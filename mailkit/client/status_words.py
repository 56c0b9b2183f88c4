"""Mask secrets in status replies that a client shows, raises or stores in journals.

Only human-readable text is masked. Codes, numbers and keywords stay, even if a password looks like one of them.
"""

import re

from mailkit.protocol.masking import Secrets

__all__ = ["without_secrets"]

_IMAP = re.compile(
    rb"((?:\*|[^\s+*]\S*) (?:OK|NO|BAD|BYE|PREAUTH)\b ?)(?:\[([^\s\]]*)([^\]\r\n]*)\])?([^\r\n]*)",
    re.I,
)
_KEYWORDS = re.compile(rb"[\s0-9:,]*\Z")
_NUMBERS = (b"STAT", b"LIST", b"UIDL")


def without_secrets(
    protocol: str, command: bytes, line: bytes, secrets: Secrets, *, first: bool
) -> bytes:
    """Return a line of a reply with its text masked.

    Args:
        protocol: imap, pop3 or smtp.
        command: the command word that it answers, in upper case; empty for several.
        line: with its line end.
        secrets:
            what to mask.
        first: whether it is the first line of the reply; those after it may be content in POP3.
    """
    if protocol == "imap" and line.startswith(b"* ") and line[2:3].isdigit():
        return line  # data about messages
    end = line[len(line.rstrip(b"\r\n")) :]
    words = line[: len(line) - len(end)]
    if protocol == "smtp":
        if command in (b"EHLO", b"LHLO") and words[:1] == b"2":
            return line
        return words[:4] + secrets.masked(words[4:]) + end
    if protocol == "pop3":
        status = words[:4].upper()
        if status == b"-ERR" or (first and status[:3] == b"+OK" and command not in _NUMBERS):
            return words[:4] + secrets.masked(words[4:]) + end
        return line
    match = _IMAP.match(words)
    if match is None:
        return line
    code, arguments = match[2] or b"", match[3] or b""
    if match[2] is not None:
        kept = code.upper() == b"CAPABILITY" or _KEYWORDS.match(arguments)
        code = b"[" + code + (arguments if kept else secrets.masked(arguments)) + b"]"
    return match[1] + code + secrets.masked(match[4]) + words[match.end() :] + end
