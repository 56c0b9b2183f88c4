"""SMTP and LMTP for endpoints that are told to misbehave: a script may answer every command (RFC 5321, RFC 2033).

A new command is a method of the session and an entry in ``_COMMANDS``; a new keyword of EHLO is a line in ``offers``.
"""

from collections.abc import Callable

from mailkit.lab.post import Envelope, single
from mailkit.lab.servers.session import SPOKEN, ServerSession
from mailkit.lab.servers.smtp_path import MAIL, RCPT, parameters

__all__ = ["serve"]


def serve(talk: ServerSession) -> None:
    """Serve one connection."""
    _Session(talk).run()


class _Session:
    """One client; ``letter`` is the envelope of the message that it hands in, ``None`` before MAIL."""

    def __init__(self, talk: ServerSession) -> None:
        self.talk, self.wire = talk, talk.wire
        self.lmtp = talk.listener.protocol == "lmtp"
        self.commands = _COMMANDS | {"LHLO" if self.lmtp else "EHLO": _Session.hello}
        self.letter: Envelope | None = None

    def run(self) -> None:
        """Answer commands until QUIT."""
        listener = self.talk.listener
        self.talk.greet(f"220 {listener.host} {self.talk.manners.smtp}\r\n".encode())
        while True:
            name, _, rest = self.wire.line().decode("utf-8", "replace").partition(" ")
            command = name.upper()
            if self.talk.scripted(command):
                continue
            if command == "QUIT":
                self.say("221 2.0.0 goodbye")
                return
            self.commands.get(command, _Session.unknown)(self, rest)

    def say(self, *lines: str) -> None:
        """Whole lines, in one write."""
        self.wire.send("".join(f"{line}\r\n" for line in lines).encode())

    def unknown(self, rest: str) -> None:
        """Every other command."""
        self.say("502 5.5.1 no")

    def offers(self) -> list[str]:
        """The keywords of EHLO now, where the listener is told no others."""
        talk = self.talk
        usual = [f"SIZE {talk.listener.rules.size}", "8BITMIME", "PIPELINING", "SMTPUTF8"]
        usual += ["ENHANCEDSTATUSCODES", "DSN"]
        usual += ["STARTTLS"] if talk.may_upgrade else []
        usual += [f"AUTH {' '.join(talk.mechanisms)}"] if talk.may_log_in else []
        return talk.offers(usual)

    def hello(self, rest: str) -> None:
        """EHLO, and LHLO in its place over LMTP (RFC 2033 §4.1)."""
        words = [self.talk.listener.host, *self.offers()]
        self.say(*(f"250-{word}" for word in words[:-1]), f"250 {words[-1]}")

    def reset(self, rest: str) -> None:
        """HELO and RSET: no message is under way."""
        self.letter = None
        self.noop(rest)

    def noop(self, rest: str) -> None:
        """NOOP."""
        self.say(f"250 {self.talk.listener.host}")

    def starttls(self, rest: str) -> None:
        """STARTTLS (RFC 3207)."""
        if not self.talk.may_upgrade:
            self.unknown(rest)
            return
        self.say("220 2.0.0 ready for TLS")
        self.wire.secure(self.talk.context)
        self.letter = None

    def auth(self, rest: str) -> None:
        """AUTH (RFC 4954)."""
        if not self.talk.may_log_in:
            self.say("530 5.7.0 Must issue a STARTTLS command first")
            return

        def ask(challenge: str) -> str:
            self.say(f"334 {challenge}")
            return self.wire.line().decode("ascii", "replace")

        mechanism, _, initial = rest.partition(" ")
        fine = mechanism.upper() in SPOKEN and self.talk.sasl(mechanism.upper(), initial, ask)
        self.say("235 2.7.0 logged in" if fine else self.talk.manners.smtp_refused)

    def mail(self, rest: str) -> None:
        """MAIL."""
        talk = self.talk
        if not (talk.user or self.lmtp or talk.listener.open_relay):
            self.say("530 5.7.0 Authentication required")
            return
        self.letter, reply = self._begun(rest)
        self.say(reply)

    def _begun(self, rest: str) -> tuple[Envelope | None, str]:
        found = parameters("FROM:", rest, MAIL)
        if isinstance(found, str):
            return None, found
        address, options = found
        size = int(options["SIZE"]) if options.get("SIZE", "").isdigit() else 0
        if refused := self.talk.office.sender(address, self.talk.user, size):
            return None, refused
        return Envelope(address, self.talk.user, options), "250 2.1.0 fine"

    def rcpt(self, rest: str) -> None:
        """RCPT."""
        if self.letter is None:
            self.say("503 5.5.1 need MAIL first")
            return
        found = parameters("TO:", rest, RCPT)
        if isinstance(found, str):
            self.say(found)
        elif refused := self.talk.office.recipient(self.letter, found[0]):
            self.say(refused)
        else:
            self.letter.recipients.append(found)
            self.say("250 2.1.5 fine")

    def data(self, rest: str) -> None:
        """DATA. A listener's script knows the end of the message as the command ``.``."""
        if self.letter is None or not self.letter.recipients:
            self.say("503 5.5.1 need RCPT first")
            return
        self.say("354 go on")
        lines = []
        while (line := self.wire.line(record=False)) != b".":
            lines.append(line.removeprefix(b".") + b"\r\n")
        self.take(b"".join(lines))

    def take(self, content: bytes) -> None:
        """The end of a message: deliver it and reply, over LMTP for each recipient."""
        assert self.letter is not None
        letter, self.letter = self.letter, None
        letter.content = content
        if not self.talk.scripted("."):
            replies = self.talk.office.take(letter)
            self.say(*(replies if self.lmtp else [single(replies)]))


_COMMANDS: dict[str, Callable[[_Session, str], None]] = {
    "HELO": _Session.reset,
    "STARTTLS": _Session.starttls,
    "AUTH": _Session.auth,
    "MAIL": _Session.mail,
    "RCPT": _Session.rcpt,
    "DATA": _Session.data,
    "RSET": _Session.reset,
    "NOOP": _Session.noop,
}
