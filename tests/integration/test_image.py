"""The lab as an image and as a service of Compose."""

import imaplib
import json
import os
import shutil
import smtplib
import ssl
import subprocess
import time
from http.client import HTTPConnection
from pathlib import Path
from secrets import token_hex

import pytest
import yaml

from mailkit.cli.main import main
from mailkit.lab import Lab
from mailkit.lab.backends.docker import engine_missing
from mailkit.lab.endpoints import DEVELOPER_PORTS, PAGE_PORT, developer

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docker/lab"
COMPOSE = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))
PORTS = {port for _, _, port, _ in DEVELOPER_PORTS} | {PAGE_PORT}
COMMANDS = (["docker-compose"], ["docker", "compose"])


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


@pytest.mark.parametrize("command", COMMANDS)
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
        timeout=300,
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
    with Lab(developer(offset=None), names=["mail"]) as lab:
        context = ssl.create_default_context(cafile=str(lab.ca_file))
        with smtplib.SMTP(*lab.where("localhost", 587), timeout=30) as client:
            client._host = "mail"  # type: ignore[attr-defined]
            client.starttls(context=context)
            assert client.ehlo()[0] == 250


@pytest.fixture(scope="module")
def image() -> str:
    """The image, built from this tree."""
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
    return "mailkit-lab"


def buildkit() -> bool:
    return not subprocess.run(
        ["docker", "buildx", "version"], capture_output=True, check=False
    ).returncode


def healthy(container: str) -> bool:
    """Whether the health check of a container succeeds within a minute."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if _asked("inspect", "--format", "{{.State.Health.Status}}", container) == "healthy":
            return True
        time.sleep(0.2)
    return False


def asked(port: int, path: str) -> tuple[int, bytes]:
    """What the page answers, from this machine."""
    connection = HTTPConnection("localhost", port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def caught(container: str) -> None:
    """Mail from this machine to the mapped ports is on the page and in a mailbox, with TLS and without."""
    where = {
        inside: int(_asked("port", container, str(inside)).splitlines()[0].rpartition(":")[2])
        for inside in (1025, 1587, 1143, PAGE_PORT)
    }
    with smtplib.SMTP("localhost", where[1025], timeout=30) as client:
        client.sendmail("a@example.com", ["b@example.net"], b"Subject: one\r\n\r\nx\r\n")
    anchor = _asked("exec", container, "cat", "/data/ca.pem")
    context = ssl.create_default_context(cadata=anchor)
    with smtplib.SMTP("localhost", where[1587], timeout=30) as client:
        client.starttls(context=context)
        client.login("anyone", "any password")
        client.sendmail("a@example.com", ["b@example.net"], b"Subject: two\r\n\r\nx\r\n")
    with imaplib.IMAP4("localhost", where[1143], timeout=30) as reader:
        reader.starttls(context)
        reader.login("b@example.net", "any password")
        assert reader.select("INBOX")[1] == [b"2"]
    page = where[PAGE_PORT]
    assert asked(page, "/")[0] == 200
    listed = json.loads(asked(page, "/api/v1/messages")[1])
    assert [one["Subject"] for one in listed["messages"]] == ["two", "one"]


@pytest.mark.timeout(660)
def test_the_image_catches_mail_and_stops_cleanly(image: str) -> None:
    container = f"mailkit-lab-{token_hex(4)}"
    run = ["docker", "run", "--detach", "--read-only", "--tmpfs", "/tmp", "--cap-drop=ALL"]
    run += ["--health-interval=1s"]
    ports = [part for port in PORTS for part in ("-p", f"127.0.0.1::{port}")]
    subprocess.run(
        [*run, "--name", container, *ports, image], check=True, capture_output=True, timeout=300
    )
    try:
        assert healthy(container)
        caught(container)
        assert _asked("exec", container, "id", "-u") == "1000"
        assert "00000002.eml" in _asked("exec", container, "ls", "/data/sent")
        _asked("stop", "--time", "20", container)
        assert _asked("inspect", "--format", "{{.State.ExitCode}}", container) == "0"
        assert _asked("logs", "--tail", "1", container) == "The lab has stopped."
    finally:
        subprocess.run(["docker", "rm", "-fv", container], capture_output=True, check=False)


@pytest.mark.timeout(660)
def test_the_service_of_compose_becomes_healthy_and_catches_mail(
    image: str, tmp_path: Path
) -> None:
    command = next(
        (
            one
            for one in COMMANDS
            if shutil.which(one[0])
            and not subprocess.run([*one, "version"], capture_output=True).returncode
        ),
        None,
    )
    if command is None:
        pytest.skip("no Compose: neither docker compose nor docker-compose")
    free = {"ports": [f"127.0.0.1::{port}" for port in PORTS]}  # the rest as it is in the file
    service = {key: value for key, value in COMPOSE["services"]["mail"].items() if key != "build"}
    file = tmp_path / "compose.yaml"
    file.write_text(yaml.safe_dump(COMPOSE | {"services": {"mail": service | free}}), "utf-8")
    project = f"mailkitlab{token_hex(4)}"
    compose = [*command, "-f", str(file), "-p", project]
    try:
        subprocess.run([*compose, "up", "-d"], check=True, capture_output=True, timeout=300)
        container = _asked("ps", "-q", "--filter", f"label=com.docker.compose.project={project}")
        assert healthy(container)
        caught(container)
    finally:
        subprocess.run(
            [*compose, "down", "--volumes", "--timeout", "5"], capture_output=True, timeout=300
        )


def _asked(*words: str) -> str:
    return subprocess.run(
        ["docker", *words], capture_output=True, text=True, check=True, timeout=300
    ).stdout.strip()
