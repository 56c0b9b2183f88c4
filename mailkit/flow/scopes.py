"""Choose the account to send by: the named one, else the team's default, else the system's."""

from collections.abc import Sequence

from mailkit.account import Account, Service
from mailkit.errors import SettingsError

__all__ = ["account_named", "default_sender", "outgoing_of"]

SYSTEM = "system"


def default_sender(accounts: Sequence[Account], *, named: str = "", team: str = "") -> Account:
    """Return the account to send by; the only one is the default.

    Args:
        accounts: all accounts.
        named: label, address or display name of an active account.
        team: the team whose default is used without a name; otherwise the system's.

    Raises:
        SettingsError: the account is unknown or inactive, or there is no default.
    """
    if named:
        return account_named(accounts, named)
    scopes = [f"team:{team}"] if team else []
    for scope in (*scopes, SYSTEM):
        for account in accounts:
            if account.default and account.active and account.scope == scope and _sends(account):
                return account
    alone = accounts[0] if len(accounts) == 1 else None
    if alone is not None and alone.active and alone.scope == SYSTEM and _sends(alone):
        return alone
    who = f"neither the team {team} nor the system has an" if team else "the system has no"
    raise SettingsError(f"{who} active default account to send from: set default = true in one")


def account_named(accounts: Sequence[Account], named: str) -> Account:
    """Return the active account with a label, an address or a name.

    Raises:
        SettingsError: there is none, or it is inactive.
    """
    for account in accounts:
        if named in (account.label, account.address, account.delivery.label):
            if not account.active:
                raise SettingsError(f"{named} is inactive: it cannot be used until it is activated")
            return account
    known = ", ".join(account.label for account in accounts if account.active)
    raise SettingsError(f"unknown account {named!r}; there are {known or 'none'}")


def outgoing_of(account: Account, accounts: Sequence[Account]) -> tuple[Account, Service | None]:
    """Return the server for an account, its own or that of the system's default, and its account.

    Raises:
        SettingsError: there is no server.
    """
    if account.delivery.via != "smtp":
        return account, account.outgoing
    transport = account
    if account.delivery.server == SYSTEM or account.outgoing is None:
        transport = default_sender(accounts)
    if transport.outgoing is None:
        raise SettingsError(f"{transport.label} has no outgoing server")
    return transport, transport.outgoing


def _sends(account: Account) -> bool:
    return account.outgoing is not None or account.delivery.via != "smtp"
