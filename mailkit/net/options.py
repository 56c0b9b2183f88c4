"""The connection options: trust, routes, EHLO name and timeouts, as one value.

Each entry point creates the value with :func:`connect_options`, so a misspelt or invalid option fails there. The
default timeouts are in :mod:`mailkit.net.times`.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from mailkit.errors import SettingsError
from mailkit.net.limits import Limits
from mailkit.net.pacing import Pacer, Turn
from mailkit.net.routes import Routes
from mailkit.net.times import DIAGNOSIS, Times
from mailkit.net.trust import Trust, trust_of

if TYPE_CHECKING:
    from mailkit.net.early import EarlyConnections
    from mailkit.protocol.masking import Secrets

__all__ = [
    *("CONNECTING", "ConnectOptions", "connect_options", "known_options"),
]


@dataclass(frozen=True, slots=True)
class ConnectOptions:
    """The connection options. Times are in seconds.

    Attributes:
        trust: the trust anchors.
        routes: the routes to hosts.
        reply_timeout_s: limit for each request with its whole reply.
        login_timeout_s: limit for the reply to a login, and for a greeting.
        deadline_s: limit for all steps together.
        ends: the deadline by the monotonic clock; see :meth:`begun`.
        logout: whether to wait for the reply to QUIT or LOGOUT.
        helo: the name in EHLO; empty for an address literal.
        greeting_timeout_s: limit for a greeting, if it differs.
        limits: limits on a server's replies after the login.
        pacer: limits on connections to a server; ``turn`` is this service's use of it.
        early: connections that were begun before.
        secrets: what is masked on all connections of a service, also on those without a login.
    """

    trust: Trust
    routes: Routes = field(default_factory=Routes)
    reply_timeout_s: float = DIAGNOSIS.reply
    login_timeout_s: float = DIAGNOSIS.reply
    deadline_s: float = math.inf
    ends: float = math.inf
    logout: bool = False
    helo: str = ""
    greeting_timeout_s: float | None = None
    limits: Limits = field(default_factory=Limits)
    pacer: Pacer | None = None
    turn: Turn | None = None
    early: "EarlyConnections | None" = field(default=None, repr=False, compare=False)
    secrets: "Secrets | None" = field(default=None, repr=False, compare=False)

    def begun(self, **changes: Any) -> "ConnectOptions":
        """Return the options with the deadline counted from now, and other changes."""
        turn = Turn(self.pacer) if self.pacer is not None else None
        return replace(self, ends=monotonic() + self.deadline_s, turn=turn, **changes)

    def paced(self, pacer: Pacer | None) -> "ConnectOptions":
        """Return the options with a pacer."""
        return self if self.pacer is pacer else replace(self, pacer=pacer)

    @property
    def deadline(self) -> float:
        """Return the deadline, without the time spent waiting for the pacer."""
        return self.ends + (self.turn.waited if self.turn is not None else 0)

    def greeting_as(self, host_name: str) -> "ConnectOptions":
        """Return the options with the account's EHLO name, if none was given."""
        return self if self.helo or not host_name else replace(self, helo=_helo(host_name))


CONNECTING = ("timeout", "deadline", "ca", "trust", "connect_to", "dns", "helo")
"""The options of every entry point that opens connections."""

_DOOR = (*CONNECTING, "limits", "options")


def connect_options(times: Times, given: Mapping[str, Any]) -> ConnectOptions:
    """Check the options of an entry point, and return them as a value.

    Args:
        times: the default times of the entry point.
        given: ``timeout``, ``deadline``, ``ca``, ``trust``, ``connect_to``, ``dns``, ``helo`` and
            ``limits`` by name, or ``options``, an existing value.

    Raises:
        SettingsError: an option is unknown or invalid, or a file of trust anchors cannot be read.
    """
    known_options(given, _DOOR)
    made = given.get("options")
    if made is not None:
        if not isinstance(made, ConnectOptions) or len(given) > 1:
            raise SettingsError("options is a ConnectOptions and excludes the other options")
        return made
    timeout = _seconds("timeout", given.get("timeout"), times.reply)
    deadline = _seconds("deadline", given.get("deadline"), times.deadline)
    reply = timeout if times.opening_only else min(timeout, deadline)
    trust = given.get("trust")
    if trust is not None and not isinstance(trust, Trust):
        raise SettingsError(f"trust is a Trust, not {type(trust).__name__}")
    limits = given.get("limits") or Limits()
    if not isinstance(limits, Limits):
        raise SettingsError(f"limits is a Limits, not {type(limits).__name__}")
    return ConnectOptions(
        trust=trust or trust_of(_files(given.get("ca") or ())),
        routes=_routes(given.get("connect_to"), given.get("dns")),
        reply_timeout_s=reply,
        login_timeout_s=max(reply, min(times.patience * timeout, 0.6 * deadline)),
        deadline_s=deadline,
        helo=_helo(given.get("helo") or ""),
        limits=limits,
    )


def known_options(given: Iterable[str], known: Iterable[str]) -> None:
    """Raise for unknown options.

    Raises:
        SettingsError: one is unknown.
    """
    known = [*known]
    for name in given:
        if name not in known:
            from difflib import get_close_matches

            near = get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"use {', '.join(known)}."
            raise SettingsError(f"unknown option {name!r}; {hint}")


def _seconds(name: str, value: object, usual: float) -> float:
    if value is None:
        return usual
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not float(value) > 0:  # type: ignore[arg-type]
        raise SettingsError(f"{name} is a number of seconds above 0, not {value!r}")
    return float(value)  # type: ignore[arg-type]


def _files(ca: object) -> tuple[str | Path, ...]:
    files = (ca,) if isinstance(ca, str | Path) else ca
    if not isinstance(files, Iterable) or not all(isinstance(f, str | Path) for f in files):
        raise SettingsError(f"ca is a file in PEM, or several, not {ca!r}")
    return tuple(files)


def _routes(connect_to: object, dns: object) -> Routes:
    if dns is not None and not (
        isinstance(dns, tuple | list) and [type(part) for part in dns] == [str, int]
    ):
        raise SettingsError(f"dns is (address, port), not {dns!r}")
    try:
        return Routes.of(connect_to, dns)  # type: ignore[arg-type]
    except (TypeError, ValueError, AttributeError):
        raise SettingsError("connect_to is {(host, port): (address, port)}") from None


def _helo(name: object) -> str:
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9._-]*|\[[0-9A-Za-z:.]+\]", name):
        raise SettingsError(f"helo is a host name or an address in brackets, not {name!r}")
    return name
