"""A mailbox as a channel sees it."""

from collections.abc import Callable, Iterable

import pytest

from mailkit.client import connect
from mailkit.errors import ClientError
from mailkit.flow.inbox import drop_of
from mailkit.formats import loads
from mailkit.lab import Lab, Listener
from mailkit.lab.scenario import ADDRESS, imap, pop3
from mailkit.ports import Security

BIG = b"Subject: big\r\n\r\n" + b"x" * 74 + (b"\r\n" + b"." * 74) * 50_000 + b"\r\n"


@pytest.mark.parametrize(("protocol", "port"), [("imap", 143), ("pop3", 110)])
def test_a_message_comes_in_pieces(protocol: str, port: int, make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(
        Listener(protocol=protocol, host="localhost", port=port, security=Security.CLEARTEXT)
    )
    lab.box(ADDRESS).deliver(b"Subject: small\r\n\r\n")
    lab.box(ADDRESS).deliver(BIG)
    text = {"imap": imap, "pop3": pop3}[protocol]
    where = lab.where("localhost", port)[1]

    def taken(pieces: Iterable[bytes]) -> tuple[bytes, int]:
        came = [*pieces]
        return b"".join(came), max(map(len, came))

    with connect(loads(text(where, "cleartext", host="localhost"))[0]) as client:
        drop = drop_of(client, change=True)
        small, big = drop.present()
        content, largest = drop.content(big, taken)
        assert content == BIG
        assert largest <= 600_000  # octets: some pieces at once, and never all of them
        assert drop.content(small, b"".join).startswith(b"Subject: small\r\n")
        drop.delete([small])
        if protocol == "imap":
            with pytest.raises(ClientError, match="no longer there"):
                drop.content(small, b"".join)
        assert drop.content(big, b"".join) == BIG


def test_a_message_that_is_not_read_to_its_end_ends_the_connection(
    make_lab: Callable[..., Lab],
) -> None:
    """The rest of it would be read as the reply to the next command."""
    lab = make_lab(
        Listener(protocol="pop3", host="localhost", port=110, security=Security.CLEARTEXT)
    )
    lab.box(ADDRESS).deliver(BIG)
    where = lab.where("localhost", 110)[1]

    def no_room(pieces: Iterable[bytes]) -> bytes:
        raise OSError(f"no space left after {len(next(iter(pieces)))} octets")

    with connect(loads(pop3(where, "cleartext", host="localhost"))[0]) as client:
        drop = drop_of(client)
        with pytest.raises(OSError, match="no space left"):
            drop.content(drop.present()[0], no_room)
        assert client.stream.closed  # type: ignore[union-attr]
