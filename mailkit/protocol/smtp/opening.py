"""The commands that open SMTP submission, and LMTP: RFC 5321 §3.1, RFC 3207, RFC 4954, RFC 2033."""

import re
from dataclasses import replace

from mailkit.observation import Step, StopReason, mechanisms
from mailkit.ports import Security
from mailkit.protocol import sasl
from mailkit.protocol.after_login import AfterLogin
from mailkit.protocol.dialogue import Credentials, Dialogue, SessionState, Stopped, say
from mailkit.protocol.login import SaslAnswer, SaslProfile, authenticate
from mailkit.protocol.opening import LoginReply, Speaker
from mailkit.protocol.smtp.grammar import reply
from mailkit.protocol.smtp.transaction import transact

__all__ = ["LmtpSpeaker", "SmtpSpeaker"]


class SmtpSpeaker(Speaker):
    """SMTP: EHLO, or HELO if a server knows nothing else."""

    protocol = "smtp"
    lmtp = False

    def greet(self) -> Dialogue[None]:
        """Read the greeting."""
        code, said = yield from reply(self.session, greeting=True, lmtp=self.lmtp)
        self.session.greeting = tuple(said)
        if code != 220:
            raise _refusal(code, said[-1])

    def learn_offers(self) -> Dialogue[None]:
        """Send EHLO, or LHLO over LMTP."""
        session = self.session
        session.step = Step.CAPABILITIES
        session.facts = replace(session.facts, helo=session.helo)
        yield from say(session, f"{'LHLO' if self.lmtp else 'EHLO'} {session.helo}")
        code, said = yield from reply(session)
        if code == 250:
            session.offers = tuple(_normal(text) for text in said[1:])
            return
        session.reply = tuple(said)
        if code == 530 and re.search(r"\bUSER\b", said[-1]):
            raise Stopped(StopReason.FOREIGN, "ftp", code=code, data=session.first_bytes)
        if code not in (500, 501, 502, 504) or self.lmtp:
            raise _refusal(code, said[-1])
        yield from say(session, f"HELO {session.helo}")
        code, _ = yield from reply(session)
        if code != 250 or self.plan.security is Security.STARTTLS:
            raise Stopped(StopReason.HELO_ONLY, said[-1], code=code)
        session.facts = replace(session.facts, helo_only=True)

    def start_tls(self) -> Dialogue[None]:
        """STARTTLS."""
        if "STARTTLS" not in self.session.offers:
            raise Stopped(StopReason.NOT_OFFERED)
        self.session.step = Step.STARTTLS
        yield from say(self.session, "STARTTLS")
        code, said = yield from reply(self.session)
        if code != 220:
            raise Stopped(StopReason.NOT_UPGRADED, said[-1], code=code)

    def mechanism(self, credentials: Credentials) -> str:
        """Return the name of a SASL mechanism."""
        offered = mechanisms(self.session.offers)
        if not offered:
            helo_only = self.session.facts.helo_only
            raise Stopped(StopReason.HELO_ONLY if helo_only else StopReason.NO_AUTH)
        name = sasl.choose(credentials.auth, offered, in_clear=self.session.tls is None)
        if not name:
            raise Stopped(StopReason.NO_MECHANISM, " ".join(offered))
        return name

    def log_in(self, mechanism: str, credentials: Credentials) -> Dialogue[LoginReply]:
        """AUTH."""

        def answer(session: SessionState) -> SaslAnswer:
            code, said = yield from reply(session)
            session.reply = tuple(said)
            state = "more" if code == 334 else "yes" if code == 235 else "no"
            return state, said[-1][4:]

        profile = SaslProfile("AUTH", answer, initial=True)
        accepted, _ = yield from authenticate(self.session, credentials, mechanism, profile)
        said = self.session.reply
        return LoginReply(accepted, said, int(said[-1][:3]))

    def go_on(self, after_login: AfterLogin, *, logged_in: bool) -> Dialogue[bool]:
        """Send or rehearse a message; after a sent one, QUIT is done."""
        transaction = after_login.transaction
        if transaction is None or not (logged_in or self.plan.credentials is None):
            return False
        yield from transact(self.session, transaction)
        return transaction.content is not None


class LmtpSpeaker(SmtpSpeaker):
    """LMTP: the same with LHLO."""

    lmtp = True


def _refusal(code: int, text: str) -> Stopped:
    """Return how a greeting or a reply to EHLO ends the conversation; a code that refuses nothing is out of place.

    200 and 201 are the greetings of a news server.
    """
    if code in (200, 201) or code >= 400:
        return Stopped(StopReason.UNWELCOME, text, code=code)
    return Stopped(StopReason.BROKEN, data=text.encode())


def _normal(text: str) -> str:
    """``250-auth=plain login`` as ``AUTH PLAIN LOGIN``."""
    words = text[4:].upper().split()
    if words and words[0].startswith("AUTH="):
        words = ["AUTH", words[0][5:], *words[1:]]
    return " ".join(words)
