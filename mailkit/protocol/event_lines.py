"""Facts as event lines of a transcript, and back: ``== secret error: MAIL_PW is not set``.

A line has the name of its field, and a format for the field's type, so a new fact needs no code here: a flag is its
name, a tuple has a line for each item, a dataclass is ``key=value; key=value``. Special characters are written
``%XX``, as in a URL.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum, StrEnum
from functools import cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

__all__ = ["facts_in", "name_of", "names_of", "pairs_in", "record", "record_from", "written"]

_T = TypeVar("_T")


def written(facts: Any, *, only: Container[str] = (), always: Container[str] = ()) -> Iterator[str]:
    """Return the event lines of a dataclass, for fields that differ from the default, and those in ``always``."""
    for key, name, usual in _fields(facts.__class__):
        if only and key not in only:
            continue
        value = getattr(facts, key)
        if value == usual and key not in always:
            continue
        if value is True:
            yield f"== {name}"
        else:
            for item in value if isinstance(value, tuple) else (value,):
                yield f"== {name}: {_text(item)}".rstrip()


def facts_in(usual: Any, lines: Iterable[str]) -> dict[str, Any]:
    """Parse event lines into fields, for :func:`dataclasses.replace`.

    Args:
        usual: a default value of the dataclass.
        lines: event lines; unknown names are skipped.

    Raises:
        ValueError: a value does not have the field's type.
    """
    types = _types(usual.__class__)
    found: dict[str, Any] = {}
    for line in lines:
        text = line.partition(":")[2].strip()
        key = name_of(line).replace(" ", "_")
        if key not in types:
            continue
        kind = types[key]
        if get_origin(kind) is tuple:
            found[key] = (*found.get(key, ()), _value(get_args(kind)[0], text))
        else:
            found[key] = _value(kind, text)
    return found


def names_of(kind: type) -> frozenset[str]:
    """Return the names of the event lines of a dataclass."""
    return frozenset(name.replace("_", " ") for name in _types(kind))


def name_of(line: str) -> str:
    """Return the name of an event line: ``secret error``."""
    return line.removeprefix("== ").partition(":")[0]


def record(value: Any, *, whole: bool = False) -> str:
    """Return a dataclass as ``key=value; key=value``: non-default fields, or the ``whole``."""
    items = [(name, getattr(value, key), usual) for key, name, usual in _fields(value.__class__)]
    return "; ".join(
        f"{name}={_text(given)}" for name, given, usual in items if whole or given != usual
    )


def record_from(kind: type[_T], pairs: Mapping[str, str]) -> _T:
    """Parse a dataclass from its pairs."""
    types: dict[str, Any] = _types(kind)  # type: ignore[arg-type]
    given = {key.replace(" ", "_"): value for key, value in pairs.items()}
    return kind(**{key: _value(types[key], value) for key, value in given.items()})


def _escaped(text: str, also: str = "") -> str:
    """Escape text for the value of an event line."""
    if (
        text.isprintable()
        and text == text.strip()
        and not any(char in text for char in f"%;{also}")
    ):
        return text

    def shown(match: re.Match[str]) -> str:
        return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))

    special = "".join(
        char for char in dict.fromkeys(text) if char in f"%;{also}" or not char.isprintable()
    )
    pattern = rf"[{re.escape(special)}]|^ | $" if special else "^ | $"
    return re.sub(pattern, shown, text)


def pairs_in(text: str) -> dict[str, str]:
    """Parse ``key=value; key=value``, with escaped values."""
    return dict(part.strip().split("=", 1) for part in text.split(";") if part.strip())


def _plain(text: str) -> str:
    """Undo :func:`_escaped`."""
    return re.sub(
        "(?:%[0-9A-F]{2})+",
        lambda match: bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "surrogatepass"),
        text,
    )


@cache
def _types(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


@cache
def _fields(kind: type) -> tuple[tuple[str, str, Any], ...]:
    """Return the fields of a dataclass: name, name in a line, default value."""
    return tuple(
        (
            item.name,
            item.name.replace("_", " "),
            object() if item.default is MISSING else item.default,
        )
        for item in fields(kind)
    )


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(_escaped(str(item), ",") for item in value)
    if isinstance(value, StrEnum | str):
        return _escaped(str(value))
    if isinstance(value, Enum):
        return value.name.lower().replace("_", "-")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if is_dataclass(value):
        return record(value)
    return str(value)


def _value(kind: Any, text: str) -> Any:
    if get_origin(kind) is tuple:
        items = text.split(",") if text else ()
        return tuple(_value(get_args(kind)[0], item) for item in items)
    kinds = [arg for arg in get_args(kind) if arg is not NoneType] or [kind]
    return _one(kinds[0], text)


def _one(kind: Any, text: str) -> Any:
    if kind is bool:
        return text != "False"
    if kind is datetime:
        return datetime.fromisoformat(text)
    if is_dataclass(kind):
        return record_from(kind, pairs_in(text))  # type: ignore[arg-type]
    if issubclass(kind, StrEnum | str):
        return kind(_plain(text))
    if issubclass(kind, Enum):
        return kind[text.upper().replace("-", "_")]
    return kind(text)
