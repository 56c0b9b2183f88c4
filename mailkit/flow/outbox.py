"""Reliable sending: messages are written to a file first, and sent from it by a worker or at once.

Each recipient gets one attempt with a known result, or the state ``unknown``; see :mod:`mailkit.flow.journal`.
Deferred
messages are tried again after 1, 5, 15 and 60 minutes and then every four hours, for five days (RFC 5321 §4.5.4.1), in daemon mode.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from copy import deepcopy
from email.utils import make_msgid
from functools import partial
from pathlib import Path
from typing import Any

from mailkit.account import Account
from mailkit.client.compose import Letter
from mailkit.client.connection import connect
from mailkit.client.outcome import DEFERRED, DeliveryStatus, SendResult, sendable
from mailkit.errors import MailError, SettingsError
from mailkit.flow.batch import Batch, again_after
from mailkit.flow.entries import OutboxEntry, to_frame
from mailkit.flow.filing import NO_FOLDER, file_copies
from mailkit.flow.journal import Journal
from mailkit.flow.letters import asked
from mailkit.flow.receipts import receipts_in
from mailkit.flow.scopes import account_named, default_sender, outgoing_of
from mailkit.flow.transports import Transport, transport_for
from mailkit.net.options import connect_options
from mailkit.net.times import CLIENT

__all__ = ["NO_FOLDER", "Outbox"]


OnSent = Callable[[int, int], None]


class Outbox:
    """Queued messages, in a SQLite file that several workers may share.

    Args:
        file: the journal file; created if it does not exist.
        accounts: the accounts that send.
        sendmail: the sendmail program.
        maildirs: the Maildirs on this machine, by address.
        options: connection options, as for :func:`mailkit.client.connect_imap`.

    Raises:
        SettingsError: an option is unknown or invalid.
    """

    def __init__(
        self,
        file: Path | str,
        accounts: Sequence[Account],
        *,
        sendmail: str = "/usr/sbin/sendmail",
        maildirs: Callable[[str], Path | str | None] | None = None,
        **options: Any,
    ) -> None:
        self._options = connect_options(CLIENT, options)
        self._sendmail, self._maildirs = sendmail, maildirs
        self.accounts = [*accounts]
        self.journal = Journal(file)

    def __enter__(self) -> "Outbox":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.journal.close()

    def put(
        self,
        letter: Letter,
        *,
        account: str = "",
        team: str = "",
        kind: str = "",
        mode: str = "",
        save_sent: bool = False,
    ) -> SendResult | int:
        """Add a message.

        Args:
            letter: the message; see :func:`mailkit.flow.letters.write`. It is not changed; without a Message-ID it is
                sent with a new one. A repeated Message-ID is the same message.
            account: the account to send by; by default the team's default, or the system's.
            team: the team whose default is used.
            kind: a label for the journal: ``bulk``, ``invoice`` …
            mode: ``immediate`` or ``daemon``; by default the account's.
            save_sent: file a copy in the folder for sent mail.

        Returns:
            In immediate mode the delivery status of each recipient; in daemon mode its number.

        Raises:
            SettingsError: the account is unknown or inactive, or has no server.
        """
        letter = _identified(letter)
        one = default_sender(self.accounts, named=account, team=team)
        outgoing_of(one, self.accounts)
        at_once = (mode or one.delivery.mode) == "immediate"
        with ExitStack() as stack:
            transport = self._transport(one, {}, stack) if at_once else None
            number = self.journal.add(
                letter,
                account=one.label,
                kind=kind,
                subject=str(letter.message["Subject"] or ""),
                notify=asked(one),
                file_copy=save_sent,
                claimed=at_once,
            )
            if transport is None:
                return number
            self._send_now(number, one, transport)
        self._file()
        told = {
            e.recipient: DeliveryStatus(e.state, e.code, e.words)
            for e in self.journal.entries(number)
        }
        return SendResult(
            letter.message_id, {recipient: told[recipient] for recipient in letter.recipients}
        )

    def work(
        self, most: int = 200, told: OnSent | None = None, stop: threading.Event | None = None
    ) -> Counter[str]:
        """Send one batch; return how many recipients ended in which state.

        Messages of one account share a connection. Messages of killed workers are taken over first. ``stop`` ends the
        batch after the current message.
        """
        self.journal.recover()
        taken = self.journal.take(most)
        ended: Counter[str] = Counter()
        transports: dict[str, Transport] = {}
        place = 0
        try:
            with ExitStack() as stack:
                for label in dict.fromkeys(label for _, label in taken):
                    numbers = [number for number, of in taken if of == label]
                    for states in self._batch(label, numbers, transports, stack, stop):
                        for state in states:
                            ended[state] += 1
                        place += 1
                        if told is not None:
                            told(place, len(taken))
        finally:
            self.journal.release()
        self._file()
        return ended

    def run(
        self,
        *,
        every_s: float = 60.0,
        stop: threading.Event | None = None,
        told: Callable[[Counter[str]], None] | None = None,
    ) -> None:
        """Send batches every so many seconds until ``stop`` is set; the current message is finished first. ``told`` gets what
        :meth:`work` returns.
        """
        stop = stop or threading.Event()
        while not stop.is_set():
            begun = time.monotonic()
            ended = self.work(stop=stop)
            if told is not None:
                told(ended)
            stop.wait(max(0.0, every_s - (time.monotonic() - begun)))

    def archive(self) -> list[OutboxEntry]:
        """Return the journal of sent messages."""
        return self.journal.archive()

    def due(self) -> list[OutboxEntry]:
        """Return the journal of other messages, with the reasons."""
        return self.journal.due()

    def unknown(self) -> list[OutboxEntry]:
        """Return messages with an unknown delivery status.

        Check with the recipient, then call :meth:`again` or :meth:`cancel`.
        """
        return self.journal.unknown()

    def again(self, number: int, *recipients: str) -> int:
        """Retry a message by its number, for all its recipients or some; return for how many. A rejected login stops the queues of the accounts that use
        it; this continues the queue of the message's account.
        """
        return self.journal.again(number, recipients)

    def cancel(self, number: int, *recipients: str) -> int:
        """Cancel a message that was not sent, for all its recipients or some; return for how many."""
        return self.journal.cancel(number, recipients)

    def look_for_receipts(self, failed: Callable[[str], None] = lambda why: None) -> int:
        """Read the receipts in the inboxes of the accounts, and record them; return how many belong to messages in
        the journal. ``failed`` gets the reason for each report that cannot be read.

        Raises:
            MailError: an inbox cannot be read; the others were read.
        """
        noted = 0
        unreadable: MailError | None = None
        for account in self.accounts:
            if account.active and account.incoming is not None and account.incoming.host:
                try:
                    with connect(account, options=self._options) as client:
                        for receipt in receipts_in(client, failed):
                            noted += self.journal.receipt(
                                receipt.message_id, receipt.recipient, receipt.word
                            )
                except MailError as error:
                    unreadable = unreadable or error
        if unreadable is not None:
            raise unreadable
        return noted

    def to_frame(self) -> Any:
        """Return both journals as a DataFrame."""
        return to_frame(self.journal.entries())

    def _batch(
        self,
        label: str,
        numbers: list[int],
        transports: dict[str, Transport],
        stack: ExitStack,
        stop: threading.Event | None,
    ) -> Iterator[list[str]]:
        """Send messages of one account; yield the states of the recipients of each."""
        try:
            account = account_named(self.accounts, label)
            transport = self._transport(account, transports, stack)
        except SettingsError as error:
            yield from self._without(numbers, str(error))
            return
        batch = Batch(self.journal, transport, lambda why: self._hold(label, why), stop=stop)
        yield from batch.send(numbers)

    def _without(self, numbers: list[int], why: str) -> Iterator[list[str]]:
        """Defer messages whose account cannot send now."""
        for number in numbers:
            (claim,) = self.journal.claimed([number])
            fates = dict.fromkeys(claim.message.recipients, DeliveryStatus(DEFERRED, 0, why))
            self.journal.done(number, fates, again_after(claim))
            yield [DEFERRED] * len(fates)

    def _transport(
        self, account: Account, transports: dict[str, Transport], stack: ExitStack
    ) -> Transport:
        by, service = outgoing_of(account, self.accounts)
        key = f"{by.label} {account.delivery.via} {account.delivery.engine}"
        if key not in transports:
            transports[key] = transport_for(
                account,
                service,
                self._options,
                sendmail=self._sendmail,
                maildirs=self._maildirs,
            )
            stack.callback(transports[key].close)
        return transports[key]

    def _send_now(self, number: int, account: Account, transport: Transport) -> None:
        """Send a message that a person waits for; it is not retried automatically."""
        (claim,) = self.journal.claimed([number])
        if not claim.message.recipients:
            return
        if why := self.journal.held(account.label):
            fates = dict.fromkeys(claim.message.recipients, DeliveryStatus(DEFERRED, 0, why))
            self.journal.done(number, fates, None)
            return
        hold = partial(self._hold, account.label)
        for _ in Batch(self.journal, transport, hold, again=False).send([number]):
            """Record the result in the journal."""

    def _hold(self, label: str, refused: str) -> str:
        """Stop the queues of all accounts that use a rejected login; return why."""
        why = f"{refused}; this login sends nothing more until `mailkit outbox again`"
        by, _ = outgoing_of(account_named(self.accounts, label), self.accounts)
        for account in self.accounts:
            with suppress(SettingsError):
                if outgoing_of(account, self.accounts)[0].identity == by.identity:
                    self.journal.hold(account.label, why)
        return why

    def _file(self) -> None:
        """File copies of sent messages; failures are tried again with the next batch."""
        waiting: dict[str, list[int]] = {}
        for number, label in self.journal.to_file():
            waiting.setdefault(label, []).append(number)
        for label, mine in waiting.items():
            with suppress(MailError, OSError, ValueError):
                account = account_named(self.accounts, label)
                file_copies(self.journal, account, mine, self._options)


def _identified(letter: Letter) -> Letter:
    """Return a message with a Message-ID (RFC 5322 §3.6.4); without one, a copy with a new one."""
    sendable(letter)
    if letter.message_id.strip():
        return letter
    message = deepcopy(letter.message)
    del message["Message-ID"]
    domain = letter.sender.rpartition("@")[2]
    message["Message-ID"] = make_msgid(
        domain=domain if domain.isascii() and domain else "localhost"
    )
    return Letter(message, letter.sender, letter.recipients)
