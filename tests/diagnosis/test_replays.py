"""What a report's transcript replays to: the same findings, for what works and for what does not."""

from collections.abc import Callable
from typing import Any

import pytest

from mailkit.formats import loads
from mailkit.lab import Lab, Listener, standard
from mailkit.lab.scenario import ADDRESS, HOST, imap, pop3, smtp
from mailkit.lab.script import Say
from mailkit.lab.servers.sasl import SPOKEN
from mailkit.protocol import transcript
from mailkit.report import ServiceReport
from mailkit.rules.catalogue import case_findings

Make = Callable[..., Lab]
Diagnose = Callable[..., ServiceReport]
Replayed = Callable[[ServiceReport], tuple[set[str], set[str]]]

SERVICES = {
    "imap": (imap, 993, 143),
    "pop3": (pop3, 995, 110),
    "smtp": (smtp, 465, 587),
}
PASSWORDS = {
    "right": "open sesame 17",
    "wrong": "close sesame",
    "beyond ASCII": "Käse und Brot",
    "not sendable": "two\nlines",
}


@pytest.fixture
def lab(make_lab: Make) -> Lab:
    users = {ADDRESS: PASSWORDS["right"], "käthe@example.com": PASSWORDS["beyond ASCII"]}
    return make_lab(*standard(HOST, mechanisms=SPOKEN), users=users)


@pytest.mark.parametrize("protocol", SERVICES)
@pytest.mark.parametrize("auth", ["password", *(name.lower() for name in SPOKEN)])
def test_every_way_to_log_in_replays_without_its_secret(
    lab: Lab, diagnosis: Diagnose, replayed: Replayed, protocol: str, auth: str
) -> None:
    make, port, _ = SERVICES[protocol]
    for password in PASSWORDS.values():
        report = diagnosis(lab, make(port, "implicit-tls", auth=auth, secret={"value": password}))

        found, again = replayed(report)
        assert again == found
        assert password not in "\n".join(report.transcript)
        case = transcript.loads("\n".join(report.transcript))
        assert case.seen.proof is report.proof
        assert case.seen.request.user == ADDRESS


@pytest.mark.parametrize("protocol", SERVICES)
@pytest.mark.parametrize("login", [True, False])
@pytest.mark.parametrize("thorough", [True, False])
def test_what_works_replays_too(
    lab: Lab, diagnosis: Diagnose, replayed: Replayed, protocol: str, login: bool, thorough: bool
) -> None:
    make, _, port = SERVICES[protocol]
    options: dict[str, Any] = {"rehearse": (ADDRESS, "lee@example.org")}
    if protocol != "smtp":
        options = {"mailbox": True}

    report = diagnosis(lab, make(port, "starttls"), login=login, thorough=thorough, **options)

    assert report.ok
    found, again = replayed(report)
    assert again == found
    case = transcript.loads("\n".join(report.transcript))
    assert report.seen is not None
    assert case.seen.facts == report.seen.facts
    assert case.seen.request == report.seen.request
    assert case.seen.mailbox == report.seen.mailbox
    assert case.seen.chain == report.seen.chain
    assert case.seen.stop == report.seen.stop


def test_a_user_name_of_any_letters_and_a_password_beyond_ascii_replay(
    lab: Lab, diagnosis: Diagnose, replayed: Replayed
) -> None:
    for user in ("käthe@example.com", 'k"i\\m', "100% kim; x=y", " kim "):
        settings = {"user": user, "secret": {"value": PASSWORDS["beyond ASCII"]}}
        report = diagnosis(lab, imap(993, "implicit-tls", **settings))

        found, again = replayed(report)
        assert again == found
        assert transcript.loads("\n".join(report.transcript)).seen.request.user == user


def test_hundreds_of_folders_and_messages_replay(
    make_lab: Make, diagnosis: Diagnose, replayed: Replayed
) -> None:
    folders = b"".join(b'* LIST () "." "Folder %d"\r\n' % number for number in range(300))
    messages = b"".join(b"%d uid%d\r\n" % (number, number) for number in range(1, 3_000))
    listed = {"LIST": [Say(folders + b"<tag> OK done\r\n")]}
    uidl = {"UIDL": [Say(b"+OK\r\n" + messages + b".\r\n")]}
    lab = make_lab(
        Listener(protocol="imap", host=HOST, port=993, replies_tls=listed),
        Listener(protocol="pop3", host=HOST, port=995, replies_tls=uidl),
    )

    for text in (imap(993, "implicit-tls"), pop3(995, "implicit-tls")):
        report = diagnosis(lab, text, mailbox=True)

        found, again = replayed(report)
        assert again == found
        assert len(report.transcript) < 1_100
        case = transcript.loads("\n".join(report.transcript))
        assert report.seen is not None
        assert case.seen.mailbox == report.seen.mailbox


def test_a_report_in_json_has_a_transcript_for_each_service(lab: Lab) -> None:
    from mailkit.diagnosis.diagnose import diagnose

    text = imap(993, "starttls") + smtp(465, "starttls").partition("\n\n")[2]
    report = diagnose(loads(text, "both.toml")[0], connect_to=lab.connect_to, ca=lab.ca_file)

    scripts = transcript.transcripts_in(report.to_json())
    assert len(scripts) == 2
    for script, service in zip(scripts, report.accounts[0].services, strict=True):
        ids = [finding.id for finding in case_findings(transcript.loads(script))]
        assert service.cause in ids
        assert set(ids) == set(transcript.loads(script).findings)
