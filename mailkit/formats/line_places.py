"""The places of many settings in little memory: thousands of tables of a file have the same keys."""

from array import array
from collections.abc import Iterator, Mapping

from mailkit.account import Place

__all__ = ["LinePlaces"]


class LinePlaces(Mapping[str, Place]):
    """The place of each key of a table, and that of the table itself, by the empty key.

    Args:
        file: the file.
        name: the name of the table.
        positions: where the line of each key is in ``lines``; tables with the same keys share it.
        lines: the lines, counted from 1.
    """

    __slots__ = ("file", "lines", "name", "positions")

    def __init__(
        self, file: str, name: str, positions: Mapping[str, int], lines: "array[int]"
    ) -> None:
        self.file, self.name, self.positions, self.lines = file, name, positions, lines

    def __getitem__(self, key: str) -> Place:
        return Place(self.file, self.lines[self.positions[key]], key or self.name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.positions)

    def __len__(self) -> int:
        return len(self.positions)
