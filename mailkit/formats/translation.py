"""Translate a product's keys into the tables of the native format, with a place for every value."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from mailkit.account import Remark
from mailkit.formats.dialect import ABSENT, EMPTY, OTHERS, Condition, Mode, Reading
from mailkit.formats.document import Entry
from mailkit.formats.logins import has_no_login, read_login
from mailkit.formats.remarks import (
    SSL_WORDS,
    USUAL_PORTS,
    flag_remarks,
    mode_remarks,
    switched_off,
)
from mailkit.formats.scope import Instance
from mailkit.formats.templates import FILLED_IN
from mailkit.formats.translated import Translated, bound, mode_keys
from mailkit.formats.values import SERVICES, as_flag, as_text, as_word, split_host, split_url
from mailkit.ports import Protocol, Security, assumed_security, default_port

__all__ = ["holds", "translate"]


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
    read_login(found)
    _program(found)
    if has_no_login(found):
        found.remarks = [remark for remark in found.remarks if remark.id != "cfg-opportunistic"]
    if _is_blank(found):
        found.table = None
    return found


def _is_blank(found: Translated) -> bool:
    """Whether the service is an empty template, or none of its values is in sight."""
    table, host = found.table, found.bindings.get("host")
    if table is None or table["host"] or host is None:
        return False
    written = host.reference in (None, FILLED_IN)
    if written and not found.active:
        return True
    keys = ("user", "secret") if written else ("user", "secret", "port")
    entries = [one for key in keys if (one := found.bindings.get(key)) is not None]
    if written:
        return not any(
            entry.reference not in (None, FILLED_IN) or as_text(entry.value).strip()
            for entry in entries
        )
    said = any(found.instance.get(key) is not None for key in mode_keys(found.reading))
    return not entries and not said


def _protocol(found: Translated) -> str:
    words = found.instance.words
    if isinstance(words.protocol, str):
        protocol = words.protocol
    else:
        word = as_word(found.value(*words.protocol))
        protocols = words.protocols
        if words.readings:
            protocols = words.readings[found.instance.reading].protocols or protocols
        protocol = protocols.get(word, "" if word else protocols.get("", ""))
        bound(found, "protocol", *words.protocol)
    assert found.table is not None
    found.table["protocol"] = protocol
    return protocol


def _endpoint(found: Translated) -> None:
    words, table = found.instance.words, found.table
    assert table is not None
    yields = words.preset_yields and found.instance.get(*words.host) is not None
    entry = found.instance.get(*words.preset) if words.preset and not yields else None
    found.preset = words.presets.get(re.sub(r"\W", "", as_word(entry.value))) if entry else None
    if entry is not None and found.preset is not None:
        found.bindings["host"] = entry
        table["host"] = found.preset[0]
        return
    entry = _url_entry(found)
    if entry is not None and _is_read_as_url(found, entry):
        return
    host = bound(found, "host", *words.host)
    if "host" not in found.bindings and entry is not None and (entry.reference or not words.host):
        found.bindings["host"] = entry
    missing = "host" not in found.bindings
    alone = words.host_port_alone and found.instance.get(*words.port) is None
    parts = split_host(
        words.default_host if missing else host,
        tuple(words.prefixes),
        with_port=words.host_port or alone,
    )
    found.endpoint = parts
    program = re.match(r"/[\w.-]+/", parts.host)  # such as /usr/bin/msmtp
    mailbox = words.ambiguous and "@" in host and "address" in found.bindings["host"].key.casefold()
    no_host = mailbox or (words.needs_host and not parts.host)
    if program or no_host or _is_a_label(found, parts.host):
        found.table = None
        return
    table["host"] = parts.host
    if words.port_needed and host and parts.port is None:
        given = found.bindings["host"]
        found.remarks.append(
            Remark(
                "cfg-word-invalid",
                f"{given.key} has no port: {found.instance.keys.dialect.title} sends nothing without one. "
                f"Write {given.key} as {parts.host}:587, or with the port of your server.",
                (f"{given.key} = {host}",),
                {},
                found.place(given),
            )
        )


def _url_entry(found: Translated) -> Entry | None:
    """The first of the keys for a URL that has one of the product; or else the first that is there."""
    words = found.instance.words
    entries = [entry for name in words.url if (entry := found.instance.get(name)) is not None]
    for entry in entries if len(entries) > 1 else ():
        url = split_url(entry.value) if isinstance(entry.value, str) else None
        if url is not None and url.scheme in words.schemes:
            return entry
    return found.instance.get(*words.url) if words.url else None


def _is_read_as_url(found: Translated, entry: Entry) -> bool:
    """Read a URL into the table; whether that is all there is to read of the endpoint."""
    words, table = found.instance.words, found.table
    assert table is not None
    if not isinstance(entry.value, str) or not entry.value.strip():
        return False
    url = split_url(entry.value)
    known = words.schemes.get(url.scheme) if url is not None else None
    if url is None or known is None:
        if url is None and not words.host:
            _no_url(found, entry, entry.value.strip())
            return True
        if url is not None and entry.key not in words.host:
            found.table = None
            return True
        return False
    found.url = url
    found.bindings["host"] = found.bindings["url"] = entry
    table["protocol"], table["host"] = known[0], url.host
    if url.user:
        table["user"], found.bindings["user"] = url.user, entry
    if url.password is not None:
        table["secret"], found.bindings["secret"] = {"value": url.password}, entry
    for key, name in zip(("user", "secret"), words.url_login, strict=False):
        if key not in found.bindings and (value := url.options.get(name)):
            table[key] = {"value": value} if key == "secret" else value
            found.bindings[key] = entry
    return True


def _is_a_label(found: Translated, host: str) -> bool:
    """Whether a host and its port are the words of a form or a translation (``SMTP host``, ``Host``)."""
    names = found.instance.words.port
    port = found.instance.get(*names) if names and "." not in host else None
    if port is None or port.reference is not None:
        return False
    word = as_text(port.value)
    return re.fullmatch(r"[^\d]+", word) is not None and word.casefold() not in SERVICES


def _no_url(found: Translated, entry: Entry, value: str) -> None:
    """Read a value that should be a URL: a server without its scheme, or no server at all, such as a program
    (``/usr/sbin/sendmail``) or a placeholder (``%env(DSN)%``).
    """
    assert found.table is not None
    host = split_host(value.rpartition("@")[2], (), with_port=True).host.rpartition("/")[2]
    named = re.fullmatch(r"localhost|[\w-]+(?:\.[\w-]+)+", host)
    if named is None or value[0] in "/~" or set(value) & set("%${}() "):
        found.table = None
        return
    found.bindings["host"] = found.bindings["secret"] = entry
    found.table["host"] = host
    scheme = next(iter(found.instance.words.schemes), "smtp")
    found.remarks.append(
        Remark(
            "cfg-word-invalid",
            f"{entry.key} is not a URL: it has to begin with a scheme, as {scheme}://.",
            (),
            {},
            found.place(entry),
        )
    )


def holds(found: Translated, when: Mapping[str, Condition], port: int | str | None) -> bool:
    """Whether all conditions of a mode hold."""
    return all(_holds(found, key, wanted, port) for key, wanted in when.items())


def _holds(found: Translated, key: str, wanted: Condition, port: int | str | None) -> bool:
    choices = wanted if isinstance(wanted, tuple) else (wanted,)
    if key == "@port":
        return port in choices
    if key == "@scheme":
        scheme = found.url.scheme if found.url else found.endpoint.prefix
        return scheme in choices
    if key == "@host":
        return found.table is not None and found.table["host"] in choices
    if key.startswith("?"):
        value: Any = found.url.options.get(key[1:], "") if found.url else ""
        return _is_one(value, choices, text_counts=False)
    entry = found.instance.get(key)
    absent = entry is None or (entry.value is None and entry.reference is None)
    if ABSENT in choices and absent and key not in found.instance.words.defaults:
        return True
    value = found.value(key)
    if not absent and (EMPTY in choices or OTHERS in choices):
        choice = OTHERS if as_word(value) else EMPTY
        if choice in choices:
            return True
    words = [choice for choice in choices if choice not in (ABSENT, EMPTY, OTHERS)]
    return _is_one(value, words, text_counts=found.in_program)


def _is_one(value: Any, choices: Iterable[Any], *, text_counts: bool) -> bool:
    """Whether a value is one of these words, or a flag among them."""
    word = as_word(value)
    for wanted in choices:
        if isinstance(wanted, bool):
            flag = as_flag(value, text_counts=text_counts)
            if (flag is True) is wanted and (flag is not None or not wanted):
                return True
        elif word == _word_of(wanted):
            return True
    return False


@lru_cache(maxsize=10_000, typed=True)
def _word_of(wanted: Any) -> str:
    """A word of a dialect, to compare."""
    return as_word(wanted)


def _encryption(found: Translated, protocol: Protocol) -> None:
    words, table = found.instance.words, found.table
    if table is None:
        return
    port = found.port_written()
    scheme = words.schemes.get(found.url.scheme, ("", None))[1] if found.url else None
    prefix = words.prefixes.get(found.endpoint.prefix)
    readings = words.readings or (Reading("", words.modes),)
    at = found.instance.reading
    found.reading = readings[min(at, len(readings) - 1)]
    results = [_mode(found, reading, port) for reading in readings]
    mode = found.mode = results[min(at, len(readings) - 1)]
    security = scheme or prefix or (mode.security if mode else _by_word(found, port))
    if found.preset is not None:
        found.mode, security = None, found.preset[2]
        found.bindings["security"] = found.bindings["host"]
        table["security"] = str(security)
        return
    entry = _security_entry(found, mode, security)
    if entry is not None:
        found.bindings["security"] = entry
    if security is not None:
        table["security"] = str(security)
    if scheme is None and prefix is None:
        found.remarks += mode_remarks(found, results, port)
    found.remarks += flag_remarks(found)


def _by_word(found: Translated, port: int | str | None) -> Security | None:
    """What “ssl” means on a port that says nothing itself."""
    entry = found.instance.get(*found.instance.words.ambiguous)
    if entry is None or not isinstance(port, int) or port in USUAL_PORTS:
        return None
    return Security.IMPLICIT_TLS if as_word(entry.value) in SSL_WORDS else None


def _mode(found: Translated, reading: Reading, port: int | str | None) -> Mode | None:
    """The first mode that holds; none where one before it may hold, because a value is not in sight."""
    for mode in reading.modes:
        open_ = [key for key in mode.when if _is_open(found.instance.get(key))]
        rest = {key: wanted for key, wanted in mode.when.items() if key not in open_}
        if holds(found, rest, port):
            return None if open_ else mode
    return None


def _is_open(entry: Entry | None) -> bool:
    """Whether a value comes from elsewhere and is not in sight."""
    return entry is not None and entry.value is None and entry.reference is not None


def _security_entry(
    found: Translated, mode: Mode | None, security: Security | None
) -> Entry | None:
    """The entry that says the encryption: that of the mode, of the URL, or the port's."""
    if found.url is not None and mode is not None and "@scheme" not in mode.when:
        said = [found.instance.get(key) for key in mode_keys(found.reading)]
        schemes = {how for _, how in found.instance.words.schemes.values()}
        if security is Security.STARTTLS and not mode.optional and Security.IMPLICIT_TLS in schemes:
            said = []  # the scheme, which could say another mode
        return next(filter(None, said), found.bindings.get("host"))
    if found.url is not None or found.endpoint.prefix:
        return found.bindings.get("host")
    if mode is not None and "port" in found.bindings and _by_default(found, mode):
        return found.bindings["port"]
    others = () if found.instance.reading_known else found.instance.words.readings
    keys = [key for reading in (found.reading, *others) for key in mode_keys(reading)]
    said_first = sorted(mode.when, key=lambda key: mode.when[key] is False) if mode else []
    names = dict.fromkeys(key for key in [*said_first, *keys] if key[0] not in "@?")
    entries = [entry for key in names if (entry := found.instance.get(key)) is not None]
    if entries:
        return next((entry for entry in entries if entry.origin is None), entries[0])
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
    port = found.port_written()
    if found.url is not None and port is not None:
        found.bindings["port"] = found.bindings["url"]
    security = Security(table["security"]) if "security" in table else None
    if port is None:
        entry = found.bindings.get("port")
        if entry is not None and entry.reference is not None and security is None:
            security = assumed_security(None)
        if _is_open(entry):
            port = default_port(protocol, security or assumed_security(None))
        elif found.url is not None and found.url.scheme in words.scheme_ports:
            port = words.scheme_ports[found.url.scheme]
        elif isinstance(words.ports, int):
            port = words.ports
        elif words.ports is not None and security is not None and security in words.ports:
            port = words.ports[security]
        else:
            port = default_port(protocol, security or Security.IMPLICIT_TLS)
    table["port"] = port
    if security is None:
        table["security"] = str(assumed_security(port if isinstance(port, int) else None))


def _program(found: Translated) -> None:
    """Read the program's behaviour: certificate checks, timeouts, whether it is enabled."""
    words, table = found.instance.words, found.table
    if table is None:
        return
    for name in words.verify:
        if as_flag(found.value(name), text_counts=False) is False:
            table["verify"], entry = False, found.instance.get(name)
            if entry is not None:
                found.bindings["verify"] = entry
    for name in words.no_verify:
        key, equals, word = name.partition("=")
        if key.startswith("?"):
            value: Any = found.url.options.get(key[1:]) if found.url else None
        elif key == "@scheme":
            value = found.url.scheme if found.url else None
        else:
            value = found.value(key)
        off = as_word(value) in word.split("|") if equals else as_flag(value, text_counts=False)
        if off and value is not None:
            table["verify"] = False
            entry = found.bindings.get("url") if key[0] in "?@" else found.instance.get(key)
            if entry is not None:
                found.bindings["verify"] = entry
    seconds = found.value(*words.timeout) if words.timeout else None
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", str(seconds)):
        table["timeout"] = float(str(seconds))
        bound(found, "timeout", *words.timeout)
    for key, allowed in words.enabled.items():
        entry = found.instance.get(key)
        value = found.value(key)
        fits = _is_one(value, allowed, text_counts=False)
        fits |= OTHERS in allowed and as_word(value) != ""
        if not fits and (entry is None or entry.value is not None):
            found.active = False
            found.remarks.append(switched_off(found, key, allowed))
    found.address = bound(found, "address", *words.address)
    found.name = bound(found, "name", *words.name)
