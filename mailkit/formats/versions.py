"""Which version of a product a file is for, where a file beside it says so."""

import re
from dataclasses import replace

from mailkit.formats.scope import Instance

__all__ = ["with_version"]


def with_version(instance: Instance) -> Instance:
    """The service with the reading of the version that is in sight.

    ``versions_in`` of a dialect maps the name of a file to a pattern whose groups are named
    ``v0``, ``v1`` … after the readings; the first group that matched names the reading.
    """
    readings = instance.words.readings
    if len(readings) < 2:
        return replace(instance, reading_known=True)
    document = instance.keys.scope.document
    for name, pattern in instance.keys.dialect.versions_in.items():
        match = re.search(pattern, document.load_beside(name))
        if match is not None:
            groups = [key for key, value in match.groupdict().items() if value is not None]
            if groups:
                return replace(instance, reading=int(groups[0][1:]), reading_known=True)
    for number, reading in enumerate(readings):
        if any(instance.get(sign) is not None for sign in reading.signs):
            return replace(instance, reading=number, reading_known=True)
    return instance
