"""TLS over a socket through memory, so that every byte from the server can be recorded.

:class:`ssl.SSLSocket` reads from the socket by itself: if a server answers a TLS hello in plain text, the text is
lost. Here every byte passes through :meth:`TlsPipe.feed`, and the first ones are kept.
"""

import ssl
from _ssl import ENCODING_DER
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mailkit import observation
from mailkit.net.formalities import formalities

if TYPE_CHECKING:
    from mailkit.observation import Certificate

__all__ = ["TlsConnection", "moment"]

CHUNK = 65_536


class TlsConnection:
    """One TLS connection over a connected socket.

    ``read`` returns the socket's next data, ``b""`` at its end; ``write`` writes all data; both raise after the
    timeout. ``first`` has the first bytes of the handshake, or of what came instead.
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
        self.tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=_octets(host))
        self.first = b""
        self.ended = False
        self._over = False  # OpenSSL has said so: no more is to be read
        self._failed: ssl.SSLError | None = None

    def begin(self) -> None:
        """Send the hello, and wait for no answer."""
        with suppress(ssl.SSLWantReadError):
            self.tls.do_handshake()
        self._flush()

    def handshake(self) -> None:
        """Do the handshake.

        Raises:
            ssl.SSLError: it failed; ``first`` has the server's first bytes.
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

    def send(self, data: memoryview, *, at_end: bool = False) -> None:
        """Encrypt and send; or keep it for the end of the connection."""
        self.tls.write(data)
        if not at_end:
            self._flush()

    def receive(self) -> bytes:
        """Return the decrypted bytes of all received records; ``b""`` after a close_notify.

        Raises:
            ssl.SSLError: an alert, or an end without close_notify (:exc:`ssl.SSLEOFError`).
        """
        if self._failed is not None:
            raise self._failed
        parts: list[bytes] = []
        size = 0
        while size < CHUNK:
            if not (self._over or self._incoming.pending or self.tls.pending()):
                if parts:
                    break  # to ask OpenSSL, which would raise, takes longer than to read a line
                self._flush()
                self.feed()
            try:
                if not (data := self.tls.read(CHUNK)):
                    self._over = True
                    break
                parts.append(data)
                size += len(data)
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLZeroReturnError:
                self._over = True
                break
            except ssl.SSLError as error:
                self._over = True
                if not parts:
                    raise
                self._failed = error  # after what came before it
                break
        return b"".join(parts)

    def feed(self) -> None:
        """Read from the socket."""
        data = self._read()
        if not self.first:
            self.first = data[:512]
        if data:
            self._incoming.write(data)
        else:
            self.ended = True
            self._incoming.write_eof()

    def close_notify(self) -> bytes:
        """Return what is left to send, with a close_notify."""
        with suppress(ssl.SSLError, ValueError):
            self.tls.unwrap()
        return self._outgoing.read()

    def chain(self) -> list[bytes]:
        """Return the server's certificates, unverified, in DER."""
        if hasattr(self.tls, "get_unverified_chain"):  # public from Python 3.13 on
            return [bytes(der) for der in self.tls.get_unverified_chain()]
        shown = self.tls._sslobj.get_unverified_chain()  # type: ignore[attr-defined]
        return [certificate.public_bytes(ENCODING_DER) for certificate in shown or ()]

    def verified(self, chain: Sequence[bytes]) -> "Certificate":
        """Return the facts of the server's certificate, after OpenSSL has verified it; ``chain`` is :meth:`chain`."""
        key = tuple(chain)
        found = _KNOWN.get(key)
        if found is None:
            if len(_KNOWN) >= _MOST_KNOWN:
                _KNOWN.clear()
            found = _verified(self.tls.getpeercert() or {}, chain[0], formalities(chain))
            _KNOWN[key] = found
        return found

    def _flush(self) -> None:
        if data := self._outgoing.read():
            self._write(memoryview(data))


_MOST_KNOWN = 4096
_KNOWN: dict[tuple[bytes, ...], "Certificate"] = {}
"""Facts of certificates by the DER of their chain, because thousands of accounts can share a server."""


def _octets(host: str) -> bytes | str:
    """Return a valid name in ASCII as octets: for text ssl imports a codec, which takes as long as all else here."""
    valid = host.isascii() and all(0 < len(label) < 64 for label in host.split("."))
    return host.encode("ascii") if valid else host


def _verified(peer: dict[str, Any], der: bytes, informal: tuple[str, ...]) -> "Certificate":
    import hashlib

    names = peer.get("subjectAltName", ())
    return observation.Certificate(
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
        informal=informal,
    )


def _flat(name: Iterable[Iterable[tuple[str, str]]]) -> str:
    short = {"commonName": "CN", "organizationName": "O", "countryName": "C"}
    return ",".join(f"{short.get(k, k)}={v}" for rdn in reversed([*name]) for k, v in rdn)


_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def moment(text: str) -> datetime:
    """Parse a time in OpenSSL's format: ``Jan  5 09:34:43 2018 GMT``."""
    month, day, clock, year, _ = text.split()
    return datetime.fromisoformat(
        f"{year}-{_MONTHS.index(month) + 1:02}-{int(day):02}T{clock}+00:00"
    )
