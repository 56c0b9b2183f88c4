"""Yesterday's transcript is today's server.

A script is one or more conversations. Each begins with a head line, then come the lines of a
transcript as :class:`~mailkit.protocol.dialogue.SessionState` writes them::

    imap imap.example.com:143 starttls
    == connected 192.0.2.1
    S: * OK ready
    C: a1 CAPABILITY
    S: * CAPABILITY IMAP4rev1 STARTTLS
    S: a1 OK done
    == silence

An event line is one of the values of :class:`~mailkit.observation.StopReason`, or

``connected ADDRESS``
    the connection stands
``tls VERSION CIPHER`` / ``tls failed REASON`` / ``tls failed CODE REASON``
    how a handshake ended; a number is OpenSSL's verification error
``certificate KEY=VALUE; …``
    a certificate that was shown, leaf first; ``from`` and ``until`` are days from today
``unverified``
    this conversation did not verify, and so could not log in
``after N s``
    the seconds until the greeting
``note TEXT``, ``ragged``
    a note of the channel: no trust anchors; no close_notify
``bytes TEXT``
    bytes that arrived instead of a line, or in a failed handshake, with Python escapes

``dns NAME TYPE DATA``
    what a name server said
``offers A, B``
    with ``logged-in``: what is offered

After the head line's ``login`` may stand a user name or a mechanism, where it is not the usual one.
With ``logged-in`` the conversation begins where a login by verified TLS has just been accepted. IMAP
and POP3 then look inside, SMTP rehearses a letter from kim@example.com to lee@example.org; or sends
it, with ``send`` or, beyond ASCII, ``eight-bit``. ``mailbox`` asks for the thorough look inside, ``from=`` and ``to=`` for addresses.
``C:`` lines are compared with what is said: a replay that speaks otherwise is a failure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from mailkit.observation import (
    Certificate,
    Endpoint,
    Login,
    Observation,
    Record,
    Step,
    StopReason,
    Tls,
)
from mailkit.protocol import sasl
from mailkit.protocol.after_login import AfterLogin, MailTransaction
from mailkit.protocol.conversation import dialogue_for, observe
from mailkit.protocol.dialogue import (
    Ask,
    Connect,
    Credentials,
    Dialogue,
    Pause,
    Recv,
    Send,
    SessionState,
    StartTLS,
    Stopped,
    connect,
)
from mailkit.protocol.imap.examine import examine
from mailkit.protocol.pop3.maildrop import count
from mailkit.protocol.smtp.transaction import transact

__all__ = ["DialogueMismatchError", "replay"]

_HEAD = re.compile(
    r"(imap|pop3|smtp|http|tcp) (\S+):(\d+) (implicit-tls|starttls|cleartext)"
    r"(?:( login)(?: (?!mailbox|send|eight-bit|from=|to=)(\S+))?| (logged-in))?"
    r"((?: mailbox| send| eight-bit| from=\S+| to=\S+)*)$"
)


class DialogueMismatchError(AssertionError):
    """A replayed dialogue said something else than the transcript."""


def replay(script: str, now: datetime | None = None) -> list[Observation]:
    """Every conversation of a script, as observed."""
    return [_replayed(head, lines, now or datetime.now(UTC)) for head, lines in _parts(script)]


def _parts(script: str) -> Iterator[tuple[re.Match[str], list[str]]]:
    head: re.Match[str] | None = None
    lines: list[str] = []
    for text in script.splitlines():
        if (match := _HEAD.match(text.strip())) is not None:
            if head is not None:
                yield head, lines
            head, lines = match, []
        elif text.strip():
            if head is None:
                raise ValueError(f"a script begins with a head line, not {text!r}")
            lines.append(text.strip())
    if head is not None:
        yield head, lines


@dataclass
class _Script:
    """The answering side of a replay."""

    lines: list[str]
    now: datetime
    chain: list[Certificate] = field(default_factory=list)
    data: bytes = b""
    after: float | None = None
    verified: bool = True
    notes: list[str] = field(default_factory=list)
    dns: list[Record] = field(default_factory=list)
    offers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        kept = []
        for text in self.lines:
            if text.startswith("== certificate "):
                self.chain.append(_certificate(text[15:], self.now))
            elif text == "== unverified":
                self.verified = False
            elif text.startswith("== note "):
                self.notes.append(text[8:])
            elif text.startswith("== dns "):
                self.dns.append(Record(*text[7:].split(" ", 2)))
            elif text.startswith("== offers "):
                self.offers = tuple(text[10:].split(", "))
            elif text == "== ragged":
                self.notes.append("no close_notify")
            elif (match := re.match(r"== after ([\d.]+) s", text)) is not None:
                self.after = float(match[1])
            else:
                kept.append(text)
        self.lines = kept

    def __call__(self, ask: Ask) -> object:
        match ask:
            case Connect():
                text = self._next("== connected")
                return text.removeprefix("== connected").strip() or "192.0.2.1"
            case Send(data):
                self._heard(bytes(data))
                return b""
            case StartTLS():
                return self._shaken()
            case Recv():
                return self._said()
            case Pause():
                return None

    def _next(self, wanted: str) -> str:
        text = self.lines.pop(0) if self.lines else "== closed"
        if text.startswith("== bytes "):
            self.data = text[9:].encode().decode("unicode_escape").encode("latin-1")
            return self._next(wanted)
        if text.startswith("== tls failed "):
            raise _tls_failed(text[14:], self.data)
        if text.startswith("==") and not text.startswith(("== connected", "== tls ")):
            kind, _, why = text[3:].partition(": ")
            raise Stopped(StopReason(kind), why, data=self.data)
        if not text.startswith(wanted):
            raise DialogueMismatchError(f"the transcript goes on with {text!r}, not {wanted!r}")
        return text

    def _heard(self, data: bytes) -> None:
        if self.lines and not self.lines[0].startswith("C: "):
            return  # a goodbye, or a script that does not care what was said
        if not data.strip() and self.lines and self.lines[0] != "C: ***":
            return  # the empty line after a request
        text = self.lines.pop(0)[3:] if self.lines else ""
        said = data.decode("utf-8", "replace").rstrip("\r\n")
        if text and "***" not in text and text != said:
            raise DialogueMismatchError(f"said {said!r}, the transcript has {text!r}")

    def _said(self) -> bytes:
        if not self.lines:
            return b""
        if self.lines[0] == "== closed":
            self.lines.pop(0)
            return b""
        text = self._next("S: ")
        return text[3:].encode() + b"\r\n"

    def _shaken(self) -> Tls:
        text = self._next("== tls ")
        words = text[7:].split(" ")
        return Tls(words[0], " ".join(words[1:]), self.verified, tuple(self.chain))


def _replayed(head: re.Match[str], lines: list[str], now: datetime) -> Observation:
    endpoint = Endpoint(head[1], head[2], int(head[3]), head[4])
    script = _Script(lines, now)
    word = head[6] or ""
    auth = word if sasl.spoken(word) else "password"
    user = "kim@example.com" if not word or sasl.spoken(word) else word
    credentials = Credentials(user, "opensesame" if head[5] else None, auth)
    after_login = _errand(endpoint, head[8].split(), inside=bool(head[7]))
    if head[7]:
        conversation = partial(_inside, endpoint, after_login, script)
    else:
        conversation = partial(_conversation, endpoint, credentials, after_login)
    seen = observe(endpoint, conversation, script)
    return replace(
        seen,
        greeting_s=script.after,
        chain=seen.chain or tuple(script.chain),
        dns=tuple(script.dns),
        notes=(*seen.notes, *script.notes),
    )


_CONTENT = {
    "send": b"Subject: hello\r\n\r\nHello.\r\n",
    "eight-bit": b"Subject: hello\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n",
}


def _errand(endpoint: Endpoint, words: list[str], *, inside: bool) -> AfterLogin:
    given = dict(word.split("=", 1) for word in words if "=" in word)
    letter = MailTransaction(
        given.get("from", "kim@example.com"),
        (given.get("to", "lee@example.org"),),
        content=_CONTENT.get(next((word for word in words if word in _CONTENT), "")),
    )
    wanted = endpoint.protocol == "smtp" and (inside or given or letter.content)
    return AfterLogin(mailbox="mailbox" in words, letter=letter if wanted else None)


def _conversation(
    endpoint: Endpoint,
    credentials: Credentials | None,
    after_login: AfterLogin,
    session: SessionState,
) -> Dialogue[None]:
    if endpoint.protocol == "tcp":
        return connect(session)
    return dialogue_for(
        session,
        endpoint,
        credentials,
        clear_ok=lambda address: endpoint.host == "localhost",
        after_login=after_login,
    )


def _inside(
    endpoint: Endpoint, after_login: AfterLogin, script: _Script, session: SessionState
) -> Dialogue[None]:
    """What comes after a login that was accepted."""
    session.step, session.tls, session.greeting = Step.LOGIN, Tls("TLSv1.3"), ("ready",)
    session.login, session.offers = Login("PLAIN", "kim@example.com", True), script.offers
    if endpoint.protocol == "smtp":
        assert after_login.letter is not None
        yield from transact(session, after_login.letter)
    elif endpoint.protocol == "pop3":
        yield from count(session, thorough=after_login.mailbox)
    else:
        tags = (f"a{number}" for number in range(1, 100))
        yield from examine(session, tags, thorough=after_login.mailbox)
    session.step = Step.DONE


def _tls_failed(text: str, data: bytes) -> Stopped:
    code, _, reason = text.partition(" ")
    if code.isdigit():
        return Stopped(StopReason.TLS_FAILED, reason, code=int(code), data=data)
    return Stopped(StopReason.TLS_FAILED, text, data=data)


def _certificate(text: str, now: datetime) -> Certificate:
    facts = dict(part.strip().split("=", 1) for part in text.split(";") if part.strip())
    return Certificate(
        subject=facts.get("subject", "CN=" + facts.get("names", "x").split(",")[0]),
        issuer=facts.get("issuer", "CN=Example CA"),
        common_name=facts.get("cn", ""),
        names=tuple(filter(None, facts.get("names", "").split(","))),
        addresses=tuple(filter(None, facts.get("addresses", "").split(","))),
        not_before=now + timedelta(days=float(facts.get("from", -30))),
        not_after=now + timedelta(days=float(facts.get("until", 60))),
        fingerprint=facts.get("fingerprint", "00"),
        key=facts.get("key", "RSA 2048"),
        key_bits=int(facts.get("bits", 2048)),
        signature=facts.get("signature", "sha256"),
        issuer_url=facts.get("issuer-url", ""),
    )
