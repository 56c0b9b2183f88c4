"""The SQLite files of this package: private, shared by processes, and on disk after each change."""

import sqlite3
from pathlib import Path

from mailkit.errors import SettingsError
from mailkit.private import private_file, private_folder

__all__ = ["opened"]


def opened(file: Path, schema: str) -> sqlite3.Connection:
    """Open or create a file that only its owner can read, because it contains mail.

    Raises:
        SettingsError: it is a symbolic link, not a regular file, not a database of mailkit's, or another user's.
    """
    private_folder(file.parent)
    private_file(file)
    db = sqlite3.connect(file, timeout=60, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.executescript(schema)
    except sqlite3.DatabaseError as error:
        db.close()
        if isinstance(error, sqlite3.OperationalError) and "no such column" not in str(error):
            raise  # locked, or no room: another time it may work
        raise SettingsError(
            f"{file} is not a file of mailkit's ({error}); name another one"
        ) from None
    return db
