"""The SQLite files of this package: private, shared by processes, and on disk after each change."""

from pathlib import Path

from mailkit.client.database import MailDatabase, database
from mailkit.private import private_file, private_folder

__all__ = ["opened"]


def opened(file: Path, schema: str) -> MailDatabase:
    """Open or create a file that only its owner can read, because it contains mail.

    Raises:
        SettingsError: it is a symbolic link, not a regular file, not a database of mailkit's, or another user's.
        StorageError: it is in use, or there is no room.
    """
    private_folder(file.parent)
    private_file(file)
    script = f"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; {schema}"
    return database(file, script, timeout=60, isolation_level=None)
