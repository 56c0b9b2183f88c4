"""The embedded lab beside Dovecot: how long it takes to be there, and how many messages a second it moves.

Usage: python benchmarks/lab.py [--rounds N] [--messages N]

The same clients (imaplib, poplib, smtplib) do the same work with each make in one run; each server runs in a
process of its own. What only reads is done in every round, and the best one counts. Ratios compare, absolute numbers belong to the machine.
"""

import argparse
import imaplib
import json
import poplib
import smtplib
import ssl
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from mailkit.lab.backends.docker import engine_missing
from mailkit.lab.backends.dovecot_program import find_dovecot
from mailkit.lab.endpoints import HOST

USER, PASSWORD = "kim@example.com", "open sesame 17"
LETTER = b"From: a@example.com\r\nTo: kim@example.com\r\nSubject: %d\r\n\r\n" + b"x" * 70 + b"\r\n"
BODY = (b"y" * 76 + b"\r\n") * 64

SERVER = """
import json, sys, time
began = time.perf_counter()
make = sys.argv[1]
if make == "embedded":
    from mailkit.lab import Lab, everywhere
    lab = Lab(everywhere())
elif make == "dovecot":
    from mailkit.lab.backends.dovecot import DovecotLab
    lab = DovecotLab(quota_kib=1000000)
else:
    from mailkit.lab.backends.docker import DockerLab
    lab = DockerLab(quota_kib=1000000)
imported = time.perf_counter()
with lab:
    up = time.perf_counter()
    ports = {str(port): lab.where(sys.argv[2], port) for port in (993, 995, 465)}
    told = {"import": imported - began, "up": up - imported, "ports": ports, "ca": str(lab.ca_file)}
    print(json.dumps(told), flush=True)
    sys.stdin.read()
    down = time.perf_counter()
print(json.dumps({"down": time.perf_counter() - down}), flush=True)
"""


@contextmanager
def served(make: str) -> Iterator[dict[str, Any]]:
    command = [sys.executable, "-c", SERVER, make, HOST]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        told = json.loads(process.stdout.readline())
        yield told
        process.stdin.close()
        told |= json.loads(process.stdout.readline())


def context(world: dict[str, Any]) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=world["ca"])
    made.check_hostname = False
    return made


def by_imap(world: dict[str, Any]) -> imaplib.IMAP4_SSL:
    client = imaplib.IMAP4_SSL(*world["ports"]["993"], ssl_context=context(world), timeout=60)
    client.login(USER, PASSWORD)
    return client


def append(world: dict[str, Any], count: int) -> None:
    client = by_imap(world)
    client.create("bench")
    for number in range(count):
        client.append("bench", None, None, LETTER % number + BODY)
    client.logout()


def fetch(world: dict[str, Any], count: int) -> None:
    client = by_imap(world)
    client.select("bench", readonly=True)
    for first in range(1, count + 1, 100):
        rows = client.fetch(f"{first}:{min(first + 99, count)}", "(BODY.PEEK[])")[1]
        assert len(rows) == 2 * min(100, count + 1 - first), len(rows)
    client.logout()


def envelopes(world: dict[str, Any], count: int) -> None:
    client = by_imap(world)
    client.select("bench", readonly=True)
    rows = client.fetch(f"1:{count}", "(FLAGS ENVELOPE BODYSTRUCTURE)")[1]
    assert len(rows) == count
    client.logout()


def flags(world: dict[str, Any], count: int) -> None:
    client = by_imap(world)
    client.select("bench")
    client.store(f"1:{count}", "+FLAGS", "(\\Seen)")
    client.logout()


def search(world: dict[str, Any], count: int) -> None:
    client = by_imap(world)
    client.select("bench")
    assert client.search(None, "SUBJECT", str(count - 1))[0] == "OK"
    client.logout()


def send(world: dict[str, Any], count: int) -> None:
    with smtplib.SMTP_SSL(*world["ports"]["465"], context=context(world), timeout=60) as client:
        client.login(USER, PASSWORD)
        for number in range(count // 5):
            client.sendmail(USER, [USER], LETTER % number + BODY)


def retrieve(world: dict[str, Any], count: int) -> None:
    client = poplib.POP3_SSL(*world["ports"]["995"], context=context(world), timeout=60)
    client.user(USER)
    client.pass_(PASSWORD)
    for number in range(1, count // 5 + 1):
        client.retr(number)
    client.quit()


WORK: dict[str, tuple[Callable[[dict[str, Any], int], None], int]] = {
    "IMAP APPEND, one by one": (append, 1),
    "IMAP FETCH of whole messages, 100 at once": (fetch, 1),
    "IMAP FETCH of FLAGS, ENVELOPE, BODYSTRUCTURE": (envelopes, 1),
    "IMAP STORE of a flag, all at once": (flags, 1),
    "IMAP SEARCH by subject (messages looked at)": (search, 1),
    "SMTP, one by one, into the inbox": (send, 5),
    "POP3 RETR, one by one": (retrieve, 5),
}
READ = (fetch, envelopes, search, retrieve)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--messages", type=int, default=2000)
    options = parser.parse_args()
    makes = ["embedded"]
    makes += ["dovecot"] if find_dovecot() else []
    makes += [] if engine_missing() else ["docker"]
    starts(makes, options.rounds)
    rates(makes, options.messages, options.rounds)
    return 0


def starts(makes: list[str], rounds: int) -> None:
    print("\n## From nothing to all endpoints\n")
    print("| make | import | up | down |\n|---|---:|---:|---:|")
    for make in makes:
        seen = []
        for _ in range(rounds):
            with served(make) as world:
                pass
            seen.append(world)
        row = [
            statistics.median(one[key] for one in seen) * 1000 for key in ("import", "up", "down")
        ]
        print(f"| {make} | " + " | ".join(f"{ms:.0f} ms" for ms in row) + " |")


def rates(makes: list[str], count: int, rounds: int) -> None:
    print(f"\n## Messages per second, {count:,} messages of 5 KB over TLS\n")
    print(f"| work | {' | '.join(makes)} |\n|---|{'---:|' * len(makes)}")
    seen: dict[str, dict[str, float]] = {name: {} for name in WORK}
    for make in makes:
        with served(make) as world:
            for name, (work, part) in WORK.items():
                times = []
                for _ in range(rounds if work in READ else 1):
                    began = time.perf_counter()
                    work(world, count)
                    times.append(time.perf_counter() - began)
                seen[name][make] = count // part / min(times)
    for name, row in seen.items():
        print(f"| {name} | " + " | ".join(f"{row[make]:,.0f}" for make in makes) + " |")


if __name__ == "__main__":
    sys.exit(main())
