"""Many accounts: nothing is lost, servers are asked within their limits, and a lost worker costs little."""

import itertools
import os
import pickle
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import mailkit
from mailkit.account import Account, Service
from mailkit.errors import SecretError, SettingsError
from mailkit.fleet.schedule import Schedule
from mailkit.fleet.worker import AccountJob, Chunk, StartedTwice, logins_left, work
from mailkit.formats import loads
from mailkit.lab import USERS, Lab, standard
from mailkit.lab.scenario import ADDRESS, HOST, imap, smtp
from mailkit.net.pacing import Pacer
from mailkit.ports import Protocol, Security
from mailkit.report import Report
from mailkit.secret import Secret

Make = Callable[..., Lab]


class Counting:
    """An IMAP server in cleartext that counts its connections and logins, and needs some seconds for a LOGOUT."""

    def __init__(
        self, greeting: bytes = b"* OK [CAPABILITY IMAP4rev1] ready\r\n", logout_s: float = 0.0
    ) -> None:
        self.greeting, self.logout_s = greeting, logout_s
        self.begun: list[float] = []
        self.logging_in: Counter[bytes] = Counter()
        self.twice = False
        self.lock = threading.Lock()
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with self.lock:
            self.begun.append(time.monotonic())
        user = b""
        try:
            client.sendall(self.greeting)
            for line in client.makefile("rb"):
                tag, _, rest = line.partition(b" ")
                word, _, rest = rest.partition(b" ")
                if word == b"LOGIN":
                    user = rest.split()[0]
                    with self.lock:
                        self.logging_in[user] += 1
                        self.twice |= self.logging_in[user] > 1
                    time.sleep(0.02)
                if word.strip() == b"LOGOUT":
                    time.sleep(self.logout_s)
                    break
                client.sendall(tag + b" OK done\r\n")
        except OSError:
            pass
        with self.lock:
            self.logging_in[user] -= 1
        client.close()


@pytest.fixture
def counting() -> Iterator[Callable[..., Counting]]:
    with ExitStack() as stack:

        def make(*args: Any) -> Counting:
            server = Counting(*args)
            stack.enter_context(server.socket)
            return server

        yield make


def local(port: int, number: int, user: str = "", host: str = "localhost", **more: Any) -> Account:
    service = Service(
        protocol=Protocol.IMAP,
        host=host,
        port=port,
        security=Security.CLEARTEXT,
        user=user or f"user{number}",
        secret=Secret.env("FLEET_PW"),
    )
    return Account(label=f"a{number}", incoming=service, **more)


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLEET_PW", "open sesame")


def table(reports: list[Report]) -> list[tuple[Any, ...]]:
    """What came out, without times."""
    rows = []
    for report in sorted(reports, key=lambda r: r.accounts[0].position):
        for account in report.accounts:
            for one in account.services:
                found = tuple((f.id, f.message, f.evidence) for f in one.findings)
                changes = dict(one.proposal.changes) if one.proposal else None
                rows.append((account.account.label, one.ok, one.cause, one.proof, found, changes))
    return rows


@pytest.fixture
def mixed(make_lab: Make, monkeypatch: pytest.MonkeyPatch) -> tuple[Lab, list[Account]]:
    """A lab, and accounts of which a third works."""
    monkeypatch.setenv("FLEET_PW", USERS[ADDRESS])
    lab = make_lab(*standard(HOST))
    texts = []
    for number in range(12):
        port = (993, 143, 995)[number % 3]
        texts.append(
            imap(port, "implicit-tls", label=f"a{number}", secret={"env": "FLEET_PW"})
            + smtp(465, "implicit-tls", label=f"a{number}", secret={"env": "FLEET_PW"}).partition(
                "\n\n"
            )[2]
        )
    return lab, loads("\n".join(texts), "fleet.toml")


def test_processes_give_what_threads_give(mixed: tuple[Lab, list[Account]]) -> None:
    lab, accounts = mixed
    options: dict[str, Any] = {"connect_to": lab.connect_to, "ca": lab.ca_file, "timeout": 5}
    threads = [*mailkit.diagnose_all(accounts, **options)]
    processes = [*mailkit.diagnose_all(accounts, executor="processes", workers=2, **options)]
    assert table(threads) == table(processes)
    assert sum(row[1] for row in table(threads)) >= 12


def test_the_order_of_the_input_can_be_asked_for(mixed: tuple[Lab, list[Account]]) -> None:
    lab, accounts = mixed
    reports = mailkit.diagnose_all(
        accounts, ordered=True, connect_to=lab.connect_to, ca=lab.ca_file
    )
    labels = [report.accounts[0].account.label for report in reports]
    assert labels == [account.label for account in accounts]


@pytest.mark.parametrize("workers", [0, 2])
def test_a_server_is_asked_within_its_limits(
    counting: Callable[..., Counting], workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    admitted: dict[tuple[Pacer, str], list[float]] = {}
    at_once: list[int] = []
    admit = Pacer.admit

    def noted(self: Pacer, address: str, now: float) -> float:
        wait = admit(self, address, now)
        if wait <= 0:
            admitted.setdefault((self, address), []).append(now)
            at_once.append(self._open[address])
        return wait

    monkeypatch.setattr(Pacer, "admit", noted)
    server = counting()
    accounts = [local(server.port, number) for number in range(20)]
    with ThreadPoolExecutor(max(workers, 1)) as pool:
        executor = pool if workers else None
        run = mailkit.diagnose_all(accounts, executor=executor, per_host=4, per_host_rate=100.0)
        reports = [*run]
    assert all(report.ok for report in reports)
    assert max(at_once) <= 4
    assert len(server.begun) <= sum(map(len, admitted.values()))
    for (pacer, _), times in admitted.items():  # localhost may have two addresses
        gaps = [b - a for a, b in itertools.pairwise(times)]
        assert all(gap >= 1 / pacer.per_second for gap in gaps)
    assert sum(pacer.per_second for pacer in {pacer for pacer, _ in admitted}) <= 100


@pytest.mark.parametrize("executor", [None, "processes"])
def test_no_user_logs_in_twice_at_the_same_time(
    counting: Callable[..., Counting], executor: str | None
) -> None:
    """The server takes a while to end a session, and a mailbox is held until then."""
    server = counting(b"* OK [CAPABILITY IMAP4rev1] ready\r\n", 0.1)
    accounts = [local(server.port, number, f"user{number % 3}") for number in range(18)]
    reports = [*mailkit.diagnose_all(accounts, executor=executor, workers=2)]
    assert len(reports) == 18
    assert not server.twice


def test_a_host_that_does_not_answer_is_diagnosed_once(counting: Callable[..., Counting]) -> None:
    server = counting()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = taken.getsockname()[1]
    accounts = [
        local(closed if number % 2 else server.port, number, address=f"u{number}@example.com")
        for number in range(40)
    ]
    reports = [*mailkit.diagnose_all(accounts, ordered=True)]
    services = [report.accounts[0].services[0] for report in reports]
    assert [one.ok for one in services] == [True, False] * 20
    refused = services[1::2]
    assert {one.cause for one in refused} == {"tcp-refused"}
    tried = [one for one in refused if not any("not tried" in a.outcome for a in one.attempts)]
    assert len(tried) == 1
    assert {one.service.user for one in refused} == {f"user{n}" for n in range(1, 40, 2)}


def test_a_fix_is_verified_by_the_login_of_each_account(
    make_lab: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLEET_PW", "pw")
    users = {f"u{number}@example.com": "pw" for number in range(5)}
    lab = make_lab(*standard(HOST), users=users)
    secret = {"env": "FLEET_PW"}
    texts = [
        smtp(465, "starttls", label=user.partition("@")[0], user=user, secret=secret)
        for user in users
    ]
    accounts = loads("\n".join(texts))
    options: dict[str, Any] = {"connect_to": lab.connect_to, "ca": lab.ca_file, "timeout": 4}
    services = [r.accounts[0].services[0] for r in mailkit.diagnose_all(accounts, **options)]
    assert {one.cause for one in services} == {"grt-silent-tls"}
    assert {one.proposal.proof.word for one in services if one.proposal} == {"logged-in"}


def test_a_server_that_is_overloaded_is_left_alone_until_its_pause_ends(
    counting: Callable[..., Counting], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other servers are asked meanwhile, and the second pause is longer; by a clock of the test."""
    now = 0.0
    pauses: list[tuple[float, Callable[[], None]]] = []

    class Timer:
        daemon = False

        def __init__(self, seconds: float, end: Callable[[], None]) -> None:
            self.pause = seconds, end

        def start(self) -> None:
            pauses.append(self.pause)

    def end_of_the_pause() -> None:
        nonlocal now
        seconds, end = pauses[-1]
        now += seconds
        end()

    monkeypatch.setattr("mailkit.fleet.schedule.monotonic", lambda: now)
    monkeypatch.setattr("mailkit.fleet.run.threading.Timer", Timer)
    busy = counting(b"* BYE Too many connections from your address, try again later\r\n")
    free = counting()
    accounts = [local(busy.port, number) for number in range(4)]
    accounts += [local(free.port, number, host="127.0.0.1") for number in range(4, 12)]

    run = iter(mailkit.diagnose_all(accounts, per_host=1, per_host_rate=1000.0))
    first = [next(run) for _ in range(9)]
    assert sorted(_causes(first)) == [""] * 8 + ["lim-connections"]
    asked = len(busy.begun)
    end_of_the_pause()
    assert _causes([next(run)]) == ["lim-connections"]
    assert len(busy.begun) > asked
    assert [seconds for seconds, _ in pauses] == [30.0, 60.0]
    busy.greeting = free.greeting
    end_of_the_pause()
    assert _causes(run) == ["", ""]
    assert len(pauses) == 2


def _causes(reports: Iterable[Report]) -> list[str]:
    return [report.accounts[0].services[0].cause for report in reports]


def test_the_limit_of_one_account_pauses_nobody() -> None:
    from mailkit.fleet.worker import asks_for_pause
    from mailkit.report import AccountReport, ServiceReport

    account = local(143, 1)
    (service,) = account.services

    def found(cause: str) -> Report:
        one = ServiceReport(service=service, ok=False, cause=cause)
        return Report((AccountReport(account=account, services=(one,)),))

    assert asks_for_pause(found("grt-421"))
    assert not asks_for_pause(found("lim-daily"))


def test_accounts_of_one_server_are_spread_over_the_run() -> None:
    accounts = [local(143, number) for number in range(90)]
    accounts += [
        Account(label=f"b{n}", incoming=Service(protocol=Protocol.IMAP, host="other.example"))
        for n in range(10)
    ]
    schedule = Schedule(accounts, None, lambda service: service.host)
    order = []
    while taken := schedule.take(1):
        order += taken
        schedule.finished(taken, ())
    assert sorted(order) == list(range(100))
    places = [place for place, number in enumerate(order) if number >= 90]
    assert all(5 <= b - a <= 15 for a, b in itertools.pairwise(places))


class Dying(Executor):
    """Two workers, of which one is lost while it does its first chunk."""

    _max_workers = 2

    def __init__(self, deaths: int) -> None:
        self.deaths, self.chunks, self.pool = deaths, [], ThreadPoolExecutor(2)

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> "Future[Any]":
        (chunk,) = args
        self.chunks.append(chunk)

        def call() -> Any:
            done = fn(pickle.loads(pickle.dumps(chunk)))
            if self.deaths > 0:
                self.deaths -= 1
                raise ConnectionResetError("the worker is gone")
            return done

        return self.pool.submit(call)


def test_a_lost_worker_is_tried_again_within_the_login_budget(
    counting: Callable[..., Counting], tmp_path: Path
) -> None:
    server = counting()
    accounts = [local(server.port, number) for number in range(6)]
    dying = Dying(1)
    reports = [*mailkit.diagnose_all(accounts, executor=dying, shared_folder=tmp_path)]
    assert sorted(r.accounts[0].account.label for r in reports) == [f"a{n}" for n in range(6)]
    assert all(report.ok for report in reports)
    again = [job for chunk in dying.chunks for job in chunk.jobs if job.logins]
    assert again
    assert {job.logins["incoming"] for job in again} == {2}


def test_a_lost_worker_that_cannot_be_asked_leaves_no_login(
    counting: Callable[..., Counting], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = counting()
    dying = Dying(1)
    monkeypatch.setattr("mailkit.fleet.worker._Logins.__init__", _no_folder)
    (report,) = mailkit.diagnose_all([local(server.port, 1)], executor=dying)
    assert [job.logins for chunk in dying.chunks for job in chunk.jobs] == [{}, {"incoming": 0}]
    assert str(report.accounts[0].services[0].proof) != "logged-in"


def _no_folder(self: Any, chunk: Chunk) -> None:
    self._handle = -1


def test_an_account_whose_worker_is_lost_twice_is_named(counting: Callable[..., Counting]) -> None:
    server = counting()
    (report,) = mailkit.diagnose_all([local(server.port, 1)], executor=Dying(2))
    (service,) = report.accounts[0].services
    assert (service.ok, service.cause) == (False, "unexplained")
    assert "lost twice" in service.attempts[0].outcome


def test_a_process_that_is_killed_costs_only_what_it_did(
    counting: Callable[..., Counting],
) -> None:
    server = counting()
    victim: list[int] = []

    def children() -> list[int]:
        from multiprocessing import active_children

        return [child.pid for child in active_children() if child.pid]

    accounts = [local(server.port, number) for number in range(40)]
    labels = []
    for report in mailkit.diagnose_all(accounts, executor="processes", workers=2):
        labels.append(report.accounts[0].account.label)
        assert report.ok
        if not victim:
            victim = children()[:1]
            os.kill(victim[0], signal.SIGKILL)
    assert sorted(labels) == sorted(account.label for account in accounts)


def test_the_same_chunk_is_not_done_twice(tmp_path: Path) -> None:
    chunk = Chunk("chunk-1", (), (), {}, None, 1, str(tmp_path))
    work(chunk)
    with pytest.raises(StartedTwice):
        work(chunk)


def test_every_recorded_login_counts(tmp_path: Path) -> None:
    job = AccountJob(7, local(143, 7))
    (tmp_path / "chunk-1").write_text("7 incoming\n71 incoming\n7 incoming\n")
    assert logins_left(str(tmp_path), "chunk-1", job, shared=True) == {"incoming": 1}
    assert logins_left(str(tmp_path), "chunk-2", job, shared=True) == {"incoming": 3}
    assert logins_left(str(tmp_path), "chunk-2", job, shared=False) == {"incoming": 0}


def test_a_chunk_carries_references_and_no_password() -> None:
    account = local(143, 1)
    chunk = Chunk("c", (AccountJob(0, account),), (account,), {}, None, 1, "")
    assert b"sesame" not in pickle.dumps(chunk)


def test_one_account_that_breaks_mailkit_costs_no_other(
    counting: Callable[..., Counting], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = counting()
    real = mailkit.diagnose

    def diagnose(account: Account, options: Any) -> Report:
        if account.label == "a1":
            raise ZeroDivisionError
        return real(account, options)

    monkeypatch.setattr("mailkit.fleet.worker.diagnose", diagnose)
    reports = [*mailkit.diagnose_all([local(server.port, n) for n in range(3)], ordered=True)]
    assert [report.ok for report in reports] == [True, False, True]


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (SecretError("“pass mail”\nended with status 1"), "“pass mail” ended with status 1"),
        (OSError(28, "No space left on device", "sesame"), "No space left on device"),
        (UnicodeEncodeError("ascii", "sesame", 0, 1, "x"), "UnicodeEncodeError at mailkit."),
        (KeyError("sesame"), "KeyError at mailkit."),
        (OSError("sesame"), "OSError at mailkit."),
    ],
)
def test_why_an_account_broke_mailkit_is_shown_without_what_it_was_given(
    error: Exception, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def diagnose(account: Account, options: Any) -> Report:
        raise error

    monkeypatch.setattr("mailkit.fleet.worker.diagnose", diagnose)
    (report,) = mailkit.diagnose_all([local(9, 1)])
    (attempt,) = report.accounts[0].services[0].attempts
    assert attempt.outcome.startswith(f"the diagnosis failed: {shown}")
    assert "sesame" not in attempt.outcome
    assert "this is a defect of mailkit" in attempt.outcome or "at mailkit" not in shown


@pytest.mark.parametrize(
    "options",
    [
        {"executor": "threads"},
        {"per_host": 0},
        {"per_host_rate": 0.0},
        {"timeout": 0},
        {"colour": 1},
        {"allowance": None},
        {"before": {}},
        {"executor": "processes", "send_test": "a@example.com"},
    ],
)
def test_options_without_sense_are_refused(options: dict[str, Any]) -> None:
    account = loads(smtp(465, "implicit-tls"))[0]
    with pytest.raises(SettingsError):
        [*mailkit.diagnose_all([account], **options)]


def test_rules_find_the_same_beside_related_accounts_only() -> None:
    from mailkit.checks import check_service
    from mailkit.rules.account_index import indexed

    accounts = [
        Account(
            label=f"a{n}",
            default=n % 2 == 0,
            incoming=Service(protocol=Protocol.POP3, host="pop.example.com", user=f"u{n % 3}"),
        )
        for n in range(12)
    ]
    everyone = indexed(accounts)
    for account in accounts:
        some = indexed(everyone.related([account]))
        (service,) = account.services
        assert check_service(service, account, some) == check_service(service, account, everyone)
