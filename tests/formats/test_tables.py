"""Tables of accounts: what their columns mean, and that a bad row costs nothing but itself."""

import contextlib
import gc
import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mailkit
from mailkit.checks import check_report
from mailkit.errors import FormatError, SettingsError
from mailkit.formats.tables import csv_format
from mailkit.formats.tables.columns import columns_for

HEAD = "account,address,imap_host,imap_port,imap_security,smtp_host,smtp_port,smtp_security,user,password"
ROW = "sales,sales@example.com,imap.example.com,993,implicit-tls,smtp.example.com,465,implicit-tls,sales@example.com,env:PW"


def ids(accounts: list[mailkit.Account]) -> list[tuple[str, int]]:
    return [(f.id, f.place.line) for f in check_report(accounts).findings if f.place]


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("imap_host", "imap.host"),
        ("IMAP Server", "imap.host"),
        ("imapServer", "imap.host"),
        ("imapserver", "imap.host"),
        ("ImapUserName", "imap.user"),
        ("MAIL_HOST", "host"),
        ("EMAIL_HOST_USER", "user"),
        ("EMAIL_HOST_PASSWORD", "secret"),
        ("SMTP Port", "smtp.port"),
        ("incoming.host", "incoming.host"),
        ("Outgoing server", "outgoing.host"),
        ("pop3-login", "pop3.user"),
        ("smtp_address", "smtp.host"),
        ("smtp_pass", "smtp.secret"),
        ("E-Mail", "address"),
        ("Passwort", "secret"),
        ("Verschlüsselung", "security"),
        ("relayhost", "host"),
        ("telephone", ""),
        ("created_at", ""),
        ("notes", ""),
        ("in", ""),
        ("last_login_date", ""),
    ],
)
def test_a_column_is_known_by_the_words_of_products(name: str, meaning: str) -> None:
    assert columns_for([name]).meanings == (meaning,)


def test_a_row_is_an_account_with_both_services() -> None:
    (account,) = mailkit.loads(f"{HEAD}\n{ROW}\n", "accounts.csv")
    assert (account.label, account.address) == ("sales", "sales@example.com")
    assert account.incoming is not None
    assert account.outgoing is not None
    assert account.incoming.endpoint == "imap.example.com:993 implicit-tls"
    assert account.outgoing.endpoint == "smtp.example.com:465 implicit-tls"
    assert repr(account.incoming.secret) == "Secret(env PW)"
    assert not mailkit.check(account)


def test_rows_of_one_account_belong_together() -> None:
    text = """account;service;server;port;encryption;login
a;imap;imap.example.com;993;implicit-tls;a@example.com
b;pop3;pop.example.com;995;implicit-tls;b@example.com
a;smtp;smtp.example.com;465;implicit-tls;a@example.com
"""
    first, second = mailkit.loads(text, "accounts.csv")
    assert [str(s.protocol) for s in first.services] == ["imap", "smtp"]
    assert [str(s.protocol) for s in second.services] == ["pop3"]
    assert str(first.outgoing.place("host")) == "accounts.csv:4"  # type: ignore[union-attr]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_every_dialect_of_csv_is_read(
    tmp_path: Path, delimiter: str, encoding: str, ends: str
) -> None:
    rows = [["Konto", "Server", "Port", "Benutzer"], ["Müller", "imap.example.com", "993", "kim"]]
    quoted = [f'"{rows[1][0]}{delimiter} ""x"""', *rows[1][1:]]
    lines = [delimiter.join(rows[0]), delimiter.join(quoted), ""]
    file = tmp_path / "accounts.csv"
    file.write_bytes(ends.join(lines).encode(encoding))
    (account,) = mailkit.load(file)
    assert account.label == f'Müller{delimiter} "x"'
    assert account.incoming is not None
    assert (account.incoming.host, account.incoming.port) == ("imap.example.com", 993)


def test_a_bad_row_is_a_finding_with_its_line_and_the_rest_goes_on() -> None:
    good = [ROW.replace("sales", f"a{n}") for n in range(5)]
    lines = [HEAD, good[0], ROW + ",x", good[1], "short,only", good[2], '"open' + ROW, *good[3:]]
    accounts = mailkit.loads("\n".join(lines) + "\n", "accounts.csv")
    bad = {line for id_, line in ids(accounts) if id_ == "cfg-table-row"}
    assert bad == {3, 5, 7}
    assert {a.label for a in accounts} >= {f"a{n}" for n in range(5)}


def test_a_password_in_a_cell_is_a_finding_unless_it_is_wanted() -> None:
    text = f"{HEAD}\n{ROW.replace('env:PW', 'correct horse')}\n"
    (account,) = mailkit.loads(text, "accounts.csv")
    assert account.incoming is not None
    assert account.incoming.secret is None
    (found, _) = [f for f in check_report([account]).findings if f.id == "cfg-table-secret"]
    assert found.place is not None
    assert (found.place.line, found.place.key) == (2, "password")
    assert "horse" not in repr(found)

    (account,) = mailkit.loads(text, "accounts.csv", plain_secrets=True)
    assert account.incoming is not None
    assert account.incoming.secret is not None
    assert account.incoming.secret.reveal() == "correct horse"
    assert "horse" not in repr(account)


def test_columns_can_be_given() -> None:
    frame = pd.DataFrame({"A": ["imap.example.com"], "B": [993.0], "C": ["kim"], "host": ["x"]})
    given_ = {"A": "imap.host", "B": "imap.port", "C": "user", "host": ""}
    (account,) = mailkit.from_frame(frame, given_)
    assert account.incoming is not None
    assert (account.incoming.host, account.incoming.port) == ("imap.example.com", 993)
    assert mailkit.columns_of(frame, given_).meanings == ("imap.host", "imap.port", "user", "")
    with pytest.raises(SettingsError, match="no column is called 'Z'"):
        mailkit.from_frame(frame, {"Z": "host"})
    with pytest.raises(SettingsError, match="does not hold 'colour'"):
        mailkit.from_frame(frame, {"A": "colour"})


def test_a_table_of_rules_alone_is_empty() -> None:
    with pytest.raises(FormatError, match="is empty"):
        mailkit.loads("|---\r|---\n---\n", format="csv")


def test_a_table_without_servers_says_what_it_has() -> None:
    with pytest.raises(FormatError, match=r"no column for the host.*name, age"):
        mailkit.loads("name,age\nkim,3\n", "people.csv")


RULED = {
    "Markdown": (
        "page.md",
        "| Account | Host | Port | Security | User |\n| --- | :--- | ---: | --- | --- |\n"
        "| sales | imap.example.com | 993 | implicit-tls | sales@example.com |\n"
        "| info | smtp.example.com | 465 | starttls | info@example.com |\n",
    ),
    "a database": (
        "accounts.txt",
        " account | host             | port | security     | user\n"
        "---------+------------------+------+--------------+-------\n"
        " sales   | imap.example.com |  993 | implicit-tls | sales@example.com\n"
        " info    | smtp.example.com |  465 | starttls     | info@example.com\n(2 rows)\n",
    ),
}


@pytest.mark.parametrize("kind", RULED)
def test_a_table_with_a_rule_below_its_head_is_read_and_not_written(
    kind: str, tmp_path: Path
) -> None:
    name, text = RULED[kind]
    file = tmp_path / name
    file.write_text(text)
    accounts = mailkit.load(file)
    assert [
        (account.label, one.host, one.port) for account in accounts for one in account.services
    ] == [
        ("sales", "imap.example.com", 993),
        ("info", "smtp.example.com", 465),
    ]
    assert ids(accounts) == [("cfg-port-465-starttls", 4)]
    changes = [(accounts[1], "outgoing", {"security": "implicit-tls"})]
    with pytest.raises(FormatError, match="change it there"):
        csv_format.repaired(text, name, changes)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_files_and_frames_give_the_same_accounts(tmp_path: Path, kind: str) -> None:
    frame = pd.read_csv(io.StringIO(f"{HEAD}\n{ROW}\n{ROW.replace('993', '')}\n"))
    file = tmp_path / f"accounts.{kind}"
    if kind == "csv":
        frame.to_csv(file, index=False)
    elif kind == "xlsx":
        frame.to_excel(file, index=False)
    else:
        frame.to_parquet(file)
    assert mailkit.load(file) == mailkit.from_frame(frame)
    assert mailkit.columns_of(file) == mailkit.columns_of(frame)


def test_a_table_larger_than_other_files_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailkit.formats.MAX_BYTES", 100)
    monkeypatch.setattr("mailkit.formats.document.MAX_BYTES", 100)
    file = tmp_path / "accounts.csv"
    file.write_text(f"{HEAD}\n{ROW}\n")
    assert len(mailkit.load(file)) == 1


def test_a_verified_fix_goes_into_its_cell(tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text(f"\ufeff{HEAD}\r\n{ROW}\r\n", "utf-8", newline="")
    (account,) = mailkit.load(file)
    mailkit.repair(file, [(account, "incoming", {"port": 143, "security": "starttls"})])
    text = file.read_bytes().decode("utf-8")
    assert text == f"\ufeff{HEAD}\r\n{ROW.replace('993,implicit-tls', '143,starttls')}\r\n"


@pytest.mark.parametrize("end", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
@pytest.mark.parametrize("name", ["a.csv", "djaboo.csv"])
def test_a_fix_goes_to_its_row_whatever_ends_a_line_elsewhere(
    end: str, name: str, tmp_path: Path
) -> None:
    heads = {"a.csv": "account,smtp_host,smtp_port,x", "djaboo.csv": "Name,SMTP Host,SMTP Port,x"}
    rows = [f"{one},{one}.example.com,25,{end if one == 'a' else 1}" for one in "abc"]
    file = tmp_path / name
    file.write_text("\n".join([heads[name], *rows, ""]), "utf-8", newline="")
    account = mailkit.load(file)[2]
    mailkit.repair(file, [(account, "outgoing", {"port": 465})])
    rows[2] = rows[2].replace("25", "465")
    assert file.read_bytes().decode() == "\n".join([heads[name], *rows, ""])


def test_no_fix_goes_into_a_row_of_another_account(tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    other = ROW.replace("imap.example.com", "imap.example.org")
    file.write_text(f"{HEAD}\n{other}\n{ROW}\n")
    account = mailkit.load(file)[1]
    file.write_text(f"{HEAD}\n{ROW}\n{other}\n")
    with pytest.raises(FormatError, match="has no row of"):
        mailkit.repair(file, [(account, "incoming", {"port": 143})])
    assert file.read_text() == f"{HEAD}\n{ROW}\n{other}\n"


LONG = "x" * 200_000


@pytest.mark.parametrize(
    "text",
    [
        f"smtp_host,smtp_port,{LONG}\nsmtp.example.com,465,\n",
        f"smtp_host,smtp_port\nsmtp.example.com,{LONG}\n",
        f"SMTP Host;SMTP Port\nsmtp.example.com;{LONG}\n",
        "SMTP Host;SMTP Port;SMTP User\na\rb;1;2\n",
        f"{LONG},{LONG}",
    ],
)
@pytest.mark.parametrize("name", ["a.csv", "settings"])
def test_a_cell_that_no_reader_takes_costs_its_row_only(text: str, name: str) -> None:
    with contextlib.suppress(FormatError):
        mailkit.loads(text, name)


def test_a_plain_host_beside_the_other_service_is_incoming() -> None:
    frame = pd.DataFrame(
        [["pop.example.com", 995, "smtp.example.com", 465, "kim@example.com", "env:PW"]],
        columns=["host", "port", "smtp_host", "smtp_port", "username", "password"],
    )
    (account,) = mailkit.from_frame(frame)
    assert [s.endpoint for s in account.services] == [
        "pop.example.com:995 implicit-tls",
        "smtp.example.com:465 implicit-tls",
    ]
    assert {s.user for s in account.services} == {"kim@example.com"}


@pytest.mark.parametrize(
    ("flags", "security"),
    [
        ({"use_ssl": True, "use_tls": False}, "implicit-tls"),
        ({"use_ssl": False, "use_tls": True}, "starttls"),
        ({"ssl": False, "starttls": True}, "starttls"),
        ({"ssl": False, "starttls": False}, "cleartext"),
    ],
)
def test_flags_say_the_encryption(flags: dict[str, bool], security: str) -> None:
    frame = pd.DataFrame([{"host": "smtp.example.com", "port": 587} | flags])
    (account,) = mailkit.from_frame(frame)
    assert account.outgoing is not None
    assert str(account.outgoing.security) == security


@given(st.text(alphabet='",;\n\ra1 é\x00', max_size=200))
def test_no_text_breaks_the_reader(body: str) -> None:
    for account in mailkit.loads(f"{HEAD}\n{body}\n{ROW}\n", "accounts.csv"):
        check_report([account])


XML = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def workbook(file: Path, sheet: list[bytes]) -> Path:
    """An Excel workbook whose only sheet is given as XML."""
    pd.DataFrame({"imap_host": ["imap.example.com"], "imap_port": [993]}).to_excel(
        file, index=False
    )
    with zipfile.ZipFile(file) as made:
        parts = {name: made.read(name) for name in made.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            if name != "xl/worksheets/sheet1.xml":
                made.writestr(name, content)
        with made.open("xl/worksheets/sheet1.xml", "w") as part:
            for piece in sheet:
                part.write(piece)
    return file


def row(number: int, **cells: str) -> bytes:
    found = (
        f'<c r="{at}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
        for at, text in cells.items()
    )
    return f'<row r="{number}">{"".join(found)}</row>'.encode()


def sheet(*pieces: bytes) -> list[bytes]:
    start = f'<worksheet {XML}><dimension ref="A1:XFD1048576"/><sheetData>'.encode()
    return [start, row(1, A="imap_host", B="imap_port"), *pieces, b"</sheetData></worksheet>"]


def test_a_sheet_is_as_large_as_its_rows_and_not_as_it_says(tmp_path: Path) -> None:
    rows = (row(2, A="imap.example.com", B="993"), row(1_048_576, A="imap.example.org"))
    found = mailkit.load(workbook(tmp_path / "a.xlsx", sheet(*rows)))
    assert [one.incoming and one.incoming.host for one in found] == [
        "imap.example.com",
        "imap.example.org",
    ]


@pytest.mark.parametrize(
    ("pieces", "why"),
    [
        ([b" " * 1_000_000] * 80, "unpacks to far more"),
        ([row(2, A="imap.example.com", XFD="x")], "more than 2,000 columns"),
        ([row(1_048_577, A="imap.example.com")], "more than 1,048,576 rows"),
    ],
)
def test_a_workbook_that_grows_when_it_is_read_is_refused(
    pieces: list[bytes], why: str, tmp_path: Path
) -> None:
    with pytest.raises(FormatError, match=why):
        mailkit.load(workbook(tmp_path / "a.xlsx", sheet(*pieces)))


@pytest.mark.parametrize("on", [True, False])
def test_reading_a_table_leaves_the_garbage_collector_as_it_was(on: bool, tmp_path: Path) -> None:
    file, was = tmp_path / "accounts.csv", gc.isenabled()
    file.write_text("account,imap_host\na,imap.example.com\n")
    try:
        (gc.enable if on else gc.disable)()
        mailkit.load(file)
        with pytest.raises(FormatError):
            mailkit.load(tmp_path / "missing.csv")
        assert gc.isenabled() is on
    finally:
        (gc.enable if was else gc.disable)()


def parquet(file: Path, columns: dict[str, list[str]]) -> Path:
    pytest.importorskip("pyarrow")
    pd.DataFrame(columns).to_parquet(file, compression="zstd")
    return file


def test_a_parquet_file_that_is_nothing_but_repetition_is_refused(tmp_path: Path) -> None:
    rows = {name: ["x"] * 300_000 for name in ("imap_host", "account", "service", "ok", "cause")}
    file = parquet(tmp_path / "a.parquet", rows)
    assert file.stat().st_size < 300_000
    with pytest.raises(FormatError, match="unpacks to far more"):
        mailkit.load(file)
    with pytest.raises(SettingsError, match="unpacks to far more"):
        mailkit.services_frame(file)


def test_a_batch_of_a_parquet_file_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailkit.formats.tables.cells._MOST_BATCH", 100_000)
    file = parquet(tmp_path / "a.parquet", {"imap_host": ["x" * 10_000] * 500})
    with pytest.raises(FormatError, match="unpacks to far more"):
        mailkit.load(file)


def test_as_many_accounts_as_there_are_are_read_from_a_parquet_file(tmp_path: Path) -> None:
    names = [f"{n}.example.com" for n in range(2500)]
    accounts = mailkit.load(parquet(tmp_path / "a.parquet", {"imap_host": names}))
    assert [one.incoming.host for one in accounts if one.incoming] == names


@pytest.mark.parametrize("at", range(10, 300, 10))
def test_a_broken_parquet_file_is_one_error_of_ours(at: int, tmp_path: Path) -> None:
    names = [f"{n}.example.com" for n in range(500)]
    file = parquet(tmp_path / "a.parquet", {"imap_host": names})
    data = bytearray(file.read_bytes())
    data[at : at + 5] = b"\xff\x00\xff\x80\x7f"
    file.write_bytes(data)
    for read, error in ((mailkit.load, FormatError), (mailkit.services_frame, SettingsError)):
        with contextlib.suppress(error):
            read(file)


SHEETS = {
    "a row of any number": (b'r="2"', b'r="99999999999999999999"'),
    "a column of any name": (b'r="A2"', b'r="ZZZZZZZ2"'),
    "a cut": (b"</sheetData>", b"<"),
    "no number": (b"<v>993</v>", b"<v>nan</v>"),
    "a number of 6,000 digits": (b"<v>993</v>", b"<v>" + b"9" * 6000 + b"</v>"),
    "a nest": (b"<sheetData>", b"<sheetData>" + b"<a>" * 100_000),
    "a cell twice": (b'r="C2"', b'r="C2" t="d" t="d"'),
}


@pytest.mark.parametrize("name", SHEETS)
def test_a_broken_workbook_is_one_error_of_ours(name: str, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book, whole, broken = openpyxl.Workbook(), io.BytesIO(), tmp_path / "a.xlsx"
    book.active.append(["imap_host", "imap_user", "imap_port"])
    book.active.append(["imap.example.com", "kim", 993])
    book.save(whole)
    with zipfile.ZipFile(whole) as before, zipfile.ZipFile(broken, "w") as after:
        for part in before.namelist():
            content = before.read(part)
            if part.endswith("sheet1.xml"):
                assert SHEETS[name][0] in content
                content = content.replace(*SHEETS[name])
            after.writestr(part, content)
    with pytest.raises(FormatError):
        mailkit.load(broken)
    with pytest.raises(SettingsError):
        mailkit.services_frame(broken)


def test_the_line_of_a_program_is_no_table() -> None:
    words = ",".join(f"a{number}=f({number})" for number in range(2_100))
    with pytest.raises(FormatError):
        mailkit.loads(f"{words},host,user,port,{words}\nx,y,z\n", "bundle")
    with pytest.raises(FormatError):
        mailkit.loads(f"function({'x' * 300}),host,user\nx,y,z\n", "bundle")


def servers(accounts: list[mailkit.Account]) -> list[tuple[str, str, int, str, str]]:
    return [
        (str(one.protocol), one.host, one.port, str(one.security), one.user)
        for account in accounts
        for one in account.services
    ]


BOTH = [
    ("imap", "imap.example.com", 993, "implicit-tls", "kim@example.com"),
    ("smtp", "smtp.example.com", 465, "implicit-tls", "kim@example.com"),
]
CELLS = "kim@example.com;imap.example.com;993;SSL/TLS;smtp.example.com;465;SSL/TLS\n"


@pytest.mark.parametrize(
    "head",
    [
        "E-Mail-Adresse;Posteingangsserver;Port Eingang;Verschlüsselung Eingang;Postausgangsserver;Port Ausgang;"
        "Verschlüsselung Ausgang",
        "Adresse;Serveur entrant;Port entrant;Sécurité entrante;Serveur sortant;Port sortant;Sécurité sortante",
        "Correo;Servidor IMAP;Puerto IMAP;Seguridad IMAP;Servidor SMTP;Puerto SMTP;Seguridad SMTP",
        "Indirizzo;Server in entrata;Porta in entrata;Crittografia in entrata;Server in uscita;Porta in uscita;"
        "Crittografia in uscita",
        "E-mailadres;Inkomende server;Inkomende poort;Beveiliging inkomend;Uitgaande server;Uitgaande poort;"
        "Beveiliging uitgaand",
        "Adres e-mail;Serwer IMAP;Port IMAP;Szyfrowanie IMAP;Serwer SMTP;Port SMTP;Szyfrowanie SMTP",
        "Konten im November;;;;;;\n\nE-Mail;IMAP Server;IMAP Port;IMAP TLS mode;SMTP Server;SMTP Port;SMTP Security",
        "sep=;\nE-Mail;IMAP Server;IMAP Port;IMAP Security;SMTP Server;SMTP Port;SMTP Security",
        ";Incoming;;;Outgoing;;\nE-Mail;Server;Port;Security;Server;Port;Security",
    ],
)
def test_a_head_of_people_is_read(head: str) -> None:
    accounts = mailkit.loads(f"{head}\n{CELLS}", "accounts.csv")
    assert servers(accounts) == BOTH
    assert all(f.id == "cfg-timeout-none" for f in check_report(accounts).findings)
    service = accounts[0].outgoing
    assert service is not None
    place = service.place("port")
    assert place is not None
    assert place.line == head.count("\n") + 2


@pytest.mark.parametrize(
    "text",
    [
        "email,imap,smtp\nkim@example.com,imap.example.com:993,smtp.example.com:465\n",
        "email,imap host,imap port,smtp host,smtp port\n"
        "kim@example.com,imap.example.com,993 (SSL),smtp.example.com,Port 465 SSL/TLS\n",
    ],
)
def test_a_cell_may_say_two_things(text: str) -> None:
    assert servers(mailkit.loads(text, "accounts.csv")) == BOTH


@pytest.mark.parametrize(
    "text",
    [
        "host,port,protocol,state,service\n192.0.2.10,443,tcp,open,https\n192.0.2.10,25,tcp,open,smtp\n",
        "server,port,user\nweb1.example.com,443,deploy\ndb1.example.com,5432,app\n",
        "Host,User,Port,Key\nbuild.example.com,ci,22,id_ed25519\n",
        "Setting,Incoming (IMAP),Outgoing (SMTP)\nServer,imap.example.com,smtp.example.com\nPort,993,587\n",
    ],
)
def test_a_table_of_something_else_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        mailkit.loads(text, "table.csv")


def test_a_fix_goes_into_its_cell_below_a_late_head() -> None:
    head = (
        "Accounts 2026\n;Incoming;;;Outgoing;;\nE-Mail;Server;Port;Security;Server;Port;Security\n"
    )
    text = head + CELLS.replace("465;SSL/TLS", "465;STARTTLS")
    (account,) = mailkit.loads(text, "accounts.csv")
    changed = csv_format.repaired(
        text, "accounts.csv", [(account, "outgoing", {"security": "implicit-tls"})]
    )
    assert changed == text.replace("465;STARTTLS", "465;implicit-tls")


def test_a_head_of_two_rows_in_a_workbook_is_read(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Mail accounts"])
    sheet.append([None, "Incoming", None, None, "Outgoing"])
    sheet.append(["E-Mail", "Server", "Port", "Security", "Server", "Port", "Security"])
    sheet.append(
        ["kim@example.com", "imap.example.com", 993, "SSL", "smtp.example.com", 465, "SSL"]
    )
    sheet.merge_cells("B2:D2")
    sheet.merge_cells("E2:G2")
    book.save(tmp_path / "a.xlsx")
    assert servers(mailkit.load(tmp_path / "a.xlsx")) == BOTH


@pytest.mark.parametrize(
    ("port", "word", "security", "found"),
    [
        (993, "SSL/TLS", "implicit-tls", []),
        (465, "tls", "implicit-tls", []),
        (587, "TLS", "starttls", []),
        (587, "SSL", "starttls", ["cfg-word-ambiguous"]),
    ],
)
def test_a_word_that_the_port_decides_is_not_ambiguous(
    port: int, word: str, security: str, found: list[str]
) -> None:
    text = f"host,port,security,user\nsmtp.example.com,{port},{word},kim@example.com\n"
    text = text.replace("smtp.", "imap.") if port == 993 else text
    accounts = mailkit.loads(text, "a.csv")
    assert [str(one.security) for account in accounts for one in account.services] == [security]
    assert [name for name, _ in ids(accounts) if name != "cfg-timeout-none"] == found


def test_a_page_that_shows_an_example_of_a_native_file_is_none() -> None:
    page = "# Tool\n\nCall it with:\n\n```toml\n[account.kim.incoming]\nhost = 'imap.example.com'\n```\n"
    with pytest.raises(FormatError, match="unknown format"):
        mailkit.loads(page, "README.md")


SPOKEN = {
    "Italian": "Casella;Server posta in arrivo;Porta;Sicurezza;Server posta in uscita;Porta;Sicurezza;Nome utente",
    "Polish": "Adres e-mail;Serwer poczty przychodzącej;Port;Szyfrowanie;Serwer poczty wychodzącej;Port;Szyfrowanie;Login",
    "Russian": "Адрес;Сервер входящей почты;Порт;Шифрование;Сервер исходящей почты;Порт;Шифрование;Логин",
    "Japanese": "メールアドレス;受信サーバー;受信ポート;受信暗号化;送信サーバー;送信ポート;送信暗号化;ユーザー名",
    "Chinese": "邮箱;IMAP服务器;IMAP端口;IMAP加密;SMTP服务器;SMTP端口;SMTP加密;用户名",
    "repeated": "Mailbox;IMAP server;Port;Encryption;SMTP server;Port;Encryption;Login",
    "counted by pandas": "Mailbox;IMAP server;Port;Encryption;SMTP server;Port.1;Encryption.1;Login",
}


@pytest.mark.parametrize("head", SPOKEN.values(), ids=SPOKEN)
def test_columns_are_known_in_the_words_of_many_languages(head: str) -> None:
    row = "kim@example.com;imap.example.com;993;SSL;smtp.example.com;587;STARTTLS;kim@example.com"
    (account,) = mailkit.loads(f"{head}\n{row}\n", "accounts.csv", format="csv")
    assert [one.endpoint for one in account.services] == [
        "imap.example.com:993 implicit-tls",
        "smtp.example.com:587 starttls",
    ]
    assert {one.user for one in account.services} == {"kim@example.com"}


def test_a_fix_goes_into_the_second_of_two_columns_of_one_name(tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    row = "kim@example.com,imap.example.com,993,SSL,smtp.example.com,465,STARTTLS,kim@example.com"
    file.write_text(f"{SPOKEN['repeated'].replace(';', ',')}\n{row}\n")
    (account,) = mailkit.load(file)
    mailkit.repair(file, [(account, "outgoing", {"port": 587})])
    assert file.read_text().splitlines()[1] == row.replace("465", "587")


def test_servers_with_a_number_are_servers_of_their_own() -> None:
    text = "host1;user1;password1;host2;user2;password2\nimap.example.com;kim;env:A;imap.example.org;lee;env:B\n"
    found = [
        one for account in mailkit.loads(text, "a.csv", format="csv") for one in account.services
    ]
    assert [(one.host, one.user, one.secret and one.secret.source) for one in found] == [
        ("imap.example.com", "kim", "A"),
        ("imap.example.org", "lee", "B"),
    ]


@pytest.mark.parametrize(
    "cell",
    [
        "imap.example.com:143 (STARTTLS)",
        "imap.example.com, port 143, STARTTLS",
        "imap.example.com 143/starttls",
    ],
)
def test_a_cell_may_say_host_port_and_encryption(cell: str) -> None:
    (account,) = mailkit.loads(
        f"mailbox;imap server\nkim@example.com;{cell}\n", "a.csv", format="csv"
    )
    assert [one.endpoint for one in account.services] == ["imap.example.com:143 starttls"]


BELOW = """Account settings,,
,Sales,Info
E-mail,sales@example.com,info@example.com
IMAP server,imap.example.com,imap.example.org
IMAP port,993,143
IMAP security,SSL,STARTTLS
SMTP server,smtp.example.com,smtp.example.org
SMTP port,465,587
SMTP security,STARTTLS,STARTTLS
Username,sales@example.com,info@example.com
"""


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_table_may_have_its_settings_below_each_other(kind: str, tmp_path: Path) -> None:
    file = tmp_path / f"accounts.{kind}"
    if kind == "csv":
        file.write_text(BELOW)
    else:
        cells = pd.DataFrame([line.split(",") for line in BELOW.splitlines()])
        cells.to_excel(file, index=False, header=False)
    accounts = mailkit.load(file)
    assert [(one.label, *(s.endpoint for s in one.services)) for one in accounts] == [
        ("Sales", "imap.example.com:993 implicit-tls", "smtp.example.com:465 starttls"),
        ("Info", "imap.example.org:143 starttls", "smtp.example.org:587 starttls"),
    ]
    assert ids(accounts) == [("cfg-port-465-starttls", 9)]
    found = mailkit.check_frame(file)
    assert [*zip(found["account"], found["finding"], strict=True)] == [
        ("Sales", "cfg-port-465-starttls")
    ]


def test_a_fix_goes_into_the_column_of_its_account(tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text(BELOW.replace("\n", "\r\n"), newline="")
    account = mailkit.load(file)[0]
    mailkit.repair(file, [(account, "outgoing", {"security": "implicit-tls"})])
    changed = BELOW.replace("SMTP security,STARTTLS", "SMTP security,implicit-tls")
    assert file.read_bytes().decode() == changed.replace("\n", "\r\n")
    file.write_text(BELOW.replace("smtp.example.com", "smtp.example.net"))
    with pytest.raises(FormatError, match="has no column of Sales"):
        mailkit.repair(file, [(account, "outgoing", {"security": "implicit-tls"})])


def test_services_may_be_the_columns_of_settings_below_each_other() -> None:
    text = "Setting;Incoming;Outgoing\nServer;pop.example.com;smtp.example.com\nPort;995;587\nUser;kim;kim\n"
    (account,) = mailkit.loads(text, "a.csv", format="csv")
    assert [one.endpoint for one in account.services] == [
        "pop.example.com:995 implicit-tls",
        "smtp.example.com:587 starttls",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "hostname,ip,port,user\nmail.example.com,10.0.0.3,22,root\ndb.example.com,10.0.0.4,5432,admin\n",
        "key,de,fr\nServer,Server,Serveur\nPort,Port,Port\nUsername,Benutzername,Identifiant\n",
        "Hostname,web1.example.com,web2.example.com\nPort,22,22\nUser,root,root\nOS,Debian,Debian\n",
    ],
)
def test_a_table_about_something_else_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        mailkit.loads(text, "a.csv", format="csv")


@pytest.mark.parametrize(
    ("cell", "security"),
    [
        ("TLS (STARTTLS)", "starttls"),
        ("keine", "cleartext"),
        ("aucun", "cleartext"),
        ("なし", "cleartext"),
    ],
)
def test_a_cell_says_the_encryption_in_words(cell: str, security: str) -> None:
    text = f"mailbox;imap server;imap port;imap security\nkim@example.com;imap.example.com;143;{cell}\n"
    (account,) = mailkit.loads(text, "a.csv", format="csv")
    assert [str(one.security) for one in account.services] == [security]


def test_a_list_of_mail_servers_alone_is_no_table_of_accounts() -> None:
    frame = pd.DataFrame({"domain": ["example.com"], "mailserver": ["mx1.example.com"]})
    with pytest.raises(FormatError, match="no row of the first is about mail"):
        mailkit.from_frame(frame)
