"""Many services beside raw sockets and imaplib in one run; ten thousand services killed at random and resumed.

Usage: python benchmarks/fleet.py [--services N] [--silent N] [--killed N]

The servers run in a process of their own on the same cores; every service has a user of its own.
"""

import argparse
import imaplib
import json
import os
import random
import resource
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import mailkit
from mailkit.account import Account, Service
from mailkit.fleet import run
from mailkit.fleet.executors import Threads
from mailkit.fleet.results import read_results
from mailkit.net.trust import Trust
from mailkit.ports import Protocol, Security
from mailkit.secret import Secret

PASSWORD = "fleet benchmark"
HOSTS = 20

SERVERS = """
import json, sys
from mailkit.lab import Lab, Listener
from mailkit.ports import Security
hosts, users = int(sys.argv[1]), int(sys.argv[2])
names = {f"user{n}@example.com": sys.argv[3] for n in range(users)}
with Lab([Listener(protocol="imap", host=f"imap{n}.example.com", port=993, security=Security.IMPLICIT_TLS, connections=2000)
          for n in range(hosts)], users=names) as lab:
    ports = {host: places[0][1] for (host, port), places in lab.connect_to.items() if port == 993}
    print(json.dumps({"ca": str(lab.ca_file), "ports": ports}), flush=True)
    sys.stdin.read()
"""


@contextmanager
def servers(users: int) -> Iterator[dict[str, Any]]:
    command = [sys.executable, "-c", SERVERS, str(HOSTS), str(users), PASSWORD]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as one:
        assert one.stdout is not None
        assert one.stdin is not None
        yield json.loads(one.stdout.readline())
        one.stdin.close()


def account(number: int) -> Account:
    service = Service(
        protocol=Protocol.IMAP,
        host=f"imap{number % HOSTS}.example.com",
        port=993,
        user=f"user{number}@example.com",
        secret=Secret.env("FLEET_PASSWORD"),
    )
    return Account(label=f"account-{number}", incoming=service)


def in_threads(count: int, work: Callable[[int], None]) -> None:
    numbers = iter(range(count))
    lock = threading.Lock()

    def run() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            work(number)

    threads = [threading.Thread(target=run) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def many(world: dict[str, Any], count: int, rounds: int) -> None:
    context = ssl.create_default_context(cafile=world["ca"])
    connect_to = {(h, 993): ("127.0.0.1", port) for h, port in world["ports"].items()}
    accounts = [account(number) for number in range(count)]

    def bare(number: int) -> None:
        host = f"imap{number % HOSTS}.example.com"
        with socket.create_connection(("127.0.0.1", world["ports"][host])) as plain:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with context.wrap_socket(plain, server_hostname=host) as sock:
                sock.recv(4096)
                for tag, line in (
                    (b"a1", f'LOGIN user{number}@example.com "{PASSWORD}"'),
                    (b"a2", "EXAMINE INBOX"),
                ):
                    sock.sendall(tag + b" " + line.encode() + b"\r\n")
                    reply = b""
                    while tag + b" " not in reply:
                        reply += sock.recv(4096)
                    assert tag + b" OK" in reply, reply
                sock.sendall(b"a3 LOGOUT\r\n")

    class Imap(imaplib.IMAP4_SSL):
        def _create_socket(self, timeout: Any) -> ssl.SSLSocket:
            plain = socket.create_connection(("127.0.0.1", world["ports"][self.host]), timeout)
            return context.wrap_socket(plain, server_hostname=self.host)

    def by_imaplib(number: int) -> None:
        imap = Imap(f"imap{number % HOSTS}.example.com", 993, ssl_context=context)
        imap.login(f"user{number}@example.com", PASSWORD)
        imap.select("INBOX", readonly=True)
        imap.logout()

    def ours(**options: Any) -> None:
        reports = mailkit.diagnose_all(accounts, connect_to=connect_to, ca=world["ca"], **options)
        assert all(report.ok for report in reports)

    def by_threads() -> None:
        kept, run.conversations = run.conversations, Threads
        try:
            ours()
        finally:
            run.conversations = kept

    tools: dict[str, Callable[[], None]] = {
        "raw TLS sockets, 64 threads": lambda: in_threads(count, bare),
        "imaplib, 64 threads": lambda: in_threads(count, by_imaplib),
        "mailkit.diagnose_all, one loop, 64 at once": lambda: ours(),
        "mailkit.diagnose_all, one loop, 8 at once": lambda: ours(concurrency=8),
        "mailkit.diagnose_all, 64 threads": by_threads,
        'mailkit.diagnose_all, "processes", 2': lambda: ours(executor="processes", workers=2),
    }
    rates: dict[str, list[float]] = {}
    spent: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, work in tools.items():
            began, cpu = time.perf_counter(), time.process_time()
            work()
            rates.setdefault(name, []).append(count / (time.perf_counter() - began))
            spent.setdefault(name, []).append((time.process_time() - cpu) / count * 1000)
    first = statistics.median(rates[next(iter(tools))])
    print(
        f"### {count:,} IMAP services with TLS, a login and the inbox opened; {HOSTS} servers on the same cores\n"
    )
    print("| | services per second | to raw | CPU of this process for each |\n|---|---:|---:|---:|")
    for name, found in rates.items():
        rate, cpu = statistics.median(found), statistics.median(spent[name])
        print(f"| {name} | {rate:.0f} | {rate / first:.2f} | {cpu:.2f} ms |")
    print()


def silent(count: int) -> None:
    """Servers that accept and say nothing, each with an endpoint of its own."""
    closed = Service(protocol=Protocol.IMAP, host="localhost", port=1)
    mailkit.diagnose(Account(label="a", incoming=closed), timeout=1)  # loads what it needs
    before, threads = _memory(), threading.active_count()
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    accounts = [
        Account(
            label=f"a{n}",
            incoming=Service(
                protocol=Protocol.IMAP,
                host="localhost",
                port=one.getsockname()[1],
                security=Security.STARTTLS,
            ),
        )
        for n, one in enumerate(sockets)
    ]
    most = [0.0]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            most[0] = max(most[0], _memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.perf_counter()
    reports = [
        *mailkit.diagnose_all(
            accounts, concurrency=count, timeout=4, deadline=12, login=False, trust=Trust()
        )
    ]
    seconds = time.perf_counter() - began
    over.set()
    watcher.join()
    for one in sockets:
        one.close()
    assert len(reports) == count
    del reports
    time.sleep(2)
    left = threading.active_count() - threads
    print("### Servers that accept and say nothing\n")
    print("| | seconds | MB more at most | threads left |\n|---|---:|---:|---:|")
    print(
        f"| {count:,} silent servers at once | {seconds:.0f} | {most[0] - before:.0f} | {left} |\n"
    )


def _memory() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def killed(world: dict[str, Any], count: int) -> None:
    """Killed at random moments and resumed, until every service is in the result."""
    chance = random.Random(3)
    with tempfile.TemporaryDirectory() as folder:
        table, file = Path(folder) / "accounts.csv", Path(folder) / "results.parquet"
        lines = ["account,imap_host,imap_port,imap_security,user,password"]
        for n in range(count):
            one = f"imap{n % HOSTS}.example.com,993,implicit-tls,user{n}@example.com"
            lines.append(f"account-{n},{one},env:FLEET_PASSWORD")
        table.write_text("\n".join(lines) + "\n")
        command = [sys.executable, "-m", "mailkit", "diagnose", str(table), "-o", str(file)]
        command += ["--resume", "--ca", world["ca"]]
        for host, port in world["ports"].items():
            command += ["--connect-to", f"{host}:993:127.0.0.1:{port}"]
        kills, began = 0, time.perf_counter()
        while True:
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            with subprocess.Popen(command, **quiet) as run:
                try:
                    run.wait(chance.uniform(2.0, 8.0) if kills < 8 else None)
                except subprocess.TimeoutExpired:
                    run.send_signal(signal.SIGKILL)
                    kills += 1
                    continue
            break
        counts = Counter(row["account"] for row in read_results(file))
        assert counts == {f"account-{n}": 1 for n in range(count)}, len(counts)
        seconds = time.perf_counter() - began
    print(
        f"### Killed and resumed\n\n{count:,} services, killed {kills} times: each is in the result once, after {seconds:.0f} s\n"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--services", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--silent", type=int, default=1000)
    parser.add_argument("--killed", type=int, default=10_000)
    options = parser.parse_args()
    os.environ["FLEET_PASSWORD"] = PASSWORD
    with servers(max(options.services, options.killed)) as world:
        if options.services:
            many(world, options.services, options.rounds)
        if options.killed:
            killed(world, options.killed)
    if options.silent:
        silent(options.silent)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
