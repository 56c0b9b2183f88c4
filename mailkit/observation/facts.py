"""What a session was asked to do, and what it showed.

Add a fact that a session shows as a field of :class:`Facts`. What is known from elsewhere is a field of
:class:`~mailkit.observation.Context`.
"""

from dataclasses import dataclass, field, fields

from mailkit.observation.progress import StopReason

__all__ = ["NO_FACTS", "UNSHOWN_FACTS", "Facts", "Request", "Transaction", "Unreached"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a session was asked to do, without the secret.

    Attributes:
        user: the user name; empty where the settings have none.
        auth: ``password``, or the SASL mechanism that the settings name.
        login: whether there was a password to log in with.
        cleartext_allowed: whether the password may be sent without TLS.
        wrong_password: the password is wrong on purpose, to check that it is rejected.
        mailbox: whether to examine the mailbox.
        sender: the sender of a message to offer; empty for the null sender.
        recipients: its recipients; none if no message is offered.
        size: its size in octets.
        search: the Message-ID of a message to find, or empty.
        search_in: the role of the folder that it should be in.
        message: ``7bit`` or ``8bit`` if it is sent; empty if it is only rehearsed.
    """

    user: str = ""
    auth: str = "password"
    login: bool = False
    cleartext_allowed: bool = False
    wrong_password: bool = False
    mailbox: bool = False
    sender: str = ""
    recipients: tuple[str, ...] = ()
    size: int = 0
    message: str = ""
    search: str = ""
    search_in: str = ""


@dataclass(frozen=True, slots=True)
class Unreached:
    """An address of the host to which no connection was possible, and why."""

    address: str
    why: StopReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """How far a mail transaction got (RFC 5321 §3.3).

    Attributes:
        sender: the sender that was offered.
        recipient: the last recipient that was offered.
        refused_at: the command that was refused (``MAIL``, ``RCPT``, ``DATA``), ``END`` for the
            message itself, or the extension that is missing (``SIZE``, ``SMTPUTF8``, ``8BITMIME``).
        accepted: whether the server accepted the message.
        failed_after: what came instead of the reply to QUIT after the message was accepted.
    """

    sender: str = ""
    recipient: str = ""
    refused_at: str = ""
    accepted: bool = False
    failed_after: str = ""


UNSHOWN = {"unshown": True}
"""Marks a fact that the lines of a transcript do not show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Facts that a session shows the rules.

    A replay learns them from the lines of the transcript. Those that the lines do not show are ``UNSHOWN`` and have
    their own event line.

    Attributes:
        helo: the name in EHLO, LHLO or HELO.
        helo_only: the server knows HELO and not EHLO.
        ascii_only: a login needs characters beyond ASCII, and IMAP's command LOGIN is all that is offered.
        statuses: OK, NO or BAD of each tagged IMAP reply.
        initial_response_refused: the reply to a SASL login with an initial response (RFC 4959), where
            the server announces it and does not understand it.
        token_error: why a token was refused, as the server wrote it (RFC 7628 §3.2.2).
        id_required: the mailbox opened only after the command ID (RFC 2971).
        transaction: the message that was offered.
        found_in: the folder in which a message was searched for and found.
        unreached: addresses that were tried before the one that was connected to.
        no_route: IPv6 addresses to which this machine has no route; they were not tried.
        no_close_notify: the server closed the connection without ending TLS (RFC 8446 §6.1).
    """

    helo: str = ""
    helo_only: bool = False
    ascii_only: bool = False
    statuses: tuple[str, ...] = ()
    initial_response_refused: str = ""
    token_error: str = ""
    id_required: bool = False
    transaction: Transaction = Transaction()
    found_in: str = ""
    unreached: tuple[Unreached, ...] = field(default=(), metadata=UNSHOWN)
    no_route: tuple[str, ...] = field(default=(), metadata=UNSHOWN)
    no_close_notify: bool = field(default=False, metadata=UNSHOWN)


NO_FACTS = Facts()
"""The facts of a session that has shown none yet."""

UNSHOWN_FACTS = tuple(item.name for item in fields(Facts) if item.metadata == UNSHOWN)
"""The facts that the lines of a transcript do not show."""
