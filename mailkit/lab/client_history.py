"""Habits of a client over several connections: how many, how often, and whether it keeps UIDs too long."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from mailkit.lab.lines import Line
from mailkit.observation.client import ClientHabits

__all__ = ["habits"]

_WORK = re.compile(
    r"\S+ (UID )?(FETCH .*(BODY|RFC822|ENVELOPE)|STORE|APPEND|COPY|MOVE|EXPUNGE|IDLE|CREATE|DELETE|RENAME)\b"
    r"|(RETR|TOP|DELE) ",
    re.I,
)
"""Commands beyond checking for new mail."""
_ASKS = re.compile(
    r"\S+ (NOOP|CHECK|STATUS .*|UID SEARCH .*|SEARCH .*|SELECT .*|EXAMINE .*)|STAT", re.I
)
_UIDS = re.compile(r"\* \d+ FETCH \(.*\bUID (\d+)|\* E?SEARCH\b(.*)")
_VALIDITY = re.compile(r"\* OK \[UIDVALIDITY (\d+)\]", re.I)
_OPENS = re.compile(r'\S+ (?:SELECT|EXAMINE) ("(?:[^"\\]|\\.)*"|\S+)', re.I)
_LOOKS = re.compile(
    r"\S+ (UID )?(SEARCH|SORT|THREAD)\b|\S+ UID FETCH 1:\*|\S+ FETCH .*\bUID\b", re.I
)
_USES = re.compile(r"\S+ UID (FETCH|STORE|COPY|MOVE|EXPUNGE) (\S+)", re.I)


class _Folder(NamedTuple):
    """A folder in one connection: its UIDVALIDITY, the highest UID seen, and the first command that used a UID unseen."""

    name: str
    validity: int
    highest: int
    looked: bool
    used: str
    uids: str


def habits(session: Any, earlier: Sequence[Any]) -> ClientHabits:
    """The habits of the client of a connection.

    Args:
        session: the connection, a ``Session``.
        earlier: the recordings of those before it, the oldest first.
    """
    same = [other for other in earlier if _client(other) == _client(session)]
    single, single_s = _row(session, _alike(session, same), lambda other: len(other.messages) == 1)
    asks = session.protocol in ("imap", "pop3") and _user(session)
    polls, polls_s = _row(session, reversed(same), _only_asks) if asks else (0, 0.0)
    by = "login" if polls > 1 else ""
    asked = _asked(session.lines)
    if asked[0] >= polls or not by:
        polls, polls_s, by = asked
    folder, validity, used = _outdated(session, same)
    return ClientHabits(
        at_once=1 + sum(_open(other, session.began) for other in same),
        single=single if single > 1 else 0,
        single_s=single_s,
        polls=polls,
        polls_s=polls_s,
        polled_by=by,
        folder=folder,
        validity=validity,
        used=used,
    )


def _user(one: Any) -> str:
    """Who logged in; a blank where it is not known who."""
    return next((login.user or " " for login in one.attempts if login.accepted), "")


def _client(one: Any) -> tuple[str, str, str]:
    """Return the identity of a client: protocol, address and user."""
    return one.protocol, one.peer[0], _user(one)


def _sender(one: Any) -> tuple[str, str]:
    """Return the identity of a sending program: its name in EHLO, and the sender of the first message."""
    hello = next((text for text in _said(one.lines) if text[:5].upper() in ("EHLO ", "HELO ")), "")
    return hello, one.messages[0].envelope.sender if one.messages else ""


def _open(one: Any, when: datetime) -> bool:
    """Return whether a connection was open at a time."""
    if one.began > when or (one.closed and not one.ended):
        return False
    return not one.ended or one.began + timedelta(seconds=one.ended - one.clock) > when


def _alike(session: Any, same: Sequence[Any]) -> Iterator[Any]:
    """The connections of the same program that sends, the latest first."""
    sender = _sender(session)
    return (other for other in reversed(same) if _sender(other) == sender)


def _row(session: Any, before: Iterable[Any], fits: Any) -> tuple[int, float]:
    """Return how many consecutive connections match, up to this one, and their duration in seconds.

    Those before it come with the latest first.
    """
    if not fits(session):
        return 0, 0.0
    count, began = 1, session.began
    for other in before:
        if not fits(other):
            break
        count, began = count + 1, other.began
    return count, (session.began - began).total_seconds()


def _only_asks(one: Any) -> bool:
    """Return whether a client logged in, only checked for mail, and left."""
    return (
        bool(one.closed)
        and bool(_user(one))
        and not any(_WORK.match(text) for text in _said(one.lines))
    )


def _said(lines: Iterable[Line]) -> Iterator[str]:
    return (line.said.decode("utf-8", "replace") for line in lines if line.who == "C")


def _asked(lines: Sequence[Line]) -> tuple[int, float, str]:
    """Return the longest run of one polling command: how often, how long, and the command."""
    best: tuple[int, float, str] = (0, 0.0, "")
    run, began, before = 0, 0.0, ""
    for line in lines:
        if line.who == "S":
            if line.said.startswith(b"* ") and line.said.endswith((b" EXISTS", b" EXPUNGE")):
                run = 0  # there was something new
            continue
        text = line.said.decode("utf-8", "replace")
        asked = _ASKS.fullmatch(text)
        word = (asked[1] or "STAT").upper() if asked else ""
        if not word or word != before or run == 0:
            run, began = 0, line.at
        run, before = run + bool(word), word
        if run > max(best[0], 1):
            best = (run, line.at - began, word.split(" ")[0])
    return best


def _folders(lines: Iterable[Line]) -> Iterator[_Folder]:
    """Each folder that was opened in a connection."""
    now: _Folder | None = None
    for line in lines:
        text = line.said.decode("utf-8", "replace")
        if line.who == "C":
            if opens := _OPENS.match(text):
                if now is not None:
                    yield now
                now = _Folder(opens[1].strip('"'), 0, 0, looked=False, used="", uids="")
            elif now is not None and _LOOKS.match(text):
                now = now._replace(looked=True)
            elif now is not None and not now.looked and (uses := _USES.match(text)):
                now = now if now.used else now._replace(used=text, uids=uses[2])
        elif now is not None:
            if validity := _VALIDITY.match(text):
                now = now._replace(validity=int(validity[1]))
            elif seen := _UIDS.match(text):
                uids = [int(number) for number in re.findall(r"\d+", seen[1] or seen[2] or "")]
                now = now._replace(highest=max([now.highest, *uids]))
    if now is not None:
        yield now


def _outdated(session: Any, same: Sequence[Any]) -> tuple[str, tuple[int, int], str]:
    """A folder whose UIDs were used although they are from another UIDVALIDITY, both of them, and the command."""
    if session.protocol == "imap":
        for now in _folders(session.lines):
            if now.used and now.validity:
                known = _known_before(now, same)
                if known is not None and _kept(now.uids, known.highest):
                    return now.name, (known.validity, now.validity), now.used
    return "", (0, 0), ""


def _known_before(now: _Folder, same: Sequence[Any]) -> _Folder | None:
    """Return what the client knew of a folder: the last connection with another UIDVALIDITY, unless it has refreshed
    since.
    """
    for other in reversed(same):
        for then in _folders(other.lines):
            if then.name != now.name or not then.validity:
                continue
            if then.validity != now.validity:
                return then
            if then.looked:
                return None
    return None


def _kept(uids: str, highest: int) -> bool:
    """Return whether UIDs are remembered ones: each was seen, or is the next one."""
    if uids == f"{highest + 1}:*":
        return True
    numbers = [int(number) for number in re.findall(r"\d+", uids)]
    return "*" not in uids and bool(numbers) and max(numbers) <= highest
