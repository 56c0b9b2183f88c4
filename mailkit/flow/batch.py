"""A batch of an outbox: messages of one account by one transport. Each step is in the journal before the next one.

The transport takes messages in advance. Those without a result stay claimed, and are sent again after a lost
connection.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from mailkit.client.outcome import DEFERRED, REFUSED, UNKNOWN, DeliveryStatus, Sendable, SendResult
from mailkit.errors import StorageError
from mailkit.flow.entries import Claim
from mailkit.flow.journal import LONGEST_DELAY_S, Journal
from mailkit.flow.transports import QueuedMessage, Transport

__all__ = ["Batch", "again_after"]

_AGAIN_S = (60.0, 300.0, 900.0, 3600.0)
_TRIES = 33
_TOGETHER = 32
"""Messages that become ready together; after a power failure, the delivery status of so many may be unknown."""


class Batch:
    """Sends messages that this worker has claimed.

    Args:
        journal: the journal.
        transport: the transport.
        hold: called after a rejected login with the server's reply; stops the queue and returns the reason.
        again: whether deferred messages are retried automatically.
        stop: ends the batch after the current messages.
    """

    def __init__(
        self,
        journal: Journal,
        transport: Transport,
        hold: Callable[[str], str],
        *,
        again: bool = True,
        stop: threading.Event | None = None,
    ) -> None:
        self._journal, self._transport, self._hold = journal, transport, hold
        self._again, self._stop = again, stop
        self._waiting: deque[int] = deque()
        self._read: deque[Claim] = deque()  # the first of those that wait
        self._taken: deque[Claim] = deque()
        self._begun = False
        self._ready: set[int] = set()

    def send(self, numbers: Iterable[int]) -> Iterator[list[str]]:
        """Send the messages; yield the states of the recipients of each."""
        self._waiting.extend(numbers)
        while self._taken or self._waiting:
            before = len(self._taken) + len(self._waiting)
            yield from self._round()
            if len(self._taken) + len(self._waiting) == before:
                return  # stopped, or on hold: the caller releases the rest

    def _round(self) -> Iterator[list[str]]:
        """Send until the connection ends."""
        messages = self._feed()
        first = next(messages, None)
        if first is None:
            return
        notify = self._taken[0].notify
        try:
            for outcome in self._transport.send_all(_with(first, messages), notify, self._before):
                claim = self._taken.popleft()
                if self._transport.refused:
                    yield self._stopped(claim, self._hold(self._transport.refused))
                    return
                yield self._done(claim, outcome)
        except StorageError:
            raise  # a full disk is not the message's fault: it waits, or is unknown if it was being sent
        except Exception as error:
            if not self._taken:
                raise
            claim = self._taken.popleft()
            why = str(error) or type(error).__name__
            status = DeliveryStatus(UNKNOWN if self._begun else REFUSED, 0, why)
            yield self._done(claim, SendResult.all(claim.message, status))

    def _feed(self) -> Iterator[QueuedMessage]:
        """Yield messages for the transport: those from before, and the next ones with the same options."""
        self._read.clear()  # the queue may have been stopped since
        for claim in [*self._taken]:
            if self._again and self._journal.held(claim.account):
                return
            yield claim.message
        while self._waiting and not (self._stop is not None and self._stop.is_set()):
            if not self._read:
                self._read.extend(self._journal.claimed(islice(self._waiting, _TOGETHER)))
            claim = self._read[0]
            if (self._again and claim.held) or (
                self._taken and claim.notify != self._taken[0].notify
            ):
                return
            if claim.id not in self._ready and len(self._waiting) > 1:
                together = [*islice(self._waiting, _TOGETHER)]
                if self._journal.ready(together):
                    self._ready.update(together)
            self._waiting.popleft()
            self._read.popleft()
            self._taken.append(claim)
            yield claim.message

    def _before(self, message: Sendable) -> None:
        """The message is about to be sent."""
        self._begun = True
        number = self._taken[0].id
        self._journal.sending(number, durable=number not in self._ready)

    def _done(self, claim: Claim, outcome: SendResult) -> list[str]:
        self._begun = False
        last = not self._waiting and not self._taken
        again_s = again_after(claim) if self._again else None
        self._journal.done(claim.id, outcome.fates, again_s, durable=last)
        return [status.state for status in outcome.fates.values()]

    def _stopped(self, claim: Claim, why: str) -> list[str]:
        """Keep a message until a person continues the queue."""
        self._begun = False
        fates = dict.fromkeys(claim.message.recipients, DeliveryStatus(DEFERRED, 0, why))
        self._journal.done(claim.id, fates, None)
        return [DEFERRED] * len(fates)


def _with(first: QueuedMessage, messages: Iterator[QueuedMessage]) -> Iterator[QueuedMessage]:
    yield first
    yield from messages


def again_after(claim: Claim) -> float | None:
    """Return in how many seconds a deferred message is tried again; ``None`` after the last attempt (RFC 5321
    §4.5.4.1).
    """
    if claim.tries >= _TRIES:
        return None
    return _AGAIN_S[claim.tries] if claim.tries < len(_AGAIN_S) else LONGEST_DELAY_S
