"""What an eavesdropper between a client and a server sees: commands and replies, apart from messages and literals.

A relay sends every octet on as it came. What goes into its record are the lines of the conversation; a message after
DATA is kept as a message, and literals of IMAP are left out. Logins are noted with their outcome.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress

from mailkit.lab.recording import (
    RECORDED_OCTETS,
    LoginAttempt,
    MailEnvelope,
    Recording,
    SentMessage,
)

__all__ = ["Overheard"]

_LITERAL = re.compile(rb"\{(\d{1,12})(\+?)\}\r?\n$")
_PATH = re.compile(r"(MAIL FROM|RCPT TO):\s*<?([^<>\s]*)>?\s*(.*)", re.I)
_LOGIN = re.compile(rb"(?:(\S+) )?(AUTH|AUTHENTICATE|LOGIN|PASS|APOP) ?(\S*) ?(\S*)", re.I)
_NOT_TRIED = (b"500", b"501", b"502", b"503", b"504", b"530")
"""Replies to a login that was not tried: the command itself is refused."""
_SHOWN = 200
"""Octets of a line of the server that are kept."""
_LONGEST = 65_536
"""Octets of a line of the server that are held back until its end; of a longer one the middle is dropped."""

_HELD = 1_048_576
"""Octets of the client that are held back."""


class Overheard:
    """One conversation through a relay; ``record`` is where it is written down."""

    def __init__(self, record: Recording) -> None:
        self.record = record
        self.waits = False
        self._pending = b""
        self._replies = b""
        self._literal = 0
        self._asked = False
        self._goes_on = False
        self._hidden = 0
        self._message: bytearray | None = None
        self._last = b""  # of the message, also where it is too long to be kept
        self._envelope = MailEnvelope("", ())
        self._user = b""
        self._login: tuple[bytes, str] | None = None
        self._unanswered = False

    @property
    def full(self) -> bool:
        """Whether so much of the client is held back that no more is taken for now."""
        return len(self._pending) > _HELD

    def upward(self, data: bytes, *, tls: bool) -> Iterator[tuple[bytes, bool]]:
        """Octets of the client, in pieces to send on; with each, whether it is a command or a line of a login.

        Nothing comes while the reply to DATA is due: what follows it is a message or not, as the server says.
        """
        if not tls:
            self.record.heard(data)
        self._pending += data
        while self._pending:
            if self._unanswered and not self._literal and not self._goes_on:
                self.record.not_waited()
            if self.waits:
                return
            if self._message is not None:
                yield self._of_message(), False
            elif self._literal:
                piece, self._pending = (
                    self._pending[: self._literal],
                    self._pending[self._literal :],
                )
                self._literal -= len(piece)
                yield piece, False
            else:
                line, mark, rest = self._pending.partition(b"\n")
                if not mark:
                    return
                self._pending = rest
                yield line + mark, self._line(line + mark, tls=tls)

    def downward(self, data: bytes, *, tls: bool) -> None:
        """Octets of the server."""
        self._unanswered = False
        held, at = self._replies + data, 0
        while at < len(held):
            if self._hidden:
                count = min(self._hidden, len(held) - at)
                self._hidden -= count
                at += count
                continue
            end = held.find(b"\n", at) + 1
            if not end:
                break
            self._reply(held[at:end], tls=tls)
            at = end
        held = held[at:]
        self._replies = held if len(held) <= _LONGEST else held[:_SHOWN] + held[-_SHOWN:]

    def forget(self) -> None:
        """TLS begins: what was said before does not count."""
        self._pending = self._replies = b""
        self._login = None
        self._asked = self._unanswered = self.waits = False

    def end(self, *, tls: bool) -> None:
        """The conversation is over: write down what is left of a line."""
        if self._replies:
            self.record.add(tls, "S", self._replies[:_SHOWN])

    def _line(self, line: bytes, *, tls: bool) -> bool:
        said = line.rstrip(b"\r\n")
        goes_on, self._goes_on = self._goes_on, False
        if self.record.protocol == "imap" and (literal := _LITERAL.search(line)):
            self._literal, self._goes_on = int(literal[1]), True
            self._asked = not literal[2]
        if goes_on:  # what follows a literal belongs to the command before
            return False
        self.record.add(tls, "C", said)
        self.record.bare_lf = self.record.bare_lf or not line.endswith(b"\r\n")
        self._unanswered = True
        if login := _LOGIN.fullmatch(said) or _LOGIN.match(said):
            self._login = (login[1] or b"", login[3].decode("ascii", "replace").upper())
            self._user = self._named(login)
        elif self._login is not None and not self._user:
            self._user = _decoded(said)
        elif said[:5].upper() == b"USER ":
            self._user = said[5:]
        if self.record.protocol == "smtp":
            self._envelope_of(said.decode("utf-8", "replace"))
            self.waits = said.upper() == b"DATA"
        return True

    def _named(self, login: re.Match[bytes]) -> bytes:
        word = login[2].upper()
        if word == b"LOGIN":
            self._login = (login[1] or b"", "LOGIN")
            return login[3].strip(b'"')
        if word in (b"PASS", b"APOP"):
            self._login = (b"", word.decode())
            return self._user if word == b"PASS" else login[3]
        return _decoded(login[4])

    def _envelope_of(self, said: str) -> None:
        if path := _PATH.match(said):
            if path[1].upper() == "RCPT TO":
                recipients = (*self._envelope.recipients, path[2])
                self._envelope = MailEnvelope(
                    self._envelope.sender, recipients, self._envelope.options
                )
                return
            pairs = (word.partition("=") for word in path[3].split())
            options = {name.upper(): value for name, _, value in pairs}
            self._envelope = MailEnvelope(path[2], (), options)

    def _reply(self, line: bytes, *, tls: bool) -> None:
        said = line.rstrip(b"\r\n")
        self.record.add(tls, "S", said[:_SHOWN])
        if self.record.protocol == "imap":
            if literal := _LITERAL.search(line):
                self._hidden = int(literal[1])
            if self._asked and said[:1] not in (b"+", b"*"):  # the literal is refused
                self._literal, self._goes_on = 0, False
            self._asked = False
        if self.waits and said[3:4] != b"-":
            self.waits = False
            self._message = bytearray() if said.startswith(b"354") else None
            self._last = b"\r\n"
        self._outcome(said)

    def _outcome(self, said: bytes) -> None:
        if self._login is None:
            return
        tag, mechanism = self._login
        words = [*said.split(b" "), b""]
        if said[:3] in _NOT_TRIED or (tag and words[:2] == [tag, b"BAD"]):
            self._login = None
            return
        if tag and words[0] == tag:
            accepted = words[1].upper() == b"OK"
        elif not tag and self.record.protocol != "imap" and said[:1] != b"+":
            if said.startswith(b"3"):
                return
            accepted = said.startswith(b"2")
        elif said.startswith(b"+OK"):
            accepted = True
        else:
            return
        user = self._user.decode("utf-8", "replace")
        tls = self.record.tls is not None
        self.record.attempts.append(LoginAttempt(user, accepted, mechanism, tls))
        self._login, self._user = None, b""

    def _of_message(self) -> bytes:
        """The next octets of a message; at its end it is written down."""
        assert self._message is not None
        before = self._last
        end = (before + self._pending).find(b"\r\n.\r\n")
        count = len(self._pending) if end < 0 else end + 5 - len(before)
        piece, self._pending = self._pending[:count], self._pending[count:]
        self._last = (before + piece)[-4:]
        if len(self._message) < RECORDED_OCTETS or end >= 0:
            self._message += piece
        if end >= 0:
            content = bytes(self._message)[:-3].replace(b"\r\n.", b"\r\n").removeprefix(b".")
            number = len(self.record.messages) + 1
            self.record.messages.append(
                SentMessage(number, self._envelope, content, recording=self.record)
            )
            self._message, self._envelope = None, MailEnvelope("", ())
        return piece


def _decoded(text: bytes) -> bytes:
    """The user of a response of PLAIN or LOGIN; nothing of any other."""
    with suppress(binascii.Error, ValueError):
        said = b64decode(text, validate=True)
        parts = said.split(b"\0")
        if len(parts) == 3:
            return parts[1]
        if said and b"\0" not in said and b" " not in said and said.isascii():
            return said
    return b""
