"""All routes to one host in one table: ports and addresses, certificates, logins.

It shows which service was forgotten when the certificate was renewed, and which of several machines behind a name is
stale.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mailkit.ports import Protocol, Security

if TYPE_CHECKING:
    from mailkit.observation import Observation

__all__ = ["HEAD", "ConnectionPath", "paths_of", "row_of"]

HEAD = ("port", "address", "certificate", "valid until", "logins", "")
"""The columns of the table; the last one has the sign and what is wrong."""


_MAIL = frozenset(Protocol)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionPath:
    """One route to a host, and what was seen there.

    ``certificate`` is the beginning of its SHA-256, ``valid_until`` a date; both are empty if none was seen.
    ``logins`` are the mechanisms offered under TLS. ``wrong`` is why it does not open, or empty. ``odd`` means that
    it differs from another route to the same host.
    """

    host: str
    port: int
    security: str
    address: str
    certificate: str = ""
    valid_until: str = ""
    logins: tuple[str, ...] = ()
    wrong: str = ""
    odd: bool = False


def paths_of(others: "Iterable[Observation]") -> tuple[ConnectionPath, ...]:
    """Return the routes to each host that was reached by several routes, if they differ."""
    found: dict[tuple[object, ...], ConnectionPath] = {}
    for look in others:
        only_looked = look.tls is not None and not look.tls.verified
        if look.address and not only_looked and look.endpoint.protocol in _MAIL:
            path = _path(look)
            key = (path.host, path.port, path.security, path.address)
            if path.certificate and (key not in found or not path.wrong):
                found[key] = path
    hosts = dict.fromkeys(path.host for path in found.values())
    return tuple(
        path for host in hosts for path in _marked([p for p in found.values() if p.host == host])
    )


def _path(look: "Observation") -> ConnectionPath:
    leaf = look.chain[0] if look.chain else None
    return ConnectionPath(
        host=look.endpoint.host,
        port=look.endpoint.port,
        security=look.endpoint.security,
        address=look.address,
        certificate=leaf.fingerprint[:12].upper() if leaf else "",
        valid_until=f"{leaf.not_after:%Y-%m-%d}" if leaf else "",
        logins=tuple(sorted(look.logins)) if look.tls and look.tls.verified else (),
        wrong=look.stop.text if look.stop and not (look.tls and look.tls.verified) else "",
    )


def _marked(paths: Sequence[ConnectionPath]) -> list[ConnectionPath]:
    """Return the routes to one host with the odd ones marked; nothing if all agree.

    Two services may have different valid certificates; two machines behind one port may not differ in certificate or
    logins.
    """
    usual = _usual(paths, lambda path: (path.certificate, bool(path.wrong)))
    rows = [replace(path, odd=bool(path.wrong) and path not in usual) for path in paths]
    for port in {path.port for path in paths}:
        mine = [path for path in rows if path.port == port]
        same = _usual(mine, lambda path: (path.certificate, frozenset(path.logins)))
        rows = [
            replace(path, odd=True) if path in mine and path not in same else path for path in rows
        ]
    if not any(path.odd or path.wrong for path in rows):
        return []
    return sorted(rows, key=lambda path: (path.port, path.address)) if len(rows) > 1 else []


def _usual(
    paths: Sequence[ConnectionPath], look: Callable[[ConnectionPath], object]
) -> list[ConnectionPath]:
    """Return the largest group of equal routes; of groups of the same size, one that opens."""
    groups: dict[object, list[ConnectionPath]] = {}
    for path in paths:
        groups.setdefault(look(path), []).append(path)
    return max(groups.values(), key=lambda group: (not group[0].wrong, len(group)), default=[])


def row_of(path: ConnectionPath, good: str = "✓", bad: str = "✗") -> tuple[str, ...]:
    """Return one row of the table, as text."""
    how = {Security.IMPLICIT_TLS: "TLS", Security.STARTTLS: "STARTTLS"}
    port = f"{path.port} {how.get(Security(path.security), 'clear')}"
    said = f"{bad} {path.wrong}" if path.wrong else "differs" if path.odd else good
    print_ = ":".join(path.certificate[i : i + 2] for i in range(0, len(path.certificate), 2))
    return port, path.address, print_, path.valid_until, " ".join(path.logins) or "–", said
