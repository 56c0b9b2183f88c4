"""Clean a pasted text of programs' additions: escapes, colours, entities, wrong encodings."""

import html
import re

__all__ = ["plain", "without_frames"]

_ANSI = re.compile(r"(?:\x1b|\\x1b|\\033|\\e|\^\[)\[[0-9;]{0,12}[A-Za-z]")
_BREAK = re.compile(
    r"\\{1,8}r\\{1,8}n|\\{1,8}[nr](?![a-z])|\\{1,8}[nr](?=at |in |code|command|resp|nested)"
)
_TAB = re.compile(r"\\{1,8}t(?![a-z])")
_MARK = re.compile(r"\\{1,8}([\"'/<>])")
_UNICODE = re.compile(r"\\{1,8}u([0-9a-fA-F]{4})")
_BYTES = re.compile(r"(?:\\{1,8}x[0-9a-fA-F]{2})+")
_LATIN = re.compile(r"[\x80-\xff\u0152-\u0178\u2013-\u2122\u20ac]{2,}")
_CJK = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef\x00-\x7f]+")
_QUOTES = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "\u00a0": " ",
        "`": "'",
        "\t": " ",
    }
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


_ADVICE = re.compile(
    r"\d\. (?:The server is using a self-signed|The local system is missing|A Certificate Authority CRL"
    r"|The certificate presented by|The set of SSL/TLS|You are trying to connect to a port)[^\n]*"
    r"|(?:This usually means|(?:One|Another|The other) possibility is|It is also possible) that (?:the SSL"
    r" certificate presented|you are trying to connect to a port|the set of SSL/TLS)[^\n]*"
)
"""The possible reasons that .NET MailKit lists below every failure."""
_ADVISED = (
    "self-signed",
    "The local system",
    "Authority CRL",
    "certificate presented",
    "set of SSL",
    "to a port",
)
"""One of these is in each of them: looking for it takes a tenth of the time."""


_SETTING = re.compile(
    r"(?m)(^|[,;({\[])(\s{0,8}['\"]?\w{0,30}timeout['\"]?\s?(?:[=:>]{1,2}\s?|\s)-?\d+)"
    r"|(, ?)\w{0,30}timeout(?=\s?[,)])",
    re.I,
)
"""A timeout setting, or a variable that is passed to a function, is not an event."""


_STATUS = {
    "ServiceNotAvailable": "421",
    "MailboxBusy": "450",
    "ErrorInProcessing": "451",
    "InsufficientStorage": "452",
    "TemporaryAuthenticationFailure": "454",
    "CommandUnrecognized": "500",
    "SyntaxError": "501",
    "CommandNotImplemented": "502",
    "BadCommandSequence": "503",
    "CommandParameterNotImplemented": "504",
    "AuthenticationRequired": "530",
    "AuthenticationMechanismTooWeak": "534",
    "AuthenticationInvalidCredentials": "535",
    "EncryptionRequiredForAuthenticationMechanism": "538",
    "MailboxUnavailable": "550",
    "UserNotLocalTryAlternatePath": "551",
    "ExceededStorageAllocation": "552",
    "MailboxNameNotAllowed": "553",
    "TransactionFailed": "554",
}
"""SmtpStatusCode of .NET: its name stands for the reply code."""
_CODE = re.compile(
    r"\bCode ?\{\s{0,40}severity: (Transient|Permanent)Negative\w{1,20},"
    r"\s{0,40}category: (\w{6,12}),\s{0,40}detail: (\w{3,5}),?\s{0,40}\}"
)
_CATEGORY = {
    "Syntax": "0",
    "Information": "1",
    "Connections": "2",
    "Unspecified3": "3",
    "Unspecified4": "4",
    "MailSystem": "5",
}
_DETAIL = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
"""The reply code of Rust's lettre: its three digits in words."""
_STATUS_NAME = re.compile(rf"\b({'|'.join(_STATUS)}): (?=[^\s:])")


_LISTED = re.compile(r"['\"],\s{0,40}['\"](?=[245]\d\d[ -])")
"""Between the lines of a reply that a program wrote as a list."""

_DOTTED = re.compile(r">\n[ \t]{1,12}\.\.\. ")
"""A reply of Sendmail, folded behind the address."""

_PRINTED = re.compile(
    r"\b(?:print(?:f|ln)?|console\.\w{3,5}|echo|die|alert|raises|assert\w{0,20}|expect\w{0,20})"
    r" ?\( ?(?:\w{1,60}, ?(?:\w{1,20}= ?)?)?[bfr]?(?:'[^'\n]{0,200}'|\"[^\"\n]{0,200}\") ?\)"
    r"|\bnew \w{1,60}(?:Exception|Error)\( ?['\"][^\n]{0,300}"
    r"|\braise [\w.]{3,80}\((?:\d{3}, )?[bfr]?['\"][^\n]{0,300}|\bside_effect ?= ?[^\n]{0,300}"
    r"|(?:^|(?<=\n))[ \t]{0,40}//[^\n]*"
)
"""A sentence in the source of a program that would print or expect it, and a comment."""

_BEHIND = re.compile(r"\. ([45]\.\d{1,3}\.\d{1,3} [^\n]{3,400}?) \(Code: ([45]\d\d)\)")
"""A reply of Net_SMTP in Roundcube's log, with its code at the end."""

_UNDERSCORED = re.compile(r"\b(?:deferral|failure|deferred): (?=[^\s_]{1,80}_)\S{1,900}")
"""A reply in the log of qmail, which writes blanks as underscores."""

_QUOTED = re.compile(
    r"(?:\bsaid: |Diagnostic-Code: |refused to talk to me: )[^\n]{0,900}"
    r"(?:\n[ \t]{1,12}(?!at |File |#\d|\d{3}-)\S[^\n]{0,300}){1,20}"
)
"""A reply that a bounce quotes, folded like a header field."""


def plain(text: str) -> str:
    """The text as a server or a library wrote it; takes linear time."""
    text = _ANSI.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub("", text)
    if "said: " in text or "Diagnostic-Code: " in text or "talk to me: " in text:
        text = _QUOTED.sub(lambda match: re.sub(r"\n\s{1,12}", " ", match[0]), text)
    if "def" in text or "failure" in text:
        text = _UNDERSCORED.sub(lambda match: match[0].replace("_", " "), text)
    text = _PRINTED.sub("", text) if "(" in text or "//" in text else text
    if "(Code: " in text:
        text = _BEHIND.sub(r": \2 \1", text)
    text = _DOTTED.sub(">... ", _LISTED.sub("\n", text))
    if "\\" in text:
        text = _UNICODE.sub(_character, text)
        text = _BYTES.sub(_octets, text)
        text = _MARK.sub(r"\1", _TAB.sub(" ", _BREAK.sub("\n", text)))
    if "severity" in text:
        text = _CODE.sub(_digits, text)
    if any(f"{name}: " in text for name in _STATUS):
        text = _STATUS_NAME.sub(lambda match: f"{_STATUS[match[1]]} ", text)
    if "&" in text:
        text = html.unescape(text)
    if not text.isascii():
        text = _LATIN.sub(_repaired, text).translate(_QUOTES)
    text = text.translate(_QUOTES)
    if any(phrase in text for phrase in _ADVISED):
        text = _ADVICE.sub("", text)
    return (
        _SETTING.sub(lambda match: match[1] or match[3] or "", text)
        if "timeout" in text.lower()
        else text
    )


def _digits(match: re.Match[str]) -> str:
    category, detail = _CATEGORY.get(match[2]), match[3]
    if category is None or detail not in _DETAIL:
        return match[0]
    reply = "transient error (4" if match[1] == "Transient" else "permanent error (5"
    return f"{reply}{category}{_DETAIL.index(detail)})\n"


def _character(match: re.Match[str]) -> str:
    char = chr(int(match[1], 16))
    return char if char.isprintable() or char == "\n" else " "


def _octets(match: re.Match[str]) -> str:
    data = bytes.fromhex(re.sub(r"\\+x", "", match[0]))
    text = _decoded(data)
    return match[0] if text is None else text


def _repaired(match: re.Match[str]) -> str:
    """UTF-8 or GBK that a program read as Latin-1 or Windows-1252."""
    for encoding in ("latin-1", "cp1252"):
        try:
            data = match[0].encode(encoding)
        except UnicodeEncodeError:
            continue
        if (text := _decoded(data)) is not None:
            return text
    return match[0]


def _decoded(data: bytes) -> str | None:
    for encoding in ("utf-8", "gbk"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" or (len(data) > 3 and _CJK.fullmatch(text)):
            return _CONTROL.sub(" ", text)
    return None


_FRAMES = re.compile(
    r"(?m)^(?:(?!Error)[^\n]){0,60}?(?:"  # an error before the call in one line stays
    r'File "[^"\n]{1,300}", line \d+, in [^\n]{0,200}(?:\n[^\n]{0,60}    [^\n]{0,300})?'  # Python
    r"|#\d{1,3} [^\n(\[{]{0,300}[(\[{][^\n]{0,400}"  # PHP
    r"|\S{1,200}\.rb:\d+:in [`'][^\n]{0,100}"  # Ruby
    r"|[ \t]{2,60}\d{1,6}: [\w:<>{}]{3,200}"  # Rust
    r")$"
)


_CALLS = re.compile(
    r"(?:(?<=\n)|\A|(?<=\s))[ \t]{0,60}at (?:async |new "
    r"|Object\.)?[\w.$<>/`\[\],+&@:\\-]{1,300}(?: \[as \w{1,60}\])? ?\([^\n()]{0,300}(?:\([^\n()]{0,100}\)[^\n()]{0,200})?\)?"
    r"(?: in [^\n]{1,200}?:(?:line )?\d{1,6}| ~?\[[^\n\]]{1,120}\])?"
)
"""Calls of Java, .NET and Node, one or several in a line."""


def without_frames(text: str) -> str:
    """The text without the lines of a stack trace: names of functions are no evidence."""
    return _CALLS.sub("", _FRAMES.sub("", text))
