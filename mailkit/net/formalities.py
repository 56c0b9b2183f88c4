"""What strict programs reject in a chain that OpenSSL accepts by default (RFC 5280 §4.2).

Python 3.13 and later set X509_V_FLAG_X509_STRICT; rustls has similar checks. The DER is parsed without a certificate
library, because this runs for every working connection.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

__all__ = ["formalities"]

_AUTHORITY_KEY, _SUBJECT_KEY = b"\x55\x1d\x23", b"\x55\x1d\x0e"
_CONSTRAINTS, _USAGE = b"\x55\x1d\x13", b"\x55\x1d\x0f"


def formalities(chain: Sequence[bytes]) -> tuple[str, ...]:
    """Return what the certificates of a chain lack; ``chain`` is DER, the server's own first.

    Certificates that cannot be parsed are skipped. The result is cached.
    """
    return _read(tuple(chain))


@lru_cache(4096)
def _read(chain: tuple[bytes, ...]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for place, der in enumerate(chain):
        try:
            reasons = [*_reasons(der, leaf=place == 0)]
        except (IndexError, ValueError):
            continue
        found |= dict.fromkeys(reasons)
    return tuple(found)


def _reasons(der: bytes, *, leaf: bool) -> Iterator[str]:
    body = _elements(_elements(_elements(der)[0][1])[0][1])
    if body[0][0] != 0xA0:
        yield "an X.509 certificate of version 1"
        return
    own_issuer = body[3][1] == body[5][1]
    extensions = next((value for tag, value in body if tag == 0xA3), b"")
    found = {}
    for _, extension in _elements(_elements(extensions)[0][1]) if extensions else ():
        parts = [value for _, value in _elements(extension)]
        found[parts[0]] = len(parts) == 3 and parts[1] == b"\xff", parts[-1]
    critical, constraints = found.get(_CONSTRAINTS, (False, b""))
    authority = b"\x01\x01\xff" in constraints
    of = "the server's certificate" if leaf else "a CA's certificate"
    if leaf and authority and not own_issuer:
        yield "the server's certificate is marked as a CA's"
    if _AUTHORITY_KEY not in found and not own_issuer:
        yield f"{of} has no authority key identifier"
    if any(found.get(oid, (False, b""))[0] for oid in (_AUTHORITY_KEY, _SUBJECT_KEY)):
        yield f"{of} has a key identifier that is marked critical"
    if authority and _SUBJECT_KEY not in found:
        yield f"{of} has no subject key identifier"
    if authority and not critical:
        yield f"{of} has basic constraints that are not marked critical"
    if authority and _USAGE not in found:
        yield f"{of} has no key usage"


def _elements(data: bytes) -> list[tuple[int, bytes]]:
    """Return the elements inside an element's value, as tag and value."""
    found = []
    at = 0
    while at < len(data):
        tag, size, at = data[at], data[at + 1], at + 2
        if size & 0x80:
            more = size & 0x7F
            size, at = int.from_bytes(data[at : at + more], "big"), at + more
        if at + size > len(data):
            raise ValueError("an element is longer than what holds it")
        found.append((tag, data[at : at + size]))
        at += size
    return found
