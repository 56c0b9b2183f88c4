"""Reading the messages that a worker has claimed: several together, and never many octets."""

from itertools import accumulate

from mailkit.client.database import MailDatabase
from mailkit.flow.entries import Claim
from mailkit.flow.transports import QueuedMessage

__all__ = ["READ_AHEAD", "first_claims"]

READ_AHEAD = 1024 * 1024
"""How many octets of messages are read together."""


def first_claims(db: MailDatabase, numbers: list[int], worker: str) -> list[Claim]:
    """Return the first of these messages with the recipients that the worker has claimed, in order: as many as have
    :data:`READ_AHEAD` octets, and at least one.
    """
    first = _first_that_fit(db, numbers)
    asked = _places(first)
    recipients: dict[int, list[str]] = {number: [] for number in first}
    tries = dict.fromkeys(first, 0)
    for number, recipient, tried in db.execute(_COPIES.format(asked), (*first, worker)).fetchall():
        recipients[number].append(recipient)
        tries[number] = max(tried, tries[number])
    claims = {
        number: Claim(
            *(number, account, tuple(notify.split()), tries[number]),
            QueuedMessage(message_id, sender, tuple(recipients[number]), content),
            held or "",
        )
        for number, account, notify, message_id, sender, content, held in db.execute(
            _LETTERS.format(asked), first
        ).fetchall()
    }
    return [claims[number] for number in first]


def _first_that_fit(db: MailDatabase, numbers: list[int]) -> list[int]:
    sizes = dict(db.execute(_SIZES.format(_places(numbers)), numbers).fetchall())
    ends = accumulate(sizes[number] for number in numbers)
    return numbers[: max(1, sum(end <= READ_AHEAD for end in ends))]


def _places(numbers: list[int]) -> str:
    return ", ".join("?" * len(numbers))


_SIZES = "SELECT id, length(content) FROM letter WHERE id IN ({})"
_LETTERS = """SELECT id, account, notify, message_id, sender, content,
    (SELECT words FROM held WHERE held.account = letter.account) FROM letter WHERE id IN ({})"""
_COPIES = "SELECT letter, recipient, tries FROM copy WHERE letter IN ({}) AND +state IN ('claimed', 'ready') AND +worker = ?"
