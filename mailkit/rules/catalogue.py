"""All rules, by id, in the order of causes."""

from collections.abc import Sequence
from dataclasses import replace

from mailkit.finding import (
    Finding,
    Rule,
    Severity,
    apply_rules,
    rules_in,
)
from mailkit.observation.client import ClientSession
from mailkit.rules import (
    client_habits,
    client_login,
    client_message,
    client_order,
    client_session,
    client_tls,
    client_upgrade,
    program,
    program_mail,
)
from mailkit.rules.client_advice import changes
from mailkit.rules.static import STATIC
from mailkit.rules.wire import INTERNAL, WIRE, case_findings, wire_findings

__all__ = [
    "BEYOND",
    "CLIENT",
    "INTERNAL",
    "PROGRAM",
    "RULES",
    "STATIC",
    "WIRE",
    "case_findings",
    "client_findings",
    "program_findings",
    "wire_findings",
]

PROGRAM: dict[str, Rule] = rules_in(program, program_mail)
"""Rules about the record of another program's conversation."""

CLIENT: dict[str, Rule] = rules_in(
    client_tls,
    client_upgrade,
    client_login,
    client_order,
    client_session,
    client_message,
    client_habits,
)
"""Rules about a client, from the side of the server that it connected to."""

RULES: dict[str, Rule] = STATIC | WIRE | PROGRAM | CLIENT | INTERNAL
"""All of them."""


BEYOND = {
    "env-clock": "the same as crt-clock",
    "env-hosted-kernel": "a check always describes the network of the machine it runs on",
    "env-no-sockets": "where Python has no sockets (Pyodide) no check runs; use the command",
    "env-vpn": "needs two checks to compare: with the VPN and without it",
    "snd-rate": "the same as lim-rate-smtp",
    "snd-silent": "no server reports what happens to a message after it was accepted",
}
"""Faults that an account can have and that are no findings, and why."""


def client_findings(client: ClientSession) -> list[Finding]:
    """What a server can say about a client that connected to it, errors first."""
    found = [
        replace(rule, change=changes(rule.id, client.program))
        for rule in apply_rules(CLIENT.values(), client=client)
    ]
    return sorted(found, key=lambda finding: [*Severity].index(finding.severity))


def program_findings(transcript: Sequence[str]) -> list[Finding]:
    """What the record of a conversation shows about the program that held it."""
    return apply_rules(
        PROGRAM.values(), transcript=[line.strip() for line in transcript if line.strip()]
    )
