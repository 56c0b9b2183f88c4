"""What stops the work.

::

    MailError
    ├── FormatError     a file is not a configuration at all          (also ValueError)
    ├── SecretError     a password or token could not be fetched      (also LookupError)
    ├── SettingsError   an argument makes no sense                    (also ValueError)
    └── LabError        the lab cannot start, or is not running       (also RuntimeError)

A server that misbehaves is none of these: a failed probe is a result, not an exception.
"""

__all__ = ["FormatError", "LabError", "MailError", "SecretError", "SettingsError"]


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


def needs(extra: str, package: str) -> SettingsError:
    """The error for an optional package that is not installed."""
    return SettingsError(f"{package} is not installed: pip install 'mailkit-lab[{extra}]'")
