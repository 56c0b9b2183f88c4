"""Rules about a client, from the record of its conversation (``S:`` and ``C:`` lines).

mailkit makes none of these mistakes. They are found in a transcript that a person provides, or
in what the lab recorded of another program.
"""

import re
from collections.abc import Sequence

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.text import quoted

_UPGRADE = re.compile(r"C: (\S+ )?(STARTTLS|STLS)$", re.I)
_LOGIN = re.compile(r"C: (\S+ )?(AUTH|AUTHENTICATE|LOGIN|USER|PASS)\b", re.I)
_ASK = re.compile(r"C: (\S+ )?(EHLO|CAPABILITY|CAPA)\b", re.I)


def _is_tls(line: str) -> bool:
    return (line.startswith("== tls ") and "failed" not in line) or line == "== tls"


@rule(Severity.ERROR)
def stt_stale_caps(transcript: Sequence[str]) -> Hits:
    """The program uses capabilities from before TLS.

    After STARTTLS all earlier capabilities are void, and a program has to ask again (RFC 3207 §4.2,
    RFC 9051 §6.2.1). Servers often offer a login only then: “AUTH not supported” is the symptom.

    Flagged::

        S: 220 smtp.example.com ESMTP
        C: EHLO client
        S: 250-smtp.example.com
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go
        == tls TLSv1.3
        C: AUTH PLAIN ***
        S: 503 5.5.1 send EHLO first

    Clean::

        S: 220 smtp.example.com ESMTP
        C: EHLO client
        S: 250-smtp.example.com
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go
        == tls TLSv1.3
        C: EHLO client
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
    """
    for position, line in enumerate(transcript):
        if _is_tls(line) and any(_UPGRADE.match(before) for before in transcript[:position]):
            said = [text for text in transcript[position + 1 :] if text.startswith("C: ")]
            if said and not _ASK.match(said[0]):
                yield Hit(
                    "After STARTTLS the program did not ask for the capabilities again. Update the program or its library.",
                    (f"its first command after TLS: {quoted(said[0])}",),
                )
            return


@rule(Severity.ERROR)
def stt_downgraded(transcript: Sequence[str]) -> Hits:
    """The program logs in without encryption after STARTTLS was missing or failed.

    The password could be read on the network.

    Flagged::

        S: 220 smtp.example.com ESMTP
        C: EHLO client
        S: 250-smtp.example.com
        S: 250-STARTTLS
        S: 250 AUTH PLAIN
        C: STARTTLS
        S: 454 4.7.0 TLS not available
        C: AUTH PLAIN ***
        S: 235 ok

    Clean::

        S: 220 smtp.example.com ESMTP
        C: EHLO client
        S: 250 STARTTLS
        C: STARTTLS
        S: 454 4.7.0 TLS not available
        C: QUIT
    """
    offered = False
    for line in transcript:
        if _is_tls(line):
            return
        offered = (
            offered
            or _UPGRADE.match(line) is not None
            or bool(re.search(r"\b(STARTTLS|STLS)\b", line))
        )
        if offered and _LOGIN.match(line):
            yield Hit(
                "STARTTLS was offered or tried, and the program logged in without encryption anyway. The password could be read on the network: change it, and set the program to require TLS.",
                (f"in cleartext: {quoted(line)}",),
            )
            return
