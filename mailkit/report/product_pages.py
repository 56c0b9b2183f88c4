"""How-to pages of products, from their dialects: where the settings are, what the words mean, how to fix them."""

import re
from collections.abc import Hashable, Iterable

from mailkit.account import Account, Service
from mailkit.errors import FormatError
from mailkit.formats.dialect import ABSENT, EMPTY, OTHERS, Dialect, Mode, ServiceWords, segments
from mailkit.formats.dialects import dialects
from mailkit.formats.writing import written
from mailkit.ports import Protocol, Security

__all__ = ["product_link", "product_pages"]

_GENERIC = ("this file", "this text")
"""The title of dialects for unknown products, which have no page."""

_MEANS = {
    ("outgoing", Security.IMPLICIT_TLS): "implicit TLS (port 465)",
    ("outgoing", Security.STARTTLS): "STARTTLS (port 587)",
    ("incoming", Security.IMPLICIT_TLS): "implicit TLS (port 993 or 995)",
    ("incoming", Security.STARTTLS): "STARTTLS (port 143 or 110)",
}


def product_pages() -> dict[str, str]:
    """Return a page in Markdown for each product, by file name, sorted by title."""
    products: dict[str, list[Dialect]] = {}
    for dialect in dialects().values():
        products.setdefault(dialect.title, []).append(dialect)
    return {
        f"{_slug(title)}.md": _page(title, products[title])
        for title in sorted(products, key=str.casefold)
        if title not in _GENERIC
    }


def product_link(title: str, folder: str) -> str:
    """Return a link in Markdown to the page of a product, from another page; generic dialects have no product."""
    return "any" if title in _GENERIC else f"[{title}]({folder}/{_slug(title)}.md)"


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def _page(title: str, found: list[Dialect]) -> str:
    names = [name for dialect in found for name in (*dialect.own_files, *dialect.files)]
    file = next(
        (dialect.example for dialect in found if dialect.example), names[0] if names else "FILE"
    )
    file = file.replace("*", "")
    listed = ", ".join(f"`{name}`" for name in dict.fromkeys(names))
    blocks = [
        f"# {_heading(title, found)}",
        f"mailkit reads the mail settings of {title}"
        + (f" from {listed}" if listed else "")
        + ", checks them, finds the cause on the network, and writes the verified fix back into the same lines.",
        "```console\n"
        f"$ mailkit check {file}              # without a network: what is wrong, with the line\n"
        f"$ mailkit diagnose {file}           # connects, names the cause, verifies a fix by a login\n"
        f"$ mailkit diagnose {file} --apply   # writes the verified fix into the file\n"
        "```",
    ]
    for heading, tables in _tables(found).items():
        blocks += [f"## {heading}"]
        for rows in tables.values():
            blocks += ["\n".join(["| settings | encryption |", "|---|---|", *dict.fromkeys(rows)])]
    if switches := [*dict.fromkeys(_switches(found))]:
        blocks += ["## Switches", "\n".join(switches)]
    blocks += _examples(found)
    sources = list(dict.fromkeys(source for dialect in found for source in dialect.sources))
    if sources:
        dated = max(dialect.dated for dialect in found)
        head = f"Looked up {dated}:" if dated else "Not looked up yet:"
        blocks += ["## Sources", "\n".join([head, "", *(f"* <{source}>" for source in sources)])]
    return "\n\n".join(blocks) + "\n"


def _heading(title: str, found: list[Dialect]) -> str:
    """Return what does not work, as people put it into a search engine."""
    if title.startswith("an ") or any(dialect.alternatives for dialect in found):
        return f"Mail settings in {title} that don't work"
    roles = {words.role for dialect in found for words in dialect.services}
    verbs = {"outgoing": "send", "incoming": "receive"}
    can = " or ".join(verb for role, verb in verbs.items() if role in roles)
    return f"{title.removeprefix('the ')} cannot {can} mail"


def _tables(found: list[Dialect]) -> dict[str, dict[frozenset[str], list[str]]]:
    """The rows of a product by heading; those that read the same settings are in one table."""
    headings: dict[str, dict[frozenset[str], list[str]]] = {}
    written_in = {dialect.syntaxes for dialect in found}
    for dialect in found:
        for words in dialect.services:
            if rows := [*_meanings(words)]:
                heading = f"{words.role.capitalize()} mail: what the settings mean"
                if len(written_in) > 1:
                    heading += f" ({', '.join(dialect.syntaxes)})"
                read = frozenset(row.split(" = ")[0] for row in rows)
                headings.setdefault(heading, {}).setdefault(read, []).extend(rows)
    return headings


def _switches(found: list[Dialect]) -> Iterable[str]:
    """Return what has to be on, or the settings are not used."""
    for dialect in found:
        for words in dialect.services:
            for key, allowed in words.enabled.items():
                if words.defaults.get(key, "") in allowed:
                    continue
                name = ".".join(part for part in segments(key.lstrip("/")) if part != "**")
                choices = " or ".join(_word(word) for word in allowed)
                yield f"* `{name}` has to be {choices}, or {dialect.title} does not use the settings of {words.role} mail."


def _meanings(words: ServiceWords) -> Iterable[str]:
    for versions, modes in [(reading.versions, reading.modes) for reading in words.readings] or [
        ("", words.modes)
    ]:
        for mode in modes:
            means = _MEANS.get((words.role, mode.security), "no encryption")
            means += ", only if it is offered" if mode.optional else ""
            when = f"{versions}: {_conditions(mode)}" if versions else _conditions(mode)
            yield f"| {when} | {means} |"


def _conditions(mode: Mode) -> str:
    said = []
    for key, value in mode.when.items():
        values = value if isinstance(value, tuple) else (value,)
        words = [_word(word) for word in values]
        plain = ".".join(segments(key))
        name = {"@port": "port", "@scheme": "scheme", "@host": "host"}.get(key, f"`{plain}`")
        said.append(f"{name} = {' or '.join(words)}")
    return ", ".join(said) or "otherwise"


_WITHOUT_A_WORD: dict[Hashable, str] = {
    ABSENT: "(not set)",
    "": "(empty)",
    EMPTY: "(empty)",
    OTHERS: "(any text)",
}


def _word(word: Hashable) -> str:
    if isinstance(word, bool):
        return "`true`" if word else "`false`"
    if word is None:
        return "(none)"
    return _WITHOUT_A_WORD.get(word, f"`{word}`")


def _examples(found: list[Dialect]) -> Iterable[str]:
    """Return the settings for both encryption modes, as ``mailkit convert --to`` writes them."""
    dialect = next((candidate for candidate in found if candidate.new_file), None)
    if dialect is None:
        return
    for port, security in ((587, Security.STARTTLS), (465, Security.IMPLICIT_TLS)):
        service = Service(
            protocol=Protocol.SMTP,
            host="smtp.example.com",
            port=port,
            security=security,
            user="kim@example.com",
        )
        account = Account(label="kim", address="kim@example.com", outgoing=service)
        try:
            text = written(dialect, [account], dialect.name).strip()
        except FormatError:
            continue
        head = "STARTTLS, port 587" if port == 587 else "implicit TLS, port 465"
        yield f"## Settings for {head}"
        yield f"```text\n{text}\n```"
