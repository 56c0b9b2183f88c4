"""The SQLite files of everything here: private, for several processes, and on disk at the end of each change."""

import sqlite3
from pathlib import Path

__all__ = ["opened"]


def opened(file: Path, schema: str) -> sqlite3.Connection:
    """Open a file, or make it; nobody else on the machine may read it, for there is mail in it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600, exist_ok=True)
    db = sqlite3.connect(file, timeout=60, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.executescript(schema)
    return db
