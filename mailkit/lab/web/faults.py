"""The addresses of faults: which ones this lab can show, and switching them on and off."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mailkit.errors import SettingsError
from mailkit.lab.faults import SCENARIOS
from mailkit.lab.servers.core import Lab
from mailkit.lab.switching import does, places, switch_off, switch_on
from mailkit.lab.web.answers import asked, jsoned
from mailkit.rules.advice import advised
from mailkit.rules.catalogue import RULES

__all__ = ["FAULTS"]


def faults(request: Request) -> Response:
    """Faults that can be switched on here, and the endpoints with what is on."""
    lab = _lab(request)
    shown = (_shown(lab, fault) for fault in SCENARIOS)
    return jsoned({"endpoints": _endpoints(lab), "faults": [one for one in shown if one["Ports"]]})


def fault(request: Request) -> Response:
    """One fault, with its manual page."""
    return jsoned(_whole(request))


async def put_fault(request: Request) -> Response:
    """Have a fault on at the endpoints that the body names in ``Ports``, and at no other; without a body, everywhere it can."""
    body = await asked(request)
    ports = body.get("Ports")
    if not isinstance(ports, list | None) or not all(type(one) is int for one in ports or ()):
        raise HTTPException(400, 'The body has to be JSON: {"Ports": [1025, 1587]}.')
    lab, name = _lab(request), request.path_params["id"]
    possible = _places(lab, name)
    if wrong := [port for port in ports or () if port not in possible]:
        raise HTTPException(400, f"{name} cannot be shown at port {wrong[0]}.")
    if not possible:
        raise HTTPException(400, f"{name} needs a lab of its own: mailkit lab up --fault {name}")
    on = possible if ports is None else ports
    off = [port for port in possible if port not in on]
    if on:
        switch_on(lab, name, *on)
    if off:
        switch_off(lab, name, *off)
    return jsoned(_whole(request))


def delete_fault(request: Request) -> Response:
    """Switch a fault off."""
    lab, name = _lab(request), request.path_params["id"]
    _places(lab, name)
    switch_off(lab, name)
    return jsoned(_whole(request))


def delete_faults(request: Request) -> Response:
    """Switch every fault off."""
    switch_off(_lab(request))
    return faults(request)


def _lab(request: Request) -> Lab:
    lab = request.app.state.lab
    assert isinstance(lab, Lab)
    return lab


def _places(lab: Lab, name: str) -> list[int]:
    try:
        return [*places(lab, name)]
    except SettingsError as error:
        raise HTTPException(404, str(error)) from None


def _endpoints(lab: Lab) -> list[dict[str, object]]:
    on = lab.faults
    return [
        {
            "Port": port,
            "Protocol": one.protocol,
            "Security": str(one.security),
            "Fault": on.get(port, ""),
        }
        for port, one in lab.endpoints.items()
    ]


def _shown(lab: Lab, name: str) -> dict[str, object]:
    possible, healthy = places(lab, name), lab.endpoints
    first = next(iter(possible), None)
    return {
        "ID": name,
        "Title": RULES[name].title,
        "Does": does(healthy[first], possible[first]) if first is not None else "",
        "Ports": [*possible],
        "On": [port for port, on in lab.faults.items() if on == name],
    }


def _whole(request: Request) -> dict[str, object]:
    lab, name = _lab(request), request.path_params["id"]
    _places(lab, name)
    rule = RULES[name]
    do, _ = advised(rule, "", "")
    told = {"Meaning": [one.replace("``", "") for one in rule.prose], "WhatToDo": do}
    return _shown(lab, name) | told | {"endpoints": _endpoints(lab)}


FAULTS = (
    Route("/api/v1/faults", faults),
    Route("/api/v1/faults", delete_faults, methods=["DELETE"]),
    Route("/api/v1/faults/{id}", fault),
    Route("/api/v1/faults/{id}", put_fault, methods=["PUT"]),
    Route("/api/v1/faults/{id}", delete_fault, methods=["DELETE"]),
)
"""Every address of the faults."""
