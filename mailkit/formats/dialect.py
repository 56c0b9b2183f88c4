"""A dialect: a product's names and words for mail settings, as data.

A file of :mod:`mailkit.formats.dialects` makes one :class:`Dialect` of one or more
:class:`ServiceWords`. The module reads no file. Patterns of keys are dotted: ``mailer.SMTP_PORT`` is the path
``("mailer", "SMTP_PORT")``. ``*`` is
any one segment, ``#`` an item of a list, ``**`` any number of segments; what they match identifies the account.
``\\.`` is a dot in a segment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailkit.formats.document import Scalar
from mailkit.ports import Security

__all__ = [
    "ABSENT",
    "EMPTY",
    "OTHERS",
    "Dialect",
    "EnvNames",
    "Ignored",
    "Mode",
    "Reading",
    "ServiceWords",
    "segments",
]

ABSENT = "\0absent"
"""In ``Mode.when``: the key is missing."""

EMPTY = "\0empty"
"""In ``Mode.when``: the key exists, and is empty. An empty word also matches a missing key."""

OTHERS = "\0others"
"""In ``ServiceWords.auths``: every word that is not named. In ``Mode.when``: any text, ``false`` too."""


def segments(pattern: str) -> list[str]:
    """The segments of a dotted pattern."""
    return [part.replace("\0", ".") for part in pattern.replace("\\.", "\0").split(".")]


Condition = Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Mode:
    """A way to write an encryption mode. The first mode whose conditions are all true counts.

    Attributes:
        security: what it means.
        when: by key what it must be: ``True`` or ``False`` for a flag, a word or several
            (letter case is ignored), ``ABSENT``. ``@port`` is the port that was read (a number or ``None``),
            ``@scheme`` the scheme of the URL or the prefix of the
            host, ``@host`` the host.
        writes: what to write for this mode, by key; what ``when`` says where it is not given.
            A key that is missing from the file is added, unless ``defaults`` says the same.
        optional: TLS only if it is offered.
        why: for an optional mode or an odd one: what the product does, in one clause.
    """

    security: Security
    when: Mapping[str, Condition] = field(default_factory=dict)
    writes: Mapping[str, Scalar] | None = None
    optional: bool = False
    why: str = ""

    @property
    def options(self) -> dict[str, Condition]:
        """The options of a URL that it needs, by name."""
        return {
            key[1:]: value for key, value in self.when.items() if key[0] == "?" and value != ABSENT
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """The meaning of the words in some versions: ``"Laravel 9 and 10"``.

    ``ignored`` are keys these versions do not read, with what replaces them; ``signs`` are keys
    that only these versions have; ``protocols`` are the words of the key for the protocol, where
    they differ by version.
    """

    versions: str
    modes: tuple[Mode, ...]
    ignored: Mapping[str, str] = field(default_factory=dict)
    signs: tuple[str, ...] = ()
    protocols: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ignored:
    """A key that no supported version reads, and what to write instead."""

    key: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceWords:
    """How a product writes one service. Every name is a tuple: the first existing one counts.

    Attributes:
        role: ``incoming`` or ``outgoing``.
        protocol: ``imap``, ``pop3``, ``smtp``; or the names of the key that says so.
        protocols: the words of that key; a word that maps to ``""`` is no mail service.
        at: where the keys are: patterns of the path above them. A key that begins with ``/``
            is a path from the root; an empty one is the value at ``at`` itself.
        host, port, user, secret, auth, url: names of keys. A service is there where a host or a
            URL (or ``anchor``) is. ``auth`` may be ``@scheme``: the scheme of the URL says it.
        auths: what the words for ``auth`` mean; ``OTHERS`` is any other word.
        secret_file, secret_command, secret_env: keys whose value is where the password is.
        secret_keyring: keys whose value is the user of an entry in the keyring of ``keyring_service``.
        secret_in_file: keys whose file holds more than the password.
        secret_uris: the password may be ``env://NAME`` or ``file:///PATH``, which say where it is.
        port_flag: a flag without which the key for the port is not read.
        port_names: the port may be a name of ``/etc/services``.
        port_defaults: words of the port that stand for the default port.
        timeout, verify, address: further keys that rules know; ``no_verify`` are flags of the
            opposite sense, or ``key=word``.
        helo: keys of the name for EHLO; advice names them, and nothing reads them.
        defaults: values of keys that are missing.
        ports: the default port by mode, or one port; ``None`` for the registered one.
        scheme_ports: the default port by the scheme of the URL, where that decides.
        default_host: the host where the key is missing.
        modes: what the words mean, or ``readings`` where versions differ (newest first).
        flags: keys of ``modes`` whose text counts as yes or no (``"true"``), whatever the syntax.
        exclusive: groups of flags of which at most one may be on; with ``exclusive_defaults`` a
            flag that is on by default counts too.
        ignored: keys that do nothing.
        needs_host: with an empty host there is no service (and not a service without a host).
        host_port: the host key may say ``host:port`` by right.
        host_port_alone: it may, where no key has the port.
        url_login: options of the URL with the user and the password, if they are not in front of the host.
        port_needed: the product does not send without a port in the host key.
        preset: a key that names a provider; ``presets`` are the host, port and encryption of each,
            which win over the other keys, unless ``preset_yields`` and there is a host. Letter case
            and blanks in the name do not count.
        prefixes: prefixes of the host with their mode, by right (``ssl://``).
        schemes: schemes of the URL with their protocol and mode.
        enabled: by key, the words with which the service is in use; ``OTHERS`` is any text.
        login_flag: a flag without which user and password are not used.
        needs: further keys without which a new file does not work, with their values; ``login_needs``
            those that only a login needs.
        joined: a new file has the port behind the host, although there is a key for it.
        bracketed: a new file has the host in brackets, so that its MX records are not asked for.
        cleartext_flag: a switch without which the password is sent over TLS only.
        placeholders: a user name with one of these is filled in by the product.
        ambiguous: keys whose “ssl”, “tls” or “true” cannot be read without knowing the product.
    """

    role: str = "outgoing"
    protocol: str | tuple[str, ...] = "smtp"
    protocols: Mapping[str, str] = field(default_factory=dict)
    at: tuple[str, ...] = ("",)
    host: tuple[str, ...] = ()
    port: tuple[str, ...] = ()
    port_flag: str = ""
    port_names: bool = False
    port_defaults: tuple[Scalar, ...] = ()
    user: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    auth: tuple[str, ...] = ()
    url: tuple[str, ...] = ()
    secret_file: tuple[str, ...] = ()
    secret_command: tuple[str, ...] = ()
    secret_env: tuple[str, ...] = ()
    secret_keyring: tuple[str, ...] = ()
    keyring_service: str = ""
    secret_in_file: tuple[str, ...] = ()
    secret_uris: bool = False
    timeout: tuple[str, ...] = ()
    verify: tuple[str, ...] = ()
    no_verify: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    helo: tuple[str, ...] = ()
    anchor: tuple[str, ...] = ()
    defaults: Mapping[str, Scalar] = field(default_factory=dict)
    ports: Mapping[Security, int] | int | None = None
    scheme_ports: Mapping[str, int] = field(default_factory=dict)
    default_host: str = ""
    modes: tuple[Mode, ...] = ()
    readings: tuple[Reading, ...] = ()
    flags: bool = False
    exclusive: tuple[tuple[str, ...], ...] = ()
    exclusive_why: str = ""
    exclusive_defaults: bool = False
    ignored: tuple[Ignored, ...] = ()
    needs_host: bool = False
    host_port: bool = False
    port_needed: bool = False
    host_port_alone: bool = False
    url_login: tuple[str, ...] = ()
    preset: tuple[str, ...] = ()
    presets: Mapping[str, tuple[str, int, Security]] = field(default_factory=dict)
    preset_yields: bool = False
    prefixes: Mapping[str, Security] = field(default_factory=dict)
    schemes: Mapping[str, tuple[str, Security | None]] = field(default_factory=dict)
    enabled: Mapping[str, tuple[Scalar, ...]] = field(default_factory=dict)
    login_flag: tuple[str, ...] = ()
    needs: Mapping[str, Scalar] = field(default_factory=dict)
    login_needs: Mapping[str, Scalar] = field(default_factory=dict)
    joined: bool = False
    bracketed: bool = False
    cleartext_flag: str = ""
    auths: Mapping[str, str] = field(default_factory=dict)
    placeholders: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()

    def named(self, setting: str) -> tuple[str, ...]:
        """The keys for a setting of a service."""
        return {
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "auth": self.auth,
            "secret": self.secret,
        }.get(setting, ())


@dataclass(frozen=True, slots=True)
class EnvNames:
    """How an environment variable names a key of the product's file: ``GF_SMTP_HOST`` is ``smtp.host``.

    ``limit`` is how often the separator splits (-1: always); ``others`` are prefixes that mean the same.
    """

    prefix: str
    separator: str = "_"
    limit: int = -1
    others: tuple[str, ...] = ()

    def prefix_of(self, name: str) -> str | None:
        """The prefix that a variable has; ``None`` if it is not the product's."""
        folded = name.upper()
        prefixes = (self.prefix, *self.others)
        return next((one for one in prefixes if folded.startswith(one.upper())), None)

    def path(self, name: str) -> tuple[str, ...] | None:
        """Return the path for a variable; ``None`` if it is not the product's."""
        prefix = self.prefix_of(name)
        if prefix is None:
            return None
        return tuple(name[len(prefix) :].split(self.separator, self.limit))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A product.

    Attributes:
        name: as ``--from`` and ``--to`` take it.
        title: as messages name it.
        syntaxes: the syntaxes its settings are written in.
        files: patterns of its file names; ``*/x.conf`` is compared with the end of the path.
        services: its services.
        marks: keys of which at least one must be there, unless the file name is one of ``own_files``.
            Without it the anchor is enough.
        own_files: file names that no other product uses.
        traces: words of which one is in the text, where the keys themselves need not be.
        images: patterns of container images that read these settings from the environment.
        env: how variables name its keys, where it reads them.
        fold: letter case, dashes and underscores in keys do not count (relaxed binding).
        ignore_case: letter case in keys does not count.
        flavour: of the syntax.
        suffixes: variables may have a prefix of their own (``SHOP_SMTP_HOST``), which tells one
            account from another.
        alternatives: its services of one protocol are several ways to one mailbox.
        new_file: ``mailkit convert`` writes a new file of it.
        new_at: where a new file has the keys, if ``at`` is a pattern; with ``new_dotted`` a key and
            the names above it are one name there (``mail.host``).
        least: how many of its keys have to be there.
        versions_in: what tells the version, with a pattern for it: files beside it, ``image``
            for the tag of the image, ``path`` for that of the file, or ``=KEY`` for a key of the file.
        newest: where nothing tells the version, the newest reading counts and is not in doubt.
        nulls: words that the product takes for no value at all.
        sources: where its words are documented.
        dated: the day the sources were last read for this dialect; empty where they were not.
    """

    name: str
    title: str
    syntaxes: tuple[str, ...]
    services: tuple[ServiceWords, ...]
    files: tuple[str, ...] = ()
    own_files: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    traces: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    env: EnvNames | None = None
    fold: bool = False
    ignore_case: bool = False
    flavour: str = ""
    suffixes: bool = False
    alternatives: bool = False
    new_file: bool = False
    new_at: tuple[str, ...] = ()
    new_dotted: bool = False
    least: int = 1
    versions_in: Mapping[str, str] = field(default_factory=dict)
    newest: bool = False
    nulls: tuple[str, ...] = ()
    example: str = ""
    sources: tuple[str, ...] = ()
    dated: str = ""
