"""Tell the replies that a text tells of from those that it supposes, lists or denies."""

from mailkit.replies.foreign import aside
from mailkit.replies.found import Said
from mailkit.replies.happened import gone, negated, supposed
from mailkit.replies.reply import Certainty

__all__ = ["told_in", "unsure", "without"]


def told_in(found: list[Said], text: str, listed: int) -> tuple[list[Said], list[Said], list[Said]]:
    """Return the replies that a text tells of, those that it supposes, or lists behind a place, and those it denies."""
    told: list[Said] = []
    doubted: list[Said] = []
    denied_ones: list[Said] = []
    for reply in found:
        if (
            negated(text, reply.at)
            or gone(text, reply.at)
            or aside(text[max(0, reply.at - 60) : reply.at + 60])
        ):
            denied_ones.append(reply)
        elif reply.at > listed or supposed(text, reply.at):
            doubted.append(reply)
        else:
            told.append(reply)
    return told, doubted, denied_ones


def unsure(reply: Said) -> bool:
    """Return whether the meaning of a reply is not certain."""
    return reply.reading.by_code or reply.reading.certainty is not Certainty.SURE


def without(text: str, said: list[Said]) -> str:
    """Return a text without servers' replies, so that they are not read as a client's error text."""
    kept, at = [], 0
    for reply in sorted(said, key=lambda reply: reply.at):
        end = reply.at + reply.length
        if end > at:
            kept += [text[at : reply.at], " " * (end - max(at, reply.at))]
            at = end
    return "".join((*kept, text[at:]))
