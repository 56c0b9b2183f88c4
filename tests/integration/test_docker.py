"""What is particular to the docker make: it leaves nothing behind, and is not root inside."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from mailkit.lab.backends.docker import DockerLab, compose_command, compose_file

from .conftest import USERS, docker


def left(project: str) -> list[str]:
    """Containers, volumes and networks of a project."""
    label = f"label=com.docker.compose.project={project}"
    found = []
    for what in (["ps", "-aq"], ["volume", "ls", "-q"], ["network", "ls", "-q"]):
        done = subprocess.run(
            ["docker", *what, "--filter", label], capture_output=True, text=True, check=True
        )
        found += done.stdout.split()
    return found


@pytest.fixture
def lab() -> Iterator[DockerLab]:
    docker()
    with DockerLab(USERS) as lab:
        yield lab


def test_nothing_is_root_inside_and_nothing_stays_behind(lab: DockerLab) -> None:
    command = [*(compose_command() or []), "-p", lab.project, "-f", str(compose_file())]
    for service in ("dovecot", "submission"):
        done = subprocess.run(
            [*command, "exec", "-T", service, "id", "-u"],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | lab.environment,
        )
        assert done.stdout.strip() == "1000"
    assert left(lab.project)
    folder = lab.folder

    lab.stop()

    assert left(lab.project) == []
    assert not folder.exists()


def test_nothing_stays_behind_where_its_parent_is_killed() -> None:
    docker()
    script = (
        "import time\n"
        "from mailkit.lab.backends.docker import DockerLab\n"
        "lab = DockerLab().start()\n"
        "print(lab.project, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        project = parent.stdout.readline().strip()
        assert left(project)
        parent.send_signal(signal.SIGKILL)
    until = time.monotonic() + 60
    while left(project) and time.monotonic() < until:
        time.sleep(0.2)

    assert left(project) == []
