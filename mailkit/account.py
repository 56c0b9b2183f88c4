"""The settings as they were written: accounts, their services, and the place of each value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from mailkit.errors import SettingsError
from mailkit.ports import (
    CLEARTEXT_WORDS,
    Protocol,
    Security,
    assumed_security,
    default_port,
)
from mailkit.secret import Secret
from mailkit.text import html_table
from mailkit.uses import USE_KEYS, ChannelOptions, FolderOptions, OutgoingOptions

__all__ = [
    "ACCOUNT_KEYS",
    "SERVICE_KEYS",
    "SETTINGS",
    "Account",
    "Place",
    "Remark",
    "Service",
    "Wording",
    "is_address",
    "is_host_name",
    "is_local",
    "is_loopback",
    "secret_source",
    "secret_use",
    "settings",
    "with_changes",
    "with_protocol",
]

SETTINGS = ("protocol", "host", "port", "security", "user", "auth")
"""The settings of a service that a report shows and a proposal may change."""

ACCOUNT_KEYS: dict[str, type] = {
    "address": str,
    "name": str,
    "active": bool,
    "default": bool,
    "scope": str,
    "allow_cleartext_login": bool,
    "incoming": dict,
    "outgoing": dict,
    "delivery": dict,
    "channel": dict,
    "folders": dict,
} | USE_KEYS
SERVICE_KEYS: dict[str, type] = {
    "protocol": str,
    "host": str,
    "port": int,
    "security": str,
    "user": str,
    "auth": str,
    "secret": dict,
    "allow_cleartext_login": bool,
    "verify": bool,
    "timeout": float,
    "leave_on_server": bool,
    "poll_minutes": float,
    "save_sent": bool,
}
"""Keys of a service; the last five describe the program that uses the account, for rules."""


_SECURITIES = {str(security): security for security in Security}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is written: ``accounts.toml:12``."""

    file: str
    line: int
    key: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark of the file's reader about a service; the rule with this id reports it."""

    id: str
    message: str
    evidence: tuple[str, ...] = ()
    fix: Mapping[str, Any] = field(default_factory=dict)
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """The settings of a service in the words of the file's product.

    Attributes:
        product: its name.
        shown: the line of the file, without passwords, by setting.
        security: what to write for each encryption mode.
        lacks: encryption modes that no setting of this kind of file says.
        keys: the product's key, by setting.
        published: it is one of several endpoints that a provider offers for one mailbox.
        elsewhere: where the value comes from, by setting, if it is not in the file.
    """

    product: str
    shown: Mapping[str, str] = field(default_factory=dict)
    security: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    published: bool = False
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One protocol on one endpoint.

    An invalid service can be constructed, so that it can be checked. An invalid port or encryption mode is kept in
    ``written`` under its key, and the field has what mailkit assumes instead (port 0 if there is no likely port).
    """

    protocol: Protocol
    host: str = ""
    port: int = -1
    security: Security = Security.IMPLICIT_TLS
    user: str = ""
    auth: str = "password"
    secret: Secret | None = None
    allow_cleartext_login: bool = False
    role: str = ""
    written: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    places: Mapping[str, Place] = field(default_factory=dict, compare=False, repr=False)
    remarks: tuple[Remark, ...] = field(default=(), compare=False, repr=False)
    wording: Wording | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        written = dict(self.written)
        protocol = _protocol(self.protocol)
        port: object = self.port
        security: object = written.get("security", self.security)
        if not isinstance(port, int) or isinstance(port, bool):
            written["port"], port = port, 0
        word = str(security).strip().lower()
        if word in _SECURITIES:
            security = _SECURITIES[word]
        else:
            written["security"] = security
            security = (
                Security.CLEARTEXT
                if word in CLEARTEXT_WORDS
                else assumed_security(port if port > 0 else None)
            )
        if port == -1:
            port = default_port(protocol, security)
        host = self.host
        if "@" in host and ("://" in host or ":" in host.partition("@")[0]):
            host = written["host"] = _without_password(host)
        role = self.role or ("outgoing" if protocol is Protocol.SMTP else "incoming")
        for name, value in (
            ("protocol", protocol),
            ("host", host),
            ("port", port),
            ("security", security),
            ("role", role),
            ("written", written),
        ):
            object.__setattr__(self, name, value)

    @property
    def endpoint(self) -> str:
        """``imap.example.com:993 implicit-tls``, as in the list of attempts."""
        return f"{self.host}:{self.port} {self.security}"

    def _repr_html_(self) -> str:
        return html_table("", _SHOWN, [_shown(self)])

    def place(self, key: str = "") -> Place | None:
        """Return the place of a key, or else of the service."""
        return self.places.get(key) or self.places.get("")

    def shown(self, key: str) -> str:
        """Return a setting as the file writes it: ``EMAIL_PORT = 465``, or ``port = 465``."""
        line = self.wording.shown.get(key) if self.wording else None
        return line or f"{key} = {getattr(self, key)}"

    @property
    def published(self) -> bool:
        """Whether this is one of several endpoints that a provider offers for one mailbox."""
        return self.wording is not None and self.wording.published

    def elsewhere(self, key: str) -> str:
        """Return where the value of a setting comes from, if it is not in the file; else empty."""
        return self.wording.elsewhere.get(key, "") if self.wording else ""

    def lacks(self, security: Security) -> bool:
        """Whether no setting of the product's file says this encryption mode."""
        return self.wording is not None and str(security) in self.wording.lacks

    def instruction(self, key: str, value: object) -> str:
        """Return how to write a setting, in the product's words: ``EMAIL_USE_SSL = True``."""
        if self.wording is None:
            return f"{key} to {value}"
        if key == "security":
            return self.wording.security.get(str(value)) or f"the encryption to {value}"
        name = self.wording.keys.get(key, key)
        part = "the port in " if key == "port" and name == self.wording.keys.get("host") else ""
        return f"{part}{name} to {value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One person's or channel's mail settings: an incoming service, an outgoing one, or both.

    ``modes`` has the permission bits of its file and of the files of its secrets, by file name.
    """

    label: str
    address: str = ""
    name: str = ""
    active: bool = True
    default: bool = False
    scope: str = "system"
    incoming: Service | None = None
    outgoing: Service | None = None
    delivery: OutgoingOptions = field(default_factory=OutgoingOptions)
    channel: ChannelOptions = field(default_factory=ChannelOptions)
    folders: FolderOptions = field(default_factory=FolderOptions)
    written: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    places: Mapping[str, Place] = field(default_factory=dict, compare=False, repr=False)
    modes: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    @property
    def services(self) -> tuple[Service, ...]:
        """The services that the account has, incoming first."""
        return tuple([s for s in (self.incoming, self.outgoing) if s is not None])

    @property
    def first_role(self) -> str:
        """The role of the first service: what is said of the account is said with it."""
        return "incoming" if self.incoming is not None else "outgoing"

    @property
    def domain(self) -> str:
        """The domain of the address in lower case, or empty."""
        return self.address.rpartition("@")[2].strip().strip(">").lower()

    def place(self, key: str = "") -> Place | None:
        """Return the place of a key, or else of the account."""
        return self.places.get(key) or self.places.get("")

    def _repr_html_(self) -> str:
        title = f"{self.label} <{self.address}>" if self.address else self.label
        return html_table(title, _SHOWN, map(_shown, self.services))

    @property
    def identity(self) -> tuple[object, ...]:
        """The identity of the account: its label and its place in a file.

        Objects loaded from the same place are the same account. Without a file, the settings identify it.
        """
        place = self.place() or next((one for s in self.services if (one := s.place())), None)
        if place is not None:
            return (self.label, place.file, place.line)
        return (self.label, self.address, *(tuple(settings(s).items()) for s in self.services))


def _shown(service: Service) -> tuple[str, ...]:
    """Return a service as HTML; of the secret only its source is shown."""
    secret = f"{service.secret.kind}" if service.secret is not None else ""
    place = str(service.place() or "")
    return (service.role, str(service.protocol), service.endpoint, service.user, secret, place)


_SHOWN = ("service", "protocol", "endpoint", "user", "secret", "place")


def secret_use(service: Service) -> str:
    """Return which secret a login sends to which host: ``env MAIL_PW to imap.example.com:993 as kim@example.com``;
    empty without a login.
    """
    if service.secret is None or not service.user:
        return ""
    return f"{secret_source(service)} to {service.host}:{service.port} as {service.user}"


def secret_source(service: Service) -> str:
    """Return where the password of a service comes from: ``env MAIL_PW``; empty without one."""
    if service.secret is None:
        return ""
    kind, source = service.secret.kind, service.secret.source
    return "the password in the settings" if kind == "value" else f"{kind} {source}"


def settings(service: Service) -> dict[str, str | int]:
    """Return the six settings of a service for a report, without the secret."""
    return {
        "protocol": str(service.protocol),
        "host": service.host,
        "port": service.port,
        "security": str(service.security),
        "user": service.user,
        "auth": service.auth,
    }


def with_changes(service: Service, changes: Mapping[str, Any]) -> Service:
    """Return the service with some settings changed; a changed value loses its place in ``written``.

    Raises:
        SettingsError: a change names an unknown setting.
    """
    if unknown := set(changes) - set(SETTINGS):
        raise SettingsError(f"not a setting of a service: {', '.join(sorted(unknown))}")
    written = {key: value for key, value in service.written.items() if key not in changes}
    if "security" not in changes and "security" in written:
        written["security"] = str(service.security)
    remarks = () if changes else service.remarks
    return replace(service, **changes, written=written, remarks=remarks)


def with_protocol(account: Account, protocol: Protocol) -> Account:
    """Return the account with another incoming protocol, on that protocol's standard port."""
    service = account.incoming
    if service is None:
        return account
    port = default_port(protocol, service.security)
    return replace(account, incoming=with_changes(service, {"protocol": protocol, "port": port}))


def is_local(host: str) -> bool:
    """Return whether a host name means this machine: localhost and names below it (RFC 6761 §6.3), a loopback or the unspecified address.

    Whether a password may be sent in cleartext depends on the connected address instead; see :func:`is_loopback`.
    """
    name = host.strip().rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost") or is_loopback(name):
        return True
    return (found := _parsed(name)) is not None and found.is_unspecified


@lru_cache(4096)
def is_loopback(address: str) -> bool:
    """Return whether an IP address is loopback: 127.0.0.0/8, ::1, or one of them mapped into IPv6."""
    found = _parsed(address)
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return found is not None and (mapped or found).is_loopback


@lru_cache(4096)
def is_address(host: str) -> bool:
    """Return whether a host is an IP address, with or without brackets; a zone is an interface (RFC 4007 §11.2)."""
    return _parsed(host) is not None and ("%" not in host or _ZONE.fullmatch(host) is not None)


def _parsed(host: str) -> IPv4Address | IPv6Address | None:
    """Return an IP address; ``None`` for a name, which is clear without an exception for most."""
    if ":" not in host and not host.rstrip("]")[-1:].isdigit():
        return None
    try:
        return ip_address(host[1:-1] if host[:1] == "[" and host[-1:] == "]" else host)
    except ValueError:
        return None


def is_host_name(text: str) -> bool:
    """Return whether a text in lower case is the name of a host in ASCII: labels of letters, digits, hyphens and
    underscores (RFC 1123 §2.1), and none that some resolvers read as a number, as in ``0x7f.1``.
    """
    return len(text) <= 253 and _NAME.fullmatch(text) is not None


_ZONE = re.compile(r"\[?[0-9a-fA-F:.]+%[\w.~-]+\]?")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?:{_LABEL}\.)*(?!(?:0x[0-9a-f]*|[0-9]+)\Z){_LABEL}")


def _without_password(url: str) -> str:
    """Return a URL with its password masked; characters that should have been escaped stay."""
    before, at, host = url.rpartition("@")
    scheme, slashes, login = before.rpartition("://")
    user, colon, password = login.partition(":")
    return f"{scheme}{slashes}{user}{colon}{re.sub(r'[^@:/]+', '***', password)}{at}{host}"


def _protocol(word: object) -> Protocol:
    try:
        return Protocol(str(word).strip().lower())
    except ValueError:
        raise SettingsError(f"a protocol is imap, pop3 or smtp, not {word!r}") from None
