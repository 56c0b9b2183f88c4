"""What a server saw of a client on one connection; the rules about clients read it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

__all__ = ["ClientHabits", "ClientLine", "ClientLogin", "ClientMessage", "ClientSession"]


@dataclass(frozen=True, slots=True)
class ClientLine:
    """A line: from ``C`` (the client) or ``S``, and whether TLS was on.

    The client was ``hasty`` where it sent more before the reply to this line.
    """

    who: str
    text: str
    tls: bool = False
    hasty: bool = False


@dataclass(frozen=True, slots=True)
class ClientLogin:
    """A login that was tried: whether it was accepted, and whether there is such a user, where that is known."""

    accepted: bool
    user: str = ""
    known: bool | None = None


@dataclass(frozen=True, slots=True)
class ClientHabits:
    """What only several connections of a client show; the connections before this one, and this one.

    Attributes:
        at_once: connections of the same user, or of the same address, that were open when this one began.
        single: connections in a row with one message each, by the same client.
        single_s: how long they took, from the first to this one, in seconds.
        polls: how often the client asked for news, by connections or by commands, without anything else in between.
        polls_s: how long that took, in seconds.
        polled_by: ``login``, or the command that asked.
        folder: the folder whose UIDVALIDITY was another one in an earlier connection.
        validity: UIDVALIDITY then and now.
        used: the command that used a UID without looking which are there now.
    """

    at_once: int = 1
    single: int = 0
    single_s: float = 0.0
    polls: int = 0
    polls_s: float = 0.0
    polled_by: str = ""
    folder: str = ""
    validity: tuple[int, int] = (0, 0)
    used: str = ""


@dataclass(frozen=True, slots=True)
class ClientMessage:
    """Properties of a message that the client submitted.

    Attributes:
        longest: octets of the longest line, without the line end.
        bare_lf: whether a line ends with LF alone.
        eight_bit: whether it has octets above 127.
        body: the BODY parameter of MAIL, in upper case.
        missing: required header fields that it lacks (RFC 5322 §3.6).
        raw_header: whether the header has octets above 127 and MAIL did not say SMTPUTF8.
    """

    longest: int = 0
    bare_lf: bool = False
    eight_bit: bool = False
    body: str = ""
    missing: tuple[str, ...] = ()
    raw_header: bool = False


@dataclass(frozen=True, slots=True)
class ClientSession:
    """One connection of a client.

    Attributes:
        protocol: ``imap``, ``pop3`` or ``smtp``.
        security: the server's encryption mode: ``implicit-tls``, ``starttls`` or ``cleartext``.
        certificate: the server's certificate: ``good``, or the kind of a bad one.
        first: the first octets of the client, if it was expected to speak cleartext.
        tls: the TLS version; empty without TLS.
        server_name: the host name that the client asked for in the handshake (SNI).
        tls_error: why the handshake failed, in OpenSSL's words.
        closed: who closed the connection: ``client``, ``server``, ``timeout``, ``error``.
        lines: the session, logins masked.
        messages: the submitted messages.
        bare_lf: whether a command ended with LF alone, or a message that was refused for it.
        not_base64: whether a login was sent that is not base64.
        program: the client's name: from IMAP ID, or from a header of a message.
        logins: each login that was tried.
        waited: how long the client has been waiting for a reply that did not come, in seconds.
        habits: what the connections before this one show.
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
    bare_lf: bool = False
    not_base64: bool = False
    program: str = ""
    logins: tuple[ClientLogin, ...] = ()
    waited: float = 0.0
    habits: ClientHabits = ClientHabits()

    @property
    def commands(self) -> tuple[ClientLine, ...]:
        """The lines that the client sent."""
        return tuple(line for line in self.lines if line.who == "C")

    def replies_to(self, pattern: str) -> Iterator[tuple[ClientLine, str]]:
        """Return the commands that match, each with the server's next line, or an empty one."""
        for position, line in enumerate(self.lines):
            if line.who == "C" and re.match(pattern, line.text, re.I):
                after = (line.text for line in self.lines[position + 1 :] if line.who == "S")
                yield line, next(after, "")

    def tagged_replies(self) -> Iterator[tuple[ClientLine, str]]:
        """IMAP commands, each with the reply that has its tag."""
        replies = {line.text.split(" ")[0]: line.text for line in self.lines if line.who == "S"}
        for line in self.commands:
            if reply := replies.get(line.text.split(" ")[0]):
                yield line, reply

    def offered(self, word: str, *, tls: bool) -> bool:
        """Return whether the server offered something, before or under TLS."""
        said = (line.text for line in self.lines if line.who == "S" and line.tls is tls)
        return any(re.search(rf"\b{re.escape(word)}\b", text, re.I) for text in said)

    @classmethod
    def of(cls, text: Iterable[str]) -> "ClientSession":
        """Read a session from lines: ``S:``, ``C:`` and events (``==``), as :meth:`written` writes them."""
        facts: dict[str, object] = {}
        lines: list[ClientLine] = []
        messages: list[ClientMessage] = []
        logins: list[ClientLogin] = []
        habits: dict[str, object] = {}
        tls = hasty = False
        for line in text:
            if line.startswith(("S: ", "C: ")):
                lines.append(ClientLine(line[0], line[3:], tls, hasty))
                hasty = False
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
            elif name == "bare":
                facts["bare_lf"] = True
            elif name == "hasty":
                hasty = True
            elif name == "login":
                outcome, _, user = value.partition(" ")
                logins.append(ClientLogin(outcome == "accepted", user, _KNOWN.get(outcome)))
            elif name == "waited":
                facts["waited"] = float(value)
            elif name == "habit":
                key, _, said = value.partition(" ")
                habits.update(_HABITS[key](said))
            elif name in ("certificate", "closed", "program"):
                facts[name] = value
        return cls(
            lines=tuple(lines),
            messages=tuple(messages),
            logins=tuple(logins),
            habits=ClientHabits(**habits),  # type: ignore[arg-type]
            **facts,  # type: ignore[arg-type]
        )

    def written(self) -> tuple[str, ...]:
        """Return the session as lines that :meth:`of` reads."""
        head = [f"== server {self.protocol} {self.security}"]
        if self.certificate != "good":
            head.append(f"== certificate {self.certificate}")
        if self.first:
            head.append(f"== bytes {self.first.hex(' ')}")
        if self.bare_lf:
            head.append("== bare LF")
        if self.not_base64:
            head.append("== not base64")
        if self.program:
            head.append(f"== program {self.program}")
        head += _written_habits(self.habits)
        begun = [f"== tls {self.tls} {self.server_name}".rstrip()] if self.tls else []
        clear = [text for line in self.lines if not line.tls for text in _written_line(line)]
        secured = [text for line in self.lines if line.tls for text in _written_line(line)]
        tail = [f"== tls failed {self.tls_error}"] if self.tls_error else []
        tail += [f"== login {_outcome(login)} {login.user}".rstrip() for login in self.logins]
        tail += [f"== waited {self.waited!r}"] if self.waited else []
        tail += [_written(message) for message in self.messages]
        tail += [f"== closed {self.closed}"] if self.closed else []
        return (*head, *clear, *begun, *secured, *tail)


_KNOWN = {"refused-user": False, "refused-password": True}
"""What the server knows of the user whose login it refused."""


def _outcome(login: ClientLogin) -> str:
    if login.accepted:
        return "accepted"
    return next((word for word, known in _KNOWN.items() if known is login.known), "refused")


def _numbers(said: str, *names: str) -> dict[str, object]:
    """Numbers by name; those that end in ``_s`` are seconds."""
    given = said.split()
    return {
        name: float(value) if name.endswith("_s") else int(value)
        for name, value in zip(names, given, strict=True)
    }


def _polled(said: str) -> dict[str, object]:
    by, _, numbers = said.partition(" ")
    return {"polled_by": by} | _numbers(numbers, "polls", "polls_s")


def _renumbered(said: str) -> dict[str, object]:
    before, now, folder, used = said.split(" ", 3)
    return {"validity": (int(before), int(now)), "folder": folder, "used": used}


_HABITS: dict[str, Callable[[str], dict[str, object]]] = {
    "at-once": lambda said: _numbers(said, "at_once"),
    "single": lambda said: _numbers(said, "single", "single_s"),
    "polls": _polled,
    "uidvalidity": _renumbered,
}


def _written_habits(habits: ClientHabits) -> list[str]:
    lines = [f"== habit at-once {habits.at_once}"] if habits.at_once > 1 else []
    if habits.single:
        lines.append(f"== habit single {habits.single} {habits.single_s!r}")
    if habits.polls:
        lines.append(f"== habit polls {habits.polled_by} {habits.polls} {habits.polls_s!r}")
    if habits.folder:
        before, now = habits.validity
        lines.append(f"== habit uidvalidity {before} {now} {habits.folder} {habits.used}")
    return lines


def _written_line(line: ClientLine) -> list[str]:
    return ["== hasty"] * line.hasty + [f"{line.who}: {line.text}"]


def _message(words: str) -> ClientMessage:
    found = dict(word.partition("=")[::2] for word in words.split())
    return ClientMessage(
        longest=int(found.get("longest", "0")),
        bare_lf="bare-lf" in found,
        eight_bit="8bit" in found,
        body=found.get("body", ""),
        missing=tuple(found.get("missing", "").split(",")) if found.get("missing") else (),
        raw_header="raw-header" in found,
    )


def _written(message: ClientMessage) -> str:
    words: Sequence[str] = (
        f"longest={message.longest}" if message.longest else "",
        "bare-lf" if message.bare_lf else "",
        "8bit" if message.eight_bit else "",
        f"body={message.body}" if message.body else "",
        f"missing={','.join(message.missing)}" if message.missing else "",
        "raw-header" if message.raw_header else "",
    )
    return " ".join(["== message", *filter(None, words)])
