"""What a diagnosis sees in an IMAP account, whatever way the server writes it."""

from functools import partial

import pytest

from mailkit.observation import SeenMailbox, ServerEndpoint, Tls
from mailkit.protocol.after_login import AfterLogin
from mailkit.protocol.conversation import dialogue_for, observe
from mailkit.protocol.dialogue import Ask, Credentials, Recv, Send, StartTLS
from mailkit.protocol.smtp.transaction import size_limit

GREETING = b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready\r\n"


def examined(told: bytes, offers: bytes = b"") -> SeenMailbox:
    """What is seen of a server that says this to LIST and what follows, and OK to everything."""
    pending = [GREETING]

    def answer(ask: Ask) -> object:
        if isinstance(ask, StartTLS):
            return Tls("TLSv1.3")
        if isinstance(ask, Send):
            tag, _, command = bytes(ask.data).partition(b" ")
            extra = told if command.startswith(b"LIST") else b""
            if command.startswith(b"AUTHENTICATE"):
                extra = b"* CAPABILITY IMAP4rev1 %b\r\n" % offers
            if command.startswith(b"EXAMINE"):
                extra = b"* 3 exists\r\n* ok [uidvalidity 7] fine\r\n"
            pending.append(extra + tag + b" OK done\r\n")
            return b""
        return (pending.pop(0) if pending else b"") if isinstance(ask, Recv) else "192.0.2.1"

    talk = partial(
        dialogue_for,
        endpoint=ServerEndpoint("imap", "mail.example.com", 993, "implicit-tls"),
        credentials=Credentials("kim", "opensesame"),
        after_login=AfterLogin(mailbox=True),
    )
    seen = observe(ServerEndpoint("imap", "mail.example.com", 993, "implicit-tls"), talk, answer)
    assert seen.stop is None, seen.transcript
    assert seen.mailbox is not None
    return seen.mailbox


@pytest.mark.parametrize(
    ("row", "delimiter"),
    [
        (b'* LIST () "/" "Sent" ("OLDNAME" ("sent-mail"))', "/"),
        (b"* LIST () / Sent", "/"),
        (b'* LIST  ()  "/"  Sent', "/"),
        (b'*  LIST () "/" Sent', "/"),
        (b'* list () "" "Sent"', ""),
        (b'* LIST () "." "Sent")', "."),
        (b"* LIST () NIL Sent", ""),
        (b'* LIST () "/" {4}\r\nSent', "/"),
        (b'nobody asked\r\n* LIST () "/" Sent', "/"),
        (b'* LIST (()\r\n* LIST () "/" Sent', "/"),
    ],
)
def test_a_folder_is_seen_however_its_row_is_written(row: bytes, delimiter: str) -> None:
    mailbox = examined(row + b"\r\n")
    assert [folder.name for folder in mailbox.folders] == ["Sent"]
    assert mailbox.delimiter == delimiter
    assert (mailbox.messages, mailbox.uid_validity, mailbox.codes) == (3, 7, ("UIDVALIDITY",))


@pytest.mark.parametrize("number", ["²".encode(), b"9" * 5000, str(2**64).encode()])
def test_a_quota_that_is_no_number_is_left_out(number: bytes) -> None:
    told = b'* QUOTA "" (STORAGE 1 %b MESSAGE 5 10)\r\n' % number
    assert examined(told, b"QUOTA").quota == (("MESSAGE", 5, 10),)


def test_prefix_quota_and_rights_are_read() -> None:
    told = (
        b'* NAMESPACE (("INBOX." ".")("x" NIL)) NIL NIL\r\n'
        b"* quota ROOT (storage 10 512)\r\n"
        b'* MYRIGHTS "INBOX" lrsW\r\n'
    )
    mailbox = examined(told, b"NAMESPACE QUOTA ACL")
    assert (mailbox.prefix, mailbox.delimiter, mailbox.rights) == ("INBOX.", ".", "lrsw")
    assert mailbox.quota == (("STORAGE", 10, 512),)


@pytest.mark.parametrize("octets", ["²", "9" * 5000, "x", ""])
def test_a_size_limit_that_is_no_number_is_none(octets: str) -> None:
    assert size_limit((f"SIZE {octets}",)) == 0
