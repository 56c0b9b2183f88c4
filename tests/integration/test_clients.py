"""Other people's clients against the embedded lab: libraries of Python, and programs of the distribution."""

import asyncio
import gc
import imaplib
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import imapclient
import pytest
from aioimaplib import aioimaplib
from imap_tools import AND, MailBox

import mailkit
from mailkit.client import connect
from mailkit.client.download import download_folder
from mailkit.lab import Lab, standard
from mailkit.lab.scenario import ADDRESS, PASSWORD, account

MANY = 25


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab(standard("localhost")) as lab:
        for number in range(MANY):
            lab.box(ADDRESS).deliver(written(number))
        yield lab
        accused = [
            (session.transcript, one)
            for session in lab.sessions
            for one in session.findings
            if one.severity != "note"
        ]
        assert accused == [], "a client that does its work well has notes at most"


def written(number: int) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "lee@example.com", ADDRESS
    message["Subject"] = f"Grüße {number}"
    message["Message-ID"] = f"<{number}@example.com>"
    message["Date"] = "Mon, 2 Nov 2026 10:00:00 +0100"
    message.set_content(f"Zeile {number}\n.\nEnde\n")
    message.add_attachment(bytes(range(256)) * 40, "application", "octet-stream", filename="a.bin")
    message.set_boundary("border")
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


def trust(lab: Lab) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(lab.ca_file))


def port(lab: Lab, usual: int) -> int:
    return lab.where("localhost", usual)[1]


def test_imapclient(lab: Lab) -> None:
    with imapclient.IMAPClient("localhost", port(lab, 993), ssl_context=trust(lab)) as client:
        client.login(ADDRESS, PASSWORD)
        assert client.has_capability("MOVE")
        assert client.find_special_folder(b"\\Sent") == "Sent"
        assert client.select_folder("INBOX")[b"EXISTS"] == MANY
        uids = client.search(["SUBJECT", "Grüße 7"], charset="UTF-8")
        assert uids == [8]
        row = client.fetch(uids, ["ENVELOPE", "BODYSTRUCTURE", "RFC822.SIZE"])[8]
        assert row[b"ENVELOPE"].message_id == b"<7@example.com>"
        assert row[b"BODYSTRUCTURE"].is_multipart
        assert row[b"RFC822.SIZE"] == len(written(7))
        client.create_folder("Ablage/Grüße")
        client.move(uids, "Ablage/Grüße")
        assert client.folder_status("Ablage/Grüße")[b"MESSAGES"] == 1
        assert client.get_quota_root("INBOX")[0].quota_roots == ["User quota"]
        client.idle()
        lab.box(ADDRESS).deliver(written(99))
        assert (25, b"EXISTS") in client.idle_check(timeout=30)
        client.idle_done()


def test_imap_tools(lab: Lab) -> None:
    with MailBox("localhost", port(lab, 993), ssl_context=trust(lab)).login(
        ADDRESS, PASSWORD
    ) as box:
        assert {one.name for one in box.folder.list()} >= {"INBOX", "Sent", "Trash", "Public/News"}
        (found,) = box.fetch(AND(subject="Grüße 3"), charset="UTF-8", bulk=True, limit=1)
        assert (found.subject, found.attachments[0].filename) == ("Grüße 3", "a.bin")
        assert found.attachments[0].payload == bytes(range(256)) * 40
        assert box.move(found.uid, "Trash")
        assert box.folder.status("Trash")["MESSAGES"] == 1
        box.append(written(50), "Sent")
        assert len(box.uids()) == MANY - 1


LEAVES = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
"""Clients on an event loop that leave sockets to the collector; it is called before the test ends."""


@LEAVES
def test_aioimaplib(lab: Lab) -> None:
    async def work() -> None:
        client = aioimaplib.IMAP4_SSL("localhost", port(lab, 993), ssl_context=trust(lab))
        await client.wait_hello_from_server()
        assert (await client.login(ADDRESS, PASSWORD)).result == "OK"
        assert (await client.select("INBOX")).result == "OK"
        told = await client.uid("fetch", "1:3", "(UID RFC822)")
        assert told.result == "OK"
        assert [bytes(one) for one in told.lines if isinstance(one, bytearray)] == [
            written(n) for n in range(3)
        ]
        idle = await client.idle_start(timeout=30)
        lab.box(ADDRESS).deliver(written(77))
        pushed = await client.wait_server_push()
        assert b"26 EXISTS" in pushed
        client.idle_done()
        await asyncio.wait_for(idle, 60)
        await client.logout()

    asyncio.run(work())
    gc.collect()


@LEAVES
def test_aiosmtplib(lab: Lab) -> None:
    async def work() -> None:
        client = aiosmtplib.SMTP(
            hostname="localhost", port=port(lab, 587), start_tls=True, tls_context=trust(lab)
        )
        async with client:
            await client.login(ADDRESS, PASSWORD)
            errors, _ = await client.sendmail(ADDRESS, ["lee@example.com"], written(1))
            assert errors == {}

    asyncio.run(work())
    gc.collect()
    assert len(lab.box("lee@example.com").messages()) == 1


def run(program: str, *arguments: object, told: bytes = b"") -> bytes:
    """Run a program of the distribution, if it is there."""
    found = shutil.which(program)
    if not found:
        pytest.skip(f"{program} is not installed")
    done = subprocess.run(
        [found, *map(str, arguments)], input=told, capture_output=True, timeout=300, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]
    return done.stdout


def private(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return path


def test_mbsync(lab: Lab, tmp_path: Path) -> None:
    config = private(
        tmp_path / "mbsyncrc",
        f"""
IMAPAccount lab
Host localhost
Port {port(lab, 993)}
User {ADDRESS}
Pass "{PASSWORD}"
SSLType IMAPS
CertificateFile {lab.ca_file}

IMAPStore far
Account lab

MaildirStore near
Path {tmp_path}/mail/
Inbox {tmp_path}/mail/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns INBOX Sent
Create Near
Expunge Both
SyncState *
""",
    )
    (tmp_path / "mail").mkdir()
    run("mbsync", "-c", config, "all")
    inbox = tmp_path / "mail" / "INBOX"
    files = [*(inbox / "new").iterdir(), *(inbox / "cur").iterdir()]
    assert len(files) == MANY
    one = next(path for path in files if b"<4@example.com>" in path.read_bytes())
    assert b"Zeile 4" in one.read_bytes()
    one.rename(inbox / "cur" / f"{one.name.partition(':')[0]}:2,ST")
    run("mbsync", "-c", config, "all")
    assert len(lab.box(ADDRESS).messages()) == MANY - 1


def test_fetchmail(lab: Lab, tmp_path: Path) -> None:
    config = private(
        tmp_path / "fetchmailrc",
        f"""set idfile "{tmp_path}/ids"
poll localhost proto POP3 port {port(lab, 995)} uidl
  user "{ADDRESS}" password "{PASSWORD}"
  ssl sslcertfile "{lab.ca_file}" sslcertck nokeep fetchall mda "cat >> {tmp_path}/got"
""",
    )
    run("fetchmail", "-f", config, "--nosyslog", "--pidfile", tmp_path / "pid", "-v")
    got = (tmp_path / "got").read_bytes()
    assert all(f"<{n}@example.com>".encode() in got for n in range(MANY))
    assert lab.box(ADDRESS).messages() == []


def test_mpop(lab: Lab, tmp_path: Path) -> None:
    config = private(
        tmp_path / "mpoprc",
        f"""
account default
host localhost
port {port(lab, 995)}
user {ADDRESS}
password {PASSWORD}
tls on
tls_starttls off
tls_trust_file {lab.ca_file}
uidls_file {tmp_path}/uidls
keep on
delivery mbox {tmp_path}/got
""",
    )
    run("mpop", "-C", config)
    got = (tmp_path / "got").read_bytes()
    assert got.count(b"\nMessage-ID: <") == MANY
    run("mpop", "-C", config)
    assert (tmp_path / "got").read_bytes() == got
    assert len(lab.box(ADDRESS).messages()) == MANY


def test_msmtp(lab: Lab, tmp_path: Path) -> None:
    config = private(
        tmp_path / "msmtprc",
        f"""
account default
host localhost
port {port(lab, 587)}
from {ADDRESS}
auth on
user {ADDRESS}
password {PASSWORD}
tls on
tls_starttls on
tls_trust_file {lab.ca_file}
""",
    )
    run("msmtp", "-C", config, "lee@example.com", told=written(5))
    (message,) = lab.box("lee@example.com").messages()
    assert b"<5@example.com>" in message.content


@pytest.mark.parametrize(("kind", "usual"), [("SimplePOP3SSL", 995), ("SimpleIMAPSSL", 993)])
def test_getmail(kind: str, usual: int, lab: Lab, tmp_path: Path) -> None:
    """It misses the end of a command that ends before it waits for it, so each takes a moment."""
    (tmp_path / "got").mkdir()
    private(
        tmp_path / "getmailrc",
        f"""[retriever]
type = {kind}Retriever
server = localhost
port = {port(lab, usual)}
username = {ADDRESS}
password = {PASSWORD}
ca_certs = {lab.ca_file}
[destination]
type = MDA_external
path = /bin/sh
arguments = ("-c", "cat > {tmp_path}/got/$$; sleep 0.2")
allow_root_commands = true
[options]
read_all = false
""",
    )
    for _ in range(2):
        run("getmail", "--getmaildir", tmp_path)
    got = [path.read_bytes() for path in (tmp_path / "got").iterdir()]
    assert len(got) == MANY, "the second time there is nothing new"
    assert all(any(f"<{n}@example.com>".encode() in one for one in got) for n in range(MANY))


def test_offlineimap(lab: Lab, tmp_path: Path) -> None:
    config = private(
        tmp_path / "offlineimaprc",
        f"""[general]
accounts = a
metadata = {tmp_path}/meta
ui = quiet
[Account a]
localrepository = here
remoterepository = there
[Repository here]
type = Maildir
localfolders = {tmp_path}/mail
[Repository there]
type = IMAP
remotehost = localhost
remoteport = {port(lab, 993)}
remoteuser = {ADDRESS}
remotepass = {PASSWORD}
sslcacertfile = {lab.ca_file}
""",
    )
    run("offlineimap", "-o", "-c", config)
    inbox = tmp_path / "mail" / "INBOX"
    first, *rest = sorted(path for sub in ("new", "cur") for path in (inbox / sub).iterdir())
    assert len(rest) == MANY - 1
    first.unlink()
    (inbox / "new" / "1.1.host").write_bytes(b"Subject: from here\n\nx\n")
    run("offlineimap", "-o", "-c", config)
    messages = lab.box(ADDRESS).messages()
    assert len(messages) == MANY
    assert any(b"Subject: from here" in message.content for message in messages)


@pytest.mark.parametrize("scheme", ["imaps", "pop3s"])
def test_curl_reads(scheme: str, lab: Lab) -> None:
    usual = {"imaps": 993, "pop3s": 995}[scheme]
    path = {"imaps": "INBOX;MAILINDEX=2", "pop3s": "2"}[scheme]
    url = f"{scheme}://localhost:{port(lab, usual)}/{path}"
    got = run("curl", "-sS", "--cacert", lab.ca_file, "-u", f"{ADDRESS}:{PASSWORD}", url)
    assert got == written(1)


def test_curl_sends(lab: Lab) -> None:
    options = ["--ssl-reqd", "--cacert", lab.ca_file, "-u", f"{ADDRESS}:{PASSWORD}"]
    envelope = ["--mail-from", ADDRESS, "--mail-rcpt", "lee@example.com", "-T", "-"]
    run("curl", "-sS", *options, *envelope, f"smtp://localhost:{port(lab, 587)}", told=written(6))
    assert len(lab.box("lee@example.com").messages()) == 1


def test_mailkit(lab: Lab, tmp_path: Path) -> None:
    host = {"imap": 993, "pop3": 995, "smtp": 587}
    for protocol, usual in host.items():
        role = "outgoing" if protocol == "smtp" else "incoming"
        security = "starttls" if protocol == "smtp" else "implicit-tls"
        text = account(
            role, protocol=protocol, host="localhost", port=port(lab, usual), security=security,
            user=ADDRESS, secret={"value": PASSWORD},
        )  # fmt: skip
        (one,) = mailkit.loads(text)
        assert mailkit.diagnose(one, ca=lab.ca_file).ok
        if protocol == "imap":
            with connect(one, ca=lab.ca_file) as imap:
                assert download_folder(imap, "INBOX", tmp_path / "mail").new == MANY


THUNDERBIRD = (
    *('ID ("name" "Thunderbird" "version" "140.0")', "NAMESPACE", 'LIST (SUBSCRIBED) "" "*"'),
    *("NOOP", 'SELECT "INBOX" (CONDSTORE)', "UID FETCH 1:* (FLAGS)"),
    "UID fetch 1:3 (UID RFC822.SIZE FLAGS BODY.PEEK[HEADER.FIELDS (From To Cc Subject Date Message-ID)])",
    *("UID fetch 1 (UID RFC822.SIZE BODY.PEEK[])", "UID store 1 +Flags (\\Seen)", "IDLE"),
)


def test_what_thunderbird_says(lab: Lab) -> None:
    with imaplib.IMAP4_SSL(
        "localhost", port(lab, 993), ssl_context=trust(lab), timeout=10
    ) as client:
        client.login(ADDRESS, PASSWORD)
        for number, command in enumerate(THUNDERBIRD, 1):
            client.send(f"{number} {command}\r\n".encode())
            end = b"+" if command == "IDLE" else b"%d OK" % number
            while not (line := client.readline()).startswith(end):
                assert line, command
        client.send(b"DONE\r\n")
        client.readline()
    with socket.create_connection(("localhost", port(lab, 587)), timeout=30) as probe:
        for said in (b"", b"EHLO we-guess.mozilla.org\r\n", b"QUIT\r\n"):
            probe.sendall(said)
            probe.recv(1000)


IMAPFLOW = """
const { ImapFlow } = require("imapflow");
(async () => {
  const client = new ImapFlow({
    host: "localhost", port: %d, secure: true, auth: { user: "%s", pass: "%s" }, logger: false,
  });
  await client.connect();
  const lock = await client.getMailboxLock("INBOX");
  let count = 0;
  for await (const one of client.fetch("1:*", { envelope: true, source: true })) count += 1;
  await client.messageFlagsAdd({ uid: "1" }, ["\\\\Seen"], { uid: true });
  lock.release();
  await client.logout();
  console.log(count);
})();
"""


def test_imapflow(lab: Lab) -> None:
    if not shutil.which("npm"):
        pytest.skip("npm is not installed")
    root = run("npm", "root", "--global").decode().strip()
    if not (Path(root) / "imapflow").is_dir():
        pytest.skip("imapflow is not installed (npm install --global imapflow)")
    done = subprocess.run(
        ["node", "-e", IMAPFLOW % (port(lab, 993), ADDRESS, PASSWORD)],
        env=os.environ | {"NODE_PATH": root, "NODE_EXTRA_CA_CERTS": str(lab.ca_file)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == (str(MANY), "")
