"""The store of downloads: a Maildir, and a record of its messages, so that an interrupted download can resume.

A message is stored when its bytes, its file name and its record are on disk, in that order. A file without a record
is recognised by its content when the message is fetched again.
"""

import hashlib
import json
import os
import re
import socket
import time
from collections.abc import Container, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

from mailkit.client.database import database
from mailkit.client.maildir_records import (
    SCHEMA,
    EarlierMessage,
    PendingMessage,
    StoredMessage,
)
from mailkit.private import open_regular, private_file, private_folder

__all__ = ["MaildirStore", "PendingMessage", "StoredMessage"]

_LETTERS = {"\\Draft": "D", "\\Flagged": "F", "\\Answered": "R", "\\Seen": "S", "\\Deleted": "T"}
_COUNT = count(1)
_OURS = re.compile(r"\.P\d+Q\d+\.")


class MaildirStore:
    """A Maildir with its record (``mailkit.sqlite`` in it), for one process at a time.

    Args:
        folder: the Maildir; created if it does not exist.
        durable: whether to wait until the disk has it.
    """

    def __init__(self, folder: Path | str, *, durable: bool = True) -> None:
        self.folder, self.durable = Path(folder).expanduser(), durable
        for sub in ("", "cur", "new", "tmp"):
            private_folder(self.folder / sub)
        private_file(self.folder / "mailkit.sqlite")
        level = "FULL" if durable else "OFF"
        script = f"{SCHEMA} PRAGMA synchronous = {level};"
        self.record = database(self.folder / "mailkit.sqlite", script, timeout=30)
        self._pool = ThreadPoolExecutor(16) if durable else None
        self._disk = ThreadPoolExecutor(1) if durable else None
        self._orphans: dict[str, list[Path]] = {}
        self._moved: dict[str, Path] | None = None
        host = socket.gethostname().replace("/", "\\057").replace(":", "\\072")
        self._tmp, self._host = f"{self.folder / 'tmp'}/", f".{host}"
        self._begin = f"{self._tmp}{time.time():.6f}.P{os.getpid()}Q"

    def __enter__(self) -> "MaildirStore":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the record."""
        if self._disk is not None:
            self._disk.shutdown()
        self.record.close()
        if self._pool is not None:
            self._pool.shutdown()

    def known(self, source: str, validity: int = 0) -> dict[str, StoredMessage]:
        """Return the stored messages of a source, by UID."""
        rows = self.record.execute(
            "SELECT uid, file, size, flags, kept FROM message WHERE source = ? AND validity = ?",
            (source, validity),
        )
        return {row[0]: StoredMessage(*row) for row in rows}

    def kept_by(self, source: str, now: float) -> None:
        """Set times in the future to now: they were recorded while the clock was ahead, and would delay deletion."""
        with self.record:
            self.record.execute(
                "UPDATE message SET kept = ? WHERE source = ? AND kept > ?", (now, source, now)
            )

    def record_of(self, source: str, uid: str, validity: int = 0) -> StoredMessage | None:
        """Return the record of one message."""
        row = self.record.execute(
            "SELECT uid, file, size, flags, kept FROM message WHERE source = ? AND validity = ? AND uid = ?",
            (source, validity, uid),
        ).fetchone()
        return StoredMessage(*row) if row is not None else None

    def mark(self, source: str) -> tuple[int, int]:
        """Return the validity and modification sequence of the last download of a source; zeros if there was none."""
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

    def compares(self, source: str, validity: int, gone: Iterable[str] = ()) -> bool:
        """Return whether a new message may be stored already: under another validity, under an identity that is
        ``gone`` from the server, or in a file that an interrupted run left without a record. Only then its content is
        hashed, and that of the stored ones is now.
        """
        rows = self.record.execute(
            "SELECT uid, file, size, flags, kept, validity, digest FROM message WHERE source = ?"
            " AND (validity != ? OR uid IN (SELECT value FROM json_each(?)))",
            (source, validity, json.dumps([*gone])),
        ).fetchall()
        made = []
        for *row, before, digest in rows:
            if not digest and (file := self.find(StoredMessage(*row))) is not None:
                made.append((_digest(file), source, before, row[0]))
        with self.record:
            self.record.executemany(
                "UPDATE message SET digest = ? WHERE source = ? AND validity = ? AND uid = ?", made
            )
        return bool(rows or self._orphans)

    def write(
        self, uid: str, pieces: Iterable[bytes | memoryview], *, compared: bool = True
    ) -> PendingMessage:
        """Write one message under ``tmp``; :meth:`keep` stores it, and recognises its content if it is ``compared``."""
        path = f"{self._begin}{next(_COUNT)}{self._host}"
        digest, size = hashlib.sha256() if compared else None, 0
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            for piece in pieces:
                written = os.write(handle, piece)
                while written < len(piece):  # a nearly full disk takes only a part
                    written += os.write(handle, piece[written:])
                if digest is not None:
                    digest.update(piece)
                size += len(piece)
        except BaseException:
            os.close(handle)
            os.unlink(path)
            raise
        os.close(handle)
        return PendingMessage(uid, path, size=size, digest=digest.hexdigest() if digest else "")

    def drop(self, drafts: Iterable[PendingMessage]) -> None:
        """Discard a pending message."""
        for draft in drafts:
            with suppress(FileNotFoundError):
                os.unlink(draft.path)

    def keep(
        self,
        source: str,
        validity: int,
        drafts: list[PendingMessage],
        *,
        new: bool = False,
        present: Container[str] | None = None,
    ) -> int:
        """Store pending messages: bytes, names, record, in this order. Return how many were new.

        Content that is stored under another validity, or under an identity that is no longer ``present`` on the
        server, is recognised and not stored twice.
        """
        self._moved = None
        if self._pool is not None:
            [*self._pool.map(_sync, (draft.path for draft in drafts))]
        rows, fresh = [], 0
        now = time.time()
        earlier = self._earlier(source, validity, drafts, present)
        folder = str(self.folder)
        for draft in drafts:
            letters, flags = _written(draft.flags)
            digest = draft.digest
            if digest and (file := self._again(source, draft, earlier.get(digest, []))):
                os.unlink(draft.path)
            else:
                fresh += 1
                name = draft.path[len(self._tmp) :]
                file = f"new/{name}" if new else f"cur/{name}:2,{letters}"
                if draft.date is not None:
                    stamp = draft.date.timestamp()
                    os.utime(draft.path, (stamp, stamp))
                os.rename(draft.path, f"{folder}/{file}")
            rows.append((source, validity, draft.uid, file, draft.size, digest, flags, now))
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
        """Update flags from the server; return how many changed."""
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
            # A file whose new name is not recorded is found by its name without flags.
            with self.record:
                self.record.executemany(
                    "UPDATE message SET file = ?, flags = ? WHERE source = ? AND validity = ? AND uid = ?",
                    rows,
                )
        return len(rows)

    def find(self, one: StoredMessage) -> Path | None:
        """Return the file of a message, even if another program changed its flags; ``None`` if it was removed."""
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
        """Move a file into a Maildir below this one, and record the new place."""
        file.rename(to)
        if self._moved is not None:
            self._moved.pop(file.name.partition(":2,")[0], None)
        with self.record:
            self.record.execute(
                "UPDATE message SET file = ? WHERE file = ?",
                (str(to.relative_to(self.folder)), str(file.relative_to(self.folder))),
            )

    def keep_only(self, source: str, validity: int, uids: Container[str]) -> int:
        """Remove messages that a source no longer has, also those of another validity; return how many."""
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
        """Run :meth:`keep` while more messages are written, if it waits for the disk; its result is awaited before
        the next query of the record. Without that wait a second thread only competes for the interpreter.
        """
        if self._disk is not None:
            return self._disk.submit(self.keep, source, validity, drafts, **options)
        kept: Future[int] = Future()
        kept.set_result(self.keep(source, validity, drafts, **options))
        return kept

    def tidy(self) -> None:
        """Clean up ``tmp`` after an interrupted run, and index its files without a record, by their content."""
        rows = self.record.execute("SELECT file FROM message")
        recorded = {file.rpartition("/")[2].partition(":2,")[0] for (file,) in rows}
        for sub in ("new", "cur"):
            with os.scandir(self.folder / sub) as entries:
                for entry in entries:
                    name = entry.name
                    if name.partition(":2,")[0] not in recorded and _OURS.search(name):
                        path = Path(entry.path)
                        with suppress(OSError):  # no file, or removed meanwhile
                            self._orphans.setdefault(_digest(path), []).append(path)
        late, ours = time.time() - 36 * 3600, f".P{os.getpid()}Q"
        with os.scandir(self.folder / "tmp") as entries:
            for entry in entries:
                if ours in entry.name or entry.stat().st_mtime < late:
                    Path(entry.path).unlink(missing_ok=True)

    def __iter__(self) -> Iterator[Path]:
        for sub in ("new", "cur"):
            yield from sorted((self.folder / sub).iterdir())

    def _earlier(
        self,
        source: str,
        validity: int,
        drafts: list[PendingMessage],
        present: Container[str] | None,
    ) -> dict[str, list[EarlierMessage]]:
        """Return stored messages with the content of one of these and the same or a gone identity, by content."""
        hashes = [draft.digest[:8] for draft in drafts if draft.digest]
        if not hashes:
            return {}
        rows = self.record.execute(
            "SELECT uid, file, size, flags, kept, validity, digest FROM message WHERE digest != ''"
            " AND substr(digest, 1, 8) IN (SELECT value FROM json_each(?)) AND +source = ?",
            (json.dumps(hashes), source),
        )
        found: dict[str, list[EarlierMessage]] = {}
        here = {draft.uid for draft in drafts}
        for *row, before, digest in rows:
            gone = before != validity or (present is not None and row[0] not in present)
            if gone or row[0] in here:
                found.setdefault(digest, []).append(
                    EarlierMessage(StoredMessage(*row), before, gone)
                )
        return found

    def _again(self, source: str, one: PendingMessage, earlier: list[EarlierMessage]) -> str:
        """Return the file with this content and the same or a gone identity."""
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


@lru_cache(maxsize=1000)
def _written(flags: frozenset[str]) -> tuple[str, str]:
    """Return flags as the letters of a file name, and as in the record."""
    letters = "".join(sorted(_LETTERS[flag] for flag in flags if flag in _LETTERS))
    return letters, " ".join(sorted(flags))


def _digest(path: Path) -> str:
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path | str) -> None:
    """Write a file or a folder through to disk (fsync)."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
