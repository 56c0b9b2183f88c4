"""One finding as a page: what it means, what to do, how to check it."""

from textwrap import wrap

from mailkit.finding import Rule
from mailkit.report.terminal import Style
from mailkit.rules.advice import advised

__all__ = ["page_text"]


def page_text(
    rule: Rule,
    style: Style,
    width: int,
    *,
    seen: tuple[str, ...] = (),
    certainty: str = "",
    steps: tuple[str, str] = ("", ""),
    examples: bool = False,
) -> str:
    """Return the page of a finding.

    ``seen`` are the words that matched, ``certainty`` how well they support the finding. ``steps`` replaces the
    rule's own advice and check.
    """
    colour = {"error": "red", "warning": "yellow", "note": "cyan"}[rule.severity]
    level = f"  {certainty}" if certainty else ""
    lines = [
        f"{style(rule.id, 'bold')}  {style(str(rule.severity), colour)}{level}",
        "",
        *wrap(rule.title, width, break_on_hyphens=False),
        "",
    ]
    for text in seen:
        lines += wrap(text, width, initial_indent="  ", subsequent_indent="    ")
    lines += [""] if seen else []
    do, check = steps if any(steps) else advised(rule, "", "")
    meaning = [part.replace("``", "") for part in rule.prose]
    for heading, parts in (
        ("What it means", meaning),
        ("What to do", [do]),
        ("How to check", [check]),
    ):
        if any(parts):
            lines.append(style(heading, "bold"))
            for part in parts:
                lines += [*wrap(part, width, break_on_hyphens=False), ""]
    if examples:
        for heading, name in (("Flagged", "Example"), ("Clean", "Not this")):
            for block in rule.examples(heading):
                lines += [
                    style(name, "bold"),
                    *(style(f"    {x}", "cyan") for x in block.splitlines()),
                    "",
                ]
    return "\n".join(lines)
