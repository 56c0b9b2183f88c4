"""Cells that say two things at once, as people write them."""

import re

from mailkit.formats.syntax._note_words import words_of

__all__ = ["security_word", "with_parts"]

_WORD = r"(?P<word>ssl ?/ ?tls|tls ?/ ?ssl|starttls|ssl|tls|none)?\s*[)\]]?\s*"
_PORT_AND_WORD = re.compile(
    rf"\s*(?:port|tcp)?[\s/]*(?P<port>[0-9]{{1,5}})\s*[-/(,;\[]*\s*{_WORD}", re.I
)
_HOST_AND_PORT = re.compile(
    rf"\s*(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::|[\s(,;/]+(?:port\s*)?)(?P<port>[0-9]{{1,5}})\s*[-/(,;\[]*\s*{_WORD}",
    re.I,
)


def with_parts(given: dict[str, str]) -> dict[str, str]:
    """The cells with what two of them say in one: ``imap.example.com:993 (SSL)``, ``993 (SSL)``."""
    host = _HOST_AND_PORT.fullmatch(given.get("host", "")) if "port" not in given else None
    if host is not None:
        return _with_word(given | {"host": host["host"], "port": host["port"]}, host["word"])
    port = _PORT_AND_WORD.fullmatch(given.get("port", ""))
    if port is None or given["port"].strip() == port["port"]:
        return given
    return _with_word(given | {"port": port["port"]}, port["word"])


def _with_word(given: dict[str, str], word: str | None) -> dict[str, str]:
    """The cells, with the word for the encryption behind a port, if no other cell says it."""
    flags = {"security", "ssl", "tls", "starttls"} & given.keys()
    return given | ({"security": word} if word and not flags else {})


_LONGEST = 60
"""Characters of a cell that says an encryption."""


def security_word(cell: str) -> str:
    """What a cell says of the encryption: ``TLS (STARTTLS)`` is STARTTLS, ``keine`` is cleartext."""
    if len(cell) > _LONGEST:
        return cell
    words = words_of(cell, 0, len(cell))
    said = {"".join(word.value.lower().split()) for word in words if word.kind == "security"}
    if "starttls" in said and said <= {"starttls", "tls"}:
        return "starttls"
    return "cleartext" if words and {word.kind for word in words} == {"none"} else cell
