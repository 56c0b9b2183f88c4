"""Kinds of pasted errors, each by its smallest example, with what looks like it and is not."""

from pathlib import Path

import pytest

from mailkit import explain, load

_MOJIBAKE = "535 Error: ÇëÊ¹ÓÃÊÚÈ¨ÂëµÇÂ¼: http://service.mail.qq.com/cgi-bin/help?no=1001256"
_PAST_NOT = "x509: certificate has expired or is not yet valid: current time {} is {} {}"


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        # a character that does not belong to the name, inside an error about the name
        ("Error: getaddrinfo ENOTFOUND smtp.mail.ru,", "cfg-host-scheme"),
        ("Error: getaddrinfo ENOTFOUND smtp.mail.ru", "dns-nxdomain"),
        # a transcript that stops: LOGINDISABLED before TLS is normal (RFC 3501 §6.2.3)
        (
            "S: * OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\nC: 1 STARTTLS\n"
            "S: 1 OK Begin TLS negotiation now.",
            "stt-handshake",
        ),
        # one sentence for two facts
        (_PAST_NOT.format("2020-01-01T00:00:00Z", "before", "2026-01-01T00:00:00Z"), "crt-not-yet"),
        (_PAST_NOT.format("2026-11-28T00:00:00Z", "after", "2026-01-01T00:00:00Z"), "crt-expired"),
        # a public provider is never self-signed
        ("SSL error connecting imap.gmail.com (192.0.2.7:993): self signed certificate", "tls-sni"),
        (
            "SSL error connecting imap.example.com (192.0.2.7:993): self signed certificate",
            "crt-self-signed",
        ),
        # OAuth
        (">> TAG1 AUTHENTICATE XOAUTH2\n<< TAG1 NO AUTHENTICATE failed.", "aut-token"),
        (">> TAG1 AUTHENTICATE PLAIN\n<< TAG1 NO AUTHENTICATE failed.", "aut-bad"),
        (
            '{"error": "invalid_grant", "error_description": "Token has been expired or revoked."}',
            "aut-token",
        ),
        ("AADSTS700082: The refresh token has expired due to inactivity.", "aut-token"),
        # the client refuses before the server is asked
        ("smtp.plainAuth failed: unencrypted connection", "cap-no-auth-yet"),
        # GBK read as Latin-1: the address of the help page is enough
        (_MOJIBAKE, "aut-auth-code"),
    ],
)
def test_the_kind_comes_first(text: str, finding: str) -> None:
    assert explain(text)[0].id == finding


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".env", "SMTP_HOST=smtp.example.com\nSMTP_PORT=587\nSMTP_USER=kim@example.com\n"),
        (
            "alertmanager.yml",
            "global:\n  smtp_smarthost: 'smtp.example.com:587'\n  smtp_from: 'kim@example.com'\n"
            "  smtp_auth_username: 'kim@example.com'\nroute:\n  receiver: mail\nreceivers:\n- name: mail\n",
        ),
        (
            "grafana.ini",
            "[smtp]\nenabled = true\nhost = smtp.example.com:587\nuser = kim@example.com\n"
            "from_address = kim@example.com\n",
        ),
    ],
)
def test_settings_are_read_from_the_files_that_products_have(
    tmp_path: Path, name: str, text: str
) -> None:
    file = tmp_path / name
    file.write_text(text, "utf-8")

    (account,) = load(file)

    assert account.outgoing is not None
    assert account.outgoing.endpoint.startswith("smtp.example.com:587")
