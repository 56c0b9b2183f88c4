"""Locks of workers: a worker is alive while it holds a lock, which the system releases when the process ends.

The locked file may hold notes of the worker, for the one that takes over.
"""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mailkit.scratch import lock

__all__ = ["Worker"]


class Worker:
    """A worker of a file: a name, and a locked file with that name beside it."""

    def __init__(self, file: Path) -> None:
        self.boot = _boot()
        self.name = f"{os.getpid()}-{secrets.token_hex(4)}{self.boot and '-' + self.boot}"
        self._file = file
        self._path = _beside(file, self.name)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND  # never through a link
        self._held = os.fdopen(os.open(self._path, flags, 0o600), "wb")
        with suppress(OSError):  # a file system without locks: other workers take it for alive
            lock(self._held)

    def same_boot(self, name: str) -> bool:
        """Return whether a worker ran since the last boot: then its writes are not lost."""
        return bool(self.boot) and name.endswith(f"-{self.boot}")

    def gone(self, name: str) -> bool:
        """Return whether another worker has ended; its lock file is removed."""
        with self.taking_over(name) as notes:
            return notes is not None

    def known(self, name: str) -> bool:
        """Return whether a worker has a lock file; without one it is unknown how far it came."""
        return _beside(self._file, name).exists()

    @contextmanager
    def taking_over(self, name: str) -> Iterator[bytes | None]:
        """Give the notes of a worker that has ended, and remove its lock file afterwards; ``None`` for one that is
        alive, or whose file cannot be opened. No other worker takes it over at the same time.
        """
        path = _beside(self._file, name)
        try:
            file = None if name == self.name else path.open("rb+")
        except FileNotFoundError:
            yield b""
            return
        except OSError:  # of another user, or too many are open
            file = None
        if file is None:
            yield None
            return
        with file:
            ended = False
            with suppress(OSError):
                ended = lock(file)
            yield file.read() if ended else None
            if ended:
                path.unlink(missing_ok=True)

    def note(self, line: bytes) -> None:
        """Append a line to the notes, by one write.

        Raises:
            OSError: it cannot be written, or not all of it.
        """
        if os.write(self._held.fileno(), line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def forget(self) -> None:
        """Remove the notes."""
        os.ftruncate(self._held.fileno(), 0)

    def fileno(self) -> int:
        """The descriptor of the lock, for a child process: the worker counts as alive while the child runs."""
        return self._held.fileno()

    def end(self, *, settled: bool = True) -> None:
        """Release the lock; the file stays if it has notes, or if not all is ``settled``."""
        noted = os.fstat(self._held.fileno()).st_size > 0
        self._held.close()
        if settled and not noted:
            with suppress(OSError):
                self._path.unlink()


def _boot() -> str:
    """Return the identity of this boot; empty if the system has none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip().replace("-", "")
    except OSError:
        return ""


def _beside(file: Path, name: str) -> Path:
    return file.with_name(f"{file.name}.worker-{name}")
