"""Messages decoded, whatever is wrong with them; files saved where they are meant to be."""

import io
from encodings.aliases import aliases
from pathlib import Path

import pytest

from mailkit.client import addresses, connect
from mailkit.client.compose import Attachment, compose
from mailkit.client.reading import MailFile, read_message
from mailkit.errors import SettingsError


def test_a_message_is_read_as_it_was_composed() -> None:
    files = [Attachment("ä.pdf", b"%PDF"), Attachment("l.png", b"png", cid="logo")]
    letter = compose(
        "Jörg <kim@example.com>",
        "lee@example.com",
        "Größe",
        "Grüße",
        html="<p>ö</p>",
        attachments=files,
    )
    message = read_message(letter.content(), 7, frozenset({"\\Seen"}))
    assert (message.subject, message.text.strip()) == ("Größe", "Grüße")
    assert "<p>ö</p>" in message.html
    assert (message.from_[0].name, message.from_[0].email) == ("Jörg", "kim@example.com")
    found = {(file.name, file.content, file.inline, file.cid) for file in message.attachments}
    assert found == {("ä.pdf", b"%PDF", False, ""), ("l.png", b"png", True, "logo")}
    assert message.seen


@pytest.mark.parametrize(
    "raw", ["Straße".encode("latin-1"), "Straße".encode(), b"=?iso-8859-1?q?Stra=DFe?="]
)
def test_subjects_are_read_whatever_they_are_written_in(raw: bytes) -> None:
    assert read_message(b"Subject: " + raw + b"\r\n\r\nx").subject == "Straße"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no header",
        b"Content-Type: (((\r\n\r\nx",
        b"From: <\r\nDate: x\r\n\r\n\xff",
        b"Content-Type: text/plain; charset=x\r\n\r\nx",
    ],
)
def test_whatever_comes_is_read(content: bytes) -> None:
    assert read_message(content).content == content


@pytest.mark.parametrize("name", ["../../x.txt", "/etc/x", "..", "", "a\0b", "x" * 400, "C:\\x"])
def test_a_file_is_saved_inside_the_folder_and_replaces_nothing(name: str, tmp_path: Path) -> None:
    paths = {MailFile(name, "text/plain", b"x").save(tmp_path / "in") for _ in range(2)}
    assert len(paths) == 2
    assert {path.parent for path in paths} == {tmp_path / "in"}


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        *((name, f"_{name}") for name in ("CON", "aux.txt", "nul", "COM1.tar.gz", "LPT¹", "-rf")),
        ("con .txt", "_con.txt"),
        ("console.txt", "console.txt"),
        ("\u202egpj.exe", "_gpj.exe"),
        ("a\u2028b\u200b\ud800.txt", "a_b__.txt"),
        ("می\u200cخواهم.txt", "می\u200cخواهم.txt"),
        ("photo ❤️.jpg", "photo ❤️.jpg"),
    ],
)
def test_a_file_has_a_name_that_every_system_takes_for_a_file(
    name: str, kept: str, tmp_path: Path
) -> None:
    assert MailFile(name, "text/plain", b"x").save(tmp_path).name == kept


def test_thousands_of_files_of_one_name_are_not_counted_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = {f"a{f' ({n})' if n > 1 else ''}.txt" for n in range(1, 10_000)}
    tried = []

    def opened(path: Path, mode: str) -> object:
        tried.append(path.name)
        if path.name in taken:
            raise FileExistsError
        return io.BytesIO()

    monkeypatch.setattr(Path, "open", opened)
    assert MailFile("a.txt", "text/plain", b"x").save(tmp_path).suffix == ".txt"
    assert len(tried) == 101


def test_a_host_without_a_password_is_refused() -> None:
    with pytest.raises(SettingsError):
        connect("imap.example.com", "kim@example.com")


def test_a_quote_that_is_never_closed_is_searched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    class Counted:
        def match(self, text: str, at: int) -> object:
            tried.append(at)
            return token.match(text, at)

    token = addresses._TOKEN
    monkeypatch.setattr(addresses, "_TOKEN", Counted())
    assert addresses.people_in('"\\' * 2_000 + " kim@example.com")
    assert len(tried) == 1


CODECS = sorted({*aliases.values(), "idna", "punycode", "undefined", "unicode_escape", "oem"})


@pytest.mark.parametrize("charset", [*CODECS, "rot13", "../x", "é", "none", ""])
def test_no_codec_of_python_is_an_exception_or_runs_on_a_strangers_words(charset: str) -> None:
    head = f"Subject: =?{charset}?q?a=FF?=\r\nContent-Type: text/plain; charset={charset}\r\n"
    name = f"Content-Disposition: attachment; filename*={charset}''%61%ff\r\n"
    for header in (head, head + name):
        message = read_message(header.encode() + b"\r\nabc\xff\xfe\x00\x80")
        assert isinstance(message.subject + message.text, str)
    if charset == "rot13":
        assert read_message(head.encode() + b"\r\nabc").text == "abc"
