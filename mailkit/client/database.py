"""The SQLite files that hold mail: whatever fails in one is an error that names the file."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mailkit.errors import SettingsError, StorageError

__all__ = ["MailDatabase", "database"]

_ANOTHER_TIME = {
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR),
    *(sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM),
}
"""What does not say that a file is damaged: it is in use, or there is no room."""

_MISUSE = (
    *(sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.DataError),
    sqlite3.NotSupportedError,
)
"""Errors of the statement, not of the file."""


_WRITES_NOTHING = ("SELECT", "ROLLBACK")


class MailDatabase(sqlite3.Connection):
    """A connection to a file of mailkit's.

    What fails is a :exc:`StorageError`. Nothing is written after the file was replaced or removed: SQLite would write
    into the old one, which is never read again.
    """

    def __init__(self, file: str, *given: Any, **options: Any) -> None:
        super().__init__(file, *given, **options)
        self._file, self._identity = file, _identity(file)

    def execute(self, sql: str, *given: Any) -> sqlite3.Cursor:
        """Run a statement; one that writes needs the file that was opened."""
        return self.cursor(_DatabaseCursor).execute(sql, *given)

    def executemany(self, sql: str, given: Any) -> sqlite3.Cursor:
        """Run a statement for each row."""
        return self.cursor(_DatabaseCursor).executemany(sql, given)

    def __exit__(self, *exc: Any) -> Any:
        try:
            return super().__exit__(*exc)
        except sqlite3.DatabaseError as error:
            raise self.failure(error) from None

    def failure(self, error: sqlite3.DatabaseError) -> Exception:
        """Return the error of mailkit's for one of SQLite's."""
        if isinstance(error, _MISUSE):
            return error
        return StorageError(f"{self._file} cannot be used: {error}")

    @contextmanager
    def change(self) -> Iterator[None]:
        """A transaction that is on disk at its end, or has left no trace."""
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            if self.in_transaction:  # SQLite may have ended it
                self.execute("ROLLBACK")
            raise

    def require_same(self) -> None:
        """Check that the file is still the one that was opened.

        Raises:
            StorageError: it was replaced or removed.
        """
        if _identity(self._file) != self._identity:
            raise StorageError(
                f"{self._file} was replaced or removed while it was open; nothing is written any more"
            )


class _DatabaseCursor(sqlite3.Cursor):
    """A cursor whose errors name the file."""

    connection: MailDatabase

    def execute(self, sql: str, *given: Any) -> "_DatabaseCursor":
        if not sql.startswith(_WRITES_NOTHING):
            self.connection.require_same()
        try:
            return super().execute(sql, *given)
        except sqlite3.DatabaseError as error:
            raise self.connection.failure(error) from None

    def executemany(self, sql: str, given: Any) -> "_DatabaseCursor":
        self.connection.require_same()
        try:
            return super().executemany(sql, given)
        except sqlite3.DatabaseError as error:
            raise self.connection.failure(error) from None

    def fetchone(self) -> Any:
        try:
            return super().fetchone()
        except sqlite3.DatabaseError as error:
            raise self.connection.failure(error) from None

    def fetchall(self) -> list[Any]:
        try:
            return super().fetchall()
        except sqlite3.DatabaseError as error:
            raise self.connection.failure(error) from None

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]
        try:
            yield from iter(super().fetchone, None)
        except sqlite3.DatabaseError as error:
            raise self.connection.failure(error) from None


def database(file: Path, script: str, **options: Any) -> MailDatabase:
    """Open a file, and run the script that sets it up.

    Raises:
        SettingsError: it is damaged, or another program's.
        StorageError: it is in use, or there is no room; another time it may work.
    """
    try:
        db = sqlite3.connect(str(file), check_same_thread=False, factory=MailDatabase, **options)
    except sqlite3.DatabaseError as error:
        raise StorageError(f"{file} cannot be used: {error}") from None
    try:
        db.executescript(script)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        db.close()  # its texts may be no UTF-8
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _ANOTHER_TIME:
            raise StorageError(f"{file} cannot be used: {error}") from None
        raise SettingsError(
            f"{file} is not a file of mailkit's ({error}); name another one"
        ) from None
    return db


def _identity(file: str) -> tuple[int, int]:
    """Return what tells a file from another of the same name; nothing if it is gone."""
    if os.name == "nt":  # an open file cannot be replaced
        return 0, 0
    try:
        found = os.stat(file)  # noqa: PTH116 - before each change
    except OSError:
        return -1, -1
    return found.st_dev, found.st_ino
