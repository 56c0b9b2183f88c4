"""Records of connections to the lab's servers.

A server fills a :class:`Recording`; a :class:`Session` is a frozen copy for others.
"""

import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import getaddresses
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mailkit.lab.lines import Line, transcript
from mailkit.lab.message_html import message_view
from mailkit.message_policy import message_of

if TYPE_CHECKING:  # most labs are never asked for findings
    from mailkit.finding import Findings
    from mailkit.observation.client import ClientSession

__all__ = [
    "LoginAttempt",
    "MailEnvelope",
    "Recording",
    "SentAttachment",
    "SentMessage",
    "Session",
    "SessionTls",
]

RECORDED = 5_000
"""The limit of recorded lines."""

RECORDED_OCTETS = 16 * 1024 * 1024
"""The limit of recorded cleartext octets."""


@dataclass(frozen=True, slots=True)
class SessionTls:
    """The TLS of a connection: version, cipher suite, and the name that the client asked for (SNI, may be empty).

    ``line`` is where it began: the number of lines of the session that went before it in cleartext.
    """

    version: str
    cipher: str
    server_name: str
    line: int


@dataclass(frozen=True, slots=True)
class LoginAttempt:
    """A login attempt: mechanism or command, under TLS or not, and whether it was accepted. ``known`` is whether the
    user exists; ``None`` if the server does not report it.
    """

    user: str
    accepted: bool
    mechanism: str = ""
    tls: bool = False
    known: bool | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A connection to a server of the lab, as it was at the time of the query.

    ``number`` counts the connections of a lab, from 1; ``port`` is the real port of the server. ``seconds`` is how long it lasted (so far), ``closed``
    who ended it: ``client``, ``server``, ``timeout``, ``error`` (with the reason in ``tls_error`` where TLS
    failed, in OpenSSL's words), or nothing while it is open. ``in_clear`` has every byte received without TLS,
    ``messages`` the submitted messages with envelopes; ``fault`` is the active fault, ``bare_lf``
    says that a command, or a message that was refused, ended with a bare LF. ``earlier`` gives the connections before this one.
    """

    number: int
    endpoint: str
    protocol: str
    security: str
    port: int
    peer: tuple[str, int]
    began: datetime
    seconds: float
    closed: str
    lines: tuple[Line, ...] = field(repr=False)
    tls: SessionTls | None
    tls_error: str
    attempts: tuple[LoginAttempt, ...]
    messages: "tuple[SentMessage, ...]" = field(repr=False)
    in_clear: bytes = field(repr=False)
    certificate: str = "good"
    fault: str = ""
    bare_lf: bool = False
    earlier: "Callable[[], Sequence[Recording]]" = field(default=tuple, repr=False, compare=False)

    @property
    def client(self) -> "ClientSession":
        """The session as facts for the rules about clients."""
        from mailkit.lab.client_facts import client_session

        return client_session(self)

    @property
    def findings(self) -> "Findings":
        """What the client does wrong, errors first; see ``mailkit finding ID``."""
        from mailkit.finding import Findings
        from mailkit.rules.catalogue import client_findings

        return Findings(client_findings(self.client))

    @property
    def transcript(self) -> tuple[str, ...]:
        """The lines as ``C:`` and ``S:``, with ``== tls`` where TLS begins; logins masked."""
        return transcript(self.lines)

    @property
    def logins(self) -> tuple[tuple[str, bool], ...]:
        """Each login that was tried: user name, and whether it was accepted."""
        return tuple((attempt.user, attempt.accepted) for attempt in self.attempts)

    @property
    def commands(self) -> tuple[str, ...]:
        """The client's lines, logins masked."""
        return tuple(line[3:] for line in self.transcript if line.startswith("C: "))


@dataclass(frozen=True, slots=True)
class MailEnvelope:
    """The envelope of a message (RFC 5321 §3.3): addresses of MAIL and RCPT, with parameters in upper case."""

    sender: str
    recipients: tuple[str, ...]
    options: Mapping[str, str] = field(default_factory=dict)
    recipient_options: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SentAttachment:
    """An attached file: its name (may be empty), its type, and its decoded content."""

    filename: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class SentMessage:
    """A submitted message.

    ``number`` counts the messages of a lab, from 1. ``content`` is the raw message, ``message`` the parsed one.
    ``user`` is the logged-in user, or empty.
    """

    number: int
    envelope: MailEnvelope
    content: bytes = field(repr=False)
    user: str = ""
    received: datetime = field(default_factory=lambda: datetime.now(UTC))
    recording: "Recording | None" = field(default=None, repr=False, compare=False)

    @cached_property
    def message(self) -> EmailMessage:
        """The parsed message."""
        return message_of(self.content)

    @cached_property
    def memo(self) -> dict[str, Any]:
        """A cache for derived data: a row of a list, the searchable text."""
        return {}

    @property
    def session(self) -> Session | None:
        """The connection that submitted it, if the server keeps a record."""
        return self.recording.session() if self.recording is not None else None

    def __getitem__(self, header: str) -> str:
        """Return a decoded header, or an empty text."""
        return self.header(header)

    def header(self, name: str) -> str:
        """Return a decoded header, its raw text if it cannot be decoded, or an empty text."""
        value = self.message[name]
        return "" if value is None else str(value)

    @property
    def subject(self) -> str:
        """The subject, decoded."""
        return self.header("Subject")

    @property
    def from_(self) -> str:
        """The header From, decoded: ``Shop <shop@example.com>``."""
        return self.header("From")

    @property
    def to(self) -> tuple[str, ...]:
        """The addresses of the header To, without names."""
        return self._addresses("To")

    @property
    def cc(self) -> tuple[str, ...]:
        """The addresses of the header Cc."""
        return self._addresses("Cc")

    @property
    def bcc(self) -> tuple[str, ...]:
        """The recipients of the envelope that neither To nor Cc names."""
        named = {address.lower() for address in (*self.to, *self.cc)}
        return tuple(
            recipient for recipient in self.envelope.recipients if recipient.lower() not in named
        )

    @property
    def reply_to(self) -> tuple[str, ...]:
        """The addresses of the header Reply-To."""
        return self._addresses("Reply-To")

    @property
    def text(self) -> str:
        """The text part, decoded; empty where there is none."""
        return self._body("plain")

    @property
    def html(self) -> str:
        """The HTML part, decoded; empty where there is none."""
        return self._body("html")

    @property
    def attachments(self) -> tuple[SentAttachment, ...]:
        """The attached files, in order."""
        with suppress(KeyError, AttributeError, TypeError):
            return tuple(
                SentAttachment(part.get_filename() or "", part.get_content_type(), _content(part))
                for part in self.message.iter_attachments()
            )
        return ()

    def _addresses(self, header: str) -> tuple[str, ...]:
        try:
            return tuple(address for _, address in getaddresses([self.header(header)]) if address)
        except RecursionError:
            return ()

    def _body(self, kind: str) -> str:
        try:
            part = self.message.get_body((kind,))
            return "" if part is None else str(part.get_content()).replace("\r\n", "\n")
        except (KeyError, LookupError, AttributeError, TypeError):
            return ""

    @property
    def summary(self) -> tuple[str, ...]:
        """Time, From, recipients, subject, names of attached files: a row of a table."""
        attached = ", ".join(part.filename or "unnamed" for part in self.attachments)
        recipients = ", ".join(self.envelope.recipients or self.to)
        sender = self.from_ or self.envelope.sender
        return f"{self.received:%H:%M:%S}", sender, recipients, self.subject, attached

    def _repr_html_(self) -> str:
        """The message for a notebook."""
        fields = {name: self.header(name) for name in ("From", "To", "Cc", "Subject", "Date")}
        recipients = ", ".join(self.envelope.recipients)
        fields["Envelope"] = f"{self.envelope.sender or '<>'} → {recipients}"
        fields["Attachments"] = ", ".join(
            f"{attachment.filename or 'unnamed'} ({attachment.content_type}, {len(attachment.content):,} bytes)"
            for attachment in self.attachments
        )
        return message_view(fields, self.text, self.html)


@dataclass
class Recording:
    """The record of a connection, filled by its server."""

    endpoint: str
    number: int = 0
    protocol: str = ""
    security: str = ""
    port: int = 0
    peer: tuple[str, int] = ("", 0)
    lines: list[Line] = field(default_factory=list)
    in_clear: bytearray = field(default_factory=bytearray)
    attempts: list[LoginAttempt] = field(default_factory=list)
    messages: "list[SentMessage]" = field(default_factory=list)
    tls: SessionTls | None = None
    tls_error: str = ""
    certificate: str = "good"
    fault: str = ""
    closed: str = ""
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    clock: float = field(default_factory=time.monotonic)
    ended: float = 0.0
    bare_lf: bool = False
    earlier: "Callable[[], Sequence[Recording]]" = field(default=tuple, repr=False, compare=False)

    def add(self, tls: bool, who: str, said: bytes) -> None:
        """Record a line, within the limit."""
        if not self.full:
            self.lines.append(Line(tls, who, said, time.monotonic() - self.clock))

    def not_waited(self) -> None:
        """The client has sent more before the reply to its last line."""
        if self.lines and self.lines[-1].who == "C":
            self.lines[-1] = self.lines[-1]._replace(hasty=True)

    def heard(self, data: bytes) -> None:
        """Record cleartext octets, within the limit."""
        if len(self.in_clear) < RECORDED_OCTETS:
            self.in_clear += data

    def secured(self, version: str, cipher: str, server_name: str) -> None:
        """TLS is up."""
        self.tls = SessionTls(version, cipher, server_name, len(self.lines))

    def end(self, how: str) -> None:
        """The connection has ended; the first reason counts."""
        self.closed = self.closed or how
        self.ended = self.ended or time.monotonic()

    def failed(self, error: Exception) -> None:
        """The connection ended with an error of the socket or of TLS."""
        if isinstance(error, TimeoutError):
            self.end("timeout")
            return
        if isinstance(error, ssl.SSLError):
            self.tls_error = self.tls_error or error.reason or str(error)
        self.end("error")

    @property
    def full(self) -> bool:
        """Whether no more lines are kept."""
        return len(self.lines) >= RECORDED

    @property
    def logins(self) -> list[tuple[str, bool]]:
        """Each login attempt: user name, and whether it was accepted."""
        return [(attempt.user, attempt.accepted) for attempt in self.attempts]

    @property
    def transcript(self) -> tuple[str, ...]:
        """The lines as ``C:`` and ``S:``, with ``== tls`` where TLS begins; logins masked."""
        return transcript([*self.lines])

    def session(self) -> Session:
        """Return the record so far, as a frozen value."""
        return Session(
            number=self.number,
            endpoint=self.endpoint,
            protocol=self.protocol,
            security=self.security,
            port=self.port,
            peer=self.peer,
            began=self.began,
            seconds=(self.ended or time.monotonic()) - self.clock,
            closed=self.closed,
            lines=tuple(self.lines),
            tls=self.tls,
            tls_error=self.tls_error,
            attempts=tuple(self.attempts),
            messages=tuple(self.messages),
            in_clear=bytes(self.in_clear),
            certificate=self.certificate,
            fault=self.fault,
            bare_lf=self.bare_lf,
            earlier=self.earlier,
        )


def _content(part: Any) -> bytes:
    if part.get_content_maintype() in ("multipart", "message"):
        inner = part.get_payload()
        return b"".join(part.as_bytes() for part in inner) if isinstance(inner, list) else b""
    return bytes(part.get_payload(decode=True) or b"")
