"""Rules about what another program did with mail, from the record of its conversation."""

import re
from collections.abc import Sequence

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.replies import meaning
from mailkit.text import quoted

_APPEND = re.compile(r"C: (\S+) (?:UID )?(APPEND|COPY|MOVE)\b(.*)", re.I)


def _refused(transcript: Sequence[str]) -> tuple[str, str] | None:
    """The command that was to put a message into a folder, and the reply that refused it."""
    for position, line in enumerate(transcript):
        if (command := _APPEND.match(line)) is not None:
            for reply in transcript[position + 1 :]:
                answer = re.match(rf"S: {re.escape(command[1])} ((NO|BAD)\b.*)", reply, re.I)
                if answer is not None:
                    return line.removeprefix("C: "), answer[1]
    return None


def _means(transcript: Sequence[str], finding: str) -> tuple[str, ...]:
    """The command and the reply as evidence, if the reply means this."""
    refused = _refused(transcript)
    row = meaning("imap", (refused[1],), "") if refused else None
    if refused is None or row is None or row.finding != finding:
        return ()
    return (f"the program sent: {quoted(refused[0])}", f"the server replied: {quoted(refused[1])}")


@rule(Severity.ERROR)
def mbx_append_big(transcript: Sequence[str]) -> Hits:
    """A message is larger than the folder accepts.

    The limit for adding a message to a folder (RFC 7889, APPENDLIMIT) may be smaller than the one for
    sending. Only the copy is missing; a sent message is delivered anyway.

    Flagged::

        C: a5 APPEND Sent (\\Seen) {31457280}
        S: a5 NO [TOOBIG] Message too large

    Clean::

        C: a5 APPEND Sent (\\Seen) {3145}
        S: + go on
        S: a5 OK done
    """
    if seen := _means(transcript, "mbx-append-big"):
        yield Hit("The server refused to store a message because it is too large.", seen)


@rule(Severity.ERROR)
def mbx_trycreate(transcript: Sequence[str]) -> Hits:
    """The folder for a message does not exist.

    The server suggests creating it (TRYCREATE, RFC 9051 §6.3.12).

    Flagged::

        C: a5 APPEND Sent (\\Seen) {3145}
        S: a5 NO [TRYCREATE] Mailbox doesn't exist: Sent

    Clean::

        C: a5 APPEND Sent (\\Seen) {3145}
        S: a5 NO [OVERQUOTA] Quota exceeded (mailbox for user is full)
    """
    if seen := _means(transcript, "mbx-trycreate"):
        yield Hit(
            "The program stores messages in a folder that does not exist. Create and subscribe it, "
            "or choose another one.",
            seen,
        )


@rule(Severity.WARNING)
def snd_sent_copy(transcript: Sequence[str]) -> Hits:
    """A sent message could not be copied to the Sent folder.

    Only the copy is missing, for the reason in the server's reply.

    Flagged::

        C: a5 APPEND Sent (\\Seen) {3145}
        S: a5 NO [OVERQUOTA] Quota exceeded (mailbox for user is full)

    Clean::

        C: a5 APPEND Drafts (\\Draft) {3145}
        S: a5 NO [OVERQUOTA] Quota exceeded (mailbox for user is full)
    """
    refused = _refused(transcript)
    if refused is None or not re.search(
        r"APPEND .*\b(sent|gesendet|envoy|enviad|inviat)", refused[0], re.I
    ):
        return
    yield Hit(
        "The message was sent; only its copy in the Sent folder is missing. Do not send it again.",
        (f"the program sent: {quoted(refused[0])}", f"the server replied: {quoted(refused[1])}"),
    )


@rule(Severity.WARNING)
def mbx_pop3_no_quit(transcript: Sequence[str]) -> Hits:
    """The program deletes by POP3 and disconnects without QUIT.

    Messages marked with DELE are deleted only at QUIT (RFC 1939 §6); a connection that breaks off
    deletes nothing, and the same messages come again next time. The cause is the program, or a timeout
    on the network.

    Flagged::

        S: +OK ready
        C: USER kim@example.com
        S: +OK
        C: PASS ***
        S: +OK
        C: DELE 1
        S: +OK

    Clean::

        S: +OK ready
        C: USER kim@example.com
        S: +OK
        C: PASS ***
        S: +OK
        C: DELE 1
        S: +OK
        C: QUIT
        S: +OK
    """
    said = [line for line in transcript if line.startswith("C: ")]
    marked = [line for line in said if re.match(r"C: DELE \d", line, re.I)]
    if marked and not any(re.match(r"C: (QUIT|RSET)\b", line, re.I) for line in said):
        yield Hit(
            f"{len(marked)} messages were marked as deleted without a QUIT: nothing was deleted, and they will be fetched again.",
            (f"its last command: {quoted(said[-1].removeprefix('C: '))}",),
        )
