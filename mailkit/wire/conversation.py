"""A conversation from its first ask to its end: driven, and told as an observation."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from time import monotonic

from mailkit.observation import Endpoint, Kind, Observation, Step, Stop, mechanisms
from mailkit.ports import Protocol, Security
from mailkit.wire import http, imap, pop3, smtp
from mailkit.wire.dialogue import (
    Ask,
    Credentials,
    Dialogue,
    Minutes,
    Stopped,
)
from mailkit.wire.errand import NO_ERRAND, Errand

__all__ = ["dialogue_for", "observe", "run"]


def run(dialogue: Dialogue[None], answer: Callable[[Ask], object]) -> None:
    """Drive a dialogue: ask, answer, until it ends or is stopped.

    What stops an answer is raised where the dialogue asked, so that it may have a last word.
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
    minutes: Minutes,
    endpoint: Endpoint,
    credentials: Credentials | None = None,
    *,
    clear_ok: bool = False,
    goodbye: bool = False,
    errand: Errand = NO_ERRAND,
) -> Dialogue[None]:
    """The opening for an endpoint's protocol, and the errand after a login."""
    if endpoint.protocol == "http":
        return http.opening(minutes, tls=endpoint.security == Security.IMPLICIT_TLS)
    openings: dict[str, Callable[..., Dialogue[None]]] = {
        Protocol.IMAP: imap.opening,
        Protocol.POP3: pop3.opening,
        Protocol.SMTP: smtp.opening,
        "lmtp": partial(smtp.opening, lmtp=True),
    }
    return openings[endpoint.protocol](
        minutes,
        Security(endpoint.security),
        credentials,
        clear_ok=clear_ok,
        goodbye=goodbye,
        errand=errand,
    )


def observe(
    endpoint: Endpoint,
    conversation: Callable[[Minutes], Dialogue[None]],
    answer: Callable[[Ask], object],
) -> Observation:
    """Run a conversation and tell what was seen, however it ended."""
    minutes = Minutes()
    stop: Stop | None = None
    clock = _Clock(minutes, answer)
    try:
        run(conversation(minutes), clock)
    except Stopped as stopped:
        over = minutes.step is Step.DONE and minutes.login and minutes.login.accepted
        if not over or stopped.stop.kind is Kind.FLOOD:
            stop = stopped.stop
            if minutes.heard and stop.kind in (Kind.DRIP, Kind.CLOSED, Kind.RESET, Kind.FLOOD):
                rest = minutes.masked(bytes(minutes.heard[:200]))
                stop = replace(stop, data=rest)
                minutes.event(f"bytes {_escaped(rest)}")
            minutes.event(_event(stop))
    return Observation(
        endpoint=endpoint,
        step=minutes.step,
        stop=stop,
        address=minutes.address,
        greeting=minutes.greeting,
        first_bytes=minutes.first_bytes,
        offers=minutes.offers,
        offers_before=minutes.offers_before,
        tls=minutes.tls,
        chain=minutes.chain,
        logins=minutes.logins or mechanisms(minutes.offers),
        login=minutes.login,
        reply=minutes.reply,
        mailbox=minutes.mailbox,
        notes=tuple(minutes.notes),
        transcript=tuple(minutes.transcript),
        spans=clock.spans,
    )


class _Clock:
    """Notes how long each step waited for its answers."""

    def __init__(self, minutes: Minutes, answer: Callable[[Ask], object]) -> None:
        self.minutes, self.answer, self.began = minutes, answer, monotonic()
        self.waits: list[tuple[str, float, float]] = []

    def __call__(self, ask: Ask) -> object:
        before = monotonic()
        try:
            return self.answer(ask)
        finally:
            self.waits.append((_STEPS[self.minutes.step], before, monotonic()))

    @property
    def spans(self) -> tuple[tuple[str, float, float], ...]:
        """Steps with when they began and how long they took, in ms."""
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
    Step.ERRAND: "mailbox",
    Step.DONE: "goodbye",
}


def _event(stop: Stop) -> str:
    if stop.kind is Kind.TLS_FAILED:
        return f"tls failed {stop.code or ''} {stop.text}".replace("  ", " ")
    return f"{stop.kind}: {stop.text}" if stop.text else str(stop.kind)


def _escaped(data: bytes) -> str:
    return data.decode("latin-1").encode("unicode_escape").decode()
