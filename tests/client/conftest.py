"""A server whose answers are written down, for what a client makes of them."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from mailkit.client.connection import IMAP4
from mailkit.client.stream import Limits, Stream
from mailkit.protocol.dialogue import Recv, Send, SessionState

_LITERAL = re.compile(rb"\{(\d+)\+\}\r\n")


class Server:
    """Answers a command that has some words with untagged lines, and each with OK or a status of its own."""

    reply_timeout_s = 5.0

    def __init__(self, said: bytes, words: bytes, status: bytes) -> None:
        self.said, self.words, self.status = said, words, status
        self.heard, self.waiting, self._line = b"", b"", b""

    def allow(self, until: float) -> None:
        """Time does not matter here."""

    def close(self) -> None:
        """Nothing is open."""

    def ready(self, seconds: float) -> bool:
        """Whether something was said."""
        return bool(self.waiting)

    def __call__(self, ask: Send | Recv) -> bytes:
        if isinstance(ask, Send):
            self.heard += bytes(ask.data)
            self._line += bytes(ask.data)
            if self._line.endswith(b"\r\n") and not self._in_literal():
                self.answer(self._line)
                self._line = b""
            return b""
        said, self.waiting = self.waiting, b""
        return said

    def _in_literal(self) -> bool:
        last = [*_LITERAL.finditer(self._line)][-1:]
        return bool(last) and len(self._line) < last[0].end() + int(last[0][1]) + 2

    def answer(self, line: bytes) -> None:
        """The answer to a whole command."""
        meant = self.words in line
        tag = line.split()[0]
        self.waiting += self.said if meant else b""
        self.waiting += tag + b" " + (self.status if meant else b"OK done") + b"\r\n"


@pytest.fixture
def imap_of() -> Callable[..., tuple[IMAP4, Server]]:
    """A connection that is logged in: ``imap_of(b"* SEARCH 1\\r\\n", {"IDLE"}, b"SEARCH", b"NO [X] no")``."""

    def make(
        said: bytes, offers: Any = (), words: bytes = b"", status: bytes = b"OK done"
    ) -> tuple[IMAP4, Server]:
        server, session = Server(said, words, status), SessionState()
        version: set[str] = set() if "IMAP4REV2" in offers else {"IMAP4REV1", "LITERAL+"}
        session.renewed, session.offers = True, frozenset({*offers} | version)
        first = b"* PREAUTH ready\r\n"
        return IMAP4(Stream(server, session, "imap", Limits(), first)), server  # type: ignore[arg-type]

    return make
