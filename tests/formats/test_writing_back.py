"""A repair changes the one value, in its quoting, and not another byte, owner or link."""

import contextlib
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mailkit.account import Account, Service
from mailkit.cli.main import main
from mailkit.errors import FormatError
from mailkit.formats import edits_of, edits_of_each, load, named, repair
from mailkit.formats.dialects import dialects
from mailkit.formats.writing import written_formats
from mailkit.ports import Protocol, Security

IMPLICIT = {"security": "implicit-tls", "port": 465}
UPGRADE = {"security": "starttls", "port": 587}

ROWS: tuple[tuple[str, bytes, dict[str, object], bytes], ...] = (
    (
        "settings.py",
        b"EMAIL_HOST = config('H', default='h.example.org')  # relay\nEMAIL_PORT = config('P', default=587, cast=int)\n"
        b"EMAIL_USE_TLS = config('EMAIL_USE_TLS', default=True, cast=bool)  # yes\n",
        IMPLICIT,
        b"EMAIL_HOST = config('H', default='h.example.org')  # relay\nEMAIL_PORT = config('P', default=465, cast=int)\n"
        b"EMAIL_USE_TLS = config('EMAIL_USE_TLS', default=False, cast=bool)  # yes\nEMAIL_USE_SSL = True\n",
    ),
    (
        "config.yml",
        b"mail.host: 'h.example.org'\nmail.port: 587\nmail.use-tls: true\nmail.from: 'kim@example.com'\n",
        IMPLICIT,
        b"mail.host: 'h.example.org'\nmail.port: 465\nmail.use-ssl: true\nmail.use-tls: false\nmail.from: 'kim@example.com'\n",
    ),
    (
        ".env",
        b"MAILER_URL=smtp://h.example.org:465?encryption=ssl&auth_mode=login\n",
        UPGRADE,
        b"MAILER_URL=smtp://h.example.org:587?encryption=tls&auth_mode=login\n",
    ),
    (
        "app_local.php",
        b"<?php\nreturn ['EmailTransport' => ['default' => [\n 'className' => 'Smtp',\n 'host' => 'h.example.org',\n"
        b" 'port' => 587,\n 'tls' => true,\n]]];\n",
        IMPLICIT,
        b"<?php\nreturn ['EmailTransport' => ['default' => [\n 'className' => 'Smtp',\n 'host' => 'ssl://h.example.org',\n"
        b" 'port' => 465,\n 'tls' => false,\n]]];\n",
    ),
    (
        "application.properties",
        b"spring.mail.host=h.example.org\nspring.mail.port=465\nspring.mail.ssl.enabled=true\n",
        UPGRADE,
        b"spring.mail.host=h.example.org\nspring.mail.port=587\n"
        b"spring.mail.properties.mail.smtp.starttls.enable=true\n"
        b"spring.mail.properties.mail.smtp.starttls.required=true\nspring.mail.ssl.enabled=false\n",
    ),
    (
        "application.properties",
        b"quarkus.mailer.host=h.example.org\nquarkus.mailer.port=465\nquarkus.mailer.trust-all=true\n",
        UPGRADE,
        b"quarkus.mailer.host=h.example.org\nquarkus.mailer.port=587\n"
        b"quarkus.mailer.start-tls=REQUIRED\nquarkus.mailer.tls=false\nquarkus.mailer.trust-all=true\n",
    ),
    (
        "compose.yml",
        b"services:\n  gitlab:\n    image: gitlab/gitlab-ce:17\n    environment:\n      GITLAB_OMNIBUS_CONFIG: |\n"
        b"        gitlab_rails['smtp_enable'] = true\n        gitlab_rails['smtp_address'] = 'h.example.org'\n"
        b"        gitlab_rails['smtp_port'] = 587\n        gitlab_rails['smtp_tls'] = true\n"
        b"        gitlab_rails['smtp_enable_starttls_auto'] = false\n    ports: ['22:22']\n",
        UPGRADE,
        b"services:\n  gitlab:\n    image: gitlab/gitlab-ce:17\n    environment:\n      GITLAB_OMNIBUS_CONFIG: |\n"
        b"        gitlab_rails['smtp_enable'] = true\n        gitlab_rails['smtp_address'] = 'h.example.org'\n"
        b"        gitlab_rails['smtp_port'] = 587\n        gitlab_rails['smtp_tls'] = false\n"
        b"        gitlab_rails['smtp_enable_starttls_auto'] = true\n    ports: ['22:22']\n",
    ),
    (
        "configmap.yaml",
        b"kind: ConfigMap\r\ndata:\r\n  grafana.ini: |\r\n    [smtp]\r\n    enabled = true\r\n"
        b"    host = h.example.org:465\r\n\r\n    startTLS_policy = NoStartTLS\r\n",
        UPGRADE,
        b"kind: ConfigMap\r\ndata:\r\n  grafana.ini: |\r\n    [smtp]\r\n    enabled = true\r\n"
        b"    host = h.example.org:587\r\n\r\n    startTLS_policy = MandatoryStartTLS\r\n",
    ),
    (
        "settings.py",
        b"EMAIL_HOST = 'h.example.org'\r\nEMAIL_PORT = 465  # TLS\r\nEMAIL_USE_TLS = True",
        IMPLICIT,
        b"EMAIL_HOST = 'h.example.org'\r\nEMAIL_PORT = 465  # TLS\r\nEMAIL_USE_TLS = False\r\nEMAIL_USE_SSL = True",
    ),
    (
        ".env",
        b"\xef\xbb\xbfMAIL_MAILER=smtp\nMAIL_HOST=h.example.org\nMAIL_PORT=\"465\" # x\nMAIL_SCHEME='smtps'\n",
        UPGRADE,
        b"\xef\xbb\xbfMAIL_MAILER=smtp\nMAIL_HOST=h.example.org\nMAIL_PORT=\"587\" # x\nMAIL_SCHEME='smtp'\n",
    ),
    (
        "mail.php",
        b'<?php // f\xfcr\n$m->SMTPAuth = true;\n$m->Host = "tls://h.example.org:587";\n',
        IMPLICIT,
        b'<?php // f\xfcr\n$m->SMTPAuth = true;\n$m->Host = "ssl://h.example.org:465";\n',
    ),
    (
        "realm.json",
        b'{\n\t"smtpServer": {\n\t\t"host": "h.example.org",\n\t\t"port": "587",\n\t\t"starttls": "true"\n\t}\n}',
        IMPLICIT,
        b'{\n\t"smtpServer": {\n\t\t"host": "h.example.org",\n\t\t"port": "465",\n\t\t"ssl": "true",\n\t\t"starttls": "false"\n\t}\n}',
    ),
    (
        "application.properties",
        b"spring.mail.host = h.example.org\nspring.mail.port : 465\nspring.mail.properties.mail.smtp.starttls.enable=true\n",
        IMPLICIT,
        b"spring.mail.host = h.example.org\nspring.mail.port : 465\n"
        b"spring.mail.properties.mail.smtp.ssl.enable : true\nspring.mail.properties.mail.smtp.starttls.enable=false\n",
    ),
    (
        "compose.yml",
        b"services:\n  n:\n    image: n8nio/n8n\n    environment:\n      - N8N_SMTP_HOST=h.example.org\n      - 'N8N_SMTP_PORT=587'\n",
        UPGRADE,
        b"services:\n  n:\n    image: n8nio/n8n\n    environment:\n      - N8N_SMTP_HOST=h.example.org\n      - 'N8N_SMTP_PORT=587'\n      - 'N8N_SMTP_SSL=false'\n",
    ),
    (
        "main.cf",
        b"relayhost = [h.example.org]:587\nsmtp_tls_security_level = encrypt\nmynetworks = 127.0.0.0/8\n    [::1]/128\n",
        IMPLICIT,
        b"relayhost = [h.example.org]:465\nsmtp_tls_security_level = encrypt\nsmtp_tls_wrappermode = yes\nmynetworks = 127.0.0.0/8\n    [::1]/128\n",
    ),
    (
        "production.rb",
        b"config.action_mailer.smtp_settings = { address: 'h.example.org', port: 465, tls: false }\n",
        {"security": "implicit-tls"},
        b"config.action_mailer.smtp_settings = { address: 'h.example.org', port: 465, tls: true }\n",
    ),
    (
        ".env",
        b"MAILER_DSN=smtps://lee%40example.org:p%2Fw@h.example.org:465?x=1\n",
        UPGRADE,
        b"MAILER_DSN=smtp://lee%40example.org:p%2Fw@h.example.org:587?x=1\n",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=[f"{n} {row[0]}" for n, row in enumerate(ROWS)])
def test_only_the_changed_values_change(
    row: tuple[str, bytes, dict[str, object], bytes], tmp_path: Path
) -> None:
    name, before, changes, after = row
    file = tmp_path / name
    file.write_bytes(before)
    (account,) = load(file)
    repair(file, [(account, "outgoing", changes)])

    assert file.read_bytes() == after
    (again,) = load(file)
    assert again.outgoing is not None
    assert str(again.outgoing.security) == changes["security"]


def test_owner_mode_and_links_stay(tmp_path: Path) -> None:
    file, link, hard = tmp_path / "settings.py", tmp_path / "link.py", tmp_path / "hard.py"
    file.write_text("EMAIL_HOST = 'h.example.org'\nEMAIL_PORT = 465\nEMAIL_USE_TLS = True\n")
    file.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(file, 65534, 65534)
    before = file.stat()
    link.symlink_to(file)
    (account,) = load(link)
    repair(link, [(account, "outgoing", {"port": 587})])
    after = file.stat()
    assert link.is_symlink()
    assert stat.S_IMODE(after.st_mode) == 0o640
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)

    os.link(file, hard)
    (account,) = load(file)
    repair(file, [(account, "outgoing", {"port": 2525})])
    assert os.path.samefile(file, hard)
    assert "2525" in hard.read_text()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["hard.py", "link.py", "settings.py"]


def test_a_value_from_elsewhere_is_never_replaced_by_a_copy(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    text = "P=587\nMAIL_MAILER=smtp\nMAIL_HOST=h.example.org\nMAIL_PORT=${P}\nMAIL_SCHEME=smtp\n"
    file.write_text(text)
    (account,) = load(file)
    assert account.outgoing is not None
    assert account.outgoing.port == 587
    with pytest.raises(FormatError, match="MAIL_PORT cannot be changed here"):
        repair(file, [(account, "outgoing", {"port": 465, "security": "implicit-tls"})])
    assert file.read_text() == text


def test_what_a_product_cannot_say_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    file = tmp_path / "odoo.conf"
    file.write_text("[options]\nsmtp_server = h.example.org\nsmtp_port = 465\nsmtp_ssl = True\n")
    before = file.read_bytes()
    (account,) = load(file)
    with pytest.raises(FormatError, match="Odoo has no key for security"):
        repair(file, [(account, "outgoing", {"security": "implicit-tls"})])
    assert file.read_bytes() == before


def test_edits_show_the_lines_and_no_password(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(
        '{"mail": {"options": {"host": "h.example.org", "port": 587, "secure": true, '
        '"auth": {"user": "lee", "pass": "hunter2x"}}}}\n'
    )
    (account,) = load(file)
    (edit,) = edits_of(str(file), [(account, "outgoing", {"port": 465})])
    assert edit["line"] == 1
    assert '"port": 465' in edit["after"]
    assert '"port": 587' in edit["before"]
    assert "hunter2x" not in str(edit)
    dsn = tmp_path / ".env"
    dsn.write_text("MAILER_DSN=smtp://lee:hunter2x@h.example.org:465\n")
    (account,) = load(dsn)
    assert "hunter2x" not in str(edits_of(str(dsn), [(account, "outgoing", {"port": 587})]))


def test_a_form_keeps_its_quotes_and_its_missing_line_end(tmp_path: Path) -> None:
    file = tmp_path / "form.txt"
    head = 'Email: lee@example.org\nSMTP Host: "h.example.org"\nSMTP Port: "2525"'
    file.write_text(head)
    (account,) = load(file)
    assert account.outgoing is not None
    assert (account.outgoing.host, account.outgoing.port) == ("h.example.org", 2525)
    repair(file, [(account, "outgoing", {"port": 465, "security": "implicit-tls"})])
    assert file.read_text() == head.replace("2525", "465") + "\nEmail Encryption: SSL"


@pytest.mark.parametrize("name", written_formats())
def test_what_is_converted_is_read_as_the_same(name: str) -> None:
    roles = {words.role for words in dialects()[name].services}
    protocol = "pop3" if name == "mpop" else "imap"
    said = 0
    for port, security in ((587, "starttls"), (465, "implicit-tls")):
        outgoing = service_of("smtp", port, security)
        incoming = service_of(protocol, 995 if protocol == "pop3" else 993, "implicit-tls")
        account = Account(label="kim", address=USER, outgoing=outgoing, incoming=incoming)
        text = written_or_refused(name, account, "no way to write")
        if not text:
            continue
        found = [one for again in named(name).read(text, "new") for one in again.services]
        assert {one.role for one in found} == roles
        for one in found:
            asked = outgoing if one.role == "outgoing" else incoming
            for key in ("protocol", "host", "port", "security"):
                assert getattr(one, key) == getattr(asked, key)
            assert one.user in (asked.user, "")
        said += 1
    assert said


USER = "lee@example.org"


def service_of(protocol: str, port: int, security: str) -> Service:
    host = f"{protocol}.example.org"
    return Service(
        protocol=Protocol(protocol), host=host, port=port, security=Security(security), user=USER
    )


def written_or_refused(name: str, account: Account, why: str) -> str:
    """The file of a product, or nothing where it is refused for this reason."""
    text = ""
    with contextlib.suppress(RefusedError), refusal(why):
        text = named(name).written([account])
    return text


class RefusedError(Exception):
    """A file that a product has no words for."""


@contextlib.contextmanager
def refusal(why: str) -> Iterator[None]:
    """A format error with this reason as a refusal; any other is one."""
    try:
        yield
    except FormatError as error:
        if why not in str(error):
            raise
        raise RefusedError from error


HOSTILE = ("a'b", 'a"b', "a\\b", "a#b", "a b", "${X}", "#{x}", "`id`", "a\nb: c", "a;b", "*x")


@pytest.mark.parametrize("name", written_formats())
def test_no_value_of_a_stranger_becomes_syntax(name: str) -> None:
    for user in HOSTILE:
        outgoing = replace(service_of("smtp", 587, "starttls"), user=user)
        account = Account(label="kim", outgoing=outgoing)
        if text := written_or_refused(name, account, ""):
            (again,) = named(name).read(text, "new")
            assert again.outgoing is not None
            assert again.outgoing.user in (user, "")


def test_each_finding_of_a_check_shows_what_its_fix_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "msmtprc"
    account = "account {}\nhost smtp.example.org\nport 465\ntls on\nuser kim\npassword hunter2x\n\n"
    file.write_text("".join(map(account.format, ("a", "b", "c"))))
    assert main(["check", str(file), "--format", "json"]) == 1
    text = capsys.readouterr().out
    assert "hunter2x" not in text
    edits = [
        edit
        for one in json.loads(text)["accounts"]
        for finding in one["services"][0]["findings"]
        for edit in finding.get("edits", ())
        if finding["id"] == "cfg-port-465-starttls"
    ]
    assert [edit["after"] for edit in edits] == ["tls_starttls off"] * 3
    assert [edit["line"] for edit in edits] == [3, 10, 17]


def test_a_fix_that_cannot_be_written_has_no_edits_and_costs_the_others_none(
    tmp_path: Path,
) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "A_SMTP_HOST=smtp.example.org\nA_SMTP_PORT=${PORT}\nB_SMTP_HOST=smtp.example.org\nB_SMTP_PORT=587\n"
    )
    first, second = load(file)
    wanted = [[(first, "outgoing", {"port": 465})], [(second, "outgoing", {"host": "b.example"})]]
    assert [len(one) for one in edits_of_each(str(file), wanted)] == [0, 1]
