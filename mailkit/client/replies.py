"""Replies of SMTP on a connection at work, read as they come."""

from mailkit.client.stream import Stream
from mailkit.protocol.smtp.grammar import more_follows

__all__ = ["reply_lines"]


def reply_lines(stream: Stream) -> list[bytes]:
    """The lines of one reply, with their ends (RFC 5321 §4.2.1).

    Raises:
        LimitError: it is too long.
        LostError: the connection broke, or nothing came in time.
    """
    lines = [stream.readline()]
    while more_follows(lines[-1]):
        lines.append(stream.readline())
    return lines
