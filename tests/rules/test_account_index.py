"""Who shares a mailbox is looked up, not searched for, and a finding names a few."""

from mailkit import loads
from mailkit.account import Account
from mailkit.checks import check_report
from mailkit.rules.account_index import AccountIndex, indexed, named_few


def accounts_of(users: list[str]) -> list[Account]:
    return loads(
        "".join(
            f'[account.a{number}.incoming]\nprotocol = "pop3"\nhost = "pop.example.com"\nport = 995\n'
            f'security = "implicit-tls"\nuser = "{user}"\n'
            for number, user in enumerate(users)
        )
    )


def test_a_thousand_accounts_on_one_mailbox_are_one_finding_each() -> None:
    report = check_report(accounts_of(["kim@example.com"] * 1000))

    found = [f for a in report.accounts for s in a.services for f in s.findings]
    assert len(found) == 1000
    assert "“a1”, “a2”, “a3” and 996 more" in found[0].message


def test_an_inactive_account_shares_no_mailbox() -> None:
    text = """
        [account.a.incoming]
        protocol = "pop3"
        host = "pop.example.com"
        user = "kim@example.com"
        [account.b]
        active = false
        [account.b.incoming]
        protocol = "pop3"
        host = "pop.example.com"
        user = "kim@example.com"
    """
    first, second = accounts = indexed(loads(text))

    assert first.incoming is not None
    assert named_few(accounts.readers(first.incoming, first), first) == ""
    readers = accounts.readers(first.incoming, second)
    assert named_few(readers, second, counted=False) == "“a”"


def test_a_check_looks_at_each_account_once(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    walks = 0
    walk = tuple.__iter__

    def counted(self: AccountIndex):  # type: ignore[no-untyped-def]
        nonlocal walks
        walks += 1
        return walk(self)

    monkeypatch.setattr(AccountIndex, "__iter__", counted, raising=False)
    check_report(accounts_of([f"u{number}@example.com" for number in range(50)]))

    assert walks <= 5
