"""Changed settings as splices, in the product's words."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from mailkit.errors import FormatError
from mailkit.formats.additions import added
from mailkit.formats.dialect import ABSENT, Mode
from mailkit.formats.document import Entry, Scalar
from mailkit.formats.splices import Change, cannot, quoted_like, shown_line
from mailkit.formats.translated import Translated
from mailkit.formats.translation import holds
from mailkit.formats.values import PROGRAMS, as_flag, as_text, as_word
from mailkit.ports import Security

__all__ = ["planned"]


def planned(found: Translated, changes: Mapping[str, Any]) -> list[Change]:
    """The splices that change settings of a service.

    Raises:
        FormatError: the product has no way to write it, or the value comes from elsewhere.
    """
    if found.preset is not None and set(changes) & {"host", "port", "security"}:
        raise cannot(found, "host, port and encryption beside a named service")
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
                raise cannot(found, key)
            wanted[_name(found, key)] = words[str(value)]
        else:
            wanted[_name(found, key)] = value if isinstance(value, int) else str(value)
            flag = found.instance.words.port_flag
            if key == "port" and flag and not as_flag(found.value(flag), text_counts=False):
                wanted[flag] = True
    if composed:
        wanted[_host_name(found)] = _host(found, composed)
    return [one for name, value in wanted.items() if (one := _change(found, name, value))]


def _host_name(found: Translated) -> str:
    names = found.instance.words.host
    if not names:
        raise cannot(found, "host")
    return next((n for n in names if found.instance.get(n) is not None), names[0])


def _name(found: Translated, setting: str) -> str:
    names = found.instance.words.named(setting)
    if setting == "protocol" and not isinstance(found.instance.words.protocol, str):
        names = found.instance.words.protocol
    if not names:
        raise cannot(found, setting)
    return next((name for name in names if found.instance.get(name) is not None), names[0])


def _for_security(
    found: Translated, wanted: Security, changes: Mapping[str, Any], composed: dict[str, Any]
) -> dict[str, Scalar]:
    """What the product's keys have to say for an encryption mode."""
    words = found.instance.words
    assert found.table is not None
    if found.endpoint.prefix:
        composed["prefix"] = _prefix(found, wanted)
        if composed["prefix"]:
            return {}
    port = changes.get("port", found.table.get("port"))
    if words.ambiguous and (flag := _flag_for(found, wanted)) is not None:
        return flag
    mode = _mode_for(found, wanted, port)
    if mode is None and (prefix := _prefix(found, wanted)) and found.endpoint.host:
        composed["prefix"] = prefix
        mode = _mode_for(found, Security.CLEARTEXT, port)
    if mode is None:
        raise cannot(found, f"security {wanted} with port {port}")
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
    return result | _switched_off(found, mode, said)


def _flag_for(found: Translated, wanted: Security) -> dict[str, Scalar] | None:
    """What the flag of an unknown product has to say; ``None`` where it has no flag.

    Products that have ``SECURE`` or ``SSL`` mean TLS from the first byte, as Nodemailer does. They compare it with
    “true” or count every word as true, so that a word would change its meaning.

    Raises:
        FormatError: the flag may mean either.
    """
    entry = found.bindings.get("security")
    if entry is None or as_flag(entry.value, text_counts=False) is None:
        return None
    last = re.split(r"[_.-]", entry.key.casefold())[-1]
    key = next((k for k in found.instance.words.ambiguous if found.instance.get(k) is entry), None)
    if key is None or re.search("use[_-]", entry.key.casefold()):
        return None
    if last not in ("secure", "ssl"):
        raise cannot(found, f"security {wanted}")
    return {key: wanted is Security.IMPLICIT_TLS}


def _switched_off(found: Translated, mode: Mode, said: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """What has to be said so that no mode in front of the wanted one counts, nor any other of an unknown product."""
    result: dict[str, Scalar] = {}
    words = found.instance.words
    counts = True
    for other in found.reading.modes:
        counts &= other is not mode
        if other is mode or not (counts or words.ambiguous):
            continue
        keys = [key for key in other.when if key[0] not in "@?" and key not in words.no_verify]
        port = found.table["port"] if found.table else None
        if other.security is mode.security or not holds(found, other.when, port):
            continue
        absent = [key for key in keys if key in said and other.when[key] == ABSENT]
        flags = [key for key in keys if other.when[key] is True and key not in said]
        result |= {key: said[key] for key in absent}
        result |= dict.fromkeys(() if absent else flags, False)
    return result


def _prefix(found: Translated, wanted: Security) -> str:
    """The prefix of the host for an encryption mode; empty if there is none."""
    prefixes = found.instance.words.prefixes.items()
    return next((scheme for scheme, mode in prefixes if mode is wanted), "")


def _mode_for(found: Translated, wanted: Security, port: Any) -> Mode | None:
    fitting = [
        mode
        for mode in found.reading.modes
        if mode.security is wanted
        and "@scheme" not in mode.when
        and (found.url is not None or not mode.options)
    ]
    ports = [m for m in fitting if _port_fits(m, port)]
    said = found.bindings.get("security")
    return min(
        ports,
        key=lambda mode: (mode.optional, not _is_said_by(mode, said), _missing(found, mode)),
        default=None,
    )


def _missing(found: Translated, mode: Mode) -> bool:
    """Whether none of the keys that a mode looks at is there."""
    keys = [key for key in mode.when if key[0] not in "@?"]
    return all(found.instance.get(key) is None for key in keys)


def _is_said_by(mode: Mode, entry: Entry | None) -> bool:
    """Whether a mode is written in the one key that says the encryption now, such as an older name of it."""
    return entry is not None and [*mode.when] == [entry.key] and mode.writes is None


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
    host = str(composed.get("host", old.host)).replace(":", old.colon)
    host = f"[{host}]" if old.brackets else host
    port = composed.get("port", old.port)
    ending = f"{old.colon}{port}" if old.port or "port" in composed else ""
    return f"{composed.get('prefix', old.prefix)}{host}{ending}{old.others}"


def _change(found: Translated, name: str, value: Scalar) -> Change | None:
    entry = found.instance.get(name)
    document = found.instance.keys.scope.document
    if entry is None or found.is_inherited(entry):
        return added(found, name, value)
    if entry.span is None:
        where = f"it comes from {entry.reference}" if entry.reference else "it is set elsewhere"
        if entry.origin is not None:
            where = f"it is written in {entry.origin[0]}:{entry.origin[1]}"
        raise FormatError(document.file, f"{entry.key} cannot be changed here: {where}", entry.line)
    text = quoted_like(found, value, entry)
    begin, end = entry.span
    if document.text[begin:end] == text:
        return None
    return Change(entry.span, text, entry.line, shown_line(found, entry, text))


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
        raise cannot(found, ", ".join(sorted(unknown)))
    if "user" in changes:
        parts["user"] = quote(str(changes["user"]), safe="", errors="replace")
        if "%%" in as_text(entry.value):  # a parameter of Symfony
            parts["user"] = parts["user"].replace("%", "%%")
    if "security" in changes:
        parts["scheme"] = _scheme_for(found, Security(str(changes["security"])))
    text = as_text(entry.value)
    offset = len(text) - len(text.lstrip())
    spans = dict(url.spans)
    if "port" in parts and "port" not in spans:
        at = spans["host"][1]
        spans["port"], parts["port"] = (at, at), f":{parts['port']}"
    for key, value in sorted(
        parts.items(), key=lambda part: spans.get(part[0], (0, 0)), reverse=True
    ):
        if key not in spans:
            raise cannot(found, key)
        begin, end = spans[key]
        text = text[: begin + offset] + value + text[end + offset :]
    if "security" in changes:
        text = _with_options(found, text, Security(str(changes["security"])), changes)
    rendered = quoted_like(found, text, entry)
    said = shown_line(found, entry, rendered)
    if "password" in url.spans:
        port = parts.get("port", str(url.port or "")).strip(":")
        scheme, host = parts.get("scheme", url.scheme), parts.get("host", url.host)
        said = f"{entry.key} = {scheme}://…@{host}" + (f":{port}" if port else "")
    more: dict[str, Scalar] = {}
    if "security" in changes and found.instance.words.schemes[parts["scheme"]][1] is None:
        more = _for_security(found, Security(str(changes["security"])), changes, {})
    new = [Change(entry.span, rendered, entry.line, said)] if text != entry.value else []
    return new + [one for name, value in more.items() if (one := _change(found, name, value))]


def _with_options(
    found: Translated, text: str, wanted: Security, changes: Mapping[str, Any]
) -> str:
    """The URL with the options that say an encryption mode, where nothing else says it."""
    table, url = found.table or {}, found.url
    mode = _mode_for(found, wanted, changes.get("port", table.get("port")))
    alike = [mode for mode in found.reading.modes if mode.security is wanted]
    if mode is None or url is None or any(not candidate.options for candidate in alike):
        return text
    for name, value in mode.options.items():
        word = value[0] if isinstance(value, tuple) else as_text(value)
        option = f"{name}={quote(as_text(word), safe='')}"
        if name in url.options:
            head, tail = re.split(rf"(?<=[?&]){re.escape(name)}=[^&#]*", text, maxsplit=1)
            text = f"{head}{option}{tail}"
        else:
            text += ("&" if "?" in text else "?") + option
    return text


def _scheme_for(found: Translated, wanted: Security) -> str:
    assert found.table is not None
    schemes = found.instance.words.schemes
    protocol = found.table["protocol"]
    exact = [s for s, (p, mode) in schemes.items() if p == protocol and mode is wanted]
    open_ = [s for s, (p, mode) in schemes.items() if p == protocol and mode is None]
    if wanted is Security.CLEARTEXT or not (exact or open_):
        raise cannot(found, f"security {wanted}")
    old = found.url.scheme if found.url else ""
    kin = (old.removesuffix("s"), f"{old}s")
    fitting = sorted(
        [*exact, *open_],
        key=lambda word: (word.partition("+")[2] != old.partition("+")[2], word not in kin),
    )
    return fitting[0]
