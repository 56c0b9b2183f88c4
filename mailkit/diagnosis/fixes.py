"""Other settings for a failing service: probed in parallel, the best verified by a login."""

from time import monotonic

from mailkit.account import Service, with_changes
from mailkit.diagnosis.candidates import (
    Candidate,
    candidates,
    changes,
    rank,
    trusts_host,
    user_forms,
)
from mailkit.diagnosis.context import published
from mailkit.diagnosis.service import ServiceDiagnosis
from mailkit.net.probe import probe
from mailkit.observation import Proof, Step, StopReason
from mailkit.ports import Security
from mailkit.protocol import sasl
from mailkit.protocol.dialogue import Stopped
from mailkit.report import Proposal
from mailkit.report.wording import FROM_PEER
from mailkit.rules.facts import begins_with_tls, means
from mailkit.rules.speakers import speaker

__all__ = ["find_fix", "try_plain", "try_user_forms", "try_without_login"]

_MOST = 16
"""How many other settings are probed."""

_NO_WAY = {StopReason.NO_NAME, StopReason.NO_ADDRESS, StopReason.NO_RESOLVER}
"""These end in the same way at every port of the host."""


def find_fix(diagnosis: ServiceDiagnosis) -> None:
    """Probe other settings in parallel, and verify the best by a login."""
    seen = diagnosis.seen
    found = diagnosis.find()
    heard = speaker(seen, diagnosis.others)
    tries = [
        candidate
        for candidate in candidates(
            diagnosis.service,
            found,
            heard,
            tls=begins_with_tls(seen),
            told=published(seen.dns, diagnosis.service.protocol),
        )
        if _same_server(diagnosis, candidate) and _may_answer(diagnosis, candidate)
    ][:_MOST]
    if not tries:
        return
    others = diagnosis.probe_others(*(candidate.service for candidate in tries))
    # A port that offers logins and rejects them all is worth no more than one without.
    proof = Proof.SECURED if means(seen, "cap-no-auth") else seen.proof
    reached = [
        (
            rank(diagnosis.service, candidate.service, observation.proof),
            number,
            candidate,
            observation,
        )
        for number, (candidate, observation) in enumerate(zip(tries, others, strict=True))
        if observation.proof >= Proof.SECURED
        and (observation.proof > proof or candidate.service.user != diagnosis.service.user)
    ]
    reached.sort(key=lambda row: row[:2])
    for _, _, candidate, observation in reached:
        diagnosis.propose(candidate.service, observation)
        if observation.proof >= Proof.CAPABLE and _verify(diagnosis, candidate):
            break


def try_without_login(diagnosis: ServiceDiagnosis) -> None:
    """If a relay offers no login, rehearse the message without one: the relay may allow this machine."""
    seen, transaction = diagnosis.seen, diagnosis.after_login.transaction
    no_login = seen.stop is not None and seen.stop.kind is StopReason.NO_AUTH
    usable = diagnosis.proposal is not None and diagnosis.proposal.proof >= Proof.CAPABLE
    if not no_login or usable or transaction is None or transaction.content is not None:
        return
    other = with_changes(diagnosis.service, {"user": ""})
    observation = probe(other, diagnosis.setting, after_login=diagnosis.after_login)
    diagnosis.add(observation, at="without a login")
    if observation.stop is None and observation.step >= Step.AFTER_LOGIN:
        diagnosis.proposal = Proposal(other, changes(diagnosis.service, other), observation.proof)


def try_plain(diagnosis: ServiceDiagnosis) -> bool:
    """If a challenge-response login was rejected, try the plain password, over verified TLS.

    A server that stores hashes may announce CRAM-MD5 or SCRAM without supporting it.
    """
    seen = diagnosis.seen
    used = seen.login.mechanism if seen.login else ""
    plain = next((name for name in ("PLAIN", "LOGIN") if name in seen.mechanisms), "")
    if used not in sasl.CHALLENGE_ONLY or not plain or seen.tls is None:
        return False
    other = with_changes(diagnosis.service, {"auth": plain.lower()})
    observation = diagnosis.log_in(other)
    diagnosis.add(observation, at=f"with {plain}")
    if observation.proof is Proof.LOGGED_IN:
        diagnosis.propose(other, observation)
        return True
    return False


def try_user_forms(diagnosis: ServiceDiagnosis, service: Service | None = None) -> bool:
    """Log in with other forms of the user name, if the rejection allows for that."""
    service = service or diagnosis.service
    greeting = " ".join(diagnosis.seen.greeting)
    for form in user_forms(diagnosis.service, diagnosis.account, diagnosis.static, greeting):
        if diagnosis.logins_left <= 0:
            return False
        observation = diagnosis.log_in(other := with_changes(service, {"user": form}))
        diagnosis.add(observation, at=f"as {form}")
        if observation.proof is Proof.LOGGED_IN:
            diagnosis.propose(other, observation)
            return True
        if observation.stop is None or observation.stop.kind is not StopReason.REJECTED:
            diagnosis.logins_left = 0
    return False


def _may_answer(diagnosis: ServiceDiagnosis, candidate: Candidate) -> bool:
    """Return whether a probe can show anything new.

    Not if the same name does not resolve, nor if the same port has just been waited for in cleartext.
    """
    seen, service = diagnosis.seen, candidate.service
    if service.host != diagnosis.service.host:
        return True
    if seen.stop is not None and seen.stop.kind in _NO_WAY:
        return False
    silent = any(
        other.endpoint.security == Security.CLEARTEXT
        and other.endpoint.port == service.port
        and other.stop is not None
        and other.stop.kind is StopReason.SILENT
        for other in diagnosis.others
    )
    return not (silent and service.security is Security.STARTTLS)


def _same_server(diagnosis: ServiceDiagnosis, candidate: Candidate) -> bool:
    """Return whether a name that only the certificate supplied resolves to the same address."""
    seen = diagnosis.seen
    if candidate.origin not in FROM_PEER:
        return True
    try:
        left = max(diagnosis.setting.deadline - monotonic(), 0)
        found = diagnosis.setting.routes.addresses(
            candidate.service.host,
            candidate.service.port,
            min(diagnosis.setting.reply_timeout_s, left),
        )
    except Stopped:
        return False
    return seen.address in [address for address, _ in found]


def _verify(diagnosis: ServiceDiagnosis, candidate: Candidate) -> bool:
    """Log in with a candidate, if the password may be sent there; return false if another may be tried."""
    service = candidate.service
    if not diagnosis.can_log_in or not trusts_host(diagnosis.service, candidate, diagnosis.account):
        return True
    if sasl.by_token(service.auth) != sasl.by_token(diagnosis.service.auth):
        return False  # a token is no password, and the server would count a failed login
    if diagnosis.logins_left <= 0:
        return True
    observation = diagnosis.log_in(service)
    diagnosis.record(observation)
    if observation.proof is Proof.LOGGED_IN:
        diagnosis.propose(service, observation)
        return True
    if observation.stop is not None and observation.stop.kind is StopReason.REJECTED:
        diagnosis.others.append(observation)
        return try_user_forms(diagnosis, service) or True
    return False
