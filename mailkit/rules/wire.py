"""The rules about what was seen, in the order of causes, and what they find. A diagnosis needs no others."""

from collections.abc import Sequence

from mailkit.account import Account, Service
from mailkit.finding import INTERNAL_ERROR, Finding, Rule, apply_rules, rules_in
from mailkit.observation import Context, Observation
from mailkit.protocol.transcript import Case
from mailkit.rules import (
    aut,
    aut_after,
    aut_names,
    aut_policy,
    aut_state,
    cap,
    cfg_secret,
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
from mailkit.rules.static import STATIC

__all__ = ["DIAGNOSIS", "INTERNAL", "WIRE", "case_findings", "wire_findings"]

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

INTERNAL: dict[str, Rule] = rules_in(internal)
"""Rules about mailkit itself."""

DIAGNOSIS: dict[str, Rule] = STATIC | WIRE | INTERNAL
"""All that a diagnosis can find."""


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
