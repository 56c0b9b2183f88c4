"""Replace a file without changing anything but its bytes: owner, mode, links and attributes stay."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailkit.errors import FormatError
from mailkit.private import own_target, read_regular
from mailkit.scratch import lock

__all__ = ["replace_file"]


def replace_file(path: Path, old: bytes, new: bytes) -> None:
    """Write new bytes into a file, in one step where that is possible.

    A symbolic link stays, its target is replaced; a link of another user is refused. A file with further hard links,
    or whose owner this user cannot give to a new file, is written in place.

    Of two processes that do this at the same time one succeeds.

    Raises:
        FormatError: the file changed in the meantime, or cannot be written.
    """
    try:
        target = own_target(path)
        with _alone(target) as state:
            if state is None or read_regular(target, len(old)) != old:
                raise _changed(path)
            if state.st_nlink > 1 or not _replaced(target, new, state):
                _in_place(target, old, new, state)
    except OSError as error:
        raise FormatError(str(path), f"cannot be written: {error.strerror}") from None


@contextmanager
def _alone(target: Path) -> Iterator[os.stat_result | None]:
    """Lock a file as far as its file system can; its state is ``None`` if another process has locked or replaced it."""
    if os.name == "nt":  # where an open file cannot be replaced
        yield target.lstat()
        return
    with os.fdopen(os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        try:
            free = lock(file)
        except OSError:
            free = True
        state = target.lstat()
        yield state if free and os.path.samestat(os.fstat(file.fileno()), state) else None


def _changed(path: Path) -> FormatError:
    return FormatError(str(path), "changed while it was being repaired; run it again")


def _replaced(target: Path, new: bytes, state: os.stat_result) -> bool:
    """Replace the old file by a new one; return false if its owner cannot be kept."""
    import tempfile

    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(new)
            out.flush()
            made = os.fstat(out.fileno())
            if (made.st_uid, made.st_gid) != (state.st_uid, state.st_gid):
                try:
                    os.fchown(out.fileno(), state.st_uid, state.st_gid)
                except OSError:
                    temporary.unlink()
                    return False
            os.fchmod(out.fileno(), state.st_mode & 0o7777)
            _copy_attributes(target, out.fileno())
            os.fsync(out.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return True


def _copy_attributes(source: Path, target: int) -> None:
    """Extended attributes: ACLs and labels, as far as this user may set them."""
    if not hasattr(os, "listxattr"):
        return
    try:
        names = os.listxattr(source)
    except OSError:
        return
    for name in names:
        try:
            os.setxattr(target, name, os.getxattr(source, name))
        except OSError:
            continue


def _in_place(target: Path, old: bytes, new: bytes, state: os.stat_result) -> None:
    """Write into the file that was read, even if its name has become a link or another file since."""
    handle = os.open(target, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "r+b") as out:
        if not os.path.samestat(os.fstat(handle), state) or out.read(len(old) + 1) != old:
            raise _changed(target)
        out.seek(0)
        try:
            out.write(new)
            out.truncate()
            out.flush()
            os.fsync(out.fileno())
        except OSError:
            out.seek(0)
            out.write(old)
            out.truncate()
            raise
