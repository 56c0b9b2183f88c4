"""The forms of the five systems: read, checked, written, and repaired in their place."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.account import Account, with_protocol
from mailkit.checks import check
from mailkit.errors import FormatError
from mailkit.formats import load, loads, named, repair
from mailkit.formats.form import Form
from mailkit.formats.forms import FORMS
from mailkit.ports import Protocol

EXAMPLES = Path(__file__).parents[2] / "examples" / "forms"
FILES = {one.name: one for one in sorted(EXAMPLES.iterdir())}
EVERY = pytest.mark.parametrize("form", FORMS, ids=[one.NAME for one in FORMS])


def ids(accounts: list[Account]) -> set[str]:
    return {finding.id for one in accounts for finding in check(one, accounts)}


def form(name: str) -> Form:
    found = named(name)
    assert isinstance(found, Form)
    return found


@pytest.mark.parametrize("name", FILES)
def test_each_example_is_read_by_its_own_form_and_by_no_other(name: str) -> None:
    text = FILES[name].read_text("utf-8")
    assert [one.NAME for one in FORMS if one.recognises(text, name)] == [name.partition(".")[0]]
    accounts = load(FILES[name])
    assert ids(accounts) <= {"use-no-login", "use-local-sender", "cfg-host-localhost"}
    assert all(one.place() and one.place().line for one in accounts)


@pytest.mark.parametrize("name", FILES)
def test_what_is_written_is_read_as_the_same(name: str) -> None:
    accounts = load(FILES[name])
    one = form(name.partition(".")[0])
    again = one.read(one.written(accounts), "again.txt")
    assert [(a.address, a.scope, a.default, a.active) for a in again] == [
        (a.address, a.scope, a.default, a.active) for a in accounts
    ]
    for before, after in zip(accounts, again, strict=True):
        assert after.services == before.services
        assert after.delivery == before.delivery
        assert after.channel == before.channel
        assert after.folders == before.folders


@pytest.mark.system("A2")
def test_changing_the_type_moves_the_port_of_every_mailbox() -> None:
    values = {
        "Mail Server Type": "POP3",
        "Customer Mail Address": "service@example.com",
        "Customer Mail Server": "mail.example.com",
        "Vendor Mail Address": "vendors@example.com",
        "Vendor Mail Server": "mail.example.com",
    }

    def ports(**more: str) -> list[int]:
        accounts = form("ashop").mapped(values | {k.replace("_", " "): v for k, v in more.items()})
        return [a.incoming.port for a in accounts if a.incoming]

    assert ports(Customer_Mail_Port="110", Vendor_Mail_Port="110") == [110, 110]
    accounts = form("ashop").mapped(
        values | {"Customer Mail Port": "2110", "Vendor Mail Port": "995"}
    )
    moved = [with_protocol(one, Protocol.IMAP) for one in accounts]
    assert [one.incoming.port for one in moved if one.incoming] == [143, 993]
    clear = form("ashop").mapped(values | {"Customer Mail Port": "110", "Vendor Mail Port": "110"})
    moved = [with_protocol(one, Protocol.IMAP) for one in clear]
    assert [one.incoming.port for one in moved if one.incoming] == [143, 143]
    written = form("ashop").mapped(
        values | {"Mail Server Type": "IMAP", "Customer Mail Port": "1143"}
    )
    assert written[0].incoming is not None
    assert written[0].incoming.port == 1143, "a port that is no standard one is kept"


@pytest.mark.system("A8")
def test_several_mailboxes_stand_side_by_side() -> None:
    customer, vendor = load(EXAMPLES / "ashop.txt")
    for account, address in ((customer, "service@example.com"), (vendor, "vendors@example.com")):
        assert (account.address, account.delivery.reply_to) == (address, address)
        assert account.incoming is not None
        assert (account.incoming.user, account.incoming.host) == (address, "mail.example.com")


@pytest.mark.system("B1")
def test_a_record_of_an_outgoing_server_has_all_of_its_fields() -> None:
    bills, agents, notices = load(EXAMPLES / "astercc.csv")
    assert (bills.scope, agents.scope) == ("system", "team:Support")
    assert (bills.delivery.via, notices.delivery.via) == ("smtp", "local")
    assert (bills.delivery.mode, agents.delivery.mode) == ("daemon", "immediate")
    assert bills.delivery.label == "Bills"
    assert bills.outgoing is not None
    assert (bills.outgoing.host, bills.outgoing.port) == ("smtp.example.com", 465)
    assert (bills.address, bills.default, bills.active) == ("bills@example.com", True, True)
    assert bills.outgoing.security == "implicit-tls"
    assert bills.outgoing.user == "bills@example.com"


@pytest.mark.system("B5")
def test_a_server_of_type_smtp_needs_a_login_and_a_local_host_needs_none() -> None:
    values = {"Server type": "SMTP", "Host IP": "smtp.example.com", "SMTP port": "465"}
    values |= {"SSL": "yes", "Sender": "kim@example.com"}
    assert "use-no-login" in ids(form("astercc").mapped(values))
    assert "use-no-login" not in ids(
        form("astercc").mapped(values | {"User name": "kim@example.com", "Password": "x y z"})
    )
    local = form("astercc").mapped({"Server type": "Local host", "Sender": "any@example.com"})
    assert "use-no-login" not in ids(local)
    assert "use-local-sender" in ids(local), "likely to be rejected"


@pytest.mark.system("C1", "C2", "C3", "C4", "C5", "C6", "C7")
def test_the_form_of_a_channel_becomes_its_settings() -> None:
    (one,) = load(EXAMPLES / "lettershop.txt")
    assert one.active
    assert one.channel.keyword == "[LetterShop]"
    assert not one.channel.exclusive
    assert one.channel.allowed == ("partner@example.org", "example.net")
    assert (one.channel.pre_script, one.channel.post_script) == (
        "/opt/letters/unpack",
        "/opt/letters/archive",
    )
    assert one.channel.answer_from == "letters@example.com"
    bare = form("lettershop").mapped(
        {
            "POP3 username": "a",
            "Incoming mail server (POP3 server)": "h.example.com",
            "Outgoing mail server (SMTP server)": "h.example.com",
            "SMTP username": "b",
        }
    )[0]
    assert bare.outgoing is not None
    assert (bare.outgoing.port, bare.outgoing.user) == (25, ""), (
        "no login where it is not asked for"
    )


@pytest.mark.system("D3", "D10")
def test_the_examples_of_the_guide_load_and_mixtures_are_named() -> None:
    plain, tls, gmail = load(EXAMPLES / "djaboo.txt")
    services = [one.outgoing for one in (plain, tls, gmail)]
    assert [(s.port, str(s.security)) for s in services if s] == [
        (25, "cleartext"),
        (465, "implicit-tls"),
        (465, "implicit-tls"),
    ]
    assert not ids([plain, tls, gmail])

    def mixed(words: str, port: str) -> set[str]:
        values = {"Encryption": words, "SMTP Host": "smtp.example.com", "SMTP Port": port}
        return ids(form("djaboo").mapped(values))

    assert "cfg-port-587-tls" in mixed("SSL", "587")
    assert "cfg-port-465-starttls" in mixed("TLS", "465")
    with_login = {"Encryption": "None", "SMTP Host": "smtp.example.com", "SMTP Port": "25"}
    with_login |= {"Email": "kim@example.com", "SMTP Password": "let me in 42"}
    assert "cfg-cleartext" in ids(form("djaboo").mapped(with_login))


@pytest.mark.system("E1")
def test_the_groups_of_an_account_are_read() -> None:
    (one,) = load(EXAMPLES / "24sevenoffice.txt")
    assert (one.label, one.name, one.address) == ("Ordre", "Ordrekontoret", "ordre@example.no")
    assert one.folders.roles == {"sent": "Sendte Elementer", "junk": "Søppelpost"}
    assert one.folders.fetch == ("INBOX", "Sendte Elementer")
    assert one.delivery.receipts == ("delivered",)
    assert one.folders.link


@pytest.mark.system("E14")
def test_a_rule_on_an_imap_account_is_refused_with_the_reason() -> None:
    text = '[account.a.incoming]\nprotocol = "imap"\nhost = "imap.example.com"\n'
    rules = '[account.a.folders.rules]\ninvoice = "Invoices"\n'
    (found,) = [f for a in loads(text + rules) for f in check(a) if f.id == "use-rules-imap"]
    assert "POP3" in found.message
    assert "use-rules-imap" not in ids(loads(text.replace("imap", "pop3") + rules))


REPAIRS = {
    "astercc.csv": ({"port": 587}, ",465,agents", ",587,agents"),
    "djaboo.txt": ({"security": "starttls", "port": 587}, "暗号化: SSL", "暗号化: TLS"),
    "24sevenoffice.txt": ({"security": "starttls"}, "Utgående kryptering: SSL", "kryptering: TLS"),
    "lettershop.txt": ({"port": 465}, "SMTP Port: 587", "SMTP Port: 465"),
}


@pytest.mark.parametrize("name", REPAIRS)
def test_a_repair_changes_its_line_and_nothing_else(name: str, tmp_path: Path) -> None:
    changes, _, after = REPAIRS[name]
    file = tmp_path / name
    file.write_bytes(FILES[name].read_bytes())
    account = load(file)[1 if name in ("astercc.csv", "djaboo.txt") else 0]
    repair(file, [(account, "outgoing", changes)])
    old = FILES[name].read_text("utf-8").splitlines()
    new = file.read_text("utf-8").splitlines()
    assert len(old) == len(new)
    changed = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    assert len(changed) == len(changes)
    assert any(after in b for _, b in changed), changed
    again = next(one for one in load(file) if one.label == account.label)
    assert again.outgoing is not None
    for key, value in changes.items():
        assert getattr(again.outgoing, key) == value


def test_a_setting_that_a_form_has_no_field_for_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(FILES["ashop.txt"].read_bytes())
    with pytest.raises(FormatError, match="has no field for security"):
        repair(file, [(load(file)[0], "incoming", {"security": "starttls"})])


def test_a_password_never_comes_out_of_a_form() -> None:
    values = {"SMTP Host": "smtp.example.com", "Email": "kim@example.com"}
    (one,) = form("djaboo").mapped(values | {"SMTP Password": "s3cret words"})
    assert one.outgoing is not None
    assert one.outgoing.secret is not None
    assert "s3cret" not in repr(one)
    for other in FORMS:
        assert "s3cret" not in other.written([one])


@EVERY
@given(values=st.data())
def test_whatever_stands_in_a_form_it_is_read_or_refused(form: Form, values: st.DataObject) -> None:
    names = st.sampled_from([name for one in form.fields for name in one.names])
    text = values.draw(
        st.lists(st.tuples(names, st.text(max_size=30)), max_size=8).map(
            lambda rows: "\n".join(f"{name}: {value}" for name, value in rows)
        )
    )
    try:
        accounts = form.read(text, "any.txt")
    except FormatError:
        return
    for one in accounts:
        check(one, accounts)
