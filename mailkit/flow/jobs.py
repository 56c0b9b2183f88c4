"""The record of a channel, in SQLite: each message and its state.

::

    taken ─▶ running ─▶ done ─▶ answered ─▶ deleted
                │
                ├─▶ failed     a script rejected it, or timed out: kept, and reported
                └─▶ unknown    interrupted: kept, and reported

``done`` is written when the result is on disk, ``deleted`` when the message is gone from the server. Failed and
unknown messages also stay on the server, until a person runs them again or closes them.
"""

import re
import time
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

from mailkit.flow.files import opened
from mailkit.flow.worker_lock import Worker

__all__ = ["Job", "Jobs"]

TAKEN, RUNNING, DONE, ANSWERED, DELETED = "taken", "running", "done", "answered", "deleted"
FAILED, UNKNOWN = "failed", "unknown"
_UID = re.compile(r"([0-9]+):[0-9]+")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS job (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, identity TEXT NOT NULL, digest TEXT NOT NULL, state TEXT NOT NULL,
    sender TEXT NOT NULL, subject TEXT NOT NULL, file TEXT NOT NULL, words TEXT NOT NULL DEFAULT '',
    worker TEXT NOT NULL DEFAULT '', changed REAL NOT NULL, UNIQUE (source, identity)
);
DROP INDEX IF EXISTS by_state;
DROP INDEX IF EXISTS by_digest;
CREATE INDEX IF NOT EXISTS by_source_state ON job (source, state);
CREATE INDEX IF NOT EXISTS by_source_digest ON job (source, digest);
CREATE TABLE IF NOT EXISTS answer (job INTEGER PRIMARY KEY, address TEXT NOT NULL COLLATE NOCASE, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS by_address ON answer (address, at);
"""


@dataclass(frozen=True, slots=True)
class Job:
    """One message of a channel.

    ``file`` is its file, ``words`` why it failed; ``changed`` is in seconds since the epoch.
    """

    id: int
    source: str
    identity: str
    digest: str
    state: str
    sender: str
    subject: str
    file: str
    words: str
    worker: str
    changed: float


class Jobs:
    """The record, for several workers at once."""

    def __init__(self, file: Path) -> None:
        self._db = opened(file, _SCHEMA)
        self.worker = Worker(file)

    def close(self) -> None:
        """Close the file."""
        self._db.close()
        self.worker.end()

    def all(self, source: str = "", *states: str) -> list[Job]:
        """Return all messages, or those in some states, in the order in which they were taken."""
        conditions, values = [], []
        if source:
            conditions, values = ["source = ?"], [source]
        if states:
            conditions.append(f"state IN ({', '.join('?' * len(states))})")
            values += states
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        rows = self._db.execute(f"SELECT * FROM job{where}", values)  # noqa: S608 - only placeholders
        return sorted((Job(*row) for row in rows), key=lambda job: job.id)

    def identities(self, source: str) -> set[str]:
        """Return the identities of all messages taken so far."""
        rows = self._db.execute("SELECT identity FROM job WHERE source = ?", (source,))
        return {row[0] for row in rows}

    def take(
        self,
        source: str,
        identity: str,
        digest: str,
        sender: str,
        subject: str,
        file: str,
        present: Container[str],
    ) -> Job:
        """Add a message that is on disk. If only its identity on the server is new, it is the same job. A deleted
        message that is back under another UIDVALIDITY was not deleted: it is deleted again, and not processed again.
        """
        same = self._db.execute(
            "SELECT id, identity, state FROM job WHERE source = ? AND digest = ? ORDER BY id",
            (source, digest),
        )
        for number, before, state in same.fetchall():
            if before in present or (state == DELETED and not _renumbered(before, identity)):
                continue
            self._db.execute(
                "UPDATE job SET identity = ?, state = ? WHERE id = ?",
                (identity, ANSWERED if state == DELETED else state, number),
            )
            break
        self._db.execute(
            "INSERT OR IGNORE INTO job (source, identity, digest, state, sender, subject, file, changed)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (source, identity, digest, TAKEN, sender, subject, file, time.time()),
        )
        row = self._db.execute(
            "SELECT * FROM job WHERE source = ? AND identity = ?", (source, identity)
        ).fetchone()
        return Job(*row)

    def claim(self, job: Job) -> bool:
        """Take a job for this worker; return false if another worker was faster."""
        changed = self._db.execute(
            "UPDATE job SET state = ?, worker = ?, changed = ? WHERE id = ? AND state = ?",
            (RUNNING, self.worker.name, time.time(), job.id, TAKEN),
        )
        return changed.rowcount == 1

    def put(self, job: Job, state: str, words: str = "") -> None:
        """Return the current state of a job."""
        self._db.execute(
            "UPDATE job SET state = ?, words = ?, worker = '', changed = ? WHERE id = ?",
            (state, words[:1000], time.time(), job.id),
        )

    def answers_to(self, address: str, job: int) -> int:
        """Return how many answers to other jobs an address got in the last hour; times in the future are ignored."""
        now = time.time()
        return int(
            self._db.execute(
                "SELECT count(*) FROM answer WHERE address = ? AND at > ? AND at <= ? AND job != ?",
                (address, now - 3600, now, job),
            ).fetchone()[0]
        )

    def answered(self, address: str, job: int) -> None:
        """Record that an answer to a job is sent to an address."""
        self._db.execute(
            "INSERT OR REPLACE INTO answer VALUES (?, ?, ?)", (job, address, time.time())
        )

    def broken_off(self, source: str) -> list[Job]:
        """Mark jobs of workers that have ended."""
        return [job for job in self.all(source, RUNNING) if self.worker.gone(job.worker)]


def _renumbered(before: str, now: str) -> bool:
    """Return whether two identities are UIDs of different UIDVALIDITY."""
    first, second = _UID.fullmatch(before), _UID.fullmatch(now)
    return first is not None and second is not None and first[1] != second[1]
