"""What the answers for IPv4 and IPv6 mean together."""

from collections.abc import Callable

import pytest

from mailkit.net.resolver import Resolver
from mailkit.observation import Record, StopReason
from mailkit.protocol.asks import Stopped

HOST = "mail.example.com"


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Resolver]:
    """A resolver with these answers for IPv4 and IPv6."""

    def make(four: str, six: str) -> Resolver:
        def ask(_: Resolver, name: str, kind: str, within: float) -> tuple[Record, ...]:
            said = {"A": four, "AAAA": six}[kind]
            negative = said in ("NXDOMAIN", "NODATA", "SERVFAIL", "TIMEOUT")
            return (Record(name, said, kind) if negative else Record(name, kind, said),)

        monkeypatch.setattr(Resolver, "ask", ask)
        return Resolver(("192.0.2.53", 53))

    return make


@pytest.mark.parametrize(
    ("four", "six", "kind"),
    [
        ("NXDOMAIN", "NXDOMAIN", StopReason.NO_NAME),
        ("NODATA", "NODATA", StopReason.NO_ADDRESS),
        ("SERVFAIL", "NODATA", StopReason.NO_RESOLVER),
        ("NODATA", "TIMEOUT", StopReason.NO_RESOLVER),
        # some servers know no AAAA and say that the name does not exist
        ("SERVFAIL", "NXDOMAIN", StopReason.NO_RESOLVER),
        ("TIMEOUT", "NXDOMAIN", StopReason.NO_RESOLVER),
        ("NODATA", "NXDOMAIN", StopReason.NO_ADDRESS),
    ],
)
def test_a_name_exists_where_it_was_not_denied_for_ipv4(
    four: str, six: str, kind: StopReason, resolver: Callable[[str, str], Resolver]
) -> None:
    with pytest.raises(Stopped) as stopped:
        resolver(four, six).addresses(HOST, 1)
    assert stopped.value.stop.kind is kind


@pytest.mark.parametrize("six", ["NXDOMAIN", "NODATA", "SERVFAIL", "TIMEOUT"])
def test_an_address_is_enough_whatever_the_other_answer_is(
    six: str, resolver: Callable[[str, str], Resolver]
) -> None:
    assert resolver("192.0.2.7", six).addresses(HOST, 1) == ["192.0.2.7"]
