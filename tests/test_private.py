"""What another user of the machine has made: no link of theirs is followed, and no command of theirs is run."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from mailkit.checks import check
from mailkit.cli.mail import _read
from mailkit.cli.main import main
from mailkit.client.commands import FileText
from mailkit.client.compose import Attachment
from mailkit.client.maildir_store import MaildirStore
from mailkit.errors import FormatError, MailError, SecretError, SettingsError
from mailkit.fleet.results import read_results
from mailkit.formats import load
from mailkit.formats.inputs import settings_files
from mailkit.formats.replacement import replace_file
from mailkit.formats.tables.cells import file_table, head_table
from mailkit.lab.kept_folder import claimed
from mailkit.net.trust import Trust
from mailkit.private import _is_private, own_target, private_folder, write_whole
from mailkit.secret import Secret

Given = Callable[[Path], None]
TOML = '[account.a.incoming]\nprotocol = "imap"\nhost = "imap.example.com"\nuser = "kim"\nsecret = {}\n'
DJANGO = "import os\nEMAIL_HOST = os.environ['MAIL_HOST']\nEMAIL_PORT = 465\nEMAIL_USE_SSL = True\n"


@pytest.fixture
def given_away(monkeypatch: pytest.MonkeyPatch) -> Given:
    """Give a path to another user; without the right to do so, be another user from then on."""

    def give(path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, 1234, 1234, follow_symlinks=False)
        else:
            other = os.getuid() + 1
            monkeypatch.setattr(os, "geteuid", lambda: other)

    return give


@pytest.fixture
def planted(tmp_path: Path, given_away: Given) -> Callable[[str], tuple[Path, Path]]:
    """A link that another user has made, and the file it points to."""

    def make(name: str) -> tuple[Path, Path]:
        target, link = tmp_path / "precious", tmp_path / name
        target.write_text(TOML.format('{ env = "PW" }'))
        link.symlink_to(target)
        given_away(link)
        return link, target

    return make


@pytest.mark.parametrize("name", ["report.html", "rows.csv", "rows.jsonl", "rows.parquet"])
def test_no_output_is_written_through_a_link_of_another_user(
    name: str,
    planted: Callable[[str], tuple[Path, Path]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "accounts.toml"
    file.write_text(TOML.format('{ env = "PW" }'))
    link, target = planted(name)
    assert main(["check", str(file), "--output", str(link)]) == 2
    assert "a symbolic link of another user" in capsys.readouterr().err
    assert target.read_text() == file.read_text()
    assert link.is_symlink()


def test_output_is_written_through_ones_own_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("there")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there").read_bytes() == b"new"


def test_no_fix_is_written_through_a_link_of_another_user(
    planted: Callable[[str], tuple[Path, Path]],
) -> None:
    link, target = planted("accounts.toml")
    before = target.read_bytes()
    with pytest.raises(FormatError, match="a symbolic link of another user"):
        replace_file(link, before, before + b"# more")
    assert target.read_bytes() == before


def test_a_fix_written_in_place_goes_into_the_file_that_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, other = tmp_path / "a", tmp_path / "other"
    file.write_bytes(b"old")
    other.write_bytes(b"old")
    (tmp_path / "hard").hardlink_to(file)

    def swapped(path: Path, most: int) -> bytes:
        file.unlink()
        file.hardlink_to(other)
        return b"old"

    monkeypatch.setattr("mailkit.formats.replacement.read_regular", swapped)
    with pytest.raises(FormatError, match="changed while"):
        replace_file(file, b"old", b"new")
    assert other.read_bytes() == b"old"


def test_a_fix_waits_for_no_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")
    with pytest.raises(FormatError, match="not a regular file"):
        replace_file(tmp_path / "a", b"old", b"new")


def test_output_waits_for_no_pipe_that_nobody_reads(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="No such device"):
        write_whole(tmp_path / "pipe", b"text")


def test_output_keeps_permissions_but_no_set_user_bits(tmp_path: Path) -> None:
    file = tmp_path / "report"
    file.write_bytes(b"old")
    file.chmod(0o6640)
    write_whole(file, b"new")
    assert file.stat().st_mode & 0o7777 == 0o640


def test_output_that_finds_no_room_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "report"
    file.write_bytes(b"old")

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(file, b"new")
    assert [*tmp_path.iterdir()] == [file]
    assert file.read_bytes() == b"old"


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="symbolic links"):
        own_target(tmp_path / "a")


def test_no_mail_is_kept_behind_a_link_of_another_user(tmp_path: Path, given_away: Given) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "mail"
    link.mkdir()
    (link / "new").symlink_to(tmp_path / "elsewhere")
    given_away(link / "new")
    with pytest.raises(SettingsError, match="another user"):
        MaildirStore(link)


def test_no_mail_is_kept_below_a_link_of_another_user(tmp_path: Path, given_away: Given) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "theirs").symlink_to("real")
    (tmp_path / "mine").symlink_to("theirs")
    (tmp_path / "good").symlink_to("real/../real")
    private_folder(tmp_path / "good" / "mail")
    given_away(tmp_path / "theirs")
    for name in ("theirs", "mine"):
        with pytest.raises(SettingsError, match="theirs is a symbolic link of another user"):
            private_folder(tmp_path / name / "mail" / "box")
    assert [*(tmp_path / "real").iterdir()] == [tmp_path / "real" / "mail"]


def test_no_mail_is_kept_below_what_another_user_has_put_where_everybody_can(
    tmp_path: Path, given_away: Given
) -> None:
    (tmp_path / "all" / "theirs").mkdir(parents=True)
    (tmp_path / "all").chmod(0o1777)
    given_away(tmp_path / "all" / "theirs")
    if os.geteuid() != 0:
        pytest.skip("everything would be another user's")
    with pytest.raises(SettingsError, match="theirs belongs to another user"):
        private_folder(tmp_path / "all" / "theirs" / "mail")


def test_no_mail_is_kept_in_a_folder_of_another_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = os.getuid() + 1  # root may keep mail in anyone's folder
    monkeypatch.setattr(os, "geteuid", lambda: other)
    with pytest.raises(SettingsError, match="belongs to another user"):
        private_folder(tmp_path)
    with pytest.raises(SettingsError, match="belongs to another user"):
        claimed(tmp_path)


@pytest.mark.parametrize("mode", [0o644, 0o666])
@pytest.mark.parametrize("kind", ["command", "file", "keyring", "env"])
def test_a_file_that_others_can_change_names_no_secret_of_this_user(
    kind: str, mode: int, tmp_path: Path, given_away: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PW", "correct horse")
    sources = {"command": f"touch {tmp_path}/ran", "file": "/etc/hostname", "env": "PW"}
    file = tmp_path / "accounts.toml"
    file.write_text(TOML.format(f'{{ {kind} = "{sources.get(kind, "a/b")}" }}'))
    file.chmod(mode)
    if mode == 0o644:
        given_away(file)
    (account,) = load(file)
    assert account.incoming is not None
    assert account.incoming.secret is not None
    if kind == "env":
        assert account.incoming.secret.reveal() == "correct horse"
        return
    why = "others can write" if mode == 0o666 else "belongs to another user"
    with pytest.raises(SecretError, match=why):
        account.incoming.secret.reveal()
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("group", "members", "private"),
    [
        ("kim", [], True),
        ("kim", ["kim"], True),
        ("kim", ["kim", "lee"], False),
        ("users", [], False),
        ("staff", ["kim"], False),
    ],
)
def test_a_group_is_private_that_has_its_users_name_and_no_other_member(
    group: str, members: list[str], private: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grp, pwd = pytest.importorskip("grp"), pytest.importorskip("pwd")
    found = grp.struct_group((group, "x", 77, members))
    monkeypatch.setattr(grp, "getgrgid", lambda number: found)
    monkeypatch.setattr(pwd, "getpwuid", lambda number: SimpleNamespace(pw_name="kim"))
    _is_private.cache_clear()
    try:
        assert _is_private(77, frozenset([4711])) is private
    finally:
        _is_private.cache_clear()


@pytest.mark.parametrize("where", ["file", "folder"])
def test_a_group_that_can_change_a_file_makes_it_name_no_command(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailkit.private._is_private", lambda group, users: False)
    file = tmp_path / "accounts.toml"
    file.write_text(TOML.format(f'{{ command = "touch {tmp_path}/ran" }}'))
    file.chmod(0o660 if where == "file" else 0o600)
    tmp_path.chmod(0o770 if where == "folder" else 0o700)
    (account,) = load(file)
    assert account.incoming is not None
    assert account.incoming.secret is not None
    with pytest.raises(SecretError, match="others can write"):
        account.incoming.secret.reveal()
    assert not (tmp_path / "ran").exists()
    assert "cfg-file-writable" in [finding.id for finding in check(account)]


@pytest.mark.parametrize("above", [".env", "../.env", "../../.env"])
@pytest.mark.parametrize("whose", ["mine", "theirs", "everybody's"])
def test_a_neighbouring_file_is_as_safe_as_the_one_that_names_it(
    whose: str, above: str, tmp_path: Path, given_away: Given
) -> None:
    program = tmp_path / "project" / "conf" / "settings.py"
    program.parent.mkdir(parents=True)
    program.write_text(DJANGO)
    beside = program.parent / above
    beside.write_text("MAIL_HOST=mail.example.com\n")
    beside.chmod(0o666 if whose == "everybody's" else 0o644)
    if whose == "theirs":
        if os.geteuid() != 0:
            pytest.skip("only root can give away one of two files")
        given_away(beside)
    (account,) = load(program)
    assert account.outgoing is not None
    assert account.outgoing.host == ("mail.example.com" if whose == "mine" else "")


def test_where_everybody_can_change_all_files_they_are_read(tmp_path: Path) -> None:
    program = tmp_path / "settings.py"
    program.write_text(DJANGO)
    (tmp_path / ".env").write_text("MAIL_HOST=mail.example.com\n")
    for file in (program, tmp_path / ".env"):
        file.chmod(0o666)
    (account,) = load(program)
    assert account.outgoing is not None
    assert account.outgoing.host == "mail.example.com"


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_trust_anchors_are_a_regular_file(kind: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    file = tmp_path / "pipe" if kind == "pipe" else Path("/dev/zero")
    with pytest.raises(SettingsError, match="not a regular file"):
        Trust(file)


@pytest.fixture
def endless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Path]]:
    """A file that is regular and never ends, as the kernel's log is: a pipe that is held open and called regular."""
    handles = []

    def make(name: str) -> Path:
        os.mkfifo(tmp_path / name)
        handles.append(os.open(tmp_path / name, os.O_RDWR))
        return tmp_path / name

    monkeypatch.setattr(stat, "S_ISREG", lambda mode: True)
    monkeypatch.setattr(Path, "is_fifo", lambda path: False)
    monkeypatch.setattr(Path, "is_file", lambda path: True)
    yield make
    for handle in handles:
        os.close(handle)


@pytest.mark.skipif(os.name == "nt", reason="needs pipes")
@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("a.toml", load),
        ("a.csv", file_table),
        ("a.csv", head_table),
        ("a.xlsx", file_table),
        ("a.parquet", file_table),
        ("a.csv", read_results),
        ("a.jsonl", read_results),
        ("a.json", read_results),
        ("a.pem", Trust),
        ("a.txt", lambda file: [*settings_files(str(file.parent))]),
        ("a.txt", lambda file: _read(str(file))),
        ("a.txt", lambda file: FileText(file).size),
        ("a.txt", lambda file: Attachment.of(file).content),
        ("a.txt", lambda file: Secret("file", str(file)).reveal()),
    ],
)
def test_a_file_of_the_system_without_an_end_is_not_waited_for(
    name: str, read: Callable[[Path], object], endless: Callable[[str], Path]
) -> None:
    with suppress(MailError, OSError):
        assert not read(endless(name))
