"""Several URLs in one value, as Symfony takes them: ``failover(smtp://… smtps://…)``. Each is a server of its own."""

import re
from collections.abc import Iterator
from dataclasses import replace

from mailkit.formats.document import Document, Entry, Reference

__all__ = ["with_each_url"]

_GROUP = re.compile(r"(?:failover|roundrobin)\(\s*(.+?)\s*\)(?:\?\S*)?", re.I | re.S)
_MOST = 20


def with_each_url(document: Document) -> Document:
    """The document, with an entry for each URL of a group; the path of those behind the first begins with a number."""
    folded = document.text.casefold()
    if "failover(" not in folded and "roundrobin(" not in folded:
        return document
    entries = tuple(one for entry in document.entries for one in _each(entry))
    return replace(document, entries=entries)


def _each(entry: Entry) -> Iterator[Entry]:
    group = _GROUP.fullmatch(entry.value.strip()) if isinstance(entry.value, str) else None
    if group is None:
        yield entry
        return
    for number, url in enumerate(group[1].split()[:_MOST]):
        path = (str(number + 1), *entry.path) if number else entry.path
        yield replace(
            entry,
            path=path,
            value=url,
            span=None,
            reference=Reference("other", "a group of servers"),
        )
