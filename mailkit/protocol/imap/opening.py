"""The commands that open IMAP: RFC 9051 §6.1 and §6.2, RFC 4959 (an initial response)."""

from dataclasses import replace

from mailkit.observation import Step, StopReason, mechanisms
from mailkit.ports import Security
from mailkit.protocol import sasl
from mailkit.protocol.after_login import AfterLogin
from mailkit.protocol.dialogue import (
    Credentials,
    Dialogue,
    Redacted,
    SessionState,
    Stopped,
    foreign,
    line,
    say,
)
from mailkit.protocol.imap.examine import examine
from mailkit.protocol.imap.exchange import command, learn, tagged
from mailkit.protocol.imap.grammar import quoted, status
from mailkit.protocol.imap.search import find
from mailkit.protocol.login import SaslAnswer, SaslProfile, authenticate
from mailkit.protocol.opening import LoginReply, OpeningPlan, Speaker
from mailkit.text import decoded

__all__ = ["ImapSpeaker"]


class ImapSpeaker(Speaker):
    """IMAP. ``state`` is the state in the greeting: OK or PREAUTH."""

    protocol = "imap"
    state = ""

    def __init__(self, session: SessionState, plan: OpeningPlan) -> None:
        super().__init__(session, plan)
        self.tags = (f"a{number}" for number in range(1, 100))

    def greet(self) -> Dialogue[None]:
        """Read the greeting, and the capabilities that come with it (RFC 9051 §6.1.1)."""
        raw = yield from line(self.session)
        greeting = status(raw[2:]) if raw.startswith(b"* ") else None
        if greeting is None:
            raise foreign(self.session)
        self.session.greeting = (decoded(raw),)
        self.state = greeting.kind
        if self.state not in ("OK", "PREAUTH"):  # BYE; some servers say NO or BAD
            raise Stopped(StopReason.UNWELCOME, self.session.greeting[0])
        if self.state == "PREAUTH" and self.plan.security is Security.STARTTLS:
            raise Stopped(StopReason.PREAUTH, self.session.greeting[0])
        learn(self.session, greeting)

    def learn_offers(self) -> Dialogue[None]:
        """Send CAPABILITY, if the greeting did not list capabilities."""
        if self.session.offers:
            return
        self.session.step = Step.CAPABILITIES
        said = yield from command(self.session, next(self.tags), "CAPABILITY")
        if said.partition(" ")[0] != "OK":
            raise Stopped(StopReason.BROKEN, said, data=said.encode())

    def start_tls(self) -> Dialogue[None]:
        """STARTTLS."""
        if "STARTTLS" not in self.session.offers:
            raise Stopped(StopReason.NOT_OFFERED)
        self.session.step = Step.STARTTLS
        said = yield from command(self.session, next(self.tags), "STARTTLS")
        if said.partition(" ")[0] != "OK":
            raise Stopped(StopReason.NOT_UPGRADED, said)

    def mechanism(self, credentials: Credentials) -> str:
        """Return the name of a SASL mechanism, or an empty text for the command LOGIN.

        The command takes one round trip, like a mechanism with an initial response; it supports ASCII only.
        """
        name = self._mechanism(credentials)
        if self.state == "PREAUTH":
            raise Stopped(StopReason.PREAUTH, self.session.greeting[0])
        return name

    def _mechanism(self, credentials: Credentials) -> str:
        auth, password = credentials.auth.lower(), credentials.password
        offered = mechanisms(self.session.offers)
        by_command = "LOGINDISABLED" not in self.session.offers and auth in ("password", "login")
        name = sasl.choose(auth, offered, in_clear=self.session.tls is None)
        quick = name != "PLAIN" or "SASL-IR" in self.session.offers
        if name and (quick or not by_command):
            return name
        if by_command and (credentials.user + (password or "")).isascii():
            return ""
        if name:
            return name
        if by_command:
            self.session.facts = replace(self.session.facts, ascii_only=True)
            raise Stopped(
                StopReason.NOT_SENDABLE, "LOGIN carries ASCII only, and PLAIN is not offered"
            )
        if auth in ("password", "login") or not offered:
            raise Stopped(StopReason.LOGIN_DISABLED, " ".join(offered))
        raise Stopped(StopReason.NO_MECHANISM, " ".join(offered))

    def log_in(self, mechanism: str, credentials: Credentials) -> Dialogue[LoginReply]:
        """Send LOGIN or AUTHENTICATE; an untagged BYE or BAD before the connection ends is a reply too."""
        try:
            return (yield from self._log_in(mechanism, credentials))
        except Stopped as stopped:
            if stopped.stop.kind is not StopReason.CLOSED or not stopped.stop.text:
                raise
            return LoginReply(False, (stopped.stop.text,))

    def _log_in(self, mechanism: str, credentials: Credentials) -> Dialogue[LoginReply]:
        session = self.session
        session.renewed = False
        if not mechanism:
            tag, user = next(self.tags), quoted(credentials.user)
            words = Redacted(f"{tag} LOGIN {user} {quoted(credentials.password or '')}")
            yield from say(session, words, f"{tag} LOGIN {user} ***")
            text = yield from tagged(session, tag)
            return LoginReply(text.partition(" ")[0] == "OK", (text,))
        initial = "SASL-IR" in session.offers and mechanism not in sasl.SERVER_FIRST
        accepted, text = yield from self._by_sasl(mechanism, credentials, initial=initial)
        if initial and text.startswith(
            "BAD"
        ):  # the command was unknown, so the login was not decided
            session.facts = replace(session.facts, initial_response_refused=text)
            session.renewed = False
            accepted, text = yield from self._by_sasl(mechanism, credentials, initial=False)
        return LoginReply(accepted, (text,))

    def _by_sasl(
        self, mechanism: str, credentials: Credentials, *, initial: bool
    ) -> Dialogue[tuple[bool, str]]:
        tag = next(self.tags)

        def answer(session: SessionState) -> SaslAnswer:
            said = yield from tagged(session, tag, continuation=True)
            if said.startswith("+"):
                return "more", said[1:].strip()
            return ("yes" if said.partition(" ")[0] == "OK" else "no"), said

        profile = SaslProfile(f"{tag} AUTHENTICATE", answer, initial=initial)
        return (yield from authenticate(self.session, credentials, mechanism, profile))

    def go_on(self, after_login: AfterLogin, *, logged_in: bool) -> Dialogue[bool]:
        """Examine the mailbox, and search for a message."""
        if logged_in:
            yield from examine(self.session, self.tags, thorough=after_login.mailbox)
            if after_login.search is not None:
                yield from find(self.session, self.tags, after_login.search)
        return False

    def logout(self) -> str:
        """LOGOUT."""
        return f"{next(self.tags)} LOGOUT"
