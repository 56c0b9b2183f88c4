"""Ten things that people do with mail, by mailkit and by the libraries that do each best: statements, commands and time in the same run.

Usage: python benchmarks/tasks.py [--messages N] [--rounds N] [--write docs/client.md]

The server is the embedded lab, by TLS on loopback, in a process of its own. Each snippet runs in a process of its own; the clock starts when
its libraries are loaded. Statements are counted, not lines: a long call is one. Commands are what the server was sent, a round trip each.
Time is that of the clock and, in brackets, of the tool's processor. Peers that are not installed are left out (the group ``bench`` of
pyproject.toml).
"""

import argparse
import ast
import importlib.util
import json
import subprocess
import sys
import tempfile
import textwrap
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mailkit.lab import Lab, everywhere
from mailkit.lab.endpoints import HOST

USER, PASSWORD = "kim@example.com", "open sesame 17"
MARKS = ("<!-- tasks: made by benchmarks/tasks.py -->", "<!-- /tasks -->")

PRELUDE = """
import json, ssl, sys, tempfile, threading, time
from datetime import date
from pathlib import Path
world = json.loads(sys.argv[1])
user, password, host, folder, page = world["user"], world["password"], world["host"], world["folder"], world["page"]
png, report = b"\\x89PNG" + b"x" * 2000, Path(folder, "report.pdf")
report.write_bytes(b"%PDF" + b"y" * 2000)
context = ssl.create_default_context(cafile=world["ca"])
context.check_hostname = False
address, ports = "127.0.0.1", world["ports"]
imap, smtp = ports["imap"], ports["smtp"]
def account(incoming=imap):
    from mailkit.formats import loads
    login = f'user = "{user}"\\nsecret = {{ value = "{password}" }}\\nsecurity = "implicit-tls"\\n'
    text = f'[account.a]\\naddress = "{user}"\\n'
    for role, protocol, port in (("incoming", "imap", imap), ("outgoing", "smtp", smtp)):
        text += f'[account.a.{role}]\\nprotocol = "{protocol}"\\nhost = "{host}"\\nport = {port}\\n{login}'
    return loads(text)[0]
def connecting():
    from mailkit.net.options import connect_options
    from mailkit.net.times import CLIENT
    made = connect_options(CLIENT, {"ca": world["ca"], "connect_to": {(host, port): (address, port) for port in (imap, smtp)}})
    made.trust.verified  # as the context above: the trust anchors are read before the clock starts
    return made
def deliver_soon():
    def work():
        import imaplib
        c = imaplib.IMAP4_SSL(address, imap, ssl_context=context); c.login(user, password)
        time.sleep(0.5); c.append("INBOX", None, None, b"Subject: new\\r\\n\\r\\nx"); c.logout()
    threading.Thread(target=work, daemon=True).start()
"""
MAILKIT = "account, options = account(), connecting()\n"

TASKS: dict[str, dict[str, str]] = {
    "list unread mail: subject, sender, names of files": {
        "mailkit": """
            from mailkit.client import connect; from mailkit.client.reading import fetch_messages
            with connect(account, folder="INBOX", options=options) as imap:
                for m in fetch_messages(imap, "UNSEEN"):
                    print(m.subject, m.from_, [file.name for file in m.attachments])
        """,
        "imap_tools": """
            from imap_tools import AND, MailBox
            with MailBox(address, imap, ssl_context=context).login(user, password) as box:
                for m in box.fetch(AND(seen=False), mark_seen=False, bulk=True):
                    print(m.subject, m.from_, [file.filename for file in m.attachments])
        """,
        "IMAPClient": """
            import email; from email import policy; from imapclient import IMAPClient
            with IMAPClient(address, imap, ssl_context=context) as c:
                c.login(user, password)
                c.select_folder("INBOX", readonly=True)
                for row in c.fetch(c.search("UNSEEN"), "BODY.PEEK[]").values():
                    m = email.message_from_bytes(row[b"BODY[]"], policy=policy.default)
                    print(m["Subject"], m["From"], [part.get_filename() for part in m.iter_attachments()])
        """,
    },
    "save all attachments": {
        "mailkit": """
            from mailkit.client import connect; from mailkit.client.reading import fetch_messages
            with connect(account, folder="INBOX", options=options) as imap:
                for m in fetch_messages(imap):
                    for file in m.attachments:
                        file.save(folder)
        """,
        "imap_tools": """
            from imap_tools import MailBox
            with MailBox(address, imap, ssl_context=context).login(user, password) as box:
                for m in box.fetch(mark_seen=False, bulk=True):
                    for file in m.attachments:
                        Path(folder, file.filename).write_bytes(file.payload)
        """,
    },
    "mark all as read": {
        "mailkit": """
            from mailkit.client import connect; from mailkit.client.messages import mark, search
            with connect(account, folder="INBOX", read_only=False, options=options) as imap:
                mark(imap, search(imap, "UNSEEN"), "Seen")
        """,
        "imap_tools": """
            from imap_tools import AND, MailBox, MailMessageFlags
            with MailBox(address, imap, ssl_context=context).login(user, password) as box:
                box.flag(box.uids(AND(seen=False)), MailMessageFlags.SEEN, True)
        """,
    },
    "move what has a word in its subject": {
        "mailkit": """
            from mailkit.client import connect; from mailkit.client.messages import move, search; from mailkit.client.query import subject
            with connect(account, folder="INBOX", read_only=False, options=options) as imap:
                move(imap, search(imap, subject("invoice")), "Archive")
        """,
        "imap_tools": """
            from imap_tools import AND, MailBox
            with MailBox(address, imap, ssl_context=context).login(user, password) as box:
                box.move(box.uids(AND(subject="invoice")), "Archive")
        """,
    },
    "wait for the next message": {
        "mailkit": """
            from mailkit.client.watching import watch
            deliver_soon()
            for m in watch(account, options=options):
                break
            assert m.subject == "new"
        """,
        "imap_tools": """
            from imap_tools import AND, MailBox
            deliver_soon()
            with MailBox(address, imap, ssl_context=context).login(user, password) as box:
                while not box.idle.wait(timeout=60):
                    pass
                (m,) = box.fetch(limit=1, reverse=True)
            assert m.subject == "new"
        """,
    },
    "send HTML with a picture in it and a file": {
        "mailkit": """
            from mailkit.client.compose import Attachment, compose; from mailkit.client.transports import send_with
            send_with(account, compose(user, user, "Hi", "see the picture", html=page, attachments=[Attachment("logo.png", png, cid="logo"), report]), options=options)
        """,
        "redmail": """
            import redmail; from smtplib import SMTP_SSL
            sender = redmail.EmailSender(address, smtp, user, password, cls_smtp=SMTP_SSL, use_starttls=False, context=context)
            sender.send("Hi", user, [user], text="see the picture", html=page.replace('<img src="cid:logo">', "{{ logo }}"), body_images={"logo": {"content": png, "subtype": "png"}}, attachments={"report.pdf": report})
        """,
        "smtplib": """
            from email.message import EmailMessage; from smtplib import SMTP_SSL
            m = EmailMessage()
            m["Subject"], m["From"], m["To"] = "Hi", user, user
            m.set_content("see the picture")
            m.add_alternative(page, subtype="html")
            m.get_payload()[1].add_related(png, "image", "png", cid="<logo>")
            m.add_attachment(report.read_bytes(), maintype="application", subtype="pdf", filename="report.pdf")
            with SMTP_SSL(address, smtp, context=context) as c:
                c.login(user, password)
                c.send_message(m)
        """,
    },
    "search by date and text": {
        "mailkit": """
            from mailkit.client import connect; from mailkit.client.messages import search; from mailkit.client.query import since, text
            with connect(account, folder="INBOX", options=options) as imap:
                found = search(imap, since("2020-01-01") & text("invoice"))
        """,
        "imap_tools": """
            from imap_tools import AND, MailBox
            with MailBox(address, imap, ssl_context=context).login(user, password) as box:
                found = box.uids(AND(date_gte=date(2020, 1, 1), text="invoice"))
        """,
    },
    "download a folder": {
        "mailkit": """
            from mailkit.client import connect; from mailkit.client.download import download_folder
            with connect(account, options=options) as imap:
                download_folder(imap, "INBOX", folder)
        """,
        "imap_tools": """
            from imap_tools import MailBox
            with MailBox(address, imap, ssl_context=context).login(user, password) as box:
                for m in box.fetch(mark_seen=False, bulk=100):
                    Path(folder, f"{m.uid}.eml").write_bytes(m.obj.as_bytes())
        """,
    },
    "delete old mail": {
        "mailkit": """
            from mailkit.client import connect; from mailkit.client.messages import purge, search; from mailkit.client.query import before
            with connect(account, folder="Old", read_only=False, options=options) as imap:
                purge(imap, search(imap, before("2020-01-01")))
        """,
        "imap_tools": """
            from imap_tools import AND, MailBox
            with MailBox(address, imap, ssl_context=context).login(user, password, "Old") as box:
                box.delete(box.uids(AND(date_lt=date(2020, 1, 1))))
        """,
    },
    "test that an app sends the right mail": {
        "mailkit": """
            from smtplib import SMTP; from mailkit.lab import Lab, catch_all
            with Lab(catch_all()) as lab:
                SMTP(*lab.where("localhost", 25)).sendmail(user, user, b"Subject: order\\r\\n\\r\\nx")
                assert lab.inbox()[0].subject == "order"
        """,
        "smtpdfix": """
            from smtplib import SMTP; from smtpdfix import SMTPDFix
            with SMTPDFix("127.0.0.1", 0) as server:
                SMTP(server.hostname, server.port).sendmail(user, user, b"Subject: order\\r\\n\\r\\nx")
                assert server.messages[0]["Subject"] == "order"
        """,
    },
}
MODULES = {"IMAPClient": "imapclient"}


def statements(code: str) -> int:
    """How many statements a snippet has, without imports."""
    found = ast.walk(ast.parse(textwrap.dedent(code)))
    helpers = ("deliver_soon()",)
    return sum(
        isinstance(node, ast.stmt)
        and not isinstance(node, ast.Import | ast.ImportFrom | ast.Assert)
        and ast.unparse(node) not in helpers
        for node in found
    )


@dataclass(frozen=True, order=True)
class Measured:
    """What a snippet takes: statements, commands to the server, seconds by the clock, and seconds of its processor."""

    statements: int
    commands: int
    seconds: float
    cpu: float

    def __str__(self) -> str:
        sent = f", {self.commands}" if self.commands else ""
        return f"{self.statements}{sent}, {self.seconds * 1000:.0f} ({self.cpu * 1000:.1f}) ms"

    def best(self, other: "Measured | None") -> "Measured":
        """The better of two rounds, in each of the times."""
        if other is None:
            return self
        times = min(self.seconds, other.seconds), min(self.cpu, other.cpu)
        return Measured(self.statements, self.commands, *times)


def timed(tool: str, code: str, world: dict[str, Any]) -> tuple[float, float]:
    """Seconds that a snippet takes, by the clock and of its processor, in a process of its own, its libraries loaded."""
    lines = textwrap.dedent(code).strip().splitlines()
    loads = [line for line in lines if line.startswith(("import ", "from "))]
    works = [line for line in lines if line not in loads]
    ready = MAILKIT if tool == "mailkit" else ""
    script = "\n".join(
        [
            PRELUDE,
            *loads,
            ready,
            "began, worked = time.perf_counter(), time.process_time()",
            *works,
            "print(json.dumps([time.perf_counter() - began, time.process_time() - worked]))",
        ]
    )
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", script, json.dumps(world | {"folder": folder})],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    if done.returncode:
        raise SystemExit(f"{tool}: {done.stderr[-1500:]}")
    seconds, cpu = json.loads(done.stdout.splitlines()[-1])
    return float(seconds), float(cpu)


def commands(lab: Lab) -> int:
    """How many lines the clients of a lab have sent."""
    sessions = lab.sessions
    return sum(line.startswith("C: ") for session in sessions for line in session.transcript)


@cache
def contents(messages: int) -> tuple[bytes, ...]:
    """What people have in a mailbox."""
    from mailkit.client.compose import Attachment, compose

    made = []
    for number in range(messages):
        files = [Attachment(f"file {number}.pdf", b"%PDF" + b"z" * 3000)] if number % 3 == 0 else []
        title = f"invoice {number}" if number % 5 == 0 else f"Grüße {number}"
        letter = compose("lee@example.com", USER, title, "Hello.\n" * 40, attachments=files)
        made.append(letter.content())
    return tuple(made)


def table(rows: list[tuple[str, dict[str, Measured]]]) -> str:
    """The results as Markdown; the best peer is the one with the fewest statements, then the fewest commands."""
    lines = [
        "| task: statements, commands, time (of the processor) | mailkit | best peer | |",
        "|---|---:|---:|---|",
    ]
    for task, found in rows:
        peers = {tool: value for tool, value in found.items() if tool != "mailkit"}
        tool = min(peers, key=lambda one: peers[one], default="none is installed")
        lines.append(f"| {task} | {found['mailkit']} | {peers.get(tool, '')} | {tool} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", type=Path, help="a page with the table's marks")
    options = parser.parse_args()
    rows = []
    for task, tools in TASKS.items():
        found: dict[str, Measured] = {}
        for _ in range(options.rounds):
            for tool, code in tools.items():
                if tool != "mailkit" and importlib.util.find_spec(MODULES.get(tool, tool)) is None:
                    continue
                with Lab(everywhere(), {USER: PASSWORD}) as lab:
                    for content in contents(options.messages):
                        lab.box(USER).deliver(content)
                    for folder in ("Archive", "Old"):
                        lab.box(USER).create(folder)
                    ports = {
                        one: lab.where(HOST, {"imap": 993, "smtp": 465}[one])[1]
                        for one in ("imap", "smtp")
                    }
                    world = {
                        "user": USER,
                        "password": PASSWORD,
                        "host": HOST,
                        "ca": str(lab.ca_file),
                        "ports": ports,
                    }
                    times = timed(tool, code, world | {"page": '<p><img src="cid:logo"></p>'})
                    round_ = Measured(statements(code), commands(lab), *times)
                found[tool] = round_.best(found.get(tool))
        rows.append((task, found))
        print(
            task,
            {tool: str(measured) for tool, measured in found.items()},
            file=sys.stderr,
            flush=True,
        )
    made = table(rows)
    print(made)
    if options.write:
        text = options.write.read_text("utf-8")
        before, _, rest = text.partition(MARKS[0])
        options.write.write_text(
            f"{before}{MARKS[0]}\n{made}\n{MARKS[1]}{rest.partition(MARKS[1])[2]}", "utf-8"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
