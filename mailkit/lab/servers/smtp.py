"""SMTP and LMTP (RFC 5321, RFC 6409, RFC 2033). A script may answer every command instead of the server.

A new command is a method of the session and an entry in ``_COMMANDS``; a new keyword of EHLO is a line in ``offers``.
"""

from collections.abc import Callable
from functools import partial

from mailkit.lab.post import SmtpEnvelope, single
from mailkit.lab.script import Ended, Gone
from mailkit.lab.servers.session import SPOKEN, WEB_METHODS, ServerSession
from mailkit.lab.servers.smtp_path import MAIL, RCPT, parameters
from mailkit.text import number

__all__ = ["serve"]


def serve(server: ServerSession) -> None:
    """Serve one connection."""
    _SmtpSession(server).run()


class _SmtpSession:
    """A client's session; ``submitted`` is the envelope of the current message, ``None`` before MAIL."""

    def __init__(self, server: ServerSession) -> None:
        self.server, self.wire = server, server.wire
        self.lmtp = server.listener.protocol == "lmtp"
        self.commands = _COMMANDS | (_LMTP if self.lmtp else _SMTP)
        self.submitted: SmtpEnvelope | None = None
        self.greeted = False

    def run(self) -> None:
        """Answer commands until QUIT."""
        listener = self.server.listener
        self.server.greet(f"220 {listener.host} {self.server.profile.smtp}\r\n".encode())
        while True:
            try:
                line = self.wire.line()
            except Gone:
                if self.wire.record.closed == "timeout":
                    self.say(f"421 4.4.2 {listener.host} Error: timeout exceeded")
                raise
            name, _, rest = line.decode("utf-8", "replace").partition(" ")
            command = name.upper()
            accepted = self.server.scripted(command, partial(self._take_effect, command, rest))
            if accepted and command == "DATA":
                self._receive()
            if accepted is None and command in WEB_METHODS:
                self.say("421 4.7.0 Error: this is not a web server")
                return
            if accepted is None:
                self.commands.get(command, _SmtpSession.unknown)(self, rest)
            elif command in ("HELO", "EHLO", "LHLO"):
                self.greeted = True
            if command == "QUIT" and accepted is not False:
                return

    def _take_effect(self, command: str, rest: str) -> None:
        """Do what a command does whose positive reply comes from the listener's script."""
        if command == "MAIL":
            found = parameters("FROM:", rest, MAIL)
            if not isinstance(found, str):
                user, record = self.server.user, self.wire.record
                self.submitted = SmtpEnvelope(found[0], user, found[1], record=record)
        elif command == "RCPT" and self.submitted is not None:
            found = parameters("TO:", rest, RCPT)
            if not isinstance(found, str) and found[0]:
                self.submitted.recipients.append(found)
        elif command == "AUTH":
            mechanism, _, initial = rest.strip().partition(" ")
            self._log_in(mechanism.upper(), initial.strip())
        elif command in self.commands and command != "DATA":
            self.commands[command](self, rest)

    def say(self, *lines: str) -> None:
        """Whole lines, in one write."""
        self.wire.send("".join(f"{line}\r\n" for line in lines).encode())

    def unknown(self, rest: str) -> None:
        """Every other command."""
        self.say("502 5.5.2 Error: command not recognized")

    def offers(self) -> list[str]:
        """The keywords of EHLO now, unless the listener has its own."""
        server = self.server
        usual = [f"SIZE {server.listener.rules.size}", "8BITMIME", "PIPELINING", "SMTPUTF8"]
        usual += ["ENHANCEDSTATUSCODES", "DSN"]
        usual += ["STARTTLS"] if server.may_upgrade else []
        usual += [f"AUTH {' '.join(server.mechanisms)}"] if self.may_log_in else []
        return server.offers(usual)

    @property
    def may_log_in(self) -> bool:
        """Whether a login is offered now."""
        return self.server.may_log_in and not self.lmtp

    def hello(self, rest: str) -> None:
        """EHLO, and LHLO in its place over LMTP (RFC 2033 §4.1)."""
        self.greeted, self.submitted = True, None
        words = [self.server.listener.host, *self.offers()]
        self.say(*(f"250-{word}" for word in words[:-1]), f"250 {words[-1]}")

    def helo(self, rest: str) -> None:
        """HELO: no extensions."""
        self.greeted, self.submitted = True, None
        self.say(f"250 {self.server.listener.host}")

    def reset(self, rest: str) -> None:
        """RSET: no message is under way."""
        self.submitted = None
        self.say("250 2.0.0 OK")

    def noop(self, rest: str) -> None:
        """NOOP."""
        self.say("250 2.0.0 OK")

    def quit(self, rest: str) -> None:
        """QUIT."""
        self.say("221 2.0.0 goodbye")

    def verify(self, rest: str) -> None:
        """VRFY reveals no users (RFC 5321 §7.3)."""
        self.say("252 2.1.5 Cannot VRFY user, but will accept message and attempt delivery")

    def help(self, rest: str) -> None:
        """HELP."""
        self.say(f"214 2.0.0 {' '.join(self.commands)}")

    def starttls(self, rest: str) -> None:
        """STARTTLS; everything before it is discarded (RFC 3207 §4.2)."""
        if not self.server.may_upgrade:
            self.unknown(rest)
            return
        self.say("220 2.0.0 Ready to start TLS")
        self.wire.secure(self.server.context)
        self.submitted, self.greeted, self.server.user = None, False, ""

    def auth(self, rest: str) -> None:
        """AUTH (RFC 4954)."""
        mechanism, _, initial = rest.strip().partition(" ")
        if not self.server.may_log_in:
            self.say("530 5.7.0 Must issue a STARTTLS command first")
        elif self.server.user or self.submitted is not None:
            self.say("503 5.5.1 Error: already authenticated, or a message is under way")
        elif mechanism.upper() not in SPOKEN:
            self.say("504 5.5.4 Unrecognized authentication type")
        else:
            self._log_in(mechanism.upper(), initial.strip())

    def _log_in(self, mechanism: str, initial: str) -> None:
        aborted = False

        def ask(challenge: str) -> str:
            nonlocal aborted
            self.say(f"334 {challenge}")
            answer = self.wire.line().decode("ascii", "replace").strip()
            aborted = answer == "*"
            return answer

        if self.server.sasl(mechanism, initial, ask):
            self.wire.extend()
            self.say("235 2.7.0 Authentication successful")
        else:
            refused = self.server.profile.smtp_refused
            self.say("501 5.7.0 Authentication aborted" if aborted else refused)

    def mail(self, rest: str) -> None:
        """MAIL."""
        server = self.server
        if not self.greeted:
            self.say(f"503 5.5.1 Error: send {'LHLO' if self.lmtp else 'EHLO or HELO'} first")
        elif not (server.user or self.lmtp or server.listener.open_relay):
            self.say("530 5.7.0 Authentication required")
        elif self.submitted is not None:
            self.say("503 5.5.1 Error: nested MAIL command")
        else:
            self.wire.extend()
            self.submitted, reply = self._begun(rest)
            self.say(reply)

    def _begun(self, rest: str) -> tuple[SmtpEnvelope | None, str]:
        found = parameters("FROM:", rest, MAIL)
        if isinstance(found, str):
            return None, found
        address, options = found
        size = number(options.get("SIZE", "")) or 0
        if refused := self.server.acceptance.sender(address, self.server.user, size):
            return None, refused
        return SmtpEnvelope(
            address, self.server.user, options, record=self.wire.record
        ), "250 2.1.0 OK"

    def rcpt(self, rest: str) -> None:
        """RCPT."""
        if self.submitted is None:
            self.say("503 5.5.1 Error: need MAIL command")
            return
        found = parameters("TO:", rest, RCPT)
        if isinstance(found, str):
            self.say(found)
        elif not found[0]:
            self.say("501 5.1.3 Bad recipient address syntax")
        elif refused := self.server.acceptance.recipient(self.submitted, found[0]):
            self.say(refused)
        else:
            self.submitted.recipients.append(found)
            self.say("250 2.1.5 OK")

    def data(self, rest: str) -> None:
        """DATA. A listener's script knows the end of the message as the command ``.``."""
        if self.submitted is None or not self.submitted.recipients:
            self.say("503 5.5.1 Error: need RCPT command")
            return
        self.say("354 End data with <CR><LF>.<CR><LF>")
        self._receive()

    def _receive(self) -> None:
        """Read the content, and reply to it."""
        content, ended = self.wire.message(self.server.listener.rules.size)
        submitted, self.submitted = self.submitted, None
        if submitted is None or not submitted.recipients:
            self.say("554 5.5.1 Error: no valid recipients")
        elif ended is Ended.WELL:
            self._take(submitted, content)
        elif ended is Ended.TOO_LONG:
            self.say("552 5.3.4 Message size exceeds fixed limit")
        else:
            self.say("554 5.6.0 Error: lines end with a bare <LF>; RFC 5321 2.3.8 wants <CR><LF>")

    def _take(self, submitted: SmtpEnvelope, content: bytes) -> None:
        """The end of a message: deliver it and reply, over LMTP for each recipient. A script for it delivers nothing."""
        submitted.content = content
        if self.server.scripted(".") is None:
            replies = self.server.acceptance.take(submitted)
            self.say(*(replies if self.lmtp else [single(replies)]))


_COMMANDS: dict[str, Callable[[_SmtpSession, str], None]] = {
    "STARTTLS": _SmtpSession.starttls,
    "MAIL": _SmtpSession.mail,
    "RCPT": _SmtpSession.rcpt,
    "DATA": _SmtpSession.data,
    "RSET": _SmtpSession.reset,
    "NOOP": _SmtpSession.noop,
    "VRFY": _SmtpSession.verify,
    "HELP": _SmtpSession.help,
    "QUIT": _SmtpSession.quit,
}
_SMTP = {"EHLO": _SmtpSession.hello, "HELO": _SmtpSession.helo, "AUTH": _SmtpSession.auth}
_LMTP = {"LHLO": _SmtpSession.hello}
