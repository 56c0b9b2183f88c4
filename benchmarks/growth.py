"""How cost grows with n: processor time from a thousand to a million, with the fitted exponent (1 is linear).

Usage: python benchmarks/growth.py [--most N] [--seconds S]

Each row grows tenfold until N, or until one step took S seconds of the processor. The time is that of the whole work
on n items; where it says "with n there", the time of one piece of work beside n that are there already.
"""

import argparse
import logging
import math
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from time import process_time

import mailkit
from mailkit.account import Account, Service
from mailkit.checks import check_report
from mailkit.client.maildir_store import MaildirStore
from mailkit.flow.jobs import DONE, Jobs
from mailkit.flow.journal import Journal
from mailkit.flow.transports import QueuedMessage
from mailkit.formats import loads
from mailkit.ports import Protocol
from mailkit.protocol.imap.grammar import values
from mailkit.secret import Secret


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=4.0)
    options = parser.parse_args()
    logging.disable()
    sizes = [n for n in (1_000, 10_000, 100_000, 1_000_000) if n <= options.most]
    print(
        f"| | {' | '.join(f'{n:,}' for n in sizes)} | exponent |\n|---|{'---:|' * len(sizes)}---:|"
    )
    for name, work in WORKS.items():
        times: list[float] = []
        for n in sizes:
            if times and times[-1] > options.seconds:
                break
            with tempfile.TemporaryDirectory() as folder:
                times.append(work(n, Path(folder)))
        shown = [_shown(one) for one in times] + [""] * (len(sizes) - len(times))
        print(f"| {name} | {' | '.join(shown)} | {_exponent(sizes, times)} |", flush=True)
    return 0


def _shown(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def _exponent(sizes: list[int], times: list[float]) -> str:
    """The slope through the last two points, where the constant part weighs least."""
    known = [(math.log(n), math.log(max(t, 1e-6))) for n, t in zip(sizes, times, strict=False)]
    if len(known) < 2 or times[-1] < 0.001:
        return "0"
    (n1, t1), (n2, t2) = known[-2:]
    return f"{(t2 - t1) / (n2 - n1):.2f}"


def timed(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return process_time() - began


def accounts(n: int, users: Callable[[int], str]) -> list[Account]:
    def service(number: int) -> Service:
        return Service(
            protocol=Protocol.POP3,
            host=f"mail{number % 100}.example.com",
            port=995,
            user=users(number),
            secret=Secret.env("PW"),
        )

    return [Account(label=f"a{number}", incoming=service(number)) for number in range(n)]


def check(n: int, folder: Path) -> float:
    made = accounts(n, lambda number: f"user{number}@example.com")
    return timed(lambda: check_report(made))


def one_mailbox(n: int, folder: Path) -> float:
    made = accounts(n, lambda number: "office@example.com")
    return timed(lambda: check_report(made).to_json())


def load_csv(n: int, folder: Path) -> float:
    file = folder / "accounts.csv"
    rows = (f"a{k},imap.example.com,993,user{k}@example.com,env:PW\n" for k in range(n))
    file.write_text("account,imap_host,imap_port,user,password\n" + "".join(rows))
    return timed(lambda: mailkit.load(file))


def load_toml(n: int, folder: Path) -> float:
    part = '[account.a{0}.incoming]\nhost = "imap.example.com"\nuser = "user{0}@example.com"\n'
    text = "".join(part.format(k) for k in range(n))
    return timed(lambda: loads(text, "accounts.toml"))


def load_env(n: int, folder: Path) -> float:
    names = ("SMTP_HOST=smtp.example.com", "SMTP_PORT=587", "SMTP_USER=kim@example.com")
    others = "# a note\n" * 7
    text = "".join(f"APP{k}_{name}\n" for k in range(n // 10) for name in names) + others * (
        n // 10
    )
    return timed(lambda: loads(text, ".env"))


def explain_line(n: int, folder: Path) -> float:
    return timed(lambda: mailkit.explain("421 " * (n // 4)))


def explain_log(n: int, folder: Path) -> float:
    line = "Nov 27 10:00:00 app[7]: 535 5.7.8 Error: authentication failed\n"
    return timed(lambda: mailkit.explain(line * (n // len(line) + 1)))


def imap_tokens(n: int, folder: Path) -> float:
    line = b"(" + b'("TEXT" "PLAIN" NIL) ' * (n // 21) + b")"
    return timed(lambda: values([line]))


def journal(n: int, folder: Path) -> Journal:
    made = Journal(folder / "journal.sqlite")
    with made._change() as db:
        db.executemany(
            "INSERT INTO letter (id, message_id, account, kind, subject, sender, content, notify, made, filed)"
            " VALUES (?, ?, 'a', '', '', 's@example.com', ?, '', ?, '')",
            [(k, f"<{k}@example.com>", b"x", 1.8e9) for k in range(1, n + 1)],
        )
        db.executemany(
            "INSERT INTO copy (letter, recipient, state, due, changed) VALUES (?, 'r@example.com', ?, ?, 0)",
            [(k, "waiting" if k % 2 else "accepted", k) for k in range(1, n + 1)],
        )
    return made


def journal_take(n: int, folder: Path) -> float:
    with closing(journal(n, folder)) as made:
        return timed(lambda: made.take(200))


def journal_add(n: int, folder: Path) -> float:
    letter = QueuedMessage("<new@example.com>", "s@example.com", ("r@example.com",), b"x")
    with closing(journal(n, folder)) as made:
        return timed(lambda: made.add(letter, account="a"))


def journal_to_file(n: int, folder: Path) -> float:
    with closing(journal(n, folder)) as made:
        return timed(made.to_file)


def job_take(n: int, folder: Path) -> float:
    with closing(Jobs(folder / "jobs.sqlite")) as jobs:
        jobs._db.execute("BEGIN")
        jobs._db.executemany(
            "INSERT INTO job (source, identity, digest, state, sender, subject, file, changed)"
            " VALUES ('s', ?, ?, ?, '', '', '', 0)",
            [(f"1:{k}", f"d{k}", DONE) for k in range(n)],
        )
        jobs._db.execute("COMMIT")
        return timed(lambda: jobs.take("s", "1:new", "new", "", "", "", ()))


def maildir_keep(n: int, folder: Path) -> float:
    """A batch of a hundred beside n rows; of the n the files are not made."""
    with MaildirStore(folder / "store", durable=False) as store, store.record as record:
        record.executemany(
            "INSERT INTO message VALUES ('s', 1, ?, ?, 9, ?, '', 0)",
            [(f"old {k}", f"cur/{k}", sha256(b"%d" % k).hexdigest()) for k in range(n)],
        )
        record.commit()
        new = [store.write(f"new {k}", [f"message {k}".encode()]) for k in range(100)]
        return timed(lambda: store.keep("s", 1, new))


WORKS: dict[str, Callable[[int, Path], float]] = {
    "check n POP3 accounts": check,
    "check n accounts of one mailbox, as JSON": one_mailbox,
    "load a CSV of n accounts": load_csv,
    "load a TOML file of n accounts": load_toml,
    "load a .env of n lines": load_env,
    "explain one line of n octets": explain_line,
    "explain a log of n octets": explain_log,
    "read an IMAP list of n octets": imap_tokens,
    "outbox: take 200, with n there": journal_take,
    "outbox: add one, with n there": journal_add,
    "outbox: what is to be filed, with n there": journal_to_file,
    "channel: take one, with n done": job_take,
    "download: keep 100, with n there": maildir_keep,
}

if __name__ == "__main__":
    sys.exit(main())
