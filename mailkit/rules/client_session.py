"""Rules about how a client uses its session, as the server saw it."""

import re
from collections.abc import Iterator

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation.client import ClientSession
from mailkit.text import quoted

_CHANGES = r"\S+ (UID )?(STORE|APPEND|COPY|MOVE|EXPUNGE|CREATE|DELETE|RENAME|CLOSE)\b"
_MARKS = r"\S+ (UID )?FETCH .*(BODY\[|RFC822(\.TEXT)?\b(?!\.))"


_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"


def _names(client: ClientSession) -> Iterator[tuple[str, str]]:
    """Each name in EHLO or HELO, with the command."""
    for line, _ in client.replies_to(r"(EHLO|HELO)\b"):
        yield line.text.partition(" ")[2].strip(), line.text


@rule(Severity.WARNING)
def clt_helo(client: ClientSession) -> Hits:
    """The client introduces itself with a name that is not allowed.

    The name in EHLO is a host name, of letters, digits and hyphens, or an address in brackets (RFC 5321 §4.1.1.1). An underscore, a
    blank, or an address without brackets is neither, and many servers reject it.

    Flagged::

        == server smtp starttls
        S: 220 ready
        C: EHLO my_host.example.com
        S: 250 STARTTLS

    Clean::

        == server smtp starttls
        S: 220 ready
        C: EHLO app.example.com
        S: 250 STARTTLS

        == server smtp starttls
        S: 220 ready
        C: EHLO [192.0.2.1]
        S: 250 STARTTLS

        == server smtp starttls
        S: 220 ready
        C: EHLO laptop
        S: 250 STARTTLS
    """
    for name, line in _names(client):
        literal = re.fullmatch(r"\[(\d+\.){3}\d+\]|\[IPv6:[0-9a-fA-F:.]+\]", name)
        if not literal and not re.fullmatch(rf"({_LABEL}\.)*(?=[\w-]*[A-Za-z]){_LABEL}\.?", name):
            yield Hit(
                f"The client introduces itself as {quoted(name)}, which is not a host name. Set a full host name.",
                (line,),
            )
            return


@rule(Severity.NOTE)
def clt_helo_local(client: ClientSession) -> Hits:
    """The client introduces itself with a name that only its own machine knows.

    It said ``localhost``, or a name without a domain. On a machine for development that is usual. Many servers of the internet reject
    such a name, so it matters in production.

    Flagged::

        == server smtp starttls
        S: 220 ready
        C: EHLO localhost
        S: 250 STARTTLS

    Clean::

        == server smtp starttls
        S: 220 ready
        C: EHLO app.example.com
        S: 250 STARTTLS
    """
    for name, line in _names(client):
        local = name.lower().removesuffix(".").endswith((".localdomain", ".local", "localhost"))
        if re.fullmatch(_LABEL, name) or local:
            yield Hit(
                f"The client introduces itself as {quoted(name)}, which many servers reject. Set a full host name.",
                (line,),
            )
            return


@rule(Severity.NOTE)
def clt_no_quit(client: ClientSession) -> Hits:
    """The client ends its connection without QUIT or LOGOUT.

    It hung up, or left the connection open until the server ended it. Servers log that as a lost connection, and some count it
    against the client. With POP3, deletions are lost (RFC 1939 §6).

    Flagged::

        == server smtp implicit-tls
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: EHLO app.example.com
        S: 250 ok
        == closed client

        == server pop3 implicit-tls
        == tls TLSv1.3 pop.example.com
        S: +OK ready
        C: CAPA
        S: +OK
        == closed timeout

    Clean::

        == server smtp implicit-tls
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: EHLO app.example.com
        S: 250 ok
        C: QUIT
        S: 221 bye
        == closed client
    """
    said = client.commands
    ended = any(re.match(r"(\S+ )?(QUIT|LOGOUT)\b", line.text, re.I) for line in said)
    said = (
        tuple(line for line in said if line.tls) if client.tls else said
    )  # else it left after TLS
    if client.closed in ("client", "timeout") and said and not ended and not client.tls_error:
        did = (
            "disconnects" if client.closed == "client" else "leaves its connection open, and never"
        )
        how = "without QUIT or LOGOUT" if client.closed == "client" else "says QUIT or LOGOUT"
        yield Hit(f"The client {did} {how}.", (f"its last command: {quoted(said[-1].text)}",))


@rule(Severity.NOTE)
def clt_select(client: ClientSession) -> Hits:
    """The client opens a folder for writing only to read it.

    SELECT takes the mark ``\\Recent`` away from the messages, and FETCH of a content after it marks them as read, for every client of the mailbox. EXAMINE, and ``BODY.PEEK[]``, change nothing (RFC 9051 §6.3.3, §6.4.5).

    Flagged::

        == server imap implicit-tls
        == tls TLSv1.3 imap.example.com
        S: * OK ready
        C: a1 SELECT INBOX
        S: a1 OK
        C: a2 UID FETCH 1:* (UID BODY[])
        S: a2 OK

        == server imap implicit-tls
        == tls TLSv1.3 imap.example.com
        S: * OK ready
        C: a1 SELECT INBOX
        S: a1 OK
        C: a2 SEARCH ALL
        S: a2 OK
        C: a3 LOGOUT
        S: a3 OK

    Clean::

        == server imap implicit-tls
        == tls TLSv1.3 imap.example.com
        S: * OK ready
        C: a1 SELECT INBOX
        S: a1 OK
        C: a2 UID FETCH 1:* (UID BODY.PEEK[])
        S: a2 OK
        C: a3 UID STORE 4 +FLAGS (\\Seen)
        S: a3 OK
        C: a4 LOGOUT
        S: a4 OK

        == server imap implicit-tls
        == tls TLSv1.3 imap.example.com
        S: * OK ready
        C: a1 EXAMINE INBOX
        S: a1 OK
        C: a2 UID FETCH 1:* (UID BODY.PEEK[])
        S: a2 OK
        C: a3 LOGOUT
        S: a3 OK
    """
    said = [line.text for line in client.commands]
    selects = [text for text in said if re.match(r"\S+ SELECT\b", text, re.I)]
    if not selects or any(re.match(_CHANGES, text, re.I) for text in said):
        return
    marks = [text for text in said if re.match(_MARKS, text, re.I) and ".PEEK[" not in text.upper()]
    over = any(re.match(r"\S+ LOGOUT\b", text, re.I) for text in said)
    if marks:
        yield Hit(
            "The client marks messages as read by fetching them. Use EXAMINE or BODY.PEEK[] to only read.",
            (f"it sent: {quoted(selects[0])}", f"then: {quoted(marks[0])}"),
        )
    elif over and not any(re.match(r"\S+ IDLE\b", text, re.I) for text in said):
        yield Hit(
            "The client opens a folder for writing and changes nothing. Use EXAMINE to only read.",
            (f"it sent: {quoted(selects[0])}",),
        )
