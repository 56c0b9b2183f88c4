"""Addresses as they stand in MAIL and RCPT (RFC 5321 §4.1.2, RFC 6531 §3.3)."""

import re

__all__ = ["is_path"]

_ATOM = r'[^\s()<>\[\]:;@\\,"]+'
_QUOTED = r'"(?:[^"\\]|\\.)+"'
_LABEL = r"(?:[A-Za-z0-9_-]|[^\x00-\x7f])+"
_DOMAIN = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9A-Za-z:.-]+\])"
_PATH = re.compile(rf"(?:{_ATOM}|{_QUOTED})@{_DOMAIN}|{_ATOM}")
_LONGEST = 1_000


def is_path(address: str) -> bool:
    """Return whether an address can stand between angle brackets: no parameter, no bracket, no control character.

    A local part alone can (``postmaster``), and it may have dots anywhere, as at some providers.
    """
    plain = len(address) <= _LONGEST and not address.startswith("=?")  # an encoded word is none
    return plain and address.isprintable() and _PATH.fullmatch(address) is not None
