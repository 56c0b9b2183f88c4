"""The SQLite files of this package: private, shared by processes, and on disk after each change."""

import sqlite3
from pathlib import Path

from mailkit.private import private_file, private_folder

__all__ = ["opened"]


def opened(file: Path, schema: str) -> sqlite3.Connection:
    """Open or create a file that only its owner can read, because it contains mail.

    Raises:
        SettingsError: it is a symbolic link, not a regular file, or another user's.
    """
    private_folder(file.parent)
    private_file(file)
    db = sqlite3.connect(file, timeout=60, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.executescript(schema)
    return db
