"""Addresses and parameters of MAIL and RCPT (RFC 5321 §4.1.2, RFC 3461)."""

import re

__all__ = ["MAIL", "RCPT", "parameters"]

_PATH = re.compile(r"\s*<((?:\"(?:[^\"\\]|\\.)*\"|[^<>\"])*)>(?:\s+(.*))?\s*")
_QUOTED, _BLANK = re.compile(r'"(?:[^"\\]|\\.)*"'), re.compile(r"[\s\0]")

MAIL = frozenset({"SIZE", "BODY", "SMTPUTF8", "RET", "ENVID", "AUTH"})
"""Parameters of MAIL that are understood."""

RCPT = frozenset({"NOTIFY", "ORCPT"})
"""Parameters of RCPT that are understood."""


def parameters(
    word: str, arg: str | None, known: frozenset[str]
) -> tuple[str, dict[str, str]] | str:
    """The address and the parameters of MAIL or RCPT, or the reply that refuses them."""
    given = arg or ""
    match = _PATH.fullmatch(given[len(word) :]) if given[: len(word)].upper() == word else None
    if match is None:
        return f"501 5.5.4 Syntax: {'MAIL' if word == 'FROM:' else 'RCPT'} {word}<address>"
    if _BLANK.search(_QUOTED.sub("", match[1])):
        return f"501 5.1.{'7 Bad sender' if word == 'FROM:' else '3 Bad recipient'} address syntax"
    options: dict[str, str] = {}
    for part in (match[2] or "").split():
        name, _, value = part.partition("=")
        if name.upper() not in known:
            return f"555 5.5.4 Unsupported option: {name[:40]}"
        options[name.upper()] = value
    if options.get("BODY", "7BIT").upper() not in ("7BIT", "8BITMIME"):
        return "501 5.5.4 BODY is 7BIT or 8BITMIME"
    return match[1], options
