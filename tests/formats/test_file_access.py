"""Files that others can change or read: they are named, and their commands are not run."""

import pickle
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mailkit.checks import check
from mailkit.cli.console import show_secrets
from mailkit.cli.main import main
from mailkit.client import connect
from mailkit.errors import SecretError
from mailkit.fleet.run import diagnose_all
from mailkit.formats import load
from mailkit.lab import Lab, standard
from mailkit.lab.scenario import ADDRESS, HOST, PASSWORD, imap, smtp

Make = Callable[..., Lab]
RAN = "touched by the command"


def command(marker: Path) -> dict[str, str]:
    return {"command": f'{sys.executable} -c \'open("{marker}", "w"); print("{PASSWORD}")\''}


def written(file: Path, text: str, mode: int) -> Path:
    file.write_text(text, "utf-8")
    file.chmod(mode)
    return file


@pytest.mark.parametrize(
    ("mode", "found"),
    [
        (0o600, set()),
        (0o640, set()),
        (0o644, {"cfg-secret-readable"}),
        (0o646, {"cfg-secret-readable", "cfg-file-writable"}),
        (0o602, {"cfg-file-writable"}),
    ],
)
@pytest.mark.parametrize("name", ["accounts.toml", ".env"])
def test_what_others_can_do_with_a_file_is_a_finding(
    mode: int, found: set[str], name: str, tmp_path: Path
) -> None:
    env = f"SMTP_HOST={HOST}\nSMTP_PORT=465\nSMTP_USER={ADDRESS}\nSMTP_PASSWORD={PASSWORD!r}\n"
    text = smtp(465, "implicit-tls") if name == "accounts.toml" else env
    (account,) = load(written(tmp_path / name, text, mode))
    seen = {f.id: f for f in check(account) if f.id.startswith(("cfg-file-", "cfg-secret-"))}
    assert set(seen) == found
    assert all(str(tmp_path / name) in f.message for f in seen.values())
    assert PASSWORD not in repr(seen)


def test_the_file_of_a_secret_counts_and_a_folder_that_others_can_change(tmp_path: Path) -> None:
    secret = written(tmp_path / "pw", PASSWORD, 0o644)
    text = imap(993, "implicit-tls", secret={"file": str(secret)})
    file = written(tmp_path / "accounts.toml", text, 0o644)
    assert [f.id for f in check(load(file)[0])] == ["cfg-secret-readable"]
    secret.chmod(0o600)
    assert check(load(file)[0]) == []
    tmp_path.chmod(0o777)
    assert [f.id for f in check(load(file)[0])] == ["cfg-file-writable"]
    tmp_path.chmod(0o1777)
    assert check(load(file)[0]) == []
    tmp_path.chmod(0o700)


def test_no_command_is_run_from_a_file_that_others_can_write(
    make_lab: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lab = make_lab(*standard(HOST))
    text = imap(993, "implicit-tls", secret=command(tmp_path / RAN))
    file = written(tmp_path / "accounts.toml", text, 0o666)
    (account,) = load(file)
    assert account.incoming is not None
    for one in (account.incoming.secret, pickle.loads(pickle.dumps(account.incoming.secret))):
        assert one is not None
        with pytest.raises(SecretError, match="others can write"):
            one.reveal()
    wire = [f"--connect-to={HOST}:993:{':'.join(map(str, lab.where(HOST, 993)))}"]
    assert main(["diagnose", str(file), "--ca", str(lab.ca_file), *wire]) == 1
    assert "others can write" in capsys.readouterr().out
    assert lab.logins == []
    assert not (tmp_path / RAN).exists()
    file.chmod(0o644)
    with connect(load(file)[0], ca=lab.ca_file, connect_to=lab.connect_to):
        assert (tmp_path / RAN).exists()


def test_no_command_is_run_where_that_is_said(
    make_lab: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lab = make_lab(*standard(HOST))
    text = imap(993, "implicit-tls", secret=command(tmp_path / RAN))
    file = written(tmp_path / "accounts.toml", text, 0o600)
    wire = [f"--connect-to={HOST}:993:{':'.join(map(str, lab.where(HOST, 993)))}"]
    arguments = ["diagnose", str(file), "--ca", str(lab.ca_file), *wire]
    assert main([*arguments, "--no-command"]) == 1
    assert "--no-command was given" in capsys.readouterr().out
    assert not (tmp_path / RAN).exists()
    assert main(arguments) == 0


@pytest.mark.parametrize("act", [["check"], ["convert", "--to", "native"]])
def test_check_and_convert_run_no_command(act: list[str], tmp_path: Path) -> None:
    text = imap(993, "implicit-tls", secret=command(tmp_path / RAN))
    file = written(tmp_path / "accounts.toml", text, 0o600)
    assert main([act[0], str(file), *act[1:]]) == 0
    assert not (tmp_path / RAN).exists()


def test_before_a_login_it_is_said_which_secret_goes_where(
    make_lab: Make,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lab = make_lab(*standard(HOST))
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", PASSWORD)
    text = imap(993, "implicit-tls", secret={"env": "AWS_SECRET_ACCESS_KEY"})
    file = written(tmp_path / "accounts.toml", text, 0o600)
    wire = [f"--connect-to={HOST}:993:{':'.join(map(str, lab.where(HOST, 993)))}"]
    arguments = ["diagnose", str(file), "--ca", str(lab.ca_file), *wire]
    line = f"mailkit: sends env AWS_SECRET_ACCESS_KEY to {HOST}:993 as {ADDRESS}\n"

    seen_first: list[str] = []

    def watched(*given: object, **options: object) -> object:
        seen_first.append(capsys.readouterr().err)
        return diagnose_all(*given, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("mailkit.fleet.run.diagnose_all", watched)
    assert main([*arguments, "--format", "json"]) == 0
    assert seen_first == [line]
    assert '"secret": "env AWS_SECRET_ACCESS_KEY"' in capsys.readouterr().out
    assert main([*arguments, "--no-login", "--format", "json"]) == 0
    assert seen_first[1] == ""
    assert '"sends": null' in capsys.readouterr().out


def test_of_many_logins_every_host_and_every_kind_of_secret_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [("env", "MAIL_PW", HOST, n) for n in range(300)]
    rows.insert(150, ("env", "AWS_SECRET_ACCESS_KEY", "other.example.net", 0))
    rows += [("command", f"pass show {n}", "pop.example.org", n) for n in range(25)]
    texts = [
        f'[account.a{at}.incoming]\nprotocol = "imap"\nhost = "{host}"\nport = 993\n'
        f'user = "kim{n}@example.com"\nsecret = {{ {kind} = "{source}" }}\n'
        for at, (kind, source, host, n) in enumerate(rows)
    ]
    file = written(tmp_path / "accounts.toml", "".join(texts), 0o600)

    show_secrets(load(file))

    *lines, last = capsys.readouterr().err.splitlines()
    shown = ", ".join(f"command pass show {n}" for n in range(20))
    assert lines == [
        f"mailkit: sends env MAIL_PW (300 logins) to {HOST}:993",
        "mailkit: sends env AWS_SECRET_ACCESS_KEY to other.example.net:993",
        f"mailkit: sends {shown} and 5 more secrets to pop.example.org:993",
    ]
    assert "mailkit convert --to native" in last
    assert main(["convert", str(file), "--to", "native"]) == 0
    text = capsys.readouterr().out
    assert text.count("AWS_SECRET_ACCESS_KEY") == 1
    assert 'command = "pass show 24"' in text


def test_no_command_is_run_from_a_file_that_was_found_in_a_folder(
    make_lab: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lab = make_lab(*standard(HOST))
    folder = tmp_path / "repository"
    folder.mkdir()
    text = imap(993, "implicit-tls", secret=command(tmp_path / RAN))
    file = written(folder / "accounts.toml", text, 0o600)
    wire = [f"--connect-to={HOST}:993:{':'.join(map(str, lab.where(HOST, 993)))}"]
    more = ["--ca", str(lab.ca_file), *wire]
    assert main(["diagnose", str(folder), *more]) == 1
    assert "pass the file itself" in " ".join(capsys.readouterr().out.split())
    assert lab.logins == []
    assert not (tmp_path / RAN).exists()
    assert main(["diagnose", str(file), *more]) == 0
    assert (tmp_path / RAN).exists()
