"""Channels with messages from strangers and servers that misbehave: each message fails alone, and no answer makes a loop."""

import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from mailkit.account import Account
from mailkit.errors import ClientError
from mailkit.flow import ChannelRunner, Outbox
from mailkit.flow.channel import Round
from mailkit.flow.jobs import DELETED, Jobs
from mailkit.formats import loads
from mailkit.lab import Lab, Listener
from mailkit.lab.relay import Relay, Trigger
from mailkit.lab.scenario import ADDRESS, imap, pop3
from mailkit.lab.script import Act, Close, Say
from mailkit.ports import Security
from mailkit.uses import ChannelOptions

Make = Callable[..., Lab]
PORTS = {"imap": 143, "pop3": 110}
TEXT = {"imap": imap, "pop3": pop3}
EVIL = "=?utf-8?q?=3D=3Futf-8=3Fq=3Fok=3D0D=3D0AContent-Type=3A_text/html=3D0D=3D0A=3D0D=3D0A=3Cb=3Eevil=3F=3D?="


def mail(number: int = 1, extra: str = "", sender: str = "Lee <lee@example.org>") -> bytes:
    head = f"From: {sender}\r\nMessage-ID: <{number}@example.org>\r\n{extra}"
    return f"{head}\r\n{number}\r\n".encode("utf-8", "surrogateescape")


def serving(make_lab: Make, protocol: str, *mails: bytes, **replies: Act) -> tuple[Lab, Account]:
    knobs: dict[str, Any] = {
        "replies": {key.replace("_", " "): [one] for key, one in replies.items()}
    }
    port = PORTS[protocol]
    lab = make_lab(
        Listener(
            protocol=protocol, host="localhost", port=port, security=Security.CLEARTEXT, **knobs
        )
    )
    for content in mails:
        lab.box(ADDRESS).deliver(content)
    text = TEXT[protocol](lab.where("localhost", port)[1], "cleartext", host="localhost")
    account = loads(text)[0]
    outgoing = replace(account.incoming, protocol="smtp", host="smtp.example.com")  # type: ignore[type-var]
    options = ChannelOptions(exclusive=True)
    return lab, replace(account, address=ADDRESS, channel=options, outgoing=outgoing)


def done(message: Path, folder: Path) -> None:
    (folder / "result.txt").write_text(str(message.stat().st_size))


def run(
    account: Account, folder: Path, process: Any = done, **options: Any
) -> tuple[Round, list[bytes]]:
    """One run; returns also what is in the outbox."""
    with (
        Outbox(folder / "outbox.sqlite", [account]) as box,
        ChannelRunner(
            account, folder / "c", process=process, outbox=box, timeout=30, **options
        ) as channel,
    ):
        found = channel.run()
        return found, [one.message.content() for one in box.journal.claim(100)]


@pytest.mark.parametrize("protocol", PORTS)
def test_a_strangers_words_are_no_header_and_no_template(
    protocol: str, make_lab: Make, tmp_path: Path
) -> None:
    extra = f"Subject: {EVIL} {{{{x}}}} {{% y %}}\r\nIn-Reply-To: <x\x0bY: z@a>\r\n"
    mails = [
        mail(1, extra),
        mail(2).replace(b"<2@", b"<a\x0bX: y@"),
        mail(3).replace(b"<3", b"<\x1c\xc2\x85"),
    ]
    _, account = serving(make_lab, protocol, *mails)

    found, answers = run(account, tmp_path)

    assert found.processed == 3
    assert found.failed == ()
    names = {"from", "to", "subject", "date", "message-id", "in-reply-to", "references"}
    names |= {"auto-submitted", "mime-version", "content-type"}
    for content in answers:
        message = message_from_bytes(content, policy=policy.default)
        assert {one.lower() for one in message} <= names | {"x-auto-response-suppress"}
        assert message["Auto-Submitted"] == "auto-replied"
        assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
        assert message.get_content_type() == "multipart/mixed"
        assert message.defects == []
    subjects = [str(message_from_bytes(one, policy=policy.default)["Subject"]) for one in answers]
    assert any("{{x}} {% y %}" in one and "=?utf-8?q?ok=0D=0A" in one for one in subjects)


SINS = {
    "deep content type": b"Content-Type: text/plain" + b"(" * 600 + b"\r\n\r\nx\r\n",
    "deep from": b"From: " + b"(" * 5000 + b"\r\n\r\nx\r\n",
    "long from": b"From: " + b'"a" ' * 100_000 + b"\r\n\r\nx\r\n",
    "message id": b"Message-ID: <\r\nDate: ,,\r\n\r\nx\r\n",
    "line ends": b"Subject: a\x0bb\x85c\r\nMessage-ID: <a\xe2\x80\xa8b@x>\r\n\r\nx\r\n",
    "nothing": b"\r\n",
    "bytes": bytes(range(256)),
}


@pytest.mark.parametrize("sin", SINS)
@pytest.mark.parametrize("protocol", PORTS)
def test_no_message_stops_a_channel(
    sin: str, protocol: str, make_lab: Make, tmp_path: Path
) -> None:
    _, account = serving(make_lab, protocol, mail(1), SINS[sin], mail(2))
    found, answers = run(account, tmp_path)
    assert found.taken == 3
    assert found.processed + len(found.failed) == 3
    assert len(answers) >= 2
    assert run(account, tmp_path)[0].taken == 0


def test_a_process_and_a_name_that_fail_fail_alone(make_lab: Make, tmp_path: Path) -> None:
    _, account = serving(make_lab, "imap", *(mail(number) for number in range(1, 6)))
    count = iter(range(9))

    def process(message: Path, folder: Path) -> None:
        match next(count):
            case 0:
                raise RecursionError("deep")
            case 1:
                (folder / "a\x0bb\udcff=?utf-8?q?x?=.txt").write_text("x")
            case 2:
                raise UnicodeError("bytes")
            case 3:
                shutil.rmtree(folder)
            case _:
                done(message, folder)

    found, answers = run(account, tmp_path, process)

    assert found.processed == 2
    first, second, third = (one.words for one in found.failed)
    assert (first, second) == ("RecursionError: deep", "UnicodeError: bytes")
    assert third.startswith("FileNotFoundError")
    assert len(answers) == 2


def test_a_message_that_pop3_refuses_is_named_and_costs_no_other(
    make_lab: Make, tmp_path: Path
) -> None:
    refused = Say(b"-ERR [SYS/PERM] cannot be read\r\n")
    _, account = serving(make_lab, "pop3", mail(1), RETR=refused, TOP=refused)
    found, _ = run(account, tmp_path)
    assert found.taken == 0
    assert [why for _, why in found.not_taken] == [
        "the server replied -ERR [SYS/PERM] cannot be read"
    ]


def test_a_maildrop_without_top_is_read_by_retr(make_lab: Make, tmp_path: Path) -> None:
    _, account = serving(make_lab, "pop3", mail(1), mail(2), TOP=Say(b"-ERR what?\r\n"))
    found, answers = run(account, tmp_path)
    assert (found.taken, found.processed, len(answers)) == (2, 2, 2)


def test_what_was_taken_is_processed_though_the_server_is_lost(
    make_lab: Make, tmp_path: Path
) -> None:
    _, account = serving(make_lab, "imap", mail(1))
    with pytest.raises(KeyboardInterrupt):
        run(account, tmp_path, _interrupted)
    _, broken = serving(make_lab, "imap", EXAMINE=Close())
    broken = replace(broken, channel=replace(broken.channel, repeatable=True))
    with pytest.raises(ClientError):
        run(broken, tmp_path)
    with Outbox(tmp_path / "outbox.sqlite", [broken]) as box:
        assert len(box.due()) == 1


def _interrupted(message: Path, folder: Path) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    "extra",
    [
        "Auto-Submitted: auto-replied\r\n",
        "Precedence: bulk\r\n",
        "List-Id: <x>\r\n",
        "Return-Path: <>\r\n",
    ],
)
def test_automatic_mail_is_processed_and_not_answered(
    extra: str, make_lab: Make, tmp_path: Path
) -> None:
    lab, account = serving(make_lab, "imap", mail(1, extra))
    found, answers = run(account, tmp_path)
    assert (found.processed, answers) == (1, [])
    assert lab.box(ADDRESS).messages() == []


def test_a_form_from_noreply_is_answered_where_its_reply_to_says(
    make_lab: Make, tmp_path: Path
) -> None:
    form = "Form <noreply@example.org>"
    customer = mail(1, "Reply-To: Customer <customer@example.net>\r\n", form)
    _, account = serving(make_lab, "imap", customer, mail(2, sender=form))

    _, answers = run(account, tmp_path)

    assert [b"To: customer@example.net" in answer for answer in answers] == [True]


def test_two_channels_that_meet_stop(make_lab: Make, tmp_path: Path) -> None:
    lab, account = serving(make_lab, "imap", mail(1))
    rounds = 0
    while answers := run(account, tmp_path)[1]:
        rounds += 1
        for content in answers:
            lab.box(ADDRESS).deliver(content)
    assert rounds == 1


def test_an_address_gets_so_many_answers_in_an_hour_and_the_others_later(
    make_lab: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, account = serving(make_lab, "imap", *(mail(number) for number in range(5)))
    account = replace(account, channel=replace(account.channel, answers_per_hour=3))
    found, answers = run(account, tmp_path)
    assert len(answers) == 3
    assert [one.words for one in found.waiting] == [
        "the answer waits: lee@example.org got 3 in an hour"
    ] * 2
    assert found.deleted == 3

    clock = 3_700.0
    now = time.time
    monkeypatch.setattr("mailkit.flow.jobs.time.time", lambda: now() + clock)
    assert run(account, tmp_path)[0].waiting == ()


@pytest.mark.parametrize("state", ["taken", DELETED])
def test_a_message_under_another_uidvalidity_is_the_same(state: str, tmp_path: Path) -> None:
    jobs = Jobs(tmp_path / "jobs.sqlite")
    first = jobs.take("s", "7:1", "digest", "a@b.c", "x", "f", {"7:1"})
    jobs.put(first, state)
    again = jobs.take("s", "8:1", "digest", "a@b.c", "x", "f", {"8:1"})
    other = jobs.take("s", "8:2", "digest", "a@b.c", "x", "f", {"8:1", "8:2"})
    jobs.close()
    assert again.id == first.id
    assert again.state == ("answered" if state == DELETED else state)
    assert other.id != first.id


def test_the_same_content_with_a_later_uid_is_another_message(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path / "jobs.sqlite")
    first = jobs.take("s", "7:1", "digest", "a@b.c", "x", "f", {"7:1"})
    jobs.put(first, DELETED)
    assert jobs.take("s", "7:2", "digest", "a@b.c", "x", "f", {"7:2"}).id != first.id
    jobs.close()


def test_an_answer_that_a_clock_put_in_the_future_delays_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = Jobs(tmp_path / "jobs.sqlite")
    now = time.time
    with monkeypatch.context() as ahead:
        ahead.setattr("mailkit.flow.jobs.time.time", lambda: now() + 365 * 86_400)
        jobs.answered("lee@example.org", 1)
    jobs.answered("LEE@example.org", 2)
    assert jobs.answers_to("lee@example.org", 3) == 1
    jobs.close()


def test_a_message_that_failed_is_processed_again_or_settled_on_a_persons_word(
    make_lab: Make, tmp_path: Path
) -> None:
    lab, account = serving(make_lab, "imap", mail(1), mail(2))
    failing = [True]

    def process(message: Path, folder: Path) -> None:
        if failing[0]:
            raise ValueError("not now")
        done(message, folder)

    found, _ = run(account, tmp_path, process)
    failing[0] = False
    with ChannelRunner(account, tmp_path / "c", process=process, timeout=30) as channel:
        first, second = (job.id for job in found.failed)
        assert (channel.again(first), channel.settle(second)) == (True, True)
        assert (channel.again(first), channel.settle(999)) == (False, False)
        after = channel.run()

    assert (after.processed, after.failed) == (1, ())
    assert lab.box(ADDRESS).messages() == []
    assert [one.name for one in (tmp_path / "c" / "results").iterdir()] == [str(first)]


def test_a_message_that_the_server_does_not_delete_is_asked_for_again_and_keeps_no_other(
    make_lab: Make, tmp_path: Path
) -> None:
    lab, account = serving(make_lab, "pop3", mail(1), mail(2), mail(3))
    locked = Trigger(said=b"DELE 2\r\n", do=[Say(b"-ERR message is locked\r\n")])
    with Relay(lab.where("localhost", 110), cues=[locked]) as relay:
        through = replace(account, incoming=replace(account.incoming, port=relay.address[1]))  # type: ignore[type-var]
        found, answers = run(through, tmp_path)
    assert (found.processed, found.deleted, len(answers)) == (3, 2, 3)
    assert len(lab.box(ADDRESS).messages()) == 1

    found, answers = run(account, tmp_path)
    assert (found.processed, found.deleted, len(answers)) == (0, 1, 0)
    assert not lab.box(ADDRESS).messages()


def test_a_folder_for_results_that_became_a_link_is_no_result(
    make_lab: Make, tmp_path: Path
) -> None:
    _, account = serving(make_lab, "imap", mail(1))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "precious").touch(mode=0o644)

    def process(message: Path, folder: Path) -> None:
        folder.rmdir()
        folder.symlink_to(tmp_path / "elsewhere")

    found, answers = run(account, tmp_path, process)
    (job,) = found.failed
    assert "replaced by a symbolic link" in job.words
    assert answers == []
    assert (tmp_path / "elsewhere" / "precious").stat().st_mode & 0o777 == 0o644
