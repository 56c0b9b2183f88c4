"""Folders for temporary files that end with their process, even if it is killed.

A process holds a lock in each of its folders. One that was killed can remove nothing, but its lock is gone: the next
process removes what it has left.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import IO

__all__ = ["TemporaryFolder", "lock"]

_LOCK = ".lock"
_swept: set[str] = set()


class TemporaryFolder:
    """A new folder for this process's owner alone.

    Args:
        prefix: what its name begins with. Folders of that prefix, owner and system whose process has ended are
            removed, once in each process.
    """

    def __init__(self, prefix: str) -> None:
        from tempfile import gettempdir, mkdtemp  # few runs need it

        place = Path(gettempdir())
        if prefix not in _swept:
            _swept.add(prefix)
            _sweep(place, prefix)
        new = Path(mkdtemp(prefix=f".{prefix}", dir=place))
        self._lock = (new / _LOCK).open("ab")
        with suppress(OSError):  # without locks no process removes what another has left
            lock(self._lock)
        # Only now it gets a name that others look for.
        self.path = new if os.name == "nt" else new.rename(place / new.name[1:])

    def remove(self) -> None:
        """Remove it with all that is in it; may be called again."""
        from shutil import rmtree

        rmtree(self.path, ignore_errors=True)
        self._lock.close()


def _sweep(place: Path, prefix: str) -> None:
    """Remove the folders of processes that have ended."""
    if os.name == "nt":
        return
    with suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            with suppress(OSError):
                if entry.name.startswith(prefix) and _is_own(entry):
                    _remove_if_left(Path(entry.path))


def _is_own(entry: "os.DirEntry[str]") -> bool:
    return entry.is_dir(follow_symlinks=False) and (
        entry.stat(follow_symlinks=False).st_uid == os.geteuid()
    )


def _remove_if_left(folder: Path) -> None:
    from shutil import rmtree

    handle = os.open(folder / _LOCK, os.O_RDWR | os.O_NOFOLLOW)
    with os.fdopen(handle, "r+b") as held:
        if lock(held):
            rmtree(folder, ignore_errors=True)


if os.name == "nt":  # pragma: no cover - the other of two systems
    import msvcrt

    def lock(file: IO[bytes]) -> bool:
        """Lock a file until it is closed or the process ends; return whether no other process has locked it."""
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True
else:
    import fcntl

    def lock(file: IO[bytes]) -> bool:
        """Lock a file until it is closed or the process ends; return whether no other process has locked it.

        Raises:
            OSError: the file system has no locks.
        """
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
