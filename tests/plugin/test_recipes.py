"""The recipes of docs/lab.md, each a test file in a project of its own."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from .test_plugin import run

TEXT = (Path(__file__).parents[2] / "docs/lab.md").read_text("utf-8")
RECIPES = dict(
    re.findall(
        r"(?m)^### ([^\n]+)\n\n```python\n(.*?)```",
        TEXT.partition("\n## Recipes")[2].partition("\n## ")[0],
        re.S,
    )
)
NEEDS = {
    "Django": "django",
    "Flask": "flask_mail",
    "FastAPI": "fastapi_mail",
    "asyncio": "aiosmtplib",
    "pytest-xdist": "xdist",
}
CONFTEST = "from django.conf import settings\n\nsettings.configure()\n"


def test_there_are_recipes() -> None:
    others = {"unittest", "The uses of smtpdfix", "A program in another language"}
    assert {*NEEDS, *others} == {*RECIPES}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What one run of all recipes whose packages are there says, on two workers."""
    folder = tmp_path_factory.mktemp("recipes")
    for name, text in RECIPES.items():
        if name not in NEEDS or find_spec(NEEDS[name]) is not None:
            (folder / f"test_{_word(name)}.py").write_text(text, "utf-8")
    if find_spec("django") is not None:
        (folder / "conftest.py").write_text(CONFTEST, "utf-8")
    workers = ("-n", "2") if find_spec("xdist") is not None else ()
    return run(folder, "-p", "no:django", "-v", *workers).stdout


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_passes(name: str, said: str) -> None:
    if name in NEEDS and find_spec(NEEDS[name]) is None:
        pytest.skip(f"{NEEDS[name]} is not installed")
    lines = [line for line in said.splitlines() if f"test_{_word(name)}.py::" in line]
    results = [line for line in lines if re.search("PASSED|FAILED|ERROR|SKIPPED", line)]

    assert results, said
    assert all("PASSED" in line for line in results), said


def _word(name: str) -> str:
    return re.sub(r"\W", "_", name.lower())


def test_the_example_for_a_notebook_runs() -> None:
    (code,) = (
        one for one in re.findall(r"```python\n(.*?)```", TEXT, re.S) if "lab.inbox()" in one
    )
    exec(code, {})
