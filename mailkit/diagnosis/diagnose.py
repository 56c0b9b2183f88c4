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
from mailkit.diagnosis.test_message import Reader, follow, test_letter
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
    wanted = diagnose_options(given, options)
    wanted = replace(
        wanted,
        connect=wanted.connect.greeting_as(account.delivery.host_name),
        accounts=wanted.accounts or (account,),
    )
    reports = dict(wanted.allowance.known)
    left = [service for service in account.services if service.role not in reports]
    silences = Silences()
    calls = [partial(_diagnosed, service, account, wanted, silences) for service in left]
    in_turn = wanted.allowance.pacer is not None and len({service.user for service in left}) < 2
    done = [call() for call in calls] if in_turn else in_parallel(calls)
    if len(done) == 2:
        first, second = done
        done = [first.beside(second), second.beside(first)]
    incoming = next((one.inquiry for one in done if one.inquiry.service.role == "incoming"), None)
    for one in done:
        reports[one.inquiry.service.role] = _followed(one, incoming, account, wanted)
    services = tuple(reports[service.role] for service in account.services)
    return Report((AccountReport(account=account, services=services),), datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class _Diagnosed:
    """A service with its diagnosis, its report, and the Message-ID of its test message."""

    inquiry: ServiceDiagnosis
    report: ServiceReport
    identity: str = ""

    def beside(self, other: "_Diagnosed") -> "_Diagnosed":
        """Compare the service with the account's other service."""
        return replace(self, report=compared(self.inquiry, other.inquiry, self.report))


def _diagnosed(
    service: Service, account: Account, wanted: DiagnoseOptions, silences: Silences
) -> _Diagnosed:
    letter, identity = None, ""
    if wanted.rehearse is not None and service.protocol is Protocol.SMTP:
        letter = MailTransaction(wanted.rehearse[0], (wanted.rehearse[1],))
    if wanted.send_test and service.protocol is Protocol.SMTP:
        letter, identity = test_letter(account, service, wanted.send_test)
    inquiry = ServiceDiagnosis(service, account, wanted, letter, silences)
    return _Diagnosed(inquiry, diagnose_service(inquiry, wanted), identity)


def _followed(
    one: _Diagnosed,
    incoming: ServiceDiagnosis | None,
    account: Account,
    wanted: DiagnoseOptions,
) -> ServiceReport:
    """Return the report on a service, with the delivery status of its test message, if it sent one."""
    inquiry = one.inquiry
    sent, letter = inquiry.proved or inquiry.seen, inquiry.after_login.letter
    if letter is None or not letter.content or sent.step < Step.AFTER_LOGIN:
        return one.report
    own = _reader(account.label, incoming)
    recipient = _recipient(letter.recipients[0], account, own, wanted.accounts)
    delivery, tries = follow(sent, letter, one.identity, recipient, own, wanted.dialled())
    return replace(one.report, delivery=delivery, attempts=(*one.report.attempts, *tries))


def _reader(label: str, inquiry: ServiceDiagnosis | None) -> Reader | None:
    """Return the incoming service as verified by a login, with the logins it has left."""
    if inquiry is None:
        return None
    proposal = inquiry.proposal
    if inquiry.seen.proof is Proof.LOGGED_IN:
        return Reader(label, inquiry.service, inquiry.logins_left)
    if proposal is not None and proposal.proof is Proof.LOGGED_IN:
        return Reader(label, proposal.service, inquiry.logins_left)
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
