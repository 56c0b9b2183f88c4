"""Transcripts of the lab and of a relay: no login is shown, however it was sent, and nothing that repeats it."""

import base64

import pytest

from mailkit.lab.lines import Line, transcript

PASSWORD = "open sesame 17"
PLAIN = base64.b64encode(f"\0kim\0{PASSWORD}".encode())
BASE64 = base64.b64encode(PASSWORD.encode())
TOKEN = b"ya29.token-of-kim"
XOAUTH2 = base64.b64encode(b"user=kim\x01auth=Bearer " + TOKEN + b"\x01\x01")


@pytest.mark.parametrize(
    "said",
    [
        [b'C a1 LOGIN kim "open sesame 17"', b"S a1 NO open sesame 17"],
        [b"C a1 LOGIN {3+}", b"C kim {14+}", b"C open sesame 17", b"S a1 NO open sesame 17"],
        [b"C a1 LOGIN kim {14}", b"S + go on", b"C open sesame 17", b"S a1 NO open sesame 17"],
        [b"C a1 LOGIN {3}", b"S + ", b'C kim "open sesame 17"', b"S a1 NO OPEN SESAME 17"],
        [b'C a1  LOGIN kim "open sesame 17"', b"S a1 OK"],
        [b"C PASS open sesame 17", b"S -ERR open sesame 17"],
        [b"C pass\topen sesame 17", b"S -ERR open%20sesame%2017"],
        [b"C AUTH PLAIN " + PLAIN, b"S 535 " + PLAIN],
        [b"C AUTH PLAIN", b"C " + PLAIN, b"S 535 no: " + BASE64],
        [b"C AUTH LOGIN", b"C a2lt", b"C " + BASE64, b"S 535 no: open sesame 17"],
        [b"C AUTH LOGIN a2lt", b"S 334 UGFzc3dvcmQ6", b"C " + BASE64, b"S 535 open sesame 17"],
        [b"C a1 AUTHENTICATE PLAIN", b"S * 3 EXISTS", b"S + ", b"C " + PLAIN, b"S a1 NO"],
        [b"C AUTH XOAUTH2 " + XOAUTH2, b"S 334 " + base64.b64encode(b'{"got": "' + TOKEN + b'"}')],
    ],
)
def test_no_login_is_shown_and_nothing_that_repeats_it(said: list[bytes]) -> None:
    shown = "\n".join(transcript(Line(True, line[:1].decode(), line[2:]) for line in said))

    for secret in (PASSWORD.encode(), BASE64, PLAIN, TOKEN, XOAUTH2, base64.b64encode(TOKEN)[:-4]):
        assert secret.decode().lower() not in shown.lower()
    assert "sesame" not in shown.lower()
    assert "***" in shown


def test_what_is_no_login_is_shown_as_it_was_said() -> None:
    said = [b"C EHLO kim.example.com", b"S 250-hi", b"S 250 AUTH PLAIN", b"C AUTH PLAIN " + PLAIN]
    said += [b"S 235 ok", b"C MAIL FROM:<kim@example.com>", b"S 250 kim is fine"]
    shown = transcript(Line(True, line[:1].decode(), line[2:]) for line in said)
    assert list(shown[1:]) == [
        *("C: EHLO kim.example.com", "S: 250-hi", "S: 250 AUTH PLAIN", "C: AUTH PLAIN ***"),
        *("S: 235 ok", "C: MAIL FROM:<kim@example.com>", "S: 250 kim is fine"),
    ]
