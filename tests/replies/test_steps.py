"""What mail servers log of a server that they send to, by its step."""

import pytest

from mailkit import explain

POSTFIX = "status=deferred ({what} mx.example.net[198.51.100.3] {how})"
EXIM = "H=mx.example.net [198.51.100.3]: SMTP timeout after {step}: Connection timed out"
SENDMAIL = "timeout waiting for input from mx.example.net. during client {step}"


def _said(text: str) -> tuple[str, str]:
    found = explain(text)
    return (found[0].id, str(found[0].certainty)) if found else ("", "")


@pytest.mark.parametrize(
    ("step", "finding"),
    [
        ("receiving the initial server greeting", "grt-silent-dead"),
        ("performing the EHLO handshake", "hst-no-reply"),
        ("performing the LHLO handshake", "hst-no-reply"),
        ("sending MAIL FROM", "hst-no-reply"),
        ("sending RCPT TO", "hst-no-reply"),
        ("sending DATA command", "hst-no-reply"),
        ("sending message body", "snd-data-stall"),
        ("sending end of data -- message may be sent more than once", "snd-data-stall"),
    ],
)
def test_postfix_names_the_step_of_a_timeout(step: str, finding: str) -> None:
    text = POSTFIX.format(what="conversation with", how=f"timed out while {step}")

    assert _said(text) == (finding, "likely")


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("receiving the initial server greeting", ("grt-eof", "likely")),
        ("performing the EHLO handshake", ("hst-no-reply", "likely")),
        ("sending RCPT TO", ("hst-no-reply", "likely")),
        ("sending end of data -- message may be sent more than once", ("tcp-reset", "possible")),
    ],
)
def test_postfix_names_the_step_at_which_a_connection_ended(
    step: str, expected: tuple[str, str]
) -> None:
    assert _said(POSTFIX.format(what="lost connection with", how=f"while {step}")) == expected


@pytest.mark.parametrize(
    ("step", "finding"),
    [
        ("initial connection", "grt-silent-dead"),
        ("EHLO relay.example.org", "hst-no-reply"),
        ("pipelined MAIL FROM:<kim@example.org> SIZE=2048", "hst-no-reply"),
        ("RCPT TO:<lee@example.org>", "hst-no-reply"),
        ("end of data (4352 bytes written)", "snd-data-stall"),
        ("sending data block (4352 bytes written)", "snd-data-stall"),
    ],
)
def test_the_time_out_of_exim_is_not_that_of_the_connection(step: str, finding: str) -> None:
    assert _said(EXIM.format(step=step)) == (finding, "likely")


@pytest.mark.parametrize(
    ("step", "finding"),
    [
        ("greeting", "grt-silent-dead"),
        ("EHLO", "hst-no-reply"),
        ("RCPT", "hst-no-reply"),
        ("DATA status", "snd-data-stall"),
    ],
)
def test_sendmail_names_the_step_too(step: str, finding: str) -> None:
    assert _said(SENDMAIL.format(step=step))[0] == finding


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("mx.example.net: a TLS session is required, but the server did not offer TLS support", "stt-not-offered"),
        ("mx.example.net: a TLS session is required, but an attempt to start TLS failed", "stt-handshake"),
        ("postfix/smtp[1]: Cannot start TLS: handshake failure", "stt-handshake"),
        ("postfix/smtp[1]: alert handshake failure", "tls-cipher"),
        ("status=bounced (message size 26214401 exceeds size limit 20971520 of server mx)", "snd-size"),
        ("status=bounced (Domain example.org does not accept mail (nullMX))", "dns-null-mx"),
        ("status=deferred (Name service error for name=example.org type=MX: Host not found, try again)", "dns-servfail"),
        ("status=bounced (Name service error for name=example.org type=MX: Host not found)", "dns-nxdomain"),
        ("stat=Deferred: Name server: mx.example.net.: host name lookup failure, mailer=esmtp", "dns-servfail"),
        ("H=(x) [203.0.113.7] rejected EHLO or HELO x: syntactically invalid argument(s)", "snd-helo"),
        ("config error: mail loops back to me (MX problem?)", "snd-loop"),
        ("550 5.7.29 This message does not meet TLS requirements", "stt-required"),
        # a comma behind a host name in a sentence, and in a setting
        ("smtp: lookup mail.example.org, giving up: no such host", "dns-nxdomain"),
        ("Error: getaddrinfo ENOTFOUND smtp.example.org,", "cfg-host-scheme"),
        ('getaddrinfo ENOTFOUND smtp.example.org,\n{"code":"EDNS"}', "cfg-host-scheme"),
    ],
)  # fmt: skip
def test_other_lines_of_their_logs(text: str, finding: str) -> None:
    assert _said(text)[0] == finding


def test_an_english_word_in_a_sentence_of_another_language_counts() -> None:
    assert (
        _said("Kan geen verbinding maken met smtp.example.nl poort 25: time-out")[0]
        == "tcp-timeout"
    )
