"""Candidate settings from findings: never less secure, and the least changed first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mailkit import providers
from mailkit.account import Account, Service, settings, with_changes
from mailkit.finding import Finding
from mailkit.observation import Proof
from mailkit.ports import IMPLICIT_PORTS, OWNERS, STANDARD, Protocol, Security
from mailkit.report.wording import FROM_PEER

__all__ = ["Candidate", "candidates", "changes", "rank", "trusts_host", "user_forms"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Candidate settings, and the finding that named another host, if one did."""

    service: Service
    origin: str = ""


def candidates(
    service: Service,
    findings: Sequence[Finding],
    spoken: str,
    *,
    tls: bool | None = None,
    told: Sequence[tuple[str, int, Security]] = (),
) -> list[Candidate]:
    """Return settings to try instead of those that fail; other forms of the user name are not among them.

    The order is: the findings' fixes, the other encryption mode on the same port, the standard ports of the host and
    of each host that a finding names.

    Args:
        service: the settings as they stand.
        findings: what is wrong with them.
        spoken: the protocol that answered on the port, if it is another one.
        tls: whether the port uses implicit TLS, if that is known.
        told: hosts, ports and encryption modes that the domain publishes.
    """
    bases = [Candidate(service)]
    for host, port, how in told:
        where = {"host": host, "port": port, "security": how}
        bases.append(Candidate(with_changes(service, where), "dns-srv"))
    for finding in findings:
        fix = dict(finding.fix)
        if service.user:
            fix.pop("user", None)  # its other forms are tried if the login is rejected
        if fix.get("auth", "password") != "password":
            del fix["auth"]
        if "host" in fix:
            bases.append(Candidate(with_changes(service, {"host": fix["host"]}), finding.id))
        if fix:
            bases.append(Candidate(with_changes(service, fix), finding.id if "host" in fix else ""))
    found: dict[tuple[object, ...], Candidate] = {}
    for base in bases:
        same = (base.service.host, base.service.port) == (service.host, service.port)
        for other in _around(base.service, spoken, tls if same else None):
            found.setdefault(_key(other), Candidate(other, base.origin))
    found.pop(_key(service), None)
    return [candidate for candidate in found.values() if _sensible(candidate.service)]


def _key(service: Service) -> tuple[object, ...]:
    named = (service.protocol, service.host, service.port, service.security)
    return (*named, service.auth, bool(service.user))


def _around(service: Service, spoken: str, tls: bool | None) -> list[Service]:
    around = [service]
    begins = service.port in IMPLICIT_PORTS if tls is None else tls
    known = tls is not None or service.port in OWNERS
    for how in (Security.STARTTLS, Security.IMPLICIT_TLS):
        if not known or (how is Security.IMPLICIT_TLS) is begins:
            around.append(with_changes(service, {"security": how}))
    around += [
        with_changes(service, {"port": port, "security": how})
        for port, how in STANDARD[service.protocol]
    ]
    if spoken in (Protocol.IMAP, Protocol.POP3) and service.protocol is not Protocol.SMTP:
        other = Protocol(spoken)
        around += [
            with_changes(service, {"protocol": other, "port": port, "security": how})
            for port, how in ((service.port, service.security), *STANDARD[other])
        ]
    return around


def _sensible(one: Service) -> bool:
    return 0 < one.port < 65536 and bool(one.host) and one.security is not Security.CLEARTEXT


def changes(before: Service, after: Service) -> dict[str, tuple[Any, Any]]:
    """Return the settings that differ, as ``(before, after)``."""
    old, new = settings(before), settings(after)
    return {key: (old[key], new[key]) for key in old if old[key] != new[key]}


def rank(original: Service, one: Service, proof: Proof) -> tuple[object, ...]:
    """Return a sort key: further verified first, then what the settings file can say, not on port 25, fewer changes.

    Implicit TLS and required STARTTLS are equally good (RFC 8314 §3.3), so the one nearer to the given settings wins.
    """
    changed = changes(original, one)
    return (
        -proof,
        original.lacks(one.security),
        one.protocol is Protocol.SMTP and one.port == 25,
        "host" in changed,
        "protocol" in changed,
        "port" in changed,
        len(changed),
        one.security is not Security.IMPLICIT_TLS,
        one.port,
    )


def trusts_host(original: Service, one: Candidate, account: Account) -> bool:
    """Return whether the password may be sent to a candidate's host without asking.

    It may be sent to the host in the settings, to one in the domain of the address, and to known hosts of that
    domain's provider. A person has to confirm a name that only the peer supplied, whatever its domain (RFC 9525
    §1.5). A guessed name could belong to anyone (RFC 6186 §6).
    """
    host = one.service.host.lower()
    domain = account.domain
    provider = providers.for_domain(domain) or providers.for_host(original.host.lower())
    known = (provider.imap, provider.pop3, provider.smtp) if provider else ()
    if host in {service[0] for service in known if service}:
        return True
    if one.origin in FROM_PEER:
        return False
    if host == original.host.lower() or one.origin in ("cfg-host-scheme", "cfg-idn"):
        return True
    return bool(domain) and (host == domain or host.endswith("." + domain))


def user_forms(
    service: Service, account: Account, findings: Sequence[Finding], greeting: str = ""
) -> list[str]:
    """Return at most two other forms of the user name.

    The order is: a finding's; the Windows form if an organisation's own Exchange greets; lower case; the user name of
    the account's other service; address or local part.
    """
    forms = [str(f.fix["user"]) for f in findings if f.fix.get("user")]
    user = forms[0] if forms else service.user
    local, at, domain = user.partition("@")
    own_exchange = re.search(r"Microsoft (Exchange|ESMTP MAIL)", greeting, re.I)
    if own_exchange and not service.host.lower().endswith((".office365.com", ".outlook.com")):
        forms.append(f"{(domain or account.domain).partition('.')[0].upper()}\\{local}")
    if user != user.lower():
        forms.append(user.lower())
    forms += [other.user for other in account.services if other.role != service.role and other.user]
    if at:
        forms.append(local)
    if "@" in account.address:
        forms.append(account.address)
    return [form for form in dict.fromkeys(forms) if form and form != service.user][:2]
