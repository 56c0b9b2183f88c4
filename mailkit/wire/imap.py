"""The opening of IMAP: RFC 9051 §6.1 and §6.2, RFC 4959 (an initial response)."""

import re
from collections.abc import Iterator

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
from mailkit.wire.imap_grammar import command, learn, string, tagged
from mailkit.wire.login import Way, authenticate, final, finish, gate, judge

__all__ = ["opening"]

_GREETING = re.compile(rb"\* (OK|PREAUTH|BYE)\b ?(.*)", re.I | re.S)


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

    Capabilities that come with the greeting are not asked for again (RFC 9051 §6.1.1).

    Raises:
        Stopped: with what ended it.
    """
    tags = (f"a{number}" for number in range(1, 100))
    yield from connect(minutes)
    if security is Security.IMPLICIT_TLS:
        yield from secure(minutes)
    state = yield from _greeting(minutes)
    if state == "PREAUTH" and security is Security.STARTTLS:
        raise Stopped(Kind.PREAUTH, minutes.greeting[0])
    if not minutes.offers:
        yield from _capability(minutes, next(tags))
    if security is Security.STARTTLS:
        if "STARTTLS" not in minutes.offers:
            raise Stopped(Kind.NOT_OFFERED)
        minutes.step = Step.STARTTLS
        said = yield from command(minutes, next(tags), "STARTTLS")
        if said.partition(" ")[0] != "OK":
            raise Stopped(Kind.NOT_UPGRADED, said)
        yield from secure(minutes)
        yield from _capability(minutes, next(tags))
    minutes.step = Step.LOGIN
    if credentials is not None:
        mechanism = _mechanism(minutes, credentials)
        if state == "PREAUTH":
            raise Stopped(Kind.PREAUTH, minutes.greeting[0])
        if credentials.password is not None:
            gate(minutes, credentials, clear_ok=clear_ok)
            yield from _log_in(minutes, tags, mechanism, credentials)
            if errand.stay:
                return
            yield from inside.examine(minutes, tags, thorough=errand.mailbox)
            if errand.search is not None:
                yield from search.find(minutes, tags, errand.search)
    yield from finish(minutes, f"{next(tags)} LOGOUT", wait=goodbye)


def _greeting(minutes: Minutes) -> Dialogue[str]:
    raw = yield from line(minutes)
    match = _GREETING.fullmatch(raw)
    if match is None:
        raise foreign(minutes)
    minutes.greeting = (decoded(raw),)
    state = match[1].decode().upper()
    if state == "BYE":
        raise Stopped(Kind.UNWELCOME, minutes.greeting[0])
    learn(minutes, raw)
    return state


def _capability(minutes: Minutes, tag: str) -> Dialogue[None]:
    minutes.step = Step.CAPABILITIES
    said = yield from command(minutes, tag, "CAPABILITY")
    if said.partition(" ")[0] != "OK":
        raise Stopped(Kind.BROKEN, said, data=said.encode())


def _mechanism(minutes: Minutes, credentials: Credentials) -> str:
    """The name of a SASL mechanism, or nothing for the command LOGIN.

    LOGIN takes one round trip, like a mechanism with an initial response; it carries ASCII only.
    """
    auth, password = credentials.auth.lower(), credentials.password
    offered = mechanisms(minutes.offers)
    by_command = "LOGINDISABLED" not in minutes.offers and auth in ("password", "login")
    name = sasl.choose(auth, offered, in_clear=minutes.tls is None)
    quick = name != "PLAIN" or "SASL-IR" in minutes.offers
    if name and (quick or not by_command):
        return name
    if by_command and (credentials.user + (password or "")).isascii():
        return ""
    if name:
        return name
    if by_command:
        raise Stopped(Kind.NOT_SENDABLE, "LOGIN carries ASCII only, and PLAIN is not offered")
    if auth in ("password", "login") or not offered:
        raise Stopped(Kind.LOGIN_DISABLED, " ".join(offered))
    raise Stopped(Kind.NO_MECHANISM, " ".join(offered))


def _log_in(
    minutes: Minutes, tags: Iterator[str], mechanism: str, credentials: Credentials
) -> Dialogue[None]:
    minutes.renewed = False
    if not mechanism:
        tag, user = next(tags), string(credentials.user)
        words = Veiled(f"{tag} LOGIN {user} {string(credentials.password or '')}")
        yield from say(minutes, words, f"{tag} LOGIN {user} ***")
        text = yield from tagged(minutes, tag)
        accepted = text.partition(" ")[0] == "OK"
    else:
        initial = "SASL-IR" in minutes.offers and mechanism not in sasl.SERVER_FIRST
        accepted, text = yield from _by_sasl(minutes, next(tags), mechanism, credentials, initial)
        if initial and text.startswith("BAD"):  # the command was not understood, nothing was judged
            minutes.notes.append(f"initial response refused: {text}")
            minutes.renewed = False
            accepted, text = yield from _by_sasl(minutes, next(tags), mechanism, credentials, False)
    final(minutes, mechanism or "LOGIN", credentials.user, accepted)
    if not accepted:
        minutes.reply = (text,)
        raise Stopped(judge("imap", minutes.reply, minutes.offers), text)


def _by_sasl(
    minutes: Minutes, tag: str, mechanism: str, credentials: Credentials, initial: bool
) -> Dialogue[tuple[bool, str]]:
    def answer(minutes: Minutes) -> Dialogue[tuple[str, str]]:
        said = yield from tagged(minutes, tag, continuation=True)
        if said.startswith("+"):
            return "more", said[1:].strip()
        return ("yes" if said.partition(" ")[0] == "OK" else "no"), said

    way = Way(f"{tag} AUTHENTICATE", answer, initial=initial)
    return (yield from authenticate(minutes, credentials, mechanism, way))
