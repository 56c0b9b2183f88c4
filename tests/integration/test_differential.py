"""The embedded server held to Dovecot: the same commands to both, and what a client can notice compared."""

import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from mailkit.lab import Lab, Listener
from mailkit.lab.backends.dovecot import DovecotLab
from mailkit.lab.scenario import ADDRESS, HOST, PASSWORD
from mailkit.ports import Security

TOKEN = re.compile(
    rb'"((?:[^"\\]|\\.)*)"|([()])|~?\{(\d+)\+?\}\r\n|((?:[^\s()"{\[]|\[[^\]]*\]|\{)+)|\s+'
)


def tokens(data: bytes) -> Any:
    """A response as nested tuples; a literal and a quoted string are the same."""
    stack: list[list[Any]] = [[]]
    at = 0
    while at < len(data):
        match = TOKEN.match(data, at)
        assert match is not None, data[at:]
        at = match.end()
        if match[1] is not None:
            stack[-1].append(re.sub(rb"\\(.)", rb"\1", match[1]))
        elif match[2] == b"(":
            stack.append([])
        elif match[2] == b")":
            done = tuple(stack.pop())
            stack[-1].append(done)
        elif match[3] is not None:
            stack[-1].append(data[at : at + int(match[3])])
            at += int(match[3])
        elif match[4] is not None:
            stack[-1].append(match[4])
    assert len(stack) == 1, data
    return tuple(stack[0])


@dataclass
class Client:
    """IMAP by hand: a command, and all that comes back."""

    place: tuple[str, int]
    ca: str = ""
    user: str = ADDRESS
    password: str = PASSWORD
    buffer: bytes = b""
    count: int = 0
    said: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sock = socket.create_connection(self.place, 10)
        if self.ca:
            context = ssl.create_default_context(cafile=self.ca)
            self.sock = context.wrap_socket(self.sock, server_hostname=HOST)
        self.line()
        assert self.ask(f'LOGIN "{self.user}" "{self.password}"')[-1].startswith(b"OK")

    def line(self) -> bytes:
        """A response line with the literals in it."""
        whole = b""
        while True:
            while b"\r\n" not in self.buffer:
                self._more()
            part, _, self.buffer = self.buffer.partition(b"\r\n")
            whole += part
            literal = re.search(rb"\{(\d+)\}$", part)
            if literal is None:
                return whole
            while len(self.buffer) < int(literal[1]):
                self._more()
            whole += b"\r\n" + self.buffer[: int(literal[1])]
            self.buffer = self.buffer[int(literal[1]) :]

    def _more(self) -> None:
        data = self.sock.recv(65_536)
        assert data, "the server hung up"
        self.buffer += data

    def ask(self, command: str | bytes, *literals: bytes) -> list[bytes]:
        """All lines of the answer; the last one without its tag."""
        self.count += 1
        tag = b"t%d" % self.count
        data = command.encode() if isinstance(command, str) else command
        self.sock.sendall(tag + b" " + data + b"\r\n")
        for literal in literals:
            assert self.line().startswith(b"+")
            self.sock.sendall(literal)
        lines = []
        while True:
            line = self.line()
            if line.startswith(tag + b" "):
                return [*lines, line[len(tag) + 1 :]]
            lines.append(line)

    def append(self, folder: str, content: bytes, more: str = "") -> None:
        """APPEND one message, with flags or a date."""
        done = self.ask(f"APPEND {folder} {more}{{{len(content)}}}", content + b"\r\n")
        assert done[-1].startswith(b"OK"), done

    def close(self) -> None:
        """Hang up."""
        self.sock.close()


def message(*lines: str | bytes) -> bytes:
    """Lines as a message."""
    return b"".join((one.encode() if isinstance(one, str) else one) + b"\r\n" for one in lines)


PLAIN = message(
    "From: Kim <kim@example.com>",
    "To: lee@example.com",
    "Subject: hello",
    "Date: Mon, 2 Nov 2026 10:00:00 +0100",
    "Message-ID: <1@example.com>",
    "",
    "Hello",
    "world",
)
MESSAGES = {
    "plain": PLAIN,
    "no header": message("", "only a body"),
    "no body": b"Subject: nothing follows\r\n\r\n",
    "empty line at once": b"\r\n",
    "no blank line": b"Subject: header only\r\n",
    "folded": message(
        "Subject: a long",
        "\tsubject",
        "  folded thrice",
        "To: a@example.com,",
        " b@example.com",
        "",
        "x",
    ),
    "names": message(
        'From: "Doe, Jane" <jane@example.com>',
        "To: Group: a@example.com, B <b@example.com>;, c@example.com",
        "Cc: undisclosed-recipients:;",
        "Bcc: (comment) d@example.com (Dee)",
        "Reply-To: =?utf-8?q?J=C3=B6rg?= <j@example.com>",
        "Sender: plain name <s@example.com>",
        "In-Reply-To: <0@x>",
        "",
        "x",
    ),
    "odd addresses": message(
        "From: nobody",
        "To: <>, <only-local>, @route,@two:real@example.com, <@a,@b:c@example.com>",
        'Cc: "quo\\"ted" <q@example.com>, a.b . c@example.com, "spaced local"@example.com',
        "Bcc: Some. Body <dot@example.com>, [1.2.3.4]",
        "",
        "x",
    ),
    "no sender": message("To: x@example.com", "Subject: s", "", "x"),
    "two tos": message(
        "To: a@example.com", "Subject: one", "To: b@example.com", "Subject: two", "", "x"
    ),
    "8bit": message(
        "Subject: grüße".encode("latin-1"),
        "Content-Type: text/plain; charset=iso-8859-1",
        "Content-Transfer-Encoding: 8bit",
        "",
        "grün".encode("latin-1"),
    ),
    "utf8": message("From: Jörg <jörg@example.com>", "Subject: grüße", "", "grün"),
    "alternative": message(
        "MIME-Version: 1.0",
        'Content-Type: multipart/alternative; boundary="b"',
        "",
        "preamble",
        "--b",
        "Content-Type: text/plain; charset=utf-8; format=flowed",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "plain=20",
        "--b",
        "Content-Type: text/html; charset=utf-8",
        "Content-Language: de, en",
        "Content-Location: http://example.com/",
        "",
        "<p>html</p>",
        "--b--",
        "epilogue",
    ),
    "attachment": message(
        "MIME-Version: 1.0",
        "Content-Type: multipart/mixed; boundary=outer",
        "",
        "--outer",
        "Content-Type: multipart/related; boundary=inner",
        "",
        "--inner",
        "Content-Type: text/html",
        "",
        "<img src=cid:1>",
        "--inner",
        "Content-Type: image/png; name=a.png",
        "Content-ID: <1>",
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: inline; filename=a.png",
        "Content-MD5: Q2hlY2s=",
        "",
        "aGVsbG8=",
        "--inner--",
        "",
        "--outer",
        'Content-Type: application/octet-stream; name="b c.bin"',
        "Content-Description: some file",
        'Content-Disposition: attachment; filename="b c.bin"; size=5',
        "Content-Transfer-Encoding: base64",
        "",
        "aGVsbG8=",
        "--outer--",
        "",
    ),
    "forwarded": message(
        "Subject: fwd",
        "Content-Type: multipart/mixed; boundary=f",
        "",
        "--f",
        "",
        "see below",
        "--f",
        "Content-Type: message/rfc822",
        "",
        "From: inner@example.com",
        "To: kim@example.com",
        "Subject: inner",
        "Content-Type: multipart/alternative; boundary=g",
        "",
        "--g",
        "",
        "one",
        "--g",
        "Content-Type: text/html",
        "",
        "two",
        "--g--",
        "--f--",
    ),
    "message as a whole": message(
        "Subject: whole",
        "Content-Type: message/rfc822",
        "",
        "From: inner@example.com",
        "Subject: inner",
        "",
        "inner body",
        "line two",
    ),
    "digest": message(
        "Content-Type: multipart/digest; boundary=d",
        "",
        "--d",
        "",
        "From: a@example.com",
        "Subject: one",
        "",
        "first",
        "--d",
        "",
        "From: b@example.com",
        "Subject: two",
        "",
        "second",
        "--d--",
    ),
    "report": message(
        "Content-Type: multipart/report; report-type=delivery-status; boundary=r",
        "",
        "--r",
        "",
        "failed",
        "--r",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; x",
        "",
        "Final-Recipient: rfc822; a@b",
        "--r",
        "Content-Type: text/rfc822-headers",
        "",
        "Subject: x",
        "--r--",
    ),
    "boundary missing": message(
        "Content-Type: multipart/mixed; boundary=never", "", "no part here", "at all"
    ),
    "boundary not named": message("Content-Type: multipart/mixed", "", "--x", "", "y", "--x--"),
    "not closed": message(
        "Content-Type: multipart/mixed; boundary=open",
        "",
        "--open",
        "",
        "one",
        "--open",
        "Content-Type: text/html",
        "",
        "two without an end",
    ),
    "prefix": message(
        "Content-Type: multipart/mixed; boundary=ab",
        "",
        "--ab",
        "Content-Type: multipart/mixed; boundary=abc",
        "",
        "--abc",
        "",
        "deep",
        "--abc--",
        "--ab",
        "",
        "shallow",
        "--ab--",
    ),
    "empty parts": message(
        "Content-Type: multipart/mixed; boundary=e", "", "--e", "--e", "", "--e", "", "", "--e--"
    ),
    "odd types": message(
        "Content-Type: TEXT", "Content-Transfer-Encoding: Quoted-Printable", "", "x"
    ),
    "type with comment": message(
        "Content-Type: (hm) text / (hm) plain ; (hm) charset = (hm) us-ascii (end)",
        "Content-Disposition: attachment",
        "",
        "x",
    ),
    "parameters": message(
        "Content-Type: text/plain; charset=utf-8; name*0=one; name*1=two;",
        "\tname*=utf-8''%e2%82%ac; empty=\"\"; broken",
        "",
        "x",
    ),
    "dots": message("Subject: dots", "", ".", "..", ".x", ""),
    "long line": message("Subject: " + "x" * 1500, "", "y" * 3000),
    "crs": b"Subject: a\r\n\r\nbare\rreturn\r\nend",
    "lfs": b"Subject: bare\nTo: a@example.com\n\nline one\nline two\n",
    "odd header": b"Subject : spaced\r\n: no name\r\nNo colon here\r\nX-Empty:\r\nReferences: <a> <b>\r\n\r\nbody\r\n",
}
MESSAGES |= {
    "blanks": message(
        "Subject: two  spaces  and\tone",
        "From: Big Bug bb@example.org",
        "To: A Group(Some people) :Chris <c@example.org>, joe@example.org;",
        "Cc: user (one  two) @ (three) example.org, (only) <x@example.org>",
        "Date: Mon, 02 Nov 2026  10:00:00 +0100",
        "Content-Type: text/plain; name=This is a test.txt",
        "",
        "x",
    ),
    "commented": message("From: user-from (comment)@ (comment) example.org", "", "x"),
}

SECTIONS = [
    "",
    "HEADER",
    "TEXT",
    "1",
    "2",
    "3",
    "1.1",
    "1.2",
    "2.1",
    "2.2",
    "2.1.1",
    "1.MIME",
    "2.MIME",
    "1.HEADER",
    "2.HEADER",
    "2.TEXT",
    "1.1.MIME",
    "2.1.MIME",
    "HEADER.FIELDS (SUBJECT TO)",
    "HEADER.FIELDS.NOT (SUBJECT)",
    "HEADER.FIELDS (X-NONE)",
    "2.HEADER.FIELDS (SUBJECT)",
]


ITEMS = ["RFC822.SIZE", "RFC822.HEADER", "ENVELOPE", "BODY", "BODYSTRUCTURE"]
ITEMS += [f"BODY.PEEK[{one}]" for one in SECTIONS]
ITEMS += ["BODY.PEEK[]<5.10>", "BODY.PEEK[TEXT]<0.3>", "BODY.PEEK[]<100000.5>"]

EPILOGUE = (
    "RFC 2046 §5.1.1: the line end before a boundary is the boundary's, also after an inner one"
)
RESIDUE = "no address at all: what is left of it is anybody's guess"
WITHOUT_SUBTYPE = "RFC 2045 §5.2: what cannot be understood is text/plain"
CONTINUED = "RFC 2231 parameters are shown as they are written, not counted anew"
UNQUOTED = "RFC 2045 §5.1: such a value has to be quoted; all of its words are shown"
KNOWN = {
    ("blanks", "ENVELOPE"): RESIDUE,
    ("blanks", "BODY"): UNQUOTED,
    ("blanks", "BODYSTRUCTURE"): UNQUOTED,
    ("odd addresses", "ENVELOPE"): RESIDUE,
    ("forwarded", "BODY"): EPILOGUE,
    ("forwarded", "BODYSTRUCTURE"): EPILOGUE,
    ("forwarded", "BODY.PEEK[2]"): EPILOGUE,
    ("forwarded", "BODY.PEEK[2.TEXT]"): EPILOGUE,
    ("prefix", "BODY.PEEK[1]"): EPILOGUE,
    ("odd types", "BODY"): WITHOUT_SUBTYPE,
    ("odd types", "BODYSTRUCTURE"): WITHOUT_SUBTYPE,
    ("parameters", "BODY"): CONTINUED,
    ("parameters", "BODYSTRUCTURE"): CONTINUED,
}
"""Where they differ, and why the lab keeps to its answer."""


@pytest.fixture
def both(real: DovecotLab) -> Iterator[tuple[Client, Client]]:
    """A client of the embedded server, one of Dovecot, and an empty folder for both."""
    listener = Listener(protocol="imap", host=HOST, port=143, security=Security.CLEARTEXT)
    user = real.fresh_user()  # nobody else has left anything there
    with Lab([listener], dict([user]), quota_kib=10_240) as lab:
        ours = Client(lab.where(HOST, 143), "", *user)
        theirs = Client(real.where(HOST, 993), str(real.ca_file), *user)
        for one in (ours, theirs):
            for folder in ("diff/below", "diff", "other", "t&APw-r"):
                one.ask(f"DELETE {folder}")
            assert one.ask("CREATE diff")[-1].startswith(b"OK")
        yield ours, theirs
        for one in (ours, theirs):
            one.close()


@pytest.mark.parametrize("name", MESSAGES)
def test_each_item_of_each_message_is_the_same(name: str, both: tuple[Client, Client]) -> None:
    for one in both:
        one.append("diff", MESSAGES[name])
        one.ask("EXAMINE diff")
    differ = {}
    for item in ITEMS:
        ours, theirs = (one.ask(f"FETCH 1 {item}") for one in both)
        same = list(map(tokens, ours[:-1])) == list(map(tokens, theirs[:-1]))
        if not same or ours[-1][:3] != theirs[-1][:3]:
            differ[item] = (ours, theirs)

    new = {item: lines for item, lines in differ.items() if (name, item) not in KNOWN}
    assert new == {}


VARYING = re.compile(rb"(UIDVALIDITY|COPYUID|APPENDUID) \d+")
APART = ("HIGHESTMODSEQ", "CLOSED", "FLAGS")


def plain(lines: list[bytes]) -> tuple[list[Any], str]:
    """What a client notices: untagged data, the result, its code; words for people do not count."""
    found = []
    for line in lines[:-1]:
        line = VARYING.sub(rb"\1 N", line)
        code = re.match(rb"\* OK \[([^\]]*)\]", line)
        if code and code[1].split()[0].decode() in APART:
            continue
        if code:
            found.append(("OK", code[1]))
        elif line.startswith((b"* LIST", b"* LSUB")):
            kind, flags, *rest = tokens(line)[1:]
            hints = {b"\\marked", b"\\unmarked"}  # what others did, or not
            found.append((kind, frozenset(f.lower() for f in flags) - hints, *rest))
        elif b" FETCH " in line:
            number, _, items = tokens(line)[1:]
            pairs = dict(zip(items[::2], items[1::2], strict=True))
            if b"FLAGS" in pairs:
                pairs[b"FLAGS"] = frozenset(pairs[b"FLAGS"])
            found.append(
                (
                    number,
                    "FETCH",
                    pairs.keys() - {b"MODSEQ"},
                    pairs.get(b"FLAGS"),
                    pairs.get(b"UID"),
                )
            )
        elif line.startswith(b"* STATUS"):
            name, items = tokens(line)[2:]
            found.append(("STATUS", name, frozenset(zip(items[::2], items[1::2], strict=True))))
        elif line.startswith(b"* FLAGS"):
            found.append(("FLAGS", frozenset(tokens(line)[2])))
        else:
            found.append(tokens(line))
    if any(one[0] in (b"LIST", b"LSUB") for one in found):
        found.sort(key=lambda one: str(one[-1]))  # by name: a set has no order
    last = VARYING.sub(rb"\1 N", lines[-1])
    match = re.match(rb"(OK|NO|BAD)(?: \[([^\]]*)\])?", last)
    assert match is not None, last
    return found, f"{match[1].decode()} {(match[2] or b'').decode().partition(' (')[0]}"


def same(both: tuple[Client, Client], commands: str) -> None:
    for command in map(str.strip, commands.strip().splitlines()):
        ours, theirs = (plain(one.ask(command.replace("\\r\\n", "\r\n"))) for one in both)
        assert ours == theirs or command in COMMANDS, (command, ours, theirs)


COMMANDS = {
    "STATUS nothing (MESSAGES)": "RFC 5530 §3 has a code for it: NONEXISTENT",
    "SELECT nothing": "RFC 5530 §3 has a code for it: NONEXISTENT",
    "GETQUOTAROOT Public/Team": "RFC 2087 §5.2: that there is no root is an answer, too",
    'LIST "" "other/kept"': "RFC 6154 §3: a role that was asked for and given is told",
    "CREATE &nonsense": "RFC 5530 §3 has a code for it: CANNOT",
}
"""Commands where they differ, and why the lab keeps to its answer."""


def filled(both: tuple[Client, Client], *names: str) -> None:
    for one in both:
        for name in names or MESSAGES:
            one.append("diff", MESSAGES[name])


def test_folders_are_listed_the_same(both: tuple[Client, Client]) -> None:
    same(
        both,
        r"""
        CREATE diff/below
        CREATE t&APw-r
        LIST "" ""
        LIST "" inbox
        LIST "" "diff*"
        LIST "" "diff/%"
        LIST "diff/" "%"
        LIST "" "nothing"
        LIST "" "t*"
        SUBSCRIBE diff/below
        LSUB "" "diff*"
        LSUB "" "%"
        UNSUBSCRIBE diff/below
        CREATE diff
        DELETE nothing
        DELETE inbox
        RENAME nothing other
        RENAME diff other
        LIST "" "other*"
        LIST "" "diff*"
        RENAME other/below diff
        DELETE other
        DELETE diff
        LIST (SPECIAL-USE) "" "*"
        LIST (SUBSCRIBED) "" "*"
        LIST "" "Tras%" RETURN (SPECIAL-USE)
        LIST "" ("INBOX" "Sen%") RETURN (SUBSCRIBED CHILDREN)
        STATUS nothing (MESSAGES)
        SELECT nothing
        STATUS INBOX (NONSENSE)
        CREATE &nonsense
        LIST "" "Sen%" RETURN (STATUS (MESSAGES))
        CREATE other/kept (USE (\Archive))
        LIST "" "other/kept"
        DELETE other/kept
        DELETE other
        NAMESPACE
        LIST "" *
        LIST "" %
        LIST "Public/" %
        SELECT Public/News
        APPEND Public/News {1+}\r\na
        CREATE Public/new
        DELETE Public/Team
        STATUS Public/Team (MESSAGES)
        SUBSCRIBE Public/Team
        LSUB "" *
        UNSUBSCRIBE Public/Team
        GETQUOTAROOT Public/Team
        """,
    )


def test_extended_lists_are_the_same(both: tuple[Client, Client]) -> None:
    same(
        both,
        r"""
        CREATE diff/below
        SUBSCRIBE diff/below
        LIST (RECURSIVEMATCH REMOTE) "" "*"
        LIST (RECURSIVEMATCH) "" "*"
        LIST (SUBSCRIBED RECURSIVEMATCH) "" "diff"
        LIST (SUBSCRIBED RECURSIVEMATCH) "" "diff*"
        LIST "" "a&b%"
        LIST "" ("a&b%" "diff")
        LSUB "" "a&b%"
        UNSUBSCRIBE diff/below
        """,
    )


def test_what_is_marked_and_removed_is_told_the_same(both: tuple[Client, Client]) -> None:
    filled(both, "plain", "folded", "names", "utf8", "digest")
    same(
        both,
        r"""
        SELECT diff
        STORE 1 +FLAGS (\Seen)
        STORE 1 FLAGS (\Flagged keyword)
        FETCH 1 FLAGS
        STORE 1 -FLAGS (\Flagged)
        STORE 2:3 +FLAGS.SILENT (\Deleted)
        FETCH 1:* FLAGS
        UID STORE 4 +FLAGS (\Answered)
        STORE 9 +FLAGS (\Seen)
        UID STORE 99 +FLAGS (\Seen)
        STORE 1 +FLAGS (\Nonsense)
        STORE 1 +FLAGS (\Recent)
        SEARCH DELETED
        UID EXPUNGE 2
        FETCH 1:* UID
        EXPUNGE
        FETCH 1:* (UID FLAGS)
        COPY 1 other
        COPY 1 diff
        NOOP
        UID COPY 1:2 Trash
        MOVE 1 Trash
        UID MOVE 99 Trash
        UID FETCH 1:* (FLAGS)
        FETCH 0 FLAGS
        FETCH 99 FLAGS
        UID FETCH 99 FLAGS
        FETCH 1 (BODY[])
        FETCH 2 BODY.PEEK[]
        CHECK
        UNSELECT
        FETCH 1 FLAGS
        EXAMINE diff
        CLOSE
        STATUS diff (MESSAGES UIDNEXT UNSEEN RECENT SIZE)
        SELECT diff
        STORE 1 +FLAGS (\Deleted)
        CLOSE
        STATUS diff (MESSAGES UIDNEXT UNSEEN)
        """,
    )


def test_conditional_commands_are_the_same(both: tuple[Client, Client]) -> None:
    filled(both, "plain", "utf8")
    same(
        both,
        r"""
        ENABLE CONDSTORE NONSENSE
        SELECT diff (CONDSTORE)
        FETCH 1:* (MODSEQ)
        STORE 1 (UNCHANGEDSINCE 1) +FLAGS (\Seen)
        STORE 1 (UNCHANGEDSINCE 999999) +FLAGS (\Flagged)
        UID STORE 2 (UNCHANGEDSINCE 999999) +FLAGS.SILENT (\Flagged)
        UID FETCH 1:* (FLAGS) (CHANGEDSINCE 999999)
        UID FETCH 1:* (FLAGS) (CHANGEDSINCE 1)
        SEARCH MODSEQ 999999
        APPEND diff (\Seen) "02-Nov-2026 10:00:00 +0100" {1+}\r\na
        UID FETCH 3 (INTERNALDATE)
        APPEND nothing {1+}\r\na
        """,
    )


SEARCHES = r"""
ALL | 1:3 | 2,4:* | UID 1:4 | NOT 1 | OR 1 2 | (1:5 3:9) | NEW | OLD | RECENT | SEEN | UNSEEN
KEYWORD none | UNKEYWORD none | LARGER 500 | SMALLER 60 | SUBJECT hello | SUBJECT HELLO
FROM "kim@example.com" | TO lee | CC undisclosed | BCC d@example.com | HEADER Subject ""
HEADER Message-ID "<1@example.com>" | HEADER X-Empty y | BODY world | BODY WORLD | TEXT hello
TEXT Dee | BODY inner | TEXT nonesuch | SENTON 2-Nov-2026 | SENTBEFORE 3-Nov-2026
SENTSINCE 1-Nov-2026 | BEFORE 1-Jan-2020 | SINCE 1-Jan-2020 | CHARSET UTF-8 SUBJECT hello
CHARSET nonsense SUBJECT x | NONSENSE | OR 1 | SUBJECT | RETURN (MIN MAX COUNT) ALL
FROM user-from@example.org | RETURN () 1:3 | RETURN (COUNT) SUBJECT nonesuch | 99 | NOT (OR SEEN 1) | TEXT "" | LARGER x
YOUNGER 100000 | OLDER 100000 | NOT YOUNGER 100000 | YOUNGER 0 | OLDER x |  ALL  SEEN | ( SEEN 1:3 )
""".replace("\n", " | ").split(" | ")[1:-1]
SEARCHED = {
    "KEYWORD none": "a keyword is not made by searching for it",
    "SENTBEFORE 3-Nov-2026": "a message without a date was not written before any day",
}
"""Searches where they differ, and why the lab keeps to its answer."""


@pytest.mark.parametrize("by", ["", "UID "])
def test_searches_find_the_same(by: str, both: tuple[Client, Client]) -> None:
    filled(both)
    for one in both:
        one.ask("SELECT diff")
        one.ask("STORE 2,5 +FLAGS (\\Seen)")
    differ = {}
    for search in SEARCHES:
        ours, theirs = (plain(one.ask(f"{by}SEARCH {search}".rstrip())) for one in both)
        if ours != theirs:
            differ[search] = (ours, theirs)
    assert {search: one for search, one in differ.items() if search not in SEARCHED} == {}


CONVERSATION = [
    ("Re: [shop] Order", "b@example.org", "03 Nov 2026 10:00:00 +0100", "<2@x>", "<1@x>"),
    ("[shop] order", "A@example.org", "02 Nov 2026 10:00:00 -0500", "<1@x>", ""),
    ("Fwd: Re: order (fwd)", "c@example.org", "04 Nov 2026 10:00:00 +0000", "<4@x>", "<1@x> <3@x>"),
    ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "d@example.org", "01 Nov 2026 10:00:00 +0000", "<5@x>", ""),
    ("Re: =?utf-8?q?Gr=C3=BC=C3=9Fe?=", "e@example.org", "05 Nov 2026 10:00:00 +0000", "<6@x>", ""),
    ("lost parent", "f@example.org", "06 Nov 2026 10:00:00 +0000", "<7@x>", "<99@x>"),
    ("other child", "g@example.org", "06 Nov 2026 09:00:00 +0000", "<8@x>", "<99@x>"),
    ("[Fwd: order]", "b@example.org", "07 Nov 2026 10:00:00 +0000", "<9@x>", "<2@x>"),
    ("Order", "z@example.org", "07 Nov 2026 is no moment", "<10@x>", ""),
    ("Re: same", "y@example.org", "08 Nov 2026 10:00:00 +0000", "<11@x>", ""),
    ("Re: same", "x@example.org", "08 Nov 2026 10:00:00 +0000", "<12@x>", ""),
    ("_", "_z@example.org", "09 Nov 2026 10:00:00 +0000", "<13@x>", ""),  # behind letters
    ("[xyz]", "B@example.org", "09 Nov 2026 10:00:00 +0000", "<14@x>", ""),
]
ODD_CONVERSATION = [
    ("loop", "a@example.org", "01 Nov 2026 10:00:00 +0000", "<1@x>", "<2@x>"),
    ("Re: loop", "b@example.org", "02 Nov 2026 10:00:00 +0000", "<2@x>", "<1@x>"),
    ("below", "c@example.org", "03 Nov 2026 10:00:00 +0000", "<4@x>", "<9@x> <3@x>"),
    ("elsewhere", "d@example.org", "04 Nov 2026 10:00:00 +0000", "<3@x>", "<2@x>"),
    ("", "e@example.org", "05 Nov 2026 10:00:00 +0000", "<5@x>", ""),
    ("Re:", "f@example.org", "06 Nov 2026 10:00:00 +0000", "<6@x>", ""),
    ("Twice", "g@example.org", "07 Nov 2026 10:00:00 +0000", "<11@x>", "<10@x>"),
    ("Twice", "h@example.org", "08 Nov 2026 10:00:00 +0000", "<12@x>", "<10@x>"),
    ("Re: Twice", "i@example.org", "09 Nov 2026 10:00:00 +0000", "<21@x>", "<20@x>"),
    ("Re: Twice", "j@example.org", "10 Nov 2026 10:00:00 +0000", "<22@x>", "<20@x>"),
    ("far", "k@example.org", "11 Nov 20260 10:00:00 +0000", "<30@x>", ""),
    ("itself", "l@example.org", "12 Nov 2026 10:00:00 +0000", "<31@x>", "<31@x>"),
    ("the same ID", "m@example.org", "13 Nov 2026 10:00:00 +0000", "<31@x>", "<30@x>"),
]
"""Loops, a parent that changes, empty subjects, two places of messages that are not here, and an ID twice."""
SORTS = (
    """
SORT (ARRIVAL) UTF-8 ALL | SORT (REVERSE ARRIVAL) UTF-8 ALL | SORT (DATE) UTF-8 1:8
SORT (REVERSE DATE) US-ASCII ALL | SORT (FROM) UTF-8 ALL | SORT (REVERSE FROM SUBJECT) UTF-8 ALL
SORT (SUBJECT) UTF-8 ALL | SORT (SUBJECT REVERSE DATE) UTF-8 ALL | SORT (SIZE) UTF-8 ALL
SORT (TO) UTF-8 ALL | SORT (CC) UTF-8 ALL | SORT (DATE) UTF-8 SUBJECT order
SORT (NONSENSE) UTF-8 ALL | SORT () UTF-8 ALL | SORT (DATE) nonsense ALL | SORT (DATE) UTF-8
UID SORT (REVERSE DATE) UTF-8 ALL | SORT (DATE) UTF-8 SUBJECT nonesuch
THREAD REFERENCES UTF-8 ALL | UID THREAD REFERENCES UTF-8 ALL | THREAD REFERENCES UTF-8 6:7
THREAD REFERENCES UTF-8 1,8 | THREAD ORDEREDSUBJECT UTF-8 ALL | THREAD NONSENSE UTF-8 ALL
THREAD REFERENCES UTF-8 SUBJECT nonesuch | THREAD REFERENCES nonsense ALL
""".strip()
    .replace("\n", " | ")
    .split(" | ")
)


@pytest.mark.parametrize("letters", [CONVERSATION, ODD_CONVERSATION], ids=["usual", "odd"])
def test_messages_are_sorted_and_threaded_the_same(
    letters: list[tuple[str, str, str, str, str]], both: tuple[Client, Client]
) -> None:
    for one in both:
        for subject, sender, written, own, above in letters:
            lines = [f"Subject: {subject}", f"From: {sender}", f"Date: {written}"]
            lines += [f"Message-ID: {own}", f"References: {above}", "", sender[0] * 9]
            one.append(
                "diff", message(*lines), f'"{written[:11].replace(" ", "-")} 10:00:00 +0000" '
            )
        one.ask("EXAMINE diff")
    differ = {}
    for command in SORTS:
        ours, theirs = (plain(one.ask(command)) for one in both)
        if ours != theirs:
            differ[command] = (ours, theirs)
    assert differ == {}


def test_two_clients_hear_of_each_other_in_the_same_way(both: Any) -> None:
    filled(both, "plain", "utf8", "digest")
    others = (Client(one.place, one.ca, one.user, one.password) for one in both)
    pairs = list(zip(both, others, strict=True))
    steps = [
        *((0, "SELECT diff"), (1, "SELECT diff"), (1, "STORE 2 +FLAGS (\\Deleted)"), (0, "NOOP")),
        *((1, "EXPUNGE"), (0, "FETCH 1 UID"), (0, "NOOP"), (0, "FETCH 2 UID"), (1, "COPY 1 diff")),
        *((0, "NOOP"), (1, "STORE 1 +FLAGS (new)"), (0, "NOOP"), (0, "UID SEARCH ALL")),
    ]
    for who, command in steps:
        ours, theirs = (plain(pair[who].ask(command)) for pair in pairs)
        assert ours == theirs, command
    told = []
    for (
        pair
    ) in pairs:  # a new keyword is announced before it is used; Dovecot tells the flags twice
        pair[1].ask("STORE 1 +FLAGS (newer)")
        told.append(plain(pair[0].ask("FETCH 1 (FLAGS)"))[0][:3])
    assert told[0] == told[1]
    for pair in pairs:
        pair[1].close()


class Pop3:
    """POP3 by hand."""

    def __init__(self, place: tuple[str, int], ca: str, user: str = ADDRESS) -> None:
        context = ssl.create_default_context(cafile=ca)
        sock = socket.create_connection(place, 10)
        self.sock = context.wrap_socket(sock, server_hostname=HOST)
        self.file = self.sock.makefile("rb")
        self.file.readline()

    def ask(self, command: str) -> list[bytes]:
        """One line, or all of a long answer."""
        self.sock.sendall(command.encode() + b"\r\n")
        first = self.file.readline().rstrip(b"\r\n")
        word, _, rest = command.partition(" ")
        long = word in ("RETR", "TOP", "CAPA") or (word in ("LIST", "UIDL") and not rest)
        lines = [first]
        while long and first.startswith(b"+OK") and (line := self.file.readline()) != b".\r\n":
            lines.append(line.rstrip(b"\r\n"))
        return lines

    def close(self) -> None:
        """Hang up."""
        self.file.close()
        self.sock.close()


def read(command: str, lines: list[bytes]) -> Any:
    """What a client notices: the result, numbers, content; UIDLs are each server's own."""
    ok, _, rest = lines[0].partition(b" ")
    word = command.partition(" ")[0]
    if not ok.startswith(b"+") or word not in ("STAT", "LIST", "UIDL", "RETR", "TOP"):
        code = re.match(rb"\[([A-Z/-]+)\]", rest)
        return ok, code and code[1]
    if word == "UIDL":
        return ok, [line.split()[0] for line in lines[1:]] or rest.split()[0]
    if word in ("STAT", "LIST") and len(lines) == 1:
        return ok, rest
    return ok, lines[1:]


def test_a_maildrop_is_the_same(real: DovecotLab) -> None:
    user, password = real.fresh_user()
    listener = Listener(protocol="pop3", host=HOST, port=995)
    with Lab([listener], {user: password}) as lab:
        names = ["plain", "no body", "dots", "utf8", "alternative", "long line", "lfs", "crs"]
        real_imap = Client(real.where(HOST, 993), str(real.ca_file), user, password)
        real_imap.ask("SELECT INBOX")
        real_imap.ask("STORE 1:* +FLAGS (\\Deleted)")
        real_imap.ask("EXPUNGE")
        for name in names:
            lab.box(user).deliver(MESSAGES[name])
            real_imap.append("INBOX", MESSAGES[name])
        real_imap.close()
        clients = [Pop3(one.where(HOST, 995), str(one.ca_file)) for one in (lab, real)]
        script = f"""
            STAT
            NONSENSE
            USER {user}
            PASS wrong
            USER {user}
            PASS {password}
            STAT
            LIST
            LIST 2
            LIST 99
            UIDL
            UIDL 3
            RETR 1
            RETR 2
            RETR 3
            RETR 4
            RETR 5
            RETR 6
            RETR 7
            RETR 8
            TOP 1 0
            TOP 1 1
            TOP 3 2
            TOP 5 1000
            TOP 1
            RETR 0
            RETR
            RETR 99
            RETR x
            DELE 1
            DELE 1
            RETR 1
            LIST
            STAT
            NOOP
            RSET
            STAT
            DELE 2
            DELE 8
            LIST 2
            CAPA
            USER x
            QUIT
        """
        for command in map(str.strip, script.strip().splitlines()):
            ours, theirs = (read(command, one.ask(command)) for one in clients)
            assert ours == theirs or command in DROPS, command
        for one in clients:
            one.close()
        left = [m.uid for m in lab.box(user).messages()]
        assert left == [1, 3, 4, 5, 6, 7]


DROPS: dict[str, str] = {}
"""Commands of POP3 where they differ, and why the lab keeps to its answer."""
