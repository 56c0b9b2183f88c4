"""Keys, and certificates as an authority issues them."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import NamedTuple, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

__all__ = [
    "RSA_CA",
    "PrivateKey",
    "Signer",
    "issue",
    "new_key",
    "now",
    "pem_key",
    "signed_with_sha1",
]

PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

RSA_CA = "Mailkit Lab RSA CA"


class Signer(NamedTuple):
    """What signs a certificate: a key, and the certificate of its authority, if it has one."""

    key: PrivateKey
    certificate: x509.Certificate | None = None


def new_key(rsa_bits: int = 0) -> PrivateKey:
    if rsa_bits:
        return rsa.generate_private_key(65537, rsa_bits)
    return ec.generate_private_key(ec.SECP256R1())


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def pem_key(key: PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])


def issue(
    subject: str,
    key: PrivateKey,
    signer: Signer,
    *,
    names: Sequence[str] = (),
    ca: bool = False,
    days: tuple[float, float] = (-30, 60),
    url: str = "",
    informal: bool = False,
) -> x509.Certificate:
    """Return a certificate; where its own key signs without a certificate, it is self-signed.

    An ``informal`` one does not name its issuer's key.
    """
    builder = x509.CertificateBuilder(
        subject_name=_name(subject),
        issuer_name=signer.certificate.subject if signer.certificate else _name(subject),
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now() + timedelta(days=days[0]),
        not_valid_after=now() + timedelta(days=days[1]),
    ).add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    builder = builder.add_extension(
        x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
    )
    if not informal:
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key())
        builder = builder.add_extension(identifier, critical=False)
    if ca:
        usage = dict.fromkeys(_USAGES, False) | {"key_cert_sign": True, "crl_sign": True}
        usage["digital_signature"] = bool(names)
        builder = builder.add_extension(x509.KeyUsage(**usage), critical=True)
    if alternatives := [_general(name) for name in names]:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    if url:
        access = x509.AccessDescription(
            AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(url)
        )
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    return builder.sign(signer.key, hashes.SHA256())


_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def _general(name: str) -> x509.GeneralName:
    with suppress(ValueError):
        return x509.IPAddress(ip_address(name))
    return x509.DNSName(name)


def signed_with_sha1(leaf: x509.Certificate, signer: rsa.RSAPrivateKey) -> x509.Certificate:
    """Return the certificate with an obsolete SHA-1 signature of the RSA root. The library does not create one, so it
    is created with SHA-256, and the algorithm's identifier, which has the same length, is replaced before the body is
    signed again.
    """
    builder = x509.CertificateBuilder(
        subject_name=leaf.subject,
        issuer_name=_name(RSA_CA),
        public_key=leaf.public_key(),
        serial_number=leaf.serial_number,
        not_valid_before=leaf.not_valid_before_utc,
        not_valid_after=leaf.not_valid_after_utc,
    )
    for extension in leaf.extensions:
        value = extension.value
        if isinstance(value, x509.AuthorityKeyIdentifier):
            value = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        builder = builder.add_extension(value, extension.critical)
    made = builder.sign(signer, hashes.SHA256())
    sha256, sha1 = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d010105")
    body = made.tbs_certificate_bytes.replace(sha256, sha1)
    signature = signer.sign(body, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
    der = made.public_bytes(serialization.Encoding.DER)
    der = der.replace(made.tbs_certificate_bytes, body).replace(sha256, sha1)
    return x509.load_der_x509_certificate(der.replace(made.signature, signature))
