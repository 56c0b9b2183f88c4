"""What a server saw of a client: one connection, as the rules about clients look at it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

__all__ = ["ClientLine", "ClientMessage", "ClientSession"]


@dataclass(frozen=True, slots=True)
class ClientLine:
    """One line: by ``C`` (the client) or ``S``, and whether TLS was on."""

    who: str
    text: str
    tls: bool = False


@dataclass(frozen=True, slots=True)
class ClientMessage:
    """What matters of a message that the client handed in.

    Attributes:
        longest: octets of the longest line, without the line end.
        bare_lf: whether a line ends with LF alone.
        eight_bit: whether it has octets above 127.
        body: the BODY parameter of MAIL, in upper case.
        missing: required header fields that are not there (RFC 5322 §3.6).
    """

    longest: int = 0
    bare_lf: bool = False
    eight_bit: bool = False
    body: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClientSession:
    """One connection of a client.

    Attributes:
        protocol: ``imap``, ``pop3`` or ``smtp``.
        security: what the server expects: ``implicit-tls``, ``starttls`` or ``cleartext``.
        certificate: what the server presents: ``good``, or the kind of a bad one.
        first: the first octets of a client that was expected to speak in cleartext.
        tls: the TLS version; empty without TLS.
        server_name: the host name that the client asked for in the handshake (SNI).
        tls_error: why the handshake failed, in OpenSSL's words.
        closed: who ended it: ``client``, ``server``, ``timeout``, ``error``.
        lines: the session, logins masked.
        messages: the messages that were handed in.
        not_base64: whether a login was sent that is not base64.
        program: how the client names itself: IMAP ID, or a header of a message.
    """

    protocol: str = "smtp"
    security: str = "starttls"
    certificate: str = "good"
    first: bytes = b""
    tls: str = ""
    server_name: str = ""
    tls_error: str = ""
    closed: str = ""
    lines: tuple[ClientLine, ...] = ()
    messages: tuple[ClientMessage, ...] = ()
    not_base64: bool = False
    program: str = ""

    @property
    def commands(self) -> tuple[ClientLine, ...]:
        """What the client sent."""
        return tuple(line for line in self.lines if line.who == "C")

    def replies_to(self, pattern: str) -> Iterator[tuple[ClientLine, str]]:
        """Commands that match, each with the next line of the server; empty where there is none."""
        for position, line in enumerate(self.lines):
            if line.who == "C" and re.match(pattern, line.text, re.I):
                after = (one.text for one in self.lines[position + 1 :] if one.who == "S")
                yield line, next(after, "")

    def offered(self, word: str, *, tls: bool) -> bool:
        """Whether the server offered something, before or under TLS."""
        said = (line.text for line in self.lines if line.who == "S" and line.tls is tls)
        return any(re.search(rf"\b{re.escape(word)}\b", text, re.I) for text in said)

    @classmethod
    def of(cls, text: Iterable[str]) -> "ClientSession":
        """Read a session from lines: ``S:``, ``C:`` and events (``==``), as :meth:`written` writes them."""
        facts: dict[str, object] = {}
        lines: list[ClientLine] = []
        messages: list[ClientMessage] = []
        tls = False
        for line in text:
            if line.startswith(("S: ", "C: ")):
                lines.append(ClientLine(line[0], line[3:], tls))
                continue
            name, _, value = line.removeprefix("== ").partition(" ")
            if name == "server":
                facts["protocol"], facts["security"] = value.split()
            elif name == "bytes":
                facts["first"] = bytes.fromhex(value)
            elif name == "tls" and value.startswith("failed"):
                facts["tls_error"] = value.removeprefix("failed").strip()
            elif name == "tls":
                tls = True
                facts["tls"], _, facts["server_name"] = value.partition(" ")
            elif name == "message":
                messages.append(_message(value))
            elif name == "not":
                facts["not_base64"] = True
            elif name in ("certificate", "closed", "program"):
                facts[name] = value
        return cls(lines=tuple(lines), messages=tuple(messages), **facts)  # type: ignore[arg-type]

    def written(self) -> tuple[str, ...]:
        """The session as lines, which :meth:`of` reads."""
        head = [f"== server {self.protocol} {self.security}"]
        if self.certificate != "good":
            head.append(f"== certificate {self.certificate}")
        if self.first:
            head.append(f"== bytes {self.first.hex(' ')}")
        if self.not_base64:
            head.append("== not base64")
        if self.program:
            head.append(f"== program {self.program}")
        begun = [f"== tls {self.tls} {self.server_name}".rstrip()] if self.tls else []
        clear = [f"{line.who}: {line.text}" for line in self.lines if not line.tls]
        secured = [f"{line.who}: {line.text}" for line in self.lines if line.tls]
        tail = [f"== tls failed {self.tls_error}"] if self.tls_error else []
        tail += [_written(message) for message in self.messages]
        tail += [f"== closed {self.closed}"] if self.closed else []
        return (*head, *clear, *begun, *secured, *tail)


def _message(words: str) -> ClientMessage:
    found = dict(word.partition("=")[::2] for word in words.split())
    return ClientMessage(
        longest=int(found.get("longest", "0")),
        bare_lf="bare-lf" in found,
        eight_bit="8bit" in found,
        body=found.get("body", ""),
        missing=tuple(found.get("missing", "").split(",")) if found.get("missing") else (),
    )


def _written(message: ClientMessage) -> str:
    words: Sequence[str] = (
        f"longest={message.longest}" if message.longest else "",
        "bare-lf" if message.bare_lf else "",
        "8bit" if message.eight_bit else "",
        f"body={message.body}" if message.body else "",
        f"missing={','.join(message.missing)}" if message.missing else "",
    )
    return " ".join(["== message", *filter(None, words)])
