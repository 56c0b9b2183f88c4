"""Cells that say two things at once, as people write them."""

import re

__all__ = ["with_parts"]

_PORT_AND_WORD = re.compile(
    r"\s*(?:port|tcp)?[\s/]*([0-9]{1,5})\s*[-/(,;\[]*\s*(ssl ?/ ?tls|starttls|ssl|tls|none)?\s*[)\]]?\s*",
    re.I,
)
_HOST_AND_PORT = re.compile(r"\s*([a-z0-9-]+(?:\.[a-z0-9-]+)+):([0-9]{1,5})\s*", re.I)


def with_parts(given: dict[str, str]) -> dict[str, str]:
    """The cells with what two of them say in one: ``imap.example.com:993``, ``993 (SSL)``."""
    host = _HOST_AND_PORT.fullmatch(given.get("host", "")) if "port" not in given else None
    if host is not None:
        given = given | {"host": host[1], "port": host[2]}
    port = _PORT_AND_WORD.fullmatch(given.get("port", ""))
    if port is None or given["port"].strip() == port[1]:
        return given
    flags = {"security", "ssl", "tls", "starttls"} & given.keys()
    return given | {"port": port[1]} | ({"security": port[2]} if port[2] and not flags else {})
