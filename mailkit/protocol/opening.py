"""The opening of a mail service for all three protocols: connect, TLS, capabilities, login.

The order is what makes a login safe (RFC 8314 §5.1, RFC 3207 §6): no credentials before verified TLS, nothing kept
from before TLS, capabilities requested again after it. A protocol adds its commands as a
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
    log_out,
    nowhere,
    record_login,
    require_private,
)

__all__ = ["LoginReply", "OpeningPlan", "Speaker", "opening"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningPlan:
    """The plan of an opening.

    ``security`` is the encryption mode. Without ``credentials`` there is no login; without a password only the offer
    of a login is checked. ``clear_ok`` returns whether a login without TLS is allowed for an address. ``logout``
    waits for the reply to QUIT or LOGOUT.
    """

    security: Security
    credentials: Credentials | None = None
    clear_ok: ClearOk = nowhere
    logout: bool = False
    after_login: AfterLogin = LOGIN_ONLY


@dataclass(frozen=True, slots=True)
class LoginReply:
    """The reply to a login: its lines, and its code if the protocol has one."""

    accepted: bool
    lines: tuple[str, ...]
    code: int = 0


class Speaker(ABC):
    """The commands of one protocol, for one session."""

    protocol: ClassVar[str]

    def __init__(self, session: SessionState, plan: OpeningPlan) -> None:
        self.session, self.plan = session, plan

    @abstractmethod
    def greet(self) -> Dialogue[None]:
        """Read the greeting.

        Raises:
            Stopped: the server rejects the connection.
        """

    @abstractmethod
    def learn_offers(self) -> Dialogue[None]:
        """Request the capabilities; before TLS, and again after it."""

    @abstractmethod
    def start_tls(self) -> Dialogue[None]:
        """Request STARTTLS.

        Raises:
            Stopped: it is not offered, or rejected.
        """

    @abstractmethod
    def mechanism(self, credentials: Credentials) -> str:
        """Return the mechanism of a login; empty for IMAP's command LOGIN.

        Raises:
            Stopped: no usable mechanism is
        offered.
        """

    @abstractmethod
    def log_in(self, mechanism: str, credentials: Credentials) -> Dialogue[LoginReply]:
        """Log in; only after :func:`~mailkit.protocol.login.require_private`."""

    @abstractmethod
    def go_on(self, after_login: AfterLogin, *, logged_in: bool) -> Dialogue[bool]:
        """Run the tasks after the login; return whether QUIT or LOGOUT was sent."""

    def logout(self) -> str:
        """Return the last command."""
        return "QUIT"


def opening(speaker: Speaker) -> Dialogue[None]:
    """Read the greeting, upgrade to TLS if planned, request capabilities, log in, and run the tasks after it.

    Raises:
        Stopped: with the reason.
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
    if plan.after_login.keep_open:
        return
    if not (yield from speaker.go_on(plan.after_login, logged_in=logged_in)):
        yield from log_out(session, speaker.logout(), wait=plan.logout)


def _log_in(speaker: Speaker, mechanism: str, credentials: Credentials) -> Dialogue[None]:
    session = speaker.session
    reply = yield from speaker.log_in(mechanism, credentials)
    record_login(session, mechanism or "LOGIN", credentials.user, reply.accepted)
    session.reply = () if reply.accepted else reply.lines
    if not reply.accepted:
        kind = classify_refusal(speaker.protocol, reply.lines, session.offers)
        raise Stopped(kind, reply.lines[-1], code=reply.code)
