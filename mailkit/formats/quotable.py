"""Values that messages may show: words of settings, and never what could be a password in the wrong place."""

import re
from difflib import get_close_matches

from mailkit.formats.document import Scalar
from mailkit.formats.values import as_flag, as_text

__all__ = ["quotable"]

_WORDS = """ssl tls starttls start stls smtp smtps imap imaps pop3 pop3s mail sendmail submission
submissions port none null nil auto always never true false yes no on off enable enabled disable
disabled default required require requires optional mandatory opportunistic preferred try force
forced explicit implicit plain clear cleartext plaintext encrypted unencrypted encryption secure
insecure when if available or and any basic normal password auth login cram md5 digest ntlm
xoauth2 oauth2"""
_VOCABULARY = frozenset(_WORDS.split())
"""Words that settings for the encryption are made of."""

_NUMBERED = re.compile(r"(?:tls|ssl)v?\d{0,2}|25|110|143|465|587|993|995")
_LONGEST = 40
_ALIKE = 0.8


def quotable(value: Scalar) -> str:
    """A value as messages may show it, or ``***``."""
    text = as_text(value)
    short = not isinstance(value, str) or len(text) <= 2
    if short or as_flag(text, text_counts=False) is not None:
        return text
    words = filter(None, re.split(r"[^a-z0-9]+", text.casefold()))
    return text if len(text) <= _LONGEST and all(map(_is_known, words)) else "***"


def _is_known(word: str) -> bool:
    """Whether a word is one of settings, also with a version behind it or misspelt: ``tlsv1``, ``startls``."""
    if word in _VOCABULARY or len(word) <= 2 or _NUMBERED.fullmatch(word):
        return True
    return word.isalpha() and bool(get_close_matches(word, _VOCABULARY, 1, _ALIKE))
