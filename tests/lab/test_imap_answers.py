"""What the lab's IMAP answers to commands that are wrong, rare or too large."""

import imaplib
import re
from collections.abc import Iterator

import pytest

from mailkit.lab import Lab, Listener
from mailkit.lab.scenario import ADDRESS, PASSWORD
from mailkit.ports import Security

HOST = "localhost"
HEAD = b"From: kim@example.com\r\nTo: lee@example.com\r\n"
MESSAGES = (
    HEAD + b"Subject: one\r\nMessage-ID: <1@x>\r\nReferences: <2@x>\r\n"
    b"Date: Mon, 2 Nov 2026 10:00:00 +0100\r\n\r\nx\r\n",
    HEAD + b"Subject: Re: one\r\nMessage-ID: <2@x>\r\nReferences: <1@x> <1@x>\r\n"
    b"Date: Mon, 99 Nov 2026 10:00:00 +9999\r\n\r\nx\r\n",
    HEAD + b"Subject: =?utf-8?b?broken!?=\r\nMessage-ID: <1@x>\r\n\r\nGr\xfc\xdfe\r\n",
    HEAD + b"Message-ID: <4@x>\r\nReferences: <none@x> <2@x>\r\nDate: Mon, 2 Nov 99999\r\n\r\nx\r\n",
)  # fmt: skip


@pytest.fixture
def lab() -> Iterator[Lab]:
    """A lab for each test, because some add messages that others would count."""
    with Lab(
        [Listener(protocol="imap", host=HOST, port=143, security=Security.CLEARTEXT)], quota_kib=100
    ) as made:
        for content in MESSAGES:
            made.box(ADDRESS).deliver(content)
        made.box(ADDRESS).flag("INBOX", 1, "\\Flagged")
        yield made


class Talk:
    """A conversation in raw IMAP; ``says`` gives all lines of the answer to a command."""

    def __init__(self, lab: Lab) -> None:
        self.client = imaplib.IMAP4(*lab.where(HOST, 143), timeout=30)

    def says(self, command: bytes | str) -> str:
        data = command.encode() if isinstance(command, str) else command
        self.client.send(b"x " + data + b"\r\n")
        lines = []
        while True:
            line = self.client.readline()
            lines.append(line)
            if not line or line.startswith((b"x ", b"* BYE")):
                return b"".join(lines).decode("utf-8", "replace")


@pytest.fixture
def talk(lab: Lab) -> Iterator[Talk]:
    one = Talk(lab)
    yield one
    one.client.shutdown()


@pytest.fixture
def inside(talk: Talk) -> Talk:
    talk.says(f'LOGIN "{ADDRESS}" "{PASSWORD}"')
    talk.says("SELECT INBOX")
    return talk


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("SELECT INBOX", "x BAD Error in IMAP command SELECT: Command is not valid in this state."),
        ("FETCH 1 FLAGS", "x BAD Error in IMAP command FETCH: No mailbox selected."),
        ("FROBNICATE", "x BAD Error in IMAP command FROBNICATE: Unknown command."),
        ("STARTTLS", "x BAD Error in IMAP command STARTTLS: TLS is not available."),
        ("AUTHENTICATE KERBEROS_V4", "x NO Unsupported authentication mechanism."),
        ("CAPABILITY x", "x BAD .*more than was expected"),
        ("LOGIN {99999999}", r"x NO \[TOOBIG\]"),
        ("LOGIN {70000+}\r\n" + "a" * 70_000 + " {3+}\r\nabc", r"x NO \[TOOBIG\]"),
    ],
)
def test_before_the_login(talk: Talk, command: str, answer: str) -> None:
    assert re.search(answer, talk.says(command))


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        # searching
        ("SEARCH " + "NOT " * 500 + "ALL", "x BAD .*too deep"),
        ("SEARCH UID 1:2", r"\* SEARCH 1 2\r\n"),
        ('SEARCH MODSEQ "/flags/\\\\\\\\Seen" all 1', r"\* SEARCH 1 2 3 4 "),
        ("SEARCH FROBNICATE 1", "x BAD .*unknown search key"),
        ("SEARCH SINCE 31-Feb-2026", "x BAD .*no such day"),
        ("SEARCH RETURN (FIRST) ALL", "x BAD .*unknown return option"),
        ("SEARCH RETURN (COUNT) ALL", r"\* ESEARCH .*COUNT 4\r\n"),
        ("SEARCH RETURN (MIN MAX) MODSEQ 1", r"MIN 1 MAX 4 MODSEQ \d+\r\n"),
        ("SEARCH RETURN (ALL) MODSEQ 1", r"ALL 1:4 MODSEQ \d+\r\n"),
        ("SEARCH SUBJECT broken", r"\* SEARCH 3\r\n"),
        ("SEARCH SENTBEFORE 1-Jan-2027", r"\* SEARCH 1\r\n"),
        (b"SEARCH CHARSET UTF-8 TEXT {3+}\r\nG\xfcr", "x BAD .*not UTF-8"),
        ("SEARCH LARGER 9999999999999999999", "x BAD .*too large"),
        # sorting and threads
        ("SORT (DATE) UTF-8 ALL", r"\* SORT( \d){4}\r\n"),
        ("THREAD REFERENCES UTF-8 ALL", r"\* THREAD \(.*1.*\)\r\n"),
        ("THREAD ORDEREDSUBJECT UTF-8 ALL", r"\* THREAD \("),
        # fetching
        ("FETCH 1 FAST", r"\* 1 FETCH \(FLAGS .* INTERNALDATE .* RFC822.SIZE "),
        ("FETCH 1 FROBNICATE", "x BAD .*unknown FETCH item"),
        ("FETCH 1 BODY.PEEK[MIME]", "x BAD .*MIME needs a part"),
        ("FETCH 1 BODY.PEEK[]<0.0>", "x BAD .*a partial of nothing"),
        ("FETCH 1:3,2:4 UID", r"\* 4 FETCH \(UID 4\)"),
        # flags
        (r"STORE 1 FLAGS.SILENT (\Flagged)", "^x OK"),
        (r"STORE 1 FLAGS \Seen \Answered", r"\* 1 FETCH \(FLAGS \(.*\\Answered"),
        # folders
        ('LIST (FROBNICATE) "" "*"', "x BAD .*unknown option"),
        ('LIST "" "*" RETURN (FROBNICATE)', "x BAD .*unknown option"),
        ("CREATE new (USE (\\Sent \\Junk))", r"x NO \[USEATTR\]"),
        ("CREATE new (USE (\\Nothing))", r"x NO \[USEATTR\]"),
        ('GETQUOTA "User quota"', r"\* QUOTA \"User quota\" \(STORAGE \d+ 100\)"),
        ("GETQUOTA nothing", r"x NO \[NONEXISTENT\]"),
        ('SETQUOTA "User quota" (STORAGE 1)', r"x NO \[NOPERM\]"),
        # the rest
        (b"STATUS J\xfcrgen (MESSAGES)", r"x NO \[CANNOT\]"),
        (b"AUTHENTICATE J\xfcrgen", "x BAD"),
        ('APPEND INBOX "31-Feb-2026 10:00:00 +0000" {3+}\r\nabc', "x BAD .*no such moment"),
        ("APPEND INBOX UTF8 (~{3+}\r\nabc)", r"x OK \[APPENDUID \d+ \d+\]"),
        ("IDLE\r\nSTOP", "x BAD .*Expected DONE"),
        ("RENAME INBOX", "x BAD"),
    ],
)  # fmt: skip
def test_after_the_login(inside: Talk, command: str | bytes, answer: str) -> None:
    assert re.search(answer, inside.says(command), re.M), inside.says("NOOP")


def test_too_many_mistakes_end_the_session(talk: Talk) -> None:
    answers = [talk.says("FROBNICATE") for _ in range(20)]
    assert answers[-2].startswith("x BAD")
    assert talk.client.readline() == b"* BYE Too many invalid IMAP commands.\r\n"
    assert talk.client.readline() == b""


def test_a_tag_that_is_none(talk: Talk) -> None:
    talk.client.send(b"+ NOOP\r\n")
    assert b"BAD" in talk.client.readline()


def test_a_read_only_folder_is_not_changed(inside: Talk) -> None:
    inside.says("EXAMINE INBOX")
    assert "x NO Mailbox is read-only" in inside.says(r"STORE 1 +FLAGS (\Seen)")


def test_names_in_utf_8(inside: Talk) -> None:
    inside.says("ENABLE UTF8=ACCEPT")
    assert "x OK" in inside.says('CREATE "Grüße/\\"x\\""')
    assert '"Grüße/\\"x\\""' in inside.says('LIST "" "Grüße/*"')
    assert "x OK" in inside.says('DELETE "Grüße/\\"x\\""')


def test_a_folder_that_another_session_deletes(inside: Talk, lab: Lab) -> None:
    inside.says("CREATE gone")
    inside.says("SELECT gone")
    lab.box(ADDRESS).delete("gone")
    assert "* BYE Mailbox was deleted" in inside.says("NOOP")


def test_a_folder_that_the_session_deletes_itself(inside: Talk) -> None:
    inside.says("CREATE own")
    inside.says("SELECT own")
    assert inside.says("DELETE own").startswith("x OK")
    assert "* BYE" in inside.says("NOOP")
