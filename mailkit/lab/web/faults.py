"""The addresses of faults: which ones this lab can show, and switching them on and off."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mailkit.errors import SettingsError
from mailkit.lab.faults import SCENARIOS
from mailkit.lab.servers.core import Lab
from mailkit.lab.switching import does, places, switch_off, switch_on
from mailkit.lab.web.answers import jsoned
from mailkit.lab.web.asking import asked, asked_list, lab_of
from mailkit.rules.advice import advised
from mailkit.rules.catalogue import RULES

__all__ = ["FAULTS", "endpoints"]


def faults(request: Request) -> Response:
    """Faults that can be switched on here, and the endpoints with what is on."""
    lab = lab_of(request)
    shown = (_shown(lab, fault) for fault in SCENARIOS)
    return jsoned(
        {"endpoints": endpoints(lab), "faults": [fault for fault in shown if fault["Ports"]]}
    )


def fault(request: Request) -> Response:
    """One fault, with its manual page."""
    return jsoned(_whole(request))


async def put_fault(request: Request) -> Response:
    """Have a fault on at the endpoints that the body names in ``Ports``, and at no other; without a body, everywhere it can."""
    ports = asked_list(await asked(request), "Ports", int)
    lab, name = lab_of(request), request.path_params["id"]
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
    lab, name = lab_of(request), request.path_params["id"]
    _places(lab, name)
    switch_off(lab, name)
    return jsoned(_whole(request))


def delete_faults(request: Request) -> Response:
    """Switch every fault off."""
    switch_off(lab_of(request))
    return faults(request)


def _places(lab: Lab, name: str) -> list[int]:
    try:
        return [*places(lab, name)]
    except SettingsError as error:
        raise HTTPException(404, str(error)) from None


def endpoints(lab: Lab) -> list[dict[str, object]]:
    """The endpoints of a lab, with the fault that is on at each."""
    on = lab.faults
    return [
        {
            "Port": port,
            "Protocol": listener.protocol,
            "Security": str(listener.security),
            "Login": not listener.open_relay,
            "Fault": on.get(port, ""),
        }
        for port, listener in lab.endpoints.items()
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
    lab, name = lab_of(request), request.path_params["id"]
    _places(lab, name)
    rule = RULES[name]
    do, _ = advised(rule, "", "")
    told = {"Meaning": [paragraph.replace("``", "") for paragraph in rule.prose], "WhatToDo": do}
    return _shown(lab, name) | told | {"endpoints": endpoints(lab)}


FAULTS = (
    Route("/api/v1/faults", faults),
    Route("/api/v1/faults", delete_faults, methods=["DELETE"]),
    Route("/api/v1/faults/{id}", fault),
    Route("/api/v1/faults/{id}", put_fault, methods=["PUT"]),
    Route("/api/v1/faults/{id}", delete_fault, methods=["DELETE"]),
)
"""Every address of the faults."""
