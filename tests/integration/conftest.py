"""The real stack: a Dovecot of this machine, or one in Docker, with aiosmtpd before it."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from mailkit.account import Account
from mailkit.client.connection import connect_imap
from mailkit.client.mailboxes import open_folder
from mailkit.client.messages import fetch, search
from mailkit.formats import loads
from mailkit.lab import Lab, everywhere
from mailkit.lab.backends.docker import DockerLab, compose_command, compose_file, engine_missing
from mailkit.lab.backends.dovecot import DovecotLab
from mailkit.lab.backends.dovecot_program import find_dovecot
from mailkit.lab.mailbox import AnyLab
from mailkit.lab.scenario import ADDRESS, PASSWORD, imap, pop3, smtp
from mailkit.ports import Protocol

USERS = {
    ADDRESS: PASSWORD,
    "lee@example.com": "let me in 42",
    "anna": "short name 1",
    "jörg@example.com": "pässwörd ✓",
}


def program() -> str:
    """The Dovecot to test with: ``DOVECOT`` names another one, or says ``skip``."""
    wanted = os.environ.get("DOVECOT", "")
    if wanted == "skip":
        pytest.skip("DOVECOT=skip")
    found = wanted or find_dovecot()
    if not found:
        pytest.skip("Dovecot is not installed: dovecot-imapd dovecot-pop3d dovecot-lmtpd")
    return found


@pytest.fixture(scope="session")
def dovecot() -> Iterator[DovecotLab]:
    """One Dovecot for all tests of a worker."""
    with DovecotLab(USERS, program=program()) as lab:
        yield lab


def docker() -> None:
    """Skip where there is no Docker to use."""
    if os.environ.get("DOCKER") == "skip":
        pytest.skip("no Docker: DOCKER=skip")
    if reason := engine_missing():
        pytest.skip(f"no Docker: {reason}")


@pytest.fixture(scope="session")
def prepared() -> Iterator[DockerLab]:
    """The docker make with its files written, and nothing started: that is pytest-docker's to do."""
    docker()
    lab = DockerLab(USERS)
    before = dict(os.environ)
    lab.prepare()
    os.environ.update(lab.environment)
    yield lab
    lab.stop()
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def docker_compose_command(prepared: DockerLab) -> str:
    return " ".join(compose_command() or [])


@pytest.fixture(scope="session")
def docker_compose_file() -> str:
    return str(compose_file())


@pytest.fixture(scope="session")
def docker_compose_project_name(prepared: DockerLab) -> str:
    return prepared.project


@pytest.fixture(scope="session")
def docker_setup() -> list[str]:
    return ["build", "up -d --no-build"]


@pytest.fixture(scope="session")
def docker_cleanup() -> list[str]:
    return ["down -v --remove-orphans -t 1"]


@pytest.fixture(scope="session")
def embedded() -> Iterator[Lab]:
    """The make that needs nothing but this package, with the same endpoints."""
    with Lab(everywhere(), USERS, quota_kib=10_240) as lab:
        yield lab


def _made(request: pytest.FixtureRequest) -> Lab | DovecotLab:
    """One of each make for all tests of a worker."""
    if request.param == "docker":
        prepared: DockerLab = request.getfixturevalue("prepared")
        request.getfixturevalue("docker_services")
        prepared.attach()
        return prepared
    lab: Lab | DovecotLab = request.getfixturevalue(request.param)
    return lab


@pytest.fixture(scope="session", params=["embedded", "dovecot", "docker"])
def stack(request: pytest.FixtureRequest) -> Lab | DovecotLab:
    """The stack in each of its makes."""
    return _made(request)


@pytest.fixture(scope="session", params=["dovecot", "docker"])
def real(request: pytest.FixtureRequest) -> Lab | DovecotLab:
    """The makes that the embedded one is held to."""
    return _made(request)


@pytest.fixture
def make_dovecot() -> Iterator[object]:
    """Start a Dovecot with other limits; it ends with the test."""
    started: list[DovecotLab] = []

    def make(**options: object) -> DovecotLab:
        lab = DovecotLab(USERS, program=program(), **options)  # type: ignore[arg-type]
        started.append(lab.start())
        return lab

    try:
        yield make
    finally:
        for lab in started:
            lab.stop()


@pytest.fixture
def options(stack: AnyLab) -> dict[str, Any]:
    """How connections reach the stack."""
    return {"ca": stack.ca_file, "connect_to": stack.connect_to}  # type: ignore[attr-defined]


@pytest.fixture
def person(stack: AnyLab) -> Callable[..., Account]:
    """Accounts of new users of the stack: ``person("kim", read="pop3", default=True, delivery=Delivery(…))``."""

    def make(label: str, *, read: str = "imap", **more: Any) -> Account:
        user, password = stack.fresh_user()
        settings = {"user": user, "address": user, "secret": {"value": password}}
        port = {"imap": 993, "pop3": 995}[read]
        text = {"imap": imap, "pop3": pop3}[read](port, "implicit-tls", **settings)
        text += smtp(465, "implicit-tls", **settings).partition("\n\n")[2]
        return replace(loads(text)[0], label=label, **more)

    return make


@pytest.fixture
def inbox(options: dict[str, Any]) -> Callable[..., list[EmailMessage]]:
    """What is in a folder of an account, whatever it is read by."""

    def read(account: Account, folder: str = "INBOX") -> list[EmailMessage]:
        assert account.incoming is not None
        service = replace(account.incoming, protocol=Protocol.IMAP, port=993)
        with connect_imap(service, **options) as client:
            open_folder(client, folder)
            rows = [*fetch(client, search(client), "UID FLAGS BODY.PEEK[]")]
        found = []
        for row in rows:
            message = message_from_bytes(row.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            message["X-Flags"] = " ".join(sorted(row.flags - {"\\Recent"}))
            found.append(message)
        return found

    return read
