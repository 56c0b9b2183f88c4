"""The documentation page of a finding: error texts, cause, fix, and how to verify it."""

import re
from functools import cache

from mailkit.finding import Rule
from mailkit.formats.dialects import dialect_in
from mailkit.replies import replies
from mailkit.report.error_texts import PRINTED
from mailkit.report.escaping import prose_markdown
from mailkit.report.product_pages import product_link
from mailkit.rules.advice import STEPS, advised
from mailkit.rules.client_advice import CHANGES
from mailkit.rules.products import PRODUCTS, ShownProduct, in_product

__all__ = ["finding_heading", "finding_markdown"]

_MOST_TEXTS = 12


def finding_markdown(rule: Rule) -> str:
    """Return the page of a finding in Markdown, for the documentation site."""
    do, check = advised(rule, "", "")
    blocks = [
        f"# {prose_markdown(finding_heading(rule))}",
        f"Finding `{rule.id}`, severity {rule.severity}. In the terminal: `mailkit finding {rule.id}`.",
    ]
    paragraphs = _paragraphs(rule)
    if paragraphs:
        blocks += ["## What it means", *paragraphs]
    if texts := [*PRINTED.get(rule.id, ()), *_replies().get(rule.id, ())]:
        shown = [text.replace("```", "'''") for text in texts[:_MOST_TEXTS]]
        blocks += ["## Error texts that mean this", "\n".join(["```text", *shown, "```"])]
    blocks += ["## What to do", prose_markdown(do)]
    if rows := _products(rule.id):
        blocks += ["## In your product", rows]
    if rule.id in CHANGES:
        lines = [f"| {product} | `{line}` |" for product, line in CHANGES[rule.id].items()]
        blocks += ["## In your product", "\n".join(["| product | line |", "|---|---|", *lines])]
    blocks += ["## How to verify", prose_markdown(check)]
    for heading, title in (("Flagged", "Example"), ("Clean", "Not this")):
        examples = list(rule.examples(heading))
        if examples:
            language = "toml" if examples[0].lstrip().startswith("[") else "text"
            blocks += [f"## {title}"]
            blocks += [f"```{language}\n{example.strip()}\n```" for example in examples]
    return "\n\n".join(blocks) + "\n"


def finding_heading(rule: Rule) -> str:
    """Return the title, after the words that people paste into a search for it."""
    title = rule.title.removesuffix(".")
    words = next(iter(PRINTED.get(rule.id, ())), "")
    known = words.lstrip("0123456789. ").lower()
    return f"“{words}”: {title}" if known and known not in title.lower() else title


def _products(finding: str) -> str:
    """Return the setting to change in each product, or nothing."""
    about = STEPS[finding].about if finding in STEPS else ""
    rows = [
        f"| {_linked(product)} | {_shown(product, about, words)} |"
        for product in PRODUCTS
        if about and (words := in_product(product, about))
    ]
    return "\n".join([f"| product | {_SETTING[about]} |", "|---|---|", *rows]) if rows else ""


def _linked(product: ShownProduct) -> str:
    dialect = dialect_in(product.module, product.dialect) if product.dialect else None
    return product.title if dialect is None else product_link(dialect.title, "../products")


_BETWEEN = re.compile("(, | and | stays on| stays off|^no )")
_OF_A_PROGRAM = re.compile(r"[=_]|\(.*\)|://|--")


def _shown(product: ShownProduct, about: str, words: str) -> str:
    """Return the words for a setting in Markdown: names and values as code, what a person clicks on as text."""
    if about in product.words:
        return f"`{words}`" if _OF_A_PROGRAM.search(words) else prose_markdown(words)
    parts = _BETWEEN.split(words)
    return "".join(part if at % 2 or not part else f"`{part}`" for at, part in enumerate(parts))


_SETTING = {
    "starttls": "STARTTLS",
    "implicit-tls": "implicit TLS",
    "login": "user and password",
    "host": "host",
    "verify": "verification of the certificate",
    "helo": "name for EHLO",
}


@cache
def _replies() -> dict[str, list[str]]:
    """Return the known replies of servers, by finding."""
    found: dict[str, list[str]] = {}
    for reply in replies():
        found.setdefault(reply.finding, []).append(" ".join(reply.example.split()))
    return found


def _paragraphs(rule: Rule) -> list[str]:
    return [prose_markdown(part.replace("``", "`")) for part in rule.prose]
