"""A dialect as a format: reads accounts, and writes changed settings."""

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from mailkit.account import Account
from mailkit.errors import FormatError
from mailkit.formats.dialect import Dialect
from mailkit.formats.dialects import dialect_in
from mailkit.formats.native import Changes
from mailkit.formats.reading import AccountDraft, read_recognised, services_of
from mailkit.formats.recognition import recognise
from mailkit.formats.repairs import Repair
from mailkit.formats.values import as_text

__all__ = ["Product", "product_in_words", "recognised_product"]


@dataclass(frozen=True)
class Product:
    """A dialect as a format. ``found`` keeps the services that the recognition of a text has read."""

    dialect: Dialect | None
    name: str = ""
    found: tuple[str, list[AccountDraft]] | None = None

    @property
    def NAME(self) -> str:  # noqa: N802
        """The name of the dialect."""
        return self.dialect.name if self.dialect else self.name

    @property
    def title(self) -> str:
        """The product."""
        return self.dialect.title if self.dialect else self.name

    def recognises(self, text: str, file: str) -> bool:
        """Whether this product's settings are in the text."""
        return any(recognition.dialect is self.dialect for recognition in recognise(text, file))

    def read(self, text: str, file: str) -> list[Account]:
        """The accounts of a text.

        Raises:
            FormatError: it has no mail settings of this product.
        """
        if self.found is not None and self.found[0] == text:
            found = self.found[1]
        else:
            found = services_of(recognise(text, file, self.dialect))
        if not found:
            raise FormatError(file, f"has no mail settings of {self.title}")
        return read_recognised(found, file)

    def written(self, accounts: list[Account]) -> str:
        """Accounts as a file of this product.

        Raises:
            FormatError: there is no written form, or the product would read it differently.
        """
        from mailkit.formats.writing import written

        return written(self.dialect, accounts, self.NAME)

    def repaired(self, text: str, file: str, changes: Changes) -> str:
        """The text with some settings changed, and nothing else."""
        return Repair(text, file, self.dialect).repaired(changes)

    def edits(self, text: str, file: str, wanted: list[Changes]) -> list[list[dict[str, Any]]]:
        """For each group of changes the lines that would change; none where it cannot be done."""
        return Repair(text, file, self.dialect).edits(wanted)


def recognised_product(text: str, file: str) -> tuple[Product | None, str]:
    """Return the product of a text, or raise why there is none."""
    recognised = recognise(text, file)
    if services := services_of(recognised):
        names = {recognition.dialect.name for recognition in recognised}
        name = next(iter(names)) if len(names) == 1 else "several products"
        return Product(None, name, (text, services)), ""
    for instance in (account for many in recognised for account in many.found):
        entry = instance.get(*instance.words.host, *instance.words.url)
        if entry is not None and as_text(entry.value).strip() == "":
            title = instance.keys.dialect.title
            return None, f"line {entry.line}: {title} has no mail server yet, {entry.key} is empty."
    from mailkit.formats.explanation import seen

    return None, seen(text, file)


_LONGEST_TEXT = 256 * 1024
"""Characters of a text in people's words; more are no mail or page about settings."""
_WORDED = ("", ".eml", ".htm", ".html", ".md", ".text", ".txt")
"""Endings of files that people write texts in."""

_PAGE = re.compile(
    r"(?:readme|changelog|changes|contributing|install|news|pkg-info|metadata)\b", re.I
)
"""Names of pages about a program, whose servers are examples."""
_SERVERS = (
    "imap",
    "pop3",
    "smtp",
    "mail",
    "posteingang",
    "correo",
    "courri",
    "posta",
    "poczt",
    "e-post",
    "incoming server",
)
"""What every text about mail servers has one of."""


def product_in_words(text: str, file: str) -> Product | None:
    """Return the settings that a text has in people's words; ``None`` where there are none."""
    path = PurePath(file)
    if path.suffix.lower() not in _WORDED or len(text) > _LONGEST_TEXT or _PAGE.match(path.name):
        return None
    if not any(word in text.casefold() for word in _SERVERS):
        return None
    dialect = dialect_in("notes", "notes")
    assert dialect is not None
    recognised = recognise(text, file, dialect)
    return Product(dialect, "notes", (text, services_of(recognised))) if recognised else None
