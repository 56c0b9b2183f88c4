"""Servers for something else than mail: named by what they say first."""

import pytest

from mailkit.protocol import transcript
from mailkit.protocol.banner import identify
from mailkit.rules.catalogue import case_findings

REPLIES = [
    ("pid-db", b"J\x00\x00\x00\n8.0.36-0ubuntu0\x00\x0b\x00\x00\x00"),
    ("pid-db", b"Y\x00\x00\x00\n5.5.5-10.11.6-MariaDB\x00\x0b\x00\x00\x00"),
    ("pid-db", b"F\x00\x00\x00\xffj\x04Host '192.0.2.7' is not allowed to connect"),
    ("pid-db", b"E\x00\x00\x00\x8fSFATAL\x00VFATAL\x00C0A000\x00Munsupported frontend"),
    ("pid-db", b"-ERR wrong number of arguments for 'get' command\r\n"),
    ("pid-db", b"-ERR unknown command '\x16\x03\x01', with args beginning with: \r\n"),
    ("pid-db", b"-ERR max number of clients reached\r\n"),
    ("pid-db", b"-NOAUTH Authentication required.\r\n"),
    ("pid-db", b"-DENIED Redis is running in protected mode\r\n"),
    ("pid-db", b"ERROR\r\n"),
    ("pid-ldap", b"0\x84\x00\x00\x00\x7f\x02\x01\x00x\x84\x00\x00\x00v"),
    ("pid-nntp", b"201 welcome\r\n"),
    ("pid-other", b":irc.example.com NOTICE * :*** Looking up your hostname...\r\n"),
    ("pid-other", b"NOTICE AUTH :*** Processing connection\r\n"),
    ("pid-other", b"ERROR :Closing Link: [192.0.2.7] (Throttled)\r\n"),
    ("pid-other", b"<?xml version='1.0'?><stream:stream xmlns:stream='x'>"),
    ("pid-other", b"RFB 003.008\n"),
    ("pid-other", b"\x03\x00\x00\x13\x0e\xd0\x00\x00\x124\x00"),
    ("pid-other", b"\xff\xfd\x18\xff\xfd \xff\xfd#"),
    ("pid-other", b"@RSYNCD: 31.0\n"),
    ("pid-other", b"AMQP\x00\x00\x09\x01"),
    ("pid-other", b"SIP/2.0 400 Bad Request\r\n"),
    ("pid-other", b"RTSP/1.0 400 Bad Request\r\n"),
    ("pid-other", b"( success ( 2 2 ( ) ( edit-pipeline ) ) ) "),
    ("pid-other", b"SPAMD/1.0 76 Bad header line\r\n"),
    ("pid-other", b"VERSION\tauth\t1\t2\n"),
    ("pid-ssh", b"SSH-2.0-OpenSSH_9.2\r\n"),
    ("pid-unknown", b"Exceeded MaxStartups\r\n"),
]
"""What servers say first: by themselves, to a TLS hello, or to a GET."""

HEARD = {
    "by itself": "{protocol} mail.example.com:{port} starttls\n== connected 192.0.2.1\n== bytes {data}\n== closed\n",
    "for TLS": "{protocol} mail.example.com:{port} implicit-tls\n== connected 192.0.2.1\n== bytes {data}\n== tls failed WRONG_VERSION_NUMBER\n",
    "to a GET": "{protocol} mail.example.com:{port} starttls\n== connected 192.0.2.1\n== silence\n\n"
    "http mail.example.com:{port} cleartext\n== connected 192.0.2.1\nC: GET / HTTP/1.0\n== bytes {data}\n== closed\n",
}


def found(heard: str, protocol: str, data: bytes, port: int = 7777) -> list[str]:
    """The findings where a server says this."""
    escaped = data.decode("latin-1").encode("unicode_escape").decode()
    script = HEARD[heard].format(protocol=protocol, port=port, data=escaped)
    return [finding.id for finding in case_findings(transcript.loads(script))]


@pytest.mark.parametrize("protocol", ["imap", "pop3", "smtp"])
@pytest.mark.parametrize("heard", HEARD)
@pytest.mark.parametrize(("name", "data"), REPLIES)
def test_a_server_that_is_no_mail_server_is_named(
    name: str, data: bytes, heard: str, protocol: str
) -> None:
    assert found(heard, protocol, data) == [name]


def test_half_a_line_is_no_unknown_protocol() -> None:
    assert found("by itself", "imap", b"Exceeded") == ["grt-eof"]


@pytest.mark.parametrize(
    "data",
    [
        b"-ERR Unknown command.\r\n",
        b'-ERR Unknown command: "get".\r\n',
        b"-ERR Invalid command.\r\n",
        b"-ERR [SYS/TEMP] too many connections\r\n",
        b"-ERR authorization first\r\n",
    ],
)
def test_an_error_of_pop3_is_not_one_of_a_data_store(data: bytes) -> None:
    assert identify(data) == "pop3"
    assert found("for TLS", "pop3", data) == ["tls-plain-server"]


@pytest.mark.parametrize("protocol", ["imap", "pop3", "smtp"])
def test_a_220_on_the_port_of_ftp_is_ftp_unless_it_names_smtp(protocol: str) -> None:
    assert found("for TLS", protocol, b"220 Welcome to example.com\r\n", 21) == ["pid-ftp"]
    assert found("for TLS", protocol, b"220 example.com ESMTP\r\n", 21) != ["pid-ftp"]
    assert found("for TLS", protocol, b"220 Welcome to example.com\r\n", 587) != ["pid-ftp"]


def test_a_refusal_of_ehlo_by_ftp_is_no_refusal_of_a_sender() -> None:
    script = """smtp mail.example.com:2121 starttls
== connected 192.0.2.1
S: 220 Welcome to example.com
C: EHLO [127.0.0.1]
S: 530 Please login with USER and PASS.
"""

    assert [one.id for one in case_findings(transcript.loads(script))] == ["pid-ftp"]


@pytest.mark.parametrize(
    ("begun", "cause", "words"),
    [
        ("\\x00\\x01\\x02\\x03\\xff\\xfe", "pid-unknown", "unknown protocol"),
        ("+OK PO", "grt-eof", "in the middle of its greeting"),
        ("", "grt-eof", "without a greeting"),
    ],
)
def test_a_server_that_hangs_up_in_its_first_line_said_something(
    begun: str, cause: str, words: str
) -> None:
    said = f"== bytes {begun}\n" if begun else ""
    found = case_findings(
        transcript.loads(
            f"pop3 mail.example.com:110 starttls\n== connected 192.0.2.1\n{said}== closed\n"
        )
    )
    assert found[0].id == cause
    assert words in found[0].message
