"""All rules, by id, in the order of causes, and what those about the wire find."""

from collections.abc import Sequence
from datetime import datetime

from mailkit.account import Account, Service
from mailkit.finding import Finding, Rule, apply_rules, rules_in
from mailkit.observation import Observation
from mailkit.rules import (
    aut,
    aut_policy,
    aut_state,
    cap,
    crt,
    crt_leaf,
    grt,
    hst,
    lim,
    pid,
    stt,
    talk,
    tcp,
    tls,
)
from mailkit.rules.static import STATIC

__all__ = ["RULES", "STATIC", "TALK", "WIRE", "talk_findings", "wire_findings"]

WIRE: dict[str, Rule] = rules_in(
    tcp, grt, pid, tls, crt, crt_leaf, stt, cap, hst, aut_policy, aut_state, lim, aut
)
"""Rules about what was seen."""

_HEALTHY = [rule for rule in WIRE.values() if rule.healthy]
"""Those that can find something in a conversation that went well."""

TALK: dict[str, Rule] = rules_in(talk)
"""Rules about the record of another program's conversation."""

RULES: dict[str, Rule] = STATIC | WIRE | TALK
"""All of them."""


def wire_findings(
    service: Service,
    account: Account | None,
    seen: Observation,
    looks: Sequence[Observation],
    now: datetime,
) -> list[Finding]:
    """What the wire rules say, in the order of causes."""
    rules = WIRE.values() if seen.stop is not None or looks else _HEALTHY
    return apply_rules(rules, service=service, account=account, seen=seen, looks=looks, now=now)


def talk_findings(talk: Sequence[str]) -> list[Finding]:
    """What the record of a conversation shows about the program that held it."""
    return apply_rules(TALK.values(), talk=[line.strip() for line in talk if line.strip()])
