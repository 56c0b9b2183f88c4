"""How a transcript in a text ended: the last rejection, or the step at which it stopped."""

import re
from dataclasses import dataclass

from mailkit.providers import elsewhere, for_host

__all__ = ["SessionEnd", "ended", "redirected"]


@dataclass(frozen=True, slots=True)
class SessionEnd:
    """The end of a transcript.

    ``text`` is the whole text without the server's positive replies, ``finding`` what a transcript
    that stops without a refusal shows.
    """

    text: str
    finding: str = ""
    words: str = ""


_YES = (
    r"(?:\* (?:OK|CAPABILITY|LIST|LSUB|FLAGS|ID|STATUS|SEARCH|NAMESPACE|\d+ (?:EXISTS|RECENT|EXPUNGE|FETCH))\b"
    r"|\w{1,12} OK\b|2\d\d[- ]|\+OK\b|\+ |334 )"
)
_POSITIVE = re.compile(
    rf"{_YES}|[^\n]{{0,80}}?(?:S: |<< ?|< |<~\s*|<-\s*|SERVER -> CLIENT: )\s*{_YES}"
)
_LOGGED_IN = re.compile(
    r"[^\n]{0,80}?(?:235[ -]|\w{1,12} OK (?:\[[^\]\n]{0,600}\] ?)?(?:log(?:ged)? ?in|authenticat))",
    re.I,
)
_GREETS = re.compile(r"[^\n]{0,80}?(?:220[ -]|\* (?:OK|PREAUTH) (?!\[READ)|\+OK [^\n]{0,80}ready)")
_SERVER = re.compile(r"(?:S: |<< ?|< |<~|<-|SERVER -> CLIENT: )")
_CLIENT = re.compile(r"(?:C: |>> ?|> |~> ?|-> ?|CLIENT -> SERVER: )(?P<command>[^\n]*)")
_NEGATIVE = re.compile(r"[^\n]{0,30}?(?:[45]\d\d\b|\bNO\b|\bBAD\b|\bBYE\b|-ERR\b)")
_TELLING = re.compile(r"fail|error|refus|reject|denied|clos|timed? ?out|exception|invalid", re.I)
_UPGRADE = re.compile(r"(?:\S+ )?(?:STARTTLS|STLS)\s*$", re.I)


def ended(text: str) -> SessionEnd:
    """Read a transcript from its end; a text that is none stays as it is."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    overcome = _overcome(lines)
    rest = [
        line
        for at, line in enumerate(lines)
        if at not in overcome and not (_POSITIVE.match(line) and len(lines) > 1)
    ]
    other = [line for line in rest if _TELLING.search(line) and not _SERVER.match(line)]
    sent = [match["command"] for line in lines if (match := _CLIENT.match(line))]
    talked = sent and any(_SERVER.match(line) for line in lines)
    refused = [line for line in rest if _SERVER.match(line) and _NEGATIVE.match(line)]
    if (
        talked
        and not refused
        and not other
        and _UPGRADE.match(sent[-1])
        and _POSITIVE.match(lines[-1])
    ):
        return SessionEnd("", "stt-handshake", sent[-1])
    return SessionEnd("\n".join(rest) if talked or len(rest) < len(lines) else text)


def _overcome(lines: list[str]) -> set[int]:
    """Return which rejections a login followed, in the same connection: of another mechanism, or a second try."""
    overcome: set[int] = set()
    refused: list[int] = []
    for at, line in enumerate(lines):
        if _LOGGED_IN.match(line) and _POSITIVE.match(line):
            overcome |= {*refused}
        elif _POSITIVE.match(line):
            refused = [] if _GREETS.match(line) else refused
        elif _REFUSED.match(line):
            refused.append(at)
    return overcome


_REFUSED = re.compile(
    rf"(?:[^\n]{{0,80}}?{_SERVER.pattern}\s*)?(?:5(?:0[0-4]|3[0458])[ -]|\w{{1,12}} (?:NO|BAD) |-ERR )"
)

_DIALLED = re.compile(
    r"(?:connect(?:ion|ed|ing)?|opening|trying|resolved|peeraddr|host\w*)\b[^\n]{0,24}?"
    r"(?<![\w.@-])((?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24})\b",
    re.I,
)
_GREETED = re.compile(
    r"(?:^|\n|[^\n]{0,80}?(?:S: |<< ?|< |<~\s*|<-\s*|CLIENT: |b['\"]))220[- ]([\w-]+(?:\.[\w-]+)+) "
)


def redirected(text: str) -> str:
    """The greeting of another server than the provider's that was connected to, if there is one."""
    dialled = [match[1].lower() for match in _DIALLED.finditer(text)]
    host = next((name for name in dialled if for_host(name)), "")
    greeted = _GREETED.search(text) if host else None
    return greeted[0].strip() if greeted and elsewhere(host, greeted[1]) else ""
