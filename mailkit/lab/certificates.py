"""Certificates of every kind, good and bad, from the authority of a lab."""

import os
import ssl
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import idna
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from mailkit.errors import LabError
from mailkit.lab.issuing import (
    RSA_CA,
    PrivateKey,
    Signer,
    issue,
    new_key,
    now,
    pem_key,
    signed_with_sha1,
)

__all__ = ["KINDS", "TLS_KINDS", "Authority", "java_truststore", "trusting"]

KINDS = {
    "good": "valid, for the host",
    "expired": "expired twelve days ago",
    "not-yet": "valid from in five days",
    "future": "valid from in 400 days",
    "soon": "expires in six days",
    "self-signed": "self-signed",
    "unknown-ca": "from an unknown CA",
    "missing-intermediate": "without its intermediate certificate",
    "intercepted": "from the authority of a company's proxy",
    "antivirus": "from the authority of an antivirus mail shield",
    "other-host": "for mail.hoster.example",
    "sibling-host": "for another name in the same domain",
    "wildcard": "for *.example.com",
    "cn-only": "with a common name and no subject alternative name",
    "weak-key": "with an RSA key of 1,024 bits",
    "weak-signature": "signed with SHA-1",
    "weak-ca": "from an intermediate authority with a key of 1,024 bits",
    "informal": "without an authority key identifier",
    "ca-leaf": "marked as a certificate authority's own",
    "revoked": "on the authority's revocation list",
    "mess": "expired, self-signed and for another host",
}

TLS_KINDS = {
    "": "TLS 1.2 and 1.3",
    "tls1.1": "TLS 1.0 and 1.1 only",
    "no-cipher": "one cipher that no client accepts: it encrypts nothing",
    "weak-dh": "a Diffie-Hellman group of 1,024 bits",
    "sni": "refuses the name",
    "client-cert": "demands a client certificate",
}


# RFC 2409, the second Oakley group: 1,024 bits, below every current floor.
_WEAK_DH = b"""-----BEGIN DH PARAMETERS-----
MIGHAoGBAP//////////yQ/aoiFowjTExmKLgNwc0SkCTgiKZ8x0Agu+pjsTmyJR
Sgh5jjQE3e+VGbPNOkMbMCsKbfJfFDdP4TVtbVHCReSFtXZiXn7G9ExC6aY37WsL
/1y29Aa37e44a/taiZ+lrp8kEXxLH+ZJKGZR7OZTgf//////////AgEC
-----END DH PARAMETERS-----
"""


class Authority:
    """The certificate authority of a lab.

    ``ca_file`` holds its root and its revocation list in PEM: pass it to ``--ca``.

    Args:
        folder: the folder of its files.
        kept: a file with its key and root, created if missing, so that programs
            still trust the authority after a restart.
        names: further names in the certificate of ``localhost``.
    """

    def __init__(self, folder: Path, kept: Path | None = None, names: Sequence[str] = ()) -> None:
        self._folder = folder
        self._names = tuple(names)
        self._key, self._root = _kept_root(kept) if kept is not None else _new_root()
        self._roots = [self._root]
        self._revoked: list[int] = []
        self._lock = threading.Lock()
        self._contexts: dict[tuple[str, str, str], ssl.SSLContext] = {}
        self.ca_file = folder / "ca.pem"
        self._write()

    def context(self, host: str, kind: str = "good", tls: str = "") -> ssl.SSLContext:
        """Return a server context for a host; raise LabError for a kind in neither :data:`KINDS` nor
        :data:`TLS_KINDS`.
        """
        if unknown := ({kind} - KINDS.keys()) | ({tls} - TLS_KINDS.keys()):
            raise LabError(f"no such kind of certificate or TLS: {', '.join(unknown)}")
        key = (host, kind, tls)
        with self._lock:
            if key not in self._contexts:
                self._contexts[key] = self._make(host, kind, tls)
            return self._contexts[key]

    def files(self, host: str, kind: str, folder: Path) -> tuple[Path, Path]:
        """Certificate chain and key of a host as files in PEM, for a server that wants files."""
        key = new_key(1024 if kind == "weak-key" else 2048 if kind.startswith("weak") else 0)
        chain = self._chain(host, kind, key)
        pem = b"".join(
            certificate.public_bytes(serialization.Encoding.PEM) for certificate in chain
        )
        paths = folder / f"{host}.{kind}.crt", folder / f"{host}.{kind}.key"
        for path, data in zip(paths, (pem, pem_key(key)), strict=True):
            path.write_bytes(data)
            path.chmod(0o600)
        self._write()
        return paths

    def _write(self) -> None:
        lists = x509.CertificateRevocationListBuilder(
            issuer_name=self._root.subject,
            last_update=now() - timedelta(days=1),
            next_update=now() + timedelta(days=30),
        )
        for serial in self._revoked:
            lists = lists.add_revoked_certificate(
                x509.RevokedCertificateBuilder(serial, now() - timedelta(days=3)).build()
            )
        signed = lists.sign(self._key, hashes.SHA256())
        pem = serialization.Encoding.PEM
        roots = b"".join(root.public_bytes(pem) for root in self._roots)
        self.ca_file.write_bytes(roots + signed.public_bytes(pem))

    def _make(self, host: str, kind: str, tls: str) -> ssl.SSLContext:
        rsa_wanted = kind.startswith("weak") or tls == "weak-dh"
        key = new_key(1024 if kind == "weak-key" else 2048 if rsa_wanted else 0)
        chain = self._chain(host, kind, key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.sni_callback = _note_name
        if kind.startswith("weak") or tls:
            context.set_ciphers("DEFAULT@SECLEVEL=0")
        pem = [certificate.public_bytes(serialization.Encoding.PEM) for certificate in chain]
        with self._passing(b"".join([pem_key(key), *pem])) as path:
            context.load_cert_chain(path)
        self._bend(context, tls)
        return context

    @contextmanager
    def _passing(self, pem: bytes) -> Iterator[str]:
        """A temporary file for OpenSSL; only the owner can access the lab's folder."""
        path = self._folder / "passing.pem"
        path.write_bytes(pem)
        try:
            yield str(path)
        finally:
            path.unlink()

    def _bend(self, context: ssl.SSLContext, tls: str) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            if tls == "tls1.1":
                context.minimum_version = ssl.TLSVersion.TLSv1
                context.maximum_version = ssl.TLSVersion.TLSv1_1
        if tls in ("no-cipher", "weak-dh"):
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        if tls == "no-cipher":
            context.set_ciphers("ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0")
        elif tls == "weak-dh":
            context.set_ciphers("DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0")
            with self._passing(_WEAK_DH) as path:
                context.load_dh_params(path)
        elif tls == "sni":
            context.sni_callback = _refuse_name
        elif tls == "client-cert":
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(str(self.ca_file))

    def _chain(self, host: str, kind: str, key: PrivateKey) -> list[x509.Certificate]:
        names: list[str] = [host if host.isascii() else idna.encode(host, uts46=True).decode()]
        if host == "localhost":
            names += ["127.0.0.1", *self._names]
        days = {
            "expired": (-100, -12),
            "not-yet": (5, 90),
            "future": (400, 500),
            "soon": (-80, 6),
            "mess": (-400, -40),
        }.get(kind, (-30, 60))
        signer = root = Signer(self._key, self._root)
        extra: list[x509.Certificate] = []
        url = ""
        match kind:
            case "self-signed":
                signer = Signer(key)
            case "mess":
                signer, names = Signer(key), ["localhost.localdomain"]
            case "unknown-ca" | "intercepted" | "antivirus":
                name = {
                    "intercepted": "Zscaler Root CA",
                    "antivirus": "Avast Mail Shield Root",
                }.get(kind, "Unheard-of CA")
                own = new_key()
                signer = Signer(own, issue(name, own, Signer(own), ca=True))
            case "missing-intermediate" | "weak-ca":
                middle = new_key(1024 if kind == "weak-ca" else 0)
                issuer = issue("Lab Intermediate", middle, root, ca=True)
                signer = Signer(middle, issuer)
                if kind == "weak-ca":
                    extra = [issuer]
                else:
                    url = "http://ca.example/intermediate.der"
            case "other-host":
                names = ["mail.hoster.example"]
            case "sibling-host":
                names = [f"mail.{host.partition('.')[2]}"]
            case "wildcard":
                names = ["*.example.com"]
        leaf = issue(
            names[0],
            key,
            signer,
            names=() if kind == "cn-only" else names,
            days=days,
            url=url,
            ca=kind == "ca-leaf",
            informal=kind == "informal",
        )
        if kind == "weak-signature":
            leaf = signed_with_sha1(leaf, self._rsa_root())
        if kind == "revoked":
            self._revoked.append(leaf.serial_number)
            self._write()
        return [leaf, *extra]

    def _rsa_root(self) -> rsa.RSAPrivateKey:
        """The key of an additional RSA root, for a signature with SHA-1."""
        key = rsa.generate_private_key(65537, 2048)
        self._roots.append(issue(RSA_CA, key, Signer(key), ca=True))
        self._write()
        return key


def _note_name(sock: Any, name: Any, context: Any) -> None:
    """Record the name that a client asks for (RFC 6066 §3) with its connection."""
    sock.server_name = name


def _refuse_name(sock: Any, name: Any, context: Any) -> int:
    return int(ssl.AlertDescription.ALERT_DESCRIPTION_UNRECOGNIZED_NAME)


def _new_root() -> tuple[PrivateKey, x509.Certificate]:
    key = new_key()
    return key, issue("Mailkit Lab CA", key, Signer(key), ca=True, days=(-60, 3650))


def _kept_root(file: Path) -> tuple[PrivateKey, x509.Certificate]:
    """Return the key and the root in a file, created if missing."""
    if file.exists():
        data = file.read_bytes()
        key = serialization.load_pem_private_key(data, None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key, x509.load_pem_x509_certificate(data)
    new, root = _new_root()
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        written.write(pem_key(new) + root.public_bytes(serialization.Encoding.PEM))
    return new, root


def java_truststore(ca_file: Path) -> bytes | None:
    """The roots of a file as a truststore of Java (PKCS #12, password ``changeit``).

    ``None`` for cryptography before 45, which cannot create one.
    """
    from cryptography.hazmat.primitives.serialization import pkcs12

    if not hasattr(pkcs12, "serialize_java_truststore"):
        return None
    roots = x509.load_pem_x509_certificates(ca_file.read_bytes())
    named = [
        pkcs12.PKCS12Certificate(root, f"mailkit-lab-{number}".encode())
        for number, root in enumerate(roots)
    ]
    return pkcs12.serialize_java_truststore(
        named, serialization.BestAvailableEncryption(b"changeit")
    )


def trusting(ca_file: Path) -> ssl.SSLContext:
    """Return a verifying context that trusts a lab."""
    return ssl.create_default_context(cafile=str(ca_file))
