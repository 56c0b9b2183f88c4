"""Working with mailboxes: wrappers over imaplib, poplib and smtplib.

::

    from mailkit.client import connect

    with connect(account) as imap:                    # an imaplib.IMAP4, logged in
        for folder in folders(imap): ...

``connect`` opens an account safely and returns the standard library's own object, on a stream with limits, deadlines
and a transcript. ``mailboxes``, ``messages``, ``maildrop``, ``download``, ``send``, ``transports`` and ``compose``
use it.
"""

from mailkit.client.connection import (
    connect,
    connect_imap,
    connect_lmtp,
    connect_pop3,
    connect_smtp,
)
from mailkit.net.limits import Limits

__all__ = ["Limits", "connect", "connect_imap", "connect_lmtp", "connect_pop3", "connect_smtp"]
