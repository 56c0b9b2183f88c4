"""A service of a product in the terms of the native format, while it is being read."""

import re
from dataclasses import dataclass, field
from typing import Any

from mailkit.account import Place, Remark
from mailkit.formats.dialect import Mode, Reading
from mailkit.formats.document import Entry
from mailkit.formats.scope import Instance
from mailkit.formats.values import (
    PROGRAMS,
    SERVICES,
    EndpointValues,
    Url,
    as_flag,
    as_port,
    as_text,
    as_word,
)
from mailkit.ports import Security

__all__ = ["Translated", "bound", "mode_keys"]

_BLOCK = re.compile(r"^[ \t]*(?:account[ \t]|\[)", re.M)
"""The head of an account of msmtp, or of a section."""


@dataclass(slots=True)
class Translated:
    """One service in the words of the native format.

    Attributes:
        table: its native table; ``None`` for a service that is no mail service.
        bindings: by setting, the entry it comes from.
        remarks: what a rule reports.
        endpoint, url: the parts of a composed host or URL.
        shared_file: the file with the password holds other things too.
        reading, mode: what counted; ``mode`` is ``None`` where nothing said the encryption.
    """

    instance: Instance
    table: dict[str, Any] | None = field(default_factory=dict)
    bindings: dict[str, Entry] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    endpoint: EndpointValues = field(default_factory=lambda: EndpointValues("", "", None))
    url: Url | None = None
    reading: Reading = field(default_factory=lambda: Reading("", ()))
    mode: Mode | None = None
    active: bool = True
    shared_file: bool = False
    preset: tuple[str, int, Security] | None = None
    address: str = ""
    name: str = ""

    def is_above(self, entry: Entry) -> bool:
        """Whether an entry is in an earlier block of the file than the host: ``defaults``, ``[DEFAULT]``, a parent."""
        document, host = self.instance.keys.scope.document, self.bindings.get("host")
        spans = (entry.span, host.span if host is not None else None)
        if document.syntax not in ("msmtp", "ini") or spans[0] is None or spans[1] is None:
            return False
        return _BLOCK.search(document.text, spans[0][1], spans[1][0]) is not None

    def is_inherited(self, entry: Entry) -> bool:
        """Whether an entry is in an earlier block, and other services have it too."""
        return self.is_above(entry) and self.instance.keys.scope.document.values_on[entry.line] > 1

    def place(self, entry: Entry | None) -> Place | None:
        """Where an entry is."""
        if entry is None:
            return None
        file = self.instance.keys.scope.document.file
        return Place(*(entry.origin or (file, entry.line)), entry.key)

    @property
    def places(self) -> dict[str, Place]:
        """By setting, where it is; ``""`` is the service itself."""
        found = {key: place for key, entry in self.bindings.items() if (place := self.place(entry))}
        first = self.bindings.get("host") or next(iter(self.bindings.values()), None)
        if (place := self.place(first)) is not None:
            found.setdefault("", place)
        return found

    def value(self, *names: str) -> Any:
        """The value of the first of these keys that has one, or else its default."""
        entry = self.instance.get(*names) if names else None
        if entry is not None and entry.value is not None:
            return entry.value
        defaults = self.instance.words.defaults
        return next((defaults[name] for name in names if name in defaults), None)

    @property
    def in_program(self) -> bool:
        """Whether any text is true: the file is a program, and its flags are not words."""
        document = self.instance.keys.scope.document
        return document.syntax in PROGRAMS and not self.instance.words.flags

    def port_written(self) -> int | str | None:
        """The port as the file says it, whether of its own, in the host, or in the URL."""
        if self.preset is not None:
            self.bindings["port"] = self.bindings["host"]
            return self.preset[1]
        if self.url is not None:
            return self.url.port
        if self.endpoint.port is not None:
            self.bindings["port"] = self.bindings["host"]
            return self.endpoint.port
        names, flag = self.instance.words.port, self.instance.words.port_flag
        if flag and not as_flag(self.value(flag), text_counts=False):
            return None
        entry = self.instance.get(*names) if names else None
        if entry is not None:
            self.bindings["port"] = entry
        value = self.value(*names) if names else None
        if self.instance.words.port_names:
            value = SERVICES.get(as_word(value), value)
        port = as_port(value)
        return None if port in self.instance.words.port_defaults else port


def mode_keys(reading: Reading) -> list[str]:
    """The keys that decide about the encryption in a reading."""
    keys = [key for mode in reading.modes for key in mode.when if key[0] not in "@?"]
    return list(dict.fromkeys(keys))


def bound(found: Translated, setting: str, *names: str) -> str:
    """The text of the first of these keys that is there, which is bound to a setting; empty if none is."""
    entry = found.instance.get(*names) if names else None
    if entry is None:
        return ""
    found.bindings[setting] = entry
    return as_text(entry.value)
