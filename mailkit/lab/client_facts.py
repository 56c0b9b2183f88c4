"""Turn a session of the lab into facts for the rules about clients."""

import binascii
import re
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Protocol

from mailkit.lab.client_history import habits
from mailkit.lab.lines import Line
from mailkit.observation.client import ClientLine, ClientLogin, ClientMessage, ClientSession
from mailkit.text import clean

__all__ = ["client_session"]


class _Message(Protocol):
    @property
    def content(self) -> bytes: ...
    @property
    def envelope(self) -> Any: ...
    def header(self, name: str) -> str: ...


class _SessionFacts(Protocol):
    """The part of a lab's session that is needed here."""

    @property
    def protocol(self) -> str: ...
    @property
    def security(self) -> str: ...
    @property
    def certificate(self) -> str: ...
    @property
    def in_clear(self) -> bytes: ...
    @property
    def tls(self) -> Any: ...
    @property
    def tls_error(self) -> str: ...
    @property
    def closed(self) -> str: ...
    @property
    def transcript(self) -> tuple[str, ...]: ...
    @property
    def lines(self) -> Sequence[Line]: ...
    @property
    def attempts(self) -> Sequence[Any]: ...
    @property
    def seconds(self) -> float: ...
    @property
    def bare_lf(self) -> bool: ...
    @property
    def fault(self) -> str: ...
    @property
    def earlier(self) -> Callable[[], Sequence[Any]]: ...
    @property
    def messages(self) -> Sequence[_Message]: ...


_INITIAL = re.compile(rb"(?:\S+ )?AUTH(?:ENTICATE)? [A-Z0-9_-]+ (.+)", re.I)
_REQUIRED = ("From", "Date", "Message-ID")


def client_session(session: _SessionFacts) -> ClientSession:
    """Return the facts of a session of the lab."""
    shown = (line for line in session.transcript if not line.startswith("== "))
    lines = [
        ClientLine(text[0], text[3:], line.tls, line.hasty)
        for text, line in zip(shown, session.lines, strict=True)
    ]
    hello = session.in_clear.startswith(b"\x16") and not session.tls
    if hello:
        lines = [line for line in lines if line.who == "S"]  # a TLS hello is no command
    return ClientSession(
        protocol=session.protocol,
        security=session.security,
        certificate=session.certificate,
        first=session.in_clear[:16],
        tls=session.tls.version if session.tls else "",
        server_name=session.tls.server_name if session.tls else "",
        tls_error=session.tls_error,
        closed=session.closed,
        lines=tuple(lines),
        messages=tuple(map(_client_message, session.messages)),
        bare_lf=session.bare_lf and not hello,
        not_base64=_not_base64(session.lines),
        program=_program(session, lines),
        logins=_logins(session),
        waited=_waited(session),
        habits=habits(session, session.earlier()),
    )


def _logins(session: _SessionFacts) -> tuple[ClientLogin, ...]:
    """Return the logins; none if the server has a fault, which is not the client's."""
    return tuple(
        ClientLogin(attempt.accepted, attempt.user, None if attempt.accepted else attempt.known)
        for attempt in session.attempts
        if not session.fault
    )


def _waited(session: _SessionFacts) -> float:
    """Return how long the client waited at the end for a reply or the greeting, in seconds."""
    if session.lines and session.lines[-1].who == "S":
        return 0.0
    return round(session.seconds - (session.lines[-1].at if session.lines else 0.0), 3)


def _client_message(message: _Message) -> ClientMessage:
    content = message.content
    header = content.replace(b"\r\n", b"\n").partition(b"\n\n")[0].lower()
    options = _options(message)
    names = {line.partition(b":")[0].strip() for line in header.split(b"\n")}
    return ClientMessage(
        longest=max((len(line.rstrip(b"\r")) for line in content.split(b"\n")), default=0),
        bare_lf=content.count(b"\n") != content.count(b"\r\n"),
        eight_bit=not content.isascii(),
        body=options.get("BODY", "").upper(),
        missing=tuple(name for name in _REQUIRED if name.lower().encode() not in names),
        raw_header=not header.isascii() and "SMTPUTF8" not in options,
    )


def _not_base64(lines: Sequence[Line]) -> bool:
    """Return whether a login is invalid base64: a reply to a challenge (``334`` or ``+``), or what stands behind the mechanism.

    ``*`` cancels, ``=`` is empty (RFC 4954 §4).
    """
    said = [line.said for line in lines if line.who == "C"]
    replies = [found[1] for line in said if (found := _INITIAL.fullmatch(line))]
    for before, line in pairwise(lines):
        challenged = before.who == "S" and before.said.startswith((b"334", b"+ "))
        if challenged and line.who == "C":
            replies.append(line.said)
    for reply in replies:
        try:
            b64decode(reply if reply not in (b"*", b"=") else b"", validate=True)
        except binascii.Error:
            return True
    return False


def _options(message: _Message) -> Mapping[str, str]:
    options: Mapping[str, str] = message.envelope.options
    return options


_ID = re.compile(r'\S+ ID \(.*"name" "([^"]{1,60})"', re.I)
_MARKS = (
    (rb"--_NmP-[0-9a-f]+-Part_", "Nodemailer"),
    (rb"----=_Part_\d+_\d+\.\d+", "Jakarta Mail"),
    (rb"\nMessage-ID: <\d+\.\d+\.\d+@", "Jakarta Mail"),
    (rb"\nMessage-ID: <[^@\n]*@symfony\.generated>", "Symfony Mailer"),
    (rb"={15}\d{15,}==|\nMessage-ID: <\d{15,}\.\d+\.\d+@", "Python"),
)
"""Boundaries and Message-IDs of libraries that do not identify themselves."""


def _program(session: _SessionFacts, lines: list[ClientLine]) -> str:
    """Return the client's name: from IMAP ID, a header of a message, or the style of its messages."""
    for line in lines:
        if line.who == "C" and (found := _ID.match(line.text)):
            return found[1]
    for message in session.messages[:1]:  # parsing all of them takes too long
        for name in ("X-Mailer", "User-Agent"):
            if value := message.header(name):
                return clean(value, 60)
    for message in session.messages:
        head = message.content[:4000]
        for pattern, name in _MARKS:
            if re.search(pattern, head, re.I):
                return name
    return ""
