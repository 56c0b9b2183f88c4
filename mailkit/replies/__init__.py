"""Servers' replies and their meaning.

Each family of servers or providers has a module; each row is a real text, with its source. A row matches on protocol,
reply code, enhanced code as a whole word, response code, and then on words in the text, in that order, and only for
the hosts it is scoped to. To add one, write a row. If no row matches, the wordings that many servers share are tried,
then the codes.

:func:`read` is the one reader of a reply: the diagnosis and ``mailkit explain`` both use it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from importlib import import_module

from mailkit.providers import owner
from mailkit.replies.codes import BRACKETS, ENHANCED, coded, supports
from mailkit.replies.dialogs import translated_reply
from mailkit.replies.reply import Certainty, Meaning, Reply, SessionPlace, Words
from mailkit.replies.wordings import GENERAL, SPECIAL, worded

__all__ = [
    "FAMILIES",
    "Certainty",
    "Meaning",
    "Reply",
    "SessionPlace",
    "Words",
    "meaning",
    "parse",
    "read",
    "replies",
]

FAMILIES = (
    *("google", "microsoft", "yahoo", "apple", "zoho", "fastmail", "yandex", "mailru", "netease"),
    *("tencent", "alibaba", "sina", "godaddy", "united_internet", "amazon", "sendgrid"),
    *(
        "standards",
        "dovecot",
        "cyrus",
        "postfix",
        "exim",
        "courier",
        "sendmail",
        "postgrey",
        "hmailserver",
        "qmail",
    ),
)
"""The modules with rows: providers first, because their words are more specific than those of the server they run."""

_SMTP = re.compile(r"(\d{3})[ -]?(?:#?([245]\.\d{1,3}\.\d{1,3})(?![\d.]),?)?\s*(?:- )?(.*)", re.S)
_OTHER = re.compile(
    r"(?:\* |(?!(?:NO|BAD|BYE|OK|-ERR) )\S+ )?(NO|BAD|BYE|\+?OK|-ERR)\b\s*(?:\[([^\]]*)\])?\s*(.*)",
    re.S | re.I,
)
_LONGEST = 2000
"""The limit of a reply, in characters."""


def parse(protocol: str, lines: Sequence[str]) -> Words:
    """The parts of a reply of one or more lines; ``protocol`` is empty where it is not known."""
    if not protocol:
        return _bare(_lowered(lines))
    if protocol == "smtp":
        found = [match.groups() for line in lines if (match := _SMTP.match(line[:_LONGEST]))]
        if not found:
            return replace(_bare(_lowered(lines)), protocol=protocol)
        code = found[-1][0]
        enhanced = next((part[1] for part in found if part[1]), "")
        return Words(protocol, code, enhanced, "", _lowered(part[2] for part in found))
    match = _OTHER.match(lines[-1][:_LONGEST]) if lines else None
    if match is None or (match.start(1) == 0 and match[1] in _ENGLISH):  # “No such mailbox”
        return replace(_bare(_lowered(lines)), protocol=protocol)
    bracket = (match[2] or "").upper()
    # The first word of a response code is the code, but for a few that need their second one.
    first = bracket if bracket.startswith("SYS/") else bracket.partition(" ")[0]
    return Words(protocol, match[1].upper(), "", first, match[3].lower())


_ENGLISH = ("no", "No", "bad", "Bad")
_BARE = re.compile(
    r"\s*(?:\[([^\]]{1,80})\])?\s*(?:([245]\.\d{1,3}\.\d{1,3})(?![\d.]))?\s*(.*)", re.S
)


def _bare(text: str) -> Words:
    """The parts of a reply whose code was cut off."""
    match = _BARE.match(text)
    bracket, enhanced, rest = match.groups() if match else ("", "", text)
    code = (bracket or "").upper()
    protocol = "smtp" if enhanced else ""
    if code in BRACKETS:
        protocol = "pop3" if code.startswith(("IN-USE", "LOGIN-DELAY", "SYS/")) else "imap"
    return Words(protocol, "", enhanced or "", code, rest)


def _lowered(lines: Iterable[str]) -> str:
    text = " ".join(lines)[:_LONGEST].lower()
    # What RFC 5321 has beside 550 and 450 says nothing where a server's own words follow.
    own = text.removeprefix(_STANDARD).removeprefix(_STANDARD_FOR_NOW)
    return own.lstrip(". \n") if own is not text and _WORDS.match(own) else text


_WORDS = re.compile(r"[. ]{0,4}(?!or )[a-z]")
_STANDARD = "requested action not taken: mailbox unavailable"
_STANDARD_FOR_NOW = "requested mail action not taken: mailbox unavailable"


@cache
def replies() -> tuple[Reply, ...]:
    """Every row, those scoped to hosts first."""
    rows: list[Reply] = []
    for family in FAMILIES:
        rows += import_module(f"mailkit.replies.{family}").ROWS
    return tuple(sorted(rows, key=lambda row: (not row.hosts, not row.text)))


@lru_cache(maxsize=256)
def meaning(protocol: str, lines: tuple[str, ...], host: str) -> Reply | None:
    """Return the row of a known reply."""
    words = parse(protocol, lines)
    return next((row for row in replies() if row.fits(words, host)), None)


def read(
    protocol: str,
    lines: Sequence[str],
    host: str = "",
    place: SessionPlace = SessionPlace.ANY,
    *,
    by_token: bool = False,
) -> Meaning | None:
    """Return what a rejection means, if anything is known of it.

    Args:
        protocol: smtp, imap or pop3; empty where it is not known.
        lines: the reply, with or without its code.
        host: the server's name; a provider's policy counts.
        place: its place in the session.
        by_token: whether the login was by a token, which a general rejection then
            means.
    """
    words = parse(protocol, tuple(lines))
    if place is SessionPlace.LOGIN:  # whatever words an address has, it is the user's
        words = replace(words, text=_USER.sub("user", words.text))
    return _read(words, host.lower(), place, by_token)


_USER = re.compile(r"(?<![^\s<(\['\":=])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


@lru_cache(maxsize=1024)
def _read(words: Words, host: str, place: SessionPlace, by_token: bool) -> Meaning | None:
    if words.code[:1] in ("2", "3") or words.code in ("OK", "+OK"):
        return None
    here = _placed(words, place)
    fitting = [row for row in replies() if row.fits(words, host)]
    row = next((row for row in fitting if row.text), None)
    if row is None and here is SessionPlace.UPGRADE and words.code in _NOT_UPGRADED:
        wording = worded(SPECIAL, words, here)
        known = wording is not None and wording.finding.startswith(_OF_UPGRADE)
        return Meaning(wording.finding if wording and known else "stt-refused", Certainty.LIKELY)
    wording = worded(SPECIAL, words, here) if row is None else None
    if wording is not None and wording.certainty is Certainty.POSSIBLE:
        told = coded(words, here)  # a specific code has precedence over words
        wording = None if told is not None and told.certainty is Certainty.SURE else wording
    if wording is not None and _names_another_address(words, wording.finding):
        return coded(words, SessionPlace.ANY)
    if wording is not None:
        level = _unplaced(wording.places, here, wording.certainty)
        agreed = supports(words, here, wording.finding)
        return Meaning(wording.finding, _hedged(words, level), agreed=agreed)
    if row is not None or (row := next(iter(fitting), None)) is not None:
        # Words that mean a policy on some hosts only do not name it: the password may be wrong, too.
        by_policy = row.hosts and row.finding in _INSTEAD.values()
        level = _lower(row.certainty) if by_policy else row.certainty
        found: Meaning | None = Meaning(
            row.finding, level, row.source, by_code=not row.text, agreed=row.agrees(words)
        )
    else:
        found = _general(words, here)
        if found is None and place is SessionPlace.LOGIN and words.code in ("NO", "-ERR"):
            # A login rejected without a response code is rejected for its credentials.
            found = None if words.bracket else Meaning("aut-bad", Certainty.LIKELY)
        found = _translated(found, words, here)
    return _with_policy(found, words, host, by_token) if found else None


def _names_another_address(words: Words, finding: str) -> bool:
    """Return whether an enhanced code says of an address what the words leave open: whose it is, or its syntax."""
    meant = ENHANCED.get(words.enhanced, ("", Certainty.POSSIBLE))
    return (
        meant[1] is Certainty.SURE
        and meant[0] != finding
        and {meant[0], finding} <= set(_OF_ADDRESSES)
    )


_OF_ADDRESSES = ("snd-rcpt-unknown", "snd-rcpt-syntax", "snd-sender-domain", "snd-sender-syntax")
_NOT_UPGRADED = ("NO", "BAD", "-ERR")
_OF_UPGRADE = ("stt-", "tls-", "lim-", "grt-")


def _general(words: Words, here: SessionPlace) -> Meaning | None:
    """Return what the code means; the words of a plain rejection, where the code is not known or only a guess."""
    found = coded(words, here)
    guess = found is not None and words.protocol == "smtp" and found.certainty is Certainty.POSSIBLE
    wording = worded(GENERAL, words, here)
    if found is not None and wording is not None and found.finding == wording.finding:
        return replace(found, agreed=True)
    if wording is None or not (found is None or guess):
        return found
    plain = words.code in ("", "NO", "-ERR", "BYE", "535", "454")
    level = wording.certainty if plain else _lower(wording.certainty)
    return Meaning(wording.finding, _hedged(words, level))


def _translated(found: Meaning | None, words: Words, here: SessionPlace) -> Meaning | None:
    """Return what the words of a reply in another language than English mean, where the codes leave it open."""
    plain = found is None or found.finding == "aut-bad"
    if not plain and found is not None and found.certainty is Certainty.SURE:
        return found
    if not words.code or (found is not None and found.agreed):
        return found
    refused = here is SessionPlace.ANY and words.code in ("NO", "-ERR")
    meant = translated_reply(words.text, SessionPlace.LOGIN if refused else here)
    if not meant:
        return found
    if meant != "aut-bad":
        return Meaning(meant, Certainty.POSSIBLE if refused else Certainty.LIKELY)
    if not plain:
        return found
    level = Certainty.POSSIBLE if refused else Certainty.SURE
    return found if found and found.by_code else Meaning(meant, level)


def _lower(level: Certainty) -> Certainty:
    return Certainty.LIKELY if level is Certainty.SURE else level


def _unplaced(said: tuple[SessionPlace, ...], place: SessionPlace, level: Certainty) -> Certainty:
    """Return the certainty of a greeting's text in an unknown place."""
    early = bool(said) and {*said} <= {SessionPlace.GREETING, SessionPlace.HELLO}
    return _lower(level) if early and place is SessionPlace.ANY else level


_HEDGE = re.compile(
    r"\b(?:may|might|could) (?:not |have |be )[^\n]{0,80}(?:,| or\b)|possible (?:causes?|reasons?)"
    r"|one (?:or more )?of the following|either [^\n]{1,60} or\b"
)


def _hedged(words: Words, level: Certainty) -> Certainty:
    """Return the certainty of a wording; a server that lists several reasons is not sure."""
    return Certainty.POSSIBLE if _HEDGE.search(words.text) else level


def _placed(words: Words, place: SessionPlace) -> SessionPlace:
    """Return the place of a reply, by its code and words if nothing else is known."""
    if place is not SessionPlace.ANY or words.protocol != "smtp":
        return place
    if _GREETS.match(words.text):
        return SessionPlace.GREETING
    if _ADDRESS.search(words.text):
        return SessionPlace.MAIL
    if words.code in _OF_LOGIN and (words.text or words.code != "530"):
        return SessionPlace.LOGIN  # a bare 530 is more often a reply to MAIL
    if words.code == "454":  # to AUTH or to STARTTLS (RFC 4954 §6, RFC 3207 §4)
        return SessionPlace.LOGIN if _LATER.search(words.text) else place
    if _LOOKED_UP.search(words.text):
        return SessionPlace.MAIL  # a table of addresses or domains (smtpd_check.c of Postfix)
    if not words.code or words.code[:2] in ("45", "55", "52", "57"):
        login = _LOGIN.search(words.text) and not _ENVELOPE.search(words.text)
        return SessionPlace.LOGIN if login else SessionPlace.MAIL
    return place


_LATER = re.compile(r"temporar|later|again")
_LOOKED_UP = re.compile(r"lookup failure")
_GREETS = re.compile(r"[\w-]+(?:\.[\w-]+)+ e?smtp\b")
_OF_LOGIN = ("432", "435", "525", "530", "534", "535", "538")
_LOGIN = re.compile(r"\bauth\b|authenticat|\blog ?[io]n|passw|credential|app password")
_ADDRESS = re.compile(r"\brecipient\b|\bsender address")
_ENVELOPE = re.compile(
    r"recipient|rcpt|sender|sending domain|relay|\bfrom\b|\bas\b|message|mailbox|<[^<>\s]{1,250}@"
)


def _with_policy(found: Meaning, words: Words, host: str, by_token: bool) -> Meaning:
    """Return what a plain rejection means at a provider that takes something other than the password."""
    if by_token and found.finding in _GENERAL_REFUSALS:
        return Meaning("aut-token", Certainty.LIKELY)
    if found.finding != "aut-bad":
        return found
    policy = owner(host)
    by_smtp = policy is not None and words.protocol == "smtp" and bool(policy.smtp_ends)
    named = "credentials were incorrect" in words.text  # Microsoft says it of the password only
    instead = _INSTEAD.get(policy.login) if policy and not (by_smtp or named) else None
    if instead is not None:
        return Meaning(instead, Certainty.LIKELY, policy.source if policy else "")
    if words.enhanced in ("5.7.3", "5.7.139") and not named:
        return Meaning("aut-bad", Certainty.LIKELY, "Microsoft says it for policies, too")
    return found


_GENERAL_REFUSALS = ("aut-bad", "aut-app-password", "aut-auth-code")
_INSTEAD = {"app": "aut-app-password", "code": "aut-auth-code", "oauth": "aut-oauth-only"}
