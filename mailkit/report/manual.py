"""Findings and providers as tables: the manual, from the rules and the provider data."""

import json
from datetime import UTC, datetime
from textwrap import wrap

from mailkit.ports import Security
from mailkit.providers import PROVIDERS, Provider
from mailkit.providers.entry import Ports
from mailkit.report.terminal import Style, findings_table
from mailkit.rules.catalogue import BEYOND, RULES

__all__ = ["PAST", "providers_table", "table"]


def table(form: str, style: Style, width: int) -> str:
    """List all findings as text, Markdown or JSON."""
    rows = [(rule.id, rule.severity, rule.title) for rule in RULES.values()]
    if form == "json":
        data = [{"id": name, "severity": str(level), "title": title} for name, level, title in rows]
        data += [{"id": name, "beyond": why} for name, why in BEYOND.items()]
        return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    if form == "markdown":
        head = "| finding | severity | what it says |\n|---|---|---|\n"
        found = "".join(f"| `{n}` | {s} | {t} |\n" for n, s, t in rows)
        beyond = "".join(f"| `{n}` | no finding | {why} |\n" for n, why in BEYOND.items())
        return head + found + beyond
    excluded = [f"{name:<27} no finding: {why}" for name, why in BEYOND.items()]
    cut = [line if len(line) <= width else f"{line[: width - 1]}…" for line in excluded]
    return findings_table(rows, width, style) + "\n".join(cut) + "\n"


PAST = " (past it)"
"""Marks a review date in the past."""


def providers_table(form: str, name: str | None = None, width: int = 100) -> str:
    """List what is known of providers, with source and review date; dates in the past are marked."""
    wanted = (name or "").lower()
    rows = [
        _provider(provider)
        for provider in sorted(PROVIDERS, key=lambda provider: provider.name.lower())
        if wanted in " ".join((provider.name, *provider.domains)).lower()
    ]
    head = (
        "provider",
        "IMAP",
        "POP3",
        "SMTP",
        "user name",
        "logs in with",
        "needs",
        "source",
        "review by",
    )
    if form == "markdown":
        lines = [f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows)]
        return "\n".join(lines) + "\n"
    if not rows:
        return "No provider with this name is known.\n"
    blocks = []
    for row in rows:
        facts = zip(head[1:], row[1:], strict=True)
        lines = [line for key, value in facts for line in _fact(key, value, width)]
        blocks.append("\n".join([row[0], *lines]))
    return "\n\n".join(blocks) + "\n"


def _fact(key: str, value: str, width: int) -> list[str]:
    if not value:
        return [f"  {key}"]
    first = f"  {key:<13} "
    indent = " " * len(first)
    return wrap(
        value, width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
    )


def _provider(one: Provider) -> tuple[str, ...]:
    today = datetime.now(UTC).date()
    past = PAST if today > one.review else ""
    wants = {
        "password": "the password",
        "app": "an app password",
        "code": "an authorization code",
        "key": "an API key",
        "smtp": "SMTP credentials",
        "oauth": "OAuth",
        "none": "nothing: no mail programs",
    }[one.login]
    places = (one.imap, one.pop3, one.smtp)
    return (
        one.name,
        *map(_place, places),
        one.user,
        wants,
        one.counsel(),
        one.source,
        f"{one.review}{past}",
    )


def _place(place: tuple[str, Ports] | None) -> str:
    if place is None:
        return "none"
    how = {Security.IMPLICIT_TLS: "TLS", Security.STARTTLS: "STARTTLS"}
    return f"{place[0]} " + ", ".join(f"{port} {how[security]}" for port, security in place[1])
