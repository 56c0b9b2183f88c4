"""Values in files beside: they are read, named with their own file and line, and never copied."""

import contextlib
from pathlib import Path

import pytest

from mailkit.account import Account, Service
from mailkit.checks import check
from mailkit.errors import FormatError
from mailkit.formats import load, loads, repair
from mailkit.formats.native import written

SECRET = "Zq7examplepw9"

FOLDERS: dict[str, tuple[dict[str, str], str, dict[str, tuple[str, int]]]] = {
    "django, .env above": (
        {
            "site/settings.py": "import os\nEMAIL_HOST = os.environ['EMAIL_HOST']\n"
            "EMAIL_PORT = int(os.getenv('EMAIL_PORT', '587'))\nEMAIL_USE_TLS = True\n"
            "EMAIL_HOST_PASSWORD = os.environ['EMAIL_HOST_PASSWORD']\n",
            ".env": "# mail\nEMAIL_HOST=smtp.example.com\nEMAIL_PORT=465\n"
            f"EMAIL_HOST_PASSWORD={SECRET}\n",
        },
        "site/settings.py",
        {"port": (".env", 3), "host": (".env", 2), "security": ("site/settings.py", 4)},
    ),
    "django, a base module": (
        {
            "settings/base.py": "EMAIL_HOST = 'smtp.example.com'\nEMAIL_USE_TLS = True\n",
            "settings/production.py": "from .base import *\nEMAIL_PORT = 465\n",
        },
        "settings/production.py",
        {"host": ("settings/base.py", 1), "port": ("settings/production.py", 2)},
    ),
    "compose, placeholders": (
        {
            "docker-compose.yml": "services:\n  db:\n    image: vaultwarden/server:1.32\n"
            "    environment:\n      SMTP_HOST: ${MAIL_HOST}\n      SMTP_PORT: ${MAIL_PORT:-587}\n"
            "      SMTP_SECURITY: starttls\n      SMTP_PASSWORD: ${MAIL_PW}\n",
            ".env": f"MAIL_HOST=smtp.example.com\nMAIL_PORT=465\nMAIL_PW={SECRET}\n",
        },
        "docker-compose.yml",
        {"port": (".env", 2), "security": ("docker-compose.yml", 7)},
    ),
    "compose, env_file": (
        {
            "compose.yaml": "services:\n  web:\n    image: vaultwarden/server:1.32\n"
            "    env_file: [./mail.env]\n    environment:\n      - SMTP_SECURITY=starttls\n",
            "mail.env": f"SMTP_HOST=smtp.example.com\nSMTP_PORT=465\nSMTP_PASSWORD={SECRET}\n",
        },
        "compose.yaml",
        {"port": ("mail.env", 2), "security": ("compose.yaml", 6)},
    ),
    "compose, env_file in the folder above": (
        {
            "deploy/compose.yaml": "services:\n  web:\n    image: vaultwarden/server:1.32\n"
            "    env_file: ../.env\n",
            ".env": f"SMTP_HOST=smtp.example.com\nSMTP_PORT=465\nSMTP_SECURITY=starttls\nSMTP_PASSWORD={SECRET}\n",
        },
        "deploy/compose.yaml",
        {"port": (".env", 2), "security": (".env", 3)},
    ),
    "Nodemailer, require": (
        {
            "services/mail.js": "const config = require('../config/config');\n"
            "const transport = nodemailer.createTransport(config.email.smtp);\n",
            "config/config.js": "module.exports = {\n  email: {\n    smtp: {\n      host: 'smtp.example.com',\n"
            "      port: 465,\n      secure: false,\n      auth: { user: 'kim', pass: process.env.PW },\n    },\n  },\n};\n",
        },
        "services/mail.js",
        {"port": ("config/config.js", 5), "security": ("config/config.js", 6)},
    ),
    "Nodemailer, require of JSON": (
        {
            "mail.js": "const { smtp } = require('./mail.json')\n"
            "const transport = nodemailer.createTransport(smtp)\n",
            "mail.json": '{"smtp": {\n"host": "smtp.example.com",\n"port": 465,\n"secure": false}}\n',
        },
        "mail.js",
        {"port": ("mail.json", 3), "security": ("mail.json", 4)},
    ),
    "Nodemailer, import of a default": (
        {
            "mail.ts": "import settings from './config'\n"
            "export const transport = nodemailer.createTransport({\n"
            "  host: settings.host, port: settings.port, secure: false })\n",
            "config.ts": "const settings = {\n  host: 'smtp.example.com',\n  port: 465,\n}\n"
            "export default settings\n",
        },
        "mail.ts",
        {"port": ("config.ts", 3), "security": ("mail.ts", 3)},
    ),
    "Nodemailer, import of a name": (
        {
            "mail.ts": "import { mail as settings } from './config/index.js'\n"
            "export const transport = nodemailer.createTransport(settings)\n",
            "config/index.js": "export const mail = {\n  host: 'smtp.example.com',\n  port: 465,\n"
            "  secure: false,\n}\n",
        },
        "mail.ts",
        {"port": ("config/index.js", 3), "security": ("config/index.js", 4)},
    ),
    "Nodemailer, members of an import": (
        {
            "mail.js": "import cfg, { mail as m } from './config.js'\n"
            "const { host, port: p } = m\n"
            "export const t = nodemailer.createTransport({\n  host, port: p, secure: m.secure })\n",
            "config.js": "export const mail = {\n  host: 'smtp.example.com',\n  port: 465,\n"
            "  secure: false }\nexport default { mail }\n",
        },
        "mail.js",
        {"port": ("config.js", 3), "security": ("config.js", 4)},
    ),
    "Nodemailer, an import that is spread out": (
        {
            "mail.js": "const config = require('./config')\nconst smtp = config.mail.smtp\n"
            "const t = nodemailer.createTransport({ ...smtp, auth: { user: 'kim' } })\n",
            "config.js": "module.exports = { mail: { smtp: {\n  host: 'smtp.example.com',\n  port: 465,\n"
            "  secure: false } } }\n",
        },
        "mail.js",
        {"port": ("config.js", 3), "security": ("config.js", 4)},
    ),
    "Nodemailer, an import of an import": (
        {
            "mail.js": "const config = require('./config')\n"
            "const t = nodemailer.createTransport({ host: config.mail.host, port: config.mail.port,\n"
            "  secure: config.mail.secure })\n",
            "config/index.js": "const mail = require('./mail')\nmodule.exports = { mail, db: {} }\n",
            "config/mail.js": "module.exports = {\n  host: 'smtp.example.com',\n  port: 465,\n  secure: false }\n",
        },
        "mail.js",
        {"port": ("config/mail.js", 3), "security": ("config/mail.js", 4)},
    ),
    "Nodemailer, names that modules pass on": (
        {
            "mail.ts": "import { env } from './lib/env'\n"
            "export const t = nodemailer.createTransport({ host: env.HOST, port: env.PORT, secure: false })\n",
            "lib/env.ts": "export { settings as env } from './all'\n",
            "lib/all.ts": "export * from './values'\n",
            "lib/values.ts": "export const settings = {\n  HOST: 'smtp.example.com',\n  PORT: 465 }\n",
        },
        "mail.ts",
        {"port": ("lib/values.ts", 3), "security": ("mail.ts", 2)},
    ),
    "smtplib, settings of another module": (
        {
            "send.py": "import smtplib\nimport settings\n\ns = smtplib.SMTP(settings.HOST, settings.PORT)\n"
            "s.starttls()\ns.login(settings.USER, os.environ['PW'])\n",
            "settings.py": "from base import *\nPORT = 465\n",
            "base.py": "HOST = 'smtp.example.com'\nUSER = 'kim'\n",
        },
        "send.py",
        {"host": ("base.py", 1), "port": ("settings.py", 2), "user": ("base.py", 2)},
    ),
    "smtplib, an object of pydantic-settings": (
        {
            "app/send.py": "import smtplib\nfrom app.core import settings\n\n"
            "s = smtplib.SMTP(settings.SMTP_HOST, settings.SMTP_PORT)\ns.starttls()\n",
            "app/core/__init__.py": "from .config import settings\n",
            "app/core/config.py": "class Settings(BaseSettings):\n    SMTP_HOST: str = 'smtp.example.com'\n"
            "    SMTP_PORT: int = 465\n\n\nsettings = Settings()\n",
        },
        "app/send.py",
        {"host": ("app/core/config.py", 2), "port": ("app/core/config.py", 3)},
    ),
    "Django, names and a class of other modules": (
        {
            "shop/settings.py": "from shop.mail import HOST, PORT as MAIL_PORT\n"
            "from .mail import Mail\nfrom .mail import WORDS\n"
            "EMAIL_HOST = HOST\nEMAIL_PORT = MAIL_PORT\nEMAIL_USE_TLS = Mail.USE_TLS\n"
            "EMAIL_HOST_USER = WORDS['user']\n",
            "shop/mail.py": "HOST = 'smtp.example.com'\nPORT = 465\n\n\nclass Mail:\n    USE_TLS = True\n\n\n"
            "WORDS = {'user': 'kim'}\n",
        },
        "shop/settings.py",
        {"port": ("shop/mail.py", 2), "security": ("shop/mail.py", 6), "user": ("shop/mail.py", 9)},
    ),
    "a unit of systemd": (
        {
            "vault.service": "[Unit]\nDescription=x\n[Service]\n"
            'Environment="SMTP_HOST=smtp.example.com" SMTP_PORT=465\n'
            "Environment='SMTP_SECURITY=starttls'\nEnvironmentFile=-/etc/vault.env\n"
            "EnvironmentFile=vault.env\n",
            "vault.env": "SMTP_FROM=kim@example.com\nSMTP_USERNAME=kim\n",
        },
        "vault.service",
        {"port": ("vault.service", 4), "security": ("vault.service", 5), "user": ("vault.env", 2)},
    ),
    "Home Assistant": (
        {
            "configuration.yaml": "notify:\n  - platform: smtp\n    server: !secret smtp_host\n"
            "    port: !secret smtp_port\n    encryption: starttls\n    password: !secret smtp_pw\n",
            "secrets.yaml": f"smtp_host: smtp.example.com\nsmtp_port: 465\nsmtp_pw: {SECRET}\n",
        },
        "configuration.yaml",
        {"port": ("secrets.yaml", 2), "security": ("configuration.yaml", 5)},
    ),
    "Home Assistant, !include in an !include": (
        {
            "configuration.yaml": "homeassistant:\nnotify: !include parts/notify.yaml\n",
            "parts/notify.yaml": "- !include smtp.yaml\n",
            "parts/smtp.yaml": "platform: smtp\nserver: smtp.example.com\nport: 465\n"
            "encryption: starttls\npassword: !env_var PW\n",
        },
        "configuration.yaml",
        {"port": ("parts/smtp.yaml", 3), "security": ("parts/smtp.yaml", 4)},
    ),
    "Home Assistant, a folder": (
        {
            "configuration.yaml": "notify: !include_dir_merge_list notify\n",
            "notify/a.yaml": "- platform: file\n  filename: log\n- platform: group\n  name: all\n",
            "notify/b.yaml": "- platform: smtp\n  server: smtp.example.com\n  port: 465\n"
            "  encryption: starttls\n",
        },
        "configuration.yaml",
        {"port": ("notify/b.yaml", 3), "security": ("notify/b.yaml", 4)},
    ),
    "mutt, source": (
        {
            "muttrc": "set sort = threads\nsource accounts/kim\nset ssl_starttls = yes\n",
            "accounts/kim": 'set smtp_url = "smtps://kim@smtp.example.com:465"\n'
            'set smtp_url = "smtp://kim@smtp.example.com:465"\nset ssl_force_tls = yes\n',
        },
        "muttrc",
        {"port": ("accounts/kim", 2)},
    ),
    "mutt, a path from the home": (
        {
            ".mutt/muttrc": "source ~/.mutt/accounts/kim\nsource 'tr a-z n-za-m < ~/.mutt/x |'\n",
            ".mutt/accounts/kim": 'set smtp_url = "smtp://kim@smtp.example.com:465"\n'
            "set ssl_force_tls = yes\nsource $HOME/.mutt/more\n",
            ".mutt/more": "set ssl_starttls = yes\n",
        },
        ".mutt/muttrc",
        {"port": (".mutt/accounts/kim", 1)},
    ),
    "mutt, a path from the home in the home": (
        {
            ".muttrc": "source ~/.mutt/accounts/kim\n",
            ".mutt/accounts/kim": 'set smtp_url = "smtp://kim@smtp.example.com:465"\n'
            "set ssl_force_tls = yes\n",
        },
        ".muttrc",
        {"port": (".mutt/accounts/kim", 1)},
    ),
    "Exim, .include in a part": (
        {
            "exim4/exim4.conf": "primary_hostname = a.example.com\n.include_if_exists /etc/exim4/no\n"
            "begin routers\n.include /etc/exim4/exim4.conf\n"
            ".include exim4/routers\nbegin transports\n.include /exim4/transports\n",
            "exim4/exim4/routers": "smarthost:\n  driver = manualroute\n  transport = relay\n"
            "  route_list = * smtp.example.com::465\n",
            "exim4/transports": "relay:\n  driver = smtp\n  hosts_require_tls = *\n",
        },
        "exim4/exim4.conf",
        {"port": ("exim4/exim4/routers", 4), "security": ("exim4/transports", 3)},
    ),
    "git, include.path": (
        {
            ".gitconfig": "[user]\n\tname = Kim\n[include]\n\tpath = .gitconfig-mail\n",
            ".gitconfig-mail": "[sendemail]\n\tsmtpServer = smtp.example.com\n"
            "\tsmtpServerPort = 465\n\tsmtpEncryption = tls\n",
        },
        ".gitconfig",
        {"port": (".gitconfig-mail", 3), "security": (".gitconfig-mail", 4)},
    ),
    "PHP, require": (
        {
            "wp-config.php": "<?php\ndefine('DB_NAME', 'wp');\nrequire_once(__DIR__ . '/mail.php');\n",
            "mail.php": "<?php\ndefine('WPMS_ON', true);\ndefine('WPMS_MAILER', 'smtp');\n"
            "define('WPMS_SMTP_HOST', 'smtp.example.com');\ndefine('WPMS_SMTP_PORT', 465);\n"
            "define('WPMS_SSL', 'tls');\n",
        },
        "wp-config.php",
        {"port": ("mail.php", 5), "security": ("mail.php", 6)},
    ),
    "compose, include": (
        {
            "compose.yaml": "include:\n  - mail/compose.yaml\nservices:\n  db:\n    image: postgres:17\n",
            "mail/compose.yaml": "services:\n  web:\n    image: vaultwarden/server:1.32\n    environment:\n"
            "      SMTP_HOST: smtp.example.com\n      SMTP_PORT: 465\n      SMTP_SECURITY: starttls\n",
        },
        "compose.yaml",
        {"port": ("mail/compose.yaml", 6), "security": ("mail/compose.yaml", 7)},
    ),
    "Spring, spring.config.import": (
        {
            "application.properties": "spring.config.import=optional:file:./mail.properties\n",
            "mail.properties": "spring.mail.host=smtp.example.com\nspring.mail.port=465\n"
            "spring.mail.properties.mail.smtp.starttls.enable=true\n"
            "spring.mail.properties.mail.smtp.starttls.required=true\n",
        },
        "application.properties",
        {"port": ("mail.properties", 2), "security": ("mail.properties", 4)},
    ),
}


def put(folder: Path, files: dict[str, str]) -> None:
    """Files in a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def service_in(path: Path) -> Service:
    """The one service of a file."""
    (account,) = load(path)
    assert account.outgoing is not None
    return account.outgoing


@pytest.mark.parametrize("name", FOLDERS)
def test_values_beside_are_followed_to_their_own_line(name: str, tmp_path: Path) -> None:
    files, file, places = FOLDERS[name]
    put(tmp_path, files)
    service = service_in(tmp_path / file)
    assert (service.host, service.port) == ("smtp.example.com", 465)
    for key, (where, line) in places.items():
        place = service.place(key)
        assert place is not None
        assert Path(place.file).resolve() == tmp_path / where
        assert place.line == line
    (account,) = load(tmp_path / file)
    assert "cfg-port-465-starttls" in {one.id for one in check(account)}
    assert SECRET not in written([account])
    beside = name.startswith("compose, env_file")
    assert service.secret is None or service.secret.kind == ("value" if beside else "env")


POSTFIX = {
    "main.cf": "myhostname = smtp.example.com\nrelayhost = [relay.example.com]:465\n"
    "smtp_tls_security_level = encrypt\nsmtpd_tls_security_level = encrypt\n"
    "default_transport = wrapped:[relay2.example.com]:465\n",
    "master.cf": "smtps inet n - y - - smtpd\n  -o smtpd_sasl_auth_enable=yes\n"
    "smtp unix - - y - - smtp\n  -o smtp_tls_wrappermode=yes\n"
    "wrapped unix - - n - - smtp\n  -o smtp_tls_wrappermode=no\n",
}


def test_the_two_files_of_postfix_are_read_together(tmp_path: Path) -> None:
    put(tmp_path, POSTFIX)
    assert service_in(tmp_path / "main.cf").security == "implicit-tls"
    server, client = load(tmp_path / "master.cf")
    assert server.outgoing is not None
    assert client.outgoing is not None
    assert (server.outgoing.host, server.outgoing.security) == ("smtp.example.com", "starttls")
    assert (client.outgoing.host, client.outgoing.port) == ("relay2.example.com", 465)
    wrong = [one for one in check(server) if one.id == "cfg-port-465-starttls"]
    assert [one.place and (Path(one.place.file).name, one.place.line) for one in wrong] == [
        ("master.cf", 1)
    ]


def test_a_value_in_another_file_is_not_changed_from_here(tmp_path: Path) -> None:
    files, file, _ = FOLDERS["compose, env_file"]
    put(tmp_path, files)
    (account,) = load(tmp_path / file)
    with pytest.raises(FormatError, match=r"SMTP_PORT cannot be changed here: .*mail\.env:2"):
        repair(tmp_path / file, [(account, "outgoing", {"port": 587})])


def test_a_path_that_leads_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    put(tmp_path, {"other.env": "SMTP_HOST=smtp.example.com\n"})
    text = "services:\n  web:\n    image: vaultwarden/server\n    env_file: {}\n"
    for name in ("../../other.env", "x/../../../other.env", str(tmp_path / "other.env")):
        put(tmp_path, {"a/app/compose.yaml": text.format(name)})
        with pytest.raises(FormatError, match="unknown format"):
            load(tmp_path / "a" / "app" / "compose.yaml")
    program = "const c = require('../../config');\nnodemailer.createTransport(c.smtp);\n"
    put(
        tmp_path,
        {"config.js": "exports.smtp = {host: 'smtp.example.com'};\n", "a/app/m.js": program},
    )
    with pytest.raises(FormatError, match="no mail server yet"):
        load(tmp_path / "a" / "app" / "m.js")


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    put(
        tmp_path,
        {"other.env": "SMTP_HOST=smtp.example.com\n", "app/in.env": "SMTP_HOST=in.example.com\n"},
    )
    text = "services:\n  web:\n    image: vaultwarden/server\n    env_file: mail.env\n"
    put(tmp_path, {"app/compose.yaml": text})
    (tmp_path / "app" / "mail.env").symlink_to("../other.env")
    with pytest.raises(FormatError, match="unknown format"):
        load(tmp_path / "app" / "compose.yaml")
    (tmp_path / "app" / "mail.env").unlink()
    (tmp_path / "app" / "mail.env").symlink_to("in.env")
    assert service_in(tmp_path / "app" / "compose.yaml").host == "in.example.com"


def test_a_service_of_compose_extends_another_in_another_file(tmp_path: Path) -> None:
    base = (
        "services:\n  common:\n    image: vaultwarden/server\n    env_file: mail.env\n"
        "    environment:\n      SMTP_PORT: '587'\n      SMTP_SECURITY: starttls\n"
        "  main:\n    extends: common\n    environment: [SMTP_SECURITY=force_tls]\n"
    )
    put(
        tmp_path,
        {
            "base.yaml": base,
            "mail.env": "SMTP_HOST=smtp.example.com\n",
            "compose.yaml": "services:\n  web:\n    extends: {file: base.yaml, service: main}\n"
            "    environment:\n      SMTP_PORT: '465'\n",
        },
    )
    service = service_in(tmp_path / "compose.yaml")
    assert (service.host, service.port, service.security) == (
        "smtp.example.com",
        465,
        "implicit-tls",
    )
    place = service.place("security")
    assert place is not None
    assert (Path(place.file).name, place.line) == ("base.yaml", 10)


@pytest.mark.parametrize(
    "text",
    [
        "services:\n  web:\n    extends: web\n    environment: {SMTP_HOST: a.example.com}\n",
        "services:\n  web: {extends: {service: two}}\n  two: {extends: {file: compose.yaml, service: web}}\n# smtp\n",
    ],
)
def test_services_that_extend_each_other_are_refused_in_one_line(text: str, tmp_path: Path) -> None:
    put(tmp_path, {"compose.yaml": text})
    with pytest.raises(FormatError, match="extends itself") as caught:
        load(tmp_path / "compose.yaml")
    assert "\n" not in str(caught.value)


def test_a_shell_file_reads_another_one(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            ".envrc": "source 'mail.env'  # ours\n. ./more.env\nsource ../out.env\nexport SMTP_PORT=465\n",
            "mail.env": "SMTP_HOST=smtp.example.com\n",
            "more.env": "source .envrc\nSMTP_USER=kim\n",
        },
    )
    service = service_in(tmp_path / ".envrc")
    assert (service.host, service.port, service.user) == ("smtp.example.com", 465, "kim")


def test_standard_input_has_no_files_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, {".env": "EMAIL_PORT=465\n"})
    monkeypatch.chdir(tmp_path)
    text = "import os\nEMAIL_HOST = 'smtp.example.com'\nEMAIL_USE_TLS = True\nEMAIL_PORT = os.getenv('EMAIL_PORT', 587)\n"
    (account,) = loads(text, "<stdin>", "django")
    assert account.outgoing is not None
    assert account.outgoing.port == 587


def test_an_included_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    put(tmp_path, {"configuration.yaml": "homeassistant:\nnotify: !include notify.yaml\n"})
    with pytest.raises(FormatError, match=r"it includes notify\.yaml, which is not there"):
        load(tmp_path / "configuration.yaml")


@pytest.mark.parametrize(
    "files",
    [
        {
            "configuration.yaml": "a: !include b.yaml\nnotify:\n  - {platform: smtp, server: smtp.example.com}\n",
            "b.yaml": "c: !include b.yaml\nd: !include configuration.yaml\n",
        },
        {
            "muttrc": "source a\nset smtp_url = smtp://smtp.example.com\n",
            "a": "source muttrc\nsource a\nsource ../out\nsource /etc/out\nsource ~/out\n",
        },
        {
            "muttrc": "source a\nset smtp_url = smtp://smtp.example.com\n",
            "a": "source a0\n" * 5_000,
            **{f"a{n}": f"source a{n + 1}\n" * 1_000 for n in range(20)},
        },
    ],
)
def test_files_that_include_each_other_end(files: dict[str, str], tmp_path: Path) -> None:
    put(tmp_path, files)
    assert service_in(tmp_path / next(iter(files))).host == "smtp.example.com"


def test_a_name_of_a_module_that_is_not_there_is_no_value() -> None:
    text = "from shop.mail import EMAIL_HOST, EMAIL_USE_TLS\nEMAIL_PORT = 587\n"
    with pytest.raises(FormatError, match="unknown format"):
        loads(text, "settings.py")


def test_modules_that_import_each_other_end(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "s/a.py": "from .b import *\nEMAIL_HOST = 'smtp.example.com'\nEMAIL_USE_TLS = True\n",
            "s/b.py": "from .a import *\nEMAIL_PORT = 587\n",
        },
    )
    assert service_in(tmp_path / "s" / "a.py").port == 587


@pytest.mark.parametrize(
    ("version", "security"), [("^6.9.0", "starttls"), ("~0.7.1", "implicit-tls")]
)
def test_the_version_in_package_json_decides_what_a_word_means(
    version: str, security: str, tmp_path: Path
) -> None:
    put(
        tmp_path,
        {
            "package.json": f'{{"dependencies": {{"nodemailer": "{version}"}}}}',
            "src/mail.js": "nodemailer.createTransport({host: 'smtp.example.com', port: 2525, secureConnection: true})",
        },
    )
    service = service_in(tmp_path / "src" / "mail.js")
    assert service.security == security
    ignored = "cfg-word-ignored" in {remark.id for remark in service.remarks}
    assert ignored is (security == "starttls")


def test_a_pattern_of_dovecot_includes_the_files_of_a_folder_in_order(tmp_path: Path) -> None:
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "20-imapc.conf").write_text("imapc_port = 993\nimapc_ssl = imaps\n")
    (tmp_path / "conf.d" / "10-imapc.conf").write_text(
        "imapc_host = imap.example.com\nimapc_port = 143\n!include ../dovecot.conf\n"
    )
    (tmp_path / "out").symlink_to("/etc")
    file = tmp_path / "dovecot.conf"
    file.write_text("!include conf.d/*.conf\n!include out/*.conf\n!include /etc/*.conf\n")
    (account,) = load(file)
    assert account.incoming is not None
    assert (account.incoming.host, account.incoming.port) == ("imap.example.com", 993)
    place = account.incoming.place("port")
    assert place is not None
    assert place.file == str(tmp_path / "conf.d" / "20-imapc.conf")


def test_files_and_folders_that_nagios_names_are_read(tmp_path: Path) -> None:
    check = "define command {{\n command_name c\n command_line check_smtp -H {} -p 587 -S\n}}\n"
    (tmp_path / "objects").mkdir()
    (tmp_path / "objects" / "mail.cfg").write_text(check.format("smtp.example.com"))
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "a.cfg").write_text(check.format("smtp.example.org"))
    file = tmp_path / "nagios.cfg"
    file.write_text(
        "log_file=/var/log/nagios.log\n#cfg_file=old.cfg\ncfg_file=objects/mail.cfg\n"
        "cfg_dir=conf.d\ncfg_file=nagios.cfg\n"
    )
    hosts = [one.host for account in load(file) for one in account.services]
    assert hosts == ["smtp.example.com", "smtp.example.org"]


def test_mutt_reads_the_file_that_a_folder_hook_sources(tmp_path: Path) -> None:
    """A hook's file is an account of its own; one that is sourced at the top as well is not counted twice."""
    (tmp_path / ".muttrc").write_text(
        "set ssl_force_tls = yes\n"
        "folder-hook Work source ~/.mutt/work\n"
        'folder-hook imaps://imap.example.org/ "source ~/.mutt/home"\n'
        "folder-hook . set sort=date\n"
        "source ~/.mutt/work\n"
    )
    (tmp_path / ".mutt").mkdir()
    for name, text in (
        (
            "work",
            "set folder=imaps://imap.example.com\nset smtp_url=smtps://kim@smtp.example.com\n",
        ),
        ("home", "set imap_user=lee\nset smtp_url=smtp://lee@smtp.example.org:587\n"),
    ):
        (tmp_path / ".mutt" / name).write_text(text)
    found = [
        (service.host, service.port, service.user, str(service.security))
        for account in load(tmp_path / ".muttrc")
        for service in account.services
    ]
    assert found == [
        ("imap.example.com", 993, "", "implicit-tls"),
        ("smtp.example.com", 465, "kim", "implicit-tls"),
        ("imap.example.org", 993, "lee", "implicit-tls"),
        ("smtp.example.org", 587, "lee", "starttls"),
    ]


CONFIG_MAP = (
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: vault-config\ndata:\n  SMTP_HOST: smtp.example.com\n"
    '  SMTP_PORT: "465"\n  SMTP_SECURITY: starttls\n  SMTP_FROM: vault@example.com\n  SMTP_USERNAME: vault@example.com\n'
)
DEPLOYMENT = (
    "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: vault\n"
    "          image: vaultwarden/server:1.32.0\n          envFrom:\n            - configMapRef:\n"
    "                name: vault-config\n            - secretRef:\n                name: vault-secret\n"
)
KUBERNETES_SECRET = (
    "kind: Secret\nmetadata:\n  name: vault-secret\ndata:\n  SMTP_PASSWORD: WnE3ZXhhbXBsZXB3OQ==\n"
)


def test_a_config_map_is_read_as_of_the_container_beside_it_that_takes_it(tmp_path: Path) -> None:
    (tmp_path / "configmap.yaml").write_text(CONFIG_MAP)
    (tmp_path / "deployment.yaml").write_text(DEPLOYMENT)
    (tmp_path / "secret.yml").write_text(KUBERNETES_SECRET)
    (account,) = load(tmp_path / "configmap.yaml")
    assert account.outgoing is not None
    assert account.outgoing.wording is not None
    assert account.outgoing.wording.product == "Vaultwarden"
    assert account.outgoing.secret is not None
    repair(tmp_path / "configmap.yaml", [(account, "outgoing", {"security": "implicit-tls"})])
    changed = CONFIG_MAP.replace("SECURITY: starttls", "SECURITY: force_tls")
    assert (tmp_path / "configmap.yaml").read_text() == changed


def test_a_config_map_and_a_secret_of_one_file_are_one_account(tmp_path: Path) -> None:
    whole = f"{DEPLOYMENT}---\n{CONFIG_MAP}---\n{KUBERNETES_SECRET}"
    (tmp_path / "app.yaml").write_text(whole)
    (account,) = load(tmp_path / "app.yaml")
    assert account.outgoing is not None
    assert account.outgoing.secret is not None
    assert account.outgoing.places["port"].line == DEPLOYMENT.count("\n") + 8


def test_a_value_of_a_config_map_is_followed_and_of_an_unknown_one_is_not(tmp_path: Path) -> None:
    text = (
        "kind: Pod\nspec:\n  containers:\n    - image: example/web\n      env:\n        - name: SMTP_HOST\n"
        "          valueFrom:\n            configMapKeyRef:\n              name: web\n              key: host\n"
        '        - name: SMTP_PORT\n          value: "587"\n'
    )
    other = "kind: ConfigMap\nmetadata:\n  name: web\ndata:\n  host: smtp.example.com\n"
    (tmp_path / "pod.yaml").write_text(text)
    (tmp_path / "config.yaml").write_text(other)
    (account,) = load(tmp_path / "pod.yaml")
    assert account.outgoing is not None
    assert account.outgoing.host == "smtp.example.com"
    assert account.outgoing.places["host"].file == str(tmp_path / "config.yaml")
    (tmp_path / "config.yaml").write_text(other.replace("name: web", "name: api"))
    assert all(not one.outgoing or not one.outgoing.host for one in _read_or_none(tmp_path))


def _read_or_none(folder: Path) -> list[Account]:
    with contextlib.suppress(FormatError):
        return load(folder / "pod.yaml")
    return []


@pytest.mark.parametrize(
    "text",
    [
        "import smtplib\nfrom conf import HOST\ns = smtplib.SMTP(HOST, 587)\n",
        "import smtplib\nimport conf\ns = smtplib.SMTP(conf.HOST, 587)\n",
    ],
)
def test_a_host_from_a_module_that_is_not_there_is_no_service(text: str, tmp_path: Path) -> None:
    (tmp_path / "send.py").write_text(text)
    (tmp_path / "other.py").write_text("HOST = 'smtp.example.com'\n")
    with pytest.raises(FormatError, match="unknown format"):
        load(tmp_path / "send.py")


def test_modules_that_pass_each_other_on_end(tmp_path: Path) -> None:
    (tmp_path / "mail.py").write_text("from a import *\nimport smtplib\nsmtplib.SMTP(HOST, 587)\n")
    (tmp_path / "a.py").write_text("from b import *\nfrom b import HOST\n")
    (tmp_path / "b.py").write_text("from a import *\nfrom a import HOST\n")
    with contextlib.suppress(FormatError):
        assert not load(tmp_path / "mail.py")[0].outgoing


def test_a_folder_of_many_manifests_is_not_searched(tmp_path: Path) -> None:
    (tmp_path / "configmap.yaml").write_text(CONFIG_MAP)
    (tmp_path / "deployment.yaml").write_text(DEPLOYMENT)
    (tmp_path / "secret.yml").write_text(KUBERNETES_SECRET)
    for number in range(64):
        (tmp_path / f"other{number}.yaml").write_text("kind: Service\n")
    (account,) = load(tmp_path / "configmap.yaml")
    assert account.outgoing is not None
    assert account.outgoing.secret is None
