"""One scenario for each finding that servers on this machine can show.

A scenario stands in the file of its layer. Two things may keep a finding out, and are said in
``NOT_SHOWN``: that no server on loopback can provoke it, or that it needs a name server.
"""

from mailkit.lab.faults import identity, inside, login, refusals, sending, settings, way
from mailkit.lab.faults import tls as tls_faults
from mailkit.lab.scenario import Scenario

__all__ = ["NOT_SHOWN", "SCENARIOS"]

SCENARIOS: dict[str, Scenario] = {
    one.id: one
    for family in (settings, way, identity, tls_faults, login, refusals, inside, sending)
    for one in family.SCENARIOS
}
"""The scenarios by finding."""

NOT_SHOWN = {
    "tcp-unreach": "a missing route cannot be made on loopback",
    "tcp-local-deny": "only the machine's own firewall or SELinux can forbid a connection",
    "dns-nxdomain": "names of the lab are never looked up",
    "dns-nodata": "names of the lab are never looked up",
    "dns-servfail": "names of the lab are never looked up",
    "tls-legacy-reneg": "OpenSSL 3 cannot be made to serve without safe renegotiation",
}
"""Findings without a scenario, and why; their manual pages have the transcript."""
