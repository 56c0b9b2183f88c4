"""A copy that cannot be filed costs no other."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailkit.errors import RefusedError
from mailkit.flow import filing
from mailkit.flow.filing import file_copies
from mailkit.flow.journal import Journal
from mailkit.flow.transports import QueuedMessage
from mailkit.formats import loads
from mailkit.lab import Lab, Listener
from mailkit.lab.scenario import ADDRESS, imap
from mailkit.net.options import connect_options
from mailkit.net.times import CLIENT
from mailkit.ports import Security


def test_one_message_that_the_server_refuses_holds_up_no_other(
    make_lab: Callable[..., Lab], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = make_lab(
        Listener(protocol="imap", host="localhost", port=143, security=Security.CLEARTEXT)
    )
    account = loads(imap(lab.where("localhost", 143)[1], "cleartext", host="localhost"))[0]
    journal = Journal(tmp_path / "outbox.sqlite")
    numbers = [
        journal.add(
            QueuedMessage(
                f"<{name}@x>", ADDRESS, ("a@x",), b"Message-ID: <%b@x>\r\n\r\n" % name.encode()
            ),
            account="kim",
            file_copy=True,
        )
        for name in "abc"
    ]
    usual = filing.file_sent

    def refusing(client: Any, letter: Any, **options: Any) -> str:
        if letter.message_id == "<b@x>":
            raise RefusedError("the server said NO [LIMIT]: too large")
        return usual(client, letter, **options)

    monkeypatch.setattr(filing, "file_sent", refusing)
    for _ in range(2):
        file_copies(journal, account, numbers, connect_options(CLIENT, {}))
    assert [entry.filed for entry in journal.entries()] == ["Sent", "wanted", "Sent"]
    assert len(lab.box(ADDRESS).folder("Sent").messages) == 2
    journal.close()
