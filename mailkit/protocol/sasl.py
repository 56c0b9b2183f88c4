"""The SASL mechanisms of mailkit.

PLAIN (RFC 4616), the old LOGIN, CRAM-MD5 (RFC 2195), SCRAM (RFC 5802, RFC 7677) with the server's
signature checked, and for tokens XOAUTH2 and OAUTHBEARER (RFC 7628).
"""

import base64
import hmac
import json
from collections.abc import Generator, Iterable

from mailkit.observation import StopReason
from mailkit.protocol.dialogue import Credentials, Redacted, Stopped

__all__ = [
    "CHALLENGE_ONLY",
    "SERVER_FIRST",
    "SPOKEN",
    "TOKENS",
    "by_token",
    "choose",
    "exchange",
    "spoken",
    "traces",
]

SPOKEN = ("PLAIN", "LOGIN", "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5")
"""Mechanisms for a password over TLS, best first: fewest round trips.

Challenge-response mechanisms are last, because servers that store hashes often announce them without supporting them.
"""

_MOST_ITERATIONS = 1_000_000
"""The limit of SCRAM iterations; RFC 7677 requires at least 4,096."""

CHALLENGE_ONLY = ("SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5")
"""Mechanisms that never send the password itself."""

SERVER_FIRST = ("LOGIN", "CRAM-MD5")
"""Mechanisms in which the server speaks first, without an initial response."""

TOKENS = ("XOAUTH2", "OAUTHBEARER")
"""Mechanisms for a token; used only if the account names one."""


_MESSAGES = {
    "LOGIN": (False, True, True),
    "CRAM-MD5": (False, True),
    "XOAUTH2": (True, False),
    "OAUTHBEARER": (True, True),
    "SCRAM-SHA-256": (True, True, False),
    "SCRAM-SHA-1": (True, True, False),
}
"""Whether each message of an exchange is non-empty; the default is a single non-empty one."""


def spoken(word: str) -> bool:
    """Return whether mailkit supports a configured ``auth``."""
    return word.lower() == "password" or word.upper() in (*SPOKEN, *TOKENS)


def by_token(word: str) -> bool:
    """Return whether a configured ``auth`` takes a token instead of a password."""
    return word.upper() in TOKENS


def choose(auth: str, offered: Iterable[str], *, in_clear: bool = False) -> str:
    """Choose a mechanism for a configured ``auth`` from those offered; empty if none fits."""
    there = {name.upper() for name in offered}
    wanted: tuple[str, ...] = (auth.upper(),) if spoken(auth) else ()
    if auth.lower() == "password":
        wanted = (*CHALLENGE_ONLY, *SPOKEN) if in_clear else SPOKEN
    return next((name for name in wanted if name in there), "")


def exchange(mechanism: str, credentials: Credentials) -> Generator[Redacted, bytes, None]:
    """Yield the client's messages in base64; receive the server's decoded challenges. The first message may be sent
    with the command if the protocol allows it. LOGIN and CRAM-MD5 begin with an empty one, because the server speaks
    first.

    Raises:
        Stopped: the server cannot prove that it knows the password (SCRAM).
    """
    if credentials.recorded:
        yield from (Redacted("***" if known else "") for known in _MESSAGES.get(mechanism, (True,)))
    elif mechanism == "PLAIN":
        yield _encoded("\0", credentials.user, "\0", credentials.password or "")
    elif mechanism == "LOGIN":
        yield Redacted("")
        yield _encoded(credentials.user)
        yield _encoded(credentials.password or "")
    elif mechanism == "CRAM-MD5":
        challenge = yield Redacted("")
        key = hmac.new((credentials.password or "").encode("utf-8"), challenge, "md5")
        yield _encoded(credentials.user, " ", key.hexdigest())
    elif mechanism == "XOAUTH2":
        yield _encoded(f"user={credentials.user}\1auth=Bearer ", credentials.password or "", "\1\1")
        yield Redacted("")  # the answer to an error, before the server rejects the login
    elif mechanism == "OAUTHBEARER":
        name = credentials.user.replace("=", "=3D").replace(",", "=2C")
        yield _encoded(f"n,a={name},\1auth=Bearer ", credentials.password or "", "\1\1")
        yield _encoded("\1")
    else:
        yield from _scram(mechanism, credentials)


def _scram(mechanism: str, credentials: Credentials) -> Generator[Redacted, bytes, None]:
    from scramp import ScramClient, ScramException

    try:
        client = ScramClient([mechanism], credentials.user, credentials.password or "")
        challenge = yield _encoded(client.get_client_first())
        first = challenge.decode("utf-8")
        if not _affordable(first):
            raise Stopped(StopReason.BROKEN, data=b"a SCRAM iteration count out of bounds")
        client.set_server_first(first)
        proof = yield _encoded(client.get_client_final())
        client.set_server_final(proof.decode("utf-8"))
    except (ScramException, UnicodeDecodeError, ValueError):
        raise Stopped(StopReason.BROKEN, data=b"a SCRAM message that proves nothing") from None
    yield Redacted("")


def _affordable(server_first: str) -> bool:
    """Return whether the server's iterations take at most about a second (RFC 5802 §5.1)."""
    counts = [part[2:] for part in server_first.split(",") if part.startswith("i=")]
    return all(len(count) <= 7 and count.isascii() and count.isdigit() for count in counts) and all(
        int(count) <= _MOST_ITERATIONS for count in counts
    )


def traces(credentials: Credentials) -> tuple[str, ...]:
    """Return the forms in which a password is sent: plain, quoted for IMAP or JSON, in base64. One that UTF-8 cannot
    encode is never sent.
    """
    password = credentials.password or ""
    try:
        f"{credentials.user}{password}".encode()
    except UnicodeEncodeError:
        return ()
    if credentials.recorded:
        return ()
    escaped = password.replace("\\", "\\\\").replace('"', '\\"')
    forms = (password, escaped, json.dumps(password)[1:-1])
    return *dict.fromkeys(forms), _base64("\0", credentials.user, "\0", password), _base64(password)


def _encoded(*parts: str) -> Redacted:
    return Redacted(_base64(*parts))


def _base64(*parts: str) -> str:
    return base64.b64encode("".join(parts).encode("utf-8")).decode()
