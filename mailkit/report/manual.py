"""Findings as pages and as a table: the manual, from the rules' own docstrings."""

import json
import re
from textwrap import wrap

from mailkit.finding import Rule
from mailkit.report.terminal import Style, findings_table
from mailkit.rules.catalogue import RULES

__all__ = ["page_text", "table"]


def page_text(rule: Rule, style: Style, width: int, seen: tuple[str, ...] = ()) -> str:
    """One manual page; ``seen`` are words that led here."""
    colour = {"error": "red", "warning": "yellow", "note": "cyan"}[rule.severity]
    lines = [f"{style(rule.id, 'bold')}  {style(str(rule.severity), colour)}", ""]
    lines += [*(f"  {text}" for text in seen), *([""] if seen else [])]
    for part in re.split(r"\n{2,}", rule.page):
        if part.startswith("    "):
            lines += [style(text, "cyan") for text in part.splitlines()]
        elif part.endswith("::"):
            lines += [style(part[:-1], "bold")]
        else:
            lines += wrap(part.replace("``", ""), width, break_on_hyphens=False)
        lines.append("")
    return "\n".join(lines)


def table(form: str, style: Style, width: int) -> str:
    """All findings: as text, as Markdown or as JSON."""
    rows = [(rule.id, rule.severity, rule.title) for rule in RULES.values()]
    if form == "json":
        data = [{"id": name, "severity": str(level), "title": title} for name, level, title in rows]
        return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    if form == "markdown":
        head = "| finding | severity | what it says |\n|---|---|---|\n"
        return head + "".join(f"| `{n}` | {s} | {t} |\n" for n, s, t in rows)
    return findings_table(rows, width, style)
