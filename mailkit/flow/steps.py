"""The steps of messages that are being sent, in the lock file of their worker until the journal has them.

A step is one write. The system keeps it if the process is killed, so it is known what happened; a transaction of the
journal for each step would take longer than sending a message. If the machine stops, steps may be lost: the messages
are ``ready`` in the journal then, and become unknown.
"""

import json
from collections.abc import Iterable
from typing import TypeAlias

from mailkit.errors import StorageError
from mailkit.flow.worker_lock import Worker

__all__ = ["PendingSteps", "StepRow", "steps_in"]

StepRow: TypeAlias = "tuple[str, int, str, float | None, float, int, str]"
"""A delivery status in the journal: state, code, words, when it is due and was changed, message, recipient."""


class PendingSteps:
    """The steps of a worker that the journal does not have yet: messages begun, and results."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self.begun: set[int] = set()
        self.results: list[StepRow] = []

    @property
    def pending(self) -> bool:
        """Whether the journal lacks something."""
        return bool(self.begun or self.results)

    def begin(self, number: int) -> None:
        """Record that a message is about to be sent.

        Raises:
            StorageError: it cannot be written, as on a full disk.
        """
        self._note(b"%d\n" % number)
        self.begun.add(number)

    def end(self, number: int, rows: Iterable[StepRow]) -> None:
        """Record the result of a message; raises as :meth:`begin`."""
        rows = [*rows]
        told = ", ".join(map(_written, rows))
        self._note(f"[{number}, [{told}]]\n".encode())
        self.begun.discard(number)
        self.results += rows

    def settle(self) -> None:
        """The journal has all of them."""
        self.begun.clear()
        self.results.clear()
        self._worker.forget()

    def _note(self, step: bytes) -> None:
        try:
            self._worker.note(step)
        except OSError as error:
            raise StorageError(f"a step cannot be written: {error}") from None


def _written(row: StepRow) -> str:
    """Return a row in JSON; made by hand, since an encoder for lists costs more than the rest of a step."""
    state, code, words, due, changed, number, recipient = row
    later = "null" if due is None else repr(due)
    quoted = _QUOTED(state), _QUOTED(words), _QUOTED(recipient)
    return f"[{quoted[0]}, {code}, {quoted[1]}, {later}, {changed!r}, {number}, {quoted[2]}]"


_QUOTED = json.JSONEncoder().encode


def steps_in(notes: bytes) -> tuple[set[int], list[StepRow]]:
    """Return which messages a worker had begun without a result, and the results; an incomplete line is dropped."""
    begun: set[int] = set()
    results: list[StepRow] = []
    for line in notes.splitlines(keepends=True):
        try:
            step = json.loads(line) if line.endswith(b"\n") else None
        except (ValueError, RecursionError):
            continue
        match step:
            case int():
                begun.add(step)
            case [int() as number, [*rows]] if all(isinstance(row, list) for row in rows):
                begun.discard(number)
                results += map(tuple, rows)
    return begun, results
