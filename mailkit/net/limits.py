"""How much is taken of a server."""

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is taken of a server.

    ``line`` and ``literal`` are octets, ``lines`` and ``octets`` count for one command. ``rate`` is how many octets a
    second a reply must have beyond its time. ``search`` is a line of the answer to SEARCH, which may have every UID of a folder.
    """

    line: int = 1_000_000
    literal: int = 256 * 1024 * 1024
    lines: int = 2_000_000
    octets: int = 8 * 1024**3
    rate: int = 1024
    search: int = 16 * 1024 * 1024
