"""What servers really say, and what it means.

One module for each family of servers or providers; each row is a text that was seen, with its
source. A row matches on protocol, reply code, enhanced code as a whole word, response code, and
then on words in the text, in that order, and only for the hosts it is scoped to. A text that
matches no row stays unexplained.

To add one is to write a row. Rows scoped to hosts are asked before those
that hold everywhere, and those with words before those with codes only.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import import_module

from mailkit.replies.reply import Reply, Words

__all__ = ["FAMILIES", "Reply", "Words", "meaning", "parse", "replies"]

FAMILIES = (
    *("standards", "dovecot", "cyrus", "postfix", "exim", "courier", "sendmail", "postgrey"),
    *("google", "microsoft", "yahoo", "apple", "zoho", "fastmail", "yandex", "mailru", "netease"),
    *("tencent", "godaddy", "united_internet", "amazon", "sendgrid"),
)
"""The modules with rows: servers first, then providers."""


_SMTP = re.compile(r"(\d{3})[ -]?(?:([245]\.\d{1,3}\.\d{1,3})(?![\d.]))?\s*(.*)", re.S)
_OTHER = re.compile(r"(?:\* |\S+ )?(NO|BAD|BYE|OK|-ERR)\b\s*(?:\[([^\]]*)\])?\s*(.*)", re.S | re.I)


def parse(protocol: str, lines: Sequence[str]) -> Words:
    """The parts of a reply of one or more lines."""
    if protocol == "smtp":
        found = [match.groups() for line in lines if (match := _SMTP.match(line))]
        if not found:
            return Words(protocol, "", "", "", " ".join(lines).lower())
        code = found[-1][0]
        enhanced = next((one[1] for one in found if one[1]), "")
        return Words(protocol, code, enhanced, "", " ".join(one[2] for one in found).lower())
    match = _OTHER.match(lines[-1]) if lines else None
    if match is None:
        return Words(protocol, "", "", "", " ".join(lines).lower())
    bracket = (match[2] or "").upper()
    # The first word of a response code is the code, but for a few that need their second one.
    first = bracket if bracket.startswith("SYS/") else bracket.partition(" ")[0]
    return Words(protocol, match[1].upper(), "", first, match[3].lower())


@cache
def replies() -> tuple[Reply, ...]:
    """Every row, those scoped to hosts first."""
    rows: list[Reply] = []
    for family in FAMILIES:
        rows += import_module(f"mailkit.replies.{family}").ROWS
    return tuple(sorted(rows, key=lambda row: (not row.hosts, not row.text)))


@lru_cache(maxsize=256)
def meaning(protocol: str, lines: tuple[str, ...], host: str) -> Reply | None:
    """The row that a server's reply is, if it is a known one."""
    words = parse(protocol, lines)
    return next((row for row in replies() if row.fits(words, host)), None)
