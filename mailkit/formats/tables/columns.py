"""What the columns of a table mean: guessed from the words that the dialects use, or given."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from mailkit.errors import SettingsError
from mailkit.formats.syntax._note_words import words_of

__all__ = ["Columns", "columns_for", "known_columns", "side_of"]

_PROTOCOLS = {
    "imap": ("imap", "imaps", "imap4"),
    "pop3": ("pop3", "pop", "pops", "pop3s"),
    "smtp": ("smtp", "smtps", "submission"),
    "incoming": (
        "incoming",
        "inbound",
        "in",
        "receive",
        "receiving",
        "posteingang",
        "eingang",
        "read",
    ),
    "outgoing": (
        "outgoing",
        "outbound",
        "out",
        "send",
        "sending",
        "postausgang",
        "ausgang",
        "sender",
    ),
}
_SIDES = {word: side for side, words in _PROTOCOLS.items() for word in words}
_PARTICLES = frozenset(
    (
        "d",
        "da",
        "das",
        "de",
        "del",
        "der",
        "di",
        "do",
        "du",
        "e",
        "for",
        "för",
        "in",
        "of",
        "the",
        "till",
        "type",
    )
) | {"voor", "w"}
"""Words that may be between the others of a name, in nine languages."""

_FILLING = {"mail", "email", "mailer", "account", "acct", "e", "the", "of", "auth"}
_MAIL_WORDS = "posta poczty poczta pošty pošta correo correio courrier courriel post epost почты почта пошти posti メール 邮件"
"""Words for mail in other languages."""

_OWN = {
    "label": "label account account_name id account_id key mailbox konto kontoname tenant customer customer_id kunde",
    "address": "address email email_address mail mail_address mail_addr e_mail e_mail_address "
    "address_email adresse mailadresse emailadresse e_mail_adresse mailbox_address correo correo_electrónico "
    "correo_electronico indirizzo indirizzo_email emailadres e_mailadres mailadres adres_e_mail adres endereço "
    "endereço_de_email epost e_post e_postadress epostadress courriel adresse_mail adresse_e_mail adresse_email "
    "casella casilla boîte boite skrzynka почта адрес адрес_почты email_адрес электронная_почта sähköposti e_posta eposta "
    "メールアドレス 邮箱 邮箱地址 邮件地址 电子邮件 이메일 이메일_주소",
    "name": "name display_name full_name real_name from_name sender_name",
    "protocol": "protocol protokoll service type server_type kind",
    "security": "security encryption connection_security connection_encryption verschluesselung verschlüsselung tls_mode "
    "ssl_mode socket_type sockettype crypto secure secure_type",
    "ssl": "ssl use_ssl ssl_enabled is_ssl enable_ssl",
    "tls": "tls use_tls tls_enabled is_tls enable_tls",
    "starttls": "starttls use_starttls start_tls starttls_enabled enable_starttls",
    "host": "host server hostname server_name server_host mailserver mailhost fqdn",
    "port": "port server_port tcp_port",
    "user": "user username user_name login login_name benutzer benutzername uid host_user utilisateur usuario",
    "secret": "secret password passwd pass pwd passwort kennwort app_password password_ref secret_ref "
    "credentials credential mot_de_passe host_password",
    "secret_env": "password_env secret_env password_variable",
    "secret_file": "password_file secret_file",
    "secret_command": "password_command secret_command password_cmd",
    "auth": "auth auth_type authentication auth_method mechanism sasl auth_mechanism",
    "active": "active enabled aktiv is_active",
    "default": "default is_default",
    "scope": "scope",
    "allow_cleartext_login": "allow_cleartext_login",
    "timeout": "timeout",
    "verify": "verify",
}
_OF_ACCOUNT = ("label", "address", "name", "active", "default", "scope")
_OF_SERVICE = tuple(key for key in _OWN if key not in _OF_ACCOUNT)


@dataclass(frozen=True, slots=True)
class Columns:
    """How the columns of a table were read.

    Attributes:
        meanings: by position, what a column holds: ``address``, ``host``, ``incoming.host``, ``imap.port``;
            empty for one that is not used.
        names: the names of the columns.
        guessed: whether the meanings were guessed.
        lines: the lines of the names, where they are below each other.
    """

    names: tuple[str, ...]
    meanings: tuple[str, ...]
    guessed: bool = True
    lines: tuple[int, ...] = ()

    def __str__(self) -> str:
        """Return one line: how each column was read, and which were not used."""
        pairs = list(zip(self.names, self.meanings, strict=True))
        used = ", ".join(f"{name} = {meaning}" for name, meaning in pairs if meaning)
        unused = ", ".join(name for name, meaning in pairs if not meaning)
        return f"columns {used}" + (f"; not used: {unused}" if unused else "")

    @property
    def servers(self) -> int:
        """How many columns hold the host of a server."""
        return sum(1 for meaning in self.meanings if meaning.rpartition(".")[2] == "host")


def columns_for(names: Iterable[object], given: Mapping[str, str] | None = None) -> Columns:
    """What each column of a table holds.

    Args:
        names: the names of the columns, in their order.
        given: by the name of a column what it holds, where it is not to be guessed; an empty text
            for a column to pass over.

    Raises:
        SettingsError: a column that was given is not there, or means nothing.
    """
    words = tuple(str(name).strip().lstrip("﻿") for name in names)
    given = given or {}
    if missing := [name for name in given if name not in words]:
        raise SettingsError(f"no column is called {missing[0]!r}; there are {', '.join(words)}")
    for meaning in given.values():
        _checked(meaning)
    taken = {meaning for meaning in given.values() if meaning}
    meanings = []
    for word, guessed in zip(words, _guessed(words), strict=True):
        meaning = given.get(word, guessed)
        if word not in given:
            meaning = "" if meaning in taken else meaning
            taken.add(meaning)
        meanings.append(meaning)
    return Columns(words, tuple(meanings), not given)


def _guessed(names: Sequence[str]) -> list[str]:
    """What the columns hold by their names, and by those around them.

    Of two columns with one name (``Port``, ``Port.1``) each belongs to the server in front of it; ``host1`` and
    ``host2`` are two servers.
    """
    plain = [_REPEATED.sub("", name) for name in names]
    meanings = [known_column(name) for name in plain]
    if any(name != word for name, word in zip(names, plain, strict=True)):
        repeated = {word for name, word in zip(names, plain, strict=True) if name != word}
        side = ""
        for at, meaning in enumerate(meanings):
            own, _, setting = meaning.rpartition(".")
            side = own if setting == "host" else side
            if plain[at] in repeated and not own and setting in _OF_SERVICE and side:
                meanings[at] = f"{side}.{setting}"
    numbered = [re.fullmatch(r"(.*[^\W\d_])[ _-]?([1-9])", name) for name in plain]
    parts = [(known_column(one[1]), one[2]) if one else ("", "") for one in numbered]
    if len({number for meaning, number in parts if meaning == "host"}) > 1:
        for at, (meaning, number) in enumerate(parts):
            if meaning in _OF_SERVICE:
                meanings[at] = f"{number}.{meaning}"
    return meanings


_REPEATED = re.compile(r"\.[1-9]\d?$")
"""What pandas, and this package, put behind the name of a second column of one name."""


def known_columns(names: Iterable[object]) -> int:
    """How many of these names are known; 0 where no server is among them."""
    found = columns_for(names)
    return sum(1 for meaning in found.meanings if meaning) if found.servers else 0


@cache
def known_column(name: str) -> str:
    """What one column holds by its name; empty where that is not known."""
    exact = "_".join(_tokens(name))
    if exact in _own() and exact.replace("_", "") not in ("in", "out"):
        return _own()[exact]
    side, rest = "", []
    for token in _split(_tokens(name)):
        if token in _SIDES and not side:
            side = _SIDES[token]
        else:
            rest.append(token)
    for words in (rest, [word for word in rest if word not in _FILLING]):
        joined = "_".join(words)
        found = _own().get(joined) or _of_dialects().get(joined, "")
        if found in _OF_ACCOUNT and side and found != "address":
            continue
        if found == "address" and side:
            found = "host" if words == ["address"] else ""
        if found:
            return f"{side}.{found}" if side else found
    return _in_words(name)


def side_of(name: str) -> str:
    """The service that words name, and nothing else: ``IMAP``, ``Incoming mail``, ``Posta in uscita``."""
    told = _told(name)
    return told[0] if told is not None and not told[1] else ""


def _in_words(name: str) -> str:
    """What a column holds whose name is in the words of another language: ``Porta in uscita``."""
    told = _told(name)
    if told is None:
        return ""
    side, labels = told
    labels = labels - {"host_label"} or labels
    setting = (
        {
            "host_label": "host",
            "port_label": "port",
            "security_label": "security",
            "user_label": "user",
            "secret_label": "secret",
        }.get(next(iter(labels)))
        if len(labels) == 1
        else None
    )
    return "" if setting is None else f"{side}.{setting}" if side else setting


def _told(name: str) -> tuple[str, frozenset[str]] | None:
    """The service and the labels that the words of a name say; ``None`` where it has others or two services."""
    name = _LATIN_BESIDE_OTHERS.sub(" ", name[:_LONGEST])
    words = words_of(name, 0, len(name))
    labels = {word.kind for word in words if word.kind.endswith("_label")}
    kinds = {word.kind for word in words} - labels - {"word"}
    rest = {word.value.casefold() for word in words if word.kind == "word"}
    protocols = {_SIDES.get(word.value.casefold(), "") for word in words if word.kind == "protocol"}
    sides = protocols or {kind for kind in ("incoming", "outgoing") if kind in kinds}
    if (
        len(sides) > 1
        or "" in sides
        or kinds - {"protocol", "incoming", "outgoing"}
        or rest - _PARTICLES - _FILLING - {*_MAIL_WORDS.split()}
    ):
        return None
    return next(iter(sides), ""), frozenset(labels)


_LATIN_BESIDE_OTHERS = re.compile(r"(?<=[a-z])(?=[\u3040-\u9fff\uac00-\ud7af])", re.I)
"""Where a name changes from Latin letters to those of Chinese, Japanese or Korean."""

_LONGEST = 100
"""Characters of the name of a column that are looked at."""


def _checked(meaning: str) -> None:
    side, _, setting = meaning.rpartition(".")
    fits = setting in (_OF_SERVICE if side else (*_OF_ACCOUNT, *_OF_SERVICE, ""))
    if not fits or (side and side not in _PROTOCOLS):
        raise SettingsError(
            f"a column does not hold {meaning!r}; write one of {', '.join((*_OF_ACCOUNT, *_OF_SERVICE))}, "
            "with incoming., outgoing., imap., pop3. or smtp. in front where it belongs to one service"
        )


def _tokens(name: str) -> list[str]:
    """``ImapHost``, ``imap-host`` and ``IMAP Host`` are the same two words."""
    spaced = re.sub(r"(?<=[a-zäöüß0-9])(?=[A-ZÄÖÜ])", " ", name)
    return [word for word in re.split(r"[^\w]+|_+", spaced.casefold()) if word]


def _split(tokens: list[str]) -> list[str]:
    """``imapserver`` is two words, where the rest is a known one."""
    found = []
    for token in tokens:
        for side in sorted(_SIDES, key=len, reverse=True):
            rest = token.removeprefix(side)
            rest = rest if rest in _own() else rest.removeprefix("s")  # as in Posteingangsserver
            if len(side) > 2 and rest and rest != token and rest in _own():
                found += [side, rest]
                break
        else:
            found.append(token)
    return found


@cache
def _own() -> dict[str, str]:
    return {word: meaning for meaning, words in _OWN.items() for word in words.split()}


@cache
def _of_dialects() -> dict[str, str]:
    """What the products call a setting, without the word for the service; the most frequent meaning counts."""
    from mailkit.formats.dialects import dialects

    votes: dict[str, Counter[str]] = {}
    for dialect in dialects().values():
        for service in dialect.services:
            for meaning in ("host", "port", "user", "secret", "auth"):
                for key in service.named(meaning):
                    words = _split(_tokens(key.rpartition(".")[2].rpartition("/")[2]))
                    rest = [w for w in words if w not in _SIDES and w not in _FILLING]
                    if rest:
                        votes.setdefault("_".join(rest), Counter())[meaning] += 1
    return {word: count.most_common(1)[0][0] for word, count in votes.items()}
