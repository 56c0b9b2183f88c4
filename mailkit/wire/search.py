"""Finding one message again by its Message-ID, without changing anything."""

from collections.abc import Iterator

from mailkit.observation import Folder, Kind, Step
from mailkit.roles import folder_with_role
from mailkit.wire.dialogue import Dialogue, Minutes, Pause, Stopped, line, say
from mailkit.wire.errand import Search
from mailkit.wire.imap_grammar import command, string
from mailkit.wire.inside import encoded, listed

__all__ = ["FOUND", "find", "find_by_pop3"]

FOUND = "found in "
"""How the note begins that says where a message was found."""

_LAST = 20
"""So many messages at the end of a maildrop are looked at."""


def find(minutes: Minutes, tags: Iterator[str], search: Search) -> Dialogue[None]:
    """Look for a message: in the inbox until it arrives, then in the junk; or among the sent mail.

    Where it is found stands in a note.

    Raises:
        Stopped: the server ends it.
    """
    minutes.step = Step.ERRAND
    if search.role == "inbox":
        for number in range(search.tries):
            if number:
                yield Pause(min(0.2 * 2**number, 5.0))
                yield from command(minutes, next(tags), "NOOP")
            if (yield from _is_here(minutes, tags, search)):
                minutes.notes.append(f"{FOUND}INBOX")
                return
    role = "junk" if search.role == "inbox" else search.role
    heard: list[bytes] = []
    yield from command(minutes, next(tags), 'LIST "" "*"', heard)
    rows = [row for raw in heard for row in listed(raw)]
    mark = next((mark for *_, mark in rows if mark), "/")
    folder = folder_with_role((Folder(name, flags) for name, flags, _ in rows), role, mark)
    if folder is None:
        return
    said = yield from command(minutes, next(tags), f"EXAMINE {string(encoded(folder.name))}")
    if said.startswith("OK") and (yield from _is_here(minutes, tags, search)):
        minutes.notes.append(f"{FOUND}{folder.name}")


def _is_here(minutes: Minutes, tags: Iterator[str], search: Search) -> Dialogue[bool]:
    heard: list[bytes] = []
    wanted = string(search.message_id)
    yield from command(minutes, next(tags), f"SEARCH HEADER Message-ID {wanted}", heard)
    return any(raw.upper().startswith(b"* SEARCH ") and raw[9:].strip() for raw in heard)


def find_by_pop3(minutes: Minutes, search: Search) -> Dialogue[None]:
    """Look at the headers of the last messages in the maildrop.

    Raises:
        Stopped: the server ends it.
    """
    minutes.step = Step.ERRAND
    yield from say(minutes, "STAT")
    raw = yield from line(minutes)
    words = raw.split()
    if words[:1] != [b"+OK"] or not words[1:2] or not words[1].isdigit():
        raise Stopped(Kind.NOT_OPENED, raw.decode("ascii", "replace"))
    last = int(words[1][:9])
    wanted = search.message_id.encode()
    for number in range(last, max(last - _LAST, 0), -1):
        yield from say(minutes, f"TOP {number} 0")
        raw = yield from line(minutes)
        found = False
        while not raw.startswith(b"-ERR") and raw != b".":
            raw = yield from line(minutes)
            found = found or wanted in raw
        if found:
            minutes.notes.append(f"{FOUND}the maildrop")
            return
