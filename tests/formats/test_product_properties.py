"""What holds for every product file of the tests: cut anywhere, and with any setting written back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mailkit.account import Account, Service
from mailkit.checks import check_service
from mailkit.errors import FormatError
from mailkit.formats import edits_of, load, loads, repair
from mailkit.formats.dialects import dialect_in
from mailkit.formats.dialects.notes import PROSE
from mailkit.formats.repairs import Repair
from mailkit.formats.syntax import likely_syntaxes, parse
from mailkit.ports import Protocol

from .test_product_files import CASES, Case

READ = [case for case in CASES if case.services and not case.beside]

STRIDE = 31
"""Only some of the 110,000 ways to cut a file; all of them take a minute."""

PORTS = {
    Protocol.SMTP: {"implicit-tls": 465, "starttls": 587},
    Protocol.IMAP: {"implicit-tls": 993, "starttls": 143},
    Protocol.POP3: {"implicit-tls": 995, "starttls": 110},
}


Outcome = tuple[list[Account], FormatError | None]


def tried(text: str, file: str) -> Outcome:
    """The accounts of a text, or the error."""
    try:
        return loads(text, file), None
    except FormatError as error:
        return [], error


def cut(case: Case, length: int) -> None:
    """Read the beginning of a file: settings with lines that exist, or one error that names a line."""
    text = case.text[:length]
    lines = text.count("\n") + 1
    accounts, error = tried(text, case.file)
    if error is not None:
        assert error.file == case.file
        assert error.line is None or 1 <= error.line <= lines
        assert "\n" not in str(error)
    for account in accounts:
        for service in account.services:
            for finding in check_service(service, account, accounts):
                assert finding.place is None or 1 <= finding.place.line <= lines


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_a_file_that_ends_anywhere_is_read_or_refused_with_its_line(case: Case) -> None:
    for length in range(len(case.title) % STRIDE, len(case.text), STRIDE):
        cut(case, length)


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("a.yml", "smtp:\n  host: mail.example.com\n  po", 3),
        ("a.yml", "smtp: {host: mail.example.com\n\n\n", 1),
        ("a.yml", "smtp:\n  host: mail.example.com\n  - x\n  port: 25\n", 3),
    ],
)
def test_yaml_that_is_not_complete_names_the_line_where_it_ends(
    file: str, text: str, line: int
) -> None:
    with pytest.raises(FormatError) as raised:
        loads(text, file)
    assert raised.value.line == line


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_a_value_has_the_line_where_it_is_written(case: Case) -> None:
    for syntax in likely_syntaxes(case.text, case.file):
        try:
            document = parse(case.text, case.file, syntax)
        except FormatError:
            continue
        for entry in document.entries:
            if entry.span is not None:
                assert document.lines.number(entry.span[0]) == entry.line, entry


ODD_ENDS = ("\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029")
"""What Python takes for the end of a line, and editors do not."""

VALUES = (
    ("settings.py", "NAME = 'a{0}b'\nEMAIL_USE_TLS = True\nEMAIL_HOST = 'mail.example.com'\n"),
    (".env", "# a{0}b\nMAIL_MAILER=smtp\nMAIL_HOST=mail.example.com\n"),
    ("app.ini", "; a{0}b\n[mailer]\nSMTP_ADDR = mail.example.com\nSMTP_PORT = 587\n"),
    ("homeserver.yaml", 'name: "a{0}b"\nemail:\n  smtp_host: mail.example.com\n'),
    ("realm.json", '{{"name": "a{0}b",\n"smtpServer":\n{{"host": "mail.example.com"}}}}'),
    ("himalaya.toml", 'name = "a{0}b"\n[accounts.a]\nimap.server = "mail.example.com"\n'),
    (
        "mail.php",
        "<?php // a{0}b\n$mail->SMTPAuth = true;\n$mail->Host = 'mail.example.com';\n",
    ),
    ("a.js", "// a{0}b\nrequire('nodemailer');\ncreateTransport({{host: 'mail.example.com'}})\n"),
    (".msmtprc", "# a{0}b\naccount a\nhost mail.example.com\n"),
    (".muttrc", "# a{0}b\n\nset smtp_url = smtp://mail.example.com\n"),
    ("a.csv", 'name,protocol,host\n"a{0}b",imap,imap.example.com\nc,smtp,mail.example.com\n'),
)
CONTROL = ("\x0b", "\x0c", "\x1c")


@pytest.mark.parametrize("end", ODD_ENDS, ids=ascii)
@pytest.mark.parametrize(("file", "text"), VALUES, ids=[file for file, _ in VALUES])
def test_lines_are_counted_as_editors_do(file: str, text: str, end: str) -> None:
    whole = text.format(end)
    accounts, error = tried(whole, file)
    if error is not None:
        assert end in CONTROL
        assert error.line == 1
        return
    (place,) = {
        service.place("host")
        for account in accounts
        for service in account.services
        if service.host == "mail.example.com"
    }
    assert place is not None
    assert "mail.example.com" in whole.split("\n")[place.line - 1]


def changes(service: Service) -> Iterator[dict[str, Any]]:
    """Changes of one setting, and of the encryption with its port."""
    yield {"host": "mail2.example.net"}
    yield {"port": 2465}
    yield {"user": "lee@example.net"}
    for security, port in PORTS[Protocol(service.protocol)].items():
        yield {"security": security, "port": port}


def each(case: Case) -> Iterator[tuple[Account, Service, dict[str, Any]]]:
    """Each change of each service of a file."""
    for account in loads(case.text, case.file):
        for service in account.services:
            for change in changes(service):
                yield account, service, change


def writer_of(case: Case) -> Repair:
    """The repair of a file by the format that reads it; that of people's words is never guessed from a syntax."""
    words = any(s.wording and s.wording.product == PROSE for s in services(case))
    return Repair(case.text, case.file, dialect_in("notes", "notes") if words else None)


def services(case: Case) -> Iterator[Service]:
    """All services of a file."""
    for account in loads(case.text, case.file):
        yield from account.services


@pytest.mark.parametrize("case", READ, ids=lambda case: case.title)
def test_any_setting_is_written_where_it_stands_or_refused(case: Case) -> None:
    writer = writer_of(case)
    before = {(a.label, s.role): s for a in loads(case.text, case.file) for s in a.services}
    for account, service, change in each(case):
        try:
            new = writer.repaired([(account, service.role, change)])
        except FormatError:
            continue
        after = [s for a in loads(new, case.file) for s in a.services]
        for old, now in zip(before.values(), after, strict=True):
            same = old is before[account.label, service.role]
            for key in ("host", "port", "security", "user"):
                assert str(getattr(now, key)) == str(
                    change.get(key, getattr(old, key)) if same else getattr(old, key)
                )
        lines, now_lines = case.text.split("\n"), new.split("\n")
        kept = [line for line in lines if line in now_lines]
        assert len(lines) - len(kept) <= len(writer.edits([[(account, service.role, change)]])[0])


@pytest.mark.parametrize("case", READ, ids=lambda case: case.title)
def test_a_host_of_its_own_can_be_changed(case: Case) -> None:
    writer = writer_of(case)
    for account in loads(case.text, case.file):
        for service in account.services:
            why = ""
            try:
                writer.repaired([(account, service.role, {"host": "mail2.example.net"})])
            except FormatError as error:
                why = error.why
            reasons = ("cannot be changed here", "has no key for", " service of ")
            assert not why or any(reason in why for reason in reasons), why


WRITTEN = (
    (
        "remotes",
        "smtp.example.com smtp --user=kim\n",
        {"security": "implicit-tls", "port": 465},
        "smtp.example.com smtp --ssl --port=465 --user=kim\n",
    ),
    (
        ".fetchmailrc",
        "poll imap.example.com protocol imap\n  user kim password x\n",
        {"security": "implicit-tls", "port": 993},
        "poll imap.example.com protocol imap port 993\n  user kim password x ssl\n",
    ),
    (
        "getmailrc",
        "[retriever]\ntype = MultidropPOP3Retriever\nserver = pop.example.com\nport = 995\n",
        {"security": "implicit-tls"},
        "[retriever]\ntype = MultidropPOP3SSLRetriever\nserver = pop.example.com\nport = 995\n",
    ),
    (
        "a.csv",
        "protocol,host,user\nimap,a.example.com,a\u2028b\nimap,b.example.com,lee\n",
        {"host": "c.example.com"},
        "protocol,host,user\nimap,c.example.com,a\u2028b\nimap,b.example.com,lee\n",
    ),
    (
        "services.conf",
        'object Host "h" {\n  address = "mail.example.com"\n  vars.smtp_port = 587\n'
        '  check_command = "smtp"\n}\n',
        {"user": "kim@example.com"},
        'object Host "h" {\n  address = "mail.example.com"\n  vars.smtp_port = 587\n'
        '  vars.smtp_authuser = "kim@example.com"\n  check_command = "smtp"\n}\n',
    ),
)


@pytest.mark.parametrize(("file", "before", "change", "after"), WRITTEN)
def test_a_new_option_stands_where_the_program_reads_it(
    file: str, before: str, change: dict[str, Any], after: str, tmp_path: Path
) -> None:
    path = tmp_path / file
    path.write_bytes(before.encode())
    account = load(path)[0]
    repair(path, [(account, account.services[0].role, change)])
    assert path.read_bytes().decode() == after


def test_a_change_inside_braces_shows_the_whole_line(tmp_path: Path) -> None:
    path = tmp_path / "master.cf"
    path.write_text(
        "submissions inet n - y - - smtpd\n  -o { smtpd_tls_wrappermode = no }\n", encoding="utf-8"
    )
    (account,) = load(path)
    (edit,) = edits_of(str(path), [(account, "outgoing", {"security": "implicit-tls"})])
    assert edit["after"] == "-o { smtpd_tls_wrappermode = yes }"
    assert account.outgoing is not None
    assert account.outgoing.wording is not None
    assert account.outgoing.wording.security["implicit-tls"] == edit["after"]
