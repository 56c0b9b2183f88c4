"""CFG: host names, as they stand."""

import re
from functools import lru_cache

from mailkit import providers
from mailkit.account import Account, Service, is_address, is_local
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.ports import Security
from mailkit.text import joined, number, quoted

UNREACHED = ("dns-nxdomain", "dns-nodata", "tcp-refused", "tcp-timeout", "tcp-unreach")
SILENT = ("grt-silent-dead", "grt-silent-http", "grt-eof", "pid-http-tls")

_URL = re.compile(
    r"(?P<scheme>[a-z0-9+.-]+)://(?:.*@)?(?P<host>[^/:@\s]+)(?::(?P<port>\d+))?", re.I
)
_TIDY = re.compile(r"[\s\u00a0\u200b-\u200f\u2060\ufeff\"'“”‘’<>,;]+")
_SECURE = {"imaps", "pop3s", "pops", "smtps", "submissions", "ssl", "tls", "https"}

_TYPOS = {
    "smpt": "smtp",
    "stmp": "smtp",
    "smtpp": "smtp",
    "smt": "smtp",
    "iamp": "imap",
    "impa": "imap",
    "imao": "imap",
    "imapp": "imap",
    "imp": "imap",
    "ppo": "pop",
    "opo": "pop",
    "popp": "pop",
    "mial": "mail",
    "maill": "mail",
}
_ENDS = {
    "con": "com",
    "cmo": "com",
    "ocm": "com",
    "comm": "com",
    "vom": "com",
    "nte": "net",
    "ogr": "org",
}
_BRANDS = (
    "gmail",
    "googlemail",
    "outlook",
    "hotmail",
    "office365",
    "yahoo",
    "icloud",
    "fastmail",
    "yandex",
)


@rule(Severity.ERROR, explains=(*UNREACHED, "tcp-local-deny"))
def cfg_host_scheme(service: Service) -> Hits:
    """The host must be a plain host name.

    A scheme (``smtp://``), a port (``:587``), a path, quotes, blanks or a comma are not part of a host
    name, and looking it up fails.

    Flagged::

        [account.a.outgoing]
        host = "smtps://smtp.example.com:465"

    Clean::

        [account.a.outgoing]
        host = "smtp.example.com"
        port = 465
    """
    host = service.host
    if service.elsewhere("host"):
        return
    if not host.strip():
        yield Hit("The host is missing: write the server's name.", (), {}, "host")
        return
    bare, port, security = _bare(host)
    if bare != host and "@" not in bare:
        fix: dict[str, object] = {"host": bare}
        fix |= {"port": port} if port and "port" not in service.written else {}
        fix |= {"security": security} if security and "security" not in service.written else {}
        yield Hit(
            f"{quoted(host)} is not a plain host name. It should be {bare}.",
            (f"host = {host!r}",),
            fix,
            "host",
        )


def _bare(host: str) -> tuple[str, int | None, Security | None]:
    """The name in what was written as a host, with the port and security that came along."""
    if (url := _URL.match(host.strip())) is not None:
        secure = url["scheme"].lower() in _SECURE
        return (
            url["host"].rstrip("."),
            number(url["port"] or "", 65_535),
            Security.IMPLICIT_TLS if secure else None,
        )
    tidy = _TIDY.sub("", host).partition("/")[0].rstrip(".")
    login, _, rest = tidy.rpartition("@")
    tidy = rest if ":" in login else tidy
    name, colon, port = tidy.rpartition(":")
    if colon and port.isdecimal() and ":" not in name:
        return name, number(port, 65_535), None
    return tidy, None, None


@rule(Severity.ERROR, explains=UNREACHED)
def cfg_host_is_email(service: Service) -> Hits:
    """The host is an e-mail address.

    An address names a person, and its domain is often not the mail server. Looking the address up
    as a host fails.

    Flagged::

        [account.a.incoming]
        host = "kim@example.com"

    Clean::

        [account.a.incoming]
        host = "imap.example.com"
    """
    host = service.host.strip()
    if re.fullmatch(r"[^@/\s:]+@[^@/\s:]+", host):
        domain = host.rpartition("@")[2].lower()
        provider = providers.for_domain(domain)
        known = provider.service(service.protocol) if provider else None
        yield Hit(
            f"{quoted(host)} is an e-mail address, not a server."
            + (f" The server of {domain} is {known[0]}." if known else ""),
            (f"host = {host!r}",),
            {"host": known[0]} if known else {},
            "host",
        )


@rule(Severity.ERROR, explains=("dns-nxdomain",))
def cfg_url_encoding(service: Service) -> Hits:
    """A character in a URL's user name or password is not escaped.

    In a URL, ``@ : /`` and ``%`` in the user name or password are written ``%40 %3A %2F`` and
    ``%25``. Otherwise a program splits the URL at the wrong place: wrong host, wrong user.

    Flagged::

        [account.a.outgoing]
        host = "smtp://kim@example.com:secret@smtp.example.com"

    Clean::

        [account.a.outgoing]
        host = "smtp.example.com"
        user = "kim@example.com"
    """
    login, at, _ = service.host.partition("://")[2].rpartition("@")
    user, _, password = login.partition(":")
    raw = sorted({char for char in "@:/" if char in user or char in password})
    if at and raw:
        yield Hit(
            f"In this URL {joined(raw)} is not escaped in the user name or password, so host and user cannot be told apart. Give host, user and secret keys of their own.",
            (f"host = {service.host!r}",),
            {},
            "host",
        )


@rule(Severity.WARNING, explains=("crt-ip", "crt-host-mismatch"), suspicion=True)
def cfg_host_ip(service: Service) -> Hits:
    """The host is an IP address, with TLS.

    Certificates name hosts. An address can only be verified if the certificate names that very address.

    Flagged::

        [account.a.incoming]
        host = "192.0.2.7"

    Clean::

        [account.a.incoming]
        host = "imap.example.com"
    """
    if (
        is_address(service.host)
        and not is_local(service.host)
        and service.security is not Security.CLEARTEXT
    ):
        yield Hit(
            f"{service.host} is an IP address, and certificates name hosts. Write the host name.",
            (f"host = {service.host}", f"security = {service.security}"),
            {},
            "host",
        )


@rule(Severity.NOTE)
def cfg_host_localhost(service: Service) -> Hits:
    """The host is this machine, or a name of the local network.

    ``localhost`` is right for a server or a bridge on this machine; in a container, it is the
    container itself. A name without dots is known to the local network only, or is another
    container's service name, which only containers of the same network can look up.

    Flagged::

        [account.a.outgoing]
        host = "localhost"

    Flagged::

        [account.a.outgoing]
        host = "mailserver"

    Clean::

        [account.a.outgoing]
        host = "smtp.example.com"
    """
    host = service.host.strip().rstrip(".")
    single = re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", host) is not None
    if is_local(host) or single:
        yield Hit(
            f"{host} is this machine. In a container it is the container itself: use the mail "
            "server's service name there."
            if is_local(host)
            else f"{host} has no domain: it is a name of the local network, or another container's "
            "service name, which can be looked up from that container network only.",
            (f"host = {host}",),
            {},
            "host",
        )


@rule(Severity.WARNING, explains=(*UNREACHED, *SILENT, "crt-host-mismatch"), suspicion=True)
def cfg_host_typo(service: Service) -> Hits:
    """The host looks misspelt.

    A letter is missing, doubled or swapped in the name of a known provider's host. Someone else may own the name that is written.

    Flagged::

        [account.a.outgoing]
        host = "smpt.gmial.com"

    Clean::

        [account.a.outgoing]
        host = "smtp.gmail.com"
    """
    host = service.host.lower()
    better = corrected(host)
    if better != host:
        yield Hit(
            f"Did you mean {better}? {quoted(service.host)} looks misspelt.",
            (f"host = {service.host}",),
            {"host": better},
            "host",
        )


@lru_cache(16_384)
def corrected(host: str) -> str:
    """A host name with the usual misspellings put right."""
    labels = host.split(".")
    if len(labels) < 2 or providers.for_host(host) is not None:
        return host
    labels[-1] = _ENDS.get(labels[-1], labels[-1])
    if len(labels) > 2:
        labels[0] = _TYPOS.get(labels[0], labels[0])
    name = labels[-2]
    labels[-2] = next((b for b in _BRANDS if _near(name, b) and name not in _BRANDS), name)
    return ".".join(labels)


def corrected_address(address: str) -> str:
    """Return an address with its domain as :func:`corrected` has it."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{corrected(domain)}" if at else address


def _near(word: str, brand: str) -> bool:
    """One letter too many, too few, wrong or swapped, after the first."""
    if word == brand or word[:1] != brand[:1] or abs(len(word) - len(brand)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(word, brand, strict=False)) if a != b), None)
    if start is None:
        return True
    rest, other = word[start:], brand[start:]
    swapped = rest[:2] == other[1::-1] and rest[2:] == other[2:]
    return swapped or rest[1:] == other or rest == other[1:] or rest[1:] == other[1:]


@rule(Severity.WARNING, explains=("dns-nxdomain",))
def cfg_idn(service: Service, account: Account) -> Hits:
    """The host name has characters beyond ASCII.

    Many libraries look such a name up as it is, and fail. The form that works everywhere begins with
    ``xn--`` (RFC 5890). An address with such characters before the @ needs SMTPUTF8 on every server
    along its route (RFC 6531).

    Flagged::

        [account.a.incoming]
        host = "imap.müller.example"

    Clean::

        [account.a.incoming]
        host = "imap.xn--mller-kva.example"
    """
    host = service.host
    if not host.isascii() and _TIDY.sub("", host) == host:
        import idna

        try:
            plain = idna.encode(host, uts46=True).decode()
        except idna.IDNAError:
            yield Hit(f"{quoted(host)} is not a valid host name.", (), {}, "host")
            return
        yield Hit(
            f"{quoted(host)} is {plain} for most programs: write that.",
            (f"host = {host}",),
            {"host": plain},
            "host",
        )
    local = account.address.rpartition("@")[0]
    if not local.isascii() and service.role == account.first_role:
        yield Hit(
            f"The address {quoted(account.address)} needs SMTPUTF8 on every server along its route.",
            (f"address = {account.address}",),
            place=account.place("address"),
        )
