"""The pytest plugin: real mailboxes and mail servers for the tests of any project.

::

    def test_the_order_is_confirmed(mailbox, mail_endpoint):
        smtp = mail_endpoint("smtp", "implicit-tls")
        shop.confirm(host=smtp.host, port=smtp.port, ca=smtp.ca_file,
                     user=mailbox.user, password=mailbox.password, to=mailbox.address)

        assert "4711" in mailbox.wait_for(subject="Your order").get_content()

``mailbox`` is a fresh mailbox for each test, ``mail_endpoint`` a server for it in any encryption mode, ``sent_mail``
everything that is sent, ``mail_settings`` the settings of an app. ``mail_trusted`` makes every library trust the
lab's certificates, ``mail_fault`` is a server with a fault, and ``mail_lab`` the lab itself. Each pytest-xdist worker
has its own lab.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mailkit.lab.app_settings import MailSettings, SecurityName
    from mailkit.lab.mailbox import AnyLab, Mailbox, TestMailbox
    from mailkit.lab.recording import SentMessage, Session
    from mailkit.lab.relay import Trigger
    from mailkit.lab.sent import SentMail
    from mailkit.lab.testing import (
        CertificateKind,
        Endpoint,
        FaultyServer,
        MakeEndpoint,
        MakeFault,
        MakeMailbox,
        ProtocolName,
    )

__all__ = [
    "AnyLab",
    "CertificateKind",
    "Endpoint",
    "FaultyServer",
    "MailSettings",
    "Mailbox",
    "MakeEndpoint",
    "MakeFault",
    "MakeMailbox",
    "ProtocolName",
    "SecurityName",
    "SentMail",
    "SentMessage",
    "Session",
    "TestMailbox",
    "Trigger",
]

_HOMES = {
    "app_settings": ("MailSettings", "SecurityName"),
    "mailbox": ("AnyLab", "Mailbox", "TestMailbox"),
    "recording": ("SentMessage", "Session"),
    "relay": ("Trigger",),
    "sent": ("SentMail",),
}
"""Modules of the names for annotations; all others are in ``testing``."""


if not TYPE_CHECKING:  # or every other name would have a type, Any

    def __getattr__(name: str) -> Any:
        """Import names for annotations on first use: most test runs need none of them."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        home = next((home for home, names in _HOMES.items() if name in names), "testing")
        return getattr(import_module(f"mailkit.lab.{home}"), name)


MAKES = ("auto", "embedded", "dovecot", "docker")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option ``--mail-lab`` and the configuration value."""
    text = "the backend of the mail lab: " + ", ".join(MAKES) + " (embedded by default)"
    group = parser.getgroup("mailkit")
    group.addoption("--mail-lab", choices=MAKES, default=None, help=text)
    parser.addini("mail_lab", text, default="embedded")


class _Kept:
    """The lab of this process, started on first use."""

    def __init__(self, make: str, *, asked: bool) -> None:
        self.make, self.asked = make, asked
        self.lab: AnyLab | None = None
        self.seconds = 0.0
        self.stack = ExitStack()
        self.in_header = False
        self.heard: list[str] = []

    def start(self) -> "AnyLab":
        """Return the running lab.

        Raises:
            LabError: the backend is not available here.
        """
        if self.lab is None:
            began = time.perf_counter()
            self.make = _real(self.make)
            self.lab = self.stack.enter_context(_lab(self.make))
            self.seconds = time.perf_counter() - began
        return self.lab

    def told(self) -> str:
        """One line for people."""
        if self.lab is None:
            return f"mail lab: {self.make}, not started before a test asks for it"
        return f"mail lab: {self.make}, up in {self.seconds * 1000:.0f} ms"


_KEY = pytest.StashKey[_Kept]()


def pytest_configure(config: pytest.Config) -> None:
    """Store the configured backend."""
    asked = config.getoption("--mail-lab")
    make = asked or config.getini("mail_lab") or "embedded"
    if make not in MAKES:
        raise pytest.UsageError(f"mail_lab is one of {', '.join(MAKES)}, not {make!r}")
    config.stash[_KEY] = _Kept(make, asked=asked is not None)


def pytest_report_header(config: pytest.Config) -> str:
    """Report the backend and its start-up time; a backend that was asked for is started here."""
    kept = config.stash[_KEY]
    controls_workers = bool(getattr(config.option, "numprocesses", None))
    if kept.asked and not controls_workers and not config.option.collectonly:
        from mailkit.errors import LabError

        try:
            kept.start()
        except LabError as error:
            raise pytest.UsageError(f"no mail lab ({kept.make}): {error}") from None
        kept.in_header = True
    return kept.told()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Report a worker's start-up time to the controller."""
    told: dict[str, str] | None = getattr(session.config, "workeroutput", None)
    if told is not None and session.config.stash[_KEY].lab is not None:
        told["mail_lab"] = session.config.stash[_KEY].told()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Receive a worker's start-up time."""
    told = getattr(node, "workeroutput", {}).get("mail_lab")
    if told:
        node.config.stash[_KEY].heard.append(f"{node.gateway.id} {told}")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Report the start-up time, if the header could not."""
    kept = config.stash[_KEY]
    lines = kept.heard or ([kept.told()] if kept.lab is not None and not kept.in_header else [])
    for line in sorted(lines):
        terminalreporter.write_line(line)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the lab."""
    kept = config.stash.get(_KEY, None)
    if kept is not None:
        kept.stack.close()


@pytest.fixture(scope="session")
def mail_lab(pytestconfig: pytest.Config) -> "AnyLab":
    """The lab: mail servers on loopback, with the backend of ``--mail-lab``.

    If the backend is not available, the test is skipped with the reason.
    """
    from mailkit.errors import LabError

    kept = pytestconfig.stash[_KEY]
    try:
        return kept.start()
    except LabError as error:
        pytest.skip(f"no mail lab ({kept.make}): {error}")


@pytest.fixture
def mailbox(mail_lab: "AnyLab") -> "TestMailbox":
    """A mailbox for this test only: ``address``, ``user``, ``password``, ``deliver``, ``messages``, ``wait_for``."""
    from mailkit.lab.mailbox import new_mailbox

    return new_mailbox(mail_lab)


@pytest.fixture
def new_mailbox(mail_lab: "AnyLab") -> "MakeMailbox":
    """Creates more mailboxes for one test: ``new_mailbox()``, or with the local part of the address."""
    from mailkit.lab import mailbox as mailboxes

    return lambda name="": mailboxes.new_mailbox(mail_lab, name)


@pytest.fixture
def sent_mail(mail_lab: "AnyLab") -> "SentMail":
    """All mail that is sent during the test, to any address, with its parts, envelope and connection."""
    from mailkit.errors import LabError

    try:
        sent = mail_lab.sent
    except LabError as error:
        pytest.skip(str(error))
    sent.clear()
    return sent


@pytest.fixture
def mail_endpoint(mail_lab: "AnyLab") -> "Iterator[MakeEndpoint]":
    """Creates servers for the lab's mailboxes: ``mail_endpoint(protocol, security, certificate=…, login=…,
    triggers=…)``.

    ``protocol`` is ``smtp`` (default), ``imap`` or ``pop3``; ``security`` is ``implicit-tls`` (default), ``starttls``
    or ``cleartext``; ``certificate`` is ``good`` (default) or a kind of
    :data:`mailkit.lab.certificates.KINDS`; with ``login=False`` an SMTP server takes mail from anyone to anyone;
    ``triggers`` break the connection at a chosen moment (:class:`mailkit.lab.relay.Trigger`); ``delay_s`` and
    ``piece``
    make it slow. All end with the test.
    """
    from mailkit.errors import LabError, SettingsError
    from mailkit.lab.testing import endpoint

    with ExitStack() as stack:

        def make(
            protocol: "ProtocolName" = "smtp",
            security: "SecurityName" = "implicit-tls",
            *,
            certificate: "CertificateKind" = "good",
            login: bool = True,
            triggers: "Sequence[Trigger]" = (),
            cues: "Sequence[Trigger]" = (),
            delay_s: float = 0.0,
            piece: int = 0,
        ) -> "Endpoint":
            __tracebackhide__ = True
            try:
                return stack.enter_context(
                    endpoint(
                        *(mail_lab, protocol, security, certificate),
                        login=login,
                        triggers=[*triggers, *cues],
                        delay_s=delay_s,
                        piece=piece,
                    )
                )
            except SettingsError as error:
                pytest.fail(str(error), pytrace=False)
            except LabError as error:
                pytest.skip(str(error))

        yield make


@pytest.fixture
def mail_trusted(mail_lab: "AnyLab", tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Makes every library trust the lab's certificates, here and in processes that the test starts; the value is the
    CA file.

    It sets ``SSL_CERT_FILE``, ``REQUESTS_CA_BUNDLE``, ``CURL_CA_BUNDLE``, ``NODE_EXTRA_CA_CERTS``, ``DENO_CERT`` and
    ``JAVA_TOOL_OPTIONS`` for the test; a program keeps the CAs that it trusted before. A context created before the
    test does not change.
    """
    from mailkit.lab.app_settings import trust_variables

    variables = trust_variables(mail_lab.ca_file, tmp_path)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return Path(variables["SSL_CERT_FILE"])


@pytest.fixture
def mail_settings(
    mail_endpoint: "MakeEndpoint",
) -> "MailSettings":
    """The settings of an app: ``django()``, ``flask()``, ``fastapi_mail()``, ``env()``, ``url()``, ``smtplib()``.

    By default they are for a server without TLS and without a login; ``mail_settings.using("starttls", mailbox)``
    are for one with both.
    """
    from mailkit.lab.app_settings import MailSettings

    def make(security: "SecurityName", box: "TestMailbox | None") -> MailSettings:
        server = mail_endpoint("smtp", security, login=box is not None)
        return MailSettings(
            host=server.host,
            port=server.port,
            security=security,
            user=box.user if box else "",
            password=box.password if box else "",
            ca_file=server.ca_file,
            sender=box.address if box else "app@example.com",
            make=make,
        )

    return make("cleartext", None)


@pytest.fixture
def mail_fault() -> "Iterator[MakeFault]":
    """Creates a server with a fault by its id, such as ``grt-silent-tls``; ``mailkit lab faults`` lists them."""
    from mailkit.errors import SettingsError
    from mailkit.lab.testing import faulty_server

    with ExitStack() as stack:

        def make(fault: str) -> "FaultyServer":
            __tracebackhide__ = True
            try:
                return stack.enter_context(faulty_server(fault))
            except SettingsError as error:
                pytest.fail(str(error), pytrace=False)

        yield make


def _real(make: str) -> str:
    """Return the backend for ``auto``: the most realistic one on this machine."""
    if make != "auto":
        return make
    from mailkit.lab.backends.docker import engine_missing
    from mailkit.lab.backends.dovecot_program import find_dovecot

    if find_dovecot():
        return "dovecot"
    return "embedded" if engine_missing() else "docker"


def _lab(make: str) -> Any:
    if make == "dovecot":
        from mailkit.lab.backends.dovecot import DovecotLab

        return DovecotLab(host="localhost")
    if make == "docker":
        from mailkit.lab.backends.docker import DockerLab

        return DockerLab(host="localhost")
    from mailkit.lab import Lab, everywhere

    return Lab(everywhere("localhost"), host="localhost")
