"""Replace a file without changing anything but its bytes: owner, mode, links and attributes stay."""

import os
from pathlib import Path

from mailkit.errors import FormatError

__all__ = ["replace_file"]


def replace_file(path: Path, old: bytes, new: bytes) -> None:
    """Write new bytes into a file, in one step where that is possible.

    A symbolic link stays, its target is replaced. A file with further hard links, or whose owner
    this user cannot give to a new file, is written in place.

    Raises:
        FormatError: the file changed in the meantime, or cannot be written.
    """
    target = path.resolve()
    try:
        if target.read_bytes() != old:
            raise FormatError(str(path), "changed while it was being repaired; run it again")
        state = target.stat()
        if state.st_nlink > 1 or not _replaced(target, new, state):
            _in_place(target, old, new)
    except OSError as error:
        raise FormatError(str(path), f"cannot be written: {error.strerror}") from None


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
            _copy_attributes(target, temporary)
            os.fsync(out.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return True


def _copy_attributes(source: Path, target: Path) -> None:
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


def _in_place(target: Path, old: bytes, new: bytes) -> None:
    with target.open("r+b") as out:
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
