"""What the examples in a rule's manual page show: the rule applied to them.

The page of a rule is its test. This is where an example becomes facts: TOML becomes accounts,
a transcript is replayed through the real dialogue, and a record of lines stays one.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from mailkit.account import Account, Service
from mailkit.checks import check_service
from mailkit.finding import Finding, Rule, apply_rules
from mailkit.formats import loads
from mailkit.observation import Observation
from mailkit.ports import Protocol, Security
from mailkit.rules.catalogue import STATIC, TALK, WIRE
from mailkit.wire.replay import replay

__all__ = ["examine", "talk_findings", "wire_findings"]

_HEALTHY = [rule for rule in WIRE.values() if rule.healthy]


def examine(rule: Rule, example: str) -> list[Finding]:
    """All findings that an example of a manual page gives."""
    if rule.id in STATIC:
        accounts = loads(example, "example.toml")
        return [f for a in accounts for s in a.services for f in check_service(s, a, accounts)]
    if rule.id in TALK:
        return talk_findings(example.splitlines())
    now = datetime.now(UTC)
    seen, *looks = replay(_dated(example, now), now)
    service = _service(seen)
    return wire_findings(service, None, seen, looks, now)


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


def _service(seen: Observation) -> Service:
    endpoint = seen.endpoint
    return Service(
        protocol=Protocol(endpoint.protocol),
        host=endpoint.host,
        port=endpoint.port,
        security=Security(endpoint.security),
        user="kim@example.com",
    )


def _dated(example: str, now: datetime) -> str:
    """``@NOW+450@`` as the date in so many days, in the way of a mail server."""
    return re.sub(
        r"@NOW([+-]\d+)@",
        lambda match: format_datetime(now + timedelta(days=int(match[1]))),
        example,
    )
