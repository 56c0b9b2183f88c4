"""What the commands share: reading accounts, connection options, and output that is never half-written."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from contextvars import ContextVar
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING, Any, TextIO

from mailkit.cli.terminal import columns, warn
from mailkit.errors import FormatError, SettingsError

if TYPE_CHECKING:
    from mailkit.account import Account, Service
    from mailkit.net.early import EarlyConnections
    from mailkit.report.terminal import Style

__all__ = [
    "begun",
    "chosen",
    "coloured",
    "connection",
    "load_accounts",
    "load_all",
    "out",
    "output",
    "resolver",
    "routes",
    "show_secrets",
    "style",
    "unicode_of",
    "unicode_out",
    "width",
    "without_commands",
]


_COLOR = ContextVar("color", default="auto")
"""Whether to write in colour: ``auto`` (on a terminal), ``always`` or ``never``."""


def connection(options: argparse.Namespace) -> dict[str, Any]:
    """Return the connection options as arguments for :func:`mailkit.diagnose`."""
    usual: dict[str, Any] = {
        "ca": options.ca,
        "connect_to": routes(options.connect_to),
        "dns": resolver(options.dns),
        "helo": options.helo,
        "timeout": options.timeout,
        "deadline": options.deadline,
    }
    if options.lab or options.lab_name:
        from mailkit.cli.lab_state import routed

        return routed(options, usual)
    return usual


def load_accounts(options: argparse.Namespace) -> "list[Account]":
    """Load the accounts of the input, filtered by ``--account``."""
    return chosen(load_all(options), options)


@contextmanager
def begun(
    accounts: "Sequence[Account]", options: argparse.Namespace
) -> "Iterator[EarlyConnections | None]":
    """Begin the connections of a single account, which are opened while the rest of the command is imported.

    Those of many accounts follow the limits of their run.
    """
    limits = (options.per_host, options.per_host_rate, options.jobs, options.scheduler)
    if len(accounts) != 1 or any(limits) or options.output or options.resume:
        yield None
        return
    from mailkit.net.early import EarlyConnections
    from mailkit.net.options import connect_options
    from mailkit.net.times import DIAGNOSIS

    early = EarlyConnections(accounts[0], connect_options(DIAGNOSIS, connection(options)))
    try:
        yield early
    finally:
        early.close()


_MOST_SHOWN = 20


def show_secrets(accounts: "Sequence[Account]", *roles: str) -> None:
    """Report on standard error which secret goes to which host, before any login.

    Of many logins every host is shown, and what is sent to it without the users.
    """
    from mailkit.account import secret_source, secret_use
    from mailkit.text import joined, plural

    logins = {
        use: service
        for account in accounts
        for service in account.services
        if (use := secret_use(service)) and (not roles or service.role in roles)
    }
    if len(logins) <= _MOST_SHOWN:
        for use in logins:
            warn(f"sends {use}")
        return
    hosts: dict[str, dict[str, int]] = {}
    for service in logins.values():
        sent = hosts.setdefault(f"{service.host}:{service.port}", {})
        what = secret_source(service)
        sent[what] = sent.get(what, 0) + 1
    for endpoint, sent in hosts.items():
        parts = [
            f"{what} ({plural(count, 'login')})" if count > 1 else what
            for what, count in [*sent.items()][:_MOST_SHOWN]
        ]
        rest = len(sent) - _MOST_SHOWN
        more = [plural(rest, "more secret", "more secrets")] if rest > 0 else []
        warn(f"sends {joined(parts + more)} to {endpoint}")
    warn("`mailkit convert --to native` lists each secret with its host and user, and reads none")


def without_commands(accounts: "Sequence[Account]") -> "list[Account]":
    """Return the accounts with secrets from commands withheld, so that no command is run."""
    from dataclasses import replace

    def without(service: "Service | None") -> "Service | None":
        if service is None or service.secret is None or service.secret.kind != "command":
            return service
        return replace(service, secret=service.secret.withheld("--no-command was given"))

    return [
        replace(account, incoming=without(account.incoming), outgoing=without(account.outgoing))
        for account in accounts
    ]


def chosen(accounts: "list[Account]", options: argparse.Namespace) -> "list[Account]":
    """Return the accounts that ``--account`` names, or all."""
    if not options.account:
        return accounts
    known = {account.label for account in accounts}
    if missing := [name for name in options.account if name not in known]:
        raise SettingsError(f"unknown account {', '.join(missing)}")
    return [account for account in accounts if account.label in options.account]


def load_all(options: argparse.Namespace) -> "list[Account]":
    """Load all accounts of the input. It is read once, because it may be a pipe."""
    from mailkit.formats.inputs import accounts_in, is_settings

    errors: list[FormatError] = []
    options.unread = []
    endpoints = {
        protocol: given
        for protocol in ("imap", "pop3", "smtp")
        if (given := getattr(options, protocol, None))
    }
    if endpoints:
        accounts = [_endpoint(endpoints, options)]
    elif options.files:
        meant = _meant_columns(getattr(options, "column", None) or [])
        addresses = [file for file in options.files if _is_address(file)]
        files = [file for file in options.files if file not in addresses]
        accounts, errors = accounts_in(
            files,
            getattr(options, "read_as", None),
            columns=meant,
            plain_secrets=getattr(options, "plain_secrets", False),
        )
        errors += map(_address_error, addresses)
        _say_columns(files, meant)
        if getattr(options, "known_only", False):
            errors = [error for error in errors if is_settings(error)]
            if not accounts and not errors:
                return []
    else:
        raise SettingsError("name a file, a folder or a URL, or pass --imap, --pop3 or --smtp")
    if errors and not accounts:
        for error in errors[:-1]:
            warn(error)
        raise errors[-1]
    options.unread = [str(error) for error in errors]
    for error in errors:
        warn(error)
    return without_commands(accounts) if getattr(options, "no_command", False) else accounts


def _is_address(text: str) -> bool:
    """Whether an input is an e-mail address, and no file of that name exists."""
    import re
    from pathlib import Path

    written = re.fullmatch(r"[^\s/@]+@[^\s/@]+\.[^\s/@]+", text)
    return written is not None and not Path(text).exists()


def _address_error(address: str) -> FormatError:
    from shlex import quote

    from mailkit.rules.cfg_host import corrected_address

    meant = corrected_address(address)
    asked = f" Did you mean {meant}?" if meant != address else ""
    why = f"is an address, not a settings file.{asked} Run: mailkit discover {quote(meant)}"
    return FormatError(address, why)


def _meant_columns(given: Sequence[str]) -> dict[str, str]:
    """Parse ``NAME=SETTING`` for the columns of a table."""
    found = {}
    for text in given:
        name, equals, setting = text.rpartition("=")
        if not equals:
            raise SettingsError(f"--column takes NAME=SETTING, not {text!r}")
        found[name] = setting
    return found


def _say_columns(files: Sequence[str], columns: dict[str, str]) -> None:
    """Report which setting each column of a table was read as."""
    from mailkit.formats import columns_of, is_table

    for file in files:
        if is_table(file):
            with suppress(FormatError, SettingsError):
                warn(f"{file}: {columns_of(file, columns)}")


def _endpoint(endpoints: dict[str, str], options: argparse.Namespace) -> "Account":
    from mailkit.formats.inputs import endpoint_account
    from mailkit.secret import Secret

    secret = None
    if options.password_env:
        secret = Secret.env(options.password_env)
    elif options.password_command:
        secret = Secret("command", options.password_command)
    elif options.password_prompt:
        secret = Secret.value(_asked_password())
    return endpoint_account(endpoints, options.security, options.user, secret)


def _asked_password() -> str:
    """Ask for the password on the terminal, without showing it."""
    import warnings
    from getpass import GetPassWarning, getpass

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", GetPassWarning)
            return getpass("Password: ")
    except (EOFError, GetPassWarning):
        why = "--password-prompt needs a terminal; use --password-env or --password-command"
        raise SettingsError(why) from None


def routes(given: Sequence[str]) -> dict[tuple[str, int | None], list[tuple[str, int]]]:
    """Parse ``HOST:PORT:ADDR:PORT``, as in curl; each part may be empty, IPv6 addresses are in brackets."""
    import re

    found: dict[tuple[str, int | None], list[tuple[str, int]]] = {}
    for text in given:
        match = re.fullmatch(
            r"(\[[^\]]+\]|[^:]*):([0-9]{0,5}):(\[[^\]]+\]|[^:]*):([0-9]{0,5})", text
        )
        if match is None or not 0 < int(match[4] or 1) < 65536:
            raise SettingsError(f"--connect-to takes HOST:PORT:ADDR:PORT, not {text!r}")
        key = (match[1].lower(), int(match[2]) if match[2] else None)
        found.setdefault(key, []).append((match[3].strip("[]"), int(match[4] or 0)))
    return found


def resolver(given: str | None) -> tuple[str, int] | None:
    """Parse ``ADDR`` or ``ADDR:PORT``; IPv6 addresses with a port are in brackets."""
    from mailkit.account import is_address
    from mailkit.text import number

    if given is None:
        return None
    address, colon, port = given.rpartition(":")
    if is_address(given):
        address, colon, port = given, ":", "53"
    at = number(port, 65_535)
    if not colon or not is_address(address) or not at:
        raise SettingsError(f"--dns takes ADDR:PORT, not {given!r}")
    return address.strip("[]"), at


def style() -> "Style":
    from mailkit.report.terminal import Style

    return Style(colour=coloured(sys.stdout), unicode=unicode_out())


def coloured(stream: TextIO) -> bool:
    """Return whether to write in colour: as ``--color`` has it, else on a terminal that has colours."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    given = {"always": True, "never": False}.get(_COLOR.get())
    return stream.isatty() and not plain if given is None else given


def unicode_out() -> bool:
    return unicode_of(sys.stdout)


def unicode_of(stream: TextIO) -> bool:
    """Return whether a stream takes every character."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return encoding.lower().startswith(("utf-", "utf8"))


def width() -> int:
    """Return the width of a report: that of the terminal, 110 at most, and 100 without one."""
    return min(columns(100), 110)


@contextmanager
def output(file: str | None, color: str) -> Iterator[None]:
    """Redirect the output of a command to a file, and set its colour.

    The file is replaced when the output is complete; after an error it stays as it was.
    """
    _COLOR.set(color)
    if not file:
        yield
        return
    written = TextIOWrapper(BytesIO(), "utf-8", newline="\n")
    with redirect_stdout(written):
        yield
        written.flush()
    _replace(file, written.buffer.getvalue())


def _replace(file: str, content: bytes) -> None:
    from pathlib import Path

    from mailkit.private import write_whole

    try:
        write_whole(Path(file), content)
    except OSError as error:
        raise SettingsError(f"--output {file}: {error.strerror or error}") from None


def out(text: str, errors: str = "replace") -> None:
    """Write a text in one piece; characters that the terminal's encoding lacks are replaced."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, errors).decode(encoding))
    sys.stdout.flush()
