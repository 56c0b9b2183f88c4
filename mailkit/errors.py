"""What stops the work.

::

    MailError
    ├── FormatError     a file is not a configuration at all          (also ValueError)
    ├── SecretError     a password or token could not be fetched      (also LookupError)
    ├── SettingsError   an argument makes no sense                    (also ValueError)
    ├── LabError        the lab cannot start, or is not running       (also RuntimeError)
    └── ClientError     a mail server could not be used; has the transcript
        ├── OpenError       no connection, no TLS, or a certificate that is not to be trusted
        ├── LoginError      the login was refused, or could not be made safely
        ├── RefusedError    the server said no to a command
        ├── ProtocolError   the server said what the protocol does not allow
        │   └── LimitError      … or more of it than is taken
        └── LostError       the connection broke, or nothing came in time

For a diagnosis a server that misbehaves is none of these: there a failed probe is a result.
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
]


class MailError(Exception):
    """The root of every exception mailkit raises on purpose."""


class FormatError(MailError, ValueError):
    """A file is not a configuration that mailkit can read."""

    def __init__(self, file: str, why: str, line: int | None = None) -> None:
        self.file, self.why, self.line = file, why, line
        super().__init__(f"{file}:{line}: {why}" if line else f"{file}: {why}")

    def __reduce__(self) -> tuple[type, tuple[str, str, int | None]]:
        return FormatError, (self.file, self.why, self.line)


class SecretError(MailError, LookupError):
    """A password or token could not be fetched; the message never holds any of it."""


class SettingsError(MailError, ValueError):
    """An argument makes no sense."""


class LabError(MailError, RuntimeError):
    """The lab cannot start, or none is running."""


class ClientError(MailError):
    """A mail server could not be used.

    ``transcript`` is what was said last, logins masked; ``kind`` one word for the way it ended.
    """

    def __init__(self, message: str, transcript: tuple[str, ...] = (), kind: str = "") -> None:
        super().__init__(message)
        self.message, self.transcript, self.kind = message, transcript, kind

    def __reduce__(self) -> tuple[type, tuple[str, tuple[str, ...], str]]:
        return type(self), (self.message, self.transcript, self.kind)


class OpenError(ClientError):
    """There is no connection, no TLS, or a certificate that is not to be trusted."""


class LoginError(ClientError):
    """The login was refused, or could not be made safely."""


class RefusedError(ClientError):
    """The server said no to a command; its words are in the message."""


class ProtocolError(ClientError):
    """The server said what the protocol does not allow; the connection is closed."""


class LimitError(ProtocolError):
    """The server sent more than is taken; the connection is closed."""


class LostError(ClientError):
    """The connection broke, or nothing came in time."""


def needs(extra: str, package: str) -> SettingsError:
    """The error for an optional package that is not installed."""
    return SettingsError(f"{package} is not installed: pip install 'mailkit-lab[{extra}]'")
