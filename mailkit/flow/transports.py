"""What carries a message: a server by one of two libraries, the sendmail program, or Maildirs of this machine.

All do the same: a message goes in, and for each recipient comes out what became of it. One carrier serves many messages, on one
connection where there is one.
"""

import asyncio
import socket
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from mailkit.account import Account, Service, is_local
from mailkit.client.connection import SMTP, connect_smtp
from mailkit.client.outcome import DEFERRED, DeliveryStatus, Sendable, SendResult
from mailkit.client.send import send
from mailkit.client.transports import deliver_locally, send_by_sendmail, send_on
from mailkit.errors import ClientError, MailError, OpenError, SettingsError, needs
from mailkit.net.connection import Trust
from mailkit.net.routes import Routes
from mailkit.ports import Security
from mailkit.protocol.dialogue import Stopped

__all__ = ["QueuedMessage", "Transport", "transport_for"]

Before = Callable[[], None]


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """A message as it is kept: its octets and its envelope."""

    message_id: str
    sender: str
    recipients: tuple[str, ...]
    data: bytes

    def content(self) -> bytes:
        """The octets."""
        return self.data


class Transport(Protocol):
    """Carries messages one after the other. ``before`` is called when the message itself is about to go."""

    def carry(self, parcel: Sendable, notify: Iterable[str], before: Before) -> SendResult: ...

    def close(self) -> None: ...


def transport_for(
    account: Account,
    service: Service | None,
    *,
    sendmail: str = "/usr/sbin/sendmail",
    maildirs: Callable[[str], Path | str | None] | None = None,
    **options: Any,
) -> Transport:
    """The carrier that an account's settings ask for.

    Args:
        account: whose settings hold.
        service: the server, where there is one.
        sendmail: the program.
        maildirs: from an address to its Maildir on this machine.
        options: as for :func:`mailkit.client.connect_imap`.

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
    if account.delivery.engine == "aiosmtplib":
        return _Async(service, **options)
    return _Smtp(service, **options)


class _Plain:
    """A call for each message."""

    def __init__(self, work: Callable[[Sendable], SendResult]) -> None:
        self._work = work

    def carry(self, parcel: Sendable, notify: Iterable[str], before: Before) -> SendResult:
        before()
        return self._work(parcel)

    def close(self) -> None:
        """Nothing is open."""


class _Smtp:
    """smtplib, on a connection that stays. Where it cannot be opened, nothing more is tried with it."""

    def __init__(self, service: Service, **options: Any) -> None:
        self._service, self._options = service, options
        self._smtp: SMTP | None = None
        self._broken: MailError | None = None

    def carry(self, parcel: Sendable, notify: Iterable[str], before: Before) -> SendResult:
        if self._smtp is None or self._smtp.stream.closed:
            self._open()
        if self._smtp is None:
            return _deferred(parcel, self._broken)
        outcome = send(self._smtp, parcel, notify=notify, before=before)
        if any(one.code == 0 for one in outcome.fates.values()):
            self._smtp.close()  # it is not known where the conversation stands
        return outcome

    def _open(self) -> None:
        self._smtp = None
        if self._broken is None:
            try:
                self._smtp = connect_smtp(self._service, **self._options)
            except MailError as error:
                self._broken = error

    def close(self) -> None:
        """Say goodbye."""
        if self._smtp is not None and not self._smtp.stream.closed:
            with suppress(ClientError):
                self._smtp.__exit__(None, None, None)


class _Async:
    """aiosmtplib, in a thread of its own, so that it also works where a loop runs already."""

    def __init__(self, service: Service, **options: Any) -> None:
        if find_spec("aiosmtplib") is None:
            raise needs("aiosmtplib", "aiosmtplib")
        self._service, self._options = service, options
        self._pool = ThreadPoolExecutor(1)
        self._runner = asyncio.Runner()
        self._client: Any = None
        self._transport: Any = None
        self._socks: list[socket.socket] = []
        self._broken: Exception | None = None

    def carry(self, parcel: Sendable, notify: Iterable[str], before: Before) -> SendResult:
        return self._pool.submit(self._carry, parcel, tuple(notify), before).result()

    def _carry(self, parcel: Sendable, notify: Iterable[str], before: Before) -> SendResult:
        if self._client is None or not self._client.is_connected:
            self._client = None
            if self._broken is None:
                try:
                    self._client = self._runner.run(self._open())
                except (MailError, OSError) as error:
                    self._broken = error
        if self._client is None:
            return _deferred(parcel, self._broken)
        before()
        outcome = self._runner.run(send_on(self._client, parcel, notify=notify))
        if any(one.code == 0 for one in outcome.fates.values()):
            self._runner.run(self._hang_up(self._client))
        return outcome

    async def _hang_up(self, client: Any) -> None:
        """Let go at once, without waiting for the server's goodbye under TLS."""
        client.close()
        if self._transport is not None:
            self._transport.abort()
            self._transport = None
        await asyncio.sleep(0)
        for sock in self._socks:
            sock.close()
        self._socks.clear()

    async def _open(self) -> Any:
        """Connected, secured and logged in, by the rules of the other library's connection."""
        import aiosmtplib

        service, options = self._service, self._options
        clear = service.security is Security.CLEARTEXT
        if service.user and service.secret is None:
            raise SettingsError(f"{service.endpoint} has a user name and no secret")
        if clear and service.user and not (service.allow_cleartext_login or is_local(service.host)):
            raise OpenError(f"{service.endpoint}: a password is not sent without TLS")
        ca = options.get("ca", ())
        trust = options.get("trust") or Trust(*((ca,) if isinstance(ca, str | Path) else ca))
        timeout = float(options.get("timeout", 30.0))
        client = aiosmtplib.SMTP(
            hostname=service.host,
            sock=self._socket(timeout),
            timeout=timeout,
            use_tls=service.security is Security.IMPLICIT_TLS,
            start_tls=service.security is Security.STARTTLS,
            tls_context=None if clear else trust.verified,
            local_hostname="[127.0.0.1]",
        )
        try:
            await client.connect()
            self._transport = client.transport
            if service.user and service.secret is not None:
                await client.login(service.user, service.secret.reveal())
        except aiosmtplib.SMTPException as error:
            await self._hang_up(client)
            raise OpenError(f"{service.endpoint}: {error}") from None
        return client

    def _socket(self, timeout: float) -> socket.socket:
        service = self._service
        routes = Routes.of(self._options.get("connect_to"), self._options.get("dns"))
        failure: Exception = OpenError(f"{service.endpoint}: no address")
        try:
            places = routes.addresses(service.host, service.port, timeout)
        except Stopped as stopped:
            raise OpenError(f"{service.endpoint}: {stopped.stop.kind}") from None
        for place in places:
            try:
                sock = socket.create_connection(place, timeout)
            except OSError as error:
                failure = OpenError(f"{service.endpoint}: {error.strerror or error}")
                continue
            sock.setblocking(False)
            self._socks.append(sock)
            return sock
        raise failure

    def close(self) -> None:
        """Say goodbye."""
        with suppress(Exception):
            self._pool.submit(self._end).result(10)
        self._pool.shutdown(wait=False)

    def _end(self) -> None:
        if self._client is not None and self._client.is_connected:
            with suppress(Exception):
                self._runner.run(self._client.quit())
        if self._client is not None:
            self._runner.run(self._hang_up(self._client))
        self._runner.close()


def _deferred(parcel: Sendable, why: Exception | None) -> SendResult:
    return SendResult(
        parcel.message_id,
        dict.fromkeys(parcel.recipients, DeliveryStatus(DEFERRED, 0, str(why or ""))),
    )
