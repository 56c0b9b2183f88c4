"""Which of several findings is the cause, and advice that fits what was seen."""

from collections.abc import Callable

import pytest

from mailkit.lab import Lab, Listener, standard
from mailkit.lab.scenario import HOST, imap, pop3, smtp
from mailkit.lab.script import Act, Close, Say
from mailkit.ports import Security
from mailkit.protocol import transcript
from mailkit.report import ServiceReport
from mailkit.rules.catalogue import case_findings

Make = Callable[..., Lab]
Diagnose = Callable[..., ServiceReport]
UNSET = {"env": "MAILKIT_TEST_NOT_SET"}


def ids(report: ServiceReport) -> list[str]:
    return [finding.id for finding in report.findings]


def test_a_secret_that_cannot_be_read_has_an_id_of_its_own(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(*standard(HOST, "imap"))

    report = diagnosis(lab, imap(993, "implicit-tls", secret=UNSET))

    assert report.cause == "cfg-secret-unreadable"
    assert "cfg-password-dirty" not in ids(report)
    assert lab.logins == []


@pytest.mark.parametrize(
    ("host", "port", "cause"),
    [("", 993, "cfg-host-scheme"), (HOST, 1993, "tcp-refused"), (HOST, 0, "cfg-port-range")],
)
def test_a_server_that_is_not_reached_comes_before_an_unreadable_secret(
    host: str, port: int, cause: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(*standard(HOST, "imap"))

    report = diagnosis(lab, imap(port, "implicit-tls", host=host, secret=UNSET))

    assert report.cause == cause
    assert "cfg-secret-unreadable" in ids(report)


@pytest.mark.parametrize(
    "reply",
    [
        "421 4.7.0 Try again later, closing connection. (EHLO)",
        "501 5.5.4 Invalid domain name",
        "504 5.5.2 Helo command rejected: need fully-qualified hostname",
        "550 5.7.1 HELO/EHLO name must be a fully qualified domain name",
        "550 Invalid HELO argument",
    ],
)
def test_a_name_refused_in_ehlo_is_no_matter_of_time_or_network(
    reply: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    refusal = [Say(f"{reply}\r\n".encode()), Close()]
    lab = make_lab(
        Listener(
            protocol="smtp",
            host=HOST,
            port=587,
            security=Security.STARTTLS,
            replies={"EHLO": refusal, "HELO": refusal},
        )
    )

    report = diagnosis(lab, smtp(587, "starttls"))

    assert report.cause == "snd-helo"
    assert not {"grt-421", "grt-554", "stt-helo-only"} & {*ids(report)}


@pytest.mark.parametrize(
    ("reply", "cause"),
    [
        ("421 4.3.2 Service shutting down", "grt-421"),
        ("500 5.5.1 Command unrecognized", "stt-helo-only"),
        ("502 5.5.2 Error: command not recognized", "stt-helo-only"),
    ],
)
def test_other_refusals_of_ehlo_keep_their_cause(
    reply: str, cause: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    refusal = [Say(f"{reply}\r\n".encode())]
    lab = make_lab(
        Listener(
            protocol="smtp",
            host=HOST,
            port=587,
            security=Security.STARTTLS,
            replies={"EHLO": refusal, "HELO": refusal},
        )
    )

    assert diagnosis(lab, smtp(587, "starttls")).cause == cause


def test_a_relay_without_logins_is_advised_to_leave_the_user_empty(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(Listener(protocol="smtp", host=HOST, port=465, offers_tls=["SIZE 1000"]))

    report = diagnosis(lab, smtp(465, "implicit-tls"))

    assert report.cause == "cap-no-auth"
    assert report.reason is not None
    assert "leave user and password empty" in report.reason.message
    assert "port 587 takes no connections" in report.reason.message
    assert "465" not in report.reason.message.partition("offers no login")[2]


def test_a_port_for_users_is_named_where_it_was_not_refused(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(
        Listener(protocol="smtp", host=HOST, port=465, offers_tls=["SIZE 1000"]),
        Listener(
            protocol="smtp",
            host=HOST,
            port=587,
            security=Security.STARTTLS,
            offers_tls=["SIZE 1000"],
        ),
    )

    report = diagnosis(lab, smtp(465, "implicit-tls"))

    assert report.reason is not None
    assert "Users send on port 587." in report.reason.message


def test_typographic_quotes_round_a_password_are_the_cause(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(*standard(HOST, "imap"))

    report = diagnosis(lab, imap(993, "implicit-tls", secret={"value": "“open sesame 17”"}))

    assert report.cause == "cfg-password-dirty"


def folders_report(lab: Lab, diagnosis: Diagnose, roles: str) -> ServiceReport:
    text = imap(993, "implicit-tls") + f"\n[account.kim.folders]\nroles = {roles}\n"
    return diagnosis(lab, text, mailbox=True)


@pytest.mark.parametrize(
    ("roles", "hint"),
    [
        ('{ sent = "Sent" }', "Did you mean “INBOX.Sent”?"),
        ('{ archive = "Archiv" }', "Did you mean “INBOX.Archiv”?"),
        ('{ sent = "Gesendet" }', "Did you mean “INBOX.Sent”?"),
        ('{ trash = "Wastebasket" }', "Create it, or correct the name."),
        ('{ sent = "INBOX.Sent", archive = "INBOX.Archiv" }', ""),
    ],
)
def test_folders_named_in_the_settings_are_compared_with_the_mailbox(
    roles: str, hint: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    listed = b"".join(
        b'* LIST () "." ' + name + b"\r\n" for name in (b"INBOX", b"INBOX.Sent", b"INBOX.Archiv")
    )
    lab = make_lab(
        Listener(
            protocol="imap",
            host=HOST,
            port=993,
            replies_tls={"LIST": [Say(listed + b"<tag> OK done\r\n")]},
        )
    )

    report = folders_report(lab, diagnosis, roles)

    messages = [f.message for f in report.findings if f.id == "mbx-folder-missing"]
    assert report.ok
    assert [hint in message for message in messages] == ([True] if hint else [])


def test_a_demand_for_encryption_beats_what_the_settings_say(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    refusal = [Say(b"-ERR TLS required to log in.\r\n")]
    lab = make_lab(
        Listener(
            protocol="pop3",
            host=HOST,
            port=110,
            security=Security.CLEARTEXT,
            clear_login=True,
            replies={"USER": refusal, "PASS": refusal, "AUTH": refusal},
        ),
        Listener(protocol="pop3", host=HOST, port=995),
    )

    report = diagnosis(lab, pop3(110, "cleartext", allow_cleartext_login=True))

    assert report.cause == "stt-required"
    assert report.proposal is not None
    assert report.proposal.service.port == 995


def test_a_server_that_answers_bad_to_everything_is_old_or_broken(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    commands = ("CAPABILITY", "STARTTLS", "AUTHENTICATE", "LOGIN")
    bad = {command: [Say(b"<tag> BAD unknown\r\n")] for command in commands}
    for port, security in ((143, Security.STARTTLS), (993, Security.IMPLICIT_TLS)):
        lab = make_lab(
            Listener(
                protocol="imap",
                host=HOST,
                port=port,
                security=security,
                replies=bad,
                replies_tls=bad,
                greeting=[Say(b"* OK ready\r\n")],
            )
        )

        report = diagnosis(lab, imap(port, str(security)))

        assert report.cause == "hst-broken-reply"
        assert report.reason is not None
        assert "old or broken server" in report.reason.message


def test_every_line_of_a_refusal_is_shown(make_lab: Make, diagnosis: Diagnose) -> None:
    reply = b"535-5.7.1 Authentication failed\r\n535 5.7.1 see https://help.example\r\n"
    lab = make_lab(
        Listener(protocol="smtp", host=HOST, port=465, replies_tls={"AUTH": [Say(reply)]})
    )

    report = diagnosis(lab, smtp(465, "implicit-tls"))

    assert report.cause == "aut-bad"
    assert report.reason is not None
    assert len(report.reason.evidence) == 2


@pytest.mark.parametrize(
    ("protocol", "command", "end", "cause"),
    [
        ("smtp", "STARTTLS", Close(), "stt-refused"),
        ("imap", "STARTTLS", Close(), "stt-refused"),
        ("pop3", "STLS", Close(), "stt-refused"),
        ("smtp", "EHLO", Close(), "hst-broken-reply"),
        ("pop3", "STLS", Say(b"+OK go ahead\r\n"), "stt-handshake"),
    ],
)
def test_a_connection_that_ends_at_starttls_is_a_matter_of_tls(
    protocol: str, command: str, end: Act, cause: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    settings, port = {"smtp": (smtp, 587), "imap": (imap, 143), "pop3": (pop3, 110)}[protocol]
    lab = make_lab(
        Listener(
            protocol=protocol,
            host=HOST,
            port=port,
            security=Security.STARTTLS,
            replies={command: [end, Close()]},
        )
    )

    assert diagnosis(lab, settings(port, "starttls")).cause == cause


@pytest.mark.parametrize(
    ("offered", "auth", "advice", "fix"),
    [
        (["NTLM", "GSSAPI"], "password", "Ask its administrator to allow PLAIN or LOGIN", ""),
        (["XOAUTH2"], "password", "pass a token", "xoauth2"),
        (["PLAIN"], "xoauth2", "the account asks for XOAUTH2", ""),
    ],
)
def test_mechanisms_that_take_no_password_get_advice_of_their_own(
    offered: list[str], auth: str, advice: str, fix: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(
        Listener(
            protocol="imap",
            host=HOST,
            port=993,
            offers_tls=["IMAP4rev1", "LOGINDISABLED", *(f"AUTH={name}" for name in offered)],
        )
    )

    reason = diagnosis(lab, imap(993, "implicit-tls", auth=auth)).reason

    assert reason is not None
    assert advice in reason.message
    assert ("administrator" in reason.message) is ("NTLM" in offered)
    assert reason.fix.get("auth", "") in (fix, "password")


@pytest.mark.parametrize("says", ["example.com MX 0 .", "example.com NXDOMAIN"])
def test_what_a_domain_says_is_no_cause_where_its_host_works_on_another_port(
    says: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(
        Listener(protocol="imap", host=HOST, port=993, at="192.0.2.10"),
        zone=[says, f"{HOST} A 192.0.2.10"],
    )

    report = diagnosis(lab, imap(143, "starttls"), dns=lab.dns)

    assert report.cause == "tcp-refused"
    assert report.proposal is not None
    assert report.proposal.service.port == 993


def test_a_limit_in_reply_to_starttls_is_no_broken_tls(make_lab: Make, diagnosis: Diagnose) -> None:
    reply = [Say(b"421 4.7.0 Too many concurrent connections from your IP\r\n"), Close()]
    lab = make_lab(
        Listener(
            protocol="smtp",
            host=HOST,
            port=587,
            security=Security.STARTTLS,
            replies={"STARTTLS": reply},
        )
    )

    report = diagnosis(lab, smtp(587, "starttls"))

    assert report.cause == "lim-connections"
    assert "stt-refused" not in ids(report)


def test_no_starttls_is_advised_where_the_server_offers_none(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(Listener(protocol="imap", host=HOST, port=143, security=Security.CLEARTEXT))

    report = diagnosis(lab, imap(143, "implicit-tls"), timeout=30, deadline=90)

    assert report.cause == "tls-plain-server"
    assert report.reason is not None
    assert "offers no STARTTLS" in report.reason.message
    assert report.reason.fix == {}
    assert report.proposal is None


@pytest.mark.parametrize(
    ("address", "words"),
    [("192.0.2.1", "a firewall on the way"), ("2001:db8::1", "reached by IPv6 only")],
)
def test_no_route_is_a_matter_of_ipv6_only_for_ipv6_addresses(address: str, words: str) -> None:
    seen = transcript.loads(
        f"imap {HOST}:993 implicit-tls\n"
        f"== unreached: address={address}; why=unreachable\n"
        "== unreachable: No route to host\n"
    )
    (found,) = case_findings(seen)
    assert found.id == "tcp-unreach"
    assert words in found.message
