"""The SASL ways in that mailkit speaks (RFC 4616, RFC 2195, and the old LOGIN)."""

import base64
import hmac
from collections.abc import Generator, Iterable

from mailkit.wire.dialogue import Credentials, Veiled

__all__ = ["CHALLENGE_ONLY", "SPOKEN", "choose", "exchange", "known", "traces"]

SPOKEN = ("PLAIN", "LOGIN", "CRAM-MD5")
"""Over TLS, best first: one round trip, then two; CRAM-MD5 last, for servers that keep hashes
often announce it and cannot do it."""

CHALLENGE_ONLY = ("CRAM-MD5",)
"""The ones that never put the password itself on the wire."""

_OTHERS = (
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
    "SCRAM-SHA-512",
    "XOAUTH2",
    "OAUTHBEARER",
    "DIGEST-MD5",
    "GSSAPI",
    "NTLM",
    "EXTERNAL",
)


def known(word: str) -> bool:
    """Whether a configured ``auth`` is ``password`` or the name of a mechanism."""
    return word.lower() == "password" or word.upper() in (*SPOKEN, *_OTHERS)


def choose(
    auth: str, offered: Iterable[str], *, in_clear: bool = False, spoken: bool = True
) -> str:
    """Choose a mechanism for a configured ``auth`` from those offered; empty where none fits.

    ``spoken`` leaves out the mechanisms that mailkit itself cannot carry out.
    """
    there = {name.upper() for name in offered}
    wanted: tuple[str, ...] = SPOKEN if auth.lower() == "password" else (auth.upper(),)
    if in_clear and auth.lower() == "password":
        wanted = (*CHALLENGE_ONLY, *SPOKEN)
    return next((name for name in wanted if name in there and (not spoken or name in SPOKEN)), "")


def exchange(mechanism: str, credentials: Credentials) -> Generator[Veiled, bytes, None]:
    """Yield the client's messages in base64; is sent the server's challenges, decoded.

    The first message may go along with the command where the protocol allows it. LOGIN and
    CRAM-MD5 begin with an empty one, for there the server speaks first.
    """
    if mechanism == "PLAIN":
        yield _encoded("\0", credentials.user, "\0", credentials.password or "")
    elif mechanism == "LOGIN":
        yield Veiled("")
        yield _encoded(credentials.user)
        yield _encoded(credentials.password or "")
    elif mechanism == "CRAM-MD5":
        challenge = yield Veiled("")
        key = hmac.new((credentials.password or "").encode("utf-8"), challenge, "md5")
        yield _encoded(credentials.user, " ", key.hexdigest())


def traces(credentials: Credentials) -> tuple[str, ...]:
    """The forms in which a password would show itself in base64."""
    password = credentials.password or ""
    return _base64("\0", credentials.user, "\0", password), _base64(password)


def _encoded(*parts: str) -> Veiled:
    return Veiled(_base64(*parts))


def _base64(*parts: str) -> str:
    return base64.b64encode("".join(parts).encode("utf-8")).decode()
