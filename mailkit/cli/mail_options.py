"""The options of the commands that move mail."""

import argparse

from mailkit.cli.options import Make, add_dialling
from mailkit.net.times import CLIENT

__all__ = ["add_mail"]


_ABOVE = "what to do: one of the words above"
_SEND = """\
Header, footer, signature and blind copies come from the account's settings. The outbox stores the message first, so that nothing is lost and its delivery status can be looked up.

  mailkit send accounts.toml --to lee@example.com --subject "Your order" --text "It has been shipped."
"""
_OUTBOX = """\
  list      what was sent, and what was not, with the reason
  work      send what is due now, once
  run       send what is due every minute, until stopped (Ctrl-C, SIGTERM)
  receipts  read receipts in the accounts' inboxes, and record them
  again     try message --id again; one whose delivery is unknown is never retried by itself
  cancel    do not send message --id

  mailkit outbox run accounts.toml
"""
_CHANNEL = """\
  run       fetch new mail, process it, answer it, then delete it on the server; --every repeats that
  list      the messages that were received, and how far each came
  again     process message --id again after a failure or an interruption
  settle    finish message --id: it is deleted on the server and kept locally

A program gets the file with the message and a folder for results as arguments. The files in that folder are sent to the sender of the message.

  mailkit channel run accounts.toml --account orders --folder orders/ --process ./convert
"""
_SYNC = """\
  fetch         sync every chosen folder (POP3: fetch new messages)
  tree          list the folders with their roles, and which ones are synced
  cost          measure what syncing everything would cost
  download      sync --folder once
  subscribe     sync --folder from now on; unsubscribe: no longer
  reindex       delete the local copy of --folder, and fetch it again
  purge         remove messages marked as deleted from --folder on the server
  people        the history of one correspondent: --history FILE --address ADDRESS

  mailkit sync fetch accounts.toml --account office --into mail/
"""


def add_mail(command: Make) -> None:
    """Add the commands."""
    for add in (_add_send, _add_outbox, _add_channel, _add_sync):
        add(command)


def _add_send(command: Make) -> None:
    one = _added(command, "send", "write a message and send it", _SEND)
    _files(one)
    one.add_argument("--by", default="", metavar="NAME", help="the account (the default one)")
    one.add_argument("--team", default="", metavar="TEAM", help="the default account of a team")
    for name, help_ in (
        ("to", "recipient (repeatable)"),
        ("cc", "carbon-copy recipient"),
        ("bcc", "blind-copy recipient"),
    ):
        one.add_argument(
            f"--{name}",
            action="append",
            default=[],
            metavar="ADDRESS",
            help=help_,
            required=name == "to",
        )
    one.add_argument("--subject", required=True, metavar="TEXT", help="the subject")
    one.add_argument("--text", metavar="TEXT", help="the text of the message")
    one.add_argument(
        "--text-file",
        metavar="FILE",
        help="read the text of the message from a file, or - for standard input",
    )
    one.add_argument("--attach", action="append", default=[], metavar="FILE", help="file to attach")
    one.add_argument(
        "--field",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="value for the merge field {{NAME}}",
    )
    one.add_argument(
        "--person", default="", metavar="NAME", help="the person whose signature is used"
    )
    one.add_argument("--kind", default="", metavar="WORD", help="a label for the journal")
    one.add_argument("--save-sent", action="store_true", help="store a copy in the Sent folder")
    when = one.add_mutually_exclusive_group()
    when.add_argument("--now", action="store_true", help="wait for the result")
    when.add_argument("--later", action="store_true", help="leave the sending to the worker")
    _common(one)


def _add_outbox(command: Make) -> None:
    one = _added(command, "outbox", "list what was sent, and run the worker", _OUTBOX)
    one.add_argument(
        "action",
        metavar="ACTION",
        choices=("list", "work", "run", "receipts", "again", "cancel"),
        help=_ABOVE,
    )
    _files(one, needed=False)
    one.add_argument("--id", type=int, metavar="N", help="the number of a message")
    one.add_argument(
        "--every", type=float, default=60.0, metavar="S", help="with run: how often (60 s)"
    )
    _common(one)


def _add_channel(command: Make) -> None:
    one = _added(command, "channel", "process, answer, then delete incoming mail", _CHANNEL)
    one.add_argument(
        "action", metavar="ACTION", choices=("run", "list", "again", "settle"), help=_ABOVE
    )
    _files(one)
    one.add_argument(
        "--folder", default="mailkit-channel", metavar="DIR", help="the folder for its files"
    )
    one.add_argument(
        "--process", default="", metavar="PROGRAM", help="program to run for each message"
    )
    one.add_argument(
        "--standard-pre",
        default="",
        metavar="PROGRAM",
        help="run before each message, for all channels",
    )
    one.add_argument(
        "--standard-post",
        default="",
        metavar="PROGRAM",
        help="run after each message, for all channels",
    )
    one.add_argument("--every", type=float, metavar="S", help="repeat every S seconds")
    one.add_argument("--id", type=int, metavar="N", help="the number of a message")
    _common(one)


def _add_sync(command: Make) -> None:
    one = _added(command, "sync", "sync folders of the server to Maildirs", _SYNC)
    one.add_argument(
        "action",
        metavar="ACTION",
        help=_ABOVE,
        choices=(
            *("fetch", "tree", "cost", "download", "subscribe", "unsubscribe", "reindex", "purge"),
            "people",
        ),
    )
    _files(one)
    one.add_argument("--folder", dest="name", default="", metavar="NAME", help="IMAP folder")
    one.add_argument(
        "--into", default="", metavar="DIR", help="directory of the Maildirs (folders.keep)"
    )
    one.add_argument(
        "--history",
        default="",
        metavar="FILE",
        help="SQLite file that links messages to correspondents",
    )
    one.add_argument(
        "--address", default="", metavar="ADDRESS", help="with people: the correspondent's address"
    )
    add_dialling(one, CLIENT)


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


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--outbox",
        default="mailkit-outbox.sqlite",
        metavar="FILE",
        help="the outbox file (mailkit-outbox.sqlite)",
    )
    parser.add_argument(
        "--sendmail",
        default="/usr/sbin/sendmail",
        metavar="PROGRAM",
        help='for accounts with via = "sendmail"',
    )
    add_dialling(parser, CLIENT)
