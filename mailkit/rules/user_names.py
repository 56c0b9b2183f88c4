"""Characters that are not part of a user name."""

import re

__all__ = ["INVISIBLE", "tidied"]

INVISIBLE = re.compile("[\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]")
"""Characters that are not visible."""


def tidied(user: str) -> str:
    """Return the user name without characters that are not part of it."""
    tidy = INVISIBLE.sub("", user).replace("＠", "@").strip().removeprefix("mailto:")
    return tidy.strip("\"'<>")
