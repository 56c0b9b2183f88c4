"""The exceptions of mailkit.

::

    MailError
    ├── FormatError     a file is not a configuration at all          (also ValueError)
    ├── SecretError     a password or token could not be fetched      (also LookupError)
    ├── SettingsError   an argument is invalid                        (also ValueError)
    ├── StorageError    a file with mail is full, in use, damaged or replaced
    ├── LabError        the lab cannot start, or is not running       (also RuntimeError)
    └── ClientError     a mail server could not be used; has the transcript
        ├── OpenError       no connection, no TLS, or an untrusted certificate
        ├── LoginError      the login was rejected, or could not be made safely
        ├── RefusedError    the server rejected a command
        ├── ProtocolError   the server violated the protocol
        │   └── LimitError      the server exceeded a limit
        └── LostError       the connection was lost, or a reply timed out

For a diagnosis, a server that misbehaves is not an exception: a failed probe is a result.
"""

__all__ = [
    "ClientError",
    "FormatError",
    "LabError",
    "LimitError",
    "LoginError",
    "LostError",
    "MailError",
    "OpenError",
    "ProtocolError",
    "RefusedError",
    "SecretError",
    "SettingsError",
    "StorageError",
    "why_failed",
]


class MailError(Exception):
    """The base class of all exceptions that mailkit raises on purpose."""


class FormatError(MailError, ValueError):
    """A file is not a configuration that mailkit can read."""

    def __init__(self, file: str, why: str, line: int | None = None) -> None:
        self.file, self.why, self.line = file, why, line
        super().__init__(f"{file}:{line}: {why}" if line else f"{file}: {why}")

    def __reduce__(self) -> tuple[type, tuple[str, str, int | None]]:
        return FormatError, (self.file, self.why, self.line)


class SecretError(MailError, LookupError):
    """A password or token could not be fetched; the message never contains it."""


class SettingsError(MailError, ValueError):
    """An argument is invalid."""


class StorageError(MailError):
    """A file in which mailkit keeps mail cannot be used: there is no room, or it is in use, damaged or replaced."""


class LabError(MailError, RuntimeError):
    """The lab cannot start, or none is running."""


class ClientError(MailError):
    """A mail server could not be used.

    ``transcript`` has the last lines of the session, logins masked; ``kind`` is one word for how it ended.
    """

    def __init__(self, message: str, transcript: tuple[str, ...] = (), kind: str = "") -> None:
        super().__init__(message)
        self.message, self.transcript, self.kind = message, transcript, kind

    def __reduce__(self) -> tuple[type, tuple[str, tuple[str, ...], str]]:
        return type(self), (self.message, self.transcript, self.kind)


class OpenError(ClientError):
    """No connection, no TLS, or an untrusted certificate."""


class LoginError(ClientError):
    """The login was rejected, or could not be made safely."""


class RefusedError(ClientError):
    """The server rejected a command; its reply is in the message."""


class ProtocolError(ClientError):
    """The server violated the protocol; the connection is closed."""


class LimitError(ProtocolError):
    """The server exceeded a limit; the connection is closed."""


class LostError(ClientError):
    """The connection was lost, or a reply timed out."""


def why_failed(error: BaseException) -> str:
    """Return a text for an exception that holds no secret.

    It is the exception's own text if it is mailkit's, or the system's text. The text of others can hold what they were
    given, a password too; they are named by their type and the line of mailkit that they passed last.
    """
    if isinstance(error, MailError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    place, trace = "", error.__traceback__
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] == "mailkit":
            place = f" at {module}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__}{place}; this is a defect of mailkit"


def needs(extra: str, package: str) -> SettingsError:
    """The error for an optional package that is not installed."""
    return SettingsError(f"{package} is not installed: pip install 'mailkit-lab[{extra}]'")
