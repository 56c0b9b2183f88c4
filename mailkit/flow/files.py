"""The SQLite files of this package: private, shared by processes, and on disk after each change."""

import sqlite3
from pathlib import Path

from mailkit.client.maildir_records import set_up
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
    set_up(db, file, f"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; {schema}")
    return db
