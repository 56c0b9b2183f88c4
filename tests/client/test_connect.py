"""The examples of docs/client.md run, one after the other, against the lab."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import mailkit
from mailkit.client import connect_imap
from mailkit.errors import RefusedError
from mailkit.lab import Lab, Listener
from mailkit.lab.scenario import ADDRESS, imap, pop3, smtp
from mailkit.ports import Security

PAGE = (Path(__file__).parents[2] / "docs" / "client.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", PAGE, re.M | re.S)


def test_there_are_examples_and_the_table_of_tasks() -> None:
    assert len(EXAMPLES) >= 6
    table = PAGE.partition("<!-- tasks")[2].partition("<!-- /tasks")[0]
    assert len(re.findall(r"^\| .* \| \d+, (?:\d+, )?\d+ \([0-9.]+\) ms \|", table, re.M)) == 10


def test_the_examples_run(
    make_lab: Callable[..., Lab], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = make_lab(
        *(
            Listener(protocol=protocol, host="localhost", port=port, security=Security.CLEARTEXT)
            for protocol, port in (("imap", 143), ("pop3", 110), ("smtp", 587))
        )
    )
    lab.box(ADDRESS).create("Archive")
    for number in range(3):
        lab.box(ADDRESS).deliver(b"Subject: invoice %d\r\n\r\nan invoice\r\n" % number)
    where = {port: lab.where("localhost", port)[1] for port in (143, 110, 587)}
    out = smtp(where[587], "cleartext", host="localhost").partition("\n\n")[2]
    monkeypatch.chdir(tmp_path)
    Path("accounts.toml").write_text(imap(where[143], "cleartext", host="localhost") + out)
    names: dict[str, Any] = {
        "pop3_account": mailkit.loads(pop3(where[110], "cleartext", host="localhost"))[0]
    }
    for example in EXAMPLES:
        lab.box(ADDRESS).deliver(b"Subject: the invoice\r\n\r\nx\r\n")
        exec(example.replace("watch(account)", "watch(account, after=0)"), names)
    assert len(lab.box(ADDRESS).folder("Archive").messages) == 5, "they were moved"
    assert names["frame"]["subject"].tolist()[-1] == "the invoice"
    assert names["message"].subject == "the invoice"
    assert names["outcome"].ok


def test_a_folder_is_opened_with_the_connection(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(
        Listener(protocol="imap", host="localhost", port=143, security=Security.CLEARTEXT)
    )
    lab.box(ADDRESS).create('Entwürfe "neu"')
    account = mailkit.loads(imap(lab.where("localhost", 143)[1], "cleartext", host="localhost"))[0]
    with connect_imap(account, folder='Entwürfe "neu"') as client:
        assert (client.state, client.is_readonly) == ("SELECTED", True)
    with connect_imap(account, folder="INBOX", read_only=False) as client:
        assert not client.is_readonly
    with pytest.raises(RefusedError, match="Nowhere"):
        connect_imap(account, folder="Nowhere")
