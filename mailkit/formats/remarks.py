"""Remarks on a product's words: ambiguous, unknown, ignored and contradicting ones."""

from collections.abc import Iterator

from mailkit.account import Remark
from mailkit.formats.dialect import ABSENT, EMPTY, OTHERS, Mode, segments
from mailkit.formats.document import Entry, Scalar
from mailkit.formats.quotable import quotable
from mailkit.formats.translated import Translated, mode_keys
from mailkit.formats.values import as_flag, as_text, as_word
from mailkit.ports import Security, assumed_security

__all__ = [
    "SSL_WORDS",
    "USUAL_PORTS",
    "flag_remarks",
    "login_remark",
    "mode_remarks",
    "switched_off",
]

SSL_WORDS = ("ssl", "ssl/tls", "tls/ssl")


_EMPTY = ("", "null", "(null)", "empty", "(empty)")
"""Words that say that a key has no value."""


def mode_remarks(
    found: Translated, results: list[Mode | None], port: int | str | None
) -> Iterator[Remark]:
    """What the words for the encryption are worth a remark for; ``results`` by reading."""
    words, mode = found.instance.words, found.mode
    title = found.instance.keys.dialect.title
    entry = found.bindings.get("security")
    empty = entry is not None and as_word(entry.value) in _EMPTY
    known = len(words.readings) > 1 and not found.instance.reading_known
    meanings = [m.security if m else None for m in results]
    if (
        known
        and len(set(meanings)) > 1
        and entry is not None
        and not empty
        and _is_word(found, entry)
    ):
        said = "; ".join(
            f"{reading.versions}: {_meaning(result)}"
            for reading, result in zip(words.readings, results, strict=True)
        )
        yield Remark(
            "cfg-word-ambiguous",
            f"{entry.key} depends on the version of {title}. {said}.",
            (_said(found, entry),),
            {"security": str(assumed_security(port if isinstance(port, int) else None))},
            found.place(entry),
        )
    for key, why in found.reading.ignored.items():
        read_by_others = known and any(key not in reading.ignored for reading in words.readings)
        ignored = found.instance.get(key)
        if ignored is not None and as_word(ignored.value) not in _EMPTY and not read_by_others:
            where = f" in {found.reading.versions}" if found.reading.versions else ""
            yield Remark(
                "cfg-word-ignored",
                f"{title} does not read {ignored.key}{where}. {why}",
                (_said(found, ignored),),
                {},
                found.place(ignored),
            )
    if mode is None:
        yield from _ambiguous(found, port)
    unknown = [*_unknown_words(found)]
    yield from unknown
    doubted = any(remark.id == "cfg-word-invalid" for remark in unknown) or _is_open(found)
    if mode is not None and mode.optional and not doubted and _stricter(found):
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
    named = any(entry is found.bindings.get(key) for key in ("host", "port"))
    return f"{entry.key} = {as_text(entry.value) if named else quotable(entry.value)}"


def _is_word(found: Translated, entry: Entry) -> bool:
    """Whether an entry is a word for the encryption, and not the port or the host."""
    return all(entry is not found.bindings.get(key) for key in ("port", "host"))


_CONTRADICTS = {
    "ssl": (587, 25, 2525, 143, 110),
    "tls": (465, 993, 995),
}
"""Ports that say the opposite of a word; of other ports nothing is known."""

USUAL_PORTS = frozenset(port for ports in _CONTRADICTS.values() for port in ports)
"""Ports that say an encryption themselves."""


def _ambiguous(found: Translated, port: int | str | None) -> Iterator[Remark]:
    """Remark on a word that the port does not confirm, of an unknown product."""
    for key in found.instance.words.ambiguous:
        entry = found.instance.get(key)
        word = as_word(entry.value) if entry is not None else ""
        if entry is None or not word:
            continue
        name = entry.key.upper()
        flag = as_flag(entry.value, text_counts=False)
        if word == "tls" or word in SSL_WORDS:
            ports = _CONTRADICTS["tls" if word == "tls" else "ssl"]
        elif flag is True:
            ports = _CONTRADICTS["tls" if "TLS" in name else "ssl"]
        elif flag is False and "TLS" not in name:
            ports = _CONTRADICTS["tls"]
        else:
            continue
        found.bindings["security"] = entry
        if port in ports:
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


def _is_open(found: Translated) -> bool:
    """Whether a key that decides about the encryption has a value that is not in sight."""
    entries = [found.instance.get(key) for key in mode_keys(found.reading)]
    if found.url is None and not found.endpoint.host:
        entries.append(found.bindings.get("host"))
    return any(entry is not None and entry.value is None and entry.reference for entry in entries)


def _stricter(found: Translated) -> Mode | None:
    """The mode that requires what this one only asks for."""
    return next(
        (
            mode
            for mode in found.reading.modes
            if mode.security is Security.STARTTLS and not mode.optional and mode.writes != {}
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
    for key in mode_keys(found.reading):
        wanted = [mode.when[key] for mode in found.reading.modes if key in mode.when]
        choices = [
            text for many in wanted for text in (many if isinstance(many, tuple) else (many,))
        ]
        entry = found.instance.get(key)
        if entry is None or entry.value is None or key in found.reading.ignored:
            continue
        if key in found.instance.words.ambiguous or (
            "protocol" in found.bindings and (found.instance.get(key) is found.bindings["protocol"])
        ):
            continue
        named = set(choices) - {True, False, "true", "false", "", ABSENT, EMPTY}
        any_text = OTHERS in choices or (found.in_program and not named)
        if OTHERS in choices or any(
            isinstance(choice, bool) or choice in ("true", "false") for choice in choices
        ):
            text = entry.value
            plain = isinstance(text, str) and as_word(text) in ("false", "no", "off", "0")
            if plain and any_text and entry.reference is None:
                yield Remark(
                    "cfg-bool-string",
                    f"{entry.key} = {as_text(text)!r} is text, and any text counts as true here.",
                    (f"{entry.key} = {entry.raw}",),
                    {},
                    found.place(entry),
                )
            if OTHERS in choices or as_flag(text, text_counts=any_text) is not None:
                continue
        words = ["" if choice == EMPTY else choice for choice in choices if choice != ABSENT]
        known = [str(word) for word in words if not isinstance(word, bool)]
        if as_word(entry.value) not in map(as_word, known):
            listed = ", ".join(word or '""' for word in dict.fromkeys(known)) or "true, false"
            yield Remark(
                "cfg-word-invalid",
                f"{title} does not know {_shown(entry)} for {entry.key}; the words are "
                f"{listed}. It is taken as {_meaning(found.mode)}.",
                (_said(found, entry),),
                {},
                found.place(entry),
            )


def _shown(entry: Entry) -> str:
    """An unknown word in quotes, or that it is not shown."""
    word = quotable(entry.value)
    return "the value" if word == "***" else repr(word)


def flag_remarks(found: Translated) -> Iterator[Remark]:
    """Flags that exclude each other, and keys that do nothing."""
    words = found.instance.words
    title = found.instance.keys.dialect.title
    program = found.in_program
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
        by_default = [
            key
            for key in group
            if words.exclusive_defaults
            and words.defaults.get(key) is True
            and found.instance.get(key) is None
        ]
        if on and len(on) + len(by_default) > 1:
            port = found.port_written()
            right = str(assumed_security(port if isinstance(port, int) else None))
            words_too = any("=" in key for key in group)
            written = [_said(found, entry) if words_too else entry.key for entry in on]
            names = " and ".join([*dict.fromkeys(written), *(f"{k} (default)" for k in by_default)])
            why = words.exclusive_why or "they exclude each other"
            state = "do not go together" if words_too else "are both on"
            yield Remark(
                "cfg-flags-conflict",
                f"{names} {state} in {title}: {why}.",
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


def switched_off(found: Translated, key: str, allowed: tuple[Scalar, ...]) -> Remark:
    """A switch with which the product does not use the service."""
    entry, title = found.instance.get(key), found.instance.keys.dialect.title
    name = entry.key if entry else segments(key.lstrip("/"))[-1]
    state = _said(found, entry) if entry else f"{name} is missing"
    words = [word for word in allowed if word not in ("", ABSENT, OTHERS)]
    wanted = f" Set it to {as_text(words[0])} to use them." if words else ""
    return Remark(
        "cfg-switched-off",
        f"{title} does not use these settings: {state}.{wanted}",
        (_said(found, entry),) if entry else (),
        {},
        found.place(entry),
    )


def login_remark(found: Translated, off: str, secret: Entry | None) -> Remark | None:
    """A password that is written and not used: ``off`` is the flag that turns the login off, or empty."""
    words, table = found.instance.words, found.table
    if table is None or secret is None or as_word(secret.value) in _EMPTY:
        return None
    title = found.instance.keys.dialect.title
    if off:
        flag = found.instance.get(off)
        state = f"{off} is missing" if flag is None else _said(found, flag)
        why = f"{title} does not log in: {state}. Turn {off} on, so that {secret.key} is read."
        return Remark(
            "cfg-word-ignored",
            why,
            (f"{secret.key} = ***", *((_said(found, flag),) if flag is not None else ())),
            {},
            found.place(flag or secret),
        )
    if (
        table.get("security") == Security.CLEARTEXT
        and words.cleartext_flag
        and found.instance.get(words.cleartext_flag) is None
    ):
        return Remark(
            "cfg-cleartext",
            f"{title} sends no password without TLS, so it does not log in.",
            (f"{secret.key} = ***",),
            {"security": str(assumed_security(table.get("port")))},
            found.place(secret),
        )
    return None
