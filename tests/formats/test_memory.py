"""Memory of loaded accounts, as the allocator of Python counts it."""

import gc
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from mailkit.account import Place
from mailkit.formats import load
from mailkit.formats.native import Places, accounts_of
from mailkit.formats.toml_lines import key_lines
from mailkit.private import at_most

COUNT = 1000


def native(number: int) -> str:
    user = f"u{number}@example{number % 50}.com"
    services = "".join(
        f'[account.k{number}.{role}]\nprotocol = "{protocol}"\nhost = "mail.example{number % 50}.com"\n'
        f'port = {port}\nsecurity = "implicit-tls"\nuser = "{user}"\nsecret = {{ env = "PW{number}" }}\n'
        for role, protocol, port in (("incoming", "imap", 993), ("outgoing", "smtp", 465))
    )
    return f'[account.k{number}]\naddress = "{user}"\n{services}'


def row(number: int) -> str:
    place = f"example{number % 50}.test"
    return f"u{number}@{place},env:PW{number},mail.{place},993,implicit-tls,mail.{place},465,implicit-tls\n"


HEAD = "email,password,imap_host,imap_port,imap_security,smtp_host,smtp_port,smtp_security\n"


@pytest.mark.parametrize(
    ("name", "head", "one", "octets"),
    [("a.toml", "", native, 5200), ("a.csv", HEAD, row, 3000)],
)
def test_an_account_of_two_services_is_small(
    tmp_path: Path, name: str, head: str, one: Callable[[int], str], octets: int
) -> None:
    file = tmp_path / name
    file.write_text(head + one(0), "utf-8")
    load(str(file))  # what is loaded once
    file.write_text(head + "".join(map(one, range(COUNT))), "utf-8")
    gc.collect()

    tracemalloc.start()
    accounts = load(str(file))
    gc.collect()
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(accounts) == COUNT
    assert held / COUNT < octets
    assert peak / COUNT < 2 * octets


def test_tables_are_not_in_memory_beside_their_accounts() -> None:
    tables = {"kim": {"incoming": {"host": "h", "secret": {"env": "PW"}}}, "lee": {"incoming": {}}}
    text = '[account.kim.incoming]\nhost = "h"\nsecret = { env = "PW" }\n[account.lee.incoming]\n'
    noted: dict[tuple[str, ...], dict[str, Place]] = {}
    for path, line in key_lines(text).items():
        noted.setdefault(path[:-1], {})[path[-1]] = Place("a.toml", line, path[-1])
    places: Places = {**noted}
    accounts = accounts_of({"account": tables}, "a.toml", places)
    assert [str(account.services[0].place("host")) for account in accounts] == [
        "a.toml:2",
        "a.toml:4",
    ]
    assert tables == {}
    assert {*places} == {(), ("account",)}


def test_a_limit_is_not_taken_from_memory_before_it_is_needed(tmp_path: Path) -> None:
    file = tmp_path / "small"
    file.write_bytes(b"small")

    tracemalloc.start()
    with file.open("rb") as stream:
        data = at_most(stream, 2**31)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert data == b"small"
    assert peak < 2**22


def test_no_more_than_the_limit_is_read(tmp_path: Path) -> None:
    file = tmp_path / "large"
    file.write_bytes(bytes(2**21 + 5))

    with file.open("rb") as stream:
        assert len(at_most(stream, 2**21 + 1)) == 2**21 + 1
