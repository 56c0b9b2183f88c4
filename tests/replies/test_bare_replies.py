"""Words of a reply without its code, as a program's dialog shows them."""

import pytest

from mailkit.explanation import explain
from mailkit.replies import Certainty

BARE = {
    "Password expired": "aut-expired",
    "Too many simultaneous connections": "lim-connections",
    "Please log in via your web browser": "aut-web-login",
    "User is authenticated but not connected.": "aut-not-connected",
    "Your account has been disabled": "aut-suspended",
    "Application-specific password required": "aut-app-password",
    "Relay access denied": "snd-relay-denied",
    "Sender address rejected: not owned by user": "snd-sender-not-owned",
    "Client host rejected: cannot find your hostname": "snd-ptr",
}


@pytest.mark.parametrize("text", BARE)
def test_the_words_alone_are_a_possible_cause(text: str) -> None:
    first = explain(text)[0]
    assert (first.id, first.certainty) == (BARE[text], Certainty.POSSIBLE)


@pytest.mark.parametrize(
    "text",
    [
        "Access denied",
        "User not found",
        "Permission denied (publickey)",
        "ERROR 1040 (HY000): Too many connections",
        "redis.exceptions.ConnectionError: Too many connections",
        "Received disconnect from 10.0.0.5 port 22:2: Too many authentication failures",
        "The repository is locked",
    ],
)
def test_words_of_other_programs_are_no_reply(text: str) -> None:
    assert explain(text) == []
