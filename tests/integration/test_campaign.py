"""The fault campaign: workers are killed at random moments, and afterwards every message is accounted for."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from mailkit.account import Account
from mailkit.errors import ClientError
from mailkit.flow import ChannelRunner, Outbox, write
from mailkit.formats import loads, native
from mailkit.lab import Lab, Listener
from mailkit.lab.relay import Relay, Trigger
from mailkit.lab.scenario import ADDRESS, imap
from mailkit.lab.script import Close, Say
from mailkit.ports import Security
from mailkit.uses import ChannelOptions

Person = Callable[..., Account]
Inbox = Callable[..., list[EmailMessage]]
Campaign = Callable[..., dict[str, int]]
MANY, KILLS = 160, 50
pytestmark = pytest.mark.timeout(360)
HOST = "mail.example.com"


@pytest.fixture
def campaign(stack: Any, options: dict[str, Any], tmp_path: Path) -> Campaign:
    """Run one; returns how many workers were killed, and what was done by then."""

    def run(work: str, account: Account, **job: Any) -> dict[str, int]:
        file = tmp_path / "accounts.toml"
        text = native.written([account])
        for service in account.services:
            assert service.secret is not None
            text = text.replace(
                "# the secret was given as a value and is not written",
                f'secret = {{ value = "{service.secret.reveal()}" }}',
                1,
            )
        file.write_text(text)
        routes = [(HOST, port, stack.where(HOST, port)) for port in (993, 995, 465)]
        told = {
            "work": work,
            "accounts": str(file),
            "ca": str(options["ca"]),
            "routes": routes,
            "log": str(tmp_path / "log"),
            "seed": 11,
            "kills": KILLS,
            "many": MANY,
            "longest_s": 0.02,
        } | job
        command = [sys.executable, str(Path(__file__).with_name("killed.py")), json.dumps(told)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
        counted: dict[str, int] = json.loads(done.stdout)
        return counted

    return run


@pytest.mark.system("B8")
def test_an_outbox_whose_workers_are_killed_loses_and_doubles_nothing(
    person: Person, inbox: Inbox, options: dict[str, Any], campaign: Campaign, tmp_path: Path
) -> None:
    outbox_campaign(person, inbox, options, campaign, tmp_path)


@pytest.mark.parametrize("fault", [{"full": 300_000}, {"clock": True}], ids=["full", "clock"])
@pytest.mark.parametrize("stack", ["embedded"], indirect=True)
def test_an_outbox_on_a_full_disk_and_with_a_wrong_clock_loses_and_doubles_nothing(
    person: Person,
    inbox: Inbox,
    options: dict[str, Any],
    campaign: Campaign,
    tmp_path: Path,
    fault: dict[str, Any],
) -> None:
    outbox_campaign(person, inbox, options, campaign, tmp_path, **fault)


@pytest.mark.parametrize("stack", ["embedded"], indirect=True)
def test_a_worker_that_is_killed_between_messages_sent_together_leaves_one_unknown(
    person: Person, inbox: Inbox, options: dict[str, Any], campaign: Campaign, tmp_path: Path
) -> None:
    counted, unknown = outbox_campaign(
        person, inbox, options, campaign, tmp_path, many=4 * MANY, most=32, workers=1
    )
    assert counted["inside"] >= 5, counted
    assert len(unknown) <= counted["killed"], "one for each worker that was killed, at most"


def outbox_campaign(
    person: Person,
    inbox: Inbox,
    options: dict[str, Any],
    campaign: Campaign,
    tmp_path: Path,
    many: int = MANY,
    **fault: Any,
) -> tuple[dict[str, int], set[str]]:
    """Run the campaign, and check each message; return what was counted, and which messages are unknown."""
    reader, sender = person("reader"), person("sender", default=True)
    file = tmp_path / "outbox.sqlite"
    with Outbox(file, [sender], **options) as box:
        for number in range(many):
            box.put(write(sender, reader.address, f"n{number}", "Hello."), mode="daemon")
    counted = campaign("outbox", sender, file=str(file), many=many, **{"workers": 2} | fault)
    with Outbox(file, [sender], **options) as box:
        box.work()
        states = Counter(one.state for one in box.journal.entries())
        unknown = {one.subject for one in box.unknown()}
        accepted = {one.subject for one in box.archive()}
        refused = [one.words for one in box.due() if one.state == "refused"]
    assert refused == []
    came = Counter(str(one["Subject"]) for one in inbox(reader))
    assert counted["killed"] >= 5, counted
    assert counted["done"] >= 10, counted
    assert states.total() == many, "nothing is lost from the file"
    assert accepted | unknown == {f"n{number}" for number in range(many)}, states
    assert max(came.values()) == 1, "nothing was sent twice"
    assert accepted <= set(came), "what was accepted is there"
    assert set(came) <= accepted | unknown, "what is there is accounted for"
    return counted, unknown


@pytest.mark.system("B8")
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_that_ends_while_a_message_goes_leaves_one_unknown(
    person: Person,
    inbox: Inbox,
    options: dict[str, Any],
    campaign: Campaign,
    moment: str,
    tmp_path: Path,
) -> None:
    reader, sender = person("reader"), person("sender", default=True)
    file = tmp_path / "outbox.sqlite"
    with Outbox(file, [sender], **options) as box:
        box.put(write(sender, reader.address, "one", "Hello."), mode="daemon")
        box.put(write(sender, reader.address, "two", "Hello."), mode="daemon")
        campaign("outbox", sender, file=str(file), crash=moment, kills=1, longest_s=3)
        assert box.work() == Counter(accepted=1)
        (unknown,) = box.unknown()
        assert "interrupted while it was sent" in unknown.words
        went = [str(one["Subject"]) for one in inbox(reader)]
        assert went == (["two"] if moment == "before" else ["one", "two"])
        assert box.work() == Counter(), "it is not sent again by itself"
        if moment == "before":
            assert box.again(unknown.id) == 1, "a person has looked, and says so"
            assert box.work() == Counter(accepted=1)
    assert sorted(str(one["Subject"]) for one in inbox(reader)) == ["one", "two"]


@pytest.mark.system("C8")
def test_a_channel_that_is_killed_processes_each_message_once_or_says_so(
    stack: Any,
    person: Person,
    inbox: Inbox,
    options: dict[str, Any],
    campaign: Campaign,
    tmp_path: Path,
) -> None:
    partner = person("partner")
    account = person("letters", read="pop3", channel=ChannelOptions(exclusive=True))
    names = {f"file {number}" for number in range(40)}
    for one in sorted(names):
        letter = write(partner, account.address, one, f"{one}\n").content()
        stack.deliver(partner.address, [account.address], letter)
    script = tmp_path / "process"
    script.write_text(
        f'#!/bin/sh\ngrep "^Subject:" "$1" >> {tmp_path}/processed\necho done > "$2/result.txt"\n'
    )
    script.chmod(0o755)
    folder, file = tmp_path / "channel", tmp_path / "outbox.sqlite"
    counted = campaign(
        "channel", account, file=str(file), folder=str(folder), script=str(script), many=len(names)
    )
    with (
        Outbox(file, [account], **options) as box,
        ChannelRunner(account, folder, process=str(script), outbox=box, **options) as channel,
    ):
        done = channel.run()
        jobs = channel.jobs.all()
        box.work()
        answers = Counter(one.subject for one in box.journal.entries())
        assert not box.unknown()
    left = {str(one["Subject"]) for one in inbox(account)}
    unknown = {one.subject for one in done.unknown}
    finished = {one.subject for one in jobs if one.state == "deleted"}
    times = Counter((tmp_path / "processed").read_text().splitlines())
    assert counted["killed"] >= 5, counted
    assert counted["done"] >= 10, counted
    assert len(jobs) == len(names), "each message is one job"
    assert finished | unknown == names
    assert left == unknown, "what is not finished is still on the server, and nothing else is"
    assert max(times.values()) == 1, "nothing was processed twice"
    assert answers == Counter({f"Re: {one}": 1 for one in finished}), "one answer for each"


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_a_download_that_is_killed_loses_and_doubles_nothing(
    stack: Any,
    person: Person,
    campaign: Campaign,
    protocol: str,
    tmp_path: Path,
) -> None:
    account = person("kim", read=protocol)
    for number in range(MANY):
        letter = f"Subject: n{number}\r\nMessage-ID: <{number}@example.com>\r\n\r\n{'x' * 2000}\r\n"
        stack.deliver("lee@example.com", [account.address], letter.encode())
    folder = tmp_path / "mail"
    counted = campaign(protocol, replace(account, outgoing=None), folder=str(folder))
    files = [path for sub in ("new", "cur") for path in (folder / sub).iterdir()]
    subjects = Counter(
        line for path in files for line in path.read_text().splitlines() if line[:8] == "Subject:"
    )
    assert counted["killed"] >= 5, counted
    assert counted["done"] >= 10, counted
    assert subjects == Counter({f"Subject: n{number}": 1 for number in range(MANY)})


@pytest.mark.parametrize("validity", ["the same", "another in each session"])
@pytest.mark.parametrize("act", [Close(), Say(b"<tag> OK done\r\n"), Say(b"<tag> NO later\r\n")])
def test_a_channel_whose_deletions_have_no_effect_processes_each_message_once(
    make_lab: Callable[..., Lab], tmp_path: Path, act: Any, validity: str
) -> None:
    lab = make_lab(
        Listener(protocol="imap", host="localhost", port=143, security=Security.CLEARTEXT)
    )
    for number in range(5):
        head = f"From: lee@example.org\r\nMessage-ID: <{number}@example.org>\r\n"
        lab.box(ADDRESS).deliver(f"{head}Subject: n{number}\r\n\r\nx\r\n".encode())
    processed: Counter[str] = Counter()

    def process(message: Path, folder: Path) -> None:
        processed[message.read_text().partition("Subject: ")[2].partition("\n")[0]] += 1

    def run(port: int) -> None:
        text = imap(port, "cleartext", host="localhost")
        account = replace(loads(text)[0], channel=ChannelOptions(exclusive=True))
        with ChannelRunner(account, tmp_path / "channel", process=process, timeout=30) as channel:
            channel.run()

    said = b"(UID )?EXPUNGE"
    for _ in range(4):
        with (
            Relay(lab.where("localhost", 143), cues=[Trigger(said=said, do=[act])]) as relay,
            suppress(ClientError),
        ):
            run(relay.address[1])
        if validity != "the same":
            lab.box(ADDRESS).folder("INBOX").uidvalidity += 1
    run(lab.where("localhost", 143)[1])
    assert processed == Counter({f"n{number}": 1 for number in range(5)})
    if not isinstance(act, Say) or b"OK" not in act.data:  # else the server said that they are gone
        assert lab.box(ADDRESS).messages() == []
