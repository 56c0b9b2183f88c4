"""Open an account for reading: by IMAP, or by POP3 with a remark if there is no IMAP."""

from dataclasses import replace
from typing import Any

from mailkit.account import Account, with_changes, with_protocol
from mailkit.client.connection import IMAP4, POP3, connect_imap, connect_pop3
from mailkit.client.messages import fetch
from mailkit.errors import OpenError, RefusedError, SettingsError
from mailkit.observation import StopReason
from mailkit.ports import Protocol, Security

__all__ = ["connect_reading", "whole_message"]

_NO_IMAP = {StopReason.REFUSED, StopReason.FOREIGN, StopReason.TIMED_OUT}


def connect_reading(account: Account, **options: Any) -> tuple[IMAP4 | POP3, str]:
    """Open the incoming service; return the connection, and a remark if its protocol is not that of the settings.

    POP3 is tried only if no server speaks IMAP there, on its own port and as safely. A rejected login is final.

    Raises:
        SettingsError: there is no incoming service.
        OpenError: neither is available.
        LoginError: the login was rejected.
    """
    if account.incoming is None:
        raise SettingsError(f"{account.label} has no incoming service")
    if account.incoming.protocol is Protocol.POP3:
        return connect_pop3(account, **options), ""
    try:
        return connect_imap(account, **options), ""
    except OpenError as error:
        if error.kind not in _NO_IMAP:
            raise
        other = with_protocol(account, Protocol.POP3)
        assert other.incoming is not None
        if (
            other.incoming.security is Security.CLEARTEXT
            and not other.incoming.allow_cleartext_login
        ):
            other = replace(
                other, incoming=with_changes(other.incoming, {"security": Security.STARTTLS})
            )
        assert other.incoming is not None
        try:
            found = connect_pop3(other, **options)
        except OpenError:
            raise error from None
        return found, (
            f"{account.incoming.endpoint} has no IMAP ({error.kind}): reading by POP3 on port "
            f"{other.incoming.port}. Messages are downloaded; folders and marks of the server are not seen."
        )


def whole_message(imap: IMAP4, uid: int, known: str = "") -> bytes:
    """Return a message of the selected folder by its UID.

    Args:
        imap: the connection.
        uid: the UID.
        known: what is known of it, such as its subject, for the error text.

    Raises:
        RefusedError: the message is gone (``kind`` is ``gone``); an empty message is never returned.
    """
    for row in fetch(imap, [uid], "UID BODY.PEEK[]"):
        if row.content:
            return row.content
    name = f"{known!r} (UID {uid})" if known else f"the message with UID {uid}"
    raise RefusedError(
        f"{name} is no longer on the server: another program has moved, deleted, or fetched it by POP3",
        imap.transcript,
        "gone",
    )
