"""The opening of a mail service, one for the three protocols: connect, TLS, what is offered, the login.

Its order keeps a login safe (RFC 8314 §5.1, RFC 3207 §6): no credential before verified TLS, nothing
kept from before TLS, capabilities asked for again after it. A protocol adds its commands as a
:class:`Speaker` and cannot change the order.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from mailkit.observation import Step
from mailkit.ports import Security
from mailkit.protocol.after_login import LOGIN_ONLY, AfterLogin
from mailkit.protocol.dialogue import (
    Credentials,
    Dialogue,
    SessionState,
    Stopped,
    connect,
    secure,
)
from mailkit.protocol.login import (
    ClearOk,
    classify_refusal,
    nowhere,
    record_login,
    require_private,
    say_goodbye,
)

__all__ = ["LoginReply", "OpeningPlan", "Speaker", "opening"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningPlan:
    """What an opening does.

    ``security`` says when TLS begins. Without ``credentials`` nothing is logged in; credentials without a password only find out
    whether a fitting login is offered. ``clear_ok`` says to which addresses a login may go without TLS. ``goodbye`` waits for the server's answer to QUIT or
    LOGOUT.
    """

    security: Security
    credentials: Credentials | None = None
    clear_ok: ClearOk = nowhere
    goodbye: bool = False
    after_login: AfterLogin = LOGIN_ONLY


@dataclass(frozen=True, slots=True)
class LoginReply:
    """How a server answered a login: the lines of its reply, and its code where the protocol has one."""

    accepted: bool
    lines: tuple[str, ...]
    code: int = 0


class Speaker(ABC):
    """The commands of one protocol, for one conversation."""

    protocol: ClassVar[str]

    def __init__(self, session: SessionState, plan: OpeningPlan) -> None:
        self.session, self.plan = session, plan

    @abstractmethod
    def greet(self) -> Dialogue[None]:
        """Read the greeting.

        Raises:
            Stopped: it is no welcome.
        """

    @abstractmethod
    def learn_offers(self) -> Dialogue[None]:
        """Ask what is offered; before TLS, and again after it."""

    @abstractmethod
    def start_tls(self) -> Dialogue[None]:
        """Ask for the upgrade.

        Raises:
            Stopped: it is not offered, or refused.
        """

    @abstractmethod
    def mechanism(self, credentials: Credentials) -> str:
        """The mechanism of a login; empty for IMAP's command LOGIN.

        Raises:
            Stopped: none that is offered fits.
        """

    @abstractmethod
    def log_in(self, mechanism: str, credentials: Credentials) -> Dialogue[LoginReply]:
        """Log in; only after :func:`~mailkit.protocol.login.require_private`."""

    @abstractmethod
    def go_on(self, after_login: AfterLogin, *, logged_in: bool) -> Dialogue[bool]:
        """What is to be done then; returns whether the goodbye was said."""

    def goodbye(self) -> str:
        """The last command."""
        return "QUIT"


def opening(speaker: Speaker) -> Dialogue[None]:
    """Greet, upgrade where the plan says so, learn what is offered, log in, and go on.

    Raises:
        Stopped: with what ended it.
    """
    session, plan = speaker.session, speaker.plan
    yield from connect(session)
    if plan.security is Security.IMPLICIT_TLS:
        yield from secure(session)
    yield from speaker.greet()
    yield from speaker.learn_offers()
    if plan.security is Security.STARTTLS:
        yield from speaker.start_tls()
        yield from secure(session)
        yield from speaker.learn_offers()
    session.step = Step.LOGIN
    logged_in = False
    if plan.credentials is not None:
        mechanism = speaker.mechanism(plan.credentials)
        if plan.credentials.password is not None:
            require_private(session, plan.credentials, clear_ok=plan.clear_ok)
            yield from _log_in(speaker, mechanism, plan.credentials)
            logged_in = True
    if plan.after_login.hand_over:
        return
    if not (yield from speaker.go_on(plan.after_login, logged_in=logged_in)):
        yield from say_goodbye(session, speaker.goodbye(), wait=plan.goodbye)


def _log_in(speaker: Speaker, mechanism: str, credentials: Credentials) -> Dialogue[None]:
    session = speaker.session
    reply = yield from speaker.log_in(mechanism, credentials)
    record_login(session, mechanism or "LOGIN", credentials.user, reply.accepted)
    session.reply = () if reply.accepted else reply.lines
    if not reply.accepted:
        kind = classify_refusal(speaker.protocol, reply.lines, session.offers)
        raise Stopped(kind, reply.lines[-1], code=reply.code)
