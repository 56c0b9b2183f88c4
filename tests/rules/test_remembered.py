"""Rules that are remembered find what they find when they are asked each time."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.account import Account, Service
from mailkit.finding import Hit, Hits, Rule, Severity, apply_rules, rule
from mailkit.formats import loads
from mailkit.ports import Protocol, Security
from mailkit.rules.account_index import indexed
from mailkit.rules.catalogue import STATIC
from mailkit.rules.remembered import Remembered

EXAMPLES = [
    example
    for one in STATIC.values()
    for heading in ("Flagged", "Clean")
    for example in one.examples(heading)
]


def test_every_example_gives_the_same_first_and_again() -> None:
    kept = Remembered(STATIC.values())
    for _ in range(2):
        for example in EXAMPLES:
            accounts = indexed(loads(example, "example.toml"))
            for account in accounts:
                for service in account.services:
                    assert kept.ask(service, account, accounts, None) == asked(
                        service, account, accounts
                    )


def asked(service: Service, account: Account, accounts: Any) -> Any:
    return apply_rules(
        STATIC.values(), service=service, account=account, accounts=accounts, password=None
    )


HOSTS = ("imap.gmail.com", "imap.example.com", "smtp.gmail.com", "localhost", "imap.gmial.com", "")


@given(
    st.lists(
        st.builds(
            Service,
            protocol=st.sampled_from(Protocol),
            host=st.sampled_from(HOSTS),
            port=st.sampled_from((25, 110, 143, 465, 587, 993, 995, 0)),
            security=st.sampled_from(Security),
            user=st.sampled_from(("kim", "kim@gmail.com", " kim", "")),
            auth=st.sampled_from(("password", "xoauth2", "x")),
            written=st.dictionaries(
                st.sampled_from(("use_ssl", "use_tls", "verify", "security", "port")),
                st.sampled_from((True, False, 1, 1.0, "ssl", "true", [1])),
                max_size=2,
            ),
        ),
        min_size=2,
        max_size=8,
    ),
    st.sampled_from(("kim@gmail.com", "kim@example.com", "bücher@example.com", "")),
)
def test_similar_services_are_not_mixed_up(services: list[Service], address: str) -> None:
    kept = Remembered(STATIC.values())
    for service in services:
        account = Account(label="a", address=address, **{service.role: service})
        accounts = indexed((account,))
        assert kept.ask(service, account, accounts, None) == asked(service, account, accounts)


def counting(read: str) -> tuple[Rule, list[str]]:
    seen: list[str] = []

    @rule(Severity.NOTE)
    def cfg_counted(service: Service) -> Hits:
        seen.append(service.host)
        if read:
            getattr(service, read)
        yield Hit(service.host)

    return cfg_counted, seen


@pytest.mark.parametrize(("read", "times"), [("", 1), ("port", 2), ("endpoint", 2), ("user", 6)])
def test_a_rule_is_asked_again_only_if_it_reads_what_is_not_the_same(read: str, times: int) -> None:
    one, seen = counting(read)
    kept = Remembered([one])
    for number in range(5):
        service = Service(protocol=Protocol.IMAP, host="h", user=f"u{number}")
        account = Account(label="a", incoming=service)
        (found,) = kept.ask(service, account, indexed((account,)), None)
        assert found.message == "h"
    assert len(seen) == times


def test_a_rule_about_the_host_is_asked_once_for_each_host() -> None:
    one, seen = counting("")
    kept = Remembered([one])
    for host in ("a", "b"):
        for port in (25, 465, 587):
            service = Service(protocol=Protocol.SMTP, host=host, port=port)
            account = Account(label="a", outgoing=service)
            (found,) = kept.ask(service, account, indexed((account,)), None)
            assert found.message == host
    assert seen == ["a", "b"]
