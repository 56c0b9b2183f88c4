"""The values of the pytest plugin's fixtures: servers, and settings for apps."""

import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias

from mailkit.errors import LabError, SettingsError
from mailkit.lab.app_settings import SecurityName
from mailkit.lab.certificates import KINDS, trusting
from mailkit.lab.endpoints import OPEN
from mailkit.lab.faults import NOT_SHOWN, SCENARIOS
from mailkit.lab.listener import Listener
from mailkit.lab.mailbox import AnyLab, TestMailbox
from mailkit.lab.recording import Recording, Session
from mailkit.lab.relay import Relay, Trigger
from mailkit.lab.scenario import for_every_client
from mailkit.lab.servers.core import Lab
from mailkit.ports import Security

__all__ = [
    "CertificateKind",
    "Endpoint",
    "FaultyServer",
    "MakeEndpoint",
    "MakeFault",
    "MakeMailbox",
    "ProtocolName",
    "endpoint",
    "faulty_server",
]

ProtocolName: TypeAlias = Literal["imap", "pop3", "smtp"]
CertificateKind: TypeAlias = Literal[
    "good",
    "expired",
    "not-yet",
    "future",
    "soon",
    "self-signed",
    "unknown-ca",
    "missing-intermediate",
    "intercepted",
    "antivirus",
    "other-host",
    "sibling-host",
    "wildcard",
    "cn-only",
    "weak-key",
    "weak-signature",
    "weak-ca",
    "informal",
    "ca-leaf",
    "revoked",
    "mess",
]

_PORTS = {"imap": (993, 143), "pop3": (995, 110), "smtp": (465, 587)}
_WORDS = {
    "ssl": "implicit-tls",
    "tls": "starttls for STARTTLS, or implicit-tls for TLS from the first byte",
    "smtps": "implicit-tls",
    "none": "cleartext",
    "plain": "cleartext",
}


@dataclass(frozen=True)
class Endpoint:
    """A server to connect to. ``host`` is localhost, and the certificate is valid for it.

    ``security`` is ``implicit-tls``, ``starttls`` or ``cleartext``; ``ca_file`` is the trust anchor in PEM.
    """

    protocol: str
    host: str
    port: int
    security: str
    ca_file: Path
    recordings: Callable[[], Sequence[Recording]] = field(repr=False, compare=False)

    @property
    def context(self) -> ssl.SSLContext:
        """A context that trusts the lab, and verifies as usual."""
        return trusting(self.ca_file)

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The connections, the oldest first, as they stand now."""
        return tuple(recording.session() for recording in self.recordings())

    @property
    def transcript(self) -> tuple[str, ...]:
        """The last connection: ``C:`` and ``S:`` lines, ``== tls`` where TLS begins, logins masked."""
        found = self.recordings()
        return found[-1].transcript if found else ()

    @property
    def connections(self) -> int:
        """The number of connections."""
        return len(self.recordings())

    @property
    def heard_in_clear(self) -> bytes:
        """Every byte that came without TLS: no password may be in it."""
        return b"".join(bytes(recording.in_clear) for recording in self.recordings())


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
    lab: Lab = field(repr=False)

    @property
    def host(self) -> str:
        """Where the first endpoint is."""
        return self.endpoints[0][1]

    @property
    def port(self) -> int:
        """The port of the first endpoint."""
        return self.endpoints[0][2]

    @property
    def context(self) -> ssl.SSLContext:
        """A context that trusts the lab, and verifies as usual."""
        return trusting(self.ca_file)

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The connections, the oldest first, as they stand now."""
        return self.lab.sessions

    @property
    def transcript(self) -> tuple[str, ...]:
        """The last connection, logins masked."""
        sessions = self.lab.sessions
        return sessions[-1].transcript if sessions else ()

    @property
    def heard_in_clear(self) -> bytes:
        """Every byte that came without TLS."""
        return self.lab.heard_in_clear


class MakeEndpoint(Protocol):
    """The type of the fixture ``mail_endpoint``."""

    def __call__(
        self,
        protocol: ProtocolName = "smtp",
        security: SecurityName = "implicit-tls",
        *,
        certificate: CertificateKind = "good",
        login: bool = True,
        triggers: Sequence[Trigger] = (),
        cues: Sequence[Trigger] = (),
        delay_s: float = 0.0,
        piece: int = 0,
    ) -> Endpoint:
        """Return a server for the lab's mailboxes.

        Args:
            protocol: the protocol.
            security: the encryption mode.
        certificate: the kind of certificate (:data:`mailkit.lab.certificates.KINDS`).
            login: whether SMTP requires a login; without one it accepts mail from anyone to anyone.
            triggers: faults
            at chosen moments (:class:`mailkit.lab.relay.Trigger`).
            cues: the name of ``triggers`` in version 0.1.
            delay_s: seconds before each piece that the server sends.
            piece: the most bytes that the server sends together; 0 leaves them as they come.
        """


class MakeMailbox(Protocol):
    """The type of the fixture ``new_mailbox``."""

    def __call__(self, name: str = "") -> TestMailbox:
        """One more mailbox; ``name`` is the local part of its address."""


class MakeFault(Protocol):
    """The type of the fixture ``mail_fault``."""

    def __call__(self, fault: str) -> FaultyServer:
        """A server with this fault; ``mailkit lab faults`` lists them."""


@contextmanager
def endpoint(
    lab: AnyLab,
    protocol: str,
    security: str,
    certificate: str = "good",
    *,
    login: bool = True,
    triggers: Sequence[Trigger] = (),
    delay_s: float = 0.0,
    piece: int = 0,
) -> Iterator[Endpoint]:
    """Run a server for a lab's mailboxes during a ``with`` block; see :class:`MakeEndpoint`.

    The embedded lab opens one more port; triggers, and the other backends, need a relay.

    Raises:
        SettingsError: an argument is invalid.
        LabError: this backend has no such server.
    """
    mode = _checked(protocol, security, certificate)
    if isinstance(lab, Lab) and not (triggers or delay_s or piece):
        knobs: dict[str, object] = {"mechanisms": _mechanisms(lab, protocol)}
        knobs |= {} if login or protocol != "smtp" else OPEN
        listener = Listener(
            protocol=protocol,
            host="localhost",
            port=0,
            security=mode,
            certificate=certificate,
            **knobs,  # type: ignore[arg-type]
        )
        with lab.serving(listener) as (_, port):
            yield Endpoint(
                protocol, "localhost", port, security, lab.ca_file, lambda: lab.recordings(port)
            )
        return
    relay = _relay(lab, protocol, mode, certificate, login=login)
    relay.cues, relay.delay_s, relay.piece = triggers, delay_s, piece
    with relay:
        port = relay.address[1]
        yield Endpoint(protocol, "localhost", port, security, lab.ca_file, lambda: relay.sessions)


def _mechanisms(lab: Lab, protocol: str) -> Sequence[str]:
    """The mechanisms of the lab's own endpoint of a protocol."""
    return next(
        (listener.mechanisms for listener in lab.listeners if listener.protocol == protocol), ()
    )


def _checked(protocol: str, security: str, certificate: str) -> Security:
    if protocol not in _PORTS:
        raise SettingsError(f"protocol is one of {', '.join(_PORTS)}, not {protocol!r}")
    if certificate not in KINDS:
        raise SettingsError(f"certificate is one of {', '.join(KINDS)}, not {certificate!r}")
    try:
        return Security(security)
    except ValueError:
        meant = f"; write {_WORDS[security]}" if security in _WORDS else ""
        known = ", ".join(map(str, Security))
        raise SettingsError(f"security is one of {known}, not {security!r}{meant}") from None


def _relay(
    lab: AnyLab, protocol: str, security: Security, certificate: str, *, login: bool
) -> Relay:
    implicit, upgrade = _PORTS[protocol]
    host = lab.host if login or protocol != "smtp" else "open.example.com"
    authority: Any = getattr(lab, "authority", None)
    try:
        match security:
            case Security.IMPLICIT_TLS:
                target = lab.where(host, implicit)
            case Security.STARTTLS:
                target = lab.where(host, upgrade)
            case Security.CLEARTEXT:
                port = 25 if protocol == "smtp" and not login else upgrade
                return Relay(lab.where("none.example.com", port))
    except KeyError:
        without = "" if login else " without a login"
        raise LabError(f"this backend has no {protocol} server with {security}{without}") from None
    context = authority.context("localhost", certificate)
    begins = security is Security.IMPLICIT_TLS
    return Relay(target, context, trusting(lab.ca_file), host, begins)


@contextmanager
def faulty_server(fault: str) -> Iterator[FaultyServer]:
    """Run a server with a fault during a ``with`` block.

    Raises:
        SettingsError: the fault is unknown, or no server
    can show it.
    """
    if fault not in SCENARIOS:
        why = NOT_SHOWN.get(fault, "there is no such fault; mailkit lab faults lists them")
        raise SettingsError(f"{fault}: {why}")
    scenario = SCENARIOS[fault]
    listeners = [*map(for_every_client, scenario.listeners)]
    if len({listener.host for listener in listeners}) == 1:  # at home where clients look for it
        listeners = [replace(listener, host="localhost") for listener in listeners]
    with Lab(listeners, scenario.users, scenario.zone) as lab:
        endpoints = tuple(
            (listener.protocol, *_place(lab, listener.host, listener.port), str(listener.security))
            for listener in listeners
        )
        user, password = next(iter(scenario.users.items()))
        yield FaultyServer(fault, endpoints, user, password, lab.ca_file, lab)


def _place(lab: Lab, host: str, port: int) -> tuple[str, int]:
    address, real = lab.where(host, port)
    return ("localhost" if address == "127.0.0.1" else address), real
