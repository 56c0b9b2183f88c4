"""The outgoing servers of a call centre: scopes, both modes, journals."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from mailkit import diagnose
from mailkit.account import Account
from mailkit.errors import SettingsError
from mailkit.flow import Outbox, default_sender, write
from mailkit.flow.outbox import to_frame
from mailkit.flow.transports import QueuedMessage
from mailkit.observation import Proof
from mailkit.uses import OutgoingOptions

Person = Callable[..., Account]
Inbox = Callable[..., list[EmailMessage]]
DAEMON = OutgoingOptions(mode="daemon")


@pytest.fixture
def centre(person: Person) -> dict[str, Account]:
    """A system default, a team with two servers, and one that is inactive."""
    return {
        "bills": person("bills", default=True),
        "agents": person("agents", default=True, scope="team:support"),
        "second": person("second", scope="team:support", delivery=DAEMON),
        "old": person("old", scope="team:support", active=False),
    }


@pytest.mark.system("B2", "B3", "B4")
def test_mail_goes_by_the_default_of_the_team_or_by_what_a_person_names(
    centre: dict[str, Account],
    person: Person,
    inbox: Inbox,
    options: dict[str, Any],
    tmp_path: Path,
) -> None:
    accounts = [*centre.values()]
    reader = person("reader")
    assert default_sender(accounts).label == "bills"
    assert default_sender(accounts, team="support").label == "agents"
    assert default_sender(accounts, team="sales").label == "bills", (
        "a team without one has the system's"
    )
    with Outbox(tmp_path / "outbox.sqlite", accounts, **options) as box:
        for arguments in ({}, {"team": "support"}, {"account": "second", "mode": "immediate"}):
            sender = default_sender(
                accounts, named=arguments.get("account", ""), team=arguments.get("team", "")
            )
            outcome = box.put(write(sender, reader.address, sender.label, "Hello."), **arguments)
            assert not isinstance(outcome, int)
            assert outcome.ok, outcome
        with pytest.raises(SettingsError, match="old is inactive"):
            box.put(write(centre["old"], reader.address, "x", "y"), account="old")
    came = {str(one["Subject"]): str(one["From"]) for one in inbox(reader)}
    assert came == {name: centre[name].address for name in ("bills", "agents", "second")}
    inactive = [replace(one, active=one.label != "agents") for one in accounts]
    assert default_sender(inactive, team="support").label == "bills", (
        "an inactive default sends nothing"
    )


@pytest.mark.system("B6")
def test_immediate_mode_returns_the_result_and_writes_it_into_a_journal(
    centre: dict[str, Account],
    person: Person,
    inbox: Inbox,
    options: dict[str, Any],
    tmp_path: Path,
) -> None:
    reader, bills = person("reader"), centre["bills"]
    with Outbox(tmp_path / "outbox.sqlite", [bills], **options) as box:
        good = box.put(write(bills, reader.address, "fine", "Hello."))
        bad = (
            box.put(write(bills, "nobody at all@nowhere.example", "bad", "x"), mode="daemon")
            if 0
            else None
        )
        assert bad is None
        broken = replace(bills, outgoing=replace(bills.outgoing, port=1))  # type: ignore[type-var]
        box.accounts[0] = broken
        failed = box.put(write(broken, reader.address, "lost", "Hello."))
        assert not isinstance(good, int)
        assert not isinstance(failed, int)
        assert good.ok
        assert [one.state for one in failed.fates.values()] == ["deferred"]
        assert [one.subject for one in box.archive()] == ["fine"]
        (due,) = box.due()
        assert (due.subject, due.state) == ("lost", "deferred")
        assert due.words, "the reason stands there"
        assert due.due is None, "a person waits for it: it is not tried again by itself"
        box.accounts[0] = bills
        assert box.again(due.id) == 1
        assert box.work() == Counter(accepted=1)
        frame = box.to_frame()
        assert set(frame["state"]) == {"accepted"}
    assert [str(one["Subject"]) for one in inbox(reader)] == ["fine", "lost"]


@pytest.mark.system("B7", "B11")
def test_daemon_mode_returns_at_once_and_a_worker_sends_batches_on_one_connection(
    centre: dict[str, Account],
    person: Person,
    inbox: Inbox,
    options: dict[str, Any],
    tmp_path: Path,
) -> None:
    reader, second = person("reader"), centre["second"]
    agents = centre["agents"]
    kinds = ("bulk", "agent message", "invoice", "work order")
    opened = []

    def counted(sender: Account) -> None:
        opened.append(sender.label)

    with Outbox(tmp_path / "outbox.sqlite", [second, agents], **options) as box:
        for number in range(8):
            sender = (second, agents)[number % 2]
            found = box.put(
                write(sender, reader.address, f"n{number}", "Hello."),
                account=sender.label,
                kind=kinds[number % 4],
                mode="daemon",
            )
            assert isinstance(found, int)
        assert inbox(reader) == []
        assert {one.state for one in box.due()} == {"waiting"}
        real = box._transport

        def watched(account: Account, carriers: Any, stack: Any) -> Any:
            before = len(carriers)
            carrier = real(account, carriers, stack)
            if len(carriers) > before:
                counted(account)
            return carrier

        box._transport = watched  # type: ignore[method-assign]
        rounds: list[Counter[str]] = []
        stop = threading.Event()

        def told(ended: Counter[str]) -> None:
            rounds.append(ended)
            stop.set()

        box.run(every_s=60, stop=stop, told=told)
        assert rounds == [Counter(accepted=8)]
        assert sorted(opened) == ["agents", "second"], "one connection for each account"
        frame = to_frame(box.archive())
        assert frame.groupby("kind").size().to_dict() == dict.fromkeys(kinds, 2)
        assert box.due() == []
    senders = Counter(str(one["From"]) for one in inbox(reader))
    assert senders == {second.address: 4, agents.address: 4}


def test_a_message_that_cannot_be_sent_harms_no_other(
    centre: dict[str, Account],
    person: Person,
    inbox: Inbox,
    options: dict[str, Any],
    tmp_path: Path,
) -> None:
    reader, bills = person("reader"), centre["bills"]
    content = b"Subject: x\r\n\r\nx\r\n"
    with Outbox(tmp_path / "outbox.sqlite", [bills], **options) as box:
        for number, recipient in enumerate(("a<b>@example.com", "a\r\nDATA@x.example", "a b@x")):
            bad = QueuedMessage(f"<{number}@example.com>", bills.address, (recipient,), content)
            box.journal.add(bad, account="bills")
        box.put(write(bills, reader.address, "fine", "x"), mode="daemon")
        ended = box.work()
        assert ended["accepted"] >= 1
        assert ended["refused"] >= 2, ended
        assert "is not an address" in box.due()[0].words
        assert box.work() == Counter()
    assert [str(one["Subject"]) for one in inbox(reader)] == ["fine"]


@pytest.mark.system("B5")
def test_the_local_host_takes_any_sender_without_a_login(person: Person, tmp_path: Path) -> None:
    program = tmp_path / "sendmail"
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\ncat > {tmp_path}/letter\n')
    program.chmod(0o755)
    account = replace(
        person("notices"), outgoing=None, incoming=None, delivery=OutgoingOptions(via="local")
    )
    with Outbox(tmp_path / "outbox.sqlite", [account], sendmail=str(program)) as box:
        letter = write(account, "lee@example.com", "hello", "Hi.", sender="anybody@example.org")
        outcome = box.put(letter, account="notices")
        assert not isinstance(outcome, int)
        assert outcome.ok
    assert "-f anybody@example.org" in (tmp_path / "arguments").read_text()
    assert "From: anybody@example.org" in (tmp_path / "letter").read_text()


@pytest.mark.system("B9", "A9")
def test_which_form_of_the_user_name_a_server_takes_is_found_out_safely(
    stack: Any, person: Person, options: dict[str, Any]
) -> None:
    account = person("kim")
    local = account.address.partition("@")[0]
    for role in ("incoming", "outgoing"):
        service = getattr(account, role)
        wrong = replace(account, incoming=None, outgoing=None)
        wrong = replace(wrong, **{role: replace(service, user=local)})
        report = diagnose(wrong, **options)
        (found,) = report.accounts[0].services
        assert found.proposal is not None
        assert found.proposal.changes["user"] == (local, account.address)
        assert found.proposal.proof is Proof.LOGGED_IN
        logins = [one for one in found.attempts if "login" in one.what.lower()]
        assert len(logins) <= 3


@pytest.mark.system("B10")
def test_the_test_button_says_success_or_the_reason(
    person: Person, options: dict[str, Any]
) -> None:
    from mailkit.flow.trial import trial

    account = person("kim")
    fine = trial(account, **options)
    assert (fine.ok, fine.words) == (True, "connect success!")
    assert account.outgoing is not None
    wrong = replace(account, outgoing=replace(account.outgoing, port=587))
    told = trial(wrong, **options)
    assert not told.ok
    assert "starttls" in told.words.lower()
