"""The common parts of the lab's protocols: capabilities, STARTTLS, password checks, the store."""

import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailkit.lab.listener import Listener
from mailkit.lab.mailstore.store import Store
from mailkit.lab.people import People
from mailkit.lab.post import MailAcceptance
from mailkit.lab.provider_profiles import PROFILES, ProviderProfile
from mailkit.lab.recording import LoginAttempt
from mailkit.lab.script import Act, Say, Wire
from mailkit.lab.servers.sasl import MECHANISMS, SPOKEN, converse
from mailkit.ports import Security

if TYPE_CHECKING:
    from collections import Counter

__all__ = ["MECHANISMS", "SPOKEN", "WEB_METHODS", "ServerSession"]

_POSITIVE = {"imap": (b"<tag> OK",), "pop3": (b"+OK",)}
_POSITIVE_SMTP = (b"2",)
_BEGINS_CONTENT = (b"354",)
"""The only positive reply to DATA: no content follows another one (RFC 5321, section 4.2.5)."""
_READS_AFTER_IT = ("STARTTLS", "STLS")
"""Commands whose effect begins after the reply."""
WEB_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH")
"""What a web page makes a browser send to any port; the commands in its body must not be obeyed."""
_UNNAMED = "anonymous"
"""The user of a login that a script accepts before a name was given."""


@dataclass
class ServerSession:
    """The state of a session. ``inside`` counts logged-in users over all connections; ``granted`` is whether the
    script has accepted the current command, whatever the server itself would reply.
    """

    wire: Wire
    listener: Listener
    make_context: Callable[[], ssl.SSLContext]
    people: People
    store: Store
    acceptance: MailAcceptance
    inside: "Counter[str]"
    user: str = ""
    told_id: bool = False
    granted: bool = False
    entered: list[str] = field(default_factory=list)

    @property
    def context(self) -> ssl.SSLContext:
        """The TLS context."""
        return self.make_context()

    @property
    def profile(self) -> ProviderProfile:
        """The provider profile."""
        return PROFILES[self.listener.profile]

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """The mechanisms that are offered now, by default."""
        if not self.may_log_in:
            return (*self.listener.mechanisms_clear,)
        return (*self.listener.mechanisms,) or self.profile.mechanisms

    def may_use(self, mechanism: str) -> bool:
        """Return whether a mechanism is accepted now."""
        early = mechanism.upper() in self.listener.mechanisms_clear
        return self.may_log_in or early

    @property
    def wants_id(self) -> bool:
        """Whether no folder is opened before the command ID."""
        return self.listener.wants_id or self.profile.wants_id

    @property
    def no_initial_response(self) -> bool:
        """Whether AUTHENTICATE takes the name of a mechanism only."""
        return self.listener.no_initial_response or self.profile.no_initial_response

    def greet(self, words: bytes) -> None:
        """The greeting, or the script in its place."""
        if self.listener.greeting:
            self.wire.do(self.listener.greeting)
        else:
            self.wire.send(words)

    @property
    def may_log_in(self) -> bool:
        """Return whether a password is accepted now."""
        listener = self.listener
        return (
            self.granted
            or self.wire.tls
            or listener.clear_login
            or listener.security is Security.CLEARTEXT
        )

    @property
    def may_upgrade(self) -> bool:
        """Whether STARTTLS is offered now."""
        return self.listener.security is Security.STARTTLS and not self.wire.tls

    def offers(self, usual: list[str]) -> list[str]:
        """The capabilities now, or those configured in the listener."""
        shown = self.listener.offers_tls if self.wire.tls else self.listener.offers
        return usual if shown is None else [*shown]

    def scripted(
        self, command: str, effect: Callable[[], object] = lambda: None, tag: bytes = b""
    ) -> bool | None:
        """Follow the listener's script for a command.

        A positive reply in it has the command's effect, which begins before the reply is sent, as with a server.

        Args:
            command: the command's name.
            effect: does what the command does; what it replies is not sent.
            tag: the command's tag, with IMAP.

        Returns:
            Whether the script accepted it; ``None`` if there is no script.
        """
        acts = self.listener.action(command, tls=self.wire.tls)
        if acts is None:
            return None
        reply = self._positive(acts, command)
        first = len(acts) if reply is None or command in _READS_AFTER_IT else reply
        self.wire.listened.clear()
        self.wire.do(acts[:first], tag)
        if reply is not None:
            with self._granting():
                effect()
        self.wire.do(acts[first:], tag)
        return reply is not None

    def _positive(self, acts: Sequence[Act], command: str) -> int | None:
        """The place of the act with a positive final reply to a command."""
        usual = _BEGINS_CONTENT if command == "DATA" else _POSITIVE_SMTP
        positive = _POSITIVE.get(self.listener.protocol, usual)
        said, found = b"", None
        for place, act in enumerate(acts):
            if isinstance(act, Say):
                said += act.data
                last = said.splitlines()[-1] if said.endswith(b"\n") else b""
                found = place if last.startswith(positive) else found if not last else None
        return found

    @contextmanager
    def _granting(self) -> Iterator[None]:
        self.granted = self.wire.muted = True
        try:
            yield
        finally:
            self.granted = self.wire.muted = False

    def check(self, user: str, password: str | None, mechanism: str = "LOGIN") -> bool:
        """Whether a user name, in exactly this form, has this password."""
        right = password is not None and self.people.right(user, password)
        return self.decide(user, mechanism, fine=right)

    def decide(self, user: str, mechanism: str, *, fine: bool) -> bool:
        """Record a login attempt; return whether it is accepted."""
        user = user or (_UNNAMED if self.granted else "")
        good = fine or self.granted or (self.listener.accepts_all and bool(user))
        known = self.people.password(user) is not None
        self.wire.record.attempts.append(LoginAttempt(user, good, mechanism, self.wire.tls, known))
        self.user = user if good else ""
        return good

    def sasl(self, mechanism: str, initial: str, ask: Callable[[str], str]) -> bool:
        """The server's side of every mechanism; ``ask`` sends a challenge."""
        exchange = converse(mechanism, initial, self.people)
        try:
            challenge = next(exchange)
            while True:
                answer = ask(challenge)
                if answer == "*":  # RFC 4422 §3.5
                    self.wire.record.attempts.append(
                        LoginAttempt("", False, mechanism, self.wire.tls)
                    )
                    return False
                challenge = exchange.send(answer)
        except StopIteration as end:
            user, fine = end.value
        able = self.granted or mechanism not in self.listener.cannot
        return self.decide(user, mechanism, fine=fine) and able

    def enter(self) -> bool:
        """Count the connection of a user; return false if there are too many."""
        with self.store.lock:
            if self.inside[self.user] >= self.listener.connections and not self.granted:
                return False
            self.inside[self.user] += 1
            self.entered.append(self.user)
        return True

    def leave(self) -> None:
        """Uncount the connection, and release locks."""
        with self.store.lock:
            for user in self.entered:
                self.inside[user] -= 1
                box = self.store.box(user)
                if box.holder is self:
                    box.holder = None
                    self.store.changed()
