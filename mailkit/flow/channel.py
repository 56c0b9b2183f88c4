"""A channel for incoming mail: fetch, check, process, answer, and delete last.

A message is on disk before it is processed, its result is on disk before it is answered, and the answer is in the
outbox before the message is deleted on the server. After an interruption the next run continues; see
:mod:`mailkit.flow.jobs`.
"""

import hashlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailkit.account import Account
from mailkit.client.compose import Attachment, Letter, compose
from mailkit.client.connection import connect
from mailkit.errors import MailError, SettingsError, StorageError
from mailkit.flow.answers import (
    address_for,
    is_unread,
    message_id_of,
    plain,
    why_automatic,
)
from mailkit.flow.inbox import drop_of
from mailkit.flow.jobs import (
    ANSWERED,
    DELETED,
    DONE,
    FAILED,
    TAKEN,
    UNKNOWN,
    Job,
    Jobs,
)
from mailkit.flow.outbox import Outbox
from mailkit.flow.scripts import run_script
from mailkit.flow.senders import header_in
from mailkit.flow.taking import Taken, take_new
from mailkit.net.options import connect_options
from mailkit.net.times import CLIENT
from mailkit.private import private_folder

__all__ = ["ChannelRunner", "Round", "Scripts"]

Process = Callable[[Path, Path], None]
OnRound = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Scripts:
    """The scripts shared by all channels with ``standard_script``."""

    pre: str = ""
    post: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """The result of a run: numbers of jobs, and the reason for each message that was skipped.

    ``not_taken`` are messages that could not be fetched or read, with the reason; the next run tries again.
    ``waiting`` are jobs whose sender has reached the hourly limit of answers.
    """

    taken: int = 0
    processed: int = 0
    deleted: int = 0
    failed: tuple[Job, ...] = ()
    unknown: tuple[Job, ...] = ()
    ignored: tuple[tuple[str, str], ...] = ()
    not_taken: tuple[tuple[str, str], ...] = ()
    waiting: tuple[Job, ...] = ()


class ChannelRunner:
    """The channel of one account.

    Args:
        account: the account whose incoming service is read; its ``channel`` has the settings.
        folder: the folder for messages, results and the record.
        process: a function of the message file and a folder for results, or a program with both as arguments;
            ``None`` if the scripts do all the work.
        outbox: the outbox for answers; without one there are no answers.
        standard: scripts shared by channels.
        options: connection options, as for :func:`mailkit.client.connect_imap`.

    Raises:
        SettingsError: the account has no incoming service, or is inactive.
    """

    def __init__(
        self,
        account: Account,
        folder: Path | str,
        *,
        process: Process | str | None = None,
        outbox: Outbox | None = None,
        standard: Scripts | None = None,
        **options: Any,
    ) -> None:
        self._options = connect_options(CLIENT, options)
        if account.incoming is None or not account.incoming.host:
            raise SettingsError(f"{account.label} has no incoming service to read")
        if not account.active:
            raise SettingsError(f"the channel {account.label} is inactive")
        self.account, self.folder = account, Path(folder).expanduser().absolute()
        self._process, self._outbox = process, outbox
        standard = standard or Scripts()
        ours = account.channel
        shared = ours.standard_script
        self._pre = standard.pre if shared else ours.pre_script
        self._post = standard.post if shared else ours.post_script
        for name in ("", "work", "results"):
            private_folder(self.folder / name)
        self.jobs = Jobs(self.folder / "channel.sqlite")

    def __enter__(self) -> "ChannelRunner":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the record."""
        self.jobs.close()

    def run(self, stop: threading.Event | None = None, told: OnRound | None = None) -> Round:
        """Fetch, process, answer and delete messages. ``stop`` ends the run after the current message.

        Raises:
            ClientError: the mailbox cannot be read; messages from before are processed and answered first.
        """
        say = told or (lambda _: None)
        self._recover()
        unreadable: MailError | None = None
        taken = Taken()
        try:
            taken = take_new(self.account, self.folder, self.jobs, say, self._options)
        except MailError as error:
            unreadable = error
        processed = 0
        for job in self._jobs(TAKEN, DONE):
            if stop is not None and stop.is_set():
                break
            say(f"{job.subject or job.identity} from {job.sender}")
            processed += self._work(job)
        if unreadable is not None:
            raise unreadable
        deleted = self._delete()
        return Round(
            taken.count,
            processed,
            deleted,
            (*self._jobs(FAILED),),
            (*self._jobs(UNKNOWN),),
            (*taken.ignored.values(),),
            (*taken.failed.values(),),
            (*self._jobs(DONE),),
        )

    def again(self, number: int) -> bool:
        """Process a failed or interrupted message again in the next run, on a person's request; return whether there is one with the
        number.
        """
        return self._set(number, TAKEN)

    def settle(self, number: int) -> bool:
        """Close such a message: the next run deletes it on the server, and it is kept here; return whether there is one."""
        return self._set(number, ANSWERED)

    def _set(self, number: int, state: str) -> bool:
        for job in self._jobs(FAILED, UNKNOWN):
            if job.id == number:
                shutil.rmtree(self.folder / "work" / str(job.id), ignore_errors=True)
                self.jobs.put(job, state)
                return True
        return False

    def _jobs(self, *states: str) -> list[Job]:
        return self.jobs.all(self.account.label, *states)

    def _recover(self) -> None:
        """Return the jobs that were interrupted."""
        for job in self.jobs.broken_off(self.account.label):
            if (self.folder / "results" / str(job.id)).is_dir():
                self.jobs.put(job, DONE)
            elif self.account.channel.repeatable or not self._has_work():
                self.jobs.put(job, TAKEN)
            else:
                why = "interrupted while it was processed: it may have been processed, or not"
                self.jobs.put(job, UNKNOWN, why)

    def _has_work(self) -> bool:
        return bool(self._pre or self._post or self._process)

    def _work(self, job: Job) -> int:
        """Process and answer one message; return 1 if it was processed."""
        if job.state == TAKEN:
            if not self.jobs.claim(job):
                return 0
            try:
                why = self._run(job)
            except Exception as error:  # noqa: BLE001 - it harms its own message only
                why = f"{type(error).__name__}: {error}"
            if why:
                self.jobs.put(job, FAILED, why)
                return 0
            self.jobs.put(job, DONE)
        try:
            why = self._answer(job)
        except (_TooMany, StorageError) as error:  # the next run tries again
            self.jobs.put(job, DONE, str(error))
            return 0
        except Exception as error:  # noqa: BLE001 - it harms its own message only
            self.jobs.put(
                job, FAILED, f"the answer cannot be sent: {error or type(error).__name__}"
            )
            return 0
        self.jobs.put(job, ANSWERED, why)
        return 1

    def _run(self, job: Job) -> str:
        """Run the scripts and the process; the result is put in place atomically. Return why it failed."""
        work, result = self.folder / "work" / str(job.id), self.folder / "results" / str(job.id)
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(mode=0o700)
        message = Path(job.file)
        for step in (self._pre, self._process, self._post):
            if callable(step):
                try:
                    step(message, work)
                except Exception as error:  # noqa: BLE001 - it harms its own message only
                    return f"{type(error).__name__}: {error}"
            elif step:
                limit = self.account.channel.script_seconds
                keep = (self.jobs.worker.fileno(),)
                if why := run_script(step, message, work, within_s=limit, keep=keep):
                    return why
        if work.is_symlink():
            return "the folder for results was replaced by a symbolic link"
        for path in work.rglob("*"):
            if path.is_file() and not path.is_symlink():
                path.chmod(path.stat().st_mode & 0o700)
                _synced(path)
        _synced(work)
        shutil.rmtree(result, ignore_errors=True)
        work.rename(result)
        _synced(result.parent)
        return ""

    def _answer(self, job: Job) -> str:
        """Send the result exactly once: the answer's Message-ID comes from the job.

        Return why there is no answer, if there should be none.

        Raises:
            _TooMany: the address has reached its limit of answers.
        """
        if self._outbox is None:
            return ""
        account, channel = self.account, self.account.channel
        sender = channel.answer_from or account.address
        files = sorted(self._results(job))
        if not sender or not job.sender or not files:
            return ""
        original = header_in(Path(job.file))
        if why := why_automatic(original):
            return f"not answered: {why}"
        to = address_for(original, job.sender, channel)
        if is_unread(to):
            return f"not answered: {to} takes no mail"
        own = {address.lower() for address in (sender, account.address, account.delivery.reply_to)}
        if own & {to.lower(), job.sender.lower()}:
            return "not answered: it is from this channel's own address"
        if self.jobs.answers_to(to, job.id) >= channel.answers_per_hour:
            raise _TooMany(f"the answer waits: {to} got {channel.answers_per_hour:g} in an hour")
        letter = compose(
            sender,
            to,
            "{{subject}}",
            "The result is attached.",
            fields={"subject": plain(f"Re: {job.subject}", 400)},
            attachments=[Attachment(_file_name(file), file.read_bytes()) for file in files],
            in_reply_to=message_id_of(original),
            more=_AUTOMATIC,
        )
        name = hashlib.sha256(f"{job.source}\0{job.digest}\0{job.id}".encode()).hexdigest()[:32]
        del letter.message["Message-ID"]
        letter.message["Message-ID"] = f"<{name}@{sender.rpartition('@')[2]}>"
        self.jobs.answered(to, job.id)
        self._outbox.put(
            Letter(letter.message, letter.sender, letter.recipients),
            account=account.label,
            kind="answer",
            mode="daemon",
        )
        return ""

    def _results(self, job: Job) -> Iterator[Path]:
        for path in (self.folder / "results" / str(job.id)).rglob("*"):
            if path.is_file() and not path.is_symlink():
                yield path

    def _delete(self) -> int:
        """Delete the answered messages on the server, and nothing else."""
        finished = {job.identity: job for job in self._jobs(ANSWERED)}
        if not finished:
            return 0
        with connect(self.account, options=self._options) as client:
            drop = drop_of(client, change=True)
            there = [uid for uid in drop.present() if uid in finished]
            refused = drop.delete(there)
        for identity, job in finished.items():  # deletion takes effect with QUIT
            if identity in refused:  # the next run tries again
                self.jobs.put(job, ANSWERED, f"not deleted on the server: {refused[identity]}")
            else:
                self.jobs.put(job, DELETED)
        return len(there) - len(refused)


class _TooMany(Exception):  # noqa: N818 - no error: the answer waits
    """An address has reached its limit of answers."""


_AUTOMATIC = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "OOF, AutoReply"}
"""RFC 3834 §5, and what Exchange reads instead: no out-of-office reply is sent to an answer."""


def _file_name(path: Path) -> str:
    """Return a safe attachment name for a result; scripts often take it from a message."""
    return plain(path.name).replace("=?", "= ?") or "result"


def _synced(path: Path) -> None:
    with suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
