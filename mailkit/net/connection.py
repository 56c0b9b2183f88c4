"""The blocking side of a session: sockets, TLS, one deadline."""

import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING

from mailkit import observation
from mailkit.net.options import ConnectOptions
from mailkit.net.resolver import SocketAddress
from mailkit.net.routes import ascii_name
from mailkit.net.sockets import connect_kind, dialled, has_route, why_of
from mailkit.net.tls import CHUNK, TlsConnection
from mailkit.net.waiting import apart, pause, waits
from mailkit.observation import StopReason
from mailkit.protocol.asks import Ask, Connect, Pause, Recv, Send, StartTLS, Stopped

if TYPE_CHECKING:
    from mailkit.observation import Tls

__all__ = ["Connection", "hush"]


def hush(reply_timeout_s: float) -> float:
    """Return after how many seconds a server that waits for TLS counts as quiet."""
    return min(1.5, reply_timeout_s / 4)


_HELLO = 0.9
"""The share of a reply's timeout for the hello of a server with implicit TLS; a silent one is known within the timeout."""
_SOON_S = 0.3
"""How long to wait for the reply to an early hello; then the dialogue waits, and notices silence."""


class _Early:
    """The outcome of a connection, before a dialogue asks for it."""

    def __init__(self) -> None:
        self.connected, self.over = Event(), Event()
        self.refusal: BaseException | None = None
        self.secured: Tls | None = None
        self.failure: BaseException | None = None


class Connection:
    """Answers the requests of a dialogue with a real socket.

    Every wait ends at the deadline, at the end of the step, or with :meth:`cancel`. A step is a request with its
    whole reply, so a server cannot extend it by sending a byte now and then. Without ``verify`` a certificate is only
    looked at. ``chunk`` is the number of octets per read. ``on_quiet`` is called once
    if the server stays silent for a while at the beginning; the wait for the greeting goes on
    afterwards, up to ``greeting_timeout_s``. Objects with more than 29 attributes take five times as much memory.
    """

    chunk = CHUNK

    def __init__(
        self,
        host: str,
        port: int,
        options: ConnectOptions,
        *,
        verify: bool = True,
        addresses: Sequence[SocketAddress] = (),
        on_quiet: Callable[["Connection"], None] | None = None,
    ) -> None:
        self.host, self.port = host, port
        self.verify, self.addresses = verify, [*addresses]
        self._take_options(options)
        self.heard = False
        self.dead: list[tuple[str, StopReason]] = []
        self.routeless: list[str] = []
        self.address = ""
        self._on_quiet = on_quiet
        self.greeting_s: float | None = None
        self.ragged = False
        self.secured = False  # whether TLS is or was up
        self._sock: socket.socket | None = None
        self._reset: ConnectionResetError | None = None
        self._pipe: TlsConnection | None = None
        self._early: _Early | None = None
        self._hello: TlsConnection | None = None
        self._cancelled = False
        self._entered, self.waited_s = "", 0.0
        self._step_end = self.deadline
        self._connected_at = 0.0
        self._since_send = 0
        self._more = False  # whether something is there: after a command nothing is

    def _take_options(self, options: ConnectOptions) -> None:
        self._options = options
        self.reply_timeout_s, self.login_timeout_s, self.deadline = (
            options.reply_timeout_s,
            options.login_timeout_s,
            options.deadline,
        )
        self._greeting_timeout_s = options.greeting_timeout_s or self.login_timeout_s

    def begin(self, *, hello: bool) -> None:
        """Connect in a thread, with a TLS ``hello`` and handshake; the dialogue that asks for these gets the outcome."""
        self._early = early = _Early()
        Thread(target=self._begin, args=(early, hello), daemon=True, name="mailkit-dial").start()

    def go_on(
        self, options: ConnectOptions, on_quiet: Callable[["Connection"], None] | None
    ) -> None:
        """Take the options of the dialogue that a begun connection is for."""
        self._take_options(options)
        self._on_quiet = on_quiet

    @property
    def context(self) -> ssl.SSLContext:
        """The TLS context; creating the first takes as long as a few round trips."""
        trust = self._options.trust
        return trust.verified if self.verify else trust.looking

    def __call__(self, ask: Ask) -> object:
        if self._cancelled:
            raise Stopped(StopReason.ABANDONED)
        if self._reset is not None:
            raise Stopped(StopReason.RESET, why_of(self._reset))
        try:
            match ask:
                case Connect():
                    return self._connect()
                case Send(data, slow_reply, last):
                    within_s = self.login_timeout_s if slow_reply else self.reply_timeout_s
                    return self._send(data, within_s, last=last)
                case Recv():
                    return self._receive()
                case StartTLS():
                    return self._start_tls()
                case Pause(seconds):
                    pause(min(seconds, max(self.deadline - monotonic(), 0)))
                    return None
        except ConnectionError as error:
            raise Stopped(
                StopReason.ABANDONED if self._cancelled else StopReason.RESET, why_of(error)
            ) from None
        except ssl.SSLError as error:
            raise Stopped(StopReason.TLS_FAILED, error.reason or why_of(error)) from None
        except OSError as error:
            raise Stopped(
                StopReason.ABANDONED if self._cancelled else StopReason.CLOSED, why_of(error)
            ) from None

    def allow(self, until: float) -> None:
        """Set the end of the current step, by the monotonic clock."""
        self._step_end = until

    def ready(self, seconds: float) -> bool:
        """Return whether data arrives within so many seconds.

        Nothing is read, so it may be a TLS record without data.
        """
        if self._sock is None or self._sock.fileno() < 0:
            return True
        pending = self._pipe is not None and self._pipe.tls.pending() > 0
        return pending or waits(self._sock, seconds)

    def cancel(self) -> None:
        """Cancel the session from another thread."""
        self._cancelled = True
        if (sock := self._sock) is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection, with a close_notify if TLS is up, without waiting; then another may be opened."""
        if (sock := self._sock) is not None:
            with suppress(OSError, ValueError):
                if self._pipe is not None and not self.ragged:
                    sock.send(self._pipe.close_notify())
            sock.close()
        self._pipe = self._hello = self._on_quiet = (
            None  # they lead back here, and TLS takes much memory
        )
        self._leave()

    def _enter(self, address: str) -> None:
        """Wait for the pacer's permission; the wait does not count against the deadline."""
        if (turn := self._options.turn) is not None:
            waited = turn.enter(address, lambda: self._cancelled)
            if waited is None:
                raise Stopped(StopReason.ABANDONED)
            self._entered = address
            self.waited_s += waited
            self.deadline += waited
            self._step_end += waited

    def _leave(self) -> None:
        entered, self._entered = self._entered, ""
        if (turn := self._options.turn) is not None and entered:
            turn.pacer.leave(entered)

    def _left(self) -> float:
        return min(self.deadline, self._step_end) - monotonic()

    def _new_step(self, seconds: float) -> None:
        self._step_end = monotonic() + seconds

    def _connect(self) -> str:
        if (early := self._early) is None:
            return self._dial()
        apart(early.connected.wait)
        if early.refusal is not None:
            raise early.refusal
        if self._hello is None:
            self._early = None
        self._connected_at = monotonic()
        self._new_step(self._greeting_timeout_s)
        return self.address

    def _begin(self, early: "_Early", hello: bool) -> None:
        try:
            self._dial()
            if hello and self._sock is not None:
                with suppress(OSError, ValueError, Stopped):  # the handshake fails in the same way
                    self._hello = self._tls()
                    self._hello.begin()
        except BaseException as error:  # noqa: BLE001 - raised where the dialogue asks
            early.refusal = error
        finally:
            early.connected.set()
        try:
            if self._hello is not None and self._sock is not None and waits(self._sock, _SOON_S):
                early.secured = self._handshake()
        except BaseException as error:  # noqa: BLE001 - raised where the dialogue asks
            early.failure = error
        finally:
            early.over.set()
            if self._cancelled:
                self.close()

    def _dial(self) -> str:
        self._new_step(self.reply_timeout_s)
        if not self.addresses:
            self.addresses = self._options.routes.addresses(self.host, self.port, self._left())
        failure: Stopped | None = None
        for position, (address, port) in enumerate(self.addresses):
            self._enter(address)
            share = self._left() / (len(self.addresses) - position)
            sock = None
            try:
                sock = dialled(address, port, max(share, 0.001))
            except (
                ConnectionResetError
            ) as error:  # TLS was up: a refused connection raises another error
                self._reset = error
            except OSError as error:
                self._leave()
                self.dead.append((address, connect_kind(error)))
                failure = failure or Stopped(connect_kind(error), why_of(error))
                continue
            self._sock = sock
            if self._cancelled:
                raise Stopped(StopReason.ABANDONED)
            self._connected_at, self.address = monotonic(), address
            self._new_step(self._greeting_timeout_s)
            self.routeless = [other for other, at in self.addresses if not has_route(other, at)]
            return address
        raise failure or Stopped(StopReason.NO_ADDRESS)

    def _send(self, data: memoryview, reply_within_s: float, *, last: bool) -> bytes:
        self._new_step(reply_within_s)
        self._since_send = 0
        if self._pipe is not None:
            self._pipe.send(data, at_end=last)
        else:
            self._write(data)
        return b""

    def _write(self, data: memoryview) -> None:
        """Write all data to the socket; raise ``TimeoutError`` at the end of the step."""
        assert self._sock is not None
        while data:
            try:
                data = data[self._sock.send(data) :]
            except BlockingIOError:
                if not waits(self._sock, self._left(), write=True):
                    raise TimeoutError("timed out") from None

    def _receive(self) -> bytes:
        assert self._sock is not None
        try:
            data = self._pipe.receive() if self._pipe is not None else self._read()
        except TimeoutError:
            raise Stopped(StopReason.DRIP if self._since_send else StopReason.SILENT) from None
        except ssl.SSLEOFError:
            self.ragged = True
            return b""
        self._since_send += len(data)
        if data and not self.heard:
            self.heard = True
            self.greeting_s = monotonic() - self._connected_at
        return data

    def _read(self) -> bytes:
        """Read from the socket; raise ``TimeoutError`` at the end of the step."""
        assert self._sock is not None
        if self._on_quiet is not None and not self.heard and self._early is None:
            self._more = waits(self._sock, min(self._left(), hush(self.reply_timeout_s)))
            if not self._more:
                on_quiet, self._on_quiet = self._on_quiet, None
                on_quiet(self)
        while (left := self._left()) > 0:
            if not (self._more or waits(self._sock, left)):
                continue
            try:
                data = self._sock.recv(self.chunk)
            except BlockingIOError:
                self._more = False
                continue
            self._more = len(data) == self.chunk
            if self._cancelled:
                raise Stopped(StopReason.ABANDONED)
            return data
        raise TimeoutError

    def _fd(self) -> int:
        return self._sock.fileno() if self._sock is not None else -1

    def _start_tls(self) -> "Tls":
        """Do the handshake, or take the outcome of one that was begun early."""
        if self._early is None:
            return self._handshake()
        apart(self._early.over.wait)
        early, self._early = self._early, None
        if early.failure is not None:
            raise early.failure
        if early.secured is None:
            return self._handshake()
        self._new_step(self._greeting_timeout_s)
        return early.secured

    def _handshake(self) -> "Tls":
        assert self._sock is not None
        greeted = self.heard
        if greeted and waits(self._sock, 0):
            early = self._sock.recv(200, socket.MSG_PEEK)
            if early:
                raise Stopped(StopReason.INJECTED, data=early)
        self._new_step(self.reply_timeout_s if greeted else _HELLO * self.reply_timeout_s)
        try:
            pipe = self._hello or self._tls()
        except ValueError as error:
            raise Stopped(StopReason.BAD_SETTINGS, why_of(error)) from None
        self._shake(pipe)
        self._pipe, self.secured = pipe, True
        self._new_step(self.reply_timeout_s if greeted else self._greeting_timeout_s)
        self._since_send = 0
        return self._told(pipe)

    def _tls(self) -> TlsConnection:
        return TlsConnection(self.context, ascii_name(self.host), self._read, self._write)

    def _shake(self, pipe: TlsConnection) -> None:
        """Do the TLS handshake within the step; an error includes the first bytes received."""
        why, code = "", 0
        try:
            pipe.handshake()
        except TimeoutError:
            why = "STALLED" if pipe.first else "NO_ANSWER"
        except ssl.SSLCertVerificationError as error:
            why, code = error.verify_message, error.verify_code
        except ssl.SSLEOFError:
            why = "EOF"
        except ssl.SSLError as error:
            why = "EOF" if pipe.ended else error.reason or why_of(error)
        except ConnectionError:
            why = "RESET"
        if self._cancelled:
            raise Stopped(StopReason.ABANDONED)
        if why:
            raise Stopped(StopReason.TLS_FAILED, why, code=code, data=pipe.first)

    def _told(self, pipe: TlsConnection) -> "Tls":
        version, cipher = pipe.tls.version() or "TLS", (pipe.tls.cipher() or ("",))[0]
        if self.context.verify_mode != ssl.CERT_REQUIRED:
            from mailkit.net import certificates as x509

            found = (x509.from_der(der) for der in pipe.chain())
            return observation.Tls(
                version,
                cipher,
                False,
                tuple(certificate for certificate in found if certificate is not None),
            )
        chain = pipe.chain()
        when = self._options.trust.revoked(chain[0])
        if when is not None:
            why = f"certificate revoked on {when:%Y-%m-%d}"
            raise Stopped(StopReason.TLS_FAILED, why, code=23)
        return observation.Tls(version, cipher, True, (pipe.verified(chain),))
