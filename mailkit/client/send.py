"""Send one or many messages on a connection, with the delivery status of each recipient.

Without a reply to the final dot the status is "unknown": the message may have been accepted, and is not sent again
blindly (RFC 5321 §4.2.5, RFC 1047).
"""

import copy
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage, Message
from email.utils import format_datetime, localtime, make_msgid
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from mailkit.client.connection import IMAP4, SMTP
from mailkit.client.line_ends import crlf
from mailkit.client.outcome import (
    DEFERRED,
    REFUSED,
    UNKNOWN,
    DeliveryStatus,
    Sendable,
    SendResult,
    notify_words,
    path_of,
    sendable,
)
from mailkit.client.outgoing import LINE, has_long_line, header_of, mailable
from mailkit.client.query import header
from mailkit.client.recipients import addresses_in, named_in
from mailkit.client.replies import reply_lines
from mailkit.errors import ClientError, LostError, ProtocolError, SettingsError
from mailkit.message_policy import message_of, raw_field
from mailkit.protocol.dots import END, stuffed
from mailkit.protocol.smtp.grammar import ReplyLine, reply_line
from mailkit.text import number

if TYPE_CHECKING:
    from mailkit.client.compose import Letter

__all__ = ["file_sent", "letter_of", "send", "send_all"]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A prepared message: its content, and the commands before it."""

    letter: Sendable
    content: bytes
    commands: list[bytes]


def send(
    smtp: SMTP,
    letter: Sendable,
    *,
    notify: Iterable[str] = (),
    before: Callable[[], None] | None = None,
) -> SendResult:
    """Send a message on a connection that can be reused.

    Its size is checked before (RFC 1870). By LMTP each recipient has its own reply (RFC 2033 §4.2). With PIPELINING,
    sender, recipients and DATA are sent in one write (RFC 2920).

    Args:
        smtp: the connection.
        letter: the message; see :func:`mailkit.client.compose.compose`.
        notify: when to get a delivery report, if the
            server offers DSN: ``success``, ``failure``, ``delay``, or ``never`` (RFC 3461).
        before: called when the message is about to be sent; until then no recipient can have it.

    Raises:
        SettingsError: an address has a line break, or ``notify`` an unknown word.
    """
    prepared = _prepared(smtp, letter, notify)
    if isinstance(prepared, SendResult):
        return prepared
    try:
        replies = _replies_to(smtp, prepared.commands)
    except ClientError as error:
        return SendResult.all(letter, DeliveryStatus(DEFERRED, 0, str(error)))
    fates, good, goes = _heard(letter, replies)
    if not goes:
        with suppress(ClientError):  # the status of this one is known; the next one will fail
            smtp.stream.sendall(b"RSET\r\n")
            _reply(smtp)
        return SendResult(letter.message_id, fates)
    if before is not None and good:
        before()
    return _finish(smtp, prepared, fates, good, [])


def send_all(
    smtp: SMTP,
    letters: Iterable[Sendable],
    *,
    notify: Iterable[str] = (),
    before: Callable[[Sendable], None] | None = None,
) -> Iterator[SendResult]:
    """Send many messages on one connection; yield the outcome of each, in order, while the next is being sent.

    With PIPELINING, the commands for a message are sent together with the content of the one before it (RFC 2920
    §3.1): one round trip for each. One message is taken in advance; if the iteration ends early, the connection is
    closed. A message without an outcome was not sent.

    Args:
        smtp: the connection.
        letters: the messages; they may be created while others are sent.
        notify: as in :func:`send`.
        before: called with a message when it is about to be sent; until then no recipient can have it.

    Raises:
        SettingsError: an address has a line break, or ``notify`` an unknown word; messages before that one were sent.
    """
    asked = [*notify]
    if "pipelining" not in smtp.esmtp_features:
        for letter in letters:
            tell = None if before is None else partial(before, letter)
            yield send(smtp, letter, notify=asked, before=tell)
        return
    under_way = False
    with smtp.stream.together():
        for prepared, following in _pairs(_prepared(smtp, letter, asked) for letter in letters):
            if isinstance(prepared, SendResult):
                yield prepared
                continue
            letter = prepared.letter
            try:
                if not under_way:
                    smtp.stream.send_commands(b"".join(prepared.commands))
                replies = [_reply(smtp) for _ in prepared.commands]
            except ClientError as error:
                under_way = False
                yield SendResult.all(letter, DeliveryStatus(DEFERRED, 0, str(error)))
                continue
            fates, good, goes = _heard(letter, replies)
            more = following.commands if isinstance(following, _Prepared) else []
            if goes:
                if before is not None and good:
                    before(letter)
                outcome = _finish(smtp, prepared, fates, good, more)
            else:
                outcome = SendResult(letter.message_id, fates)
                with suppress(ClientError):
                    smtp.stream.send_commands(b"".join([b"RSET\r\n", *more]))
                    _reply(smtp)
            under_way = bool(more)
            yield outcome


def file_sent(imap: IMAP4, letter: Sendable, *, roles: Mapping[str, str] | None = None) -> str:
    """File a copy in the folder for sent mail, unless the server has already done so. The folder is opened for writing.

    Args:
        imap: a connection; the folder that was open is closed.
        letter: the message that was sent.
        roles: as for :func:`mailkit.client.mailboxes.folders`.

    Returns:
        The folder's name; empty if there is none: then nothing was filed.

    Raises:
        RefusedError: the folder cannot be opened, or is over quota.
    """
    from mailkit.client.mailboxes import folder_for, open_folder
    from mailkit.client.messages import append

    sent = folder_for(imap, "sent", roles=roles)
    if sent is None:
        return ""
    open_folder(imap, sent, read_only=False)
    if not _filed(imap, letter.message_id.strip()):
        append(imap, sent, letter.content(), ["\\Seen"])
    return sent.name


def _filed(imap: IMAP4, message_id: str) -> bool:
    """Return whether the folder has a message with exactly this Message-ID; without one the answer is no."""
    from mailkit.client.messages import fetch, search

    if not message_id:
        return False
    rows = fetch(imap, search(imap, header("Message-ID", message_id))[:100], "UID ENVELOPE")
    return any(row.envelope is not None and row.envelope.message_id == message_id for row in rows)


def letter_of(
    message: Message | bytes, sender: str = "", recipients: str | Iterable[str] = ()
) -> "Letter":
    """Return an existing message with its envelope. The message itself is not changed.

    Sender counts before From, and in a resent message the Resent- fields count. Bcc is only in the envelope; a missing Message-ID or date is added (RFC 5322 §3.6). A message in octets, such as a
    file, keeps all other fields, so a signature over its header stays valid.

    Raises:
        SettingsError: there is no recipient, or the addresses are ambiguous.
    """
    from mailkit.client.compose import Letter

    octets = b""
    if isinstance(message, bytes):
        octets = crlf(message)
        message = message_of(octets)
    own = copy.copy(message)
    del own["Bcc"], own["Resent-Bcc"]
    added: dict[str, str] = {}
    if not raw_field(own, "Message-ID"):
        del own["Message-ID"]
        added["Message-ID"] = make_msgid()
    if not raw_field(own, "Date"):
        del own["Date"]
        added["Date"] = format_datetime(localtime())
    for name, value in added.items():
        own[name] = value
    if octets and not header_of(octets).isascii():
        octets = b""  # rewritten for servers without SMTPUTF8
    elif octets:
        more = "".join(f"{name}: {value}\r\n" for name, value in added.items()).encode()
        octets = more + _without_bcc(octets)
    many = [recipients] if isinstance(recipients, str) else recipients
    given = [recipient for recipient in many if recipient]
    again = _resent(message) if not (given and sender) else ""
    if given:
        everybody = [address for recipient in given for address in addresses_in(recipient)]
    else:
        everybody = named_in(message, f"{again}To", f"{again}Cc", f"{again}Bcc")
    if not everybody:
        raise SettingsError("the message names no recipient")
    authors = (
        addresses_in(sender) if sender else named_in(message, f"{again}Sender", f"{again}From")
    )
    author = next(iter(authors), "")
    return Letter(cast("EmailMessage", own), author, tuple(dict.fromkeys(everybody)), octets)


def _resent(message: Message) -> str:
    """Return ``Resent-`` if these fields name the envelope: the message is on its way to other people (RFC 5322 §3.6.6).

    Raises:
        SettingsError: it was resent several times, and the fields of the last time are not known.
    """
    times = [len(message.get_all(f"Resent-{name}", [])) for name in ("Date", "From", "To")]
    if max(times) > 1:
        raise SettingsError("the message was resent several times; name sender and recipients")
    return "Resent-" if times[2] or times[0] else ""


def _without_bcc(content: bytes) -> bytes:
    header = header_of(content)
    kept = re.sub(rb"(?im)^(?:Resent-)?Bcc[ \t]*:.*\r?\n?(?:[ \t].*\r?\n?)*", b"", header + b"\r\n")
    return kept + content[len(header) + 2 :]


def _prepared(smtp: SMTP, letter: Sendable, notify: Iterable[str]) -> _Prepared | SendResult:
    """Prepare a message, or return why it cannot be sent."""
    offers = smtp.esmtp_features
    content = mailable(crlf(sendable(letter).content()), eight_bit="8bitmime" in offers)
    limit = number(offers.get("size", "").strip()) or 0
    if 0 < limit < len(content):
        why = f"the message has {len(content):,} octets, the server accepts {limit:,}"
        return SendResult.all(letter, DeliveryStatus(REFUSED, 552, why))
    options, why = _options(smtp, letter, content)
    if why:
        return SendResult.all(letter, DeliveryStatus(REFUSED, 0, why))
    asked = _notify(smtp, notify)
    commands = [f"MAIL FROM:<{path_of(letter.sender)}>{options}"]
    commands += [f"RCPT TO:<{path_of(recipient)}>{asked}" for recipient in letter.recipients]
    return _Prepared(
        letter, content, [f"{command}\r\n".encode() for command in (*commands, "DATA")]
    )


def _pairs(prepared_messages: Iterator[_Prepared | SendResult]) -> Iterator[tuple[Any, Any]]:
    """Pair each message with the next. An error of one is raised after those before it are done."""
    one = next(prepared_messages, None)
    while one is not None:
        wrong = None
        try:
            following = next(prepared_messages, None)
        except Exception as error:  # noqa: BLE001 - raised again below
            following, wrong = None, error
        yield one, following
        if wrong is not None:
            raise wrong
        one = following


def _options(smtp: SMTP, letter: Sendable, content: bytes) -> tuple[str, str]:
    """Return the parameters of MAIL, or why it cannot be sent."""
    offers = smtp.esmtp_features
    found = f" SIZE={len(content)}" if "size" in offers else ""
    if has_long_line(content):
        longest = max(map(len, content.split(b"\r\n")))
        return "", f"the message has a line of {longest:,} octets; {LINE} are allowed (RFC 5322)"
    paths = map(path_of, (letter.sender, *letter.recipients))
    by_path = not all(path.isascii() for path in paths)
    if by_path and "smtputf8" not in offers:
        return "", "an address is not ASCII, which the server does not accept (SMTPUTF8)"
    if not content.isascii():
        if "8bitmime" not in offers:
            return (
                "",
                "the message has octets beyond ASCII, which the server does not accept (8BITMIME)",
            )
        found += " BODY=8BITMIME"
    by_header = not header_of(content).isascii()
    if by_header and "smtputf8" not in offers:
        return "", "the header is not ASCII, which the server does not accept (SMTPUTF8)"
    return found + " SMTPUTF8" * (by_path or by_header), ""


def _notify(smtp: SMTP, notify: Iterable[str]) -> str:
    words = notify_words(notify)
    return f" NOTIFY={words}" if words and "dsn" in smtp.esmtp_features else ""


def _replies_to(smtp: SMTP, commands: list[bytes]) -> list[tuple[int, str]]:
    """Send commands and read their replies, pipelined if offered."""
    if "pipelining" in smtp.esmtp_features:
        smtp.stream.send_commands(b"".join(commands))
        return [_reply(smtp) for _ in commands]
    replies: list[tuple[int, str]] = []
    for command in commands:
        if (
            replies and not 200 <= replies[0][0] < 300
        ):  # later replies have no meaning (RFC 5321 §3.3)
            replies.append((503, "the sender was rejected"))
            continue
        if command == b"DATA\r\n" and not any(reply[0] < 300 for reply in replies[1:]):
            replies.append((503, "every recipient was rejected"))
            continue
        smtp.stream.sendall(command)
        replies.append(_reply(smtp))
    return replies


def _heard(
    letter: Sendable, replies: list[tuple[int, str]]
) -> tuple[dict[str, DeliveryStatus], list[str], bool]:
    """Evaluate the replies to sender, recipients and DATA: rejected recipients, possible ones, and whether the
    content is expected.
    """
    mail, *rcpts, data = replies
    refused = None if 200 <= mail[0] < 300 else mail
    fates = {
        address: DeliveryStatus.of(*(refused or reply), content=False)
        for address, reply in zip(letter.recipients, rcpts, strict=True)
        if refused or not 200 <= reply[0] < 300
    }
    good = [recipient for recipient in letter.recipients if recipient not in fates]
    if data[0] == 354:
        return fates, good, True
    fates |= {recipient: DeliveryStatus.of(*data, content=False) for recipient in good}
    return _ordered(letter, fates), [], False


def _finish(
    smtp: SMTP,
    prepared: _Prepared,
    fates: dict[str, DeliveryStatus],
    good: list[str],
    more: list[bytes],
) -> SendResult:
    """Send the content, with commands for the next message; return the outcome."""
    answers: list[DeliveryStatus] = []
    if smtp.stream.unread:  # what is said now cannot be the reply to what was not sent yet
        smtp.stream.close()
        early = DeliveryStatus(DEFERRED, 0, "the server answered before the message was sent")
        return SendResult(
            prepared.letter.message_id,
            _ordered(prepared.letter, fates | dict.fromkeys(good, early)),
        )
    try:
        body = stuffed(prepared.content) if good else b""
        smtp.stream.send_body(body + END, b"".join(more))
        for _ in good if smtp.lmtp else [None]:
            answers.append(DeliveryStatus.of(*_reply(smtp, final=True), content=True))
        smtp.stream.answered()
    except ClientError as error:
        answers += [DeliveryStatus(UNKNOWN, 0, str(error))] * len(good)
    fates |= {recipient: answers[n if smtp.lmtp else 0] for n, recipient in enumerate(good)}
    return SendResult(prepared.letter.message_id, _ordered(prepared.letter, fates))


def _reply(smtp: SMTP, *, final: bool = False) -> tuple[int, str]:
    """Read one reply; 421 ends the connection, but is also the reply to the final dot."""
    found: ReplyLine | None = None
    words = []
    codes = set()
    for line in reply_lines(smtp.stream):
        found = reply_line(line, found)
        codes.add(line[:3])
        words.append(line[4:].decode("utf-8", "replace").strip())
    if final and len(codes) > 1:
        raise ProtocolError("a reply of lines with different codes", smtp.transcript)
    if found is None:
        smtp.stream.close()
        raise LostError("a reply without a code", smtp.transcript)
    if found.code == 421:
        smtp.stream.close()
    if found.code == 421 and not final:
        raise LostError(
            f"the server closes the connection: {' '.join(words)}", smtp.transcript, "closed"
        )
    return found.code, " ".join(words)


def _ordered(letter: Sendable, fates: Mapping[str, DeliveryStatus]) -> dict[str, DeliveryStatus]:
    return {recipient: fates[recipient] for recipient in letter.recipients if recipient in fates}
