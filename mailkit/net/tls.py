"""TLS over a socket through memory, so that no byte a server sends is out of sight.

:class:`ssl.SSLSocket` reads from the socket by itself: where a server answers a TLS hello in
clear, its words are gone. Here every byte passes through :meth:`TlsPipe.feed`, and the first ones
are kept.
"""

import hashlib
import ssl
from _ssl import ENCODING_DER
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

from mailkit.observation import Certificate

__all__ = ["TlsConnection", "moment"]

CHUNK = 65_536


class TlsConnection:
    """One TLS connection over a connected socket.

    ``read`` returns what the socket has next, ``b""`` at its end, ``write`` writes all it is given; both raise where
    time is up. ``first`` holds the first bytes that came in the place of, or as, a handshake.
    """

    def __init__(
        self,
        context: ssl.SSLContext,
        host: str,
        read: Callable[[], bytes],
        write: Callable[[memoryview], None],
    ) -> None:
        self._read, self._write = read, write
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self.first = b""
        self.ended = False
        self._failed: ssl.SSLError | None = None

    def handshake(self) -> None:
        """Shake hands.

        Raises:
            ssl.SSLError: it failed; what the server sent first is in ``first``.
        """
        while True:
            try:
                self.tls.do_handshake()
            except ssl.SSLWantReadError:
                self._flush()
                self.feed()
            except ssl.SSLError:
                self._flush()
                raise
            else:
                self._flush()
                return

    def send(self, data: memoryview) -> None:
        """Encrypt and send."""
        self.tls.write(data)
        self._flush()

    def receive(self) -> bytes:
        """Decrypted bytes, of all the records that are here; ``b""`` at a proper end.

        Raises:
            ssl.SSLError: an alert, or an end without close_notify (:exc:`ssl.SSLEOFError`).
        """
        if self._failed is not None:
            raise self._failed
        parts: list[bytes] = []
        size = 0
        while size < CHUNK:
            try:
                if not (data := self.tls.read(CHUNK)):
                    break
                parts.append(data)
                size += len(data)
            except ssl.SSLWantReadError:
                if parts:
                    break
                self._flush()
                self.feed()
            except ssl.SSLZeroReturnError:
                break
            except ssl.SSLError as error:
                if not parts:
                    raise
                self._failed = error  # after what came before it
                break
        return b"".join(parts)

    def feed(self) -> None:
        """Take what the socket has."""
        data = self._read()
        if not self.first:
            self.first = data[:512]
        if data:
            self._incoming.write(data)
        else:
            self.ended = True
            self._incoming.write_eof()

    def goodbye(self) -> bytes:
        """A close_notify, to be sent."""
        with suppress(ssl.SSLError, ValueError):
            self.tls.unwrap()
        return self._outgoing.read()

    def chain(self) -> list[bytes]:
        """The certificates the server sent, unverified, in DER."""
        if hasattr(self.tls, "get_unverified_chain"):  # public from Python 3.13 on
            return [bytes(der) for der in self.tls.get_unverified_chain()]
        shown = self.tls._sslobj.get_unverified_chain()  # type: ignore[attr-defined]
        return [one.public_bytes(ENCODING_DER) for one in shown or ()]

    def verified(self) -> Certificate:
        """The facts of the server's certificate, once OpenSSL has verified it."""
        der = self.tls.getpeercert(True) or b""
        found = _KNOWN.get(der)
        if found is None:
            if len(_KNOWN) >= _MOST_KNOWN:
                _KNOWN.clear()
            found = _KNOWN[der] = _verified(self.tls.getpeercert() or {}, der)
        return found

    def _flush(self) -> None:
        if data := self._outgoing.read():
            self._write(memoryview(data))


_MOST_KNOWN = 4096
_KNOWN: dict[bytes, Certificate] = {}
"""The facts of certificates by their DER: thousands of accounts share a server."""


def _verified(peer: dict[str, Any], der: bytes) -> Certificate:
    names = peer.get("subjectAltName", ())
    return Certificate(
        subject=_flat(peer.get("subject", ())),
        issuer=_flat(peer.get("issuer", ())),
        common_name=next(
            (v for rdn in peer.get("subject", ()) for k, v in rdn if k == "commonName"), ""
        ),
        names=tuple(value for kind, value in names if kind == "DNS"),
        addresses=tuple(value for kind, value in names if kind == "IP Address"),
        not_before=moment(peer["notBefore"]),
        not_after=moment(peer["notAfter"]),
        fingerprint=hashlib.sha256(der).hexdigest(),
    )


def _flat(name: Iterable[Iterable[tuple[str, str]]]) -> str:
    short = {"commonName": "CN", "organizationName": "O", "countryName": "C"}
    return ",".join(f"{short.get(k, k)}={v}" for rdn in reversed([*name]) for k, v in rdn)


_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def moment(text: str) -> datetime:
    """A moment as OpenSSL writes it: ``Jan  5 09:34:43 2018 GMT``."""
    month, day, clock, year, _ = text.split()
    return datetime.fromisoformat(
        f"{year}-{_MONTHS.index(month) + 1:02}-{int(day):02}T{clock}+00:00"
    )
