"""The facts of certificates, whatever key they have, and what is none."""

import pickle
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.x509.oid import NameOID

from mailkit.net.certificates import from_der, load_crls, revoked, subjects
from mailkit.net.trust import Trust

NOW = datetime(2026, 11, 27, tzinfo=UTC)
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.com")])


def made(key: Any) -> x509.Certificate:
    builder = x509.CertificateBuilder(NAME, NAME, key.public_key(), 7, NOW, NOW + timedelta(9))
    names = x509.SubjectAlternativeName([x509.DNSName("mail.example.com")])
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.add_extension(names, False).sign(key, algorithm)


@pytest.mark.parametrize(
    ("key", "kind", "bits", "signature"),
    [
        (rsa.generate_private_key(65537, 2048), "RSA 2048", 2048, "sha256"),
        (dsa.generate_private_key(1024), "DSA 1024", 1024, "sha256"),
        (ec.generate_private_key(ec.SECP256R1()), "EC secp256r1", 3072, "sha256"),
        (ed25519.Ed25519PrivateKey.generate(), "Ed25519", 3072, "built-in"),
    ],
)
def test_a_certificate_is_read_whatever_its_key(
    key: Any, kind: str, bits: int, signature: str
) -> None:
    found = from_der(made(key).public_bytes(serialization.Encoding.DER))

    assert found is not None
    assert (found.key, found.key_bits, found.signature) == (kind, bits, signature)
    assert (found.common_name, found.names) == ("mail.example.com", ("mail.example.com",))
    assert found.not_after - found.not_before == timedelta(9)


def test_what_is_no_certificate_has_no_facts_and_stops_nothing() -> None:
    whole = made(ec.generate_private_key(ec.SECP256R1()))
    der = whole.public_bytes(serialization.Encoding.DER)

    for data in (b"", b"hello", der[:100], der[:-40]):
        assert from_der(data) is None
    assert subjects(b"hello") == []
    assert subjects(whole.public_bytes(serialization.Encoding.PEM)) == ["CN=mail.example.com"]


def tlv(tag: int, value: bytes) -> bytes:
    """One element of DER of less than 128 octets."""
    return bytes([tag, len(value)]) + value


SUBJECT_NAMES = x509.ObjectIdentifier("2.5.29.17")


@pytest.mark.parametrize(
    "names",
    [
        tlv(0xA3, tlv(0x30, b"")),  # an X.400 address
        tlv(0xA5, tlv(0x30, b"")),  # an EDI party
        tlv(0x87, b"12345"),  # an address of five octets
        tlv(0x82, b"\xff"),
        b"\xff",
    ],
)
def test_a_certificate_with_names_that_cannot_be_read_has_no_facts(names: bytes) -> None:
    """Not the facts of one that names no host."""
    extension = x509.UnrecognizedExtension(SUBJECT_NAMES, tlv(0x30, names))
    assert from_der(with_extensions(extension)) is None


def test_a_certificate_of_no_version_and_one_with_an_extension_twice_have_no_facts() -> None:
    der = with_extensions(
        x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00"),
        x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.6"), b"\x05\x00"),
    )
    version = bytes.fromhex("a003020102")
    assert from_der(der) is not None
    assert from_der(der.replace(version, version[:-1] + b"\x09", 1)) is None
    assert from_der(der.replace(bytes.fromhex("2a030406"), bytes.fromhex("2a030405"))) is None
    assert (
        subjects(ssl.DER_cert_to_PEM_cert(der.replace(version, version[:-1] + b"\x09", 1)).encode())
        == []
    )


def with_extensions(*extensions: x509.ExtensionType) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateBuilder(NAME, NAME, key.public_key(), 7, NOW, NOW + timedelta(9))
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_a_revocation_counts_by_the_issuer_and_broken_lists_are_passed_over() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    der = made(key).public_bytes(serialization.Encoding.DER)
    entry = x509.RevokedCertificateBuilder(7, NOW).build()
    other = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "another CA")])
    lists = [
        x509.CertificateRevocationListBuilder(issuer, NOW, NOW + timedelta(9))
        .add_revoked_certificate(entry)
        .sign(key, hashes.SHA256())
        for issuer in (other, NAME)
    ]
    pem = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in lists)
    broken = b"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"

    loaded = load_crls(broken + pem)

    assert len(loaded) == 2
    assert revoked(der, loaded[:1]) is None
    assert revoked(der, loaded) == NOW


def test_trust_travels_to_another_process_with_its_files(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    file.write_bytes(made(key).public_bytes(serialization.Encoding.PEM))

    there = pickle.loads(pickle.dumps(Trust(file)))

    assert there.files == (file,)
    assert there.given() == ["CN=mail.example.com"]
