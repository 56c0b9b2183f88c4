"""Configuration formats: one module each, read to accounts and written back.

A format has ``NAME``, ``recognises(text, file)``, ``read(text, file)``, ``written(accounts)`` and
``repaired(text, file, changes)``: a module, or for the form of a product a :class:`~mailkit.formats.form.Form` in one.
To add one is to write the module and name it in ``FORMATS``.
"""

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from mailkit.account import Account
from mailkit.errors import FormatError, SettingsError
from mailkit.formats import ashop, astercc, djaboo, lettershop, native, office24
from mailkit.formats.form import Form

__all__ = ["FORMATS", "FORMS", "Format", "load", "loads", "named", "repair"]


class Format(Protocol):
    """What a format can do."""

    @property
    def NAME(self) -> str: ...  # noqa: N802 - a constant where it is a module's

    def recognises(self, text: str, file: str) -> bool: ...

    def read(self, text: str, file: str) -> list[Account]: ...

    def written(self, accounts: list[Account]) -> str: ...

    def repaired(
        self, text: str, file: str, changes: list[tuple[Account, str, Mapping[str, Any]]]
    ) -> str: ...


FORMS: tuple[Form, ...] = (
    ashop.FORM,
    astercc.FORM,
    lettershop.FORM,
    djaboo.FORM,
    office24.FORM,
)
FORMATS: tuple[Format, ...] = (native, *FORMS)

MAX_BYTES = 16 * 1024 * 1024


def load(file: str | Path) -> list[Account]:
    """Read the accounts in a file of any known format.

    However wrong the settings are, they are loaded; what is wrong with them are findings.

    Raises:
        FormatError: the file cannot be read, or is not a configuration at all.
    """
    return loads(_text(Path(file)), str(file))


def loads(text: str, file: str = "<text>") -> list[Account]:
    """Read the accounts in a text; see :func:`load`."""
    return list(_format(text, file).read(text, file))


def repair(file: str | Path, changes: Iterable[tuple[Account, str, Mapping[str, Any]]]) -> None:
    """Write changed settings back into the file they came from.

    Comments, order and everything else stay as they are. The new file takes the place of the
    old one in one step, with the same permissions.

    Args:
        file: the file that the accounts were loaded from.
        changes: for each service its account, its role (``incoming`` or ``outgoing``), and the
            settings to change.

    Raises:
        FormatError: the file cannot be read or written, or no longer has these accounts.
    """
    path = Path(file).resolve()
    text = _text(path)
    new = _format(text, str(file)).repaired(text, str(file), list(changes))
    try:
        mode = path.stat().st_mode & 0o7777
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
                out.write(new)
                out.flush()
                os.fsync(out.fileno())
            Path(name).chmod(mode)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FormatError(str(file), f"cannot be written: {error.strerror}") from None


def named(name: str) -> Format:
    """The format with a name.

    Raises:
        SettingsError: there is none.
    """
    for one in FORMATS:
        if name == one.NAME:
            return one
    known = ", ".join(one.NAME for one in FORMATS)
    raise SettingsError(f"there is no format {name!r}; mailkit knows {known}")


def _format(text: str, file: str) -> Format:
    for one in FORMATS:
        if one.recognises(text, file):
            return one
    raise FormatError(file, "is in no format that mailkit knows")


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FormatError(str(path), f"cannot be read: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise FormatError(str(path), f"is larger than {MAX_BYTES // 1024**2} MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FormatError(str(path), "is not UTF-8 text", line) from None
