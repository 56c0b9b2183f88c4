"""Find passwords in a pasted session, from logins and URLs, to mask them."""

import base64
import re
from contextlib import suppress

from mailkit.protocol.masking import Secrets

__all__ = ["secrets_in"]

_TOKEN = r'("(?:[^"\\]|\\.){1,500}"|\S{1,4000})'
_PAYLOAD = re.compile(r"\bAUTH(?:ENTICATE)?[ \t]+[A-Z][A-Z0-9-]{2,30}[ \t]+([A-Za-z0-9+/=]{4,})")
_PROMPTED = re.compile(
    r"\b334[ -][^\n]{0,2000}\n\W{0,20}(?:C: )?([A-Za-z0-9+/=]{4,})[ \t\r]*(?=\n|\Z)"
)
_LOGIN = re.compile(
    rf"(?m)\b[A-Za-z]{{0,8}}[0-9]{{1,8}}[ \t]+LOGIN[ \t]+{_TOKEN}[ \t]+{_TOKEN}[ \t\r]*$", re.I
)
_PASS = re.compile(r"(?m)(?:^|[>:][ \t]*)PASS[ \t]+(\S[^\r\n]{0,500})")
_URL = re.compile(r"://[^\s/@:]{1,200}:([^\s/@]{1,500})@")
_BEARER = re.compile(r"\bauth=\S{1,20} ([^\s\x01]+)", re.I)


def secrets_in(text: str) -> Secrets:
    """The secrets that a pasted text shows."""
    secrets = Secrets()
    payloads = [match[1] for match in _PAYLOAD.finditer(text)] if "AUTH" in text else []
    prompted = [match[1] for match in _PROMPTED.finditer(text)] if "334" in text else []
    secrets.add(*payloads, *prompted)
    for payload in (*payloads, *prompted[-1:]):  # an earlier answer is the user's name
        with suppress(ValueError):
            held = base64.b64decode(payload, validate=True).decode()
            token = _BEARER.search(held)
            secrets.add(token[1] if token else held.rpartition("\0")[2])
    for sign, pattern, group in (
        (" LOGIN ", _LOGIN, 2),
        (" login ", _LOGIN, 2),
        ("PASS", _PASS, 1),
        ("://", _URL, 1),
    ):
        for match in pattern.finditer(text) if sign in text else ():
            value = match[group].strip()
            inner = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
            secrets.add(value, inner, re.sub(r"\\(.)", r"\1", inner))
    return secrets
