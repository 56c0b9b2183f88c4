"""What a conversation is to do beyond its login, where somebody asked for it."""

from dataclasses import dataclass, field

__all__ = ["LOGIN_ONLY", "AfterLogin", "MailTransaction", "Search"]


@dataclass(frozen=True, slots=True)
class MailTransaction:
    """A message to send, or only to rehearse: then it has no ``content``, and nothing is sent.

    ``size`` are the octets it has or would have; ``content`` is a message with CRLF line ends
    (RFC 5322). The addresses are sent as they stand here, so that what a program would do shows.
    """

    sender: str
    recipients: tuple[str, ...]
    size: int = 10_000
    content: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Search:
    """A message to find by its Message-ID: in the ``inbox``, until it arrives, or among ``sent``.

    ``tries`` is how often to look at the inbox, a little later each time.
    """

    message_id: str
    role: str = "inbox"
    tries: int = 8


@dataclass(frozen=True, slots=True)
class AfterLogin:
    """What to do after the login.

    ``stay``: nothing, and no goodbye: somebody else goes on with the connection.
    ``mailbox``: look inside, changing nothing. ``letter``: send it, or rehearse that. ``search``:
    look for a message.
    """

    mailbox: bool = False
    letter: MailTransaction | None = None
    search: Search | None = None
    hand_over: bool = False


LOGIN_ONLY = AfterLogin()
"""Only what every conversation does."""
