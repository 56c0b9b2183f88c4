"""Tasks of a session after its login."""

from dataclasses import dataclass, field

__all__ = ["LOGIN_ONLY", "AfterLogin", "MailTransaction", "Search"]


@dataclass(frozen=True, slots=True)
class MailTransaction:
    """A message to send, or, without ``content``, to rehearse.

    ``size`` is its real or assumed size in octets; ``content`` is a message with CRLF line ends (RFC 5322). The
    addresses are sent unchanged, as a program would send them.
    """

    sender: str
    recipients: tuple[str, ...]
    size: int = 10_000
    content: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Search:
    """A message to find by its Message-ID: in the ``inbox``, until it arrives, or in ``sent``. ``tries`` is the
    number of searches of the inbox, with growing pauses.
    """

    message_id: str
    role: str = "inbox"
    tries: int = 8


@dataclass(frozen=True, slots=True)
class AfterLogin:
    """The tasks after the login. ``stay``: none, and no QUIT or LOGOUT: the caller takes over the connection.
    ``mailbox``: examine the mailbox without changes. ``transaction``: send or rehearse a message. ``search``:
    look for a message.
    """

    mailbox: bool = False
    transaction: MailTransaction | None = None
    search: Search | None = None
    keep_open: bool = False


LOGIN_ONLY = AfterLogin()
"""The tasks of every session."""
