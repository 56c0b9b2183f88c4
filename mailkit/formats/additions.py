"""Add new keys, on a new line or in a list, in the style of a neighbour."""

import re

from mailkit.formats.dialect import segments
from mailkit.formats.document import Entry, Scalar
from mailkit.formats.splices import Change, before_on_line, cannot, quoted_like, shown_line
from mailkit.formats.syntax import syntax
from mailkit.formats.syntax.properties import written_key
from mailkit.formats.translated import Translated
from mailkit.formats.values import PROGRAMS, as_word

__all__ = ["added"]


def added(found: Translated, name: str, value: Scalar) -> Change:
    """Add a key on a new line, in the style of its neighbour.

    Raises:
        FormatError: there is no neighbour.
    """
    document = found.instance.keys.scope.document
    if document.syntax == "shell":
        return _option(found, name, value)
    if document.syntax == "master":
        return _override(found, name, value)
    if document.syntax == "nix":
        return _attribute(found, name, value)
    if document.syntax == "xml":
        return _element(found, name, value)
    if document.syntax in ("fetchmail", "monit", "nullmailer"):
        return _word(found, name, value)
    lines = document.lines
    dotted = found.instance.keys.dialect.fold
    for neighbour in _neighbours(found):
        assert neighbour.span is not None
        before = before_on_line(lines, neighbour)
        line = lines.number(neighbour.span[0])
        begin, end = lines.bounds(line)
        after = lines.text[neighbour.span[1] : end]
        if dotted and neighbour.key not in _level(found):
            continue
        program = document.syntax in PROGRAMS
        at = _place_of(neighbour.key, before, first=program and "(" in before)
        if at >= 0:
            between, after = _without_placeholder(before[at + len(neighbour.key) :], after)
        tail = (
            re.match(r"[\"']?[ \t]*\)?[ \t]*[;,]?", after)
            if not neighbour.quote.startswith("=")
            else re.match(r"[\"']?", after)
        )
        if at < 0 or tail is None or (before.strip()[:1] in "{[(<" and before.strip()[:1]):
            continue
        rest = tail[0]
        if program and "(" in between:
            plain = _without_call(between, after)
            if plain is None:
                continue
            between, rest = plain
        new, above = _key_like(found, neighbour, name), before[:at]
        if document.syntax == "properties":
            new = _whole_key(found, neighbour, name)
            above = re.match(r"\s*", above)[0]  # type: ignore[index]
        stand_in = _stand_in(new, value, neighbour)
        text = _as_variable(found, neighbour, quoted_like(found, value, stand_in))
        between = _aligned(between, neighbour.key, new) if text else ""
        line_text = f"{above}{new}{between}{text}"
        short = f"{new} = {text}"
        said = line_text if shown_line(found, neighbour, "").strip() == before.strip() else short
        ending = lines.ending
        comma = syntax(document.syntax).SEPARATE_ITEMS and _in_list(before)
        if comma and (inline := _inline(found, neighbour, new, text, before)):
            return inline
        if comma and "," not in rest:
            return Change((begin, begin), f"{line_text},{ending}", line, said.strip())
        return Change((end, end), f"{ending}{line_text}{rest.rstrip()}", line, said.strip())
    raise cannot(found, name)


def _place_of(key: str, before: str, *, first: bool) -> int:
    """Where a key stands as a whole word in the text before a value: at the beginning, or else the ``first`` or last
    place; -1 if nowhere.
    """
    begin = len(before) - len(before.lstrip())
    place, at = -1, before.find(key, begin)
    while at >= 0:
        end = at + len(key)
        if not (at > begin and _in_word(before[at - 1])) and not _in_word(before[end : end + 1]):
            place = at
            if first or at == begin:
                break
        at = before.find(key, at + 1)
    return place


def _in_word(character: str) -> bool:
    return character.isalnum() or character in ("_", "-")


def _without_placeholder(between: str, after: str) -> tuple[str, str]:
    """What stands between a key and its value, and behind it, without the placeholder whose default the value is."""
    filled = re.search(r"([\"']?)\$\{[\w.]+:?-?$", between)
    if filled is None:
        return between, after
    return between[: filled.start()], after.removeprefix("}").removeprefix(filled[1])


def _as_variable(found: Translated, neighbour: Entry, text: str) -> str:
    """A flag or a number of a new variable as text, where YAML would make it none: Compose and Kubernetes refuse those."""
    scope = found.instance.keys.scope
    mapped = scope.environment and scope.document.syntax == "yaml"
    before = before_on_line(scope.document.lines, neighbour)
    in_list = re.match(r"\s*-\s*[\"']?[\w.]+=", before) is not None
    if not mapped or in_list or not re.fullmatch(r"true|false|yes|no|on|off|[0-9]+", text, re.I):
        return text
    return f'"{text}"'


def _without_call(between: str, after: str) -> tuple[str, str] | None:
    """What stands between a key and a plain value, and behind it, where the neighbour's value is within a call.

    ``None`` if the call does not end on the line.
    """
    begins = re.match(r"[\"']?\]?\s*(?:=>|:(?!:)|=)\s*", between)
    if begins is None:
        return None
    depth = between.count("(") - between.count(")")
    for at, char in enumerate(after):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            ending = re.match(r"[ \t]*[;,]?", after[at + 1 :])
            return begins[0], ending[0] if ending else ""
    return None


def _option(found: Translated, name: str, value: Scalar) -> Change:
    """Add an option to a command, after the name of its program."""
    if value is not True:
        raise cannot(found, name)
    program = found.instance.get("program")
    if program is None or program.span is None:
        raise cannot(found, name)
    dashes = "--" if len(name) > 1 else "-"
    end = program.span[1]
    return Change((end, end), f" {dashes}{name}", program.line, f"{dashes}{name}")


_LONGEST_KEY = 300
"""Characters of a key with the blanks and the sign behind it."""


def _attribute(found: Translated, name: str, value: Scalar) -> Change:
    """A new attribute of a Nix set, behind a neighbour in a set that is around it."""
    lines = found.instance.keys.scope.document.lines
    wanted = (*found.instance.prefix, *segments(name))
    for neighbour in _neighbours(found):
        assert neighbour.span is not None
        before = before_on_line(lines, neighbour)
        near = max(0, len(before) - _LONGEST_KEY)
        key = re.compile(r"[\w.'\"-]+[ \t]*=[ \t]*$").search(before, near)
        around = neighbour.path[: len(neighbour.path) - key[0].count(".") - 1] if key else wanted
        end = lines.bounds(lines.number(neighbour.span[1]))[1]
        rest = lines.text[neighbour.span[1] : end]
        if key is None or not rest.lstrip().startswith(";") or wanted[: len(around)] != around:
            continue
        text = quoted_like(found, value, Entry((name,), value, 0))
        said = f"{'.'.join(wanted[len(around) :])} = {text};"
        at = neighbour.span[1] + rest.index(";") + 1
        blanks = before[: key.start()]
        alone = not blanks.strip() and not rest.strip(" \t;")
        gap = f"{lines.ending}{blanks}" if alone else " "
        return Change((at, at), f"{gap}{said}", neighbour.line, said)
    raise cannot(found, name)


def _element(found: Translated, name: str, value: Scalar) -> Change:
    """A new element of XML behind a neighbour that has a line of its own, of the same kind as it."""
    lines = found.instance.keys.scope.document.lines
    for neighbour in _neighbours(found):
        above = ".".join((*neighbour.path[len(found.instance.prefix) : -1], ""))
        key = re.escape(neighbour.key)
        line = lines.content(neighbour.line)
        named = re.fullmatch(
            rf'(\s*<(\w+)\s+(?:name|key)="){key}("(?:>|\s+value="))[^<>"]*("\s*/>|</\2>)\s*', line
        )
        plain = re.fullmatch(rf"(\s*<){key}(>)[^<>]*(</){key}>\s*", line)
        inner = name.removeprefix(above)
        if not name.startswith(above) or not (named or ("." not in inner and plain)):
            continue
        text = quoted_like(found, value, Entry((name,), value, 0))
        if named is not None:
            said = f"{named[1]}{inner}{named[3]}{text}{named[4]}"
        else:
            assert plain is not None
            said = f"{plain[1]}{inner}{plain[2]}{text}{plain[3]}{inner}>"
        end = lines.bounds(neighbour.line)[1]
        return Change((end, end), f"{lines.ending}{said}", neighbour.line, said.strip())
    raise cannot(found, name)


def _word(found: Translated, name: str, value: Scalar) -> Change:
    """Add a word of a line of options; fetchmail wants those of the server before those of the user."""
    syntax_name = found.instance.keys.scope.document.syntax
    nullmailer = syntax_name == "nullmailer"
    of_server = nullmailer or name in ("port", "protocol", "timeout", "auth")
    behind: tuple[str, ...] = ("protocol", "host") if of_server else ("password", "user")
    if syntax_name == "monit":
        of_server = name == "port"
        behind = ("host",) if of_server else ("password", "username", "port", "host")
    near = found.instance.get(*behind)
    if near is None or near.span is None:
        near = found.bindings.get("host")
    if near is None or near.span is None:
        raise cannot(found, name)
    text = quoted_like(found, value, Entry((name,), value, 0))
    if nullmailer:
        text = f"--{name}" if value is True else f"--{name}={text}"
    elif not isinstance(value, bool):
        text = f"{name} {text}"
    end = near.span[1]
    flag = found.bindings.get("security")
    if not of_server and flag is not None and flag.span is not None:
        before = before_on_line(found.instance.keys.scope.document.lines, flag)
        if not before.strip():
            ending = found.instance.keys.scope.document.lines.ending
            end = flag.span[1]
            return Change((end, end), f"{ending}{before}{text}", flag.line, text)
    return Change((end, end), f" {text}", near.line, text)


def _override(found: Translated, name: str, value: Scalar) -> Change:
    """A new ``-o NAME=VALUE`` on a line of its own, behind the line of its service."""
    lines = found.instance.keys.scope.document.lines
    port = found.instance.get("port")
    if port is None or port.span is None:
        raise cannot(found, name)
    end = lines.bounds(port.line)[1]
    following = lines.content(port.line + 1) if port.line < len(lines.starts) else ""
    blanks = re.match(r"[ \t]+(?=-o)", following)
    said = f"-o {name}={quoted_like(found, value, Entry((name,), None, 0))}"
    text = f"{lines.ending}{blanks[0] if blanks else '  '}{said}"
    return Change((end, end), text, port.line, said)


def _aligned(between: str, old: str, new: str) -> str:
    """Return the text between key and value that keeps the values of a block aligned."""
    blanks = len(between) - len(between.lstrip(" "))
    if blanks < 2:
        return between
    return " " * max(1, blanks + len(old) - len(new)) + between.lstrip(" ")


def _stand_in(name: str, value: Scalar, neighbour: Entry) -> Entry:
    """Return the entry whose style a new value takes."""
    alike = isinstance(neighbour.value, str) == isinstance(value, str)
    text_flag = isinstance(value, bool) and as_word(neighbour.value) in ("true", "false")
    if text_flag or (alike and not isinstance(value, bool)):
        flag = neighbour.value if text_flag else None
        return Entry((name,), flag or neighbour.value, 0, (0, 0), neighbour.raw, neighbour.quote)
    quote = neighbour.quote if neighbour.quote.startswith("=") else ""
    return Entry((name,), value, 0, (0, 0), "", quote)


def _inline(
    found: Translated, neighbour: Entry, name: str, text: str, before: str
) -> Change | None:
    """Add an item before its neighbour, if a line has several."""
    document = found.instance.keys.scope.document
    begin, end = document.lines.bounds(neighbour.line)
    others = [entry for entry in document.entries if entry.span and begin <= entry.span[0] < end]
    key = re.escape(neighbour.key)
    match = re.search(rf"([\"':]?){key}([\"']?\s*(?:=>|:)\s*)$", before)
    if len(others) < 2 or match is None or neighbour.span is None:
        return None
    at = neighbour.span[0] - len(match[0])
    said = f"{match[1]}{name}{match[2]}{text}"
    return Change((at, at), f"{said}, ", neighbour.line, f"{name} = {text}")


def _level(found: Translated) -> set[str]:
    """The keys that are directly where the service is, as they are written."""
    names = (*found.instance.words.host, *found.instance.words.port, *found.instance.words.user)
    return {one.key for name in names if (one := found.instance.get(name)) is not None}


def _in_list(before: str) -> bool:
    return re.search(r"(=>|:)\s*$", before) is not None


def _neighbours(found: Translated) -> list[Entry]:
    """Return possible neighbours of a new key, best first."""
    order = ("security", "port", "host", "user", "auth")
    entries = [found.bindings[key] for key in order if key in found.bindings]
    return sorted((one for one in entries if one.span is not None), key=found.is_above)


def _whole_key(found: Translated, neighbour: Entry, name: str) -> str:
    """A new key of a properties file, from the root: its neighbour may be at another level."""
    above = () if name.startswith("/") else neighbour.path[: len(found.instance.prefix)]
    return written_key((*above, *segments(name.strip("/"))))


def _key_like(found: Translated, neighbour: Entry, name: str) -> str:
    """Write a key in the style of its neighbour: as a variable, dotted, or bare."""
    keys = found.instance.keys
    short = name.strip("/")
    if keys.dialect.fold and "." in neighbour.key and not name.startswith("/"):
        return f"{neighbour.key.rpartition('.')[0]}.{short}"
    variables = keys.dialect.env if keys.scope.environment else None
    if (keys.dialect.fold and variables is None) or keys.scope.document.syntax == "prefs":
        return short
    if variables is not None:
        path = (
            [*found.instance.prefix, *short.split(".")]
            if not name.startswith("/")
            else short.split(".")
        )
        prefix = variables.prefix_of(neighbour.key) or variables.prefix
        joined = prefix + variables.separator.join(path)
        joined = joined.replace("-", "_") if keys.dialect.fold else joined
        return joined.upper() if neighbour.key.isupper() else joined
    last = short.rpartition(".")[2]
    return last.lower() if keys.dialect.suffixes and neighbour.key.islower() else last
