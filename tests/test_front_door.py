"""What may be typed: the names of the package, complete and fast to reach."""

import subprocess
import sys
from pathlib import Path

import pytest

import mailkit
from mailkit.formats import loads
from mailkit.lab.scenario import imap
from mailkit.report import Report

ROOT = Path(__file__).parents[1]


def test_the_names_are_sorted_and_all_there() -> None:
    assert sorted(mailkit.__all__) == mailkit.__all__
    for name in mailkit.__all__:
        assert getattr(mailkit, name) is not None
    assert dir(mailkit) == mailkit.__all__
    with pytest.raises(AttributeError):
        mailkit.nonsense  # noqa: B018


def test_importing_it_loads_nothing_else() -> None:
    code = "import sys, mailkit; print(sorted(m for m in sys.modules if m.startswith('mailkit')))"

    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=True)

    assert done.stdout.strip() == "['mailkit']"


def test_the_example_of_the_readme_runs() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    blocks = [block.split("```")[0] for block in text.split("```python\n")[1:]]
    (code,) = (block for block in blocks if "from mailkit.lab import" in block)

    done = subprocess.run(
        [sys.executable, "-c", code], text=True, capture_output=True, check=False, cwd=ROOT
    )

    assert done.returncode == 0, done.stderr
    assert "grt-silent-tls" in done.stdout or "tls-plain-server" in done.stdout


def test_a_report_shows_itself_in_a_notebook_and_as_a_table() -> None:
    pandas = pytest.importorskip("pandas")
    accounts = loads(imap(143, "implicit-tls") + imap(993, "implicit-tls", label="lee"), "a.toml")
    from mailkit.checks import check_report

    report = check_report(accounts)

    assert repr(report) == "<Report: 1 of 2 services failing>"
    html = report._repr_html_()
    assert "cfg-port-143-tls" in html
    assert "<script" not in html
    frame = report.to_frame()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame["account"]) == ["kim", "lee"]
    assert frame["line"].dtype == "Int64"
    assert frame["severity"].dtype == "category"
    assert Report().to_frame().empty


def test_generated_pages_are_as_make_docs_writes_them() -> None:
    pytest.importorskip("tree_sitter", reason="pages of products show programs as they are written")
    from mailkit.report.pages import pages

    for name, page in pages().items():
        assert (ROOT / "docs" / name).read_text("utf-8") == page, "run make docs"


def test_no_module_takes_the_place_of_a_function() -> None:
    """A module of the same name would, as soon as somebody imports it."""
    folder = Path(mailkit.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} | {path.name for path in folder.iterdir()}

    assert modules & set(mailkit.__all__) == {"client", "lab"}
