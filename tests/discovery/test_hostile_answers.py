"""What strangers publish: names in DNS and documents that are no hosts, no users, no URLs, and no TOML."""

import base64
import hashlib
import json
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from mailkit.account import Account, Service
from mailkit.diagnosis.context import published
from mailkit.discovery import sources
from mailkit.discovery.discover import discover
from mailkit.discovery.result import Discovery
from mailkit.formats.native import written
from mailkit.lab import Lab
from mailkit.net.fetch import WebError, WebPage, fetch
from mailkit.net.routes import Routes, host_of
from mailkit.net.trust import Trust
from mailkit.observation import Record
from mailkit.ports import Protocol

ADDRESS = "kim@domain.example"
AUTO = "https://autoconfig.domain.example/"
PACC = "https://ua-auto-config.domain.example/"
DOCS = "https://docs.example.org/"
HIDDEN = "\u202e"

Search = Callable[..., Discovery]


def document(host: str = "imap.example.org", user: str = "%EMAILADDRESS%") -> bytes:
    return (
        '<clientConfig><emailProvider><incomingServer type="imap">'
        f"<hostname>{host}</hostname><port>993</port><socketType>SSL</socketType>"
        f"<username>{user}</username></incomingServer></emailProvider></clientConfig>"
    ).encode("utf-8", "surrogatepass")


@pytest.fixture
def search(make_lab: Callable[..., Lab], monkeypatch: pytest.MonkeyPatch) -> Search:
    """Search for the settings of an address whose domain publishes these records and pages."""
    lab = make_lab(zone=["a.root-servers.net NXDOMAIN"])

    def found(
        records: dict[str, str] | None = None, pages: dict[str, bytes] | None = None
    ) -> Discovery:
        told = {tuple(key.split()): data for key, data in (records or {}).items()}

        def names(asking: Any, name: str, kind: str) -> tuple[Record, ...]:
            data = told.get((name, kind))
            return (Record(name, kind, data) if data is not None else Record(name, "NODATA", kind),)

        def page(asking: Any, url: str) -> WebPage:
            for begin, body in (pages or {}).items():
                if url.startswith(begin):
                    return WebPage(url, body, True)
            raise WebError("HTTP 404")

        monkeypatch.setattr(sources.Asking, "names", names)
        monkeypatch.setattr(sources.Asking, "page", page)
        return discover(ADDRESS, dns=lab.dns, connect_to=lab.connect_to, timeout=20, deadline=40)

    return found


def hosts(result: Discovery) -> list[str]:
    return [one.service.host for one in result.found if one.source != "a guess"]


def outcomes(result: Discovery) -> str:
    return "\n".join(f"{one.what}: {one.outcome}" for one in result.attempts)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("Imap.Example.org.", "imap.example.org"),
        ("imap_2.example.org", "imap_2.example.org"),
        ("192.0.2.1", "192.0.2.1"),
        ("[2001:db8::1]", "[2001:db8::1]"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("imap.\u0435xample.com", "imap.xn--xample-2of.com"),  # a Cyrillic letter is seen as one
        *((text, "") for text in ("", ".", "..", "a..b", "-", "-a.example", "a-.example")),
        *(
            (text, "")
            for text in ("a b.example", "a/b.example", "a@b.example", "a:99", "a.example#")
        ),
        *((text, "") for text in ("*.example", "a;b.example", "<b>.example", "${IFS}.example")),
        *((text, "") for text in ("a\\032b.example", "a\nb.example", "a\0b", "\x1b[2J", "\ud800")),
        *((text, "") for text in (f"a{HIDDEN}.example", "\u200b", "x" * 64 + ".example")),
        *((text, "") for text in ("fe80::1%eth0", "2001:db8::1%\n[x]", "::1%<b>", "[[192.0.2.1")),
        *((text, "") for text in ("]192.0.2.1[", "[::1", "192.0.2.1]", "192.0.2.1\n")),
        *((text, "") for text in ("127.1", "2130706433", "0x7f.1", "0x7f000001", "①②⑦.1")),
        (".".join(["x" * 50] * 6), ""),
    ],
)
def test_what_a_stranger_calls_a_host_is_a_name_or_nothing(text: str, host: str) -> None:
    assert host_of(text) == host


@pytest.mark.parametrize("host", ["a b.example", "a/b.example", "127.1", "imap.example.org:99"])
def test_no_source_brings_a_host_that_is_no_name(host: str, search: Search) -> None:
    body = json.dumps({"protocols": {"imap": {"host": host}}}).encode()
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    result = search(
        {
            "_ua-auto-config.domain.example TXT": f"v=UAAC1; d={digest}",
            "_imaps._tcp.domain.example SRV": f"0 0 993 {host.replace(' ', chr(92) + '032')}",
        },
        {AUTO: document(host), PACC: body},
    )
    assert hosts(result) == []
    assert outcomes(result).count("1 left out: not a valid host name") == 3


@pytest.mark.parametrize("line", ["\n", "\r", "\x85", "\u2028"])
def test_no_published_address_of_a_document_writes_settings(line: str, search: Search) -> None:
    evil = f'{DOCS}{line}[account.evil.incoming]{line}secret = {{ command = "x" }}{line}#'
    result = search({"domain.example TXT": f"mailconf={evil}"}, {DOCS: document()})
    assert set(tomllib.loads(result.to_toml())["account"]) == {"kim"}
    assert "command" not in json.dumps(tomllib.loads(result.to_toml()))
    for width in (50, 100):
        assert not any(
            row.startswith(("[account.evil", "secret"))
            for row in result.to_text(width).splitlines()
        )


@pytest.mark.parametrize("line", ["\n", "\t", "\x85", HIDDEN, " "])
def test_an_address_of_a_page_with_a_break_in_it_is_not_opened(line: str) -> None:
    with pytest.raises(WebError, match="not a valid URL"):
        fetch(f"https://a.example.com/{line}b", Routes(), Trust(), within=20)


@pytest.mark.parametrize("mark", [HIDDEN, "\u200b", "\x7f", "\x85", "\u2028", "\t", "\U000e0041"])
def test_no_user_has_what_nobody_sees(mark: str, search: Search) -> None:
    result = search(None, {AUTO: document(user=f"kim{mark}@example.org")})
    assert [one.service.user for one in result.found if one.source != "a guess"] == [ADDRESS]
    assert mark not in result.to_text() + result._repr_html_()


@pytest.mark.parametrize(
    "mark", [HIDDEN, "\u200b", "\x7f", "\x9b", "\x85", "\u2028", "\x1b", "\ufeff", "\U000e0041"]
)
def test_no_value_of_a_written_file_hides_a_part(mark: str) -> None:
    user = f"kim{mark}@example.org"
    service = Service(protocol=Protocol.IMAP, host="imap.example.org", user=user)
    text = written([Account(label=f"a{mark}", incoming=service)])
    assert mark not in text
    (account,) = tomllib.loads(text)["account"].values()
    assert account["incoming"]["user"] == user


@pytest.mark.parametrize(
    "host",
    [
        "mx.gmail.com?x",
        "mx.a/../gmail.com",
        "mx.a:8443/b#.example",
        "mx.a@b.example",
        "a.\\064.com",
    ],
)
def test_no_mail_exchanger_is_a_path_of_a_url(
    host: str, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    document_of = sources._document

    def noted(asking: Any, url: str, name: str = "") -> Any:
        asked.append(url)
        return document_of(asking, url, name)

    monkeypatch.setattr(sources, "_document", noted)
    result = search({"domain.example MX": f"10 {host}"})
    assert "mail exchanger: no mail exchanger" in outcomes(result)
    assert all("domain.example" in url for url in asked)


def test_what_an_unsigned_record_names_is_not_signed_either(search: Search) -> None:
    """That the host that a forged record names has a good certificate shows nothing."""
    by_mx = search(
        {"domain.example MX": "10 mx.evil.example"},
        {"https://autoconfig.evil.example/": document("imap.evil.example")},
    )
    by_txt = search({"domain.example TXT": f"mailconf={DOCS}"}, {DOCS: document()})
    own = search(None, {AUTO: document()})

    found = [
        [one.authentic for one in result.found if one.source != "a guess"]
        for result in (by_mx, by_txt, own)
    ]
    assert found == [[False], [False], [True]]


def test_a_source_with_many_settings_crowds_out_no_other(search: Search) -> None:
    servers = b"".join(document(f"imap{n}.example.org")[14:-15] for n in range(40))
    flood = b"<clientConfig>" + servers + b"</clientConfig>"
    result = search(
        {"_imaps._tcp.domain.example SRV": "0 0 993 own.domain.example"},
        {
            AUTO: flood,
            "https://domain.example/": flood.replace(b"<hostname>", b"<hostname>b."),
            "https://v1.ispdb.net/": document("imap.example.net"),
        },
    )
    checked = [one.what for one in result.attempts if one.what.startswith("imap ")]
    assert "imap own.domain.example:993 implicit-tls" in checked
    assert "imap imap.example.net:993 implicit-tls" in checked
    assert 20 < len(checked) <= 48


@pytest.mark.parametrize("digits", ["9" * 5000, "٩٩٣", "-1", "65536", "0"])
def test_a_port_of_a_record_is_a_number_of_sixteen_bits(digits: str) -> None:
    name = "_imaps._tcp.domain.example"
    rows = [
        Record(name, "SRV", f"0 0 {digits} a.example"),
        Record(name, "SRV", "0 0 993 b.example"),
    ]
    assert [host for host, _, _ in published(rows, Protocol.IMAP)] == ["b.example"]


def test_a_source_that_fails_for_whatever_reason_fails_alone(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(sources, "published", broken)
    result = search(None, {AUTO: document()})
    assert "SRV records: could not be read: ZeroDivisionError at mailkit." in outcomes(result)
    assert hosts(result) == ["imap.example.org"]
