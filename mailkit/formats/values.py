"""Parse values: flags, ports, words, hosts with a prefix or a port, URLs."""

import ast
import re
import shlex
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from mailkit.formats.document import Scalar

__all__ = [
    "EndpointValues",
    "Url",
    "as_command",
    "as_flag",
    "as_port",
    "as_text",
    "as_word",
    "split_host",
    "split_url",
]

YES = frozenset(("true", "yes", "on", "1", "y", "t", "enabled", "always"))
NO = frozenset(("false", "no", "off", "0", "n", "f", "disabled", "never", "", "none", "null"))
PROGRAMS = frozenset(("python", "php", "javascript", "ruby"))
"""Syntaxes whose text values are true unless they are empty."""


SERVICES = {
    "smtp": 25,
    "submission": 587,
    "submissions": 465,
    "smtps": 465,
    "ssmtp": 465,
    "imap": 143,
    "imaps": 993,
    "pop3": 110,
    "pop3s": 995,
}
"""Names of ports, as ``/etc/services`` has them."""


def as_flag(value: Scalar, *, text_counts: bool) -> bool | None:
    """Parse yes or no; ``None`` for neither. ``text_counts`` is for programs, in which any non-empty text is true."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return bool(value)
    word = value.strip().casefold()
    if text_counts:
        return bool(word)
    return True if word in YES else False if word in NO else None


def as_port(value: Scalar) -> int | str | None:
    """Parse a number, also as text; other values are returned unchanged."""
    if isinstance(value, bool) or value is None:
        return None if value is None else str(value)
    if isinstance(value, int):
        return value
    text = str(value).strip()
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else text or None


def as_text(value: Scalar) -> str:
    """Text; a number or a flag as it is written."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def flag_word(value: bool, old: str) -> str:
    """A flag as a word, in the letter case of the one it replaces: programs compare it with ``True``."""
    word = "true" if value else "false"
    old = old.strip("\"'`")
    if old.lower() in ("yes", "no"):
        word = "yes" if value else "no"
    elif old.lower() in ("on", "off"):
        word = "on" if value else "off"
    if len(old) > 1 and old.isupper():
        return word.upper()
    return word.capitalize() if old[:1].isupper() else word


def as_command(text: str) -> str:
    """A command for a shell; ``("pass", "show", "mail")`` is its words, as Python writes them."""
    if not re.fullmatch(r"\(.*\)", text, re.S):
        return text
    try:
        words = ast.literal_eval(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return text
    return shlex.join(map(str, words)) if isinstance(words, tuple) else str(words)


def as_word(value: Scalar) -> str:
    """A word to compare."""
    return as_text(value).strip().casefold()


@dataclass(frozen=True, slots=True)
class EndpointValues:
    """What a host key says: a prefix (``ssl://``), a name, and a port; ``others`` are further hosts.

    Exim writes each colon twice, in front of the port and in an address.
    """

    prefix: str
    host: str
    port: int | None
    brackets: bool = False
    others: str = ""
    colon: str = ":"


_HOST = re.compile(rf"(\[?)([^\[\]]*?)\]?(?:(::?)(\d{{1,5}}|{'|'.join(SERVICES)}))?")


def split_host(text: str, prefixes: tuple[str, ...], *, with_port: bool) -> EndpointValues:
    """Take a host apart, as far as the product does."""
    prefix = next((prefix for prefix in prefixes if text.lower().startswith(prefix)), "")
    rest = text[len(prefix) :]
    if not with_port:
        return EndpointValues(prefix, rest, None)
    whole = rest.strip()
    rest = re.split(r"[;,]", whole, maxsplit=1)[0].rstrip()
    others = whole[len(rest) :]
    match = _HOST.fullmatch(rest.strip())
    if match is None or (":" in match[2] and not match[1]):
        return EndpointValues(prefix, rest, None, others=others)
    port = SERVICES.get(match[4], match[4]) if match[4] else None
    colon = match[3] or ":"
    host = match[2].replace("::", ":") if colon == "::" else match[2]
    return EndpointValues(prefix, host, int(port) if port else None, bool(match[1]), others, colon)


@dataclass(frozen=True, slots=True)
class Url:
    """A URL of a mail server. The password is kept as written, and never shown."""

    scheme: str
    user: str
    password: str | None
    host: str
    port: int | None
    options: dict[str, str]
    spans: dict[str, tuple[int, int]]


_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:(?P<login>[^/?#]*)@)?"
    r"(?P<host>\[[^\]]*\]|[^:/?#\[\]]*)(?::(?P<port>\d*))?(?P<rest>[/?#].*)?",
    re.S,
)


def _unquoted(text: str) -> str:
    """A part of a URL; in a parameter of Symfony, as in Mautic's file, each percent sign is written twice."""
    return unquote(re.sub(r"%%(?=[0-9A-Fa-f]{2})", "%", text))


def split_url(text: str) -> Url | None:
    """Parse a URL; return ``None`` if it is not one. ``spans`` are offsets in the text."""
    match = _URL.fullmatch(text.strip())
    if match is None:
        return None
    user, colon, password = (match["login"] or "").partition(":")
    spans = {
        name: match.span(name) for name in ("scheme", "host", "port") if match[name] is not None
    }
    if match["login"] is not None:
        begin = match.start("login")
        spans["user"] = (begin, begin + len(user))
        if colon:
            spans["password"] = (begin + len(user) + 1, match.end("login"))
    query = (match["rest"] or "").partition("?")[2].partition("#")[0]
    return Url(
        match["scheme"].lower(),
        _unquoted(user),
        _unquoted(password) if colon else None,
        match["host"].strip("[]"),
        int(match["port"]) if match["port"] else None,
        dict(parse_qsl(query, keep_blank_values=True)),
        spans,
    )
