"""The lab as an image and as a service of Compose."""

import os
import shutil
import smtplib
import subprocess
import time
from pathlib import Path
from secrets import token_hex

import pytest
import yaml

from mailkit.cli.main import main
from mailkit.lab import Lab
from mailkit.lab.backends.docker import engine_missing
from mailkit.lab.endpoints import DEVELOPER_PORTS, developer

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docker/lab"
COMPOSE = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))
PORTS = {port for _, _, port, _ in DEVELOPER_PORTS}


def test_the_image_and_the_service_have_the_ports_of_the_lab() -> None:
    (exposed,) = (
        line.split()[1:]
        for line in (FOLDER / "Dockerfile").read_text("utf-8").splitlines()
        if line.startswith("EXPOSE")
    )
    published = [one.split(":") for one in COMPOSE["services"]["mail"]["ports"]]

    assert set(map(int, exposed)) == PORTS
    assert {int(inside) for _, _, inside in published} == PORTS
    assert {address for address, _, _ in published} == {"127.0.0.1"}


@pytest.mark.parametrize("command", [["docker-compose"], ["docker", "compose"]])
def test_compose_takes_the_file(command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"no runtime: {command[0]}")
    if subprocess.run([*command, "version"], capture_output=True, check=False).returncode:
        pytest.skip(f"no runtime: {' '.join(command)}")
    done = subprocess.run(
        [*command, "-f", str(FOLDER / "compose.yaml"), "config"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    assert yaml.safe_load(done.stdout)["services"]["mail"]["healthcheck"]["test"][0] == "CMD"


def test_the_options_of_the_image_are_options_of_the_command(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (line,) = (
        one
        for one in (FOLDER / "Dockerfile").read_text("utf-8").splitlines()
        if one.startswith("ENTRYPOINT")
    )
    entry = yaml.safe_load(line.removeprefix("ENTRYPOINT "))
    arguments = [*entry[3:], *COMPOSE["services"]["mail"]["command"], "--ports", "random"]
    arguments[arguments.index("/data")] = str(tmp_path / "data")
    arguments[arguments.index("0")] = "0.01"

    assert entry[:3] == ["python3", "-m", "mailkit"]
    assert main(arguments) == 0
    assert "any, or none" in capsys.readouterr().out


def test_a_further_name_is_in_the_certificate() -> None:
    import ssl

    with Lab(developer(offset=None), names=["mail"]) as lab:
        context = ssl.create_default_context(cafile=str(lab.ca_file))
        with smtplib.SMTP(*lab.where("localhost", 587), timeout=10) as client:
            client._host = "mail"  # type: ignore[attr-defined]
            client.starttls(context=context)
            assert client.ehlo()[0] == 250


@pytest.fixture
def container() -> str:
    if os.environ.get("DOCKER") == "skip" or engine_missing():
        pytest.skip(f"no Docker: {engine_missing() or 'DOCKER=skip'}")
    base = os.environ.get("BASE", "debian:trixie-slim")
    subprocess.run(
        [
            *("docker", "build", "--build-arg", f"BASE={base}", "-t", "mailkit-lab"),
            *("-f", str(FOLDER / "Dockerfile"), str(ROOT)),
        ],
        env=os.environ | {"DOCKER_BUILDKIT": "1" if buildkit() else "0"},
        check=True,
        capture_output=True,
        timeout=580,
    )
    return f"mailkit-lab-{token_hex(4)}"


def buildkit() -> bool:
    return not subprocess.run(
        ["docker", "buildx", "version"], capture_output=True, check=False
    ).returncode


@pytest.mark.timeout(660)
def test_the_image_catches_mail_and_is_healthy(container: str) -> None:
    run = ["docker", "run", "--rm", "--detach", "--read-only", "--tmpfs", "/tmp", "--cap-drop=ALL"]
    subprocess.run(
        [*run, "--name", container, "-p", "127.0.0.1::1025", "mailkit-lab"],
        check=True,
        capture_output=True,
        timeout=60,
    )
    try:
        status = ""
        until = time.monotonic() + 60
        while status != "healthy" and time.monotonic() < until:
            time.sleep(0.2)
            status = _asked("inspect", "--format", "{{.State.Health.Status}}", container)
        assert status == "healthy"
        port = int(_asked("port", container, "1025").rpartition(":")[2])
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
            client.sendmail("a@example.com", ["b@example.net"], b"Subject: in\r\n\r\nx\r\n")
        assert _asked("exec", container, "id", "-u") == "1000"
        assert "00000001.eml" in _asked("exec", container, "ls", "/data/sent")
    finally:
        subprocess.run(["docker", "rm", "-f", container], capture_output=True, check=False)


def _asked(*words: str) -> str:
    return subprocess.run(
        ["docker", *words], capture_output=True, text=True, check=True, timeout=30
    ).stdout.strip()
