"""New files: what a product needs to use its settings, and a switch that is off."""

from dataclasses import replace
from pathlib import Path

import pytest

from mailkit.account import Account, Service
from mailkit.checks import check_report
from mailkit.errors import FormatError
from mailkit.formats import load, named
from mailkit.ports import Protocol, Security


def service_of(protocol: str, port: int, security: str) -> Service:
    host = f"{protocol}.example.org"
    return Service(
        protocol=Protocol(protocol), host=host, port=port, security=Security(security), user="kim"
    )


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("gitlab", ["gitlab_rails['smtp_enable'] = true"]),
        ("postfix", ["relayhost = [smtp.example.org]:465", "smtp_tls_security_level = encrypt"]),
        ("postfix", ["smtp_sasl_auth_enable = yes"]),
        ("wp-mail-smtp", ["define( 'WPMS_ON', true );"]),
        ("cakephp", ["        'default' => [", "            'className' => 'Smtp',"]),
        ("redmine", ["default:", "  email_delivery:", "    smtp_settings:"]),
        ("sentry", ["mail.backend: smtp", "mail.use-ssl: true"]),
        ("roundcube", ["$config['smtp_host'] = 'ssl://smtp.example.org:465';"]),
        ("authelia", ["    address: submissions://smtp.example.org:465"]),
        ("docmost", ["MAIL_DRIVER=smtp"]),
        ("librenms", ["$config['email_backend'] = 'smtp';"]),
        ("snappymail", ['    "useAuth": true']),
        ("zabbix", ["      type: EMAIL", "  version: '7.0'"]),
    ],
)
def test_a_new_file_has_what_the_product_needs_to_use_it(name: str, lines: list[str]) -> None:
    outgoing = replace(service_of("smtp", 465, "implicit-tls"), user="kim@example.org")
    text = named(name).written([Account(label="kim", address="kim@example.org", outgoing=outgoing)])
    assert set(lines) <= set(text.splitlines())


@pytest.mark.parametrize(
    ("name", "protocol", "port", "lines"),
    [
        ("msmtp", "smtp", 465, ["account kim", "account default : kim"]),
        ("mpop", "pop3", 995, ['delivery "maildir ~/Mail"', "account default : kim"]),
        ("getmail", "imap", 993, ["[destination]", "type = Maildir", "path = ~/Mail/"]),
        ("mbsync", "imap", 993, ["SSLType IMAPS"]),
    ],
)
def test_a_mail_program_starts_with_a_new_file(
    name: str, protocol: str, port: int, lines: list[str]
) -> None:
    service = service_of(protocol, port, "implicit-tls")
    account = Account(label="kim", **{service.role: service})
    assert set(lines) <= set(named(name).written([account]).splitlines())


def test_a_new_offlineimap_file_is_whole() -> None:
    service = service_of("imap", 993, "implicit-tls")
    text = named("offlineimap").written([Account(label="kim", incoming=service)])
    lines = {
        "accounts = Main",
        "[Repository Remote]",
        "type = IMAP",
        "remotehost = imap.example.org",
    }
    assert lines <= set(text.splitlines())
    with pytest.raises(FormatError, match="mpop has no settings for IMAP"):
        named("mpop").written([Account(label="kim", incoming=service)])


def test_a_new_laravel_file_has_one_switch() -> None:
    text = named("laravel").written(
        [Account(label="kim", outgoing=service_of("smtp", 465, "implicit-tls"))]
    )
    assert "MAIL_MAILER=smtp" in text
    assert "MAIL_DRIVER" not in text


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("gitlab.rb", "gitlab_rails['smtp_address'] = 'smtp.example.org'\n", 1),
        (
            "gitlab.rb",
            "gitlab_rails['smtp_address'] = 'smtp.example.org'\ngitlab_rails['smtp_enable'] = false\n",
            2,
        ),
        (
            "wp-config.php",
            "<?php\ndefine('WPMS_ON', false);\ndefine('WPMS_SMTP_HOST', 'smtp.example.org');\n",
            2,
        ),
    ],
)
def test_a_switch_that_is_off_is_noted(tmp_path: Path, file: str, text: str, line: int) -> None:
    (tmp_path / file).write_text(text)
    (account,) = check_report(load(tmp_path / file)).accounts
    (report,) = account.services
    (finding,) = [one for one in report.findings if one.id == "cfg-switched-off"]
    assert report.ok
    assert finding.place is not None
    assert finding.place.line == line
