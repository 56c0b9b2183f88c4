"""What strict programs refuse in a chain, read from the DER of the lab's certificates."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from mailkit.lab.certificates import Authority
from mailkit.net.formalities import formalities


def chain(folder: Path, kind: str) -> list[bytes]:
    from cryptography import x509

    certificates, _ = Authority(folder).files("mail.example.com", kind, folder)
    loaded = x509.load_pem_x509_certificates(certificates.read_bytes())
    return [certificate.public_bytes(Encoding.DER) for certificate in loaded]


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("good", ()),
        ("self-signed", ()),
        ("weak-ca", ()),
        ("informal", ("the server's certificate has no authority key identifier",)),
        ("ca-leaf", ("the server's certificate is marked as a CA's",)),
    ],
)
def test_a_formality_is_found_where_a_certificate_lacks_it(
    tmp_path: Path, kind: str, found: tuple[str, ...]
) -> None:
    assert formalities(chain(tmp_path, kind)) == found


def test_a_ca_in_the_chain_is_held_to_more_than_the_servers_certificate(tmp_path: Path) -> None:
    server, *_ = chain(tmp_path, "good")

    assert formalities([server, *chain(tmp_path, "informal")]) == (
        "a CA's certificate has no authority key identifier",
    )


@given(st.lists(st.binary(max_size=80), max_size=3))
def test_what_cannot_be_read_is_no_finding(chain: list[bytes]) -> None:
    formalities(chain)


def test_a_certificate_that_is_cut_off_is_no_finding(tmp_path: Path) -> None:
    der = chain(tmp_path, "informal")[0]

    assert {formalities([der[:size]]) for size in range(0, len(der) - 1, 7)} == {()}
