"""Apps of several languages send to the lab with the lines that it printed, and nothing else."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from mailkit.cli.lab_settings import settings
from mailkit.lab import Lab
from mailkit.lab.app_settings import trust_variables
from mailkit.lab.certificates import java_truststore
from mailkit.lab.endpoints import developer
from mailkit.lab.recording import SentMessage
from mailkit.lab.sent import SentLog, SentMail

APPS = ("django", "nodemailer", "phpmailer", "jakarta-mail")


def run(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stdout + done.stderr


def arrived(message: SentMessage) -> None:
    assert message.subject == "Your order 4711"
    assert message.envelope.sender == "shop@example.com"
    assert message.envelope.recipients == ("customer@example.net",)
    assert message.text.rstrip() == "Grüße, 4711"
    (bill,) = message.attachments
    assert (bill.filename, bill.content.strip()) == ("bill.txt", b"42")


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """``mailkit lab up`` in a process of its own; the value is what it prints."""
    with ExitStack() as stack:

        def start(shown: str) -> str:
            folder = str(tmp_path / "lab")
            process = stack.enter_context(
                subprocess.Popen(
                    [
                        *(sys.executable, "-um", "mailkit", "lab", "up", "--ports", "random"),
                        *("--persist", folder, "--print", shown, "--for", "60"),
                    ],
                    env=os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)},
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            stack.callback(process.kill)
            said = ""
            assert process.stdout is not None
            while "Stop it with" not in said:
                line = process.stdout.readline()
                assert line, said
                said += line
            return said

        yield start


@pytest.mark.parametrize("app", APPS)
def test_an_app_sends_with_the_lines_that_the_lab_printed(
    app: str, up: Callable[[str], str], tmp_path: Path, app_command: Any, app_done: Any
) -> None:
    said = up(app)
    settings_of_app = re.search(r"Settings for an app.*?\n\n(.*?)\n\n", said, re.S)
    assert settings_of_app is not None
    lines = re.sub(r"(?m)^  ", "", settings_of_app[1]) + "\n"

    run(app_done(app_command(app, tmp_path, lines), tmp_path, {}))

    (message,) = SentMail(SentLog(tmp_path / "lab/sent"))
    arrived(message)


@pytest.mark.parametrize("security", ["starttls", "implicit-tls"])
@pytest.mark.parametrize("app", APPS)
def test_an_app_verifies_the_certificate_and_logs_in(
    app: str, security: str, tmp_path: Path, app_command: Any, app_done: Any
) -> None:
    with Lab(developer(offset=None)) as lab:
        if app.startswith("jakarta") and java_truststore(lab.ca_file) is None:
            pytest.skip("no runtime: cryptography before 45 makes no truststore of Java")
        command = app_command(app, tmp_path, settings(lab, f"{app}:{security}"))

        run(app_done(command, tmp_path, trust_variables(lab.ca_file, tmp_path)))

        (message,) = lab.sent
        arrived(message)
        assert message.user == "kim@example.com"
        assert message.session is not None
        assert message.session.tls is not None


@pytest.mark.parametrize("app", APPS)
def test_an_app_that_does_not_trust_the_lab_sends_nothing(
    app: str, tmp_path: Path, app_command: Any, app_done: Any
) -> None:
    with Lab(developer(offset=None)) as lab:
        command = app_command(app, tmp_path, settings(lab, f"{app}:starttls"))

        with pytest.raises(AssertionError, match=r"(?i)certificate|PKIX"):
            run(app_done(command, tmp_path, {}))

        assert len(lab.sent) == 0
        assert lab.logins == []


def test_the_file_to_source_makes_programs_trust_the_lab(
    up: Callable[[str], str], tmp_path: Path
) -> None:
    if shutil.which("sh") is None:
        pytest.skip("no runtime: sh")
    said = up("env")
    line = next(one for one in said.splitlines() if one.startswith("Trust it"))
    command = line.removeprefix("Trust it").strip()
    script = f"{command} && env"
    shown = subprocess.run(
        ["sh", "-c", script], capture_output=True, text=True, check=True, timeout=300
    ).stdout
    assert f"NODE_EXTRA_CA_CERTS={tmp_path}/lab/ca.pem" in shown
    bundle = re.search(r"(?m)^SSL_CERT_FILE=(.*)$", shown)
    assert bundle is not None
    root = (tmp_path / "lab/ca.pem").read_text("ascii").partition("-----END CERTIFICATE")[0]
    assert root in Path(bundle[1]).read_text("ascii", "replace")
    assert shlex.split(command)[0] == "."


def test_the_main_calls_of_a_mailpit_client_work(node_environment: dict[str, str]) -> None:
    pytest.importorskip("uvicorn", reason="no page: the extra web is not installed")
    from mailkit.lab.web import serve_page

    if not (Path(node_environment["NODE_PATH"]) / "mailpit-api").is_dir():
        pytest.skip("no runtime: mailpit-api (npm install --global mailpit-api)")
    program = Path(__file__).with_name("mailpit.mjs")
    with Lab(developer(anyone=True, offset=None)) as lab, serve_page(lab) as page:
        done = subprocess.run(
            ["node", str(program), page.url],
            env=node_environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)

    message = seen["message"]
    assert message["ID"] == seen["sent"]["ID"] == seen["latest"]
    assert message["From"] == {"Name": "Shop", "Address": "shop@example.org"}
    assert message["To"] == [{"Name": "Kim", "Address": "kim@example.com"}]
    assert message["Bcc"] == [{"Name": "", "Address": "archive@example.net"}]
    assert (message["Subject"], message["Text"].strip()) == ("Welcome", "The number is 4711.")
    assert (message["Attachments"][0]["FileName"], seen["attachment"]) == ("a.pdf", "%PDF")
    assert (seen["listed"]["total"], seen["listed"]["messages"][0]["Read"]) == (1, True)
    assert seen["headers"]["Subject"] == ["Welcome"]
    assert "Subject: Welcome" in seen["source"]
    assert "<p>4711</p>" in seen["html"]
    assert seen["text"].strip() == "The number is 4711."
    assert (seen["found"]["messages_count"], seen["unread"]) == (1, 1)
    assert seen["configuration"]["ChaosEnabled"] is True
    assert seen["tags"] == []
    assert seen["chaos"]["Recipient"] == {"ErrorCode": 452, "Probability": 100}
    assert "452" in seen["refused"]
    assert seen["left"] == 0
