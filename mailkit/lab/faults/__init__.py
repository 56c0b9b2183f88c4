"""One scenario for each finding that servers on this machine can show.

A scenario is in the file of its layer, or is read from the finding's manual page. ``NOT_SHOWN`` has findings without one, with the reason.
"""

from mailkit.lab.faults import (
    identity,
    login,
    mailbox,
    names,
    network,
    ports,
    refusals,
    sending,
    settings,
)
from mailkit.lab.faults import tls as tls_faults
from mailkit.lab.faults.from_page import scenario_of
from mailkit.lab.scenario import Scenario
from mailkit.rules.catalogue import CLIENT, WIRE

__all__ = ["NOT_SHOWN", "SCENARIOS"]

_WRITTEN: dict[str, Scenario] = {
    scenario.id: scenario
    for family in (
        settings,
        ports,
        network,
        identity,
        tls_faults,
        login,
        refusals,
        mailbox,
        sending,
        names,
    )
    for scenario in family.SCENARIOS
}

NOT_SHOWN = (
    {
        "tcp-unreach": "a missing route cannot be made on loopback",
        "tcp-local-deny": "only the machine's own firewall or SELinux can forbid a connection",
        "dns-aaaa-only": "whether there is a route by IPv6 is the machine's affair; shown in a network namespace",
        "tcp-v6-broken": "whether there is IPv6 is the machine's affair; shown in a network namespace",
        "tcp-v6-no-route": "whether there is IPv6 is the machine's affair; its test makes a machine without",
        "tcp-proxy-needed": "a proxy is set in the environment of the one who asks",
        "env-http-proxy-only": "a proxy is set in the environment of the one who asks",
        "tls-legacy-reneg": "OpenSSL 3 cannot be made to serve without safe renegotiation",
        "cfg-file-writable": "it is about a file of this machine; no server shows it",
        "cfg-secret-readable": "it is about a file of this machine; no server shows it",
        "internal-error": "it is about mailkit itself; no server shows it",
        "cfg-switched-off": "it is about whether a program uses the settings; no server shows it",
        "cfg-auth-ending": "it is about a day that is still to come; no server shows it",
    }
    | dict.fromkeys(
        (
            *("use-two-defaults", "use-default-inactive", "use-no-login", "use-local-sender"),
            *("use-no-keyword", "use-exclusive-shared", "use-rules-imap", "use-address"),
        ),
        "it is about what the account is used for; no server shows it",
    )
    | dict.fromkeys(
        CLIENT, "it is about a client: the lab reports it for the program that connects"
    )
)
"""Findings without a scenario, and why; their manual pages have a transcript."""

SCENARIOS: dict[str, Scenario] = _WRITTEN | {
    rule.id: scenario
    for rule in WIRE.values()
    if rule.id not in _WRITTEN
    and rule.id not in NOT_SHOWN
    and (scenario := scenario_of(rule)) is not None
}
"""The scenarios by finding; those that have none of their own are read from their manual page."""
