"""Settings files of products: recognised, read in the product's words, refused where they are none."""

import subprocess
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

from mailkit.account import Service
from mailkit.checks import check
from mailkit.errors import FormatError
from mailkit.finding import Severity
from mailkit.formats import load, loads, repair
from mailkit.formats.dialects import MODULES, dialects

Row = tuple[str, str, int, str, str]
"""Protocol, host, port, security and user of a service."""


@dataclass(frozen=True)
class Case:
    """A file, the services in it, and the lines of the findings above a note."""

    file: str
    text: str
    services: tuple[Row, ...]
    findings: frozenset[tuple[str, int]] = frozenset()


SMTP_TLS = ("smtp", "smtp.example.org", 465, "implicit-tls", "lee@example.org")
SMTP_UPGRADE = ("smtp", "smtp.example.org", 587, "starttls", "lee@example.org")
CASES = (
    Case(
        "config/settings.py",
        "import os\nEMAIL_PORT = int(os.getenv('PORT', '465'))\nEMAIL_HOST = 'smtp.example.org'\n"
        "EMAIL_HOST_USER = 'lee@example.org'\nEMAIL_HOST_PASSWORD = os.environ['PW']\n"
        "EMAIL_USE_SSL = True\n",
        (SMTP_TLS,),
    ),
    Case(
        "settings.py",
        "EMAIL_HOST = 'smtp.example.org'\nEMAIL_PORT = 587\nEMAIL_USE_TLS = True\n"
        "EMAIL_USE_SSL = 'False'\nEMAIL_HOST_USER = 'lee@example.org'\nEMAIL_HOST_PASSWORD = 'x y'\n",
        (("smtp", "smtp.example.org", 587, "implicit-tls", "lee@example.org"),),
        frozenset({("cfg-port-587-tls", 4), ("cfg-flags-conflict", 4), ("cfg-bool-string", 4)}),
    ),
    Case(
        "config.py",
        "class Config:\n    MAIL_SERVER = 'smtp.example.org'\n    MAIL_PORT = 465\n"
        "    MAIL_USE_TLS = True\n    MAIL_USERNAME = 'lee@example.org'\n    MAIL_PASSWORD = 'x y'\n",
        (("smtp", "smtp.example.org", 465, "starttls", "lee@example.org"),),
        frozenset({("cfg-port-465-starttls", 4)}),
    ),
    Case(
        "mailer.ts",
        "import nodemailer from 'nodemailer';\nconst mail = {\n  host: 'smtp.example.org',\n  port: 587,\n"
        "  secureConnection: true,\n  requireTLS: true,\n  auth: { user: 'lee@example.org', pass: process.env.PW },\n};\n"
        "export const transport = nodemailer.createTransport(mail);\n",
        (SMTP_UPGRADE,),
        frozenset({("cfg-word-ignored", 5)}),
    ),
    Case(
        "mail.js",
        "const t = require('nodemailer').createTransport('smtps://lee%40example.org:x@smtp.example.org');\n",
        (SMTP_TLS,),
    ),
    Case(
        "application.yml",
        "spring:\n  mail:\n    host: smtp.example.org\n    port: 465\n    username: lee@example.org\n"
        "    password: ${PW:none}\n    properties:\n      mail.smtp.starttls.required: true\n",
        (("smtp", "smtp.example.org", 465, "starttls", "lee@example.org"),),
        frozenset({("cfg-port-465-starttls", 8)}),
    ),
    Case(
        "Email.php",
        "<?php\nclass Email extends BaseConfig {\n  public string $SMTPHost = 'smtp.example.org';\n"
        "  public string $SMTPUser = 'lee@example.org';\n  public int $SMTPPort = 587;\n"
        "  public string $SMTPCrypto = 'ssl';\n}\n",
        (("smtp", "smtp.example.org", 587, "implicit-tls", "lee@example.org"),),
        frozenset({("cfg-port-587-tls", 6)}),
    ),
    Case(
        "config.inc.php",
        "<?php\n$config['imap_host'] = 'ssl://imap.example.org:993';\n"
        "$config['smtp_host'] = 'tls://smtp.example.org:587';\n",
        (
            ("imap", "imap.example.org", 993, "implicit-tls", ""),
            ("smtp", "smtp.example.org", 587, "starttls", ""),
        ),
    ),
    Case(
        "compose.yaml",
        "x-mail: &mail\n  MAIL_HOST: smtp.example.org\n  MAIL_PORT: '587'\n  MAIL_SCHEME: smtps\n"
        "services:\n  app:\n    image: php:8\n    environment:\n      <<: *mail\n"
        "      MAIL_USERNAME: lee@example.org\n      MAIL_PASSWORD: ${PW:?missing}\n"
        "  n8n:\n    image: n8nio/n8n\n    environment:\n      - N8N_SMTP_HOST=smtp.example.org\n"
        "      - N8N_SMTP_USER=lee@example.org\n      - N8N_SMTP_PASS=${PW}\n"
        "  db:\n    image: postgres\n    environment: {POSTGRES_PASSWORD: x}\n",
        (("smtp", "smtp.example.org", 587, "implicit-tls", "lee@example.org"), SMTP_TLS),
        frozenset({("cfg-port-587-tls", 4)}),
    ),
    Case(
        "deploy.yaml",
        "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: vault\n"
        "          image: vaultwarden/server:1.30\n          env:\n            - name: SMTP_HOST\n"
        "              value: smtp.example.org\n            - name: SMTP_PORT\n              value: '587'\n"
        "            - name: SMTP_SECURITY\n              value: force_tls\n",
        (("smtp", "smtp.example.org", 587, "implicit-tls", ""),),
        frozenset({("cfg-port-587-tls", 14)}),
    ),
    Case(
        ".env",
        "DB_HOST=localhost\nDB_PASSWORD=x\nexport SHOP_SMTP_HOST=smtp.example.org\n"
        "SHOP_SMTP_PORT=465 # TLS\nSHOP_SMTP_USER='lee@example.org'\nSHOP_SMTP_PASSWORD=\"x y\"\n",
        (SMTP_TLS,),
    ),
    Case(
        ".muttrc",
        "set folder = imaps://lee@imap.example.org:143\nset imap_pass = `pass mail`\n",
        (("imap", "imap.example.org", 143, "implicit-tls", "lee"),),
        frozenset({("cfg-port-143-tls", 1)}),
    ),
    Case(
        ".fetchmailrc",
        "# mail\npoll pop.example.org with proto POP3\n  user 'lee' there with password 'x y' is lee here ssl\n",
        (("pop3", "pop.example.org", 995, "implicit-tls", "lee"),),
    ),
    Case(
        "ssmtp.conf",
        "mailhub=smtp.example.org:587\nAuthUser=lee\nAuthPass=x y\nUseTLS=YES\n",
        (("smtp", "smtp.example.org", 587, "implicit-tls", "lee"),),
        frozenset({("cfg-port-587-tls", 4)}),
    ),
    Case(
        ".offlineimaprc",
        "[general]\naccounts = w\n[Repository far]\ntype = IMAP\nremotehost = imap.example.org\n"
        "remoteuser = lee\nremoteport = 143\n[Repository near]\ntype = Maildir\n",
        (("imap", "imap.example.org", 143, "implicit-tls", "lee"),),
        frozenset({("cfg-port-143-tls", 7)}),
    ),
    Case(
        "accounts.conf",
        "[Work]\nsource = imaps://lee%40example.org@imap.example.org\n"
        "outgoing = smtp+plain://lee%40example.org@smtp.example.org:465\n",
        (
            ("imap", "imap.example.org", 993, "implicit-tls", "lee@example.org"),
            ("smtp", "smtp.example.org", 465, "starttls", "lee@example.org"),
        ),
        frozenset({("cfg-port-465-starttls", 3)}),
    ),
    Case(
        "mail.mobileconfig",
        '<?xml version="1.0"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://x/p.dtd">\n'
        "<plist><dict><key>PayloadContent</key><array><dict>\n"
        "<key>EmailAccountType</key><string>EmailTypeIMAP</string>\n"
        "<key>IncomingMailServerHostName</key><string>imap.example.org</string>\n"
        "<key>IncomingMailServerPortNumber</key><integer>993</integer>\n"
        "<key>IncomingMailServerUseSSL</key>\n<false/>\n</dict></array></dict></plist>\n",
        (("imap", "imap.example.org", 993, "cleartext", ""),),
        frozenset({("cfg-port-993-plain", 8)}),
    ),
    Case(
        "config.production.json",
        '{\n\t"mail": {\n\t\t"options": {\n\t\t\t"host": "smtp.example.org",\n\t\t\t"port": "587",\n'
        '\t\t\t"secure": "true"\n\t\t}\n\t}\n}\n',
        (("smtp", "smtp.example.org", 587, "implicit-tls", ""),),
        frozenset({("cfg-port-587-tls", 6)}),
    ),
)


def row(service: Service) -> Row:
    return (
        str(service.protocol),
        service.host,
        service.port,
        str(service.security),
        service.user,
    )


@pytest.mark.parametrize("case", CASES, ids=[one.file for one in CASES])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_file_of_a_product_is_read_in_its_words(case: Case, ending: str, tmp_path: Path) -> None:
    file = tmp_path / case.file
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(case.text.replace("\n", ending).encode())
    accounts = load(file)

    assert tuple(row(s) for one in accounts for s in one.services) == case.services
    found = {
        (finding.id, finding.place.line if finding.place else 0)
        for one in accounts
        for finding in check(one, accounts)
        if finding.severity != "note" and finding.id != "cfg-timeout-none"
    }
    assert found == case.findings


FOREIGN = {
    "person.txt": "Name: Lee\nE-mail: lee@example.org\nType: customer\nPhone: 1\n",
    "job.service": "[Unit]\nDescription=x\n[Service]\nType=oneshot\nUser=lee\nPort=22\n",
    "people.csv": "Name,Email,Password,Status\nLee,lee@example.org,x,on\n",
    "README.md": "# Mail\n\n- Type: imap\n- Port: 993\n- Name: x\n",
    ".env": "DB_HOST=localhost\nDB_PORT=5432\nDB_USERNAME=x\nDB_PASSWORD=y\n",
    "server.js": "const o = {host: 'db', port: 5432, auth: {user: 'mail', pass: 'b'}};\nnew Pool(o);\n",
    "package.json": '{"name": "mailer", "dependencies": {"nodemailer": "6"}}',
    "admin.py": "MAIL_ADMINS = ['lee@example.org']\nHOST = 'x'\nPORT = 80\n",
    "application.yml": "spring:\n  datasource:\n    username: mail\n    password: x\n    type: y\n",
    "empty.conf": "",
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_no_mail_configuration_is_refused_and_what_was_seen_is_said(name: str) -> None:
    with pytest.raises(FormatError, match="unknown format|is empty") as caught:
        loads(FOREIGN[name], name)
    assert str(caught.value).startswith(f"{name}: ")


BROKEN = {
    "compose.yml": ("smtp: &a\n  x: *a\n", "an anchor refers to itself"),
    "config.php": ("<?php\n$CONFIG = array(\n 'mail_smtphost' => 'smtp.ex", "is not complete PHP"),
    "realm.json": ('{"smtpServer": {"host": "x",', "JSON"),
    "config-v1.1.xml": ('<!DOCTYPE x [<!ENTITY a "imap">]>\n<x>&a;</x>', "document type"),
    "settings.py": ("EMAIL_HOST = (\n", "is not Python"),
    "alertmanager.yml": ("smtp: " + "[" * 5000, "YAML|nested too deep"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_gets_one_line_with_its_name(name: str) -> None:
    text, why = BROKEN[name]
    with pytest.raises(FormatError, match=why) as caught:
        loads(text, name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("version", "security", "ids"),
    [
        ("v11.3.0", "starttls", {"cfg-word-ignored"}),
        ("v10.4.1", "starttls", set()),
        ("v8.83.0", "implicit-tls", {"cfg-port-587-tls"}),
        ("", "starttls", {"cfg-word-ambiguous"}),
    ],
)
def test_the_version_of_laravel_decides_what_ssl_means(
    version: str, security: str, ids: set[str], tmp_path: Path
) -> None:
    env = "MAIL_MAILER=smtp\nMAIL_HOST=smtp.example.org\nMAIL_PORT=587\nMAIL_ENCRYPTION=ssl\n"
    (tmp_path / ".env").write_text(env)
    if version:
        lock = f'{{"packages": [{{"name": "laravel/framework", "version": "{version}"}}]}}'
        (tmp_path / "composer.lock").write_text(lock)
    (account,) = load(tmp_path / ".env")

    assert account.outgoing is not None
    assert account.outgoing.security == security
    found = {one.id for one in check(account) if one.severity != "note"}
    assert found - {"cfg-opportunistic"} == ids


@pytest.mark.parametrize(
    ("version", "word", "security", "ids"),
    [
        ("2.4.7-p3", "tls", "starttls", set()),
        ("2.4.7", "ssl", "implicit-tls", {"cfg-port-587-tls"}),
        ("2.4.8", "tls", "implicit-tls", {"cfg-port-587-tls"}),
        ("2.4.8", "ssl", "starttls", set()),
        ("2.4.8-p2", "tls", "starttls", {"cfg-word-ambiguous"}),
    ],
)
def test_the_version_of_magento_decides_what_tls_means(
    version: str, word: str, security: str, ids: set[str], tmp_path: Path
) -> None:
    smtp = (
        f"'transport' => 'smtp', 'host' => 'smtp.example.org', 'port' => '587', 'ssl' => '{word}'"
    )
    path = tmp_path / "app" / "etc" / "env.php"
    path.parent.mkdir(parents=True)
    path.write_text(
        f"<?php\nreturn ['system' => ['default' => ['system' => ['smtp' => [{smtp}]]]]];\n"
    )
    lock = f'{{"packages": [{{"name": "magento/magento2-base", "version": "{version}"}}]}}'
    (tmp_path / "composer.lock").write_text(lock)
    (account,) = load(path)

    assert account.outgoing is not None
    assert account.outgoing.security == security
    found = {one.id for one in check(account) if one.severity != "note"}
    assert found - {"cfg-opportunistic"} == ids


def test_the_ways_of_one_provider_are_no_two_programs() -> None:
    server = (
        "<incomingServer type='pop3'><hostname>pop.example.org</hostname><port>{}</port>"
        "<socketType>{}</socketType><username>%EMAILADDRESS%</username></incomingServer>"
    )
    text = f"<clientConfig><emailProvider>{server.format(995, 'SSL')}{server.format(110, 'STARTTLS')}</emailProvider></clientConfig>"
    accounts = loads(text, "config-v1.1.xml")

    assert [one.incoming.port for one in accounts if one.incoming] == [995, 110]
    assert not [f.id for one in accounts for f in check(one, accounts) if f.severity != "note"]


def test_a_named_format_needs_no_evidence() -> None:
    text = "EMAIL_HOST = 'smtp.example.org'\nEMAIL_PORT = 25\n"
    with pytest.raises(FormatError):
        loads(text, "notes.txt")
    (account,) = loads(text, "notes.txt", "django")
    assert account.outgoing is not None
    assert account.outgoing.host == "smtp.example.org"


def test_the_documentation_lists_every_dialect_with_its_sources() -> None:
    page = (Path(__file__).parents[2] / "docs" / "formats.md").read_text("utf-8")
    for dialect in dialects().values():
        assert f"| `{dialect.name}` |" in page
        assert dialect.sources
        assert all(source in page for source in dialect.sources)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("notes.yml", "just smtp\n"),
        (
            "mail.yml",
            "a: &a {smtp: x}\n"
            + "".join(
                f"{c}: &{c} [*{p}, *{p}, *{p}, *{p}]\n"
                for p, c in zip("abcdefghijklm", "bcdefghijklmn", strict=True)
            ),
        ),
        (
            ".env",
            "A=smtp\n"
            + "".join(
                f"{c}=${{{p}}}${{{p}}}${{{p}}}${{{p}}}\n"
                for p, c in zip("ABCDEFGHIJKLMNOPQRST", "BCDEFGHIJKLMNOPQRSTU", strict=True)
            ),
        ),
    ],
)
def test_what_grows_without_limit_is_refused(name: str, text: str) -> None:
    with pytest.raises(FormatError, match="unknown format|too many values"):
        loads(text, name)


def test_the_index_of_dialects_names_the_syntaxes_of_each_module() -> None:
    for module, syntaxes in MODULES.items():
        found = import_module(f"mailkit.formats.dialects.{module}").DIALECTS
        read = {one for dialect in found for one in dialect.syntaxes}
        read |= {"dotenv" for dialect in found if dialect.env is not None}
        assert set(syntaxes.split()) == read, module


def test_a_file_loads_only_the_dialects_of_its_syntax(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("MAIL_MAILER=smtp\nMAIL_HOST=smtp.example.com\nMAIL_PORT=587\n")
    code = (
        "import sys; from mailkit.formats import load; load(sys.argv[1]);"
        "print([one for one in sys.modules if one.startswith('mailkit.formats.dialects.')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True
    )
    assert "dialects.laravel" in done.stdout
    assert "dialects.rails" not in done.stdout
    assert "dialects.thunderbird" not in done.stdout


WEB_CONFIG = """<configuration><system.net><mailSettings><smtp>
  <network enableSsl="true" host="smtp.example.org" port="465" userName="lee" password="x y"/>
</smtp></mailSettings></system.net></configuration>
"""
WATCHER = """xpack.notification.email.account:
  work:
    smtp:
      host: smtp.example.org
      port: 465
      user: lee
"""
SMARTHOST = "dc_eximconfig_configtype='smarthost'\ndc_smarthost='smtp.example.org::465'\n"


@pytest.mark.parametrize(
    ("file", "text", "advice", "fix"),
    [
        (
            "web.config",
            WEB_CONFIG,
            ".NET has no words for implicit TLS in this file. Set port to 587.",
            {"port": 587},
        ),
        (
            "elasticsearch.yml",
            WATCHER,
            "Set port to 587 and starttls.enable: true and starttls.required: true.",
            {"port": 587, "security": "starttls"},
        ),
        (
            "update-exim4.conf.conf",
            SMARTHOST,
            "Set the port in dc_smarthost to 587.",
            {"port": 587},
        ),
    ],
)
def test_an_encryption_mode_that_a_file_has_no_words_for_is_not_advised(
    file: str, text: str, advice: str, fix: dict[str, object]
) -> None:
    (finding,) = [one for one in check(*loads(text, file)) if one.id == "cfg-port-465-starttls"]
    assert finding.message.endswith(advice)
    assert finding.fix == fix
    assert "or take" not in finding.message


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (
            ".fetchmailrc",
            "poll imap.example.org proto imap\n user lee pass xy\n no sslcertck\n ssl\n",
            "sslcertck = no sslcertck",
        ),
        (
            ".pinerc",
            "inbox-path={imap.example.org:993/ssl/novalidate-cert/user=lee}INBOX\n",
            "novalidate-cert",
        ),
        (
            "accounts.conf",
            "[Lee]\nsource = imaps+insecure://lee@imap.example.org\n",
            "source = imaps+insecure://lee@imap.example.org",
        ),
        (
            "gitlab.rb",
            "gitlab_rails['smtp_enable'] = true\ngitlab_rails['smtp_address'] = 'smtp.example.org'\n"
            "gitlab_rails['smtp_port'] = 465\ngitlab_rails['smtp_tls'] = true\n"
            "gitlab_rails['smtp_openssl_verify_mode'] = 'none'\n",
            "smtp_openssl_verify_mode = 'none'",
        ),
    ],
)
def test_verification_that_is_off_is_said_in_the_words_of_the_file(
    file: str, text: str, said: str
) -> None:
    (finding,) = [one for one in check(*loads(text, file)) if one.id == "cfg-verify-off"]
    assert f"{'Change' if '=' in said else 'Remove'} {said};" in finding.message
    assert finding.evidence == (said,)


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (
            "init.el",
            '(setq smtpmail-smtp-server "smtp.example.org")\n(setq smtpmail-smtp-service 587)\n'
            "(setq smtpmail-stream-type 'ssl)\n",
            "Set (setq smtpmail-stream-type 'starttls);",
        ),
        (
            ".fetchmailrc",
            "poll pop.example.org proto pop3 port 995\n user lee pass xy\n no ssl\n",
            "Set ssl;",
        ),
    ],
)
def test_a_line_to_write_is_whole(file: str, text: str, said: str) -> None:
    findings = [one for one in check(*loads(text, file)) if one.id.startswith("cfg-port")]
    assert any(said in one.message for one in findings)


SETTINGS_CLASS = (
    "from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n"
    "    smtp_host: str = 'smtp.example.com'\n    smtp_port: int = 465\n    smtp_user: str | None\n"
    "    smtp_password: str | None = None\n    smtp_starttls: bool = True\n"
)


def test_the_fields_of_a_settings_class_are_variables_with_defaults() -> None:
    (account,) = loads(SETTINGS_CLASS, "config.py")
    service = account.outgoing
    assert service is not None
    assert (service.host, service.port, service.security) == ("smtp.example.com", 465, "starttls")
    assert service.secret is not None
    assert (service.secret.kind, service.secret.source) == ("env", "SMTP_PASSWORD")
    place = service.place("port")
    assert place is not None
    assert place.line == 4
    with pytest.raises(FormatError, match="unknown format"):
        loads(SETTINGS_CLASS.replace("(BaseSettings)", ""), "config.py")


def test_a_configuration_that_a_function_returns_is_read() -> None:
    text = (
        "export default () => ({\n  port: 3000,\n  mail: {\n    host: process.env.MAIL_HOST ?? 'smtp.example.com',\n"
        "    port: Number(process.env.MAIL_PORT ?? 465),\n    secure: true,\n    user: 'kim@example.com',\n"
        "    password: process.env.MAIL_PASSWORD,\n  },\n});\n"
    )
    (account,) = loads(text, "configuration.ts")
    service = account.outgoing
    assert service is not None
    assert (service.host, service.port, service.security) == (
        "smtp.example.com",
        465,
        "implicit-tls",
    )
    assert (service.user, account.incoming) == ("kim@example.com", None)
    with pytest.raises(FormatError, match="unknown format"):
        loads(
            "export const useMail = () => ({\n  mail: { port: 25, subject: 'x' },\n});\n", "use.ts"
        )


@pytest.mark.parametrize(
    "section", ["mail", "email", "smtp", "mailer", "app.mail", "alerting.email"]
)
@pytest.mark.parametrize(
    "keys",
    [
        "host: {host}, port: 587, username: kim, password: p4ss",
        "host: {host}, port: 587, user: kim, pass: p4ss, from: kim@example.com",
        "host: {host}, port: 587, username: kim, password: p4ss, from: a@b.test, to: b@b.test",
        "smtp_host: {host}, smtp_port: 587, smtp_user: kim, smtp_password: p4ss, from: a@b.test",
        "enabled: true, server: {host}, port: 587, username: kim, password: p4ss",
    ],
)
def test_a_section_with_common_names_is_no_products(section: str, keys: str) -> None:
    names = "".join(f"{part}: {{" for part in section.split("."))
    text = (
        f"database: {{host: db, username: a}}\nx: {{{names}{keys.format(host='smtp.example.com')}"
    )
    (account,) = loads(f"{text}}}{'}' * section.count('.')}}}\n", "config.yaml")
    assert account.outgoing is not None
    assert account.outgoing.wording is not None
    assert account.outgoing.wording.product == "this file"
    assert str(account.outgoing.security) == "starttls"
    assert [one.id for one in check(account) if one.severity is not Severity.NOTE] == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("settings.env", "EMAIL_USE_TLS=True\nEMAIL_USE_SSL=False", "=False =True"),
        ("a.yml", 'EMAIL_USE_TLS: "True"\n      EMAIL_USE_SSL: "False"', "False True"),
        ("a.yml", "EMAIL_USE_TLS: 'true'\n      EMAIL_USE_SSL: 'false'", "false true"),
    ],
)
def test_a_flag_keeps_the_letter_case_that_a_program_compares(
    file: str, old: str, new: str, tmp_path: Path
) -> None:
    rest = ["EMAIL_HOST=smtp.example.com", "EMAIL_PORT=465", "EMAIL_HOST_USER=kim"]
    if file.endswith(".yml"):
        lines = ["services:", "  app:", "    image: a", "    environment:"]
        lines += [f"      {one.replace('=', ': ')}" for one in (*rest, old)]
    else:
        lines = [*rest, old]
    path = tmp_path / file
    path.write_text("\n".join([*lines, ""]))
    account = load(path)[0]
    repair(path, [(account, "outgoing", {"security": "implicit-tls"})])
    words = [
        line.rpartition(" ")[2].rpartition("=")[2].strip("'\"")
        for line in path.read_text().splitlines()
    ]
    assert words[-2:] == [one.strip("=") for one in new.split()]


@pytest.mark.parametrize("name", ["letter.eml", "todo.txt", "README.md"])
def test_a_text_with_colons_is_no_yaml_where_its_name_says_otherwise(
    tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    file.write_text("Subject: hello\n\tfrom: kim\n", "utf-8")
    with pytest.raises(FormatError, match="unknown format .text without mail settings"):
        load(file)
    (tmp_path / "half").write_text("mail:\n  host: [x\nport: 1\n", "utf-8")
    with pytest.raises(FormatError, match="half:3: is not YAML"):
        load(tmp_path / "half")
