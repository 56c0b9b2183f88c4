"""Decode mail, even with a wrong or missing character set."""

import codecs
import re
from functools import lru_cache

__all__ = ["readable", "text_of"]

_LARGER = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "hz",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "euc_jp": "euc_jis_2004",
    "iso2022_jp": "iso2022_jp_ext",
    "big5": "cp950",
}
"""Character sets that are read as a superset, in Python's names."""
_OTHER_NAMES = {
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-euc-jp": "euc_jis_2004",
    "x-euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ks_c-5601-1987": "cp949",
    "x-big5": "cp950",
    "windows-874": "cp874",
    "dos-874": "cp874",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "unicode-1-1-utf-8": "utf-8",
    "utf-8-mac": "utf-8",
    "utf8mb4": "utf-8",
    "unicode": "utf-16",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-cp1250": "cp1250",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "ansi": "cp1252",
    "8bit": "utf-8",
    "binary": "utf-8",
}
_NO_TEXT = {"idna", "punycode", "undefined"}
"""Codecs of Python that decode to text and are no character set."""


@lru_cache(maxsize=500)
def _codec(charset: str) -> str:
    """Return Python's name for a character set, or an empty text."""
    name = re.split(r"[;*( ]", charset.strip(" \t'\"<>"), maxsplit=1)[0][
        :60
    ]  # with a language: RFC 2231 §5
    name = name.strip("'\"").lower().replace("windows_", "windows-")
    if name in _OTHER_NAMES:
        return _OTHER_NAMES[name]
    if not name.isascii():  # no name is: RFC 2978 §2.3
        return ""
    for spelling in (name, name.removeprefix("x-"), name.replace("cp-", "cp")):
        try:
            found = codecs.lookup(spelling)
        except (LookupError, ValueError):
            continue
        if found.name not in _NO_TEXT and getattr(found, "_is_text_encoding", True):
            return _LARGER.get(found.name, found.name)
    return ""


def text_of(data: bytes, charset: str | None = "", *, strict: bool = False) -> str:
    """Decode octets: by the named character set, else UTF-8, else Windows-1252.

    With ``strict``, octets that are invalid in the named one are read as UTF-8 or Windows-1252 if that fits better.
    """
    name = _codec(charset) if charset else ""
    if name in ("", "utf-8") and _JIS.search(data) and data.isascii():
        name = "iso2022_jp_ext"  # 7-bit Japanese is seen by its escapes
    if name == "iso2022_jp_ext" and (found := _japanese(data)) is not None:
        return found
    for encoding in (name, "utf-8") if strict and name else (name or "utf-8",):
        try:
            return data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    if not name or strict or name in ("utf-8", "cp1252"):
        return _western(data)
    return data.decode(name, "replace")


def _japanese(data: bytes) -> str | None:
    """ISO-2022-JP as it is sent: with the circled numbers and units that are no part of it (JIS X 0213, first plane)."""
    for codec, octets in (
        ("iso2022_jp_ext", data),
        ("iso2022_jp_2004", _JIS.sub(b"\x1b$(Q", data)),
    ):
        try:
            return octets.decode(codec)
        except UnicodeError:
            continue
    return None


_JIS = re.compile(rb"\x1b\$[@B]")


def _western(data: bytes) -> str:
    """Decode Windows-1252; its five gaps are Latin-1's control characters, as in browsers."""
    return "".join(
        bytes([byte]).decode("cp1252") if byte not in _GAPS else chr(byte) for byte in data
    )


_GAPS = frozenset((0x81, 0x8D, 0x8F, 0x90, 0x9D))


def readable(value: str, charset: str = "") -> str:
    """Decode raw octets in a parsed text: UTF-8, else the character set of the message, else Windows-1252."""
    if value.isascii():
        return value
    data = value.encode("utf-8", "surrogateescape")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return text_of(data, charset or "cp1252", strict=True)
