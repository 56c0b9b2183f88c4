"""The entries of an outbox's journals, and what a worker takes from them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailkit.flow.transports import QueuedMessage
from mailkit.text import inert

if TYPE_CHECKING:
    import pandas

__all__ = ["Claim", "OutboxEntry", "to_frame"]


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One line of a journal: a message to one recipient.

    Times are in seconds since the epoch; ``due`` is the time of the next attempt.
    """

    id: int
    message_id: str
    account: str
    kind: str
    subject: str
    sender: str
    recipient: str
    state: str
    code: int
    words: str
    tries: int
    due: float | None
    made: float
    changed: float
    receipt: str
    filed: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that a worker has taken, with its remaining recipients. ``held`` is why the queue of its account is
    stopped, if it is.
    """

    id: int
    account: str
    notify: tuple[str, ...]
    tries: int
    message: QueuedMessage
    held: str = ""


def to_frame(entries: Iterable[OutboxEntry]) -> "pandas.DataFrame":
    """Return a journal as a DataFrame: a row for each message and recipient, times with time zone. Text that a
    spreadsheet would read as a formula begins with a quote.
    """
    import pandas

    names = [*OutboxEntry.__dataclass_fields__]
    rows = [[inert(getattr(entry, name)) for name in names] for entry in entries]
    frame = pandas.DataFrame(rows, columns=names)
    for name in ("due", "made", "changed"):
        frame[name] = pandas.to_datetime(frame[name].astype("float64"), unit="s", utc=True)
    return frame
