"""The records of a Maildir store: what it keeps of each message, and the tables that hold it."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from mailkit.errors import SettingsError

__all__ = ["SCHEMA", "EarlierMessage", "PendingMessage", "StoredMessage", "set_up"]

_ANOTHER_TIME = {
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR),
    *(sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM),
}
"""What does not say that a file is damaged: it is in use, or there is no room."""


SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    source TEXT NOT NULL, validity INTEGER NOT NULL, uid TEXT NOT NULL, file TEXT NOT NULL,
    size INTEGER NOT NULL, digest TEXT NOT NULL, flags TEXT NOT NULL, kept REAL NOT NULL,
    PRIMARY KEY (source, validity, uid)
);
DROP INDEX IF EXISTS by_digest;
DROP INDEX IF EXISTS by_content;
CREATE INDEX IF NOT EXISTS by_hash ON message (substr(digest, 1, 8)) WHERE digest != '';
CREATE INDEX IF NOT EXISTS by_file ON message (file);
CREATE TABLE IF NOT EXISTS mark (
    source TEXT PRIMARY KEY, validity INTEGER NOT NULL, modseq INTEGER NOT NULL
);
"""


def set_up(db: sqlite3.Connection, file: Path, script: str) -> None:
    """Run the script that sets up a file; it is closed if that fails.

    Raises:
        SettingsError: it is damaged, or another program's.
        sqlite3.OperationalError: it is in use, or there is no room; another time it may work.
    """
    try:
        db.executescript(script)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # its texts may be no UTF-8
        db.close()
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _ANOTHER_TIME:
            raise
        raise SettingsError(
            f"{file} is not a file of mailkit's ({error}); name another one"
        ) from None


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A stored message: its source, its file, and the time (seconds since the epoch)."""

    uid: str
    file: str
    size: int
    flags: str
    kept: float


@dataclass(slots=True)
class PendingMessage:
    """A pending message: written under ``tmp``, not stored yet."""

    uid: str
    path: str
    flags: frozenset[str] = frozenset()
    date: datetime | None = None
    size: int = 0
    digest: str = ""


class EarlierMessage(NamedTuple):
    """A stored message with the same content; ``gone`` if the server no longer has its identity."""

    record: StoredMessage
    validity: int
    gone: bool
