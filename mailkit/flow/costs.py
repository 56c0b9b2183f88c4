"""Measure the cost of reading by IMAP: opening one message, and syncing a tree of folders."""

import ipaddress
import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from mailkit.client.connection import IMAP4
from mailkit.client.mailboxes import folders, status, subscribed
from mailkit.client.messages import fetch, part
from mailkit.client.structure import BodyPart
from mailkit.errors import ClientError, RefusedError

__all__ = ["FolderTree", "Opening", "near", "opening", "tree"]

T = TypeVar("T")
_MANY_FOLDERS, _MANY_MESSAGES = 50, 20_000


@dataclass(frozen=True, slots=True)
class Opening:
    """A message opened in two ways: octets and seconds of the whole message and of its text alone, and how far away
    the server is.
    """

    place: str
    whole_octets: int
    whole_s: float
    text_octets: int
    text_s: float

    @property
    def advice(self) -> str:
        """What to do about it."""
        share = self.text_octets / self.whole_octets if self.whole_octets else 1.0
        if self.place == "this machine":
            return "The server is this machine: opening whole messages is cheap."
        less = f"Fetch the text alone: {self.text_octets:,} of {self.whole_octets:,} octets."
        if self.place == "this network":
            return (
                less if share < 0.5 else "The server is in this network: opening messages is cheap."
            )
        keep = "Keep a local copy (folder sync, or POP3) if messages are opened often."
        return f"The server is remote. {less} {keep}"


@dataclass(frozen=True, slots=True)
class FolderTree:
    """A tree of folders: their number, their contents, and how long the query took."""

    folders: int
    subscribed: int
    messages: int
    octets: int | None
    seconds: float

    @property
    def advice(self) -> str:
        """The advice."""
        if self.folders <= _MANY_FOLDERS and self.messages <= _MANY_MESSAGES:
            return "Small enough to fetch every folder."
        return (
            f"{self.folders} folders with {self.messages:,} messages; asking alone took {self.seconds:.1f} s. "
            "Subscribe only to the folders that are used, usually the inbox and sent mail."
        )


def near(imap: IMAP4) -> str:
    """Return where the server is: ``this machine``, ``this network`` or ``remote``."""
    with suppress(OSError, ValueError), socket.socket(fileno=os.dup(imap.stream.fileno())) as one:
        there = ipaddress.ip_address(one.getpeername()[0].partition("%")[0])
        here = ipaddress.ip_address(one.getsockname()[0].partition("%")[0])
        if there.is_loopback or there == here:
            return "this machine"
        return "this network" if there.is_private or there.is_link_local else "remote"
    return "remote"


def opening(imap: IMAP4, uid: int) -> Opening:
    """Open a message of the selected folder in both ways.

    Raises:
        RefusedError: the message does not exist.
    """
    whole, whole_s = _timed(lambda: [*fetch(imap, [uid], "UID BODY.PEEK[]")])
    if not whole:
        raise RefusedError(f"there is no message {uid}", imap.transcript, "nonexistent")

    def text_alone() -> int:
        (row,) = fetch(imap, [uid], "UID BODYSTRUCTURE")
        chosen = _text(row.structure)
        return len(part(imap, uid, chosen or "1"))

    text, text_s = _timed(text_alone)
    return Opening(near(imap), len(whole[0].content), whole_s, text, text_s)


def tree(imap: IMAP4) -> FolderTree:
    """Query every folder."""
    begun = time.monotonic()
    many = [folder for folder in folders(imap) if folder.selectable]
    messages, octets, known = 0, 0, True
    for mailbox in many:
        with suppress(ClientError):
            told = status(imap, mailbox.name)
            messages += told.messages or 0
            octets += told.size or 0
            known = known and told.size is not None
    wanted = len(subscribed(imap))
    seconds = time.monotonic() - begun
    return FolderTree(len(many), wanted, messages, octets if known else None, seconds)


def _text(structure: BodyPart | None) -> str:
    for leaf in structure.walk() if structure is not None else ():
        if leaf.kind.startswith("text/") and not leaf.filename:
            return leaf.path
    return ""


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    begun = time.monotonic()
    done = work()
    return done, time.monotonic() - begun
