"""Diagnose an account: find the cause of a failure, and a verified fix."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from mailkit.account import Account, Service
from mailkit.diagnosis.allowance import MAX_LOGINS
from mailkit.diagnosis.options import DiagnoseOptions, diagnose_options
from mailkit.diagnosis.service import ServiceDiagnosis
from mailkit.diagnosis.silence import Silences
from mailkit.diagnosis.steps import compared, diagnose_service
from mailkit.diagnosis.test_message import Reader, follow, test_transaction
from mailkit.net.waiting import in_parallel
from mailkit.observation import Proof, Step
from mailkit.ports import Protocol
from mailkit.protocol.after_login import MailTransaction
from mailkit.report import (
    AccountReport,
    Report,
    ServiceReport,
)

__all__ = ["diagnose"]


def diagnose(account: Account, options: DiagnoseOptions | None = None, **given: Any) -> Report:
    """Diagnose an account on the network: find out why it doesn't work, and verify a fix.

    Both services are diagnosed in parallel. No password is sent before TLS is up and the certificate is verified (RFC
    8314 §5.1), and there are at most three logins per service.

    Args:
        account: what to diagnose.
        options: the options as a value.
        given: options by name; they override those of ``options``. How to connect:
            ``connect_to``, the real address of an endpoint: ``{(host, port): (address, port)}``;
            the host is then not looked up, and certificates are still verified for it. A port of ``None`` means all
            other ports. The host may be an address, which is then redirected. ``dns``: ``(address, port)`` of a
            resolver to use instead of the system's. ``ca``: files with additional trust anchors, in PEM; or
            ``trust``, loaded before, for many diagnoses. ``timeout``: limit for each step, in seconds. ``deadline``:
            limit for all steps of a service, in seconds. ``helo``: the name for EHLO; else the account's
            ``delivery.host_name``, else an address literal. What to do: ``login``, ``thorough``,
            ``mailbox``, ``rehearse``, ``send_test``, ``wrong_password``, ``before`` and ``accounts``
            of :class:`~mailkit.diagnosis.options.DiagnoseOptions`.

    Returns:
        The report on the account.

    Raises:
        SettingsError: an option is unknown or invalid, or a file of trust anchors cannot be read.
    """
    wanted = diagnose_options(given, options).of(account)
    reports = dict(wanted.allowance.known)
    left = [service for service in account.services if service.role not in reports]
    silences = Silences()
    calls = [partial(_diagnosed, service, account, wanted, silences) for service in left]
    in_turn = wanted.allowance.pacer is not None and len({service.user for service in left}) < 2
    done = [call() for call in calls] if in_turn else in_parallel(calls)
    if len(done) == 2:
        first, second = done
        done = [first.beside(second), second.beside(first)]
    incoming = next(
        (result.diagnosis for result in done if result.diagnosis.service.role == "incoming"), None
    )
    for result in done:
        reports[result.diagnosis.service.role] = _followed(result, incoming, account, wanted)
    services = tuple(reports[service.role] for service in account.services)
    return Report((AccountReport(account=account, services=services),), datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class _Diagnosed:
    """A service with its diagnosis, its report, and the Message-ID of its test message."""

    diagnosis: ServiceDiagnosis
    report: ServiceReport
    identity: str = ""

    def beside(self, other: "_Diagnosed") -> "_Diagnosed":
        """Compare the service with the account's other service."""
        return replace(self, report=compared(self.diagnosis, other.diagnosis, self.report))


def _diagnosed(
    service: Service, account: Account, wanted: DiagnoseOptions, silences: Silences
) -> _Diagnosed:
    transaction, identity = None, ""
    if wanted.rehearse is not None and service.protocol is Protocol.SMTP:
        transaction = MailTransaction(wanted.rehearse[0], (wanted.rehearse[1],))
    if wanted.send_test and service.protocol is Protocol.SMTP:
        transaction, identity = test_transaction(account, service, wanted.send_test)
    diagnosis = ServiceDiagnosis(service, account, wanted, transaction, silences)
    return _Diagnosed(diagnosis, diagnose_service(diagnosis, wanted), identity)


def _followed(
    one: _Diagnosed,
    incoming: ServiceDiagnosis | None,
    account: Account,
    wanted: DiagnoseOptions,
) -> ServiceReport:
    """Return the report on a service, with the delivery status of its test message, if it sent one."""
    diagnosis = one.diagnosis
    sent, transaction = diagnosis.proved or diagnosis.seen, diagnosis.after_login.transaction
    if transaction is None or not transaction.content or sent.step < Step.AFTER_LOGIN:
        return one.report
    own = _reader(account.label, incoming)
    recipient = _recipient(transaction.recipients[0], account, own, wanted.accounts)
    delivery, tries = follow(sent, transaction, one.identity, recipient, own, wanted.dialled())
    return replace(one.report, delivery=delivery, attempts=(*one.report.attempts, *tries))


def _reader(label: str, diagnosis: ServiceDiagnosis | None) -> Reader | None:
    """Return the incoming service as verified by a login, with the logins it has left."""
    if diagnosis is None:
        return None
    proposal = diagnosis.proposal
    if diagnosis.seen.proof is Proof.LOGGED_IN:
        return Reader(label, diagnosis.service, diagnosis.logins_left)
    if proposal is not None and proposal.proof is Proof.LOGGED_IN:
        return Reader(label, proposal.service, diagnosis.logins_left)
    return None


def _recipient(
    to: str, account: Account, own: Reader | None, accounts: Sequence[Account]
) -> Reader | None:
    """Return the service in which a message to an address arrives, if one of the accounts has that address.

    Another account may be diagnosed at the same time, and log in too.
    """
    if own is not None and account.address.lower() == to.lower():
        return own
    for other in accounts:
        if other.identity == account.identity or other.incoming is None:
            continue
        if other.address.lower() == to.lower():
            return Reader(other.label, other.incoming, MAX_LOGINS - 1)
    return None
