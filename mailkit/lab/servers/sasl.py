"""The server's side of every SASL mechanism, without sockets (RFC 4422).

An exchange is a generator: it yields challenges in Base64, receives answers in Base64, and returns the user and
whether the login is accepted. So a thread and an event loop can both drive it.
"""

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Generator
from typing import Protocol, TypeAlias

__all__ = ["MECHANISMS", "SPOKEN", "Conversation", "Known", "converse"]

MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5")
SPOKEN = (*MECHANISMS, "SCRAM-SHA-256", "SCRAM-SHA-1", "XOAUTH2", "OAUTHBEARER")
"""All supported mechanisms; the first three are offered by default."""

Conversation: TypeAlias = Generator[str, str, tuple[str, bool]]

_REFUSED = base64.b64encode(b'{"status":"401","schemes":"bearer","scope":"mail"}').decode()
_XOAUTH2 = re.compile("user=([^\x01]*)\x01auth=Bearer ([^\x01]*)\x01\x01")
_OAUTHBEARER = re.compile("n,a=([^,]*),\x01.*?auth=Bearer ([^\x01]*)\x01", re.S)


class Known(Protocol):
    """The users."""

    def password(self, user: str) -> str | None:
        """The password of a user, in exactly this form of the name."""

    def right(self, user: str, password: str) -> bool:
        """Whether a password is right."""

    def admits(self, user: str, token: str) -> bool:
        """Whether a token admits a user."""


def converse(mechanism: str, initial: str, known: Known) -> Conversation:
    """Everything after the name of the mechanism and what came with it."""
    if mechanism == "PLAIN":
        parts = _plain(initial or (yield "")).split("\0")
        if len(parts) != 3:
            return "", False
        return parts[1], known.right(parts[1], parts[2])
    if mechanism == "LOGIN":
        user = _plain(initial or (yield _b64("Username:")))
        return user, known.right(user, _plain((yield _b64("Password:"))))
    if mechanism == "CRAM-MD5":
        challenge = f"<{secrets.randbelow(10**9)}.{secrets.randbelow(10**9)}@lab.example>"
        user, _, digest = _plain((yield _b64(challenge))).rpartition(" ")
        password = known.password(user)
        return user, _digests(password, challenge, digest)
    if mechanism.startswith("SCRAM-"):
        return (yield from _scram(mechanism, initial, known))
    return (yield from _token(initial or (yield ""), known))


def _digests(password: str | None, challenge: str, digest: str) -> bool:
    """Whether a keyed digest of a challenge (RFC 2195) is right."""
    right = hmac.new((password or "").encode(), challenge.encode(), "md5").hexdigest()
    return password is not None and hmac.compare_digest(right.encode(), digest.encode())


def _scram(mechanism: str, initial: str, known: Known) -> Conversation:
    from scramp import ScramException, ScramMechanism

    tried: list[str] = []

    def look_up(user: str) -> tuple[bytes, bytes, bytes, int]:
        tried.append(user)
        password = known.password(user)
        found: tuple[bytes, bytes, bytes, int] = ScramMechanism(mechanism).make_auth_info(
            secrets.token_hex() if password is None else password, iteration_count=4096
        )
        return found

    server = ScramMechanism(mechanism).make_server(look_up)
    try:
        server.set_client_first(_plain(initial or (yield "")))
        server.set_client_final(_plain((yield _b64(server.get_server_first()))))
    except ScramException:
        return (tried[0] if tried else ""), False
    yield _b64(server.get_server_final())
    return tried[0], known.password(tried[0]) is not None


def _token(message: str, known: Known) -> Conversation:
    said = _plain(message)
    match = _XOAUTH2.match(said) or _OAUTHBEARER.match(said)
    user, token = match.groups() if match else ("", "")
    if said.startswith("n,"):
        user = user.replace("=2C", ",").replace("=3D", "=")
    if known.admits(user, token):
        return user, True
    yield _REFUSED
    return user, False


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _plain(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
