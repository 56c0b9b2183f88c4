"""Files with restricted access.

Files with mail are readable by their owner only, and never behind a symbolic link that another user may have created.
Files named in settings are read only if they are regular and not too large. A file is written through a link only if
this user or root made the link.
"""

import errno
import os
import stat
from collections import deque
from functools import lru_cache
from io import BufferedReader
from itertools import count
from pathlib import Path
from typing import BinaryIO

from mailkit.errors import SettingsError

__all__ = [
    "WRITERS",
    "at_most",
    "belongs_here",
    "change_allowed",
    "open_regular",
    "open_to_others",
    "own_target",
    "private_file",
    "private_folder",
    "read_regular",
    "require_regular",
    "write_whole",
]

WRITERS = 0o022
"""The permission bits for writing of all users but the owner."""

_PIECE = 1024 * 1024
_MOST_LINKS = 40
_MOST_NAME = 200
"""Characters of a file's name in that of its temporary one, which may have 255 octets."""


def open_to_others(found: os.stat_result) -> int:
    """Return the permission bits by which users other than the owner, this user and root can change a file, or rename
    and replace what is in a folder. A group that has no other member has no such bit.
    """
    bits = found.st_mode & WRITERS
    if os.name == "nt" or (stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX):
        return 0
    if bits & stat.S_IWGRP and _is_private(found.st_gid, frozenset((found.st_uid, os.geteuid()))):
        bits &= ~stat.S_IWGRP
    return bits


@lru_cache(maxsize=100)
def _is_private(group: int, users: frozenset[int]) -> bool:
    """Return whether a group is root's or has the name of one of these users, and no other member."""
    import grp
    import pwd

    if group == 0:
        return True
    try:
        found, names = grp.getgrgid(group), {pwd.getpwuid(user).pw_name for user in users}
    except KeyError:  # numbers without names, as in a container
        return group in users
    return found.gr_name in names and names.issuperset(found.gr_mem)


def private_folder(folder: Path) -> None:
    """Create a folder with mode 0700, and its parents without write access for others; an existing one keeps its mode.

    Raises:
        SettingsError: it is another user's; or others can write in it or in a folder above it, or have made a symbolic
            link on the way to it, and could replace what is kept there.
    """
    try:
        _check_way(folder.absolute())
    except OSError as error:
        raise SettingsError(f"{folder}: {error.strerror}") from None
    for parent in reversed(folder.parents):
        if not parent.exists():
            parent.mkdir(0o755, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    if os.name != "nt" and os.geteuid() not in (0, folder.stat().st_uid):
        raise SettingsError(f"{folder} belongs to another user; name a folder of your own")
    if open_to_others(folder.stat()):
        raise SettingsError(f"others can write in {folder}; run: chmod go-w {folder}")


def _check_way(path: Path) -> None:
    """Check each folder and link on the way to a path, as the system follows it.

    Raises:
        SettingsError: another user could replace a part of it.
        OSError: a link was made by another user, or the links go in a circle.
    """
    place, left, links = path.anchor, deque(path.parts[1:]), 0
    folder = os.stat(place)  # noqa: PTH116 - strings cost a third of paths
    while left:
        name = left.popleft()
        below = os.path.dirname(place) if name == ".." else os.path.join(place, name)  # noqa: PTH118, PTH120
        try:
            found = os.lstat(below)
        except (FileNotFoundError, NotADirectoryError):
            return  # what follows is made by this user, or cannot be
        if name != "..":
            _check_step(place, folder, below, found)
        if stat.S_ISLNK(found.st_mode):
            links += 1
            target = _own_link(Path(below), found, links)
            left.extendleft(reversed(target.parts[1:] if target.is_absolute() else target.parts))
            if target.is_absolute():
                place = target.anchor
                folder = os.stat(place)  # noqa: PTH116
        else:
            place, folder = below, found


def _check_step(above: str, folder: os.stat_result, below: str, found: os.stat_result) -> None:
    """Check that only this user, root and the owner of the folder above can replace what is in it."""
    if open_to_others(folder):
        raise SettingsError(f"others can write in {above}; run: chmod go-w {above}")
    if os.name == "nt" or not folder.st_mode & WRITERS or stat.S_ISLNK(found.st_mode):
        return
    if found.st_uid not in (os.geteuid(), 0, folder.st_uid):
        raise SettingsError(f"{below} belongs to another user; name a folder of your own")


def _own_link(link: Path, found: os.stat_result, links: int) -> Path:
    """Return the target of a link that this user or root made.

    Raises:
        OSError: another user made it, who could have chosen any file; or it is one of too many.
    """
    if links > _MOST_LINKS:
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    if os.name != "nt" and found.st_uid not in (os.geteuid(), 0):
        why = f"{link} is a symbolic link of another user; name the file it points to"
        raise OSError(errno.EPERM, why)
    return link.readlink()


def own_target(path: Path) -> Path:
    """Return the path of a file with its links resolved.

    Raises:
        OSError: one of the links was made by another user (not root), who could have chosen any file; or they go in
            a circle.
    """
    end = path
    for links in count(1):
        try:
            found = end.lstat()
        except OSError:
            break
        if not stat.S_ISLNK(found.st_mode):
            break
        end = end.parent / _own_link(end, found, links)
    return end.parent.resolve() / end.name


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is replaced when complete. An existing one keeps its permissions; a device or a pipe that a
    program reads is written to.

    Raises:
        OSError: it cannot be written; an existing file is as it was.
    """
    from tempfile import mkstemp

    path = own_target(path)
    if path.exists() and not path.is_file():
        flags = os.O_WRONLY | getattr(
            os, "O_NONBLOCK", 0
        )  # without it a pipe without a reader blocks
        handle = os.open(path, flags)
        os.set_blocking(handle, True)
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        return
    handle, name = mkstemp(dir=path.parent, prefix=f".{path.name[:_MOST_NAME]}.")
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        new.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        new.replace(path)
    except BaseException:
        new.unlink()
        raise


def _umask() -> int:
    current = os.umask(0o077)
    os.umask(current)
    return current


def change_allowed(path: Path, owner: int) -> bool:
    """Return whether only this user, root and ``owner`` can change a file, by its mode, its folder and its owner."""
    if os.name == "nt":
        return True
    found, folder = path.stat(), path.resolve().parent.stat()
    return found.st_uid in (os.geteuid(), 0, owner) and not (
        open_to_others(found) or open_to_others(folder)
    )


def private_file(file: Path) -> None:
    """Create a file with mode 0600, or remove other users' rights from an existing one.

    Raises:
        SettingsError: it is a symbolic link, not a regular file, or another user's; or a file that SQLite keeps
            beside it is.
    """
    for suffix in ("-wal", "-shm", "-journal"):
        _check_beside(file.with_name(file.name + suffix), file.parent)
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


def belongs_here(found: os.stat_result, folder: Path) -> bool:
    """Return whether a file in a folder is this user's, root's, or the folder's owner's."""
    return os.name == "nt" or found.st_uid in (os.geteuid(), 0, folder.stat().st_uid)


def _check_beside(beside: Path, folder: Path) -> None:
    """Check a file that SQLite would read into the one it is beside."""
    try:
        found = beside.lstat()
    except OSError:
        return
    if stat.S_ISLNK(found.st_mode):
        raise SettingsError(f"{beside} is a symbolic link; remove it")
    if not stat.S_ISREG(found.st_mode) or not belongs_here(found, folder):
        raise SettingsError(f"{beside} is another user's, or not a regular file; remove it")


def at_most(stream: BinaryIO, most: int) -> bytes:
    """Read to the end, at most so many octets, in parts: a single read would allocate the maximum at once."""
    data = bytearray()
    while piece := stream.read(min(most - len(data), _PIECE)):
        data += piece
    return bytes(data)


def require_regular(file: Path) -> None:
    """Check a file before a library opens it, which would wait for a pipe and read a device without an end. The system's
    own files, which may also have no end, are regular and have no size.

    Raises:
        OSError: it does not exist, is empty, or is not a regular file.
    """
    found = file.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    if not found.st_size:
        raise OSError(errno.EINVAL, "empty")


def open_regular(file: Path | str) -> BufferedReader:
    """Open a regular file, without blocking on a pipe, a device, or a file of the system that never ends.

    Raises:
        OSError: it cannot be opened, or is not a regular file.
    """
    handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    opened = os.fdopen(handle, "rb")
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return opened
    opened.close()
    raise OSError(errno.EINVAL, "not a regular file")


def read_regular(file: Path, most: int) -> bytes:
    """Read a regular file of at most so many octets, without blocking on a pipe or a device.

    Raises:
        OSError: it cannot be read, is not a regular file, or is larger.
    """
    with open_regular(file) as opened:
        data = at_most(opened, most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"larger than {most:,} octets")
    return data
