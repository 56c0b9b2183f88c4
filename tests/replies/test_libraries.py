"""Sentences of libraries and programs, apart from servers' replies."""

import pytest

from mailkit import explain


@pytest.mark.parametrize(
    ("text", "finding", "certainty"),
    [
        ("msmtp: envelope from address kim@example.com not accepted by the server", "snd-sender-not-owned", "possible"),
        ("msmtp: recipient address lee@example.com not accepted by the server", "snd-rcpt-unknown", "possible"),
        ("msmtp: the server does not accept the message", "snd-rcpt-unknown", "possible"),
        ("msmtp: authentication method GSSAPI not supported by the server", "cap-mech-mismatch", "sure"),
        ("smtp: authentication type 'CRAM-MD5' is not supported", "cap-mech-mismatch", "sure"),
        ("smtp: the authentication method 'Encrypted password' is not supported", "cap-mech-mismatch", "sure"),
        ("IMAP: the server does not support the OAUTHBEARER authentication mechanism", "cap-mech-mismatch", "sure"),
        ("smtplib.SMTPNotSupportedError: One or more addresses require internationalized email support", "snd-smtputf8", "likely"),
        ("aiosmtplib.errors.SMTPConnectResponseError: (554, '5.7.1 no')", "grt-554", "likely"),
        ("curl: (8) Got unexpected smtp-server response: 554", "grt-554", "likely"),
        ("curl: (55) RCPT failed: 550", "snd-rcpt-unknown", "possible"),
        ("fetchmail: couldn't find canonical DNS name of pop.example.com", "dns-nxdomain", "likely"),
        ("Net::IMAP::ByeResponseError: Disconnected for inactivity.", "tls-cut", "possible"),
        ("IMAP error: unknown greeting response", "hst-broken-reply", "possible"),
        ("channel mail, far side box [Gmail]/Trash cannot be opened", "mbx-trycreate", "possible"),
    ],
)  # fmt: skip
def test_a_sentence_of_a_program(text: str, finding: str, certainty: str) -> None:
    found = explain(text)

    assert (found[0].id, str(found[0].certainty)) == (finding, certainty)


def test_an_unexpected_end_of_file_is_tlss_only_where_tls_says_so() -> None:
    assert str(explain("aiosmtplib: Unexpected EOF received")[0].certainty) == "possible"
    assert explain("smtp: SSL routines::unexpected eof while reading")[0].id == "tls-cut"
