"""The login of all three protocols: whether it may be sent, how, and what the reply means."""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from mailkit.observation import Login, Step, StopReason, mechanisms
from mailkit.protocol import sasl
from mailkit.protocol.dialogue import (
    Credentials,
    Dialogue,
    Recv,
    Redacted,
    SessionState,
    Stopped,
    say,
)
from mailkit.replies import SessionPlace, read
from mailkit.text import decoded

__all__ = [
    "ClearOk",
    "SaslAnswer",
    "SaslProfile",
    "authenticate",
    "classify_refusal",
    "log_out",
    "means_locked",
    "nowhere",
    "record_login",
    "require_private",
]

_NO_MORE = (
    *(
        "aut-locked",
        "aut-suspended",
        "aut-ip-denied",
        "aut-temp",
        "aut-expired",
        "aut-protocol-off",
    ),
    *("lim-connections", "lim-bandwidth", "lim-throttled", "lim-pop3-delay", "lim-rate-smtp"),
)
"""Rejections after which another form of the user name must not be tried."""

_LOCKED = re.compile(
    r"\b(?:too many|lock(?:ed|ing|out|s)?|(?:rate |login )limit|exceed\w*|throttl\w*|blocked|blocking|suspend\w*"
    r"|disabled|banned|later|attempts? (?:left|remain\w*)"
    r"|gesperrt|blockiert|bloqu\w+|verrouill\w+|bloccat\w+|geblokkeerd|zablokowan\w*|заблокир\w*|kilit\w*|blokir\w*)\b"
    r"|锁定|鎖定|冻结|凍結|ロック|잠금|잠겼",
    re.I,
)
"""Words for a lock or a limit, also of servers that speak other languages."""
_LINK = re.compile(r"https?://\S+")


SaslAnswer: TypeAlias = Dialogue[tuple[str, str]]
"""A dialogue that reads one reply of a SASL exchange, as a name: see :data:`mailkit.net.probe.ProbeDialogue`."""


@dataclass(frozen=True, slots=True)
class SaslProfile:
    """How a protocol carries a SASL exchange (RFC 4422 §4).

    ``answer`` reads one reply and returns ``(state, text)``, where the state is ``more`` with the
    server's challenge, ``yes``, or ``no``.
    """

    command: str
    answer: Callable[[SessionState], SaslAnswer]
    initial: bool
    """Whether the command may include the first message."""


ClearOk: TypeAlias = Callable[[str], bool]
"""Return whether a login may be sent in cleartext to the connected address."""


def nowhere(address: str) -> bool:
    """Allow no login in cleartext."""
    return False


def require_private(
    session: SessionState, credentials: Credentials, *, clear_ok: ClearOk = nowhere
) -> None:
    """Require verified TLS before a login (RFC 8314 §5.1).

    Raises:
        Stopped: there is no TLS and no permission, the certificate was not verified, or the user name or password has
            characters that no protocol supports.
    """
    session.step = Step.LOGIN
    session.logins = mechanisms(session.offers)  # another list may replace it after the login
    if session.tls is None and not clear_ok(session.address):
        raise Stopped(StopReason.IN_CLEAR)
    if session.tls is None:
        session.request = replace(session.request, cleartext_allowed=True)
    if session.tls is not None and not session.tls.verified:
        raise Stopped(StopReason.IN_CLEAR, "the certificate was not verified")
    for what, redacted in (
        ("user name", Redacted(credentials.user)),
        ("password", Redacted(credentials.password or "")),
    ):
        if redacted.breaks():
            raise Stopped(StopReason.NOT_SENDABLE, f"a line break or a NUL in the {what}")
        try:
            redacted.line()
        except UnicodeEncodeError:
            why = f"a character in the {what} that UTF-8 cannot carry"
            raise Stopped(StopReason.NOT_SENDABLE, why) from None
    session.hide(*sasl.traces(credentials))
    session.login = Login("", credentials.user, False)  # from here on it counts as tried


def authenticate(
    session: SessionState, credentials: Credentials, mechanism: str, way: SaslProfile
) -> Dialogue[tuple[bool, str]]:
    """Run one SASL exchange; return whether it was accepted, and the server's last text."""
    messages = sasl.exchange(mechanism, credentials)
    begin = f"{way.command} {mechanism}"
    sent, pending = 1, next(messages)
    _hide(session, pending)
    if way.initial and pending:
        yield from say(session, pending.after(f"{begin} "), f"{begin} ***")
        pending = Redacted("")
    else:
        yield from say(session, begin)
    while True:
        state, text = yield from way.answer(session)
        if state != "more":
            if state == "yes" and mechanism.startswith("SCRAM-") and sent < 3:
                raise Stopped(StopReason.BROKEN, data=b"a SCRAM login without the server's proof")
            return state == "yes", text
        if mechanism in sasl.TOKENS and not pending:
            error = decoded(_decoded(text))
            session.facts = replace(session.facts, token_error=error)
        try:
            if not pending:
                pending = messages.send(_decoded(text))
                _hide(session, pending)
                sent += 1
        except StopIteration:  # the server asks for more than the mechanism has
            yield from say(session, "*")
        else:
            yield from say(session, pending)
        pending = Redacted("")


def _hide(session: SessionState, message: Redacted) -> None:
    """Mask sent secrets if the server repeats them; very short ones are not masked."""
    text = bytes(message.line()[:-2]).decode()
    if len(text) >= 8:
        session.hide(text)


def record_login(session: SessionState, mechanism: str, user: str, accepted: bool) -> None:
    """Record how the login ended."""
    session.login = Login(mechanism, user, accepted)


def log_out(session: SessionState, logout: str, *, wait: bool) -> Dialogue[None]:
    """Send QUIT or LOGOUT; wait for the reply only on request, and ignore it."""
    session.step = Step.DONE
    yield from say(session, logout, last=not wait)
    if wait:
        while (yield Recv()):
            pass


def means_locked(protocol: str, reply: tuple[str, ...]) -> bool:
    """Return whether a rejection is about a lock or a limit, after which no login is tried.

    A known reply counts first. Its words count too, even as a warning (“2 attempts left”), but not those in the URL
    of a help page.
    """
    found = read(protocol, reply, place=SessionPlace.LOGIN)
    if found is not None and found.finding in _NO_MORE:
        return True
    return _LOCKED.search(_LINK.sub("", " ".join(reply))) is not None


def classify_refusal(protocol: str, reply: tuple[str, ...], offers: tuple[str, ...]) -> StopReason:
    """Return whether a rejection is about the credentials, is temporary, or something else. A server with
    AUTH-RESP-CODE marks rejected credentials with [AUTH] (RFC 3206 §6).
    """
    found = read(protocol, reply, place=SessionPlace.LOGIN)
    finding = found.finding if found else ""
    if finding == "aut-bad":
        unmarked = protocol == "pop3" and "AUTH-RESP-CODE" in offers and "[AUTH" not in reply[-1]
        return StopReason.NOT_DECIDED if unmarked else StopReason.REJECTED
    return StopReason.TEMPORARY if finding == "aut-temp" else StopReason.NOT_DECIDED


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=False)
    except (binascii.Error, ValueError):
        return b""
