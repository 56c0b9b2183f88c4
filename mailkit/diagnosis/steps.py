"""The steps of a diagnosis of one service, in their order."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib import import_module
from secrets import token_hex
from threading import Thread
from typing import TypeAlias

from mailkit.diagnosis.candidates import candidates
from mailkit.diagnosis.cause import settings_cannot_help
from mailkit.diagnosis.comparison import (
    open_and_identify,
    probe_addresses,
    shown_chain,
    with_chains,
)
from mailkit.diagnosis.context import reference_hosts, with_anchors, with_names, with_network
from mailkit.diagnosis.fixes import find_fix, try_plain, try_user_forms, try_without_login
from mailkit.diagnosis.options import DiagnoseOptions
from mailkit.diagnosis.service import ServiceDiagnosis
from mailkit.errors import MailError
from mailkit.finding import Severity
from mailkit.net.probe import endpoint_of, probe
from mailkit.observation import Observation, Proof, Stop, StopReason
from mailkit.protocol.dialogue import Credentials
from mailkit.report import Attempt, ServiceReport
from mailkit.rules.facts import certificate_failed, plainly_refused

__all__ = ["STEPS", "compared", "diagnose_service"]

_NOT_DIALLED = {"cfg-port-range", "cfg-host-scheme", "cfg-host-is-email", "cfg-url-encoding"}
"""Findings that leave nothing to connect to."""

_NETWORK = {
    StopReason.TIMED_OUT,
    StopReason.REFUSED,
    StopReason.UNREACHABLE,
    StopReason.RESET,
    StopReason.TLS_FAILED,
}
"""Stops that the network may have caused; then other hosts are probed too."""


def diagnose_service(diagnosis: ServiceDiagnosis, wanted: DiagnoseOptions) -> ServiceReport:
    """Run every step, and return the report. A step that fails ends the diagnosis; what is known then is reported."""
    step: DiagnosisStep
    try:
        for step in STEPS:
            step(diagnosis, wanted)
    except MailError:
        raise
    except Exception as error:  # noqa: BLE001 - what was seen before is reported, whatever failed
        diagnosis.lose(step.__name__.replace("_", " "), error)
    if not diagnosis.works or wanted.thorough or diagnosis.others:
        diagnosis.find()
    return diagnosis.report()


def compared(
    diagnosis: ServiceDiagnosis, other: ServiceDiagnosis, report: ServiceReport
) -> ServiceReport:
    """Return the report, compared with that of the account's other service.

    If one rejects a login that the other accepts, the password is correct.
    """
    stop, service = diagnosis.seen.stop, other.service
    same = (
        stop is not None
        and stop.kind is StopReason.REJECTED
        and other.seen.proof is Proof.LOGGED_IN
        and diagnosis.password == other.password
        and diagnosis.service.user == service.user
    )
    if not same or diagnosis.proposal is not None:
        return report
    accepted = f"{service.protocol} {service.endpoint}"
    diagnosis.context = replace(diagnosis.context, accepted_elsewhere=accepted)
    diagnosis.find()
    return diagnosis.report()


@cache
def _load_rules() -> None:
    """Load the rules about observations during the first connection, because they are needed after it."""
    Thread(target=import_module, args=("mailkit.rules.wire",), daemon=True).start()


def open_service(diagnosis: ServiceDiagnosis, wanted: DiagnoseOptions) -> None:
    """Open the service as its settings say, and log in."""
    service, setting = diagnosis.service, diagnosis.setting
    if any(f.id in _NOT_DIALLED for f in diagnosis.static):
        seen = Observation(endpoint=endpoint_of(service), stop=Stop(StopReason.BAD_SETTINGS))
    else:
        _load_rules()
        credentials = diagnosis.credentials(service, login=True)
        seen, others = open_and_identify(
            service, setting, credentials, diagnosis.after_login, diagnosis.silences
        )
        seen = with_names(seen, service, diagnosis.account, setting)
        diagnosis.context = with_network(diagnosis.context, seen, service, setting)
        diagnosis.others += others
        diagnosis.count(seen)
    diagnosis.seen = seen
    diagnosis.record(seen, diagnosis.others, diagnosis.context)
    for observation in diagnosis.others:
        diagnosis.record(observation)


def fetch_chain(diagnosis: ServiceDiagnosis, wanted: DiagnoseOptions) -> None:
    """If verification failed, fetch the chain over a connection without credentials."""
    seen, setting = diagnosis.seen, diagnosis.setting
    if not certificate_failed(seen):
        return
    observation = shown_chain(diagnosis.service, setting)
    diagnosis.others.append(observation)
    what = f"{seen.endpoint} without verification"
    diagnosis.attempts.append(Attempt(what, "the certificate chain was checked", observation.ms))
    diagnosis.context = with_anchors(diagnosis.context, setting.trust)
    diagnosis.seen = replace(seen, chain=observation.chain)


def first_findings(diagnosis: ServiceDiagnosis, wanted: DiagnoseOptions) -> None:
    """Make the first findings."""
    errors = [f for f in diagnosis.find() if f.severity is Severity.ERROR]
    diagnosis.works = diagnosis.seen.stop is None and not errors


def probe_other_addresses(diagnosis: ServiceDiagnosis, wanted: DiagnoseOptions) -> None:
    """Open the same endpoint at the other addresses of its name."""
    seen = diagnosis.seen
    if diagnosis.works and not wanted.thorough:
        return
    if seen.address and (seen.tls is not None or certificate_failed(seen)):
        for observation in probe_addresses(diagnosis.service, diagnosis.setting, seen.address):
            diagnosis.add(observation, at=f"at {observation.address}")


def probe_references(diagnosis: ServiceDiagnosis, wanted: DiagnoseOptions) -> None:
    """If the network may be the cause, probe other hosts for comparison."""
    stop = diagnosis.seen.stop
    if wanted.thorough and stop is not None and stop.kind in _NETWORK:
        for observation in reference_hosts(diagnosis.service, diagnosis.setting):
            diagnosis.add(observation, at="for comparison")


def fix(diagnosis: ServiceDiagnosis, wanted: DiagnoseOptions) -> None:
    """Find other settings that work; if everything works and it was asked for, probe the other ports."""
    stop = diagnosis.seen.stop
    if stop is not None and stop.kind is StopReason.REJECTED:
        if plainly_refused(diagnosis.seen) and not try_plain(diagnosis):
            try_user_forms(diagnosis)
    elif not diagnosis.works and not settings_cannot_help(diagnosis.seen):
        find_fix(diagnosis)
        try_without_login(diagnosis)
    elif wanted.thorough:
        _probe_other_ports(diagnosis)


def _probe_other_ports(diagnosis: ServiceDiagnosis) -> None:
    """The other ports of the host, at all its addresses."""
    for candidate in candidates(diagnosis.service, (), ""):
        if candidate.service.port == diagnosis.service.port:
            continue
        (observation,) = diagnosis.probe_others(candidate.service)
        if observation.address and (observation.tls is not None or certificate_failed(observation)):
            for node in probe_addresses(candidate.service, diagnosis.setting, observation.address):
                diagnosis.add(node, at=f"at {node.address}")


def fetch_other_chains(diagnosis: ServiceDiagnosis, wanted: DiagnoseOptions) -> None:
    """Fetch the chains that other addresses show."""
    address = diagnosis.seen.address
    if wanted.thorough or any(other.address not in ("", address) for other in diagnosis.others):
        diagnosis.others = with_chains(diagnosis.others, diagnosis.setting)


def try_wrong_password(diagnosis: ServiceDiagnosis, wanted: DiagnoseOptions) -> None:
    """If asked for, check whether the server accepts a wrong password."""
    logged_in = diagnosis.seen.proof is Proof.LOGGED_IN
    if not (wanted.wrong_password and logged_in and diagnosis.logins_left > 0):
        return
    service = diagnosis.service
    diagnosis.allowance.before_login(service.role)
    wrong = Credentials(service.user, f"not-{token_hex(8)}", service.auth)
    observation = probe(service, diagnosis.setting, credentials=wrong)
    diagnosis.count(observation)
    observation = replace(observation, request=replace(observation.request, wrong_password=True))
    diagnosis.add(observation, at="with a wrong password")


DiagnosisStep: TypeAlias = Callable[[ServiceDiagnosis, DiagnoseOptions], None]

STEPS: tuple[DiagnosisStep, ...] = (
    open_service,
    fetch_chain,
    first_findings,
    probe_other_addresses,
    probe_references,
    fix,
    fetch_other_chains,
    try_wrong_password,
)
"""The steps of a diagnosis, in order."""
