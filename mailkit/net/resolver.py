"""DNS lookups.

Host names are resolved by the system (its files and its resolver), or, if a resolver is named, only by that. It also
answers the other questions (MX, SRV, TXT, aliases).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from mailkit import observation
from mailkit.net.waiting import apart
from mailkit.observation import StopReason
from mailkit.protocol.asks import Stopped

if TYPE_CHECKING:
    from mailkit.observation import Record

__all__ = ["Resolver", "SocketAddress"]

SocketAddress: TypeAlias = tuple[str, int]

_MOST_RECORDS = 256
"""Records that are kept of one answer, which may have thousands; no domain publishes so many of a type."""


@dataclass(frozen=True, slots=True)
class Resolver:
    """A resolver: ``(address, port)``, or the system's if it is ``None``."""

    server: SocketAddress | None = None

    def ask(self, name: str, kind: str, within: float) -> "tuple[Record, ...]":
        """Return the answer to one question, including aliases.

        Args:
            name: a domain name, in ASCII.
            kind: ``A``, ``AAAA``, ``MX``, ``SRV`` or ``TXT``.
            within: seconds.

        Returns:
            Records of that kind; or one of type NXDOMAIN, NODATA, SERVFAIL or TIMEOUT, with the kind as its data. A
            negative answer raises nothing.
        """
        return apart(partial(self._ask, name, kind, within))

    def _ask(self, name: str, kind: str, within: float) -> "tuple[Record, ...]":
        import dns.exception
        import dns.resolver

        try:
            resolver = dns.resolver.Resolver(configure=self.server is None)
            if self.server is not None:
                resolver.nameservers, resolver.port = [self.server[0]], self.server[1]
            resolver.lifetime, resolver.timeout = max(within, 0.05), max(within / 2, 0.05)
            answer = resolver.resolve(name, kind, search=False, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN as error:
            responses: Any = error.responses()  # type: ignore[no-untyped-call]
            aliases = [record for response in responses.values() for record in _records(response)]
            return (
                *aliases,
                observation.Record(aliases[-1].data if aliases else name, "NXDOMAIN", kind),
            )
        except dns.exception.Timeout:
            return (observation.Record(name, "TIMEOUT", kind),)
        except (dns.exception.DNSException, OSError, ValueError, UnicodeError):
            return (observation.Record(name, "SERVFAIL", kind),)
        found = _records(answer.response)
        if not any(record.type == kind for record in found):
            found.append(observation.Record(found[-1].data if found else name, "NODATA", kind))
        return tuple(found)

    def addresses(self, host: str, within: float) -> list[str]:
        """Return the addresses of a host, IPv4 first.

        Raises:
            Stopped: it has none, does not exist, or the resolver does not answer.
        """
        first = self.ask(host, "A", within)
        records = first if _says(first, "NXDOMAIN") else (*first, *self.ask(host, "AAAA", within))
        found = [record.data for record in records if record.type in ("A", "AAAA")]
        if found:
            return found
        if _says(first, "NXDOMAIN"):  # some servers say it of AAAA alone, where the name exists
            raise Stopped(StopReason.NO_NAME, "NXDOMAIN")
        if _says(records, "SERVFAIL", "TIMEOUT"):
            raise Stopped(
                StopReason.NO_RESOLVER, "SERVFAIL" if _says(records, "SERVFAIL") else "no answer"
            )
        raise Stopped(StopReason.NO_ADDRESS, "no A and no AAAA record")


def _says(records: "tuple[Record, ...]", *types: str) -> bool:
    return any(record.type in types for record in records)


def _records(response: Any) -> "list[Record]":
    """Return the records of the name that was asked about and of its aliases; others may be anyone's."""
    names = _chain(response)
    return [
        observation.Record(_name(rows.name), kind, _SHOWN[kind](row))
        for rows in response.answer
        if (kind := str(rows.rdtype.name)) in _SHOWN and rows.name in names
        for row in islice(rows, _MOST_RECORDS)
    ][:_MOST_RECORDS]


def _chain(response: Any) -> set[Any]:
    """Return the name in the question, and the names that its aliases lead to."""
    aliases = {
        rows.name: rows[0].target
        for rows in response.answer
        if rows.rdtype.name == "CNAME" and rows
    }
    names: set[Any] = set()
    name = response.question[0].name if response.question else None
    while name is not None and name not in names:
        names.add(name)
        name = aliases.get(name)
    return names


def _name(name: Any) -> str:
    return str(name.to_text(omit_final_dot=True)).lower()


_SHOWN: dict[str, Callable[[Any], str]] = {
    "A": lambda row: str(row.address),
    "AAAA": lambda row: str(row.address),
    "CNAME": lambda row: _name(row.target),
    "MX": lambda row: f"{row.preference} {_name(row.exchange)}",
    "SRV": lambda row: f"{row.priority} {row.weight} {row.port} {_name(row.target)}",
    "TXT": lambda row: b"".join(row.strings).decode("utf-8", "replace"),
}
"""Formats of the data of each type; the root is a dot."""
