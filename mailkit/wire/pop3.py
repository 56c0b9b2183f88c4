"""The opening of POP3: RFC 1939, RFC 2449 (CAPA), RFC 2595 (STLS), RFC 5034 (AUTH)."""

import re

from mailkit.observation import Kind, Step, mechanisms
from mailkit.ports import Security
from mailkit.text import decoded
from mailkit.wire import inside, sasl, search
from mailkit.wire.dialogue import (
    Credentials,
    Dialogue,
    Minutes,
    Stopped,
    Veiled,
    connect,
    foreign,
    line,
    say,
    secure,
)
from mailkit.wire.errand import NO_ERRAND, Errand
from mailkit.wire.login import Way, authenticate, final, finish, gate, judge

__all__ = ["opening"]

_REPLY = re.compile(rb"(\+OK|-ERR)(?: (.*))?", re.I | re.S)


def opening(
    minutes: Minutes,
    security: Security,
    credentials: Credentials | None = None,
    *,
    clear_ok: bool = False,
    goodbye: bool = False,
    errand: Errand = NO_ERRAND,
) -> Dialogue[None]:
    """Greet, upgrade where ``security`` says so, learn what is offered, log in.

    A login locks the maildrop until the connection ends, and ends it without deleting anything
    (RFC 1939 §4 and §6).

    Raises:
        Stopped: with what ended it.
    """
    yield from connect(minutes)
    if security is Security.IMPLICIT_TLS:
        yield from secure(minutes)
    fine, said = yield from _reply(minutes, greeting=True)
    minutes.greeting = (said,)
    if not fine:
        raise Stopped(Kind.UNWELCOME, said)
    told = yield from _capa(minutes)
    if security is Security.STARTTLS:
        if told and "STLS" not in minutes.offers:
            raise Stopped(Kind.NOT_OFFERED)
        minutes.step = Step.STARTTLS
        yield from say(minutes, "STLS")
        fine, said = yield from _reply(minutes)
        if not fine:
            raise Stopped(Kind.NOT_UPGRADED if told else Kind.NOT_OFFERED, said)
        yield from secure(minutes)
        told = yield from _capa(minutes)
    minutes.step = Step.LOGIN
    if credentials is not None:
        mechanism = _mechanism(minutes, credentials, told=told)
        if credentials.password is not None:
            gate(minutes, credentials, clear_ok=clear_ok)
            yield from _log_in(minutes, mechanism, credentials)
            if errand.stay:
                return
            yield from inside.count(minutes, thorough=errand.mailbox)
            if errand.search is not None:
                yield from search.find_by_pop3(minutes, errand.search)
    yield from finish(minutes, "QUIT", wait=goodbye)


def _capa(minutes: Minutes) -> Dialogue[bool]:
    """Ask for the capabilities; false where the server does not know the command."""
    minutes.step = Step.CAPABILITIES
    yield from say(minutes, "CAPA")
    fine, _ = yield from _reply(minutes)
    offers: list[str] = []
    while fine:
        raw = yield from line(minutes)
        if raw == b".":
            break
        offers.append(" ".join(decoded(raw).upper().split()))
    minutes.offers = tuple(offers)
    return fine


def _mechanism(minutes: Minutes, credentials: Credentials, *, told: bool) -> str:
    """``USER`` for USER and PASS, or the name of a SASL mechanism."""
    auth = credentials.auth
    offered = mechanisms(minutes.offers)
    by_command = not told or "USER" in minutes.offers
    name = sasl.choose(auth, offered, in_clear=minutes.tls is None)
    if name:
        return name
    if by_command and auth.lower() == "password":
        return "USER"
    if not offered and not by_command:
        raise Stopped(Kind.NO_AUTH if minutes.tls else Kind.LOGIN_DISABLED)
    if auth.lower() == "password":
        raise Stopped(Kind.LOGIN_DISABLED, " ".join(offered))
    raise Stopped(Kind.NO_MECHANISM, " ".join((*offered, *(["USER"] if by_command else []))))


def _log_in(minutes: Minutes, mechanism: str, credentials: Credentials) -> Dialogue[None]:
    if mechanism == "USER":
        yield from say(minutes, f"USER {credentials.user}")
        accepted, text = yield from _reply(minutes)
        if accepted:
            yield from say(minutes, Veiled(f"PASS {credentials.password}"), "PASS ***")
            accepted, text = yield from _reply(minutes)
    else:
        said: list[str] = []

        def answer(minutes: Minutes) -> Dialogue[tuple[str, str]]:
            raw = yield from line(minutes)
            if raw.startswith(b"+ ") or raw == b"+":
                return "more", decoded(raw[1:], 10_000).strip()
            fine = _read(raw)
            said.append(decoded(raw))
            return ("yes" if fine else "no"), said[-1]

        way = Way("AUTH", answer, initial=True)
        accepted, text = yield from authenticate(minutes, credentials, mechanism, way)
    final(minutes, mechanism, credentials.user, accepted)
    if not accepted:
        minutes.reply = (text,)
        raise Stopped(judge("pop3", minutes.reply, minutes.offers), text)


def _reply(minutes: Minutes, *, greeting: bool = False) -> Dialogue[tuple[bool, str]]:
    raw = yield from line(minutes)
    if greeting and _REPLY.fullmatch(raw) is None:
        raise foreign(minutes)
    return _read(raw), decoded(raw)


def _read(raw: bytes) -> bool:
    match = _REPLY.fullmatch(raw)
    if match is None or b"\0" in raw:
        raise Stopped(Kind.BROKEN, data=raw[:200])
    return match[1].upper() == b"+OK"
