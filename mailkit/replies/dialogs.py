"""Read the dialogs of mail programs in other languages than English.

A language is a file of words in ``languages/``: for each concept (a login, a server, “refused”) the beginnings of the
words that stand for it. The rules below join concepts that stand together in one sentence, and hold for every language.
A dialog is translated freely, and seldom says more than what failed, so its findings are possible, never sure. The
replies of servers and the errors of libraries in the same text come first. A server's own reply in one of the languages
is read by the same words (:func:`translated_reply`); its place in the session says the rest.

The words were compared with the published translations of Thunderbird, Roundcube, Nextcloud, PHPMailer and glibc.
"""

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TypeAlias

from mailkit.replies.reply import SessionPlace

__all__ = [
    "CONCEPTS",
    "Dialog",
    "Language",
    "dialogs_in",
    "languages",
    "says_only_failure",
    "translated_reply",
]

_CONCEPTS = (
    "failed could not support unsupported login connect server unreachable method password wrong unknown timeout"
    " expired refused lost greeting certificate untrusted mismatch recipient sender mailbox full size exceeds toomany"
    " needed temporary sent copy obtain resolve address route mail folder message data identity find filler"
)
_OF_REPLIES = frozenset(
    {"account", "attempt", "blocked", "change", "disabled", "internal", "inuse", "later", "must"}
)
"""Concepts of a server's reply; a dialog of a program seldom has them."""
CONCEPTS = frozenset(_CONCEPTS.split()) | _OF_REPLIES
"""What the words of a file stand for; ``could`` and ``support`` count together with ``not``, a ``filler`` says nothing."""

ConceptRules: TypeAlias = tuple[tuple[str, str], ...]

_RULES: ConceptRules = (
    ("stt-not-offered", "starttls unsupported"),
    ("crt-expired", "certificate expired"),
    ("crt-host-mismatch crt-unknown-ca", "certificate mismatch"),
    ("crt-unknown-ca crt-self-signed crt-host-mismatch crt-expired", "certificate untrusted"),
    ("crt-host-mismatch crt-unknown-ca crt-self-signed crt-expired", "identity server failed"),
    ("crt-unknown-ca crt-self-signed crt-host-mismatch crt-expired", "certificate failed"),
    ("cap-imap-old", "imap4 server not"),
    ("snd-smtputf8", "unicode unsupported"),
    ("cap-pop3-no-uidl", "uidl unsupported"),
    ("cap-pop3-no-top", "top unsupported"),
    ("cap-mech-mismatch", "method unsupported"),
    ("hst-broken-reply grt-554 grt-silent-tls", "greeting wrong"),
    ("snd-size", "message size exceeds"),
    ("snd-size", "size exceeds"),
    ("snd-too-many-rcpt", "recipient toomany"),
    ("aut-locked aut-bad", "login toomany"),
    ("snd-sent-copy", "sent copy failed"),
    ("snd-sent-copy", "sent copy not"),
    ("snd-sent-copy mbx-no-sent", "sent folder failed"),
    ("snd-rcpt-full mbx-quota", "mailbox full"),
    ("tcp-unreach", "route"),
    ("tcp-timeout grt-silent-tls", "timeout"),
    ("tcp-timeout grt-silent-tls", "connect expired"),
    ("tcp-refused", "connect refused"),
    ("dns-nxdomain", "server unknown"),
    ("dns-nxdomain", "server find failed"),
    ("dns-nxdomain dns-servfail", "resolve failed"),
    ("aut-bad aut-app-password", "password wrong"),
    ("aut-bad aut-app-password", "password refused"),
    ("cfg-password-dirty use-no-login", "password obtain failed"),
    ("tcp-reset tls-cut grt-eof hst-no-reply", "connect lost"),
    ("tcp-reset tls-cut grt-eof hst-no-reply", "server lost"),
    ("snd-temp aut-temp", "temporary failed"),
    ("stt-handshake tls-plain-server tls-version crt-unknown-ca", "tls connect failed"),
    ("stt-handshake tls-plain-server tls-version crt-unknown-ca", "tls failed"),
    ("snd-not-logged-in", "login needed"),
    ("snd-sender-not-owned snd-sender-domain snd-not-logged-in", "sender refused"),
    ("snd-sender-not-owned snd-sender-domain snd-not-logged-in", "sender failed"),
    ("snd-sender-syntax snd-sender-domain", "sender wrong"),
    ("snd-spam snd-relay-denied snd-rcpt-unknown snd-temp", "smtp data refused"),
    ("snd-rcpt-unknown snd-relay-denied", "recipient refused"),
    ("snd-rcpt-unknown snd-relay-denied", "recipient failed"),
    ("snd-rcpt-unknown snd-rcpt-syntax", "recipient unknown"),
    ("snd-rcpt-syntax snd-rcpt-unknown", "recipient wrong"),
    ("aut-bad aut-app-password", "password failed"),
    ("aut-bad aut-app-password", "login refused"),
    ("aut-bad aut-app-password", "login wrong"),
    ("aut-bad aut-app-password", "login failed"),
    ("use-address snd-rcpt-syntax", "address wrong"),
    ("tcp-refused tcp-timeout tcp-smtp-blocked dns-nxdomain tls-plain-server", "connect failed"),
    (
        "tcp-refused tcp-timeout tcp-smtp-blocked dns-nxdomain tls-plain-server",
        "server unreachable",
    ),
)
"""Findings, likeliest first, and the concepts of one sentence that show them; the most specific come first."""

_OF_MAIL = frozenset(
    {
        "starttls",
        "imap4",
        "recipient",
        "sent",
        "mailbox",
        "greeting",
        "sender",
        "message",
        "method",
        "uidl",
        "smtp",
    }
)
"""A sentence with one of these is about mail by itself."""

_EVERYWHERE = (
    ("starttls", re.compile("starttls")),
    ("tls", re.compile(r"\b(?:start)?tls\b|\bssl\b")),
    ("imap4", re.compile(r"\bimap4")),
    ("uidl", re.compile(r"\buidl\b")),
    ("top", re.compile(r"\btop\b")),
    ("smtp", re.compile(r"\bsmtp")),
    ("connect", re.compile(r"\bconnect\(")),
    ("protocol", re.compile(r"(?<![a-z])(?:imap|pop|smtp)[34]?s?(?![a-z])")),
    ("unicode", re.compile(r"smtputf8|unicode|\bascii\b")),
)
"""Terms that no language translates."""


@dataclass(frozen=True, slots=True)
class Dialog:
    """A sentence of a dialog: its possible causes, its words and its place in the text."""

    findings: tuple[str, ...]
    words: str
    span: tuple[int, int]


@dataclass(slots=True)
class Language:
    """The words of a language: beginnings of words by their first two characters, and parts of words."""

    beginnings: dict[str, list[tuple[str, bool, str]]] = field(default_factory=dict)
    parts: list[tuple[str, str]] = field(default_factory=list)

    def add(self, concept: str, stem: str, joined: bool) -> None:
        """Add a word; ``joined`` where the language writes words without blanks between them, or joins articles to them."""
        whole = stem.endswith("$")
        word = stem.strip("*$")
        if stem.startswith("*") or (joined and not whole):
            self.parts.append((word, concept))
        else:
            self.beginnings.setdefault(word[:2], []).append((word, whole, concept))

    def concepts(self, sentence: str, starts: list[int]) -> dict[str, bool]:
        """What a sentence is about, and whether a word that is not English too says so."""
        found: dict[str, bool] = {}
        for at in starts:
            for word, whole, concept in self.beginnings.get(sentence[at : at + 2], ()):
                end = at + len(word)
                if sentence.startswith(word, at) and not (
                    whole and sentence[end : end + 1].isalnum()
                ):
                    found[concept] = found.get(concept, False) or word not in _ENGLISH
        for word, concept in self.parts:
            if word in sentence:
                found[concept] = found.get(concept, False) or word not in _ENGLISH
        if "not" in found:
            for told, alone in (("could", "failed"), ("support", "unsupported")):
                if told in found:
                    found[alone] = found.get(alone, False) or found["not"] or found[told]
        return found

    def tells_failure(self, sentence: str) -> bool:
        """Return whether a rule about a connection, a login or a certificate holds for a sentence."""
        found = self.concepts(sentence, [word.start() for word in _WORD.finditer(sentence)])
        number = _rule(_in_dialogs(found)) if any(found.values()) else len(_RULES)
        return number < len(_RULES) and {*_RULES[number][1].split()} <= _OF_FAILURE

    def covers(self, text: str, joined: bool) -> bool:
        """Return whether every word of a text stands for a concept of a failure, but for a few short ones."""
        left = list(_HIRAGANA.sub(" ", text) if joined else text)
        for start in (word.start() for word in _WORD.finditer(text)):
            for word, whole, concept in self.beginnings.get(text[start : start + 2], ()):
                if concept in _OF_FAILURE and text.startswith(word, start):
                    ending = _SHORT_WORD if concept == "filler" else _ENDING
                    _cover(left, text, start, start + len(word), 0 if whole else ending)
        for word, concept in self.parts:
            at = text.find(word) if concept in _OF_FAILURE else -1
            while at >= 0:
                _cover(left, text, at, at + len(word), 0 if joined else _SHORT_WORD)
                at = text.find(word, at + len(word))
        longest = 1 if joined else _SHORT_WORD
        return all(len(match[0]) <= longest for match in _LETTERS.finditer("".join(left)))


def _cover(left: list[str], text: str, start: int, end: int, ending: int) -> None:
    """Blank a word and its ending, if the ending is short enough for an inflection."""
    rest = _LETTERS.match(text, end)
    if rest is not None and rest.end() - end <= ending:
        end = rest.end()
    left[start:end] = " " * (end - start)


_JOINED = frozenset({"zh", "ja", "ko", "th", "ar", "he", "fa"})
"""Languages without blanks between words, or whose articles and prepositions are part of the word."""

_ENGLISH_TOO = (
    "error erro errore server host problem timeout time-out time out login logge password contact connect"
    " refus expir identific incorrect invalid temporar mailbox support permit admit no full certificat"
    " certifica certifik accept autoriz authentic authenticat authenticatiemethode copi negat reject address terminat"
    " data date dat emai mail folder level map mapi message post posta resolver sende sendt veri"
    " cont konto account"
)
_ENGLISH = frozenset(_ENGLISH_TOO.split())
"""Beginnings that English words have, too."""


@cache
def languages() -> dict[str, Language]:
    """Every language by its code."""
    from importlib.resources import (
        files,
    )  # it takes a while, and a diagnosis imports this before it connects

    found: dict[str, Language] = {}
    for path in files("mailkit.replies").joinpath("languages").iterdir():
        code, _, ending = path.name.partition(".")
        if ending != "txt":
            continue
        language = found[code] = Language()
        for line in path.read_text("utf-8").splitlines():
            concept, colon, stems = line.partition(": ")
            if colon and not line.startswith("#"):
                for stem in stems.split(", "):
                    language.add(concept, stem, code in _JOINED)
    return found


_SENTENCE = re.compile(r"(?:[^.!?。！？\n]|[.!?](?!\s|\Z)){4,400}")
_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_]")


def dialogs_in(text: str, mail: bool) -> list[Dialog]:
    """Return what the sentences of a text say, the most specific first.

    ``mail`` is whether other words show that the text is about mail; otherwise a word of the language has to.
    """
    found: list[tuple[int, Dialog]] = []
    for match in _SENTENCE.finditer(text):
        sentence = match[0].lower()
        starts = [word.start() for word in _WORD.finditer(sentence)]
        universal = {name: False for name, term in _EVERYWHERE if term.search(sentence)}
        numbers = []
        for language in languages().values():
            concepts = _in_dialogs(language.concepts(sentence, starts))
            if any(concepts.values()):
                mail = mail or concepts.get("mail", False)
                numbers.append(_rule(concepts | universal))
        if (number := min(numbers, default=len(_RULES))) < len(_RULES):
            findings = tuple(_RULES[number][0].split())
            found.append((number, Dialog(findings, match[0].strip(), match.span())))
    found.sort(key=lambda ranked: ranked[0])
    return [dialog for number, dialog in found if mail or _OF_MAIL & {*_RULES[number][1].split()}]


def _in_dialogs(found: dict[str, bool]) -> dict[str, bool]:
    return {concept: told for concept, told in found.items() if concept not in _OF_REPLIES}


def _rule(found: dict[str, bool], rules: ConceptRules = _RULES) -> int:
    """Return the number of the first rule whose concepts a sentence has.

    One of them has to be in a word that is not English, or two other concepts of the sentence.
    """
    translated = sum(found.values()) > 1
    for number, (_, needed) in enumerate(rules):
        concepts = needed.split()
        if not all(concept in found for concept in concepts):
            continue
        if translated or any(map(found.get, concepts)):
            return number
    return len(rules)


_LOGIN_RULES: ConceptRules = (
    ("aut-locked", "toomany attempt"),
    ("lim-connections", "toomany connect"),
    ("mbx-pop3-locked", "mailbox inuse"),
    ("mbx-pop3-locked", "account inuse"),
    ("aut-locked", "toomany login"),
    ("aut-locked", "temporary blocked"),
    ("aut-protocol-off", "protocol disabled"),
    ("aut-suspended", "account disabled"),
    ("aut-suspended", "login disabled"),
    ("aut-suspended", "account blocked"),
    ("aut-expired", "password expired"),
    ("aut-expired", "password must change"),
    ("aut-temp", "temporary"),
    ("aut-temp", "server unreachable"),
    ("aut-temp", "internal"),
    ("aut-bad", "password wrong"),
    ("aut-bad", "account unknown"),
    ("aut-bad", "password unknown"),
    ("aut-temp", "later"),
    ("aut-bad", "login wrong"),
    ("aut-bad", "password refused"),
    ("aut-bad", "login refused"),
    ("aut-bad", "login failed"),
    ("aut-bad", "password failed"),
)
_GREETING_RULES: ConceptRules = (("lim-connections", "toomany connect"),)
_MAIL_RULES: ConceptRules = (
    ("snd-size", "message size exceeds"),
    ("snd-size", "size exceeds"),
    ("snd-too-many-rcpt", "recipient toomany"),
    ("snd-rcpt-full", "mailbox full"),
    ("snd-not-logged-in", "login needed"),
    ("snd-rcpt-unknown", "recipient unknown"),
    ("snd-rcpt-unknown", "account unknown"),
    ("snd-temp", "temporary"),
    ("snd-temp", "later"),
)
_REPLY_RULES = {
    SessionPlace.LOGIN: _LOGIN_RULES,
    SessionPlace.GREETING: _GREETING_RULES,
    SessionPlace.MAIL: _MAIL_RULES,
}
"""The meaning of a server's reply, by its place in the session."""


@lru_cache(maxsize=64)
def translated_reply(text: str, place: SessionPlace) -> str:
    """Return what a server's reply in one of the languages means; empty where it is not known.

    ``text`` is its text in lower case, without codes.
    """
    rules = _REPLY_RULES.get(place, ())
    starts = [word.start() for word in _WORD.finditer(text)]
    everywhere = {name: False for name, term in _EVERYWHERE if term.search(text)}
    numbers = [
        _rule(concepts | everywhere, rules)
        for language in languages().values()
        if any((concepts := language.concepts(text, starts)).values())
    ]
    number = min(numbers, default=len(rules))
    return rules[number][0] if number < len(rules) else ""


_FAILURE = (
    "failed could not unsupported support login connect server unreachable password wrong unknown timeout expired"
    " refused lost certificate untrusted mismatch resolve route identity find tls mail filler"
)
_OF_FAILURE = frozenset(_FAILURE.split())
"""Concepts of a text that says only that a connection, a login or a certificate failed."""

_LETTERS = re.compile(r"[^\W\d_]+")
_OF_NAMES = re.compile(r"[\d@/\\_<>{}=]")
_HIRAGANA = re.compile(r"[\u3041-\u309f\u30fc]")
_ENDING = 7
"""Letters that an inflected word may have behind its beginning."""
_SHORT_WORD = 3
"""Letters of an article, a preposition or a pronoun."""


@lru_cache(maxsize=32)
def says_only_failure(text: str) -> bool:
    """Return whether a text in one of the languages says only that a connection, a login or a certificate failed.

    Each longer word of it has to stand for one of these concepts, so that a text that also names another thing (a
    database, a printer) is none.
    """
    if _OF_NAMES.search(text):
        return False
    lower = text.lower()
    told = (
        match[0]
        for match in _SENTENCE.finditer(lower)
        if any(language.tells_failure(match[0]) for language in languages().values())
    )
    return next(told, "") != "" and any(
        language.covers(lower, joined=code in _UNSPACED) for code, language in languages().items()
    )


_UNSPACED = frozenset({"zh", "ja", "th"})
"""Languages without blanks between words."""
