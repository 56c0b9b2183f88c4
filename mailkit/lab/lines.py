"""The lines of a conversation, and how people read them: logins masked, and a mark where TLS begins."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Line", "transcript"]


class Line(NamedTuple):
    """One line of a conversation: under TLS or not, ``C`` or ``S``, as it was sent, seconds since the beginning.

    The client was ``hasty`` where it sent more before the reply to this line.
    """

    tls: bool
    who: str
    said: bytes
    at: float = 0.0
    hasty: bool = False


def transcript(lines: Iterable[Line]) -> tuple[str, ...]:
    """Lines as people read them, logins masked."""
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
    """Masks what follows a login command; the commands stay readable."""

    secret: bool = False

    def __call__(self, who: str, said: str) -> str:
        words = said.split(" ")
        if who == "S":
            self.secret = said.startswith(("334", "+ ")) or said == "+"
            return said
        if self.secret:
            self.secret = False
            return "***"
        for position, word in enumerate(words[:2]):
            after = words[position + 1 :]
            if word.upper() == "PASS":
                return f"{' '.join(words[: position + 1])} ***"
            if word.upper() in ("AUTH", "AUTHENTICATE") and len(after) > 1:
                return f"{' '.join(words[: position + 2])} ***"
            if word.upper() == "LOGIN" and len(after) > 1:
                return f"{' '.join(words[: position + 2])} ***"
        return said
