"""What a diagnosis does beyond the login where somebody asks: look inside, rehearse, send and find."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from mailkit.cli.main import main
from mailkit.diagnosis.diagnose import diagnose
from mailkit.errors import SettingsError
from mailkit.formats import loads
from mailkit.lab import Lab, Listener, standard
from mailkit.lab.post import AcceptancePolicy
from mailkit.lab.scenario import ADDRESS, HOST, PASSWORD, USERS, imap, pop3, smtp
from mailkit.lab.script import Close, Say, Silence, Wait
from mailkit.observation import Proof
from mailkit.ports import Security
from mailkit.protocol.after_login import MailTransaction
from mailkit.protocol.conversation import run
from mailkit.protocol.dialogue import Send, SessionState
from mailkit.protocol.imap.examine import encoded, readable
from mailkit.protocol.smtp.transaction import transact
from mailkit.report import Report, ServiceReport

Make = Callable[..., Lab]
Capture = pytest.CaptureFixture[str]
BOTH = imap(993, "implicit-tls") + smtp(465, "implicit-tls").partition("\n\n")[2]


def whole(lab: Lab, text: str = BOTH, **options: Any) -> Report:
    accounts = loads(text)
    usual = {"timeout": 10.0, "ca": lab.ca_file, "connect_to": lab.connect_to, "accounts": accounts}
    return diagnose(accounts[0], **(usual | options))


def by_role(report: Report, role: str) -> ServiceReport:
    return next(one for one in report.accounts[0].services if one.service.role == role)


def test_a_rehearsal_sends_nothing(make_lab: Make) -> None:
    lab = make_lab(*standard(HOST, "smtp"))

    report = by_role(whole(lab, rehearse=(ADDRESS, "lee@example.org")), "outgoing")

    assert report.ok
    assert lab.messages == []
    said = [line for line in report.transcript if line.startswith("C: ")]
    assert said[-4:] == [
        f"C: MAIL FROM:<{ADDRESS}> SIZE=10000",
        "C: RCPT TO:<lee@example.org>",
        "C: RSET",
        "C: QUIT",
    ]


def test_without_a_word_no_transaction_is_begun(make_lab: Make) -> None:
    lab = make_lab(*standard(HOST, "smtp", "imap"))

    report = by_role(whole(lab), "outgoing")

    assert report.ok
    assert not any("MAIL FROM" in line for line in report.transcript)


def test_without_a_login_no_transaction_is_begun(make_lab: Make) -> None:
    lab = make_lab(*standard(HOST, "smtp"))

    report = by_role(whole(lab, rehearse=(ADDRESS, "a@b.example"), login=False), "outgoing")

    assert not any("MAIL FROM" in line for line in report.transcript)


@pytest.mark.parametrize("what", ["a@b.example>\r\nDATA", "a\0@b.example"])
def test_no_address_smuggles_a_command(what: str, make_lab: Make) -> None:
    lab = make_lab(Listener(protocol="smtp", host=HOST, port=465, offers_tls=["AUTH PLAIN"]))

    report = by_role(whole(lab, rehearse=(what, "lee@example.org")), "outgoing")

    assert not report.ok
    commands = [line for one in lab.sessions for line in one.transcript if "MAIL" in line]
    assert commands == []


def test_a_rehearsal_goes_on_with_the_settings_that_were_proved(make_lab: Make) -> None:
    refusal = {"RCPT": [Say(b"554 5.7.1 <lee@example.org>: Relay access denied\r\n")]}
    lab = make_lab(Listener(protocol="smtp", host=HOST, port=465, replies_tls=refusal))

    report = by_role(
        whole(lab, smtp(465, "starttls"), rehearse=(ADDRESS, "lee@example.org")), "outgoing"
    )

    assert report.cause == "grt-silent-tls"
    assert report.proposal is not None
    assert report.proposal.proof is Proof.LOGGED_IN
    assert "snd-relay-denied" in [finding.id for finding in report.findings]


def test_a_message_is_sent_and_found_at_its_recipient(make_lab: Make) -> None:
    lab = make_lab(*standard(HOST, rules=AcceptancePolicy(sent_copy=True)))

    report = whole(lab, send_test=ADDRESS)

    delivery = by_role(report, "outgoing").delivery
    assert delivery is not None
    assert (delivery.fate, delivery.found) == ("accepted", "INBOX of kim")
    assert delivery.seconds is not None
    assert delivery.copy is True
    ((sender, recipients, content),) = lab.messages
    assert (sender, recipients) == (ADDRESS, (ADDRESS,))
    assert delivery.message_id.encode() in content
    assert b"Auto-Submitted: auto-generated" in content
    text = report.to_text()
    assert "was accepted" in text
    assert "found in INBOX of kim" in text
    shown = json.loads(report.to_json())["accounts"][0]["services"][1]["delivery"]
    assert shown["found"] == "INBOX of kim"
    assert PASSWORD not in report.to_json()


def test_a_message_is_found_by_pop3_too(make_lab: Make) -> None:
    lab = make_lab(*standard(HOST))
    text = pop3(995, "implicit-tls") + smtp(465, "implicit-tls").partition("\n\n")[2]

    delivery = by_role(whole(lab, text, send_test=ADDRESS), "outgoing").delivery

    assert delivery is not None
    assert delivery.found == "the maildrop of kim"
    assert delivery.copy is None


@pytest.mark.parametrize("read", [imap(993, "implicit-tls"), pop3(995, "implicit-tls")])
def test_looking_for_a_message_keeps_to_three_logins(
    read: str, make_lab: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailkit.diagnosis.test_message._wait", lambda setting, seconds: None)
    lost = {".": [Say(b"250 2.0.0 kept\r\n")]}
    taken = Listener(protocol="smtp", host=HOST, port=465, replies_tls=lost)
    lab = make_lab(taken, *standard(HOST, "imap", "pop3"))
    text = read + smtp(465, "implicit-tls").partition("\n\n")[2]

    whole(lab, text, send_test=ADDRESS, deadline=4)

    logins = [one for one in lab.sessions if ":465" not in one.endpoint and one.logins]
    assert 2 <= len([x for one in logins for x in one.logins]) <= 3


def test_nobody_looks_where_the_login_is_refused(make_lab: Make) -> None:
    lab = make_lab(*standard(HOST))
    text = imap(993, "implicit-tls", secret={"value": "wrong"})
    text += smtp(465, "implicit-tls").partition("\n\n")[2]

    delivery = by_role(whole(lab, text, send_test=ADDRESS), "outgoing").delivery

    assert delivery is not None
    assert (delivery.fate, delivery.looked, delivery.copy) == ("accepted", False, None)
    assert [good for _, good in lab.logins].count(False) <= 3


def test_a_message_to_a_stranger_is_sent_and_not_looked_for(make_lab: Make) -> None:
    lab = make_lab(*standard(HOST))

    report = whole(lab, send_test="somebody@example.net")

    delivery = by_role(report, "outgoing").delivery
    assert delivery is not None
    assert (delivery.fate, delivery.looked, delivery.found) == ("accepted", False, "")
    assert delivery.copy is False
    assert "its arrival was not checked" in " ".join(report.to_text().split())


@pytest.mark.parametrize("to", ["<lee@example.com> SIZE=1", "lee@example.com\r\nDATA"])
def test_a_test_message_goes_to_nothing_but_an_address(to: str, make_lab: Make) -> None:
    lab = make_lab(Listener(protocol="smtp", host=HOST, port=465))
    with pytest.raises(SettingsError, match="is not an address"):
        whole(lab, smtp(465, "implicit-tls"), send_test=to)
    assert not lab.sessions


@pytest.mark.parametrize("more", ["> SIZE=1", "\\r\\nRSET"])
def test_a_test_message_of_what_is_not_an_address_is_not_sent(more: str, make_lab: Make) -> None:
    lab = make_lab(Listener(protocol="smtp", host=HOST, port=465))
    text = smtp(465, "implicit-tls").replace(f'"{ADDRESS}"', f'"{ADDRESS}{more}"', 1)
    report = by_role(whole(lab, text, send_test=ADDRESS), "outgoing")
    assert report.cause == "snd-sender-syntax"
    assert not any("MAIL" in line for session in lab.sessions for line in session.transcript)


def test_a_message_that_does_not_arrive_is_waited_for_and_then_told(make_lab: Make) -> None:
    lost = {".": [Say(b"250 2.0.0 kept\r\n")]}  # takes messages and keeps none
    taken = Listener(protocol="smtp", host=HOST, port=465, replies_tls=lost)
    lab = make_lab(taken, Listener(protocol="imap", host=HOST, port=993))

    delivery = by_role(whole(lab, send_test=ADDRESS, deadline=5.0), "outgoing").delivery

    assert delivery is not None
    assert (delivery.fate, delivery.looked, delivery.found) == ("accepted", True, "")


def test_a_message_that_takes_its_time_is_found_when_it_is_there(
    make_lab: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("email.utils.make_msgid", lambda *names: "<one@example.com>")
    lost = {".": [Say(b"250 2.0.0 kept\r\n")]}
    taken = Listener(protocol="smtp", host=HOST, port=465, replies_tls=lost)
    lab = make_lab(taken, Listener(protocol="imap", host=HOST, port=993))
    content = b"Message-ID: <one@example.com>\r\n\r\n"

    def deliver() -> None:
        while not any("SEARCH" in line for one in lab.sessions for line in one.transcript):
            time.sleep(0.01)
        lab.box(ADDRESS).deliver(content)

    thread = threading.Thread(target=deliver, daemon=True)
    thread.start()
    delivery = by_role(whole(lab, send_test=ADDRESS), "outgoing").delivery
    thread.join(60)

    assert delivery is not None
    assert delivery.found == "INBOX of kim"


def test_a_line_that_begins_with_a_full_stop_is_sent_whole() -> None:
    """RFC 5321 §4.5.2: it gets another one, and a line end is added where there is none."""
    letter = MailTransaction(
        "a@b.example", ("c@d.example",), content=b"X: y\r\n\r\n.\r\n..x\r\nend"
    )
    said = iter([b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"250 kept\r\n", b"221 bye\r\n"])
    sent: list[bytes] = []

    def answer(ask: Any) -> object:
        if isinstance(ask, Send):
            sent.append(bytes(ask.data))
            return b""
        return next(said)

    session = SessionState()
    run(transact(session, letter), answer)

    assert sent[3] == b"X: y\r\n\r\n..\r\n...x\r\nend\r\n.\r\n"
    assert session.facts.transaction.accepted


def test_a_full_mailbox_is_no_reason_to_look_for_other_settings(make_lab: Make) -> None:
    full = b'* QUOTA "user" (STORAGE 10 10)\r\n<tag> OK done\r\n'
    lab = make_lab(
        Listener(
            protocol="imap",
            host=HOST,
            port=993,
            offers_tls=["IMAP4rev1", "AUTH=PLAIN", "SASL-IR", "QUOTA"],
            replies_tls={"GETQUOTAROOT": [Say(full)]},
        ),
        Listener(protocol="imap", host=HOST, port=143, security=Security.STARTTLS),
    )

    report = by_role(whole(lab, imap(993, "implicit-tls"), mailbox=True), "incoming")

    assert report.cause == "mbx-quota"
    assert report.proposal is None
    assert len(report.attempts) == 1
    assert len(lab.logins) == 1


def test_where_no_answer_comes_the_fate_is_unknown_and_nothing_is_sent_again(
    make_lab: Make,
) -> None:
    lab = make_lab(
        Listener(
            protocol="smtp",
            host=HOST,
            port=465,
            offers_tls=["AUTH PLAIN"],
            replies_tls={".": [Close()]},
        ),
        Listener(protocol="smtp", host=HOST, port=587),
    )

    report = by_role(whole(lab, smtp(465, "implicit-tls"), send_test="a@b.example"), "outgoing")

    assert report.cause == "snd-data-stall"
    assert report.delivery is not None
    assert report.delivery.fate == "unknown"
    sent = [one for one in lab.sessions for line in one.transcript if "MAIL FROM" in line]
    assert len(sent) == 1
    assert lab.messages == []


def test_a_refused_message_is_not_looked_for(make_lab: Make) -> None:
    refusal = {"RCPT": [Say(b"550 5.1.1 User unknown\r\n")]}
    lab = make_lab(
        Listener(protocol="smtp", host=HOST, port=465, replies_tls=refusal),
        Listener(protocol="imap", host=HOST, port=993),
    )

    report = by_role(whole(lab, send_test=ADDRESS), "outgoing")

    assert report.cause == "snd-rcpt-unknown"
    assert report.delivery is not None
    assert report.delivery.fate == "refused"
    assert not any("SEARCH" in line for one in lab.sessions for line in one.transcript)


def test_both_at_once_make_no_sense() -> None:
    (account,) = loads(smtp(465, "implicit-tls"))

    with pytest.raises(SettingsError, match="not both"):
        diagnose(account, rehearse=("a@b.example", "c@d.example"), send_test="e@f.example")


def test_one_message_is_sent_by_the_chosen_account_and_found_in_another(
    make_lab: Make, tmp_path: Any, capsys: Capture
) -> None:
    lab = make_lab(*standard(HOST), users=USERS | {"lee@example.com": "let me in 42"})
    file = tmp_path / "accounts.toml"
    lee = imap(
        993,
        "implicit-tls",
        label="lee",
        address="lee@example.com",
        user="lee@example.com",
        secret={"value": "let me in 42"},
    )
    second = smtp(465, "implicit-tls", label="second")
    file.write_text(smtp(465, "implicit-tls") + lee + second, "utf-8")
    command = ["diagnose", str(file), "--ca", str(lab.ca_file), "--send-test", "lee@example.com"]
    for (host, port), ((address, real), *_) in lab.connect_to.items():
        command += ["--connect-to", f"{host}:{port or ''}:{address}:{real}"]

    assert main(command) == 2
    assert "kim, second?" in capsys.readouterr().err
    assert main([*command, "--account", "lee"]) == 2
    assert "none of these accounts has an outgoing service" in capsys.readouterr().err
    assert lab.messages == []
    assert main([*command, "--account", "kim"]) == 0

    assert "found in INBOX of lee" in " ".join(capsys.readouterr().out.split())
    assert len(lab.messages) == 1


def test_a_look_inside_changes_nothing_and_tells_what_is_there(make_lab: Make) -> None:
    lab = make_lab(*standard(HOST, "imap", "smtp"))

    report = by_role(whole(lab, mailbox=True), "incoming")

    assert report.ok
    assert report.seen is not None
    assert report.seen.mailbox is not None
    roles = {flag for one in report.seen.mailbox.folders for flag in one.flags}
    assert {"\\sent", "\\trash", "\\junk", "\\drafts"} <= roles
    said = {line.split()[2] for line in report.transcript if line.startswith("C: a")}
    reading = {"EXAMINE", "GETQUOTAROOT", "LIST", "LSUB", "NAMESPACE"}
    assert said <= reading | {"AUTHENTICATE", "LOGOUT"}


def test_a_mailbox_with_very_many_folders_is_no_flood(make_lab: Make) -> None:
    rows = b"".join(b'* LIST () "/" "Folder %d"\r\n' % n for n in range(5_000))
    lab = make_lab(
        Listener(
            protocol="imap",
            host=HOST,
            port=993,
            replies_tls={"LIST": [Say(rows + b"<tag> OK done\r\n")]},
        )
    )

    report = by_role(whole(lab, imap(993, "implicit-tls"), mailbox=True), "incoming")

    assert report.ok
    assert report.seen is not None
    assert report.seen.mailbox is not None
    assert len(report.seen.mailbox.folders) == 5_000
    assert len(report.transcript) < 1_100
    assert any("lines left out" in line for line in report.transcript)


@pytest.mark.parametrize(
    ("wire", "name"),
    [
        (b"Gesendet", "Gesendet"),
        (b"Entw&APw-rfe", "Entwürfe"),
        (b"&Xn9USpCuTvY-", "广告邮件"),
        (b"R&-D", "R&D"),
        (b"broken&===-", "broken&===-"),
    ],
)
def test_a_folder_name_is_read_as_a_person_does(wire: bytes, name: str) -> None:
    assert readable(wire) == name
    if "=" not in name:
        assert encoded(name) == wire.decode()


def test_a_literal_as_a_folder_name_is_read(make_lab: Make) -> None:
    told = b'* LIST (\\Sent) "/" {8}\r\nGe"endet\r\n<tag> OK done\r\n'
    lab = make_lab(
        Listener(protocol="imap", host=HOST, port=993, replies_tls={"LIST": [Say(told)]})
    )

    report = by_role(whole(lab, imap(993, "implicit-tls"), mailbox=True), "incoming")

    assert report.seen is not None
    assert report.seen.mailbox is not None
    assert [one.name for one in report.seen.mailbox.folders] == ['Ge"endet']


def test_an_inbox_that_answers_late_is_no_fault_of_the_login(make_lab: Make) -> None:
    lab = make_lab(
        Listener(protocol="imap", host=HOST, port=993, replies_tls={"EXAMINE": [Silence()]})
    )

    report = by_role(whole(lab, imap(993, "implicit-tls"), timeout=3), "incoming")

    assert report.proof is Proof.LOGGED_IN
    assert not report.ok
    assert len(lab.logins) == 1


def test_a_wrong_password_on_purpose_is_one_login_more(make_lab: Make) -> None:
    lab = make_lab(Listener(protocol="imap", host=HOST, port=993))

    report = by_role(whole(lab, imap(993, "implicit-tls"), wrong_password=True), "incoming")

    assert report.ok
    assert [good for _, good in lab.logins] == [True, False]
    assert [finding.id for finding in report.findings] == []


def test_the_json_report_of_one_day_is_compared_with_the_next(
    make_lab: Make, tmp_path: Any, capsys: Capture
) -> None:
    lab = make_lab(Listener(protocol="imap", host=HOST, port=993))
    file = tmp_path / "accounts.toml"
    file.write_text(imap(993, "implicit-tls"), "utf-8")
    (address, port) = lab.where(HOST, 993)
    common = [str(file), "--ca", str(lab.ca_file), "--connect-to", f"{HOST}:993:{address}:{port}"]

    assert main(["diagnose", *common, "--format", "json"]) == 0
    before = json.loads(capsys.readouterr().out)
    before["accounts"][0]["services"][0]["mailbox"]["uid_validity"] = 99
    earlier = tmp_path / "before.json"
    earlier.write_text(json.dumps(before), "utf-8")
    assert main(["diagnose", *common, "--before", str(earlier), "--fail-on", "warning"]) == 1

    assert "mbx-uidvalidity" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "[]", '{"schema": "x"}', '{"schema": "mailkit.report/1"}'])
def test_what_is_no_earlier_report_is_refused(text: str, tmp_path: Any, capsys: Capture) -> None:
    accounts, before = tmp_path / "a.toml", tmp_path / "b.json"
    accounts.write_text(imap(993, "implicit-tls"), "utf-8")
    before.write_text(text, "utf-8")

    assert main(["diagnose", str(accounts), "--before", str(before)]) == 2
    assert "report" in capsys.readouterr().err


def test_a_login_that_only_the_other_service_takes_is_no_wrong_password(make_lab: Make) -> None:
    lab = make_lab(
        Listener(protocol="imap", host=HOST, port=993),
        Listener(protocol="smtp", host=HOST, port=465, users={"x": "y"}),
    )

    report = whole(lab)

    assert by_role(report, "incoming").ok
    assert by_role(report, "outgoing").cause == "aut-split"


def test_another_password_for_the_other_service_is_judged_by_itself(make_lab: Make) -> None:
    lab = make_lab(
        Listener(protocol="imap", host=HOST, port=993),
        Listener(protocol="smtp", host=HOST, port=465),
    )
    text = imap(993, "implicit-tls")
    text += smtp(465, "implicit-tls", secret={"value": "old"}).partition("\n\n")[2]

    assert by_role(whole(lab, text), "outgoing").cause == "aut-bad"


@pytest.mark.usefixtures("patient")
def test_a_server_that_waits_before_it_takes_a_message_is_waited_for(make_lab: Make) -> None:
    slow = {".": [Wait(2.2), Say(b"250 2.0.0 kept\r\n")]}
    lab = make_lab(Listener(protocol="smtp", host=HOST, port=465, replies_tls=slow))

    report = by_role(
        whole(lab, smtp(465, "implicit-tls"), send_test="a@b.example", timeout=30), "outgoing"
    )

    assert report.delivery is not None
    assert report.delivery.fate == "accepted"
