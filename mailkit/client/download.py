"""Download a folder or a maildrop into a Maildir: fast, resumable, without losses or duplicates.

Messages are written to disk as they come. POP3 pipelines RETR if the server allows it (RFC 2449 §6.6).
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from mailkit.client.bulk_fetch import fetch_raw
from mailkit.client.commands import ask
from mailkit.client.connection import IMAP4, POP3
from mailkit.client.mailboxes import Status, open_folder
from mailkit.client.maildir_store import MaildirStore, PendingMessage
from mailkit.client.maildrop import contents, headers, octets_of, pipelining
from mailkit.client.messages import search
from mailkit.client.query import anything
from mailkit.client.rows import row_of
from mailkit.protocol.pop3.grammar import positive
from mailkit.text import decoded

__all__ = ["Leave", "Summary", "download_drop", "download_folder"]

_BATCH_OCTETS, _BATCH_COUNT, _IN_FLIGHT, _AHEAD = 8 * 1024 * 1024, 250, 200, 4
_RECENT = frozenset({"\\Recent"})
OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The result of a download.

    ``new`` is the number of new messages, ``octets`` the fetched octets, ``reflagged`` the number with changed flags;
    ``vanished`` are UIDs that the server no longer has, ``deleted`` those that were deleted there. ``failed`` has
    each message that could not be fetched, or not deleted, with the reason; the next run tries it again. ``error`` is why a whole
    folder failed, if several were requested.
    """

    new: int = 0
    octets: int = 0
    reflagged: int = 0
    vanished: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """How long mail stays in a maildrop after it was fetched. ``days=None`` keeps it indefinitely, ``0`` deletes it
    once it is on disk. With ``until_deleted`` it is also deleted when its local file is gone.
    """

    days: float | None = None
    until_deleted: bool = False


FOREVER = Leave()


def download_folder(
    imap: IMAP4,
    folder: str,
    maildir: Path | str,
    *,
    source: str = "",
    exact: bool = False,
    durable: bool = True,
    progress: OnProgress | None = None,
    told: Status | None = None,
) -> Summary:
    """Fetch new messages of a folder, and update flags. The folder is opened read-only.

    Args:
        imap: the connection.
        folder: the folder's name.
        maildir: where to; it may be interrupted at any moment and begun again.
        source: the folder's name in the record, if one Maildir has several; by default its name.
        exact: whether messages that the server no longer has are removed here too.
        durable: whether to wait until the disk has it.
        progress: told how many messages of how many have come.
        told: the folder's current status; an unchanged folder is then not opened.

    Raises:
        RefusedError: the folder does not exist.
        LostError: the connection was lost; complete batches are kept.
    """
    state = told or open_folder(imap, folder)
    source = source or folder
    with MaildirStore(maildir, durable=durable) as store:
        store.tidy()
        if "CONDSTORE" in imap.offers and _unchanged(state, store, source):
            return Summary()
        state = open_folder(imap, folder) if told else state
        validity = state.uidvalidity or 0
        known = store.known(source, validity)
        there = search(imap, anything) if state.messages else []
        missing = [uid for uid in there if str(uid) not in known]
        compared = bool(missing) and store.compares(source, validity)
        fresh = octets = 0
        keeping: Future[int] | None = None
        failed: dict[str, str] = {}
        for drafts in _fetched(imap, store, missing, compared, progress, failed):
            fresh += keeping.result() if keeping else 0
            keeping = store.keep_later(source, validity, drafts)
            octets += sum(draft.size for draft in drafts)
        fresh += keeping.result() if keeping else 0
        reflagged = _flags(imap, store, source, validity, [u for u in there if str(u) in known])
        vanished = tuple(sorted(set(known) - {str(uid) for uid in there}, key=int))
        if exact:
            store.keep_only(source, validity, {str(uid) for uid in there})
        store.set_mark(source, validity, 0 if failed else state.highestmodseq or 0)
    return Summary(
        new=fresh,
        octets=octets,
        reflagged=reflagged,
        vanished=vanished,
        failed=(*failed.items(),),
    )


def _unchanged(state: Status, store: MaildirStore, source: str) -> bool:
    """Return whether a folder is unchanged (RFC 7162 §3.1.2.1). The highest mod-sequence need not rise when messages
    are removed, so they are counted too.
    """
    before, modseq = store.mark(source)
    same = before == state.uidvalidity and modseq == state.highestmodseq
    return bool(modseq) and same and state.messages == len(store.known(source, before))


def _flags(imap: IMAP4, store: MaildirStore, source: str, validity: int, uids: list[int]) -> int:
    """Fetch the flags of known messages; only changed ones if the server supports it (RFC 7162)."""
    if not uids:
        return 0
    before, modseq = store.mark(source)
    since = before == validity and modseq and "CONDSTORE" in imap.offers
    tail = [f"(CHANGEDSINCE {modseq})"] if since else []
    found = {}
    span = f"{uids[0]}:{uids[-1]}"  # one short line, however many there are
    for number, row in ask(imap, "UID FETCH", span, "(UID FLAGS)", *tail).numbered(b"FETCH"):
        one = row_of(number, row[0] if row else None)
        if one is not None:
            found[str(one.uid)] = one.flags - _RECENT
    return store.reflag(source, validity, found)


def _fetched(
    imap: IMAP4,
    store: MaildirStore,
    uids: list[int],
    compared: bool,
    progress: OnProgress | None,
    failed: dict[str, str],
) -> Iterator[list[PendingMessage]]:
    """Write messages, some megabytes at a time."""
    drafts: list[PendingMessage] = []
    done = octets = 0

    def take(size: int) -> PendingMessage:
        return store.write("", imap.stream.pieces(size), compared=compared)

    def refused(uid: int, words: str) -> None:
        failed[str(uid)] = words

    def drop(draft: PendingMessage) -> None:
        store.drop([draft])

    try:
        for uid, flags, date, draft in fetch_raw(imap, uids, take, drop, refused):
            draft.uid, draft.flags, draft.date = str(uid), flags - _RECENT, date
            drafts.append(draft)
            octets += draft.size
            if octets > _BATCH_OCTETS or len(drafts) >= _BATCH_COUNT:
                done += len(drafts)
                kept, drafts, octets = drafts, [], 0
                yield kept
                if progress is not None:
                    progress(done, len(uids))
    except BaseException:
        store.drop(drafts)
        raise
    if drafts:
        yield drafts
    if progress is not None and uids:
        progress(done + len(drafts) + len(failed), len(uids))


# POP3


def download_drop(
    pop3: POP3,
    maildir: Path | str,
    *,
    source: str = "pop3",
    leave: Leave = FOREVER,
    wanted: Callable[[bytes], bool] | None = None,
    durable: bool = True,
    progress: OnProgress | None = None,
) -> Summary:
    """Fetch new messages of a maildrop, and delete those that are due; deletion takes effect at QUIT only (RFC 1939
    §6).

    A message is marked for deletion only when it is on disk and recorded. Messages are identified by UIDL; without
    it, by their content.

    Args:
        pop3: the connection; its ``with`` block sends QUIT.
        maildir: the target; a download can be interrupted at any time and resumed.
        source: the maildrop's name in the record, if one Maildir has several.
        leave: how long mail stays there.
        wanted: called with the header of each new message; returns whether to fetch it.
        durable: whether to wait for the disk (fsync).
        progress: called with the number of fetched messages and the total.

    Raises:
        RefusedError: the server does not list the maildrop.
        LostError: the connection was lost; fetched messages are kept, and nothing is deleted.
    """
    sizes, identities = contents(pop3)
    with MaildirStore(maildir, durable=durable) as store:
        store.tidy()
        known = store.known(source)
        missing = [n for n in sorted(sizes) if identities.get(n, "") not in known]
        refused: dict[int, str] = {}
        if wanted is not None:
            missing = [n for n, header in headers(pop3, missing, refused) if wanted(header)]
        fresh = octets = done = 0
        named: dict[int, str] = dict(identities)
        present = {*named.values()}
        keeping: Future[int] | None = None
        compared = _compared(store, source, missing, named, {*known}, leave)
        for drafts, numbers in _retrieved(pop3, store, missing, sizes, refused, compared):
            fresh += keeping.result() if keeping else 0
            for number, pending in zip(numbers, drafts, strict=True):
                pending.uid = named.setdefault(number, f"sha256-{pending.digest}")
            present |= {draft.uid for draft in drafts}
            keeping = store.keep_later(source, 0, drafts, new=True, present=present)
            octets += sum(draft.size for draft in drafts)
            done += len(drafts)
            if progress is not None:
                progress(done, len(missing))
        fresh += keeping.result() if keeping else 0
        kept: dict[str, str] = {}
        deleted = tuple(_due(pop3, store, source, leave, named, kept))
        vanished = tuple(sorted(set(known) - set(named.values())))
    failed = kept | {named.get(number, str(number)): words for number, words in refused.items()}
    return Summary(
        new=fresh, octets=octets, vanished=vanished, deleted=deleted, failed=(*failed.items(),)
    )


def _compared(
    store: MaildirStore,
    source: str,
    missing: list[int],
    named: dict[int, str],
    known: set[str],
    leave: Leave,
) -> bool:
    """Return whether the content of new messages is hashed: it is their identity where the server gives none, and it
    recognises those that the server lists under another one. Messages that will be gone from the server soon are
    hashed while they come.
    """
    if not missing:
        return False
    anonymous = any(number not in named for number in missing)
    gone = known - {*named.values()}
    return store.compares(source, 0, gone) or anonymous or leave != FOREVER


def _retrieved(
    pop3: POP3,
    store: MaildirStore,
    wanted: list[int],
    sizes: dict[int, str],
    refused: dict[int, str],
    compared: bool,
) -> Iterator[tuple[list[PendingMessage], list[int]]]:
    """Fetch and write messages in groups, pipelined if the server allows it."""
    ahead = pipelining(pop3)
    stream = pop3.stream
    groups = [*_groups(wanted, sizes)]

    def ask_for(group: list[int]) -> None:
        stream.send_commands(b"".join(b"RETR %d\r\n" % number for number in group))

    with stream.together():
        waiting = iter(groups if ahead else [])
        for group in islice(waiting, _AHEAD):
            ask_for(group)
        for group in groups:
            if (following := next(waiting, None)) is not None:
                ask_for(following)
            drafts: list[PendingMessage] = []
            numbers: list[int] = []
            try:
                for number in group:
                    if not ahead:
                        ask_for([number])
                    first = stream.readline()
                    if not positive(first):
                        refused[number] = decoded(first.rstrip())
                        continue
                    numbers.append(number)
                    drafts.append(store.write("", stream.dotted(), compared=compared))
            except BaseException:
                store.drop(drafts)
                raise
            yield drafts, numbers


def _groups(wanted: list[int], sizes: dict[int, str]) -> Iterator[list[int]]:
    group: list[int] = []
    octets = 0
    for number in wanted:
        size = octets_of(sizes[number])
        if group and (octets + size > _BATCH_OCTETS or len(group) >= _IN_FLIGHT):
            yield group
            group, octets = [], 0
        group.append(number)
        octets += size
    if group:
        yield group


def _due(
    pop3: POP3,
    store: MaildirStore,
    source: str,
    leave: Leave,
    named: dict[int, str],
    kept: dict[str, str],
) -> Iterator[str]:
    """Mark due messages for deletion; only those in the record. ``kept`` gets those that the server does not delete,
    with its reply.
    """
    now = time.time()
    store.kept_by(source, now)
    known = store.known(source)
    for number, identity in sorted(named.items()):
        one = known.get(identity)
        if one is None:
            continue
        old = leave.days is not None and now - one.kept >= leave.days * 86_400
        removed = leave.until_deleted and store.find(one) is None
        if old or removed:
            pop3.stream.sendall(b"DELE %d\r\n" % number)
            answer = pop3.stream.readline()
            if positive(answer):
                yield identity
            else:
                kept[identity] = f"not deleted: {decoded(answer.rstrip())}"
