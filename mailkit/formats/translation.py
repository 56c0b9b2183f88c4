"""From the keys of a product to the tables of the native format, with a place for every value."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from mailkit.account import Place, Remark
from mailkit.formats.dialect import ABSENT, Condition, Mode, Reading
from mailkit.formats.document import Entry
from mailkit.formats.scope import Instance
from mailkit.formats.values import (
    PROGRAMS,
    Endpoint,
    Url,
    as_flag,
    as_port,
    as_text,
    as_word,
    split_host,
    split_url,
)
from mailkit.ports import Protocol, Security, assumed_security, default_port

__all__ = ["Translated", "holds", "translate"]


@dataclass(slots=True)
class Translated:
    """One service in the words of the native format.

    Attributes:
        table: its native table; ``None`` for a service that is no mail service.
        bindings: by setting, the entry it comes from.
        remarks: what a rule reports.
        endpoint, url: the parts of a composed host or URL.
        shared_file: the file with the password holds other things too.
        reading, mode: what counted; ``mode`` is ``None`` where nothing said the encryption.
    """

    instance: Instance
    table: dict[str, Any] | None = field(default_factory=dict)
    bindings: dict[str, Entry] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    endpoint: Endpoint = field(default_factory=lambda: Endpoint("", "", None))
    url: Url | None = None
    reading: Reading = field(default_factory=lambda: Reading("", ()))
    mode: Mode | None = None
    active: bool = True
    shared_file: bool = False
    address: str = ""
    name: str = ""

    def place(self, entry: Entry | None) -> Place | None:
        """Where an entry is."""
        file = self.instance.keys.scope.document.file
        return Place(file, entry.line, entry.key) if entry else None

    @property
    def places(self) -> dict[str, Place]:
        """By setting, where it is; ``""`` is the service itself."""
        found = {key: place for key, entry in self.bindings.items() if (place := self.place(entry))}
        first = self.bindings.get("host") or next(iter(self.bindings.values()), None)
        if (place := self.place(first)) is not None:
            found.setdefault("", place)
        return found


def translate(instance: Instance) -> Translated:
    """The native table of a service, with what is worth a remark."""
    found = Translated(instance)
    protocol = _protocol(found)
    if not protocol or found.table is None:
        found.table = None
        return found
    _endpoint(found)
    if found.table is None:
        return found
    _encryption(found, Protocol(found.table["protocol"]))
    _port(found, Protocol(found.table["protocol"]))
    _login(found)
    _program(found)
    return found


def _text(found: Translated, setting: str, *names: str) -> str:
    entry = found.instance.get(*names) if names else None
    if entry is None:
        return ""
    found.bindings[setting] = entry
    return as_text(entry.value)


def _protocol(found: Translated) -> str:
    words = found.instance.words
    if isinstance(words.protocol, str):
        protocol = words.protocol
    else:
        word = as_word(_value(found, *words.protocol))
        protocol = words.protocols.get(word, "" if word else words.protocols.get("", ""))
        _text(found, "protocol", *words.protocol)
    assert found.table is not None
    found.table["protocol"] = protocol
    return protocol


def _value(found: Translated, *names: str) -> Any:
    entry = found.instance.get(*names) if names else None
    if entry is not None and entry.value is not None:
        return entry.value
    defaults = found.instance.words.defaults
    return next((defaults[name] for name in names if name in defaults), None)


def _endpoint(found: Translated) -> None:
    words, table = found.instance.words, found.table
    assert table is not None
    entry = found.instance.get(*words.url) if words.url else None
    if entry is not None and isinstance(entry.value, str) and entry.value.strip():
        url = split_url(entry.value)
        if url is not None:
            known = words.schemes.get(url.scheme)
            if known is None and entry.key not in words.host:
                found.table = None
                return
        if url is not None and known is not None:
            found.url = url
            found.bindings["host"] = found.bindings["url"] = entry
            table["protocol"], table["host"] = known[0], url.host
            if url.user:
                table["user"], found.bindings["user"] = url.user, entry
            if url.password is not None:
                table["secret"], found.bindings["secret"] = {"value": url.password}, entry
            return
    host = _text(found, "host", *words.host)
    parts = split_host(host, tuple(words.prefixes), with_port=words.host_port)
    found.endpoint = parts
    if words.needs_host and not parts.host:
        found.table = None
        return
    missing = "host" not in found.bindings
    table["host"] = words.default_host if missing else parts.host


def _port_written(found: Translated) -> int | str | None:
    if found.url is not None:
        return found.url.port
    if found.endpoint.port is not None:
        found.bindings["port"] = found.bindings["host"]
        return found.endpoint.port
    names = found.instance.words.port
    entry = found.instance.get(*names) if names else None
    if entry is not None:
        found.bindings["port"] = entry
    return as_port(_value(found, *names)) if names else None


def holds(found: Translated, when: dict[str, Condition], port: int | str | None) -> bool:
    """Whether all conditions of a mode hold."""
    return all(_holds(found, key, wanted, port) for key, wanted in when.items())


def _holds(found: Translated, key: str, wanted: Condition, port: int | str | None) -> bool:
    choices = wanted if isinstance(wanted, tuple) else (wanted,)
    if key == "@port":
        return port in choices
    if key == "@scheme":
        scheme = found.url.scheme if found.url else found.endpoint.prefix
        return scheme in choices
    if key.startswith("?"):
        value: Any = found.url.options.get(key[1:], "") if found.url else ""
        return any(_equal(value, choice, text_counts=False) for choice in choices)
    entry = found.instance.get(key)
    absent = entry is None or (entry.value is None and entry.reference is None)
    if ABSENT in choices and absent and key not in found.instance.words.defaults:
        return True
    value = _value(found, key)
    program = _in_program(found)
    return any(_equal(value, one, text_counts=program) for one in choices if one != ABSENT)


def _in_program(found: Translated) -> bool:
    document = found.instance.keys.scope.document
    return document.syntax in PROGRAMS and not found.instance.words.flags


def _equal(value: Any, wanted: Any, *, text_counts: bool) -> bool:
    if isinstance(wanted, bool):
        flag = as_flag(value, text_counts=text_counts)
        return (flag is True) is wanted if flag is not None or not wanted else False
    return as_word(value) == as_word(wanted)


def _encryption(found: Translated, protocol: Protocol) -> None:
    words, table = found.instance.words, found.table
    if table is None:
        return
    port = _port_written(found)
    scheme = words.schemes.get(found.url.scheme, ("", None))[1] if found.url else None
    prefix = words.prefixes.get(found.endpoint.prefix)
    readings = words.readings or (Reading("", words.modes),)
    at = found.instance.reading
    found.reading = readings[min(at, len(readings) - 1)]
    results = [_mode(found, reading, port) for reading in readings]
    mode = found.mode = results[min(at, len(readings) - 1)]
    security = scheme or prefix or (mode.security if mode else None)
    entry = _security_entry(found, mode, security)
    if entry is not None:
        found.bindings["security"] = entry
    if security is not None:
        table["security"] = str(security)
    if scheme is None and prefix is None:
        found.remarks += _mode_remarks(found, results, port)
    found.remarks += _flag_remarks(found)


def _mode(found: Translated, reading: Reading, port: int | str | None) -> Mode | None:
    return next((m for m in reading.modes if holds(found, dict(m.when), port)), None)


def _mode_keys(reading: Reading) -> list[str]:
    keys = [key for mode in reading.modes for key in mode.when if key[0] not in "@?"]
    return list(dict.fromkeys(keys))


def _security_entry(
    found: Translated, mode: Mode | None, security: Security | None
) -> Entry | None:
    """The entry that says the encryption: that of the mode, of the URL, or the port's."""
    if found.url is not None or found.endpoint.prefix:
        return found.bindings.get("host")
    if mode is not None and "port" in found.bindings and _by_default(found, mode):
        return found.bindings["port"]
    others = () if found.instance.reading_known else found.instance.words.readings
    keys = [key for one in (found.reading, *others) for key in _mode_keys(one)]
    for key in [*(mode.when if mode else ()), *keys]:
        if key[0] not in "@?" and (entry := found.instance.get(key)) is not None:
            return entry
    return found.bindings.get("port") or found.bindings.get("host")


def _by_default(found: Translated, mode: Mode) -> bool:
    """Whether a key that is missing, and its default, decides for a mode."""
    keys = [key for key in mode.when if key[0] not in "@?"]
    return len(keys) > 1 and any(
        found.instance.get(key) is None and key in found.instance.words.defaults for key in keys
    )


def _port(found: Translated, protocol: Protocol) -> None:
    table, words = found.table, found.instance.words
    if table is None:
        return
    port = _port_written(found)
    if found.url is not None and port is not None:
        found.bindings["port"] = found.bindings["url"]
    security = Security(table["security"]) if "security" in table else None
    if port is None:
        entry = found.bindings.get("port")
        if entry is not None and entry.reference is not None and security is None:
            security = assumed_security(None)
        if isinstance(words.ports, int):
            port = words.ports
        elif words.ports is not None and security is not None and security in words.ports:
            port = words.ports[security]
        else:
            port = default_port(protocol, security or Security.IMPLICIT_TLS)
    table["port"] = port
    if security is None:
        table["security"] = str(assumed_security(port if isinstance(port, int) else None))


def _login(found: Translated) -> None:
    words, table = found.instance.words, found.table
    if table is None:
        return
    off = [n for n in words.login_flag if as_flag(_value(found, n), text_counts=False) is False]
    if not off:
        if user := _text(found, "user", *words.user):
            table["user"] = user
        _secret(found)
    if auth := as_word(_value(found, *words.auth)) if words.auth else "":
        entry = found.instance.get(*words.auth)
        if entry is not None:
            found.bindings["auth"] = entry
        table["auth"] = words.auths.get(auth, auth)


def _secret(found: Translated) -> None:
    words, table = found.instance.words, found.table
    assert table is not None
    for kind, names in (
        ("command", words.secret_command),
        ("file", (*words.secret_file, *words.secret_in_file)),
        ("env", words.secret_env),
    ):
        entry = found.instance.get(*names) if names else None
        if entry is not None and (source := as_text(entry.value)):
            if kind == "file" and entry.key in words.secret_in_file:
                source = source.partition(":")[2] or source
                found.shared_file = True
            table["secret"], found.bindings["secret"] = {kind: source}, entry
            return
    entry = found.instance.get(*words.secret) if words.secret else None
    if entry is None:
        return
    found.bindings["secret"] = entry
    if entry.reference is not None and entry.reference.kind != "other":
        table["secret"] = {entry.reference.kind: entry.reference.name}
    elif entry.reference is None and entry.value not in (None, "", False):
        table["secret"] = {"value": as_text(entry.value)}


def _program(found: Translated) -> None:
    """What the program does: checks certificates, waits, is switched off."""
    words, table = found.instance.words, found.table
    if table is None:
        return
    for name in words.verify:
        if as_flag(_value(found, name), text_counts=False) is False:
            table["verify"], entry = False, found.instance.get(name)
            if entry is not None:
                found.bindings["verify"] = entry
    for name in words.no_verify:
        key, equals, word = name.partition("=")
        if key.startswith("?"):
            value: Any = found.url.options.get(key[1:]) if found.url else None
        else:
            value = _value(found, key)
        off = as_word(value) in word.split("|") if equals else as_flag(value, text_counts=False)
        if off and value is not None:
            table["verify"] = False
            entry = found.bindings.get("url") if key.startswith("?") else found.instance.get(key)
            if entry is not None:
                found.bindings["verify"] = entry
    seconds = _value(found, *words.timeout) if words.timeout else None
    if isinstance(seconds, int | float) or re.fullmatch(r"\d+(\.\d+)?", str(seconds)):
        table["timeout"] = float(str(seconds))
        _text(found, "timeout", *words.timeout)
    for key, allowed in words.enabled.items():
        entry = found.instance.get(key)
        value = _value(found, key)
        fits = any(_equal(value, one, text_counts=False) for one in allowed)
        if not fits and (entry is None or entry.value is not None):
            found.active = False
    found.address = _text(found, "address", *words.address)
    found.name = _text(found, "name", *words.name)


_EMPTY = ("", "null", "(null)", "empty", "(empty)")
"""Words that say that a key has no value."""


def _mode_remarks(
    found: Translated, results: list[Mode | None], port: int | str | None
) -> Iterator[Remark]:
    words, mode = found.instance.words, found.mode
    title = found.instance.keys.dialect.title
    entry = found.bindings.get("security")
    known = len(words.readings) > 1 and not found.instance.reading_known
    meanings = [m.security if m else None for m in results]
    if known and len(set(meanings)) > 1 and entry is not None and _is_word(found, entry):
        said = "; ".join(
            f"{reading.versions}: {_meaning(one)}"
            for reading, one in zip(words.readings, results, strict=True)
        )
        yield Remark(
            "cfg-word-ambiguous",
            f"{entry.key} depends on the version of {title}. {said}.",
            (_said(found, entry),),
            {"security": str(assumed_security(port if isinstance(port, int) else None))},
            found.place(entry),
        )
    for key, why in found.reading.ignored.items():
        read_by_others = known and any(key not in one.ignored for one in words.readings)
        ignored = found.instance.get(key)
        if ignored is not None and as_word(ignored.value) not in _EMPTY and not read_by_others:
            where = f" in {found.reading.versions}" if found.reading.versions else ""
            yield Remark(
                "cfg-word-ignored",
                f"{title} does not read {ignored.key}{where}. {why}",
                (f"{ignored.key} = {as_text(ignored.value)}",),
                {},
                found.place(ignored),
            )
    if mode is None:
        yield from _ambiguous(found, port)
    yield from _unknown_words(found)
    if mode is not None and mode.optional and _stricter(found):
        why = mode.why or "uses STARTTLS only if the server offers it"
        yield Remark(
            "cfg-opportunistic",
            f"{title} {why}: someone on the network can remove the offer, and the password is "
            "sent in cleartext.",
            (_said(found, entry),) if entry else (),
            {"security": "starttls"},
            found.place(entry),
        )


def _said(found: Translated, entry: Entry) -> str:
    """An entry as evidence; of a URL with a login only the endpoint."""
    if found.url is not None and entry is found.bindings.get("url"):
        url = found.url
        login = "***@" if url.user or url.password is not None else ""
        port = f":{url.port}" if url.port is not None else ""
        return f"{entry.key} = {url.scheme}://{login}{url.host}{port}"
    if entry is found.bindings.get("secret"):
        return f"{entry.key} = ***"
    return f"{entry.key} = {as_text(entry.value)}"


def _is_word(found: Translated, entry: Entry) -> bool:
    """Whether an entry is a word for the encryption, and not the port or the host."""
    return all(entry is not found.bindings.get(key) for key in ("port", "host"))


_AGREES = {
    "true": (465, 587, 25, 2525, 993, 995),
    "ssl": (465, 993, 995),
    "tls": (587, 25, 2525, 143, 110),
}


def _ambiguous(found: Translated, port: int | str | None) -> Iterator[Remark]:
    """A word that the port does not confirm, of no known product."""
    for key in found.instance.words.ambiguous:
        entry = found.instance.get(key)
        if entry is None or entry.value is None:
            continue
        word = as_word(entry.value)
        name = entry.key.upper()
        flag = as_flag(entry.value, text_counts=False)
        if word in ("ssl", "tls"):
            ports = _AGREES[word]
        elif flag is True:
            ports = _AGREES["tls" if "TLS" in name else "ssl"]
        elif flag is False and "TLS" not in name:
            ports = _AGREES["tls"]
        else:
            continue
        found.bindings["security"] = entry
        if port not in ports and port is not None:
            right = str(assumed_security(port if isinstance(port, int) else None))
            yield Remark(
                "cfg-word-ambiguous",
                f"{entry.key} = {as_text(entry.value)} means implicit TLS in some products and "
                f"STARTTLS in others, and it does not go with port {port} in all of them. Name the "
                "product with --from, or use a port that fits both.",
                (_said(found, entry), f"port = {port}"),
                {"security": right},
                found.place(entry),
            )
        return


def _stricter(found: Translated) -> Mode | None:
    """The mode that requires what this one only asks for."""
    return next(
        (
            one
            for one in found.reading.modes
            if one.security is Security.STARTTLS and not one.optional and one.writes != {}
        ),
        None,
    )


def _meaning(mode: Mode | None) -> str:
    if mode is None:
        return "unknown"
    words = {"implicit-tls": "implicit TLS", "starttls": "STARTTLS", "cleartext": "no encryption"}
    return mode.why or words[str(mode.security)]


def _unknown_words(found: Translated) -> Iterator[Remark]:
    """Words of a key that no mode knows."""
    title = found.instance.keys.dialect.title
    for key in _mode_keys(found.reading):
        wanted = [mode.when[key] for mode in found.reading.modes if key in mode.when]
        choices = [one for many in wanted for one in (many if isinstance(many, tuple) else (many,))]
        entry = found.instance.get(key)
        if entry is None or entry.value is None or key in found.reading.ignored:
            continue
        if key in found.instance.words.ambiguous:
            continue
        if any(isinstance(one, bool) for one in choices):
            text = entry.value
            plain = isinstance(text, str) and as_word(text) in ("false", "no", "off", "0")
            if plain and _in_program(found) and entry.reference is None:
                yield Remark(
                    "cfg-bool-string",
                    f"{entry.key} = {as_text(text)!r} is text, and any text counts as true here.",
                    (f"{entry.key} = {entry.raw}",),
                    {},
                    found.place(entry),
                )
            if as_flag(text, text_counts=_in_program(found)) is not None:
                continue
        known = [str(one) for one in choices if one != ABSENT and not isinstance(one, bool)]
        if as_word(entry.value) not in map(as_word, known):
            listed = ", ".join(one or '""' for one in dict.fromkeys(known)) or "true, false"
            yield Remark(
                "cfg-word-invalid",
                f"{title} does not know {as_text(entry.value)!r} for {entry.key}; the words are "
                f"{listed}. It is taken as {_meaning(found.mode)}.",
                (_said(found, entry),),
                {},
                found.place(entry),
            )


def _flag_remarks(found: Translated) -> Iterator[Remark]:
    words = found.instance.words
    title = found.instance.keys.dialect.title
    program = _in_program(found)
    for group in words.exclusive:
        on = [
            entry
            for key in group
            if (entry := found.instance.get(key.partition("=")[0])) is not None
            and (
                as_word(entry.value) in key.partition("=")[2].split("|")
                if "=" in key
                else as_flag(entry.value, text_counts=program)
            )
        ]
        if len(on) > 1:
            port = _port_written(found)
            right = str(assumed_security(port if isinstance(port, int) else None))
            names = " and ".join(dict.fromkeys(entry.key for entry in on))
            why = words.exclusive_why or "they exclude each other"
            yield Remark(
                "cfg-flags-conflict",
                f"{names} are both on in {title}: {why}.",
                tuple(_said(found, entry) for entry in on),
                {"security": right},
                found.place(on[-1]),
            )
    for ignored in words.ignored:
        entry = found.instance.get(ignored.key)
        if entry is not None:
            yield Remark(
                "cfg-word-ignored",
                f"{title} does not read {entry.key}. {ignored.why}",
                (_said(found, entry),),
                {},
                found.place(entry),
            )
