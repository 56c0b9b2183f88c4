"""The SQLite files of everything here: private, for several processes, and on disk at the end of each change."""

import sqlite3
from pathlib import Path

from mailkit.private import private_file, private_folder

__all__ = ["opened"]


def opened(file: Path, schema: str) -> sqlite3.Connection:
    """Open a file, or make it; only its owner may read it, for there is mail in it.

    Raises:
        SettingsError: it is a symbolic link, no regular file, or another user's.
    """
    private_folder(file.parent)
    private_file(file)
    db = sqlite3.connect(file, timeout=60, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.executescript(schema)
    return db
