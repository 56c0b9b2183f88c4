"""The objects of imaplib, poplib and smtplib on a stream: logged in, limited, with one tree of errors."""

import imaplib
import poplib
import re
import smtplib
from contextlib import suppress
from typing import Any, TypeAlias

from mailkit.client.one_tree import one_tree
from mailkit.client.stream import Stream
from mailkit.errors import ClientError, ProtocolError, RefusedError
from mailkit.protocol.dialogue import SessionState
from mailkit.protocol.imap.grammar import upper_case_names
from mailkit.text import decoded, number

__all__ = ["IMAP4", "POP3", "SMTP"]

_REV2 = """BINARY ENABLE ESEARCH IDLE LIST-EXTENDED LIST-STATUS LITERAL- MOVE NAMESPACE SASL-IR SEARCHRES STATUS=SIZE
UIDPLUS UNSELECT"""
"""What IMAP4rev2 includes (RFC 9051 appendix E)."""
_WITHOUT_TEXT = re.compile(rb"\A(\w+ (?:OK|NO|BAD))(?=\r?\n)", re.I)
_BLANKS = re.compile(rb"\*[ \t]+(\d*)[ \t]*(?=[A-Za-z])")
Capabilities: TypeAlias = dict[str, list[str]]
"""Outside the class: annotations are evaluated late from Python 3.14 on, and in :class:`POP3` ``list`` is a command."""


@one_tree
class IMAP4(imaplib.IMAP4):
    """An :class:`imaplib.IMAP4` that is logged in; ``offers`` are the capabilities after the login.

    It is a context manager that logs out at the end. ``transcript`` is what was said last.
    """

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.raw_names: dict[
            str, bytes
        ] = {}  # folders whose name is not what modified UTF-7 makes of it
        self.known_namespaces: list[Any] | None = None
        self._in_response = False  # the rest of a response follows a literal
        self.rev2_only = False
        super().__init__("")
        if self.rev2_only:
            self.capabilities = tuple({*self.capabilities} - {"IMAP4"})
            self._mode_utf8()  # names are UTF-8 (RFC 9051 §5.1)

    def _get_capabilities(self) -> None:
        """Capabilities in the reply to the login are not requested again (RFC 9051 §6.2.2)."""
        if self.stream.session.renewed:
            self.capabilities = self.stream.session.offers
        else:
            super()._get_capabilities()  # type: ignore[misc]
        told = {*self.capabilities}
        self.rev2_only = "IMAP4REV2" in told and not told & {"IMAP4REV1", "IMAP4"}
        if self.rev2_only:  # imaplib knows no server by it
            self.capabilities = (*told.union(_REV2.split()), "IMAP4")

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """The connection is already open."""
        self.host, self.port = host, port
        self.sock = self.stream  # type: ignore[assignment]

    def read(self, size: int) -> bytes:
        """Read so many octets."""
        self._in_response = True
        return self.stream.read(size)

    def readline(self) -> bytes:
        """Read one line; imaplib knows names in upper case only, single blanks, no blank line between responses, and
        no tagged reply without text.
        """
        line = self.stream.readline()
        while not line.strip() and not self._in_response:
            line = self.stream.readline()
        self._in_response = False
        if match := _BLANKS.match(line):
            line = b"* " + (match[1] + b" " if match[1] else b"") + line[match.end() :]
        line = _WITHOUT_TEXT.sub(rb"\1 ", upper_case_names(line))
        if line[:1] not in (b"*", b"+"):
            self.stream.refusal = line
        return line

    def send(self, data: Any) -> None:
        """Send a command or an announced literal; line breaks and NUL in a command are rejected."""
        self.stream.sendall(data)

    def shutdown(self) -> None:
        """Hang up."""
        self.stream.close()

    def socket(self) -> Any:
        """The stream."""
        return self.stream

    def __exit__(self, *exc: object) -> None:
        if not self.stream.closed:
            with suppress(ClientError):
                self.logout()
        self.stream.close()

    @property
    def offers(self) -> frozenset[str]:
        """Capabilities in upper case."""
        return frozenset(self.capabilities)

    @property
    def transcript(self) -> tuple[str, ...]:
        """What was said last, logins masked."""
        return self.stream.transcript


@one_tree
class POP3(poplib.POP3):
    """A :class:`poplib.POP3` that is logged in.

    As a context manager it ends with QUIT, or after an error without it, so that nothing is deleted (RFC 1939 §6).
    """

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        super().__init__("")

    def _create_socket(self, timeout: float) -> Any:
        return self.stream

    def __enter__(self) -> "POP3":
        return self

    def __exit__(self, kind: object, *exc: object) -> None:
        try:
            if kind is None and not self.stream.closed:
                with suppress(RefusedError):
                    self.quit()
        finally:
            self.stream.close()

    def _getline(self) -> tuple[bytes, int]:
        """Read one line, within the limits."""
        line = self.stream.readline()
        return line.rstrip(b"\r\n"), len(line)

    def _getresp(self) -> bytes:
        line, _ = self._getline()
        if not line.startswith(b"+"):
            raise RefusedError(decoded(line), self.transcript)
        return line

    def stat(self) -> tuple[int, int]:
        """Return the number of messages, and their size in octets."""
        words = self._shortcmd("STAT").split()  # type: ignore[attr-defined]
        found = [*map(number, words[1:3])]
        if len(found) < 2 or found[0] is None or found[1] is None:
            raise ProtocolError("a reply to STAT without its numbers", self.transcript)
        return found[0], found[1]

    def capa(self) -> Capabilities:
        """Return the capabilities with their arguments."""
        _, lines, _ = self._longcmd("CAPA")  # type: ignore[attr-defined]
        rows = [line.decode("ascii", "replace").split() for line in lines]
        return {row[0]: row[1:] for row in rows if row}

    @property
    def transcript(self) -> tuple[str, ...]:
        """What was said last, logins masked."""
        return self.stream.transcript


@one_tree
class SMTP(smtplib.SMTP):
    """A :class:`smtplib.SMTP` that is logged in, with the extensions that the server told after TLS; with ``lmtp`` it
    speaks LMTP.
    """

    def __init__(self, stream: Stream, name: str = "[127.0.0.1]", *, lmtp: bool = False) -> None:
        super().__init__(local_hostname=name)
        self.stream, self.lmtp = stream, lmtp
        self.ehlo_msg = "lhlo" if lmtp else "ehlo"
        self.sock = stream  # type: ignore[assignment]
        self._know(stream.session)
        self.ehlo_or_helo_if_needed()

    def _know(self, session: SessionState) -> None:
        """Take the extensions from the opening: the login gave no security layer, so EHLO is not repeated (RFC 4954 §4)."""
        if session.facts.helo_only:
            self.helo_resp = b"ok"
        elif session.offers:
            self.ehlo_resp = "\n".join(["", *session.offers]).encode("latin-1", "replace")
            self.does_esmtp = True
            for line in session.offers:
                word, blank, rest = line.partition(" ")
                self.esmtp_features[word.lower()] = (blank if word == "AUTH" else "") + rest.strip()

    def __exit__(self, *exc: object) -> None:
        if not self.stream.closed:
            with suppress(ClientError):
                self.quit()
        self.close()

    def close(self) -> None:
        """Hang up."""
        super().close()
        self.stream.close()

    @property
    def transcript(self) -> tuple[str, ...]:
        """The last lines of the session, logins masked."""
        return self.stream.transcript
