"""Accounts from the inputs of a command: files, folders, URLs, standard input, or a host."""

import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import translate
from functools import cache
from pathlib import Path
from typing import Any

from mailkit.account import Account, Service
from mailkit.errors import FormatError, SettingsError, why_failed
from mailkit.formats import load, loads
from mailkit.formats.access import without_named
from mailkit.formats.document import MAX_BYTES, read_source
from mailkit.ports import Protocol, Security
from mailkit.private import at_most
from mailkit.secret import Secret

__all__ = ["accounts_in", "endpoint_account", "is_settings", "is_url", "settings_files"]

_SCHEMES: dict[str, tuple[Protocol, Security | None]] = {
    "imap": (Protocol.IMAP, Security.STARTTLS),
    "imaps": (Protocol.IMAP, Security.IMPLICIT_TLS),
    "pop3": (Protocol.POP3, Security.STARTTLS),
    "pop": (Protocol.POP3, Security.STARTTLS),
    "pop3s": (Protocol.POP3, Security.IMPLICIT_TLS),
    "pops": (Protocol.POP3, Security.IMPLICIT_TLS),
    "smtp": (Protocol.SMTP, None),
    "smtps": (Protocol.SMTP, Security.IMPLICIT_TLS),
    "submission": (Protocol.SMTP, Security.STARTTLS),
    "submissions": (Protocol.SMTP, Security.IMPLICIT_TLS),
}
_SKIPPED = frozenset(
    {
        *(
            ".git",
            ".hg",
            ".svn",
            ".venv",
            ".tox",
            ".mypy_cache",
            ".ruff_cache",
            ".gradle",
            ".cache",
        ),
        *("node_modules", "vendor", "__pycache__", "venv", "site-packages", "dist", "target"),
    }
)
UNKNOWN = ("unknown format", "is a binary file", "is empty", "has no [account")
"""How the errors for a file that is no mail settings begin."""

_FOUND = (
    "its file was found in a folder, so its commands are not run, and no secret is read from other "
    "files and the keyring; pass the file itself"
)
"""Why: a folder can have files that come from elsewhere, such as a repository, and that the user has never seen."""

_MOST = 1024 * 1024
_TRACES = (b"mail", b"smtp", b"imap", b"pop3", b"mpop")
_NATIVE = re.compile(rb"^[ \t]*\[account\.", re.M)


def is_url(text: str) -> bool:
    """Whether an input is the URL of a mail server."""
    scheme, slashes, _ = text.partition("://")
    return bool(slashes) and scheme.lower() in _SCHEMES


def accounts_in(
    inputs: Sequence[str],
    format: str | None = None,  # noqa: A002
    *,
    columns: Mapping[str, str] | None = None,
    plain_secrets: bool = False,
) -> tuple[list[Account], list[FormatError]]:
    """Return the accounts of all inputs, and the errors; one bad input stops no other."""
    accounts: list[Account] = []
    errors: list[FormatError] = []
    how = {"format": format, "columns": columns, "plain_secrets": plain_secrets}
    for name in inputs:
        if name != "-" and not is_url(name) and Path(name).is_dir():
            _read_folder(name, how, accounts, errors)
        else:
            _read(name, how, accounts, errors)
    return accounts, errors


def _read(
    name: str, how: Mapping[str, Any], accounts: list[Account], errors: list[FormatError]
) -> None:
    """Read one input; an error stops no other input."""
    try:
        if is_url(name):
            accounts.append(_from_url(name))
        elif name == "-":
            data = at_most(sys.stdin.buffer, MAX_BYTES + 1)
            accounts += loads(read_source(data, "<stdin>").text, "<stdin>", **how)
        else:
            accounts += load(name, **how)
    except FormatError as error:
        errors.append(error)
    except SettingsError:
        raise
    except Exception as error:  # noqa: BLE001 - a file that fails, for whatever reason, fails alone
        why = f"could not be read: {why_failed(error)}"
        errors.append(FormatError(name, why))


def _read_folder(
    name: str, how: Mapping[str, Any], accounts: list[Account], errors: list[FormatError]
) -> None:
    """Read the settings files of a folder; broken ones are errors, other files are ignored."""
    found: list[Account] = []
    failed: list[FormatError] = []
    broken: list[FormatError] = []
    count = 0
    for file in settings_files(name, failed):
        count += 1
        _read(file, how, found, broken)
    found = [account for account in found if not _is_prose(account)]
    failed += [error for error in broken if is_settings(error)]
    if not found and not failed:
        why = f"has no mail settings in a known format ({count} files read)"
        failed = [FormatError(name, why)]
    accounts += [without_named(account, _FOUND) for account in found]
    errors += failed


def _is_prose(account: Account) -> bool:
    """Whether an account is what a page of documentation says in sentences: it is read where it is named."""
    from mailkit.formats.dialects.notes import PROSE

    first = next(iter(account.services), None)
    return first is not None and first.wording is not None and first.wording.product == PROSE


def is_settings(error: FormatError) -> bool:
    """Return whether an unreadable file is a settings file: a product uses its name, or it has mailkit's tables."""
    if error.why.startswith(UNKNOWN):
        return False
    path = Path(error.file)
    if path.suffix == ".toml":
        try:
            return _NATIVE.search(_content(error.file)) is not None
        except OSError:
            return True
    from mailkit.formats.carriers import CARRIERS
    from mailkit.formats.file_names import candidates

    return bool(candidates(error.file)) or any(path.match(pattern) for pattern in CARRIERS)


def settings_files(folder: str, errors: list[FormatError] | None = None) -> Iterator[str]:
    """The files of a folder that may be mail settings: by name first, then by content.

    Links to folders are not followed, and folders of dependencies are skipped. Folders and
    settings files that cannot be read are added to ``errors``.
    """

    def unreadable(error: OSError) -> None:
        if errors is not None:
            why = f"cannot be read: {error.strerror}"
            errors.append(FormatError(str(error.filename), why))

    def worth_reading(path: str) -> bool:
        try:
            return _may_hold_settings(path)
        except FileNotFoundError:
            return False
        except OSError as error:
            from mailkit.formats.file_names import candidates

            if candidates(path):
                unreadable(error)
            return False

    pattern = _names()
    for top, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(folder for folder in folders if folder not in _SKIPPED)
        for file in sorted(files):
            path = os.path.join(top, file)  # noqa: PTH118 - ten thousand paths
            if pattern.fullmatch(file) and worth_reading(path):
                yield path


@cache
def _names() -> re.Pattern[str]:
    """The names of settings files: of every dialect and syntax, and mailkit's own."""
    from mailkit.formats.dialects import dialects
    from mailkit.formats.syntax import SYNTAXES

    patterns = {"*.toml", *(name for names in SYNTAXES.values() for name in names)}
    for dialect in dialects().values():
        patterns.update(file.rpartition("/")[2] for file in (*dialect.own_files, *dialect.files))
    return re.compile("|".join(translate(pattern) for pattern in sorted(patterns)))


def _may_hold_settings(path: str) -> bool:
    """Whether the content or the name of a file has a word for mail."""
    content = _content(path).lower()
    if not content:
        return False
    name = os.fsencode(os.path.basename(path)).lower()  # noqa: PTH119 - ten thousand files
    return any(trace in content or trace in name for trace in _TRACES)


def _content(path: str) -> bytes:
    """The bytes of a file; empty if it is no file, or too large for settings."""
    state = os.stat(path)  # noqa: PTH116 - ten thousand files
    if not stat.S_ISREG(state.st_mode) or not 0 < state.st_size <= _MOST:
        return b""  # a file of the system has no size, and may have no end
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - ten thousand files
        return file.read(_MOST)


def _from_url(text: str) -> Account:
    from mailkit.formats.values import split_url

    url = split_url(text)
    if url is None or not url.host:
        raise FormatError(_masked(text), "is not a URL of a mail server: scheme://user@host:port")
    protocol, security = _SCHEMES[url.scheme]
    if security is None:
        security = Security.IMPLICIT_TLS if url.port == 465 else Security.STARTTLS
    more: dict[str, Any] = {"port": url.port} if url.port is not None else {}
    if url.password is not None:
        more["secret"] = Secret.value(url.password)
    service = Service(protocol=protocol, host=url.host, security=security, user=url.user, **more)
    return _account(service)


def _masked(text: str) -> str:
    return re.sub(r"(://[^:/@]*):.*@", r"\1:***@", text)


def _account(service: Service) -> Account:
    address = service.user if "@" in service.user else ""
    role: dict[str, Any] = {service.role: service}
    return Account(label=service.host, address=address, **role)


def endpoint_account(
    endpoints: dict[str, str],
    security: str | None = None,
    user: str = "",
    secret: Secret | None = None,
) -> Account:
    """An account of hosts that were named on the command line.

    Args:
        endpoints: by protocol ``HOST`` or ``HOST:PORT``.
        security: for all of them; by default that of the port.
        user: the user name of all of them.
        secret: the source of the password.

    Raises:
        SettingsError: an endpoint is invalid, or both IMAP and POP3 are
            given.
    """
    roles: dict[str, Any] = {}
    for word, given in endpoints.items():
        protocol = Protocol(word)
        match = re.fullmatch(r"(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?", given)
        if match is None:
            raise SettingsError(f"--{word} takes HOST or HOST:PORT, not {given!r}")
        port = int(match[2]) if match[2] else None
        more: dict[str, Any] = {"port": port} if port is not None else {}
        implied = port is None or port in (465, 993, 995)
        mode = security or (Security.IMPLICIT_TLS if implied else Security.STARTTLS)
        service = Service(
            protocol=protocol,
            host=match[1].strip("[]"),
            security=Security(mode),
            user=user,
            secret=secret,
            **more,
        )
        if service.role in roles:
            raise SettingsError("pass --imap or --pop3, not both")
        roles[service.role] = service
    if not roles:
        raise SettingsError("name a file, a folder or a URL, or pass --imap, --pop3 or --smtp")
    label = next(iter(roles.values())).host
    return Account(label=label, address=user if "@" in user else "", **roles)
