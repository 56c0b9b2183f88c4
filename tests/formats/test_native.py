"""The native format: read with places, kept when a fix is written back."""

import gc
import os
import stat
import tomllib
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.account import Account, Service
from mailkit.checks import check
from mailkit.errors import FormatError
from mailkit.formats import MAX_BYTES, load, loads, native, repair
from mailkit.formats.native import written
from mailkit.formats.toml_lines import key_lines, parsed
from mailkit.ports import Protocol, Security

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))

TEXT = """\
# our accounts

[account.sales]
address = "sales@example.com"   # the public one
name    = "Sales team"
active  = true
default = true
scope   = "team:support"

[account.sales.incoming]
protocol = "imap"               # not POP3
host     = 'imap.example.com'
port     = 143
security = "implicit-tls"       # as the help page said
user     = "sales@example.com"
secret   = { env = "SALES_PW" }

[account.sales.outgoing]
protocol = "smtp"
host     = "smtp.example.com"
port     = 465
security = "implicit-tls"
"""


def test_reads_everything_that_was_written() -> None:
    (account,) = loads(TEXT, "accounts.toml")

    assert (account.label, account.address, account.name) == (
        "sales",
        "sales@example.com",
        "Sales team",
    )
    assert (account.active, account.default, account.scope) == (True, True, "team:support")
    assert account.incoming is not None
    assert account.outgoing is not None
    assert account.incoming.protocol is Protocol.IMAP
    assert account.incoming.security is Security.IMPLICIT_TLS
    assert account.incoming.port == 143
    assert repr(account.incoming.secret) == "Secret(env SALES_PW)"
    assert account.outgoing.role == "outgoing"
    assert check(account) != []


def test_every_value_knows_where_it_stood() -> None:
    (account,) = loads(TEXT, "accounts.toml")
    assert account.incoming is not None

    lines = TEXT.splitlines()
    for key, place in account.incoming.places.items():
        text = lines[place.line - 1]
        assert text.startswith(key or "[account.sales.incoming]")
    assert str(account.place("address")) == "accounts.toml:4"


def test_a_finding_stands_where_the_mistake_stands() -> None:
    (account,) = loads(TEXT, "accounts.toml")

    (finding,) = check(account)

    assert finding.id == "cfg-port-143-tls"
    assert str(finding.place) == "accounts.toml:14"


def test_a_repair_keeps_comments_order_and_everything_else(tmp_path: Path) -> None:
    file = tmp_path / "accounts.toml"
    file.write_text(TEXT, "utf-8")
    file.chmod(0o640)
    (account,) = load(file)

    repair(file, [(account, "incoming", {"security": Security.STARTTLS, "user": "sales"})])

    expected = TEXT.replace('"implicit-tls"       # as', '"starttls"       # as').replace(
        'user     = "sales@example.com"', 'user     = "sales"'
    )
    assert file.read_text("utf-8") == expected
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["accounts.toml"]


def test_a_repair_can_add_a_key_that_was_not_there(tmp_path: Path) -> None:
    file = tmp_path / "accounts.toml"
    file.write_text('[account.a.incoming]\nhost = "h.example.com"\n', "utf-8")
    (account,) = load(file)

    repair(file, [(account, "incoming", {"port": 143, "security": Security.STARTTLS})])

    (again,) = load(file)
    assert again.incoming is not None
    assert (again.incoming.port, again.incoming.security) == (143, Security.STARTTLS)


def test_a_repair_of_an_account_that_is_gone_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "accounts.toml"
    file.write_text(TEXT, "utf-8")

    with pytest.raises(FormatError, match="any more"):
        repair(file, [(Account(label="other"), "incoming", {"port": 993})])

    assert file.read_text("utf-8") == TEXT


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_accounts_written_anew_read_the_same(file: Path) -> None:
    accounts = load(file)

    assert loads(written(accounts), "again.toml") == accounts


def test_a_secret_given_as_value_is_not_written_anew() -> None:
    text = '[account.a.incoming]\nhost = "h"\nsecret = { value = "hunter2" }\n'

    assert "hunter2" not in written(loads(text, "a.toml"))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", r"accounts.toml:3: is a binary file"),
        (b"[account.a]\nname = \xff\n", r"accounts.toml:2: is not UTF-8"),
        (b"[account.a]\naddress = 'x\n", r"accounts.toml:2: is not TOML"),
        (b"[account.a]\n[account.a]\n", r"accounts.toml:2: is not TOML: Cannot declare"),
        (b"[account.a]\nname = 'x'\nname = 'y'\n", r"accounts.toml:3: is not TOML"),
        (b"", r"has no \[account.NAME\] table"),
        (b"account = 5\n", r"has no \[account.NAME\] table"),
        (b"[account]\na = 5\n", r"has no \[account.NAME\] table"),
        (b"x = [" + b"[" * 5_000, r"is (not TOML|nested too deep)"),
        (b"#" * (MAX_BYTES + 1), r"is larger than 16 MiB"),
    ],
)
def test_what_is_no_configuration_gets_one_clear_line(
    data: bytes, why: str, tmp_path: Path
) -> None:
    file = tmp_path / "accounts.toml"
    file.write_bytes(data)

    with pytest.raises(FormatError, match=why) as caught:
        load(file)

    assert "\n" not in str(caught.value)


def test_a_folder_or_a_missing_file_gets_one_clear_line(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing.toml"):
        with pytest.raises(FormatError, match="cannot be read"):
            load(path)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ('incoming = "imap.example.com"', {"cfg-word-invalid"}),
        ("incoming = { host = 5 }", {"cfg-word-invalid", "cfg-host-scheme"}),
        ("incoming = { host = 'h.example.com', port = '993' }", {"cfg-port-range"}),
        ("incoming = { host = 'h.example.com', port = 993.5 }", {"cfg-port-range"}),
        ("incoming = { host = 'h.example.com', port = true }", {"cfg-port-range"}),
        ("incoming = { host = 'h.example.com', user = 5 }", {"cfg-word-invalid"}),
        ("incoming = { host = 'h.example.com', secret = 5 }", {"cfg-word-invalid"}),
        ("incoming = { host = 'h.example.com', colour = 'red' }", {"cfg-word-ignored"}),
        ("incoming = { host = 'h.example.com', security = 5 }", set()),
        ("incoming = { host = 'h.example.com', protocol = 'exchange' }", {"cfg-word-invalid"}),
        ("incoming = { host = 'h.example.com' }\nactive = 'False'", {"cfg-bool-string"}),
        ("incoming = { host = 'h.example.com' }\nadress = 'a@b.example'", {"cfg-word-ignored"}),
        ("incoming = { host = 'h.example.com' }\naddress = 7", {"cfg-word-invalid"}),
    ],
)
def test_a_wrong_account_loads_and_its_faults_are_findings(text: str, ids: set[str]) -> None:
    (account,) = loads(f"[account.a]\n{text}\n", "a.toml")

    found = check(account)

    assert ids <= {finding.id for finding in found}
    assert all(finding.place is not None for finding in found)


def paths_of(value: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = ((str(number), one) for number, one in enumerate(value))
    else:
        return []
    return [p for key, one in pairs for p in [(*path, key), *paths_of(one, (*path, key))]]


TRICKY = '''
a = 1 # [not.a.table]
"quoted key" = "x # no comment"
'literal' = 'a "b" c'
dotted.key."with dot.s" = true
multi = """
[fake]
x = 1
\\"""
"""
lit = \'\'\'
[fake2]
\'\'\'
arr = [
  1, "two", # comment ]
  [3, { four = 4 }],
]
inline = { a = { b = "}" }, c = [1] }
when = 1979-05-27T07:32:00Z
[table]
k = -0.5
[[many]]
x = 1
[[many]]
x = 2
[many.sub]
y = 3
["account"."ä b"]
z = 9
'''


def test_the_lines_of_a_tricky_document_are_right() -> None:
    lines = key_lines(TRICKY)

    assert set(paths_of(tomllib.loads(TRICKY))) <= set(lines)
    text = TRICKY.splitlines()
    assert text[lines["many", "1", "x"] - 1] == "x = 2"
    assert text[lines["many", "1", "sub", "y"] - 1] == "y = 3"
    assert text[lines["account", "ä b", "z"] - 1] == "z = 9"
    assert text[lines["arr", "2", "1", "four"] - 1] == "  [3, { four = 4 }],"


KEYS = st.text("abcdef-_ .\"'#[]={}ä", min_size=1, max_size=8)
VALUES = st.recursive(
    st.one_of(
        st.integers(-(2**40), 2**40),
        st.booleans(),
        st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_every_key_of_any_document_has_a_line(data: dict[str, object]) -> None:
    import tomlkit

    text = tomlkit.dumps(data)

    assert set(paths_of(tomllib.loads(text))) <= set(key_lines(text))


@given(st.text(max_size=200))
def test_no_text_does_anything_but_load_or_say_why_not(text: str) -> None:
    try:
        accounts = loads(text, "x.toml")
    except FormatError:
        return
    for account in accounts:
        check(account)


@given(
    st.fixed_dictionaries(
        dict.fromkeys(("host", "port", "security", "user", "timeout", "protocol"), VALUES)
    )
)
def test_no_value_anywhere_stops_the_check(table: dict[str, object]) -> None:
    import tomlkit

    text = tomlkit.dumps({"account": {"a": {"address": "k@example.com", "incoming": table}}})

    (account,) = loads(text, "x.toml")

    for finding in check(account):
        assert finding.message


def test_cleartext_logins_are_allowed_for_an_account_or_for_a_service() -> None:
    text = """
        [account.a]
        allow_cleartext_login = true
        [account.a.incoming]
        host = "imap.example.com"
        [account.a.outgoing]
        host = "smtp.example.com"
        allow_cleartext_login = false
    """
    (account,) = loads(text, "accounts.toml")
    assert [s.allow_cleartext_login for s in account.services] == [True, False]
    assert "allow_cleartext_login" not in str(check(account))


def test_a_number_of_thousands_of_digits_is_an_error_of_the_file() -> None:
    with pytest.raises(FormatError):
        loads("[account.x.incoming]\nprotocol = 'imap'\nport = " + "9" * 5000 + "\n", "x.toml")


def test_accounts_of_the_same_name_are_all_written() -> None:
    service = Service(protocol=Protocol.IMAP, host="imap.example.com", port=993)
    same = Account(label="mail", incoming=service)
    found = loads(written([same, same, Account(label="mail-2", incoming=service), same]))
    assert [one.label for one in found] == ["mail", "mail-2", "mail-2-2", "mail-3"]


def many(count: int) -> str:
    return "".join(
        f'[account.a{n}]\naddress = "u{n}@example.com"\n[account.a{n}.incoming]\nprotocol = "pop3"\n'
        f'host = "mail.example.com"\nport = 995\nsecurity = "implicit-tls"\nuser = "u{n}@example.com"\n'
        for n in range(count)
    )


def test_loading_many_accounts_takes_little_more_memory_than_they_keep() -> None:
    text = many(1000)
    loads(many(1), "x.toml")  # imports
    tracemalloc.start()
    try:
        accounts = loads(text, "x.toml")
        kept, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(accounts) == 1000
    assert most < 2.2 * kept


def test_nothing_is_searched_for_garbage_while_a_text_is_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    on: list[bool] = []

    def noted(text: str) -> dict[str, object]:
        on.append(gc.isenabled())
        return parsed(text)

    monkeypatch.setattr(native, "parsed", noted)
    loads(many(1), "x.toml")

    assert on == [False]
    assert gc.isenabled()
