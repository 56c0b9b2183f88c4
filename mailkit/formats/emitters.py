"""New files in each syntax: pairs of a path and a value as text.

A value is quoted or escaped if its syntax would read it differently; if that is not possible, it is rejected.
"""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from mailkit.formats.document import Scalar
from mailkit.text import as_json, one_line

__all__ = ["EMITTERS", "Pairs", "UnsayableError"]

Pairs = Sequence[tuple[tuple[str, ...], Scalar]]
"""Each value of a file with its path; a segment of digits is an item of a list."""


class UnsayableError(Exception):
    """A value that a syntax cannot express; the message is its key."""


def _word(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def _said(word: str | None, key: str) -> str:
    """Return a word on one line.

    Raises:
        UnsayableError: it has line breaks.
    """
    if word is None or word != one_line(word):
        raise UnsayableError(key)
    return word


def _dotenv(pairs: Pairs) -> str:
    """In single quotes only python-dotenv replaces ``${NAME}``; in double quotes others too, and escapes differ."""

    def quoted(value: Scalar) -> str | None:
        word = _word(value)
        if re.fullmatch(r"[^\s#'\"$\\`]*", word):
            return word
        if not set(word) & set("'\\") and "${" not in word:
            return f"'{word}'"
        return f'"{word}"' if not set(word) & set('"$\\`') else None

    return "".join(f"{path[-1]}={_said(quoted(value), path[-1])}\n" for path, value in pairs)


def _tree(pairs: Pairs) -> dict[str, Any]:
    """The pairs as nested tables."""
    root: dict[str, Any] = {}
    for path, value in pairs:
        table = root
        for segment in path[:-1]:
            table = table.setdefault(segment, {})
        table[path[-1]] = value
    return root


def _lists(node: Any) -> Any:
    """Tables whose keys are all digits as lists."""
    if not isinstance(node, dict):
        return node
    if node and all(key.isdecimal() for key in node):
        return [_lists(value) for value in node.values()]
    return {key: _lists(value) for key, value in node.items()}


def _json(pairs: Pairs) -> str:
    return as_json(_lists(_tree(pairs)), indent=2) + "\n"


def _yaml(pairs: Pairs) -> str:
    return "".join(f"{line}\n" for line in _yaml_lines(_lists(_tree(pairs)), ""))


def _yaml_lines(node: Any, indent: str) -> list[str]:
    lines: list[str] = []
    for key, value in node.items():
        if isinstance(value, dict):
            lines += [f"{indent}{key}:", *_yaml_lines(value, indent + "  ")]
        elif isinstance(value, list):
            lines.append(f"{indent}{key}:")
            for item in value:
                inner = _yaml_lines(item, indent + "    ")
                lines += [f"{indent}  - {inner[0].strip()}", *inner[1:]]
        else:
            lines.append(f"{indent}{key}: {_said(_yaml_word(value), key)}")
    return lines


def _yaml_word(value: Scalar) -> str:
    if not isinstance(value, str):
        return _word(value)
    plain = re.fullmatch(r"[A-Za-z][\w.@/+-]*(:[\w/.@-]+)*", value)
    known = value.lower() in ("yes", "no", "on", "off", "true", "false", "null", "none")
    return value if plain and not known else "'" + value.replace("'", "''") + "'"


def _sections(pairs: Pairs, line: Callable[[str, Scalar], str], head: str) -> str:
    """Keys under the sections they belong to."""
    sections: dict[tuple[str, ...], list[str]] = {}
    for path, value in pairs:
        sections.setdefault(path[:-1], []).append(line(path[-1], value))
    blocks = []
    for section, lines in sections.items():
        name = head.format(".".join(section)) if section else ""
        blocks.append("".join([name, *lines]))
    return "\n".join(blocks)


def _ini(pairs: Pairs) -> str:
    """Programs differ in remarks after a value, in quotes and in replacements, so none of these are written.

    Only a URL has percent signs, in its escapes.
    """

    def line(key: str, value: Scalar) -> str:
        word = _word(value)
        plain = re.fullmatch(r"(?:[^\s\"'`;#$%\\][^\";#$%\\`]*)?", word) or re.fullmatch(
            r"[a-z0-9+]+://(?:[^\s\"'`;#$%\\]|%[0-9A-F]{2})*", word
        )
        return f"{key} = {_said(word if plain else None, key)}\n"

    return _sections(pairs, line, "[{}]\n")


def _toml(pairs: Pairs) -> str:
    def line(key: str, value: Scalar) -> str:
        word = _word(value) if isinstance(value, bool | int) else json.dumps(_word(value))
        return f"{key} = {word}\n"

    return _sections(pairs, line, "[{}]\n")


def _properties(pairs: Pairs) -> str:
    def escaped(value: Scalar) -> str | None:
        word = _word(value)
        if "${" in word or "#{" in word:
            return None
        word = re.sub(r"\\|^[ \t\f]", r"\\\g<0>", word)
        units = word.encode("utf-16-be", "surrogatepass")
        codes = [int.from_bytes(units[at : at + 2]) for at in range(0, len(units), 2)]
        return "".join(chr(code) if code < 128 else f"\\u{code:04x}" for code in codes)

    return "".join(f"{'.'.join(path)}={_said(escaped(value), path[-1])}\n" for path, value in pairs)


def _python(pairs: Pairs) -> str:
    lines = []
    for key, value in _tree(pairs).items():
        if isinstance(value, dict):
            inside = ((name, _said(repr(inner), name)) for name, inner in value.items())
            body = "".join(f"    {name!r}: {inner},\n" for name, inner in inside)
            lines.append(f"{key} = {{\n{body}}}\n")
        else:
            lines.append(f"{key} = {_said(repr(value), key)}\n")
    return "".join(lines)


def _single(value: Scalar, key: str) -> str:
    """A literal of PHP and Ruby, in whose single quotes nothing is replaced."""
    if isinstance(value, bool | int):
        return _word(value)
    return _said("'" + _word(value).replace("\\", "\\\\").replace("'", "\\'") + "'", key)


_OBJECTS = {"$CFG": "", "$mail": "$mail->isSMTP();\n"}
"""Variables of PHP that are objects, and what is written in front of their properties."""

_COMMON = ("$config",)
"""Arrays of PHP that other files fill too: each key is set by itself."""


def _php(pairs: Pairs) -> str:
    if all(len(path) == 1 for path, _ in pairs):
        return "<?php\n" + "".join(_php_name(path[0], value) for path, value in pairs)
    blocks = []
    for name, table in _tree(pairs).items():
        if not isinstance(table, dict):
            blocks.append(f"{name} = {_single(table, name)};\n")
        elif name in _OBJECTS:
            blocks += [_OBJECTS[name]]
            blocks += [f"{name}->{key} = {_single(value, key)};\n" for key, value in table.items()]
        elif name in _COMMON:
            blocks += _php_items(name, table)
        elif name.startswith("$") or name == "return":
            opening = "return" if name == "return" else f"{name} ="
            blocks.append(f"{opening} [\n{_php_table(table, '    ')}];\n")
        else:
            lines = (
                f"    public ${key} = {_single(value, key)};\n" for key, value in table.items()
            )
            blocks.append(f"class {name}\n{{\n{''.join(lines)}}}\n")
    return "<?php\n" + "".join(blocks)


def _php_name(name: str, value: Scalar) -> str:
    """A variable, or a constant."""
    said = _single(value, name)
    return f"{name} = {said};\n" if name.startswith("$") else f"define( '{name}', {said} );\n"


def _php_items(name: str, table: dict[str, Any]) -> list[str]:
    lines = []
    for key, value in table.items():
        item = f"{name}['{key}']"
        nested = isinstance(value, dict)
        lines += _php_items(item, value) if nested else [f"{item} = {_single(value, key)};\n"]
    return lines


def _php_table(table: dict[str, Any], indent: str) -> str:
    lines = []
    for key, value in table.items():
        if isinstance(value, dict):
            inner = _php_table(value, indent + "    ")
            lines.append(f"{indent}'{key}' => [\n{inner}{indent}],\n")
        else:
            lines.append(f"{indent}'{key}' => {_single(value, key)},\n")
    return "".join(lines)


def _ruby(pairs: Pairs) -> str:
    lines = []
    for name, table in _tree(pairs).items():
        if name == "smtp_settings":
            body = "".join(f"  {key}: {_single(value, key)},\n" for key, value in table.items())
            lines.append(f"config.action_mailer.smtp_settings = {{\n{body}}}\n")
        else:
            lines += [f"{name}['{key}'] = {_single(value, key)}\n" for key, value in table.items()]
    return "".join(lines)


def _javascript(pairs: Pairs) -> str:
    def block(table: dict[str, Any], indent: str) -> str:
        lines = []
        for key, value in table.items():
            if isinstance(value, dict):
                lines.append(f"{indent}{key}: {{\n{block(value, indent + '  ')}{indent}}},\n")
            else:
                written = _word(value) if isinstance(value, bool | int) else json.dumps(value)
                lines.append(f"{indent}{key}: {written},\n")
        return "".join(lines)

    table = next(iter(_tree(pairs).values()))
    return f"const transport = nodemailer.createTransport({{\n{block(table, '  ')}}});\n"


def _blocks(pairs: Pairs) -> str:
    """``account NAME`` with ``key value`` lines, as msmtp has them; it is the default account, too."""
    lines: list[str] = []
    for path, value in pairs:
        begin = f"account {path[1]}\n"
        if begin not in lines:
            lines.append(begin)
        word = ("on" if value else "off") if isinstance(value, bool) else _word(value)
        safe = re.fullmatch(r"[^\s\"#\\]*(?:[ \t]+[^\s\"\\]+)*", word)
        plain = f'"{word}"' if safe and set(word) & set(" \t") else word if safe else None
        lines.append(f"{path[-1]} {_said(plain, path[-1])}\n")
    default = f"\naccount default : {pairs[0][0][1]}\n"
    return "".join([*lines, default])


def _mbsync(pairs: Pairs) -> str:
    """``IMAPAccount NAME`` with ``Key value`` lines."""
    lines = []
    for path, value in pairs:
        begin = f"IMAPAccount {path[1]}\n"
        if begin not in lines:
            lines.append(begin)
        lines.append(f"{path[-1]} {_said(_in_quotes(_word(value)), path[-1])}\n")
    return "".join(lines)


def _esmtp(pairs: Pairs) -> str:
    """``keyword = value`` lines of the default identity."""
    return "".join(
        f"{path[-1]} = {_said(_in_quotes(_word(value)), path[-1])}\n"
        for path, value in pairs
        if path[-1] != "address"
    )


def _in_quotes(word: str) -> str | None:
    """A word, in quotes where it has blanks; ``None`` where programs differ in what it means."""
    if re.fullmatch(r"[^\s\"'#\\=+]+", word):
        return word
    return f'"{word}"' if word and not re.search(r"[\"\\\r\n]|[^\S ]", word) else None


def _postfix(pairs: Pairs) -> str:
    def word(value: Scalar) -> str:
        return ("yes" if value else "no") if isinstance(value, bool) else _word(value)

    def plain(value: Scalar) -> str | None:
        return word(value) if re.fullmatch(r"[^\s$#\"]*", word(value)) else None

    return "".join(f"{path[-1]} = {_said(plain(value), path[-1])}\n" for path, value in pairs)


def _mutt(pairs: Pairs) -> str:
    def word(value: Scalar) -> str | None:
        if isinstance(value, bool):
            return "yes" if value else "no"
        return f'"{_word(value)}"' if not set(_word(value)) & set('"\\`$') else None

    return "".join(f"set {path[-1]} = {_said(word(value), path[-1])}\n" for path, value in pairs)


def _fetchmail(pairs: Pairs) -> str:
    """Options of the server, then the user, then options of the user: fetchmail takes no other order."""

    def rank(pair: tuple[tuple[str, ...], Scalar]) -> int:
        key = pair[0][-1]
        return 0 if key in ("via", "protocol", "port") else 1 if key == "user" else 2

    lines = []
    for path, value in sorted(pairs, key=rank):
        begin = f"poll {path[1]}\n"
        if begin not in lines:
            lines.append(begin)
        if isinstance(value, bool):
            lines.append(f"  {'' if value else 'no '}{path[-1]}\n")
        else:
            text = _word(value)
            bare = isinstance(value, int) or (path[-1] == "protocol" and text.isalnum())
            plain = None if set(text) & set('"\\') else text if bare else f'"{text}"'
            lines.append(f"  {path[-1]} {_said(plain, path[-1])}\n")
    return "".join(lines)


def _elisp(pairs: Pairs) -> str:
    """``setq`` for sending, and a mailbox of Gnus for reading."""

    def said(key: str, value: Scalar) -> str:
        if isinstance(value, int):
            return str(value)
        if key.endswith(("-type", "-stream")):
            return _said(_word(value) if re.fullmatch(r"[a-z0-9-]+", _word(value)) else None, key)
        return _said('"' + re.sub(r'(["\\])', r"\\\1", _word(value)) + '"', key)

    lines, mailboxes = [], dict[str, list[str]]()
    for path, value in pairs:
        text = said(path[-1], value)
        if path[0] == "nnimap":
            mailboxes.setdefault(path[1], []).append(f"({path[-1]} {text})")
        else:
            quote = "'" if path[-1].endswith("-type") else ""
            lines.append(f"(setq {path[-1]} {quote}{text})\n")
    if lines:
        lines.insert(0, "(setq send-mail-function 'smtpmail-send-it)\n")
    for name, inside in mailboxes.items():
        inner = "\n               ".join([f'(nnimap "{name}"', *inside])
        lines.append(f"(setq gnus-select-method\n      '{inner}))\n")
    return "".join(lines)


EMITTERS: dict[str, Callable[[Pairs], str]] = {
    "dotenv": _dotenv,
    "elisp": _elisp,
    "esmtp": _esmtp,
    "fetchmail": _fetchmail,
    "ini": _ini,
    "javascript": _javascript,
    "json": _json,
    "mbsync": _mbsync,
    "msmtp": _blocks,
    "mutt": _mutt,
    "php": _php,
    "postfix": _postfix,
    "properties": _properties,
    "python": _python,
    "ruby": _ruby,
    "toml": _toml,
    "yaml": _yaml,
}
"""By syntax."""
