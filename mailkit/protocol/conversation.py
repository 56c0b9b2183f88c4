"""Drive a dialogue from its first request to its end, and return an observation."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from time import monotonic
from typing import Any

from mailkit.observation import (
    NO_FACTS,
    UNSHOWN_FACTS,
    Facts,
    Observation,
    Request,
    ServerEndpoint,
    Step,
    Stop,
    StopReason,
    mechanisms,
)
from mailkit.ports import Security
from mailkit.protocol import sasl
from mailkit.protocol.after_login import LOGIN_ONLY, AfterLogin
from mailkit.protocol.dialogue import (
    Ask,
    Credentials,
    Dialogue,
    SessionState,
    Stopped,
    leaving,
)
from mailkit.protocol.imap.opening import ImapSpeaker
from mailkit.protocol.login import ClearOk, nowhere
from mailkit.protocol.opening import OpeningPlan, Speaker, opening
from mailkit.protocol.pop3.opening import Pop3Speaker
from mailkit.protocol.smtp.opening import LmtpSpeaker, SmtpSpeaker
from mailkit.text import clean

__all__ = ["dialogue_for", "observe", "run", "stop_lines", "stopped_by"]

_SPEAKERS: dict[str, type[Speaker]] = {
    "imap": ImapSpeaker,
    "pop3": Pop3Speaker,
    "smtp": SmtpSpeaker,
    "lmtp": LmtpSpeaker,
}


def run(dialogue: Dialogue[None], answer: Callable[[Ask], object]) -> None:
    """Drive a dialogue until it ends or is stopped.

    A stop is raised inside the dialogue, so it can still send QUIT or LOGOUT.
    """
    try:
        ask = next(dialogue)
        while True:
            try:
                answered = answer(ask)
            except Stopped as stopped:
                ask = dialogue.throw(stopped)
            else:
                ask = dialogue.send(answered)
    except StopIteration:
        return
    finally:
        dialogue.close()


def dialogue_for(
    session: SessionState,
    endpoint: ServerEndpoint,
    credentials: Credentials | None = None,
    *,
    clear_ok: ClearOk = nowhere,
    logout: bool = False,
    after_login: AfterLogin = LOGIN_ONLY,
) -> Dialogue[None]:
    """Return the dialogue for an endpoint's protocol: the opening, and the tasks after the login."""
    session.request = _asked(credentials, after_login)
    if (
        credentials is not None and credentials.password
    ):  # a server may know it, and repeat it before the login
        session.secrets.foresee(*sasl.traces(credentials))
    plan = OpeningPlan(
        security=Security(endpoint.security),
        credentials=credentials,
        clear_ok=clear_ok,
        logout=logout,
        after_login=after_login,
    )
    spoken = opening(_SPEAKERS[endpoint.protocol](session, plan))
    return leaving(session, spoken, "a0 LOGOUT" if endpoint.protocol == "imap" else "QUIT")


def _asked(credentials: Credentials | None, after_login: AfterLogin) -> Request:
    """Return what a session is asked to do, without the secret."""
    transaction = after_login.transaction
    if credentials is not None:
        login = credentials.password is not None
        request = Request(
            user=credentials.user, auth=credentials.auth, login=login, mailbox=after_login.mailbox
        )
    else:
        request = Request(mailbox=after_login.mailbox)
    if (search := after_login.search) is not None:
        request = replace(request, search=search.message_id, search_in=search.role)
    if transaction is None:
        return request
    message = (
        "" if transaction.content is None else "7bit" if transaction.content.isascii() else "8bit"
    )
    return replace(
        request,
        sender=transaction.sender,
        recipients=transaction.recipients,
        size=transaction.size,
        message=message,
    )


def observe(
    endpoint: ServerEndpoint,
    conversation: Callable[[SessionState], Dialogue[None]],
    answer: Callable[[Ask], object],
    ended: Callable[[], Mapping[str, Any]] = dict,
) -> Observation:
    """Run a session and return its observation, however it ended. ``ended`` returns what the other side of ``answer``
    knows at the end: fields of the observation, and the facts of :data:`UNSHOWN_FACTS`.
    """
    session = SessionState()
    stop: Stop | None = None
    clock = _Clock(session, answer)
    try:
        run(conversation(session), clock.ask)
    except Stopped as stopped:
        over = session.step is Step.DONE and session.login and session.login.accepted
        if not over or stopped.stop.kind is StopReason.FLOOD:
            stop = stopped.stop
            if stop.kind in _IN_MID_LINE and (session.heard or session.literal):
                # The received part of a reply that never ended, with its literals.
                stop = replace(stop, data=bytes(session.literal + session.heard[:200]))
            stop = replace(
                stop, text=session.masked_text(stop.text), data=session.masked(stop.data)
            )
            session.transcript += stop_lines(stop)
    known = ended()
    return Observation(
        endpoint=endpoint,
        request=session.request,
        step=session.step,
        stop=stop,
        address=session.address,
        greeting=_masked_lines(session, session.greeting),
        first_bytes=session.masked(session.first_bytes),
        offers=_masked_offers(session, session.offers),
        offers_before=_masked_offers(session, session.offers_before),
        tls=session.tls,
        chain=session.chain,
        logins=session.logins or mechanisms(session.offers),
        login=session.login,
        reply=_masked_lines(session, session.reply),
        mailbox=session.mailbox,
        facts=_facts(session, known),
        transcript=_masked_transcript(session),
        spans=clock.spans,
        greeting_s=known.get("greeting_s"),
        ms=known.get("ms", 0.0),
    )


_WORDS = frozenset(
    [
        "ACL",
        "AUTH",
        "CHILDREN",
        "CHUNKING",
        "DSN",
        "ENABLE",
        "EXPIRE",
        "HELP",
        "ID",
        "IDLE",
        "IMAP4",
        "IMAP4REV1",
        "IMAP4REV2",
        "IMPLEMENTATION",
        "LITERAL",
        "LOGIN",
        "LOGINDISABLED",
        "MOVE",
        "NAMESPACE",
        "PIPELINING",
        "PLAIN",
        "QUOTA",
        "SASL",
        "SIZE",
        "SMTPUTF8",
        "SORT",
        "SPECIAL",
        "USE",
        "STARTTLS",
        "STLS",
        "THREAD",
        "TOP",
        "UIDL",
        "UIDPLUS",
        "UNSELECT",
        "USER",
        "UTF8",
    ]
)
"""Capability words; they are shown even if a password is one of them."""


def _masked_offers(session: SessionState, offers: tuple[str, ...]) -> tuple[str, ...]:
    """Mask capabilities: a server that has seen the password may list it in upper case."""
    others = _beyond_words(offers)
    if _masked_lines(session, others) == others:
        return offers
    return tuple(session.masked_text(offer) if offer in others else offer for offer in offers)


@lru_cache(512)
def _beyond_words(offers: tuple[str, ...]) -> tuple[str, ...]:
    """Return the capabilities that have other words than those of protocols."""
    return tuple(offer for offer in offers if not _WORDS.issuperset(re.split(r"[ =+-]+", offer)))


def _masked_transcript(session: SessionState) -> tuple[str, ...]:
    """Mask what stands after the mark of each line."""
    marks = [line[:3] for line in session.transcript]
    texts = _masked_lines(session, [line[3:] for line in session.transcript])
    return tuple(map(str.__add__, marks, texts))


def _masked_lines(session: SessionState, lines: Iterable[str]) -> tuple[str, ...]:
    """Mask lines. They are searched together first, because there is rarely anything to mask."""
    shown = tuple(lines)
    whole = "\n".join(session.secrets.doubtful(shown))
    if not whole or session.masked_text(whole) == whole:
        return shown
    return tuple(map(session.masked_text, shown))


def _facts(session: SessionState, known: Mapping[str, Any]) -> Facts:
    """Return the facts that a session has learned, masked, and those that are known at its end."""
    ends = {name: value for name, value in known.items() if name in UNSHOWN_FACTS and value}
    if session.statuses:
        ends["statuses"] = tuple(session.statuses)
    facts = session.facts
    return replace(facts if facts is NO_FACTS else _masked(facts, session.masked_text), **ends)


def _masked(facts: Any, masked: Callable[[str], str]) -> Any:
    """Mask every text in facts."""
    if isinstance(facts, str):
        return masked(facts)
    if isinstance(facts, tuple):
        return tuple(_masked(item, masked) for item in facts)
    if is_dataclass(facts) and not isinstance(facts, type):
        learned = {item.name: getattr(facts, item.name) for item in fields(facts)}
        shown = {name: _masked(value, masked) for name, value in learned.items() if value}
        changed = {name: value for name, value in shown.items() if value != learned[name]}
        return replace(facts, **changed) if changed else facts
    return facts


class _Clock:
    """Measures how long each step waited for answers."""

    def __init__(self, session: SessionState, answer: Callable[[Ask], object]) -> None:
        self.session, self.answer, self.began = session, answer, monotonic()
        self.waits: list[tuple[str, float, float]] = []

    def ask(self, ask: Ask) -> object:
        before = monotonic()
        try:
            return self.answer(ask)
        finally:
            self.waits.append((_STEPS[self.session.step], before, monotonic()))

    @property
    def spans(self) -> tuple[tuple[str, float, float], ...]:
        """Return the steps with start and duration, in ms."""
        found: list[tuple[str, float, float]] = []
        for step, start, end in self.waits:
            begins, ends = (start - self.began) * 1000, (end - self.began) * 1000
            if found and found[-1][0] == step:
                found[-1] = (step, found[-1][1], ends - found[-1][1])
            else:
                found.append((step, begins, ends - begins))
        return tuple(found)


_STEPS = {
    Step.RESOLVE: "name",
    Step.CONNECT: "name and TCP",
    Step.GREETING: "greeting",
    Step.TLS: "TLS",
    Step.STARTTLS: "STARTTLS and TLS",
    Step.CAPABILITIES: "capabilities",
    Step.LOGIN: "login",
    Step.AFTER_LOGIN: "mailbox",
    Step.DONE: "QUIT",
}


_IN_MID_LINE = {StopReason.DRIP, StopReason.CLOSED, StopReason.RESET, StopReason.FLOOD}
"""Stops after which the beginning of a line may be left over."""

_BESIDE_LINES = _IN_MID_LINE | {StopReason.TLS_FAILED, StopReason.INJECTED}
"""Stops with bytes that are in no line of the transcript; another protocol's greeting has some, too."""


def stop_lines(stop: Stop) -> Iterator[str]:
    """Return the event lines of a stop: bytes that are in no line, and the reason."""
    text = clean(stop.text, 1000)
    # A backslash in a line may also stand for an octet that cannot be shown.
    odd = stop.kind is StopReason.FOREIGN and not re.fullmatch(rb"[ -\[\]-~]*\r\n", stop.data)
    if stop.data and (odd or stop.kind in _BESIDE_LINES):
        record = stop.kind is StopReason.TLS_FAILED and stop.data[:1] in (b"\x15", b"\x16")
        yield f"== bytes {_escaped(stop.data[:8] if record else stop.data)}"  # its type is enough
    if stop.kind is StopReason.TLS_FAILED:
        yield f"== tls failed {stop.code or ''} {text}".replace("  ", " ")
    else:
        yield f"== {stop.kind}: {text}" if text else f"== {stop.kind}"


def stopped_by(seen: Observation, stop: Stop) -> Observation:
    """Return the observation with another stop reason, in its transcript too."""
    return replace(seen, stop=stop, transcript=(*seen.transcript[:-1], *stop_lines(stop)))


def _escaped(data: bytes) -> str:
    return data.decode("latin-1").encode("unicode_escape").decode()
