"""UIDs from callers, as sequence sets for commands that are not too long for servers."""

import operator
import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from mailkit.errors import SettingsError
from mailkit.protocol.imap.values import ranges

__all__ = ["Uids", "numbers_of", "sequence_sets", "uid_list"]

Uids: TypeAlias = "int | str | bytes | Iterable[Any]"
"""One UID, several, or rows with one; ``"17"`` and ``"3:5,9"`` are accepted too."""

_LARGEST = 4_294_967_295
_MOST = 5_000_000
_LINE = 7_000
"""The longest set in one command, in octets; the whole line stays below 8,192 (RFC 7162 §4)."""
_SET = re.compile(r"\s*\d{1,10}(?::\d{1,10})?(?:[\s,]+\d{1,10}(?::\d{1,10})?)*\s*", re.ASCII)


def uid_list(given: Uids) -> list[int]:
    """Return the UIDs, each once, ascending.

    Text is read as a set of numbers, not character by character. An object with a ``uid`` counts as that UID.

    Raises:
        SettingsError: something in it is not a UID; nothing was sent.
    """
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        return sorted(set(_numbers(given)))
    return sorted({number for item in given for number in _numbers(item)})


def numbers_of(text: str) -> Iterator[int]:
    """Return the numbers of a set such as ``3:5,9``.

    Raises:
        SettingsError: it is not a set of numbers, or one of millions of them.
    """
    if not _SET.fullmatch(text):
        raise SettingsError(
            f'{text[:80]!r} is not a set of UIDs such as "17" or "3:5,9"; for all messages use search(imap)'
        )
    count = 0
    for part in re.split(r"[\s,]+", text.strip()):
        first, _, last = part.partition(":")
        low, high = sorted((int(first), int(last or first)))
        count += high - low + 1
        if count > _MOST:
            raise SettingsError(f"{text[:80]!r} has more than {_MOST:,} UIDs")
        yield from range(low, high + 1)


def sequence_sets(numbers: Iterable[int]) -> Iterator[str]:
    """Yield sequence sets for ascending numbers, each short enough for a command line."""
    part: list[str] = []
    size = 0
    for piece in ranges(numbers).split(","):
        if part and size + len(piece) + 1 > _LINE:
            yield ",".join(part)
            part, size = [], 0
        part.append(piece)
        size += len(piece) + 1
    if part and part[0]:
        yield ",".join(part)


def _numbers(item: Any) -> Iterator[int]:
    if isinstance(item, bytes):
        item = item.decode("ascii", "replace")
    for number in numbers_of(item) if isinstance(item, str) else [_number(item)]:
        if not 0 < number <= _LARGEST:
            raise SettingsError(f"{number} is not a UID")
        yield number


def _number(item: Any) -> int:
    item = getattr(item, "uid", item)
    try:
        if isinstance(item, bool):
            raise TypeError
        return operator.index(item)
    except TypeError:
        raise SettingsError(f"{item!r} is not a UID") from None
