"""Every known reply, in everything that clients put around it, means the same; in time that grows with its length."""

import re
from collections.abc import Iterator

import pytest

from mailkit import explain
from mailkit.replies import Reply, replies
from mailkit.replies.wrappers import WRAPPERS, Wrapper


def body(row: Reply) -> str:
    """The reply without its code."""
    return re.sub(r"^\d{3} |^(?:NO|BAD|-ERR|\* BYE) ", "", row.example)


def carried(wrapper: Wrapper) -> Iterator[tuple[Reply, str]]:
    """The replies that a client can show this way, and what it shows then."""
    for row in replies():
        cut = "{reply}" not in wrapper.form
        if row.protocol[0] not in wrapper.protocols or (cut and row.code == "BYE"):
            continue
        if cut and "'" in body(row):
            continue  # Python quotes such a text the other way
        host = f"mail.{row.hosts[0].lstrip('.')}: " if row.hosts else ""
        shown = wrapper.form.format(reply=row.example, text=body(row), code=row.example[:3])
        yield row, host + shown


@pytest.mark.parametrize("wrapper", WRAPPERS, ids=lambda wrapper: wrapper.form[:40])
def test_every_reply_means_the_same_in_the_words_of_a_client(wrapper: Wrapper) -> None:
    wrong = []
    for row, shown in carried(wrapper):
        found = explain(shown)
        if not found or found[0].id != row.finding:
            wrong.append((row.finding, [cause.id for cause in found[:2]], shown))

    # What a client cut off can be what told two replies apart; that is rare, and never a guess.
    assert len(wrong) <= (1 if "{reply}" not in wrapper.form else 0), wrong


@pytest.mark.parametrize(
    "dress",
    [
        lambda text: f"\x1b[31m{text}\x1b[0m",
        lambda text: f"2026-11-02T09:10:11.123Z ERROR [mailer] {text}",
        lambda text: '{"message": "' + text.replace('"', '\\"') + '\\r\\n"}',
        lambda text: f"<p>{text.replace('<', '&lt;').replace('>', '&gt;')}</p>",
        lambda text: f"Die Nachricht konnte nicht gesendet werden: {text}",
    ],
    ids=["colours", "time stamp", "JSON", "HTML", "a translation"],
)
def test_what_stands_round_a_reply_changes_nothing(dress: object) -> None:
    assert callable(dress)
    for row in replies():
        if row.protocol == "smtp" and not row.hosts:
            found = explain(dress(f"smtplib error: {row.example}"))
            assert found, row.example
            assert found[0].id == row.finding


def test_a_folded_reply_is_one_reply() -> None:
    text = "535-5.7.1 Authentication failed\r\n535 5.7.1 see https://help.example"

    (cause,) = explain(text)

    assert cause.id == "aut-bad"
    assert "https://help.example" in cause.matched


def test_the_reason_comes_before_the_line_that_follows_any_failure() -> None:
    reason = "Peer certificate CN=`a.example' did not match expected CN=`b.example'"
    line = "SMTP Error: Could not connect to SMTP host."

    for text in (f"{line} {reason}", f"{reason}\n{line}"):
        assert [cause.id for cause in explain(text)] == ["crt-host-mismatch"]


def test_a_generic_line_alone_gives_possible_causes_only() -> None:
    found = explain("SMTP connect() failed.")

    assert len(found) > 2
    assert {cause.certainty for cause in found} == {"possible"}


def test_a_login_that_succeeded_later_is_no_cause() -> None:
    text = "C: AUTH PLAIN ***\nS: 235 2.7.0 Authentication successful"

    assert explain(text) == []


@pytest.mark.parametrize(
    "piece", ["(535, b'", "ssl.", "[SSL: ", "421 4.7.0 [", "\\", "NO [", "a.", "2001:db8:", "x"]
)
def test_the_work_on_a_long_text_is_bounded(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What reaches the patterns does not grow with a text beyond its limits."""
    from mailkit import explanation

    sizes = []
    read = explanation.said_in
    monkeypatch.setattr(
        explanation, "said_in", lambda text, host: sizes.append(len(text)) or read(text, host)
    )
    for count in (200_000, 400_000):
        explain(piece * (count // len(piece)))

    assert max(sizes, default=0) <= 2000 * 200


def test_a_refusal_in_the_middle_of_a_long_log_is_found() -> None:
    noise = [f"2026-11-02 09:10:{n % 60:02} INFO worker {n} is fine" for n in range(20_000)]
    noise[9_000] = "2026-11-02 09:10:11 ERROR smtp: 535 5.7.8 Error: authentication failed"

    found = explain("\n".join(noise))

    assert found[0].id == "aut-bad"
