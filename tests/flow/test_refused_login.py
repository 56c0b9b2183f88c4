"""A refused login stops the queue, whichever library sends, and one login is made."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mailkit.account import Account
from mailkit.flow import Outbox
from mailkit.flow.letters import write
from mailkit.formats import loads
from mailkit.lab import Lab, standard
from mailkit.lab.scenario import HOST, smtp
from mailkit.secret import Secret

Make = Callable[..., Lab]
ENGINES = ("smtplib", "aiosmtplib")


def account_of(engine: str, **settings: Any) -> Account:
    text = smtp(465, "implicit-tls", **settings)
    (account,) = loads(text + f'[account.kim.delivery]\nengine = "{engine}"\n', "a.toml")
    return replace(account, default=True)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_refused_login_stops_the_queue_until_a_person_says_go_on(
    make_lab: Make, tmp_path: Path, engine: str
) -> None:
    lab = make_lab(*standard(HOST))
    good = account_of(engine)
    assert good.outgoing is not None
    bad = replace(good, outgoing=replace(good.outgoing, secret=Secret.value("wrong")))
    wire: dict[str, Any] = {"ca": lab.ca_file, "connect_to": lab.connect_to, "timeout": 2}

    with Outbox(tmp_path / "outbox", [bad], **wire) as box:
        first, second = (
            box.put(write(bad, "lee@example.com", name, "text"), mode="daemon")
            for name in ("one", "two")
        )
        box.work()
        box.work()
        now = box.put(write(bad, "lee@example.com", "three", "text"), mode="immediate")
        assert len(lab.logins) == 1
        assert not isinstance(now, int)
        assert "mailkit outbox again" in now.fates["lee@example.com"].words
    with Outbox(tmp_path / "outbox", [good], **wire) as box:
        assert box.work().total() == 0
        assert isinstance(first, int)
        assert isinstance(second, int)
        assert box.again(first) == 1
        assert box.work()["accepted"] == 2
    assert len(lab.logins) == 2


@pytest.mark.parametrize("engine", ENGINES)
def test_each_engine_keeps_to_the_mechanism_of_the_account(
    make_lab: Make, tmp_path: Path, engine: str
) -> None:
    lab = make_lab(*standard(HOST))
    wire: dict[str, Any] = {"ca": lab.ca_file, "connect_to": lab.connect_to, "timeout": 2}
    token = account_of(engine, auth="xoauth2")

    with Outbox(tmp_path / "outbox", [token], **wire) as box:
        result = box.put(write(token, "lee@example.com", "one", "text"), mode="immediate")

    assert not isinstance(result, int)
    assert result.of("deferred") == ("lee@example.com",)
    assert lab.logins == [], "a token never goes out as a password"
