"""The rules: one file for each layer, one function for each finding.

The order of the families, and of the functions in a file, is the order of causes: where two
findings about the wire are there at once, the one that stands first here is the cause.
"""

from mailkit.finding import Rule, rules_in
from mailkit.rules import (
    aut,
    cap,
    cfg_host,
    cfg_login,
    cfg_port,
    cfg_security,
    crt,
    grt,
    hst,
    pid,
    stt,
    talk,
    tcp,
    tls,
)

__all__ = ["RULES", "STATIC", "TALK", "WIRE"]

STATIC: dict[str, Rule] = rules_in(cfg_host, cfg_port, cfg_security, cfg_login)
"""Rules about what was written, by id."""

WIRE: dict[str, Rule] = rules_in(tcp, grt, pid, tls, crt, stt, cap, hst, aut)
"""Rules about what was seen, by id, in the order of causes."""

TALK: dict[str, Rule] = rules_in(talk)
"""Rules about the record of another program's conversation, by id."""

RULES: dict[str, Rule] = STATIC | WIRE | TALK
"""All rules, by id."""
