"""The pytest plugin as a project of somebody else uses it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mailkit.lab.backends.docker import engine_missing
from mailkit.lab.backends.dovecot_program import find_dovecot

PROJECT = Path(__file__).parent / "project"


def run(
    folder: Path, *options: str, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a project's own tests, in a process of their own."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options],
        cwd=folder,
        env=clean | (env or {}),
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def possible(backend: str) -> None:
    if backend == "dovecot" and (os.environ.get("DOVECOT") == "skip" or not find_dovecot()):
        pytest.skip("Dovecot is not installed: dovecot-imapd dovecot-pop3d dovecot-lmtpd")
    if backend == "docker" and (os.environ.get("DOCKER") == "skip" or engine_missing()):
        pytest.skip(f"no Docker: {engine_missing() or 'DOCKER=skip'}")


@pytest.mark.parametrize("backend", ["embedded", "dovecot", "docker"])
def test_a_project_passes_with_each_backend_and_sees_what_it_costs(backend: str) -> None:
    possible(backend)

    done = run(PROJECT, f"--mail-lab={backend}")

    assert done.returncode == 0, done.stdout
    # Containers take mail after a login only, and write no connections down.
    passed = "14 passed, 7 skipped" if backend == "docker" else "21 passed"
    assert passed in done.stdout, done.stdout
    header = next(line for line in done.stdout.splitlines() if line.startswith("mail lab:"))
    assert header.startswith(f"mail lab: {backend}, up in ")


def test_workers_have_a_lab_each() -> None:
    done = run(PROJECT, "-n", "2")

    assert done.returncode == 0, done.stdout
    told = [line for line in done.stdout.splitlines() if "mail lab: embedded, up in" in line]
    assert [line.split()[0] for line in told] == ["gw0", "gw1"]


def test_nothing_starts_where_no_test_asks(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import sys\n\n\ndef test_it():\n    assert 'mailkit.lab' not in sys.modules\n", "utf-8"
    )
    done = run(tmp_path)

    assert done.returncode == 0, done.stdout
    assert "mail lab: embedded, not started before a test asks for it" in done.stdout


def test_a_backend_that_is_not_there_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_it(mailbox):\n    pass\n", "utf-8")
    done = run(tmp_path, "--mail-lab=docker", env={"PATH": "/nowhere"})

    assert done.returncode == 4
    assert "no mail lab (docker): no Docker: neither docker compose nor" in done.stderr
    (tmp_path / "pytest.ini").write_text("[pytest]\nmail_lab = docker\n", "utf-8")
    done = run(tmp_path, "-rs", env={"PATH": "/nowhere"})
    assert "1 skipped" in done.stdout
    assert "no mail lab (docker)" in done.stdout


def test_an_unknown_fault_says_where_the_list_is(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "def test_it(mail_fault):\n    mail_fault('nonsense')\n", "utf-8"
    )
    done = run(tmp_path)

    assert done.returncode == 1
    assert "nonsense: there is no such fault; mailkit lab faults lists them" in done.stdout


def test_a_message_that_does_not_come_is_told_with_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "def test_it(mailbox):\n"
        "    mailbox.deliver('Subject: another\\n\\nx\\n')\n"
        "    mailbox.wait_for(subject='wanted', timeout=0.01)\n",
        "utf-8",
    )
    for backend in ("embedded", "dovecot"):
        possible(backend)
        done = run(tmp_path, f"--mail-lab={backend}")
        assert done.returncode == 1
        assert "no message with subject 'wanted' arrived in INBOX of" in done.stdout
        assert "there is ['another']" in done.stdout


def test_the_example_of_the_readme_passes(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    (code,) = [one for one in re.findall(r"```python\n(.*?)```", text, re.S) if "def test_" in one]
    (tmp_path / "test_readme.py").write_text(code, "utf-8")

    done = run(tmp_path)

    assert "2 passed" in done.stdout, done.stdout


def test_an_argument_that_makes_no_sense_fails_with_the_words_to_use(tmp_path: Path) -> None:
    said = {
        '"smtp", "tls"': "security is one of implicit-tls, starttls, cleartext, not 'tls'; write starttls",
        '"smtps"': "protocol is one of imap, pop3, smtp, not 'smtps'",
        '"imap", certificate="old"': "certificate is one of good, expired",
    }
    tests = (
        f"def test_{number}(mail_endpoint):\n    mail_endpoint({arguments})\n"
        for number, arguments in enumerate(said)
    )
    (tmp_path / "test_it.py").write_text("".join(tests), "utf-8")

    done = run(tmp_path)

    assert "3 failed" in done.stdout
    assert all(words in done.stdout for words in said.values())


def test_a_message_that_is_missing_ends_at_the_line_of_the_test(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "def test_box(mailbox, mail_settings):\n"
        "    with mail_settings.connect() as client:\n"
        "        client.sendmail('a@b.example', ['other@c.example'], 'Subject: astray\\r\\n\\r\\nx\\r\\n')\n"
        "    mailbox.wait_for(subject='wanted', timeout=0.01)\n"
        "def test_sent(sent_mail):\n"
        "    sent_mail.wait_for(to='lee@example.com', timeout=0.01)\n"
        "def test_index(sent_mail):\n"
        "    sent_mail[0]\n",
        "utf-8",
    )
    done = run(tmp_path)

    assert "3 failed" in done.stdout
    assert "'astray' from a@b.example to other@c.example" in done.stdout
    assert (
        "no message with to 'lee@example.com' was sent within 0.01 s; nothing was sent"
        in done.stdout
    )
    assert "mailkit/lab" not in done.stdout.partition("FAILURES")[2].partition("short test")[0]


TYPED = """
import asyncio
from pathlib import Path

from mailkit.lab.script import Say
from mailkit.pytest_plugin import (
    AnyLab, Endpoint, Mailbox, MailSettings, MakeEndpoint, MakeFault, MakeMailbox,
    SentMail, SentMessage, Session, TestMailbox, Trigger,
)


def test_it(
    mail_endpoint: MakeEndpoint,
    mailbox: Mailbox,
    new_mailbox: MakeMailbox,
    sent_mail: SentMail,
    mail_settings: MailSettings,
    mail_trusted: Path,
    mail_fault: MakeFault,
    mail_lab: AnyLab,
) -> None:
    busy = Trigger(said=b"DATA", do=[Say(b"451 4.3.0 later\\r\\n")])
    smtp: Endpoint = mail_endpoint("smtp", "starttls", certificate="good", triggers=[busy])
    other: TestMailbox = new_mailbox("lee")
    sent_mail.clear()
    found: tuple[SentMessage, ...] = sent_mail.find(subject="x")
    sessions: tuple[Session, ...] = (*sent_mail.sessions, *smtp.sessions)
    django: dict[str, object] = mail_settings.using("starttls", other).django()
    asyncio.run(late(mailbox, sent_mail)) if found and sessions and django else None


async def late(mailbox: Mailbox, sent_mail: SentMail) -> str:
    message = await mailbox.arrives(subject="x")
    return (await sent_mail.arrives(to=str(message["To"]))).text
"""
WRONG = """
from mailkit.pytest_plugin import MakeEndpoint


def test_it(mail_endpoint: MakeEndpoint) -> None:
    mail_endpoint("smtp", "tls")
    mail_endpoint("imaps")
    mail_endpoint("imap", certificate="old")
"""


def test_annotated_tests_pass_mypy_strict_and_run(tmp_path: Path) -> None:
    (tmp_path / "test_typed.py").write_text(TYPED, "utf-8")
    (tmp_path / "test_wrong.py").write_text(WRONG, "utf-8")
    root = Path(__file__).parents[2]
    checker = [sys.executable, "-m", "mypy", "--strict", "--python-version", "3.11"]
    checker += ["--cache-dir", str(root / ".mypy_cache")]  # what was checked of mailkit itself

    def check(file: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*checker, file],
            cwd=tmp_path,
            env=os.environ | {"MYPYPATH": str(root)},
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )

    right, wrong = check("test_typed.py"), check("test_wrong.py")

    assert right.returncode == 0, right.stdout
    assert wrong.stdout.count("error: Argument") == 3, wrong.stdout
    assert run(tmp_path, "test_typed.py").returncode == 0


def test_the_names_for_annotations_are_the_kinds_that_there_are() -> None:
    from typing import get_args

    from mailkit import pytest_plugin
    from mailkit.lab.certificates import KINDS
    from mailkit.ports import Protocol, Security

    assert get_args(pytest_plugin.CertificateKind) == (*KINDS,)
    assert sorted(get_args(pytest_plugin.ProtocolName)) == sorted(map(str, Protocol))
    assert sorted(get_args(pytest_plugin.SecurityName)) == sorted(map(str, Security))
    assert all(getattr(pytest_plugin, name) for name in pytest_plugin.__all__)


def test_every_fault_with_a_scenario_can_be_a_server() -> None:
    from mailkit.errors import SettingsError
    from mailkit.lab.faults import NOT_SHOWN, SCENARIOS
    from mailkit.lab.testing import faulty_server
    from mailkit.rules.catalogue import RULES

    assert all(one.listeners and one.users for one in SCENARIOS.values())
    assert {*RULES} == {*SCENARIOS, *NOT_SHOWN}
    assert all(NOT_SHOWN.values())
    for name in RULES:
        if name in NOT_SHOWN:
            with pytest.raises(SettingsError, match=re.escape(NOT_SHOWN[name])):
                faulty_server(name).__enter__()
            continue
        with faulty_server(name) as server:
            assert server.endpoints, name
            for _, host, port, _ in server.endpoints:
                assert host == "localhost" or host.startswith("127."), name
                assert 0 < port < 65536
