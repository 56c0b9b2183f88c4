"""The persistent folder of a lab: created if missing, and used by one lab at a time."""

from pathlib import Path
from typing import IO

from mailkit.errors import LabError
from mailkit.private import private_folder
from mailkit.scratch import lock

__all__ = ["claimed"]


def claimed(folder: Path) -> IO[bytes]:
    """Create and lock a folder, until the returned file is closed or the process ends.

    Raises: LabError: it cannot be created or written, or another lab has locked it.
    """
    try:
        private_folder(folder)
        held = (folder / "lock").open("ab")
    except OSError as error:
        raise LabError(
            f"cannot keep mail in {folder}: {error.strerror}. Choose a folder that you may write to"
        ) from None
    try:
        free = lock(held)
    except OSError:  # a file system without locks
        free = True
    if not free:
        held.close()
        raise LabError(f"another lab keeps its mail in {folder}. Stop it, or choose another folder")
    return held
