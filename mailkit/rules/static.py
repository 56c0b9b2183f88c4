"""The rules about what was written: all that a check needs."""

from mailkit.finding import Rule, rules_in
from mailkit.rules import (
    cfg_clear,
    cfg_file,
    cfg_host,
    cfg_login,
    cfg_mailbox,
    cfg_port,
    cfg_provider,
    cfg_security,
    cfg_table,
    use,
)

__all__ = ["STATIC"]

STATIC: dict[str, Rule] = rules_in(
    cfg_table,
    cfg_host,
    cfg_provider,
    cfg_port,
    cfg_clear,
    cfg_security,
    cfg_login,
    cfg_mailbox,
    cfg_file,
    use,
)
"""By id, in the order of causes."""
