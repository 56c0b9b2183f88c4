"""The IMAP accounts of an office suite: folders as the server has them, fetched, purged, reindexed, and given roles; receipts."""

from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from mailkit.account import Account
from mailkit.client import mailboxes
from mailkit.client.connection import connect_imap
from mailkit.client.mailboxes import open_folder
from mailkit.client.messages import append, fetch, mark, search
from mailkit.errors import RefusedError, SettingsError
from mailkit.flow import FolderSync, History, Outbox, default_sender, write
from mailkit.flow.costs import tree
from mailkit.flow.receipts import receipts_of
from mailkit.uses import FolderOptions, OutgoingOptions

Person = Callable[..., Account]
Inbox = Callable[..., list[EmailMessage]]
NAMES = ("Prosjekter/Ærlig & åpen", "Папка/日本", "a b", "Sendte Elementer")


def letter(number: int, sender: str = "lee@example.com") -> bytes:
    header = f"From: {sender}\r\nSubject: n{number}\r\nMessage-ID: <{number}@example.org>\r\n"
    return f"{header}Date: Mon, 2 Nov 2026 10:00:00 +0100\r\n\r\nHello {number}.\r\n".encode()


def kept(folder: Path) -> set[str]:
    """The subjects that are here."""
    return {
        line.removeprefix("Subject: ")
        for sub in ("new", "cur")
        for path in (folder / sub).iterdir()
        for line in path.read_text().splitlines()
        if line.startswith("Subject: ")
    }


@pytest.fixture
def mirror(person: Person, options: dict[str, Any], tmp_path: Path) -> FolderSync:
    """The mirror of an account with three messages in each of some folders."""
    account = person("ordre")
    mirror = FolderSync(account, tmp_path / "mail", **options)
    with mirror.connect() as imap:
        for name in NAMES:
            mailboxes.create(imap, name)
        for name in ("INBOX", *NAMES):
            for number in range(3):
                append(imap, name, letter(number))
    return mirror


@pytest.mark.system("E2")
def test_one_account_is_the_default_for_sending(person: Person) -> None:
    one, two = person("one"), person("two", default=True)
    assert default_sender([one, two]).label == "two"
    with pytest.raises(SettingsError, match="default = true"):
        default_sender([one, replace(two, default=False)])


@pytest.mark.system("E4")
@pytest.mark.parametrize("server", ["own", "system"])
def test_the_sent_copy_lands_in_the_folder_with_the_role_whoever_sends(
    person: Person, inbox: Inbox, options: dict[str, Any], server: str, tmp_path: Path
) -> None:
    system, reader = person("system", default=True), person("reader")
    folders = FolderOptions(roles={"sent": "Sendte"})
    account = person("ordre", delivery=OutgoingOptions(server=server), folders=folders)
    with connect_imap(account, **options) as imap:
        mailboxes.create(imap, "Sendte")
    if server == "system":
        account = replace(account, outgoing=None)
    with Outbox(tmp_path / "o.sqlite", [system, account], **options) as box:
        for _ in range(2):
            letter = write(account, reader.address, "hello", "x")
            box.put(letter, account="ordre", save_sent=True)
            box.put(letter, account="ordre", save_sent=True)  # the same one: it is there already
        box.work()
        assert {one.filed for one in box.archive()} == {"Sendte"}
    assert len(inbox(reader)) == 2
    copies = inbox(account, "Sendte")
    assert [str(one["From"]) for one in copies] == [account.address] * 2
    assert [str(one["X-Flags"]) for one in copies] == ["\\Seen"] * 2
    assert inbox(system, "Sent") == []


@pytest.mark.system("E5")
def test_the_tree_of_folders_is_as_the_server_has_it_in_any_script(mirror: FolderSync) -> None:
    with mirror.connect() as imap:
        names = {one.name for one in mirror.tree(imap)}
        assert set(NAMES) <= names
        for name in NAMES:
            mirror.download(imap, name)
            assert kept(mirror.place(imap, name)) == {"n0", "n1", "n2"}
    places = {path.name for path in mirror.folder.iterdir()}
    assert len(places) == len(NAMES)


@pytest.mark.system("E6")
def test_a_folder_that_is_downloaded_is_exactly_what_the_server_has(mirror: FolderSync) -> None:
    name = NAMES[0]
    with mirror.connect() as imap:
        assert mirror.download(imap, name).new == 3
        place = mirror.place(imap, name)
        open_folder(imap, name, read_only=False)
        uids = search(imap)
        mark(imap, uids[:1], "\\Flagged")
        mirror.delete(imap, name, uids[2:])
        mirror.purge(imap, name)
        append(imap, name, letter(7))
        summary = mirror.download(imap, name)
        assert (summary.new, summary.reflagged, len(summary.vanished)) == (1, 1, 1)
        assert kept(place) == {"n0", "n1", "n7"}
        assert [p.name.partition(":2,")[2] for p in (place / "cur").iterdir()].count("F") == 1
        open_folder(imap)
        mailboxes.delete(imap, name)
        mailboxes.create(imap, name)
        append(imap, name, letter(0))
        append(imap, name, letter(8))
        mirror.download(imap, name)  # with another UIDVALIDITY
        assert kept(place) == {"n0", "n8"}


@pytest.mark.system("E7", "E8", "E12")
def test_what_is_subscribed_is_fetched_every_time_and_no_longer_when_it_is_not(
    mirror: FolderSync,
    options: dict[str, Any],
) -> None:
    name = NAMES[1]
    with mirror.connect() as imap:
        usual = set(mirror.fetch(imap))
        assert "INBOX" in usual
        assert not usual & set(NAMES)
        mirror.subscribe(imap, name)
        assert mirror.fetch(imap)[name].new == 3
        append(imap, name, letter(4))
        assert mirror.fetch(imap)[name].new == 1
        mirror.unsubscribe(imap, name)
        append(imap, name, letter(5))
        assert set(mirror.fetch(imap)) == usual
        assert kept(mirror.place(imap, name)) == {"n0", "n1", "n2", "n4"}, "what is here stays"
        with pytest.raises(RefusedError):
            mirror.subscribe(imap, "no such folder")
        chosen = replace(mirror.account, folders=FolderOptions(fetch=("INBOX", NAMES[2])))
        only = FolderSync(chosen, mirror.folder, **options)
        assert set(only.fetch(imap)) == {"INBOX", NAMES[2]}


@pytest.mark.system("E9", "E3")
def test_reindexing_drops_what_is_here_and_links_messages_on_the_way(
    mirror: FolderSync,
    tmp_path: Path,
    options: dict[str, Any],
) -> None:
    history = History(tmp_path / "history.sqlite")
    unlinked = replace(mirror.account, folders=FolderOptions(link=False))
    before = FolderSync(unlinked, mirror.folder, history=history, **options)
    with mirror.connect() as imap:
        before.download(imap, "INBOX")
        assert history.of("lee@example.com") == []
        stray = mirror.folder / "cur" / "stray"
        stray.write_bytes(letter(99))
        after = FolderSync(mirror.account, mirror.folder, history=history, **options)
        assert after.reindex(imap, "INBOX").new == 3
        assert not stray.exists()
        assert [one.subject for one in history.of("lee@example.com")] == ["n0", "n1", "n2"]
        after.reindex(imap, "INBOX")
        assert len(history.of("lee@example.com")) == 3
        with pytest.raises(RefusedError):
            after.reindex(imap, "no such folder")
    assert kept(mirror.folder) == {"n0", "n1", "n2"}
    history.close()


@pytest.mark.system("E10")
@pytest.mark.parametrize("uidplus", [True, False])
def test_deleting_only_marks_and_purging_removes_what_was_marked_in_that_folder(
    mirror: FolderSync,
    inbox: Inbox,
    uidplus: bool,
    options: dict[str, Any],
) -> None:
    account = replace(mirror.account, folders=FolderOptions(roles={"archive": NAMES[0]}))
    mirror = FolderSync(account, mirror.folder, **options)
    with mirror.connect() as imap:
        if not uidplus:
            imap.capabilities = tuple(one for one in imap.capabilities if one != "UIDPLUS")
        open_folder(imap)
        uids = search(imap)
        mirror.delete(imap, "INBOX", uids[:1])
        assert mirror.archive(imap, "INBOX", uids[1:2]) == NAMES[0]
        other = NAMES[2]
        open_folder(imap, other)
        mirror.delete(imap, other, search(imap)[:1])
        flags = [str(one["X-Flags"]) for one in inbox(account)]
        assert flags == ["\\Deleted", "\\Deleted", ""], "they are still there"
        assert len(inbox(account, NAMES[0])) == 4, "the archive has the copy"
        assert mirror.purge(imap, "INBOX") == 2
        assert [str(one["Subject"]) for one in inbox(account)] == ["n2"]
        assert len(inbox(account, other)) == 3, "another folder is not touched"
        assert mirror.purge(imap, "INBOX") == 0


@pytest.mark.system("E11")
def test_roles_are_found_or_given_by_hand_and_missing_ones_are_named(
    mirror: FolderSync,
    options: dict[str, Any],
) -> None:
    with mirror.connect() as imap:
        found = {one.role: one.name for one in mirror.tree(imap) if one.role}
        assert found["sent"] == "Sent"
        assert mirror.missing(imap) == ["archive"]
        decided = FolderOptions(roles={"archive": NAMES[2], "sent": "Sendte Elementer"})
        by_hand = FolderSync(replace(mirror.account, folders=decided), mirror.folder, **options)
        roles = {one.role: one.name for one in by_hand.tree(imap) if one.role}
        assert (roles["sent"], roles["archive"]) == ("Sendte Elementer", NAMES[2])
        assert by_hand.missing(imap) == []


@pytest.mark.system("E12")
def test_a_very_large_tree_gets_the_advice_to_subscribe_only_what_is_used(
    mirror: FolderSync,
) -> None:
    with mirror.connect() as imap:
        small = tree(imap)
        assert small.messages == 15
        assert "every folder" in small.advice
        for number in range(60):
            mailboxes.create(imap, f"Many/{number}")
        large = tree(imap)
    assert large.folders >= small.folders + 60
    assert "Subscribe only" in large.advice
    assert f"{large.folders} folders" in large.advice


@pytest.mark.system("E13")
def test_receipts_are_asked_for_and_recognised_when_they_come_back(
    person: Person, inbox: Inbox, options: dict[str, Any], tmp_path: Path
) -> None:
    reader = person("reader")
    account = person(
        "ordre", default=True, delivery=OutgoingOptions(receipts=("read", "delivered"))
    )
    with Outbox(tmp_path / "o.sqlite", [account], **options) as box:
        box.put(write(account, reader.address, "order", "x"))
        (sent,) = inbox(reader)
        assert str(sent["Disposition-Notification-To"]) == account.address
        identity = str(sent["Message-ID"])
        (entry,) = box.archive()
        (notify,) = box.journal._db.execute("SELECT notify FROM letter").fetchone()
        assert notify == "success failure delay"
        for report, word in ((READ, "read"), (DELIVERED, "delivered"), (FAILED, "failed")):
            text = report.format(identity=identity, recipient=reader.address)
            message = message_from_bytes(text.encode(), policy=policy.default)
            assert isinstance(message, EmailMessage)
            receipt, *_ = receipts_of(message)  # as it was sent to, then as it arrived at
            assert (receipt.message_id, receipt.recipient) == (identity, reader.address)
            assert receipt.word == word
            assert box.journal.receipt(receipt.message_id, receipt.recipient, receipt.word)
            (entry,) = box.archive()
            assert entry.receipt == word
        assert not box.journal.receipt("<other@example.com>", reader.address, "read")
    assert receipts_of(sent) == []


@pytest.mark.system("E15")
def test_several_programs_see_the_same_state_after_they_have_fetched(
    mirror: FolderSync,
    tmp_path: Path,
    options: dict[str, Any],
) -> None:
    mine = FolderSync(mirror.account, tmp_path / "mine", **options)
    theirs = FolderSync(mirror.account, tmp_path / "theirs", **options)
    with mine.connect() as one, theirs.connect() as two:
        mine.fetch(one)
        theirs.fetch(two)
        open_folder(one, read_only=False)
        uids = search(one)
        mark(one, uids[:1], "\\Seen")
        mine.delete(one, "INBOX", uids[1:2])
        mine.purge(one, "INBOX")
        mailboxes.create(one, "New")
        mailboxes.subscribe(one, "New")
        append(one, "New", letter(9))
        mine.fetch(one)
        theirs.fetch(two)
        open_folder(two)
        seen = {row.uid: "\\Seen" in row.flags for row in fetch(two, search(two), "UID FLAGS")}
    assert seen == {uids[0]: True, uids[2]: False}
    for name in ("", ".New"):
        states = [
            sorted(
                (kept_one.read_text(), kept_one.name.partition(":2,")[2])
                for sub in ("new", "cur")
                for kept_one in (each.folder / name / sub).iterdir()
            )
            for each in (mine, theirs)
        ]
        assert states[0] == states[1]
    assert kept(mine.folder) == {"n0", "n2"}
    assert kept(theirs.folder / ".New") == {"n9"}


_REPORT = """From: postmaster@example.com
To: ordre@example.com
Subject: Report
MIME-Version: 1.0
Content-Type: multipart/report; report-type={{kind}}; boundary="b"

--b
Content-Type: text/plain

A report.
--b
Content-Type: message/{{kind}}

{{block}}
--b
Content-Type: text/rfc822-headers

Message-ID: {identity}
Subject: order

--b--
"""


def _report(kind: str, block: str) -> str:
    return _REPORT.replace("{{kind}}", kind).replace("{{block}}", block)


READ = _report(
    "disposition-notification",
    "Final-Recipient: rfc822; {recipient}\nOriginal-Message-ID: {identity}\n"
    "Disposition: manual-action/MDN-sent-manually; displayed\n",
).replace("From: postmaster@example.com", "From: {recipient}")  # who read it says so
DELIVERED = _report(
    "delivery-status",
    "Reporting-MTA: dns; mail.example.com\n\nFinal-Recipient: rfc822; {recipient}\n"
    "Action: delivered\nStatus: 2.0.0\n",
)
FAILED = _report(
    "delivery-status",
    "Reporting-MTA: dns; mail.example.com\n\nOriginal-Recipient: rfc822;{recipient}\n"
    "Final-Recipient: rfc822; other@example.com\nAction: failed\nStatus: 5.1.1\n"
    "Diagnostic-Code: smtp; 550 5.1.1 no such user\n",
)
