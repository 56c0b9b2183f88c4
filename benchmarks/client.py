"""Downloading and sending beside imaplib, poplib and smtplib as people write them, other libraries and programs.

Usage: python benchmarks/client.py [--messages N] [--send N] [--rounds N] [--folder FOLDER] [--disk FOLDER] [--only NAME]

One run, the same server (Dovecot where it is installed, else the embedded lab), TLS and plaintext, at 0 and 20 ms. Each tool runs in
a process of its own, so that its peak memory is its own; the clock starts when a library is loaded. The order of the tools is another
in each round. Ratios compare, absolute numbers belong to the machine.
"""

import argparse
import hashlib
import imaplib
import json
import math
import os
import poplib
import random
import secrets
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from mailkit.lab import Lab, everywhere
from mailkit.lab.backends.dovecot import DovecotLab
from mailkit.lab.backends.dovecot_program import find_dovecot
from mailkit.lab.endpoints import HOST

USER, PASSWORD = "kim@example.com", "open sesame 17"

PRELUDE = """
import contextlib, imaplib, json, poplib, smtplib, socket, ssl, sys, time
world = json.loads(sys.argv[1])
user, password, folder, tls = world["user"], world["password"], world["folder"], world["tls"]
context = ssl.create_default_context(cafile=world["ca"]); context.check_hostname = False
def where(protocol): return tuple(world["ports"][protocol])
def account(protocol):
    from mailkit.formats import loads
    role = "outgoing" if protocol == "smtp" else "incoming"
    login = f'user = "{user}"\\nsecret = {{ value = "{password}" }}\\n' if user else 'auth = "none"\\n'
    return loads(f'[account.a.{role}]\\nprotocol = "{protocol}"\\nhost = "{world["host"]}"\\nport = 1\\n'
                 f'security = "{"implicit-tls" if tls else "cleartext"}"\\nallow_cleartext_login = true\\n{login}')[0]
octets = b"Subject: hello\\r\\n\\r\\n" + (b"y" * 76 + b"\\r\\n") * 64
def options(protocol): return {"ca": world["ca"], "connect_to": {(world["host"], 1): where(protocol)}}
def fill(Outbox, compose):
    global box
    box = Outbox(folder + "/outbox.sqlite", [account("smtp")], **options("smtp"))
    for n in range(world["send"]): box.journal.add(compose(user, world["to"], "hello", "y" * 5000), account="a")
    return time.perf_counter()
def imap():
    c = imaplib.IMAP4_SSL(*where("imap"), ssl_context=context) if tls else imaplib.IMAP4(*where("imap"))
    c.login(user, password); c.select(readonly=True); return c
def pop3():
    c = poplib.POP3_SSL(*where("pop3"), context=context) if tls else poplib.POP3(*where("pop3"))
    c.user(user); c.pass_(password); return c
def smtp():
    c = smtplib.SMTP_SSL(*where("smtp"), context=context) if tls else smtplib.SMTP(*where("smtp"))
    if user: c.login(user, password)
    return c
"""
AFTERWORD = """
used = int(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0]) / 1024
print(json.dumps({"s": time.perf_counter() - began, "mb": used}))
"""

TOOLS: dict[str, dict[str, str]] = {
    "IMAP, a whole folder": {
        "floor: one FETCH, bytes thrown away": """
            sock = socket.create_connection(where("imap"))
            if tls: sock = context.wrap_socket(sock, server_hostname=world["host"])
            sock.recv(65536)
            sock.sendall(f'a LOGIN {user} "{password}"\\r\\nb EXAMINE INBOX\\r\\nc UID FETCH 1:* (UID FLAGS INTERNALDATE BODY.PEEK[])\\r\\n'.encode())
            tail = b""
            while b"\\r\\nc OK" not in tail: tail = tail[-8:] + sock.recv(262144)
        """,
        "mailkit.download_folder, into a Maildir, not synced": """
            from mailkit.client import connect; from mailkit.client.download import download_folder
            with connect(account("imap"), **options("imap")) as c:
                assert download_folder(c, "INBOX", folder, durable=False).new == world["count"]
        """,
        "mailkit.download_folder, into a Maildir on disk, synced": """
            from mailkit.client import connect; from mailkit.client.download import download_folder
            with connect(account("imap"), **options("imap")) as c:
                assert download_folder(c, "INBOX", folder).new == world["count"]
        """,
        "mailkit.fetch_contents, to memory": """
            from mailkit.client import connect; from mailkit.client.mailboxes import open_folder
            from mailkit.client.messages import search; from mailkit.client.bulk_fetch import fetch_contents
            with connect(account("imap"), **options("imap")) as c:
                open_folder(c)
                assert sum(1 for one in fetch_contents(c, search(c))) == world["count"]
        """,
        "mailkit.fetch, 250 at once, to memory": """
            from mailkit.client import connect; from mailkit.client.mailboxes import open_folder
            from mailkit.client.messages import fetch, search
            with connect(account("imap"), **options("imap")) as c:
                open_folder(c)
                assert sum(1 for row in fetch(c, search(c), "UID BODY.PEEK[]", batch=250)) == world["count"]
        """,
        "imaplib, one by one, to memory": """
            c = imap()
            for n in c.search(None, "ALL")[1][0].split(): c.fetch(n, "(BODY.PEEK[])")
            c.logout()
        """,
        "imaplib, 100 at once, to memory": """
            c = imap()
            for n in range(1, world["count"] + 1, 100): c.fetch(f"{n}:{min(n + 99, world['count'])}", "(BODY.PEEK[])")
            c.logout()
        """,
        "IMAPClient, 100 at once, to memory": """
            import imapclient
            c = imapclient.IMAPClient(*where("imap"), ssl=tls, ssl_context=context if tls else None); c.login(user, password)
            c.select_folder("INBOX", readonly=True)
            uids = c.search()
            for n in range(0, len(uids), 100): c.fetch(uids[n:n + 100], ["BODY.PEEK[]"])
            c.logout()
        """,
        "imap_tools, bulk=100, to memory": """
            from imap_tools import MailBox, MailBoxUnencrypted
            box = MailBox(*where("imap"), ssl_context=context) if tls else MailBoxUnencrypted(*where("imap"))
            with box.login(user, password) as c:
                assert sum(1 for m in c.fetch(bulk=100, mark_seen=False)) == world["count"]
        """,
    },
    "POP3, a whole maildrop": {
        "floor: all RETR at once, bytes thrown away": """
            sock = socket.create_connection(where("pop3"))
            if tls: sock = context.wrap_socket(sock, server_hostname=world["host"])
            for said in ("", f"USER {user}\\r\\n", f"PASS {password}\\r\\n"):
                sock.sendall(said.encode()); sock.recv(65536)
            sock.sendall(b"".join(b"RETR %d\\r\\n" % n for n in range(1, world["count"] + 1)) + b"QUIT\\r\\n")
            while sock.recv(262144): pass
        """,
        "mailkit.download_drop, into a Maildir, not synced": """
            from mailkit.client import connect; from mailkit.client.download import download_drop
            with connect(account("pop3"), **options("pop3")) as c:
                assert download_drop(c, folder, durable=False).new == world["count"]
        """,
        "poplib, one by one, to memory": """
            c = pop3()
            for n in range(1, c.stat()[0] + 1): c.retr(n)
            c.quit()
        """,
    },
    "sending on one connection": {
        "mailkit.send_all": """
            from mailkit.client import connect_smtp; from mailkit.client.compose import compose; from mailkit.client.send import send_all
            with connect_smtp(account("smtp"), **options("smtp")) as c:
                one = compose(user, world["to"], "hello", "y" * 5000)
                assert sum(o.ok for o in send_all(c, [one] * world["send"])) == world["send"]
        """,
        "mailkit.Outbox.work, each step on disk": """
            from mailkit.client.compose import compose; from mailkit.flow.outbox import Outbox
            began = fill(Outbox, compose)
            assert box.work(world["send"])["accepted"] == world["send"]
        """,
        "mailkit.send": """
            from mailkit.client import connect_smtp; from mailkit.client.compose import compose; from mailkit.client.send import send
            with connect_smtp(account("smtp"), **options("smtp")) as c:
                one = compose(user, world["to"], "hello", "y" * 5000)
                for n in range(world["send"]): assert send(c, one).ok
        """,
        "smtplib.send_message": """
            from mailkit.client.compose import compose
            one = compose(user, world["to"], "hello", "y" * 5000).message
            with smtp() as c:
                for n in range(world["send"]): c.send_message(one)
        """,
        "aiosmtplib": """
            import aiosmtplib, asyncio; from mailkit.client.compose import compose
            one = compose(user, world["to"], "hello", "y" * 5000).message
            async def work():
                host, port = where("smtp")
                ways = {"use_tls": True, "tls_context": context} if tls else {"start_tls": False}
                async with aiosmtplib.SMTP(hostname=host, port=port, **ways) as c:
                    await c.login(user, password)
                    for n in range(world["send"]): await c.send_message(one)
            asyncio.run(work())
        """,
    },
}
SINK: dict[str, str] = {
    "floor: a raw socket, a round trip each": """
        def heard(many):
            while many > 0: many -= sock.recv(65536).count(b"\\r\\n")
        ask = b"MAIL FROM:<a@example.com>\\r\\nRCPT TO:<x@example.com>\\r\\nDATA\\r\\n"
        one = octets + b".\\r\\n"
        sock = socket.create_connection(where("smtp")); heard(1)
        sock.sendall(b"HELO me\\r\\n"); heard(1)
        sock.sendall(ask); heard(3)
        for n in range(world["send"] - 1): sock.sendall(one + ask); heard(4)
        sock.sendall(one); heard(1)
    """,
    "mailkit.send_all": """
        from mailkit.client import connect_smtp; from mailkit.client.send import send_all; from mailkit.flow.transports import QueuedMessage
        with connect_smtp(account("smtp"), **options("smtp")) as c:
            one = QueuedMessage("<1@x>", "a@example.com", ("x@example.com",), octets)
            assert sum(o.ok for o in send_all(c, [one] * world["send"])) == world["send"]
    """,
    "mailkit.send": """
        from mailkit.client import connect_smtp; from mailkit.client.send import send; from mailkit.flow.transports import QueuedMessage
        with connect_smtp(account("smtp"), **options("smtp")) as c:
            one = QueuedMessage("<1@x>", "a@example.com", ("x@example.com",), octets)
            for n in range(world["send"]): assert send(c, one).ok
    """,
    "smtplib.sendmail": """
        with smtp() as c:
            for n in range(world["send"]): c.sendmail("a@example.com", ["x@example.com"], octets)
    """,
    "aiosmtplib.sendmail": """
        import aiosmtplib, asyncio
        async def work():
            host, port = where("smtp")
            async with aiosmtplib.SMTP(hostname=host, port=port, start_tls=False) as c:
                for n in range(world["send"]): await c.sendmail("a@example.com", ["x@example.com"], octets)
        asyncio.run(work())
    """,
}
"""Messages of 5 KB that are there already, to smtp-sink of Postfix, which answers at once and keeps nothing."""
IMAP, POP3, SENDING = TOOLS
TO_A_SINK = "sending to a server that answers at once"
PROGRAMS = (
    (IMAP, "mbsync (C), into a Maildir, not synced", "mbsync", "FSync no"),
    (IMAP, "mbsync (C), into a Maildir on disk, synced", "mbsync", "FSync yes"),
    (POP3, "mpop (C), into a Maildir", "mpop", ""),
    (POP3, "fetchmail (C), one by one, to a program for each", "fetchmail", ""),
    (TO_A_SINK, "smtp-source of Postfix (C)", "smtp-source", ""),
)
COMPARED = {
    IMAP: (
        (
            "mailkit.download_folder, into a Maildir, not synced",
            "mbsync (C), into a Maildir, not synced",
        ),
        (
            "mailkit.download_folder, into a Maildir on disk, synced",
            "mbsync (C), into a Maildir on disk, synced",
        ),
    ),
    SENDING: (("mailkit.Outbox.work, each step on disk", "mailkit.send_all"),),
    POP3: (("mailkit.download_drop, into a Maildir, not synced", "mpop (C), into a Maildir"),),
}
"""What is shown as a ratio, below its table."""
LINES = ((True, 0), (True, 20), (False, 0), (False, 20))
"""TLS or not, and milliseconds of a round trip."""
REAL = {
    (True, "imap"): (HOST, 993),
    (True, "pop3"): (HOST, 995),
    (True, "smtp"): (HOST, 465),
    (False, "imap"): (f"none.{HOST.partition('.')[2]}", 143),
    (False, "pop3"): (f"none.{HOST.partition('.')[2]}", 110),
    (False, "smtp"): (f"none.{HOST.partition('.')[2]}", 587),
}
SLOWEST = {"s": math.inf, "mb": 0.0}
LONG_S, LIMIT_S = 10, 100
"""What takes longer is measured once; and what takes longer than the limit is ended, and said."""
SLOW_SENDING = 300
"""How many messages are sent over the line of 20 ms without TLS: it says the same as the other, and takes minutes."""


class Delay:
    """A relay that lets each direction wait, without slowing it down: a line of some milliseconds."""

    def __init__(self, target: tuple[str, int], one_way_s: float) -> None:
        self.target, self.one_way_s = target, one_way_s
        self.listening = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> tuple[str, int]:
        address: tuple[str, int] = self.listening.getsockname()[:2]
        return address

    def _accept(self) -> None:
        while True:
            client, _ = self.listening.accept()
            time.sleep(2 * self.one_way_s)
            server = socket.create_connection(self.target)
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for a, b in ((client, server), (server, client)):
                self._pump(a, b)

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        import queue

        line: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()

        def read() -> None:
            while True:
                try:
                    data = source.recv(262_144)
                except OSError:
                    data = b""
                line.put((time.monotonic() + self.one_way_s, data))
                if not data:
                    return

        def write() -> None:
            while True:
                due, data = line.get()
                time.sleep(max(due - time.monotonic(), 0))
                try:
                    if not data:
                        sink.shutdown(socket.SHUT_WR)
                        return
                    sink.sendall(data)
                except OSError:
                    return

        for work in (read, write):
            threading.Thread(target=work, daemon=True).start()


def realistic(count: int) -> Iterator[bytes]:
    """Messages of the sizes that mailboxes have: many small, few large."""
    chance = random.Random(1)
    for number in range(count):
        size = min(int(chance.lognormvariate(8.7, 1.4)), 4_000_000)
        body = (b"z" * 74 + b"\r\n") * (size // 76 + 1)
        yield (
            b"From: a@example.com\r\nMessage-ID: <%d@x>\r\nSubject: %d\r\n\r\n" % (number, number)
            + body
        )


def maildir_name(number: int, content: bytes) -> str:
    """As a delivery agent names a message. Dovecot hashes the names: where they differ in a counter only, they collide,
    and each session waits for seconds before its first message."""
    unique = hashlib.sha256(b"%d" % number).hexdigest()
    lines = content.count(b"\n")
    return (
        f"{1_700_000_000 + 61 * number}.M{int(unique[:5], 16)}P{int(unique[5:9], 16)}.bench"
        f",S={len(content) - lines},W={len(content)}"
    )


@contextmanager
def server(count: int) -> Iterator[Any]:
    if find_dovecot():
        lab: Any = DovecotLab(quota_kib=4_000_000)
    else:
        lab = Lab(everywhere())
    with lab:
        if isinstance(lab, DovecotLab):
            box = lab.folder / "mail" / USER
            lab.deliver("a@example.com", [USER], b"Subject: first\r\n\r\n")
            owner = (box / "new").stat()
            for number, content in enumerate(realistic(count - 1)):
                path = box / "new" / maildir_name(number, content)
                path.write_bytes(content.replace(b"\r\n", b"\n"))
                shutil.chown(path, owner.st_uid, owner.st_gid)
        else:
            for content in realistic(count):
                lab.box(USER).deliver(content)
        yield lab


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=5000)
    parser.add_argument("--send", type=int, default=500)
    parser.add_argument(
        "--rounds", type=int, default=1, help="the best of how many, where messages are fetched"
    )
    parser.add_argument(
        "--folder", type=Path, help="where Maildirs are made, /dev/shm for instance"
    )
    parser.add_argument("--disk", type=Path, help="where those that are synced are made")
    parser.add_argument("--only", default="", help="tables that have this in their name")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(dir=options.folder) as memory,
        tempfile.TemporaryDirectory(dir=options.disk) as disk,
        server(options.messages) as lab,
    ):
        options.folder, options.disk = memory, disk
        options.ca = anchor(lab, Path(disk))
        name = "Dovecot" if isinstance(lab, DovecotLab) else "the embedded lab"
        print(f"{options.messages:,} messages in {name}, {options.send:,} to send\n")
        warm(lab)
        for what, tools in TOOLS.items():
            if options.only in what:
                table(lab, what, tools, options)
        if shutil.which("smtp-sink") and options.only in TO_A_SINK:
            with sink() as place:
                table(lab, TO_A_SINK, SINK, options, place)
    return 0


def anchor(lab: Any, folder: Path) -> Path:
    """The lab's trust anchor without its revocation list, which costs a look-up for each connection."""
    file = folder / "root.pem"
    file.write_bytes(lab.ca_file.read_bytes().partition(b"-----BEGIN X509 CRL")[0])
    return file


@contextmanager
def sink() -> Iterator[tuple[str, int]]:
    """Postfix's server for tests: it takes every message and keeps none."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        place: tuple[str, int] = free.getsockname()
    who = ["-u", "nobody"] if os.geteuid() == 0 else []
    command = ["smtp-sink", *who, f"{place[0]}:{place[1]}", "100"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        time.sleep(1)
        yield place
        server.terminate()


def warm(lab: Any) -> None:
    """Have the server read all messages once, so that the first tool does not pay for the others."""
    context = ssl.create_default_context(cafile=str(lab.ca_file))
    context.check_hostname = False
    with imaplib.IMAP4_SSL(*lab.where(HOST, 993), ssl_context=context) as client:
        client.login(USER, PASSWORD)
        client.select(readonly=True)
        client.fetch("1:*", "(RFC822.SIZE BODY.PEEK[])")
    drop = poplib.POP3_SSL(*lab.where(HOST, 995), context=context)
    drop.user(USER)
    drop.pass_(PASSWORD)
    drop.list()
    drop.quit()


def table(
    lab: Any,
    what: str,
    tools: dict[str, str],
    options: argparse.Namespace,
    place: tuple[str, int] | None = None,
) -> None:
    """Run the tools and print their times; with a ``place`` they send there, without TLS and without a login."""
    rows: dict[str, dict[tuple[bool, int], dict[str, float]]] = {}
    lines = LINES if place is None else tuple(one for one in LINES if not one[0])
    for turn, line in enumerate(lines * (1 if "sending" in what else options.rounds)):
        tls, rtt = line
        if place is None:
            ports = {one: lab.where(*REAL[tls, one]) for one in ("imap", "pop3", "smtp")}
        else:
            ports = {"smtp": place}
        if rtt:
            ports = {p: Delay(tuple(a), rtt / 2000).address for p, a in ports.items()}
        runs: dict[str, Callable[[], dict[str, float]]] = {
            name: partial(tool, lab, code, ports, options, line) for name, code in tools.items()
        }
        runs |= {
            name: partial(program, lab, options, ports, line, which, setting)
            for of, name, which, setting in PROGRAMS
            if of == what and shutil.which(which)
        }
        rows = rows or {name: {} for name in runs}
        for name in random.Random(turn).sample([*runs], len(runs)):
            if "one by one" in name and (rtt or turn >= len(lines)):
                continue  # a round trip each: minutes
            cells = rows[name]
            if line in cells and cells[line]["s"] > LONG_S:
                continue
            try:
                cells[line] = min(runs[name](), cells.get(line, SLOWEST), key=lambda one: one["s"])
            except subprocess.TimeoutExpired:
                cells[line] = SLOWEST
    first = next(iter(rows.values()))
    heads = [f"{'TLS' if tls else 'plaintext'}, {rtt} ms | to the first" for tls, rtt in lines]
    columns = "---:|" * (2 * len(lines) + 1)
    print(f"## {what}\n\n| tool | {' | '.join(heads)} | peak MB |\n|---|{columns}")
    for name, seen in rows.items():
        told = []
        for line in lines:
            if line in seen and math.isinf(seen[line]["s"]):
                told += [f"> {LIMIT_S} s", ""]
            elif line in seen:
                told += [f"{seen[line]['s']:.2f} s", f"{seen[line]['s'] / first[line]['s']:.2f}"]
            else:
                told += ["", ""]
        memory = max(one["mb"] for one in seen.values())
        print(f"| {name} | {' | '.join(told)} | {f'{memory:.0f}' if memory else ''} |")
    print(flush=True)
    pairs = [pair for pair in COMPARED.get(what, ()) if set(pair) <= set(rows)]
    if pairs:
        heads = [f"{'TLS' if tls else 'plaintext'}, {rtt} ms" for tls, rtt in lines]
        print(f"| ratio | {' | '.join(heads)} |\n|---|{'---:|' * len(lines)}")
    for ours, theirs in pairs:
        told = [f"{rows[ours][line]['s'] / rows[theirs][line]['s']:.2f}" for line in lines]
        print(f"| {ours}, to {theirs.partition(',')[0]} | {' | '.join(told)} |")
    print(flush=True)


def fresh(options: argparse.Namespace, *, disk: bool) -> Path:
    """A folder that stays until the end: where files were removed a moment ago, new ones cost more (ext4)."""
    return Path(tempfile.mkdtemp(dir=options.disk if disk else options.folder))


def tool(
    lab: Any, code: str, ports: dict[str, Any], options: argparse.Namespace, line: tuple[bool, int]
) -> dict[str, float]:
    world = {
        "user": USER if "imap" in ports else "",
        "password": PASSWORD,
        "to": f"{secrets.token_hex(8)}@example.com",  # delivery into a mailbox that is full takes longer
        "folder": str(fresh(options, disk="durable=False" not in code)),
        "ca": str(options.ca),
        "ports": ports,
        "host": HOST,
        "tls": line[0],
        "count": options.messages,
        "send": how_many(options, line),
    }
    # scramp is how mailkit logs in without TLS, which the others do with a password in clear
    lines = ["import mailkit.formats, scramp", *textwrap.dedent(code).splitlines()]
    loads = [one for one in lines if one.startswith(("import ", "from "))]
    works = [one for one in lines if one not in loads]
    clock = "began = time.perf_counter()"
    script = "\n".join([PRELUDE, *loads, clock, *works, AFTERWORD])
    settings = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps(world)],
        capture_output=True,
        text=True,
        check=False,
        env=settings,
        timeout=LIMIT_S,
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    found: dict[str, float] = json.loads(done.stdout)
    return found


def how_many(options: argparse.Namespace, line: tuple[bool, int]) -> int:
    """How many messages are sent."""
    return min(options.send, SLOW_SENDING) if line == (False, 20) else int(options.send)


def program(
    lab: Any,
    options: argparse.Namespace,
    ports: dict[str, Any],
    line: tuple[bool, int],
    which: str,
    setting: str,
) -> dict[str, float]:
    tls = line[0]
    folder = fresh(options, disk=setting == "FSync yes")
    config = folder / "config"
    if which == "mbsync":
        address, port = ports["imap"]
        secure = f"CertificateFile {folder}/pin.pem\nSystemCertificates no\n" if tls else ""
        config.write_text(
            f"{setting}\nIMAPAccount a\nHost {address}\nPort {port}\nUser {USER}\n"
            f'Pass "{PASSWORD}"\nSSLType {"IMAPS" if tls else "None"}\nAuthMechs LOGIN\n{secure}\n'
            f"IMAPStore far\nAccount a\n\nMaildirStore near\nPath {folder}/m/\nInbox {folder}/m/INBOX\n\n"
            "Channel c\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSync Pull\nSyncState *\n",
            "utf-8",
        )
        shutil.copy(lab.folder / f"{HOST}.good.crt", folder / "pin.pem")
        (folder / "m").mkdir()
        command = ["mbsync", "-q", "-c", str(config), "c"]
    elif which == "mpop":
        address, port = ports["pop3"]
        secure = (
            f"tls on\ntls_starttls off\ntls_trust_file {options.ca}\ntls_host_override {HOST}\n"
        )
        config.write_text(
            f"account default\nhost {address}\nport {port}\nuser {USER}\npassword {PASSWORD}\n"
            f"{secure if tls else 'tls off'}\nauth user\nuidls_file {folder}/uidls\nkeep on\ndelivery maildir {folder}/m\n",
            "utf-8",
        )
        for sub in ("cur", "new", "tmp"):
            (folder / "m" / sub).mkdir(parents=True)
        command = ["mpop", "-q", "-C", str(config)]
    elif which == "smtp-source":
        count = how_many(options, line)
        message = f"-m {count} -l 5000 -f a@example.com -t x@example.com".split()
        command = [which, "-d", *message, "{}:{}".format(*ports["smtp"])]
    else:
        address, port = ports["pop3"]
        secure = f'ssl sslcertfile "{options.ca}" no sslcertck' if tls else 'sslproto ""'
        config.write_text(
            f'set idfile "{folder}/ids"\npoll {address} proto POP3 port {port} uidl\n'
            f'  user "{USER}" password "{PASSWORD}"\n  {secure} keep fetchall mda "cat >> {folder}/got"\n',
            "utf-8",
        )
        command = ["fetchmail", "-s", "-f", str(config), "--nosyslog", "--pidfile", f"{folder}/pid"]
    if config.exists():
        config.chmod(0o600)
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LIMIT_S)
    if done.returncode:
        raise SystemExit(f"{which}: {done.stderr[-1000:]}{done.stdout[-1000:]}")
    return {"s": time.perf_counter() - began, "mb": 0.0}


if __name__ == "__main__":
    sys.exit(main())
