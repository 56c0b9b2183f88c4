"""Facts as event lines: every fact reads back as it was written, whatever a stranger put into it."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.observation import (
    UNSHOWN_FACTS,
    Before,
    Certificate,
    Context,
    NamedFolder,
    Proof,
    Request,
    StopReason,
    Unreached,
)
from mailkit.protocol.event_lines import facts_in, names_of, pairs_in, record, record_from, written

WORDS = st.text(max_size=12)
MOMENTS = st.integers(0, 2**32).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
COUNTS = st.integers(0, 2**32 - 1)
NAMES = st.lists(st.text(min_size=1, max_size=8), max_size=3).map(tuple)
CONTEXTS = st.builds(
    Context,
    now=MOMENTS,
    before=st.none()
    | st.builds(
        Before,
        proof=st.sampled_from(Proof),
        cause=WORDS,
        messages=st.none() | COUNTS,
        uid_validity=st.none() | COUNTS,
        uids=NAMES,
    ),
    pop3_readers=st.lists(WORDS, max_size=3).map(tuple),
    folders=st.lists(st.builds(NamedFolder, WORDS, WORDS), max_size=3).map(tuple),
    secret_error=WORDS,
    secret_source=WORDS,
    proxies=NAMES,
    web_page=WORDS,
    no_trust_anchors=st.booleans(),
    trust_anchors=NAMES,
    accepted_elsewhere=WORDS,
)
REQUESTS = st.builds(
    Request,
    user=WORDS,
    auth=st.sampled_from(["password", "xoauth2"]),
    login=st.booleans(),
    cleartext_allowed=st.booleans(),
    wrong_password=st.booleans(),
    mailbox=st.booleans(),
    sender=WORDS,
    recipients=NAMES,
    size=COUNTS,
    message=st.sampled_from(["", "7bit", "8bit"]),
    search=WORDS,
    search_in=st.sampled_from(["", "inbox", "sent"]),
)
CERTIFICATES = st.builds(
    Certificate,
    subject=WORDS,
    issuer=WORDS,
    common_name=WORDS,
    names=NAMES,
    addresses=NAMES,
    not_before=MOMENTS,
    not_after=MOMENTS,
    fingerprint=WORDS,
    key=WORDS,
    key_bits=COUNTS,
    signature=WORDS,
    issuer_url=WORDS,
)


@given(CONTEXTS | REQUESTS)
def test_facts_read_back_as_they_were_written(facts: Any) -> None:
    lines = [*written(facts)]

    assert all(line.isprintable() and line.startswith("== ") for line in lines)
    usual = Context(now=datetime(2000, 1, 1, tzinfo=UTC))
    usual = usual if isinstance(facts, Context) else Request()  # type: ignore[assignment]
    assert replace(usual, **facts_in(usual, lines)) == facts


@given(CERTIFICATES)
def test_a_certificate_reads_back_as_it_was_written(certificate: Certificate) -> None:
    line = record(certificate, whole=True)

    assert line.isprintable()
    assert record_from(Certificate, pairs_in(line)) == certificate


@given(st.lists(st.builds(Unreached, WORDS, st.sampled_from(StopReason)), max_size=3).map(tuple))
def test_a_reason_reads_back_as_one_of_the_closed_list(unreached: tuple[Unreached, ...]) -> None:
    context = Context()

    lines = [f"== unreached: {record(one)}" for one in unreached]

    pairs = [pairs_in(line.partition(": ")[2]) for line in lines]
    assert tuple(record_from(Unreached, one) for one in pairs) == unreached
    assert facts_in(context, lines) == {}


@pytest.mark.parametrize("kind", [Request, Context])
def test_no_fact_has_the_name_of_another_line(kind: type) -> None:
    taken = {str(reason) for reason in StopReason} | {
        *("connected", "tls", "certificate", "after", "bytes", "dns", "offers"),
        *("setting", "finding", "fix"),
    }
    others = names_of(Context if kind is Request else Request) | {
        name.replace("_", " ") for name in UNSHOWN_FACTS
    }

    names = [item.name.replace("_", " ") for item in fields(kind)]
    assert set(names) == names_of(kind)
    assert not names_of(kind) & (taken | others)
    assert not {name.partition(" ")[0] for name in names} & {"certificate", "dns", "offers", "tls"}


def test_a_line_of_a_flag_is_its_name_and_one_of_a_tuple_stands_for_an_item() -> None:
    context = Context(no_trust_anchors=True, proxies=("http://a", "http://b"))

    lines = [line for line in written(context) if not line.startswith("== now")]

    assert lines == ["== proxies: http://a", "== proxies: http://b", "== no trust anchors"]
