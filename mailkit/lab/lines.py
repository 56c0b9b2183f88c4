"""The lines of a session, for display: logins masked, and a mark where TLS begins."""

import base64
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from mailkit.protocol.masking import Secrets

__all__ = ["Line", "transcript"]


class Line(NamedTuple):
    """A line of a session: under TLS or not, ``C`` or ``S``, its text, seconds since the start.

    The client was ``hasty`` if it sent more before the reply to this line.
    """

    tls: bool
    who: str
    said: bytes
    at: float = 0.0
    hasty: bool = False


def transcript(lines: Iterable[Line]) -> tuple[str, ...]:
    """Return lines for display, logins masked."""
    shown: list[str] = []
    before = False
    masked = _Masking()
    for line in lines:
        if line.tls and not before:
            shown.append("== tls")
        before = line.tls
        shown.append(
            f"{line.who}: {masked(line.who, line.said.decode('utf-8', 'backslashreplace'))}"
        )
    return tuple(shown)


@dataclass
class _Masking:
    """Masks the secrets of logins, and their repetitions; commands stay readable.

    A client may send a password as an argument, as a literal that it announced (RFC 7888), or as an answer to a challenge, which
    it need not wait for.
    """

    secrets: Secrets = field(default_factory=Secrets)
    expected: int = 0
    mechanism: str = ""
    literal: bool = False

    def __call__(self, who: str, said: str) -> str:
        if who == "S":
            if said.startswith(("334", "+ ")) or said == "+":
                self.expected = self.expected or 1
            elif not said.startswith("*"):
                self.expected = 0
            return self._shown(said)
        if self.literal:
            self.literal = _LITERAL.search(said) is not None
            if not self.literal:  # the last one: the password, or the user and then the password
                self._learn(said)
                self._learn(said.partition(" ")[2])
            return "***"
        if self.expected:
            self.expected -= 1
            self._learn_response(said, last=not self.expected)
            return "***"
        return self._command(said)

    def _command(self, said: str) -> str:
        words = said.split()
        for position, word in enumerate(words[:2]):
            head, after = words[: position + 1], words[position + 1 :]
            match word.upper():
                case "PASS":
                    self._learn(" ".join(after))
                    return f"{' '.join(head)} ***"
                case "AUTH" | "AUTHENTICATE" if after:
                    self.mechanism = after[0].upper()
                    self.expected = 2 if self.mechanism == "LOGIN" else 1
                    if len(after) == 1:
                        return said
                    self.expected -= 1
                    self._learn_response(after[1], last=self.mechanism != "LOGIN")
                    return f"{' '.join([*head, after[0]])} ***"
                case "LOGIN" if after:
                    self.literal = _LITERAL.search(said) is not None
                    if len(after) == 1:
                        return said
                    if not self.literal:
                        self._learn(" ".join(after[1:]))
                    return f"{' '.join([*head, after[0]])} ***"
        return self._shown(said)

    def _learn(self, value: str) -> None:
        value = value.strip()
        inner = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
        self.secrets.add(inner, inner.replace('\\"', '"').replace("\\\\", "\\"))

    def _learn_response(self, said: str, *, last: bool) -> None:
        """Learn the secrets in an answer to a challenge; a user name is not secret."""
        if self.mechanism == "LOGIN" and not last:
            return
        self.secrets.add(said)
        with suppress(ValueError):
            held = base64.b64decode(said, validate=True).decode("utf-8", "replace")
            token = _TOKEN.search(held)
            self.secrets.add(token[1] if token else held.rpartition("\0")[2])

    def _shown(self, said: str) -> str:
        return self.secrets.shown(said)


_LITERAL = re.compile(r"\{[0-9]+\+?\}$")
_TOKEN = re.compile(r"\bauth=\S+ ([^\s\x01]+)", re.I)
