"""All accounts of a run, indexed once: a rule asks who shares a mailbox or a scope, and walks no list."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from mailkit.account import Account, Service
from mailkit.ports import Protocol
from mailkit.text import joined, quoted

__all__ = ["AccountIndex", "indexed", "mailbox_of", "named_few"]

_NAMED = 3
"""How many accounts a finding names; it counts the rest."""


class AccountIndex(tuple[Account, ...]):
    """Accounts in their order, with look-ups that are built on first use."""

    @cached_property
    def _readers(self) -> dict[tuple[str, str], list[Account]]:
        found: dict[tuple[str, str], list[Account]] = defaultdict(list)
        for account in self:
            if account.active and account.incoming is not None and account.incoming.user:
                found[mailbox_of(account.incoming, account)].append(account)
        return found

    @cached_property
    def _pop3_readers(self) -> dict[tuple[str, str], list[Account]]:
        return {
            mailbox: [a for a in accounts if a.incoming and a.incoming.protocol is Protocol.POP3]
            for mailbox, accounts in self._readers.items()
        }

    @cached_property
    def _defaults(self) -> dict[tuple[str, str], list[Account]]:
        found: dict[tuple[str, str], list[Account]] = defaultdict(list)
        for account in self:
            if account.default:
                found[account.scope, _file(account)].append(account)
        return found

    @cached_property
    def _pop3_users(self) -> dict[str, list[Account]]:
        found: dict[str, list[Account]] = defaultdict(list)
        for account in self:
            if account.incoming is not None and account.incoming.protocol is Protocol.POP3:
                found[account.incoming.user].append(account)
        return found

    @cached_property
    def _positions(self) -> dict[int, int]:
        return {id(account): number for number, account in enumerate(self)}

    def readers(self, service: Service, account: Account, *, pop3: bool = False) -> list[Account]:
        """The active accounts, this one included, that read the mailbox of a service."""
        if not service.user or service.published:
            return []
        index = self._pop3_readers if pop3 else self._readers
        return index.get(mailbox_of(service, account), [])

    def defaults(self, account: Account) -> list[Account]:
        """The default accounts of an account's scope in its file."""
        return self._defaults.get((account.scope, _file(account)), [])

    def pop3_labels(self, user: str, most: int = _NAMED) -> list[str]:
        """The labels of some of the accounts that read a user's mail by POP3."""
        return [account.label for account in self._pop3_users.get(user, [])[:most]]

    def related(self, accounts: Iterable[Account]) -> list[Account]:
        """The accounts that the rules look at beside these, and these; in their order.

        The rules find in them what they find in all.
        """
        found: dict[int, Account] = {}
        for account in accounts:
            lists = [self.defaults(account), [account]]
            for service in account.services:
                lists.append(self.readers(service, account))
                lists.append(self._pop3_users.get(service.user, []))
            for others in lists:
                found.update((id(other), other) for other in others)
        return sorted(found.values(), key=lambda other: self._positions.get(id(other), -1))


def indexed(accounts: Iterable[Account]) -> AccountIndex:
    """The index of some accounts; an index stays as it is."""
    return accounts if isinstance(accounts, AccountIndex) else AccountIndex(accounts)


def named_few(accounts: list[Account], account: Account, *, counted: bool = True) -> str:
    """Three of the accounts beside one, in quotes, and how many more; empty where there are none.

    It looks at a few accounts only, however many there are. ``counted`` is whether the one itself is among them.
    """
    found = [a.label for a in accounts[: _NAMED + 1] if a.identity != account.identity][:_NAMED]
    if not found:
        return ""
    more = len(accounts) - len(found) - counted
    names = [quoted(label) for label in found] + ([f"{more:,} more"] if more > 0 else [])
    return joined(names, "and")


def mailbox_of(service: Service, account: Account) -> tuple[str, str]:
    """The site and the user; imap.example.com and pop.example.com are one site."""
    host = service.host.lower()
    site = re.sub(r"\A(imap|imaps|pop|pop3|mail)\d*\.(?=.*\.)", "", host)
    user = service.user.lower()
    return site, user if "@" in user or not account.domain else f"{user}@{account.domain}"


def _file(account: Account) -> str:
    """Return the file of an account; each file is a separate system."""
    place = account.place()
    return place.file if place is not None else ""
