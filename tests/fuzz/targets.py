"""What strangers and servers can send, and what reads it: one target for each parser.

A target takes bytes. It may return, or raise what its parser declares; anything else is a defect. ``CORPUS/NAME/`` has inputs that
found one, and a few to begin with; each of them runs in the suite (``test_corpus.py``). ``make fuzz`` looks for more.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from mailkit.client import dates, encoded_words, mime, parameters
from mailkit.client.addresses import people_in
from mailkit.client.commands import values
from mailkit.client.rows import row_of
from mailkit.client.structure import body_part, envelope
from mailkit.errors import FormatError, ProtocolError
from mailkit.explanation import explain
from mailkit.flow.answers import address_for, message_id_of, plain, why_automatic
from mailkit.flow.receipts import receipts_of
from mailkit.flow.senders import field_of, header_of, sender_of
from mailkit.formats import loads
from mailkit.formats.autoconfig import read_autoconfig
from mailkit.formats.document import read_source
from mailkit.formats.syntax import SYNTAXES, syntax
from mailkit.net import certificates
from mailkit.observation import ServerEndpoint
from mailkit.protocol.conversation import dialogue_for, observe
from mailkit.protocol.dialogue import (
    Ask,
    Connect,
    Credentials,
    Dialogue,
    Recv,
    SessionState,
    StartTLS,
)
from mailkit.protocol.imap.responses import list_row
from mailkit.protocol.imap.utf7 import from_utf7, to_maildir
from mailkit.protocol.masking import Secrets
from mailkit.uses import ChannelOptions

__all__ = ["CORPUS", "TARGETS", "corpus_of"]

CORPUS = Path(__file__).parent / "corpus"
Target = Callable[[bytes], Any]


def _on_one_line(error: FormatError) -> None:
    assert "\n" not in str(error)


def _imap_response(data: bytes) -> None:
    try:
        row = values(data.split(b"\n"))
    except ProtocolError:
        return
    list_row(row)
    for value in row:
        row_of(1, value)
        body_part(value)
        envelope(value)


def _folder_name(data: bytes) -> None:
    try:
        name = from_utf7(data)
    except ValueError:
        return
    place = to_maildir(name, data[:1].decode("latin-1"))
    assert "/" not in place
    assert place not in (".", "..")
    assert place or name.upper() == "INBOX"


def _opening(protocol: str, data: bytes) -> None:
    """A server that says these bytes, whatever it is asked."""
    turns = iter(data.split(b"\0"))

    def answer(ask: Ask) -> object:
        match ask:
            case Connect():
                return "192.0.2.1"
            case StartTLS():
                from mailkit.observation import Tls

                return Tls("TLSv1.3")
            case Recv():
                return next(turns, b"")
            case _:
                return b""

    endpoint = ServerEndpoint(protocol, "mail.example.com", 1, "implicit-tls")
    credentials = Credentials("kim@example.com", "opensesame")

    def conversation(session: SessionState) -> Dialogue[None]:
        return dialogue_for(session, endpoint, credentials)

    assert "opensesame" not in repr(observe(endpoint, conversation, answer))


def _message(data: bytes) -> None:
    part = mime.parsed(data)
    mime.content_of(part)


def _header(data: bytes) -> None:
    message = header_of(data)
    sender = sender_of(message)
    for name in ("Subject", "From", "To", "Date", "Message-ID"):
        assert "\n" not in plain(field_of(message, name))
    why_automatic(message)
    message_id_of(message)
    address_for(message, sender, ChannelOptions())


def _report(data: bytes) -> None:
    from email import message_from_bytes, policy
    from email.message import EmailMessage

    try:
        message = message_from_bytes(data, policy=policy.default)
    except Exception:
        return  # the standard library's own; who reads a report catches it
    if isinstance(message, EmailMessage):
        receipts_of(message)


def _words(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    encoded_words.decoded_words(text)
    parameters.with_parameters(text)
    people_in(text)
    dates.date_of(text)


def _explain(data: bytes) -> None:
    explain(data.decode("utf-8", "replace"))


def _autoconfig(data: bytes) -> None:
    try:
        read_autoconfig(data, "kim@example.com", "https://example.com")
    except FormatError as error:
        _on_one_line(error)


def _syntax(name: str, data: bytes) -> None:
    try:
        source = read_source(data, f"a.{name}")
        syntax(name).read(source.text, f"a.{name}")
    except FormatError as error:
        _on_one_line(error)


def _settings(data: bytes) -> None:
    from mailkit.checks import check

    try:
        accounts = loads(read_source(data, "settings").text, "settings")
    except FormatError as error:
        _on_one_line(error)
        return
    for account in accounts:
        check(account, accounts)


def _native(data: bytes) -> None:
    from mailkit.formats import native

    try:
        native.read(data.decode("utf-8", "replace"), "a.toml")
    except FormatError as error:
        _on_one_line(error)


def _certificate(data: bytes) -> None:
    certificates.from_der(data)
    certificates.load_crls(data)
    certificates.subjects(data)


def _mask(data: bytes) -> None:
    secrets = Secrets()
    secrets.add("opensesame")
    assert b"opensesame" not in secrets.masked(data + b" opensesame").lower()


TARGETS: dict[str, Target] = {
    "imap-response": _imap_response,
    "folder-name": _folder_name,
    **{f"opening-{name}": partial(_opening, name) for name in ("imap", "pop3", "smtp")},
    "message": _message,
    "header": _header,
    "report": _report,
    "words": _words,
    "explain": _explain,
    "autoconfig": _autoconfig,
    "settings": _settings,
    "native": _native,
    **{f"syntax-{name}": partial(_syntax, name) for name in sorted(SYNTAXES)},
    "certificate": _certificate,
    "mask": _mask,
}


def corpus_of(name: str) -> list[bytes]:
    """The inputs that are kept for a target, and one that every target has."""
    folder = CORPUS / name
    kept = [one.read_bytes() for one in sorted(folder.iterdir())] if folder.is_dir() else []
    return [b"host = smtp.example.com\nport = 465\n", *kept]
