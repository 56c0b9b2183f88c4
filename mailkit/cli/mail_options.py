"""The options of the commands that move mail."""

import argparse
from collections.abc import Callable

from mailkit.net.times import CLIENT

__all__ = ["add_commands"]

Make = Callable[..., argparse.ArgumentParser]

_SEND = """\
Writes a message as the account's settings say (header, footer, signature, unseen copies), and sends it.
It is in the outbox first, so that nothing is lost, and its fate can be looked up there.

  mailkit send accounts.toml --to lee@example.com --subject "Your order" --text "It is on its way."
"""
_OUTBOX = """\
  list      both journals: what was sent, and what was not, with the reason
  work      send what is due now, once
  run       send what is due every minute, until ended (Ctrl-C, SIGTERM)
  receipts  read receipts in the accounts' inboxes, and note them in the journal
  again     try message --id again: one whose fate is unknown is not sent again by itself
  cancel    do not send message --id

  mailkit outbox run accounts.toml
"""
_CHANNEL = """\
  run       take what is there, process it, answer it, then delete it on the server; with --every, again and again
  list      what was taken, and how far it came
  again     process message --id again, which failed or was broken off
  settle    be done with it: it is deleted on the server, and kept here

A script gets the file with the message and a folder for results as arguments; what it leaves there goes to who sent
the message.

  mailkit channel run accounts.toml --account letters --folder letters/ --process ./convert
"""
_SYNC = """\
  fetch         make every folder that is chosen the same as on the server (POP3: fetch what is new)
  tree          the folders with their roles, and which are fetched
  cost          what fetching everything would cost
  download      make --folder the same as on the server, this once
  subscribe     have --folder fetched from now on; unsubscribe: no more
  reindex       drop what is here of --folder, and fetch it afresh
  purge         remove for good, on the server, what is marked as deleted in --folder
  people        the history of one correspondent: --history FILE --address ADDRESS

  mailkit sync fetch accounts.toml --account office --into mail/
"""


def add_commands(command: Make, dialling: Callable[..., None]) -> None:
    """Add them to the command line; ``dialling`` adds the options of connections."""
    one = _added(command, "send", "write a message and send it", _SEND)
    _files(one)
    one.add_argument("--by", default="", metavar="NAME", help="the account (the default one)")
    one.add_argument("--team", default="", metavar="TEAM", help="the default account of a team")
    for name, help_ in (("to", "to whom (repeatable)"), ("cc", "a copy"), ("bcc", "unseen")):
        one.add_argument(
            f"--{name}",
            action="append",
            default=[],
            metavar="ADDRESS",
            help=help_,
            required=name == "to",
        )
    one.add_argument("--subject", required=True, metavar="TEXT")
    one.add_argument("--text", metavar="TEXT", help="the message")
    one.add_argument("--text-file", metavar="FILE", help="the message from a file, or - for input")
    one.add_argument("--attach", action="append", default=[], metavar="FILE")
    one.add_argument(
        "--field", action="append", default=[], metavar="NAME=VALUE", help="for {{NAME}} in texts"
    )
    one.add_argument("--person", default="", metavar="NAME", help="whose signature")
    one.add_argument("--kind", default="", metavar="WORD", help="what it is, for the journal")
    one.add_argument("--save-sent", action="store_true", help="a copy into the folder of sent mail")
    when = one.add_mutually_exclusive_group()
    when.add_argument("--now", action="store_true", help="wait for the result")
    when.add_argument("--later", action="store_true", help="leave it to the worker")
    _common(one, dialling)

    one = _added(command, "outbox", "the journals of what was sent, and the worker", _OUTBOX)
    one.add_argument("action", choices=("list", "work", "run", "receipts", "again", "cancel"))
    _files(one, needed=False)
    one.add_argument("--id", type=int, metavar="N")
    one.add_argument("--every", type=float, default=60.0, metavar="S", help="with run (60)")
    _common(one, dialling)

    one = _added(command, "channel", "process what comes into a mailbox, and answer it", _CHANNEL)
    one.add_argument("action", choices=("run", "list", "again", "settle"))
    _files(one)
    one.add_argument("--folder", default="mailkit-channel", metavar="DIR", help="where it is kept")
    one.add_argument("--process", default="", metavar="PROGRAM", help="the work")
    one.add_argument("--standard-pre", default="", metavar="PROGRAM", help="shared by channels")
    one.add_argument("--standard-post", default="", metavar="PROGRAM", help="shared by channels")
    one.add_argument("--every", type=float, metavar="S", help="run again and again")
    one.add_argument("--id", type=int, metavar="N")
    _common(one, dialling)

    one = _added(command, "sync", "keep folders here the same as on the server", _SYNC)
    one.add_argument(
        "action",
        choices=(
            *("fetch", "tree", "cost", "download", "subscribe", "unsubscribe", "reindex", "purge"),
            "people",
        ),
    )
    _files(one)
    one.add_argument("--folder", dest="name", default="", metavar="NAME", help="the folder meant")
    one.add_argument("--into", default="", metavar="DIR", help="where (folders.keep)")
    one.add_argument(
        "--history", default="", metavar="FILE", help="link messages to correspondents"
    )
    one.add_argument("--address", default="", metavar="ADDRESS", help="with people: whose history")
    dialling(one, CLIENT)


def _added(command: Make, name: str, help_: str, about: str) -> argparse.ArgumentParser:
    one = command(name, name, help_)
    one.description = f"{help_[0].upper()}{help_[1:]}.\n\n{about}"
    one.set_defaults(module="mailkit.cli.mail")
    return one


def _files(parser: argparse.ArgumentParser, *, needed: bool = True) -> None:
    parser.add_argument("files", nargs="+" if needed else "*", metavar="FILE", help="account files")
    parser.add_argument("--account", action="append", metavar="NAME", help="only this account")
    parser.add_argument(
        "--no-command", action="store_true", help="run no command to get a password"
    )


def _common(parser: argparse.ArgumentParser, dialling: Callable[..., None]) -> None:
    parser.add_argument(
        "--outbox",
        default="mailkit-outbox.sqlite",
        metavar="FILE",
        help="the journals (mailkit-outbox.sqlite)",
    )
    parser.add_argument("--sendmail", default="/usr/sbin/sendmail", metavar="PROGRAM")
    dialling(parser, CLIENT)
