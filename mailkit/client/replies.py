"""Replies on a connection at work: the lines of one of SMTP, and a refusal of IMAP as an error."""

from mailkit.client.stream import Stream
from mailkit.errors import RefusedError
from mailkit.protocol.imap.grammar import Status
from mailkit.protocol.smtp.grammar import more_follows
from mailkit.text import decoded

__all__ = ["refused", "reply_lines", "words_of"]


def reply_lines(stream: Stream) -> list[bytes]:
    """The lines of one reply, with their ends (RFC 5321 §4.2.1).

    Raises:
        LimitError: it is too long.
        LostError: the connection broke, or nothing came in time.
    """
    lines = [stream.readline()]
    while not lines[0].strip(b"\r\n"):  # an empty line between replies says nothing
        lines = [stream.readline()]
    while more_follows(lines[-1]):
        lines.append(stream.readline())
    return lines


def refused(stream: Stream, reply: Status) -> RefusedError:
    """The error for a tagged NO or BAD, in the server's words."""
    code = f" [{reply.code}]" if reply.code else ""
    words = words_of(stream, reply.text) or "no reason"
    return RefusedError(
        f"the server replied {reply.kind}{code}: {words}", stream.transcript, reply.code.lower()
    )


def words_of(stream: Stream, text: bytes) -> str:
    """The text of a reply, as a person may read it."""
    return decoded(stream.session.masked(text), 300)
