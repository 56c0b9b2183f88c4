"""A Dask cluster of two processes gives the table that threads give."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import mailkit
from mailkit.cli.main import main
from mailkit.formats import loads
from mailkit.lab import Lab, standard
from mailkit.lab.scenario import HOST, PASSWORD, imap

distributed = pytest.importorskip("distributed")

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    monkeypatch.setenv("FLEET_PW", PASSWORD)
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        dashboard_address=None,
        local_directory=tmp_path,
    ) as made:
        yield made


def test_a_cluster_gives_what_threads_give(
    cluster: Any, make_lab: Callable[..., Lab], tmp_path: Path, capsys: Any
) -> None:
    lab = make_lab(*standard(HOST))
    ports = (993, 143, 587)
    texts = [
        imap(ports[n % 3], "implicit-tls", label=f"a{n}", secret={"env": "FLEET_PW"})
        for n in range(24)
    ]
    accounts = loads("\n".join(texts), "fleet.toml")
    options: dict[str, Any] = {"connect_to": lab.connect_to, "ca": lab.ca_file, "timeout": 5}
    threads = mailkit.services_frame([*mailkit.diagnose_all(accounts, **options)])
    with distributed.Client(cluster) as client:
        run = mailkit.diagnose_all(accounts, executor=client.get_executor(), **options)
        frame = mailkit.services_frame([*run])
    differing = ["ms", "checked_at"]
    assert frame.drop(columns=differing).equals(threads.drop(columns=differing))
    assert set(frame["proof"]) == {"logged-in", "none"}

    (tmp_path / "fleet.toml").write_text("\n".join(texts))
    wire = ["--ca", str(lab.ca_file)]
    for (host, port), places in lab.connect_to.items():
        for address, real in places:
            wire += ["--connect-to", f"{host}:{port or ''}:{address}:{real}"]
    file = tmp_path / "r.jsonl"
    command = ["diagnose", str(tmp_path / "fleet.toml"), "-o", str(file)]
    assert main([*command, "--scheduler", cluster.scheduler_address, *wire]) == 1
    written = mailkit.services_frame(file)
    columns = ["account", "ok", "cause", "proof", "changes"]
    assert written[columns].equals(frame[columns])
