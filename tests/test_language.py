"""Plain English in what people read: no private words, in messages, pages, help, documents, notebooks and docstrings."""

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterable, Iterator
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


def found_in(texts: Iterable[tuple[object, str]]) -> dict[str, list[str]]:
    """The private words of named texts, by name."""
    found: dict[str, list[str]] = {}
    for name, text in texts:
        if words := private_words(text):
            found.setdefault(str(name), []).extend(words)
    return found


def test_no_document_has_a_private_word() -> None:
    texts = [(path, path.read_text("utf-8")) for path in documents()]
    prose = [(path, re.sub(r"```.*?```", "", text, flags=re.S)) for path, text in texts]
    assert len(prose) > 300
    assert found_in(prose) == {}


def test_help_has_no_private_word() -> None:
    assert private_words(command_line_page()) == []


def test_no_page_of_a_finding_has_a_private_word() -> None:
    assert found_in((name, rule.page) for name, rule in RULES.items()) == {}


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


def test_no_message_has_a_private_word() -> None:
    ours = [path for path in MODULES if not set(path.relative_to(ROOT).parts) & set(QUOTED)]
    assert len(ours) > 300
    assert found_in((path, text) for path in ours for text in messages(path)) == {}


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


def test_docstrings_and_comments_are_in_plain_english() -> None:
    found = []
    for path, text in [(module, text) for module in MODULES for text in remarks(module)]:
        named = re.sub(r"^ *[\w/]+(?::|  )", " ", text, flags=re.M)  # arguments, modules
        prose = re.sub(r"``[^`]*``|“[^”]*”|\s+", " ", named)
        words = private_words(prose) + [match[0] for match in OLD.finditer(prose)]
        found += [(str(path), word) for word in words]
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
