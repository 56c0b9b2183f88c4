"""The delivery status of a message for each recipient, for all transports."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Protocol

from mailkit.client.header_text import ascii_domain
from mailkit.errors import SettingsError
from mailkit.protocol.smtp.path import is_path
from mailkit.text import clean

__all__ = [
    *("ACCEPTED", "DEFERRED", "REFUSED", "UNKNOWN", "DeliveryStatus", "SendResult", "Sendable"),
    *("notify_words", "path_of", "sendable"),
]

ACCEPTED, DEFERRED, REFUSED, UNKNOWN = "accepted", "deferred", "refused", "unknown"


class Sendable(Protocol):
    """A message with its envelope, such as a :class:`~mailkit.client.compose.Letter`."""

    @property
    def message_id(self) -> str: ...

    @property
    def sender(self) -> str: ...

    @property
    def recipients(self) -> tuple[str, ...]: ...

    def content(self) -> bytes: ...


def sendable(letter: Sendable) -> Sendable:
    """Return a message that has an envelope.

    Raises:
        SettingsError: it is a message of the standard library, or octets.
    """
    if isinstance(letter, Message | bytes | str):
        raise SettingsError("a message to send is a Letter: write letter_of(message)")
    return letter


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """The delivery status of a message for one recipient: ``accepted``, ``deferred`` (try again later), ``refused``
    (do not), or
    ``unknown``; with the server's reply, in which control characters are visible escapes.
    """

    state: str
    code: int = 0
    words: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", clean(self.words, 1000))

    @classmethod
    def of(cls, code: int, words: str, *, content: bool) -> "DeliveryStatus":
        """Return what a reply means (RFC 5321 §4.2.1): to the content, or to a command before it.

        Only 250 to the content says that a server has the message. Before it nothing was sent (§4.3.2); after it
        any other reply that is no refusal leaves it open.
        """
        if content and code == 250:
            return cls(ACCEPTED, code, words)
        state = {4: DEFERRED, 5: REFUSED}.get(code // 100, UNKNOWN if content else DEFERRED)
        return cls(state, code, words)


@dataclass(frozen=True, slots=True)
class SendResult:
    """The delivery status of a message for each recipient."""

    message_id: str
    fates: Mapping[str, DeliveryStatus] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether it was accepted for all recipients."""
        return all(status.state == ACCEPTED for status in self.fates.values())

    def of(self, state: str) -> tuple[str, ...]:
        """Return the recipients with a state."""
        return tuple(address for address, status in self.fates.items() if status.state == state)

    @classmethod
    def all(cls, letter: Sendable, status: DeliveryStatus) -> "SendResult":
        """Return an outcome that is the same for all recipients."""
        return cls(letter.message_id, dict.fromkeys(letter.recipients, status))


def path_of(address: str) -> str:
    """Return an address for the envelope, with its domain in ASCII; the empty one is the null sender.

    Raises:
        SettingsError: it is more or less than an address.
    """
    if address and not is_path(address):
        raise SettingsError(
            f"{clean(address, 200)!r} is not an address; write kim@example.com, without a name"
        )
    return ascii_domain(address)


def notify_words(notify: Iterable[str]) -> str:
    """Return the NOTIFY parameter of RCPT (RFC 3461 §4.1).

    Raises:
        SettingsError: a word is not one of ``success``, ``failure``, ``delay``, ``never``, or ``never`` is not alone.
    """
    words = [word.upper() for word in notify]
    if set(words) - {"SUCCESS", "FAILURE", "DELAY", "NEVER"}:
        raise SettingsError(f"notify is success, failure, delay or never, not {', '.join(words)}")
    if "NEVER" in words and len(set(words)) > 1:
        raise SettingsError("notify is never alone, or others without it (RFC 3461)")
    return ",".join(words)
