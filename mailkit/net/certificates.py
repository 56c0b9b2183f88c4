"""Certificates: from DER to the facts that rules need."""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from mailkit.observation import Certificate

__all__ = ["from_der", "load_crls", "revoked", "subjects"]


def from_der(der: bytes) -> Certificate | None:
    """Return the facts of a DER certificate, or ``None`` if it cannot be parsed: no facts rather than half of them."""
    try:
        return _facts(x509.load_der_x509_certificate(der), der)
    except Exception:  # noqa: BLE001 - for each thing that is wrong the library has an exception of its own
        return None


_loaded = lru_cache(1024)(x509.load_der_x509_certificate)
"""Cached, because thousands of accounts can share a server."""


def load_crls(pem: bytes) -> list[x509.CertificateRevocationList]:
    """Return the revocation lists in a PEM file."""
    found = []
    end = b"-----END X509 CRL-----"
    for part in pem.split(b"-----BEGIN X509 CRL-----")[1:]:
        body = b"-----BEGIN X509 CRL-----" + part.partition(end)[0] + end
        with suppress(ValueError):
            found.append(x509.load_pem_x509_crl(body))
    return found


def subjects(pem: bytes) -> list[str]:
    """Return the subjects of the certificates in a PEM file."""
    try:
        return [
            certificate.subject.rfc4514_string()
            for certificate in x509.load_pem_x509_certificates(pem)
        ]
    except (ValueError, x509.InvalidVersion):
        return []


def revoked(der: bytes, lists: Iterable[x509.CertificateRevocationList]) -> datetime | None:
    """Return when a certificate was revoked, according to its issuer's lists."""
    certificate = _loaded(der)
    for crl in lists:
        if crl.issuer == certificate.issuer:
            entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
            if entry is not None:
                return entry.revocation_date_utc
    return None


def _facts(certificate: x509.Certificate, der: bytes) -> Certificate:
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    url = ""
    with suppress(x509.ExtensionNotFound):
        san = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = tuple(san.get_values_for_type(x509.DNSName))
        addresses = tuple(str(ip) for ip in san.get_values_for_type(x509.IPAddress))
    with suppress(x509.ExtensionNotFound):
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess)
        url = next(
            (
                str(place.access_location.value)
                for place in access.value
                if place.access_method == AuthorityInformationAccessOID.CA_ISSUERS
            ),
            "",
        )
    key, bits = _key(certificate)
    return Certificate(
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        common_name=next(
            (str(a.value) for a in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)),
            "",
        ),
        names=names,
        addresses=addresses,
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        fingerprint=hashlib.sha256(der).hexdigest(),
        key=key,
        key_bits=bits,
        signature=_signature(certificate),
        issuer_url=url,
    )


def _key(certificate: x509.Certificate) -> tuple[str, int]:
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return "unknown", 0
    if isinstance(key, rsa.RSAPublicKey | dsa.DSAPublicKey):
        kind = "RSA" if isinstance(key, rsa.RSAPublicKey) else "DSA"
        return f"{kind} {key.key_size}", key.key_size
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.curve.name}", key.key_size * 12  # comparable to RSA, roughly
    return type(key).__name__.removesuffix("PublicKey"), 3072


def _signature(certificate: x509.Certificate) -> str:
    try:
        algorithm = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return "unknown"
    return algorithm.name if algorithm is not None else "built-in"
