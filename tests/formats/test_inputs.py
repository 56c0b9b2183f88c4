"""What a command takes as input: files, folders, URLs, hosts; and what pipelines get out."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mailkit.cli.main import main
from mailkit.formats import recognition
from mailkit.formats.document import Document
from mailkit.formats.inputs import accounts_in, settings_files
from mailkit.formats.syntax import parse as parse_text

ENV = "SMTP_HOST=smtp.example.org\nSMTP_PORT=465\nSMTP_USER=lee\nSMTP_PASSWORD=hunter2x\n"


def test_a_folder_is_its_mail_settings_and_dependencies_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / ".env").write_text(ENV)
    (tmp_path / "app" / "readme.md").write_text("smtp")
    (tmp_path / "app" / "list.yml").write_text("- smtp\n")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / ".env").write_text(ENV)
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)

    assert [Path(one).name for one in settings_files(str(tmp_path))] == [
        ".env",
        "list.yml",
        "readme.md",
    ]
    accounts, errors = accounts_in([str(tmp_path)])
    assert [one.outgoing.host for one in accounts if one.outgoing] == ["smtp.example.org"]
    assert not errors


CODE = {
    "user.py": "class User:\n    def send_mail(self, email, host):\n        return email + host\n",
    "send.js": "export const send = (user) => mailer.send(user.email, user.host)\n",
    "user.ts": "import {Mail} from './mail';\nexport class A { constructor(private mail: Mail) {} }\n",
    "User.php": "<?php\nclass User { public $email; function mail() { return $this->host; } }\n",
    "user.rb": "class User\n  validates :email, :address\n  def mail(host:) = Mail.new(host)\nend\n",
    "package.json": '{"author": {"name": "Kim", "email": "kim@example.com"}, "private": true}\n',
}


def test_code_that_only_speaks_of_mail_is_not_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text(ENV)
    for name, text in CODE.items():
        (tmp_path / name).write_text(text)
    parsed: list[str] = []

    def parse(text: str, file: str, *how: str) -> Document:
        parsed.append(Path(file).name)
        return parse_text(text, file, *how)

    monkeypatch.setattr(recognition, "parse", parse)
    accounts, errors = accounts_in([str(tmp_path)])
    assert len(accounts) == 1
    assert not errors
    assert parsed == [".env"]


def test_a_url_is_an_account_and_its_password_is_shown_nowhere(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "imaps://lee:hunter2x@imap.example.org:143", "--format", "json"]) == 1
    out = capsys.readouterr().out
    (account,) = json.loads(out)["accounts"]
    assert account["services"][0]["settings"]["port"] == 143
    assert account["services"][0]["findings"][0]["id"] == "cfg-port-143-tls"
    assert "hunter2x" not in out
    assert main(["check", "smtp://lee:hunter2x@"]) == 2
    assert "hunter2x" not in capsys.readouterr().err


def test_hosts_need_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["convert", "--imap", "imap.example.org", "--smtp", "smtp.example.org:587"]
    assert (
        main([*command, "--user", "lee@example.org", "--password-env", "PW", "--to", "native"]) == 0
    )
    out = capsys.readouterr().out
    assert 'secret = {env = "PW"}' in out
    assert out.count("starttls") == out.count("implicit-tls") == 1
    assert main(["check"]) == 2
    assert main(["check", "--imap", "a", "--pop3", "b"]) == 2


def test_one_bad_input_stops_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / ".env", tmp_path / "config.php"
    good.write_text(ENV)
    bad.write_text("<?php\n$CONFIG = array('mail_smtphost' => 'x")
    assert main(["check", str(bad), str(good)]) == 2
    said = capsys.readouterr()
    assert "smtp.example.org" in said.out
    assert said.err == f"mailkit: {bad}:2: is not complete PHP\n"


def test_a_hook_passes_over_files_of_no_known_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("nothing here\n")
    assert main(["check", "--known-only", str(other)]) == 0
    assert main(["check", str(other)]) == 2
    assert "unknown format" in capsys.readouterr().err


def test_pipelines_get_places_of_findings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("my app").mkdir()
    text = "EMAIL_HOST = 'h.example.org'\nEMAIL_PORT = 465\nEMAIL_USE_TLS = True\n"
    Path("my app/settings.py").write_text(text)
    main(["check", "my app/settings.py", "--format", "sarif"])
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    results = {one["ruleId"]: one for one in run["results"]}
    found = results["cfg-port-465-starttls"]
    assert run["tool"]["driver"]["rules"][found["ruleIndex"]]["id"] == found["ruleId"]
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "my%20app/settings.py"
    assert place["region"]["startLine"] == 3
    main(["check", "my app/settings.py", "--format", "github"])
    out = capsys.readouterr().out
    assert "::error file=my app/settings.py,line=3,title=cfg-port-465-starttls::" in out


def test_a_dotenv_file_loads_no_heavy_parser(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(ENV)
    code = (
        "import sys; from mailkit.formats import load; load(sys.argv[1]); "
        "print([m for m in ('tree_sitter', 'yaml', 'tomlkit', 'defusedxml') if m in sys.modules])"
    )
    command = [sys.executable, "-c", code, str(tmp_path / ".env")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


WORDS = (
    "| IMAP | imap.example.com | 993 | SSL/TLS |\n| SMTP | smtp.example.com | 587 | STARTTLS |\n"
)


def test_settings_in_words_are_read_where_they_are_named_and_not_in_a_folder(
    tmp_path: Path,
) -> None:
    """A folder's pages of documentation are no settings of the folder."""
    page = tmp_path / "mail.md"
    page.write_text(WORDS)
    (tmp_path / ".env").write_text("SMTP_HOST=smtp.example.org\nSMTP_PORT=587\n")
    accounts, errors = accounts_in([str(page)])
    assert [service.host for one in accounts for service in one.services] == [
        "imap.example.com",
        "smtp.example.com",
    ]
    accounts, errors = accounts_in([str(tmp_path)])
    assert [service.host for one in accounts for service in one.services] == ["smtp.example.org"]
    assert errors == []
