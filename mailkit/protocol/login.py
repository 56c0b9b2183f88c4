"""The login, common to the three protocols: may it be sent, how, and what the answer means."""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass

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
from mailkit.text import decoded

__all__ = [
    "SaslProfile",
    "authenticate",
    "classify_refusal",
    "means_locked",
    "record_login",
    "require_private",
    "say_goodbye",
]

_LOCKED = re.compile(
    r"too many|lock|limit|exceed|throttl|block|suspend|disabled|banned|later", re.I
)


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


def require_private(session: SessionState, credentials: Credentials, *, clear_ok: bool) -> None:
    """Let no credential pass before verified TLS (RFC 8314 §5.1).

    Raises:
        Stopped: there is no TLS and nobody allowed it, the certificate was not verified, or the
            user name or password holds what no protocol can carry.
    """
    session.step = Step.LOGIN
    session.logins = mechanisms(session.offers)  # after the login another list may take its place
    if session.tls is None and not clear_ok:
        raise Stopped(StopReason.IN_CLEAR)
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
    session.hide(credentials.password or "", *sasl.traces(credentials))
    session.login = Login("", credentials.user, False)  # from here on it counts as tried


def authenticate(
    session: SessionState, credentials: Credentials, mechanism: str, way: SaslProfile
) -> Dialogue[tuple[bool, str]]:
    """Run one SASL exchange; returns whether it was accepted, and the server's last text."""
    messages = sasl.exchange(mechanism, credentials)
    begin = f"{way.command} {mechanism}"
    sent, pending = 1, next(messages)
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
            session.notes.append(f"token: {decoded(_decoded(text))}")
        try:
            if not pending:
                pending = messages.send(_decoded(text))
                sent += 1
        except StopIteration:  # the server asks for more than the mechanism has: give up
            yield from say(session, "*")
        else:
            yield from say(session, pending)
        pending = Redacted("")


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


def means_locked(words: str) -> bool:
    """Whether a refusal speaks of a lock or a limit, after which no login is tried any more."""
    return _LOCKED.search(words) is not None


def classify_refusal(protocol: str, reply: tuple[str, ...], offers: tuple[str, ...]) -> StopReason:
    """Whether a refusal is about the credentials, is temporary, or is something else.

    Only a reply that says so is called a refusal of the credentials: RFC 4954 §6 (535 5.7.8),
    RFC 5530 §3 (AUTHENTICATIONFAILED), RFC 3206 §4 ([AUTH]), or a bare refusal to LOGIN or PASS.
    """
    text = reply[-1] if reply else ""
    return {"smtp": _judge_smtp, "imap": _judge_imap, "pop3": _judge_pop3}[protocol](text, offers)


def _judge_smtp(text: str, offers: tuple[str, ...]) -> StopReason:
    code, _, words = text.partition(" ")
    enhanced = words.split(" ", 1)[0]
    if code[:1] == "4":
        return (
            StopReason.TEMPORARY if code in ("454", "451", "421", "435") else StopReason.NOT_JUDGED
        )
    if code != "535":
        return StopReason.NOT_JUDGED
    exchange = enhanced == "5.7.3" and "authentication unsuccessful" in words.lower()
    bare = not _is_enhanced(enhanced) and not _LOCKED.search(words)
    return StopReason.REJECTED if enhanced == "5.7.8" or exchange or bare else StopReason.NOT_JUDGED


def _judge_imap(text: str, offers: tuple[str, ...]) -> StopReason:
    status, _, words = text.partition(" ")
    code = words[1:].partition("]")[0].split(" ", 1)[0].upper() if words.startswith("[") else ""
    if code == "UNAVAILABLE":
        return StopReason.TEMPORARY
    if code == "AUTHENTICATIONFAILED":
        return StopReason.REJECTED
    bare = not code and status.upper() == "NO" and not _LOCKED.search(words)
    return StopReason.REJECTED if bare and _GENERIC.search(words) else StopReason.NOT_JUDGED


def _judge_pop3(text: str, offers: tuple[str, ...]) -> StopReason:
    words = text.partition(" ")[2]
    code = words[1:].partition("]")[0].upper() if words.startswith("[") else ""
    if code == "SYS/TEMP":
        return StopReason.TEMPORARY
    if code == "AUTH":
        return StopReason.REJECTED
    told = "AUTH-RESP-CODE" in offers  # then a refusal without [AUTH] is not about the password
    bare = not code and not told and not _LOCKED.search(words)
    return StopReason.REJECTED if bare and _GENERIC.search(words) else StopReason.NOT_JUDGED


_GENERIC = re.compile(
    r"\A\W*\Z|(log ?in|authenticat\w*|authori[sz]ation|logon) (failed|failure|incorrect|error|rejected)"
    r"|(invalid|incorrect|bad|wrong) (user|login|password|credential|auth)\w*"
    r"|(password|login|credentials) (is |are |was )?(incorrect|invalid|wrong|rejected|not accepted)",
    re.I,
)


def _is_enhanced(word: str) -> bool:
    return re.fullmatch(r"[245]\.\d{1,3}\.\d{1,3}", word) is not None


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=False)
    except (binascii.Error, ValueError):
        return b""
