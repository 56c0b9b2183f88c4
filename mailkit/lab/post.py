"""Submitted mail: policy for senders and recipients, and delivery (RFC 5321, RFC 2033).

Every server uses it: aiosmtpd in front of the store, of Dovecot and in Docker, and the embedded SMTP server.
"""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from mailkit.lab.recording import Recording

__all__ = ["AcceptancePolicy", "Deliver", "MailAcceptance", "SmtpEnvelope", "single", "with_crlf"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptancePolicy:
    """The acceptance policy of a submission server.

    ``size`` is the longest message in octets. With ``own_sender`` the sender has to be the logged-in user.
    ``senders`` and ``recipients`` are rejections: an address pattern (``*@blocked.example``) and the reply.
    ``after_data`` are replies to single recipients after the message, over LMTP. With ``greylist`` a new pair of
    sender and recipient is rejected temporarily, once. ``most`` is the limit of recipients. With ``sent_copy`` the
    server files a copy in the sender's folder Sent, as some providers do.
    """

    size: int = 35_882_577
    own_sender: bool = False
    senders: Mapping[str, str] = field(default_factory=dict)
    recipients: Mapping[str, str] = field(default_factory=dict)
    after_data: Mapping[str, str] = field(default_factory=dict)
    greylist: bool = False
    most: int = 1000
    sent_copy: bool = False


@dataclass
class SmtpEnvelope:
    """A message being submitted: addresses with parameters, names in upper case (RFC 3461), and content. ``record``
    is its connection, if the server keeps one.
    """

    sender: str
    user: str = ""
    options: dict[str, str] = field(default_factory=dict)
    recipients: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    content: bytes = b""
    record: "Recording | None" = None


Deliver: TypeAlias = Callable[[SmtpEnvelope], Mapping[str, str]]
"""Delivers a message; returns a reply for each recipient."""


class MailAcceptance:
    """A policy, a delivery function, and the greylist."""

    def __init__(self, rules: AcceptancePolicy, deliver: Deliver) -> None:
        self.rules, self.deliver = rules, deliver
        self.seen: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def sender(self, address: str, user: str, size: int = 0) -> str:
        """Return the rejection of a sender, or an empty text."""
        if size > self.rules.size:
            return "552 5.3.4 Message size exceeds fixed limit"
        if self.rules.own_sender and user and address.lower() != user.lower():
            return f"553 5.7.1 <{address}>: Sender address rejected: not owned by user {user}"
        return _matching(self.rules.senders, address)

    def recipient(self, envelope: SmtpEnvelope, address: str) -> str:
        """Return the rejection of a recipient, or an empty text."""
        if len(envelope.recipients) >= self.rules.most:
            return "452 4.5.3 Error: too many recipients"
        if refused := _matching(self.rules.recipients, address):
            return refused
        with self._lock:
            pair = (envelope.sender.lower(), address.lower())
            if self.rules.greylist and pair not in self.seen:
                self.seen.add(pair)
                return f"450 4.2.0 <{address}>: Recipient address rejected: Greylisted, try again"
        return ""

    def take(self, envelope: SmtpEnvelope) -> list[str]:
        """Deliver; a reply for each recipient in order."""
        if len(envelope.content) > self.rules.size:
            return ["552 5.3.4 Message size exceeds fixed limit"] * len(envelope.recipients)
        refused = {
            address: words
            for address, _ in envelope.recipients
            if (words := _matching(self.rules.after_data, address))
        }
        rest = [recipient for recipient in envelope.recipients if recipient[0] not in refused]
        replies = {**refused}
        if rest:
            replies |= self.deliver(replace(envelope, recipients=rest))
        return [replies.get(address, "250 2.0.0 kept") for address, _ in envelope.recipients]


def single(replies: list[str]) -> str:
    """Return SMTP's single reply for all recipients: the first rejection, or success."""
    return next((reply for reply in replies if not reply.startswith("2")), "250 2.0.0 kept")


def with_crlf(content: bytes) -> bytes:
    """Return a message with CRLF line ends."""
    if content.count(b"\n") == content.count(b"\r\n"):
        return content
    return re.sub(rb"\r?\n", b"\r\n", content)


def _matching(table: Mapping[str, str], address: str) -> str:
    lowered = address.lower()
    return next(
        (words for pattern, words in table.items() if fnmatchcase(lowered, pattern.lower())), ""
    )


Rules = AcceptancePolicy
"""The name in version 0.1; it goes away with version 0.3."""
