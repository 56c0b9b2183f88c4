"""Translate exceptions of imaplib, poplib and smtplib into :class:`~mailkit.errors.ClientError`.

The modules catch their own exceptions internally, so an exception is translated only when it leaves the method that a
program called.
"""

import binascii
import imaplib
import inspect
import poplib
import smtplib
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from mailkit.client.replies import refused
from mailkit.client.stream import Stream
from mailkit.errors import ClientError, LoginError, LostError, ProtocolError, RefusedError
from mailkit.protocol.imap.grammar import status
from mailkit.text import decoded

__all__ = ["one_tree"]

_FOREIGN = (imaplib.IMAP4.error, poplib.error_proto, smtplib.SMTPException)
_UNREADABLE = (IndexError, KeyError, OverflowError, UnicodeDecodeError, binascii.Error)
"""What the modules raise for an unreadable reply."""
_LOST = (imaplib.IMAP4.abort, smtplib.SMTPServerDisconnected, EOFError, OSError)

Class = TypeVar("Class", bound=type)


def one_tree(made: Class) -> Class:
    """Decorate a subclass so that its public methods, including inherited ones, raise mailkit's errors."""
    for base in made.__mro__[:-1]:
        for name, method in vars(base).items():
            if not name.startswith("_") and inspect.isfunction(method) and name in dir(made):
                own = vars(made).get(name)
                if own is None or own is method:
                    setattr(made, name, _translated(method))
    return made


def _translated(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def call(self: Any, *args: Any, **options: Any) -> Any:
        if self.__dict__.get("_inside"):
            return method(self, *args, **options)
        self._inside, self.stream.refusal = True, b""
        try:
            return method(self, *args, **options)
        except ClientError:
            raise
        except (*_FOREIGN, *_UNREADABLE, *_LOST) as error:
            raise _in_server_words(self.stream) or ours(error, self.transcript) from None
        finally:
            self._inside = False

    return call


def _in_server_words(stream: Stream) -> RefusedError | None:
    """Return the server's rejection in its own words; imaplib's text depends on the version of Python."""
    found = status(stream.refusal.partition(b" ")[2])
    return refused(stream, found) if found is not None and found.kind in ("NO", "BAD") else None


def ours(error: Exception, transcript: tuple[str, ...] = ()) -> ClientError:
    """Return the equivalent error of mailkit."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return LoginError(_reply(error), transcript, str(error.smtp_code))
    if isinstance(error, smtplib.SMTPResponseException):
        kind = RefusedError if 400 <= error.smtp_code < 600 else ProtocolError
        return kind(_reply(error), transcript, str(error.smtp_code))
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        why = "; ".join(
            f"{recipient}: {code} {_text(said)}"
            for recipient, (code, said) in error.recipients.items()
        )
        return RefusedError(f"the server refused every recipient: {why}", transcript, "recipients")
    if isinstance(error, imaplib.IMAP4.readonly):
        return RefusedError("the folder can now only be read", transcript, "read-only")
    if isinstance(error, _LOST):
        return LostError(f"the connection broke: {error}", transcript)
    if isinstance(error, _UNREADABLE):
        return ProtocolError(f"the server's reply cannot be read: {error}", transcript)
    words = error.args[0] if error.args else error
    return RefusedError(_text(words) or type(error).__name__, transcript)


def _reply(error: smtplib.SMTPResponseException) -> str:
    return f"the server replied {error.smtp_code} {_text(error.smtp_error)}"


def _text(words: object) -> str:
    return decoded(words) if isinstance(words, bytes) else str(words)
