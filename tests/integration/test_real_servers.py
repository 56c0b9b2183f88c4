"""Servers that nobody made for this project: Cyrus, Courier, Postfix and Exim as Debian has them."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from mailkit.account import Account
from mailkit.client import connect, connect_smtp
from mailkit.client import mailboxes as boxes
from mailkit.client.compose import compose
from mailkit.client.download import Leave, download_drop, download_folder
from mailkit.client.maildrop import entries, headers
from mailkit.client.messages import append, fetch, idle, mark, move, purge, search
from mailkit.client.ordering import sort, thread
from mailkit.client.query import anything, seen, subject
from mailkit.client.reading import fetch_messages
from mailkit.client.send import file_sent, send, send_all
from mailkit.diagnosis.diagnose import diagnose
from mailkit.errors import OpenError, RefusedError
from mailkit.flow import Outbox
from mailkit.formats import loads
from mailkit.observation import Proof
from mailkit.uses import OutgoingOptions

_SPEC = spec_from_file_location("real_servers", Path(__file__).with_name("real_servers.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
real_servers = module_from_spec(_SPEC)
_SPEC.loader.exec_module(real_servers)

READERS, SENDERS = ("cyrus", "courier"), ("postfix", "exim")


@pytest.fixture(scope="module")
def running() -> Iterator[Callable[[str], Any]]:
    """Servers, started when they are first asked for."""
    with ExitStack() as stack:
        started: dict[str, Any] = {}

        def start(name: str) -> Any:
            if name not in started:
                if reason := real_servers.why_not(name):
                    pytest.skip(reason)
                started[name] = stack.enter_context(real_servers.RealServer(name))
            return started[name]

        yield start


@pytest.fixture
def account(running: Callable[[str], Any]) -> Callable[..., Account]:
    """An account on a server, by one protocol."""

    def make(name: str, protocol: str, user: str = "kim") -> Account:
        role = "outgoing" if protocol == "smtp" else "incoming"
        login = f'user = "{user}"\nsecret = {{ value = "{real_servers.PASSWORD}" }}'
        return loads(
            f'[account.kim]\naddress = "kim@example.com"\ndefault = true\n[account.kim.{role}]\nprotocol = "{protocol}"\n'
            f'host = "127.0.0.1"\nport = {running(name).ports[protocol]}\nsecurity = "cleartext"\n'
            f"{login if protocol != 'smtp' else ''}\n"
        )[0]

    return make


def letter(number: int, to: str = "lee@example.com") -> Any:
    return compose("kim@example.com", to, f"Grüße {number}", f"Text {number}\n.\nEnd")


@pytest.mark.parametrize("name", READERS)
def test_a_healthy_account_is_diagnosed_as_one(name: str, account: Callable[..., Account]) -> None:
    for protocol in ("imap", "pop3"):
        (service,) = diagnose(account(name, protocol, "lee")).accounts[0].services
        assert service.ok, service
        assert service.proof == Proof.LOGGED_IN


@pytest.mark.parametrize("name", READERS)
def test_folders_below_the_inbox_have_roles_and_a_life(
    name: str, account: Callable[..., Account]
) -> None:
    with connect(account(name, "imap")) as imap:
        (personal,) = [one for one in boxes.namespaces(imap) if one.kind == "personal"]
        assert (personal.prefix, personal.delimiter) == ("INBOX.", ".")
        assert {one.role: one.name for one in boxes.folders(imap)}["sent"] == "INBOX.Sent"
        with pytest.raises(RefusedError):
            boxes.create(imap, "Entwürfe")
        boxes.create(imap, "INBOX.Entwürfe & mehr")
        boxes.subscribe(imap, "INBOX.Entwürfe & mehr")
        assert "INBOX.Entwürfe & mehr" in boxes.subscribed(imap)
        boxes.rename(imap, "INBOX.Entwürfe & mehr", "INBOX.Alt")
        assert boxes.status(imap, "INBOX.Alt").messages == 0
        boxes.delete(imap, "INBOX.Alt")
        assert "INBOX.Alt" not in [one.name for one in boxes.folders(imap)]
        assert isinstance(boxes.quotas(imap), list)


@pytest.mark.parametrize("name", READERS)
def test_messages_are_kept_found_sorted_moved_and_removed(
    name: str, account: Callable[..., Account], tmp_path: Path
) -> None:
    with connect(account(name, "imap")) as imap:
        boxes.create(imap, "INBOX.Work")
        for number in (2, 1, 3):
            append(imap, "INBOX.Work", letter(number).content().replace(b"\r\n", b"\n"))
        boxes.open_folder(imap, "INBOX.Work", read_only=False)
        uids = search(imap)
        assert len(uids) == 3
        two, one, three = uids
        assert search(imap, subject("Grüße 3") & ~seen) == [three]
        assert sort(imap, "subject") == [one, two, three]
        assert {root.uid for root in thread(imap)} == {*uids} or len(thread(imap)) == 1
        assert [row.envelope.subject for row in fetch(imap, uids) if row.envelope] == [
            "Grüße 2",
            "Grüße 1",
            "Grüße 3",
        ]
        (newest,) = fetch_messages(imap, ~seen, limit=1)
        assert newest.text == "Text 3\n.\nEnd\n"
        mark(imap, [two, three], "\\Deleted")
        purge(imap, [two])
        assert search(imap) == [one, three], "what somebody else has marked stays"
        boxes.create(imap, "INBOX.Done")
        move(imap, [one], "INBOX.Done")
        assert download_folder(imap, "INBOX.Done", tmp_path / "done").new == 1
        assert download_folder(imap, "INBOX.Done", tmp_path / "done").new == 0
        boxes.open_folder(imap, "INBOX.Work", read_only=False)
        purge(imap, search(imap, anything))
        for folder in ("INBOX.Done", "INBOX.Work"):
            boxes.open_folder(imap)
            boxes.delete(imap, folder)


@pytest.mark.parametrize("name", READERS)
def test_a_sent_message_is_filed_once(name: str, account: Callable[..., Account]) -> None:
    mine = letter(7)
    with connect(account(name, "imap")) as imap:
        assert [file_sent(imap, mine) for _ in range(2)] == ["INBOX.Sent"] * 2
        assert boxes.status(imap, "INBOX.Sent").messages == 1


@pytest.mark.parametrize("name", READERS)
def test_news_reach_who_waits(name: str, account: Callable[..., Account]) -> None:
    ours = account(name, "imap")
    with connect(ours, timeout=30) as imap, connect(ours) as other:
        boxes.open_folder(imap)
        late = threading.Timer(0.2, append, (other, "INBOX", letter(1).content()))
        late.start()
        waited = (idle(imap, 3) for _ in range(20))  # Courier tells it at the end of an IDLE
        assert any("EXISTS" in [what for _, what in events] for events in waited)
        late.join()


@pytest.mark.parametrize("name", READERS)
def test_a_maildrop_is_fetched_once(
    name: str, account: Callable[..., Account], tmp_path: Path
) -> None:
    with connect(account(name, "imap")) as imap:
        boxes.open_folder(imap, read_only=False)
        purge(imap, search(imap))
        for number in range(5):
            append(imap, "INBOX", letter(number).content())
    with connect(account(name, "pop3")) as drop:
        assert len({entry.identity for entry in entries(drop)}) == 5
        assert sum(b"Subject:" in header for _, header in headers(drop, range(1, 6))) == 5
        found = download_drop(drop, tmp_path, leave=Leave(days=0))
        assert (found.new, len(found.deleted), found.failed) == (5, 5, ())
    with connect(account(name, "imap")) as imap:
        assert boxes.open_folder(imap).messages == 0


@pytest.mark.parametrize(("name", "asked"), [("cyrus", 0), ("courier", 1)])
def test_capabilities_of_the_login_are_not_asked_for_again(
    name: str, asked: int, account: Callable[..., Account]
) -> None:
    with connect(account(name, "imap")) as imap:
        assert "UIDPLUS" in imap.offers
        assert sum("CAPABILITY" in line for line in imap.transcript if line[0] == "C") == asked
        assert not [line for line in imap.transcript if "PREAUTH" in line]


@pytest.mark.parametrize("name", READERS)
def test_a_folder_that_is_open_read_only_is_not_changed(
    name: str, account: Callable[..., Account]
) -> None:
    with connect(account(name, "imap")) as imap:
        boxes.create(imap, "INBOX.Kept")
        append(imap, "INBOX.Kept", letter(1).content())
        boxes.open_folder(imap, "INBOX.Kept")
        (uid,) = search(imap)
        for change in (
            lambda: mark(imap, uid, "Flagged"),
            lambda: move(imap, uid, "INBOX.Sent"),
            lambda: purge(imap, uid),
        ):
            with pytest.raises(RefusedError, match="read_only=False"):
                change()
        ((_, flags),) = [(row.uid, row.flags) for row in fetch(imap, uid)]
        assert "\\Flagged" not in flags
        assert file_sent(imap, letter(8)) == "INBOX.Sent", "another folder is open read-only"
        boxes.open_folder(imap)
        boxes.delete(imap, "INBOX.Kept")


def test_a_folder_shared_for_reading_is_read_and_has_no_role(
    account: Callable[..., Account], tmp_path: Path
) -> None:
    with (
        connect(account("cyrus", "imap")) as imap,
        connect(account("cyrus", "imap", "lee")) as lee,
    ):
        append(imap, "INBOX.Sent", letter(1).content())
        assert imap.setacl("INBOX.Sent", "lee", "lr")[0] == "OK"
        try:
            roles = {one.name: one.role for one in boxes.folders(lee)}
            assert (roles["user.kim.Sent"], roles["INBOX.Sent"]) == ("", "sent")
            assert [one.root for one in boxes.quotas(lee, "user.kim.Sent")] == ["user.kim"]
            assert download_folder(lee, "user.kim.Sent", tmp_path / "sent").new >= 1
            boxes.open_folder(lee, "user.kim.Sent", read_only=False)
            uid = search(lee)[0]
            for refused in (
                lambda: mark(lee, uid, "Flagged"),
                lambda: move(lee, uid, "INBOX"),
                lambda: append(lee, "user.kim.Sent", letter(2).content()),
            ):
                with pytest.raises(RefusedError):
                    refused()
            assert file_sent(lee, letter(3)) == "INBOX.Sent"
        finally:
            imap.setacl("INBOX.Sent", "lee", "l")
        with pytest.raises(RefusedError, match="Permission denied"):
            download_folder(lee, "user.kim.Sent", tmp_path / "sent")


def test_a_message_over_quota_is_refused_and_the_connection_goes_on(
    account: Callable[..., Account],
) -> None:
    with connect(account("cyrus", "imap")) as imap:
        (quota,) = boxes.quotas(imap)
        assert (quota.root, quota.resource, quota.limit) == ("INBOX", "STORAGE", 5000)
        with pytest.raises(RefusedError, match="Over quota"):
            append(imap, "INBOX", b"Subject: big\r\n\r\n" + b"line of text\r\n" * 400_000)
        assert boxes.status(imap, "INBOX").messages is not None


def test_a_server_that_lets_few_in_says_so_or_hangs_up(account: Callable[..., Account]) -> None:
    ours = account("courier", "imap")
    with ExitStack() as stack, pytest.raises(OpenError):
        for _ in range(6):  # MAXPERIP is 4
            stack.enter_context(connect(ours))


@pytest.mark.parametrize("name", SENDERS)
def test_each_recipient_has_a_fate(name: str, account: Callable[..., Account]) -> None:
    with connect_smtp(account(name, "smtp")) as smtp:
        mixed = compose("kim@example.com", ["lee@example.com", "ghost@example.com"], "s", "t")
        found = send(smtp, mixed)
        assert found.of("accepted") == ("lee@example.com",)
        assert found.of("refused") == ("ghost@example.com",)
        relayed = send(smtp, compose("kim@example.com", "a@elsewhere.example", "s", "t"))
        assert relayed.of("refused")
        big = compose(
            "kim@example.com", "lee@example.com", "s", "t" * 70 + "\n" + ("x" * 70 + "\n") * 90_000
        )
        assert send(smtp, big).fates["lee@example.com"].state == "refused"
        many = send_all(smtp, [letter(number) for number in range(40)])
        assert [one for one in many if not one.ok] == []


@pytest.mark.parametrize("name", SENDERS)
def test_an_outbox_sends_a_batch(
    name: str, account: Callable[..., Account], tmp_path: Path
) -> None:
    ours = replace(account(name, "smtp"), delivery=OutgoingOptions(mode="daemon"))
    with Outbox(tmp_path / "outbox.sqlite", [ours]) as box:
        for number in range(6):
            box.put(letter(number, "ghost@example.com" if number == 3 else "lee@example.com"))
        assert box.work() == Counter(accepted=5, refused=1)
