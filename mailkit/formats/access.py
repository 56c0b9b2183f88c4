"""Other users' access to settings files and to the files of their secrets."""

import os
import stat
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mailkit.account import Account, Service

__all__ = ["OTHERS_READ", "OTHERS_WRITE", "mode_of", "with_modes"]

OTHERS_WRITE, OTHERS_READ = 0o002, 0o004


def with_modes(accounts: Sequence[Account], file: Path) -> list[Account]:
    """Return the accounts of a file with the permission bits that rules need.

    If others can write the file, its commands are not run, and secrets from them are withheld.
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
    if modes[name] & OTHERS_WRITE:
        accounts = [_without_commands(account, name) for account in accounts]
    return [replace(account, modes=modes) for account in accounts]


def mode_of(file: Path) -> int:
    """Return the permission bits of a regular file; it counts as writable if its folder is."""
    if os.name == "nt":
        return 0
    try:
        found, folder = file.stat(), file.parent.stat()
    except (OSError, ValueError):
        return 0
    if not stat.S_ISREG(found.st_mode):
        return 0
    open_folder = folder.st_mode & OTHERS_WRITE and not folder.st_mode & stat.S_ISVTX
    return stat.S_IMODE(found.st_mode) | (OTHERS_WRITE if open_folder else 0)


def _without_commands(account: Account, file: str) -> Account:
    return replace(
        account,
        incoming=_without_command(account.incoming, file),
        outgoing=_without_command(account.outgoing, file),
    )


def _without_command(service: Service | None, file: str) -> Service | None:
    if service is None or service.secret is None or service.secret.kind != "command":
        return service
    why = f"others can write {file}, so its commands are not run; run: chmod go-w {file}"
    return replace(service, secret=service.secret.withheld(why))
