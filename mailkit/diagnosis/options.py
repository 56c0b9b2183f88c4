"""The options of a diagnosis, as one value."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from mailkit.account import Account
from mailkit.diagnosis.allowance import Allowance
from mailkit.errors import SettingsError
from mailkit.net.early import EarlyConnections
from mailkit.net.options import CONNECTING, ConnectOptions, connect_options, known_options
from mailkit.net.pacing import Pacer
from mailkit.net.times import DIAGNOSIS
from mailkit.protocol.masking import Secrets
from mailkit.protocol.smtp.path import is_path
from mailkit.rules.account_index import AccountIndex, indexed
from mailkit.text import clean

__all__ = ["DiagnoseOptions", "diagnose_options"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnoseOptions:
    """The options of a diagnosis; see :func:`mailkit.diagnose`.

    Attributes:
        connect: how connections are opened.
        login: whether to log in.
        thorough: also probe what works: the other ports and addresses, and QUIT or LOGOUT.
        mailbox: also examine the mailbox after the login: folders, quota, rights. Nothing is changed.
        rehearse: ``(from, to)``: offer the server a message between these addresses, and reset before anything is
            sent (RFC 5321 §4.1.1.5).
        send_test: send one short message to this address, and look for it if one of ``accounts`` has that address.
        wrong_password: also try a wrong password on purpose, to check that it is rejected.
        before: the JSON document of an earlier report on these accounts, to compare with.
        accounts: all accounts that were loaded together.
        early: connections to the account's services that were begun before.
        allowance: the limits that a run of many diagnoses sets for this one.
    """

    connect: ConnectOptions
    login: bool = True
    thorough: bool = False
    mailbox: bool = False
    rehearse: tuple[str, str] | None = None
    send_test: str = ""
    wrong_password: bool = False
    before: Mapping[str, Any] | None = None
    accounts: tuple[Account, ...] = ()
    early: EarlyConnections | None = field(default=None, repr=False, compare=False)
    allowance: Allowance = field(default_factory=Allowance)

    def within(
        self, allowance: Allowance, before: Mapping[str, Any] | None = None
    ) -> "DiagnoseOptions":
        """Return the options for one diagnosis in a run: its limits, and what an earlier report says of it."""
        connect = self.connect.paced(allowance.pacer)
        return replace(self, allowance=allowance, connect=connect, before=before)

    def paced(self, pacer: Pacer | None) -> "DiagnoseOptions":
        """Return the options with the pacer of a run."""
        return replace(self, connect=self.connect.paced(pacer))

    def of(self, account: Account) -> "DiagnoseOptions":
        """Return the options for one account: its EHLO name, and itself where no accounts were given."""
        connect = self.connect.greeting_as(account.delivery.host_name)
        if connect is self.connect and self.accounts:
            return self
        return replace(self, connect=connect, accounts=self.accounts or (account,))

    def dialled(self, secrets: Secrets | None = None) -> ConnectOptions:
        """Return the connection options, with the deadline counted from now, and what is masked."""
        logout = self.thorough or self.allowance.await_logout
        return self.connect.begun(logout=logout, early=self.early, secrets=secrets)


_OWN = tuple(
    field.name for field in fields(DiagnoseOptions) if field.name not in ("connect", "allowance")
)


def diagnose_options(
    given: Mapping[str, Any], options: DiagnoseOptions | None = None
) -> DiagnoseOptions:
    """Return the value for options by name; they override those of ``options``.

    Raises:
        SettingsError: an option is unknown or makes no sense, or a file of trust anchors cannot
            be read.
    """
    if options is not None and not given and isinstance(options.accounts, AccountIndex):
        return options  # made here before
    known_options(given, (*CONNECTING, *_OWN))
    connecting = {name: given[name] for name in CONNECTING if name in given}
    own = {name: given[name] for name in _OWN if name in given}
    if options is None:
        options = DiagnoseOptions(connect=connect_options(DIAGNOSIS, connecting))
    elif connecting:
        own["connect"] = connect_options(DIAGNOSIS, connecting)
    made = replace(options, **own)
    if made.rehearse is not None and made.send_test:
        raise SettingsError("a message is rehearsed or sent, not both")
    if made.send_test and not is_path(made.send_test):
        raise SettingsError(
            f"{clean(made.send_test, 200)!r} is not an address; write kim@example.com, without a name"
        )
    return replace(made, accounts=indexed(made.accounts))
