"""What the manual shows, on a lab."""

import re
from pathlib import Path
from typing import Any

import mailkit
from mailkit.lab import Lab, everywhere
from mailkit.lab.scenario import ADDRESS, HOST, imap, pop3, smtp


def test_the_examples_of_the_manual_run(tmp_path: Path, monkeypatch: Any) -> None:
    page = Path(__file__).parents[2] / "docs" / "client.md"
    blocks = re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.S)
    assert len(blocks) == 3
    both = imap(993, "implicit-tls") + smtp(587, "starttls").partition("\n\n")[2]
    (tmp_path / "accounts.toml").write_text(both, "utf-8")
    monkeypatch.chdir(tmp_path)
    with Lab(everywhere(HOST)) as lab:
        lab.box(ADDRESS).deliver(b"Subject: the invoice\r\n\r\nx\r\n")
        for make in ("connect", "connect_smtp"):
            usual = getattr(mailkit.client, make)
            known = {"ca": lab.ca_file, "connect_to": lab.connect_to}
            monkeypatch.setattr(
                mailkit.client, make, lambda one, usual=usual, known=known: usual(one, **known)
            )
        world: dict[str, Any] = {"pop3_account": mailkit.loads(pop3(995, "implicit-tls"))[0]}
        for block in blocks:
            exec(block.replace("~/mail", str(tmp_path)), world)

    assert world["frame"]["subject"].tolist() == ["the invoice"]
    assert world["outcome"].ok
