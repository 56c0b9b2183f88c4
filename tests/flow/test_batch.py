"""A batch of an outbox: what the transport takes ahead is neither lost nor sent twice."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from shutil import copyfile

import pytest

from mailkit.client.outcome import (
    ACCEPTED,
    DEFERRED,
    REFUSED,
    UNKNOWN,
    DeliveryStatus,
    Sendable,
    SendResult,
)
from mailkit.errors import StorageError
from mailkit.flow import Outbox
from mailkit.flow.batch import Batch
from mailkit.flow.claims import READ_AHEAD
from mailkit.flow.journal import Journal
from mailkit.flow.steps import PendingSteps, StepRow, steps_in
from mailkit.flow.transports import QueuedMessage
from mailkit.formats import loads
from mailkit.lab import Lab, Listener
from mailkit.lab.scenario import ADDRESS, smtp
from mailkit.ports import Security


class Line:
    """A transport that takes one message ahead, and may fail at one."""

    def __init__(self, fail: dict[str, str] | None = None) -> None:
        self.fail, self.refused, self.sent, self.connections = fail or {}, "", list[str](), 0

    def send_all(
        self, parcels: Iterable[Sendable], notify: Iterable[str], before: Callable[[Sendable], None]
    ) -> Iterator[SendResult]:
        self.connections += 1
        waiting = iter(parcels)
        parcel = next(waiting, None)
        while parcel is not None:
            how = self.fail.pop(parcel.message_id, "")
            if how == "bad":
                raise ValueError("this one is bad")
            following = next(waiting, None)
            if how != "early":
                before(parcel)
            if how == "breaks":
                raise OSError("broken")
            if how in ("lost", "early"):
                state = UNKNOWN if how == "lost" else DEFERRED
                yield SendResult.all(parcel, DeliveryStatus(state, 0, "gone"))
                return
            self.sent.append(parcel.message_id)
            yield SendResult.all(parcel, DeliveryStatus(ACCEPTED, 250))
            parcel = following

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    made = Journal(tmp_path / "outbox.sqlite")
    for name in "abcd":
        made.add(QueuedMessage(name, "k@x", (f"{name}@x",), b"Subject: x\r\n\r\n"), account="one")
    yield made
    made.close()


def sent(journal: Journal, line: Line, stop: threading.Event | None = None) -> Counter[str]:
    batch = Batch(journal, line, lambda why: why, stop=stop)
    total: Counter[str] = Counter()
    for states in batch.send([number for number, _ in journal.take(9)]):
        assert states
        total.update(states)
    journal.release()
    return total


def states(journal: Journal) -> str:
    return " ".join(entry.state for entry in journal.entries())


@pytest.mark.parametrize(
    ("how", "state", "others", "connections"),
    [
        ("", "accepted", "abcd", 1),
        ("lost", "unknown", "acd", 2),
        ("early", "waiting", "acd", 2),
        ("bad", "refused", "acd", 2),
        ("breaks", "unknown", "acd", 2),
    ],
)
def test_what_happens_to_one_happens_to_no_other(
    how: str, state: str, others: str, connections: int, journal: Journal
) -> None:
    line = Line({"b": how})
    sent(journal, line)
    assert states(journal) == f"accepted {state} accepted accepted"
    assert "".join(line.sent) == others
    assert line.connections == connections


def test_a_refused_login_stops_what_is_left(journal: Journal) -> None:
    line = Line({"b": "early"})
    line.refused = "535 no"

    def held(why: str) -> str:
        journal.hold("one", why)
        return why

    for _ in Batch(journal, line, held).send([number for number, _ in journal.take(9)]):
        """Each is in the journal."""
    journal.release()
    assert states(journal) == "deferred waiting waiting waiting"
    assert "535 no" in journal.held("one")


def test_a_stop_ends_it_after_what_is_under_way(journal: Journal) -> None:
    stop = threading.Event()
    line = Line()
    batch = Batch(journal, line, lambda why: why, stop=stop)
    for _ in batch.send([number for number, _ in journal.take(9)]):
        stop.set()
    journal.release()
    assert states(journal) in (
        "accepted accepted waiting waiting",
        "accepted waiting waiting waiting",
    )


def test_the_journal_says_sending_for_one_message_at_a_time(journal: Journal) -> None:
    seen = []

    class Watched(Line):
        def send_all(
            self,
            parcels: Iterable[Sendable],
            notify: Iterable[str],
            before: Callable[[Sendable], None],
        ) -> Iterator[SendResult]:
            def watched(parcel: Sendable) -> None:
                before(parcel)
                seen.append(states(journal).split())

            return super().send_all(parcels, notify, watched)

    sent(journal, Watched())
    assert [row.count("sending") for row in seen] == [1, 1, 1, 1]
    assert seen[3][:3] == ["accepted"] * 3, "what is done is written down before the next one goes"


def test_a_batch_goes_with_a_round_trip_for_each_message(
    make_lab: Callable[..., Lab], tmp_path: Path
) -> None:
    lab = make_lab(
        Listener(protocol="smtp", host="localhost", port=587, security=Security.CLEARTEXT)
    )
    text = smtp(lab.where("localhost", 587)[1], "cleartext", host="localhost")
    account = loads(text + '\n[account.main.delivery]\nmode = "daemon"\n')[0]
    with Outbox(tmp_path / "outbox.sqlite", [account]) as box:
        for number in range(6):
            box.journal.add(
                QueuedMessage(f"<{number}@x>", ADDRESS, (ADDRESS,), b"Subject: x\r\n\r\n"),
                account=account.label,
            )
        trips = []
        real = box._transport

        def watched(*given: object) -> object:
            carrier = real(*given)  # type: ignore[arg-type]
            trips.append(carrier)
            return carrier

        box._transport = watched  # type: ignore[method-assign,assignment]
        assert box.work() == Counter(accepted=6)
    assert len(lab.sessions) == 1
    assert trips[0]._smtp.stream.round_trips <= 6 + 4


def killed(journal: Journal, boot: str) -> None:
    """As if the worker had ended here, in this run of the machine or an earlier one."""
    name = f"1-dead-{boot}"
    file = journal.file
    copyfile(f"{file}.worker-{journal.worker.name}", f"{file}.worker-{name}")
    journal._db.execute("UPDATE copy SET worker = ? WHERE worker != ''", (name,))
    journal.recover()


@pytest.mark.parametrize(("boot", "state"), [("", "waiting"), ("another", "unknown")])
def test_what_was_only_ready_is_known_not_to_have_gone_unless_the_machine_stopped(
    boot: str, state: str, journal: Journal
) -> None:
    numbers = [number for number, _ in journal.take(9)]
    if not journal.ready(numbers[:3]):
        pytest.skip("the system does not tell its runs apart")
    journal.sending(numbers[0], durable=False)
    killed(journal, boot or journal.worker.boot)
    assert states(journal) == f"unknown {state} {state} waiting"


def test_a_system_that_does_not_tell_its_runs_apart_waits_for_the_disk(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited = []
    monkeypatch.setattr(journal.worker, "boot", "")
    usual = journal.sending

    def sending(number: int, *, durable: bool = True) -> None:
        waited.append(durable)
        usual(number, durable=durable)

    monkeypatch.setattr(journal, "sending", sending)
    sent(journal, Line())
    assert waited == [True] * 4
    assert states(journal) == "accepted accepted accepted accepted"


def test_the_result_of_a_killed_worker_is_known(journal: Journal) -> None:
    numbers = [number for number, _ in journal.take(9)]
    if not journal.ready(numbers):
        pytest.skip("the system does not tell its runs apart")
    journal.sending(numbers[0], durable=False)
    fates = {"a@x": DeliveryStatus(ACCEPTED, 250, "“ok”")}
    journal.done(numbers[0], fates, None, durable=False)
    journal.sending(numbers[1], durable=False)
    journal.worker.note(b"[3, [[")  # killed in the middle of a step
    killed(journal, journal.worker.boot)
    assert states(journal) == "accepted unknown waiting waiting"
    assert journal.archive()[0].words == "“ok”"


def test_a_step_that_cannot_be_written_is_not_made(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, usual, left = Line(), journal.worker.note, iter([True, True, True])

    def note(step: bytes) -> None:
        if next(left, None) is None:
            raise OSError(28, "No space left on device")
        usual(step)

    monkeypatch.setattr(journal.worker, "note", note)
    with pytest.raises(StorageError, match="No space left"):
        sent(journal, line)
    journal.release()
    assert line.sent == ["a", "b"]
    assert states(journal) == "accepted sending waiting waiting", "nobody knows of the second one"


def test_steps_that_the_journal_lacks_outlive_their_worker(tmp_path: Path) -> None:
    file = tmp_path / "outbox.sqlite"
    journal = Journal(file)
    journal.add(QueuedMessage("a", "k@x", ("a@x", "b@x"), b"x"), account="one")
    (number,) = (number for number, _ in journal.take(9))
    if not journal.ready([number]):
        pytest.skip("the system does not tell its runs apart")
    journal.sending(number, durable=False)
    fates = {"a@x": DeliveryStatus(ACCEPTED, 250), "b@x": DeliveryStatus(REFUSED, 550)}
    journal.done(number, fates, None, durable=False)
    journal.close()
    other = Journal(file)
    other.recover()
    assert states(other) == "accepted refused"
    assert [path.name for path in tmp_path.glob("*.worker-*")] == [
        f"outbox.sqlite.worker-{other.worker.name}"
    ]
    other.close()


def test_many_messages_are_a_transaction(journal: Journal) -> None:
    for number in range(92):
        parcel = QueuedMessage(f"m{number}", "k@x", ("a@x",), b"Subject: x\r\n\r\n")
        journal.add(parcel, account="one")
    numbers = [number for number, _ in journal.take(200)]
    if not journal.worker.boot:
        pytest.skip("the system does not tell its runs apart")
    statements: list[str] = []
    journal._db.set_trace_callback(statements.append)
    line = Line()
    assert sum(map(len, Batch(journal, line, lambda why: why).send(numbers))) == 96
    journal._db.set_trace_callback(None)
    assert sum(text.startswith("BEGIN") for text in statements) <= 96 / 32 + 1
    assert sum(text.startswith("SELECT") for text in statements) <= 3 * 96 / 32
    assert {entry.state for entry in journal.entries()} == {"accepted"}


def test_messages_are_read_together_up_to_a_megabyte(journal: Journal) -> None:
    for number, size in enumerate((READ_AHEAD - 100, 50, 51, READ_AHEAD + 1, 1)):
        journal.add(QueuedMessage(f"m{number}", "k@x", ("a@x",), b"x" * size), account="one")
    numbers = [number for number, _ in journal.take(200)][4:]
    read = []
    while numbers:
        together = journal.claimed(numbers)
        assert [claim.id for claim in together] == numbers[: len(together)]
        read.append([len(claim.message.data) for claim in together])
        numbers = numbers[len(together) :]
    assert read == [[READ_AHEAD - 100, 50], [51], [READ_AHEAD + 1], [1]]


@pytest.mark.parametrize(
    "words", ['said "no"\\', "line\nend", "später 📬", "\udc80", "\u2028", "[1, 2]", ""]
)
def test_a_step_is_read_as_it_was_written(words: str, tmp_path: Path) -> None:
    with closing(Journal(tmp_path / "o.sqlite")) as journal:
        steps = PendingSteps(journal.worker)
        rows: list[StepRow] = [
            ("waiting", 451, words, 1700000000.123456, 1e9, 7, f"{words}@x.example"),
            ("accepted", 250, words, None, 0.1, 7, '"a b"@x.example'),
        ]
        steps.begin(7)
        steps.end(7, rows)
        steps.begin(8)
        (file,) = tmp_path.glob("o.sqlite.worker-*")
        assert steps_in(file.read_bytes()) == ({8}, rows)
        steps.settle()
