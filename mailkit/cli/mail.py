"""The commands that move mail: send, outbox, channel, sync.

They show progress on a terminal, and shut down cleanly on SIGTERM.
"""

import argparse
import signal
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailkit.cli.console import (
    chosen,
    connection,
    load_accounts,
    load_all,
    out,
    show_secrets,
)
from mailkit.cli.signals import told_by
from mailkit.errors import ClientError, SettingsError
from mailkit.private import at_most, read_regular
from mailkit.text import plural

if TYPE_CHECKING:
    from mailkit.account import Account
    from mailkit.client.download import Summary
    from mailkit.flow import ChannelRunner, FolderSync, Outbox
    from mailkit.flow.entries import OutboxEntry

__all__ = ["channel", "outbox", "send", "sync"]

OK, WRONG = 0, 1
_LONGEST_TEXT = 64 * 1024 * 1024
_STOPS = (signal.SIGTERM, signal.SIGINT)


def send(options: argparse.Namespace) -> int:
    """Compose a message, and send it now or put it into the outbox."""
    from mailkit.flow import default_sender, write

    accounts = load_accounts(options)
    account = default_sender(accounts, named=options.by, team=options.team)
    text = options.text
    if options.text_file:
        text = sys.stdin.read() if options.text_file == "-" else _read(options.text_file)
    letter = write(
        account,
        options.to,
        options.subject,
        text or "",
        cc=options.cc,
        bcc=options.bcc,
        person=options.person,
        fields=_fields(options.field),
        attachments=options.attach,
    )
    if not options.later:
        show_secrets([account], "outgoing")
    with _outbox(options, accounts) as box:
        found = box.put(
            letter,
            account=account.label,
            kind=options.kind,
            mode="daemon" if options.later else "immediate" if options.now else "",
            save_sent=options.save_sent,
        )
    if isinstance(found, int):
        out(f"message {found} is in the outbox {options.outbox}\n")
        return OK
    for recipient, status in found.fates.items():
        out(
            f"{_clean(recipient)}: {status.state}{f' ({_clean(status.words)})' if status.words else ''}\n"
        )
    return OK if found.ok else WRONG


def outbox(options: argparse.Namespace) -> int:
    """List the outbox, change its messages, or run the worker."""
    if options.action in ("work", "run", "receipts") and not options.files:
        raise SettingsError(f"outbox {options.action} needs the account files")
    accounts = load_accounts(options) if options.files else []
    if role := {"work": "outgoing", "run": "outgoing", "receipts": "incoming"}.get(options.action):
        show_secrets(accounts, role)
    with _outbox(options, accounts) as box:
        match options.action:
            case "list":
                entries = box.journal.entries()
                out(_journal(entries))
                return WRONG if any(entry.state in _WORRY for entry in entries) else OK
            case "work":
                ended = box.work(told=_progress("sending"))
                out(f"{_counted(ended)}\n")
                return WRONG if any(ended[state] for state in _WORRY) else OK
            case "receipts":
                out(f"{plural(box.look_for_receipts(), 'receipt')} noted\n")
                return OK
            case "run":
                with told_by(*_STOPS) as stop:
                    box.run(every_s=options.every, stop=stop, told=_told)
                return OK
            case _:
                number = _number(options)
                act = box.again if options.action == "again" else box.cancel
                changed = act(number)
                what = "will be tried again" if options.action == "again" else "is not sent"
                out(f"message {number} {what} for {plural(changed, 'recipient')}\n")
                return OK if changed else WRONG


def channel(options: argparse.Namespace) -> int:
    """Process incoming mail."""
    from mailkit.flow import ChannelRunner
    from mailkit.flow.channel import Scripts

    accounts = load_all(options)
    account = _one(chosen(accounts, options))
    if options.action == "run":
        show_secrets([account])
    with (
        _outbox(options, accounts) as box,
        ChannelRunner(
            account,
            options.folder,
            process=options.process or None,
            outbox=box,
            standard=Scripts(options.standard_pre, options.standard_post),
            **connection(options),
        ) as inbound,
    ):
        match options.action:
            case "list":
                out(_jobs(inbound))
                return OK
            case "run":
                return _channel_rounds(inbound, box, options.every)
            case _:
                number = _number(options)
                act = inbound.again if options.action == "again" else inbound.settle
                done = act(number)
                out(f"message {number}: {options.action if done else 'is not failed or unknown'}\n")
                return OK if done else WRONG


def sync(options: argparse.Namespace) -> int:
    """Sync folders from the server."""
    from mailkit.flow import FolderSync, History

    if options.action == "people":
        return _people(options)
    account = _one(load_accounts(options))
    show_secrets([account], "incoming")
    history = History(options.history) if options.history else None
    try:
        mirror = FolderSync(account, options.into, history=history, **connection(options))
        with told_by(*_STOPS, raises=True):
            if not mirror.by_imap:
                if options.action != "fetch":
                    raise SettingsError(f"{account.label} is read by POP3: it has no folders")
                _summary("INBOX", mirror.collect(told=_progress_of()))
                return OK
            return _by_imap(mirror, options)
    finally:
        if history is not None:
            history.close()


def _people(options: argparse.Namespace) -> int:
    """List the messages from and to a correspondent."""
    from mailkit.flow import History

    if not options.history or not options.address:
        raise SettingsError("sync people needs --history FILE and --address ADDRESS")
    history = History(options.history)
    try:
        for entry in history.of(options.address):
            when = (
                ""
                if entry.date is None
                else f"{datetime.fromtimestamp(entry.date).astimezone():%Y-%m-%d %H:%M}"
            )
            out(
                f"{when:16} {entry.direction:4} {_clean(entry.folder):20} {_clean(entry.subject)}\n"
            )
    finally:
        history.close()
    return OK


def _by_imap(mirror: "FolderSync", options: argparse.Namespace) -> int:
    from mailkit.flow.costs import tree

    folder = options.name
    if options.action not in ("fetch", "tree", "cost") and not folder:
        raise SettingsError(f"sync {options.action} needs a folder: --folder NAME")
    with mirror.connect() as imap:
        match options.action:
            case "fetch":
                found = mirror.fetch(imap, _progress_of())
                for name, summary in found.items():
                    _summary(name, summary)
                return (
                    WRONG
                    if any(summary.error or summary.failed for summary in found.values())
                    else OK
                )
            case "tree":
                chosen = mirror.chosen(imap)
                for mailbox in mirror.tree(imap):
                    mark = "fetched" if mailbox.name in chosen else ""
                    out(f"{_clean(mailbox.name):40} {mailbox.role:8} {mark}".rstrip() + "\n")
                if missing := mirror.missing(imap):
                    out(f"no folder has the role {', '.join(missing)}\n")
            case "cost":
                cost = tree(imap)
                size = "" if cost.octets is None else f", {cost.octets / 1e6:,.1f} MB"
                out(f"{cost.folders} folders, {cost.messages:,} messages{size}. {cost.advice}\n")
            case "download":
                _summary(folder, mirror.download(imap, folder, _progress_of()))
            case "reindex":
                _summary(folder, mirror.reindex(imap, folder, _progress_of()))
            case "subscribe":
                mirror.subscribe(imap, folder)
                out(f"{_clean(folder)} is fetched from now on\n")
            case "unsubscribe":
                mirror.unsubscribe(imap, folder)
                out(f"{_clean(folder)} is no longer fetched\n")
            case "purge":
                out(f"{_clean(folder)}: {mirror.purge(imap, folder)} removed for good\n")
    return OK


def _channel_rounds(inbound: "ChannelRunner", box: "Outbox", every_s: float | None) -> int:
    """Run once, or repeatedly until the process is stopped."""
    status = OK
    with told_by(*_STOPS) as stop:
        while True:
            say = (lambda text: _note(_clean(text))) if sys.stderr.isatty() else None
            try:
                done = inbound.run(stop, say)
            except ClientError as error:
                if every_s is None:
                    raise
                out(f"{_clean(str(error))}; trying again in {every_s:g} s\n")
                if stop.wait(every_s):
                    return WRONG
                continue
            sent = box.work()
            _note("")
            out(
                f"received {done.taken}, processed {done.processed}, deleted on the server {done.deleted}, ignored {len(done.ignored)}, answers: {_counted(sent)}\n"
            )
            for why, count in Counter(why for _, why in done.ignored).most_common(10):
                out(f"  {count} ignored: {_clean(why)}\n")
            for what, why in done.not_taken:
                out(f"  not received: {_clean(what)}: {_clean(why)}\n")
                status = WRONG
            for job in done.waiting:
                out(f"  {job.id} {_clean(job.subject)}: {_clean(job.words)}\n")
            for job in (*done.failed, *done.unknown):
                out(f"  {job.id} {job.state}: {_clean(job.subject)}: {_clean(job.words)}\n")
                status = WRONG
            if every_s is None or stop.wait(every_s):
                return status


_SIGNS = {"accepted": "✓", "refused": "✗", "unknown": "?", "deferred": "!"}
_WORRY = ("refused", "unknown", "deferred")


def _outbox(options: argparse.Namespace, accounts: "list[Account]") -> "Outbox":
    from mailkit.flow import Outbox

    return Outbox(options.outbox, accounts, sendmail=options.sendmail, **connection(options))


def _one(accounts: "list[Account]") -> "Account":
    if len(accounts) != 1:
        names = ", ".join(account.label for account in accounts)
        raise SettingsError(f"choose an account: --account NAME, one of {names}")
    return accounts[0]


def _number(options: argparse.Namespace) -> int:
    if options.id is None:
        raise SettingsError(f"{options.action} needs the number of a message: --id N")
    return int(options.id)


def _fields(given: list[str]) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in given]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise SettingsError(f"--field takes NAME=VALUE, not {wrong[0]!r}")
    return {name: value for name, _, value in pairs}


def _read(file: str) -> str:
    try:
        path = Path(file)
        if not path.is_fifo():
            data = read_regular(path, _LONGEST_TEXT)
        else:
            with path.open("rb") as pipe:  # of a shell: <(command)
                data = at_most(pipe, _LONGEST_TEXT)
        return data.decode("utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} cannot be read: {error}") from None


def _journal(entries: "list[OutboxEntry]") -> str:
    if not entries:
        return "the outbox is empty\n"
    rows = []
    for entry in entries:
        when = datetime.fromtimestamp(entry.changed).astimezone().strftime("%Y-%m-%d %H:%M")
        what = f"{_SIGNS.get(entry.state, '·')} {entry.receipt or entry.state:9}"
        rows.append(
            f"{entry.id:5} {when} {what} {_clean(entry.recipient):32} {_clean(entry.subject)[:40]}"
        )
        if entry.words and entry.state != "accepted":
            rows.append(f"{'':35}{_clean(entry.words)}")
    return "\n".join(rows) + "\n"


def _jobs(inbound: "ChannelRunner") -> str:
    rows = [
        f"{job.id:5} {job.state:9} {_clean(job.sender):32} {_clean(job.subject)[:40]}"
        + (f"\n{'':16}{_clean(job.words)}" if job.words else "")
        for job in inbound.jobs.all(inbound.account.label)
    ]
    return "\n".join(rows) + "\n" if rows else "no message has been received yet\n"


def _summary(name: str, done: "Summary") -> None:
    _note("")
    if done.error:
        out(f"{_clean(name)}: not fetched: {_clean(done.error)}\n")
        return
    out(
        f"{_clean(name)}: {done.new} new, {done.reflagged} with other flags, "
        f"{len(done.vanished)} gone, {done.octets / 1e6:,.1f} MB\n"
    )
    for message, why in done.failed:
        out(f"  message {_clean(message)} not fetched: {_clean(why)}\n")


def _told(ended: Counter[str]) -> None:
    if ended:
        out(f"{datetime.now().astimezone():%H:%M:%S} {_counted(ended)}\n")


def _counted(ended: Counter[str]) -> str:
    return ", ".join(f"{count} {state}" for state, count in sorted(ended.items())) or "nothing"


def _clean(text: str) -> str:
    from mailkit.text import clean

    return clean(text, 300)


def _progress(word: str) -> Any:
    def told(done: int, of: int) -> None:
        _note(f"{word} {done} of {of}")

    return told if sys.stderr.isatty() else None


def _progress_of() -> Any:
    def told(name: str, done: int, of: int) -> None:
        _note(f"{_clean(name)}: {done} of {of}")

    return told if sys.stderr.isatty() else None


def _note(text: str) -> None:
    """A progress line on the terminal; each one overwrites the one before."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{_clean(text)[:100]}")
        sys.stderr.flush()
