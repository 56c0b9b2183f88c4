"""Mask secrets that a server repeats, in every form that was sent or can be decoded.

Text for a person is masked whole (:meth:`Secrets.masked`): in any case, in the usual encodings of octets beyond ASCII,
in hexadecimal and behind escapes (:mod:`mailkit.protocol.encodings`), and inside base64, which is
decoded, masked and encoded again, so that the rest of it still can be read. What a dialogue goes
on to read is masked only where the secret stands as it was sent (:meth:`Secrets.plainly_masked`):
a password that is also a word of the protocol must not change what the protocol says.
"""

import base64
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial

from mailkit.protocol.encodings import (
    decodings,
    digits,
    has_digits,
    hexadecimal,
    is_encoded,
    replaced,
)

__all__ = ["Secrets"]


def _word(shortest: int) -> int:
    """Return the length of the shortest base64 word that can contain so many bytes, without its padding."""
    most_padding = 2
    return max(8, -(-shortest * 4 // 3) - most_padding)


@lru_cache(256)
def _base64(shortest: int) -> re.Pattern[bytes]:
    """Return a pattern for base64 words that can contain so many bytes."""
    return re.compile(rb"[A-Za-z0-9+/_-]{%d,}={0,2}" % _word(shortest))


_IN_WORD = re.compile(r"[A-Za-z0-9+/_-]")
_WORDS = bytes(48 if _IN_WORD.match(chr(octet)) else 46 for octet in range(256))
"""Makes ``0`` of each octet of base64, and a dot of all else."""


def _has_word(data: bytes, shortest: int) -> bool:
    """Return whether the pattern of :func:`_base64` may match."""
    return b"0" * _word(shortest) in data.translate(_WORDS)


_DEEPER = re.compile(rb"[A-Za-z0-9+/_-]{8}|[%=][0-9A-Fa-f]{2}|[\\&+]")
"""What base64 holds where it holds something encoded once more."""
_DEPTH = 3
_STANDARD = bytes.maketrans(b"-_", b"+/")


class Secrets:
    """The forms of the secrets of one session; ``repr`` does not show them.

    Replies rarely contain a secret, and compiling patterns takes longer than a login. So the forms are searched as
    plain text first, and a pattern is compiled only if one is found.
    """

    __slots__ = (
        *("_any_case", "_as_sent", "_clean", "_foreseen", "_forms", "_lower", "_plain"),
        "_shortest",
    )

    def __init__(self) -> None:
        self._forms: dict[str, None] = {}
        self._foreseen: dict[str, None] = {}
        self._plain: tuple[bytes, ...] = ()
        self._lower: dict[bytes, None] = {}
        self._shortest = 0
        self._clean: set[bytes] = set()
        self._as_sent: re.Pattern[bytes] | None = None
        self._any_case: re.Pattern[bytes] | None = None

    def __repr__(self) -> str:
        return "Secrets(***)"

    def add(self, *values: str) -> None:
        """Mask these forms from now on; short ones only as whole words."""
        new = [value for value in values if value and value not in self._forms]
        if new:
            self._know(value for value in new if value not in self._foreseen)
            self._forms |= dict.fromkeys(new)
            self._plain = tuple(form.encode("utf-8") for form in self._forms)
            self._as_sent = self._any_case = None

    def foresee(self, *values: str) -> None:
        """Mask these forms in displayed text only: they were not sent yet, so parsed text is not masked."""
        new = [value for value in values if value and value not in self._forms]
        self._know(new)
        self._foreseen |= dict.fromkeys(new)
        self._any_case = None

    def _know(self, forms: Iterable[str]) -> None:
        known = len(self._lower)
        for form in forms:
            cases = [form.encode()] if form.isascii() else _cases(form)
            self._lower |= dict.fromkeys([case.lower() for case in cases])
        if len(self._lower) > known:
            self._clean.clear()
        self._shortest = min(map(len, self._lower), default=0)

    def plainly_masked(self, data: bytes) -> bytes:
        """Mask bytes for parsing, only where a form is exactly as sent."""
        for form in self._plain:
            if form in data:
                break
        else:
            return data
        if self._as_sent is None:
            self._as_sent = re.compile(
                b"|".join(map(_pattern, sorted(self._forms, key=len, reverse=True)))
            )
        return self._as_sent.sub(b"***", data)

    def masked(self, data: bytes) -> bytes:
        """Bytes for a person, masked in any case, behind escapes, in hexadecimal, and inside base64."""
        if not self._lower or data in self._clean:
            return data
        key = data, self._shortest
        readings = _READINGS.get(key)
        if readings is None:
            readings = b"\n".join(_readings(data, self._shortest, _DEPTH)).lower()
            if self._may_hold(readings):
                return self._masked(data, _DEPTH)
            _keep(key, readings)
        elif self._may_hold(readings):
            return self._masked(data, _DEPTH)
        if len(data) <= _KEPT_OCTETS and len(self._clean) < _KEPT_TEXTS:
            self._clean.add(data)
        return data

    def beginning(self, data: bytes, octets: int) -> bytes:
        """Return about so many octets of the beginning, masked. A secret at the end is left out, not cut: its first
        half would be shown.
        """
        if len(data) <= octets:
            return self.masked(data)
        most = octets + _ENCODED * max(map(len, self._lower), default=0)
        if len(data) <= most:
            return self.masked(data)
        shown = self.masked(data[:most])
        return shown[: max(0, len(shown) + octets - most)]

    def doubtful(self, lines: Iterable[str]) -> list[str]:
        """Return the lines of which it is not known that nothing in them is to be masked; each line is masked where it
        is read, and the whole transcript when the session has ended.
        """
        if not self._lower:
            return []
        clean = self._clean
        return [line for line in lines if line.encode("utf-8", "surrogatepass") not in clean]

    def shown(self, text: str) -> str:
        """A text masked."""
        return self.masked(text.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")

    def _masked(self, data: bytes, depth: int) -> bytes:
        if self._may_hold(data.lower()):
            data = self._pattern().sub(b"***", data)
        if is_encoded(data):
            for text, unit, meant in decodings(data):
                if self._may_hold(text.lower()):
                    data = replaced(data, unit, meant, self._pattern())
        if has_digits(data, self._shortest):
            data = digits(self._shortest).sub(self._masked_digits, data)
        if _has_word(data, self._shortest):
            data = _base64(self._shortest).sub(partial(self._masked_base64, depth=depth), data)
        return data

    def _may_hold(self, lower: bytes) -> bool:
        """Return whether bytes, in lower case, contain a form; if not, no pattern can match."""
        for form in self._lower:  # noqa: SIM110 - asked of every line: any() takes three times as long
            if form in lower:
                return True
        return False

    def _pattern(self) -> re.Pattern[bytes]:
        if self._any_case is None:
            known = sorted({**self._foreseen, **self._forms}, key=len, reverse=True)
            cases = dict.fromkeys(case for form in known for case in _cases(form))
            self._any_case = re.compile(b"|".join(map(_bounded, cases)), re.I)
        return self._any_case

    def _masked_digits(self, match: re.Match[bytes]) -> bytes:
        held = (octets for octets in hexadecimal(match[0]) if self._may_hold(octets.lower()))
        return b"***" if any(self._pattern().search(octets) for octets in held) else match[0]

    def _masked_base64(self, match: re.Match[bytes], depth: int) -> bytes:
        """Mask the content of a base64 word, at any offset."""
        if len(match[0]) * 3 // 4 < self._shortest:
            return match[0]
        word = match[0].rstrip(b"=").translate(_STANDARD)
        for start in range(4):
            held = _decoded(word, start)
            shown = held
            if self._may_hold(held.lower()):
                shown = self._pattern().sub(partial(_hidden, text=_is_text(held)), held)
            if depth > 1 and _DEEPER.search(held):
                shown = self._masked(shown, depth - 1)
            if shown != held:
                return word[:start] + base64.b64encode(shown)
        return match[0]


def _decoded(word: bytes, start: int) -> bytes:
    """Decode a base64 word without its padding, from an offset on."""
    whole = word[start : start + (len(word) - start) // 4 * 4]
    rest = word[start + len(whole) :]
    padded = whole + rest + b"=" * (-len(rest) % 4) if len(rest) > 1 else whole
    return base64.b64decode(padded)


def _readings(data: bytes, shortest: int, depth: int) -> Iterator[bytes]:
    """Yield everything that can be read in data: as it is, and decoded in each way that :meth:`Secrets.masked` knows."""
    yield data
    if is_encoded(data):
        yield from (text for text, _, _ in decodings(data))
    if has_digits(data, shortest):
        for match in digits(shortest).finditer(data):
            yield from hexadecimal(match[0])
    if not _has_word(data, shortest):
        return
    for match in _base64(shortest).finditer(data):
        word = match[0].rstrip(b"=").translate(_STANDARD)
        for start in range(4):
            held = _decoded(word, start)
            yield held
            if depth > 1 and _DEEPER.search(held):
                yield from _readings(held, shortest, depth - 1)


_READINGS: dict[tuple[bytes, int], bytes] = {}
"""What can be read in texts, by text and length of the shortest secret: thousands of sessions receive the same lines. Only
texts without a secret are kept.
"""


def _keep(key: tuple[bytes, int], readings: bytes) -> None:
    if len(key[0]) > _KEPT_OCTETS:
        return
    if len(_READINGS) >= _MOST_READINGS:
        _READINGS.clear()
    _READINGS[key] = readings


_MOST_READINGS = 512


def _hidden(match: re.Match[bytes], text: bool) -> bytes:
    """A form in decoded base64, masked; a short one only in text: any long word decodes to some octets."""
    return b"***" if text or len(match[0]) > _SHORT else match[0]


def _is_text(data: bytes) -> bool:
    """Return whether octets are text, with the NUL and the ^A that SASL puts between its parts."""
    try:
        return data.decode("utf-8").translate({0: None, 1: None}).isprintable()
    except UnicodeDecodeError:
        return False


_KEPT_TEXTS, _KEPT_OCTETS = 64, 512
"""How many texts without a secret are kept, and how long they are: those of a usual opening."""

_ENCODED = 8
"""How many times as long as itself a secret may be in what is masked: encoded, and encoded once more."""

_SHORT = 3
"""Octets of a form that is masked only where it stands alone."""


def _cases(form: str) -> list[bytes]:
    return [octets for case in (form, form.upper(), form.lower()) for octets in _octets(case)]


def _octets(text: str) -> list[bytes]:
    """A text in the encodings in which servers repeat it."""
    octets = [text.encode("utf-8")]
    if not text.isascii():
        octets += [text.encode("utf-7"), text.encode("cp1252", "ignore")]
        octets += [text.encode("latin-1", "ignore")]
    return [octet for octet in octets if len(octet) * 2 > len(text)]


def _pattern(value: str) -> bytes:
    return _bounded(value.encode("utf-8"))


def _bounded(octets: bytes) -> bytes:
    escaped = re.escape(octets)
    return escaped if len(octets) > _SHORT else rb"\b" + escaped + rb"\b"
