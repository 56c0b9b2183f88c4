"""Settings for an address: from every place, in the right order, past wrong and hostile answers."""

import base64
import hashlib
import json
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.discovery.discover import discover
from mailkit.discovery.result import Discovery
from mailkit.errors import FormatError, SettingsError
from mailkit.formats import loads
from mailkit.formats.autoconfig import read_autoconfig
from mailkit.lab import Lab, Listener, standard
from mailkit.lab.script import Drip, Flood, Say, Silence
from mailkit.net.fetch import MAX_PAGE, WebError, fetch
from mailkit.net.routes import Routes
from mailkit.net.trust import Trust
from mailkit.ports import Protocol, Security

Make = Callable[..., Lab]

ADDRESS = "kim@example.com"
MAIL, WEB, OTHER = "192.0.2.10", "192.0.2.20", "192.0.2.30"
PATH = "/mail/config-v1.1.xml"
KNOWN = "/.well-known/autoconfig/mail/config-v1.1.xml"


def document(*servers: str) -> bytes:
    inner = "".join(servers)
    return (
        '<?xml version="1.0"?><clientConfig version="1.1"><emailProvider id="example.com">'
        f"{inner}</emailProvider></clientConfig>"
    ).encode()


def server(
    protocol: str, host: str, port: int, socket: str, user: str = "%EMAILADDRESS%", auth: str = ""
) -> str:
    tag = "outgoingServer" if protocol == "smtp" else "incomingServer"
    return (
        f'<{tag} type="{protocol}"><hostname>{host}</hostname><port>{port}</port>'
        f"<socketType>{socket}</socketType><username>{user}</username>"
        f"<authentication>{auth or 'password-cleartext'}</authentication></{tag}>"
    )


IMAP = server("imap", "mail.%EMAILDOMAIN%", 993, "SSL")
SMTP = server("smtp", "mail.%EMAILDOMAIN%", 587, "STARTTLS")


def mail(host: str = "mail.example.com", at: str = MAIL) -> list[Listener]:
    from dataclasses import replace

    return [replace(one, at=at) for one in standard(host)]


def web(
    host: str, pages: Mapping[str, bytes], *, tls: bool = True, at: str = WEB, **knobs: Any
) -> Listener:
    return Listener(
        protocol="http",
        host=host,
        at=at,
        port=443 if tls else 80,
        security=Security.IMPLICIT_TLS if tls else Security.CLEARTEXT,
        pages=pages,
        **knobs,
    )


def found(lab: Lab, address: str = ADDRESS, **options: Any) -> Discovery:
    usual = {"timeout": 2.0, "dns": lab.dns, "ca": lab.ca_file, "connect_to": lab.connect_to}
    return discover(address, **(usual | options))


def outcome(result: Discovery, what: str) -> str:
    return next(one.outcome for one in result.attempts if one.what == what)


ZONE = [f"mail.example.com A {MAIL}", "example.com MX 10 mail.example.com"]
AUTO = "autoconfig, at its own host"


def test_a_document_of_the_domain_counts_most(make_lab: Make) -> None:
    lab = make_lab(
        *mail(),
        web("autoconfig.example.com", {PATH: document(IMAP, SMTP)}),
        zone=[*ZONE, f"autoconfig.example.com A {WEB}"],
    )

    result = found(lab)

    assert result.account is not None
    assert result.account.incoming is not None
    assert result.account.outgoing is not None
    assert result.account.incoming.endpoint == "mail.example.com:993 implicit-tls"
    assert result.account.outgoing.endpoint == "mail.example.com:587 starttls"
    assert result.account.incoming.user == ADDRESS
    assert outcome(result, AUTO).startswith("2 offers")
    assert [one.proof.word for one in result.chosen] == ["capable", "capable"]
    assert all(one.authentic for one in result.chosen)
    assert result.remarks == ()
    assert lab.logins == []


def test_the_address_is_not_told_to_the_domain_itself(make_lab: Make) -> None:
    lab = make_lab(
        *mail(),
        web("example.com", {KNOWN: document(IMAP)}),
        zone=[*ZONE, f"example.com A {WEB}"],
    )

    result = found(lab)

    assert outcome(result, "autoconfig, at the domain").startswith("1 offers")
    asked = [line for one in lab.sessions for line in one.transcript if line.startswith("C: GET")]
    assert asked == [f"C: GET {KNOWN} HTTP/1.1"]


def test_what_comes_by_http_is_said_to_be_anybodys_word(make_lab: Make) -> None:
    lab = make_lab(
        *mail("imap.hoster.example", OTHER),
        web(
            "autoconfig.example.com",
            {PATH: document(server("imap", "imap.hoster.example", 993, "SSL"))},
            tls=False,
        ),
        zone=[
            "example.com TXT nothing",
            f"autoconfig.example.com A {WEB}",
            f"imap.hoster.example A {OTHER}",
        ],
    )

    result = found(lab)

    assert [one.authentic for one in result.chosen] == [False]
    assert "is not signed" in result.remarks[0]
    assert "is not signed" in " ".join(result.to_text().split())


def test_service_records_with_submissions(make_lab: Make) -> None:
    lab = make_lab(
        *mail(),
        zone=[
            *ZONE,
            "_imap._tcp.example.com SRV 10 1 143 mail.example.com",
            "_imaps._tcp.example.com SRV 0 1 993 mail.example.com",
            "_submissions._tcp.example.com SRV 0 1 465 mail.example.com",
            "_pop3s._tcp.example.com SRV 0 0 0 .",
            "_pop3._tcp.example.com SRV 0 0 0 .",
        ],
    )

    result = found(lab)

    assert result.account is not None
    assert [one.endpoint for one in result.account.services] == [
        "mail.example.com:993 implicit-tls",
        "mail.example.com:465 implicit-tls",
    ]
    assert [one.id for one in result.findings] == []


def test_a_record_under_the_wrong_label_is_read_by_its_port_and_told(make_lab: Make) -> None:
    lab = make_lab(
        *mail(), zone=[*ZONE, "_submission._tcp.example.com SRV 0 1 465 mail.example.com"]
    )

    result = found(lab)

    assert result.account is not None
    assert result.account.outgoing is not None
    assert result.account.outgoing.endpoint == "mail.example.com:465 implicit-tls"
    assert [one.id for one in result.findings] == ["dns-srv-mislabel"]
    for shown in (result.to_text(), result.to_json(), result._repr_html_()):
        assert "dns-srv-mislabel" in shown


def test_a_record_that_points_elsewhere_is_told(make_lab: Make) -> None:
    lab = make_lab(
        *mail("imap.hoster.example", OTHER),
        zone=[
            "example.com TXT nothing",
            f"imap.hoster.example A {OTHER}",
            "_imaps._tcp.example.com SRV 0 1 993 imap.hoster.example",
        ],
    )

    result = found(lab)

    assert result.account is not None
    assert [one.id for one in result.findings] == ["dns-srv-foreign"]
    assert "is not signed" in " ".join(result.remarks)


def pacc(hosts: Mapping[str, str], **more: Any) -> bytes:
    return json.dumps({"protocols": {k: {"host": h} for k, h in hosts.items()}, **more}).encode()


@pytest.mark.parametrize("honest", [True, False])
def test_a_pacc_document_counts_with_its_hash_only(honest: bool, make_lab: Make) -> None:
    page = pacc({"imap": "mail.example.com", "smtp": "mail.example.com"})
    digest = base64.b64encode(hashlib.sha256(page if honest else b"x").digest()).decode()
    lab = make_lab(
        *mail(),
        web("ua-auto-config.example.com", {"/.well-known/user-agent-configuration.json": page}),
        zone=[
            *ZONE,
            f"ua-auto-config.example.com A {WEB}",
            f'_ua-auto-config.example.com TXT "v=UAAC1; a=sha256; d={digest}"',
        ],
    )

    result = found(lab)

    sources = {one.source for one in result.found}
    assert any("ua-auto-config" in one for one in sources) is honest
    assert ("ignored" in outcome(result, "PACC")) is not honest


def test_a_txt_record_may_say_where_the_document_is(make_lab: Make) -> None:
    lab = make_lab(
        *mail(),
        web("docs.example.com", {"/mail.xml": document(IMAP, SMTP)}),
        zone=[
            *ZONE,
            f"docs.example.com A {WEB}",
            'example.com TXT "mailconf=https://docs.example.com/mail.xml"',
        ],
    )

    result = found(lab)

    assert outcome(result, "TXT mailconf").startswith("2 offers")


def test_a_txt_record_may_not_lead_to_http(make_lab: Make) -> None:
    lab = make_lab(zone=['example.com TXT "mailconf=http://docs.example.com/mail.xml"'])

    assert "not HTTPS" in outcome(found(lab), "TXT mailconf")


def test_the_table_of_providers_is_asked_by_domain_and_by_mail_exchanger(make_lab: Make) -> None:
    listeners = [
        Listener(protocol="imap", host="imap.gmail.com", port=993, at=MAIL),
        Listener(protocol="smtp", host="smtp.gmail.com", port=465, at=MAIL),
    ]
    lab = make_lab(
        *listeners,
        zone=[
            f"imap.gmail.com A {MAIL}",
            f"smtp.gmail.com A {MAIL}",
            "example.com MX 1 aspmx.l.google.com",
        ],
    )

    for address, source in (
        ("kim@gmail.com", "table of providers"),
        (ADDRESS, "mail exchanger"),
    ):
        result = found(lab, address)
        assert result.account is not None
        assert [one.host for one in result.account.services] == ["imap.gmail.com", "smtp.gmail.com"]
        assert "known from" in outcome(result, source)
        assert "app password" in " ".join(result.remarks)


def test_the_mail_exchangers_hoster_may_have_a_document(make_lab: Make) -> None:
    lab = make_lab(
        *mail("imap.hoster.example", OTHER),
        web(
            "autoconfig.hoster.example",
            {PATH: document(server("imap", "imap.hoster.example", 993, "SSL"))},
        ),
        zone=[
            "example.com MX 10 mx1.hoster.example",
            f"autoconfig.hoster.example A {WEB}",
            f"imap.hoster.example A {OTHER}",
        ],
    )

    result = found(lab)

    assert result.account is not None
    assert result.account.incoming is not None
    assert result.account.incoming.host == "imap.hoster.example"


def test_where_nothing_is_published_usual_names_are_tried(make_lab: Make) -> None:
    lab = make_lab(*mail(), zone=ZONE)

    result = found(lab)

    assert result.account is not None
    assert {one.source for one in result.chosen} == {"a guess"}
    assert [one.endpoint for one in result.account.services] == [
        "mail.example.com:993 implicit-tls",
        "mail.example.com:465 implicit-tls",
    ]
    assert lab.logins == []
    assert b"AUTH" not in lab.heard_in_clear


def test_where_there_is_nothing_every_attempt_is_listed(make_lab: Make) -> None:
    lab = make_lab(zone=["example.com MX 0 ."])

    result = found(lab)

    assert result.account is None
    assert result.to_toml() == ""
    assert [one.id for one in result.findings] == ["dns-null-mx"]
    guessed = [one for one in result.attempts if one.what.startswith("guess: ")]
    assert len(guessed) == 14  # imap, mail; pop, pop3, mail; smtp, mail: each with two ports
    assert len(result.attempts) == 9 + len(guessed)
    assert "14 more guesses" in result.to_text()
    assert "no working settings found" in result.to_text()


def test_a_server_that_opens_wrong_is_not_chosen(make_lab: Make) -> None:
    lab = make_lab(
        Listener(
            protocol="imap", host="mail.example.com", port=993, at=MAIL, certificate="expired"
        ),
        web("autoconfig.example.com", {PATH: document(IMAP)}),
        zone=[*ZONE, f"autoconfig.example.com A {WEB}"],
    )

    result = found(lab)

    assert result.account is None
    assert outcome(result, "imap mail.example.com:993 implicit-tls") == "crt-expired"


def test_sources_that_contradict_each_other_are_told(make_lab: Make) -> None:
    lab = make_lab(
        *mail(),
        *mail("other.example.com", OTHER),
        web("autoconfig.example.com", {PATH: document(IMAP)}),
        zone=[
            *ZONE,
            f"other.example.com A {OTHER}",
            f"autoconfig.example.com A {WEB}",
            "_imaps._tcp.example.com SRV 0 1 993 other.example.com",
        ],
    )

    result = found(lab)

    assert result.account is not None
    assert result.account.incoming is not None
    assert result.account.incoming.host == "mail.example.com"
    assert "contradict" in " ".join(result.remarks)


BILLION = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>
<clientConfig>&b;</clientConfig>"""
FETCHED = b"""<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><clientConfig/>"""


@pytest.mark.parametrize(
    ("page", "why"),
    [
        pytest.param(BILLION, "document type", id="entities"),
        pytest.param(FETCHED, "document type", id="a document type"),
        pytest.param(b"<clientConfig>", "not valid XML", id="cut off"),
        pytest.param(b"<html>welcome</html>", "not an autoconfig document", id="a web page"),
        pytest.param(b"\xff\xfe\x00", "not valid XML", id="garbage"),
        pytest.param(document(), "0 offers", id="empty"),
        pytest.param(b"x" * (MAX_PAGE + 1), "more than", id="too large"),
        pytest.param(b"HTTP/1.1 500 Oops\r\n\r\n", "HTTP 500", id="an error"),
        pytest.param(
            b"HTTP/1.1 302 F\r\nLocation: http://x.example/\r\n\r\n", "away from HTTPS", id="down"
        ),
        pytest.param(
            b"HTTP/1.1 302 F\r\nLocation: " + PATH.encode() + b"\r\n\r\n",
            "too many redirects",
            id="loop",
        ),
        pytest.param(b"HTTP/1.1 302 F\r\nLocation: ftp://x/\r\n\r\n", "away from HTTPS", id="ftp"),
        pytest.param(
            document(server("imap", "mail.example.com", 143, "plain")),
            "without encryption",
            id="cleartext",
        ),
        pytest.param(
            document(server("imap", "mail.example.com", 0, "SSL")),
            "not a valid endpoint",
            id="port 0",
        ),
    ],
)
def test_a_hostile_or_wrong_document_is_refused_and_told(
    page: bytes, why: str, make_lab: Make
) -> None:
    lab = make_lab(
        web("autoconfig.example.com", {PATH: page}), zone=[f"autoconfig.example.com A {WEB}"]
    )

    result = found(lab)

    assert why in outcome(result, AUTO)
    assert result.account is None


@pytest.mark.parametrize(
    "script",
    [
        pytest.param([Silence()], id="silence"),
        pytest.param([Say(b"HTTP/1.1 200 OK\r\n\r\n"), Drip(b"<clientConfig>", 0.05)], id="drip"),
        pytest.param([Say(b"HTTP/1.1 200 OK\r\n\r\n"), Flood(b"<x>", 200_000)], id="flood"),
    ],
)
def test_no_server_outlives_the_deadline(script: list[Any], make_lab: Make) -> None:
    lab = make_lab(
        *mail(),
        web("autoconfig.example.com", {}, script=script, secure_script=True),
        zone=[*ZONE, f"autoconfig.example.com A {WEB}"],
    )

    began = time.monotonic()
    result = found(lab, timeout=2, deadline=4)

    assert time.monotonic() - began < 30  # far above the deadline, far below the server's patience
    assert result.account is not None
    assert "offers" not in outcome(result, AUTO)


def test_an_untrusted_certificate_is_no_source(make_lab: Make) -> None:
    lab = make_lab(
        *mail(),
        web("autoconfig.example.com", {PATH: document(IMAP)}, certificate="self-signed"),
        zone=[*ZONE, f"autoconfig.example.com A {WEB}"],
    )

    assert "certificate" in outcome(found(lab), AUTO)


def test_a_resolver_that_is_silent_does_not_hold_it_up(make_lab: Make) -> None:
    lab = make_lab(zone=["*.com TIMEOUT", "example.com TIMEOUT", "*.example.com TIMEOUT"])

    began = time.monotonic()
    result = found(lab, timeout=0.4, deadline=0.8)

    assert result.account is None
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("text", ["", "kim", "kim@", "@example.com", "kim@localhost", "k im@e.com"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(SettingsError):
        discover(text)


@given(
    text=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(lambda t: document(t)),
        st.lists(st.sampled_from([IMAP, SMTP, "<x/>", "<incomingServer/>", "&amp;", "]]>"])).map(
            lambda parts: document(*parts)
        ),
    )
)
def test_no_document_crashes_the_reader(text: bytes) -> None:
    with suppress(FormatError):
        services, _ = read_autoconfig(text, ADDRESS, "x.xml")
        assert all(one.security is not Security.CLEARTEXT for one in services)


@pytest.mark.parametrize(
    "url",
    ["https://[", "https://x:99999/", "https://a@b/", "file:///etc/passwd", "https:///x", "", "x"],
)
def test_what_is_no_place_for_a_page_is_refused(url: str) -> None:
    with pytest.raises(WebError):
        fetch(url, Routes(), Trust(), within=0.2)


@pytest.mark.parametrize(
    ("scheme", "begin"),
    [
        ("http", b"H"),
        ("http", b"HTTP/1.1 200 OK\r\nX: "),
        ("http", b"HTTP/1.1 200 OK\r\n\r\n"),
        ("https", b"\x16\x03\x03\x40\x00\x02"),
    ],
)
def test_a_page_that_comes_in_drops_ends_with_its_time(scheme: str, begin: bytes) -> None:
    gone = threading.Event()

    def drip(listener: socket.socket) -> None:
        sock, _ = listener.accept()
        with sock, suppress(OSError):
            sock.sendall(begin)
            for _ in range(200):
                sock.sendall(b"a")
                time.sleep(0.05)
            return
        gone.set()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        there = threading.Thread(target=drip, args=(listener,), daemon=True)
        there.start()
        port = listener.getsockname()[1]
        routes = Routes({("example.com", None): ("127.0.0.1", port)})
        with pytest.raises(WebError, match="timed out"):
            fetch(f"{scheme}://example.com/", routes, Trust(), within=0.4)
        there.join(60)

    assert gone.is_set()


def test_the_address_goes_to_its_own_domain_over_https_only(make_lab: Make) -> None:
    lab = make_lab(
        web("autoconfig.example.com", {}),
        web("autoconfig.example.com", {}, tls=False),
        web("autoconfig.hoster.example", {}, at=OTHER),
        web("v1.ispdb.net", {}, at="192.0.2.40"),
        zone=[
            f"autoconfig.example.com A {WEB}",
            f"autoconfig.hoster.example A {OTHER}",
            "v1.ispdb.net A 192.0.2.40",
            "example.com MX 10 mx.hoster.example",
        ],
    )

    found(lab)

    asked = {
        one.endpoint: [line for line in one.transcript if line.startswith("C: GET")]
        for one in lab.sessions
    }
    told = [endpoint for endpoint, lines in asked.items() if "kim" in " ".join(lines)]
    assert told == ["autoconfig.example.com:443 implicit-tls"]
    assert len(asked) == 4


def test_placeholders_and_ways_to_log_in_are_read() -> None:
    text = document(
        server("imap", "imap.example.com", 993, "SSL", "%EMAILLOCALPART%", "OAuth2"),
        server("pop3", "pop.example.com", 110, "STARTTLS", "", "password-encrypted"),
    )

    services, remarks = read_autoconfig(text, "kim@example.com", "x.xml")

    assert [(s.protocol, s.user, s.auth) for s in services] == [
        (Protocol.IMAP, "kim", "xoauth2"),
        (Protocol.POP3, "kim@example.com", "password"),
    ]
    assert remarks == []


def test_it_shows_itself_in_every_way(make_lab: Make) -> None:
    lab = make_lab(*mail(), zone=ZONE)

    result = found(lab)

    shown = json.loads(result.to_json())
    assert shown["schema"] == "mailkit.discovery/1"
    assert [one["chosen"] for one in shown["found"]].count(True) == 2
    assert "[account.kim]" in result.to_toml()
    assert "mail.example.com:993" in result._repr_html_()
    assert "<script" not in result._repr_html_()
    assert max(len(line) for line in result.to_text(80).splitlines()) <= 100


def test_a_name_server_that_denies_everything_is_the_finding(make_lab: Make) -> None:
    lab = make_lab(zone=["a.root-servers.net NXDOMAIN"])

    result = found(lab, "kim@gmail.com")

    assert [finding.id for finding in result.findings] == ["dns-lying"]


def test_a_domain_that_does_not_exist_is_believed_where_the_name_server_knows_others(
    make_lab: Make,
) -> None:
    result = found(make_lab(zone=["other.example A 192.0.2.1"]), "kim@no-such.example")

    assert [finding.id for finding in result.findings] == ["dns-no-domain"]


def test_what_is_known_is_shown_though_nothing_could_be_reached(make_lab: Make) -> None:
    result = found(make_lab(zone=["a.root-servers.net NXDOMAIN"]), "kim@gmail.com")

    assert result.account is None
    assert [one.service.host for one in result.known] == ["imap.gmail.com", "smtp.gmail.com"]
    assert result.to_text().count("not verified: could not be reached from here") == 2
    first, toml = result.to_toml().split("\n", 1)
    assert first.startswith("# Not verified")
    assert loads(toml, "account.toml")[0].incoming.host == "imap.gmail.com"


def test_a_service_that_was_verified_is_not_repeated_as_merely_known(make_lab: Make) -> None:
    lab = make_lab(
        *mail(), zone=[*ZONE, "_submission._tcp.example.com SRV 0 1 465 mail.example.com"]
    )

    assert found(lab).known == ()


def test_an_unknown_domain_without_a_source_has_nothing_to_show(make_lab: Make) -> None:
    result = found(make_lab(zone=["a.root-servers.net NXDOMAIN"]), "kim@company.example")

    assert result.known == ()
    assert result.to_toml() == ""
