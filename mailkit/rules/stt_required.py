"""STT: a server that wants TLS before a password or a message."""

import re

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation, StopReason
from mailkit.ports import Security
from mailkit.rules.facts import means, stopped, where, words

_DEMANDS_TLS = re.compile(
    r"(530|400|538|451) .*STARTTLS|\[PRIVACYREQUIRED\]"
    r"|\b(TLS|SSL|STLS|STARTTLS|encrypt\w*|secure connection)\b.*\b(requir\w*|needed|first|must)"
    r"|\b(requires?|needs?|must|only|without)\b.*\b(TLS|SSL|STLS|STARTTLS|encrypt\w*)",
    re.I,
)
"""How servers say that a password must not cross in cleartext."""


@rule(Severity.ERROR)
def stt_required(seen: Observation) -> Hits:
    """The server requires STARTTLS before a password or a message.

    Password and message would cross the network in cleartext, so the server accepts neither before
    TLS (RFC 3207 §4).

    Flagged::

        smtp localhost:587 cleartext login
        == connected 127.0.0.1
        S: 220 localhost ESMTP
        C: EHLO [127.0.0.1]
        S: 250-localhost
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 530 5.7.0 Must issue a STARTTLS command first

    Flagged::

        pop3 localhost:110 cleartext login
        == connected 127.0.0.1
        S: +OK ready
        C: CAPA
        S: +OK
        S: USER
        S: .
        C: USER ***
        S: -ERR TLS required to log in.

    Flagged::

        smtp smtp.example.com:587 cleartext
        == user:
        == sender: kim@example.com
        == recipients: lee@example.org
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 STARTTLS
        C: MAIL FROM:<kim@example.com>
        S: 451 5.7.3 STARTTLS is required to send mail

    Flagged::

        imap localhost:143 cleartext login
        == connected 127.0.0.1
        S: * OK [CAPABILITY IMAP4rev1 STARTTLS] ready
        C: a1 LOGIN kim ***
        S: a1 NO Login only available under a layer

    Clean::

        smtp smtp.example.com:587 cleartext
        == user:
        == sender: kim@example.com
        == recipients: lee@example.org
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 STARTTLS
        C: MAIL FROM:<kim@example.com>
        S: 451 4.3.0 Temporary lookup failure

    Clean::

        smtp localhost:587 cleartext login
        == connected 127.0.0.1
        S: 220 localhost ESMTP
        C: EHLO [127.0.0.1]
        S: 250-localhost
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 535 5.7.8 no
    """
    if seen.tls is not None or seen.stop is None:
        return
    in_words = _DEMANDS_TLS.search(seen.stop.text) or means(seen, "cap-logindisabled-clear")
    at_login = (
        stopped(seen, StopReason.NOT_DECIDED, StopReason.TEMPORARY, StopReason.REJECTED)
        and in_words
        and not means(seen, "aut-encryption-required")
    )
    at_message = stopped(seen, StopReason.NOT_TAKEN) and means(seen, "stt-required")
    if at_login or at_message:
        what = "the password" if at_login else "it accepts mail"
        yield Hit(
            f"{where(seen)} requires STARTTLS before {what}.",
            words(seen),
            {"security": Security.STARTTLS},
            "security",
        )
