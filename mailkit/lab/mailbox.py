"""A mailbox in a lab of any backend: deliver into it, read it, wait for messages."""

import imaplib
import selectors
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from pathlib import Path
from secrets import token_hex
from typing import Any, ClassVar, Protocol, TypeAlias

from mailkit.errors import LabError
from mailkit.lab.mailstore.folder import Message, Refused
from mailkit.lab.sent import MissingMailError, SentMail, described
from mailkit.lab.servers.core import Lab
from mailkit.lab.waiting import awaited, refuse_in_loop
from mailkit.message_policy import message_of
from mailkit.protocol.imap.utf7 import to_utf7

__all__ = ["AnyLab", "TestMailbox", "new_mailbox"]

MessageFits: TypeAlias = Callable[[EmailMessage], bool]


class AnyLab(Protocol):
    """The interface of all backends."""

    host: str

    @property
    def ca_file(self) -> Path:
        """The trust anchor."""

    def where(self, host: str, port: int) -> tuple[str, int]:
        """Return the real address of a logical endpoint."""

    def add_user(self, name: str, password: str) -> None:
        """Add a user."""

    def fresh_user(self) -> tuple[str, str]:
        """Return an unused user, with a password."""

    def token(self, user: str, *, valid_s: float = 600) -> str:
        """A token for a user."""

    def deliver(self, sender: str, recipients: Iterable[str], content: bytes) -> Mapping[str, str]:
        """Deliver a message."""

    @property
    def sent(self) -> SentMail:
        """All submitted mail."""


@dataclass(frozen=True, slots=True)
class TestMailbox:
    """A user with an address, a password and, at first, no mail. ``user`` is the login name, here the address."""

    __test__: ClassVar[bool] = False  # for pytest: the name begins with Test

    lab: AnyLab
    address: str
    password: str = field(repr=False)

    @property
    def user(self) -> str:
        """The login name."""
        return self.address

    def token(self, *, valid_s: float = 600) -> str:
        """Return a token for XOAUTH2 or OAUTHBEARER, valid for some seconds."""
        return self.lab.token(self.address, valid_s=valid_s)

    def deliver(self, message: EmailMessage | bytes | str) -> None:
        """Deliver a message into the inbox.

        Raises:
            LabError: the server rejected it; the error has its reply.
        """
        content = _content(message)
        reply = self.lab.deliver("sender@example.com", [self.address], content)[self.address]
        if not reply.startswith("2"):
            raise LabError(f"the lab did not accept the message: {reply}")

    def messages(self, folder: str = "INBOX") -> list[EmailMessage]:
        """Return the messages of a folder, oldest first.

        Raises:
            LabError: the folder does not exist.
        """
        if isinstance(self.lab, Lab):
            try:
                return [_parsed(m.content) for m in self.lab.box(self.address).messages(folder)]
            except Refused as refused:
                raise LabError(str(refused)) from None
        with _reader(self, folder) as reader:
            return [_parsed(content) for content in reader.everything(1)]

    def wait_for(
        self,
        *,
        subject: str = "",
        text: str = "",
        message_id: str = "",
        folder: str = "INBOX",
        timeout: float = 10.0,
    ) -> EmailMessage:
        """Wait until a folder has a matching message; it may already be there.

        The server reports new messages (IDLE), so there is no polling.

        Args:
            subject: a part of its subject.
            text: a part of its text.
            message_id: its Message-ID.
            folder: the folder to watch.
            timeout: in seconds.

        Raises:
            MissingMailError: no such message arrived in time.
            LabError: the folder does not exist; or an event loop is running in this thread: use :meth:`arrives`.
        """
        __tracebackhide__ = True
        wanted = {"subject": subject, "text": text, "message_id": message_id}
        fits = _fitting(wanted)
        if isinstance(self.lab, Lab):
            look = self._look(self.lab, fits, folder)
            found = look()
            if found is None:
                refuse_in_loop("mailbox.arrives(...)")
                answer = self.lab.store.wait(look, timeout)
                found = answer if isinstance(answer, EmailMessage) else None
        else:
            refuse_in_loop("mailbox.arrives(...)")
            found = self._wait_there(fits, folder, timeout)
        if found is None:
            raise self._missing(wanted, folder, timeout)
        return found

    async def arrives(
        self,
        *,
        subject: str = "",
        text: str = "",
        message_id: str = "",
        folder: str = "INBOX",
        timeout: float = 10.0,
    ) -> EmailMessage:
        """:meth:`wait_for` for a running event loop."""
        __tracebackhide__ = True
        wanted = {"subject": subject, "text": text, "message_id": message_id}
        fits = _fitting(wanted)
        if isinstance(self.lab, Lab):
            look = self._look(self.lab, fits, folder)
            found = await awaited(self.lab.store, look, timeout)
        else:
            import asyncio

            found = await asyncio.to_thread(self._wait_there, fits, folder, timeout)
        if found is None:
            raise self._missing(wanted, folder, timeout)
        return found

    def _look(self, lab: Lab, fits: MessageFits, folder: str) -> Callable[[], EmailMessage | None]:
        """Return a query that is cheap to repeat: each message is parsed once."""
        box = lab.box(self.address)
        known: dict[Message, EmailMessage] = {}

        def look() -> EmailMessage | None:
            try:
                messages = box.messages(folder)
            except Refused as refused:
                raise LabError(str(refused)) from None
            for m in messages:
                if m not in known:
                    known[m] = _parsed(m.content)
                if fits(known[m]):
                    return known[m]
            return None

        return look

    def _missing(self, wanted: Mapping[str, str], folder: str, timeout: float) -> MissingMailError:
        asked = ", ".join(f"{key} {value!r}" for key, value in wanted.items() if value)
        there = [str(message["Subject"]) for message in self.messages(folder)]
        text = (
            f"no message with {asked or 'anything'} arrived in {folder} of {self.address} within "
            f"{timeout:g} s; there is {there or 'nothing'}"
        )
        with suppress(LabError):
            elsewhere = [
                message
                for message in self.lab.sent
                if self.address not in message.envelope.recipients
            ]
            if elsewhere:
                shown = "".join(f"\n  {described(message)}" for message in elsewhere[-5:])
                text += f"\nsent to others, the last {len(elsewhere[-5:])}:{shown}"
        return MissingMailError(text)

    def _wait_there(self, fits: MessageFits, folder: str, timeout: float) -> EmailMessage | None:
        until = time.monotonic() + timeout
        with _reader(self, folder) as reader:
            seen = 0
            while True:
                fresh = [_parsed(content) for content in reader.everything(seen + 1)]
                seen += len(fresh)
                for message in fresh:
                    if fits(message):
                        return message
                if not reader.idle(until):
                    return None


def _fitting(wanted: Mapping[str, str]) -> MessageFits:
    def fits(one: EmailMessage) -> bool:
        return (
            wanted["subject"] in str(one["Subject"] or "")
            and wanted["message_id"] in str(one["Message-ID"] or "")
            and (not wanted["text"] or wanted["text"] in _text(one))
        )

    return fits


def new_mailbox(lab: AnyLab, name: str = "") -> TestMailbox:
    """Create a new user.

    Args:
        lab: the lab.
        name: the local part of the address; random by default.
    """
    if not name:
        return TestMailbox(lab, *lab.fresh_user())
    box = TestMailbox(lab, f"{name}@example.com", f"pw {token_hex(8)}")
    lab.add_user(box.address, box.password)
    return box


class _reader:  # noqa: N801 - used as a function
    """Reads a folder of a real server by IMAP."""

    def __init__(self, box: TestMailbox, folder: str) -> None:
        self.box, self.folder = box, folder

    def __enter__(self) -> "_reader":
        lab = self.box.lab
        context = ssl.create_default_context(cafile=str(lab.ca_file))
        context.check_hostname = False  # the lab's own server, on a free port
        place = lab.where(lab.host, 993)
        self.client = imaplib.IMAP4_SSL(*place, ssl_context=context, timeout=30)
        self.client.login(self.box.address, self.box.password)
        name = to_utf7(self.folder).decode().replace("\\", "\\\\").replace('"', '\\"')
        if self.client.select(f'"{name}"', readonly=True)[0] != "OK":
            self.__exit__()
            raise LabError(f"there is no folder {self.folder}")
        return self

    def __exit__(self, *exc: object) -> None:
        self.client.logout()

    def everything(self, first: int) -> list[bytes]:
        """Return the content of all messages from a number on."""
        numbers = self.client.search(None, "ALL")[1][0].split()
        if len(numbers) < first:
            return []
        rows = self.client.fetch(f"{first}:*", "(BODY.PEEK[])")[1]
        return [row[1] for row in rows if isinstance(row, tuple)]

    def idle(self, until: float) -> bool:
        """Wait until the server reports something; return false after the timeout."""
        sock = self.client.socket()
        tag = b"W%d" % time.monotonic_ns()
        self.client.send(tag + b" IDLE\r\n")
        self.client.readline()
        told = self._buffered(sock) or self._readable(sock, until)
        self.client.send(b"DONE\r\n")
        while not self.client.readline().startswith(tag):
            pass
        return told

    def _buffered(self, sock: socket.socket) -> bool:
        """Whether something came together with the answer before."""
        lines: Any = getattr(self.client, "_file", None) or self.client.file
        sock.setblocking(False)
        try:
            return bool(lines.peek(1))
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            sock.settimeout(30)

    def _readable(self, sock: socket.socket, until: float) -> bool:
        """Whether something comes in time."""
        with selectors.DefaultSelector() as selector:
            selector.register(sock, selectors.EVENT_READ)
            return bool(selector.select(max(until - time.monotonic(), 0)))


def _content(message: EmailMessage | bytes | str) -> bytes:
    if isinstance(message, EmailMessage):
        return message.as_bytes(policy=policy.SMTP)
    content = message.encode() if isinstance(message, str) else message
    return content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _parsed(content: bytes) -> EmailMessage:
    return message_of(content)


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    try:
        return str(body.get_content()) if body is not None else ""
    except (KeyError, LookupError):
        return ""


Mailbox = TestMailbox
"""The name in version 0.1; it goes away with version 0.3."""
