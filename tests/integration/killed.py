"""A program for the fault campaign: does one kind of work in a child, kills it at a random moment, and again, until all is done.

The modules are loaded once, and the child is a fork, so that the moments fall into the work. It prints how many were killed.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

from mailkit.client import connect
from mailkit.client.download import download_drop, download_folder
from mailkit.flow import Inbound, Outbox
from mailkit.formats import load


def outbox(job: dict[str, Any], accounts: list[Any], options: dict[str, Any]) -> None:
    with Outbox(job["file"], accounts, **options) as box:
        while any(one.state == "waiting" for one in box.due()) or _held(box):
            box.work(most=5)


def _held(box: Outbox) -> bool:
    return any(one.state in ("claimed", "sending") for one in box.due())


def channel(job: dict[str, Any], accounts: list[Any], options: dict[str, Any]) -> None:
    with (
        Outbox(job["file"], accounts, **options) as box,
        Inbound(
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


WORK = {"outbox": outbox, "channel": channel, "imap": imap, "pop3": pop3}


def main() -> None:
    job = json.loads(sys.argv[1])
    options = {
        "ca": job["ca"],
        "connect_to": {(host, port): tuple(to) for host, port, to in job["routes"]},
    }
    accounts = load(job["accounts"])
    chance = random.Random(job["seed"])
    killed = rounds = 0
    longest = job["longest_s"]
    while killed < job["kills"] and rounds < 10 * job["kills"]:
        rounds += 1
        children = [_child(job, accounts, options) for _ in range(job.get("workers", 1))]
        time.sleep(chance.random() * longest)
        for one in children:
            if os.waitpid(one, os.WNOHANG) == (0, 0):
                os.kill(one, signal.SIGKILL)
                killed += 1
                os.waitpid(one, 0)
            elif job.get("ends"):
                print(json.dumps({"killed": killed, "rounds": rounds}))
                return
    last = _child(job, accounts, options)
    os.waitpid(last, 0)
    print(json.dumps({"killed": killed, "rounds": rounds}))


def _child(job: dict[str, Any], accounts: list[Any], options: dict[str, Any]) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        os.close(1)
        os.close(2)
        os.open(Path(job["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup(1)
        WORK[job["work"]](job, accounts, options)
        status = 0
    except BaseException as error:  # noqa: BLE001 - for the log
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(status)
    return 0


if __name__ == "__main__":
    main()
