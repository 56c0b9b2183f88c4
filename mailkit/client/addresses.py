"""Parse names and addresses in any header field (RFC 5322 §3.4), for display, never to choose recipients."""

import re
from collections.abc import Iterator

from mailkit.client.encoded_words import decoded_words
from mailkit.client.structure import Address

__all__ = ["people_in"]

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|\(|\)|<([^>]*)>?|[,;:]|[^"()<>,;:]+|.', re.S)
_OPEN = re.compile(r'((?!))|\(|\)|<([^>]*)>?|[,;:]|[^"()<>,;:]+|.', re.S)
"""The same behind a quote that is never closed: no quote after it is closed either."""
_WHOLE = re.compile(r'\s*"?([^"<>]*?)"?\s*<?([^\s"<>@]+@[^\s"<>@]+)>?\s*')
_ADDRESS = re.compile(r"[^@]+@[^@.][^@]*[^@.]")
_ROUTE = re.compile(r"\A@[^:]*:")
_LONGEST = 100_000


def people_in(text: str) -> tuple[Address, ...]:
    """Return names and addresses. Text before a comma without an address belongs to the name after it."""
    if not text:
        return ()
    found: list[Address] = []
    words: list[str] = []
    comments: list[str] = []
    address, depth, quoted = "", 0, False
    sign = named = False  # searching at each comma would take quadratic time

    def take() -> None:
        nonlocal address, quoted, sign, named
        plain = "".join(words).strip()
        if not address and not quoted and "@" in plain:
            plain, address = _bare(plain)
        name = plain or " ".join("".join(comments).split())
        shown = decoded_words(name)
        if not address and shown != name and (whole := _WHOLE.fullmatch(shown)):
            shown, address = whole[1], whole[2]  # some programs encode name and address together
        if name or address:
            found.append(Address(shown, address))
        words.clear()
        comments.clear()
        address, quoted, sign, named = "", False, False, False

    for match in _tokens(text[:_LONGEST]):
        token = match[0]
        if token == "(":
            depth += 1
        elif token == ")":
            depth = max(0, depth - 1)
        elif depth:
            comments.append(token)
        elif match[1] is not None:
            quoted = True
            words.append(re.sub(r"\\(.)", r"\1", match[1]))
            sign = sign or "@" in match[1]
        elif match[2] is not None:
            if address:
                take()  # the comma is missing
            address = _ROUTE.sub("", _bare(re.sub(r"\([^()]*\)", " ", match[2]))[1])
        elif token == ":":
            if not sign:
                words.clear()  # the name of a group
                quoted = named = False
        elif token in (",", ";"):
            plain = token == "," and named and not address and not quoted and not sign
            if plain and (len(words) > 1 or not _has_address(words[0])):
                words.append(",")  # a name such as "Doe, John" without quotes
                continue
            take()
        else:
            words.append(re.sub(r"\s+", " ", token))
            sign = sign or "@" in token
            named = named or not token.isspace()
    take()
    return tuple(found)


def _has_address(text: str) -> bool:
    """Return whether a name and its address were encoded together."""
    return "=?" in text and _WHOLE.fullmatch(decoded_words(text.strip())) is not None


def _tokens(text: str) -> Iterator[re.Match[str]]:
    pattern, at = _TOKEN, 0
    while match := pattern.match(text, at):
        if match[0] == '"':
            pattern = _OPEN  # each quote would be searched to the end of the text again
        at = match.end()
        yield match


def _bare(text: str) -> tuple[str, str]:
    """Return name and address of an entry without angle brackets; an address may have blanks (RFC 5322 §4.4)."""
    words = text.split()
    whole = [word for word in words if _ADDRESS.fullmatch(word)]
    others = [word for word in words if word not in whole]
    if len(whole) != 1 or any(word[0] in ".@" or word[-1] in ".@" for word in others):
        return "", "".join(words)
    return " ".join(others), whole[0]
