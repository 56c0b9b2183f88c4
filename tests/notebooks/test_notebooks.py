"""The notebooks run from top to bottom, can be shown, and are kept executed."""

import importlib.util
from pathlib import Path
from typing import Any

import nbformat
import pytest

from mailkit.errors import SettingsError
from mailkit.notebook import Table, start_lab
from mailkit.notebook.table import bar

HERE = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(HERE.glob("*.ipynb"))


def runner() -> Any:
    spec = importlib.util.spec_from_file_location("run_notebooks", HERE / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_can_be_shown(path: Path) -> None:
    run = runner()
    notebook = nbformat.read(path, as_version=4)

    run.execute(notebook)

    assert run.wrong(notebook) == []
    assert any(cell.get("outputs") for cell in notebook.cells)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_executed(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)

    assert runner().wrong(notebook) == []
    counts = [c.execution_count for c in notebook.cells if c.cell_type == "code"]
    assert counts == [*range(1, len(counts) + 1)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_has_a_goal_an_exercise_and_a_next_step(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    text = [cell.source for cell in cells if cell.cell_type == "markdown"]

    assert "**You will learn**" in text[0]
    assert any("## Exercise" in one for one in text)
    assert "](" in text[-1]


def test_what_may_not_be_shown_is_found() -> None:
    outputs = [
        nbformat.v4.new_output("stream", text="the password is open sesame 17"),
        nbformat.v4.new_output("error", ename="E", evalue="", traceback=[]),
        nbformat.v4.new_output("stream", text="/home/somebody/mail"),
        nbformat.v4.new_output("display_data", {runner().WIDGET: {"model_id": "1"}}),
    ]
    cell = nbformat.v4.new_code_cell("x", outputs=outputs)

    found = runner().wrong(nbformat.v4.new_notebook(cells=[cell]))

    assert len(found) == 4


def test_a_table_says_the_same_in_both_ways_and_escapes_what_servers_say() -> None:
    table = Table.of(
        "Words", ("who", "said"), [("server", "<script>alert(1)</script>\x1b[31m")], "end"
    )

    page, text = table._repr_html_(), repr(table)

    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "\x1b" not in page + text
    for word in ("Words", "who", "said", "server", "end"):
        assert word in page
        assert word in text


def test_bars_are_as_long_as_their_values() -> None:
    assert (bar(5, 10, 10), bar(0, 10, 10), bar(5, 10, 10, 5)) == ("█████", "█", "     █████")
    assert bar(1, 0) == ""


def test_an_unknown_backend_is_an_error() -> None:
    with pytest.raises(SettingsError, match="embedded, dovecot or docker"):
        start_lab("greenmail")
