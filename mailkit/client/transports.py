"""Other transports: the machine's mail system, local Maildirs, aiosmtplib."""

import asyncio
import subprocess
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from email.utils import make_msgid
from pathlib import Path
from typing import Any

from mailkit.account import Account, Service
from mailkit.client.connection import connect_smtp, opened
from mailkit.client.maildir_store import MaildirStore
from mailkit.client.outcome import (
    ACCEPTED,
    DEFERRED,
    REFUSED,
    UNKNOWN,
    DeliveryStatus,
    Sendable,
    SendResult,
    notify_words,
    path_of,
)
from mailkit.client.outgoing import header_of, mailable
from mailkit.client.replies import reply_lines
from mailkit.client.send import send
from mailkit.client.stream import Stream
from mailkit.errors import ClientError, ProtocolError, SecretError
from mailkit.net.options import ConnectOptions, connect_options
from mailkit.net.times import CLIENT
from mailkit.ports import Protocol
from mailkit.protocol.smtp.grammar import reply_line

__all__ = [
    "deliver_locally",
    "hang_up",
    "send_async",
    "send_by_sendmail",
    "send_on",
    "smtp_over",
]


def send_by_sendmail(
    letter: Sendable, program: str = "/usr/sbin/sendmail", within_s: float = 60
) -> SendResult:
    """Pass a message to the machine's mail system, which accepts it for all recipients or none.

    Args:
        letter: the message.
        program: the path of ``sendmail``.
        within_s: seconds until its end; after that the delivery status is unknown.

    Raises:
        SettingsError: an address is not valid.
    """
    command = [program, "-i", "-f", path_of(letter.sender), "--", *map(path_of, letter.recipients)]
    content = letter.content().replace(b"\r\n", b"\n")
    try:
        done = subprocess.run(  # noqa: S603 - a list, and no shell
            command, input=content, capture_output=True, timeout=within_s, check=False
        )
    except subprocess.TimeoutExpired:
        return SendResult.all(
            letter, DeliveryStatus(UNKNOWN, 0, f"{program} did not end within {within_s:g} s")
        )
    except OSError as error:
        return SendResult.all(letter, DeliveryStatus(DEFERRED, 0, f"{program}: {error.strerror}"))
    said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()[:300]
    if done.returncode == 0:
        return SendResult.all(letter, DeliveryStatus(ACCEPTED, 0, said))
    state = DEFERRED if done.returncode == 75 else REFUSED  # EX_TEMPFAIL of sysexits.h
    return SendResult.all(letter, DeliveryStatus(state, done.returncode, said))


def send_with(account: Account | Service, letter: Sendable, **options: Any) -> SendResult:
    """Send one message on its own connection; ``options`` are those of :func:`mailkit.client.connect_smtp`.

    Raises:
        SettingsError: the account has no outgoing service, or no secret.
        OpenError: there is no connection, no TLS, or a certificate that is not to be trusted.
        LoginError: the login was refused, or could not be made safely.
    """
    with connect_smtp(account, **options) as smtp:
        return send(smtp, letter)


def deliver_locally(letter: Sendable, folder_of: Callable[[str], Path | str | None]) -> SendResult:
    """Deliver into local Maildirs; a recipient without one is rejected.

    Args:
        letter: the message.
        folder_of: returns the Maildir of an address, or ``None``.

    Raises:
        OSError: a Maildir cannot be written; recipients before it have the message.
    """
    identity = letter.message_id or make_msgid()
    fates = {}
    for address in letter.recipients:
        folder = folder_of(address)
        if folder is None:
            fates[address] = DeliveryStatus(
                REFUSED, 550, "there is no such mailbox on this machine"
            )
            continue
        with MaildirStore(folder) as store:
            draft = store.write(identity, [letter.content()])
            store.keep("local", 0, [draft], new=True)
        fates[address] = DeliveryStatus(ACCEPTED)
    return SendResult(letter.message_id, fates)


async def send_async(
    letter: Sendable,
    account: Account | Service,
    *,
    notify: Iterable[str] = (),
    **options: Any,
) -> SendResult:
    """Send by aiosmtplib, which must be installed, without blocking the event loop.

    The connection is opened and logged in as by :func:`mailkit.client.connect_smtp`: the certificate verified, revocation
    included, one login by the account's mechanism, one deadline. If that fails, every recipient is deferred, with the
    reason.

    Args:
        letter: the message.
        account: an account, for its outgoing service, or a service.
        notify: when to get a delivery report (RFC 3461).
        options: as for :func:`mailkit.client.connect_imap`.

    Raises:
        SettingsError: the account has no such service or no secret, or an option is invalid.
    """
    made = connect_options(CLIENT, options)
    if isinstance(account, Account):
        made = made.greeting_as(account.delivery.host_name)
    return await asyncio.to_thread(_sent_over, letter, account, made, tuple(notify))


def _sent_over(
    letter: Sendable, account: Account | Service, options: ConnectOptions, notify: Iterable[str]
) -> SendResult:
    try:
        stream = opened(account, Protocol.SMTP, options)
    except (ClientError, SecretError) as error:
        return SendResult.all(letter, DeliveryStatus(DEFERRED, 0, str(error)))
    with asyncio.Runner() as runner:
        client = runner.run(smtp_over(stream))
        try:
            result = runner.run(send_on(client, letter, notify=notify))
            if client.is_connected:
                with suppress(Exception):
                    runner.run(client.quit())
            return result
        finally:
            runner.run(hang_up(client))


async def send_on(client: Any, letter: Sendable, *, notify: Iterable[str] = ()) -> SendResult:
    """Send on a connected ``aiosmtplib.SMTP``, which can be reused."""
    import aiosmtplib

    eight_bit = client.supports_extension("8bitmime")
    content = mailable(letter.content(), eight_bit=eight_bit)
    paths = {path_of(recipient): recipient for recipient in letter.recipients}
    options, why = _mail_options(client, letter, content)
    if why:
        return SendResult.all(letter, DeliveryStatus(REFUSED, 0, why))
    when = notify_words(notify)
    asked = [f"NOTIFY={when}"] if when and client.supports_extension("dsn") else []
    errors: dict[str, Any] = {}
    wire = client.transport
    wire.content_sent = False
    try:
        errors, words = await client.sendmail(
            path_of(letter.sender),
            [*paths],
            content,
            mail_options=options,
            rcpt_options=asked,
        )
    except aiosmtplib.SMTPRecipientsRefused as refused:
        errors, words = (
            {
                recipient.recipient: (recipient.code, recipient.message)
                for recipient in refused.recipients
            },
            "",
        )
    except aiosmtplib.SMTPNotSupported as error:
        return SendResult.all(letter, DeliveryStatus(REFUSED, 0, str(error)))
    except aiosmtplib.SMTPResponseException as refused:
        return SendResult.all(
            letter, DeliveryStatus.of(refused.code, refused.message, content=wire.content_sent)
        )
    except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPReadTimeoutError) as error:
        state = UNKNOWN if wire.content_sent else DEFERRED
        return SendResult.all(letter, DeliveryStatus(state, 0, str(error)))
    except (aiosmtplib.SMTPException, OSError) as error:
        return SendResult.all(letter, DeliveryStatus(DEFERRED, 0, str(error)))
    good = DeliveryStatus(ACCEPTED, 250, words)
    told = {
        paths.get(recipient, recipient): DeliveryStatus.of(*said, content=False)
        for recipient, said in errors.items()
    }
    return SendResult(
        letter.message_id, {recipient: told.get(recipient, good) for recipient in letter.recipients}
    )


async def hang_up(client: Any) -> None:
    """Close the connection of an ``aiosmtplib.SMTP``, and notify the library."""
    client.close()
    await asyncio.sleep(0)


def _mail_options(client: Any, letter: Sendable, content: bytes) -> tuple[list[str], str]:
    """Return the parameters of MAIL for non-ASCII data, or why the server does not accept it."""
    found = ["BODY=8BITMIME"] if not content.isascii() else []
    addresses = map(path_of, (letter.sender, *letter.recipients))
    if header_of(content).isascii() and all(address.isascii() for address in addresses):
        bare = bool(found) and not client.supports_extension("8bitmime")
        return found, "the server takes no octets beyond ASCII (8BITMIME)" if bare else ""
    if not client.supports_extension("smtputf8"):
        return [], "an address is not ASCII, which the server does not accept (SMTPUTF8)"
    return [*found, "SMTPUTF8"], ""


async def smtp_over(stream: Stream) -> Any:
    """An ``aiosmtplib.SMTP`` on an open, logged-in connection.

    Replies are read right after each command, within the stream's limits. That blocks the event loop, which must do
    nothing else.
    """
    import aiosmtplib
    from aiosmtplib.protocol import SMTPProtocol

    loop = asyncio.get_running_loop()
    client = aiosmtplib.SMTP(local_hostname=stream.session.helo, use_tls=False, start_tls=False)
    protocol = SMTPProtocol(loop=loop)
    transport = _StreamTransport(stream, protocol, loop)
    protocol.connection_made(transport)
    protocol.data_received(b"220 ready\r\n")  # the server's own greeting came before TLS
    await protocol.read_response()
    client.protocol, client.transport = protocol, transport
    return client


def _checked(lines: Sequence[bytes]) -> None:
    """Require one code in all lines of the reply to a message.

    Raises:
        ProtocolError: there is another one, or none.
    """
    if len({line[:3] for line in lines}) > 1:
        raise ProtocolError("a reply of lines with different codes")
    if reply_line(lines[-1], None) is None:
        raise ProtocolError("a reply without a code")


class _StreamTransport(asyncio.Transport):
    """The stream as an asyncio transport: each write is a command or a message, and has one reply.

    ``content_sent`` is whether a message was sent since it was last set.
    """

    def __init__(
        self, stream: Stream, protocol: asyncio.Protocol, loop: asyncio.AbstractEventLoop
    ) -> None:
        super().__init__({"sslcontext": stream.connection.context})
        self._stream, self._protocol, self._loop = stream, protocol, loop
        self._awaited = self.content_sent = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send data, and read the reply."""
        try:
            if self._awaited and self._stream.unread:
                raise ProtocolError("the server answered before the message was sent")
            self.content_sent |= self._awaited
            self._stream.sendall(bytes(data))
            lines = [*reply_lines(self._stream)]
            if self._awaited:
                _checked(lines)
            self._awaited = data == b"DATA\r\n" and lines[-1].startswith(b"354")
            reply = b"".join(lines)
        except ClientError as error:
            self._end(error)
        else:
            self._loop.call_soon(self._protocol.data_received, reply)

    def is_closing(self) -> bool:
        """Whether it is closed."""
        return self._stream.closed

    def close(self) -> None:
        """Hang up."""
        if not self._stream.closed:
            self._end(None)

    abort = close

    def _end(self, error: Exception | None) -> None:
        self._stream.close()
        self._loop.call_soon(self._protocol.connection_lost, error)
