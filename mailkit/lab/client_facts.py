"""A session of the lab as the rules about clients look at it."""

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Protocol

from mailkit.lab.lines import Line
from mailkit.observation.client import ClientLine, ClientMessage, ClientSession
from mailkit.text import clean

__all__ = ["client_session"]


class _Message(Protocol):
    @property
    def content(self) -> bytes: ...
    @property
    def envelope(self) -> Any: ...
    def header(self, name: str) -> str: ...


class _Session(Protocol):
    """What is needed of a session of the lab."""

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
    def messages(self) -> Sequence[_Message]: ...


_REQUIRED = ("From", "Date", "Message-ID")


def client_session(session: _Session) -> ClientSession:
    """What the rules about clients look at, of a session of the lab."""
    lines: list[ClientLine] = []
    tls = False
    for line in session.transcript:
        if line.startswith("== "):
            tls = True
        else:
            lines.append(ClientLine(line[0], line[3:], tls))
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
        not_base64=_not_base64(session.lines),
        program=_program(session, lines),
    )


def _client_message(message: _Message) -> ClientMessage:
    content = message.content
    header = content.replace(b"\r\n", b"\n").partition(b"\n\n")[0].lower()
    names = {line.partition(b":")[0].strip() for line in header.split(b"\n")}
    return ClientMessage(
        longest=max((len(line.rstrip(b"\r")) for line in content.split(b"\n")), default=0),
        bare_lf=content.count(b"\n") != content.count(b"\r\n"),
        eight_bit=not content.isascii(),
        body=_options(message).get("BODY", "").upper(),
        missing=tuple(name for name in _REQUIRED if name.lower().encode() not in names),
    )


def _not_base64(lines: Sequence[Line]) -> bool:
    """Whether a reply to a challenge (``334`` or ``+``) cannot be decoded; ``*`` cancels (RFC 4954 §4)."""
    for before, line in pairwise(lines):
        challenged = before.who == "S" and before.said.startswith((b"334", b"+ "))
        if challenged and line.who == "C" and line.said not in (b"*", b""):
            try:
                b64decode(line.said, validate=True)
            except binascii.Error:
                return True
    return False


def _options(message: _Message) -> Mapping[str, str]:
    options: Mapping[str, str] = message.envelope.options
    return options


_ID = re.compile(r'\S+ ID \(.*"name" "([^"]{1,60})"', re.I)


def _program(session: _Session, lines: list[ClientLine]) -> str:
    """How the client names itself: by IMAP ID, or in the header of a message."""
    for line in lines:
        if line.who == "C" and (found := _ID.match(line.text)):
            return found[1]
    for message in session.messages[:1]:  # to parse all of them takes too long
        for name in ("X-Mailer", "User-Agent"):
            if value := message.header(name):
                return clean(value, 60)
    return ""
