"""What an embedded lab shows of itself by TLS: its authority, and a context for each endpoint."""

import ssl
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mailkit.lab.listener import Listener
from mailkit.lab.script import Gone

if TYPE_CHECKING:
    from mailkit.lab.certificates import Authority

__all__ = ["Certificates"]


class Certificates:
    """The certificates of a lab's endpoints, from its start to its stop.

    Args:
        persist: a folder in which the authority is kept; without it each start has a new one.
        names: further names in the certificate of ``localhost``.
    """

    def __init__(self, persist: Path | None, names: Sequence[str]) -> None:
        self._persist, self._names = persist, tuple(names)
        self._lock = threading.Lock()
        self._folder = Path()
        self._authority: Authority | None = None
        self._stopped = False

    def start(self, folder: Path) -> None:
        """Write files into a folder from now on."""
        self._folder, self._authority, self._stopped = folder, None, False

    def stop(self) -> None:
        """Expect the folder to be removed."""
        self._stopped = True

    @property
    def authority(self) -> "Authority":
        """The certificate authority, created on first use, because most tests send without TLS."""
        with self._lock:
            if self._authority is None:
                from mailkit.lab.certificates import Authority

                kept = self._persist / "authority.pem" if self._persist is not None else None
                self._authority = Authority(self._folder, kept, self._names)
            return self._authority

    def prepare(self, listener: Listener) -> None:
        """Make what an endpoint shows, except an ordinary certificate: a client that asks for TLS has it made."""
        if self._persist is not None or listener.certificate != "good" or listener.tls:
            self.context(listener)

    def context(self, listener: Listener) -> ssl.SSLContext:
        """The server's side of TLS at an endpoint.

        Raises:
            Gone: the lab was stopped while a client began TLS.
        """
        try:
            return self.authority.context(listener.host, listener.certificate, listener.tls)
        except OSError:
            if not self._stopped:
                raise
            raise Gone from None
