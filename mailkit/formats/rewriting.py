"""Changed settings as splices: what has to be written where, in the product's words and quoting."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from mailkit.errors import FormatError
from mailkit.formats.dialect import ABSENT, Mode
from mailkit.formats.document import Entry, Lines, Scalar
from mailkit.formats.syntax import syntax
from mailkit.formats.translation import Translated
from mailkit.formats.values import PROGRAMS, as_flag, as_text, as_word
from mailkit.ports import Security

__all__ = ["Change", "apply_changes", "edits", "planned"]

_STANDARD = {
    "implicit-tls": {"smtp": 465, "imap": 993, "pop3": 995},
    "starttls": {"smtp": 587, "imap": 143, "pop3": 110},
}


@dataclass(frozen=True, slots=True)
class Change:
    """A splice: what replaces a span. ``said`` is how a message names it."""

    span: tuple[int, int]
    text: str
    line: int
    said: str


def apply_changes(text: str, changes: Iterable[Change]) -> str:
    """The text with the spans replaced; the same splice twice is one."""
    unique = sorted(set(changes), key=lambda one: one.span, reverse=True)
    for one in unique:
        begin, end = one.span
        text = text[:begin] + one.text + text[end:]
    return text


def planned(found: Translated, changes: Mapping[str, Any]) -> list[Change]:
    """The splices that change settings of a service.

    Raises:
        FormatError: the product cannot say it, or the value comes from elsewhere.
    """
    if found.url is not None:
        return _in_url(found, changes)
    wanted: dict[str, Scalar] = {}
    composed: dict[str, Any] = {}
    for key, value in changes.items():
        if key == "security":
            wanted |= _for_security(found, Security(str(value)), changes, composed)
        elif key in ("host", "port") and (key == "host" or found.endpoint.port is not None):
            composed[key] = value
        elif key == "auth":
            words = {meaning: word for word, meaning in found.instance.words.auths.items()}
            wanted[_name(found, key)] = words.get(str(value), str(value))
        elif key == "protocol":
            words = {meaning: word for word, meaning in found.instance.words.protocols.items()}
            if str(value) not in words:
                raise _cannot(found, key)
            wanted[_name(found, key)] = words[str(value)]
        else:
            wanted[_name(found, key)] = value if isinstance(value, int) else str(value)
    if composed:
        wanted[_host_name(found)] = _host(found, composed)
    return [one for name, value in wanted.items() if (one := _change(found, name, value))]


def _cannot(found: Translated, key: str) -> FormatError:
    document, title = found.instance.keys.scope.document, found.instance.keys.dialect.title
    return FormatError(document.file, f"{title} has no key for {key}: it cannot be set there")


def _host_name(found: Translated) -> str:
    names = found.instance.words.host
    return next((n for n in names if found.instance.get(n) is not None), names[0])


def _name(found: Translated, setting: str) -> str:
    names = found.instance.words.named(setting)
    if setting == "protocol" and not isinstance(found.instance.words.protocol, str):
        names = found.instance.words.protocol
    if not names:
        raise _cannot(found, setting)
    return next((name for name in names if found.instance.get(name) is not None), names[0])


def _for_security(
    found: Translated, wanted: Security, changes: Mapping[str, Any], composed: dict[str, Any]
) -> dict[str, Scalar]:
    """What the product's keys have to say for an encryption mode."""
    words = found.instance.words
    assert found.table is not None
    if found.endpoint.prefix:
        prefix = next((one for one, mode in words.prefixes.items() if mode is wanted), "")
        if not prefix:
            raise _cannot(found, f"security {wanted}")
        composed["prefix"] = prefix
        return {}
    port = changes.get("port", found.table.get("port"))
    mode = _mode_for(found, wanted, port)
    if mode is None:
        raise _cannot(found, f"security {wanted} with port {port}")
    said = mode.writes if mode.writes is not None else _conditions(mode)
    program = found.instance.keys.scope.document.syntax in PROGRAMS and not words.flags
    result: dict[str, Scalar] = {}
    for key, value in said.items():
        entry = found.instance.get(key)
        if entry is None and _same(words.defaults.get(key), value):
            continue
        if (
            entry is not None
            and entry.reference is None
            and _same(entry.value, value, program=program)
        ):
            continue
        result[key] = value
    return result


def _mode_for(found: Translated, wanted: Security, port: Any) -> Mode | None:
    fitting = [m for m in found.reading.modes if m.security is wanted and "@scheme" not in m.when]
    ports = [m for m in fitting if _port_fits(m, port)]
    return next(iter(sorted(ports, key=lambda one: one.optional)), None)


def _port_fits(mode: Mode, port: Any) -> bool:
    wanted = mode.when.get("@port")
    return wanted is None or port in (wanted if isinstance(wanted, tuple) else (wanted,))


def _conditions(mode: Mode) -> dict[str, Scalar]:
    return {
        key: value[0] if isinstance(value, tuple) else value
        for key, value in mode.when.items()
        if key[0] not in "@?" and value != ABSENT
    }


def _same(value: Scalar, wanted: Scalar, *, program: bool = False) -> bool:
    if isinstance(wanted, bool):
        if isinstance(value, str) and program:
            return False
        flag = as_flag(value, text_counts=False)
        return flag is wanted or (flag is None and value is None and not wanted)
    return value is not None and as_word(value) == as_word(wanted)


def _host(found: Translated, composed: Mapping[str, Any]) -> str:
    old = found.endpoint
    host = composed.get("host", old.host)
    host = f"[{host}]" if old.brackets else str(host)
    port = composed.get("port", old.port)
    ending = f":{port}" if old.port or "port" in composed else ""
    return f"{composed.get('prefix', old.prefix)}{host}{ending}{old.others}"


def _change(found: Translated, name: str, value: Scalar) -> Change | None:
    entry = found.instance.get(name)
    document = found.instance.keys.scope.document
    if entry is None:
        return _added(found, name, value)
    if entry.span is None:
        where = f"it comes from {entry.reference}" if entry.reference else "it is set elsewhere"
        raise FormatError(document.file, f"{entry.key} cannot be changed here: {where}", entry.line)
    text = _rendered(found, value, entry)
    begin, end = entry.span
    if document.text[begin:end] == text:
        return None
    return Change(entry.span, text, entry.line, _said(found, entry, text))


def _said(found: Translated, entry: Entry, text: str) -> str:
    """The line as it will be, where it has this one value; else the key and the value alone.

    Other values of the line are not shown: one of them may be a password.
    """
    document = found.instance.keys.scope.document
    before = _before(document.lines, entry)
    number = document.lines.number(entry.span[0]) if entry.span else entry.line
    if (
        document.values_on[number] > 1
        or entry.key not in before
        or entry.quote == "<>"
        or "\n" in text
    ):
        return f"{entry.key} = {text}"
    return f"{before}{text}".strip().removeprefix("- ")


def _rendered(found: Translated, value: Scalar, entry: Entry) -> str:
    if entry.quote.startswith("="):
        word = str(value).lower() if isinstance(value, bool) else str(value)
        return word.replace("$", "$$")
    module = syntax(found.instance.keys.scope.document.syntax)
    if isinstance(value, bool) and as_text(entry.value) in ("0", "1") and not entry.quote:
        return "1" if value else "0"
    if (
        isinstance(value, bool)
        and as_word(entry.value) in ("yes", "no", "on", "off", "0", "1")
        and isinstance(entry.value, str)
    ):
        pairs = {"yes": "no", "on": "off", "1": "0"}
        flat = as_word(entry.value)
        new = (
            flat
            if as_flag(flat, text_counts=False) is value
            else (pairs | {v: k for k, v in pairs.items()})[flat]
        )
        return module.render(new.upper() if entry.value.isupper() else new, entry)
    return module.render(value, entry)


def _before(lines: Lines, entry: Entry) -> str:
    """What is on the line in front of a value."""
    assert entry.span is not None
    begin = lines.bounds(lines.number(entry.span[0]))[0]
    return lines.text[begin : entry.span[0]]


def _added(found: Translated, name: str, value: Scalar) -> Change:
    """A new key on a line of its own, written as its neighbour is."""
    document = found.instance.keys.scope.document
    lines = document.lines
    dotted = found.instance.keys.dialect.fold
    for neighbour in _neighbours(found):
        assert neighbour.span is not None
        before = _before(lines, neighbour)
        line = lines.number(neighbour.span[0])
        begin, end = lines.bounds(line)
        after = lines.text[neighbour.span[1] : end]
        if dotted and neighbour.key not in _level(found):
            continue
        key = re.escape(neighbour.key)
        written = re.fullmatch(rf"(\s*(?:.*[^\w-])?)({key})((?:[^\w-].*)?)", before, re.S)
        tail = (
            re.match(r"[\"']?[ \t]*\)?[ \t]*[;,]?", after)
            if not neighbour.quote.startswith("=")
            else re.match(r"[\"']?", after)
        )
        if written is None or tail is None or (before.strip()[:1] in "{[(<" and before.strip()[:1]):
            continue
        new = _key_like(found, neighbour, name)
        stand_in = _stand_in(new, value, neighbour)
        text = _rendered(found, value, stand_in)
        line_text = f"{written[1]}{new}{written[3]}{text}"
        short = f"{new} = {text}"
        said = line_text if _said(found, neighbour, "").strip() == before.strip() else short
        ending = lines.ending
        comma = syntax(document.syntax).SEPARATE_ITEMS and _in_list(before)
        if comma and (inline := _inline(found, neighbour, new, text, before)):
            return inline
        if comma and "," not in tail[0]:
            return Change((begin, begin), f"{line_text},{ending}", line, said.strip())
        return Change((end, end), f"{ending}{line_text}{tail[0].rstrip()}", line, said.strip())
    raise _cannot(found, name)


def _stand_in(name: str, value: Scalar, neighbour: Entry) -> Entry:
    """An entry that a new value is written like."""
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
    """A new item in front of its neighbour, where several are on one line."""
    document = found.instance.keys.scope.document
    begin, end = document.lines.bounds(neighbour.line)
    others = [one for one in document.entries if one.span and begin <= one.span[0] < end]
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
    """Entries a new key may stand beside, best first."""
    order = ("security", "port", "host", "user", "auth")
    entries = [found.bindings[key] for key in order if key in found.bindings]
    return [one for one in entries if one.span is not None]


def _key_like(found: Translated, neighbour: Entry, name: str) -> str:
    """A key in the way its neighbour is written: as a variable, dotted, or bare."""
    keys = found.instance.keys
    short = name.strip("/")
    if keys.dialect.fold or keys.scope.document.syntax in ("properties", "prefs"):
        return short
    variables = keys.dialect.env
    if keys.scope.environment and variables is not None:
        path = (
            [*found.instance.prefix, *short.split(".")]
            if not name.startswith("/")
            else short.split(".")
        )
        joined = variables.prefix + variables.separator.join(path)
        return joined.upper() if neighbour.key.isupper() else joined
    return short.rpartition(".")[2]


def _in_url(found: Translated, changes: Mapping[str, Any]) -> list[Change]:
    """A changed URL, part by part; what does not change stays as it is written."""
    entry, url = found.bindings["url"], found.url
    document = found.instance.keys.scope.document
    assert url is not None
    assert found.table is not None
    if entry.span is None:
        raise FormatError(
            document.file,
            f"{entry.key} cannot be changed here: it comes from {entry.reference}",
            entry.line,
        )
    parts = {key: str(value) for key, value in changes.items() if key in ("host", "port")}
    if unknown := set(changes) - {"security", "host", "port", "user"}:
        raise _cannot(found, ", ".join(sorted(unknown)))
    if "user" in changes:
        parts["user"] = quote(str(changes["user"]), safe="")
    if "security" in changes:
        parts["scheme"] = _scheme_for(found, Security(str(changes["security"])))
    text = as_text(entry.value)
    offset = len(text) - len(text.lstrip())
    spans = dict(url.spans)
    if "port" in parts and "port" not in spans:
        at = spans["host"][1]
        spans["port"], parts["port"] = (at, at), f":{parts['port']}"
    for key, value in sorted(
        parts.items(), key=lambda one: spans.get(one[0], (0, 0)), reverse=True
    ):
        if key not in spans:
            raise _cannot(found, key)
        begin, end = spans[key]
        text = text[: begin + offset] + value + text[end + offset :]
    rendered = _rendered(found, text, entry)
    said = _said(found, entry, rendered)
    if "password" in url.spans:
        port = parts.get("port", str(url.port or "")).strip(":")
        scheme, host = parts.get("scheme", url.scheme), parts.get("host", url.host)
        said = f"{entry.key} = {scheme}://…@{host}" + (f":{port}" if port else "")
    return [Change(entry.span, rendered, entry.line, said)]


def _scheme_for(found: Translated, wanted: Security) -> str:
    assert found.table is not None
    schemes = found.instance.words.schemes
    protocol = found.table["protocol"]
    exact = [s for s, (p, mode) in schemes.items() if p == protocol and mode is wanted]
    open_ = [s for s, (p, mode) in schemes.items() if p == protocol and mode is None]
    if wanted is Security.CLEARTEXT or not (exact or open_):
        raise _cannot(found, f"security {wanted}")
    suffix = found.url.scheme.partition("+")[2] if found.url else ""
    exact.sort(key=lambda scheme: scheme.partition("+")[2] != suffix)
    return (exact or open_)[0]


def edits(
    text: str, changes: Iterable[Change], secrets: Iterable[tuple[int, int]]
) -> list[dict[str, Any]]:
    """The changed lines before and after, passwords masked; a new line has no ``before``."""
    lines = Lines(text)
    hidden = [(*span, "***") for span in secrets]
    result = []
    for one in sorted(set(changes), key=lambda change: change.span):
        begin, end = lines.bounds(lines.number(one.span[0]))
        if one.span[0] == one.span[1]:
            result.append({"line": one.line, "before": "", "after": one.said})
            continue
        before, after = (
            text[begin:end],
            text[begin : one.span[0]] + one.text + text[one.span[1] : end],
        )
        if any(
            begin <= a and b <= end and a < one.span[1] and one.span[0] < b for a, b, _ in hidden
        ):
            before, after = "***", one.said
        for a, b, mask in sorted(hidden, reverse=True):
            if begin <= a and b <= end and b > a and before != "***":
                secret = text[a:b]
                before, after = before.replace(secret, mask), after.replace(secret, mask)
        result.append({"line": one.line, "before": before.strip(), "after": after.strip()})
    return result
