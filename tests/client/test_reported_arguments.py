"""What people give to a mail library by mistake, and what they may give: refused before anything is sent, or meant."""

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from mailkit.client import connect_imap, connect_smtp
from mailkit.client.compose import Attachment, compose
from mailkit.client.download import download_folder
from mailkit.client.mailboxes import open_folder
from mailkit.client.messages import append, mark
from mailkit.client.reading import fetch_messages, read_message
from mailkit.client.send import send
from mailkit.errors import ProtocolError, RefusedError, SettingsError
from mailkit.flow.outbox import Outbox
from mailkit.formats import loads
from mailkit.lab import Listener
from mailkit.lab.scenario import ADDRESS, HOST, smtp
from mailkit.lab.scenario import imap as account_of

Make = Callable[..., Any]


def of_kim() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = ADDRESS, "lee@example.com", "s"
    message.set_content("x")
    return message


@pytest.mark.parametrize("to", [None, "", [], [""], [None], 5])
def test_nobody_is_no_recipient(to: Any) -> None:
    with pytest.raises(SettingsError):
        compose("kim@example.com", to, "s", "x")


@pytest.mark.parametrize("sender", [None, "", "kim", 5])
def test_nobody_is_no_sender(sender: Any) -> None:
    with pytest.raises(SettingsError):
        compose(sender, "lee@example.com", "s", "x")


@pytest.mark.parametrize("kind", [str, Path, Attachment.of])
def test_one_file_needs_no_list(kind: Callable[[Any], Any], tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF")
    letter = compose("kim@example.com", "lee@example.com", "s", "x", attachments=kind(file))
    (found,) = read_message(letter.content()).attachments
    assert (found.name, found.content) == ("a.pdf", b"%PDF")


def test_the_content_of_a_file_is_bytes() -> None:
    given: Any = "grüße;1"
    with pytest.raises(SettingsError, match=r"a\.csv is bytes"):
        compose(
            "kim@example.com", "lee@example.com", "s", "x", attachments=Attachment("a.csv", given)
        )


def test_a_message_of_the_standard_library_is_no_letter(make_lab: Make, tmp_path: Path) -> None:
    given: Any = of_kim()
    lab = make_lab(Listener(protocol="smtp", host=HOST, port=465))
    (account,) = loads(smtp(465, "implicit-tls"))
    wire: Any = {"ca": lab.ca_file, "connect_to": lab.connect_to, "timeout": 30}
    with connect_smtp(account, **wire) as opened:
        with pytest.raises(SettingsError, match="letter_of"):
            send(opened, given)
    with Outbox(tmp_path / "o.sqlite", [account], **wire) as box:
        with pytest.raises(SettingsError, match="letter_of"):
            box.put(given)
        assert not box.journal.claim(1)


@pytest.mark.parametrize("limit", [-1, "5", 2.5])
def test_a_limit_is_a_number_of_messages(limit: Any, imap_of: Make) -> None:
    imap, server = imap_of(b"* SEARCH 1\r\n", words=b"SEARCH")
    with pytest.raises(SettingsError, match="not a number of messages"):
        list(fetch_messages(imap, limit=limit))
    assert not server.heard


@pytest.mark.parametrize("name", [None, 5, b"INBOX"])
def test_a_name_of_a_folder_is_text(name: Any, imap_of: Make) -> None:
    imap, server = imap_of(b"")
    with pytest.raises(SettingsError, match="not the name of a folder"):
        open_folder(imap, name)
    assert not server.heard


@pytest.mark.parametrize("flag", ["", "a b", "(x)", "Grün", None, 5, [None]])
def test_a_flag_is_an_atom(flag: Any, imap_of: Make) -> None:
    imap, server = imap_of(b"")
    with pytest.raises((SettingsError, ProtocolError)):
        mark(imap, [5], flag)
    assert not server.heard


@pytest.mark.parametrize("offer", ["APPENDLIMIT=1000", "APPENDLIMIT=120"])
def test_a_message_that_is_too_large_is_not_sent(offer: str, imap_of: Make) -> None:
    imap, server = imap_of(b"", offers={offer})
    with pytest.raises(RefusedError, match="5,000 octets") as refused:
        append(imap, "Sent", b"Subject: s\r\n\r\n" + b"x" * 4986)
    assert (refused.value.kind, server.heard) == ("toobig", b"")


@pytest.mark.parametrize("offer", ["APPENDLIMIT", "APPENDLIMIT=", "APPENDLIMIT=x", "APPENDLIMIT=0"])
def test_a_limit_that_is_not_told_refuses_nothing(offer: str, imap_of: Make) -> None:
    imap, server = imap_of(b"", offers={offer})
    append(imap, "Sent", b"Subject: s\r\n\r\nx")
    assert b"APPEND" in server.heard


def test_a_place_below_the_home_folder(
    make_lab: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    lab = make_lab(Listener(protocol="imap", host=HOST, port=993))
    lab.box(ADDRESS).deliver(b"Subject: s\r\n\r\nx")
    (account,) = loads(account_of(993, "implicit-tls"))
    with connect_imap(account, ca=lab.ca_file, connect_to=lab.connect_to, timeout=30) as imap:
        download_folder(imap, "INBOX", "~/mail/inbox")
    assert [*(tmp_path / "mail" / "inbox").glob("???/*")]
