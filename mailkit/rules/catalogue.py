"""All rules, by id, in the order of causes, and what those about the wire find."""

from collections.abc import Sequence
from dataclasses import replace

from mailkit.account import Account, Service
from mailkit.finding import (
    INTERNAL_ERROR,
    Finding,
    Rule,
    Severity,
    apply_rules,
    rules_in,
)
from mailkit.observation import Context, Observation
from mailkit.observation.client import ClientSession
from mailkit.protocol.transcript import Case
from mailkit.rules import (
    aut,
    aut_after,
    aut_names,
    aut_policy,
    aut_state,
    cap,
    cfg_secret,
    client_habits,
    client_login,
    client_message,
    client_order,
    client_session,
    client_tls,
    client_upgrade,
    crt,
    crt_accepted,
    crt_leaf,
    dns,
    dns_domain,
    dns_resolver,
    env,
    grt,
    grt_silent,
    hst,
    internal,
    lim,
    mbx,
    mbx_folders,
    mbx_pop3,
    pid,
    pid_foreign,
    program,
    program_mail,
    snd_message,
    snd_recipient,
    snd_sender,
    stt,
    stt_required,
    tcp,
    tcp_network,
    tls,
    tls_broken,
)
from mailkit.rules.client_advice import changes
from mailkit.rules.static import STATIC

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

WIRE: dict[str, Rule] = rules_in(
    dns_resolver,
    dns,
    dns_domain,
    env,
    tcp_network,
    tcp,
    snd_sender,
    snd_recipient,
    snd_message,
    grt_silent,
    grt,
    pid,
    pid_foreign,
    tls,
    tls_broken,
    crt,
    crt_leaf,
    crt_accepted,
    stt,
    stt_required,
    cap,
    hst,
    aut_policy,
    aut_state,
    lim,
    aut_names,
    aut_after,
    mbx,
    mbx_folders,
    mbx_pop3,
    aut,
    cfg_secret,
)
"""Rules about what was seen."""

_HEALTHY = [rule for rule in WIRE.values() if rule.healthy]
"""Those that can find something in a conversation that went well."""

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

INTERNAL: dict[str, Rule] = rules_in(internal)
"""Rules about mailkit itself."""

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


def wire_findings(
    service: Service,
    account: Account | None,
    seen: Observation,
    others: Sequence[Observation],
    context: Context | None = None,
) -> list[Finding]:
    """What the wire rules say, in the order of causes; now, where there is no ``context``.

    Rules that compare with an earlier report are asked only where there is one.
    """
    rules = WIRE.values() if seen.stop is not None or others else _HEALTHY
    context = context or Context()
    facts = {
        "service": service,
        "account": account,
        "seen": seen,
        "others": others,
        "context": context,
        "now": context.now,
    }
    before = {} if context.before is None else {"before": context.before}
    return apply_rules(rules, **facts, **before)


def case_findings(case: Case) -> list[Finding]:
    """What the wire rules say of a case: of the settings as they stand, and of what the fix met.

    Behind the login of the fix only the account can be at fault, not the settings.
    """
    found = wire_findings(case.service, case.account, case.seen, case.others, case.context)
    if case.fixed is None:
        return found
    after = wire_findings(case.service, case.account, case.fixed, (), case.context)
    behind = ("snd-", "mbx-", "aut-", INTERNAL_ERROR)
    return found + [row for row in after if row.id.startswith(behind)]


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
