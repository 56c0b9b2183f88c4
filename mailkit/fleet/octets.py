"""A column of texts as octets, with tests on many of its rows at once."""

import string
from collections.abc import Callable, Iterable, Iterator
from typing import Any

__all__ = ["ALNUM", "Octets", "by_piece", "one_of", "pieces", "repeated"]

ALNUM = string.ascii_letters + string.digits

_ROWS = 32_768
"""The rows of a piece: what is computed for them stays in the processor's cache."""

_COMPARED = 64
"""The octets of a text that tell it from others at first; texts that agree in these are compared whole."""

_MIXING = 0x9E3779B97F4A7C15


class Octets:
    """The octets of some texts, one after the other.

    Attributes:
        texts: an array of pyarrow.
        data: the octets.
        begins: where each text begins.
        ends: where it ends.
        lengths: how many octets it has.
    """

    def __init__(self, texts: Any) -> None:
        import numpy as np

        self.np, self.texts, self.count = np, texts, len(texts)
        _, ends, data = texts.buffers()
        bounds = np.zeros(1, "int32")
        if self.count:
            bounds = np.frombuffer(ends, "int32")[texts.offset : texts.offset + self.count + 1]
        whole = np.frombuffer(data, "uint8") if data is not None else np.zeros(0, "uint8")
        self.data = whole[bounds[0] : bounds[-1]]
        self.bounds = bounds - bounds[0]
        self.begins, self.ends = self.bounds[:-1], self.bounds[1:]
        self.lengths = self.ends - self.begins

    def only(self, allowed: str) -> Any:
        """Return by row whether the text has no other characters."""
        odd = ~self._table(allowed)[self.data]
        found = self.np.ones(self.count, bool)
        if odd.any():
            found[self.rows_of(self.np.flatnonzero(odd))] = False
        return found

    def between(self, least: int, most: int) -> Any:
        """Return by row whether the text has so many octets."""
        return (self.lengths >= least) & (self.lengths <= most)

    def first_is(self, allowed: str) -> Any:
        """Return by row whether the text begins with one of these characters."""
        return self._is(self.begins, allowed)

    def last_is(self, allowed: str) -> Any:
        """Return by row whether the text ends with one of these characters."""
        return self._is(self.ends - 1, allowed)

    def _is(self, places: Any, allowed: str) -> Any:
        if not len(self.data):
            return self.np.zeros(self.count, bool)
        octets = self.data[self.np.clip(places, 0, len(self.data) - 1)]
        return self._table(allowed)[octets] & (self.lengths > 0)

    def _table(self, allowed: str) -> Any:
        table = self.np.zeros(256, bool)
        table[[*allowed.encode("ascii")]] = True
        return table

    def places_of(self, character: str) -> Any:
        """Return where a character is."""
        return self.np.flatnonzero(self.data == ord(character))

    def rows_of(self, places: Any) -> Any:
        """Return the rows to which the octets at these places belong."""
        return self.np.searchsorted(self.bounds, places, "right") - 1

    def single(self, character: str) -> tuple[Any, Any]:
        """Return by row whether the text has a character exactly once, and where; elsewhere, where it ends."""
        np = self.np
        places = self.places_of(character)
        if len(places) == self.count and (
            (places >= self.begins).all() and (places < self.ends).all()
        ):
            return np.ones(self.count, bool), places
        rows = self.rows_of(places)
        once = np.bincount(rows, minlength=self.count) == 1
        found = self.ends.astype("int64")
        found[rows] = places
        return once, np.where(once, found, self.ends)

    def starting(self, start: str) -> Any:
        """Return by row whether the text begins so."""
        import pyarrow.compute as pc

        return pc.starts_with(self.texts, start).to_numpy(zero_copy_only=False)

    def part(self, places: Any, *, after: bool) -> Any:
        """Return the part of each text before its place, or the part from there, as an array of text."""
        import pyarrow as pa

        bounds = self.np.empty(2 * self.count + 1, "int32")
        bounds[0::2], bounds[1::2] = self.bounds, places
        parts = pa.StringArray.from_buffers(
            2 * self.count, pa.py_buffer(bounds), pa.py_buffer(self.data)
        )
        return parts.take(pa.array(self.np.arange(after, 2 * self.count, 2)))

    def hashed(self, compared: int, *, lower: bool = False) -> Any:
        """Return by row a number that is the same for equal texts, and seldom for others.

        It is made of the length and the first ``compared`` octets. With ``lower``, texts are equal that differ
        only in the case of ASCII letters.
        """
        np = self.np
        padded = np.zeros(len(self.data) + 8, "uint8")
        padded[: len(self.data)] = self.data
        if lower:
            capital = padded - np.uint8(ord("A")) < np.uint8(26)
            padded += capital * np.uint8(ord("a") - ord("A"))
        words = np.ndarray((len(self.data) + 1,), "<u8", padded.data, 0, (1,))
        kept = np.array([256**octets - 1 for octets in range(9)], "uint64")
        numbers = self.lengths.astype("uint64")
        for at in range(0, compared, 8):
            left = np.clip(self.lengths - at, 0, 8)
            numbers ^= words[np.minimum(self.begins + at, len(self.data))] & kept[left]
            numbers *= np.uint64(_MIXING)
            numbers ^= numbers >> np.uint64(29)
        return numbers


def pieces(texts: Any) -> Iterator[Octets]:
    """Return the texts of a column in pieces."""
    for chunk in getattr(texts, "chunks", [texts]):
        for begin in range(0, len(chunk), _ROWS):
            yield Octets(chunk.slice(begin, _ROWS))


def by_piece(texts: Any, test: Callable[[Octets], Any]) -> Any:
    """Return the results of a test for all rows of a column."""
    import numpy as np

    found = [test(piece) for piece in pieces(texts)]
    return np.concatenate(found) if found else np.zeros(0, bool)


def one_of(texts: Any, values: Iterable[str]) -> Any:
    """Return by row whether the text is one of some values."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.is_in(texts, pa.array(sorted(values), pa.string()))
    return found.to_numpy(zero_copy_only=False).astype(bool)


def repeated(texts: Any, *, lower: bool = False) -> Any:
    """Return by row whether another row has the same text; with ``lower``, ignoring the case of ASCII letters."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    longest = max((int(piece.lengths.max()) for piece in pieces(texts)), default=0)
    compared = min(longest, _COMPARED)
    numbers = by_piece(texts, lambda piece: piece.hashed(compared, lower=lower))
    ordered = np.sort(numbers)
    again = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    found = np.zeros(len(texts), bool)
    if len(again):
        rows = np.flatnonzero(np.isin(numbers, again))
        same = texts.take(pa.array(rows))
        same = (pc.ascii_lower(same) if lower else same).to_numpy(zero_copy_only=False)
        codes = pa.array(same, pa.string()).dictionary_encode().indices.to_numpy()
        found[rows] = np.bincount(codes)[codes] > 1
    return found
