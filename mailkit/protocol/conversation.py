"""A conversation from its first ask to its end: driven, and told as an observation."""

from collections.abc import Callable
from dataclasses import replace
from time import monotonic

from mailkit.observation import Endpoint, Observation, Step, Stop, StopReason, mechanisms
from mailkit.ports import Security
from mailkit.protocol import http
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

__all__ = ["dialogue_for", "observe", "run"]

_SPEAKERS: dict[str, type[Speaker]] = {
    "imap": ImapSpeaker,
    "pop3": Pop3Speaker,
    "smtp": SmtpSpeaker,
    "lmtp": LmtpSpeaker,
}


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
    session: SessionState,
    endpoint: Endpoint,
    credentials: Credentials | None = None,
    *,
    clear_ok: ClearOk = nowhere,
    goodbye: bool = False,
    after_login: AfterLogin = LOGIN_ONLY,
) -> Dialogue[None]:
    """The opening for an endpoint's protocol, and what comes after the login."""
    if endpoint.protocol == "http":
        return http.opening(session, tls=endpoint.security == Security.IMPLICIT_TLS)
    plan = OpeningPlan(
        security=Security(endpoint.security),
        credentials=credentials,
        clear_ok=clear_ok,
        goodbye=goodbye,
        after_login=after_login,
    )
    spoken = opening(_SPEAKERS[endpoint.protocol](session, plan))
    return leaving(session, spoken, "a0 LOGOUT" if endpoint.protocol == "imap" else "QUIT")


def observe(
    endpoint: Endpoint,
    conversation: Callable[[SessionState], Dialogue[None]],
    answer: Callable[[Ask], object],
) -> Observation:
    """Run a conversation and tell what was seen, however it ended."""
    session = SessionState()
    stop: Stop | None = None
    clock = _Clock(session, answer)
    try:
        run(conversation(session), clock)
    except Stopped as stopped:
        over = session.step is Step.DONE and session.login and session.login.accepted
        if not over or stopped.stop.kind is StopReason.FLOOD:
            stop = stopped.stop
            if session.heard and stop.kind in (
                StopReason.DRIP,
                StopReason.CLOSED,
                StopReason.RESET,
                StopReason.FLOOD,
            ):
                rest = session.masked(bytes(session.heard[:200]))
                stop = replace(stop, data=rest)
                session.event(f"bytes {_escaped(rest)}")
            stop = replace(
                stop, text=session.masked_text(stop.text), data=session.masked(stop.data)
            )
            session.event(_event(stop))
    masked = session.masked_text
    return Observation(
        endpoint=endpoint,
        step=session.step,
        stop=stop,
        address=session.address,
        greeting=tuple(map(masked, session.greeting)),
        first_bytes=session.masked(session.first_bytes),
        offers=session.offers,
        offers_before=session.offers_before,
        tls=session.tls,
        chain=session.chain,
        logins=session.logins or mechanisms(session.offers),
        login=session.login,
        reply=tuple(map(masked, session.reply)),
        mailbox=session.mailbox,
        notes=tuple(map(masked, session.notes)),
        transcript=tuple(map(masked, session.transcript)),
        spans=clock.spans,
    )


class _Clock:
    """Notes how long each step waited for its answers."""

    def __init__(self, session: SessionState, answer: Callable[[Ask], object]) -> None:
        self.session, self.answer, self.began = session, answer, monotonic()
        self.waits: list[tuple[str, float, float]] = []

    def __call__(self, ask: Ask) -> object:
        before = monotonic()
        try:
            return self.answer(ask)
        finally:
            self.waits.append((_STEPS[self.session.step], before, monotonic()))

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
    Step.AFTER_LOGIN: "mailbox",
    Step.DONE: "goodbye",
}


def _event(stop: Stop) -> str:
    if stop.kind is StopReason.TLS_FAILED:
        return f"tls failed {stop.code or ''} {stop.text}".replace("  ", " ")
    return f"{stop.kind}: {stop.text}" if stop.text else str(stop.kind)


def _escaped(data: bytes) -> str:
    return data.decode("latin-1").encode("unicode_escape").decode()
