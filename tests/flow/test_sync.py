"""Folders from servers that misbehave: nothing leaves the Maildir, and one bad folder costs no other."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mailkit.account import Account
from mailkit.client import mailboxes, messages
from mailkit.client.stream import Stream
from mailkit.errors import ClientError
from mailkit.flow import FolderSync
from mailkit.formats import loads
from mailkit.lab import Lab, Listener
from mailkit.lab.scenario import ADDRESS, imap, pop3
from mailkit.lab.script import Act, Close, Say
from mailkit.ports import Security
from mailkit.uses import FolderOptions

Make = Callable[..., Lab]
MAIL = b"Subject: x\r\n\r\nx\r\n"
ROW = b'* 1 FETCH (UID 1 FLAGS () INTERNALDATE "01-Nov-2026 10:00:00 +0000" BODY[] {%d}\r\n%b)\r\n'


def serving(make_lab: Make, **replies: Act) -> Account:
    """The account of a server that answers some commands in its own way."""
    knobs: dict[str, Any] = {
        "replies": {key.replace("_", " "): [one] for key, one in replies.items()}
    }
    lab = make_lab(
        Listener(protocol="imap", host="localhost", port=143, security=Security.CLEARTEXT, **knobs)
    )
    lab.box(ADDRESS).deliver(MAIL)
    return loads(imap(lab.where("localhost", 143)[1], "cleartext", host="localhost"))[0]


def listing(*rows: bytes) -> dict[str, Act]:
    return {
        word: Say(
            b"".join(b"* %b () %b\r\n" % (word.encode(), row) for row in rows) + b"<tag> OK\r\n"
        )
        for word in ("LIST", "LSUB")
    }


OPEN = Say(b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\n<tag> OK [READ-ONLY] open\r\n")
ALL_OPEN: dict[str, Act] = {
    "EXAMINE": OPEN,
    "UID_SEARCH": Say(b"* SEARCH 1\r\n<tag> OK\r\n"),
    "UID_FETCH": Say(ROW % (len(MAIL), MAIL) + b"<tag> OK\r\n"),
}


def test_folders_as_they_were_left_cost_no_command_of_their_own(
    make_lab: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []
    send = Stream.sendall

    def counted(stream: Stream, data: bytes) -> None:
        sent.append(data)
        send(stream, data)

    monkeypatch.setattr(Stream, "sendall", counted)
    listener = Listener(protocol="imap", host="localhost", port=143, security=Security.CLEARTEXT)
    lab = make_lab(listener)
    account = loads(imap(lab.where("localhost", 143)[1], "cleartext", host="localhost"))[0]
    sync = FolderSync(account, tmp_path / "mine")

    def commands(client: Any) -> list[bytes]:
        sent.clear()
        found = sync.fetch(client)
        assert len(found) == 10  # four are there from the beginning
        assert not any(one.error for one in found.values())
        return [one.split()[1] for one in sent if b" " in one]

    with sync.connect() as client:
        for name in ("INBOX", "a", "b", "c", "d", "Grün"):
            if name != "INBOX":
                mailboxes.create(client, name)
            mailboxes.subscribe(client, name)
            messages.append(client, name, MAIL)
        first = commands(client)
        again = commands(client)
        messages.append(client, "Grün", MAIL)
        one = commands(client)

    assert first.count(b"EXAMINE") == 10
    assert again == [b"LIST", b"LSUB", b"LIST"]
    assert one.count(b"EXAMINE") == 1
    assert len([*tmp_path.glob("mine/**/cur/*")]) == 7


@pytest.mark.parametrize(
    "row",
    [
        *(b'"/" "/"', b'"." "."', b'"a" "a"', b'"/" "&AC8-"', b'"/" ""', b'"/" ".."', b'NIL ".."'),
        *(b'"/" "../x"', b'"." "..x"', b'"/" "/x"', b'"/" "%b"' % (b"x" * 300)),
    ],
)
def test_no_folder_is_written_outside_its_maildir(
    row: bytes, make_lab: Make, tmp_path: Path
) -> None:
    account = serving(make_lab, **listing(b'"/" INBOX', row), **ALL_OPEN)
    mine = tmp_path / "above" / "mine"
    sync = FolderSync(account, mine)
    with sync.connect() as client:
        found = sync.fetch(client)
        places = [sync.place(client, name) for name in found]

    assert [one.name for one in (tmp_path / "above").iterdir()] == ["mine"]
    assert [one.name for one in tmp_path.iterdir()] == ["above"]
    assert [one.parent for one in places[1:]] == [mine] * (len(places) - 1)
    assert not any(one.error for one in found.values())
    assert len([*(mine / "cur").iterdir()]) == 1


def test_a_folder_that_cannot_be_opened_is_named_and_costs_no_other(
    make_lab: Make, tmp_path: Path
) -> None:
    account = serving(make_lab, **listing(b'"/" Gone', b'"/" INBOX'))
    with FolderSync(account, tmp_path).connect() as client:
        found = FolderSync(account, tmp_path).fetch(client)
    assert found["INBOX"].new == 1
    assert found["INBOX"].error == ""


def test_two_folders_with_one_directory_do_not_share_it(make_lab: Make, tmp_path: Path) -> None:
    account = serving(make_lab, **listing(b'"/" "a/b"', b'"." "a.b"'), **ALL_OPEN)
    sync = FolderSync(account, tmp_path)
    with sync.connect() as client:
        found = sync.fetch(client)
    assert found["a/b"].new == 1
    assert "'a/b'" in found["a.b"].error


def test_a_folder_that_costs_the_connection_costs_no_other(make_lab: Make, tmp_path: Path) -> None:
    account = serving(make_lab, **listing(b'"/" A', b'"/" B'), EXAMINE=Close())
    sync = FolderSync(account, tmp_path)
    with sync.connect() as client:
        found = sync.fetch(client)
    assert [*found] == ["A", "B"]
    assert all(one.error for one in found.values())


def test_a_server_that_drops_every_connection_ends_it(make_lab: Make, tmp_path: Path) -> None:
    rows = [b'"/" F%d' % number for number in range(9)]
    account = serving(make_lab, **listing(*rows), EXAMINE=Close())
    sync = FolderSync(account, tmp_path)
    with sync.connect() as client, pytest.raises(ClientError):
        sync.fetch(client)


def test_new_mail_of_a_maildrop_goes_to_the_folders_of_the_rules(
    make_lab: Make, tmp_path: Path
) -> None:
    lab = make_lab(
        Listener(protocol="pop3", host="localhost", port=110, security=Security.CLEARTEXT)
    )
    for subject in ("Invoice 7", "hello", "=?utf-8?q?in=56oice?= 8"):
        lab.box(ADDRESS).deliver(f"Subject: {subject}\r\nFrom: a@example.com\r\n\r\nx\r\n".encode())
    account = loads(pop3(lab.where("localhost", 110)[1], "cleartext", host="localhost"))[0]
    account = replace(account, folders=FolderOptions(rules={"invoice": "Bills/2026"}))
    sync = FolderSync(account, tmp_path)

    summary = sync.collect()
    again = sync.collect()

    assert (summary.new, again.new) == (3, 0)
    assert len([*(tmp_path / "new").iterdir()]) == 1
    assert len([*(tmp_path / ".Bills.2026" / "new").iterdir()]) == 2
