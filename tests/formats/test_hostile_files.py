"""Files that are broken, or made to hurt: one clear error with the file's name, and no secret in it."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, SupportsIndex

import pytest

from mailkit.checks import check
from mailkit.cli.main import main
from mailkit.errors import FormatError
from mailkit.formats import columns_of, load, loads
from mailkit.formats.document import Entry
from mailkit.formats.inputs import accounts_in
from mailkit.formats.syntax import SYNTAXES, fetchmail, likely_syntaxes, nix, parse, shell, syntax
from mailkit.formats.syntax._tree import Node, SyntaxTree
from mailkit.formats.syntax.lua import _TableReader

SECRET = "Zq7examplepw9"

BROKEN = {
    "bin.env": b"SMTP_HOST=a\0b\n",
    "cut.json": b'{"smtpServer": {"host": "smtp.example.com", "password": "Zq7examplepw9',
    "cut.php": b"<?php\n$CONFIG = array('mail_smtppassword' => 'Zq7examplepw9",
    "cut.py": b"EMAIL_HOST = 'smtp.example.com'\nEMAIL_HOST_PASSWORD = 'Zq7examplepw9\n",
    "cut.js": b"nodemailer.createTransport({ host: 'smtp.example.com', pass: 'Zq7examplepw9",
    "cut.rb": b"config.smtp_settings = { address: 'smtp.example.com', password: 'Zq7examplepw9",
    "cut.yml": b"spring:\n  mail:\n    host: 'smtp.example.com\n    password: Zq7examplepw9",
    "cut.toml": b'[accounts.kim]\nimap.server = "Zq7examplepw9',
    "cut.xml": b"<clientConfig><incomingServer type='imap'><hostname>Zq7examplepw9",
    "cyclic.yml": b"spring: &a\n  mail: *a\n",
    "deep.json": b'{"mail":' * 20_000 + b"1" + b"}" * 20_000,
    "deep.yml": b"mail: " + b"[" * 20_000,
    "deep.toml": b"mail = " + b"[" * 20_000,
    "deep.xml": b"<clientConfig>" * 20_000,
    "dots.toml": b"[account.kim]\na" + b".a" * 20_000 + b" = 1",
    "dots-in-a-table.toml": b"[account" + b".a" * 20_000 + b"]",
    "quoted-dots.toml": b"[account.kim]\n" + b'"a" . ' * 20_000 + b"a = 1",
    "dots-inside.toml": b"[account.kim]\nx = { " + b"a." * 20_000 + b"a = 1 }",
    "dots-of-a-program.toml": b"[smtp]\nhost = 'a'\na" + b".a" * 20_000 + b" = 1",
    "digits.toml": b"[smtp]\nhost = 'smtp.example.com'\nport = " + b"9" * 5_000,
    "deep.py": b"smtp = " + b"-" * 50_000 + b"1",
    "entity.xml": b'<!DOCTYPE a [<!ENTITY b "smtp">]><clientConfig>&b;</clientConfig>',
    "empty.env": b"",
    "huge.php": b"<?php\n$mail->Host = 'smtp.example.com';\n" + b"$a = 1;\n" * 200_000,
    "huge.py": b"EMAIL_HOST = 'smtp.example.com'\n" + b"a = 1\n" * 200_000,
    "remotes": b"a.example.com smtp\n" * 20_001,
    "large.ini": b"[smtp]\n" + b"k = v\n" * 3_000_000,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_one_line_that_names_it_without_a_secret(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(BROKEN[name])
    with pytest.raises(FormatError) as raised:
        load(tmp_path / name)
    message = str(raised.value)
    assert name in message
    assert "\n" not in message
    assert SECRET not in message


def test_a_pipe_a_device_and_a_loop_of_links_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.env")
    (tmp_path / "loop.env").symlink_to("loop.env")
    for name in (tmp_path / "pipe.env", tmp_path / "loop.env", Path("/dev/zero")):
        with pytest.raises(FormatError, match=str(name)):
            load(name)


def test_a_folder_with_a_pipe_in_it_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.env")
    (tmp_path / "good.env").write_text("SMTP_HOST=smtp.example.com\nSMTP_PORT=465\n")
    (account,) = accounts_in([str(tmp_path)], None)[0]
    assert account.outgoing is not None
    assert account.outgoing.port == 465


def test_one_broken_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "good.env").write_text("SMTP_HOST=smtp.example.com\nSMTP_PORT=465\n")
    (tmp_path / "bin.env").write_bytes(BROKEN["bin.env"])
    accounts, errors = accounts_in([str(tmp_path / n) for n in ("bin.env", "good.env")], None)
    assert len(accounts) == len(errors) == 1


@pytest.mark.parametrize("name", ["a.toml", ".env", "settings.yml", "notes", "send.sh", "prefs.js"])
@pytest.mark.parametrize("unit", ["\n", " \n", "#\n", "\t\n"])
def test_many_empty_lines_are_passed_over_in_linear_time(
    name: str, unit: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(unit * 100_000)
    with pytest.raises(FormatError):
        load(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "head"),
    [
        (".msmtprc", "account a\nhost smtp.example.com\nk a{}b\n"),
        (".mbsyncrc", "IMAPAccount a\nHost smtp.example.com\nk a{}b\n"),
        ("main.cf", "relayhost = [smtp.example.com]:465{}b\nk = a{}b\n\tc{}d\n"),
        ("notifications.cfg", "smtp: a\n\tserver smtp.example.com\n\tk a{}b\n"),
        ("remotes", "smtp.example.com smtp starttls\n{}k = v\n"),
        ("notes.txt", "SMTP server: smtp.example.com{}\nPort{}: 465\na{}b\n"),
        ("exim4.conf", "begin routers\na:\n  transport = t\n  k{}a\n"),
    ],
)
def test_many_blanks_in_a_value_are_read_in_linear_time(name: str, head: str) -> None:
    with contextlib.suppress(FormatError):
        loads(head.replace("{}", " " * 400_000), name)


def test_many_servers_of_one_name_have_labels_in_linear_time() -> None:
    text = "poll a.example.com proto imap user kim\n" * 3_000
    accounts = loads(text, ".fetchmailrc")
    assert len({one.label for one in accounts}) == len(accounts) == 3_000


def test_a_value_that_goes_on_over_many_lines_is_read_in_linear_time(tmp_path: Path) -> None:
    path = tmp_path / "application.properties"
    path.write_text("spring.mail.host=" + "\\\n" * 50_000 + "smtp.example.com\n")
    (account,) = load(path)
    assert account.outgoing is not None
    assert account.outgoing.host == "smtp.example.com"


class CountedText(str):
    """A text that counts the characters that are cut out of it."""

    cut = 0

    def __getitem__(self, place: SupportsIndex | slice) -> str:
        found = super().__getitem__(place)
        CountedText.cut += len(found)
        return found


@pytest.mark.parametrize("row", ["\\\n", " \\\n b"])
def test_a_line_of_exim_that_goes_on_is_read_in_linear_time(
    row: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CountedText, "cut", 0)
    text = CountedText("begin routers\nx:\n  route_list = a" + row * 3000 + "\n  driver = b\n")
    syntax("exim").read(text, "a.exim")
    assert CountedText.cut < 5 * len(text)


def test_placeholders_that_name_each_other_end(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("SMTP_HOST=${A}\nA=${B}\nB=${A}\nSMTP_PORT=465\n")
    assert len(load(path)) == 1


def test_a_folder_names_each_broken_settings_file_and_reads_the_others(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SMTP_HOST=smtp.example.com\nSMTP_PORT=465\n")
    (tmp_path / "settings.py").write_text("EMAIL_HOST = 'smtp.example.com'\nX = (\n")
    (tmp_path / "docker-compose.yml").write_text("services: {app: {environment: [SMTP_HOST=a]}\n")
    (tmp_path / "mail.toml").write_text("[account.kim.incoming]\nprotocol = 'imap\n")
    (tmp_path / "other.py").write_text("print 'mail'\n")
    (tmp_path / "chart.yaml").write_text("smtp: {{ .Values.smtp }}\n")
    (tmp_path / "grafana.ini").symlink_to("grafana.ini")
    accounts, errors = accounts_in([str(tmp_path)])
    assert len(accounts) == 1
    assert {Path(one.file).name for one in errors} == {
        "settings.py",
        "docker-compose.yml",
        "mail.toml",
        "grafana.ini",
    }
    assert all(one.line for one in errors if Path(one.file).name != "grafana.ini")


def test_a_file_that_fails_for_whatever_reason_fails_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.env").write_text("SMTP_HOST=smtp.example.com\nSMTP_PORT=465\n")
    (tmp_path / "b.ini").write_text("[mailer]\nSMTP_ADDR=smtp.example.com\n")

    def broken(text: str, file: str, flavour: str = "") -> list[Entry]:
        raise ZeroDivisionError

    monkeypatch.setattr("mailkit.formats.syntax.ini.read", broken)
    accounts, errors = accounts_in([str(tmp_path / "b.ini"), str(tmp_path / "a.env")])
    assert len(accounts) == 1
    (error,) = map(str, errors)
    assert error.startswith(
        f"{tmp_path / 'b.ini'}: could not be read: ZeroDivisionError at mailkit."
    )
    assert error.endswith("; this is a defect of mailkit")


def test_a_program_that_ends_in_a_literal_is_not_complete(tmp_path: Path) -> None:
    path = tmp_path / "gitlab.rb"
    path.write_text("gitlab_rails['smtp_address'] = 'smtp.example.com\n")
    with pytest.raises(FormatError, match=r"gitlab\.rb:1: is not complete Ruby"):
        load(path)


def test_dots_in_a_value_are_no_parts_of_a_key() -> None:
    dots = "a." * 200 + "a"
    (account,) = loads(f"[account.kim]\nname = '{dots}'  # {dots}\n", "a.toml")
    assert account.name == dots


def test_an_earlier_report_that_is_nested_without_end_is_a_usage_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.env").write_text("SMTP_HOST=smtp.example.com\nSMTP_PORT=465\n")
    (tmp_path / "b.json").write_text("[" * 200_000)
    command = ["diagnose", str(tmp_path / "a.env"), "--no-login", "--before"]
    assert main([*command, str(tmp_path / "b.json")]) == 2
    assert main([*command, "/dev/zero"]) == 2
    assert "not a report in JSON" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", '{"smtp": {"host": "smtp.example.com", "port": %s}}'),
        ("a.yml", "spring:\n  mail:\n    host: smtp.example.com\n    port: %s\n"),
        ("a.js", "nodemailer.createTransport({ host: 'smtp.example.com', port: %s })"),
        ("a.php", "<?php\n$c = ['smtp' => ['host' => 'smtp.example.com', 'port' => %s]];\n"),
        ("a.rb", "config.smtp_settings = { address: 'smtp.example.com', port: %s }\n"),
        ("settings.py", "EMAIL_HOST = 'smtp.example.com'\nEMAIL_PORT = %s\n"),
        ("application.properties", "spring.mail.host=smtp.example.com\nspring.mail.port=%s\n"),
        ("a.ini", "[smtp]\nhost = smtp.example.com\nport = %s\n"),
        (".env", "SMTP_HOST=smtp.example.com\nSMTP_PORT=%s\n"),
    ],
)
def test_a_number_of_thousands_of_digits_is_no_defect(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text % ("9" * 5_000))
    accounts, errors = accounts_in([str(tmp_path / name)])
    assert "defect" not in "".join(map(str, errors))
    for account in accounts:
        assert check(account)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("prefs", 'user_pref("mail.server.s.port", %s);\n'),
        ("ruby", "config.smtp_settings = { port: %s, a: '%s'.to_i }\n"),
        ("php", "<?php $c = ['port' => %s, 'a' => intval('%s')];\n"),
        ("javascript", "module.exports = { port: %s, a: Number('%s') }\n"),
        ("python", "PORT = int(os.environ.get('PORT', '%s'))\n"),
        ("elisp", "(setq smtpmail-smtp-service %s)\n"),
        ("logstash", "output { email { port => %s } }\n"),
        ("json", '{"port": %s}'),
        ("yaml", "port: %s\n"),
    ],
)
@pytest.mark.parametrize("number", ["9" * 5000, "051", "08", "0x", "0x1d1", "٣", "²", "1_0", "1__"])
def test_no_number_crashes_a_syntax(kind: str, text: str, number: str) -> None:
    with contextlib.suppress(FormatError):
        syntax(kind).read(text.replace("%s", number), f"a.{kind}")


@pytest.mark.parametrize(("kind", "number"), [("ruby", "051"), ("php", "051"), ("prefs", "051")])
def test_an_octal_number_is_read_as_the_program_reads_it(kind: str, number: str) -> None:
    text = {
        "ruby": "config.smtp_settings = { port: %s }\n",
        "php": "<?php $c = ['port' => %s];\n",
        "prefs": 'user_pref("port", %s);\n',
    }[kind]
    (entry,) = syntax(kind).read(text % number, f"a.{kind}")
    assert entry.value == 41


def test_a_user_of_no_server_in_a_fetchmailrc_is_no_crash() -> None:
    text = 'user "kim" with password "x" ssl\npoll imap.example.com proto imap user "lee"\n'
    (account,) = loads(text, ".fetchmailrc")
    assert account.services[0].user == "lee"


@pytest.mark.parametrize(
    ("language", "text"),
    [("javascript", "a:b:c " * 20_000), ("ruby", "<!--" * 10_000)],
)
def test_what_is_no_program_ends_after_so_many_steps_of_the_parser(
    language: str, text: str
) -> None:
    with pytest.raises(FormatError, match=r"is not (JavaScript|Ruby): it has too many errors"):
        parse(text, "a.txt", language)


@pytest.mark.parametrize("name", ["a.js", "a.ts", "a.php", "a.rb"])
def test_a_program_too_large_for_settings_is_not_parsed(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailkit.formats.syntax._tree.SyntaxTree", None)
    text = "<?php mail smtp host = transport createTransport return mailers driver\n" * 5_000
    with pytest.raises(FormatError, match=r"of more than 256 KiB, too large for settings"):
        parse(text, name, likely_syntaxes("", name)[0])


def test_a_ruby_file_of_backticks_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailkit.formats.syntax._tree.SyntaxTree", None)
    with pytest.raises(FormatError, match="too many backticks"):
        parse("`" * 20_000, "a.rb", "ruby")


@pytest.mark.parametrize("text", ["[" * 20_000, '"\\' * 20_000, "'\\" * 20_000, "[[ " * 20_000])
def test_a_text_that_is_never_closed_is_searched_once(text: str) -> None:
    assert len(_TableReader(text).tokens) <= 2
    if "[" not in text:
        assert len(nix._TOKEN.findall(text.replace("'", "''"))) <= 2


def test_of_many_words_before_a_command_each_is_looked_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = 0

    class Wrappers(frozenset[str]):
        def __contains__(self, word: object) -> bool:
            nonlocal asked
            asked += 1
            return super().__contains__(word)

    monkeypatch.setattr(shell, "_WRAPPERS", Wrappers(shell._WRAPPERS))
    shell.split("if " * 2000, 0, 6000)
    assert 0 < asked < 10_000


@pytest.mark.parametrize(
    ("language", "text"),
    [("ruby", "=begin\n" * 20_000), ("php", "<?php /*" * 20_000)],
)
def test_what_opens_again_and_again_is_not_searched_to_the_end_each_time(
    language: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = 0

    class Text(bytes):
        def __getitem__(self, key: Any) -> Any:
            nonlocal given
            piece = super().__getitem__(key)
            given += len(piece) if isinstance(key, slice) else 0
            return piece

    parsed = SyntaxTree._parsed

    def counted(tree: SyntaxTree, parser: Any, title: str) -> Any:
        tree.data = Text(tree.data)
        return parsed(tree, parser, title)

    monkeypatch.setattr(SyntaxTree, "_parsed", counted)
    with contextlib.suppress(FormatError):
        parse(text, "a.txt", language)
    assert len(text) <= given < 20 * len(text) + 2 * 1024 * 1024


def test_a_quote_in_a_fetchmailrc_that_is_never_closed_is_searched_once() -> None:
    assert len([*fetchmail._TOKEN.finditer('"\\' * 1_000)]) <= 2
    text = 'poll pop.example.com user "kim" password "a \\" b" ssl\n'
    (account,) = loads(text, ".fetchmailrc")
    assert account.incoming is not None
    assert account.incoming.user == "kim"


def test_a_line_of_blanks_without_a_value_is_read_in_linear_time() -> None:
    (account,) = loads(
        f"[retriever]\nsmtp{' ' * 400_000}\ntype = SimplePOP3Retriever\nserver = pop.example.com\n",
        "getmailrc",
    )
    assert account.incoming is not None
    assert account.incoming.host == "pop.example.com"


BAD = {
    "binary": b"smtp mail\n\x00\x01\x02\n",
    "nested": b"smtp mail: " + b"{" * 50_000,
    "nested list": b"smtp mail:\n" + b"- " * 50_000,
    "one line": b"smtp_host mail " + b"a" * 1024**2,
    "half of UTF-16": "smtp mail = a\n".encode("utf-16")[:-1],
    "Latin-1": b"smtp mail = \xfc\n",
}


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("language", SYNTAXES)
def test_a_bad_file_of_any_syntax_costs_the_others_nothing(
    language: str, kind: str, tmp_path: Path
) -> None:
    bad = tmp_path / SYNTAXES[language][0].replace("[-._]", "-").replace("*", "a")
    bad.write_bytes(BAD[kind])
    good = tmp_path / "good" / "msmtprc"
    good.parent.mkdir()
    good.write_text("account a\nhost smtp.example.com\n", encoding="utf-8")
    accounts, errors = accounts_in([str(bad), str(good)])
    assert "smtp.example.com" in {one.host for account in accounts for one in account.services}
    assert len(errors) <= 1
    for error in errors:
        assert error.file == str(bad)
        assert "\n" not in str(error)
        assert "defect" not in str(error)


@pytest.mark.parametrize(
    "table",
    ["static:kim@example.com:Zq7examplepw9", "inline:{ smtp.example.com = kim:Zq7examplepw9 }"],
)
@pytest.mark.parametrize("command", [["check"], ["convert", "--to", "native"]])
def test_a_password_within_a_lookup_table_is_no_file_name(
    table: str, command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "main.cf"
    file.write_text(
        f"relayhost = [smtp.example.com]:587\nsmtp_tls_security_level = encrypt\nsmtp_sasl_password_maps = {table}\n"
    )
    main([command[0], str(file), *command[1:]])
    shown = capsys.readouterr()
    assert "smtp.example.com" in shown.out
    assert SECRET not in shown.out + shown.err


DOUBLED = {
    ".muttrc": ("set a=xxxxxxxx\n", "set a=$a$a\n", "set smtp_url=smtp://$a\n"),
    "a.php": ("<?php $a = 'xxxxxxxx';\n", "$a = $a . $a;\n", "$mail->Host = $a;\n"),
    "a.js": ("let a = 'x';\n", "a = a + a;\n", "nodemailer.createTransport({ host: a })\n"),
    "a.rb": ("a = 'x'\n", "a = a + a\n", "config.smtp_settings = { address: a }\n"),
    "settings.py": ("A = 'x'\n", "A = A + A\n", "EMAIL_HOST = A\n"),
    "smtpd.conf": (f"a = {'x' * 100}\n", f"a = {'$a' * 100}\n", "action x relay host $a$a\n"),
    ".env": ("A=xxxxxxxx\n", "A=${A}${A}\n", "SMTP_HOST=${A}\n"),
    "a.sh": ("A=xxxxxxxx\n", "A=$A$A\n", "swaks --server $A\n"),
    "main.cf": ("a = xxxxxxxx\n", "a = $a$a\n", "relayhost = $a\n"),
    "application.properties": ("a=xxxxxxxx\n", "a=${a}${a}\n", "spring.mail.host=${a}\n"),
    "offlineimaprc": ("[DEFAULT]\na=x\n", "a=%(a)s%(a)s\n", "[Repository r]\nremotehost=%(a)s\n"),
}


@pytest.mark.parametrize("name", DOUBLED)
def test_a_value_that_doubles_itself_again_and_again_ends(name: str) -> None:
    first, again, last = DOUBLED[name]
    with contextlib.suppress(FormatError):
        for account in loads(first + again * 64 + last, name):
            for service in account.services:
                assert len(service.host) < 200_000


TABLES = {
    "a.php": (
        "<?php $a = ['host' => 'h', 'port' => 25];\n",
        "$b = $a; $a = ['x' => $b, 'y' => $b];\n",
    ),
    "a.js": ("let a = { host: 'h', port: 25 };\n", "const b = a; a = { ...b, x: b, y: b };\n"),
    "a.rb": ("a = { host: 'h', port: 25 }\n", "b = a\na = { x: b, y: b, **b }\n"),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_contains_itself_twice_again_and_again_ends(name: str) -> None:
    first, again = TABLES[name]
    kind = {"php": "php", "js": "javascript", "rb": "ruby"}[name[2:]]
    assert len(syntax(kind).read(first + again * 64, name)) < 20_000


def test_calls_of_calls_are_read_in_linear_time(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []
    for name in ("content", "beginning", "ending"):
        take = getattr(SyntaxTree, name)

        def counted(tree: SyntaxTree, node: Node, take: Callable[..., str] = take) -> str:
            found = take(tree, node)
            taken.append(len(found))
            return found

        monkeypatch.setattr(SyntaxTree, name, counted)
    costs = []
    for count in (1_000, 2_000):
        taken.clear()
        syntax("javascript").read("a = " + "f" + "(a)" * count + " + b + c\n", "a.js")
        costs.append(sum(taken))
    assert costs[1] < 3 * costs[0]


@pytest.mark.parametrize("language", ["ruby", "javascript", "php"])
@pytest.mark.parametrize("unit", ["%(", "(", "[", "{ a => "])
def test_a_program_of_brackets_is_refused_before_its_parser_sees_it(
    language: str, unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SyntaxTree, "_parsed", lambda *_: pytest.fail("it was parsed"))
    with pytest.raises(FormatError, match=r"a\.txt:1: is nested too deep to be settings"):
        syntax(language).read(f"x = {unit * 3_000}", "a.txt")


@pytest.mark.parametrize(
    ("name", "include", "own"),
    [
        (".mailrc", "source {}", "set smtp=smtp.example.com:587"),
        ("dovecot.conf", "!include {}", "imapc_host = imap.example.com"),
        ("smtpd.conf", 'include "{}"', "action x relay host smtps://smtp.example.com"),
        ("muttrc", "source {}", "set smtp_url=smtp://smtp.example.com"),
    ],
)
def test_includes_that_lead_nowhere_or_in_circles_cost_the_file_nothing(
    name: str, include: str, own: str, tmp_path: Path
) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "out").symlink_to("/etc/passwd")
    (tmp_path / "dir").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "b.conf").write_text(f"{include.format('b.conf')}\n{include.format(name)}\n")
    where = ("loop", "out", "dir", "pipe", "gone", "b.conf", "/etc/passwd", "../x", name)
    (tmp_path / name).write_text("\n".join([*map(include.format, where), own, ""]))
    (account,) = load(tmp_path / name)
    assert account.services[0].host.endswith(".example.com")


@pytest.mark.parametrize("call", ["ENV.fetch", "ENV.fetch()", "ENV.fetch { 'x' }", "ENV[]"])
def test_a_call_without_arguments_is_no_crash(call: str) -> None:
    text = f"""Rails.application.configure do
  config.action_mailer.smtp_settings = {{ address: {call}, port: 587, user_name: 'kim' }}
end
"""
    with contextlib.suppress(FormatError):
        loads(text, "production.rb")


def test_a_new_key_of_a_nix_set_is_found_in_linear_time() -> None:
    long = "a.b." * 20_000
    text = f'{{ accounts.email.accounts.a = rec {{ address = {long}x; imap.host = "i.example.com"; }}; }}'
    (account,) = loads(text, "home.nix")
    assert account.incoming is not None
    assert account.incoming.host == "i.example.com"


@pytest.mark.skipif(os.name == "nt", reason="a device has no link there")
@pytest.mark.parametrize("end", [".csv", ".xlsx", ".parquet", ".toml"])
def test_a_link_to_a_device_is_no_settings_file(end: str, tmp_path: Path) -> None:
    for package in {".xlsx": ["openpyxl"], ".parquet": ["pyarrow"]}.get(end, []):
        pytest.importorskip(package)
    file = tmp_path / f"accounts{end}"
    file.symlink_to("/dev/null")  # a pipe and /dev/zero are read for ever
    with pytest.raises(FormatError, match="not a regular file|is not a file"):
        load(file)
    if end == ".csv":
        with pytest.raises(FormatError, match="not a regular file"):
            columns_of(file)
