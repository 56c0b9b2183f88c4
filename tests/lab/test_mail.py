"""Mail in the embedded lab: one store for all protocols, changed behind a client's back, kept and fuzzed."""

import base64
import imaplib
import poplib
import re
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from encodings import aliases as encodings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailkit.errors import LabError
from mailkit.lab import Lab, Listener, catch_all, everywhere, standard
from mailkit.lab.mailstore.envelope import addresses
from mailkit.lab.mailstore.folder import Refused
from mailkit.lab.mailstore.mime import parsed
from mailkit.lab.mailstore.store import Store
from mailkit.lab.mailstore.structure import structure
from mailkit.lab.message_text import message_words
from mailkit.lab.post import AcceptancePolicy
from mailkit.lab.recording import Recording
from mailkit.lab.scenario import ADDRESS, HOST, PASSWORD
from mailkit.lab.script import Gone, Say, Wire
from mailkit.lab.servers.imap.search import decoded_fields
from mailkit.ports import Security
from mailkit.protocol.imap.utf7 import from_utf7, to_utf7

Make = Callable[..., Lab]
LEE = "lee@example.com"
LETTER = b"From: kim@example.com\r\nTo: lee@example.com\r\nSubject: hello\r\n\r\nHi.\r\n"


def trust(lab: Lab) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(lab.ca_file))
    context.check_hostname = False
    return context


def by_imap(lab: Lab, user: str = ADDRESS, password: str = PASSWORD) -> imaplib.IMAP4_SSL:
    client = imaplib.IMAP4_SSL(*lab.where(HOST, 993), ssl_context=trust(lab), timeout=30)
    try:
        client.login(user, password)
    except imaplib.IMAP4.error:
        client.shutdown()
        raise
    return client


def by_pop3(lab: Lab, user: str = ADDRESS, password: str = PASSWORD) -> poplib.POP3_SSL:
    client = poplib.POP3_SSL(*lab.where(HOST, 995), context=trust(lab), timeout=30)
    try:
        client.user(user)
        client.pass_(password)
    except poplib.error_proto:
        client.close()
        raise
    return client


def by_smtp(lab: Lab, user: str = ADDRESS, password: str = PASSWORD) -> smtplib.SMTP_SSL:
    client = smtplib.SMTP_SSL(*lab.where(HOST, 465), context=trust(lab), timeout=30)
    client.login(user, password)
    return client


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab(standard(HOST)) as lab:
        yield lab


def test_what_is_sent_is_read_by_imap_and_pop3(lab: Lab) -> None:
    with by_smtp(lab) as sender:
        assert sender.sendmail(ADDRESS, [LEE, ADDRESS], LETTER) == {}

    reader = by_imap(lab, LEE, "let me in 42")
    assert reader.select() == ("OK", [b"1"])
    content = reader.fetch("1", "(BODY.PEEK[])")[1][0][1]
    reader.logout()
    popper = by_pop3(lab, LEE, "let me in 42")
    lines = popper.retr(1)[1]
    popper.quit()

    assert content.endswith(LETTER)
    assert content.startswith(
        b"Return-Path: <kim@example.com>\r\nDelivered-To: lee@example.com\r\n"
    )
    assert b"\r\n".join([*lines, b""]) == content
    assert [len(lab.box(one).messages()) for one in (LEE, ADDRESS)] == [1, 1]


def idling(lab: Lab) -> tuple[imaplib.IMAP4_SSL, Any]:
    client = by_imap(lab)
    client.select()
    client.send(b"t1 IDLE\r\n")
    assert client.readline().startswith(b"+")
    return client, client.readline


def test_an_idling_client_hears_of_mail_flags_and_removals_at_once(lab: Lab) -> None:
    client, line = idling(lab)

    with by_smtp(lab, LEE, "let me in 42") as sender:
        sender.sendmail(LEE, [ADDRESS], LETTER)
    assert line() == b"* 1 EXISTS\r\n"
    assert line() == b"* 1 RECENT\r\n"
    lab.box(ADDRESS).flag("INBOX", 1, "\\Flagged")
    assert line() == b"* 1 FETCH (FLAGS (\\Flagged \\Recent))\r\n"
    lab.box(ADDRESS).expunge("INBOX", 1)
    assert line() == b"* 1 EXPUNGE\r\n"
    assert line() == b"* 0 RECENT\r\n"
    client.send(b"DONE\r\n")
    assert line().startswith(b"t1 OK")
    client.logout()


def test_a_message_that_another_session_removed_can_still_be_marked(lab: Lab) -> None:
    client = by_imap(lab)
    client.append("INBOX", None, None, LETTER)
    client.select()
    lab.box(ADDRESS).expunge("INBOX", 1)

    assert client.store("1", "+FLAGS.SILENT", "(\\Deleted)")[0] == "OK"

    assert client.close()[0] == "OK"
    client.logout()


def test_lmtp_has_a_reply_for_each_recipient_and_takes_dsn_and_utf8(make_lab: Make) -> None:
    rules = AcceptancePolicy(
        after_data={"full@example.com": "452 4.2.2 <full@example.com> Mailbox full"},
        recipients={"*@nowhere.example": "550 5.1.1 no such user"},
    )
    lmtp = Listener(protocol="lmtp", host=HOST, port=24, security=Security.CLEARTEXT, rules=rules)
    lab = make_lab(lmtp)
    with socket.create_connection(lab.where(HOST, 24), 10) as sock, sock.makefile("rb") as file:

        def ask(*commands: bytes) -> list[bytes]:
            sock.sendall(b"".join(one + b"\r\n" for one in commands))
            found = []
            for _ in commands:
                while (line := file.readline())[3:4] == b"-":
                    found.append(line[:-2])
                found.append(line[:-2])
            return found

        assert file.readline().startswith(b"220 ")
        offers = {line[4:] for line in ask(b"LHLO me")}
        assert {b"PIPELINING", b"8BITMIME", b"SMTPUTF8", b"DSN", b"SIZE 35882577"} <= offers
        said = ask(
            b"MAIL FROM:<> RET=HDRS ENVID=x SIZE=10 BODY=8BITMIME SMTPUTF8",
            b"RCPT TO:<kim@example.com> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;kim@example.com",
            b"RCPT TO:<full@example.com>",
            b"RCPT TO:<x@nowhere.example>",
            "RCPT TO:<jörg@example.com>".encode(),
            b'RCPT TO:<"odd >local"@example.com>',
            b"RCPT TO:<y@example.com> NONSENSE=1",
            b"DATA",
        )
        codes = [line[:3] for line in said]
        assert codes == [b"250", b"250", b"250", b"550", b"250", b"250", b"555", b"354"]
        sock.sendall(b"Subject: x\r\n\r\n..dot\r\n.\r\n")
        answers = [file.readline()[:3] for _ in range(4)]
        assert answers == [b"250", b"452", b"250", b"250"]
    assert lab.box(ADDRESS).messages()[0].content.endswith(b"\r\n\r\n.dot\r\n")
    assert len(lab.box("jörg@example.com").messages()) == 1
    assert lab.box("full@example.com").messages() == []


@pytest.mark.parametrize("scripted", [False, True])
def test_submission_keeps_to_its_rules(scripted: bool, make_lab: Make) -> None:
    """Both servers, aiosmtpd and the one that follows scripts, ask the same post office."""
    rules = AcceptancePolicy(
        size=2000,
        own_sender=True,
        senders={"*@blocked.example": "550 5.7.1 sender blocked"},
        recipients={"unknown@*": "550 5.1.1 unknown"},
        most=3,
    )
    knobs: dict[str, Any] = {"replies_tls": {"VRFY": [Say(b"252 maybe\r\n")]}} if scripted else {}
    lab = make_lab(Listener(protocol="smtp", host=HOST, port=465, rules=rules, **knobs))
    with by_smtp(lab) as client:
        with pytest.raises(smtplib.SMTPSenderRefused, match="not owned"):
            client.sendmail(LEE, [ADDRESS], LETTER)
        with pytest.raises(smtplib.SMTPResponseException) as refused:
            client.sendmail(ADDRESS, [ADDRESS], b"Subject: big\r\n\r\n" + b"x\r\n" * 2000)
        assert refused.value.smtp_code == 552
        replies = client.sendmail(
            ADDRESS, [LEE, "unknown@a.example", ADDRESS, "c@example.com", "d@example.com"], LETTER
        )
    assert {address: code for address, (code, _) in replies.items()} == {
        "unknown@a.example": 550,
        "d@example.com": 452,
    }
    assert len(lab.box(LEE).messages()) == 1


def test_greylisting_refuses_once(make_lab: Make) -> None:
    lab = make_lab(*standard(HOST, "smtp", rules=AcceptancePolicy(greylist=True)))
    with by_smtp(lab) as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            client.sendmail(ADDRESS, [LEE], LETTER)
        assert refused.value.recipients[LEE][0] == 450
        assert client.sendmail(ADDRESS, [LEE], LETTER) == {}


def test_every_mechanism_logs_in_to_submission(make_lab: Make) -> None:
    lab = make_lab(*everywhere())
    token = lab.token(ADDRESS)
    with smtplib.SMTP_SSL(*lab.where(HOST, 465), context=trust(lab), timeout=30) as client:
        client.ehlo()
        assert "SCRAM-SHA-256" in client.esmtp_features["auth"]
        client.user, client.password = ADDRESS, PASSWORD
        assert client.auth("CRAM-MD5", client.auth_cram_md5)[0] == 235
    for mechanism, said in (
        ("XOAUTH2", f"user={ADDRESS}\x01auth=Bearer {token}\x01\x01"),
        ("OAUTHBEARER", f"n,a={ADDRESS},\x01host=x\x01auth=Bearer {token}\x01\x01"),
    ):
        with smtplib.SMTP_SSL(*lab.where(HOST, 465), context=trust(lab), timeout=30) as client:
            client.ehlo()
            code, _ = client.docmd(
                "AUTH", f"{mechanism} {base64.b64encode(said.encode()).decode()}"
            )
            assert code == 235
    stale = lab.token(ADDRESS, valid_s=-1)
    with smtplib.SMTP_SSL(*lab.where(HOST, 465), context=trust(lab), timeout=30) as client:
        client.ehlo()
        said = f"user={ADDRESS}\x01auth=Bearer {stale}\x01\x01"
        code, reply = client.docmd("AUTH", f"XOAUTH2 {base64.b64encode(said.encode()).decode()}")
        assert (code, b"401" in base64.b64decode(reply)) == (334, True)
        assert client.docmd("")[0] == 535


def test_apop_and_the_delay_between_logins(make_lab: Make) -> None:
    lab = make_lab(Listener(protocol="pop3", host=HOST, port=995, apop=True, login_delay=30))
    place = lab.where(HOST, 995)
    client = poplib.POP3_SSL(*place, context=trust(lab), timeout=30)
    with pytest.raises(poplib.error_proto, match="Authentication failed"):
        client.apop(ADDRESS, "wrong")
    assert client.apop(ADDRESS, PASSWORD).startswith(b"+OK")
    client.quit()
    client = poplib.POP3_SSL(*place, context=trust(lab), timeout=30)
    assert client.capa()["LOGIN-DELAY"] == ["30"]
    with pytest.raises(poplib.error_proto, match="LOGIN-DELAY"):
        client.apop(ADDRESS, PASSWORD)
    client.close()


def test_pop3_removes_at_quit_only_and_holds_the_maildrop_alone(lab: Lab) -> None:
    for _ in range(3):
        lab.box(ADDRESS).deliver(LETTER)
    first = by_pop3(lab)
    first.dele(2)
    with pytest.raises(poplib.error_proto, match="IN-USE"):
        by_pop3(lab)
    first.close()
    assert len(lab.box(ADDRESS).messages()) == 3
    second = by_pop3(lab)
    second.dele(2)
    second.quit()
    assert [m.uid for m in lab.box(ADDRESS).messages()] == [1, 3]


def test_a_quota_refuses_by_every_way_in(make_lab: Make) -> None:
    lab = make_lab(*everywhere(), quota_kib=8)
    box = lab.box(ADDRESS)
    box.fill()
    assert box.used == 8 * 1024
    client = by_imap(lab)
    kind, (said,) = client.append("INBOX", None, None, LETTER)
    assert (kind, b"[OVERQUOTA]" in said) == ("NO", True)
    assert client.getquota('"User quota"')[1] == [b'"User quota" (STORAGE 8 8)']
    client.logout()
    assert lab.deliver(LEE, [ADDRESS], LETTER)[ADDRESS].startswith("452 4.2.2")
    with by_smtp(lab) as sender, pytest.raises(smtplib.SMTPDataError) as refused:
        sender.sendmail(ADDRESS, [ADDRESS], LETTER)
    assert refused.value.smtp_code == 452


def test_a_new_uidvalidity_ends_the_session_on_it(lab: Lab) -> None:
    box = lab.box(ADDRESS)
    box.deliver(LETTER)
    client = by_imap(lab)
    client.select()
    before = client.response("UIDVALIDITY")[1]

    box.renumber()

    with pytest.raises(imaplib.IMAP4.abort, match="UIDVALIDITY"):
        client.noop()
    client.shutdown()
    again = by_imap(lab)
    again.select()
    assert again.response("UIDVALIDITY")[1] != before
    assert again.fetch("1", "(UID)")[1] == [b"1 (UID 1)"]
    again.logout()


def test_a_session_is_answered_when_it_deletes_the_folder_it_has_open(lab: Lab) -> None:
    client = by_imap(lab)
    client.create("del")
    client.select("del")

    assert client.delete("del")[0] == "OK"
    with pytest.raises(imaplib.IMAP4.abort, match="deleted"):
        client.noop()
    client.shutdown()


def test_esearch_tells_the_modseq_of_what_it_returns(lab: Lab) -> None:
    """RFC 4731 §3.2: of the first and the last message only where only these are returned."""
    box = lab.box(ADDRESS)
    for _ in range(3):
        box.deliver(LETTER)
    box.flag("INBOX", 2, "\\Flagged")  # the highest of all
    client = by_imap(lab)
    client.select()
    first, _, highest = (
        int(found[0].rpartition(b"MODSEQ ")[2])
        for wanted in ("MIN", "MIN MAX", "ALL")
        if (found := client._simple_command("SEARCH", f"RETURN ({wanted})", "MODSEQ", "1"))
        and (found := client.response("ESEARCH")[1])
    )
    assert first < highest
    client.logout()


def test_numbers_move_only_when_the_client_is_told(lab: Lab) -> None:
    box = lab.box(ADDRESS)
    for _ in range(3):
        box.deliver(LETTER)
    client = by_imap(lab)
    client.select()

    box.expunge("INBOX", 1)

    assert client.fetch("3", "(UID)")[1] == [b"3 (UID 3)"]
    assert client.uid("FETCH", "3", "(FLAGS)")[1] == [b"3 (UID 3 FLAGS (\\Recent))"]
    assert client.fetch("2", "(UID)")[1] == [b"2 (UID 3)"]
    client.logout()


def test_changes_since_are_told(lab: Lab) -> None:
    """CONDSTORE (RFC 7162)."""
    box = lab.box(ADDRESS)
    for _ in range(3):
        box.deliver(LETTER)
    client = by_imap(lab)
    client.enable("CONDSTORE")
    client.select()
    (highest,) = client.response("HIGHESTMODSEQ")[1]
    box.flag("INBOX", 2, "\\Answered")

    changed = client.uid("FETCH", "1:*", f"(FLAGS) (CHANGEDSINCE {int(highest)})")[1]
    late = client.xatom(  # imaplib's own command takes no modifier from Python 3.15 on
        "UID", "STORE", "1:3", f"(UNCHANGEDSINCE {int(highest)})", "+FLAGS", "(\\Seen)"
    )

    assert changed[-1].startswith(b"2 (UID 2 FLAGS (\\Answered \\Recent) MODSEQ (")
    assert (late[0], client.response("MODIFIED")[1]) == ("OK", [b"2"])
    assert [("\\Seen" in m.flags) for m in box.messages()] == [True, False, True]
    client.logout()


@pytest.mark.parametrize("items", ["(BODY[TEXT])", "(FLAGS BODY[TEXT])", "(MODSEQ RFC822)"])
def test_a_fetch_that_marks_as_read_tells_the_change(lab: Lab, items: str) -> None:
    """With CONDSTORE enabled, each response with new flags has the MODSEQ (RFC 7162 §3.1)."""
    lab.box(ADDRESS).deliver(LETTER)
    client = by_imap(lab)
    client.enable("CONDSTORE")
    client.select()
    (highest,) = client.response("HIGHESTMODSEQ")[1]

    (first, *_), (again, *_) = (client.fetch("1", items)[1][0] for _ in range(2))

    assert first.count(b"MODSEQ (%d)" % (int(highest) + 1)) == 1
    assert first.count(b"\\Seen") == 1
    assert again.count(b"MODSEQ") == items.count("MODSEQ")
    client.logout()


def test_names_beyond_ascii_in_both_spellings(lab: Lab) -> None:
    client = by_imap(lab)
    assert client.create(to_utf7("Entwürfe & Söhne").decode().join('""'))[0] == "OK"
    assert "Entwürfe & Söhne" in lab.box(ADDRESS).folders
    client.enable("UTF8=ACCEPT")
    listed = client.list('""', '"Ent*"')[1]
    assert listed == ['(\\HasNoChildren) "/" "Entwürfe & Söhne"'.encode()]
    assert client.append("Entw&APw-rfe", None, None, LETTER)[0] == "NO"
    client.logout()


@given(st.text(st.characters(blacklist_categories=("Cs",)), max_size=30))
def test_folder_names_go_there_and_back(name: str) -> None:
    assert from_utf7(to_utf7(name)) == name


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_names(data: bytes) -> None:
    with suppress(ValueError):
        from_utf7(data)


LINES = st.lists(
    st.sampled_from(
        [
            b"Content-Type: multipart/mixed; boundary=b",
            b"Content-Type: message/rfc822",
            b'Content-Type: multipart/mixed; boundary="',
            b"Content-Disposition: (",
            b"From: <@:,;>",
            b"To: a:b:c;;,<",
            b"",
            b"--b",
            b"--b--",
            b" folded",
            b"\xff\x00",
            b"text",
        ]
    ),
    max_size=25,
)


@given(LINES)
def test_the_structure_of_anything_is_told_and_stays_inside(lines: list[bytes]) -> None:
    content = b"\r\n".join(lines)
    whole = parsed(content)

    def look(part: Any) -> None:
        assert 0 <= part.start <= part.body <= part.end <= len(content)
        for one in part.children:
            assert part.start <= one.start
            assert one.end <= part.end
            look(one)

    look(whole)
    said = structure(whole)
    assert (said[:1], said[-1:]) == (b"(", b")")


@given(st.binary(max_size=300))
def test_addresses_of_anything_are_read_to_the_end(value: bytes) -> None:
    for one in addresses(value):
        assert len(one) == 4


def test_mail_on_disk_is_there_again(tmp_path: Path) -> None:
    when = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
    with Lab(standard(HOST), maildir=tmp_path) as lab:
        box = lab.box(ADDRESS)
        box.append("INBOX", LETTER, ("\\Seen", "urgent"), when)
        box.deliver(LETTER)
        box.expunge("INBOX", 2)
        box.create("Entwürfe/Alt")
        box.append("Entwürfe/Alt", LETTER)
        box.rename("Entwürfe", "Briefe")
        box.flag("Briefe/Alt", 1, "\\Flagged")
        before = {n: (f.uidvalidity, f.uidnext) for n, f in box.folders.items() if f.selectable}
    with Lab(standard(HOST), maildir=tmp_path) as lab:
        box = lab.box(ADDRESS)
        after = {n: (f.uidvalidity, f.uidnext) for n, f in box.folders.items() if f.selectable}
        assert after == before
        (message,) = box.messages()
        assert (message.uid, message.flags) == (1, {"\\Seen", "urgent"})
        assert (message.content, message.date) == (LETTER, when)
        assert box.messages("Briefe/Alt")[0].flags == {"\\Flagged"}
        assert box.deliver(LETTER).uid == 3


def test_names_stay_inside_the_folder_that_mail_is_kept_in(tmp_path: Path) -> None:
    root = tmp_path / "mail"
    with Lab(standard(HOST), maildir=root) as lab:
        for owner in ("..", ".", "../../x", "a/b@example.com"):
            lab.box(owner).deliver(LETTER)
        for folder in ("../../up", "a.b/c", "&.日本"):
            lab.box(ADDRESS).create(folder)
    assert [one.name for one in tmp_path.iterdir()] == ["mail"]
    assert {"%2E.", "%2E", "%2E.%2F..%2Fx"} <= {one.name for one in root.iterdir()}
    with Lab(standard(HOST), maildir=root) as lab:
        assert [one.content for one in lab.box("..").messages()] == [LETTER]
        assert {"../../up", "a.b/c", "&.日本"} <= {*lab.box(ADDRESS).folders}


def test_roles_subscriptions_and_deletions_are_kept_on_disk(tmp_path: Path) -> None:
    with Lab(standard(HOST), maildir=tmp_path) as lab:
        box = lab.box(ADDRESS)
        box.create("Ablage", "\\Archive")
        box.subscribe("Ablage")
        box.subscribe("Junk", wanted=False)
        box.delete("Drafts")
    with Lab(standard(HOST), maildir=tmp_path) as lab:
        box = lab.box(ADDRESS)
        assert box.folder("Ablage").role == "\\Archive"
        assert "Ablage" in box.subscribed
        assert "Junk" not in box.subscribed
        assert "Drafts" not in box.folders


def test_a_message_may_be_marked_or_removed_that_another_client_has_removed(tmp_path: Path) -> None:
    with Lab(standard(HOST), maildir=tmp_path) as lab:
        lab.box(ADDRESS).deliver(LETTER)
        client = by_imap(lab)
        drop = by_pop3(lab)
        client.select()
        drop.dele(1)
        lab.box(ADDRESS).renumber()
        lab.box(ADDRESS).deliver(LETTER)
        drop.quit()
        assert len(lab.box(ADDRESS).messages()) == 2, "the message that was marked has gone already"
        client.shutdown()
        client = by_imap(lab)
        client.select()
        lab.box(ADDRESS).expunge("INBOX")
        assert client.store("1", "+FLAGS", "\\Seen")[0] == "OK"
        client.logout()
    assert not [*tmp_path.glob("*/cur/*")]


def test_nothing_is_sent_while_the_mail_of_all_is_locked(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, send, held = lab.store, Wire.send_pieces, []

    def watched(wire: Wire, pieces: Sequence[bytes]) -> None:
        free = threading.Event()

        def other() -> None:
            with store.lock:
                free.set()

        threading.Thread(target=other, daemon=True).start()
        if not free.wait(60):
            held.append(pieces)
        send(wire, pieces)

    monkeypatch.setattr(Wire, "send_pieces", watched)
    lab.box(ADDRESS).deliver(LETTER)
    client = by_imap(lab)
    client.select()
    for command in ("LIST", "LSUB"):
        client._simple_command(command, '""', "*")
    client.status("INBOX", "(MESSAGES)")
    client.fetch("1", "(FLAGS BODY[])")
    client.store("1", "+FLAGS", "(\\Flagged new)")
    client.copy("1", "Sent")
    client.search(None, "ALL")
    client.store("1", "+FLAGS", "\\Deleted")
    client.expunge()
    client.logout()
    drop = by_pop3(lab)
    with pytest.raises(poplib.error_proto, match="IN-USE"):
        by_pop3(lab)
    drop.quit()
    assert held == []


def test_waiting_for_a_message_needs_no_asking(lab: Lab) -> None:
    thread = threading.Timer(0.05, lambda: lab.box(ADDRESS).deliver(LETTER))
    thread.start()
    assert lab.wait_for(ADDRESS, "Subject: hello").content == LETTER
    thread.join()
    with pytest.raises(LabError, match="no message with 'nothing of the kind'"):
        lab.wait_for(ADDRESS, "nothing of the kind", timeout=0.01)


def test_a_user_is_added_while_it_runs(lab: Lab) -> None:
    lab.add_user("new@example.com", "brand new 1")
    by_imap(lab, "new@example.com", "brand new 1").logout()
    by_pop3(lab, "new@example.com", "brand new 1").quit()
    by_smtp(lab, "new@example.com", "brand new 1").quit()


@pytest.mark.parametrize(
    ("profile", "refusal"),
    [
        ("gmail", "[AUTHENTICATIONFAILED] Invalid credentials (Failure)"),
        ("exchange", "LOGIN failed."),
        ("coremail", "LOGIN Login error or password error"),
        ("cyrus", "Login incorrect"),
    ],
)
def test_it_speaks_as_providers_do(profile: str, refusal: str, make_lab: Make) -> None:
    lab = make_lab(*standard(HOST, profile=profile))
    client = imaplib.IMAP4_SSL(*lab.where(HOST, 993), ssl_context=trust(lab), timeout=30)
    with pytest.raises(imaplib.IMAP4.error) as refused:
        client.login(ADDRESS, "wrong")
    assert refusal in str(refused.value)
    client.login(ADDRESS, PASSWORD)
    if profile == "coremail":
        assert b"Unsafe Login" in client.select()[1][0]
        client.xatom("ID", "NIL")
    assert client.select()[0] == "OK"
    client.logout()


def test_no_more_connections_than_are_allowed(make_lab: Make) -> None:
    lab = make_lab(*standard(HOST, "imap", connections=1))
    client = by_imap(lab)
    with pytest.raises(imaplib.IMAP4.error, match="Maximum number of connections"):
        by_imap(lab)
    client.logout()
    by_imap(lab).logout()


def test_two_hundred_clients_at_once_each_with_mail(make_lab: Make) -> None:
    lab = make_lab(Listener(protocol="imap", host=HOST, port=143, security=Security.CLEARTEXT))
    for number in range(200):
        lab.add_user(f"u{number}@example.com", "one for all")
    clients = []
    for number in range(200):
        client = imaplib.IMAP4(*lab.where(HOST, 143), timeout=20)
        client.login(f"u{number}@example.com", "one for all")
        client.append("INBOX", None, None, LETTER)
        clients.append(client)
    found = [client.select()[1] for client in clients]
    for client in clients:
        client.logout()
    assert found == [[b"1"]] * 200


def test_a_literal_that_is_too_long_is_refused_and_the_session_goes_on(make_lab: Make) -> None:
    lab = make_lab(Listener(protocol="imap", host=HOST, port=143, security=Security.CLEARTEXT))
    lab.store.largest = 1000
    with socket.create_connection(lab.where(HOST, 143), 10) as sock, sock.makefile("rb") as file:
        file.readline()
        sock.sendall(f'a LOGIN "{ADDRESS}" "{PASSWORD}"\r\n'.encode())
        assert file.readline().startswith(b"a OK")
        sock.sendall(b"b APPEND INBOX {100000000}\r\n")
        assert file.readline().startswith(b"b NO [TOOBIG]")
        sock.sendall(b"c APPEND INBOX {70000+}\r\n" + b"x" * 70_000 + b"\r\n")
        assert file.readline().startswith(b"c NO [TOOBIG]")
        sock.sendall(b"d NOOP\r\n")
        assert file.readline().startswith(b"d OK")


COMMANDS = st.lists(
    st.one_of(
        st.binary(max_size=60),
        st.sampled_from(
            [
                b"SELECT INBOX",
                b"FETCH 1:* (BODY[1.2.3]<0.5> ENVELOPE)",
                b"FETCH 1 BODY[HEADER.FIELDS (",
                b"UID FETCH * (FLAGS MODSEQ)",
                b"SEARCH OR OR OR",
                b"SEARCH CHARSET UTF-8 TEXT {3+}\r\n\xff\xff\xff",
                b"STORE 1 +FLAGS (" + b"(" * 200,
                b"APPEND INBOX (\\Seen) {5+}\r\nhello",
                b'LIST (SUBSCRIBED) "" (% *) RETURN (STATUS (MESSAGES))',
                b"SEARCH " + b"(" * 300,
                b"COPY 1 nowhere",
                b"EXPUNGE",
                b"IDLE\r\nDONE",
                b"FETCH 99999999999999999999 FLAGS",
                b"STATUS INBOX (MESSAGES RECENT UNSEEN SIZE)",
                b"RENAME INBOX a/b",
                b"DELETE a",
                b'CREATE "' + b"x/" * 200 + b'"',
            ]
        ),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[Lab]:
    listeners = [
        Listener(protocol=one, host=HOST, port=port, security=Security.CLEARTEXT)
        for one, port in (("imap", 143), ("pop3", 110), ("smtp", 25), ("lmtp", 24))
    ]
    with Lab(listeners, quota_kib=2000) as lab:
        yield lab


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(COMMANDS)
def test_nothing_a_client_says_hangs_or_kills_imap(fuzzed: Lab, commands: list[bytes]) -> None:
    fuzzed.box(ADDRESS).deliver(LETTER)
    with socket.create_connection(fuzzed.where(HOST, 143), 10) as sock:
        with suppress(OSError):
            sock.sendall(f'a LOGIN "{ADDRESS}" "{PASSWORD}"\r\n'.encode())
            for number, command in enumerate(commands):
                sock.sendall(b"t%d " % number + command + b"\r\n")
            sock.shutdown(socket.SHUT_WR)
        sock.settimeout(10)
        with suppress(ConnectionResetError):
            while sock.recv(65_536):
                pass
    fuzzed.box(ADDRESS).expunge("INBOX")


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from([110, 25, 24]), st.lists(st.binary(max_size=80), max_size=10))
def test_nothing_a_client_says_hangs_or_kills_the_others(
    fuzzed: Lab, port: int, lines: list[bytes]
) -> None:
    with socket.create_connection(fuzzed.where(HOST, port), 10) as sock:
        with suppress(OSError):
            sock.sendall(b"".join(one + b"\r\n" for one in lines))
            sock.shutdown(socket.SHUT_WR)
        sock.settimeout(10)
        with suppress(ConnectionResetError):
            while sock.recv(65_536):
                pass


def test_a_store_alone_says_why_it_refuses() -> None:
    box = Store().box("a@example.com")
    with pytest.raises(Refused, match="doesn't exist"):
        box.append("nowhere", LETTER)
    with pytest.raises(Refused, match="already exists"):
        box.create("Sent")
    with pytest.raises(Refused, match="has this role"):
        box.create("Papierkorb", "\\Trash")
    with pytest.raises(KeyError):
        box.flag("INBOX", 7, "\\Seen")


def test_start_and_stop_are_quick_and_leave_nothing() -> None:
    before = threading.active_count()
    for _ in range(10):
        with Lab(standard(HOST)) as lab:
            lab.box(ADDRESS).deliver(LETTER)
    until = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() <= before


def test_a_message_that_seems_to_end_while_the_lab_stops_ends_the_session() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.sendall(b"Hello\n.\n")
        wire = Wire(ours, Recording("x"))
        wire.buffer += wire.read()
        ours.close()

        with pytest.raises(Gone):
            wire.message(1000)


def test_a_client_that_begins_tls_while_the_lab_stops_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, removing = threading.Event(), threading.Event()

    def missing(*given: object) -> ssl.SSLContext:
        asked.set()
        removing.wait(60)
        raise FileNotFoundError(str(lab.folder / "certificate.pem"))

    lab = Lab([Listener(protocol="imap", host=HOST, port=993)])
    with lab:
        monkeypatch.setattr(lab.authority, "context", missing)
        with socket.create_connection(lab.where(HOST, 993), 10):
            assert asked.wait(60)
            serving = [one for one in threading.enumerate() if one.name == "mailkit-lab-io"]
            monkeypatch.setattr(lab._scratch, "remove", removing.set)
    for thread in serving:
        thread.join(60)
    assert lab.folder.exists()
    monkeypatch.undo()
    lab.stop()


def test_the_examples_of_the_manual_run() -> None:
    text = (Path(__file__).parents[2] / "docs" / "lab.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.S)
    page, switches, script, knobs = (
        one for one in blocks if "Lab(" in one and "def test_" not in one
    )
    if find_spec("uvicorn") is not None:  # the page needs the extra "web"
        exec(page, {})
    exec(switches, {})
    exec(script, {})
    world: dict[str, Any] = {}
    exec(knobs.replace("\nLab(", "\nlab = Lab("), world)
    with world["lab"] as lab:
        assert lab.where("localhost", 1993)[1] > 0


@pytest.mark.parametrize(
    "charset", [*sorted({*encodings.aliases.values()}), "rot13", "../x", "é", "none"]
)
def test_a_message_in_any_character_set_is_searched(charset: str) -> None:
    content = f"Subject: =?{charset}?q?a=FF?=\r\nContent-Type: text/plain; charset={charset}\r\n"
    words = message_words(content.encode() + b"\r\nabc\xff\xfe\x00\x80")
    assert words["subject"]
    assert words["body"]
    assert dict(decoded_fields(content.encode()))["subject"]


def test_parameter_names_are_case_insensitive_in_the_structure() -> None:
    content = (
        b'Content-Type: multipart/mixed; Boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\none\r\n--b--\r\n"
    )
    assert structure(parsed(content)).startswith(b'(("text" "plain" ')


def test_listing_many_folders_looks_at_each_a_few_times() -> None:
    """Calls are counted in the server's threads: four times the folders may not cost sixteen times as many."""

    def calls(folders: int) -> int:
        counted = [0]

        def count(frame: object, event: str, argument: object) -> None:
            counted[0] += event == "c_call"

        threading.setprofile(count)
        try:
            with Lab(catch_all()) as lab:
                box = lab.box("kim@example.com")
                for number in range(folders):
                    box.create(f"f{number}/inner")
                client = imaplib.IMAP4(*lab.where("localhost", 143))
                client.login("kim@example.com", "x")
                before = counted[0]
                _, rows = client.list()
                client.logout()
        finally:
            threading.setprofile(None)  # type: ignore[arg-type]
        assert len(rows) > 2 * folders
        return counted[0] - before

    assert calls(240) < 8 * calls(60)
