"""The opening of SMTP submission, and of LMTP: RFC 5321 §3.1, RFC 3207, RFC 4954, RFC 2033."""

import re

from mailkit.observation import Step, StopReason, mechanisms
from mailkit.ports import Security
from mailkit.protocol import sasl
from mailkit.protocol.after_login import LOGIN_ONLY, AfterLogin
from mailkit.protocol.dialogue import (
    Credentials,
    Dialogue,
    SessionState,
    Stopped,
    connect,
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
from mailkit.protocol.smtp.grammar import reply
from mailkit.protocol.smtp.transaction import transact

__all__ = ["opening"]


def opening(
    session: SessionState,
    security: Security,
    credentials: Credentials | None = None,
    *,
    clear_ok: ClearOk = nowhere,
    goodbye: bool = False,
    after_login: AfterLogin = LOGIN_ONLY,
    lmtp: bool = False,
) -> Dialogue[None]:
    """Greet, upgrade where ``security`` says so, learn what is offered, log in; with LHLO where it is ``lmtp``.

    Raises:
        Stopped: with what ended it.
    """
    yield from connect(session)
    if security is Security.IMPLICIT_TLS:
        yield from secure(session)
    code, said = yield from reply(session, greeting=True, lmtp=lmtp)
    session.greeting = tuple(said)
    if code != 220:
        raise Stopped(StopReason.UNWELCOME, said[-1], code=code)
    yield from _hello(session, security, lmtp)
    if security is Security.STARTTLS:
        if "STARTTLS" not in session.offers:
            raise Stopped(StopReason.NOT_OFFERED)
        session.step = Step.STARTTLS
        yield from say(session, "STARTTLS")
        code, said = yield from reply(session)
        if code != 220:
            raise Stopped(StopReason.NOT_UPGRADED, said[-1], code=code)
        yield from secure(session)
        yield from _hello(session, security, lmtp)
    session.step = Step.LOGIN
    if credentials is not None:
        mechanism = _mechanism(session, credentials)
        if credentials.password is not None:
            require_private(session, credentials, clear_ok=clear_ok)
            yield from _log_in(session, mechanism, credentials)
    if after_login.hand_over:
        return
    if after_login.letter is not None and (credentials is None or credentials.password is not None):
        yield from transact(session, after_login.letter)
        if after_login.letter.content is not None:
            return
    yield from say_goodbye(session, "QUIT", wait=goodbye)


def _hello(session: SessionState, security: Security, lmtp: bool) -> Dialogue[None]:
    session.step = Step.CAPABILITIES
    yield from say(session, f"{'LHLO' if lmtp else 'EHLO'} {session.helo}")
    code, said = yield from reply(session)
    if code == 250:
        session.offers = tuple(_normal(text) for text in said[1:])
        return
    session.reply = tuple(said)
    if code == 530 and re.search(r"\bUSER\b", said[-1]):
        raise Stopped(StopReason.FOREIGN, "ftp", code=code, data=session.first_bytes)
    if code not in (500, 501, 502, 504) or lmtp:
        raise Stopped(StopReason.UNWELCOME, said[-1], code=code)
    yield from say(session, f"HELO {session.helo}")
    code, _ = yield from reply(session)
    if code != 250 or security is Security.STARTTLS:
        raise Stopped(StopReason.HELO_ONLY, said[-1], code=code)
    session.notes.append("helo-only")


def _mechanism(session: SessionState, credentials: Credentials) -> str:
    offered = mechanisms(session.offers)
    if not offered:
        raise Stopped(StopReason.HELO_ONLY if "helo-only" in session.notes else StopReason.NO_AUTH)
    name = sasl.choose(credentials.auth, offered, in_clear=session.tls is None)
    if not name:
        raise Stopped(StopReason.NO_MECHANISM, " ".join(offered))
    return name


def _log_in(session: SessionState, mechanism: str, credentials: Credentials) -> Dialogue[None]:
    def answer(session: SessionState) -> Dialogue[tuple[str, str]]:
        code, said = yield from reply(session)
        session.reply = tuple(said)
        state = "more" if code == 334 else "yes" if code == 235 else "no"
        return state, said[-1][4:]

    way = SaslProfile("AUTH", answer, initial=True)
    accepted, _ = yield from authenticate(session, credentials, mechanism, way)
    record_login(session, mechanism, credentials.user, accepted)
    if not accepted:
        kind = classify_refusal("smtp", session.reply, session.offers)
        raise Stopped(kind, session.reply[-1], code=int(session.reply[-1][:3]))
    session.reply = ()


def _normal(text: str) -> str:
    """``250-auth=plain login`` as ``AUTH PLAIN LOGIN``."""
    words = text[4:].upper().split()
    if words and words[0].startswith("AUTH="):
        words = ["AUTH", words[0][5:], *words[1:]]
    return " ".join(words)
