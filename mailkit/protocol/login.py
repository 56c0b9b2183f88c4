"""The login, common to the three protocols: may it be sent, how, and what the answer means."""

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
from mailkit.replies import Place, read
from mailkit.text import decoded

__all__ = [
    "ClearOk",
    "SaslProfile",
    "authenticate",
    "classify_refusal",
    "means_locked",
    "nowhere",
    "record_login",
    "require_private",
    "say_goodbye",
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
"""Refusals after which another form of the user name can only do harm."""

_LOCKED = re.compile(
    r"\b(?:too many|lock(?:ed|ing|out|s)?|(?:rate |login )limit|exceed\w*|throttl\w*|blocked|blocking|suspend\w*"
    r"|disabled|banned|later|attempts? (?:left|remain\w*))\b",
    re.I,
)
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class SaslProfile:
    """What a protocol needs to say to run a SASL exchange.

    ``answer`` reads one reply and returns ``(state, text)``, where the state is ``more`` with the
    server's challenge, ``yes``, or ``no``.
    """

    command: str
    answer: Callable[[SessionState], Dialogue[tuple[str, str]]]
    initial: bool
    """Whether the first message may go along with the command."""


ClearOk: TypeAlias = Callable[[str], bool]
"""Whether a login may go in cleartext to the address that was connected to."""


def nowhere(address: str) -> bool:
    """Let no login go in cleartext."""
    return False


def require_private(
    session: SessionState, credentials: Credentials, *, clear_ok: ClearOk = nowhere
) -> None:
    """Let no credential pass before verified TLS (RFC 8314 §5.1).

    Raises:
        Stopped: there is no TLS and nobody allowed it, the certificate was not verified, or the
            user name or password holds what no protocol can carry.
    """
    session.step = Step.LOGIN
    session.logins = mechanisms(session.offers)  # after the login another list may take its place
    if session.tls is None and not clear_ok(session.address):
        raise Stopped(StopReason.IN_CLEAR)
    session.request = replace(session.request, cleartext_allowed=session.tls is None)
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
    """Run one SASL exchange; returns whether it was accepted, and the server's last text."""
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
        except StopIteration:  # the server asks for more than the mechanism has: give up
            yield from say(session, "*")
        else:
            yield from say(session, pending)
        pending = Redacted("")


def _hide(session: SessionState, message: Redacted) -> None:
    """Mask what is sent where the server repeats it; what is shorter proves nothing."""
    text = bytes(message.line()[:-2]).decode()
    if len(text) >= 8:
        session.hide(text)


def record_login(session: SessionState, mechanism: str, user: str, accepted: bool) -> None:
    """Write down how the login ended."""
    session.login = Login(mechanism, user, accepted)


def say_goodbye(session: SessionState, goodbye: str, *, wait: bool) -> Dialogue[None]:
    """Say goodbye; what comes back does not matter and is waited for only on request."""
    session.step = Step.DONE
    yield from say(session, goodbye)
    if wait:
        while (yield Recv()):
            pass


def means_locked(protocol: str, reply: tuple[str, ...]) -> bool:
    """Whether a refusal speaks of a lock or a limit, after which no login is tried any more.

    What the reply is known to mean counts first. Its words count too, also where they only warn
    (“2 attempts left”); the address of a help page does not.
    """
    found = read(protocol, reply, place=Place.LOGIN)
    if found is not None and found.finding in _NO_MORE:
        return True
    return _LOCKED.search(_LINK.sub("", " ".join(reply))) is not None


def classify_refusal(protocol: str, reply: tuple[str, ...], offers: tuple[str, ...]) -> StopReason:
    """Whether a refusal is about the credentials, is temporary, or is something else.

    A server that announces AUTH-RESP-CODE marks refused credentials with [AUTH] (RFC 3206 §6).
    """
    found = read(protocol, reply, place=Place.LOGIN)
    finding = found.finding if found else ""
    if finding == "aut-bad":
        unmarked = protocol == "pop3" and "AUTH-RESP-CODE" in offers and "[AUTH" not in reply[-1]
        return StopReason.NOT_JUDGED if unmarked else StopReason.REJECTED
    return StopReason.TEMPORARY if finding == "aut-temp" else StopReason.NOT_JUDGED


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=False)
    except (binascii.Error, ValueError):
        return b""
