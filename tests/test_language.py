"""Plain English in what people read: no private words, in messages, pages, help, documents, notebooks and docstrings."""

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailkit.cli.reference import command_line_page
from mailkit.rules.catalogue import RULES

ROOT = Path(__file__).parents[1]

PRIVATE = re.compile(
    r"""
    \b(?:is|are|all|not|everything)\ in\ order\b      # OK, works
    | \bin\ clear\b | \bsecurities\b                  # in cleartext; encryption modes
    | \bmanners\b | \bcues?\b | \berrands?\b          # provider profile; trigger; after-login task
    | \bshel(?:f|ves)\b | \bcarriers?\b | \bparcels?\b  # Maildir store; transport; queued message
    | \bfates?\b | \bverdicts?\b | \bremed(?:y|ies)\b # delivery status; cause; fix
    | \bveiled\b | \bsurroundings\b                   # masked; context
    | \bgoodbyes?\b                                   # QUIT, LOGOUT
    | \bwhoever\b | \bfor\ ever\b | \bso\ many\ words\b
    | \bmade\ anew\b | \bborne\ out\b | \bin\ the\ place\ of\b
    | \bdoes\ not\ come\ (?:about|up)\b | \bnobody\ listens\b | \blets\ nobody\b
    | \bof\ mailkit's\ own\b | \bmakes\ of\ the\ lab\b | \bthis\ make\b
    | \bhands?\ (?:it|them|him|her)?\ ?over\b         # pass
    """,
    re.X | re.I,
)
NAMES = re.compile(r"`[^`]*`|\"[A-Za-z_.]+\"|\b\w+[._(=]\w*|--\w[\w-]*|\bfates?\b(?=\[)")
"""Code: names that programs rely on are not prose."""


def private_words(text: str) -> list[str]:
    """The private words of a text, each with what is around it."""
    plain = NAMES.sub(" ", text)
    return [plain[max(m.start() - 30, 0) : m.end() + 30] for m in PRIVATE.finditer(plain)]


def documents() -> list[Path]:
    listed = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(path for path in listed if "_build" not in path.parts)


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_has_no_private_word(path: Path) -> None:
    prose = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.S)
    assert private_words(prose) == []


def test_help_has_no_private_word() -> None:
    assert private_words(command_line_page()) == []


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_finding_s_page_has_no_private_word(name: str) -> None:
    assert private_words(RULES[name].page) == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem
)
def test_a_notebook_has_no_private_word(path: Path) -> None:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    prose = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    shown = [
        "".join(text)
        for cell in cells
        for output in cell.get("outputs", ())
        for kind, text in output.get("data", {"": output.get("text", "")}).items()
        if kind in ("text/plain", "")
    ]
    assert private_words("\n".join([*prose, *shown])) == []


def messages(path: Path) -> Iterator[str]:
    """The texts of a module that are longer than a word, docstrings left out."""
    tree = ast.parse(path.read_text("utf-8"))
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if re.search(r"[a-z] [a-z]", node.value):
                yield node.value
        else:
            waiting += ast.iter_child_nodes(node)


MODULES = sorted((ROOT / "mailkit").rglob("*.py"))
QUOTED = ("replies", "banner.py")  # the words of servers and programs, as they were seen


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if not set(path.relative_to(ROOT).parts) & set(QUOTED)],
    ids=lambda path: str(path.relative_to(ROOT / "mailkit")),
)
def test_messages_have_no_private_word(path: Path) -> None:
    assert [word for text in messages(path) for word in private_words(text)] == []


OLD = re.compile(
    r"""
    \b(?:is|are|was|were|be|been)\ told\b            # is notified, reports
    | \b(?:no|some|any|every)body(?:'s)?\b           # a client, anyone, or the role
    | \banew\b | \bupon\b | \bshall\b | \bknobs?\b  # again; option
    | \b(?:is|are)\ none\ of\b | \bhands?\ over\b     # is not one of; passes
    | \bwhat\ became\ of\b | \bin\ vain\b             # delivery status
    | \bthis\ make\b | \b(?:all|other|in\ its)\ makes\b # backend
    """,
    re.X | re.I,
)


def remarks(path: Path) -> Iterator[str]:
    """The docstrings and comments of a module, without code and quotations."""
    source = path.read_text("utf-8")
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield text
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT / "mailkit")))
def test_docstrings_and_comments_are_in_plain_english(path: Path) -> None:
    found = []
    for text in remarks(path):
        named = re.sub(r"^ *[\w/]+(?::|  )", " ", text, flags=re.M)  # arguments, modules
        prose = re.sub(r"``[^`]*``|“[^”]*”|\s+", " ", named)
        found += private_words(prose) + [match[0] for match in OLD.finditer(prose)]
    assert found == []


PRIVATE_NAMES = frozenset(
    [
        "talk",
        "parcel",
        "parcels",
        "carrier",
        "shelf",
        "fate",
        "goodbye",
        "errand",
        "verdict",
        "remedy",
        "veiled",
        "inquiry",
        "cue",
    ]
)
"""Words that no identifier of the package has; documents say what the field calls these."""


def test_no_identifier_is_a_private_word() -> None:
    found = set()
    for path in (ROOT / "mailkit").rglob("*.py"):
        tokens = tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline)
        found |= {token.string for token in tokens if token.type == tokenize.NAME}

    private = {name for name in found if PRIVATE_NAMES & set(name.lower().split("_"))}
    assert private == {"Cue", "fate"}  # an alias until 0.3, and a key of the JSON report
