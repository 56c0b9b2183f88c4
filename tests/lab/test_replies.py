"""Every known reply, said by a server of the lab: the diagnosis finds what its row says."""

import pytest

from mailkit.diagnosis.diagnose import diagnose
from mailkit.explanation import explain
from mailkit.formats import loads
from mailkit.lab import Lab
from mailkit.lab.listener import Listener
from mailkit.lab.scenario import ADDRESS, USERS, imap, pop3, smtp
from mailkit.lab.script import Close, Say
from mailkit.ports import Security
from mailkit.replies import Reply, replies
from mailkit.rules.catalogue import PROGRAM

SETTINGS = {"imap": (imap, 993), "pop3": (pop3, 995), "smtp": (smtp, 465)}
AFTER_LOGIN = {"imap": "EXAMINE", "smtp": "MAIL"}
LOGIN = {"imap": "AUTHENTICATE", "pop3": "AUTH", "smtp": "AUTH"}


GREETINGS = {"grt-421", "grt-554"}
COMMANDS = {"stt-refused": "STARTTLS", "stt-already": "STARTTLS", "grt-early-talker": "EHLO"}
"""Where in a conversation, which is not encrypted yet, a reply is said."""

NEVER_PROVOKED = {"cap-logindisabled-clear", "tls-version", *PROGRAM}
"""Replies to what mailkit never says: known to ``explain`` only."""


def of_the_end(row: Reply) -> bool:
    """Whether a reply comes only after the login."""
    return row.finding.startswith(("snd-", "mbx-", "lim-daily")) or row.finding in (
        "aut-not-connected",
        "aut-id-required",
    )


@pytest.mark.parametrize("row", replies(), ids=lambda row: f"{row.finding} {row.example[:50]}")
def test_a_reply_is_recognised_on_the_wire(row: Reply) -> None:
    host = f"mail.{row.hosts[0].lstrip('.')}" if row.hosts else "mail.example.com"
    said = row.example.encode() + b"\r\n"
    knobs: dict[str, object] = {}
    if row.code == "BYE":
        knobs["greeting"] = [Say(said), Close()]
    else:
        tag = b"<tag> " if row.protocol == "imap" else b""
        late = of_the_end(row) and row.protocol in AFTER_LOGIN
        command = AFTER_LOGIN[row.protocol] if late else LOGIN[row.protocol]
        command = "RCPT" if row.finding.startswith("snd-rcpt-") else command
        knobs["replies_tls"] = {command: [Say(tag + said)]}
    write, port = SETTINGS[row.protocol]
    security = "implicit-tls"
    early = COMMANDS.get(row.finding)
    if row.finding in GREETINGS or early or row.finding == "stt-required":
        port, security = {"imap": 143, "pop3": 110, "smtp": 587}[row.protocol], "starttls"
        tag = b"<tag> " if row.protocol == "imap" else b""
        knobs = {"replies": {early or "AUTH": [Say(tag + said)]}}
    if row.finding in GREETINGS:
        knobs = {"greeting": [Say(said)]}
    if (
        row.finding == "stt-required"
    ):  # said to a login in clear, which is tried on this machine only
        host, security = "localhost", "cleartext"
        knobs["clear_login"] = True
    if row.finding == "cap-sasl-ir":
        knobs = {"no_initial_response": True}
    account = loads(write(port, security, host=host, auth="plain"), "reply.toml")[0]

    begins = Security.IMPLICIT_TLS if security == "implicit-tls" else Security.STARTTLS
    listener = Listener(protocol=row.protocol, host=host, port=port, security=begins, **knobs)
    with Lab([listener], USERS) as lab:
        report = diagnose(
            account,
            connect_to=lab.connect_to,
            ca=lab.ca_file,
            timeout=30,
            rehearse=(ADDRESS, "lee@example.org"),
        )

    service = report.accounts[0].services[0]
    found = {finding.id: finding.evidence for finding in service.findings}
    if row.finding in NEVER_PROVOKED:
        found = {cause.id: (cause.matched,) for cause in explain(row.example)}
    assert row.finding in found
    assert row.example[-12:] in "\n".join([*service.transcript, *found[row.finding]])
