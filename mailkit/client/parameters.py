"""Parse header fields with parameters, such as Content-Type, however malformed (RFC 2045 §5.1, RFC 2231)."""

import re
from urllib.parse import unquote_to_bytes

from mailkit.client.charsets import readable, text_of
from mailkit.client.encoded_words import decoded_words

__all__ = ["joined_parameters", "with_parameters"]

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[^";]+|;', re.S)
_NEXT = re.compile(r"\s+(?=(?:(?:file)?name(?:\*\d{0,4}\*?)?|charset|boundary)\s*=)", re.I)
_QUOTED = re.compile(r"\\(.)", re.S)
_SECTION = re.compile(r"([^*]+)(?:\*(\d{1,4}))?(\*)?")
_WITHOUT_STAR = re.compile(
    r"(?:utf-?8|us-ascii|iso-8859-\d{1,2}|windows-125\d)'[a-z-]{0,20}'[^'%]*(?:%[0-9a-f]{2}[^'%]*)+",
    re.I,
)
"""An extended value (RFC 2231 §4) whose name has lost its star, as some servers report it."""
_MOST, _LONGEST = 200, 50_000


def with_parameters(value: str) -> tuple[str, dict[str, str]]:
    """Return the value in lower case and the decoded parameters, names in lower case.

    ``value`` is the raw field, octets beyond ASCII as surrogates. Of a repeated parameter the first counts, and the
    extended form before the plain one. Some programs encode the whole field (RFC 2047 §5 forbids it).
    """
    if value.lstrip().startswith("=?"):
        value = decoded_words(value[:_LONGEST])
    if ";" not in value and "=" not in value:
        return value.strip().lower(), {}
    word, *pieces = _pieces(re.sub(r"[\r\n]+", "", value[:_LONGEST]))
    word, blank, more = word.strip().partition(" ")
    if "=" in more:  # the semicolon is missing
        pieces.insert(0, more)
    else:
        word += blank + more
    raw: dict[str, str] = {}
    for piece in pieces[:_MOST]:
        name, equals, given = piece.partition("=")
        if equals and name.strip():
            raw.setdefault(name.strip().lower(), _unquoted(given.strip()))
    return word.strip().lower(), joined_parameters(raw)


def _pieces(text: str) -> list[str]:
    """Split outside quotes at semicolons, and where one is missing before a well-known parameter."""
    found = [[""]]
    for token in _TOKEN.findall(text):
        if token == ";":
            found.append([])
        elif token.startswith('"'):
            found[-1].append(token)
        else:
            first, *others = _NEXT.split(token)
            found[-1].append(first)
            found += [[other] for other in others]
    return ["".join(tokens) for tokens in found]


def _unquoted(text: str) -> str:
    """Remove quotes; text after the closing one is kept."""
    if not text.startswith('"'):
        return text
    match = _TOKEN.match(text)
    inside = match[0] if match is not None else text
    rest = text[len(inside) :].rstrip()
    inside = inside[1:].removesuffix('"') if len(inside) > 1 else ""
    return _QUOTED.sub(r"\1", inside) + (rest if not rest.lstrip().startswith("(") else "")


def joined_parameters(raw: dict[str, str]) -> dict[str, str]:
    """Join and decode parameters (RFC 2231 §3, §4; also RFC 2047, which some programs use)."""
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for key, value in raw.items():
        match = _SECTION.fullmatch(key)
        if match is None or (match[2] is None and match[3] is None):
            plain.setdefault(key, value)
        else:
            pieces.setdefault(match[1], []).append((int(match[2] or 0), bool(match[3]), value))
    for name, value in plain.items():
        if _WITHOUT_STAR.fullmatch(value):
            pieces.setdefault(name, []).append((0, True, value))
    found = {name: decoded_words(readable(value)) for name, value in plain.items()}
    if not pieces:
        return found
    for name, parts in pieces.items():
        found[name] = _extended(sorted(parts, key=lambda part: part[0])) or found.get(name, "")
    return found


def _extended(parts: list[tuple[int, bool, str]]) -> str:
    charset, octets = "", b""
    for place, (_, encoded, value) in enumerate(parts):
        text = value
        if place == 0 and encoded and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        data = text.encode("utf-8", "surrogateescape")
        octets += unquote_to_bytes(data) if encoded else data
    return decoded_words(text_of(octets, charset, strict=True))
