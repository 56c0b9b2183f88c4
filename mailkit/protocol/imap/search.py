"""Find a message by its Message-ID, without changes."""

from collections.abc import Iterator
from dataclasses import replace

from mailkit.observation import SeenFolder, Step
from mailkit.protocol.after_login import Search
from mailkit.protocol.dialogue import Dialogue, Pause, SessionState
from mailkit.protocol.imap.examine import encoded, listed
from mailkit.protocol.imap.exchange import Untagged, command
from mailkit.protocol.imap.grammar import StatusResponse, is_name, quoted
from mailkit.protocol.imap.special_use import folder_with_role

__all__ = ["find"]


def find(session: SessionState, tags: Iterator[str], search: Search) -> Dialogue[None]:
    """Search for a message: in the inbox until it arrives, then in junk; or in sent mail.

    ``facts.found_in`` is the folder.

    Raises:
        Stopped: the server ends it.
    """
    session.step = Step.AFTER_LOGIN
    if search.role == "inbox":
        for number in range(search.tries):
            if number:
                yield Pause(min(0.2 * 2**number, 5.0))
                yield from command(session, next(tags), "NOOP")
            if (yield from _is_here(session, tags, search)):
                session.facts = replace(session.facts, found_in="INBOX")
                return
    role = "junk" if search.role == "inbox" else search.role
    heard: list[Untagged] = []
    yield from command(session, next(tags), 'LIST "" "*"', heard)
    rows = [*listed(heard)]
    delimiter = next((delimiter for *_, delimiter in rows if delimiter), "/")
    folder = folder_with_role((SeenFolder(name, flags) for name, flags, _ in rows), role, delimiter)
    if folder is None:
        return
    said = yield from command(session, next(tags), f"EXAMINE {quoted(encoded(folder.name))}")
    if said.startswith("OK") and (yield from _is_here(session, tags, search)):
        session.facts = replace(session.facts, found_in=folder.name)


def _is_here(session: SessionState, tags: Iterator[str], search: Search) -> Dialogue[bool]:
    heard: list[Untagged] = []
    wanted = quoted(search.message_id)
    yield from command(session, next(tags), f"SEARCH HEADER Message-ID {wanted}", heard)
    return any(
        not isinstance(row, StatusResponse) and is_name(row, 0, b"SEARCH") and len(row) > 1
        for row in heard
    )
