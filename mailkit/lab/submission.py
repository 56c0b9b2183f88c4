"""Submission by aiosmtpd: a real SMTP server for every healthy endpoint of the lab.

aiosmtpd's own controllers take no port 0, so its protocol is served on a loop of the lab's. One
loop, in one thread, carries all endpoints.
"""

import asyncio
import logging
import socket
import ssl
import threading
import warnings
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from mailkit.lab.listener import Listener
from mailkit.ports import Security

__all__ = ["Submission"]

logging.getLogger("mail.log").setLevel(logging.ERROR)

Check = Callable[[str, str], bool]


Deliver = Callable[[str, tuple[str, ...], bytes], Awaitable[str]]
"""What becomes of a message: sender, recipients, content; returns the server's reply."""


class Inbox:
    """The handler: keeps every message, and hands it on where somebody wants it."""

    def __init__(self, deliver: Deliver | None = None) -> None:
        self.messages: list[tuple[str, tuple[str, ...], bytes]] = []
        self.deliver = deliver

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep one message, and answer what its delivery answers."""
        content = bytes(envelope.content or b"")
        if self.deliver is not None:
            return await self.deliver(envelope.mail_from, tuple(envelope.rcpt_tos), content)
        self.messages.append((envelope.mail_from, tuple(envelope.rcpt_tos), content))
        return "250 2.0.0 kept"


class Submission:
    """All healthy SMTP endpoints of a lab, on one event loop in one thread."""

    def __init__(self, deliver: Deliver | None = None) -> None:
        self.inbox = Inbox(deliver)
        self._loop = asyncio.new_event_loop()
        self._servers: list[asyncio.Server] = []
        self._thread = threading.Thread(target=self._run, name="mailkit-lab-smtp", daemon=True)

    def start(self) -> None:
        """Start the loop."""
        self._thread.start()

    def serve(
        self, sock: socket.socket, listener: Listener, context: ssl.SSLContext, check: Check
    ) -> None:
        """Serve one endpoint on a socket that already listens."""
        implicit = listener.security is Security.IMPLICIT_TLS
        upgrade = listener.security is Security.STARTTLS

        def authenticate(
            server: SMTP, session: Any, envelope: Any, mechanism: str, data: Any
        ) -> AuthResult:
            good = isinstance(data, LoginPassword) and check(
                data.login.decode("utf-8", "replace"), data.password.decode("utf-8", "replace")
            )
            return AuthResult(success=good, handled=False)

        def protocol() -> SMTP:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return SMTP(
                    self.inbox,
                    hostname=listener.host,
                    ident="ESMTP lab",
                    tls_context=context if upgrade else None,
                    require_starttls=False,
                    auth_required=True,
                    auth_require_tls=upgrade and not listener.clear_login,
                    authenticator=authenticate,
                    timeout=60,
                    loop=self._loop,
                )

        async def begin() -> asyncio.Server:
            return await self._loop.create_server(
                protocol, sock=sock, ssl=context if implicit else None
            )

        self._servers.append(asyncio.run_coroutine_threadsafe(begin(), self._loop).result(5))

    def stop(self) -> None:
        """Close every endpoint and end the thread."""
        if not self._thread.is_alive():
            self._loop.close()
            return
        asyncio.run_coroutine_threadsafe(self._finish(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _finish(self) -> None:
        for server in self._servers:
            server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.set_exception_handler(lambda loop, context: None)
        self._loop.run_forever()
