"""Names and endpoints that answer from everywhere, to distinguish a network's fault from a server's.

Reviewed 2026-11-27; sources: IANA (root servers), Mozilla (captive portal detection).
"""

__all__ = [
    "CONTROL_ENDPOINTS",
    "CONTROL_NAME",
    "NO_NAME",
    "PORTAL_HOST",
    "PORTAL_PATH",
    "WILDCARD_LABEL",
]

CONTROL_NAME = "a.root-servers.net"
"""A name that certainly exists."""

WILDCARD_LABEL = "mailkit-no-such-host"
"""The first label of a name that only a wildcard record matches."""

NO_NAME = f"{WILDCARD_LABEL}.invalid"
"""A name that certainly does not exist (RFC 6761 §6.4)."""

PORTAL_HOST = "detectportal.firefox.com"
PORTAL_PATH = "/success.txt"
"""A page that always answers, unless a network redirects all connections."""

CONTROL_ENDPOINTS = (
    *(("smtp.gmail.com", port) for port in (25, 465, 587)),
    *(("smtp.mail.yahoo.com", port) for port in (25, 465, 587)),
    ("imap.gmail.com", 993),
)
"""Endpoints that can be connected to from everywhere."""
