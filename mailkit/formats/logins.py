"""The login of a service: user, mechanism, and where the password is."""

import re
from dataclasses import replace

from mailkit.formats.dialect import OTHERS, ServiceWords
from mailkit.formats.document import Entry, Reference
from mailkit.formats.remarks import login_remark
from mailkit.formats.translated import Translated, bound
from mailkit.formats.values import as_command, as_flag, as_text, as_word

__all__ = ["has_no_login", "read_login"]


def read_login(found: Translated) -> None:
    """Read user, password and mechanism into the table, as far as the product uses them."""
    words, table = found.instance.words, found.table
    if table is None:
        return
    off = next((name for name in words.login_flag if _is_off(found, name)), "")
    remark = login_remark(found, off, _chosen(found, _secret_keys(words)))
    if remark is not None:
        found.remarks.append(remark)
    if not off:
        if user := bound(found, "user", *words.user):
            table["user"] = user
        _secret(found)
    if words.auth == ("@scheme",):
        if found.url is not None and found.url.scheme in words.auths:
            table["auth"], found.bindings["auth"] = (
                words.auths[found.url.scheme],
                found.bindings["url"],
            )
    elif auth := as_word(found.value(*words.auth)) if words.auth else "":
        entry = found.instance.get(*words.auth)
        if entry is not None:
            found.bindings["auth"] = entry
        table["auth"] = words.auths.get(auth, words.auths.get(OTHERS, auth))


def _is_off(found: Translated, flag: str) -> bool:
    """Whether a flag is off; one whose value is not in sight is not."""
    entry = found.instance.get(flag)
    if entry is not None and entry.value is None and entry.reference is not None:
        return False
    return as_flag(found.value(flag), text_counts=False) is False


def _secret_keys(words: ServiceWords) -> tuple[str, ...]:
    """All keys that have the password, or say where it is."""
    elsewhere = (*words.secret_command, *words.secret_file, *words.secret_in_file)
    return (*elsewhere, *words.secret_env, *words.secret_keyring, *words.secret)


_SEALED = re.compile(
    r"ENC\(.*\)|ENC\[.*\]|\{cipher\}.+|\$ANSIBLE_VAULT;.*|vault:\S+#\S+|op://.+|ref\+\w+://.+"
    r"|@Microsoft\.KeyVault\(.*\)|arn:aws:secretsmanager:.+|projects/\S+/secrets/\S+"
    r"|\d+:\d+:[A-Za-z0-9+/]{38,}={0,2}",
    re.S,
)
"""A password that is encrypted, or the address of one in a store: Jasypt, SOPS, Spring Cloud, Ansible, 1Password, Magento and others."""

_INLINE_TABLES = ("static", "inline")
"""Lookup tables of Postfix that hold their values themselves: ``static:user:password``."""


def _inline_password(table: str) -> str:
    """The password in the value of a lookup table; of several, all that the table holds."""
    return table if table.lstrip().startswith("{") else table.partition(":")[2] or table


def _chosen(found: Translated, names: tuple[str, ...]) -> Entry | None:
    """The entry of the first key that is there; ``KEY?OTHER=WORD`` counts where another key has that word."""
    choices = [name.partition("?") for name in names]
    valid = [
        name
        for name, _, (other, _, word) in ((n, q, c.partition("=")) for n, q, c in choices)
        if not other or as_word(found.value(other)) == word
    ]
    return found.instance.get(*valid) if valid else None


def _secret(found: Translated) -> None:
    words, table = found.instance.words, found.table
    assert table is not None
    for kind, names in (
        ("command", words.secret_command),
        ("file", (*words.secret_file, *words.secret_in_file)),
        ("env", words.secret_env),
        ("keyring", words.secret_keyring),
    ):
        entry = _chosen(found, names)
        if entry is not None and (source := as_text(entry.value)):
            if kind == "command":
                source = as_command(source)
            if kind == "keyring":
                source = f"{words.keyring_service}/{source}"
            if kind == "file":
                source = re.sub(r"^file:(?://)?(?=/)", "", source)
            if kind == "file" and entry.key in words.secret_in_file:
                lookup, _, rest = source.partition(":")
                if lookup in _INLINE_TABLES:
                    kind, source = "value", _inline_password(rest)
                    if lookup == "static" and ":" in rest:
                        table["user"], found.bindings["user"] = rest.partition(":")[0], entry
                else:
                    source = rest or source
                    found.shared_file = True
            table["secret"], found.bindings["secret"] = {kind: source}, entry
            return
    entry = _chosen(found, words.secret)
    if entry is None:
        return
    found.bindings["secret"] = entry
    if entry.reference is not None and entry.reference.kind != "other":
        table["secret"] = {entry.reference.kind: entry.reference.name}
    elif entry.reference is None and entry.value not in (None, "", False):
        text = as_text(entry.value)
        if _SEALED.fullmatch(text.strip()):
            sealed = Reference("other", "an encrypted value or a store of secrets")
            found.bindings["secret"] = replace(entry, value=None, reference=sealed)
            return
        uri = re.match(r"(env)://([^?]+)|(file)://([^?]+)", text) if words.secret_uris else None
        kind, source = (uri[1] or uri[3], uri[2] or uri[4]) if uri else ("value", text)
        table["secret"] = {kind: source}


def has_no_login(found: Translated) -> bool:
    """Whether the product would log in only with what is written here, and nothing is: no password is sent."""
    words = found.instance.words
    asks_nobody = words.login_flag or words.secret_in_file
    return bool(asks_nobody) and not {"user", "secret"} & found.bindings.keys()
