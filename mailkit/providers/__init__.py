"""What is known of providers: hosts, ports, the form of the user name, what a login needs.

Each entry is a statement about the world, and ages: it has a source, and a day by which it has to be
reviewed. One file for each part of the world; to add a provider is to write an entry.
"""

from mailkit.providers import east, europe, sending, world
from mailkit.providers.entry import Provider

__all__ = ["PROVIDERS", "Provider", "for_domain", "for_host"]

PROVIDERS: tuple[Provider, ...] = (
    *world.PROVIDERS,
    *europe.PROVIDERS,
    *east.PROVIDERS,
    *sending.PROVIDERS,
)

_BY_HOST = {
    service[0]: provider
    for provider in PROVIDERS
    for service in (provider.imap, provider.pop3, provider.smtp)
    if service is not None
}
_BY_WEB = {host: provider for provider in PROVIDERS for host in provider.web}
_BY_DOMAIN = {domain: provider for provider in PROVIDERS for domain in provider.domains}


def for_host(host: str) -> Provider | None:
    """The provider that runs a mail host or a web host, by its exact name."""
    return _BY_HOST.get(host) or _BY_WEB.get(host)


def for_domain(domain: str) -> Provider | None:
    """The provider of the addresses of a domain."""
    return _BY_DOMAIN.get(domain)
