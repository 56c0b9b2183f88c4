"""Which protocol a server speaks, where it is not the one that was expected."""

import re

from mailkit.observation import Observation, StopReason
from mailkit.ports import Protocol, Security
from mailkit.protocol.banner import identify
from mailkit.rules.facts import Observations, replies_in_clear, same_port, tls_alert

__all__ = ["speaker", "speaking"]

_FTP = 21
"""The port of FTP, whose greeting may look like that of SMTP."""

_CUT_SHORT = (StopReason.CLOSED, StopReason.RESET, StopReason.DRIP)
"""Stops in the middle of a line, of which a part may have come."""
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f\x80-\xff].{3}", re.S)
"""Octets that begin no line of a mail server."""


def speaker(seen: Observation, others: Observations) -> str:
    """The name of the protocol, ``unknown``, or an empty text where nothing speaks for another protocol."""
    return speaking(seen, others)[0]


def speaking(seen: Observation, others: Observations) -> tuple[str, Observation]:
    """The name of the protocol, and the observation that shows it.

    The first words decide: the greeting, or the reply to a TLS hello or a GET. A known
    protocol counts before an unknown one.
    """
    clear, inside = Security.CLEARTEXT, Security.IMPLICIT_TLS
    heard = [seen, *same_port(seen, others, clear), *same_port(seen, others, inside)]
    for security in (clear, inside):
        heard += same_port(seen, others, security, http=True)
    named = [(name, observation) for observation in heard if (name := _spoken(observation))]
    return min(named, key=lambda pair: pair[0] == "unknown", default=("", seen))


def _spoken(observation: Observation) -> str:
    """What a server speaks by its first words, if it is not what the observation expects."""
    stop = observation.stop
    if stop is None:
        return ""
    if stop.kind is StopReason.UNWELCOME:
        return "nntp" if stop.code in (200, 201) else ""
    if stop.kind is StopReason.FOREIGN:
        name = stop.text or _named(observation) or "unknown"
        return "" if name == "tls" else _ftp(observation, name)
    if stop.kind is StopReason.TLS_FAILED and tls_alert(observation) and not observation.greeting:
        name = _named(observation)
        readable = len(stop.data) > 3 and not replies_in_clear(observation)
        return "" if name == "tls" else _ftp(observation, name or ("unknown" if readable else ""))
    if stop.kind not in _CUT_SHORT or observation.greeting:
        return ""
    name = _named(observation) or ("unknown" if _BINARY.search(stop.data) else "")
    return "" if name in (*Protocol, "tls") else name


def _named(observation: Observation) -> str:
    """The protocol of the bytes that a session ended with."""
    data = observation.stop.data if observation.stop else b""
    news = re.match(rb"20[01][ -]", data)  # RFC 3977 §5.1.1; no mail protocol greets so
    return identify(data) or ("nntp" if news else "")


def _ftp(observation: Observation, name: str) -> str:
    """The same name, or ``ftp`` for a 220 without the word SMTP on the port of FTP."""
    data = observation.stop.data if observation.stop else b""
    plain = name == Protocol.SMTP and data.startswith(b"220") and b"SMTP" not in data.upper()
    return "ftp" if plain and observation.endpoint.port == _FTP else name
