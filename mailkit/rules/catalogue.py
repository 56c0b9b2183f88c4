"""All rules, by id, in the order of causes."""

from mailkit.finding import Rule, rules_in
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

__all__ = ["RULES", "STATIC", "TALK", "WIRE"]

WIRE: dict[str, Rule] = rules_in(
    tcp, grt, pid, tls, crt, crt_leaf, stt, cap, hst, aut_policy, aut_state, lim, aut
)
"""Rules about what was seen."""

TALK: dict[str, Rule] = rules_in(talk)
"""Rules about the record of another program's conversation."""

RULES: dict[str, Rule] = STATIC | WIRE | TALK
"""All of them."""
