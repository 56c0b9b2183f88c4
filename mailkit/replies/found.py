"""The replies of servers in a pasted text, whatever a client put around them."""

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailkit.providers import owner
from mailkit.replies import Certainty, Place, Reading, read
from mailkit.replies.wrappers import FRAMES

__all__ = ["Said", "host_in", "mail_in", "said_in", "token_in", "worded_in"]


@dataclass(frozen=True, slots=True)
class Said:
    """A reply in a text: what it means, its words, and where in the text it begins."""

    reading: Reading
    words: str
    at: int


_SMTP = re.compile(
    r"(?<![\w.#$/=-])\(?(?:code: ?)?((?!443)[45][0-57]\d)(?:(?<=\d)(?P<mark>[- ]|: |, (?:b|u|response: )?['\"]?|\): ))(?P<text>[^\n]{0,900})"
    r"(?P<more>(?:\n[^\n\d]{0,40}(?<!\d)\1[- ][^\n]{0,900}){0,30})"
)
_IMAP = re.compile(r"(?<![A-Za-z'])(NO|BAD|BYE) (?=[\[\w*\"'-])([^\n]{1,900})")
_VERB = re.compile(r"(?:LOGIN|AUTHENTICATE|SELECT|EXAMINE) ")
_POP = re.compile(r"-ERR\b([^\n]{0,900})")
_BRACKET = re.compile(
    r"(?<!NO )(?<!BAD )(?<!-ERR )(?<!OK )\[(?:AUTHENTICATIONFAILED|ALERT|AUTH|UNAVAILABLE|SYS/(?:TEMP|PERM)|IN-USE|LOGIN-DELAY|"
    r"PRIVACYREQUIRED|AUTHORIZATIONFAILED|CONTACTADMIN|EXPIRED|LIMIT|OVERQUOTA|NONEXISTENT|TRYCREATE|SERVERBUG|NOPERM|"
    r"THROTTLED|WEBALERT[^\]\n]{0,200}|REFERRAL[^\]\n]{0,200})\][^\n]{0,900}"
)
_ENHANCED = re.compile(r"(?<![\d.\w#-])(?<!\d{3}[ -])[45]\.[0-7]\.\d{1,3}(?![\d.])[^\n]{3,900}")
_MAIL = re.compile(
    r"smtp|imap|curl: \(67|outlook|0x800CCC|pop3|\bpop\b|mail|\bauth|starttls|\brcpt|\behlo|\bhelo|relay|recipient|mailbox|SERVER ->|\bsasl",
    re.I,
)
_LOGIN = re.compile(r"\bauth|log ?[io]n\b|passw|credential|incorrect|user", re.I)


def mail_in(text: str) -> bool:
    """Whether a text is about mail at all; other programs log in, too."""
    return _OF_MAIL.search(text) is not None


_OF_MAIL = re.compile(
    r"smtp|imap|pop3|\bpop\b|mail|outlook|0x800CCC|0x8004|curl: \(67|starttls|\brcpt|\behlo|\bhelo"
    r"|mailbox|\bsasl|EAUTH|thunderbird|exchange|evolution",
    re.I,
)


def token_in(text: str) -> bool:
    """Whether a text is about a login by token."""
    return re.search(r"xoauth2?\b|oauthbearer|bearer token", text, re.I) is not None


def said_in(text: str, host: str) -> list[Said]:
    """Every reply in a text that is known, in its order."""
    mail = _MAIL.search(text) is not None
    token = token_in(text)
    places = _Places(text)
    found = [
        *_smtp(text, host, mail, places),
        *_imap(text, host, mail, places),
        *_pop(text, host),
        *_framed(text, host),
        *_enhanced(text, host, mail, places),
    ]
    return sorted((_by_token(said) if token else said for said in found), key=lambda said: said.at)


def _by_token(said: Said) -> Said:
    """A login by token that is refused in general words is refused for the token."""
    plain = ("aut-bad", "aut-oauth-only", "aut-app-password")
    if said.reading.finding not in plain or said.reading.source.startswith("Microsoft's"):
        return said
    if "basic" in said.words.lower():
        return said
    return Said(Reading("aut-token", Certainty.LIKELY), said.words, said.at)


class _Places:
    """Which command was sent last before a position in the text."""

    _COMMAND = re.compile(
        r"(?:C: |>> ?|> |~> |-> |CLIENT -> SERVER: |command: ['\"]|in reply to |^|\n)(?:[\w.]{1,12} )?"
        r"(?P<verb>EHLO|HELO|LHLO|STARTTLS|STLS|AUTH(?:ENTICATE)?|LOGIN|USER|PASS|MAIL FROM|RCPT TO|DATA|end of DATA|SELECT|EXAMINE|APPEND|LIST|STATUS|CREATE)\b"
    )
    _REPLY_TO = re.compile(
        r"\(in reply to (?:end of )?(?P<verb>[A-Z]+)|(?P<php>MAIL FROM|RCPT TO|DATA(?: END)?|EHLO|HELO|STARTTLS|AUTH|Username|Password) command failed"
    )
    _OF = {
        **dict.fromkeys(("EHLO", "HELO", "LHLO"), Place.HELLO),
        **dict.fromkeys(("STARTTLS", "STLS"), Place.UPGRADE),
        **dict.fromkeys(
            ("AUTH", "AUTHENTICATE", "LOGIN", "USER", "PASS", "Username", "Password"), Place.LOGIN
        ),
    }

    def __init__(self, text: str) -> None:
        self._sent = [(match.start(), match["verb"]) for match in self._COMMAND.finditer(text)]
        self._at = 0

    def before(self, at: int) -> Place:
        """The place of a reply; to be asked in the order of the text."""
        place = Place.ANY
        number = bisect.bisect_left(self._sent, (at, ""))
        if number:
            place = self._OF.get(self._sent[number - 1][1], Place.MAIL)
        return place


def _smtp(text: str, host: str, mail: bool, places: _Places) -> Iterator[Said]:
    for match in _SMTP.finditer(text):
        code, rest = match[1], match["text"]
        lines = [f"{code} {_ended(rest)}"]
        lines += [
            f"{code} {_ended(line.partition(code)[2][1:])}"
            for line in match["more"].split("\n")[1:]
        ]
        place = places.before(match.start())
        opening = _OPENING.search(text[max(0, match.start() - 40) : match.start(1)])
        if opening is not None:
            place = Place.HELLO if "helo" in opening[0].lower() else Place.GREETING
        tail = match[0][-120:] + text[match.end() : match.end() + 80]
        if (told := _Places._REPLY_TO.search(tail)) is not None:
            place = _Places._OF.get(told["verb"] or told["php"], Place.MAIL)
        reading = read("smtp", lines, host, place)
        if reading is None and place is not Place.ANY:
            reading = read("smtp", lines, host)
        if reading is None:
            continue
        shown = " ".join(lines)
        before = text[max(0, match.start() - 12) : match.start(1)]
        if _about_mail(shown, before, mail or opening is not None, reading):
            yield Said(reading, shown, match.start(1))


_OPENING = re.compile(
    r"SMTPConnectError|SMTPHeloError|refused to talk to me|bad greeting|invalid greeting", re.I
)


def _about_mail(reply: str, before: str, mail: bool, reading: Reading) -> bool:
    """Whether a number in a text is a reply code, and no other number."""
    if re.match(r"\d{3} #?[45]\.\d{1,3}\.\d", reply) or _LOGIN.search(reply):
        return True
    if reading.by_code:  # the words say nothing: the number must stand where codes do
        return _FRAME.search(before) is not None and mail
    return mail or reading.source != "" or reading.finding.startswith(_OF_SMTP)


_FRAME = re.compile(r"(?:^|\n|[:'\"(>=]|\bsaid|\bcode) ?\(?$")
_OF_SMTP = ("grt-", "snd-", "stt-", "lim-")


def _imap(text: str, host: str, mail: bool, places: _Places) -> Iterator[Said]:
    for match in _IMAP.finditer(text):
        place = places.before(match.start())
        reading = read("imap", [f"{match[1]} {_ended(match[2])}"], host, place)
        if reading is None and place is not Place.ANY:
            reading = read("imap", [f"{match[1]} {_ended(match[2])}"], host)
        tagged = (
            match[2].startswith("[")
            or re.search(
                r"(?:^|[\s'\"])(?:[A-Za-z]{0,6}\d{1,8}\.?\d{0,8}|\*|a)\s?$",
                text[max(0, match.start() - 16) : match.start()],
            )
            or _VERB.match(match[2])
        )
        if reading is not None and (mail or tagged):
            yield Said(reading, _ended(match[0]), match.start())
    for match in _BRACKET.finditer(text):
        protocol = "pop3" if re.match(r"\[(?:SYS/|IN-USE|LOGIN-DELAY|AUTH\])", match[0]) else "imap"
        code = "-ERR" if protocol == "pop3" else "NO"
        reading = read(protocol, [f"{code} {_ended(match[0])}"], host)
        if reading is not None:
            yield Said(reading, _ended(match[0]), match.start())


def _pop(text: str, host: str) -> Iterator[Said]:
    for match in _POP.finditer(text):
        reading = read("pop3", [_ended(match[0])], host)
        if reading is not None:
            yield Said(reading, _ended(match[0]), match.start())


def _framed(text: str, host: str) -> Iterator[Said]:
    """Replies whose code a client cut off."""
    lower = text.lower()
    for pattern, protocols, place in FRAMES:
        for match in pattern.finditer(text, lower):
            words = _ended(text[match.end() : match.end() + 600].partition("\n")[0])
            if re.match(r"['\"]?(?:\w{1,8} )?(?:NO|BAD|OK) |\[?\d{3}[ -]|None\b|-ERR|\* ", words):
                continue  # it kept its code
            protocol = {"s": "smtp", "i": "imap", "p": "pop3"}.get(protocols, "")
            if re.match(r"[45]\.\d\.\d", words):
                protocol = "smtp"
            for named in (protocol, "smtp", "imap", "pop3") if not protocol else (protocol,):
                here = Place.LOGIN if place is Place.ANY and protocol != "smtp" else place
                reading = read(named, [words], host, here) or read(named, [words], host, place)
                if reading is not None:
                    yield Said(reading, words, match.end())
                    break


def worded_in(text: str, host: str) -> list[Said]:
    """Lines that are a server's words without any frame, as the last resort."""
    found = []
    for line in text.split("\n")[:200]:
        words = _ended(line)
        for protocol in ("", "imap") if 12 < len(words) < 600 else ():
            reading = read(protocol, [words.partition("rror: ")[2] or words], host)
            if reading is not None and reading.source:
                found.append(
                    Said(Reading(reading.finding, Certainty.LIKELY, reading.source), words, 0)
                )
                break
    return found


def _enhanced(text: str, host: str, mail: bool, places: _Places) -> Iterator[Said]:
    for match in _ENHANCED.finditer(text):
        if re.search(
            r"[245]\d\d[- ]$|[245]\d\d, ?b?u?['\"]$|[245]\d\d: $|[245]\d\d #$",
            text[max(0, match.start() - 8) : match.start()],
        ):
            continue
        words = _ended(match[0])
        reading = read("smtp", [words], host)
        if reading is not None and (mail or not reading.by_code):
            yield Said(reading, words, match.start())


def _ended(words: str) -> str:
    """The words without the quotes and brackets of the client behind them."""
    cut = min(
        (
            at
            for mark in ("', ", '", ', "')", '")', "']", '"]', '",', "\\n")
            if (at := words.find(mark)) > 0
        ),
        default=len(words),
    )
    return words[:cut].strip().strip("'\"")


_HOST = re.compile(r"(?<![\w.@-])[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_USER = re.compile(
    r"(?:user(?:name)?|login|account|for|auth\w*)\W{1,6}[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,6})",
    re.I,
)
_SIGNATURES = (
    ("gsmtp", "smtp.gmail.com"),
    ("support.google.com/mail", "smtp.gmail.com"),
    ("support.google.com/accounts", "smtp.gmail.com"),
    ("service.mail.qq.com", "smtp.qq.com"),
    ("prod.outlook.com", "smtp.office365.com"),
    ("microsoft exchange imap4", "outlook.office365.com"),
    ("icloud", "imap.mail.me.com"),
    ("#auth005", "smtp.mail.yahoo.com"),
)
"""Words in which a provider shows itself."""


def host_in(text: str) -> str:
    """The server that a text is about; that of a known provider first."""
    hosts = dict.fromkeys(match[0].lower() for match in _HOST.finditer(text))
    known = next((host for host in hosts if owner(host)), "")
    if known:
        return known
    lower = text.lower()
    shown = next((host for sign, host in _SIGNATURES if sign in lower), "")
    if shown:
        return shown
    mailish = re.compile(
        r"(?:imaps?|smtps?|pop3?s?|mail|mx|outlook|mailout|smtp-relay|email)\b[\w-]*\."
    )
    return next((host for host in hosts if mailish.match(host)), "")
