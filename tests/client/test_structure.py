"""BODYSTRUCTURE as servers send it: no part is lost because of its neighbour."""

import pytest

from mailkit.client.structure import BodyPart, body_part
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
