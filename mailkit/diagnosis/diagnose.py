"""From a service that does not work to the one thing that is wrong, and a repair that was proved."""

import queue
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any

from mailkit.account import Account, Service
from mailkit.diagnosis.comparison import in_parallel
from mailkit.diagnosis.service import MAX_LOGINS, ServiceDiagnosis
from mailkit.diagnosis.test_message import Reader, follow, test_letter
from mailkit.errors import SettingsError
from mailkit.net.connection import Trust
from mailkit.net.options import ConnectOptions, connect_options, known_options
from mailkit.net.routes import ConnectTo
from mailkit.net.times import DIAGNOSIS
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


def diagnose(
    account: Account,
    *,
    connect_to: ConnectTo | None = None,
    dns: tuple[str, int] | None = None,
    ca: str | Path | Sequence[str | Path] = (),
    timeout: float = DIAGNOSIS.reply,
    deadline: float = DIAGNOSIS.deadline,
    helo: str = "",
    login: bool = True,
    thorough: bool = False,
    mailbox: bool = False,
    rehearse: tuple[str, str] | None = None,
    send_test: str = "",
    wrong_password: bool = False,
    before: Mapping[str, Any] | None = None,
    accounts: Sequence[Account] = (),
    trust: Trust | None = None,
) -> Report:
    """Find out on the wire why an account does not work; repair it and prove the repair.

    Both services are diagnosed side by side. No password leaves before TLS stands and the
    certificate is verified (RFC 8314 §5.1), and none is tried more than three times.

    Args:
        account: what to look at.
        connect_to: where an endpoint is really reached: ``{(host, port): (address, port)}``; the
            host is then not looked up, and stays the name that certificates must have. A port of
            ``None`` stands for all other ports. An address may stand for the host: then it says
            where that address is really reached.
        dns: ``(address, port)`` of a resolver to ask instead of the machine's own.
        ca: files in PEM with more trust anchors.
        timeout: seconds for each step.
        deadline: seconds for each service, all steps together.
        helo: the name for EHLO; else the account's ``delivery.host_name``, else an address literal.
        login: whether to log in.
        thorough: also look at what works: the other ports and addresses, and the goodbye.
        mailbox: also look inside after the login: folders, quota, rights. Nothing is changed.
        rehearse: ``(from, to)``: offer the server a message between these addresses and take the
            offer back before anything is sent (RFC 5321 §4.1.1.5).
        send_test: really send one short message to this address, and find it again if that is the
            address of one of ``accounts``.
        wrong_password: also try a password that cannot be right, to see that it is refused.
        before: an earlier report on these accounts, as its JSON document, to compare with.
        accounts: all accounts it was loaded with.
        trust: trust anchors made before, for many diagnoses; then ``ca`` is not read.

    Returns:
        A report on one account.

    Raises:
        SettingsError: an argument makes no sense, or a file of trust anchors cannot be read.
    """
    given = {
        "timeout": timeout,
        "deadline": deadline,
        "ca": ca,
        "trust": trust,
        "connect_to": connect_to,
        "dns": dns,
        "helo": helo,
    }
    options = connect_options(DIAGNOSIS, given).greeting_as(account.delivery.host_name)
    together = tuple(accounts) or (account,)

    if rehearse is not None and send_test:
        raise SettingsError("a message is rehearsed or sent, not both")
    inquiries: dict[str, ServiceDiagnosis] = {}
    identities: dict[str, str] = {}

    def dialled() -> ConnectOptions:
        return replace(options.begun(), goodbye=thorough)

    def one(service: Service) -> ServiceReport:
        setting = dialled()
        letter = None
        if rehearse is not None and service.protocol is Protocol.SMTP:
            letter = MailTransaction(rehearse[0], (rehearse[1],))
        if send_test and service.protocol is Protocol.SMTP:
            letter, identities[service.role] = test_letter(account, service, send_test)
        inquiry = inquiries[service.role] = ServiceDiagnosis(
            service,
            account,
            together,
            setting,
            login=login,
            after_login=AfterLogin(mailbox, letter),
            before=earlier(before, account.label, service.role) if before is not None else None,
        )
        return inquiry.run(thorough=thorough, wrong_password=wrong_password)

    calls = [partial(one, service) for service in account.services]
    reports = in_parallel(calls) if len(calls) > 1 else [call() for call in calls]
    if len(reports) == 2:
        first, second = (inquiries[report.service.role] for report in reports)
        reports = [first.compared(second, reports[0]), second.compared(first, reports[1])]
    for number, report in enumerate(reports):
        inquiry = inquiries[report.service.role]
        sent = inquiry.proved or inquiry.seen
        letter = inquiry.after_login.letter
        if letter is not None and letter.content and sent.step >= Step.AFTER_LOGIN:
            own = _reader(account.label, inquiries.get("incoming"))
            delivery, tries = follow(
                sent,
                letter,
                identities[report.service.role],
                _recipient(letter.recipients[0], account, own, together),
                own,
                dialled(),
            )
            attempts = (*report.attempts, *tries)
            reports[number] = replace(report, delivery=delivery, attempts=attempts)
    return Report((AccountReport(account=account, services=tuple(reports)),), datetime.now(UTC))


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
    known_options(options, signature(diagnose).parameters)
    together = tuple(accounts)
    senders = [account.label for account in together if account.outgoing is not None]
    if (options.get("send_test") or options.get("rehearse")) and not senders:
        raise SettingsError("none of these accounts sends: there is no outgoing service")
    if options.get("send_test") and len(senders) > 1:
        raise SettingsError(f"one test message is sent, by one account: {', '.join(senders)}?")
    everybody = indexed(tuple(known) or together)
    trust = trust or Trust(*((ca,) if isinstance(ca, str | Path) else ca))
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
                report = diagnose(account, accounts=everybody, trust=trust, **options)  # type: ignore[arg-type]
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
