"""msmtp: ``account NAME [: parents]`` blocks of ``key value`` lines, with ``defaults`` above them."""

import re
from dataclasses import replace

from mailkit.errors import FormatError
from mailkit.formats.document import Entry, Lines, Scalar
from mailkit.formats.syntax._words import render_words, unquoted

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_SWITCHES = ("auth", "tls", "tls_starttls", "tls_certcheck")
"""Keys that mean ``on`` where no word follows."""

_LINE = re.compile(r"[ \t]*([a-z_]+)(?:[ \t]+(.*\S|))?[ \t]*$")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries, ``("account", name, key)``; what an account inherits has the place of its origin.

    Raises:
        FormatError: an account is defined twice; the program then refuses the whole file.
    """
    lines = Lines(text)
    defaults: dict[str, Entry] = {}
    accounts: dict[str, dict[str, Entry]] = {}
    said: dict[str, dict[str, Entry]] = {}  # of each account, without the defaults
    defined: set[str] = set()
    inherited_by: set[str] = set()
    current, own = defaults, dict[str, Entry]()
    for number in range(1, len(lines.starts) + 1):
        begin, end = lines.bounds(number)
        match = _LINE.match(text, begin, end)
        if match is None or match[1] is None:
            continue
        key, raw = match[1], match[2] or ""
        if key == "defaults":
            current, own = defaults, {}
        elif key == "account":
            name, colon, parents = raw.partition(":")
            if name.strip() in defined:
                why = f"defines account {name.strip()} a second time: the program refuses the whole file. Rename it"
                raise FormatError(file, why, number)
            defined.add(name.strip())
            own = said[name.strip()] = {}
            if name.strip() != "default":
                inherited_by.update(parent.strip() for parent in parents.split(","))
            for parent in parents.split(","):
                own |= said.get(parent.strip(), {})
            current = accounts[name.strip()] = defaults | own
            if colon and name.strip() == "default":
                del accounts[name.strip()]
                current = {}
        else:
            value, quote = unquoted(raw)
            if match[2] is None and key in _SWITCHES:
                value = "on"
            span = match.span(2) if match[2] else None
            current[key] = own[key] = Entry((key,), value, number, span, raw, quote)
    if not accounts and "host" in defaults:
        accounts["default"] = defaults
    return [
        replace(entry, path=("account", name, key))
        for name, keys in accounts.items()
        if not (name in inherited_by and _needs_user(keys))
        for key, entry in keys.items()
    ]


def _needs_user(keys: dict[str, Entry]) -> bool:
    """Whether an account has a login and no user: others inherit from it, and it sends nothing itself."""
    return "auth" in keys and keys["auth"].value != "off" and "user" not in keys


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there."""
    return render_words(value, entry)
