"""Text from outside, made safe and short enough to print."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

__all__ = [
    "as_json",
    "clean",
    "decoded",
    "html_table",
    "inert",
    "joined",
    "number",
    "one_line",
    "plural",
    "quoted",
]

_ESCAPED = {code: f"\\x{code:02x}" for code in (*range(32), 127)}
_ESCAPED |= {code: f"\\u{code:04x}" for code in range(128, 160)}  # \x80 is a byte, not a character
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_HIDDEN = (
    "[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""What JSON need not escape and no terminal shows. Those beyond U+FFFF would need two escapes; no terminal obeys them."""
_INVISIBLE = {"Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0]"
    "|(?<![\u00a9\u00ae\u2000-\u2bff\u3000-\u9fff\U0001f000-\U0003ffff])[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
"""Letters and marks that leave no trace (Unicode's Default_Ignorable_Code_Point, and the empty Braille pattern). A
variation selector belongs to the symbol or the ideograph before it.
"""
_ORDER = re.compile(r"##(?=[A-Za-z]{0,20}\[)|(?<!\S)::(?=[A-Za-z]+(?:-[A-Za-z]+)*(?:\s|::))")
"""What the logs of build services obey: ``##vso[…]`` and ``##[…]`` anywhere, ``::error …`` where a line begins, also one
that was wrapped.
"""


def clean(text: str, limit: int = 400) -> str:
    """Replace control and invisible characters by escapes and cut what is too long.

    Terminal escapes, bidirectional overrides and zero-width characters in a server's text
    come out as visible ``\\x1b`` or ``\\u202e``, so nothing is hidden, and no build service that
    keeps the output as its log finds a command in it.
    """
    if not text.isprintable():
        text = "".join(_shown(char) for char in text.translate(_ESCAPED))
    if not text.isascii():
        text = _UNSEEN.sub(lambda found: _code(found[0]), text)
    if "##" in text or "::" in text:
        text = _ORDER.sub(lambda found: f"{found[0][0]}\\x{ord(found[0][0]):02x}", text)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _shown(char: str) -> str:
    return _code(char) if unicodedata.category(char) in _INVISIBLE else char


def _code(char: str) -> str:
    return f"\\u{ord(char):04x}"


def decoded(data: bytes, limit: int = 400) -> str:
    """Return bytes from a server as printable text; bytes that are not UTF-8 are escaped."""
    return clean(data.decode("utf-8", "backslashreplace"), limit)


def as_json(value: object, *, indent: int | None = None, ascii_only: bool = False) -> str:
    """Return a value as JSON in which control and invisible characters are escaped, as they may be shown on a terminal."""
    from json import dumps  # few texts are JSON

    text = dumps(value, indent=indent, ensure_ascii=ascii_only)
    text = re.sub(r"##(?=[A-Za-z]{0,20}\[)", r"\\u0023#", text)
    return re.sub(_HIDDEN, lambda found: _code(found[0]), text)


def number(text: str | bytes, most: int = 2**63 - 1) -> int | None:
    """Return the number in ASCII digits from outside; ``None`` for anything else.

    Args:
        text: only digits, 20 at most; no sign, no blanks.
        most: the largest number that is accepted; by default what fits into SQLite's 64 bits.
    """
    if not 0 < len(text) <= 20 or not text.isascii() or not text.isdigit():
        return None
    value = int(text)
    return value if value <= most else None


def inert(value: object) -> object:
    """Return a table cell that is safe in a spreadsheet: text that it would read as a formula gets a leading quote.

    The quote is added even after other quotes, so it can be removed again. Line ends become blanks, because not every
    CSV writer quotes a CR.
    """
    if not isinstance(value, str):
        return value
    value = one_line(value)
    return f"'{value}" if value.lstrip("' ").startswith(_FORMULA) else value


def html_table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return an escaped HTML table with styles as attributes, which an untrusted notebook keeps."""
    from html import escape

    cell = "text-align:left;vertical-align:top;padding:.15rem .9rem .15rem 0"
    names = "".join(f'<th scope="col" style="{cell}">{escape(name)}</th>' for name in head)
    start = f'<td style="{cell}">'
    body = "".join(
        f"<tr>{''.join(f'{start}{escape(clean(text))}</td>' for text in row)}</tr>" for row in rows
    )
    return (
        '<table style="border-collapse:collapse"><caption style="text-align:left;font-weight:600">'
        f"{escape(clean(title))}</caption><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>"
    )


def one_line(text: str) -> str:
    """Return a text with each run of line ends and control characters replaced by a blank."""
    return _BREAKS.sub(" ", text)


_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def quoted(text: str) -> str:
    """Return text from outside, cleaned, in typographic quotes."""
    return f"“{clean(text, 160)}”"


_WORDS = (
    *(
        "ssl",
        "tls",
        "starttls",
        "implicit",
        "explicit",
        "cleartext",
        "encrypted",
        "secure",
        "none",
        "required",
    ),
    *(
        "mandatory",
        "optional",
        "opportunistic",
        "always",
        "never",
        "auto",
        "password",
        "plain",
        "login",
        "normal",
    ),
    *(
        "cram",
        "digest",
        "scram",
        "oauth",
        "xoauth",
        "bearer",
        "token",
        "ntlm",
        "gssapi",
        "kerberos",
        "external",
    ),
    *("imap", "pop", "smtp", "lmtp", "jmap", "exchange", "activesync", "submission", "mapi"),
)
"""Words of settings for encryption, login and protocol."""
_NUMBERED = re.compile(
    r"md5|sha-?(?:1|256|512)|oau?th2|imap4(?:rev[12])?|pop3|(?:tls|ssl)[ _-]?v?[123](?:\.[0-3])?"
)


def cited(text: str, *known: str) -> str:
    """Return an unknown value of a setting in quotes, if it looks like a word for it; else only its length.

    What looks like no such word may be a password in the wrong line.
    """
    word = _NUMBERED.sub("ssl", text.lower())
    if len(word) <= 40 and re.fullmatch(r"[a-z _/+-]*", word):
        parts = re.findall("[a-z]+", word)
        common = {*_WORDS, *(part for name in known for part in re.findall("[a-z]+", name.lower()))}
        if not parts or any(_is_like(part, common) for part in (*parts, "".join(parts))):
            return quoted(text)
    return f"(not shown: {len(text)} characters)"


def _is_like(part: str, common: Iterable[str]) -> bool:
    """Return whether a word is a known one, begins or ends with one, or is a misspelt one."""
    from difflib import get_close_matches

    whole = any(
        len(ending) > 3 and (part.startswith(ending) or part.endswith(ending)) for ending in common
    )
    return whole or bool(get_close_matches(part, common, 1, 0.75))


def joined(words: Iterable[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *most, end = [*words] or [""]
    return f"{', '.join(most)} {last} {end}" if most else end


def plural(count: int, noun: str, many: str = "") -> str:
    """``1 fault``, ``2 faults``."""
    return f"{count} {noun if count == 1 else many or noun + 's'}"
