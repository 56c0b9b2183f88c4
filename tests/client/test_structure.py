"""BODYSTRUCTURE as servers send it: no part is lost because of its neighbour."""

import base64

import pytest

from mailkit.client.structure import BodyPart, body_part, envelope
from mailkit.protocol.imap.grammar import values

TEXT = b'("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 1)'
PDF = b'("APPLICATION" "PDF" ("NAME" "a.pdf") NIL NIL "BASE64" 9)'


def read(line: bytes) -> BodyPart:
    return body_part(values([line])[0])


@pytest.mark.parametrize(
    ("child", "kind"),
    [
        (b'("ALTERNATIVE")', "multipart/alternative"),
        (b'("ALTERNATIVE" ("BOUNDARY" "b") NIL NIL)', "multipart/alternative"),
        (b'("MIXED" NIL NIL)', "multipart/mixed"),
        (b"()", "application/octet-stream"),
        (b"NIL", "application/octet-stream"),
        (b'(("MIXED") "MIXED")', "multipart/mixed"),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_part_without_parts_hides_no_other(child: bytes, kind: str, place: int) -> None:
    parts = [TEXT, PDF]
    parts.insert(place, child)

    whole = read(b"(%b %b)" % (b"".join(parts), b'"MIXED" ("BOUNDARY" "x") NIL NIL'))

    assert whole.kind == "multipart/mixed"
    kinds = ["text/plain", "application/pdf"]
    kinds.insert(place, kind)
    assert [part.kind for part in whole.parts] == kinds
    assert [part.path for part in whole.parts] == ["1", "2", "3"]
    assert [part.filename for part in whole.attachments] == ["a.pdf"]


def test_a_multipart_alone_may_have_no_parts() -> None:
    whole = read(b'("MIXED" ("BOUNDARY" "x") NIL NIL)')
    assert (whole.kind, whole.parts, whole.parameters) == ("multipart/mixed", (), {"boundary": "x"})


def test_a_multipart_without_a_name_keeps_its_parts() -> None:
    whole = read(b'(%b ("BOUNDARY" "x"))' % TEXT)
    assert [part.kind for part in whole.walk()] == ["multipart/mixed", "text/plain"]


def test_a_part_without_a_description_keeps_its_encoding_and_size() -> None:
    part = read(b'("APPLICATION" NIL NIL NIL "base64" 356)')
    assert (part.kind, part.encoding, part.size) == ("application/octet-stream", "base64", 356)


@pytest.mark.parametrize("size", ["²".encode(), b"9" * 5000, b"-1", b"x"])
def test_a_size_that_is_no_number_is_none(size: bytes) -> None:
    assert read(b'("TEXT" "PLAIN" NIL NIL NIL "7BIT" %b 1)' % size).size == 0


def test_files_without_a_name_and_attached_messages_are_attachments() -> None:
    (value,) = values(
        [
            b'(("TEXT" "PLAIN" NIL NIL NIL "7BIT" 2 1)("APPLICATION" "PDF" NIL NIL NIL "BASE64" 8)'
            b'("IMAGE" "PNG" NIL "<logo>" NIL "BASE64" 8)'
            b'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 9 (NIL "x" NIL NIL NIL NIL NIL NIL NIL NIL)'
            b' ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 2 1) 1) "MIXED")'
        ]
    )

    assert [part.kind for part in body_part(value).attachments] == [
        "application/pdf",
        "message/rfc822",
    ]


def test_gb2312_is_read_as_the_set_that_mail_programs_mean() -> None:
    word = "=?gb2312?B?" + base64.b64encode("镕金".encode("gbk")).decode() + "?="
    (value,) = values([f'("x" "{word}" NIL NIL NIL NIL NIL NIL NIL NIL)'.encode()])

    assert envelope(value).subject == "镕金"


def test_an_extended_value_that_lost_its_star_is_a_name() -> None:
    """Some servers report ``filename*`` as ``filename`` (RFC 2231 §4)."""
    said = b"UTF-8''%E3%82%82%E3%81%AE.txt"
    whole = read(
        b'("text" "plain" ("name" "%b") NIL NIL "base64" 9 1 NIL ("attachment" ("filename" "%b")) NIL NIL)'
        % (said, said)
    )
    assert whole.filename == "もの.txt"


@pytest.mark.parametrize("name", ["it's 100%.txt", "utf-8''plain.txt", "rock'n'roll%20.txt"])
def test_a_name_that_only_looks_extended_stays(name: str) -> None:
    whole = read(
        b'("text" "plain" ("name" "%b") NIL NIL "base64" 9 1 NIL NIL NIL NIL)' % name.encode()
    )
    assert whole.filename == name


def test_a_disposition_may_have_quotes_of_the_sender() -> None:
    line = b'("IMAGE" "GIF" ("name" "a.gif") NIL NIL "base64" 6 NIL ("\\"inline\\"" NIL))'
    assert read(line).disposition == "inline"
