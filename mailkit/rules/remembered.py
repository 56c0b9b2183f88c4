"""The static rules, asked once for settings that are the same.

Most rules look only at what services of a fleet share: protocol, host, port, encryption, how these were written. A
rule is asked with a service and an account that have only some of their fields. If it reads no other, its hits are
remembered for these: a rule has no other input, so that it would read and say the same again. Otherwise it is asked
again with more fields, and at last each time with the whole service.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from types import EllipsisType
from typing import Any

from mailkit.account import Account, Service
from mailkit.finding import Finding, Hit, Rule, asked, finding_of
from mailkit.uses import ChannelOptions, FolderOptions, OutgoingOptions

__all__ = ["Remembered"]

_MOST = 50_000
"""How many keys are kept; then all are forgotten."""

_MORE = 10
"""A rule that has read more than the host so many times more often than not needs the settings too."""

_PLAIN = ("protocol", "port", "security", "auth", "allow_cleartext_login", "role")
_SERVICE = (*_PLAIN, "written", "remarks", "wording")
_SCOPE = ("active", "default", "scope", "first_role")
_USES = ("delivery", "channel", "folders")
_ACCOUNT = (*_SCOPE, *_USES, "written")
_OTHERS = frozenset((*_SERVICE, *_ACCOUNT, "modes"))

_plain, _shared, _uses = (
    attrgetter(*names) for names in ((*_PLAIN, "remarks", "wording"), _SCOPE, _USES)
)
_USUAL = (OutgoingOptions(), ChannelOptions(), FolderOptions())
"""What an account has that says nothing of its use; of others nothing is remembered."""

Arguments = dict[str, Any]
KeptHits = tuple[Hit, ...] | EllipsisType | None
RememberedRule = tuple[Rule, Callable[[Arguments], tuple[Any, ...]], Any]
"""A rule, what takes its arguments out of the facts, and its hits; ``None`` where it has to be asked each time."""

Settings = tuple[list[RememberedRule], dict[str, list[RememberedRule]], Arguments]
"""What is remembered for settings: the rules that are left, those left for each host, and the facts."""


class Remembered:
    """Some rules, with what they said."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._every: list[RememberedRule] = [(rule, rule.arguments, None) for rule in rules]
        self._settings: dict[Any, Settings] = {}
        self._hosts: dict[Any, dict[Any, KeptHits]] = {}
        self._more: dict[Any, int] = {}  # how often a rule has read more than a host, and not
        self._kept = 0

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
        for rule, taking, hits in self._steps(service, account, password):
            if hits is None:
                findings += asked(rule, taking(facts), service)
            else:
                findings += [finding_of(rule, hit, service) for hit in hits]
        return findings

    def _steps(
        self, service: Service, account: Account, password: str | None
    ) -> list[RememberedRule]:
        """The rules that find something, or have to be asked."""
        if _uses(account) != _USUAL:
            return self._every
        key = (
            _plain(service),
            _shared(account),
            _typed(service.written),
            _typed(account.written) if account.written else (),
            not account.modes,
            password is None,
        )
        try:
            known = self._settings.get(key)
        except TypeError:  # something in it is a list or a table
            return self._every
        steps = known and known[1].get(service.host)
        return steps if steps is not None else self._learn(key, service, account)

    def _learn(
        self, key: tuple[Any, ...], service: Service, account: Account
    ) -> list[RememberedRule]:
        """Ask the rules that were not yet: first those that need no host, which settings of all hosts share."""
        if self._kept >= _MOST:
            self._settings.clear()
            self._hosts.clear()
            self._kept = 0
        self._kept += 1
        known = self._settings.get(key)
        if known is None:
            known = self._settings[key] = self._of_settings(service, account, key[-1])
        shared, by_host, facts = known
        of_host = self._hosts.setdefault((service.host, service.wording, key[-1]), {})
        alone = {"service": _part(_ServicePart, service, ("host", "wording")), "account": _Part()}
        if key[-1]:
            alone["password"] = None
        facts = facts | {"service": _part(_ServicePart, service, ("host", *_SERVICE))}
        steps: list[RememberedRule] = []
        for step in shared:
            rule, taking, hits = step
            if hits is not ...:
                steps.append(step)
                continue
            if rule.check not in of_host:
                of_host[rule.check] = self._of_host(rule, taking, alone)
            hits = of_host[rule.check]
            if hits is ...:
                hits = _hits(rule, taking, facts)
            if hits != ():
                steps.append((rule, taking, hits))
        by_host[service.host] = steps  # whole, because another thread may take it now
        return steps

    def _of_host(
        self, rule: Rule, taking: Callable[[Arguments], tuple[Any, ...]], alone: Arguments
    ) -> KeptHits:
        """Ask a rule that needs no more than a host; one that mostly reads more is not asked."""
        if self._more.get(rule.check, 0) > _MORE:
            return ...
        hits = _hits(rule, taking, alone, _OTHERS)
        self._more[rule.check] = self._more.get(rule.check, 0) + (1 if hits is ... else -1)
        return hits

    def _of_settings(self, service: Service, account: Account, no_password: bool) -> Settings:
        fields = _ACCOUNT if account.modes else (*_ACCOUNT, "modes")
        facts: Arguments = {"accounts": _Part(), "account": _part(_AccountPart, account, fields)}
        if no_password:
            facts["password"] = None
        every = facts | {"service": _part(_ServicePart, service, _SERVICE)}
        found = [(r, taking, _hits(r, taking, every, {"host"})) for r, taking, _ in self._every]
        return [step for step in found if step[2] != ()], {}, facts


def _typed(written: Mapping[str, Any]) -> tuple[Any, ...]:
    """What was written, with its types: 1, 1.0 and true are not the same."""
    return tuple([(key, type(value), value) for key, value in written.items()])


def _hits(
    rule: Rule,
    taking: Callable[[Arguments], tuple[Any, ...]],
    facts: Arguments,
    later: Collection[str] = (),
) -> KeptHits:
    """The hits of a rule; ``None`` if it needs what differs from account to account, ``...`` what is known later."""
    try:
        return tuple(rule.check(*taking(facts)))
    except KeyError:  # no password is known yet
        return ... if later else None
    except _ReadMoreError as error:
        return ... if error.args[0] in later else None
    except Exception:  # noqa: BLE001 - it is named where it fails with the whole service
        return None


class _ReadMoreError(Exception):
    """A rule read something that is not in the key."""


class _Part:
    """Stands in for what has only some of its fields."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        raise _ReadMoreError(name)


class _ServicePart(Service, _Part):
    """A service with some of its fields."""

    __slots__ = ()


class _AccountPart(Account, _Part):
    """An account with some of its fields."""

    __slots__ = ("first_role",)


def _part(kind: type[Any], whole: Service | Account, names: Sequence[str]) -> Any:
    found = object.__new__(kind)
    for name in names:
        object.__setattr__(found, name, getattr(whole, name))
    return found
