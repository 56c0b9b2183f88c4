"""From findings to other settings worth trying: never less secure, the least changed first."""

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
    """Other settings, and the finding that led to another host, if one did."""

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
    """Settings to try in the place of those that fail; without a user name's other forms.

    The findings' own repairs come first, then the other ways to be private on the same port, then
    the standard ports of the host and of every host that a finding names.

    Args:
        service: the settings as they stand.
        findings: what is wrong with them.
        spoken: the protocol that was heard on the port, where it is another one.
        tls: whether the port was found to begin with TLS, where that is known.
        told: hosts, ports and securities that the domain itself publishes.
    """
    bases = [Candidate(service)]
    for host, port, how in told:
        where = {"host": host, "port": port, "security": how}
        bases.append(Candidate(with_changes(service, where), "dns-srv"))
    for finding in findings:
        fix = dict(finding.fix)
        if service.user:
            fix.pop("user", None)  # its other forms are tried where the login is refused
        if fix.get("auth", "password") != "password":
            del fix["auth"]
        if "host" in fix:
            bases.append(Candidate(with_changes(service, {"host": fix["host"]}), finding.id))
        if fix:
            bases.append(Candidate(with_changes(service, fix), finding.id if "host" in fix else ""))
    found: dict[tuple[object, ...], Candidate] = {}
    for base in bases:
        same = (base.service.host, base.service.port) == (service.host, service.port)
        for one in _around(base.service, spoken, tls if same else None):
            found.setdefault(_key(one), Candidate(one, base.origin))
    found.pop(_key(service), None)
    return [one for one in found.values() if _sensible(one.service)]


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
    """Which settings differ, as ``(before, after)``."""
    old, new = settings(before), settings(after)
    return {key: (old[key], new[key]) for key in old if old[key] != new[key]}


def rank(original: Service, one: Service, proof: Proof) -> tuple[object, ...]:
    """A sort key: the better proved first, then away from port 25, then the less changed.

    Implicit TLS and required STARTTLS are equally good (RFC 8314 §3.3), so that the settings stay
    as near as possible to what the person wrote.
    """
    changed = changes(original, one)
    return (
        -proof,
        one.protocol is Protocol.SMTP and one.port == 25,
        "host" in changed,
        "protocol" in changed,
        "port" in changed,
        len(changed),
        one.security is not Security.IMPLICIT_TLS,
        one.port,
    )


def trusts_host(original: Service, one: Candidate, account: Account) -> bool:
    """Whether the password may go to a candidate's host without asking the person.

    It may go to the host in the settings, to one in the domain of the address, and to the known
    hosts of that domain's provider. A name that only the peer supplied is for a person to confirm,
    whatever its domain (RFC 9525 §1.5); one that a guess brings up could be anyone's (RFC 6186 §6).
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
    """Two other forms of the user name at most.

    A finding's first; then the Windows form, where Exchange greets from an organisation's own
    machine; small letters; the name that the account's other service has; address or local part.
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
