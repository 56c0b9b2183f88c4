"""Replay a recorded session: the lines of its transcript answer the dialogue.

The dialogue runs as on a socket, and learns again what the lines show. The event lines have the rest. No secret is
known: the transcript has ``***`` instead.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from mailkit.observation import (
    UNSHOWN_FACTS,
    Certificate,
    Login,
    Observation,
    Record,
    Request,
    ServerEndpoint,
    Step,
    StopReason,
    Tls,
)
from mailkit.protocol import http
from mailkit.protocol.after_login import AfterLogin, MailTransaction, Search
from mailkit.protocol.conversation import dialogue_for, observe
from mailkit.protocol.dialogue import (
    UNVERIFIED,
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
from mailkit.protocol.event_lines import facts_in, name_of, names_of, pairs_in, record_from
from mailkit.protocol.imap.examine import examine
from mailkit.protocol.pop3.maildrop import count
from mailkit.protocol.smtp.transaction import transact
from mailkit.text import clean

__all__ = ["DialogueMismatchError", "replayed"]


class DialogueMismatchError(AssertionError):
    """A replayed dialogue sent something other than the transcript."""


_SHOWN = re.compile(rb"\\x([01][0-9a-f]|7f|[89a-f][0-9a-f])|\\u([0-9a-f]{4})")
"""Unprintable bytes in the format of :func:`~mailkit.text.decoded`."""
_LEFT_OUT = re.compile(r"== [\d,]+ lines left out")


@dataclass
class _Script:
    """Answers the dialogue from a transcript; ``events`` are the event lines that are not answers."""

    lines: list[str]
    now: datetime
    chain: list[Certificate] = field(default_factory=list)
    data: bytes = b""
    after: float | None = None
    verified: bool = True
    events: list[str] = field(default_factory=list)
    dns: list[Record] = field(default_factory=list)
    offers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        kept = []
        for text in self.lines:
            if text.startswith("== certificate "):
                self.verified = self.verified and text != f"== {UNVERIFIED}"
                self.chain += (
                    [] if text == f"== {UNVERIFIED}" else [_certificate(text[15:], self.now)]
                )
            elif text.startswith("== dns "):
                self.dns.append(Record(*text[7:].split(" ", 2)))
            elif text.startswith("== offers "):
                self.offers = tuple(text[10:].split(", "))
            elif (match := re.match(r"== after ([\d.e-]+) s", text)) is not None:
                self.after = float(match[1])
            elif name_of(text) in _FACTS:
                self.events.append(text)
            elif not _LEFT_OUT.fullmatch(text):
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
            self.data = _bytes(text)
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
        if self.lines and not self.lines[0].startswith("C:"):
            return  # QUIT or LOGOUT, or a script without ``C:`` lines
        if not data.strip() and self.lines and self.lines[0] != "C: ***":
            return  # the empty line after a request
        text = self.lines.pop(0)[2:].strip() if self.lines else ""
        said = clean(data.decode("utf-8", "replace").partition("\r\n")[0], 1000).strip()
        if text and "***" not in text and clean(text, 1000) != said:
            raise DialogueMismatchError(f"said {said!r}, the transcript has {text!r}")

    def _said(self) -> bytes:
        if not self.lines:
            return b""
        if self.lines[0] == "== closed":
            self.lines.pop(0)
            return b""
        if self.lines[0].startswith("== bytes "):
            self.data = _bytes(self.lines.pop(0))
            return self.data or self._said()
        text = self._next("S:")[2:].removeprefix(" ")
        data = _SHOWN.sub(_as_sent, text.encode()) + b"\r\n"
        if self._is_foreign():
            first = _bytes(self.lines[0])
            return first if b"\n" in first else first + data[len(first) :]
        return data

    def _is_foreign(self) -> bool:
        """Return whether the line begins bytes of another protocol."""
        return (
            len(self.lines) > 1
            and self.lines[0].startswith("== bytes ")
            and self.lines[1].startswith(f"== {StopReason.FOREIGN}")
        )

    def _shaken(self) -> Tls:
        text = self._next("== tls ")
        words = text[7:].split(" ")
        return Tls(words[0], " ".join(words[1:]), self.verified, tuple(self.chain))

    def commanded(self, pattern: str) -> str:
        """Return the first group of the first matching command."""
        found = (re.match(pattern, text) for text in self.lines)
        return next((match[1] for match in found if match is not None), "")


_UNSHOWN = frozenset(name.replace("_", " ") for name in UNSHOWN_FACTS)
_FACTS = names_of(Request) | _UNSHOWN


def replayed(
    endpoint: ServerEndpoint,
    asked: Request,
    lines: list[str],
    now: datetime,
    *,
    inside: bool = False,
) -> Observation:
    """Replay one session.

    Args:
        endpoint: the endpoint.
        asked: what the session was asked to do, unless its lines say otherwise.
        lines: of the
            transcript, without the head.
        now: the day that a certificate's relative dates count from.
        inside: whether it
            begins right after an accepted login.

    Raises:
        DialogueMismatchError: the dialogue sends something other than the transcript.
        ValueError: a line is invalid.
    """
    script = _Script(lines, now)
    request = replace(asked, **facts_in(asked, script.events))
    conversation = _inside if inside else _conversation
    seen = observe(endpoint, partial(conversation, endpoint, request, script), script)
    unshown = [text for text in script.events if name_of(text) in _UNSHOWN]
    return replace(
        seen,
        request=request,
        greeting_s=script.after,
        chain=seen.chain or tuple(script.chain),
        dns=tuple(script.dns),
        facts=replace(seen.facts, **facts_in(seen.facts, unshown)),
    )


_CONTENT = {
    "": None,
    "7bit": b"Subject: hello\r\n\r\nHello.\r\n",
    "8bit": b"Subject: hello\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n",
}


def _after_login(request: Request) -> AfterLogin:
    search = Search(request.search, request.search_in or "inbox") if request.search else None
    if not request.recipients:
        return AfterLogin(mailbox=request.mailbox, search=search)
    message = MailTransaction(
        request.sender,
        request.recipients,
        size=request.size,
        content=_CONTENT[request.message],
    )
    return AfterLogin(mailbox=request.mailbox, transaction=message, search=search)


def _conversation(
    endpoint: ServerEndpoint, request: Request, script: _Script, session: SessionState
) -> Dialogue[None]:
    if endpoint.protocol == "tcp":
        return connect(session)
    if endpoint.protocol == "http":
        path = script.commanded(r"C: GET (\S+) HTTP") or "/"
        return http.opening(session, tls=endpoint.security == "implicit-tls", path=path)
    session.helo = script.commanded(r"C: (?:EHLO|LHLO|HELO) (\S+)") or session.helo
    credentials = None
    if request.user:
        password = _stand_in(script) if request.login else None
        credentials = Credentials(request.user, password, request.auth, recorded=True)
    return dialogue_for(
        session,
        endpoint,
        credentials,
        clear_ok=lambda address: request.cleartext_allowed or endpoint.host == "localhost",
        logout=True,
        after_login=_after_login(request),
    )


def _stand_in(script: _Script) -> str:
    """Return a password that takes the same steps as the unknown one, by the same command."""
    stops = [text for text in script.lines if text.startswith(f"== {StopReason.NOT_SENDABLE}")]
    for text in stops:
        if "in the password" in text:
            return "\n" if "line break" in text else "\ud800"
    sasl = script.commanded(r"C: \w+ (AUTHENTICATE)\b")
    return "ü" if sasl or stops else "***"


def _inside(
    endpoint: ServerEndpoint, request: Request, script: _Script, session: SessionState
) -> Dialogue[None]:
    """Return the tasks after an accepted login."""
    session.step, session.tls, session.greeting = Step.LOGIN, Tls("TLSv1.3"), ("ready",)
    session.login, session.offers = Login("PLAIN", request.user, True), script.offers
    after_login = _after_login(request)
    if endpoint.protocol == "smtp":
        assert after_login.transaction is not None
        yield from transact(session, after_login.transaction)
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


def _as_sent(match: re.Match[bytes]) -> bytes:
    if match[1]:
        return bytes([int(match[1], 16)])
    char = chr(int(match[2], 16))
    return match[0] if char.isprintable() else char.encode("utf-8", "surrogatepass")


def _bytes(line: str) -> bytes:
    return line[9:].encode().decode("unicode_escape").encode("latin-1")


_USUAL = {
    "issuer": "CN=Example CA",
    "fingerprint": "00",
    "key": "RSA 2048",
    "key bits": "2048",
    "signature": "sha256",
}
"""Default facts of a certificate; it is valid for 60 more days."""


def _certificate(line: str, now: datetime) -> Certificate:
    pairs = _USUAL | pairs_in(line)
    pairs.setdefault("subject", "CN=" + pairs.get("names", "x").split(",")[0])
    for key, short, days in (("not before", "from", "-30"), ("not after", "until", "60")):
        date = now + timedelta(days=float(pairs.pop(short, days)))
        pairs.setdefault(key, date.isoformat())
    return record_from(Certificate, pairs)
