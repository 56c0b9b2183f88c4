"""Find a file's version of its product: from the file, a file beside it, or the image's tag."""

import re
from dataclasses import replace
from pathlib import PurePath

from mailkit.formats.scope import Instance

__all__ = ["with_version"]


def with_version(instance: Instance) -> Instance:
    """The service with the reading of the version that is in sight.

    ``versions_in`` of a dialect maps the name of a file, ``=KEY`` for a key of this file, ``path`` for
    its path, or ``image`` to a pattern whose groups are named ``v0``, ``v1`` … after the readings; the first
    group that matched names the reading.
    """
    readings = instance.words.readings
    if len(readings) < 2:
        return replace(instance, reading_known=True)
    for name, pattern in instance.keys.dialect.versions_in.items():
        match = re.search(pattern, _told(instance, name))
        if match is not None:
            groups = [key for key, value in match.groupdict().items() if value is not None]
            if groups:
                return replace(instance, reading=int(groups[0][1:]), reading_known=True)
    for number, reading in enumerate(readings):
        if any(instance.get(sign) is not None for sign in reading.signs):
            return replace(instance, reading=number, reading_known=True)
    return replace(instance, reading_known=instance.keys.dialect.newest)


def _told(instance: Instance, name: str) -> str:
    """The text that may name the version."""
    if name == "image":
        return instance.keys.scope.image
    if name == "path":
        return PurePath(instance.keys.scope.document.file).as_posix()
    if name.startswith("="):
        entry = instance.keys.get(name[1:], instance.prefix)
        return str(entry.value) if entry is not None else ""
    return instance.keys.scope.document.load_beside(name)
