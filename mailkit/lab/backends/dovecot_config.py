"""The configuration of a Dovecot for the lab, for 2.3 and 2.4."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mailkit.lab.endpoints import MECHANISMS
from mailkit.lab.mailstore.folder import PUBLIC

__all__ = ["PUBLIC", "DovecotListener", "Spec", "configuration", "public_folders"]


@dataclass(frozen=True, slots=True)
class DovecotListener:
    """One listener: the service it belongs to, its address and port, and whether it begins with TLS."""

    service: str
    address: str
    port: int
    tls: bool

    @property
    def name(self) -> str:
        """A name that is unique among the service's listeners."""
        return f"{self.service}-{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """The inputs of a configuration.

    ``certificates`` has the files ``(certificate, key)`` by address, and the default under an empty address;
    ``named`` those by name (SNI). ``clear`` are addresses that accept a password without TLS, ``no_tls`` those
    without TLS. Without ``root`` everything runs as ``user`` and ``group``.
    """

    folder: Path
    places: tuple[DovecotListener, ...]
    certificates: dict[str, tuple[Path, Path]]
    user: str
    group: str
    root: bool
    clear: frozenset[str] = frozenset()
    no_tls: frozenset[str] = frozenset()
    connections: int = 50
    quota_kib: int = 10_240
    jwt_keys: Path = field(default_factory=Path)
    named: dict[str, tuple[Path, Path]] = field(default_factory=dict)
    conf: Path | None = None
    log: Path | None = None

    @property
    def files(self) -> Path:
        """The folder of files that Dovecot only reads."""
        return self.conf or self.folder


def configuration(spec: Spec, version: tuple[int, int]) -> str:
    """Return the whole file for a version of Dovecot."""
    newer = version >= (2, 4)
    lines = [*(_head_24() if newer else ()), *_common(spec, newer=newer)]
    lines += _new(spec) if newer else _old(spec)
    lines += _services(spec, newer=newer)
    return "\n".join(lines) + "\n"


def _head_24() -> Iterator[str]:
    yield "dovecot_config_version = 2.4.0"
    yield "dovecot_storage_version = 2.4.0"


def public_folders(root: Path) -> None:
    """The folders that all users share: Team, and News that they may only read."""
    for name, rights in (("News", "lr"), ("Team", "lrwstipe")):
        for sub in ("cur", "new", "tmp"):
            (root / f".{name}" / sub).mkdir(parents=True)
        (root / f".{name}" / "dovecot-acl").write_text(f"anyone {rights}\n", "ascii")


def _public(spec: Spec, *, newer: bool) -> Iterator[str]:
    place = f"{spec.folder}/mail/.public"
    if newer:
        yield "mail_driver = maildir"
        yield f"mail_path = {place}"
    else:
        yield f"location = maildir:{place}"


def _common(spec: Spec, *, newer: bool) -> Iterator[str]:
    folder = spec.folder
    yield f"base_dir = {folder}/run/base"
    yield f"state_dir = {folder}/run/state"
    yield f"log_path = {spec.log or folder / 'log'}"
    yield "protocols = imap pop3 lmtp"
    yield "login_greeting = lab ready"
    yield "auth_failure_delay = 0"
    yield "auth_verbose = yes"
    yield "mail_fsync = never"
    yield "pop3_lock_session = yes"
    yield "mail_max_lock_timeout = 1s"
    yield "auth_username_chars ="
    yield f"mail_max_userip_connections = {spec.connections}"
    yield "first_valid_uid = 1"
    yield f"auth_mechanisms = {' '.join(MECHANISMS).lower()}"
    yield "ssl = yes"
    if not spec.root:
        yield f"default_internal_user = {spec.user}"
        yield f"default_internal_group = {spec.group}"
        yield f"default_login_user = {spec.user}"
    yield "namespace inbox {"
    yield "  inbox = yes"
    yield "  separator = /"
    for name in ("Drafts", "Junk", "Sent", "Trash"):
        yield f"  mailbox {name} {{"
        yield f"    special_use = \\{name}"
        yield "    auto = subscribe"
        yield "  }"
    yield "}"
    yield "namespace public {"
    yield "  type = public"
    yield f"  prefix = {PUBLIC}/"
    yield "  separator = /"
    yield "  subscriptions = no"
    yield from (f"  {line}" for line in _public(spec, newer=newer))
    yield "}"


def _old(spec: Spec) -> Iterator[str]:
    folder = spec.folder
    yield f"mail_location = maildir:{folder}/mail/%u"
    yield "disable_plaintext_auth = yes"
    yield from _certificate_old(spec.certificates[""])
    yield from _block("passdb", "driver = passwd-file", f"args = {spec.files}/users")
    yield from _block(
        "passdb",
        "driver = oauth2",
        "mechanisms = xoauth2 oauthbearer",
        f"args = {spec.files}/oauth2",
    )
    yield from _block(
        "userdb",
        "driver = static",
        f"args = uid={spec.user} gid={spec.group} home={folder}/mail/%u/home allow_all_users=yes",
    )
    yield "mail_plugins = quota acl"
    yield from _block("protocol imap", "mail_plugins = $mail_plugins imap_quota")
    yield from _block(
        "plugin",
        "quota = maildir:User quota",
        f"quota_rule = *:storage={spec.quota_kib}K",
        "acl = vfile",
    )
    for address in _special(spec):
        yield f"local {address} {{"
        if address in spec.certificates:
            yield from _certificate_old(spec.certificates[address])
        if address in spec.clear:
            yield "disable_plaintext_auth = no"
        if address in spec.no_tls:
            yield "ssl = no"
        yield "}"


def _certificate_old(files: tuple[Path, Path]) -> Iterator[str]:
    yield f"ssl_cert = <{files[0]}"
    yield f"ssl_key = <{files[1]}"


def _new(spec: Spec) -> Iterator[str]:
    folder = spec.folder
    yield "mail_driver = maildir"
    yield f"mail_path = {folder}/mail/%{{user}}"
    yield "auth_allow_cleartext = no"
    yield from _certificate_new(spec.certificates[""])
    yield from _block("passdb passwd-file", f"passwd_file_path = {spec.files}/users")
    yield from _block(
        "oauth2",
        "introspection_mode = local",
        "username_attribute = email",
        "oauth2_local_validation {",
        "  dict fs {",
        "    fs posix {",
        f"      prefix = {spec.jwt_keys}/",
        "    }",
        "  }",
        "}",
    )
    yield from _block(
        "userdb static",
        "static_allow_all_users = yes",
        "fields {",
        f"  uid = {spec.user}",
        f"  gid = {spec.group}",
        f"  home = {folder}/mail/%{{user}}/home",
        "}",
    )
    yield "acl_driver = vfile"
    yield from _block("mail_plugins", "quota = yes", "acl = yes")
    inside = ("quota = yes", "acl = yes", "imap_quota = yes")
    yield from _block("protocol imap", "mail_plugins {", *(f"  {line}" for line in inside), "}")
    yield f"quota_storage_size = {spec.quota_kib}K"
    yield "quota_storage_grace = 0"
    yield from _block('quota "User quota"')
    for name, files in spec.named.items():
        yield from _block(f"local_name {name}", *_certificate_new(files))
    for address in _special(spec):
        yield f"local {address} {{"
        if address in spec.certificates:
            yield from _certificate_new(spec.certificates[address])
        if address in spec.clear:
            yield "auth_allow_cleartext = yes"
        if address in spec.no_tls:
            yield "ssl = no"
        yield "}"


def _certificate_new(files: tuple[Path, Path]) -> Iterator[str]:
    yield f"ssl_server_cert_file = {files[0]}"
    yield f"ssl_server_key_file = {files[1]}"


def _special(spec: Spec) -> list[str]:
    """Addresses with their own rules."""
    return sorted({a for a in spec.certificates if a} | spec.clear | spec.no_tls)


def _services(spec: Spec, *, newer: bool) -> Iterator[str]:
    word = "listen" if newer else "address"
    yield "service anvil {"
    if not spec.root:
        yield "  chroot ="
    if not newer:  # a refused login makes the next ones wait, from the same address
        yield from _block("unix_listener anvil-auth-penalty", "mode = 0")
    yield "}"
    for service in ("imap-login", "pop3-login", "lmtp"):
        kind = service.partition("-")[0]
        yield f"service {service} {{"
        if not spec.root and service != "lmtp":
            yield "  chroot ="
        for name in {"imap": ("imap", "imaps"), "pop3": ("pop3", "pop3s")}.get(kind, ()):
            yield from _block(f"inet_listener {name}", "port = 0")
        for place in spec.places:
            if place.service == kind:
                yield from _block(
                    f"inet_listener {place.name}",
                    f"{word} = {place.address}",
                    f"port = {place.port}",
                    f"ssl = {'yes' if place.tls else 'no'}",
                )
        yield "}"


def _block(head: str, *lines: str) -> Iterable[str]:
    return [f"{head} {{", *(f"  {line}" for line in lines), "}"]
