"""The page of the lab: its API, who may ask it, and what its answers forbid."""

import http.client
import json
import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

pytest.importorskip("uvicorn", reason="no page: the extra web is not installed")
pytest.importorskip("starlette", reason="no page: the extra web is not installed")

from mailkit.errors import LabError
from mailkit.lab import Lab, catch_all
from mailkit.lab.sent import SentMail
from mailkit.lab.web import LabPage, serve_page
from mailkit.lab.web.answers import file
from mailkit.lab.web.api import API

PIXEL = b"\x89PNG\r\n\x1a\n"


def order(subject: str = "Your order", to: str = "kim@example.com") -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["To"] = subject, to
    message["From"], message["Message-ID"] = "Shop <shop@example.org>", "<4711@example.org>"
    message.set_content("The number is 4711.")
    message.add_alternative('<p>4711 <img src="cid:logo"></p>', subtype="html")
    html = message.get_body(("html",))
    assert isinstance(html, EmailMessage)
    html.add_related(PIXEL, "image", "png", cid="<logo>", disposition="inline")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="Büro.pdf")
    return message


def send(lab: Lab, *contents: EmailMessage | bytes) -> None:
    with smtplib.SMTP(*lab.where("localhost", 25), timeout=30) as smtp:
        for content in contents:
            raw = content if isinstance(content, bytes) else content.as_bytes()
            to = "kim@example.com" if isinstance(content, bytes) else str(content["To"])
            smtp.sendmail("shop@example.org", [to, "archive@example.net"], raw)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Lab, LabPage]]:
    with Lab(catch_all()) as lab, serve_page(lab) as page:
        yield lab, page


@pytest.fixture
def lab(served: tuple[Lab, LabPage]) -> Lab:
    """The lab, with one message."""
    lab = served[0]
    lab.sent.delete(*(one.number for one in lab.sent))
    send(lab, order())
    return lab


@pytest.fixture
def page(served: tuple[Lab, LabPage], lab: Lab) -> LabPage:
    return served[1]


def ask(
    page: LabPage, path: str, method: str = "GET", body: str | None = None, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    sent = {"Host": f"localhost:{page.port}"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=30)
    try:
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def got(page: LabPage, path: str) -> Any:
    answer, body = ask(page, path)
    assert answer.status == 200, body
    return json.loads(body)


def test_messages_have_mailpit_s_names(page: LabPage) -> None:
    found = got(page, "/api/v1/messages?limit=5")

    assert (found["total"], found["messages_count"], found["start"]) == (1, 1, 0)
    (one,) = found["messages"]
    assert one["From"] == {"Name": "Shop", "Address": "shop@example.org"}
    assert one["To"] == [{"Name": "", "Address": "kim@example.com"}]
    assert one["Bcc"] == [{"Name": "", "Address": "archive@example.net"}]
    assert (one["Subject"], one["MessageID"]) == ("Your order", "4711@example.org")
    assert (one["Attachments"], one["Snippet"]) == (1, "The number is 4711.")
    whole = got(page, f"/api/v1/message/{one['ID']}")
    assert whole == got(page, "/api/v1/message/latest")
    assert (whole["Text"], "<p>4711" in whole["HTML"]) == ("The number is 4711.\n", True)
    (attached,) = whole["Attachments"]
    assert (attached["FileName"], attached["ContentType"]) == ("Büro.pdf", "application/pdf")
    assert [part["ContentID"] for part in whole["Inline"]] == ["logo"]
    headers = got(page, "/api/v1/message/latest/headers")
    assert headers["Subject"] == ["Your order"]


def test_the_source_and_the_parts_are_what_came(lab: Lab, page: LabPage) -> None:
    answer, source = ask(page, "/api/v1/message/latest/raw")
    assert source == lab.sent[-1].content
    assert answer.headers.get_content_type() == "text/plain"
    saved, source = ask(page, "/api/v1/message/latest/raw?dl=1")
    assert source == lab.sent[-1].content
    assert str(saved.getheader("content-disposition")).startswith("attachment; ")

    whole = got(page, "/api/v1/message/latest")
    for part in whole["Parts"]:
        answer, content = ask(page, f"/api/v1/message/latest/part/{part['PartID']}")
        assert len(content) == part["Size"]
        assert str(answer.getheader("content-disposition")).startswith("attachment; ")
        assert "sandbox" in str(answer.getheader("content-security-policy"))
    assert ask(page, "/api/v1/message/latest/part/9")[0].status == 404
    assert ask(page, "/api/v1/message/nobody")[0].status == 404


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("", ["Second", "Your order"]),
        ("subject:second", ["Second"]),
        ('subject:"your order"', ["Your order"]),
        ("to:lee@example.com", ["Second"]),
        ("from:shop to:kim", ["Your order"]),
        ("4711 order", ["Your order"]),
        ("-subject:order", ["Second"]),
        ("has:attachment order", ["Your order"]),
        ("nowhere", []),
        ("unknown:key", []),
    ],
)
def test_a_search_finds_what_has_every_term(
    lab: Lab, page: LabPage, query: str, subjects: list[str]
) -> None:
    send(lab, order("Second", "lee@example.com"))
    found = got(page, f"/api/v1/search?query={quote(query)}")
    assert [one["Subject"] for one in found["messages"]] == subjects
    assert (found["messages_count"], found["total"]) == (len(subjects), 2)


def test_a_search_finds_what_is_encoded(lab: Lab, page: LabPage) -> None:
    message = order("Grüße aus Köln")
    message.get_body(("plain",)).set_content("Straße", cte="base64")  # type: ignore[union-attr]
    send(lab, message)
    html = EmailMessage()
    html["Subject"], html["To"] = "x", "kim@example.com"
    html.set_content(
        "<p>Zur&uuml;ck <b>nach</b> Hause</p><!-- hidden -->", "html", cte="quoted-printable"
    )
    send(lab, html)
    number = {"grüße": 1, "straße": 1, "subject:köln": 1, '"zurück"': 1, "hidden": 0, "büro.pdf": 2}
    for query, count in number.items():
        found = got(page, f"/api/v1/search?query={quote(query)}")
        assert found["messages_count"] == count, query


def test_a_list_looks_at_the_messages_a_few_times_however_many_there_are(
    lab: Lab, page: LabPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(lab, *(order(str(n)) for n in range(60)))
    looks = []
    everything = SentMail._all
    monkeypatch.setattr(SentMail, "_all", lambda self: looks.append(1) or everything(self))
    assert len(got(page, "/api/v1/messages?limit=100")["messages"]) == 61
    assert len(got(page, "/api/v1/search?query=subject:5")["messages"]) == 15
    assert len(looks) < 12


def test_messages_are_deleted_by_id_by_search_and_all(lab: Lab, page: LabPage) -> None:
    send(lab, order("b"), order("c"), order("d"))
    first = str(lab.sent[0].number)
    assert ask(page, "/api/v1/messages", "DELETE", json.dumps({"IDs": [first]}))[0].status == 200
    assert lab.sent.subjects == ("b", "c", "d")
    assert ask(page, "/api/v1/search?query=subject:c", "DELETE")[0].status == 200
    assert lab.sent.subjects == ("b", "d")
    assert ask(page, "/api/v1/search?query=", "DELETE")[0].status == 400
    for wrong in ("[1]", "{", '{"IDs": "12"}', '{"IDs": 1}', '{"IDs": {}}', "[" * 100_000):
        assert ask(page, "/api/v1/messages", "DELETE", wrong)[0].status == 400, wrong[:20]
    assert len(lab.sent) == 2
    assert ask(page, "/api/v1/messages", "DELETE")[0].status == 200
    assert len(lab.sent) == 0


def test_a_deleted_message_is_gone_from_the_folder(tmp_path: Path) -> None:
    with Lab(catch_all(), persist=tmp_path) as lab:
        send(lab, order("a"), order("b"))
        lab.sent.delete(1)
    with Lab(catch_all(), persist=tmp_path) as lab:
        assert lab.sent.subjects == ("b",)


def test_a_connection_shows_where_tls_begins_and_masks_the_login(lab: Lab, page: LabPage) -> None:
    host, port = lab.where("localhost", 587)
    with smtplib.SMTP(host, port, timeout=30) as smtp:
        smtp.starttls(context=ssl.create_default_context(cafile=lab.ca_file))
        smtp.login("kim@example.com", "open sesame 17")

    number = got(page, "/api/v1/sessions?limit=1")["sessions"][0]["Number"]
    shown = got(page, f"/api/v1/sessions/{number}")
    who = [line["Who"] for line in shown["Transcript"]]
    assert who.count("tls") == 1
    before = shown["Transcript"][: who.index("tls")]
    assert before[-2]["Text"].upper() == "STARTTLS"
    assert shown["TLS"]["Line"] == len(before)
    assert [login["Accepted"] for login in shown["Logins"]] == [True]
    assert "sesame" not in json.dumps(shown)
    assert [(one["ID"], one["Change"]) for one in shown["Findings"]] == [
        (one.id, [*one.change]) for one in lab.sessions[number - 1].findings
    ]
    assert ask(page, "/api/v1/sessions/99999")[0].status == 404


def test_mailboxes_of_all_users_and_their_messages(page: LabPage) -> None:
    users = {box["User"]: box["Folders"] for box in got(page, "/api/v1/mailboxes")["mailboxes"]}
    assert {"kim@example.com", "lee@example.com", "archive@example.net"} <= users.keys()
    assert {"INBOX", "Sent"} <= {folder["Name"] for folder in users["kim@example.com"]}
    asked = "user=archive@example.net&folder=INBOX"
    newest = got(page, f"/api/v1/mailboxes/messages?{asked}")["messages"][0]
    assert newest["Subject"] == "Your order"
    second = got(page, f"/api/v1/mailboxes/messages?{asked}&start=1&limit=1")
    assert (second["start"], len(second["messages"])) == (1, min(second["total"] - 1, 1))
    whole = got(page, f"/api/v1/mailboxes/message?{asked}&uid={newest['ID']}")
    assert whole["Text"] == "The number is 4711.\n"
    for wrong in ("user=nobody@example.com", "user=kim@example.com&folder=Nowhere"):
        assert ask(page, f"/api/v1/mailboxes/messages?{wrong}")[0].status == 404


def test_the_revision_changes_with_mail_and_with_connections(lab: Lab, page: LabPage) -> None:
    seen = [got(page, "/api/v1/info")["Revision"]]
    with smtplib.SMTP(*lab.where("localhost", 25), timeout=30) as smtp:
        seen.append(got(page, "/api/v1/info")["Revision"])
        smtp.noop()
        seen.append(got(page, "/api/v1/info")["Revision"])
    ask(page, "/api/v1/messages", "DELETE")
    seen.append(got(page, "/api/v1/info")["Revision"])
    assert len(set(seen)) == len(seen)


def on(page: LabPage) -> dict[str, str]:
    """Which fault is on, by the usual port of the endpoint."""
    return {str(one["Port"]): one["Fault"] for one in got(page, "/api/v1/faults")["endpoints"]}


def put(page: LabPage, fault: str, body: str | None = None, **headers: str) -> tuple[int, Any]:
    answer, content = ask(page, f"/api/v1/faults/{fault}", "PUT", body, **headers)
    return answer.status, json.loads(content)


def test_a_fault_is_listed_switched_on_met_and_switched_off(lab: Lab, page: LabPage) -> None:
    host, port = lab.where("localhost", 25)
    listed = got(page, "/api/v1/faults")
    assert set(lab.endpoints) == {one["Port"] for one in listed["endpoints"]}
    (one,) = (one for one in listed["faults"] if one["ID"] == "snd-greylist")
    assert (port in one["Ports"], one["On"]) == (True, [])
    assert "RCPT: “450" in one["Does"]

    status, shown = put(page, "snd-greylist", json.dumps({"Ports": [port]}))
    assert (status, shown["On"]) == (200, [port])
    assert on(page)[str(port)] == got(page, "/api/v1/info")["Faults"][str(port)] == "snd-greylist"
    with smtplib.SMTP(host, port, timeout=30) as smtp:
        smtp.ehlo()
        smtp.mail("a@example.com")
        assert smtp.rcpt("b@example.com")[0] == 450
    assert got(page, "/api/v1/sessions?limit=1")["sessions"][0]["Fault"] == "snd-greylist"

    assert put(page, "snd-greylist")[1]["On"] == one["Ports"]  # everywhere
    assert put(page, "snd-greylist", '{"Ports": []}')[1]["On"] == []
    put(page, "crt-expired")
    assert ask(page, "/api/v1/faults/crt-expired", "DELETE")[0].status == 200
    put(page, "crt-expired")
    assert ask(page, "/api/v1/faults", "DELETE")[0].status == 200
    assert set(on(page).values()) == {""}
    assert got(page, "/api/v1/info")["Faults"] == {}


def test_a_fault_has_its_meaning_and_what_to_do(page: LabPage) -> None:
    one = got(page, "/api/v1/faults/crt-expired")
    assert one["Title"] == "The certificate has expired."
    assert "renew" in f"{one['Meaning']} {one['WhatToDo']}"
    assert "Flagged" not in str(one["Meaning"])


def test_a_wrong_order_about_faults_is_refused_and_changes_nothing(lab: Lab, page: LabPage) -> None:
    for fault, body, status in (
        ("nobody", None, 404),
        ("tcp-unreach", None, 404),
        ("dns-nxdomain", None, 400),
        ("crt-expired", '{"Ports": [1]}', 400),
        ("crt-expired", '{"Ports": "1025"}', 400),
        ("crt-expired", '{"Ports": [true]}', 400),
        ("crt-expired", "[1]", 400),
        ("crt-expired", "{", 400),
        ("crt-expired", "[" * 100_000, 400),
    ):
        assert put(page, fault, body)[0] == status, (fault, body and body[:20])
    assert ask(page, "/api/v1/faults/nobody", "DELETE")[0].status == 404
    assert lab.faults == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
    ],
)
def test_another_page_switches_nothing(lab: Lab, page: LabPage, headers: dict[str, str]) -> None:
    assert put(page, "crt-expired", **headers)[0] == 403
    assert ask(page, "/api/v1/faults/crt-expired", "POST", **headers)[0].status == 403
    assert ask(page, "/api/v1/faults/crt-expired", "OPTIONS", **headers)[0].status == 403
    assert lab.faults == {}
    own = f"http://localhost:{page.port}"
    assert put(page, "crt-expired", Origin=own, Sec_Fetch_Site="same-origin")[0] == 200
    for path in ("/api/v1/faults", "/api/v1/faults/crt-expired"):
        assert ask(page, path, "DELETE", **headers)[0].status == 403
    assert set(lab.faults.values()) == {"crt-expired"}
    ask(page, "/api/v1/faults", "DELETE")


def test_a_message_is_sent_by_the_api(lab: Lab, page: LabPage) -> None:
    body = {
        "From": {"Email": "shop@example.org", "Name": "Büro, Nord"},
        "To": [{"Email": "kim@example.com"}],
        "Bcc": ["archive@example.net"],
        "Subject": "Grüße",
        "Text": "4711",
        "HTML": "<p>4711</p>",
        "Headers": {"X-Order": "4711"},
        "Attachments": [
            {"Content": "JVBERg==", "Filename": "a.pdf", "ContentType": "application/pdf"}
        ],
    }
    answer, said = ask(page, "/api/v1/send", "POST", json.dumps(body), **JSON)
    assert answer.status == 200, said
    assert json.loads(said) == {"ID": str(lab.sent[-1].number)}
    one = lab.sent[-1]
    assert (one.subject, one["X-Order"], one.text.strip()) == ("Grüße", "4711", "4711")
    assert (one.bcc, one.attachments[0].content) == (("archive@example.net",), b"%PDF")
    assert one.session is not None  # it came by SMTP
    for wrong in (
        {},
        {"From": "x"},
        body | {"Subject": "a\r\nBcc: b@example.net"},
        body | {"To": [{}]},
    ):
        assert ask(page, "/api/v1/send", "POST", json.dumps(wrong), **JSON)[0].status == 400, wrong
    assert lab.sent[-1] == one
    put(page, "grt-554")
    answer, said = ask(page, "/api/v1/send", "POST", json.dumps(body), **JSON)
    ask(page, "/api/v1/faults", "DELETE")
    assert (answer.status, b"554" in said) == (400, True)


JSON = {"Content_Type": "application/json"}


def test_messages_are_read_and_unread(lab: Lab, page: LabPage) -> None:
    send(lab, order("Second"))
    first, second = (str(one.number) for one in lab.sent)
    listed = got(page, "/api/v1/messages")
    assert ([one["Read"] for one in listed["messages"]], listed["unread"]) == ([False, False], 2)
    got(page, f"/api/v1/message/{first}")
    assert got(page, "/api/v1/messages")["unread"] == got(page, "/api/v1/info")["Unread"] == 1
    for query, ids in (("is:read", [first]), ("is:unread", [second]), ("-is:read", [second])):
        found = got(page, f"/api/v1/search?query={query}")["messages"]
        assert [one["ID"] for one in found] == ids, query
    for order_, unread in (
        ({"IDs": [first], "Read": False}, 2),
        ({"Search": "subject:second", "Read": True}, 1),
        ({"Read": True}, 0),
        ({}, 2),
    ):
        assert ask(page, "/api/v1/messages", "PUT", json.dumps(order_))[0].status == 200
        assert got(page, "/api/v1/messages")["messages_unread"] == unread, order_


def test_chaos_refuses_its_share_each_time_the_same(lab: Lab, page: LabPage) -> None:
    triggers = {"Recipient": {"ErrorCode": 452, "Probability": 25}}
    answer, said = ask(page, "/api/v1/chaos", "PUT", json.dumps(triggers))
    assert (answer.status, json.loads(said)["Recipient"]) == (200, triggers["Recipient"])
    assert got(page, "/api/v1/chaos")["Sender"]["Probability"] == 0
    with smtplib.SMTP(*lab.where("localhost", 25), timeout=30) as smtp:
        smtp.ehlo()
        smtp.mail("a@example.com")
        assert [smtp.rcpt(f"{n}@example.com")[0] for n in range(8)] == [250, 250, 250, 452] * 2
    for wrong in ('{"Sender": 1}', '{"Sender": {"ErrorCode": 200, "Probability": 1}}', "[]"):
        assert ask(page, "/api/v1/chaos", "PUT", wrong)[0].status == 400
    assert ask(page, "/api/v1/chaos", "PUT", "{}")[0].status == 200
    assert lab.faults == {}
    send(lab, order())


def test_the_openapi_document_names_every_address(page: LabPage) -> None:
    document = got(page, "/api/v1/openapi.json")
    named = {
        (path, method.upper()) for path, about in document["paths"].items() for method in about
    }
    for route in API:
        for method in (route.methods or set()) - {"HEAD"}:
            assert (route.path.replace(":int}", "}"), method) in named
    operations = [one for about in document["paths"].values() for one in about.values()]
    assert len({one["operationId"] for one in operations}) == len(operations) == len(API)
    assert all(one["summary"] for one in operations)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no headers at all",
        b"Subject: \xff\xfe\r\nFrom: \xed\xa0\x80 <<>>\r\nTo: :;,,@\r\n\r\n\xff\r\n",
        b"Subject: =?utf-8?b?7aCA?=\r\nContent-Type: text/plain; charset=nowhere\r\n\r\nx\r\n",
        b"Subject: =?\xc3\xa9?q?a=FF?=\r\n\r\na name of a character set that is not ASCII\r\n",
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\nno parts\r\n",
        b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
            for n in range(300)
        ),
        b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\nSubject: in\r\n\r\nx",
        b"Date: Fri, 99 Nov\r\nMessage-ID: [\r\nContent-Disposition: attachment; filename*=x'y\r\n\r\nx",
    ],
)
def test_a_broken_message_is_shown_and_stops_no_other(
    lab: Lab, page: LabPage, content: bytes
) -> None:
    send(lab, content)
    assert [one["Subject"] for one in got(page, "/api/v1/messages")["messages"]][1] == "Your order"
    for path in ("", "/headers"):
        got(page, f"/api/v1/message/latest{path}")
    got(page, "/api/v1/search?query=anything+-else")
    for path in ("/api/v1/message/latest/raw", "/view/latest.html", "/view/latest.txt"):
        assert ask(page, path)[0].status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost", "localhost:1", "127.0.0.1.evil.example:{port}", ""]
)
def test_another_host_name_is_refused(page: LabPage, host: str) -> None:
    for path in ("/", "/api/v1/messages", "/api/v1/message/latest/raw"):
        answer, body = ask(page, path, Host=host.format(port=page.port))
        assert answer.status == 403
        assert b"4711" not in body


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"])
def test_the_names_of_loopback_are_answered(page: LabPage, name: str) -> None:
    assert ask(page, "/api/v1/info", Host=f"{name}:{page.port}")[0].status == 200


def test_in_a_container_it_answers_to_its_names_at_every_port(lab: Lab) -> None:
    with serve_page(lab, address="127.0.0.1", names=["Mail"]) as page:
        for host in ("localhost:9025", "localhost", "mail:8025", "MAIL", "127.0.0.1:1", "[::1]:80"):
            assert ask(page, "/api/v1/info", Host=host)[0].status == 200, host
        for host in ("evil.example:8025", "mail.evil.example", "172.17.0.2:8025", "", "[::2]:1"):
            assert ask(page, "/api/v1/info", Host=host)[0].status == 403, host
        other = {"Host": "localhost:9025", "Origin": "http://localhost:9026"}
        assert ask(page, "/api/v1/messages", "DELETE", **other)[0].status == 403
        assert len(lab.sent) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_another_page_deletes_nothing(lab: Lab, page: LabPage, headers: dict[str, str]) -> None:
    for path in ("/api/v1/messages", "/api/v1/search?query=order"):
        assert ask(page, path, "DELETE", **headers)[0].status == 403
    assert len(lab.sent) == 1


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_page_marks_no_message_as_read(page: LabPage, site: str) -> None:
    message = "/api/v1/message/latest"
    assert ask(page, message, Sec_Fetch_Site=site)[0].status == 403
    assert json.loads(ask(page, "/api/v1/messages")[1])["unread"] == 1
    assert ask(page, "/", Sec_Fetch_Site=site, Sec_Fetch_Mode="navigate")[0].status == 200
    assert ask(page, message, Sec_Fetch_Site="same-origin")[0].status == 200
    assert json.loads(ask(page, "/api/v1/messages")[1])["unread"] == 0


def test_the_page_itself_and_programs_delete(lab: Lab, page: LabPage) -> None:
    own = f"http://localhost:{page.port}"
    answer, _ = ask(page, "/api/v1/messages", "DELETE", Origin=own, Sec_Fetch_Site="same-origin")
    assert (answer.status, len(lab.sent)) == (200, 0)
    assert ask(page, "/api/v1/messages", "POST")[0].status == 403  # a form could send it
    assert ask(page, "/api/v1/messages", "POST", X_Requested_With="x")[0].status == 405
    for kind in ("text/plain", "application/x-www-form-urlencoded", "text/plain; application/json"):
        assert ask(page, "/api/v1/send", "POST", "{}", Content_Type=kind)[0].status == 403
    evil = {"Origin": "http://evil.example", "Content_Type": "application/json"}
    assert ask(page, "/api/v1/send", "POST", "{}", **evil)[0].status == 403


def test_no_answer_lets_a_browser_do_more_than_show(page: LabPage) -> None:
    for path in (
        "/",
        "/faults.js",
        "/page.js",
        "/page.css",
        "/api/v1/messages",
        "/view/latest.html",
        "/nowhere",
    ):
        answer, _ = ask(page, path)
        policy = str(answer.getheader("content-security-policy"))
        assert "default-src 'none'" in policy
        assert not {"unsafe-eval", "http:", "https:", "*"} & set(policy.replace(";", " ").split())
        assert answer.getheader("x-content-type-options") == "nosniff"
        assert answer.getheader("access-control-allow-origin") is None
    answer, html = ask(page, "/view/latest.html")
    policy = str(answer.getheader("content-security-policy"))
    assert policy.startswith("sandbox;")
    assert "script-src" not in policy
    assert b'src="data:image/png;base64,' in html


def test_the_page_needs_nothing_from_elsewhere() -> None:
    from mailkit.lab.web import app

    static = Path(str(app.__file__)).parent / "static"
    for name in app.FILES.values():
        text = (static / name).read_text("utf-8")
        known = text.replace("// ", "").replace("http://www.w3.org/2000/svg", "")  # a name
        assert "//" not in known, name
        assert not [
            word for word in ("innerHTML", "outerHTML", "insertAdjacent", "eval(") if word in text
        ]


def test_a_file_name_of_a_stranger_is_no_header() -> None:
    answer = file(b"x", 'text/html\r\nX: y"', 'a"\r\nX-Evil: 1\\../é')
    assert answer.headers["content-type"] == "application/octet-stream"
    disposition = answer.headers["content-disposition"]
    assert "\r" not in disposition
    assert "\n" not in disposition
    assert disposition.count('"') == 2


def test_a_port_that_is_taken_is_named_and_a_stopped_page_frees_it() -> None:
    with Lab(catch_all()) as lab:
        page = serve_page(lab)
        try:
            with pytest.raises(LabError, match=f"cannot listen on 127.0.0.1 port {page.port}"):
                serve_page(lab, page.port)
            assert ask(page, "/readyz")[1] == b"ok"
        finally:
            page.stop()
        with pytest.raises(ConnectionError):
            ask(page, "/readyz")
        with serve_page(lab, page.port) as again:
            assert ask(again, "/readyz")[1] == b"ok"


@pytest.mark.parametrize(
    "path",
    [
        *("/api/v1/sessions/" + "9" * 5000, "/api/v1/sessions/%D9%A3", "/api/v1/sessions/x"),
        *("/api/v1/messages?start=" + "9" * 5000, "/api/v1/messages?limit=%C2%B2"),
        *("/api/v1/messages?start=-1", "/api/v1/messages?limit=+1"),
    ],
)
def test_a_number_that_is_none_is_the_mistake_of_who_asks(path: str, page: LabPage) -> None:
    answer, body = ask(page, path)
    assert answer.status in (400, 404)
    assert json.loads(body)["Error"]


HOSTILE = [
    b"Content-Type: text/plain" + b"(" * 600 + b"\r\n\r\nx\r\n",
    b"To: " + b"(" * 3000 + b"\r\n\r\nx\r\n",
    b"To: " + b'"a" ' * 200 + b"\r\nMessage-ID: <\r\nDate: ,,\r\n\r\nx\r\n",
    b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (i, i) for i in range(900)
    ),
]


@pytest.mark.parametrize("content", HOSTILE)
def test_no_message_takes_away_what_the_page_shows_of_others(
    content: bytes, lab: Lab, page: LabPage
) -> None:
    send(lab, content)
    for path in (
        *("/api/v1/messages", "/api/v1/sessions", "/api/v1/search?query=4711"),
        *("/api/v1/message/latest", "/view/latest.html", "/view/latest.txt"),
    ):
        assert ask(page, path)[0].status == 200, path
    assert got(page, "/api/v1/search?query=4711")["messages_count"] == 1


def test_an_image_that_is_shown_many_times_is_bounded(
    lab: Lab, page: LabPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailkit.lab.web.shapes.MOST_FRAMED", 20_000)
    message = order()
    html = message.get_body(("html",))
    assert isinstance(html, EmailMessage)
    html.set_content("<img src=cid:logo>\n" * 500, subtype="html")
    html.add_related(b"x" * 1000, "image", "png", cid="<logo>", disposition="inline")
    send(lab, message)
    shown = ask(page, "/view/latest.html")[1]
    assert len(shown) <= 20_000
    assert shown.count(b"data:image/png") > 2


@pytest.mark.parametrize("port", ["9" * 5000, "9" * 20, "\u0668"])
def test_a_port_that_is_no_port_is_refused(port: str, page: LabPage) -> None:
    host = f"localhost:{port}".encode().decode("latin-1")
    assert ask(page, "/api/v1/info", Host=host)[0].status == 403


@pytest.mark.parametrize(
    "more",
    [
        {"Headers": {"X": "(" * 3000}},
        {"Headers": {"To": "(" * 3000}},
        {"Bcc": [1]},
        {"Headers": {"X\nY": "1"}},
        {"Attachments": ["x"]},
        {"From": {"Email": "(" * 3000}},
    ],
)
def test_a_message_that_cannot_be_built_is_refused(more: dict[str, Any], page: LabPage) -> None:
    body = {"From": {"Email": "a@example.org"}, "To": [{"Email": "kim@example.com"}]} | more
    answer, said = ask(
        page, "/api/v1/send", "POST", json.dumps(body), Content_Type="application/json"
    )
    assert (answer.status == 200) or (answer.status == 400 and b"Error" in said)
