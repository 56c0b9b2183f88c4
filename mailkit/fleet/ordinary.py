"""What is ordinary in the columns that each row has for itself: labels, addresses, references to secrets."""

from typing import Any

from mailkit import providers
from mailkit.fleet.octets import ALNUM, Octets, by_piece, one_of, pieces

__all__ = ["addresses", "domains", "labels", "local_parts", "reference_kinds", "sources"]

_LABEL = f"{ALNUM} ._+@-"
_LOCAL = f"{ALNUM}._+-"
_SOURCE = f"{ALNUM}_./ -"
_KINDS = ("env", "keyring", "file", "command")


def labels(texts: Any) -> Any:
    """Return by row whether the text is an ordinary label."""
    return by_piece(texts, _label)


def addresses(texts: Any) -> Any:
    """Return by row whether the text is an ordinary address."""
    return by_piece(texts, _address)


def sources(texts: Any) -> Any:
    """Return by row whether the text is empty, or an ordinary place of a secret."""
    return by_piece(texts, lambda octets: octets.only(_SOURCE) & octets.between(0, 120))


def reference_kinds(texts: Any) -> Any:
    """Return by row the number of a reference's kind; 0 for an empty text, -1 for what is not ordinary."""
    return by_piece(texts, _reference_kind)


def domains(texts: Any) -> Any:
    """Return the domains of addresses, with their @."""
    return _parts(texts, after=True)


def local_parts(texts: Any) -> Any:
    """Return the local parts of addresses."""
    return _parts(texts, after=False)


def _parts(texts: Any, *, after: bool) -> Any:
    import pyarrow as pa

    found = [octets.part(octets.single("@")[1], after=after) for octets in pieces(texts)]
    return pa.chunked_array(found, pa.string())


def _label(octets: Octets) -> Any:
    ends = octets.first_is(ALNUM) & octets.last_is(ALNUM)
    return octets.only(_LABEL) & octets.between(1, 101) & ends


def _address(octets: Octets) -> Any:
    once, place = octets.single("@")
    local, domain = place - octets.begins, octets.ends - place - 1
    found = once & (local >= 1) & (local <= 64) & (domain >= 1) & (domain <= 120)
    found &= octets.only(f"{_LOCAL}@") & octets.first_is(ALNUM) & ~octets.starting("AKIA")
    for character in "_+":
        special = octets.places_of(character)
        rows = octets.rows_of(special)
        found[rows[special > place[rows]]] = False  # a domain has none of these
    words = sorted({provider.user for provider in providers.PROVIDERS} - {"address"})
    sized = octets.np.isin(local, [*{len(word) for word in words}])
    if sized.any():
        found &= ~one_of(octets.part(place, after=False), words)
    return found


def _reference_kind(octets: Octets) -> Any:
    once, _ = octets.single(":")
    ordinary = octets.only(f"{_SOURCE}:") & once
    found = octets.np.where(octets.lengths == 0, 0, -1)
    for number, kind in enumerate(_KINDS, 1):
        before = len(kind) + 1
        sized = octets.between(before + 1, before + 120)
        found[octets.starting(f"{kind}:") & ordinary & sized] = number
    return found
