"""Switch faults on and off while a lab runs; they affect the next connection to an endpoint.

::

    with Lab(catch_all()) as lab:
        switch_on(lab, "crt-expired")  # at every endpoint that can show it
        switch_on(lab, "snd-greylist", 1025)  # at one, by its real port
        switch_off(lab)

A fault is how the server of a scenario differs from a healthy one. Another endpoint can show it if it means the same
there: a certificate if it has TLS, replies if the protocol is the same, a rejected STARTTLS if STARTTLS is offered.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from functools import cache
from typing import Any, NamedTuple

from mailkit.errors import SettingsError
from mailkit.lab.certificates import KINDS, TLS_KINDS
from mailkit.lab.faults import NOT_SHOWN, SCENARIOS
from mailkit.lab.listener import Listener
from mailkit.lab.scenario import USERS, Scenario, for_every_client
from mailkit.lab.script import Act, Close, Drip, Flood, Listen, Reset, Say, Silence, Wait
from mailkit.lab.servers.core import Lab
from mailkit.ports import Security
from mailkit.text import clean

__all__ = ["does", "places", "switch_off", "switch_on"]

SEVERAL = frozenset({"crt-ip", "crt-per-port", "tcp-banned"})
"""Faults that need several endpoints, or several connections."""

_WITHOUT_SCENARIO: Mapping[str, Mapping[str, Any]] = {
    "aut-bad": {"users": {}, "accepts_all": False}
}
"""Options for faults whose scenario has a healthy server and a wrong account."""

_PLACE = frozenset({"protocol", "host", "port", "security", "users", "address", "real_port"})
_TLS = frozenset({"certificate", "tls"})
_BEFORE_TLS = frozenset({"replies", "offers"})
_WORDLESS = (Reset, Silence, Close, Wait)


class _Expected(NamedTuple):
    """What the account of a scenario expects of the server."""

    protocol: str
    port: object
    security: str


def places(lab: Lab, fault: str) -> dict[int, Listener]:
    """Return where a lab can show a fault: real ports, and the faulty listeners.

    Raises:
        SettingsError: the fault is
    unknown.
    """
    if fault not in SCENARIOS:
        why = NOT_SHOWN.get(fault, "there is no such fault; mailkit lab faults lists them")
        raise SettingsError(f"{fault}: {why}")
    found = {port: _instead(fault, listener) for port, listener in lab.endpoints.items()}
    return {port: listener for port, listener in found.items() if listener is not None}


def switch_on(lab: Lab, fault: str, *ports: int) -> tuple[int, ...]:
    """Switch a fault on, at every endpoint that can show it or at those with these real ports.

    An endpoint has one fault at a time; the last one counts.

    Returns:
        The ports where it is on.

    Raises:
        SettingsError: there is no such fault, or an endpoint cannot show it.
    """
    possible = places(lab, fault)
    if not possible:
        raise SettingsError(f"{fault} needs a lab of its own: mailkit lab up --fault {fault}")
    if wrong := [port for port in ports if port not in possible]:
        shown = ", ".join(map(str, possible))
        raise SettingsError(f"{fault}: port {wrong[0]} cannot show it; ports that can: {shown}")
    for port in ports or possible:
        lab.serve_instead(port, possible[port], fault)
    return tuple(ports or possible)


def switch_off(lab: Lab, fault: str = "", *ports: int) -> None:
    """Switch a fault off, or every fault, at every endpoint or at some; the next connection meets a healthy server."""
    for port, on in lab.faults.items():
        if fault in ("", on) and port in (ports or (port,)):
            lab.serve_instead(port, None)


def does(healthy: Listener, faulty: Listener) -> str:
    """Describe how a faulty server differs from a healthy one."""
    said = []
    if faulty.protocol not in (healthy.protocol, "raw"):
        said.append(f"speaks {faulty.protocol.upper()}")
    if faulty.security != healthy.security:
        implicit = faulty.security is Security.IMPLICIT_TLS
        said.append("starts with TLS" if implicit else "speaks plain text first, with STARTTLS")
    if faulty.certificate != healthy.certificate:
        said.append(f"certificate: {KINDS[faulty.certificate]}")
    if faulty.tls != healthy.tls:
        said.append(f"TLS: {TLS_KINDS[faulty.tls]}")
    if faulty.script:
        said.append(_acts(faulty.script))
    if faulty.greeting:
        said.append(f"greeting: {_acts(faulty.greeting)}")
    for name, acts in (faulty.replies | faulty.replies_tls).items():  # type: ignore[operator]
        said.append(f"{'end of the message' if name == '.' else name}: {_acts(acts)}")
    offers = faulty.offers_tls if faulty.offers_tls is not None else faulty.offers
    if offers is not None and not (faulty.replies or faulty.replies_tls):
        said.append(f"offers only {', '.join(offers) or 'nothing'}")
    if faulty.users == {}:
        said.append("rejects every login")
    said += [
        words for name, words in _KNOBS.items() if getattr(faulty, name) != getattr(healthy, name)
    ]
    text = "; ".join(said)
    return text[:1].upper() + text[1:]


_KNOBS = {
    "accepts_all": "takes any password",
    "cannot": "offers a mechanism that always fails",
    "clear_login": "takes passwords without TLS",
    "no_initial_response": "refuses an initial response to AUTHENTICATE",
    "wants_id": "opens no folder before the command ID",
}


def _instead(fault: str, endpoint: Listener) -> Listener | None:
    """Return the listener instead of a healthy endpoint, or nothing if it cannot show the fault."""
    if fault in _WITHOUT_SCENARIO:
        return replace(endpoint, **_WITHOUT_SCENARIO[fault])
    scenario = SCENARIOS[fault]
    if not _movable(scenario):
        return None
    asked = _asked(fault)
    made = (
        _moved(listener, asked, endpoint) for listener in scenario.listeners if not listener.same_as
    )
    return next((other for other in made if other is not None and other != endpoint), None)


def _movable(scenario: Scenario) -> bool:
    """Return whether a scenario is one server with a fault for any client and any name."""
    raw = sum(listener.protocol == "raw" for listener in scenario.listeners)
    return not (
        scenario.id.startswith("cfg-")
        or scenario.id in SEVERAL
        or scenario.zone
        or scenario.program is not None
        or not scenario.anchors
        or dict(scenario.users) != dict(USERS)
        or raw > 1
        or any(
            listener.node or listener.at or listener.backlog == 0 for listener in scenario.listeners
        )
    )


@cache
def _asked(fault: str) -> _Expected:
    scenario = SCENARIOS[fault]
    roles = [scenario.role] if scenario.role else ["incoming", "outgoing"]
    accounts = tomllib.loads(scenario.account)["account"].values()
    service = next(account[role] for account in accounts for role in roles if role in account)
    return _Expected(service["protocol"], service.get("port"), service.get("security", ""))


def _moved(one: Listener, asked: _Expected, endpoint: Listener) -> Listener | None:
    usual = Listener(protocol=one.protocol, host=one.host, port=one.port)
    knobs: dict[str, Any] = {
        name: getattr(one, name)
        for name in (field.name for field in fields(Listener))
        if name not in _PLACE and getattr(one, name) != getattr(usual, name)
    }
    implicit = endpoint.security is Security.IMPLICIT_TLS
    same_start = implicit == (asked.security == Security.IMPLICIT_TLS)
    if not knobs:
        return _swapped(one, asked, endpoint) if same_start and one.port == asked.port else None
    if one.script:
        wordless = isinstance(one.script[0], _WORDLESS)
        if not (wordless or same_start):
            return None
        return replace(endpoint, **knobs)
    clear = endpoint.security is Security.CLEARTEXT
    if (
        (knobs.keys() & _TLS and clear)
        or (knobs.keys() - _TLS and one.protocol != endpoint.protocol)
        or (knobs.keys() & _BEFORE_TLS and endpoint.security is not Security.STARTTLS)
    ):
        return None
    if clear:  # what is said inside TLS is said at once
        for name in ("replies", "offers"):
            if f"{name}_tls" in knobs:
                knobs[name] = knobs.pop(f"{name}_tls")
    return for_every_client(replace(endpoint, **knobs))


def _swapped(one: Listener, asked: _Expected, endpoint: Listener) -> Listener | None:
    """The endpoint with another protocol, or with TLS at another moment, than a client expects there."""
    if one.protocol != asked.protocol:
        return (
            replace(endpoint, protocol=one.protocol)
            if endpoint.protocol == asked.protocol
            else None
        )
    tls = Security.IMPLICIT_TLS
    if (one.security == tls) == (asked.security == tls):
        return None
    return replace(endpoint, security=one.security)


def _acts(acts: Sequence[Act]) -> str:
    return ", then ".join(map(_act, acts)) or "no answer"


def _act(act: Act) -> str:
    match act:
        case Say(data):
            text = data.decode("utf-8", "replace").replace("<tag>", "…")
            lines = [clean(line, 160) for line in text.splitlines() if line]
            return " / ".join(f"“{line}”" for line in lines[:3]) or "an empty line"
        case Drip(_, every):
            return f"one octet every {every:g} s"
        case Flood():
            return "more text than anyone can want"
        case Wait(seconds):
            return f"{seconds:g} s of silence"
        case Silence():
            return "silence"
        case Listen():
            return "waits for the client"
        case Close():
            return "hangs up"
        case Reset():
            return "connection reset"
    return "a script"
