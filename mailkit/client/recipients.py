"""Read the addresses that a message goes to, and refuse what can be read in two ways (RFC 5322 §3.4, CVE-2023-27043).

:mod:`mailkit.client.addresses` reads the same fields for display, and accepts anything.
"""

import re
from email.errors import InvalidHeaderDefect
from email.message import Message

from mailkit.client.charsets import readable
from mailkit.errors import SettingsError
from mailkit.protocol.smtp.path import is_path
from mailkit.text import clean

__all__ = ["addresses_in", "named_in"]

_TOKEN = re.compile(
    r"""
    (?P<comment> \( (?: [^()\\] | \\. | \( [^()]* \) )* \) )
    | (?P<angle> < (?: "(?:[^"\\]|\\.)*" | [^<>"] )* > )
    | (?P<end> [,;] ) | (?P<group> : )
    | (?P<quoted> "(?:[^"\\]|\\.)*" | =\?[^?\s]+\?[bBqQ]\?[^?\s]*\?= )
    | (?P<text> [^\s"(),;:<>]+ | \s+ | . )
    """,
    re.X | re.S,
)
_HALVES = ('"', "(", ")", "<", ">")
_ROUTE = re.compile(r"@[^:]*:")


def addresses_in(field: str) -> list[str]:
    """Return the addresses of a field, without names; each as it is written there.

    Raises:
        SettingsError: an entry is not one address, or a name stands where an address should.
    """
    found: list[str] = []
    item: list[re.Match[str]] = []
    for match in _TOKEN.finditer(f"{field},"):
        if match["end"]:
            found += _address_of(item, field)
            item = []
        elif match["group"]:
            if any(token["angle"] or "@" in token[0] for token in item if not token["quoted"]):
                raise _ambiguous(field)
            item = []
        elif match["text"] in _HALVES:  # and no later one is searched for its other half
            raise _ambiguous(field)
        elif not match["comment"]:
            item.append(match)
    named = [address for address in found if "@" not in address]
    if named and len(named) < len(found):  # such as Doe, John <john@example.com>
        raise _ambiguous(field)
    return found


def named_in(message: Message, *names: str) -> list[str]:
    """Return the addresses in a message's fields with these names.

    Raises:
        SettingsError: as for :func:`addresses_in`.
    """
    wanted = [name.lower() for name in names]
    fields = [
        (name.lower(), value) for name, value in message.raw_items() if name.lower() in wanted
    ]
    fields.sort(key=lambda field: wanted.index(field[0]))
    return [address for _, value in fields for address in addresses_in(_text(value))]


def _text(value: object) -> str:
    """Return a field as text; of one that the library has read, with names in quotes where they need them."""
    people = getattr(value, "addresses", None)
    if isinstance(people, tuple):
        defects = [
            defect for defect in getattr(value, "defects", ()) if "address-list" in str(defect)
        ]
        if any(isinstance(defect, InvalidHeaderDefect) for defect in defects):
            raise _ambiguous(str(value))  # the library has dropped what it could not read
        return ", ".join(map(str, people))
    return readable(re.sub(r"[\r\n]+", "", str(value)))


def _address_of(item: list[re.Match[str]], field: str) -> list[str]:
    """Return the address of one entry, none if it is empty."""
    text = "".join(match[0] for match in item).strip()
    angles = [match["angle"] for match in item if match["angle"]]
    if not angles:
        address = text
        if text.startswith("=?"):  # a name, or all of it, as some programs encode it
            raise _ambiguous(field)
    else:
        before = "".join(match["text"] or "" for match in item)
        if len(angles) > 1 or "@" in before or not text.endswith(">"):
            raise _ambiguous(field)
        address = _ROUTE.sub("", angles[0][1:-1].strip(), count=1)
    if address and not is_path(address):
        raise _ambiguous(field)
    return [address] if address else []


def _ambiguous(field: str) -> SettingsError:
    return SettingsError(f"ambiguous recipient in {clean(field, 200)!r}")
