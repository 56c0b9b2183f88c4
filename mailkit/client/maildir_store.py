"""Where downloads are kept: a Maildir, and a record of what is in it, so that an interrupted one goes on.

A message counts as kept when its bytes, its name and the record of it are on disk, in that order. What was
named and not recorded is recognised by its content when it is fetched again.
"""

import hashlib
import json
import os
import re
import socket
import sqlite3
import time
from collections.abc import Container, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from mailkit.private import private_file, private_folder

__all__ = ["MaildirStore", "PendingMessage", "StoredMessage"]

_LETTERS = {"\\Draft": "D", "\\Flagged": "F", "\\Answered": "R", "\\Seen": "S", "\\Deleted": "T"}
_COUNT = count(1)
_OURS = re.compile(r"\.P\d+Q\d+\.")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    source TEXT NOT NULL, validity INTEGER NOT NULL, uid TEXT NOT NULL, file TEXT NOT NULL,
    size INTEGER NOT NULL, digest TEXT NOT NULL, flags TEXT NOT NULL, kept REAL NOT NULL,
    PRIMARY KEY (source, validity, uid)
);
DROP INDEX IF EXISTS by_digest;
CREATE INDEX IF NOT EXISTS by_content ON message (substr(digest, 1, 8));
CREATE INDEX IF NOT EXISTS by_file ON message (file);
CREATE TABLE IF NOT EXISTS mark (
    source TEXT PRIMARY KEY, validity INTEGER NOT NULL, modseq INTEGER NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One message that is kept: where from, as which file, since when (seconds of the epoch)."""

    uid: str
    file: str
    size: int
    flags: str
    kept: float


@dataclass(slots=True)
class PendingMessage:
    """A message on its way to the shelf: written under ``tmp``, not there yet."""

    uid: str
    path: str
    flags: frozenset[str] = frozenset()
    date: datetime | None = None
    size: int = 0
    digest: str = ""


class _Earlier(NamedTuple):
    """A message that is kept with the same content; ``gone`` where nothing on the server has its identity any more."""

    record: StoredMessage
    validity: int
    gone: bool


class MaildirStore:
    """A Maildir with its record (``mailkit.sqlite`` in it), for one process at a time.

    Args:
        folder: the Maildir; it is made where it is not there.
        durable: whether to wait until the disk has it.
    """

    def __init__(self, folder: Path | str, *, durable: bool = True) -> None:
        self.folder, self.durable = Path(folder), durable
        for sub in ("", "cur", "new", "tmp"):
            private_folder(self.folder / sub)
        private_file(self.folder / "mailkit.sqlite")
        self.record = sqlite3.connect(
            self.folder / "mailkit.sqlite", timeout=30, check_same_thread=False
        )
        self.record.executescript(_SCHEMA)
        self.record.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        self._pool = ThreadPoolExecutor(16) if durable else None
        self._disk = ThreadPoolExecutor(1)
        self._orphans: dict[str, list[Path]] = {}
        self._moved: dict[str, Path] | None = None
        self._tmp, self._pid, self._since = (
            str(self.folder / "tmp"),
            os.getpid(),
            f"{time.time():.6f}",
        )
        self._host = socket.gethostname().replace("/", "\\057").replace(":", "\\072")

    def __enter__(self) -> "MaildirStore":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the record."""
        self._disk.shutdown()
        self.record.close()
        if self._pool is not None:
            self._pool.shutdown()

    def known(self, source: str, validity: int = 0) -> dict[str, StoredMessage]:
        """What is kept of a source, by UID."""
        rows = self.record.execute(
            "SELECT uid, file, size, flags, kept FROM message WHERE source = ? AND validity = ?",
            (source, validity),
        )
        return {row[0]: StoredMessage(*row) for row in rows}

    def kept_by(self, source: str, now: float) -> None:
        """What a clock that was ahead recorded as kept in the future was kept now: else its days would not begin before then."""
        with self.record:
            self.record.execute(
                "UPDATE message SET kept = ? WHERE source = ? AND kept > ?", (now, source, now)
            )

    def record_of(self, source: str, uid: str, validity: int = 0) -> StoredMessage | None:
        """What is kept of one message."""
        row = self.record.execute(
            "SELECT uid, file, size, flags, kept FROM message WHERE source = ? AND validity = ? AND uid = ?",
            (source, validity, uid),
        ).fetchone()
        return StoredMessage(*row) if row is not None else None

    def mark(self, source: str) -> tuple[int, int]:
        """Validity and modification sequence that a source was last read up to; zeros where never."""
        with closing(
            self.record.execute("SELECT validity, modseq FROM mark WHERE source = ?", (source,))
        ) as rows:
            found = rows.fetchone()
        return (found[0], found[1]) if found else (0, 0)

    def set_mark(self, source: str, validity: int, modseq: int) -> None:
        """Remember it."""
        with self.record:
            self.record.execute(
                "INSERT OR REPLACE INTO mark VALUES (?, ?, ?)", (source, validity, modseq)
            )

    def write(self, uid: str, pieces: Iterable[bytes]) -> PendingMessage:
        """Write one message under ``tmp``, piece by piece; it is not on the shelf before :meth:`keep`."""
        path = f"{self._tmp}/{self._since}.P{self._pid}Q{next(_COUNT)}.{self._host}"
        digest, size = hashlib.sha256(), 0
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            for piece in pieces:
                written = os.write(handle, piece)
                while written < len(piece):  # a disk that is nearly full takes a part
                    written += os.write(handle, piece[written:])
                digest.update(piece)
                size += len(piece)
        except BaseException:
            os.close(handle)
            os.unlink(path)
            raise
        os.close(handle)
        return PendingMessage(uid, path, size=size, digest=digest.hexdigest())

    def drop(self, drafts: Iterable[PendingMessage]) -> None:
        """Throw away what was written and is not wanted."""
        for one in drafts:
            with suppress(FileNotFoundError):
                os.unlink(one.path)

    def keep(
        self,
        source: str,
        validity: int,
        drafts: list[PendingMessage],
        *,
        new: bool = False,
        present: Container[str] | None = None,
    ) -> int:
        """Put what was written on the shelf: bytes, names, record, in this order. Returns how many were new to it.

        The same content that was kept under another validity, or under an identity that is not ``present`` on the
        server any more, is recognised, and not kept twice.
        """
        self._moved = None
        if self._pool is not None:
            [*self._pool.map(_sync, (one.path for one in drafts))]
        rows, fresh = [], 0
        now = time.time()
        earlier = self._earlier(source, validity, drafts, present)
        for one in drafts:
            file = self._again(source, one, earlier.get(one.digest, []))
            if file:
                os.unlink(one.path)
            else:
                fresh += 1
                name = one.path[len(self._tmp) + 1 :]
                file = f"new/{name}" if new else f"cur/{name}:2,{_written(one.flags)[0]}"
                if one.date is not None:
                    stamp = one.date.timestamp()
                    os.utime(one.path, (stamp, stamp))
                os.rename(one.path, f"{self.folder}/{file}")
            flags = _written(one.flags)[1]
            rows.append((source, validity, one.uid, file, one.size, one.digest, flags, now))
        if self.durable:
            for sub in ("new", "cur"):
                _sync(self.folder / sub)
        with self.record:
            self.record.executemany(
                "INSERT OR REPLACE INTO message (source, validity, uid, file, size, digest, flags, kept)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )
        return fresh

    def reflag(self, source: str, validity: int, flags: dict[str, frozenset[str]]) -> int:
        """Take over flags that have changed on the server; returns how many did."""
        known = self.known(source, validity)
        rows: list[tuple[str, str, str, int, str]] = []
        try:
            for uid, now in flags.items():
                one = known.get(uid)
                letters, text = _written(now)
                if one is None or one.flags == text:
                    continue
                old = self.find(one)
                if old is None:
                    continue
                base = old.name.partition(":2,")[0]
                file = f"cur/{base}:2,{letters}"
                new = self.folder / file
                old.rename(new)
                if self._moved is not None:
                    self._moved[base] = new
                rows.append((file, text, source, validity, uid))
        finally:
            # A file whose new name is not recorded is found again by its name without flags.
            with self.record:
                self.record.executemany(
                    "UPDATE message SET file = ?, flags = ? WHERE source = ? AND validity = ? AND uid = ?",
                    rows,
                )
        return len(rows)

    def find(self, one: StoredMessage) -> Path | None:
        """The file of a message, also where a program has given it other flags; ``None`` where it was removed."""
        path = self.folder / one.file
        if path.exists():
            return path
        home = path.parent.parent
        if home != self.folder:  # a rule has put it there
            return next(home.glob(f"*/{path.name.partition(':2,')[0]}*"), None)
        if self._moved is None:
            self._moved = {p.name.partition(":2,")[0]: p for p in self}
        return self._moved.get(path.name.partition(":2,")[0])

    def moved(self, file: Path, to: Path) -> None:
        """Put a file of the shelf into another Maildir below it, and remember where."""
        file.rename(to)
        if self._moved is not None:
            self._moved.pop(file.name.partition(":2,")[0], None)
        with self.record:
            self.record.execute(
                "UPDATE message SET file = ? WHERE file = ?",
                (str(to.relative_to(self.folder)), str(file.relative_to(self.folder))),
            )

    def keep_only(self, source: str, validity: int, uids: Container[str]) -> int:
        """Remove what a source has no more, also what it had under another validity; returns how many."""
        rows = self.record.execute(
            "SELECT uid, file, size, flags, kept, validity FROM message WHERE source = ?", (source,)
        ).fetchall()
        hand_over = {row[1] for row in rows if row[5] == validity and row[0] in uids}
        gone = [row for row in rows if row[5] != validity or row[0] not in uids]
        for *row, _ in gone:
            if row[1] not in hand_over and (file := self.find(StoredMessage(*row))) is not None:
                file.unlink(missing_ok=True)
        with self.record:
            self.record.executemany(
                "DELETE FROM message WHERE source = ? AND validity = ? AND uid = ?",
                [(source, row[5], row[0]) for row in gone],
            )
        self._moved = None
        return len(gone)

    def keep_later(
        self, source: str, validity: int, drafts: list[PendingMessage], **options: Any
    ) -> Future[int]:
        """The same as :meth:`keep`, while more is written; its result comes before the record is asked for anything."""
        return self._disk.submit(self.keep, source, validity, drafts, **options)

    def tidy(self) -> None:
        """Remove what an interrupted run left under ``tmp``, and remember what it named and did not record."""
        rows = self.record.execute("SELECT file FROM message")
        recorded = {file.rpartition("/")[2].partition(":2,")[0] for (file,) in rows}
        for sub in ("new", "cur"):
            with os.scandir(self.folder / sub) as entries:
                for entry in entries:
                    name = entry.name
                    if name.partition(":2,")[0] not in recorded and _OURS.search(name):
                        self._remember(Path(entry.path))
        late, ours = time.time() - 36 * 3600, f".P{os.getpid()}Q"
        with os.scandir(self.folder / "tmp") as entries:
            for entry in entries:
                if ours in entry.name or entry.stat().st_mtime < late:
                    Path(entry.path).unlink(missing_ok=True)

    def _remember(self, path: Path) -> None:
        """Remember a file that is in no record, by its content."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
        self._orphans.setdefault(digest.hexdigest(), []).append(path)

    def __iter__(self) -> Iterator[Path]:
        for sub in ("new", "cur"):
            yield from sorted((self.folder / sub).iterdir())

    def _earlier(
        self,
        source: str,
        validity: int,
        drafts: list[PendingMessage],
        present: Container[str] | None,
    ) -> dict[str, list[_Earlier]]:
        """What is kept with the content of one of these, under the same identity or one that is no more; by content."""
        rows = self.record.execute(
            "SELECT uid, file, size, flags, kept, validity, digest FROM message"
            " WHERE substr(digest, 1, 8) IN (SELECT value FROM json_each(?)) AND +source = ?",
            (json.dumps([one.digest[:8] for one in drafts]), source),
        )
        found: dict[str, list[_Earlier]] = {}
        here = {one.uid for one in drafts}
        for *row, before, digest in rows:
            gone = before != validity or (present is not None and row[0] not in present)
            if gone or row[0] in here:
                found.setdefault(digest, []).append(_Earlier(StoredMessage(*row), before, gone))
        return found

    def _again(self, source: str, one: PendingMessage, earlier: list[_Earlier]) -> str:
        """The file that has this content already, and whose identity is the same, or no more."""
        if orphans := self._orphans.get(one.digest):
            return str(orphans.pop().relative_to(self.folder))
        for kept in [*earlier]:
            if not kept.gone and kept.record.uid != one.uid:
                continue
            earlier.remove(kept)
            if (found := self.find(kept.record)) is not None:
                self.record.execute(
                    "DELETE FROM message WHERE source = ? AND validity = ? AND uid = ?",
                    (source, kept.validity, kept.record.uid),
                )
                return str(found.relative_to(self.folder))
        return ""


def _written(flags: frozenset[str]) -> tuple[str, str]:
    """Flags as the letters of a file's name, and as the record has them."""
    if not flags:
        return "", ""
    letters = "".join(sorted(_LETTERS[one] for one in flags if one in _LETTERS))
    return letters, " ".join(sorted(flags))


def _sync(path: Path | str) -> None:
    """Have a file or a folder on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
