"""Which account sends: the one that a person names, else the default of the team, else that of the system."""

from collections.abc import Sequence

from mailkit.account import Account, Service
from mailkit.errors import SettingsError

__all__ = ["account_named", "default_sender", "outgoing_of"]

SYSTEM = "system"


def default_sender(accounts: Sequence[Account], *, named: str = "", team: str = "") -> Account:
    """The account to send by.

    Args:
        accounts: all there are.
        named: what a person has chosen, by label, address or the name that is shown; any active account.
        team: without a choice, the team whose default sends, else the system's.

    Raises:
        SettingsError: there is no such account, it is not active, or there is no default.
    """
    if named:
        return account_named(accounts, named)
    scopes = [f"team:{team}"] if team else []
    for scope in (*scopes, SYSTEM):
        for one in accounts:
            if one.default and one.active and one.scope == scope and _sends(one):
                return one
    who = f"neither the team {team} nor the system has an" if team else "the system has no"
    raise SettingsError(f"{who} active default account to send from: set default = true in one")


def account_named(accounts: Sequence[Account], named: str) -> Account:
    """The account with a label, an address or a name, which has to be active.

    Raises:
        SettingsError: there is none, or it is inactive.
    """
    for one in accounts:
        if named in (one.label, one.address, one.delivery.label):
            if not one.active:
                raise SettingsError(f"{named} is inactive: it cannot be used until it is activated")
            return one
    known = ", ".join(one.label for one in accounts if one.active)
    raise SettingsError(f"unknown account {named!r}; there are {known or 'none'}")


def outgoing_of(account: Account, accounts: Sequence[Account]) -> tuple[Account, Service | None]:
    """The account by whose server an account sends, its own or the system's default, and that server.

    Raises:
        SettingsError: there is no server.
    """
    if account.delivery.via != "smtp":
        return account, account.outgoing
    carrier = account
    if account.delivery.server == SYSTEM or account.outgoing is None:
        carrier = default_sender(accounts)
    if carrier.outgoing is None:
        raise SettingsError(f"{carrier.label} has no outgoing server")
    return carrier, carrier.outgoing


def _sends(account: Account) -> bool:
    return account.outgoing is not None or account.delivery.via != "smtp"
