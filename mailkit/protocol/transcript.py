"""Read and write transcripts of sessions.

A transcript has one or more sessions. Each has a head line, followed by the lines that
:class:`~mailkit.protocol.dialogue.SessionState` wrote, and event lines for the rest::

    imap imap.example.com:143 starttls
    == user: kim@example.com
    == login
    == connected 192.0.2.1
    S: * OK ready
    C: a1 CAPABILITY
    S: * CAPABILITY IMAP4rev1 STARTTLS
    S: a1 OK done
    == silence

An event line is one of the values of :class:`~mailkit.observation.StopReason`, the name of a fact
with its value (the fields of :class:`~mailkit.observation.Request` and
:class:`~mailkit.observation.Context`, and those of :class:`~mailkit.observation.Facts` that no
line shows: see :mod:`mailkit.protocol.event_lines`), or

``connected ADDRESS``
    the connection stands
``tls VERSION CIPHER`` / ``tls failed REASON`` / ``tls failed CODE REASON``
    how a handshake ended; a number is OpenSSL's verification error
``certificate KEY=VALUE; …``
    a certificate that was shown, leaf first; ``from`` and ``until`` are days from today
``certificate not verified: …``
    this conversation did not verify, and so could not log in
``after N s``
    the seconds until the greeting
``bytes TEXT``
    bytes that arrived instead of a line, or in a failed handshake, with Python escapes
``dns NAME TYPE DATA``
    what a name server said
``offers A, B``
    with ``logged-in``: what is offered
``setting KEY = VALUE``
    a setting that rules read, as JSON
``finding ID``
    what the rules found, or should find
``fix``
    this conversation was held with the settings of the fix

The first conversation is the one that the settings ask for; the others were held to compare.

By hand, some of this can be in the head line: after ``login`` a user name or a mechanism, where
it is not the usual one. With ``logged-in`` the conversation begins where a login by verified TLS has
just been accepted. IMAP and POP3 then examine the mailbox, SMTP rehearses a message from
kim@example.com to lee@example.org; or sends it, with ``send`` or, beyond ASCII, ``eight-bit``.
``mailbox`` asks for the thorough examination, ``from=`` and ``to=`` for addresses.
``C:`` lines are compared with what is said: a replay that speaks otherwise is a failure.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import overload
from urllib.parse import quote, unquote

from mailkit.account import SERVICE_KEYS, SETTINGS, Account, Service
from mailkit.observation import (
    UNSHOWN_FACTS,
    Certificate,
    Context,
    Observation,
    Request,
    ServerEndpoint,
)
from mailkit.ports import Protocol, Security
from mailkit.protocol import sasl
from mailkit.protocol.conversation import stop_lines
from mailkit.protocol.event_lines import facts_in, name_of, names_of, record, written
from mailkit.protocol.replay import DialogueMismatchError, replayed
from mailkit.text import clean

__all__ = [
    "Case",
    "DialogueMismatchError",
    "TranscriptLines",
    "dumps",
    "loads",
    "replay",
    "transcripts_in",
]

_HEAD = re.compile(
    r"(imap|pop3|smtp|http|tcp) (\S*):(-?\d+) (implicit-tls|starttls|cleartext)"
    r"(?:( login)(?: (?!mailbox|send|eight-bit|from=|to=)(\S+))?| (logged-in))?"
    r"((?: mailbox| send| eight-bit| from=\S+| to=\S+)*)$"
)
_USER = "kim@example.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A service with everything that rules about the wire need.

    Attributes:
        service: the settings.
        account: the account they belong to.
        seen: the observation of the settings.
        others: other observations.
        fixed: the observation of the fix, if a
            login verified it.
        context: what is known from elsewhere.
        findings: ids of the findings, found or expected.
    """

    service: Service
    account: Account | None = None
    seen: Observation
    others: tuple[Observation, ...] = ()
    fixed: Observation | None = None
    context: Context
    findings: tuple[str, ...] = ()


def replay(script: str, now: datetime | None = None) -> list[Observation]:
    """Return the observation of every session of a transcript.

    Raises:
        DialogueMismatchError: a dialogue says something else than the transcript.
        ValueError: a line cannot be read.
    """
    now = now or datetime.now(UTC)
    return [_played(head, lines, now) for head, lines in _parts(script)]


def loads(script: str, now: datetime | None = None) -> Case:
    """Parse a transcript into a case.

    Args:
        script: the transcript.
        now: the time of the check, if the transcript has none.

    Raises:
        DialogueMismatchError: a dialogue says something else than the transcript.
        ValueError: a line cannot be read, or there is none.
    """
    parts = [*_parts(script)]
    if not parts:
        raise ValueError("a transcript begins with a head line, such as imap HOST:993 implicit-tls")
    around = [text for _, lines in parts for text in lines if name_of(text) in _CONTEXT]
    usual = Context(now=now) if now else Context()
    context = replace(usual, **facts_in(usual, around))
    observed = [(_played(head, lines, context.now), lines) for head, lines in parts]
    seen, first = observed[0]
    told = dict(text[11:].split(" = ", 1) for text in first if text.startswith("== setting "))
    settings = {key: json.loads(value) for key, value in told.items()}
    address = str(settings.pop("address", ""))
    return Case(
        service=_service(seen, settings),
        account=Account(label="", address=address) if address else None,
        seen=seen,
        others=tuple(observation for observation, lines in observed[1:] if "== fix" not in lines),
        fixed=next((observation for observation, lines in observed[1:] if "== fix" in lines), None),
        context=context,
        findings=tuple(text[11:] for text in first if text.startswith("== finding ")),
    )


def dumps(case: Case) -> str:
    """Write the transcript of a case, without secrets; :func:`loads` reads it."""
    lines = [*_written(case.seen, [*_around(case)])]
    for other in case.others:
        lines += ["", *_written(other)]
    if case.fixed is not None:
        lines += ["", *_written(case.fixed, ["== fix"])]
    return "\n".join([*lines, ""])


class TranscriptLines(Sequence[str]):
    """The lines of the transcript of a case, written when they are first read: of a fleet's services few ever are.

    It compares and is sent to other processes as a tuple of its lines.
    """

    __slots__ = ("_case", "_lines")

    def __init__(self, case: Case) -> None:
        self._case: Case | None = case
        self._lines: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines as a tuple."""
        case = self._case
        if case is not None:
            self._lines = tuple(dumps(case).splitlines())
            self._case = None
        return self._lines

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[str, ...]: ...
    def __getitem__(self, at: int | slice) -> str | tuple[str, ...]:
        return self.lines[at]

    def __len__(self) -> int:
        return len(self.lines)

    def __iter__(self) -> Iterator[str]:
        return iter(self.lines)

    def __eq__(self, other: object) -> bool:
        return self.lines == (other.lines if isinstance(other, TranscriptLines) else other)

    def __hash__(self) -> int:
        return hash(self.lines)

    def __repr__(self) -> str:
        return repr(self.lines)

    def __reduce__(self) -> tuple[type, tuple[tuple[str, ...]]]:
        return tuple, (self.lines,)


def transcripts_in(report: str) -> list[str]:
    """Return the transcripts in a report in Markdown or JSON, one for each service. Other text is one transcript."""
    if report.lstrip().startswith("{"):
        accounts = json.loads(report)["accounts"]
        services = [service for account in accounts for service in account["services"]]
        return ["\n".join([*service["transcript"], ""]) for service in services]
    return re.findall(r"(?ms)^````text\r?$\n(.*?)^````\r?$", report) or [report]


def _parts(script: str) -> Iterator[tuple[re.Match[str], list[str]]]:
    head: re.Match[str] | None = None
    lines: list[str] = []
    for line in script.split("\n"):
        text = line.lstrip().rstrip("\r")
        if (match := _HEAD.match(text.rstrip())) is not None:
            if head is not None:
                yield head, lines
            head, lines = match, []
        elif text.strip():
            if head is None:
                raise ValueError(f"a transcript begins with a head line, not {text!r}")
            lines.append(text)
    if head is not None:
        yield head, lines


def _played(head: re.Match[str], lines: list[str], now: datetime) -> Observation:
    endpoint = ServerEndpoint(head[1], unquote(head[2]), int(head[3]), head[4])
    kept = [text for text in lines if not text.startswith(_ASIDE) and name_of(text) not in _CONTEXT]
    return replayed(endpoint, _asked(head), kept, now, inside=bool(head[7]))


_CONTEXT = names_of(Context)
_ASIDE = ("== setting ", "== finding ", "== fix")


def _asked(head: re.Match[str]) -> Request:
    """Parse a head line that was written by hand."""
    word, words = head[6] or "", head[8].split()
    given = dict(pair.split("=", 1) for pair in words if "=" in pair)
    message = "7bit" if "send" in words else "8bit" if "eight-bit" in words else ""
    request = Request(
        user=_USER if not word or sasl.spoken(word) else word,
        auth=word if sasl.spoken(word) else "password",
        login=bool(head[5]),
        mailbox="mailbox" in words,
    )
    if head[1] != "smtp" or not (head[7] or given or message):
        return request
    return replace(
        request,
        sender=given.get("from", _USER),
        recipients=(given.get("to", "lee@example.org"),),
        size=10_000,
        message=message,
    )


def _service(seen: Observation, settings: dict[str, object]) -> Service:
    endpoint = seen.endpoint
    return Service(
        protocol=Protocol(endpoint.protocol),
        host=endpoint.host,
        port=endpoint.port,
        security=Security(endpoint.security),
        user=seen.request.user,
        auth=seen.request.auth,
        written=settings,
    )


def _around(case: Case) -> Iterator[str]:
    """Return the event lines of a case outside its sessions."""
    yield from written(case.context)
    for key, value in case.service.written.items():
        own = key in SERVICE_KEYS and key not in (*SETTINGS, "secret")
        if own and isinstance(value, bool | int | float):
            yield f"== setting {key} = {json.dumps(value)}"
    if case.account is not None and case.account.address:
        yield f"== setting address = {json.dumps(case.account.address)}"
    yield from (f"== finding {finding}" for finding in case.findings)


@lru_cache(512)
def _certificate_line(certificate: Certificate) -> str:
    return f"== certificate {record(certificate, whole=True)}"


def _written(seen: Observation, around: list[str] | None = None) -> Iterator[str]:
    """Write one session: head, request, socket events, lines."""
    endpoint = seen.endpoint
    host = quote(endpoint.host, safe="[]:/@+,;=!$&'()*", errors="surrogatepass")
    yield f"{endpoint.protocol} {host}:{endpoint.port} {endpoint.security}"
    yield from around or ()
    yield from written(seen.request, always=("user",))
    yield from written(seen.facts, only=UNSHOWN_FACTS)
    if seen.greeting_s is not None:
        yield f"== after {seen.greeting_s:g} s"
    yield from (f"== dns {record}" for record in seen.dns)
    yield from map(_certificate_line, seen.chain)
    yield from (clean(line, 100_000) for line in seen.transcript)
    if seen.stop is not None and not seen.transcript:
        yield from stop_lines(seen.stop)
