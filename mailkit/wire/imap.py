"""The opening of IMAP: RFC 9051 §6.1 and §6.2, RFC 4959 (an initial response)."""

import re

from mailkit.observation import Kind, Step, mechanisms
from mailkit.ports import Security
from mailkit.text import decoded
from mailkit.wire import sasl
from mailkit.wire.dialogue import (
    MAX_LITERAL,
    Credentials,
    Dialogue,
    Minutes,
    Stopped,
    Veiled,
    connect,
    exactly,
    foreign,
    line,
    say,
    secure,
)
from mailkit.wire.login import Way, authenticate, final, finish, gate, judge

__all__ = ["opening"]

_GREETING = re.compile(rb"\* (OK|PREAUTH|BYE)\b ?(.*)", re.I | re.S)
_LITERAL = re.compile(rb".*~?\{(\d+)\+?\}", re.S)
_CAPABILITY = re.compile(rb"(?:.*\[|\* )CAPABILITY ([^\]]*)", re.I | re.S)


def opening(
    minutes: Minutes,
    security: Security,
    credentials: Credentials | None = None,
    *,
    clear_ok: bool = False,
    goodbye: bool = False,
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
        said = yield from _command(minutes, next(tags), "STARTTLS")
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
            yield from _log_in(minutes, next(tags), mechanism, credentials)
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
    _learn(minutes, raw)
    return state


def _capability(minutes: Minutes, tag: str) -> Dialogue[None]:
    minutes.step = Step.CAPABILITIES
    said = yield from _command(minutes, tag, "CAPABILITY")
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


def _log_in(minutes: Minutes, tag: str, mechanism: str, credentials: Credentials) -> Dialogue[None]:
    if not mechanism:
        user = _string(credentials.user)
        command = Veiled(f"{tag} LOGIN {user} {_string(credentials.password or '')}")
        yield from say(minutes, command, f"{tag} LOGIN {user} ***")
        text = yield from _tagged(minutes, tag)
        accepted = text.partition(" ")[0] == "OK"
    else:

        def answer(minutes: Minutes) -> Dialogue[tuple[str, str]]:
            said = yield from _tagged(minutes, tag, continuation=True)
            if said.startswith("+"):
                return "more", said[1:].strip()
            return ("yes" if said.partition(" ")[0] == "OK" else "no"), said

        way = Way(f"{tag} AUTHENTICATE", answer, initial="SASL-IR" in minutes.offers)
        accepted, text = yield from authenticate(minutes, credentials, mechanism, way)
    final(minutes, mechanism or "LOGIN", credentials.user, accepted)
    if not accepted:
        minutes.reply = (text,)
        raise Stopped(judge("imap", minutes.reply, minutes.offers), text)


def _command(minutes: Minutes, tag: str, command: str) -> Dialogue[str]:
    """Send a command; return its tagged reply without the tag."""
    yield from say(minutes, f"{tag} {command}")
    return (yield from _tagged(minutes, tag))


def _tagged(minutes: Minutes, tag: str, *, continuation: bool = False) -> Dialogue[str]:
    """Read up to the tagged reply, learning capabilities on the way."""
    start = f"{tag} ".encode()
    farewell = ""
    while True:
        try:
            raw = yield from _whole(minutes)
        except Stopped as stopped:
            if farewell and stopped.stop.kind is Kind.CLOSED:
                raise Stopped(Kind.CLOSED, farewell) from None
            raise
        if b"\0" in raw:
            raise Stopped(Kind.BROKEN, data=raw[:200])
        if raw.startswith(b"* "):
            _learn(minutes, raw)
            if raw[2:5].upper() == b"BYE":
                farewell = decoded(raw)
        elif raw.startswith(b"+") and continuation:
            return decoded(raw, 10_000)
        elif raw.startswith(start):
            said = decoded(raw[len(start) :])
            status, _, rest = said.partition(" ")
            if status.upper() not in ("OK", "NO", "BAD"):
                raise Stopped(Kind.BROKEN, data=raw[:200])
            _learn(minutes, raw)
            return f"{status.upper()} {rest}".rstrip()
        else:
            raise Stopped(Kind.BROKEN, data=raw[:200])


def _whole(minutes: Minutes) -> Dialogue[bytes]:
    """One response with the literals in it (RFC 9051 §4.3)."""
    raw = yield from line(minutes)
    while (match := _LITERAL.fullmatch(raw)) is not None:
        size = int(match[1][:20])
        if size > MAX_LITERAL:
            raise Stopped(Kind.FLOOD, f"a literal of {size:,} bytes")
        raw += yield from exactly(minutes, size)
        rest = yield from line(minutes)
        if _LITERAL.fullmatch(rest) is None:
            return raw + rest
        raw += rest
        if len(raw) > MAX_LITERAL:
            raise Stopped(Kind.FLOOD, f"a response of more than {MAX_LITERAL:,} bytes")
    return raw


def _learn(minutes: Minutes, raw: bytes) -> None:
    if (match := _CAPABILITY.match(raw)) is not None:
        minutes.offers = tuple(decoded(match[1], 4_000).upper().split())


def _string(text: str) -> str:
    """A quoted string (RFC 9051 §4.3)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
