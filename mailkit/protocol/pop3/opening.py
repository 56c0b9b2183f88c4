"""The commands that open POP3: RFC 1939, RFC 2449 (CAPA), RFC 2595 (STLS), RFC 5034 (AUTH).

A login locks the maildrop until the connection ends. Nothing is deleted (RFC 1939 §4 and §6).
"""

from mailkit.observation import Step, StopReason, mechanisms
from mailkit.protocol import sasl
from mailkit.protocol.after_login import AfterLogin
from mailkit.protocol.dialogue import (
    Credentials,
    Dialogue,
    Redacted,
    SessionState,
    Stopped,
    line,
    say,
)
from mailkit.protocol.login import SaslProfile, authenticate
from mailkit.protocol.opening import LoginReply, Speaker
from mailkit.protocol.pop3 import maildrop
from mailkit.protocol.pop3.grammar import challenge, reply, status, text
from mailkit.text import decoded

__all__ = ["Pop3Speaker"]


class Pop3Speaker(Speaker):
    """POP3. ``told`` is whether the server supports CAPA."""

    protocol = "pop3"
    told = False

    def greet(self) -> Dialogue[None]:
        """Read the greeting."""
        fine, said = yield from reply(self.session, greeting=True)
        self.session.greeting = (said,)
        if not fine:
            raise Stopped(StopReason.UNWELCOME, said)

    def learn_offers(self) -> Dialogue[None]:
        """Send CAPA; servers without it are accepted."""
        session = self.session
        session.step = Step.CAPABILITIES
        yield from say(session, "CAPA")
        self.told, _ = yield from reply(session)
        rows = (yield from text(session)) if self.told else []
        session.offers = tuple(" ".join(decoded(row).upper().split()) for row in rows)

    def start_tls(self) -> Dialogue[None]:
        """Send STLS, also if the server has no CAPA."""
        if self.told and "STLS" not in self.session.offers:
            raise Stopped(StopReason.NOT_OFFERED)
        self.session.step = Step.STARTTLS
        yield from say(self.session, "STLS")
        fine, said = yield from reply(self.session)
        if not fine:
            kind = StopReason.NOT_UPGRADED if self.told else StopReason.NOT_OFFERED
            raise Stopped(kind, said)

    def mechanism(self, credentials: Credentials) -> str:
        """Return ``USER`` for USER and PASS, or the name of a SASL mechanism."""
        auth, session = credentials.auth, self.session
        offered = mechanisms(session.offers)
        by_command = not self.told or "USER" in session.offers
        name = sasl.choose(auth, offered, in_clear=session.tls is None)
        if name:
            return name
        if by_command and auth.lower() == "password":
            return "USER"
        if not offered and not by_command:
            raise Stopped(StopReason.NO_AUTH if session.tls else StopReason.LOGIN_DISABLED)
        if auth.lower() == "password":
            raise Stopped(StopReason.LOGIN_DISABLED, " ".join(offered))
        both = (*offered, *(["USER"] if by_command else []))
        raise Stopped(StopReason.NO_MECHANISM, " ".join(both))

    def log_in(self, mechanism: str, credentials: Credentials) -> Dialogue[LoginReply]:
        """Send USER and PASS, or AUTH."""
        session = self.session
        if mechanism == "USER":
            yield from say(session, f"USER {credentials.user}")
            accepted, words = yield from reply(session)
            if accepted:
                yield from say(session, Redacted(f"PASS {credentials.password}"), "PASS ***")
                accepted, words = yield from reply(session)
            return LoginReply(accepted, (words,))
        profile = SaslProfile("AUTH", _answer, initial=True)
        accepted, words = yield from authenticate(session, credentials, mechanism, profile)
        return LoginReply(accepted, (words,))

    def go_on(self, after_login: AfterLogin, *, logged_in: bool) -> Dialogue[bool]:
        """Count the messages, and search for a message."""
        if logged_in:
            yield from maildrop.count(self.session, thorough=after_login.mailbox)
            if after_login.search is not None:
                yield from maildrop.find(self.session, after_login.search)
        return False


def _answer(session: SessionState) -> Dialogue[tuple[str, str]]:
    raw = yield from line(session)
    if (asked := challenge(raw)) is not None:
        return "more", asked
    fine = status(raw)
    if fine is None:
        raise Stopped(StopReason.BROKEN, data=raw[:200])
    return ("yes" if fine else "no"), decoded(raw)
