"""What is stored in the notebooks is readable where a sanitiser has been over it: no word is lost, and none run together.

JupyterLab keeps style attributes in a notebook that is not trusted, of the properties below (its sanitiser, 4.7, was run over
these outputs: it kept all of them). GitHub drops styles, classes, ids and images in ``data:``. VS Code and nbviewer show
the HTML as it is, without its scripts; a widget and an output that is not HTML show their plain text everywhere.
"""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import bleach
import pytest
from bleach.css_sanitizer import CSSSanitizer

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


def words(text: str) -> set[str]:
    return set(text.split())


TAGS = words(
    """
    a b blockquote br caption code dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li
    ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead tr tt ul var
    """
)
COMMON = ["align", "alt", "border", "colspan", "rowspan", "scope", "title", "valign", "width"]
PROPERTIES = words(
    """
    background background-color border border-bottom border-collapse border-left border-radius border-right border-top
    color cursor display float font font-family font-size font-style font-weight height line-height margin margin-bottom
    margin-left margin-right margin-top max-height max-width min-height min-width overflow overflow-x overflow-y padding
    padding-bottom padding-left padding-right padding-top text-align text-decoration vertical-align white-space width
    word-wrap
    """
)


def unstyled(fragment: str) -> str:
    """Both sanitisers drop these elements with what is in them."""
    return re.sub(r"<(style|script)\b.*?</\1>", "", fragment, flags=re.S)


def jupyterlab(fragment: str) -> str:
    return bleach.clean(
        unstyled(fragment),
        tags=TAGS | {"section", "article", "header"},
        attributes={"*": [*COMMON, "class", "id", "style"], "a": ["href"], "img": ["src"]},
        protocols={"http", "https", "data"},
        css_sanitizer=CSSSanitizer(allowed_css_properties=PROPERTIES),
        strip=True,
    )


def github(fragment: str) -> str:
    return bleach.clean(
        unstyled(fragment),
        tags=TAGS,
        attributes={"*": COMMON, "a": ["href"], "img": ["src"]},
        protocols={"http", "https"},
        strip=True,
    )


INLINE = {"a", "b", "code", "del", "em", "i", "img", "ins", "kbd", "small", "span", "strong"}


class Shown(HTMLParser):
    """The words as they are read: what is inline follows on, everything else is apart."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.text = ""
        self.alternatives: list[str] = []
        self.styles: list[str] = []
        self.feed(unstyled(fragment))
        self.words = self.text.split()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.text += "" if tag in INLINE else "\n"
        given = dict(attrs)
        if tag == "img":
            self.alternatives.append(given.get("alt") or "")
        if style := given.get("style"):
            self.styles += [part.strip() for part in style.split(";") if part.strip()]

    def handle_endtag(self, tag: str) -> None:
        self.text += "" if tag in INLINE else "\n"

    def handle_data(self, data: str) -> None:
        self.text += data


def outputs(path: Path) -> list[dict[str, Any]]:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return [
        output["data"] for cell in cells for output in cell.get("outputs", ()) if "data" in output
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("sanitised", [jupyterlab, github])
def test_a_sanitiser_takes_no_word_from_a_stored_output(path: Path, sanitised: Any) -> None:
    for data in outputs(path):
        before = "".join(data.get("text/html", ""))
        after = sanitised(before)
        assert Shown(after).words == Shown(before).words
        assert Shown(after).alternatives == Shown(before).alternatives
        assert all(Shown(after).alternatives), "an image without words"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_jupyterlab_keeps_the_look_of_a_stored_output(path: Path) -> None:
    for data in outputs(path):
        before = "".join(data.get("text/html", ""))
        kept, given = (
            [re.sub(r"\s", "", style) for style in Shown(text).styles]
            for text in (jupyterlab(before), before)
        )
        assert kept == given


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_stored_output_has_plain_text_that_says_something(path: Path) -> None:
    for data in outputs(path):
        text = "".join(data["text/plain"])
        assert text.strip()
        assert " at 0x" not in text
        assert "image/svg+xml" not in data


def test_a_look_and_words_that_only_a_style_or_a_drawing_carries_are_missed() -> None:
    bad = (
        '<div><span style="color:red;position:absolute">✗</span><svg><text>imap</text></svg></div>'
    )
    assert len(Shown(jupyterlab(bad)).styles) < len(Shown(bad).styles)
    drawn = "<svg><text>imap</text><text>993</text></svg>"
    assert Shown(github(drawn)).words == ["imap993"] != Shown(drawn).words
    assert not Shown(github('<img src="data:image/png;base64,AAAA">')).alternatives[0]
