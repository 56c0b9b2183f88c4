"""Transports: a server by one of two libraries, the sendmail program, or Maildirs on this machine.

All take messages and return the delivery status of each recipient. A transport sends many messages, on one connection
if it has one.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar
from typing import Protocol as Interface

from mailkit.account import Account, Service
from mailkit.client.connection import SMTP, connect_smtp, opened
from mailkit.client.outcome import DEFERRED, UNKNOWN, DeliveryStatus, Sendable, SendResult
from mailkit.client.send import send_all
from mailkit.client.transports import (
    deliver_locally,
    hang_up,
    send_by_sendmail,
    send_on,
    smtp_over,
)
from mailkit.errors import ClientError, LoginError, MailError, SettingsError, needs
from mailkit.net.options import ConnectOptions
from mailkit.observation import StopReason
from mailkit.ports import Protocol

__all__ = ["QueuedMessage", "Transport", "transport_for"]

BeforeSending = Callable[[Sendable], None]
Opened = TypeVar("Opened")

_REFUSED = (StopReason.REJECTED, StopReason.NOT_DECIDED)
"""The error kinds of a permanently rejected login."""


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """A stored message: its octets and its envelope."""

    message_id: str
    sender: str
    recipients: tuple[str, ...]
    data: bytes

    def content(self) -> bytes:
        """The octets."""
        return self.data


class Transport(Interface):
    """Sends messages one after the other."""

    def send_all(
        self, messages: Iterable[Sendable], notify: Iterable[str], before: BeforeSending
    ) -> Iterator[SendResult]:
        """Yield the result of each message, in order, until the connection ends.

        ``before`` is called when a message is about to be sent. A message may be taken while the one before it is
        being sent.
        """
        ...

    @property
    def refused(self) -> str:
        """The server's reply to a permanently rejected login; then nothing more is tried."""

    def close(self) -> None: ...


def transport_for(
    account: Account,
    service: Service | None,
    options: ConnectOptions,
    *,
    sendmail: str = "/usr/sbin/sendmail",
    maildirs: Callable[[str], Path | str | None] | None = None,
) -> Transport:
    """Return the transport for an account's settings.

    Args:
        account: the account with the settings.
        service: the server, if there is one.
        options: the connection options.
        sendmail: the program.
        maildirs: the Maildirs on this machine, by address.

    Raises:
        SettingsError: there is no server, or a library is not installed.
    """
    via = account.delivery.via
    if via == "local" and maildirs is not None:
        return _Plain(partial(deliver_locally, folder_of=maildirs))
    if via != "smtp":  # the local mail command is sendmail's
        return _Plain(partial(send_by_sendmail, program=sendmail))
    if service is None:
        raise SettingsError(f"{account.label} has no outgoing server")
    opening = _Opening(service, options.greeting_as(account.delivery.host_name))
    return _Async(opening) if account.delivery.engine == "aiosmtplib" else _Smtp(opening)


class _Plain:
    """Sends each message by a call."""

    refused = ""

    def __init__(self, work: Callable[[Sendable], SendResult]) -> None:
        self._work = work

    def send_all(
        self, messages: Iterable[Sendable], notify: Iterable[str], before: BeforeSending
    ) -> Iterator[SendResult]:
        for message in messages:
            before(message)
            yield self._work(message)

    def close(self) -> None:
        """Nothing to close."""


class _Opening:
    """Opens the connections of one account. After a failure nothing more is tried with it."""

    def __init__(self, service: Service, options: ConnectOptions) -> None:
        self._service, self._options = service, options
        self.failure: MailError | None = None

    def __call__(self, way: Callable[[Service, Protocol, ConnectOptions], Opened]) -> Opened | None:
        """Open it, or record why not."""
        if self.failure is None:
            try:
                return way(self._service, Protocol.SMTP, self._options)
            except MailError as error:
                self.failure = error
        return None

    @property
    def refused(self) -> str:
        """The server's words, where it refused the login for good."""
        failure = self.failure
        if isinstance(failure, LoginError) and failure.kind in _REFUSED:
            return str(failure)
        return ""


class _Smtp:
    """Sends by smtplib, on one connection."""

    def __init__(self, opening: _Opening) -> None:
        self._opening = opening
        self._smtp: SMTP | None = None

    def send_all(
        self, messages: Iterable[Sendable], notify: Iterable[str], before: BeforeSending
    ) -> Iterator[SendResult]:
        if self._smtp is None or self._smtp.stream.closed:
            self._smtp = self._opening(_by_smtplib)
        if self._smtp is None:
            yield from (_deferred(message, self._opening.failure) for message in messages)
            return
        for outcome in send_all(self._smtp, messages, notify=notify, before=before):
            lost = any(map(_unclear, outcome.fates.values()))
            if lost:
                self._smtp.close()  # the state of the session is unknown
            yield outcome
            if lost or self._smtp.stream.closed:
                return

    @property
    def refused(self) -> str:
        """The server's words, where it refused the login for good."""
        return self._opening.refused

    def close(self) -> None:
        """Send QUIT."""
        if self._smtp is not None and not self._smtp.stream.closed:
            with suppress(ClientError):
                self._smtp.__exit__(None, None, None)


def _unclear(status: DeliveryStatus) -> bool:
    """Return whether the server's replies leave the delivery status unknown."""
    return status.code == 0 and status.state in (DEFERRED, UNKNOWN)


def _by_smtplib(service: Service, protocol: Protocol, options: ConnectOptions) -> SMTP:
    return connect_smtp(service, options=options)


class _Async:
    """Sends by aiosmtplib in its own thread, so that it works beside a running event loop.

    The connection is opened and logged in as for smtplib; aiosmtplib sends on it.
    """

    def __init__(self, opening: "_Opening") -> None:
        if find_spec("aiosmtplib") is None:
            raise needs("aiosmtplib", "aiosmtplib")
        self._opening = opening
        self._pool = ThreadPoolExecutor(1)
        self._runner = asyncio.Runner()
        self._client: Any = None

    def send_all(
        self, messages: Iterable[Sendable], notify: Iterable[str], before: BeforeSending
    ) -> Iterator[SendResult]:
        wanted = tuple(notify)
        for message in messages:
            yield self._pool.submit(self._send, message, wanted, before).result()

    def _send(self, message: Sendable, notify: Iterable[str], before: BeforeSending) -> SendResult:
        if self._client is None or not self._client.is_connected:
            self._client = None
            if (stream := self._opening(opened)) is not None:
                self._client = self._runner.run(smtp_over(stream))
        if self._client is None:
            return _deferred(message, self._opening.failure)
        before(message)
        outcome = self._runner.run(send_on(self._client, message, notify=notify))
        if any(_unclear(status) for status in outcome.fates.values()):
            self._runner.run(hang_up(self._client))
        return outcome

    @property
    def refused(self) -> str:
        """The server's reply to a permanently rejected login."""
        return self._opening.refused

    def close(self) -> None:
        """Send QUIT."""
        with suppress(Exception):
            self._pool.submit(self._end).result(10)
        self._pool.shutdown(wait=False)

    def _end(self) -> None:
        if self._client is not None and self._client.is_connected:
            with suppress(Exception):
                self._runner.run(self._client.quit())
        if self._client is not None:
            self._runner.run(hang_up(self._client))
        self._runner.close()


def _deferred(message: Sendable, why: Exception | None) -> SendResult:
    return SendResult(
        message.message_id,
        dict.fromkeys(message.recipients, DeliveryStatus(DEFERRED, 0, str(why or ""))),
    )
