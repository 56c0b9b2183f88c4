"""The stream under imaplib, poplib and smtplib: limits, deadlines, a transcript, and protection against injected
commands. It has the methods of a socket and of a file that the three modules use. A reply has a timeout, extended a
little for each KiB received, so a large message may take longer and a slow-drip server may not.
"""

import re
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import monotonic

from mailkit.client.command_guard import CommandGuard, several
from mailkit.client.news import News
from mailkit.client.receive_buffer import ReceiveBuffer
from mailkit.client.socket_methods import SocketMethods, why_lost
from mailkit.client.status_words import without_secrets
from mailkit.errors import ClientError, LimitError, LostError, ProtocolError
from mailkit.net.connection import Connection
from mailkit.net.limits import Limits
from mailkit.protocol.dialogue import Recv, Send, SessionState, Stopped
from mailkit.protocol.dots import DOTTED, LAST, without_dots
from mailkit.protocol.smtp import grammar as smtp_grammar
from mailkit.text import decoded

__all__ = ["Limits", "Stream"]

_KEPT, _CHUNK, _SHOWN = 400, 262_144, 1_200  # octets of a line that are masked to be shown
_PIECE, _QUEUED, _UPLINK = 65_536, 4_194_304, 16_384
"""Data is sent in chunks, each with its own timeout. The last octets may still be in the system's buffer when a reply
is awaited; this is their minimum rate, in octets per second.
"""


class Stream(ReceiveBuffer, SocketMethods):
    """An open connection, as a socket and a file at once.

    ``first`` is what a module reads first: a substitute greeting, because the real one was read and forgotten before
    TLS.
    """

    def __init__(
        self,
        connection: Connection,
        session: SessionState,
        protocol: str,
        limits: Limits,
        first: bytes,
    ) -> None:
        self.connection, self.session = connection, session
        self.protocol, self.limits = protocol, limits
        connection.chunk = _CHUNK
        self.lines: deque[str | bytes] = deque(session.transcript, maxlen=_KEPT)
        super().__init__(first)
        self._substitute = bool(first)
        self.round_trips = 0
        self._together = False
        self._guard = CommandGuard(protocol)
        self._late, self._closed = 0.0, False
        self.news = News()
        self.refusal = b""  # the last tagged reply to a method of imaplib
        self._used = threading.Lock()
        self._again()

    @property
    def closed(self) -> bool:
        """Whether it was closed locally."""
        return self._closed

    @property
    def transcript(self) -> tuple[str, ...]:
        """What was said last, logins masked."""
        return tuple(
            line if isinstance(line, str) else self._shown("S", line) for line in self.lines
        )

    # The methods of a socket

    def sendall(self, data: bytes) -> None:
        """Send a command, or data of one.

        Raises:
            ProtocolError: it is more than one command, or has a NUL; nothing was sent.
            LostError: the connection is gone.
        """
        data = bytes(data)
        self._still_open()
        self._admit(data)
        if self._together:
            raise ProtocolError("messages are still coming: not sent", self.transcript)
        self._again()
        self._send(data)

    def send_literal(self, pieces: Iterable[bytes]) -> None:
        """Send an announced literal; what follows belongs to the same command.

        Raises:
            ProtocolError: it is longer or shorter than announced; the connection is closed.
        """
        announced, size = self._guard.literal - 2, 0
        self._guard.literal = 0
        for piece in pieces:
            size += len(piece)
            if size > announced:
                break
            self._send(piece)
        if size != announced:  # the server would read the excess as commands
            self.close()
            raise ProtocolError(
                "the content changed while it was sent; the connection is closed", self.transcript
            )
        self._late = min(size, _QUEUED) / _UPLINK
        self.lines.append(f"C: ({size:,} octets)")

    def send_body(self, data: bytes, then: bytes = b"") -> None:
        """Send the content of a message after DATA, and pipelined commands (RFC 2920 §3.1).

        Raises:
            ProtocolError: a pipelined command has a NUL or a bare line end; nothing was sent.
        """
        self._still_open()
        if then and (why := self._guard.admit_several(then)):
            raise ProtocolError(why, self.transcript)
        self._guard.body_goes()
        self._again()
        self._send(data + then)
        self.lines.append(f"C: ({len(data):,} octets)")
        if then:
            self.lines.append(f"C: {several(then)}")

    def answered(self) -> None:
        """One of several replies is complete: the next has its own timeout and limits."""
        self._timed_anew()
        self._count = self._got = self._reply = 0

    def _timed_anew(self) -> None:
        self._began, self._late = monotonic() + self._late, 0.0

    def send_commands(self, data: bytes, shown: str = "") -> None:
        """Send several commands at once, for pipelining; the transcript has ``shown``, or the first and the last.

        Raises:
            ProtocolError: a line has a NUL or a bare line end; nothing was sent.
        """
        self._still_open()
        if why := self._guard.admit_several(data):
            raise ProtocolError(why, self.transcript)
        self.lines.append(f"C: {shown or several(data)}")
        if self.protocol == "imap":
            self.news.command(data)
        self._again()
        self._send(data)

    @contextmanager
    def together(self) -> Iterator[None]:
        """No other command is sent while the replies to pipelined commands are read. If they are not read to the end,
        the connection is closed, because replies are outstanding.
        """
        self._together = True
        try:
            yield
            self._together = False
        finally:
            if self._together:
                self.close()

    def fileno(self) -> int:
        """Return the file descriptor of the socket, for select."""
        return self.connection._fd()

    def close(self) -> None:
        """Close the connection; may be called again."""
        if not self._closed:
            self._closed = True
            self.buffer, self._at = b"", 0
            self.connection.close()

    # The methods of a file

    def readline(self, size: int = -1) -> bytes:
        """Read one line with its end, at most ``size`` octets.

        Raises:
            LimitError: it is too long, or there are too many.
            ProtocolError: a lone full stop ends with a bare line feed, where a message could end (RFC 1939 §3).
            LostError: the connection broke, or nothing came in time.
        """
        most = min(self.limits.line, self._guard.kind.line) or self.limits.search
        searched = self._at
        while (end := self.buffer.find(b"\n", searched)) < 0:
            if self._here > most:
                raise self._limit(f"a line of more than {most:,} octets")
            searched = self._here
            self._more()
        line = bytes(self.buffer[self._at : end + 1])
        self._at = end + 1
        if self._substitute:
            self._substitute = False
            return line
        if self.protocol == "imap":
            self.news.line(line)
        self._counted(line)
        line = self._bounded(line)
        if self._guard.literal or self._guard.body:
            self._guard.heard(line)
        if line == b".\n":
            self.close()
            raise ProtocolError("a message that ends with a bare line feed", self.transcript)
        return line

    def read(self, size: int, most: int | None = None) -> bytes:
        """Read so many octets: a literal, within its limit.

        Raises:
            LimitError: there are too many.
            LostError: the connection was lost, or timed out.
        """
        if size > (self.limits.literal if most is None else most):
            raise self._limit(f"a literal of {size:,} octets")
        if self._here >= size:
            return self._cut(self._at + size)
        return b"".join(bytes(piece) for piece in self.pieces(size))

    def pieces(self, size: int) -> Iterator[memoryview]:
        """Yield so many octets as they come, without a copy: each piece is valid until the next is asked for."""
        left = size
        while left:
            if not self._here:
                self._more()
            at = self._at
            self._at = end = min(at + left, len(self.buffer))
            left -= end - at
            with memoryview(self.buffer) as whole, whole[at:end] as piece:
                yield piece

    def usual_line(self, pattern: re.Pattern[bytes]) -> tuple[bytes, ...] | None:
        """Read a line of data about a message if it came whole and matches; return it and its groups. It is counted
        like any other; nothing else that :meth:`readline` looks for can be in it.
        """
        match = pattern.match(self.buffer, self._at)
        if match is None:
            return None
        self._at = match.end()
        self._counted(match[0])
        return match[0], *match.groups()

    def dotted(self) -> Iterator[bytes]:
        """Yield a text up to the line with a lone dot, without added dots; only CR LF ends a line (RFC 1939 §3)."""
        while self._here < 3:
            self._more(" in the middle of a message")
        if self.buffer.startswith(b".\r\n", self._at):
            self._at += 3
            return
        if self.buffer.startswith(b"..", self._at):
            self._at += 1
        size = 0
        while True:
            dot = DOTTED.search(self.buffer, self._at)  # most texts have none but the last
            end = self.buffer.find(LAST, dot.start()) if dot else -1
            if end >= 0:
                break
            line = self.buffer.rfind(b"\r\n", self._at)
            if line > self._at:  # the end may follow: keep the CR LF
                size += line - self._at
                if size > self._guard.kind.text:
                    raise self._limit(f"a text of more than {self._guard.kind.text:,} octets")
                yield without_dots(self._cut(line), added=dot is not None)
            elif self._here > self.limits.line:
                raise self._limit(f"a line of more than {self.limits.line:,} octets")
            self._more(" in the middle of a message")
        added = dot is not None and dot.start() < end
        piece = self._cut(end + 2)
        self._at += 3
        yield without_dots(piece, added=added)

    def wait(self, seconds: float) -> bool:
        """Return whether the server sends something within so many seconds (IDLE); it then has its own timeout, but
        all that comes until the next command has the limits of one reply.
        """
        ready = self._here > 0
        if not ready:
            with self._alone():
                ready = self.connection.ready(max(0.0, seconds))
        self._timed_anew()
        return ready

    # Inside

    def _counted(self, line: bytes) -> None:
        self._count += 1
        most = min(self.limits.lines, self._guard.kind.lines)
        if self._count > most:
            raise self._limit(f"more than {most:,} lines in one reply")
        if self._count < _KEPT:
            self.lines.append(line if len(line) < 1000 else self._shown("S", line))

    def _bounded(self, line: bytes) -> bytes:
        """Read a line of a reply within its limits, with secrets masked."""
        first = self._count == 1
        if self.protocol == "smtp":
            self._reply += len(line)
            if self._reply > self._guard.kind.octets:
                raise self._limit(f"a reply of more than {self._guard.kind.octets:,} octets")
            if not smtp_grammar.more_follows(line):  # the next reply has its own timeout and limits
                self._reply = self._count = self._got = 0
                self._began = max(self._began, monotonic())
        return without_secrets(
            self.protocol, self._guard.verb, line, self.session.secrets, first=first
        )

    def _shown(self, who: str, line: bytes) -> str:
        shown = self.session.secrets.beginning(line, _SHOWN)
        return f"{who}: {decoded(shown.rstrip(), 300)}"

    def _admit(self, data: bytes) -> None:
        """Check and record a command, or the data it announced."""
        awaited = self._guard.awaits
        if why := self._guard.admit(data):
            if awaited:  # the announced data would never come
                self.close()
            raise ProtocolError(why, self.transcript)
        if awaited:
            return
        if self.protocol == "imap":
            self.news.command(data)
        self.lines.append(self._shown("C", data))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Raise if another thread is using the stream: replies would reach the wrong one."""
        if not self._used.acquire(blocking=False):
            raise ProtocolError("two threads use one connection; open one for each thread")
        try:
            yield
        finally:
            self._used.release()

    def _again(self) -> None:
        """Start a new command: its reply has its own timeout and limits."""
        self.answered()
        self.round_trips += 1

    def _still_open(self) -> None:
        if self._closed:
            raise LostError("the connection is closed", self.transcript)

    def _send(self, data: bytes) -> None:
        whole = memoryview(data)
        try:
            with self._alone():
                for at in range(0, len(whole), _PIECE):
                    self.connection(Send(whole[at : at + _PIECE]))
        except Stopped as stopped:
            raise self._lost(stopped) from None
        if len(whole) > _PIECE:
            late = min(len(whole), _QUEUED) / _UPLINK
            self._began = monotonic() + late
            self._late = late if self.protocol == "imap" else 0.0  # the command ends after it

    def _more(self, where: str = "") -> None:
        self._still_open()
        try:
            with self._alone():
                timeout = self.connection.reply_timeout_s
                more = min(self._got / self.limits.rate, self._guard.kind.patience * timeout)
                self.connection.allow(self._began + timeout + more)
                data = self.connection(Recv())
        except Stopped as stopped:
            raise self._lost(stopped) from None
        assert isinstance(data, bytes)
        self._got += len(data)
        most = self.limits.octets
        if self.protocol != "smtp":  # replies are counted one by one: several may come together
            most = min(most, self._guard.kind.octets)
        if self._got > most:
            raise self._limit(f"more than {most:,} octets in one reply")
        self._arrived(data)
        if not data:
            self.close()
            raise LostError(f"the server closed the connection{where}", self.transcript, "closed")

    def _limit(self, why: str) -> LimitError:
        self.close()
        return LimitError(f"the server sent {why}; the connection is closed", self.transcript)

    def _lost(self, stopped: Stopped) -> ClientError:
        self.close()
        why = why_lost(stopped, self.connection.reply_timeout_s)
        return LostError(why, self.transcript, str(stopped.stop.kind))
