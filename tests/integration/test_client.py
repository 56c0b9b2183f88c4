"""mailkit.client against every make of the lab: folders, messages, downloads, sending."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from mailkit.account import Account
from mailkit.client import bulk_fetch, connect, connect_smtp, searching
from mailkit.client import mailboxes as boxes
from mailkit.client import query as q
from mailkit.client.compose import Attachment, Letter, compose
from mailkit.client.download import Leave, download_drop, download_folder
from mailkit.client.maildrop import entries, preview
from mailkit.client.messages import (
    append,
    copy,
    fetch,
    idle,
    mark,
    move,
    part,
    purge,
    search,
    to_frame,
    unmark,
)
from mailkit.client.ordering import sort, thread
from mailkit.client.send import file_sent, send, send_all
from mailkit.errors import LabError, RefusedError
from mailkit.formats import loads
from mailkit.lab.mailbox import AnyLab, TestMailbox
from mailkit.lab.scenario import imap, pop3, smtp

BIG = b"Subject: big\r\n\r\n" + (b"z" * 76 + b"\r\n") * 20_000


@pytest.fixture
def user(stack: AnyLab) -> tuple[str, str]:
    """A user of its own for each test."""
    return stack.fresh_user()


@pytest.fixture
def account(stack: AnyLab, user: tuple[str, str]) -> Callable[..., Account]:
    """The account of that user, reading by one protocol, sending by SMTP."""

    def make(read: Any = imap, port: int = 993, security: str = "implicit-tls") -> Account:
        settings = {"user": user[0], "address": user[0], "secret": {"value": user[1]}}
        text = read(port, security, **settings)
        text += smtp(587, "starttls", **settings).partition("\n\n")[2]
        return loads(text)[0]

    return make


@pytest.fixture
def opened(stack: Any, account: Callable[..., Account]) -> Callable[..., Any]:
    """Connections for the user of the test."""

    def make(what: str = "imap", port: int = 0) -> Any:
        options = {"ca": stack.ca_file, "connect_to": stack.connect_to}
        if what == "smtp":
            return connect_smtp(account(), **options)
        kinds = {"imap": (imap, 993), "pop3": (pop3, 995)}
        read, usual = kinds[what]
        security = "starttls" if port in (143, 110) else "implicit-tls"
        return connect(account(read, port or usual, security), **options)

    return make


def letter(number: int = 1, to: str = "a@example.com") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "Jörg Köln <joerg@example.com>", to
    message["Subject"] = f"Grüße {number}"
    message["Message-ID"] = f"<{number}@example.com>"
    message["Date"] = "Mon, 2 Nov 2026 10:00:00 +0100"
    message.set_content(f"Zeile {number}\n.\n")
    message.add_attachment(b"x" * 3000, "application", "pdf", filename="Ä.pdf")
    return message


@pytest.mark.parametrize("name", ["Entwürfe & Söhne", 'a "b" 日本'])
def test_a_mailbox_of_the_lab_shows_any_folder(
    name: str, stack: AnyLab, user: tuple[str, str], opened: Callable[..., Any]
) -> None:
    with opened() as client:
        boxes.create(client, name)
        append(client, name, letter())
    mine = TestMailbox(stack, *user)
    assert [one["Subject"] for one in mine.messages(name)] == ["Grüße 1"]
    assert mine.wait_for(subject="Grüße", folder=name, timeout=30)["To"] == "a@example.com"
    with pytest.raises(LabError):
        mine.messages(f"{name} none")


@pytest.mark.parametrize("port", [993, 143])
def test_folders_have_names_roles_and_a_life(opened: Callable[..., Any], port: int) -> None:
    with opened("imap", port) as client:
        roles = {one.role: one.name for one in boxes.folders(client) if one.role}
        assert roles == {
            "inbox": "INBOX",
            "sent": "Sent",
            "trash": "Trash",
            "drafts": "Drafts",
            "junk": "Junk",
        }
        boxes.create(client, "Entwürfe & Söhne")
        boxes.rename(client, "Entwürfe & Söhne", "Ablage/日本 😀")
        boxes.subscribe(client, "Ablage/日本 😀")
        assert "Ablage/日本 😀" in boxes.subscribed(client)
        names = [one.name for one in boxes.folders(client, "Ablage/*")]
        assert names == ["Ablage/日本 😀"]
        boxes.unsubscribe(client, "Ablage/日本 😀")
        append(client, "Ablage/日本 😀", letter())
        assert boxes.status(client, "Ablage/日本 😀").messages == 1
        boxes.delete(client, "Ablage/日本 😀")
        with pytest.raises(RefusedError):
            boxes.open_folder(client, "Ablage/日本 😀")
        assert {one.prefix for one in boxes.namespaces(client)} == {"", "Public/"}
        assert boxes.quotas(client)[0].limit == 10_240
        assert boxes.folder_for(client, "archive", roles={"archive": "Trash"}).name == "Trash"


def test_messages_are_found_told_marked_moved_and_removed(opened: Callable[..., Any]) -> None:
    with opened() as client:
        when = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
        first = append(client, "INBOX", letter(1), ["\\seen", "$wichtig"], when)
        for number in range(2, 6):
            append(client, "INBOX", letter(number))
        boxes.open_folder(client, read_only=False)
        assert first == 1
        assert search(client) == [1, 2, 3, 4, 5]
        assert search(client, q.subject("Grüße 3")) == [3]
        assert search(client, q.subject("Grüße 3") | q.header("Message-ID", "<5@")) == [3, 5]
        assert search(client, ~q.seen & q.since(date(2026, 1, 1))) == [2, 3, 4, 5]
        assert search(client, q.before(date(2020, 2, 1)) & q.keyword("$wichtig")) == [1]
        assert search(client, q.uids([]) | q.larger(10**9)) == []
        rows = [
            *fetch(client, [1, 3, 99], "UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE")
        ]
        assert [one.uid for one in rows] == [1, 3]
        row = rows[0]
        assert row.flags - {"\\Recent"} == {"\\Seen", "$wichtig"}
        assert (row.date, row.envelope.subject) == (when, "Grüße 1")
        assert str(row.envelope.from_[0]) == "Jörg Köln <joerg@example.com>"
        assert [(one.path, one.kind, one.filename) for one in row.structure.walk()] == [
            *(("", "multipart/mixed", ""), ("1", "text/plain", "")),
            ("2", "application/pdf", "Ä.pdf"),
        ]
        assert part(client, 1, "2").startswith(b"eHh4")
        frame = to_frame(fetch(client, [1, 2]))
        assert frame["subject"].tolist() == ["Grüße 1", "Grüße 2"]
        assert frame["seen"].tolist() == [True, False]
        mark(client, [2], "\\Flagged")
        unmark(client, [1], "\\Seen")
        assert search(client, q.flagged) == [2]
        copy(client, [2], "Drafts")
        move(client, [3], "Trash")
        assert search(client) == [1, 2, 4, 5]
        mark(client, [5], "\\Deleted")
        purge(client, [4])
        assert search(client) == [1, 2, 5]  # what somebody else marked is still there
        assert boxes.status(client, "Trash").messages == 1


def test_a_search_in_parts_finds_the_same(
    opened: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened() as mailbox:
        for number in range(9):
            title = f"Grüße {number}" if number % 2 else f"plain {number}"
            append(mailbox, "INBOX", compose("a@b.test", "c@d.test", title, "x").content())
        boxes.open_folder(mailbox)
        wholes = [search(mailbox, one) for one in (q.anything, q.subject("Grüße"), q.seen)]
        monkeypatch.setattr(searching, "_PAGE", 3)
        parts = [search(mailbox, one) for one in (q.anything, q.subject("Grüße"), q.seen)]
    assert parts == wholes
    assert [*map(len, parts)] == [9, 4, 0]


def test_messages_come_sorted_and_in_threads(opened: Callable[..., Any]) -> None:
    with opened() as imap:
        boxes.create(imap, "Sorted")
        ids = []
        for number, title in enumerate(["b", "c", "a", "Re: b"], 1):
            message = letter(number)
            del message["Subject"], message["Message-ID"], message["Date"]
            message["Subject"], message["Message-ID"] = title, f"<{number}@example.com>"
            message["Date"] = f"Mon, 0{number} Jun 2026 10:00:00 +0000"
            if title == "Re: b":
                message["In-Reply-To"] = message["References"] = "<1@example.com>"
            ids.append(append(imap, "Sorted", message))
        boxes.open_folder(imap, "Sorted")
        b, c, a, answer = ids
        if "SORT" in imap.offers:
            assert sort(imap, "subject") == [a, b, answer, c]
            assert sort(imap, "-date", query=~q.subject("a")) == [answer, c, b]
        else:
            with pytest.raises(RefusedError, match="no SORT"):
                sort(imap, "subject")
        if "THREAD=REFERENCES" in imap.offers:
            found = {one.uid: [*one.walk()] for one in thread(imap)}
            assert found == {b: [b, answer], c: [c], a: [a]}


def test_purging_without_uidplus_removes_no_more(opened: Callable[..., Any]) -> None:
    with opened() as client:
        for number in range(3):
            append(client, "INBOX", letter(number))
        boxes.open_folder(client, read_only=False)
        mark(client, [1], "\\Deleted")
        offers = client.capabilities
        client.capabilities = tuple(one for one in offers if one not in ("UIDPLUS", "MOVE"))

        purge(client, [2])
        move(client, [3], "Trash")

        assert search(client) == [1]
        assert search(client, q.deleted) == [1]
        assert boxes.status(client, "Trash").messages == 1


def test_idle_tells_of_new_mail(stack: AnyLab, opened: Callable[..., Any], user: Any) -> None:
    with opened() as client:
        boxes.open_folder(client)
        assert idle(client, 0.05) == []
        thread = threading.Timer(
            0.2, lambda: stack.deliver("a@example.com", [user[0]], b"Subject: x\r\n\r\nx\r\n")
        )
        thread.start()
        events = idle(client, 20)
        thread.join()
        assert (1, "EXISTS") in events


def contents(folder: Path) -> list[bytes]:
    return sorted(path.read_bytes() for sub in ("new", "cur") for path in (folder / sub).iterdir())


def test_a_folder_is_fetched_once_and_what_changes_is_taken_over(
    opened: Callable[..., Any], tmp_path: Path
) -> None:
    sent = [letter(number).as_bytes().replace(b"\n", b"\r\n") for number in range(20)] + [BIG]
    with opened() as client:
        for one in sent:
            append(client, "INBOX", one)
        seen: list[tuple[int, int]] = []
        summary = download_folder(
            client, "INBOX", tmp_path, durable=False, progress=lambda *n: seen.append(n)
        )
        assert (summary.new, summary.octets) == (21, sum(map(len, sent)))
        assert seen[-1] == (21, 21)
        assert contents(tmp_path) == sorted(sent)
        assert download_folder(client, "INBOX", tmp_path).new == 0
        boxes.open_folder(client, read_only=False)
        mark(client, [3], "\\Seen")
        purge(client, [1])
        append(client, "INBOX", letter(99))
        again = download_folder(client, "INBOX", tmp_path)
    assert (again.new, again.reflagged, again.vanished) == (1, 1, ("1",))
    assert len(contents(tmp_path)) == 22
    assert len([*(tmp_path / "cur").glob("*:2,S")]) == 1
    assert [*(tmp_path / "tmp").iterdir()] == []


def test_whole_messages_come_one_after_the_other(
    opened: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailkit.client.bulk_fetch._BATCH", 4)
    sent = [letter(number).as_bytes().replace(b"\n", b"\r\n") for number in range(20)] + [BIG, b"x"]
    with opened() as client:
        for one in sent:
            append(client, "INBOX", one, ["\\Seen", "$Later"])
        boxes.open_folder(client)
        came = [*bulk_fetch.fetch_contents(client, search(client))]
        rows = [*fetch(client, search(client), "UID FLAGS INTERNALDATE BODY.PEEK[]")]
    assert [one.content for one in came] == sent
    told = [(one.uid, one.flags - {"\\Recent"}, one.date) for one in came]
    assert told == [(one.uid, one.flags - {"\\Recent"}, one.date) for one in rows]


def test_a_maildrop_is_fetched_once_left_and_emptied_when_it_is_due(
    stack: AnyLab, user: tuple[str, str], opened: Callable[..., Any], tmp_path: Path
) -> None:
    with opened() as client:
        for number in range(30):
            append(client, "INBOX", letter(number))
        append(client, "INBOX", BIG)
        append(client, "INBOX", b"Subject: dots\r\n\r\n.\r\n..\r\n.x\r\n")
    with opened("pop3") as drop:
        summary = download_drop(drop, tmp_path, durable=False)
    assert (summary.new, summary.deleted) == (32, ())
    assert BIG in contents(tmp_path)
    assert b"Subject: dots\r\n\r\n.\r\n..\r\n.x\r\n" in contents(tmp_path)
    with opened("pop3", 110) as drop:
        assert download_drop(drop, tmp_path, leave=Leave(days=7)).new == 0
    next((tmp_path / "new").iterdir()).unlink()
    with opened("pop3") as drop:
        assert len(download_drop(drop, tmp_path, leave=Leave(until_deleted=True)).deleted) == 1
    with opened("pop3") as drop:
        assert len(download_drop(drop, tmp_path, leave=Leave(days=0)).deleted) == 31
    with opened("pop3") as drop:
        assert drop.stat()[0] == 0
    assert len(contents(tmp_path)) == 31


def test_a_maildrop_tells_what_is_in_it(opened: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "big"
    file.write_bytes(BIG.replace(b"\r\n", b"\n"))
    with opened() as client:
        append(client, "INBOX", letter(7))
        append(client, "INBOX", file)
    with opened("pop3") as drop:
        one, two = entries(drop)
        assert (one.number, two.number, two.size) == (1, 2, len(BIG))
        assert len({one.identity, two.identity, ""}) == 3
        assert preview(drop, 1, 0)["Subject"] == "Grüße 7"
        assert len(preview(drop, 2, 3).get_content().splitlines()) == 3
        with pytest.raises(RefusedError):
            preview(drop, 99)


def test_an_error_deletes_nothing(opened: Callable[..., Any], tmp_path: Path) -> None:
    with opened() as client:
        append(client, "INBOX", letter())

    with pytest.raises(ZeroDivisionError), opened("pop3") as drop:
        download_drop(drop, tmp_path, leave=Leave(days=0))
        raise ZeroDivisionError

    with opened("pop3") as drop:
        assert drop.stat()[0] == 1
        assert download_drop(drop, tmp_path).new == 0


def test_many_messages_go_with_a_round_trip_each(
    user: tuple[str, str], opened: Callable[..., Any]
) -> None:
    texts = [f"{number}\n.\n..\nend" for number in range(5)]
    with opened("smtp") as client:
        trips = client.stream.round_trips
        for outcome in send_all(client, [compose(user[0], user[0], "many", t) for t in texts]):
            assert outcome.ok, outcome
        assert client.stream.round_trips - trips == len(texts) + 1
    with opened() as client:
        boxes.open_folder(client)
        rows = [*fetch(client, search(client), "UID BODY.PEEK[]")]
    found = [row.content.replace(b"\r\n", b"\n").partition(b"\n\n")[2] for row in rows]
    assert sorted(one.decode().rstrip() for one in found) == texts


def test_a_message_to_many_has_a_fate_for_each(
    stack: AnyLab, user: tuple[str, str], opened: Callable[..., Any]
) -> None:
    other, _ = stack.fresh_user()
    with opened("smtp") as client:
        for number in range(3):
            one = compose(
                *(user[0], [other, user[0]], "Grüße {{n}}", "Hallo {{name}}\n.\nEnde"),
                bcc="hidden@example.com",
                signature="Kim",
                fields={"n": number, "name": "Jörg"},
                attachments=[Attachment("a.bin", bytes(range(256)))],
            )
            outcome = send(client, one, notify=["failure"])
            assert outcome.ok, outcome
            assert set(outcome.fates) == {other, user[0], "hidden@example.com"}
            assert {fate.code for fate in outcome.fates.values()} == {250}
        trips = client.stream.round_trips
        send(client, one)
        assert (
            client.stream.round_trips - trips == 2
        )  # envelope and DATA in one, the message in another
    with opened() as client:
        assert file_sent(client, one) == "Sent"
        assert file_sent(client, one) == "Sent"
        assert boxes.status(client, "Sent").messages == 1
        boxes.open_folder(client)
        found = search(client, q.header("Message-ID", one.message_id))
        (row,) = fetch(client, found[:1], "UID BODY.PEEK[]")
    assert b"hidden@example.com" not in row.content
    assert b"Hallo J" in row.content
    assert b"\r\n.\r\nEnde" in row.content
    assert isinstance(one, Letter)
