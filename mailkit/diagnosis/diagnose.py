"""From a service that does not work to the one thing that is wrong, and a repair that was proved."""

import queue
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from mailkit.account import Account, Service
from mailkit.diagnosis.comparison import in_parallel
from mailkit.diagnosis.options import DiagnoseOptions, diagnose_options
from mailkit.diagnosis.service import MAX_LOGINS, ServiceDiagnosis
from mailkit.diagnosis.test_message import Reader, follow, test_letter
from mailkit.errors import SettingsError
from mailkit.net.connection import Trust
from mailkit.net.options import ConnectOptions
from mailkit.observation import Proof, Step
from mailkit.ports import Protocol
from mailkit.protocol.after_login import AfterLogin, MailTransaction
from mailkit.report import (
    AccountReport,
    Report,
    ServiceReport,
)
from mailkit.report.json import earlier
from mailkit.rules.account_index import indexed

__all__ = ["diagnose", "diagnose_all"]


def diagnose(account: Account, options: DiagnoseOptions | None = None, **given: Any) -> Report:
    """Find out on the wire why an account does not work; fix it and verify the fix.

    Both services are diagnosed side by side. No password leaves before TLS stands and the
    certificate is verified (RFC 8314 §5.1), and none is tried more than three times.

    Args:
        account: what to diagnose.
        options: what to do, as a value.
        given: the same by name; they go before those of ``options``. How to connect:
            ``connect_to``, where an endpoint is really reached: ``{(host, port): (address, port)}``;
            the host is then not looked up, and stays the name that certificates must have. A port of
            ``None`` stands for all other ports. An address may stand for the host: then it says where
            that address is really reached. ``dns``: ``(address, port)`` of a resolver to ask instead
            of the machine's own. ``ca``: files in PEM with more trust anchors; or ``trust``, made
            before, for many diagnoses. ``timeout``: seconds for each step. ``deadline``: seconds for
            each service, all steps together. ``helo``: the name for EHLO; else the account's
            ``delivery.host_name``, else an address literal. What to do: ``login``, ``thorough``,
            ``mailbox``, ``rehearse``, ``send_test``, ``wrong_password``, ``before`` and ``accounts``
            of :class:`~mailkit.diagnosis.options.DiagnoseOptions`.

    Returns:
        A report on one account.

    Raises:
        SettingsError: an option is unknown or makes no sense, or a file of trust anchors cannot be
            read.
    """
    wanted = diagnose_options(given, options)
    wanted = replace(
        wanted,
        connect=wanted.connect.greeting_as(account.delivery.host_name),
        accounts=wanted.accounts or (account,),
    )
    calls = [partial(_diagnosed, service, account, wanted) for service in account.services]
    done = in_parallel(calls) if len(calls) > 1 else [call() for call in calls]
    if len(done) == 2:
        first, second = done
        done = [first.beside(second), second.beside(first)]
    incoming = next((one.inquiry for one in done if one.inquiry.service.role == "incoming"), None)
    reports = tuple(_followed(one, incoming, account, wanted) for one in done)
    return Report((AccountReport(account=account, services=reports),), datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class _Diagnosed:
    """A service with its diagnosis and its report, and the Message-ID of the test message that it sent."""

    inquiry: ServiceDiagnosis
    report: ServiceReport
    identity: str = ""

    def beside(self, other: "_Diagnosed") -> "_Diagnosed":
        """The same, compared with the account's other service."""
        return replace(self, report=self.inquiry.compared(other.inquiry, self.report))


def _diagnosed(service: Service, account: Account, wanted: DiagnoseOptions) -> _Diagnosed:
    letter, identity = None, ""
    if wanted.rehearse is not None and service.protocol is Protocol.SMTP:
        letter = MailTransaction(wanted.rehearse[0], (wanted.rehearse[1],))
    if wanted.send_test and service.protocol is Protocol.SMTP:
        letter, identity = test_letter(account, service, wanted.send_test)
    before = wanted.before
    inquiry = ServiceDiagnosis(
        service,
        account,
        wanted.accounts,
        _dialled(wanted),
        login=wanted.login,
        after_login=AfterLogin(wanted.mailbox, letter),
        before=earlier(before, account.label, service.role) if before is not None else None,
    )
    report = inquiry.run(thorough=wanted.thorough, wrong_password=wanted.wrong_password)
    return _Diagnosed(inquiry, report, identity)


def _dialled(wanted: DiagnoseOptions) -> ConnectOptions:
    """How to connect, with the time running from now."""
    return replace(wanted.connect.begun(), goodbye=wanted.thorough)


def _followed(
    one: _Diagnosed,
    incoming: ServiceDiagnosis | None,
    account: Account,
    wanted: DiagnoseOptions,
) -> ServiceReport:
    """The report on a service, with where its test message was found, if it sent one."""
    inquiry = one.inquiry
    sent, letter = inquiry.proved or inquiry.seen, inquiry.after_login.letter
    if letter is None or not letter.content or sent.step < Step.AFTER_LOGIN:
        return one.report
    own = _reader(account.label, incoming)
    recipient = _recipient(letter.recipients[0], account, own, wanted.accounts)
    delivery, tries = follow(sent, letter, one.identity, recipient, own, _dialled(wanted))
    return replace(one.report, delivery=delivery, attempts=(*one.report.attempts, *tries))


def _reader(label: str, inquiry: ServiceDiagnosis | None) -> Reader | None:
    """The incoming service as it was proved by a login, with the logins that are left of it."""
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
    """Where a message to an address arrives, if that is the address of one of the accounts.

    Another account may be diagnosed at the same time, with a login of its own.
    """
    if own is not None and account.address.lower() == to.lower():
        return own
    for other in accounts:
        if other.identity == account.identity or other.incoming is None:
            continue
        if other.address.lower() == to.lower():
            return Reader(other.label, other.incoming, MAX_LOGINS - 1)
    return None


def diagnose_all(
    accounts: Iterable[Account],
    *,
    concurrency: int = 64,
    progress: bool = False,
    ca: str | Path | Sequence[str | Path] = (),
    trust: Trust | None = None,
    known: Sequence[Account] = (),
    **options: object,
) -> Iterator[Report]:
    """Diagnose many accounts at once; yields each report as it is finished.

    What was yielded before an interrupt stays; accounts not yet begun are then left alone.

    Args:
        accounts: what to look at.
        concurrency: how many accounts at once.
        progress: whether to count on standard error.
        ca: files in PEM with more trust anchors.
        trust: trust anchors made before; then ``ca`` is not read.
        known: all accounts there are, where only some of them are diagnosed.
        options: as for :func:`diagnose`. A test message is sent by one account only.

    Raises:
        SettingsError: see :func:`diagnose`; or a test message is to be sent, and it is not clear
            by which account, or a message is to be rehearsed or sent, and none of them sends.
    """
    together = tuple(accounts)
    everybody = indexed(tuple(known) or together)
    wanted = diagnose_options({"ca": ca, "trust": trust, **options, "accounts": everybody})
    senders = [account.label for account in together if account.outgoing is not None]
    if (wanted.send_test or wanted.rehearse) and not senders:
        raise SettingsError("none of these accounts has an outgoing service")
    if wanted.send_test and len(senders) > 1:
        raise SettingsError(f"send_test sends one message, from one account: {', '.join(senders)}?")
    waiting: queue.SimpleQueue[Account] = queue.SimpleQueue()
    finished: queue.SimpleQueue[Report | BaseException] = queue.SimpleQueue()
    over = threading.Event()
    for account in together:
        waiting.put(account)

    def work() -> None:
        while not over.is_set():
            try:
                account = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                report = diagnose(account, wanted)
                finished.put(report)
            except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
                finished.put(error)

    for number in range(min(max(concurrency, 1), len(together))):
        threading.Thread(target=work, daemon=True, name=f"mailkit-{number}").start()
    try:
        for done in range(1, len(together) + 1):
            result = finished.get()
            if isinstance(result, BaseException):
                raise result
            if progress:
                sys.stderr.write(f"\r{done}/{len(together)} accounts")
                sys.stderr.flush()
            yield result
    finally:
        over.set()
        if progress:
            sys.stderr.write("\r\x1b[K" if sys.stderr.isatty() else "\n")
