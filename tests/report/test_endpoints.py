"""Every way to one host in one table."""

import json
from collections.abc import Callable
from typing import Any

from mailkit.diagnosis.diagnose import diagnose
from mailkit.formats import loads
from mailkit.lab import Lab, Listener
from mailkit.lab.scenario import HOST, imap, smtp
from mailkit.report import Report
from mailkit.report.html import report_page
from mailkit.report.markdown import report_markdown

Make = Callable[..., Lab]


def at(protocol: str, port: int, node: int = 0, **knobs: Any) -> Listener:
    return Listener(protocol=protocol, host=HOST, port=port, node=node, **knobs)


def looked(lab: Lab) -> Report:
    text = imap(993, "implicit-tls") + smtp(465, "implicit-tls").partition("\n\n")[2]
    return diagnose(
        loads(text)[0], connect_to=lab.connect_to, ca=lab.ca_file, thorough=True, timeout=2
    )


def test_a_service_that_was_not_reloaded_and_a_stale_machine_stand_in_one_table(
    make_lab: Make,
) -> None:
    lab = make_lab(
        at("imap", 993),
        at("imap", 993, 1, certificate="expired"),
        at("imap", 993, 2),
        at("smtp", 465, certificate="expired"),
        at("smtp", 465, 2),
    )

    report = looked(lab)

    (account,) = report.accounts
    rows = [(path.port, path.address, bool(path.wrong), path.odd) for path in account.paths]
    assert rows == [
        (465, "127.0.0.1", True, True),
        (465, "127.0.0.3", False, False),
        (993, "127.0.0.1", False, False),
        (993, "127.0.0.2", True, True),
        (993, "127.0.0.3", False, False),
    ]
    old, new = (
        {path.certificate for path in account.paths if path.wrong},
        {path.certificate for path in account.paths if not path.wrong},
    )
    assert (len(old), len(new), old & new) == (1, 1, set())
    text = report.to_text()
    assert text.count("certificate has expired") == 2
    for shown in (text, report_markdown(report), report_page(report)):
        assert "127.0.0.2" in shown
        assert account.paths[0].certificate[:2] in shown
    document = json.loads(report.to_json())
    assert len(document["accounts"][0]["paths"]) == 5


def test_a_machine_that_offers_other_logins_is_marked(make_lab: Make) -> None:
    lab = make_lab(
        at("imap", 993),
        at("imap", 993, 1),
        at("imap", 993, 2, offers_tls=["IMAP4rev1", "AUTH=XOAUTH2", "AUTH=PLAIN"]),
        at("smtp", 465),
    )

    (account,) = looked(lab).accounts

    assert [path.address for path in account.paths if path.odd] == ["127.0.0.3"]


def test_where_all_ways_agree_there_is_no_table(make_lab: Make) -> None:
    lab = make_lab(at("imap", 993), at("imap", 993, 1), at("imap", 143), at("smtp", 465))

    assert looked(lab).accounts[0].paths == ()
