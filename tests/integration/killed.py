"""A program for the fault campaign: does one kind of work in a child, kills it at a random moment, and again, until all is done.

The modules are loaded once, and the child is a fork, so that the moments fall into the work. It prints how many were killed. With
``full`` the child is not killed: no file may grow beyond a random size, as on a full disk, and who fails counts. With ``clock`` its clock is
up to a year wrong. With ``most`` an outbox takes so many messages at a time; ``inside`` counts the kills that fell between messages
which had become ready together.
"""

import json
import os
import random
import resource
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from mailkit.client import connect, download
from mailkit.client.download import download_drop, download_folder
from mailkit.flow import ChannelRunner, Outbox
from mailkit.flow.journal import Journal
from mailkit.formats import load
from mailkit.net.trust import Trust

LEAST, MOST = 20, 600


def outbox(job: dict[str, Any], accounts: list[Any], options: dict[str, Any]) -> None:
    if job.get(
        "crash"
    ):  # not at random: the last moment before, or the first after the message went
        name = {"before": "sending", "after": "done"}[job["crash"]]
        real = getattr(Journal, name)

        def crash(*arguments: Any, **more: Any) -> None:
            if name == "sending":
                real(*arguments, **more)
            os._exit(9)

        setattr(Journal, name, crash)
    with Outbox(job["file"], accounts, **options) as box:
        while any(one.state == "waiting" for one in box.due()) or _held(box):
            box.work(most=job.get("most", 5))


def _held(box: Outbox) -> bool:
    return any(one.state in ("claimed", "ready", "sending") for one in box.due())


def channel(job: dict[str, Any], accounts: list[Any], options: dict[str, Any]) -> None:
    with (
        Outbox(job["file"], accounts, **options) as box,
        ChannelRunner(
            accounts[0], job["folder"], process=job["script"], outbox=box, **options
        ) as inbound,
    ):
        inbound.run()


def imap(job: dict[str, Any], accounts: list[Any], options: dict[str, Any]) -> None:
    with connect(accounts[0], **options) as client:
        download_folder(client, "INBOX", job["folder"])


def pop3(job: dict[str, Any], accounts: list[Any], options: dict[str, Any]) -> None:
    with connect(accounts[0], **options) as client:
        download_drop(client, job["folder"])


def progress(job: dict[str, Any]) -> int:
    """How many messages were done before the last one, which is let live."""
    if job["work"] == "outbox":
        return _count(
            job["file"], "SELECT count(*) FROM copy WHERE state IN ('accepted', 'unknown')"
        )
    if job["work"] == "channel":
        return _count(
            f"{job['folder']}/channel.sqlite", "SELECT count(*) FROM job WHERE state != 'taken'"
        )
    return _count(f"{job['folder']}/mailkit.sqlite", "SELECT count(*) FROM message")


def _count(file: str, query: str) -> int:
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", timeout=60, uri=True)) as db:
            return int(db.execute(query).fetchone()[0])
    except sqlite3.OperationalError:  # not made yet
        return 0


WORK = {"outbox": outbox, "channel": channel, "imap": imap, "pop3": pop3}


def main() -> None:
    download._BATCH_COUNT = download._IN_FLIGHT = 10
    job = json.loads(sys.argv[1])
    options = {
        "trust": Trust(job["ca"]),
        "connect_to": {(host, port): tuple(to) for host, port, to in job["routes"]},
    }
    accounts = load(job["accounts"])
    with connect(accounts[0].incoming or accounts[0].outgoing, **options):
        pass  # everything is loaded now, and the forks have it
    chance = random.Random(job["seed"])
    killed = rounds = inside = 0
    longest = job["longest_s"]
    done = 0
    while (killed < job["kills"] or done < LEAST) and done < job["many"] and rounds < MOST:
        rounds += 1
        children = [_child(job, accounts, options) for _ in range(job.get("workers", 1))]
        if not job.get("full"):
            time.sleep(longest if job.get("crash") else chance.random() * longest)
        for one in children:
            if job.get("full"):
                killed += os.waitpid(one, 0)[1] != 0
            elif os.waitpid(one, os.WNOHANG) == (0, 0):
                os.kill(one, signal.SIGKILL)
                killed += 1
                os.waitpid(one, 0)
            elif job.get("crash"):
                killed += 1
        if job.get("most"):
            ready = _count(job["file"], "SELECT count(*) FROM copy WHERE state = 'ready'")
            inside += ready > 1
        before, done = done, LEAST if job.get("crash") else progress(job)
        if done - before > job["many"] / 15:  # later moments would fall behind the work
            longest *= 0.6
        elif done == before:
            longest = min(longest * 1.3, 2.0)  # they fall before it
    job["full"] = 0
    if not job.get("crash"):
        os.waitpid(_child(job, accounts, options), 0)
    print(json.dumps({"killed": killed, "rounds": rounds, "done": done, "inside": inside}))


def _spoil(job: dict[str, Any]) -> None:
    """A full disk, or a wrong clock, for a process that is about to work."""
    chance = random.Random(os.getpid() * 7919 + job["seed"])
    if job.get("full"):
        most = chance.randrange(0, job["full"])
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
    if job.get("clock"):
        real, offset = time.time, chance.uniform(-1, 1) * 365 * 86_400
        time.time = lambda: real() + offset


def _child(job: dict[str, Any], accounts: list[Any], options: dict[str, Any]) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        _spoil(job)
        os.close(1)
        os.close(2)
        os.open(Path(job["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup(1)
        WORK[job["work"]](job, accounts, options)
        status = 0
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(status)
    return 0


if __name__ == "__main__":
    main()
