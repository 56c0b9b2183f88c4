"""Postfix ``master.cf``: the services that listen for mail, and those that deliver it, with their ``-o`` overrides.

``submissions inet … smtpd`` has the entries ``("server", "0", "port")`` and ``("server", "0", NAME)`` for each
``-o NAME=VALUE``; ``relay unix … smtp`` has ``("client", "relay", NAME)``.
"""

import ipaddress
import re

from mailkit.formats.document import Entry, Lines, Scalar
from mailkit.formats.syntax._words import render_words
from mailkit.formats.values import SERVICES

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_HEAD = re.compile(
    r"(?P<name>[^\s#]\S*+)[ \t]++(?P<type>inet|unix|fifo|unix-dgram|pass)(?:[ \t]++\S++){5}[ \t]++"
    r"(?P<command>\S++)"
)
_OVERRIDE = re.compile(
    r"(?<![^\s])-o[ \t]*+(?:\{[ \t]*+(?P<braced>[\w-]++)[ \t]*+=[ \t]*+(?P<inside>[^}]*?)[ \t]*\}"
    r"|(?P<name>[\w-]++)=(?P<value>\S*+))"
)
_SUBMISSION = (465, 587, 2525)
_LOGINS = ("smtpd_sasl_auth_enable", "smtpd_tls_wrappermode")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file."""
    lines = Lines(text)
    entries: list[Entry] = []
    service: list[Entry] = []
    above: tuple[str, ...] = ()
    count = 0
    for number in range(1, len(lines.starts) + 1):
        begin, end = lines.bounds(number)
        if begin == end or text[begin:end].lstrip()[:1] in ("", "#"):
            continue
        if text[begin] not in " \t":
            entries += _kept(service)
            service, above = [], ()
            match = _HEAD.match(text, begin, end)
            if match is None:
                continue
            if match["type"] == "inet" and match["command"] == "smtpd":
                above = ("server", str(count))
                count += 1
                service.append(_port(above, match, number))
            elif match["type"] == "unix" and match["command"] in ("smtp", "lmtp"):
                above = ("client", match["name"])
            begin = match.end()
        if above:
            service += [
                _override(above, match, number) for match in _OVERRIDE.finditer(text, begin, end)
            ]
    return entries + _kept(service)


def _port(above: tuple[str, ...], match: re.Match[str], number: int) -> Entry:
    address, _, name = match["name"].rpartition(":")
    value: Scalar = SERVICES.get(name, int(name) if name.isdecimal() and len(name) < 6 else name)
    begin = match.start("name") + len(match["name"]) - len(name)
    return Entry((*above, "port"), value, number, (begin, begin + len(name)), name, address)


def _override(above: tuple[str, ...], match: re.Match[str], number: int) -> Entry:
    name, group = (match["name"], "value") if match["name"] else (match["braced"], "inside")
    return Entry((*above, name), match[group], number, match.span(group), match[group])


def _kept(service: list[Entry]) -> list[Entry]:
    """The entries of a service that people send mail through, or that sends it on."""
    if not service or service[0].path[0] == "client":
        return service
    port, *overrides = service
    asked = any(
        override.key in _LOGINS and str(override.value).lower() == "yes" for override in overrides
    )
    internal = _is_loopback(port.quote) and not asked
    if port.value == 25 or internal or not (asked or port.value in _SUBMISSION):
        return []
    plain = Entry(port.path, port.value, port.line, port.span, port.raw)
    return [plain, *overrides]


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return address == "localhost"


def render(value: Scalar, entry: Entry) -> str:
    """A value as Postfix writes it."""
    return render_words(value, Entry(entry.path, entry.value, entry.line), "yes", "no")
