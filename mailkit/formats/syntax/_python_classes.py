"""Classes of settings that extend another class of the same module: ``class Production(Base)``."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mailkit.formats.document import Entry

__all__ = ["with_inherited"]


def with_inherited(entries: list[Entry], bases: Mapping[str, Sequence[str]]) -> list[Entry]:
    """The entries, with those that a class takes from its bases where it has some of its own of that kind.

    Settings of one kind begin with the same word: ``MAIL_PORT`` is of the kind ``MAIL``. A base whose settings of a
    kind are overridden in all the classes that extend it is a part of these, and not used by itself.
    """
    own: dict[str, list[Entry]] = {}
    for entry in entries:
        if len(entry.path) == 2 and entry.path[0] in bases:
            own.setdefault(entry.path[0], []).append(entry)
    kinds = {name: {_kind(entry) for entry in found} for name, found in own.items()}
    added: list[Entry] = []
    extended: dict[str, list[str]] = {}
    for name, above in bases.items():
        for base in above:
            extended.setdefault(base, []).append(name)
        has = {entry.key for entry in own.get(name, ())}
        for base in above:
            taken = [
                replace(entry, path=(name, entry.key))
                for entry in own.get(base, ())
                if _kind(entry) in kinds.get(name, ()) and entry.key not in has
            ]
            has |= {entry.key for entry in taken}
            own.setdefault(name, []).extend(taken)
            added += taken
    if not added:
        return entries
    parts = {
        (base, kind)
        for base, names in extended.items()
        for kind in kinds.get(base, ())
        if all(kind in kinds.get(name, ()) for name in names)
    }
    kept = [
        entry
        for entry in entries
        if len(entry.path) != 2 or (entry.path[0], _kind(entry)) not in parts
    ]
    return [*kept, *added]


def _kind(entry: Entry) -> str:
    return entry.key.partition("_")[0] if entry.key.isupper() else ""
