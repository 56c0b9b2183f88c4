"""How an opening ends: each protocol, each place where a server can be wrong, and what may never be sent."""

import pytest

from mailkit.observation import Step, StopReason
from mailkit.protocol.conversation import dialogue_for, observe
from mailkit.protocol.dialogue import MAX_BYTES, MAX_LINE, Credentials
from mailkit.protocol.transcript import replay

IMAP = "imap mail.example.com:993 implicit-tls login\n== connected\n== tls TLSv1.3\n"
POP3 = "pop3 mail.example.com:995 implicit-tls login\n== connected\n== tls TLSv1.3\n"
STLS = "pop3 mail.example.com:110 starttls login\n== connected\nS: +OK ready\nC: CAPA\n"
SMTP = (
    "smtp mail.example.com:465 implicit-tls login\n== connected\n== tls TLSv1.3\nS: 220 x ESMTP\n"
)
EHLO = "C: EHLO [127.0.0.1]\n"


@pytest.mark.parametrize(
    ("script", "kind", "text"),
    [
        (STLS + "S: +OK\nS: USER\nS: .", StopReason.NOT_OFFERED, ""),
        (STLS + "S: +OK\nS: STLS\nS: .\nC: STLS\nS: -ERR no", StopReason.NOT_UPGRADED, "-ERR no"),
        (STLS + "S: -ERR what\nC: STLS\nS: -ERR what", StopReason.NOT_OFFERED, "-ERR what"),
        (POP3 + "S: +OK\nC: CAPA\nS: +OK\nS: TOP\nS: .", StopReason.NO_AUTH, ""),
        (POP3 + "S: +OK\nC: CAPA\nS: +OK\nS: SASL NTLM\nS: .", StopReason.LOGIN_DISABLED, "NTLM"),
        (
            POP3.replace(" login", " login xoauth2")
            + "S: +OK\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: USER\nS: .",
            StopReason.NO_MECHANISM,
            "PLAIN USER",
        ),
        (
            POP3 + "S: +OK\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN ***\nS: what",
            StopReason.BROKEN,
            "",
        ),
        (POP3 + "S: +OK\nC: CAPA\nS: +OK \0", StopReason.BROKEN, ""),
        (IMAP + "S: * PREAUTH [CAPABILITY IMAP4rev1] in", StopReason.PREAUTH, "PREAUTH"),
        (IMAP + "S: * OK hi\nC: a1 CAPABILITY\nS: * OK \0", StopReason.BROKEN, ""),
        (IMAP + "S: * OK hi\nC: a1 CAPABILITY\nS: a1 FINE", StopReason.BROKEN, ""),
        (
            IMAP.replace(" login", " login xoauth2")
            + "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] x",
            StopReason.NO_MECHANISM,
            "PLAIN",
        ),
        (
            IMAP + "S: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED] x",
            StopReason.LOGIN_DISABLED,
            "",
        ),
        (SMTP + EHLO + "S: 530 Please log in with USER and PASS", StopReason.FOREIGN, "ftp"),
        (SMTP + EHLO + "S: 502 no\nC: HELO [127.0.0.1]\nS: 250 x", StopReason.HELO_ONLY, ""),
        (SMTP + EHLO + "S: 250-x\nS: 550 y", StopReason.BROKEN, ""),
        (SMTP + EHLO + "S: 421 busy", StopReason.UNWELCOME, "421 busy"),
        (SMTP + EHLO + "S: " + "2" * (MAX_LINE + 1), StopReason.FLOOD, "a line of more than"),
    ],
)
def test_an_opening_ends_where_the_server_is_wrong(
    script: str, kind: StopReason, text: str
) -> None:
    (seen,) = replay(script)

    assert seen.stop is not None
    assert seen.stop.kind is kind
    assert text in seen.stop.text
    assert seen.login is None or not seen.login.accepted


@pytest.mark.parametrize(
    ("user", "password", "verified", "kind"),
    [
        ("kim", "x\r\ny", True, StopReason.NOT_SENDABLE),
        ("kim\0", "x", True, StopReason.NOT_SENDABLE),
        ("kim", "\udce9", True, StopReason.NOT_SENDABLE),
        ("kim", "x", False, StopReason.IN_CLEAR),
    ],
)
def test_no_credential_leaves_that_cannot_or_may_not(
    user: str, password: str, verified: bool, kind: StopReason
) -> None:
    from mailkit.observation import ServerEndpoint, Tls
    from mailkit.protocol.dialogue import Ask, Recv, Send, StartTLS

    sent = bytearray()
    said = [b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] x\r\n"]

    def answer(ask: Ask) -> object:
        if isinstance(ask, StartTLS):
            return Tls("TLSv1.3", verified=verified)
        if isinstance(ask, Send):
            sent.extend(bytes(ask.data))
            return b""
        return (said.pop() if said else b"") if isinstance(ask, Recv) else "192.0.2.1"

    endpoint = ServerEndpoint("imap", "mail.example.com", 993, "implicit-tls")
    seen = observe(
        endpoint,
        lambda session: dialogue_for(session, endpoint, Credentials(user, password)),
        answer,
    )

    assert seen.stop is not None
    assert seen.stop.kind is kind
    assert seen.step is Step.LOGIN
    assert sent == b"a0 LOGOUT\r\n"


def test_a_conversation_holds_no_more_than_its_limit() -> None:
    lines = "S: * OK still here " + "x" * 10_000 + "\n"
    (seen,) = replay(IMAP + "S: * OK hi\nC: a1 CAPABILITY\n" + lines * (MAX_BYTES // 10_000 + 1))

    assert seen.stop is not None
    assert seen.stop.kind is StopReason.FLOOD
