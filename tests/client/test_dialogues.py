"""What servers said and what was lost, as it was reported of mail libraries."""

from collections.abc import Callable
from typing import Any

import pytest

from mailkit.client import gmail
from mailkit.client.mailboxes import folder_for, open_folder
from mailkit.client.messages import append, copy, fetch, mark, move, purge, search, unmark
from mailkit.client.query import from_, seen, subject
from mailkit.client.waiting import idle
from mailkit.errors import LostError, RefusedError, SettingsError

Make = Callable[..., Any]


@pytest.mark.parametrize(
    ("said", "uids"),
    [
        (b"* SEARCH 1 2 \r\n", [1, 2]),
        (b"* SEARCH 2\r\n* SEARCH 1\r\n", [1, 2]),
        (b"* search 1 2 (MODSEQ 99)\r\n", [1, 2]),
        (b'* ESEARCH (TAG "A1") UID ALL 1:2 MODSEQ 1028614\r\n', [1, 2]),
        (b'* ESEARCH (TAG "A1") UID MODSEQ 17 ALL 1:2\r\n', [1, 2]),
        (b'* ESEARCH (TAG "A1") UID\r\n', []),
        (b"", []),
    ],
)
def test_a_search_is_read_in_every_form(said: bytes, uids: list[int], imap_of: Make) -> None:
    assert search(imap_of(said, {"ESEARCH"})[0]) == uids


def test_half_a_million_uids_are_found(imap_of: Make) -> None:
    said = b"* SEARCH %b\r\n" % b" ".join(b"%d" % uid for uid in range(1, 500_001))
    assert len(search(imap_of(said)[0])) == 500_000


def test_a_character_set_is_named_only_where_it_is_needed(imap_of: Make) -> None:
    imap, server = imap_of(b"* SEARCH 1\r\n")
    search(imap, subject("plain"))
    assert b"CHARSET" not in server.heard
    assert search(imap, (subject("教育") | from_("a")) & ~seen) == [1]
    assert b"CHARSET UTF-8" in server.heard
    refusing, _ = imap_of(b"", (), b"SEARCH", b"NO [BADCHARSET (US-ASCII)] not supported")
    with pytest.raises(RefusedError) as refused:
        search(refusing, subject("adição"))
    assert refused.value.kind == "badcharset"


def test_messages_of_other_numbers_are_not_those_that_were_asked_for(imap_of: Make) -> None:
    said = b"* 1 FETCH (UID 10 RFC822.SIZE 1)\r\n* 2 EXPUNGE\r\n* 16 FETCH (UID 17 FLAGS ())\r\n* 2 FETCH (UID 30 RFC822.SIZE 3)\r\n"
    rows = fetch(imap_of(said)[0], [10, 20, 30], "UID RFC822.SIZE")
    assert {row.uid: row.size for row in rows} == {10: 1, 30: 3}


def test_a_copy_that_fails_removes_nothing(imap_of: Make) -> None:
    imap, server = imap_of(b"", {"UIDPLUS"}, b"COPY", b"NO [TRYCREATE] no such folder")
    with pytest.raises(RefusedError) as refused:
        move(imap, [1], "Nowhere")
    assert refused.value.kind == "trycreate"
    assert b"STORE" not in server.heard
    assert b"EXPUNGE" not in server.heard


def test_without_uidplus_the_marks_of_others_are_kept(imap_of: Make) -> None:
    imap, server = imap_of(b"* SEARCH 5 9\r\n", (), b"SEARCH")
    purge(imap, [5])
    assert b"UID EXPUNGE" not in server.heard
    taken_off = server.heard.index(b"UID STORE 9 -FLAGS")
    assert (
        taken_off < server.heard.index(b" EXPUNGE\r\n") < server.heard.index(b"UID STORE 9 +FLAGS")
    )


@pytest.mark.parametrize("flag", ["Seen", "seen", "\\SEEN", "\\Seen"])
def test_flags_are_understood_without_their_backslash(flag: str, imap_of: Make) -> None:
    imap, server = imap_of(b"")
    mark(imap, "17", flag)
    assert b"UID STORE 17 +FLAGS.SILENT (\\Seen)\r\n" in server.heard
    with pytest.raises(SettingsError):
        mark(imap, "1:*", flag)


def test_no_command_line_is_longer_than_servers_take(imap_of: Make) -> None:
    imap, server = imap_of(b"")
    copy(imap, range(1, 100_000, 2), "Archive")
    assert max(map(len, server.heard.split(b"\r\n"))) < 8_000


@pytest.mark.parametrize(
    "item",
    [
        b'" 1-Jan-2020 00:00:00 +0000"',
        b'"1-JAN-2020 01:00:00 +0100"',
        b'"01-Jan-2020 00:00:00 +0000"',
    ],
)
def test_dates_of_arrival_are_read(item: bytes, imap_of: Make) -> None:
    (row,) = fetch(imap_of(b"* 1 FETCH (UID 7 INTERNALDATE %b)\r\n" % item)[0], [7])
    assert row.date.isoformat()[:19] in ("2020-01-01T00:00:00", "2020-01-01T01:00:00")
    assert row.date.timestamp() == 1_577_836_800


def test_response_codes_of_every_kind_are_read(imap_of: Make) -> None:
    said = b"* 101 EXISTS\r\n* OK [UNSEEN 27]\r\n* OK [UNSEEN 0] x\r\n* OK [UIDNEXT 9] x\r\n* OK []\r\n* OK\r\n* OK [X\r\n"
    state = open_folder(imap_of(said, (), b"EXAMINE", b"OK [READ-ONLY]")[0])
    assert (state.messages, state.uidnext) == (101, 9)


def test_a_server_without_uidplus_says_no_uid(imap_of: Make) -> None:
    assert append(imap_of(b"")[0], "INBOX", b"Subject: x\r\n\r\n") is None
    imap, _ = imap_of(b"", (), b"APPEND", b"OK [APPENDUID 38505 3955] done")
    assert append(imap, "INBOX", b"Subject: x\r\n\r\n") == 3955


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        (["INBOX", "INBOX.IDN", "INBOX.IDN.Sent", "INBOX.Sent"], "INBOX.Sent"),
        (["INBOX", "INBOX.IDN", "INBOX.IDN.Sent"], None),
        (["INBOX", "Projects", "Projects.Sent"], None),
        (["INBOX", "mail.Sent", "mail.Drafts"], "mail.Sent"),
        (["INBOX", "Sent"], "Sent"),
    ],
)
def test_a_folder_deep_down_has_no_role(rows: list[str], name: str | None, imap_of: Make) -> None:
    said = b"".join(b'* LIST () "." "%b"\r\n' % row.encode() for row in rows)
    found = folder_for(imap_of(said, (), b"LIST")[0], "sent")
    assert (found.name if found else None) == name


class Idling:
    """What a server says before and in an IDLE, and after its end."""

    def __init__(self, server: Any, before: bytes, within: bytes, after: bytes) -> None:
        self.server, self.before, self.within, self.after = server, before, within, after

    def __call__(self, line: bytes) -> None:
        said = self.before + b"+ idling\r\n" + self.within
        if line == b"DONE\r\n":
            said = self.after + b"MI OK done\r\n"
        self.server.waiting += said


@pytest.mark.parametrize(
    ("before", "within", "after", "events"),
    [
        (b"* 1 RECENT\r\n* 1521 EXISTS\r\n", b"", b"", [(1521, "EXISTS")]),
        (b"", b"* OK Still here\r\n* 5 EXISTS\r\n", b"", [(5, "EXISTS")]),
        (b"", b"", b"* 5 EXISTS\r\n", [(5, "EXISTS")]),
        (b"", b"", b"", []),
    ],
)
def test_news_around_an_idle_are_told(
    before: bytes, within: bytes, after: bytes, events: list[Any], imap_of: Make
) -> None:
    imap, server = imap_of(b"", {"IDLE"})
    server.answer = Idling(server, before, within, after)
    assert idle(imap, 0.0 if not within else 5.0) == events


def test_an_idle_that_the_server_ends_is_a_lost_connection(imap_of: Make) -> None:
    imap, server = imap_of(b"", {"IDLE"})
    server.answer = Idling(server, b"", b"* BYE idle for too long\r\n", b"")
    with pytest.raises(LostError, match="idle for too long"):
        idle(imap, 5.0)


@pytest.mark.parametrize(
    "change",
    [
        lambda imap: mark(imap, 7, "Flagged"),
        lambda imap: unmark(imap, 7, "Seen"),
        lambda imap: move(imap, 7, "Archive"),
        lambda imap: purge(imap, 7),
        lambda imap: gmail.add_labels(imap, 7, "work"),
    ],
)
@pytest.mark.parametrize("way", ["examined", "only to be read", "by imaplib"])
def test_no_change_is_begun_in_a_folder_that_is_open_read_only(
    change: Callable[[Any], Any], way: str, imap_of: Make
) -> None:
    """Courier copies a message and then refuses to remove it; others accept a flag and forget it."""
    status = b"OK [READ-ONLY] done"
    imap, server = imap_of(b"* 1 EXISTS\r\n", {"UIDPLUS", "X-GM-EXT-1"}, b"", status)
    if way == "by imaplib":
        imap.select("INBOX", readonly=True)
    else:
        open_folder(imap, read_only=way == "examined")
    heard = server.heard
    with pytest.raises(RefusedError, match="read_only=False") as refused:
        change(imap)
    assert refused.value.kind == "read-only"
    assert server.heard == heard


def test_flags_that_stay_in_a_shared_folder_may_be_set(imap_of: Make) -> None:
    said = b"* OK [PERMANENTFLAGS (\\Seen)] yours\r\n"
    imap, server = imap_of(said, (), b"", b"OK [READ-ONLY] done")
    open_folder(imap, read_only=False)
    mark(imap, 7, "Seen")
    assert b"UID STORE 7" in server.heard


def test_a_transcript_has_only_what_the_server_said(imap_of: Make) -> None:
    imap, _ = imap_of(b"* 1 EXISTS\r\n", words=b"NOOP")
    imap.noop()
    assert [line for line in imap.transcript if line.startswith("S: *")] == ["S: * 1 EXISTS"]


NAMESPACES = {
    "courier": b'* NAMESPACE (("INBOX." ".")) NIL (("#shared." ".")("shared." "."))\r\n',
    "cyrus": b'* NAMESPACE (("INBOX." ".")) (("user." ".")) (("" "."))\r\n',
    "dovecot": b'* NAMESPACE (("" "/")) (("Shared/" "/")) (("Public/" "/"))\r\n',
}


@pytest.mark.parametrize(
    ("server", "names", "sent"),
    [
        ("courier", ["INBOX", "INBOX.Sent", "shared.sales.Sent", "#shared.hr.Trash"], "INBOX.Sent"),
        ("courier", ["#shared.sales", "#shared.sales.Sent"], ""),
        ("cyrus", ["INBOX", "INBOX.Sent", "Sent", "user.lee.Sent"], "INBOX.Sent"),
        ("dovecot", ["Public/Sent", "INBOX", "INBOX/Bills", "Sent"], "Sent"),
        ("dovecot", ["Shared/lee", "Shared/lee/Sent", "INBOX"], ""),
    ],
)
@pytest.mark.parametrize("told", [b"", b"\\Sent"])
def test_folders_of_others_have_no_role(
    told: bytes, server: str, names: list[str], sent: str, imap_of: Make
) -> None:
    sign = b"/" if server == "dovecot" else b"."
    rows = [
        b'* LIST (%b) "%b" "%b"\r\n' % (told * name.endswith("Sent"), sign, name.encode())
        for name in names
    ]
    imap, asked = imap_of(b"".join(rows) + NAMESPACES[server], {"NAMESPACE"})
    found = folder_for(imap, "sent")
    assert (found.name if found else "") == sent
    assert folder_for(imap, "trash") is None
    assert asked.heard.count(b"NAMESPACE") <= 1


def test_a_role_that_a_person_gives_may_be_in_a_shared_folder(imap_of: Make) -> None:
    rows = b'* LIST () "." "INBOX"\r\n* LIST () "." "shared.sales.Sent"\r\n'
    imap, _ = imap_of(rows + NAMESPACES["courier"], {"NAMESPACE"})
    found = folder_for(imap, "sent", roles={"sent": "shared.sales.Sent"})
    assert found is not None
    assert found.name == "shared.sales.Sent"


def test_namespaces_are_not_asked_for_where_all_folders_are_ones_own(imap_of: Make) -> None:
    for rows in (
        b'* LIST () "/" "INBOX"\r\n* LIST () "/" "Sent"\r\n* LIST () "/" "Work/2026"\r\n',
        b'* LIST () "." "INBOX"\r\n* LIST () "." "INBOX.Sent"\r\n',
    ):
        imap, asked = imap_of(rows, {"NAMESPACE"})
        assert folder_for(imap, "sent") is not None
        assert b"NAMESPACE" not in asked.heard
