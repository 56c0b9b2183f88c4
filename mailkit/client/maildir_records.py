"""The records of a Maildir store: what it keeps of each message, and the tables that hold it."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

__all__ = ["SCHEMA", "EarlierMessage", "PendingMessage", "StoredMessage"]

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
