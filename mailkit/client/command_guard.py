"""Checks what a client sends: one command at a time, and the data it announced."""

import re

from mailkit.net.limits import kind_of

__all__ = ["CommandGuard", "several"]

_COMMAND = re.compile(rb"[^\r\n\0]*\r\n")
_COMMANDS = re.compile(rb"(?:[^\r\n\0]*\r\n)+")
_LITERAL = re.compile(rb"\{(\d+)\+?\}\r\n\Z")
_TAGGED = re.compile(rb"[^+*\s]\S* (?:OK|NO|BAD)\b", re.I)


class CommandGuard:
    """Allows a command, then the literal or message that it announced, and nothing else.

    ``kind`` is the kind of the expected reply, ``verb`` the command word in SMTP and POP3; ``literal`` is the number
    of expected literal octets with the line end; ``body`` is whether message content is expected.
    """

    def __init__(self, protocol: str) -> None:
        self.protocol, self.kind = protocol, kind_of(protocol, b"")
        self.literal, self.verb = 0, b""
        self._continues = False  # the next line continues the command
        self.body = False

    @property
    def awaits(self) -> bool:
        """Whether an announced literal or message is expected, and no command."""
        return self.literal > 0 or self.body

    def admit(self, data: bytes) -> str:
        """Check a command, or the data it announced; return why it is not allowed, or an empty text."""
        if self.literal:
            if len(data) > self.literal:
                return "more octets than were announced: not sent"
            self.literal, self._continues = self.literal - len(data), False
        elif self.body:
            self.body = False
        elif not _COMMAND.fullmatch(data):
            return "a line break or a NUL in a command: not sent"
        else:
            self._command(data)
        return ""

    def _command(self, data: bytes) -> None:
        if not self._continues:
            self.kind = kind_of(self.protocol, data)
            self.verb = data[:8].split(None, 1)[0].upper() if data.strip() else b""
        announced = _LITERAL.search(data) if self.protocol == "imap" else None
        self._continues = announced is not None
        if announced:
            self.literal = int(announced[1]) + 2
        self.body = self.protocol == "smtp" and data.strip().upper() == b"DATA"

    def admit_several(self, data: bytes) -> str:
        """Check whole commands for pipelining; return why they are not allowed, or an empty text."""
        if not _COMMANDS.fullmatch(data):
            return "a bare line end or a NUL in a command"
        self.kind, self.verb = kind_of(self.protocol, data), b""
        return ""

    def body_goes(self) -> None:
        """Record that the message content is sent separately."""
        self.body = False

    def heard(self, line: bytes) -> None:
        """Handle a reply line: data that it rejects is no longer expected."""
        if self.body and not line.startswith(b"354"):
            self.body = False
        if self.literal and _TAGGED.match(line):
            self.literal, self._continues = 0, False


def several(commands: bytes) -> str:
    """Return the first and the last command, for a transcript."""
    lines = commands.decode("utf-8", "replace").splitlines()
    return lines[0] if len(lines) == 1 else f"{lines[0]} … {lines[-1]}"
