"""Run every benchmark, one after the other, and write docs/benchmarks.md whole.

Usage: python benchmarks/page.py [--write FILE] [--only NAME]

The sizes are chosen so that all of it takes less than fifteen minutes on two cores. What is told to be a goal is
looked up in the tables of this very run. A benchmark that fails, or needs what is not installed, is named.
"""

import argparse
import os
import platform
import re
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Part:
    """One benchmark: its heading, its command, and what is said before its tables."""

    title: str
    command: str
    words: str = ""
    limit_s: float = 200


PARTS = (
    Part(
        "One diagnosis, and start-up",
        "run.py --rounds 7",
        "A line of 50 ms is made by a relay that also makes the TCP handshake take its round trip. Every tool logs in over verified TLS to the\n"
        "same servers. `openssl` and `swaks` do half of the work: one service each. Processes pay their start.",
    ),
    Part(
        "Fleets",
        "fleet.py --services 800 --rounds 3 --killed 2000 --silent 1000",
        "The servers run on the same cores, in a process of their own.",
    ),
    Part("A table of a million rows", "fleet_table.py --rounds 2"),
    Part(
        "The lab beside Dovecot",
        "lab.py --rounds 2 --messages 400",
        "The same clients (imaplib, poplib, smtplib) with each backend; the servers in processes of their own. Docker's port mapping costs APPEND\n"
        "40 ms each: imaplib waits for an acknowledgement that is delayed.",
    ),
    Part(
        "The client beside others",
        "client.py --messages 4000 --send 100 --rounds 2 --folder /dev/shm",
        "Every tool is a process of its own, its library loaded before the clock starts; the best of the rounds counts, and their order is another in each.\n"
        "mailkit writes a Maildir and keeps a record of it, where the libraries keep memory. Maildirs lie in memory, but those that\n"
        "are synced on a disk. What needs a round trip for each message is measured without a delay only: at 20 ms it takes minutes.",
        limit_s=420,
    ),
    Part(
        "Ten tasks",
        "tasks.py --rounds 3 --messages 300 --write docs/client.md",
        "Statements of the program, commands to the server, time by the clock and of the tool's processor; also shown in [the client](client.md).",
    ),
    Part(
        "Growth",
        "growth.py --most 100000 --seconds 3",
        "Processor time, tenfold from column to column, and the exponent between the last two: 1 is linear, 0 is independent of n.",
    ),
)


@dataclass(frozen=True)
class Goal:
    """What a table should show: the cell in a row and a column (patterns) is at most, or at least, a number.

    It is the first cell that fits; with ``every`` the largest of all.
    """

    text: str
    row: str
    column: str
    most: float | None = None
    least: float | None = None
    every: bool = False


GOALS = (
    Goal("one diagnosis on a line of 50 ms", r"mailkit\.diagnose,", r"to by hand", most=1.05),
    Goal("the command line on a line of 50 ms", r"mailkit diagnose FILE", r"to by hand", most=1.25),
    Goal("`mailkit --help`, ms", r"mailkit --help", r"median", most=40),
    Goal("`mailkit check FILE`, ms", r"mailkit check FILE", r"median", most=90),
    Goal("many services, to raw sockets", r"diagnose_all, one loop", r"to raw", least=0.85),
    Goal("1,000 silent servers, MB", r"1,000 silent", r"MB more", most=80),
    Goal("a million rows, to `read_csv`", r"check_frame", r"to read_csv", most=2.0),
    Goal("100,000 accounts, plain interface, s", r"check each", r"CPU", most=4.0),
    Goal(
        "IMAP to memory over TLS, to the floor",
        r"mailkit\.fetch_contents",
        r"TLS, 0 ms to",
        most=1.1,
    ),
    Goal(
        "IMAP into a Maildir over TLS, to the floor",
        r"Maildir, not synced",
        r"TLS, 0 ms to",
        most=1.2,
    ),
    Goal(
        "IMAP into a Maildir in plaintext, to the floor",
        r"Maildir, not synced",
        r"plaintext, 0 ms to",
        most=1.3,
    ),
    Goal(
        "IMAP to memory at 20 ms, to the floor",
        r"mailkit\.fetch_contents",
        r"TLS, 20 ms to",
        most=1.3,
    ),
    Goal(
        "IMAP into a Maildir, to mbsync, the worst of four lines",
        r"Maildir, not synced, to mbsync",
        r"ms$",
        most=1.0,
        every=True,
    ),
    Goal(
        "IMAP into a Maildir on disk, synced, to mbsync, the worst of four lines",
        r"disk, synced, to mbsync",
        r"ms$",
        most=1.0,
        every=True,
    ),
    Goal("POP3, to mpop, the worst of four lines", r"to mpop", r"ms$", most=1.0, every=True),
    Goal(
        "a batch of the outbox, to send_all, the worst of four lines",
        r"Outbox\.work, each step on disk, to",
        r"ms$",
        most=1.3,
        every=True,
    ),
    Goal("peak memory of a download, MB", r"Maildir, not synced", r"peak MB", most=45),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, default=HERE.parent / "docs" / "benchmarks.md")
    parser.add_argument("--only", default="", help="parts whose command has this in it")
    options = parser.parse_args()
    os.environ.pop(
        "PYTHONDONTWRITEBYTECODE", None
    )  # otherwise each start compiles the library again
    began = time.monotonic()
    sections = []
    for part in PARTS:
        if options.only in part.command:
            print(f"{part.command} ...", end=" ", flush=True)
            at = time.monotonic()
            sections.append((part, output(part)))
            print(f"{time.monotonic() - at:.0f} s", flush=True)
    text = page(sections, time.monotonic() - began)
    options.write.write_text(text, "utf-8")
    print(f"{options.write}: {time.monotonic() - began:.0f} s")
    return 0


def output(part: Part) -> str:
    """What a benchmark printed; where it failed, how."""
    command = [sys.executable, *part.command.split()]
    command[1] = str(HERE / command[1])
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=part.limit_s,
            check=False,
            cwd=HERE.parent,
        )
    except subprocess.TimeoutExpired as error:
        said = error.stdout.decode() if isinstance(error.stdout, bytes) else error.stdout or ""
        return f"{said}\nNot finished within {part.limit_s:g} s.\n"
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        return f"{done.stdout}\nFailed: {last}\n"
    return done.stdout


def page(sections: list[tuple[Part, str]], seconds: float) -> str:
    lines = [
        "# Benchmarks",
        "",
        f"`make bench` wrote this page on {time.strftime('%Y-%m-%d')} in {seconds / 60:.0f} minutes. Servers and clients share the cores. Ratios within a table compare; "
        "absolute numbers belong to the machine.",
        "",
        *machine(),
        "",
        "## Goals",
        "",
        *goals("\n".join(said for _, said in sections)),
    ]
    for part, said in sections:
        lines += ["", f"## {part.title}", "", f"`python benchmarks/{part.command}`"]
        lines += ["", part.words] if part.words else []
        lines += ["", re.sub(r"(?m)^#+ ", "### ", said).strip()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def machine() -> Iterator[str]:
    """The machine and the versions, as a table."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    tools = {"dovecot": ["--version"], "mbsync": ["--version"], "mpop": ["--version"]}
    rows = {
        "processor": f"{cpu}, {os.cpu_count()} cores",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "OpenSSL": ssl.OPENSSL_VERSION,
        "load at the end": f"{os.getloadavg()[0]:.1f}",
    }
    for tool, ask in tools.items():
        if shutil.which(tool):
            said = subprocess.run([tool, *ask], capture_output=True, text=True, check=False).stdout
            rows[tool] = (said.splitlines() or ["?"])[0]
    yield "| | |"
    yield "|---|---|"
    for name, value in rows.items():
        yield f"| {name} | {value} |"


def goals(said: str) -> Iterator[str]:
    """Each goal with what this run measured."""
    cells = [*_cells(said)]
    yield "| goal | wanted | measured | |"
    yield "|---|---:|---:|---|"
    for goal in GOALS:
        fitting = [
            value
            for row, column, value in cells
            if re.search(goal.row, row) and re.search(goal.column, column)
        ]
        found = (max(fitting) if goal.every else fitting[0]) if fitting else None
        wanted = f"at most {goal.most:g}" if goal.most is not None else f"at least {goal.least:g}"
        if found is None:
            yield f"| {goal.text} | {wanted} | | not measured |"
            continue
        reached = (goal.most is None or found <= goal.most) and (
            goal.least is None or found >= goal.least
        )
        yield f"| {goal.text} | {wanted} | {found:g} | {'reached' if reached else 'not reached'} |"


def _cells(said: str) -> Iterator[tuple[str, str, float]]:
    """Every number in a table, with its row and its column; a column "to the first" takes the name before it along."""
    heads: list[str] = []
    for line in said.splitlines():
        if not line.startswith("|"):
            heads = []
            continue
        row = [cell.strip() for cell in line.strip("|").split("|")]
        if set(line) <= set("|-: "):
            continue
        if not heads:
            heads = [
                f"{row[at - 1]} {name}" if name == "to the first" else name
                for at, name in enumerate(row)
            ]
            continue
        for column, cell in zip(heads[1:], row[1:], strict=False):
            if match := re.match(r"[\d,]*\.?\d+", cell):
                yield row[0], column, float(match[0].replace(",", ""))


if __name__ == "__main__":
    sys.exit(main())
