"""The mailboxes of a sales office: POP3 or IMAP, local copies, large attachments, who is blocked, who wrote."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from mailkit.account import Account, with_protocol
from mailkit.checks import check
from mailkit.client.connection import IMAP4, POP3, connect_imap, connect_pop3
from mailkit.client.download import Leave, download_drop
from mailkit.client.mailboxes import open_folder
from mailkit.client.messages import fetch, search
from mailkit.errors import LoginError, OpenError, RefusedError
from mailkit.flow import FolderSync, History, Outbox, write
from mailkit.flow.costs import opening
from mailkit.flow.reading import connect_reading, whole_message
from mailkit.formats import named
from mailkit.formats.form import Form
from mailkit.lab import everywhere
from mailkit.lab.scenario import imap, pop3
from mailkit.ports import Protocol
from mailkit.uses import ChannelOptions, FolderOptions

Person = Callable[..., Account]
Inbox = Callable[..., list[EmailMessage]]


def letter(sender: str, subject: str, text: str = "Hello.") -> bytes:
    header = f"From: {sender}\r\nSubject: {subject}\r\nMessage-ID: <{subject}@example.org>\r\n"
    return f"{header}Date: Mon, 2 Nov 2026 10:00:00 +0100\r\n\r\n{text}\r\n".encode()


def files(folder: Path) -> list[Path]:
    return sorted(path for sub in ("new", "cur") for path in (folder / sub).iterdir())


@pytest.mark.system("A1")
def test_without_imap_it_reads_by_pop3_and_says_so(
    stack: Any, person: Person, options: dict[str, Any]
) -> None:
    account = person("kim")
    stack.deliver("lee@example.com", [account.address], letter("lee@example.com", "one"))
    with connect_reading(account, **options)[0] as client:
        assert isinstance(client, IMAP4)
    routes = dict(options["connect_to"])
    routes["mail.example.com", 993] = ("127.0.0.1", 1)
    elsewhere = options | {"connect_to": routes}
    client, words = connect_reading(account, **elsewhere)
    with client:
        assert isinstance(client, POP3)
        assert client.stat()[0] == 1
    assert "has no IMAP" in words
    assert "POP3 on port 995" in words
    wrong = replace(account, incoming=replace(account.incoming, user="nobody"))  # type: ignore[type-var]
    with pytest.raises(LoginError):
        connect_reading(wrong, **options)
    routes["mail.example.com", 995] = ("127.0.0.1", 1)
    with pytest.raises(OpenError, match="993"):
        connect_reading(account, **elsewhere)


@pytest.mark.system("A2")
def test_an_account_moved_to_the_other_type_works_on_its_port(
    person: Person, options: dict[str, Any]
) -> None:
    account = person("kim", read="pop3")
    with connect_pop3(account, **options):
        pass
    with connect_imap(with_protocol(account, Protocol.IMAP), **options):
        pass


@pytest.mark.system("A3")
def test_by_pop3_mail_is_kept_here_and_read_from_here(
    stack: Any, person: Person, inbox: Inbox, options: dict[str, Any], tmp_path: Path
) -> None:
    account = person("kim", read="pop3", folders=FolderOptions(keep=str(tmp_path / "mail")))
    for subject in ("one", "two"):
        stack.deliver("lee@example.com", [account.address], letter("lee@example.com", subject))
    mirror = FolderSync(account, **options)
    summary = mirror.collect(leave=Leave(days=0))
    assert (summary.new, len(summary.deleted)) == (2, 2)
    assert inbox(account) == [], "the server has them no more"
    assert [b"Subject: one" in path.read_bytes() for path in files(tmp_path / "mail")] == [1, 0]
    assert mirror.collect().new == 0


@pytest.mark.system("A4")
def test_by_imap_the_local_directory_keeps_copies_of_what_was_sent_only(
    stack: Any, person: Person, inbox: Inbox, options: dict[str, Any], tmp_path: Path
) -> None:
    keep = tmp_path / "mail"
    account = person("kim", default=True, folders=FolderOptions(keep=str(keep)))
    stack.deliver("lee@example.com", [account.address], letter("lee@example.com", "one"))
    with Outbox(tmp_path / "o.sqlite", [account], **options) as box:
        box.put(write(account, account.address, "sent by me", "x"), save_sent=True)
        box.work()
    assert len(inbox(account)) == 2, "messages stay on the server"
    assert len(files(keep / ".Sent")) == 1
    assert b"sent by me" in files(keep / ".Sent")[0].read_bytes()
    assert [one.name for one in keep.iterdir()] == [".Sent"]


@pytest.mark.system("A5")
def test_a_pop3_program_that_empties_an_imap_mailbox_is_seen_before_and_after(
    stack: Any, person: Person, options: dict[str, Any], tmp_path: Path
) -> None:
    account = person("office")
    assert account.incoming is not None
    outlook = replace(
        account,
        label="outlook",
        incoming=replace(
            account.incoming, protocol=Protocol.POP3, port=995, written={"leave_on_server": False}
        ),
    )
    found = {one.id: one for one in check(outlook, [account, outlook])}
    assert "office" in found["cfg-pop3-deletes"].message
    stack.deliver("lee@example.com", [account.address], letter("lee@example.com", "an order"))
    with connect_imap(account, **options) as client:
        open_folder(client)
        (uid,) = search(client)
        assert b"an order" in whole_message(client, uid)
    with connect_pop3(outlook, **options) as drop:
        download_drop(drop, tmp_path, leave=Leave(days=0))
    with connect_imap(account, **options) as client:
        open_folder(client)
        with pytest.raises(
            RefusedError, match="'an order' .UID 1. is no longer on the server"
        ) as e:
            whole_message(client, uid, known="an order")
        assert e.value.kind == "gone"


@pytest.mark.system("A6")
def test_what_opening_a_message_costs_is_measured_and_said(
    stack: Any, person: Person, options: dict[str, Any]
) -> None:
    account = person("kim")
    message = EmailMessage()
    message["Subject"] = "large"
    message.set_content("The text alone.\n")
    message.add_attachment(b"x" * 300_000, "application", "pdf", filename="a.pdf")
    stack.deliver("lee@example.com", [account.address], message.as_bytes())
    with connect_imap(account, **options) as client:
        open_folder(client)
        cost = opening(client, search(client)[0])
        (row,) = fetch(client, search(client), "UID FLAGS")
        assert "\\Seen" not in row.flags
    assert cost.place in ("this machine", "this network")
    assert cost.whole_octets > 400_000
    assert cost.text_octets == len(b"The text alone.\r\n")
    assert "this machine" in cost.advice or "text alone" in cost.advice
    assert "remote" in replace(cost, place="remote").advice


MEASURED = """
import sys, tracemalloc
from mailkit.client import connect
from mailkit.client.download import download_drop, download_folder
from mailkit.formats import load
file, folder, ca, port, host, to = sys.argv[1:]
routes = {("mail.example.com", int(port)): (host, int(to))}
(account,) = load(file)
tracemalloc.start()
with connect(account, ca=ca, connect_to=routes) as client:
    summary = download_folder(client, "INBOX", folder) if port == "993" else download_drop(client, folder)
print(summary.octets, tracemalloc.get_traced_memory()[1])
"""


@pytest.fixture(params=["embedded", "dovecot"])
def roomy(request: pytest.FixtureRequest) -> Any:
    """A make with room for large messages."""
    if request.param == "embedded":
        return request.getfixturevalue("make_lab")(*everywhere())
    return request.getfixturevalue("make_dovecot")(quota_kib=100_000)


@pytest.mark.system("A7")
@pytest.mark.parametrize("read", ["imap", "pop3"])
def test_a_message_of_25_mb_is_fetched_without_holding_it_in_memory(
    roomy: Any, read: str, tmp_path: Path
) -> None:
    user, password = roomy.fresh_user()
    port, make = (993, imap) if read == "imap" else (995, pop3)
    line = b"0123456789" * 7 + b"abcdef\r\n"
    size = 25_000_000 // len(line)
    head = letter("lee@example.com", "large").partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    told = roomy.deliver("lee@example.com", [user], head + line * size)
    assert told[user].startswith("250"), told
    file = tmp_path / "account.toml"
    text = make(port, "implicit-tls", user=user, secret={"value": password})
    file.write_text(text)
    where = roomy.where("mail.example.com", port)
    command = [sys.executable, "-c", MEASURED, str(file), str(tmp_path), str(roomy.ca_file)]
    done = subprocess.run(
        [*command, str(port), where[0], str(where[1])], capture_output=True, text=True, check=True
    )
    octets, peak = map(int, done.stdout.split())
    assert octets > 25_000_000 - 1000
    assert peak < 8_000_000, f"{peak:,} octets"
    (kept,) = files(tmp_path)
    assert kept.read_bytes().count(b"abcdef") == size


@pytest.mark.system("A8")
def test_several_mailboxes_have_their_own_addresses_for_answers(
    person: Person, inbox: Inbox, options: dict[str, Any], tmp_path: Path
) -> None:
    ashop = named("ashop")
    assert isinstance(ashop, Form)
    one, two, reader = person("a", read="pop3"), person("b", read="pop3"), person("reader")
    values = {"Mail Server Type": "POP3"}
    for part, account in (("Customer", one), ("Vendor", two)):
        assert account.incoming is not None
        assert account.incoming.secret is not None
        values |= {
            f"{part} Mail Address": account.address,
            f"{part} Mail Server": "mail.example.com",
            f"{part} Mail Username": account.address,
            f"{part} Mail Password": account.incoming.secret.reveal(),
            f"{part} Mail Port": "995",
        }
    both = [
        replace(read, outgoing=account.outgoing)
        for read, account in zip(ashop.mapped(values), (one, two), strict=True)
    ]
    with Outbox(tmp_path / "o.sqlite", both, **options) as box:
        for account in both:
            with connect_pop3(account, **options) as drop:
                assert drop.stat()[0] == 0
            box.put(write(account, reader.address, account.label, "x"), account=account.label)
    replies = {str(m["Reply-To"]) for m in inbox(reader)}
    assert replies == {one.address, two.address}


@pytest.mark.system("A10")
def test_mail_of_who_is_blocked_is_not_taken_in(
    stack: Any, person: Person, inbox: Inbox, options: dict[str, Any], tmp_path: Path
) -> None:
    channel = ChannelOptions(blocked=("spam@example.org", "evil.example"))
    account = person("kim", read="pop3", channel=channel, folders=FolderOptions(keep=str(tmp_path)))
    senders = {
        "fine": "lee@example.com",
        "blocked": "spam@example.org",
        "case": "SPAM@EXAMPLE.ORG",
        "named": '"lee@example.com" <spam@example.org>',
        "domain": "any@evil.example",
        "below": "any@not.evil.example",
    }
    for subject, sender in senders.items():
        stack.deliver("x@example.com", [account.address], letter(sender, subject))
    assert FolderSync(account, **options).collect(leave=Leave(days=0)).new == 2
    left = {str(one["Subject"]) for one in inbox(account)}
    assert left == {"blocked", "case", "named", "domain"}


@pytest.mark.system("A11", "E3")
def test_mail_from_and_to_somebody_is_in_that_persons_history(
    stack: Any, person: Person, options: dict[str, Any], tmp_path: Path
) -> None:
    account = person("kim", default=True, folders=FolderOptions(fetch=("INBOX", "Sent")))
    lee = person("lee")
    stack.deliver(lee.address, [account.address], letter(f"Lee <{lee.address}>", "question"))
    stack.deliver("a@example.org", [account.address], letter("a@example.org", "other"))
    with Outbox(tmp_path / "o.sqlite", [account], **options) as box:
        box.put(write(account, lee.address, "answer", "x"), save_sent=True)
    for link, count in ((True, 2), (False, 0)):
        history = History(tmp_path / f"{link}.sqlite")
        one = replace(account, folders=replace(account.folders, link=link))
        mirror = FolderSync(one, tmp_path / str(link), history=history, **options)
        with mirror.connect() as client:
            mirror.fetch(client)
        links = history.of(lee.address.upper())
        assert [(e.direction, e.subject) for e in links] == [
            ("from", "question"),
            ("to", "answer"),
        ][:count]
        if link:
            assert [e.subject for e in history.of("a@example.org")] == ["other"]
            assert history.to_frame(lee.address)["subject"].tolist() == ["question", "answer"]
        history.close()
