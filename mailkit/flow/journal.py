"""The journals of an outbox, in one SQLite file: each message once, with the delivery status of each recipient.

The states of a recipient::

    waiting ─▶ claimed ─▶ sending ─▶ accepted | refused | deferred | unknown
       ▲          │                                        │
       └──────────┴─────────────── tried again ◀───────────┘

``claimed`` belongs to a worker, and nothing has been sent. ``sending`` is written before the message is sent: if the
worker is killed then, the server may or may not have it. The state becomes ``unknown``, and it is not sent again
automatically. Every change is on disk before the next step, with one exception. Some messages of a batch become
``ready`` together, on disk, and then ``sending`` one after the other without waiting for the disk: the steps are in
the worker's file until the next messages become ready (:mod:`mailkit.flow.steps`). If the process is killed, the
system still has each step, and a ``ready`` message without one was not sent. If the machine stops, it may have been
sent and becomes ``unknown``; the worker's name identifies the boot.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from mailkit.client.database import MailDatabase
from mailkit.client.outcome import ACCEPTED, DEFERRED, UNKNOWN, DeliveryStatus, Sendable
from mailkit.errors import SettingsError
from mailkit.flow.claims import first_claims
from mailkit.flow.entries import Claim, OutboxEntry
from mailkit.flow.files import opened
from mailkit.flow.steps import PendingSteps, StepRow, steps_in
from mailkit.flow.transports import QueuedMessage
from mailkit.flow.worker_lock import Worker

__all__ = ["LONGEST_DELAY_S", "Journal"]

LONGEST_DELAY_S = 14_400.0
WAITING, CLAIMED, SENDING, CANCELLED = "waiting", "claimed", "sending", "cancelled"
READY = "ready"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS letter (
    id INTEGER PRIMARY KEY, message_id TEXT NOT NULL UNIQUE, account TEXT NOT NULL, kind TEXT NOT NULL,
    subject TEXT NOT NULL, sender TEXT NOT NULL, content BLOB NOT NULL, notify TEXT NOT NULL,
    made REAL NOT NULL, filed TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS copy (
    letter INTEGER NOT NULL REFERENCES letter, recipient TEXT NOT NULL, state TEXT NOT NULL,
    code INTEGER NOT NULL DEFAULT 0, words TEXT NOT NULL DEFAULT '', tries INTEGER NOT NULL DEFAULT 0,
    due REAL, worker TEXT NOT NULL DEFAULT '', changed REAL NOT NULL, receipt TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (letter, recipient)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS held (account TEXT PRIMARY KEY, words TEXT NOT NULL) WITHOUT ROWID;
DROP INDEX IF EXISTS by_state;
CREATE INDEX IF NOT EXISTS by_due ON copy (due) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS by_worker ON copy (worker) WHERE worker != '';
CREATE INDEX IF NOT EXISTS to_ask ON copy (letter) WHERE state = 'unknown';
CREATE INDEX IF NOT EXISTS by_recipient ON copy (letter, recipient COLLATE NOCASE);
CREATE INDEX IF NOT EXISTS to_file ON letter (id) WHERE filed = 'wanted';
"""
_ROW = """SELECT letter.id, message_id, account, kind, subject, sender, recipient, state, code, words, tries,
    due, made, changed, receipt, filed FROM copy JOIN letter ON letter.id = copy.letter"""


class Journal:
    """The journal file. Several workers may use it at once."""

    def __init__(self, file: Path | str) -> None:
        self.file = Path(file).expanduser()
        self._db = opened(self.file, _SCHEMA)
        self.worker = Worker(self.file)
        self._steps = PendingSteps(self.worker)
        self._durable = self._settled = True

    def close(self) -> None:
        """Close the file."""
        self._db.close()
        self.worker.end(settled=self._settled)

    @contextmanager
    def _change(self, *, durable: bool = True) -> Iterator[MailDatabase]:
        """A transaction that is on disk at its end.

        Without ``durable`` it survives the end of this process, and is on disk with the next durable one.
        """
        self._synchronous(durable)
        with self._db.change():
            yield self._db

    @contextmanager
    def _settling(self, *, durable: bool = True) -> Iterator[MailDatabase]:
        """A transaction that also takes the steps from the worker's file."""
        with self._change(durable=durable) as db:
            self._take_steps(db, self.worker.name, self._steps.begun, self._steps.results)
            yield db
        if self._steps.pending:
            self._steps.settle()

    @staticmethod
    def _take_steps(
        db: MailDatabase, worker: str, begun: Iterable[int], results: Iterable[StepRow]
    ) -> None:
        db.executemany(_DONE, [(*row, worker) for row in results])
        db.executemany(
            "UPDATE copy SET state = ? WHERE letter = ? AND worker = ? AND +state = ?",
            [(SENDING, number, worker, READY) for number in begun],
        )

    def _synchronous(self, durable: bool) -> None:
        """Whether the next change waits for the disk."""
        if durable is not self._durable:
            self._db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._durable = durable

    def add(
        self,
        message: Sendable,
        *,
        account: str,
        kind: str = "",
        subject: str = "",
        notify: Iterable[str] = (),
        file_copy: bool = False,
        claimed: bool = False,
    ) -> int:
        """Add a message; return its number. If its Message-ID is known, only new recipients are added.

        Raises:
            SettingsError: it has no Message-ID; two messages without one are not the same message.
        """
        if not message.message_id.strip():
            raise SettingsError("a message in the outbox needs a Message-ID")
        now = time.time()
        state, worker = (CLAIMED, self.worker.name) if claimed else (WAITING, "")
        with self._change() as db:
            db.execute(
                "INSERT OR IGNORE INTO letter (message_id, account, kind, subject, sender, content,"
                " notify, made, filed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(
                        message.message_id,
                        account,
                        kind,
                        subject,
                        message.sender,
                        message.content(),
                    ),
                    *(" ".join(notify), now, "wanted" if file_copy else ""),
                ),
            )
            (number,) = db.execute(
                "SELECT id FROM letter WHERE message_id = ?", (message.message_id,)
            ).fetchone()
            db.executemany(
                "INSERT OR IGNORE INTO copy (letter, recipient, state, due, worker, changed)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                [(number, recipient, state, now, worker, now) for recipient in message.recipients],
            )
        return int(number)

    def recover(self) -> None:
        """Take over messages of workers that have ended: claimed ones wait again, the others become unknown."""
        rows = self._db.execute("SELECT DISTINCT worker FROM copy WHERE worker != ''")
        for (name,) in rows.fetchall():
            with self.worker.taking_over(name) as notes:
                if notes is None:
                    continue
                with self._change() as db:
                    certain = self.worker.same_boot(name) and self.worker.known(name)
                    begun = SENDING if certain else READY
                    if begun == SENDING:
                        self._take_steps(db, name, *steps_in(notes))
                    db.execute(
                        "UPDATE copy SET state = ?, worker = '', words = ?, changed = ?"
                        " WHERE worker = ? AND worker != '' AND state IN (?, ?)",
                        (UNKNOWN, _BROKEN_OFF, time.time(), name, SENDING, begun),
                    )
                    db.execute(
                        "UPDATE copy SET state = ?, worker = '', due = ?"
                        " WHERE worker = ? AND worker != '' AND state IN (?, ?)",
                        (WAITING, time.time(), name, CLAIMED, READY),
                    )

    def claim(self, most: int) -> list[Claim]:
        """Take due messages for this worker; see :meth:`take`."""
        return [self.claimed([number])[0] for number, _ in self.take(most)]

    def take(self, most: int) -> list[tuple[int, str]]:
        """Take due messages for this worker; return their numbers and account. No delay is longer than
        :data:`LONGEST_DELAY_S`: a later time was written while the clock was ahead, and counts as due.
        """
        now = time.time()
        late = now + LONGEST_DELAY_S
        with self._change() as db:
            found: dict[int, str] = {}
            for limits, values in (("due <= ?", (now,)), ("due > ?", (late,))):
                # One range of the index, in index order: no sorting, and reading stops after the batch.
                with closing(db.execute(_TAKE.format(limits), values)) as rows:
                    while len(found) < most and (row := rows.fetchone()) is not None:
                        found[row[0]] = row[1]
            db.executemany(
                "UPDATE copy SET state = ?, worker = ? WHERE letter = ? AND +state = ?"
                " AND (due <= ? OR due > ?)",
                [(CLAIMED, self.worker.name, number, WAITING, now, late) for number in found],
            )
        return [*found.items()]

    def claimed(self, numbers: Iterable[int]) -> list[Claim]:
        """Return the first of the messages that this worker has taken; see :func:`mailkit.flow.claims.first_claims`."""
        return first_claims(self._db, [*numbers], self.worker.name)

    def ready(self, numbers: Iterable[int]) -> bool:
        """Mark claimed messages as about to be sent; return whether :meth:`sending` need not wait for the disk. It
        must if the system has no boot identity.
        """
        if not self.worker.boot:
            return False
        mine, self._settled = [*numbers], False
        with self._settling() as db:
            asked = ", ".join("?" * len(mine))
            db.execute(_READY.format(asked), (READY, *mine, CLAIMED, self.worker.name))
        return True

    def sending(self, number: int, *, durable: bool = True) -> None:
        """Record that the message is about to be sent; without ``durable`` it is :meth:`ready`."""
        if not durable:
            self._steps.begin(number)
            return
        self._synchronous(durable)
        self._db.execute(  # one statement is a change of its own
            "UPDATE copy SET state = ?, changed = ? WHERE letter = ? AND +state IN (?, ?) AND worker = ?",
            (SENDING, time.time(), number, CLAIMED, READY, self.worker.name),
        )

    def done(
        self,
        number: int,
        fates: Mapping[str, DeliveryStatus],
        again_s: float | None,
        *,
        durable: bool = True,
    ) -> None:
        """Record the delivery status; a deferred message is due again in so many seconds, if at all."""
        now = time.time()
        rows: list[StepRow] = []
        for recipient, status in fates.items():
            again = status.state == DEFERRED and again_s is not None
            rows.append(
                (
                    *(WAITING if again else status.state, status.code, status.words[:500]),
                    *(now + (again_s or 0) if again else None, now, number, recipient),
                )
            )
        if not durable and self.worker.boot:
            self._steps.end(number, rows)
            return
        with self._settling(durable=durable) as db:
            db.executemany(_DONE, [(*row, self.worker.name) for row in rows])

    def release(self) -> None:
        """Release claimed messages that were not started."""
        with self._settling() as db:
            db.execute(
                "UPDATE copy SET state = ?, worker = ''"
                " WHERE worker = ? AND worker != '' AND state IN (?, ?)",
                (WAITING, self.worker.name, CLAIMED, READY),
            )
        self._settled = True

    def again(self, number: int, recipients: Iterable[str] = ()) -> int:
        """Retry a message that was not accepted now, on a person's request; return for how many recipients. A stopped
        queue of its account continues.
        """
        with self._change() as db:
            db.execute(
                "DELETE FROM held WHERE account = (SELECT account FROM letter WHERE id = ?)",
                (number,),
            )
        again = (WAITING, DEFERRED, "refused", UNKNOWN, CANCELLED)
        return self._set(number, recipients, WAITING, again)

    def hold(self, account: str, words: str) -> None:
        """Stop the queue of an account until :meth:`again`."""
        with self._change() as db:
            db.execute(
                "INSERT OR REPLACE INTO held (account, words) VALUES (?, ?)", (account, words)
            )

    def held(self, account: str) -> str:
        """Return why the queue of an account is stopped, or an empty text."""
        row = self._db.execute("SELECT words FROM held WHERE account = ?", (account,)).fetchone()
        return str(row[0]) if row else ""

    def cancel(self, number: int, recipients: Iterable[str] = ()) -> int:
        """Cancel a message that was not sent; return for how many recipients."""
        return self._set(number, recipients, CANCELLED, (WAITING, DEFERRED, UNKNOWN, "refused"))

    def _set(self, number: int, recipients: Iterable[str], state: str, of: tuple[str, ...]) -> int:
        only = [*recipients]
        changed = 0
        with self._change() as db:
            for entry in self.entries(number):
                if entry.state in of and (not only or entry.recipient in only):
                    db.execute(
                        "UPDATE copy SET state = ?, due = ?, changed = ? WHERE letter = ? AND recipient = ?",
                        (state, time.time(), time.time(), number, entry.recipient),
                    )
                    changed += 1
        return changed

    def to_file(self) -> list[tuple[int, str]]:
        """List the numbers of messages that were accepted and whose copy is in no folder yet, with the account."""
        return self._db.execute(_TO_FILE, (ACCEPTED,)).fetchall()

    def message(self, number: int) -> QueuedMessage:
        """Read one message, without its recipients."""
        row = self._db.execute(
            "SELECT message_id, sender, content FROM letter WHERE id = ?", (number,)
        ).fetchone()
        return QueuedMessage(row[0], row[1], (), row[2])

    def filed(self, number: int, folder: str) -> None:
        """Record that the copy was filed."""
        with self._change() as db:
            db.execute("UPDATE letter SET filed = ? WHERE id = ?", (folder, number))

    def receipt(self, message_id: str, recipient: str, word: str) -> bool:
        """Note that a recipient got or read a message; returns whether it went to that recipient."""
        if not message_id or not recipient:
            return False
        with self._change() as db:
            changed = db.execute(
                "UPDATE copy INDEXED BY by_recipient SET receipt = ?"  # newer SQLite would use the key otherwise
                " WHERE letter = (SELECT id FROM letter WHERE message_id = ?)"
                " AND recipient = ? COLLATE NOCASE",
                (word, message_id, recipient),
            )
        return changed.rowcount > 0

    def entries(self, number: int | None = None) -> list[OutboxEntry]:
        """Return all entries, or those of one message, in order."""
        return self._entries("1") if number is None else self._entries("letter.id = ?", number)

    def _entries(self, where: str, *values: str | int) -> list[OutboxEntry]:
        if self._steps.pending:
            with self._settling(durable=False):
                pass  # the journal takes them, so that they are seen
        rows = self._db.execute(f"{_ROW} WHERE {where} ORDER BY letter.id, recipient", values)
        return [OutboxEntry(*row) for row in rows]

    def archive(self) -> list[OutboxEntry]:
        """Return the journal of sent messages."""
        return self._entries("state = ?", ACCEPTED)

    def due(self) -> list[OutboxEntry]:
        """Return the journal of other messages: waiting, refused, deferred or unknown."""
        return self._entries("state != ?", ACCEPTED)

    def unknown(self) -> list[OutboxEntry]:
        """Return messages that were interrupted while they were sent."""
        return self._entries("state = 'unknown'")


_TAKE = """SELECT letter, account FROM copy JOIN letter ON letter.id = copy.letter WHERE state = 'waiting' AND {}
    AND NOT EXISTS (SELECT 1 FROM held WHERE held.account = letter.account) ORDER BY due, letter"""
_TO_FILE = """SELECT id, account FROM letter WHERE filed = 'wanted' AND EXISTS
    (SELECT 1 FROM copy WHERE letter = letter.id AND +state = ?) ORDER BY id"""
_DONE = """UPDATE copy SET state = ?, code = ?, words = ?, tries = tries + 1, due = ?, worker = '', changed = ?
    WHERE letter = ? AND recipient = ? AND worker = ?"""
_READY = "UPDATE copy SET state = ? WHERE letter IN ({}) AND +state = ? AND +worker = ?"
_BROKEN_OFF = "interrupted while it was sent: the server may have the message, or not"
