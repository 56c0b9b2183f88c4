"""The opening of SMTP submission, and of LMTP: RFC 5321 §3.1, RFC 3207, RFC 4954, RFC 2033."""

import re

from mailkit.observation import Kind, Step, mechanisms
from mailkit.ports import Security
from mailkit.wire import sasl
from mailkit.wire.dialogue import (
    Credentials,
    Dialogue,
    Minutes,
    Stopped,
    connect,
    say,
    secure,
)
from mailkit.wire.errand import NO_ERRAND, Errand
from mailkit.wire.login import Way, authenticate, final, finish, gate, judge
from mailkit.wire.smtp_grammar import reply
from mailkit.wire.transaction import transact

__all__ = ["opening"]


def opening(
    minutes: Minutes,
    security: Security,
    credentials: Credentials | None = None,
    *,
    clear_ok: bool = False,
    goodbye: bool = False,
    errand: Errand = NO_ERRAND,
    lmtp: bool = False,
) -> Dialogue[None]:
    """Greet, upgrade where ``security`` says so, learn what is offered, log in; with LHLO where it is ``lmtp``.

    Raises:
        Stopped: with what ended it.
    """
    yield from connect(minutes)
    if security is Security.IMPLICIT_TLS:
        yield from secure(minutes)
    code, said = yield from reply(minutes, greeting=True, lmtp=lmtp)
    minutes.greeting = tuple(said)
    if code != 220:
        raise Stopped(Kind.UNWELCOME, said[-1], code=code)
    yield from _hello(minutes, security, lmtp)
    if security is Security.STARTTLS:
        if "STARTTLS" not in minutes.offers:
            raise Stopped(Kind.NOT_OFFERED)
        minutes.step = Step.STARTTLS
        yield from say(minutes, "STARTTLS")
        code, said = yield from reply(minutes)
        if code != 220:
            raise Stopped(Kind.NOT_UPGRADED, said[-1], code=code)
        yield from secure(minutes)
        yield from _hello(minutes, security, lmtp)
    minutes.step = Step.LOGIN
    if credentials is not None:
        mechanism = _mechanism(minutes, credentials)
        if credentials.password is not None:
            gate(minutes, credentials, clear_ok=clear_ok)
            yield from _log_in(minutes, mechanism, credentials)
    if errand.stay:
        return
    if errand.letter is not None and (credentials is None or credentials.password is not None):
        yield from transact(minutes, errand.letter)
        if errand.letter.content is not None:
            return
    yield from finish(minutes, "QUIT", wait=goodbye)


def _hello(minutes: Minutes, security: Security, lmtp: bool) -> Dialogue[None]:
    minutes.step = Step.CAPABILITIES
    yield from say(minutes, f"{'LHLO' if lmtp else 'EHLO'} [127.0.0.1]")
    code, said = yield from reply(minutes)
    if code == 250:
        minutes.offers = tuple(_normal(text) for text in said[1:])
        return
    minutes.reply = tuple(said)
    if code == 530 and re.search(r"\bUSER\b", said[-1]):
        raise Stopped(Kind.FOREIGN, "ftp", code=code, data=minutes.first_bytes)
    if code not in (500, 501, 502, 504) or lmtp:
        raise Stopped(Kind.UNWELCOME, said[-1], code=code)
    yield from say(minutes, "HELO [127.0.0.1]")
    code, _ = yield from reply(minutes)
    if code != 250 or security is Security.STARTTLS:
        raise Stopped(Kind.HELO_ONLY, said[-1], code=code)
    minutes.notes.append("helo-only")


def _mechanism(minutes: Minutes, credentials: Credentials) -> str:
    offered = mechanisms(minutes.offers)
    if not offered:
        raise Stopped(Kind.HELO_ONLY if "helo-only" in minutes.notes else Kind.NO_AUTH)
    name = sasl.choose(credentials.auth, offered, in_clear=minutes.tls is None)
    if not name:
        raise Stopped(Kind.NO_MECHANISM, " ".join(offered))
    return name


def _log_in(minutes: Minutes, mechanism: str, credentials: Credentials) -> Dialogue[None]:
    def answer(minutes: Minutes) -> Dialogue[tuple[str, str]]:
        code, said = yield from reply(minutes)
        minutes.reply = tuple(said)
        state = "more" if code == 334 else "yes" if code == 235 else "no"
        return state, said[-1][4:]

    way = Way("AUTH", answer, initial=True)
    accepted, _ = yield from authenticate(minutes, credentials, mechanism, way)
    final(minutes, mechanism, credentials.user, accepted)
    if not accepted:
        kind = judge("smtp", minutes.reply, minutes.offers)
        raise Stopped(kind, minutes.reply[-1], code=int(minutes.reply[-1][:3]))
    minutes.reply = ()


def _normal(text: str) -> str:
    """``250-auth=plain login`` as ``AUTH PLAIN LOGIN``."""
    words = text[4:].upper().split()
    if words and words[0].startswith("AUTH="):
        words = ["AUTH", words[0][5:], *words[1:]]
    return " ".join(words)
