"""Other users' access to settings files and to the files of their secrets."""

import os
import stat
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mailkit.account import Account, Service
from mailkit.private import WRITERS, open_to_others

__all__ = ["OTHERS_READ", "WRITERS", "mode_of", "with_modes", "without_named"]

OTHERS_READ = 0o004
_NAMED = ("command", "file", "keyring")
"""Secrets outside the settings file. A variable is given to mailkit by the one who starts it."""


def with_modes(accounts: Sequence[Account], file: Path) -> list[Account]:
    """Return the accounts of a file with the permission bits that rules need.

    If another user can change the file, who could have named any command, file or keyring entry of this user, those
    secrets are withheld.
    """
    if os.name == "nt":  # no such bits; and a network path would be opened
        return [*accounts]
    name = str(file)
    secrets = {
        service.secret.source
        for account in accounts
        for service in account.services
        if service.secret is not None and service.secret.kind == "file"
    }
    modes = {secret: mode_of(Path(secret).expanduser()) for secret in secrets} | {
        name: mode_of(file)
    }
    if why := _changed_by_others(file, modes[name]):
        accounts = [without_named(account, why) for account in accounts]
    return [replace(account, modes=modes) for account in accounts]


def _changed_by_others(file: Path, mode: int) -> str:
    """Why the secrets that a file names are not used; empty if only this user and root can change it."""
    what = "so its commands are not run, and no secret is read from other files and the keyring"
    if mode & WRITERS:
        return f"others can write {file}, {what}; run: chmod go-w {file}"
    try:
        owner = file.stat().st_uid
    except (OSError, ValueError):
        return ""
    if owner in (os.geteuid(), 0):
        return ""
    return f"{file} belongs to another user, {what}; use a copy of your own"


def mode_of(file: Path) -> int:
    """Return the permission bits of a regular file; it counts as writable if its folder is. That of a group is left
    out if the group has no other member.
    """
    if os.name == "nt":
        return 0
    try:
        found, folder = file.stat(), file.parent.stat()
    except (OSError, ValueError):
        return 0
    if not stat.S_ISREG(found.st_mode):
        return 0
    return stat.S_IMODE(found.st_mode) & ~WRITERS | open_to_others(found) | open_to_others(folder)


def without_named(account: Account, why: str) -> Account:
    """Return an account of which no command is run, and no secret read from other files and the keyring."""
    return replace(
        account,
        incoming=_without(account.incoming, why),
        outgoing=_without(account.outgoing, why),
    )


def _without(service: Service | None, why: str) -> Service | None:
    if service is None or service.secret is None or service.secret.kind not in _NAMED:
        return service
    return replace(service, secret=service.secret.withheld(why))
