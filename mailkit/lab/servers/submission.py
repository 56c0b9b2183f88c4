"""SMTP by aiosmtpd, in front of Dovecot, locally and in Docker.

aiosmtpd's controllers do not support port 0, so its protocol runs on the lab's event loop; one loop, in one thread,
serves all endpoints. Missing features are added here: PIPELINING and DSN (RFC 2920, 3461), null senders, long lines,
and every mechanism.
"""

import asyncio
import logging
import socket
import ssl
import threading
import warnings
from contextlib import suppress
from typing import Any
from weakref import WeakSet

from mailkit.lab.listener import Listener
from mailkit.lab.post import MailAcceptance, SmtpEnvelope, single
from mailkit.lab.provider_profiles import PROFILES
from mailkit.lab.recording import LoginAttempt, Recording
from mailkit.lab.servers.sasl import SPOKEN, Known, converse
from mailkit.lab.servers.smtp_path import MAIL, RCPT, parameters
from mailkit.ports import Security
from mailkit.text import number

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # typing.ByteString, from Python 3.15 on
    from aiosmtpd.smtp import SMTP

__all__ = ["Submission"]

logging.getLogger("mail.log").setLevel(logging.ERROR)


class _Handler:
    """aiosmtpd wants one; the work is the server's."""

    async def handle_EHLO(  # noqa: N802
        self, server: "_Server", session: Any, envelope: Any, name: str, said: list[str]
    ) -> list[str]:
        """What is offered besides, and the mechanisms that are."""
        session.host_name = name
        kept = [line for line in said[:-1] if not line.startswith("250-AUTH ")]
        kept += ["250-PIPELINING", "250-ENHANCEDSTATUSCODES", "250-DSN"]
        if server.may_log_in:
            kept.append(f"250-AUTH {' '.join(server.mechanisms)}")
        return [*kept, "250 HELP"]

    async def handle_DATA(self, server: "_Server", session: Any, envelope: Any) -> str:  # noqa: N802
        """Deliver a message."""
        submitted: SmtpEnvelope = envelope.submitted
        submitted.content = bytes(envelope.content or b"")
        loop = asyncio.get_running_loop()
        replies = await loop.run_in_executor(None, server.acceptance.take, submitted)
        return single(replies)


class _Server(SMTP):
    """aiosmtpd's protocol with its gaps closed."""

    line_length_limit = 65_536

    def __init__(self, listener: Listener, **options: Any) -> None:
        self.listener, self.acceptance = listener, options.pop("acceptance")
        self.known: Known = options.pop("known")
        self.record: Recording = options.pop("record")
        self.context = options.pop("context")
        upgrade = listener.security is Security.STARTTLS
        super().__init__(
            _Handler(),
            hostname=listener.host,
            ident=PROFILES[listener.profile].smtp,
            data_size_limit=listener.rules.size,
            enable_SMTPUTF8=True,
            tls_context=self.context if upgrade else None,
            auth_required=not listener.open_relay,
            auth_require_tls=upgrade and not listener.clear_login,
            timeout=300,
            **options,
        )
        limits: Any = self.command_size_limits
        limits.default_factory = lambda: 4096
        limits["AUTH"] = 16_384

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """What is offered for a login."""
        return (*self.listener.mechanisms,) or PROFILES[self.listener.profile].mechanisms

    @property
    def may_log_in(self) -> bool:
        """Whether a password is taken now."""
        return not self._auth_require_tls or self._tls_protocol is not None

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        """MAIL, also with a null sender and the parameters of DSN."""
        if await self.check_helo_needed() or await self.check_auth_needed("MAIL"):
            return
        if getattr(self.envelope, "submitted", None) is not None:
            await self.push("503 5.5.1 Error: nested MAIL command")
            return
        found = parameters("FROM:", arg, MAIL)
        if isinstance(found, str):
            await self.push(found)
            return
        address, options = found
        user = getattr(self.session, "user", "")
        size = number(options.get("SIZE", "")) or 0
        if refused := self.acceptance.sender(address, user, size):
            await self.push(refused)
            return
        envelope: Any = self.envelope
        envelope.submitted = SmtpEnvelope(address, user, options)
        envelope.mail_from = address or "<>"
        envelope.smtp_utf8 = "SMTPUTF8" in options
        await self.push("250 2.1.0 OK")

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802
        """RCPT, also with the parameters of DSN."""
        if await self.check_helo_needed() or await self.check_auth_needed("RCPT"):
            return
        submitted: SmtpEnvelope | None = getattr(self.envelope, "submitted", None)
        if submitted is None:
            await self.push("503 5.5.1 Error: need MAIL command")
            return
        found = parameters("TO:", arg, RCPT)
        if isinstance(found, str) or not found[0]:
            await self.push(found if isinstance(found, str) else "501 5.1.3 Bad recipient address")
            return
        if refused := self.acceptance.recipient(submitted, found[0]):
            await self.push(refused)
            return
        submitted.recipients.append(found)
        assert self.envelope is not None
        self.envelope.rcpt_tos.append(found[0])
        await self.push("250 2.1.5 OK")

    async def smtp_POST(self, arg: str | None) -> None:  # noqa: N802
        """A request of a browser, whose body may have commands: end the session."""
        await self.push("421 4.7.0 Error: this is not a web server")
        assert self.transport is not None
        self.transport.close()

    smtp_GET = smtp_HEAD = smtp_PUT = smtp_DELETE = smtp_OPTIONS = smtp_PATCH = smtp_POST  # noqa: N815

    async def smtp_AUTH(self, arg: str | None) -> None:  # noqa: N802
        """AUTH with every mechanism of the lab (RFC 4954)."""
        assert self.session is not None
        if await self.check_helo_needed("EHLO"):
            return
        words = (arg or "").split()
        mechanism = words[0].upper() if words else ""
        if self.session.authenticated:
            await self.push("503 5.5.1 Already authenticated")
        elif not self.may_log_in:
            await self.push("530 5.7.0 Must issue a STARTTLS command first")
        elif mechanism not in SPOKEN or len(words) > 2:
            await self.push("504 5.5.4 Unrecognized authentication type")
        else:
            await self._converse(mechanism, words[1] if len(words) == 2 else "")

    async def _converse(self, mechanism: str, initial: str) -> None:
        assert self.session is not None
        exchange = converse(mechanism, initial, self.known)
        try:
            challenge = next(exchange)
            while True:
                await self.push(f"334 {challenge}")
                answer = (await self._reader.readline()).strip().decode("ascii", "replace")
                if answer == "*":
                    await self.push("501 5.7.0 Authentication aborted")
                    return
                challenge = exchange.send(answer)
        except StopIteration as end:
            user, fine = end.value
            fine = fine or self.listener.accepts_all
        tls = self._tls_protocol is not None or self.listener.security is Security.IMPLICIT_TLS
        self.record.attempts.append(LoginAttempt(user, fine, mechanism, tls))
        if fine:
            session: Any = self.session
            session.authenticated, session.user = True, user
            await self.push("235 2.7.0 Authentication successful")
        else:
            await self.push(PROFILES[self.listener.profile].smtp_refused)


class Submission:
    """All SMTP endpoints of a lab, on one event loop in one thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._servers: list[asyncio.Server] = []
        self._open: WeakSet[_Server] = WeakSet()
        self._thread = threading.Thread(target=self._run, name="mailkit-lab-smtp", daemon=True)

    def start(self) -> None:
        """Start the loop."""
        self._thread.start()

    def serve(
        self,
        sock: socket.socket,
        listener: Listener,
        context: ssl.SSLContext,
        known: Known,
        record: Recording,
        acceptance: MailAcceptance,
    ) -> None:
        """Serve one endpoint on a socket that already listens; its logins are recorded."""
        implicit = listener.security is Security.IMPLICIT_TLS

        def protocol() -> SMTP:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                made = _Server(
                    listener,
                    acceptance=acceptance,
                    known=known,
                    record=record,
                    context=context,
                    loop=self._loop,
                )
            self._open.add(made)
            return made

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
        for connection in [*self._open]:
            transport: Any = connection.transport
            if transport is not None:
                transport.abort()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
        for _ in range(5):  # transports close in steps
            await asyncio.sleep(0)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.set_exception_handler(lambda loop, context: None)
        self._loop.run_forever()
