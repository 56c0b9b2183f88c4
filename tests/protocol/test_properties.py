"""No split of a server's bytes changes what is seen; no bytes crash a dialogue or hold it."""

import base64
from functools import partial
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailkit.account import Service
from mailkit.observation import Context, Login, Observation, ServerEndpoint, StopReason, Tls
from mailkit.ports import Protocol, Security
from mailkit.protocol.after_login import LOGIN_ONLY, AfterLogin, MailTransaction, Search
from mailkit.protocol.banner import identify
from mailkit.protocol.conversation import dialogue_for, observe
from mailkit.protocol.dialogue import (
    MAX_BYTES,
    MAX_LINES,
    Ask,
    Connect,
    Credentials,
    Dialogue,
    Recv,
    Send,
    SessionState,
    StartTLS,
    Stopped,
)
from mailkit.protocol.transcript import Case, dumps, loads
from mailkit.rules.catalogue import case_findings

CREDENTIALS = Credentials("kim@example.com", "opensesame")
ENDPOINTS = [
    ServerEndpoint(protocol, "mail.example.com", 1, security)
    for protocol in ("imap", "pop3", "smtp")
    for security in ("implicit-tls", "starttls", "cleartext")
]
SCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))


LETTER = MailTransaction("kim@example.com", ("lee@example.org",))
SENT = MailTransaction(
    "kim@example.com", ("lee@example.org",), content=b"Subject: hello\r\n\r\n.\r\n"
)
ERRANDS = {
    "nothing more": LOGIN_ONLY,
    "a look inside": AfterLogin(mailbox=True),
    "a rehearsal": AfterLogin(transaction=LETTER),
    "a message": AfterLogin(transaction=SENT),
    "a search": AfterLogin(search=Search("<1@example.com>")),
}


def converse(
    endpoint: ServerEndpoint, session: SessionState, after_login: AfterLogin = LOGIN_ONLY
) -> Dialogue[None]:
    local = endpoint.host == "localhost"
    return dialogue_for(
        session, endpoint, CREDENTIALS, clear_ok=lambda address: local, after_login=after_login
    )


def errand_of(head: str) -> AfterLogin:
    if "mailbox" in head:
        return ERRANDS["a look inside"]
    if "from=" in head:
        return ERRANDS["a rehearsal"]
    return ERRANDS["a message"] if head.endswith(" send") else LOGIN_ONLY


class Turns:
    """A server that says its turns, each cut where it is told, and waits to be spoken to."""

    def __init__(self, script: str, sizes: list[int]) -> None:
        self.turns: list[bytes | Tls] = [b""]
        self.sizes = sizes
        for line in script.splitlines():
            if line.startswith("S: "):
                last = self.turns.pop()
                assert isinstance(last, bytes)
                self.turns.append(last + line[3:].encode() + b"\r\n")
            elif line.startswith("C: "):
                self.turns.append(b"")
            elif line.startswith("== tls "):
                self.turns += [Tls("TLSv1.3"), b""]
        self.asked = 0

    def __call__(self, ask: Ask) -> object:
        match ask:
            case Connect():
                return "192.0.2.1"
            case StartTLS():
                while not isinstance(turn := self.turns.pop(0), Tls):
                    assert not turn
                return turn
            case Send():
                self.turns.pop(0) if self.turns and not self.turns[0] else None
                return b""
            case Recv():
                return self._cut()

    def _cut(self) -> bytes:
        if not self.turns or not isinstance(turn := self.turns.pop(0), bytes):
            return b""
        self.asked += 1
        size = self.sizes[self.asked % len(self.sizes)]
        self.turns.insert(0, turn[size:])
        return turn[:size]


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.stem)
@given(sizes=st.lists(st.integers(1, 40), min_size=1, max_size=30))
def test_any_split_of_the_servers_bytes_gives_the_same_answer(file: Path, sizes: list[int]) -> None:
    lines = [text for text in file.read_text("utf-8").splitlines() if not text.startswith("#")]
    protocol, place, security, *_ = lines[0].split(" ")
    host, _, port = place.partition(":")
    endpoint = ServerEndpoint(protocol, host, int(port), security)

    talk = partial(converse, endpoint, after_login=errand_of(lines[0]))

    def seen(cuts: list[int]) -> Observation:
        return observe(endpoint, talk, Turns("\n".join(lines), cuts))

    whole, split = seen([100_000]), seen(sizes)

    assert split.transcript == whole.transcript
    assert (split.stop, split.step, split.login) == (whole.stop, whole.step, whole.login)
    assert (split.offers, split.mailbox) == (whole.offers, whole.mailbox)


PIECES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [
            *(b"* OK ready\r\n", b"+OK\r\n", b"220 hi\r\n", b"250-x\r\n", b"250 AUTH PLAIN\r\n"),
            *(b"a1 OK\r\n", b"* CAPABILITY STARTTLS AUTH=PLAIN\r\n", b"a2 OK\r\n", b"a3 NO\r\n"),
            *(b"+OK\r\nSTLS\r\nUSER\r\n.\r\n", b"334 \r\n", b"+ \r\n", b"{5}\r\n", b"* X {9}\r\n"),
            *(
                b"a1 OK [CAPABILITY NAMESPACE QUOTA ACL]\r\n",
                b"a3 OK\r\n",
                b"a4 OK\r\n",
                b"354 \r\n",
            ),
            *(b"* LIST () NIL {3}\r\n", b"* QUOTA x (S 1 1)\r\n", b"* 9 EXISTS\r\n", b"235 \r\n"),
            *(b"+OK 5\r\n", b"1 a\r\n", b".\r\n", b"* SEARCH 1\r\n", b"250 ok\r\n", b"221 \r\n"),
            *(b"220 go\r\n", b"535 no\r\n", b"-ERR\r\n", b"* BYE\r\n", b"\r\n", b"\n", b"\0"),
        ]
    ),
)


@pytest.mark.parametrize("after_login", ERRANDS.values(), ids=ERRANDS)
@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
@given(pieces=st.lists(PIECES, max_size=25))
@settings(max_examples=60)
def test_no_bytes_crash_a_dialogue_or_hold_it(
    after_login: AfterLogin, endpoint: ServerEndpoint, pieces: list[bytes]
) -> None:
    said = iter(pieces)
    asks = 0

    def answer(ask: Ask) -> object:
        nonlocal asks
        asks += 1
        assert asks < 200
        if isinstance(ask, StartTLS):
            return Tls("TLSv1.3")
        return next(said, b"") if isinstance(ask, Recv) else "192.0.2.1"

    seen = observe(endpoint, partial(converse, endpoint, after_login=after_login), answer)

    assert seen.stop is not None or seen.login == Login(
        seen.login.mechanism if seen.login else "", CREDENTIALS.user, True
    )
    assert "opensesame" not in "\n".join(seen.transcript)


WELCOMES = {
    "imap": [
        b"* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR] ready\r\n",
        *(b"a1 OK\r\n", b"a2 OK\r\n", b"a3 OK\r\n"),
    ],
    "pop3": [b"+OK hi\r\n", b"+OK\r\nSASL PLAIN\r\nSTLS\r\n.\r\n", b"+OK\r\n", b"+OK\r\n"],
    "smtp": [
        b"220 mx ESMTP\r\n",
        b"250-mx\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n",
        *(b"220 go\r\n", b"235 ok\r\n"),
    ],
}
ENDS = [StopReason.CLOSED, StopReason.SILENT, StopReason.RESET, StopReason.DRIP]


@pytest.mark.parametrize("protocol", WELCOMES)
@given(
    security=st.sampled_from(Security),
    after_login=st.sampled_from([*ERRANDS.values()]),
    welcome=st.integers(0, 4),
    pieces=st.lists(PIECES, max_size=10),
    end=st.sampled_from(ENDS),
    handshake=st.booleans(),
)
@example(
    security=Security.IMPLICIT_TLS,
    after_login=next(iter(ERRANDS.values())),
    welcome=1,
    pieces=[b"{5}\n", b"\0\0\0\0\0"],  # a literal, and then nothing more of its reply
    end=StopReason.DRIP,
    handshake=True,
)
@example(
    security=Security.IMPLICIT_TLS,
    after_login=next(iter(ERRANDS.values())),
    welcome=0,
    pieces=[rb"\x00", b""],  # a backslash and three characters, and not an octet
    end=StopReason.CLOSED,
    handshake=True,
)
def test_whatever_a_server_says_its_transcript_replays_to_the_same_findings(
    protocol: str,
    security: Security,
    after_login: AfterLogin,
    welcome: int,
    pieces: list[bytes],
    end: StopReason,
    handshake: bool,
) -> None:
    endpoint = ServerEndpoint(protocol, "mail.example.com", 1, str(security))
    said = iter([*WELCOMES[protocol][:welcome], *pieces])

    def answer(ask: Ask) -> object:
        if isinstance(ask, StartTLS):
            if handshake:
                return Tls("TLSv1.3")
            raise Stopped(StopReason.TLS_FAILED, "WRONG_VERSION_NUMBER", data=next(said, b""))
        if not isinstance(ask, Recv):
            return "192.0.2.1"
        if (data := next(said, None)) is None:
            raise Stopped(end)
        return data or b"\r\n"

    seen = observe(endpoint, partial(converse, endpoint, after_login=after_login), answer)
    service = Service(
        protocol=Protocol(protocol), host=endpoint.host, port=1, security=security, user="kim"
    )
    case = Case(service=service, seen=seen, context=Context())

    again = loads(dumps(case))

    assert [repr(one) for one in case_findings(again)] == [repr(one) for one in case_findings(case)]
    assert (again.seen.login, again.seen.proof, again.seen.step) == (
        seen.login,
        seen.proof,
        seen.step,
    )


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
@pytest.mark.parametrize("block", [b"x" * 4096, b"* 1 EXISTS\r\n" * 300, b"250-x\r\n" * 500])
def test_an_endless_server_is_stopped(endpoint: ServerEndpoint, block: bytes) -> None:
    received = 0

    def answer(ask: Ask) -> object:
        nonlocal received
        if isinstance(ask, StartTLS):
            return Tls("TLSv1.3")
        if not isinstance(ask, Recv):
            return "192.0.2.1"
        received += len(block)
        return block

    seen = observe(endpoint, partial(converse, endpoint), answer)

    assert seen.stop is not None
    assert seen.stop.kind in (
        StopReason.FLOOD,
        StopReason.FOREIGN,
        StopReason.BROKEN,
        StopReason.INJECTED,
    )
    assert received < 2 * MAX_BYTES


@pytest.mark.parametrize("endpoint", ENDPOINTS[::3], ids=str)
def test_many_short_lines_are_too_many_long_before_they_are_many_bytes(
    endpoint: ServerEndpoint,
) -> None:
    greeting = {"imap": b"* OK\r\n", "pop3": b"+OK\r\n+OK\r\n", "smtp": b""}[endpoint.protocol]
    line = {"imap": b"* 1\r\n", "pop3": b"X\r\n", "smtp": b"220-\r\n"}[endpoint.protocol]
    said = iter([greeting + line * (MAX_LINES + 10)])

    def answer(ask: Ask) -> object:
        if isinstance(ask, StartTLS):
            return Tls("TLSv1.3")
        return next(said, b"") if isinstance(ask, Recv) else "192.0.2.1"

    seen = observe(endpoint, partial(converse, endpoint), answer)

    assert seen.stop is not None
    assert seen.stop.kind is StopReason.FLOOD
    assert "lines" in seen.stop.text


@given(
    password=st.text(
        st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=("C", "Z")),
        min_size=4,
        max_size=20,
    )
)
def test_a_password_that_is_repeated_is_masked_in_every_form(password: str) -> None:
    plain = base64.b64encode(f"\0kim\0{password}".encode())
    echo = b"a1 NO " + password.encode() + b" " + plain + b" x\r\n"
    said = iter([b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi\r\n", echo])

    def answer(ask: Ask) -> object:
        if isinstance(ask, StartTLS):
            return Tls("TLSv1.3")
        return next(said, b"") if isinstance(ask, Recv) else "192.0.2.1"

    endpoint = ServerEndpoint("imap", "h", 993, "implicit-tls")
    credentials = Credentials("kim", password)
    seen = observe(
        endpoint, partial(dialogue_for, endpoint=endpoint, credentials=credentials), answer
    )

    shown = "\n".join([*seen.transcript, str(seen.stop), *seen.reply])
    assert plain.decode() not in shown
    if not password.isalnum():
        assert password not in shown.replace("***", "")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"220 mail.example.com ESMTP Postfix\r\n", "smtp"),
        (b"220 ftp.example.com ESMTP\r\n", "smtp"),
        (b"220 softpost.example.com ready\r\n", "smtp"),
        (b"220 (vsFTPd 3.0.3)\r\n", "ftp"),
        (b"220 FTP server ready\r\n", "ftp"),
        (b"220 mail LMTP\r\n", "lmtp"),
        (b"* OK hi\r\n", "imap"),
        (b"* OKAY", ""),
        (b"+OK\r\n", "pop3"),
        (b"SSH-2.0-x\r\n", "ssh"),
        (b"HTTP/1.1 400 Bad\r\n", "http"),
        (b"200 welcome\r\n", ""),
        (b"\x15\x03\x01\x00\x02\x02\x16", "tls"),
        (b"", ""),
    ],
)
def test_a_server_is_named_by_its_first_bytes(data: bytes, name: str) -> None:
    assert identify(data) == name
