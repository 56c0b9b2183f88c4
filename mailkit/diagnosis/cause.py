"""The cause of a service's failure, and whether other settings could help."""

from collections.abc import Mapping, Sequence
from typing import Any

from mailkit import providers
from mailkit.account import Service, is_local
from mailkit.finding import Finding, Severity
from mailkit.observation import Observation, Proof, StopReason
from mailkit.ports import Security
from mailkit.report import UNEXPLAINED
from mailkit.rules.facts import known_reply
from mailkit.rules.static import STATIC

__all__ = ["cause_of", "deduplicated", "settings_cannot_help", "target_of"]


def cause_of(
    seen: Observation, found: Sequence[Finding], proved: Mapping[str, tuple[Any, Any]]
) -> str:
    """Return the finding that explains the failure; empty if nothing fails.

    ``proved`` are the changes that a login verified.
    """
    from mailkit.rules.wire import DIAGNOSIS

    errors = [f for f in found if f.severity is Severity.ERROR]
    if seen.stop is not None and seen.stop.kind is StopReason.BAD_SETTINGS:
        errors = [f for f in errors if f.id in STATIC] or errors  # no connection was made
    wire = [f for f in errors if f.id not in STATIC]
    main = wire[0].id if wire else ""
    if not main and seen.stop is None:
        return errors[0].id if errors else ""
    main = main or UNEXPLAINED
    for finding in found:
        explains = DIAGNOSIS[finding.id].explains
        if main in explains and _bears_out(finding, proved, seen.endpoint.host):
            return finding.id
    if main == UNEXPLAINED and errors:
        return errors[0].id
    return main


def _bears_out(finding: Finding, proved: Mapping[str, tuple[Any, Any]], host: str) -> bool:
    """Return whether the fix of a finding is the one that was verified; without a fix, whether none was.

    Where other settings work, what names no repair does not explain the failure. A provider's fixed word for a user
    name needs no login: with any other name there is none.
    """
    provider = providers.owner(host)
    if provider is not None and finding.fix.get("user") == provider.user:
        return True
    provable = {key: value for key, value in finding.fix.items() if key != "auth"}
    if not provable:
        return not proved
    return any(
        key in proved and str(proved[key][1]) == str(value) for key, value in provable.items()
    )


def target_of(service: Service, *, must_log_in: bool) -> Proof:
    """Return how far a service has to come to be OK."""
    allowed = service.allow_cleartext_login or is_local(service.host)
    clear = allowed and service.security is Security.CLEARTEXT
    if must_log_in:
        return Proof.LOGGED_IN
    return Proof.CONNECTED if clear or not service.user else Proof.CAPABLE


def settings_cannot_help(seen: Observation) -> bool:
    """Return whether other settings cannot help: the login was rejected, or the server refuses temporarily."""
    if seen.stop is None:
        return seen.proof is Proof.LOGGED_IN and seen.tls is not None
    reply = known_reply(seen)
    if reply is not None and (reply.finding == "cap-no-auth" or _between_servers(seen)):
        return False  # another port may take logins
    if seen.proof >= Proof.CAPABLE:
        return True
    if reply is not None and reply.finding.startswith(("aut-", "lim-", "mbx-", "snd-")):
        return reply.finding != "aut-encryption-required"
    return seen.stop.kind is StopReason.UNWELCOME and 400 <= seen.stop.code < 500


def _between_servers(seen: Observation) -> bool:
    """Return whether the port is for mail between servers, and refused this client before a login."""
    unwelcome = seen.stop is not None and seen.stop.kind is StopReason.UNWELCOME
    return unwelcome and seen.endpoint.protocol == "smtp" and seen.endpoint.port == 25


def deduplicated(found: Sequence[Finding]) -> list[Finding]:
    """Remove repeated findings with the same words."""
    return [*{(f.id, f.message): f for f in found}.values()]
