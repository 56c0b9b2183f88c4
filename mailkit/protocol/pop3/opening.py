"""The opening of POP3: RFC 1939, RFC 2449 (CAPA), RFC 2595 (STLS), RFC 5034 (AUTH)."""

import re

from mailkit.observation import Step, StopReason, mechanisms
from mailkit.ports import Security
from mailkit.protocol import sasl
from mailkit.protocol.after_login import LOGIN_ONLY, AfterLogin
from mailkit.protocol.dialogue import (
    Credentials,
    Dialogue,
    Redacted,
    SessionState,
    Stopped,
    connect,
    foreign,
    line,
    say,
    secure,
)
from mailkit.protocol.login import (
    ClearOk,
    SaslProfile,
    authenticate,
    classify_refusal,
    nowhere,
    record_login,
    require_private,
    say_goodbye,
)
from mailkit.protocol.pop3 import maildrop
from mailkit.text import decoded

__all__ = ["opening"]

_REPLY = re.compile(rb"(\+OK|-ERR)(?: (.*))?", re.I | re.S)


def opening(
    session: SessionState,
    security: Security,
    credentials: Credentials | None = None,
    *,
    clear_ok: ClearOk = nowhere,
    goodbye: bool = False,
    after_login: AfterLogin = LOGIN_ONLY,
) -> Dialogue[None]:
    """Greet, upgrade where ``security`` says so, learn what is offered, log in.

    A login locks the maildrop until the connection ends, and ends it without deleting anything
    (RFC 1939 §4 and §6).

    Raises:
        Stopped: with what ended it.
    """
    yield from connect(session)
    if security is Security.IMPLICIT_TLS:
        yield from secure(session)
    fine, said = yield from _reply(session, greeting=True)
    session.greeting = (said,)
    if not fine:
        raise Stopped(StopReason.UNWELCOME, said)
    told = yield from _capa(session)
    if security is Security.STARTTLS:
        if told and "STLS" not in session.offers:
            raise Stopped(StopReason.NOT_OFFERED)
        session.step = Step.STARTTLS
        yield from say(session, "STLS")
        fine, said = yield from _reply(session)
        if not fine:
            raise Stopped(StopReason.NOT_UPGRADED if told else StopReason.NOT_OFFERED, said)
        yield from secure(session)
        told = yield from _capa(session)
    session.step = Step.LOGIN
    if credentials is not None:
        mechanism = _mechanism(session, credentials, told=told)
        if credentials.password is not None:
            require_private(session, credentials, clear_ok=clear_ok)
            yield from _log_in(session, mechanism, credentials)
            if after_login.hand_over:
                return
            yield from maildrop.count(session, thorough=after_login.mailbox)
            if after_login.search is not None:
                yield from maildrop.find(session, after_login.search)
    yield from say_goodbye(session, "QUIT", wait=goodbye)


def _capa(session: SessionState) -> Dialogue[bool]:
    """Ask for the capabilities; false where the server does not know the command."""
    session.step = Step.CAPABILITIES
    yield from say(session, "CAPA")
    fine, _ = yield from _reply(session)
    offers: list[str] = []
    while fine:
        raw = yield from line(session)
        if raw == b".":
            break
        offers.append(" ".join(decoded(raw).upper().split()))
    session.offers = tuple(offers)
    return fine


def _mechanism(session: SessionState, credentials: Credentials, *, told: bool) -> str:
    """``USER`` for USER and PASS, or the name of a SASL mechanism."""
    auth = credentials.auth
    offered = mechanisms(session.offers)
    by_command = not told or "USER" in session.offers
    name = sasl.choose(auth, offered, in_clear=session.tls is None)
    if name:
        return name
    if by_command and auth.lower() == "password":
        return "USER"
    if not offered and not by_command:
        raise Stopped(StopReason.NO_AUTH if session.tls else StopReason.LOGIN_DISABLED)
    if auth.lower() == "password":
        raise Stopped(StopReason.LOGIN_DISABLED, " ".join(offered))
    raise Stopped(StopReason.NO_MECHANISM, " ".join((*offered, *(["USER"] if by_command else []))))


def _log_in(session: SessionState, mechanism: str, credentials: Credentials) -> Dialogue[None]:
    if mechanism == "USER":
        yield from say(session, f"USER {credentials.user}")
        accepted, text = yield from _reply(session)
        if accepted:
            yield from say(session, Redacted(f"PASS {credentials.password}"), "PASS ***")
            accepted, text = yield from _reply(session)
    else:
        said: list[str] = []

        def answer(session: SessionState) -> Dialogue[tuple[str, str]]:
            raw = yield from line(session)
            if raw.startswith(b"+ ") or raw == b"+":
                return "more", decoded(raw[1:], 10_000).strip()
            fine = _read(raw)
            said.append(decoded(raw))
            return ("yes" if fine else "no"), said[-1]

        way = SaslProfile("AUTH", answer, initial=True)
        accepted, text = yield from authenticate(session, credentials, mechanism, way)
    record_login(session, mechanism, credentials.user, accepted)
    if not accepted:
        session.reply = (text,)
        raise Stopped(classify_refusal("pop3", session.reply, session.offers), text)


def _reply(session: SessionState, *, greeting: bool = False) -> Dialogue[tuple[bool, str]]:
    raw = yield from line(session)
    if greeting and _REPLY.fullmatch(raw) is None:
        raise foreign(session)
    return _read(raw), decoded(raw)


def _read(raw: bytes) -> bool:
    match = _REPLY.fullmatch(raw)
    if match is None or b"\0" in raw:
        raise Stopped(StopReason.BROKEN, data=raw[:200])
    return match[1].upper() == b"+OK"
