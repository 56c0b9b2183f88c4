"""Sending: one message to many, and what became of it for each; the same answer whatever carries it.

An answer that never came after the final dot is "unknown": the message may be on its way, and is not sent again
blindly (RFC 5321 §4.2.5, RFC 1047).
"""

import subprocess
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import getaddresses, make_msgid, parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from mailkit.client.connection import IMAP4, SMTP
from mailkit.client.query import header
from mailkit.errors import ClientError, LostError, SettingsError

if TYPE_CHECKING:
    from mailkit.client.compose import Letter

__all__ = [
    *("ACCEPTED", "DEFERRED", "REFUSED", "UNKNOWN", "Fate", "Outcome", "Sendable"),
    *("deliver_locally", "file_sent", "letter_of", "send", "send_async", "send_by_sendmail"),
    "send_on",
]


class Sendable(Protocol):
    """A message with its envelope, such as a :class:`~mailkit.client.compose.Letter`."""

    @property
    def message_id(self) -> str: ...

    @property
    def sender(self) -> str: ...

    @property
    def recipients(self) -> tuple[str, ...]: ...

    def content(self) -> bytes: ...


ACCEPTED, DEFERRED, REFUSED, UNKNOWN = "accepted", "deferred", "refused", "unknown"


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a message for one recipient: ``accepted``, ``deferred`` (try again later), ``refused`` (do not), or
    ``unknown``; with the server's words."""

    state: str
    code: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message, for each recipient."""

    message_id: str
    fates: Mapping[str, Fate] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether it was accepted for everybody."""
        return all(one.state == ACCEPTED for one in self.fates.values())

    def of(self, state: str) -> tuple[str, ...]:
        """Recipients with a state."""
        return tuple(address for address, one in self.fates.items() if one.state == state)


def send(
    smtp: SMTP,
    letter: Sendable,
    *,
    notify: Iterable[str] = (),
    lmtp: bool = False,
    before: Callable[[], None] | None = None,
) -> Outcome:
    """Send a message on a connection that may be used for more.

    Its size is checked before (RFC 1870); where the server offers PIPELINING, sender, recipients and DATA go in one
    write (RFC 2920).

    Args:
        smtp: the connection.
        letter: what to send; see :func:`mailkit.client.compose.compose`.
        notify: when to be told, where the server offers DSN: ``success``, ``failure``, ``delay``, or ``never`` (RFC 3461).
        lmtp: whether the server has a reply for each recipient after the message (RFC 2033).
        before: called when the message itself is about to go; up to then nobody can have got it.

    Raises:
        SettingsError: an address holds a line break, or ``notify`` a word that is none.
    """
    content = letter.content()
    fates: dict[str, Fate] = {}
    recipients = [*letter.recipients]
    limit = smtp.esmtp_features.get("size", "").strip()
    if limit.isdigit() and 0 < int(limit) < len(content):
        why = f"the message has {len(content):,} octets, the server takes {int(limit):,}"
        return _all(letter, Fate(REFUSED, 552, why))
    options, why = _options(smtp, letter, content)
    if why:
        return _all(letter, Fate(REFUSED, 0, why))
    asked = _notify(smtp, notify)
    try:
        commands = [f"MAIL FROM:<{_path(letter.sender)}>{options}"]
        commands += [f"RCPT TO:<{_path(one)}>{asked}" for one in recipients]
        replies = _talk(smtp, [*commands, "DATA"])
    except ClientError as error:
        return _all(letter, Fate(DEFERRED, 0, str(error)))
    mail, *rcpts, data = replies
    for address, reply in zip(recipients, rcpts, strict=True):
        if not 200 <= reply[0] < 300:
            fates[address] = _fate(mail if mail[0] >= 400 else reply)
    good = [one for one in recipients if one not in fates]
    if data[0] != 354:
        fates |= {one: _fate(mail if mail[0] >= 400 else data) for one in good}
        with suppress(ClientError):  # what became of this one is known; the next one finds out
            _forget(smtp)
        return Outcome(letter.message_id, _ordered(letter, fates))
    if before is not None and good:
        before()
    try:
        body = _stuffed(content) if good else b""
        smtp.stream.send_body(body + b".\r\n")
        answers = [_reply(smtp, final=True) for _ in (good if lmtp else [None])]
    except ClientError as error:
        fates |= {one: Fate(UNKNOWN, 0, str(error)) for one in good}
        return Outcome(letter.message_id, _ordered(letter, fates))
    fates |= {one: _fate(answers[n if lmtp else 0]) for n, one in enumerate(good)}
    return Outcome(letter.message_id, _ordered(letter, fates))


def file_sent(imap: IMAP4, letter: Sendable, *, roles: Mapping[str, str] | None = None) -> str:
    """Put a copy into the folder for sent mail, once: where the server did it already, nothing is done.

    Returns:
        The folder's name; empty where there is none.
    """
    from mailkit.client.mailboxes import folder_for, open_folder
    from mailkit.client.messages import append, search

    sent = folder_for(imap, "sent", roles=roles)
    if sent is None:
        return ""
    open_folder(imap, sent.name)
    if not search(imap, header("Message-ID", letter.message_id)):
        append(imap, sent.name, letter.content(), ["\\Seen"])
    return sent.name


def send_by_sendmail(
    letter: Sendable, program: str = "/usr/sbin/sendmail", within_s: float = 60
) -> Outcome:
    """Hand a message to the machine's own mail system; it has accepted it for everybody, or for nobody."""
    command = [program, "-i", "-f", _path(letter.sender), "--", *map(_path, letter.recipients)]
    content = letter.content().replace(b"\r\n", b"\n")
    try:
        done = subprocess.run(  # noqa: S603 - a list, and no shell
            command, input=content, capture_output=True, timeout=within_s, check=False
        )
    except subprocess.TimeoutExpired:
        return _all(letter, Fate(UNKNOWN, 0, f"{program} did not end within {within_s:g} s"))
    except OSError as error:
        return _all(letter, Fate(DEFERRED, 0, f"{program}: {error.strerror}"))
    said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()[:300]
    if done.returncode == 0:
        return _all(letter, Fate(ACCEPTED, 0, said))
    state = DEFERRED if done.returncode == 75 else REFUSED  # EX_TEMPFAIL of sysexits.h
    return _all(letter, Fate(state, done.returncode, said))


def deliver_locally(letter: Sendable, folder_of: Callable[[str], Path | str | None]) -> Outcome:
    """Deliver into Maildirs of this machine; who has none is refused."""
    from mailkit.client.shelf import Shelf

    identity = letter.message_id or make_msgid()
    fates = {}
    for address in letter.recipients:
        folder = folder_of(address)
        if folder is None:
            fates[address] = Fate(REFUSED, 550, "there is no such mailbox here")
            continue
        with Shelf(folder) as shelf:
            draft = shelf.write(identity, [letter.content()])
            shelf.keep("local", 0, [draft], new=True)
        fates[address] = Fate(ACCEPTED)
    return Outcome(letter.message_id, fates)


async def send_async(letter: Sendable, **options: Any) -> Outcome:
    """Send by aiosmtplib, which has to be installed; ``options`` are those of ``aiosmtplib.SMTP``, and ``username``, ``password``."""
    import aiosmtplib

    user, password = options.pop("username", ""), options.pop("password", "")
    try:
        async with aiosmtplib.SMTP(**options) as client:
            if user:
                await client.login(user, password)
            return await send_on(client, letter)
    except (aiosmtplib.SMTPException, OSError) as error:
        return _all(letter, Fate(DEFERRED, 0, str(error)))


async def send_on(client: Any, letter: Sendable, *, notify: Iterable[str] = ()) -> Outcome:
    """Send on an ``aiosmtplib.SMTP`` that is connected and may be used for more."""
    import aiosmtplib

    content = letter.content()
    when = _words(notify)
    asked = [f"NOTIFY={when}"] if when and client.supports_extension("dsn") else []
    errors: dict[str, Any] = {}
    try:
        errors, words = await client.sendmail(
            letter.sender,
            [*letter.recipients],
            content,
            mail_options=[] if content.isascii() else ["BODY=8BITMIME"],
            rcpt_options=asked,
        )
    except aiosmtplib.SMTPRecipientsRefused as refused:
        errors, words = {one.recipient: (one.code, one.message) for one in refused.recipients}, ""
    except aiosmtplib.SMTPNotSupported as error:
        return _all(letter, Fate(REFUSED, 0, str(error)))
    except aiosmtplib.SMTPResponseException as refused:
        return _all(letter, _fate((refused.code, refused.message)))
    except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPReadTimeoutError) as error:
        return _all(letter, Fate(UNKNOWN, 0, str(error)))
    except (aiosmtplib.SMTPException, OSError) as error:
        return _all(letter, Fate(DEFERRED, 0, str(error)))
    good = Fate(ACCEPTED, 250, words)
    told = {one: _fate((code, said)) for one, (code, said) in errors.items()}
    return Outcome(letter.message_id, {one: told.get(one, good) for one in letter.recipients})


def _options(smtp: SMTP, letter: Sendable, content: bytes) -> tuple[str, str]:
    """Parameters of MAIL, or why it cannot be sent."""
    offers = smtp.esmtp_features
    found = f" SIZE={len(content)}" if "size" in offers else ""
    if not content.isascii():
        if "8bitmime" not in offers:
            return "", "the message has octets beyond ASCII, and the server takes none (8BITMIME)"
        found += " BODY=8BITMIME"
    if not _ascii(letter):
        if "smtputf8" not in offers:
            return "", "an address is not ASCII, and the server takes none such (SMTPUTF8)"
        found += " SMTPUTF8"
    return found, ""


def _ascii(letter: Sendable) -> bool:
    return all(one.isascii() for one in (letter.sender, *letter.recipients))


def _words(notify: Iterable[str]) -> str:
    words = [one.upper() for one in notify]
    if set(words) - {"SUCCESS", "FAILURE", "DELAY", "NEVER"}:
        raise SettingsError(f"notify is success, failure, delay or never, not {', '.join(words)}")
    return ",".join(words)


def _notify(smtp: SMTP, notify: Iterable[str]) -> str:
    words = _words(notify)
    return f" NOTIFY={words}" if words and "dsn" in smtp.esmtp_features else ""


def _path(address: str) -> str:
    if any(c in address for c in "\r\n\0<>"):
        raise SettingsError(f"{address!r} is no address")
    return address


def _talk(smtp: SMTP, commands: list[str]) -> list[tuple[int, str]]:
    """Commands and their replies, all at once where that is offered."""
    if "pipelining" in smtp.esmtp_features:
        data = "".join(f"{one}\r\n" for one in commands).encode()
        smtp.stream.send_commands(data, f"{commands[0]} … {commands[-1]}")
        return [_reply(smtp) for _ in commands]
    replies: list[tuple[int, str]] = []
    for one in commands:
        if one == "DATA" and not any(reply[0] < 300 for reply in replies[1:]):
            replies.append((503, "no recipient was taken"))
            continue
        smtp.stream.sendall(one.encode() + b"\r\n")
        replies.append(_reply(smtp))
    return replies


def _reply(smtp: SMTP, *, final: bool = False) -> tuple[int, str]:
    """One reply; 421 is the end, but to the final dot it is also an answer."""
    words = []
    while True:
        line = smtp.stream.readline()
        code = line[:3]
        words.append(line[4:].decode("utf-8", "replace").strip())
        if line[3:4] != b"-":
            break
    if not code.isdigit():
        smtp.stream.close()
        raise LostError("an answer without a number", smtp.transcript)
    if code == b"421":
        smtp.stream.close()
    if code == b"421" and not final:
        raise LostError(f"the server closes: {' '.join(words)}", smtp.transcript, "closed")
    return int(code), " ".join(words)


def _forget(smtp: SMTP) -> None:
    """Be ready for the next message."""
    smtp.stream.sendall(b"RSET\r\n")
    _reply(smtp)


def _fate(reply: tuple[int, str]) -> Fate:
    code, words = reply
    state = ACCEPTED if 200 <= code < 300 else DEFERRED if 400 <= code < 500 else REFUSED
    return Fate(state, code, words)


def _all(letter: Sendable, fate: Fate) -> Outcome:
    return Outcome(letter.message_id, dict.fromkeys(letter.recipients, fate))


def _ordered(letter: Sendable, fates: Mapping[str, Fate]) -> dict[str, Fate]:
    return {one: fates[one] for one in letter.recipients if one in fates}


def _stuffed(content: bytes) -> bytes:
    """Lines that begin with a full stop get another (RFC 5321 §4.5.2); bare line ends become whole ones."""
    whole = content.count(b"\r\n")
    if whole != content.count(b"\n") or whole != content.count(b"\r"):
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    if content.startswith(b"."):
        content = b"." + content
    content = content.replace(b"\r\n.", b"\r\n..")
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def letter_of(message: EmailMessage, sender: str = "", recipients: Iterable[str] = ()) -> "Letter":
    """A message that was made elsewhere, with its envelope; Bcc is taken out of it."""
    from mailkit.client.compose import Letter

    people = [str(v) for name in ("To", "Cc", "Bcc") for v in message.get_all(name, [])]
    everybody = tuple(recipients) or tuple(one for _, one in getaddresses(people) if one)
    del message["Bcc"]
    return Letter(message, sender or parseaddr(str(message["From"]))[1], everybody)
