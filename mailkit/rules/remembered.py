"""The static rules, asked once for settings that are the same.

Most rules look only at what services of a fleet share: protocol, host, port, encryption, how these were written. A
rule is asked with stand-ins for the service and the account, which note what it reads. If it reads only what is in
the key, its hits are remembered for that key: a rule has no other input, so that it would read and say the same
again. Otherwise it is asked each time.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from types import FunctionType, MethodType
from typing import Any

from mailkit.account import Account, Service
from mailkit.finding import Finding, Hit, Rule, finding_of
from mailkit.uses import ChannelOptions, FolderOptions, OutgoingOptions

__all__ = ["Remembered"]

_MOST = 50_000
"""How many keys are kept; then all are forgotten."""

_SERVICE = (
    *("protocol", "port", "security", "auth", "allow_cleartext_login", "role"),
    *("written", "remarks", "wording"),
)
_ACCOUNT = (
    *("active", "default", "scope", "delivery", "channel", "folders", "written"),
    "first_role",
)

_USUAL = (OutgoingOptions(), ChannelOptions(), FolderOptions())
"""What an account has that says nothing of its use; of others nothing is remembered."""

Arguments = dict[str, Any]
RememberedRule = tuple[Rule, Callable[[Arguments], tuple[Any, ...]], tuple[Hit, ...] | None]
"""A rule, what takes its arguments out of the facts, and its hits; ``None`` where it has to be asked."""


class Remembered:
    """Some rules, with what they said."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._every: list[RememberedRule] = [(rule, _taking(rule.needs), None) for rule in rules]
        self._known: dict[Any, list[RememberedRule]] = {}

    def ask(
        self,
        service: Service,
        account: Account,
        accounts: Sequence[Account],
        password: str | None,
    ) -> list[Finding]:
        """The findings about a service, in the order of the rules."""
        facts = {
            "service": service,
            "account": account,
            "accounts": accounts,
            "password": password,
        }
        findings = []
        for rule, taking, hits in self._steps(service, account):
            for hit in rule.check(*taking(facts)) if hits is None else hits:
                findings.append(finding_of(rule, hit, service))
        return findings

    def _steps(self, service: Service, account: Account) -> list[RememberedRule]:
        if (account.delivery, account.channel, account.folders) != _USUAL:
            return self._every
        base = (
            *[getattr(service, name) for name in _SERVICE[:6]],
            _typed(service.written),
            service.remarks,
            service.wording,
            account.active,
            account.default,
            account.scope,
            account.first_role,
            _typed(account.written),
        )
        key = service.host, base
        try:
            known = self._known.get(key)
        except TypeError:  # something in it is a list or a table
            return self._every
        return known if known is not None else self._learn(key, service, account)

    def _learn(
        self, key: tuple[str, Any], service: Service, account: Account
    ) -> list[RememberedRule]:
        """Ask the rules that were not yet: first those that need no host, which settings of all hosts share."""
        if len(self._known) >= _MOST:
            self._known.clear()
        shared = self._known.get(key[1])
        if shared is None:
            shared = self._known[key[1]] = _asked(self._every, service, account, _SERVICE)
        steps = self._known[key] = _asked(shared, service, account, ("host", *_SERVICE))
        return steps


def _typed(written: Mapping[str, Any]) -> tuple[Any, ...]:
    """What was written, with its types: 1, 1.0 and true are not the same."""
    return tuple((key, type(value), value) for key, value in written.items())


def _asked(
    steps: Sequence[RememberedRule], service: Service, account: Account, allowed: Sequence[str]
) -> list[RememberedRule]:
    """The steps; a rule that reads of the service only what is allowed has its hits, one without hits is left out."""
    facts = {
        "service": _Seen(service, frozenset(allowed)),
        "account": _Seen(account, frozenset(_ACCOUNT)),
    }
    found: list[RememberedRule] = []
    for rule, taking, hits in steps:
        if hits is None and set(rule.needs) <= facts.keys():
            try:
                hits = tuple(rule.check(*taking(facts)))
            except _ReadMoreError:
                hits = None
        if hits is None or hits:
            found.append((rule, taking, hits))
    return found


def _taking(needs: Sequence[str]) -> Callable[[Arguments], tuple[Any, ...]]:
    """What takes a rule's arguments out of the facts."""
    if len(needs) == 1:
        (need,) = needs
        return lambda facts: (facts[need],)
    return itemgetter(*needs)


class _ReadMoreError(Exception):
    """A rule read something that is not in the key."""


class _Seen:
    """Stands in for a service or an account, and allows only some of it to be read."""

    __slots__ = ("_allowed", "_real")

    def __init__(self, real: Service | Account, allowed: frozenset[str]) -> None:
        self._real, self._allowed = real, allowed

    def __getattr__(self, name: str) -> Any:
        if name in self._allowed:
            return getattr(self._real, name)
        kept = getattr(type(self._real), name, None)
        if isinstance(kept, property) and kept.fget is not None:
            return kept.fget(self)
        if isinstance(kept, FunctionType):
            return MethodType(kept, self)
        raise _ReadMoreError(name)
