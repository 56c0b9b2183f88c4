"""The pytest plugin: real mailboxes and mail servers for the tests of any project.

::

    def test_the_order_is_confirmed(mailbox, mail_endpoint):
        smtp = mail_endpoint("smtp", "implicit-tls")
        shop.confirm(host=smtp.host, port=smtp.port, ca=smtp.ca_file,
                     user=mailbox.user, password=mailbox.password, to=mailbox.address)

        assert "4711" in mailbox.wait_for(subject="Your order").get_content()

``mailbox`` is a fresh mailbox for each test, ``mail_endpoint`` a server in front of it in any mode, ``mail_fault``
a server with any fault, and ``mail_lab`` the lab itself. Each worker of pytest-xdist has a lab of its own.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import ssl

    from mailkit.lab.mailbox import AnyLab, TestMailbox
    from mailkit.lab.relay import Relay, Trigger

__all__ = ["Endpoint", "FaultyServer"]

MAKES = ("auto", "embedded", "dovecot", "docker")


@dataclass(frozen=True)
class Endpoint:
    """A server to connect to. ``host`` is localhost, and the certificate is made out to it.

    ``security`` is ``implicit-tls``, ``starttls`` or ``cleartext``; ``ca_file`` is the trust anchor in PEM.
    """

    protocol: str
    host: str
    port: int
    security: str
    ca_file: Path
    relay: "Relay"

    @property
    def context(self) -> "ssl.SSLContext":
        """A context that trusts the lab, and verifies as usual."""
        return _trusting(self.ca_file)

    @property
    def transcript(self) -> tuple[str, ...]:
        """What was said in the last connection: ``C:`` and ``S:`` lines, ``== tls`` where TLS begins, logins masked."""
        return self.relay.transcript

    @property
    def connections(self) -> int:
        """How many connections there were."""
        return len(self.relay.sessions)

    @property
    def heard_in_clear(self) -> bytes:
        """Every byte that came without TLS: no password may be in it."""
        return b"".join(bytes(one.in_clear) for one in self.relay.sessions)


@dataclass(frozen=True)
class FaultyServer:
    """A server with one fault; ``endpoints`` are ``(protocol, host, port, security)``, most have one.

    ``user`` and ``password`` are what an account there would have, ``id`` is the fault's; ``mailkit finding ID``
    explains it.
    """

    id: str
    endpoints: tuple[tuple[str, str, int, str], ...]
    user: str
    password: str
    ca_file: Path
    lab: Any

    @property
    def host(self) -> str:
        """Where the first endpoint is."""
        return self.endpoints[0][1]

    @property
    def port(self) -> int:
        """The port of the first endpoint."""
        return self.endpoints[0][2]

    @property
    def context(self) -> "ssl.SSLContext":
        """A context that trusts the lab, and verifies as usual."""
        return _trusting(self.ca_file)

    @property
    def transcript(self) -> tuple[str, ...]:
        """What was said in the last connection, logins masked."""
        lines: tuple[str, ...] = self.lab.sessions[-1].transcript if self.lab.sessions else ()
        return lines

    @property
    def heard_in_clear(self) -> bytes:
        """Every byte that came without TLS."""
        heard: bytes = self.lab.heard_in_clear
        return heard


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--mail-lab``, and the same in the configuration."""
    text = "the backend of the mail lab: " + ", ".join(MAKES) + " (embedded by default)"
    group = parser.getgroup("mailkit")
    group.addoption("--mail-lab", choices=MAKES, default=None, help=text)
    parser.addini("mail_lab", text, default="embedded")


class _Kept:
    """The lab of this process, made when it is first asked for."""

    def __init__(self, make: str, *, asked: bool) -> None:
        self.make, self.asked = make, asked
        self.lab: AnyLab | None = None
        self.seconds = 0.0
        self.stack = ExitStack()
        self.in_header = False
        self.heard: list[str] = []

    def start(self) -> "AnyLab":
        """The lab, up.

        Raises:
            LabError: this make cannot be had here.
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
    """Keep what was asked for."""
    asked = config.getoption("--mail-lab")
    make = asked or config.getini("mail_lab") or "embedded"
    if make not in MAKES:
        raise pytest.UsageError(f"mail_lab is one of {', '.join(MAKES)}, not {make!r}")
    config.stash[_KEY] = _Kept(make, asked=asked is not None)


def pytest_report_header(config: pytest.Config) -> str:
    """Which make it is, and what its start cost; it is started for this where somebody asked for a make."""
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
    """A worker tells its controller what its lab cost."""
    told: dict[str, str] | None = getattr(session.config, "workeroutput", None)
    if told is not None and session.config.stash[_KEY].lab is not None:
        told["mail_lab"] = session.config.stash[_KEY].told()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """The controller hears of it."""
    told = getattr(node, "workeroutput", {}).get("mail_lab")
    if told:
        node.config.stash[_KEY].heard.append(f"{node.gateway.id} {told}")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """What the lab cost, where the header could not know."""
    kept = config.stash[_KEY]
    lines = kept.heard or ([kept.told()] if kept.lab is not None and not kept.in_header else [])
    for line in sorted(lines):
        terminalreporter.write_line(line)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take the lab down."""
    kept = config.stash.get(_KEY, None)
    if kept is not None:
        kept.stack.close()


@pytest.fixture(scope="session")
def mail_lab(pytestconfig: pytest.Config) -> "AnyLab":
    """The lab: mail servers on loopback, of the make that ``--mail-lab`` names.

    A test is skipped, with the reason, where that make cannot be had.
    """
    from mailkit.errors import LabError

    kept = pytestconfig.stash[_KEY]
    try:
        return kept.start()
    except LabError as error:
        pytest.skip(f"no mail lab ({kept.make}): {error}")


@pytest.fixture
def mailbox(mail_lab: "AnyLab") -> "TestMailbox":
    """A mailbox that no other test has: ``address``, ``user``, ``password``, ``deliver``, ``messages``, ``wait_for``."""
    from mailkit.lab.mailbox import new_mailbox

    return new_mailbox(mail_lab)


@pytest.fixture
def new_mailbox(mail_lab: "AnyLab") -> Callable[..., "TestMailbox"]:
    """Makes more mailboxes for one test: ``new_mailbox()``, or with the local part of the address."""
    from mailkit.lab import mailbox as mailboxes

    return lambda name="": mailboxes.new_mailbox(mail_lab, name)


@pytest.fixture
def mail_endpoint(mail_lab: "AnyLab") -> Iterator[Callable[..., Endpoint]]:
    """Makes servers in front of the lab: ``mail_endpoint(protocol, security, certificate=…, cues=…)``.

    ``protocol`` is ``imap``, ``pop3`` or ``smtp``; ``security`` is ``implicit-tls`` (without any), ``starttls`` or
    ``cleartext``; ``certificate`` is ``good`` (without any) or a kind of
    :data:`mailkit.lab.certificates.KINDS`; ``cues`` break the wire at a moment (:class:`mailkit.lab.relay.Trigger`);
    ``delay_s`` and ``piece`` make it slow. All end with the test.
    """
    with ExitStack() as stack:

        def make(
            protocol: str,
            security: str = "implicit-tls",
            *,
            certificate: str = "good",
            cues: "Sequence[Trigger]" = (),
            delay_s: float = 0.0,
            piece: int = 0,
        ) -> Endpoint:
            relay = _relay(mail_lab, protocol, security, certificate)
            relay.cues, relay.delay_s, relay.piece = cues, delay_s, piece
            stack.enter_context(relay)
            port = relay.address[1]
            return Endpoint(protocol, "localhost", port, security, mail_lab.ca_file, relay)

        yield make


@pytest.fixture
def mail_fault() -> Iterator[Callable[[str], FaultyServer]]:
    """Makes a server with a fault by the fault's id, such as ``grt-silent-tls``; ``mailkit lab faults`` lists them."""
    with ExitStack() as stack:

        def make(fault: str) -> FaultyServer:
            from mailkit.lab import Lab
            from mailkit.lab.faults import NOT_SHOWN, SCENARIOS

            if fault not in SCENARIOS:
                why = NOT_SHOWN.get(fault, "there is no such fault; mailkit lab faults lists them")
                pytest.fail(f"{fault}: {why}", pytrace=False)
            scenario = SCENARIOS[fault]
            listeners = [*scenario.listeners]
            if len({one.host for one in listeners}) == 1:  # at home where clients look for it
                listeners = [replace(one, host="localhost") for one in listeners]
            lab = stack.enter_context(Lab(listeners, scenario.users, scenario.zone))
            endpoints = tuple(
                (one.protocol, *_place(lab, one.host, one.port), str(one.security))
                for one in listeners
            )
            user, password = next(iter(scenario.users.items()))
            return FaultyServer(fault, endpoints, user, password, lab.ca_file, lab)

        yield make


def _place(lab: Any, host: str, port: int) -> tuple[str, int]:
    address, real = lab.where(host, port)
    return ("localhost" if address == "127.0.0.1" else address), real


def _real(make: str) -> str:
    """The make that ``auto`` stands for: the most real one that this machine has."""
    if make != "auto":
        return make
    from mailkit.lab.backends.docker import engine_missing
    from mailkit.lab.backends.dovecot import find_dovecot

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


def _trusting(ca_file: Path) -> "ssl.SSLContext":
    import ssl

    return ssl.create_default_context(cafile=str(ca_file))


_PORTS = {"imap": (993, 143), "pop3": (995, 110), "smtp": (465, 587)}


def _relay(lab: Any, protocol: str, security: str, certificate: str) -> "Relay":
    from mailkit.lab.relay import Relay
    from mailkit.ports import Security

    if protocol not in _PORTS:
        raise ValueError(f"protocol is one of {', '.join(_PORTS)}, not {protocol!r}")
    implicit, upgrade = _PORTS[protocol]
    match Security(security):
        case Security.IMPLICIT_TLS:
            target = lab.where(lab.host, implicit)
        case Security.STARTTLS:
            target = lab.where(lab.host, upgrade)
        case Security.CLEARTEXT:
            try:
                target = lab.where("none.example.com", upgrade)
            except KeyError:
                pytest.skip(f"this backend of the lab has no {protocol} server without TLS")
            return Relay(target)
    onward = _trusting(lab.ca_file)
    context = lab.authority.context("localhost", certificate)
    begins = Security(security) is Security.IMPLICIT_TLS
    return Relay(target, context, onward, lab.host, begins)
