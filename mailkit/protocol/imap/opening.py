"""The opening of IMAP: RFC 9051 §6.1 and §6.2, RFC 4959 (an initial response)."""

import re
from collections.abc import Iterator

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
from mailkit.protocol.imap.examine import examine
from mailkit.protocol.imap.exchange import command, learn, tagged
from mailkit.protocol.imap.grammar import quoted
from mailkit.protocol.imap.search import find
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
from mailkit.text import decoded

__all__ = ["opening"]

_GREETING = re.compile(rb"\* (OK|PREAUTH|BYE)\b ?(.*)", re.I | re.S)


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

    Capabilities that come with the greeting are not asked for again (RFC 9051 §6.1.1).

    Raises:
        Stopped: with what ended it.
    """
    tags = (f"a{number}" for number in range(1, 100))
    yield from connect(session)
    if security is Security.IMPLICIT_TLS:
        yield from secure(session)
    state = yield from _greeting(session)
    if state == "PREAUTH" and security is Security.STARTTLS:
        raise Stopped(StopReason.PREAUTH, session.greeting[0])
    if not session.offers:
        yield from _capability(session, next(tags))
    if security is Security.STARTTLS:
        if "STARTTLS" not in session.offers:
            raise Stopped(StopReason.NOT_OFFERED)
        session.step = Step.STARTTLS
        said = yield from command(session, next(tags), "STARTTLS")
        if said.partition(" ")[0] != "OK":
            raise Stopped(StopReason.NOT_UPGRADED, said)
        yield from secure(session)
        yield from _capability(session, next(tags))
    session.step = Step.LOGIN
    if credentials is not None:
        mechanism = _mechanism(session, credentials)
        if state == "PREAUTH":
            raise Stopped(StopReason.PREAUTH, session.greeting[0])
        if credentials.password is not None:
            require_private(session, credentials, clear_ok=clear_ok)
            yield from _log_in(session, tags, mechanism, credentials)
            if after_login.hand_over:
                return
            yield from examine(session, tags, thorough=after_login.mailbox)
            if after_login.search is not None:
                yield from find(session, tags, after_login.search)
    yield from say_goodbye(session, f"{next(tags)} LOGOUT", wait=goodbye)


def _greeting(session: SessionState) -> Dialogue[str]:
    raw = yield from line(session)
    match = _GREETING.fullmatch(raw)
    if match is None:
        raise foreign(session)
    session.greeting = (decoded(raw),)
    state = match[1].decode().upper()
    if state == "BYE":
        raise Stopped(StopReason.UNWELCOME, session.greeting[0])
    learn(session, raw)
    return state


def _capability(session: SessionState, tag: str) -> Dialogue[None]:
    session.step = Step.CAPABILITIES
    said = yield from command(session, tag, "CAPABILITY")
    if said.partition(" ")[0] != "OK":
        raise Stopped(StopReason.BROKEN, said, data=said.encode())


def _mechanism(session: SessionState, credentials: Credentials) -> str:
    """The name of a SASL mechanism, or nothing for the command LOGIN.

    LOGIN takes one round trip, like a mechanism with an initial response; it carries ASCII only.
    """
    auth, password = credentials.auth.lower(), credentials.password
    offered = mechanisms(session.offers)
    by_command = "LOGINDISABLED" not in session.offers and auth in ("password", "login")
    name = sasl.choose(auth, offered, in_clear=session.tls is None)
    quick = name != "PLAIN" or "SASL-IR" in session.offers
    if name and (quick or not by_command):
        return name
    if by_command and (credentials.user + (password or "")).isascii():
        return ""
    if name:
        return name
    if by_command:
        raise Stopped(StopReason.NOT_SENDABLE, "LOGIN carries ASCII only, and PLAIN is not offered")
    if auth in ("password", "login") or not offered:
        raise Stopped(StopReason.LOGIN_DISABLED, " ".join(offered))
    raise Stopped(StopReason.NO_MECHANISM, " ".join(offered))


def _log_in(
    session: SessionState, tags: Iterator[str], mechanism: str, credentials: Credentials
) -> Dialogue[None]:
    session.renewed = False
    if not mechanism:
        tag, user = next(tags), quoted(credentials.user)
        words = Redacted(f"{tag} LOGIN {user} {quoted(credentials.password or '')}")
        yield from say(session, words, f"{tag} LOGIN {user} ***")
        text = yield from tagged(session, tag)
        accepted = text.partition(" ")[0] == "OK"
    else:
        initial = "SASL-IR" in session.offers and mechanism not in sasl.SERVER_FIRST
        accepted, text = yield from _by_sasl(session, next(tags), mechanism, credentials, initial)
        if initial and text.startswith("BAD"):  # the command was not understood, nothing was judged
            session.notes.append(f"initial response refused: {text}")
            session.renewed = False
            accepted, text = yield from _by_sasl(session, next(tags), mechanism, credentials, False)
    record_login(session, mechanism or "LOGIN", credentials.user, accepted)
    if not accepted:
        session.reply = (text,)
        raise Stopped(classify_refusal("imap", session.reply, session.offers), text)


def _by_sasl(
    session: SessionState, tag: str, mechanism: str, credentials: Credentials, initial: bool
) -> Dialogue[tuple[bool, str]]:
    def answer(session: SessionState) -> Dialogue[tuple[str, str]]:
        said = yield from tagged(session, tag, continuation=True)
        if said.startswith("+"):
            return "more", said[1:].strip()
        return ("yes" if said.partition(" ")[0] == "OK" else "no"), said

    way = SaslProfile(f"{tag} AUTHENTICATE", answer, initial=initial)
    return (yield from authenticate(session, credentials, mechanism, way))
