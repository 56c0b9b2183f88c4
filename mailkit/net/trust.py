"""Trust anchors: which certificates are believed, read once."""

import re
import ssl
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from mailkit.errors import SettingsError
from mailkit.private import read_regular, require_regular

__all__ = ["Trust", "trust_of"]

_MOST = 64 * 1024 * 1024
"""Octets of a file of trust anchors; lists of revoked certificates can be large."""

_HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+")
"""The name of a trust anchor that OpenSSL finds by its subject."""


class Trust:
    """The trust anchors of a run: the system's, and those of files in PEM.

    The two contexts are created once, because reading the system's bundle takes longer than a handshake. Revocation
    lists in the files are used.
    """

    def __init__(self, *ca_files: str | Path) -> None:
        self._verified: ssl.SSLContext | None = None
        self._looking: ssl.SSLContext | None = None
        self._making = threading.Lock()
        self._crls: list[Any] = []
        self.revoked = lru_cache(4096)(self._revoked)
        self.files = tuple(Path(file) for file in ca_files)
        try:
            for file in ca_files:
                pem = read_regular(Path(file), _MOST)
                require_regular(Path(file))
                _checked(file)
                if b"X509 CRL" in pem:
                    from mailkit.net import certificates as x509

                    self._crls += x509.load_crls(pem)
        except (OSError, ssl.SSLError) as error:
            names = ", ".join(map(str, ca_files))
            raise SettingsError(f"no trust anchors in {names}: {error}") from None

    def __reduce__(self) -> tuple[type["Trust"], tuple[Path, ...]]:
        """Contexts cannot be pickled; another process creates them from the same files."""
        return Trust, self.files

    def given(self) -> list[str]:
        """The subjects of the certificates in the given files."""
        from mailkit.net import certificates as x509

        return [name for file in self.files for name in x509.subjects(read_regular(file, _MOST))]

    def _revoked(self, der: bytes) -> datetime | None:
        """When a certificate was revoked, according to the given files; the answer is kept, because thousands of
        accounts can share a server.
        """
        if not self._crls:
            return None
        from mailkit.net import certificates as x509

        return x509.revoked(der, self._crls)

    def prepare(self) -> None:
        """Start creating the verifying context in the background."""
        if self._verified is None and not self._making.locked():
            threading.Thread(target=self._prepared, daemon=True, name="mailkit-trust").start()

    def _prepared(self) -> None:
        with suppress(OSError):  # raised when the context is used
            _ = self.verified

    @property
    def verified(self) -> ssl.SSLContext:
        """The verifying context. Creating it takes as long as a few round trips."""
        with self._making:
            if self._verified is None:
                self._verified = self._made()
            return self._verified

    def _made(self) -> ssl.SSLContext:
        context = ssl.create_default_context(capath=_folder())
        for file in self.files:
            context.load_verify_locations(str(file))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.hostname_checks_common_name = False  # RFC 9525 §2
        # The checks of mail programs, the same on every version of Python:
        # from 3.13 on the default also refuses chains over formalities of RFC 5280.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        return context

    @property
    def looking(self) -> ssl.SSLContext:
        """A context that does not verify. No credentials are sent over it."""
        if self._looking is None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            context.set_ciphers("ALL:@SECLEVEL=0")
            self._looking = context
        return self._looking

    @property
    def empty(self) -> bool:
        """Whether this machine has no trust anchors."""
        if self.verified.cert_store_stats()["x509_ca"]:
            return False
        folder = ssl.get_default_verify_paths().capath
        return not (folder and any(Path(folder).iterdir()))


def _folder() -> str | None:
    """Return the system's folder of trust anchors if its bundle stands in it and has no others: an anchor is read from
    there when a chain needs it, while a bundle is read whole.
    """
    system = ssl.get_default_verify_paths()
    if not system.cafile or not system.capath:
        return None
    folder, bundle = Path(system.capath).resolve(), Path(system.cafile).resolve()
    try:
        known = sum(1 for file in folder.iterdir() if _HASHED.fullmatch(file.name))
        whole = bundle.read_bytes().count(b"CERTIFICATE-----") // 2  # where each begins and ends
    except OSError:
        return None
    return system.capath if bundle.parent == folder and 0 < whole <= known else None


def _checked(file: str | Path) -> None:
    """Read a file of trust anchors alone, which takes no time; the system's bundle is read while the network is awaited.

    Raises:
        ssl.SSLError: it has none.
    """
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(str(file))


def trust_of(files: Sequence[str | Path] = ()) -> Trust:
    """Return the trust anchors of the system and of files; cached until a file changes.

    Raises:
        SettingsError: a file cannot be read, or has no trust anchors.
    """
    system = ssl.get_default_verify_paths()
    where = (system.cafile, system.capath, *files)
    return _kept(tuple(files), tuple(_version(Path(file)) for file in where if file))


@lru_cache(16)
def _kept(files: tuple[str | Path, ...], versions: tuple[tuple[Any, ...], ...]) -> Trust:
    return Trust(*files)


def _version(file: Path) -> tuple[Any, ...]:
    """Return values that change when a file is rewritten."""
    try:
        found = file.stat()
    except OSError:
        return (str(file),)
    return (str(file), found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
