"""Files with restricted access.

Files with mail are readable by their owner only, and never behind a symbolic link that another user may have created.
Files named in settings are read only if they are regular and not too large.
"""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from mailkit.errors import SettingsError

__all__ = ["at_most", "private_file", "private_folder", "read_regular"]

_PIECE = 1024 * 1024


def private_folder(folder: Path) -> None:
    """Create a folder with mode 0700; an existing one keeps its mode."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)


def private_file(file: Path) -> None:
    """Create a file with mode 0600, or remove other users' rights from an existing one.

    Raises:
        SettingsError: it is a symbolic link, not a regular file, or another user's; or a file that SQLite keeps
            beside it is.
    """
    for suffix in ("-wal", "-shm", "-journal"):
        if file.with_name(file.name + suffix).is_symlink():
            raise SettingsError(f"{file}{suffix} is a symbolic link; remove it")
    if file.is_symlink():
        raise SettingsError(f"{file} is a symbolic link; name the file it points to")
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(file, flags, 0o600)
    except OSError as error:
        raise SettingsError(f"{file} cannot be opened: {error.strerror}") from None
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise SettingsError(f"{file} is not a regular file")
        if os.name != "nt" and found.st_mode & 0o077:
            if found.st_uid != os.geteuid():
                raise SettingsError(f"{file} belongs to another user, and others can use it")
            os.fchmod(handle, found.st_mode & 0o700)
    finally:
        os.close(handle)


def at_most(stream: BinaryIO, most: int) -> bytes:
    """Read to the end, at most so many octets, in parts: a single read would allocate the maximum at once."""
    data = bytearray()
    while piece := stream.read(min(most - len(data), _PIECE)):
        data += piece
    return bytes(data)


def read_regular(file: Path, most: int) -> bytes:
    """Read a regular file of at most so many octets, without blocking on a pipe or a device.

    Raises:
        OSError: it cannot be read, is not a regular file, or is larger.
    """
    handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as opened:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        data = at_most(opened, most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"larger than {most:,} octets")
    return data
