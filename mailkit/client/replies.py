"""Replies after the login: the lines of an SMTP reply, and a rejection by IMAP as an error."""

from mailkit.client.stream import Stream
from mailkit.errors import RefusedError
from mailkit.protocol.imap.grammar import StatusResponse
from mailkit.protocol.smtp.grammar import more_follows
from mailkit.text import decoded

__all__ = ["refused", "reply_lines", "words_of"]


def reply_lines(stream: Stream) -> list[bytes]:
    """Read the lines of one reply, with line ends (RFC 5321 §4.2.1).

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


def refused(stream: Stream, reply: StatusResponse) -> RefusedError:
    """Return the error for a tagged NO or BAD, with the server's text."""
    code = f" [{reply.code}]" if reply.code else ""
    words = words_of(stream, reply.text) or "no reason"
    return RefusedError(
        f"the server replied {reply.kind}{code}: {words}", stream.transcript, reply.code.lower()
    )


def words_of(stream: Stream, text: bytes) -> str:
    """Return the text of a reply, cleaned."""
    return decoded(stream.session.masked(text), 300)
