"""Recorded dialogues: a bug report becomes a file in ``transcripts/``."""

import re
from pathlib import Path

import pytest

from mailkit.finding import Severity
from mailkit.protocol.transcript import DialogueMismatchError, dumps, loads, replay, transcripts_in
from mailkit.rules.catalogue import case_findings

FILES = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_replays_with_the_same_words_and_the_same_end(file: Path) -> None:
    text = file.read_text("utf-8")
    expected = dict(re.findall(r"(?m)^# (proof|cause):[ ]?(.*)$", text))
    script = "\n".join(line for line in text.splitlines() if not line.startswith("#"))

    case = loads(script)

    assert case.seen.proof.word == expected["proof"]
    found = case_findings(case)
    errors = [finding.id for finding in found if finding.severity is Severity.ERROR]
    assert errors[:1] == list(filter(None, [expected.get("cause", "")]))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_transcript_that_comes_out_replays_to_itself(file: Path) -> None:
    """What is recorded is what was played, up to the words after the end."""
    lines = [text for text in file.read_text("utf-8").splitlines() if not text.startswith("#")]

    (seen,) = replay("\n".join(lines))
    (again,) = replay("\n".join([lines[0], *seen.transcript]))

    assert again.transcript == seen.transcript
    assert [t for t in seen.transcript if t[:2] in ("S:", "C:")] == [
        t for t in lines if t[:2] in ("S:", "C:")
    ]


REPORTS = sorted((Path(__file__).parent / "transcripts").glob("*.md"))


@pytest.mark.parametrize("file", REPORTS, ids=lambda file: file.stem)
def test_a_report_finds_again_what_its_finding_lines_say(file: Path) -> None:
    for script in transcripts_in(file.read_text("utf-8")):
        case = loads(script)

        assert {finding.id for finding in case_findings(case)} == set(case.findings)
        assert dumps(loads(dumps(case))) == dumps(case)


def test_a_dialogue_that_says_something_else_fails() -> None:
    script = "imap h:143 starttls\n== connected\nS: * OK ready\nC: a1 NOOP\nS: a1 OK\n"

    with pytest.raises(DialogueMismatchError):
        replay(script)
