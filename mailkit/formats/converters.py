"""Parse the texts of forms: yes and no in several languages, numbers, lists."""

import re
from contextlib import suppress

__all__ = ["flag", "integer", "many", "number"]

_YES = frozenset(("yes", "true", "1", "on", "checked", "x", "ja", "はい", "是", "oui"))
_NO = frozenset(("no", "false", "0", "off", "unchecked", "nei", "nein", "いいえ", "否", "non"))


def flag(text: str) -> bool | str:
    """Parse yes or no in several languages; other text is kept, and is a finding."""
    word = text.strip().casefold()
    return True if word in _YES else False if word in _NO else text


def number(text: str) -> int | str:
    """Parse a number, also with a remark after it."""
    match = re.match(r"\s*([0-9]{1,9})\b", text)
    return int(match[1]) if match else text


def integer(literal: str) -> int | str:
    """Return the value of an integer in a program, also in octal (``0700``), or the text where it is none."""
    digits = literal.replace("_", "")
    for base in (0, 8) if len(literal) <= 40 and literal.isascii() else ():
        with suppress(ValueError):
            return int(digits, base)
    return literal


def many(text: str) -> list[str]:
    """Several values between commas or semicolons."""
    return [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]
