"""Passwords and tokens: the source may be shown, the value never."""

import os
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from mailkit.errors import SecretError, needs
from mailkit.private import read_regular

if TYPE_CHECKING:
    import subprocess

__all__ = ["Secret"]

_MOST, _COMMAND_S = 65_536, 30.0
"""Limits: octets of a secret, and seconds for a command."""

_MOST_SWEEPS = 100
"""How often what a command has started is looked for, since it may start more meanwhile."""


class Secret:
    """Where a password or token comes from.

    ``repr``, ``str``, ``format``, ``copy``, :func:`dataclasses.asdict`, ``pickle`` and ``vars`` show
    the kind and the source (the name of the variable, the command, the file), never the value.
    The value is fetched at each :meth:`reveal`, and mailkit does not keep it.
    """

    __slots__ = ("_open", "_withheld", "kind", "source")

    KINDS = ("env", "command", "keyring", "file", "value")

    def __init__(self, kind: str, source: str) -> None:
        if kind not in self.KINDS:
            raise SecretError(f"a secret is one of {', '.join(self.KINDS)}, not {kind!r}")
        self.kind = kind
        self.source = "***" if kind == "value" else source
        self._open: Callable[[], str] | None = _kept(source) if kind == "value" else None
        self._withheld = ""

    @property
    def at_hand(self) -> bool:
        """Whether it can be revealed at once, without a command or a file that may be slow."""
        return self.kind in ("env", "value")

    @classmethod
    def value(cls, password: str) -> "Secret":
        """A password as a literal value. Prefer an environment variable or a command."""
        return cls("value", password)

    @classmethod
    def env(cls, variable: str) -> "Secret":
        """A password in an environment variable."""
        return cls("env", variable)

    @classmethod
    def read(cls, table: object) -> "Secret":
        """Read ``{ env = "NAME" }`` and its four siblings; a bare string is a value.

        Raises:
            SecretError: the table has no known kind, or more than one.
        """
        if isinstance(table, str):
            return cls.value(table)
        if not isinstance(table, Mapping) or len(table) != 1:
            raise SecretError(
                'a secret is { env = "NAME" }, { command = "…" }, { keyring = "…" }, { file = "…" } or { value = "…" }'
            )
        kind, source = next(iter(table.items()))
        if not isinstance(source, str):
            raise SecretError(f"secret.{kind}: expected text, got {type(source).__name__}")
        return cls(str(kind), source)

    @classmethod
    def in_shared_file(cls, path: str) -> "Secret":
        """A password in a file with other content; it cannot be revealed."""
        return cls("file", path).withheld(
            f"the password is in {path} beside others, which mailkit does not read"
        )

    def withheld(self, why: str) -> "Secret":
        """Return the secret without the permission to reveal it: no file is read, and no command run."""
        secret = Secret(self.kind, self.source)

        def closed() -> str:
            raise SecretError(why)

        secret._open, secret._withheld = closed, why
        return secret

    def reveal(self) -> str:
        """Fetch the value.

        Raises:
            SecretError: it is not available; the message names the source.
        """
        if self._open is not None:
            return self._open()
        try:
            return _SOURCES[self.kind](self.source)
        except SecretError:
            raise
        except Exception as error:  # noqa: BLE001 - a name with a NUL, an unknown home, an empty command
            why = (
                f"{self.source!r} is not usable as a secret's {self.kind} ({type(error).__name__})"
            )
            raise SecretError(why) from None

    def __repr__(self) -> str:
        return f"Secret({self.kind} {self.source})"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        if self.kind == other.kind == "value":
            return self._open is other._open
        return (self.kind, self.source) == (other.kind, other.source)

    def __hash__(self) -> int:
        return hash((self.kind, self.source))

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "Secret":
        return self

    def __reduce__(self) -> tuple[Callable[..., "Secret"], tuple[str, ...]]:
        if self._withheld:
            return _withheld, (self.kind, self.source, self._withheld)
        return (_left_out, ()) if self.kind == "value" else (Secret, (self.kind, self.source))


def _withheld(kind: str, source: str, why: str) -> Secret:
    return Secret(kind, source).withheld(why)


def _left_out() -> Secret:
    secret = Secret("value", "")

    def absent() -> str:
        raise SecretError(
            "a password itself is not sent to another process; use env:NAME, command:…, "
            "keyring:SERVICE/USER or file:PATH, which are read there"
        )

    secret._open = absent
    return secret


def _kept(password: str) -> Callable[[], str]:
    """Return a function that returns the password: no attribute shows it."""

    def kept() -> str:
        return password

    return kept


def _from_env(source: str) -> str:
    try:
        return os.environ[source]
    except KeyError:
        raise SecretError(f"the environment variable {source} is not set") from None


def _from_file(source: str) -> str:
    try:
        text = read_regular(Path(source).expanduser(), _MOST).decode("utf-8")
    except OSError as error:
        raise SecretError(f"cannot read {source}: {error.strerror}") from None
    except UnicodeError:
        raise SecretError(f"{source} is not UTF-8 text") from None
    password = _without_newline(text)
    if len(password.split()) > 1 and len(password.strip().splitlines()) > 1:
        raise SecretError(f"{source} has more than one line; a password file has only the password")
    return password


def _from_command(source: str) -> str:
    import shlex
    import subprocess
    from uuid import uuid4

    mark = uuid4().hex
    try:
        process = subprocess.Popen(  # noqa: S603 - the person wrote this command into their own file
            shlex.split(source),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={**os.environ, _MARK: mark},
        )
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not a command line"
        raise SecretError(f"cannot run “{source}”: {why}") from None
    printed, status = _printed(process, mark)
    if status is None:
        raise SecretError(f"“{source}” gave no answer within {_COMMAND_S:g} s")
    if len(printed) > _MOST:
        raise SecretError(f"“{source}” printed more than {_MOST:,} octets")
    if status:
        raise SecretError(f"“{source}” ended with status {status}")
    try:
        return _without_newline(printed.decode("utf-8"))
    except UnicodeError:
        raise SecretError(f"“{source}” did not print UTF-8 text") from None


def _from_keyring(source: str) -> str:
    try:
        import keyring
    except ImportError:
        raise SecretError(str(needs("keyring", "keyring"))) from None
    service, _, user = source.partition("/")
    try:
        found = keyring.get_password(service, user)
    except Exception as error:  # noqa: BLE001 - each keyring backend has errors of its own
        raise SecretError(f"the keyring failed: {type(error).__name__}") from None
    if found is None:
        raise SecretError(f"the keyring has no entry {source}")
    return str(found)


_SOURCES = {
    "env": _from_env,
    "file": _from_file,
    "command": _from_command,
    "keyring": _from_keyring,
}


_MARK = "MAILKIT_SECRET_COMMAND"
"""The variable by which the processes that a command has started are found, in whichever session they are."""


def _printed(process: "subprocess.Popen[bytes]", mark: str) -> tuple[bytearray, int | None]:
    """Return what a command prints, up to just over the limit of a secret, and its status; ``None`` after the
    timeout. A command that is ended takes with it what it has started.
    """
    import subprocess
    import threading

    printed = bytearray()

    def read() -> None:
        assert process.stdout is not None
        with process.stdout as pipe:
            while len(printed) <= _MOST and (piece := pipe.read(65_536)):
                printed.extend(piece)

    until = monotonic() + _COMMAND_S
    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    status: int | None = None
    try:
        reader.join(_COMMAND_S)
        if not reader.is_alive() and len(printed) <= _MOST:
            with suppress(subprocess.TimeoutExpired):
                status = process.wait(max(until - monotonic(), 0.1))
    finally:
        if status is None:
            process.kill()
            _end_marked(mark)
            process.wait()
    return printed, 0 if len(printed) > _MOST else status


def _end_marked(mark: str) -> None:
    """End the processes that have a mark in their environment. Only Linux shows it; elsewhere there are none."""
    wanted = f"{_MARK}={mark}".encode()
    for _ in range(_MOST_SWEEPS):
        found = [number for number in _processes() if wanted in _environment(number)]
        for number in found:
            with suppress(OSError):
                os.kill(number, signal.SIGKILL)
        if not found:
            return


def _processes() -> list[int]:
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdecimal()]  # noqa: PTH208
    except OSError:
        return []


def _environment(process: int) -> list[bytes]:
    try:
        return Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _without_newline(text: str) -> str:
    return text.removesuffix("\n").removesuffix("\r")
