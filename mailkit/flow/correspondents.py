"""The history of each correspondent: the messages from and to an address."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mailkit.flow.files import opened
from mailkit.flow.senders import field_of, sender_of
from mailkit.text import inert

if TYPE_CHECKING:
    import pandas

__all__ = ["History", "Link"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS link (
    address TEXT NOT NULL COLLATE NOCASE, direction TEXT NOT NULL, account TEXT NOT NULL, folder TEXT NOT NULL,
    file TEXT NOT NULL, message_id TEXT NOT NULL, date REAL, subject TEXT NOT NULL,
    PRIMARY KEY (address, direction, account, folder, file)
);
CREATE INDEX IF NOT EXISTS by_place ON link (account, folder, file);
"""


@dataclass(frozen=True, slots=True)
class Link:
    """A message in a history: ``from`` or ``to`` the correspondent.

    ``date`` is in seconds since the epoch; ``file`` is the name without flags.
    """

    address: str
    direction: str
    account: str
    folder: str
    file: str
    message_id: str
    date: float | None
    subject: str


class History:
    """The file with the histories of all correspondents."""

    def __init__(self, file: Path | str) -> None:
        self._db = opened(Path(file).expanduser(), _SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write all links of the block in one transaction."""
        stopped: Exception | None = None
        with self._db.change():
            try:
                yield
            except Exception as error:  # noqa: BLE001 - existing links are correct, whatever stopped the others
                stopped = error
        if stopped is not None:
            raise stopped

    def add(
        self, message: EmailMessage, *, own: Iterable[str], account: str, folder: str, file: str
    ) -> None:
        """Link a message to its sender, or one of your ``own`` to all its recipients."""
        mine = {address.lower() for address in own}
        sender = sender_of(message)
        if sender.lower() in mine:
            people = [(address, "to") for address in _recipients(message)]
        else:
            people = [(sender, "from")] if sender else []
        rows = [
            (
                *(address, direction, account, folder, file),
                field_of(message, "Message-ID").strip(),
                _date(message),
                field_of(message, "Subject"),
            )
            for address, direction in people
            if "@" in address and address.lower() not in mine
        ]
        self._db.executemany("INSERT OR REPLACE INTO link VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def of(self, address: str) -> list[Link]:
        """Return all mail from and to an address, oldest first; each message once."""
        rows = self._db.execute(
            "SELECT * FROM link WHERE address = ? ORDER BY date, message_id", (address,)
        )
        found: dict[tuple[str, str], Link] = {}
        for row in rows:
            one = Link(*row)
            found.setdefault((one.direction, one.message_id or one.file), one)
        return [*found.values()]

    def files(self, account: str, folder: str) -> set[str]:
        """Return the linked files of a folder."""
        rows = self._db.execute(
            "SELECT DISTINCT file FROM link WHERE account = ? AND folder = ?", (account, folder)
        )
        return {row[0] for row in rows}

    def forget(self, account: str, folder: str, files: Iterable[str]) -> None:
        """Remove the links of deleted files."""
        self._db.executemany(
            "DELETE FROM link WHERE account = ? AND folder = ? AND file = ?",
            [(account, folder, file) for file in files],
        )

    def to_frame(self, address: str) -> "pandas.DataFrame":
        """Return a history as a DataFrame; text that a spreadsheet would read as a formula begins with a quote."""
        import pandas

        names = [*Link.__dataclass_fields__]
        rows = [[inert(getattr(entry, name)) for name in names] for entry in self.of(address)]
        frame = pandas.DataFrame(rows, columns=names)
        frame["date"] = pandas.to_datetime(frame["date"].astype("float64"), unit="s", utc=True)
        return frame


def _date(message: EmailMessage) -> float | None:
    try:
        return parsedate_to_datetime(field_of(message, "Date")).timestamp()
    except Exception:  # noqa: BLE001 - some dates are beyond the library
        return None


def _recipients(message: EmailMessage) -> list[str]:
    try:
        text = ", ".join(field_of(message, name) for name in ("To", "Cc"))
        return [address for _, address in getaddresses([text])]
    except Exception:  # noqa: BLE001 - it nests deeper than the library goes
        return []
