"""What ``mailkit lab up`` says to those who ask for something that cannot be."""

from pathlib import Path
from threading import Event

import pytest

from mailkit.cli.lab_state import announced
from mailkit.cli.main import main
from mailkit.lab import Lab, catch_all
from mailkit.lab.web import serve_page

UP = ("lab", "up", "--for", "0.01")


@pytest.fixture(autouse=True)
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("--print", "djnago"), "'djnago'; did you mean django? It knows "),
        (("--print", "django:tls"), "implicit-tls, starttls, cleartext; not 'tls'"),
        (("--port-offset", "70000"), "from -1024 to 57510, not 70000"),
        (("--port-offset", "-1025"), "from -1024 to 57510, not -1025"),
        (("--for", "-1"), "--for is a number of seconds, 0 for no limit; not -1"),
        (("--name", "a/b"), "letters, digits, - and _ only, not 'a/b'"),
        (("--fault", "nope"), "unknown fault nope"),
        (("--fault", "tcp-unreach"), "a missing route cannot be made on loopback"),
        (("--fault", "crt-expired", "--print", "django"), "--print: not with --fault"),
        (("--fault", "crt-expired", "--open"), "--open: not with --fault"),
        (("--backend", "docker", "--open"), "--open: only with the embedded backend"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_to_do(
    capsys: pytest.CaptureFixture[str], asked: tuple[str, ...], words: str
) -> None:
    random = () if "--port-offset" in asked or "--backend" in asked else ("--ports", "random")
    assert main([*UP, *random, *asked]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert "running" not in said.out


def test_a_folder_that_cannot_be_written_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        assert main([*UP, "--ports", "random", "--persist", str(folder)]) == 2
        said = capsys.readouterr().err
        assert f"cannot keep mail in {folder}: " in said
        assert "Choose a folder that you may write to" in said


def test_two_labs_do_not_keep_their_mail_in_one_folder(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    with Lab(catch_all(), persist=kept):
        assert main([*UP, "--ports", "random", "--persist", str(kept)]) == 2
    assert f"another lab keeps its mail in {kept}" in capsys.readouterr().err
    assert main([*UP, "--ports", "random", "--persist", str(kept)]) == 0  # it was let go


def test_a_port_that_is_taken_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with Lab(catch_all()) as other, serve_page(other) as page:
        offset = page.port - 8025
        if not -1024 <= offset <= 57_510:
            pytest.skip("the port that was free is too far up")
        assert main([*UP, "--port-offset", str(offset)]) == 2
    said = capsys.readouterr().err
    assert "cannot listen on 127.0.0.1 port" in said
    assert "--port-offset 1000, or --ports random" in said


@pytest.mark.parametrize("product", ["env", "sections", "airflow", "superset", "joomla", "moodle"])
def test_settings_for_the_port_without_tls_ask_for_no_tls(
    capsys: pytest.CaptureFixture[str], product: str
) -> None:
    assert main([*UP, "--ports", "random", "--print", product]) == 0
    lines = capsys.readouterr().out.partition("Settings for an app")[2].lower()
    assert "starttls = true" not in lines
    assert not [words for words in ("starttls=true", "starttls: true", "'tls'") if words in lines]
    if product in ("airflow", "superset"):  # it is on where nothing is said
        assert "smtp_starttls = false" in lines


def test_a_name_that_is_taken_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with Lab(catch_all()) as lab, announced(lab, "shop", "The lab shop is running.", Event()):
        assert main([*UP, "--ports", "random", "--name", "shop"]) == 2
        assert main([*UP, "--ports", "random", "--name", "other"]) == 0
    said = capsys.readouterr().err
    assert "a lab called shop is running already; stop it with mailkit lab down --name shop" in said
