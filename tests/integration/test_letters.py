"""The channel of a letter service: what is taken, what is left alone, scripts, results, deletion."""

from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from mailkit.account import Account
from mailkit.client.connection import connect_imap, connect_pop3
from mailkit.client.mailboxes import status
from mailkit.errors import LoginError, SettingsError
from mailkit.flow import ChannelRunner, Outbox, write
from mailkit.flow.channel import Scripts
from mailkit.formats import named
from mailkit.formats.form import Form
from mailkit.uses import ChannelOptions

Person = Callable[..., Account]
Inbox = Callable[..., list[EmailMessage]]
Run = Callable[..., Any]


def script(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def mail(stack: Any) -> Callable[..., None]:
    """Deliver a message with a header of one's own."""

    def deliver(account: Account, sender: str, subject: str, text: str = "a file") -> None:
        header = f"From: {sender}\r\nTo: {account.address}\r\nSubject: {subject}\r\n"
        content = (
            f"{header}Message-ID: <{abs(hash((sender, subject)))}@example.org>\r\n\r\n{text}\r\n"
        )
        stack.deliver("bounce@example.org", [account.address], content.encode())

    return deliver


@pytest.fixture
def run(options: dict[str, Any], tmp_path: Path) -> Run:
    """Run a channel once."""

    def once(account: Account, **more: Any) -> Any:
        with ChannelRunner(account, tmp_path / account.label, **more, **options) as channel:
            return channel.run()

    return once


def subjects(messages: list[EmailMessage]) -> set[str]:
    return {str(one["Subject"]) for one in messages}


@pytest.mark.system("C1")
def test_an_inactive_channel_does_nothing(
    person: Person, run: Run, inbox: Inbox, mail: Callable[..., None]
) -> None:
    account = person("letters", read="pop3", active=False, channel=ChannelOptions(exclusive=True))
    mail(account, "p@example.org", "one")
    with pytest.raises(SettingsError, match="letters is inactive"):
        run(account)
    assert subjects(inbox(account)) == {"one"}
    assert run(replace(account, active=True)).deleted == 1


@pytest.mark.system("C2")
@pytest.mark.parametrize("read", ["pop3", "imap"])
def test_an_exclusive_account_is_processed_to_the_last_message(
    person: Person, run: Run, inbox: Inbox, mail: Callable[..., None], read: str, tmp_path: Path
) -> None:
    account = person("letters", read=read, channel=ChannelOptions(exclusive=True))
    for number in range(5):
        mail(account, "p@example.org", f"file {number}")
    done = run(account)
    assert (done.taken, done.processed, done.deleted) == (5, 5, 5)
    assert inbox(account) == []
    kept = [*(tmp_path / "letters" / "mail" / "cur").iterdir()]
    assert len(kept) == 5, "each is kept here"
    assert run(account) == replace(done, taken=0, processed=0, deleted=0)


@pytest.mark.system("C3")
@pytest.mark.parametrize("read", ["pop3", "imap"])
def test_of_a_shared_account_only_messages_with_the_keyword_are_touched(
    person: Person,
    run: Run,
    inbox: Inbox,
    options: dict[str, Any],
    mail: Callable[..., None],
    read: str,
) -> None:
    account = person("letters", read=read, channel=ChannelOptions(keyword="Brief-Größe"))
    ours = {
        "=?utf-8?q?a_brief-gr=C3=B6=C3=9Fe_b?=",
        "=?iso-8859-1?b?QlJJRUYtR1LWU1NF?=",
        "=?koi8-r?q?=EE=CF_?= =?utf-8?q?Brief-Gr=C3=B6=C3=9Fe?=",
    }
    others = {"Brief-Grosse", "Re: Brief", "lunch"}
    for one in ours | others:
        mail(account, "p@example.org", one)
    assert account.incoming is not None
    with connect_imap(
        replace(account.incoming, protocol="imap", port=993),  # type: ignore[arg-type]
        **options,
    ) as client:
        before = status(client, "INBOX")
    done = run(account)
    assert (done.taken, done.deleted) == (3, 3)
    left = inbox(account)
    assert subjects(left) == others
    assert [str(one["X-Flags"]) for one in left] == ["", "", ""], "not even marked as seen"
    with connect_imap(
        replace(account.incoming, protocol="imap", port=993),  # type: ignore[arg-type]
        **options,
    ) as client:
        after = status(client, "INBOX")
    assert (before.unseen, after.unseen) == (6, 3)
    assert len(done.ignored) == 3


@pytest.mark.system("C4")
def test_the_login_for_sending_is_apart_from_the_one_for_reading(
    person: Person, inbox: Inbox, options: dict[str, Any], tmp_path: Path
) -> None:
    reads, sends = person("letters", read="pop3"), person("sends")
    account = replace(reads, outgoing=sends.outgoing)
    with connect_pop3(account, **options):
        pass
    assert account.outgoing is not None
    with Outbox(tmp_path / "o.sqlite", [account], **options) as box:
        outcome = box.put(
            write(account, sends.address, "hello", "x", sender=sends.address), account="letters"
        )
        assert not isinstance(outcome, int)
        assert outcome.ok, outcome
    assert subjects(inbox(sends)) == {"hello"}
    swapped = replace(reads, incoming=replace(reads.incoming, user=sends.address))  # type: ignore[type-var]
    with pytest.raises(LoginError):
        connect_pop3(swapped, **options)
    lettershop = named("lettershop")
    assert isinstance(lettershop, Form)
    values = {"POP3 username": "u", "Incoming mail server (POP3 server)": "h.example.com"}
    values |= {"Outgoing mail server (SMTP server)": "h.example.com"}
    (bare,) = lettershop.mapped(values)
    assert bare.outgoing is not None
    assert (bare.outgoing.port, bare.outgoing.user) == (25, "")


@pytest.mark.system("C5")
def test_the_result_goes_to_who_sent_the_file_from_the_address_that_is_set(
    person: Person,
    run: Run,
    inbox: Inbox,
    options: dict[str, Any],
    mail: Callable[..., None],
    tmp_path: Path,
) -> None:
    partner, account = person("partner"), person("letters", read="pop3")
    account = replace(
        account, channel=ChannelOptions(exclusive=True, answer_from=account.address), address=""
    )
    work = script(tmp_path, "work", 'wc -c < "$1" > "$2/result.csv"')
    target = replace(account, address=account.channel.answer_from)
    mail(target, f'"Somebody Else" <{partner.address}>', "file 1")
    with Outbox(tmp_path / "o.sqlite", [account], **options) as box:
        assert run(account, process=work, outbox=box).processed == 1
        assert box.work() == {"accepted": 1}
    (answer,) = inbox(partner)
    assert str(answer["From"]) == account.channel.answer_from
    assert str(answer["Subject"]) == "Re: file 1"
    assert answer["In-Reply-To"]
    assert [one.get_filename() for one in answer.iter_attachments()] == ["result.csv"]


@pytest.mark.system("C6")
def test_scripts_run_before_and_after_and_harm_only_their_own_message(
    person: Person, run: Run, inbox: Inbox, mail: Callable[..., None], tmp_path: Path
) -> None:
    order = tmp_path / "order"
    pre = script(
        tmp_path,
        "pre script",
        f'echo "pre $#" >> {order}\ngrep -q "Subject: bad" "$1" && exit 3\n'
        f'grep -q "Subject: endless" "$1" && {{ sleep 600 & wait; }}\nenv > "$2/environment"\nexit 0',
    )
    post = script(tmp_path, "post", f"echo post >> {order}; ls > listed")
    channel = ChannelOptions(
        exclusive=True, pre_script=f"'{pre}'", post_script=post, script_seconds=2, repeatable=True
    )
    account = person("letters", read="pop3", channel=channel)
    for one in ("good", "bad", "endless", "$(touch x); `touch y`"):
        mail(account, "p@example.org", one)

    def process(message: Path, folder: Path) -> None:
        with order.open("a") as file:
            file.write("process\n")
        (folder / "out.txt").write_text(message.read_text()[:10])

    done = run(account, process=process)
    assert (done.processed, done.deleted) == (2, 2)
    assert order.read_text().split("\n").count("pre 2") == 4, "message and folder, and nothing else"
    assert "pre 2\nprocess\npost\n" in order.read_text()
    assert order.read_text().count("process") == 2
    reasons = {one.subject: one.words for one in done.failed}
    assert set(reasons) == {"bad", "endless"}
    assert "status 3" in reasons["bad"]
    assert "did not end within 2 s" in reasons["endless"]
    assert subjects(inbox(account)) == {"bad", "endless"}, "they are kept on the server"
    assert all(Path(one.file).exists() for one in done.failed), "and here"
    (environment, *_) = (tmp_path / "letters" / "results").glob("*/environment")
    names = {line.partition("=")[0] for line in environment.read_text().splitlines()}
    assert names <= {
        *("PATH", "LANG", "HOME", "TMPDIR", "PWD", "SHLVL", "_", "OLDPWD"),
        *("MAILKIT_MESSAGE", "MAILKIT_FOLDER"),
    }
    assert not [*tmp_path.rglob("x"), *tmp_path.rglob("y")], "no shell reads a subject"
    again = run(account, process=process)
    assert (again.processed, len(again.failed)) == (0, 2), "not tried again by itself"


@pytest.mark.system("C6")
def test_a_standard_script_is_shared_by_all_who_tick_it(
    person: Person, run: Run, mail: Callable[..., None], tmp_path: Path
) -> None:
    ran = tmp_path / "ran"
    shared = Scripts(pre=script(tmp_path, "shared", f"echo shared >> {ran}"))
    own = script(tmp_path, "own", f"echo own >> {ran}")
    for label, standard in (("one", True), ("two", True), ("three", False)):
        settings = ChannelOptions(exclusive=True, pre_script=own, standard_script=standard)
        account = person(label, read="pop3", channel=settings)
        mail(account, "p@example.org", label)
        run(account, standard=shared)
    assert ran.read_text().split() == ["shared", "shared", "own"]


@pytest.mark.system("C7")
def test_only_allowed_senders_are_heard_whatever_they_call_themselves(
    person: Person, run: Run, inbox: Inbox, mail: Callable[..., None]
) -> None:
    allowed = ("partner@example.org", "example.net", ".example.com", "köln.example")
    account = person(
        "letters", read="pop3", channel=ChannelOptions(exclusive=True, allowed=allowed)
    )
    heard = [
        "partner@example.org",
        "PARTNER@Example.ORG",
        "Anybody <any@example.net>",
        "any@sub.example.com",
        "any@xn--kln-sna.example",
    ]
    ignored = [
        "other@example.org",
        '"partner@example.org" <evil@evil.example>',
        "partner@example.org <evil@evil.example>",
        "any@sub.example.net",
        "any@example.com",
        "any@notexample.net",
        "any@example.net.evil.example",
        "any@exаmple.net",  # a Cyrillic letter
        "partner@example.org, evil@evil.example",
        "=?utf-8?q?partner=40example.org?= <evil@evil.example>",
        "partner@example.org\r\nFrom: evil@evil.example",
    ]
    for number, one in enumerate(heard):
        mail(account, one, f"heard {number}")
    for number, one in enumerate(ignored):
        mail(account, one, f"ignored {number}")
    done = run(account)
    assert {words for words, _ in done.ignored} == {f"ignored {n}" for n in range(len(ignored))}
    assert done.deleted == len(heard)
    assert subjects(inbox(account)) == {f"ignored {n}" for n in range(len(ignored))}
    fewer = replace(account, channel=replace(account.channel, allowed=("other@example.org",)))
    assert run(fewer).deleted == 1, "who is added is heard from then on"


@pytest.mark.system("C8")
def test_a_message_is_deleted_only_when_its_result_is_stored(
    person: Person, run: Run, inbox: Inbox, mail: Callable[..., None], tmp_path: Path
) -> None:
    account = person("letters", read="pop3", channel=ChannelOptions(exclusive=True))
    mail(account, "p@example.org", "one")

    def broken(message: Path, folder: Path) -> None:
        (folder / "half").write_text("half")
        raise OSError("no space left")

    done = run(account, process=broken)
    assert done.deleted == 0
    assert done.failed[0].words == "OSError: no space left"
    assert [*(tmp_path / "letters" / "results").iterdir()] == []
    assert subjects(inbox(account)) == {"one"}
