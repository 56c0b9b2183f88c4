"""Secrets that a server repeats, masked in every form in which they were sent or can be decoded.

Text for a person is masked whole (:meth:`Secrets.masked`): in any case, and inside base64, which is
decoded, masked and encoded again, so that the rest of it still can be read. What a dialogue goes
on to read is masked only where the secret stands as it was sent (:meth:`Secrets.plainly_masked`):
a password that is also a word of the protocol must not change what the protocol says.
"""

import base64
import re

__all__ = ["Secrets"]

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{8,}={0,2}")
_STANDARD = bytes.maketrans(b"-_", b"+/")


class Secrets:
    """The forms of the secrets of one session; ``repr`` does not show them."""

    __slots__ = ("_any_case", "_as_sent", "_forms")

    def __init__(self) -> None:
        self._forms: dict[str, None] = {}
        self._as_sent: re.Pattern[bytes] | None = None
        self._any_case: re.Pattern[bytes] | None = None

    def __repr__(self) -> str:
        return "Secrets(***)"

    def add(self, *values: str) -> None:
        """Mask these forms from here on; short ones only where they stand alone."""
        self._forms |= dict.fromkeys(filter(None, values))
        if self._forms:
            longest_first = sorted(self._forms, key=len, reverse=True)
            cases = [case for form in longest_first for case in (form, form.upper(), form.lower())]
            self._as_sent = re.compile(b"|".join(map(_pattern, longest_first)))
            self._any_case = re.compile(b"|".join(map(_pattern, cases)), re.I)

    def plainly_masked(self, data: bytes) -> bytes:
        """Bytes to be read on, masked where a form stands as it was sent."""
        return data if self._as_sent is None else self._as_sent.sub(b"***", data)

    def masked(self, data: bytes) -> bytes:
        """Bytes for a person, masked in any case, and inside base64."""
        secret = self._any_case
        if secret is None:
            return data
        return _BASE64.sub(lambda word: _masked_base64(word, secret), secret.sub(b"***", data))


def _masked_base64(match: re.Match[bytes], secret: re.Pattern[bytes]) -> bytes:
    """A word of base64 with what it holds masked, wherever in the word it begins."""
    word = match[0].rstrip(b"=").translate(_STANDARD)
    for start in range(4):
        whole = word[start : start + (len(word) - start) // 4 * 4]
        rest = word[start + len(whole) :]
        padded = whole + rest + b"=" * (-len(rest) % 4) if len(rest) > 1 else whole
        held = base64.b64decode(padded)
        if secret.search(held):
            return word[:start] + base64.b64encode(secret.sub(b"***", held))
    return match[0]


def _pattern(value: str) -> bytes:
    escaped = re.escape(value.encode("utf-8"))
    return escaped if len(value) > 3 else rb"\b" + escaped + rb"\b"
