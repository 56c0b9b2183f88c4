"""Passwords and tokens: where one comes from is shown, what it is never is."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mailkit.errors import SecretError, needs

__all__ = ["Secret"]


class Secret:
    """Where a password or token comes from.

    ``repr``, ``str``, ``format``, ``copy``, :func:`dataclasses.asdict`, ``pickle`` and ``vars`` show
    the kind and the source (the name of the variable, the command, the file), never the value.
    The value is fetched anew at each :meth:`reveal`, and nothing in mailkit keeps it.
    """

    __slots__ = ("_open", "kind", "source")

    KINDS = ("env", "command", "keyring", "file", "value")

    def __init__(self, kind: str, source: str) -> None:
        if kind not in self.KINDS:
            raise SecretError(f"a secret is one of {', '.join(self.KINDS)}, not {kind!r}")
        self.kind = kind
        self.source = "***" if kind == "value" else source
        self._open: Callable[[], str] = _opener(kind, source)

    @classmethod
    def value(cls, password: str) -> "Secret":
        """A password given in so many words. Prefer an environment variable or a command."""
        return cls("value", password)

    @classmethod
    def env(cls, variable: str) -> "Secret":
        """A password kept in an environment variable."""
        return cls("env", variable)

    @classmethod
    def read(cls, table: object) -> "Secret":
        """Read ``{ env = "NAME" }`` and its four siblings; a bare string is a value.

        Raises:
            SecretError: the table names no known kind, or more than one.
        """
        if isinstance(table, str):
            return cls.value(table)
        if not isinstance(table, Mapping) or len(table) != 1:
            raise SecretError('a secret is written as { env = "NAME" } or one of its siblings')
        kind, source = next(iter(table.items()))
        if not isinstance(source, str):
            raise SecretError(f"secret.{kind}: expected text, got {type(source).__name__}")
        return cls(str(kind), source)

    @classmethod
    def in_shared_file(cls, path: str) -> "Secret":
        """A password in a file that holds other things as well; it cannot be revealed."""
        secret = cls("file", path)

        def closed() -> str:
            raise SecretError(
                f"the password is in {path} beside others, which mailkit does not read"
            )

        secret._open = closed
        return secret

    def reveal(self) -> str:
        """Fetch the value.

        Raises:
            SecretError: it is not there; the message says where it was looked for.
        """
        return self._open()

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

    def __reduce__(self) -> tuple[Callable[..., "Secret"], tuple[str, str]]:
        return (_left_out, ()) if self.kind == "value" else (Secret, (self.kind, self.source))  # type: ignore[return-value]


def _left_out() -> Secret:
    secret = Secret("value", "")

    def absent() -> str:
        raise SecretError("the password was left out when this account was pickled")

    secret._open = absent
    return secret


def _opener(kind: str, source: str) -> Callable[[], str]:
    def from_env() -> str:
        try:
            return os.environ[source]
        except KeyError:
            raise SecretError(f"the environment variable {source} is not set") from None

    def from_file() -> str:
        try:
            text = Path(source).expanduser().read_text("utf-8")
        except OSError as error:
            raise SecretError(f"cannot read {source}: {error.strerror}") from None
        except UnicodeError:
            raise SecretError(f"{source} is not UTF-8 text") from None
        password = _without_newline(text)
        if len(password.split()) > 1 and len(password.strip().splitlines()) > 1:
            raise SecretError(
                f"{source} has more than one line; a password file has only the password"
            )
        return password

    def from_command() -> str:
        import shlex
        import subprocess

        try:
            done = subprocess.run(  # noqa: S603 - the person wrote this command into their own file
                shlex.split(source),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=30,
                check=False,
            )
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "it is not a command line"
            raise SecretError(f"cannot run “{source}”: {why}") from None
        except subprocess.TimeoutExpired:
            raise SecretError(f"“{source}” gave no answer within 30 s") from None
        if done.returncode:
            raise SecretError(f"“{source}” ended with status {done.returncode}")
        try:
            return _without_newline(done.stdout.decode("utf-8"))
        except UnicodeError:
            raise SecretError(f"“{source}” did not print UTF-8 text") from None

    def from_keyring() -> str:
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

    def kept() -> str:
        return source

    return {
        "env": from_env,
        "file": from_file,
        "command": from_command,
        "keyring": from_keyring,
        "value": kept,
    }[kind]


def _without_newline(text: str) -> str:
    return text.removesuffix("\n").removesuffix("\r")
