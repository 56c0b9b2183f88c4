"""The folders and containers of backends: their owner's alone, with no more rights than they need, and nothing else is removed."""

import re
from pathlib import Path

import pytest

from mailkit.lab.backends.docker import DockerLab
from mailkit.lab.backends.dovecot import DovecotLab

ROOT = Path(__file__).parents[2]
COMPOSE = sorted((ROOT / "docker").glob("**/compose.yaml"))


@pytest.mark.parametrize("kind", [DovecotLab, DockerLab])
def test_a_lab_that_never_started_removes_nothing(
    kind: type[DovecotLab], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "file").touch()
    monkeypatch.chdir(tmp_path)
    lab = DockerLab() if kind is DockerLab else DovecotLab(program="/bin/true")
    lab.stop()
    lab.stop()
    assert (tmp_path / "project" / "file").exists()


def test_the_folder_for_containers_is_its_owners_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = DockerLab()
    lab.prepare()
    try:
        assert lab.folder.parent.stat().st_mode & 0o777 == 0o700
        assert (lab.folder / "dovecot.conf").stat().st_mode & 0o044, "the containers' user reads it"
    finally:
        lab.stop()
    assert not lab.folder.parent.exists()


@pytest.mark.parametrize("file", COMPOSE, ids=lambda file: file.parent.name)
def test_no_container_has_more_rights_than_it_needs(file: Path) -> None:
    text = file.read_text("utf-8")
    services = text.partition("services:\n")[2].partition("\nvolumes:")[0]
    for service in re.split(r"(?m)^  (?=\w+:$)", services)[1:]:
        for line in (
            "read_only: true",
            "cap_drop: [ALL]",
            'security_opt: ["no-new-privileges:true"]',
        ):
            assert f"    {line}\n" in service
        ports = re.findall(r'(?m)^      - "(.*[0-9])"$', service)
        assert ports
        assert all(port.startswith("127.0.0.1:") for port in ports)
        for word in ("privileged", "network_mode", "pid:", "cap_add", "docker.sock", "devices"):
            assert word not in service


@pytest.mark.parametrize("file", sorted((ROOT / "docker").glob("*/Dockerfile")), ids=str)
def test_no_image_runs_as_root(file: Path) -> None:
    lines = file.read_text("utf-8").splitlines()
    users = [number for number, line in enumerate(lines) if line.startswith("USER ")]
    runs = [number for number, line in enumerate(lines) if line.startswith(("CMD", "ENTRYPOINT"))]
    assert users
    assert lines[users[-1]] == "USER lab"
    assert users[-1] < min(runs)
