"""Facts about providers: hosts, ports, the form of the user name, what a login needs.

Facts age, so each entry has a source and a review date. There is a file for each region; to add a provider, write an
entry.
"""

from fnmatch import fnmatchcase as fnmatch

from mailkit.providers import east, europe, germany, overseas, sending, world
from mailkit.providers.entry import Provider

__all__ = [
    "PROVIDERS",
    "Provider",
    "elsewhere",
    "for_domain",
    "for_host",
    "for_mx",
    "for_web",
    "owner",
]

PROVIDERS: tuple[Provider, ...] = (
    *world.PROVIDERS,
    *germany.PROVIDERS,
    *europe.PROVIDERS,
    *east.PROVIDERS,
    *overseas.PROVIDERS,
    *sending.PROVIDERS,
)

_BY_HOST = {
    service[0]: provider
    for provider in PROVIDERS
    for service in (provider.imap, provider.pop3, provider.smtp)
    if service is not None
}
_BY_WEB = {host: provider for provider in reversed(PROVIDERS) for host in provider.web}
_BY_MX = {mx: provider for provider in reversed(PROVIDERS) for mx in provider.mx}
_BY_DOMAIN = {domain: provider for provider in PROVIDERS for domain in provider.domains}


def for_host(host: str) -> Provider | None:
    """The provider that runs a mail host or a web host, by its exact name."""
    return _BY_HOST.get(host) or _BY_WEB.get(host)


def for_web(host: str) -> Provider | None:
    """The provider that runs a web host, by its exact name."""
    return _BY_WEB.get(host)


def for_mx(host: str) -> Provider | None:
    """The provider that receives mail from other servers at this host."""
    while host:
        if found := _BY_MX.get(host):
            return found
        host = host.partition(".")[2]
    return None


def for_domain(domain: str) -> Provider | None:
    """The provider of the addresses of a domain."""
    return _BY_DOMAIN.get(domain)


def owner(host: str) -> Provider | None:
    """The provider that a host belongs to: one of its hosts, or a name beside or below them."""
    host = host.lower().rstrip(".")
    by_pattern = (provider for pattern, provider in _PATTERNS if fnmatch(host, pattern))
    found = for_host(host) or for_domain(host) or next(by_pattern, None)
    parent = host
    while found is None and parent.count(".") > 1:
        parent = parent.partition(".")[2]
        found = _BY_PARENT.get(parent) or for_domain(parent)
    return found


def elsewhere(host: str, name: str) -> bool:
    """Return whether a server's name shows that it is not a server of this host's provider. False if the provider is
    unknown.
    """
    provider = for_host(host.lower())
    if provider is None:
        return False
    services = (provider.imap, provider.pop3, provider.smtp)
    hosts = [service[0] for service in services if service is not None]
    known = (host, *hosts, *provider.mx, *provider.domains, *provider.sites)
    return _site(name) not in {_site(host) for host in known}


def _site(host: str) -> str:
    return ".".join(host.lower().rstrip(".").split(".")[-2:])


_BY_PARENT = {
    parent: provider
    for host, provider in reversed(_BY_HOST.items())
    if "." in (parent := host.partition(".")[2]) and parent.split(".")[0] not in ("com", "co")
}
"""Providers by the domain that their mail hosts are in."""
_BY_PARENT |= {domain: provider for provider in PROVIDERS for domain in provider.beside}
_PATTERNS = [(pattern, provider) for pattern, provider in _BY_PARENT.items() if "*" in pattern]
