"""Apps of several languages, each with the lines of settings that a lab printed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

HERE = Path(__file__).parent
JARS = [Path("/usr/share/java") / name for name in ("jakarta-mail.jar", "jakarta-activation.jar")]

Command = Callable[[Path, str], list[str]]


def needs(*programs: str) -> None:
    if missing := [one for one in programs if shutil.which(one) is None]:
        pytest.skip(f"no runtime: {', '.join(missing)}")


def django(folder: Path, lines: str) -> list[str]:
    if find_spec("django") is None:
        pytest.skip("no runtime: Django (pip install Django)")
    (folder / "settings.py").write_text(f"SECRET_KEY = 'x'\n{lines}", "utf-8")
    return [sys.executable, str(HERE / "app.py")]


def nodemailer(folder: Path, lines: str) -> list[str]:
    needs("node")
    if not has_nodemailer():
        pytest.skip("no runtime: nodemailer (npm install --global nodemailer)")
    after = (HERE / "app.js").read_text("utf-8")
    file = folder / "app.js"
    file.write_text(f"const nodemailer = require('nodemailer');\n{lines}{after}", "utf-8")
    return ["node", str(file)]


@cache
def has_nodemailer() -> bool:
    command = ["node", "-e", "require.resolve('nodemailer')"]
    found = subprocess.run(command, env=node_path(), capture_output=True, check=False, timeout=300)
    return not found.returncode


@cache
def node_root() -> str:
    """The folder of the packages that are installed for all; npm takes long to say it."""
    found = subprocess.run(
        ["npm", "root", "--global"], capture_output=True, text=True, check=False, timeout=300
    ).stdout if shutil.which("npm") else ""  # fmt: skip
    return found.strip()


def node_path() -> dict[str, str]:
    return os.environ | {"NODE_PATH": node_root()}


def phpmailer(folder: Path, lines: str) -> list[str]:
    needs("php")
    if not Path("/usr/share/php/libphp-phpmailer").is_dir():
        pytest.skip("no runtime: PHPMailer (apt install libphp-phpmailer)")
    (folder / "settings.php").write_text(lines, "utf-8")
    return ["php", str(HERE / "app.php"), str(folder / "settings.php")]


def jakarta_mail(folder: Path, lines: str, classes: Path) -> list[str]:
    needs("java", "javac")
    if not all(jar.exists() for jar in JARS):
        pytest.skip("no runtime: Jakarta Mail (apt install libjakarta-mail-java)")
    (folder / "mail.properties").write_text(lines, "utf-8")
    path = os.pathsep.join(map(str, JARS))
    if not (classes / "App.class").exists():
        compiled = ["javac", "-cp", path, "-d", str(classes), str(HERE / "App.java")]
        subprocess.run(compiled, check=True, timeout=120)
    run_it = ["java", "-XX:TieredStopAtLevel=1", "-cp", f"{path}{os.pathsep}{classes}", "App"]
    return [*run_it, str(folder / "mail.properties")]


APPS: dict[str, Command] = {
    "django": django,
    "nodemailer": nodemailer,
    "phpmailer": phpmailer,
}


def done(
    command: list[str], folder: Path, trusted: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=node_path() | trusted | {"PYTHONPATH": f"{folder}{os.pathsep}{HERE.parents[1]}"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="session")
def _classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("classes")


@pytest.fixture
def app_command(_classes: Path) -> Callable[[str, Path, str], list[str]]:
    """The command that runs an app, by its name, with the lines of settings, in a folder."""

    def command(app: str, folder: Path, lines: str) -> list[str]:
        if app == "jakarta-mail":
            return jakarta_mail(folder, lines, _classes)
        return APPS[app](folder, lines)

    return command


@pytest.fixture
def app_done() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the command of an app in its folder, with variables by which it trusts a lab."""
    return done


@pytest.fixture
def node_environment() -> dict[str, str]:
    """The environment for Node.js, with the packages that are installed for all."""
    needs("node", "npm")
    return node_path()
