"""Find servers' replies in a pasted text, in any client's wrapping."""

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mailkit.replies import Certainty, Meaning, SessionPlace, read
from mailkit.replies.foreign import aside
from mailkit.replies.subject import replies_in, token_in
from mailkit.replies.wrappers import FRAMES

__all__ = [
    "BARE",
    "Said",
    "said_in",
    "worded_in",
]


@dataclass(frozen=True, slots=True)
class Said:
    """A reply in a text: its meaning, its words, its position and its length."""

    reading: Meaning
    words: str
    at: int
    length: int = 0


_SMTP = re.compile(
    r"(?:(?<![\w.#$/=-])(?<!\d[:,])(?<!HTTP/\d\.\d\" )(?<!HTTP/\d\.\d )|(?<=response=)"
    r"|(?<=reply=))\(?(?:code: ?)?((?!443|422(?![ -][45]\.\d)|429|40[1-9])[45][0-57]\d)(?:(?<=\d)(?P<mark>[- ]"
    r"|: |, (?:b|u|response: )?['\"]?|\): |(?<=\[\d\d\d)\] |(?=\)?\s{0,4}(?:\n|$))))(?!(?:to|from|message-id"
    r"|client|uid|removed)\b[=\n])(?P<text>[^\n]{0,900})"
    r"(?P<more>(?:\n[^\n\d]{0,40}(?<!\d)\1[- ][^\n]{0,900}){0,30})"
)
_IMAP = re.compile(r"(?<![A-Za-z])(NO|BAD|BYE) (?=[\[\w*\"'-])([^\n]{1,900})")
_VERB = re.compile(r"(?:LOGIN|AUTHENTICATE|SELECT|EXAMINE) ")
_POP = re.compile(r"-ERR\b([^\n]{0,900})")
_BRACKET = re.compile(
    r"(?<!NO )(?<!BAD )(?<!-ERR )(?<!OK )\[(?:AUTHENTICATIONFAILED|ALERT|AUTH|UNAVAILABLE|SYS/(?:TEMP|PERM)|IN-USE|LOGIN-DELAY|"
    r"PRIVACYREQUIRED|AUTHORIZATIONFAILED|CONTACTADMIN|EXPIRED|LIMIT|OVERQUOTA|NONEXISTENT|TRYCREATE|SERVERBUG|NOPERM|"
    r"THROTTLED|WEBALERT[^\]\n]{0,200}|REFERRAL[^\]\n]{0,200})\][^\n]{0,900}"
)
_ENHANCED = re.compile(
    r"(?<![\d.\w#-])(?<!\d{3}[ -])(?<!dsn=)(?<!dsn: )[45]\.[0-7]\.\d{1,3}(?![\d.])[^\n]{3,900}"
)
_LOGIN = re.compile(r"\bauth|log ?[io]n\b|passw|credential|incorrect|user|account", re.I)


def said_in(text: str, host: str) -> list[Said]:
    """Every reply in a text that is known, in its order."""
    pasted = _Pasted(text, host)
    found = [
        *_smtp(pasted),
        *_imap(pasted),
        *_pop(pasted),
        *_framed(pasted),
        *_enhanced(pasted),
    ]
    return sorted(found, key=lambda said: said.at)


class _Places:
    """Return the last command before a position in the text."""

    _COMMAND = re.compile(
        r"(?:C: |>> ?|> |~> |-> |CLIENT -> SERVER: |command: ['\"]|in reply to |^|\n)(?:[\w.]{1,12} )?"
        r"(?P<verb>EHLO|HELO|LHLO|STARTTLS|STLS|AUTH(?:ENTICATE)?|LOGIN|USER|PASS|MAIL FROM|RCPT TO|DATA"
        r"|end of DATA|SELECT|EXAMINE|APPEND|LIST|STATUS|CREATE)\b"
    )
    _REPLY_TO = re.compile(
        r"\(in reply to (?:end of )?(?P<verb>[A-Z]+)|(?P<php>MAIL FROM|RCPT TO|DATA(?: END)?|EHLO|HELO|STARTTLS"
        r"|AUTH|Username|Password) command failed"
    )
    _OF = {
        **dict.fromkeys(("EHLO", "HELO", "LHLO"), SessionPlace.HELLO),
        **dict.fromkeys(("STARTTLS", "STLS"), SessionPlace.UPGRADE),
        **dict.fromkeys(
            ("AUTH", "AUTHENTICATE", "LOGIN", "USER", "PASS", "Username", "Password"),
            SessionPlace.LOGIN,
        ),
    }

    def __init__(self, text: str) -> None:
        self._sent = [(match.start(), match["verb"]) for match in self._COMMAND.finditer(text)]
        self._at = 0

    def before(self, at: int) -> SessionPlace:
        """Return the place of a reply; call it in text order."""
        place = SessionPlace.ANY
        number = bisect.bisect_left(self._sent, (at, ""))
        if number:
            place = self._OF.get(self._sent[number - 1][1], SessionPlace.MAIL)
        return place


class _Pasted:
    """A text, and what it is about."""

    def __init__(self, text: str, host: str) -> None:
        self.text, self.host = text, host
        self.mail = replies_in(text)
        self.token = token_in(text)
        self.places = _Places(text)

    def likeliest(self, protocol: str) -> bool:
        """False for a protocol that the text names, so that it sorts first."""
        return re.search(_SHOWN[protocol], self.text, re.I) is None

    def read(
        self, protocol: str, lines: list[str], place: SessionPlace = SessionPlace.ANY
    ) -> Meaning | None:
        """What a reply in the text means."""
        return read(protocol, lines, self.host, place, by_token=self.token)


def _smtp(pasted: _Pasted) -> Iterator[Said]:
    text = pasted.text
    for match in _SMTP.finditer(text):
        code, rest = match[1], match["text"]
        if _STANDARD.fullmatch(rest.strip()):
            rest += text[match.end() :].partition("\n")[2].partition("\n")[0][:_OWN_WORDS]
        lines = [f"{code} {_ended(rest)}"]
        lines += [
            f"{code} {_ended(line.partition(code)[2][1:])}"
            for line in match["more"].split("\n")[1:]
        ]
        place = pasted.places.before(match.start())
        opening = _OPENING.search(text[max(0, match.start() - 90) : match.start(1)])
        if opening is not None:
            place = SessionPlace.HELLO if "helo" in opening[0].lower() else SessionPlace.GREETING
        if (
            wanted := _WANTED.search(text[max(0, match.start() - 100) : match.start(1)])
        ) is not None:
            place = _WANTED_BY[wanted["code"]]
        if (
            issued := _ISSUED.search(text[max(0, match.start() - 40) : match.start(1)])
        ) is not None:
            verb = (issued["verb"] or issued["step"]).upper()
            place = _Places._OF.get(verb, SessionPlace.MAIL)
        tail = match[0][-120:] + text[match.end() : match.end() + 80]
        if (told := _Places._REPLY_TO.search(tail)) is not None:
            place = _Places._OF.get(told["verb"] or told["php"], SessionPlace.MAIL)
        reading = pasted.read("smtp", lines, place)
        if reading is None and place is not SessionPlace.ANY:
            reading = pasted.read("smtp", lines)
        if reading is None:
            continue
        shown = " ".join(lines)
        before = text[max(0, match.start() - 12) : match.start(1)]
        if issued is not None or _about_mail(
            shown, before, pasted.mail or opening is not None, reading
        ):
            yield Said(reading, shown, match.start(1), len(shown))


_STANDARD = re.compile(
    r"(?:\d\.\d\.\d )?Requested (?:mail )?action (?:not taken|aborted):? ?(?:mailbox unavailable|local error)?\.?",
    re.I,
)
"""Words of RFC 5321 that say nothing; a bounce has the server's own ones in the next line."""
_OWN_WORDS = 300

_OPENING = re.compile(
    (
        r"SMTPConnect(?:Response)?Error|SMTPHeloError|unexpected smtp-server response|after initial connection"
        r"|refused to talk to me|bad greeting|invalid greeting"
    ),
    re.I,
)


_WANTED = re.compile(
    r"expected response code \W{0,2}(?P<code>220|235|334|354)\W[^\n]{0,60}\Z", re.I
)
_WANTED_BY = {
    "220": SessionPlace.GREETING,
    "235": SessionPlace.LOGIN,
    "334": SessionPlace.LOGIN,
    "354": SessionPlace.MAIL,
}
"""The code that a program waited for shows the command (RFC 5321 §4.3.2, RFC 4954 §4)."""

_ISSUED = re.compile(
    r"\b(?:(?P<verb>MAIL|RCPT|DATA|EHLO|HELO|STARTTLS|AUTH)(?: FROM| TO)? (?:command(?: failed)?|failed)"
    r"|(?P<step>AUTH|STARTTLS)(?:enticat\w{1,3})?(?: SMTP)?(?: failed| error)?): \W{0,3}\Z",
    re.I,
)
"""A command that a program names before the reply to it."""


def _about_mail(reply: str, before: str, mail: bool, reading: Meaning) -> bool:
    """Whether a number in a text is a reply code, and no other number."""
    if re.match(r"\d{3} #?[45]\.\d{1,3}\.\d", reply):
        return True
    if _COUNTED.match(reply) or _LINE.search(before) or (reading.by_code and before.endswith(", ")):
        return False
    if mail:
        alone = re.fullmatch(r"\d{3}\W*", reply) is not None
        return (_ALONE if alone else _SPOKEN).search(before) is not None
    known = reading.source != "" or reading.finding.startswith(_OF_SMTP)
    return _FRAME.search(before) is not None and (
        _LOGIN.search(reply) is not None or (known and not reading.by_code)
    )


_COUNTED = re.compile(
    r"\d{3} (?:new |unread )?(?:messages|mails|e-?mails|items|bytes|users|contacts|accounts|files|duplicates|ms|sec)\b"
    r"(?! (?:rejected|refused|not|from))",
    re.I,
)
"""A number of something, and no reply code."""
_LINE = re.compile(
    r"\w\.(?:rs|go|c|cc|cpp|js|ts|py|rb|php|java|kt|cs|ex|erl|pl|pm|lua|swift|m|h):\Z"
)
"""A number behind the name of a source file is a line's."""

_FRAME = re.compile(r"(?:^|\n|[-:;'\"(<>=,|*\]─│]|\bsaid|\bcode) ?[(\[]?$", re.I)
_SPOKEN = re.compile(
    _FRAME.pattern
    + r"|\b(?:error|reply|replied|respon\w{2,4}|answer\w*|return\w*|with|got|status|server|failed|message"
    r"|smtp|by|erreur|fehler|errore?|receiv\w+|gave|gives?) ?\(?$|\w\.[a-z]{2,8} $",
    re.I,
)
"""Return whether the text before a number introduces a reply code: a mark, a verb, or the end of a host name."""
_ALONE = re.compile(r"(?:error|reply|response|responded|said|status|smtp)\W{1,3}$", re.I)
_OF_SMTP = ("grt-", "snd-", "stt-", "lim-", "aut-sequence")


def _imap(pasted: _Pasted) -> Iterator[Said]:
    text = pasted.text
    for match in _IMAP.finditer(text):
        place = pasted.places.before(match.start())
        reading = pasted.read("imap", [f"{match[1]} {_ended(match[2])}"], place)
        if reading is None and place is not SessionPlace.ANY:
            reading = pasted.read("imap", [f"{match[1]} {_ended(match[2])}"])
        tagged = (
            match[2].startswith("[")
            or re.search(
                r"(?:^|[\s'\"])(?:[A-Za-z]{0,6}\d{1,8}\.?\d{0,8}|\*|a)\s?$",
                text[max(0, match.start() - 16) : match.start()],
            )
            or _VERB.match(match[2])
        )
        if reading is not None and (pasted.mail or tagged):
            yield Said(reading, _ended(match[0]), match.start())
    for match in _BRACKET.finditer(text):
        protocol = "pop3" if re.match(r"\[(?:SYS/|IN-USE|LOGIN-DELAY|AUTH\])", match[0]) else "imap"
        code = "-ERR" if protocol == "pop3" else "NO"
        reading = pasted.read(protocol, [f"{code} {_ended(match[0])}"])
        if reading is not None:
            yield Said(reading, _ended(match[0]), match.start())


def _pop(pasted: _Pasted) -> Iterator[Said]:
    text = pasted.text
    for match in _POP.finditer(text):
        place = pasted.places.before(match.start())
        upgrade = place if place is SessionPlace.UPGRADE else SessionPlace.ANY
        reading = pasted.read("pop3", [_ended(match[0])], upgrade)
        if reading is not None:
            yield Said(reading, _ended(match[0]), match.start())


_SHOWN = {"smtp": r"smtp|sending|outgoing", "imap": r"imap", "pop3": r"pop3?\b"}
_NAMES = {"s": "smtp", "i": "imap", "p": "pop3"}


def _framed(pasted: _Pasted) -> Iterator[Said]:
    """Replies whose code a client cut off; of two frames that end at one place the longer counts."""
    text, lower = pasted.text, pasted.text.lower()
    frames: dict[int, tuple[int, str, SessionPlace]] = {}
    for pattern, protocols, place in FRAMES:
        for match in pattern.finditer(text, lower):
            size = match.end() - match.start()
            if size > frames.get(match.end(), (0,))[0]:
                frames[match.end()] = size, protocols, place
    for end, (_, protocols, place) in frames.items():
        words = _ended(text[end : end + 600].partition("\n")[0])
        if _CODED.match(words):
            continue  # it kept its code
        names = sorted((_NAMES[letter] for letter in protocols), key=pasted.likeliest)
        if re.match(r"[45]\.\d\.\d", words):
            names = ["smtp"]
        for named in names:
            here = SessionPlace.LOGIN if place is SessionPlace.ANY and named != "smtp" else place
            reading = pasted.read(named, [words], here) or pasted.read(named, [words], place)
            if reading is not None and (pasted.mail or reading.finding not in _OF_ANY_LOGIN):
                if reading.finding == "aut-mech-unknown" and not _LOGIN.search(words):
                    reading = replace(reading, certainty=Certainty.POSSIBLE)  # of any command
                yield Said(reading, words, end)
                break


_OF_ANY_LOGIN = ("aut-bad", "aut-temp")
"""What other programs than those of mail say in the same words."""
_CODED = re.compile(r"['\"]?(?:\w{1,8} )?(?:NO|BAD|OK) |\[?\d{3}[ -]|None\b|-ERR|\* ")


def worded_in(text: str, host: str, *, bare: bool) -> list[Said]:
    """Find replies without their code, as the last resort. Where they are all of the text, they are possible."""
    found = []
    pasted, level = _Pasted(text, host), Certainty.POSSIBLE if bare else Certainty.LIKELY
    for line in text.split("\n")[:200]:
        words = _ended(line)
        for protocol in ("", "imap") if 12 < len(words) < 600 and not aside(words) else ():
            reading = pasted.read(protocol, [words.partition("rror: ")[2] or words])
            if reading is None or (bare and reading.finding in _OF_ANY_PROGRAM):
                continue
            of_login = reading.finding.startswith("aut-") and _LOGIN.search(words)
            if reading.source or pasted.token or (bare and of_login):
                found.append(Said(Meaning(reading.finding, level, reading.source), words, 0))
                break
    return found


BARE = 60
"""The longest text that may be nothing but the words of a reply."""

_OF_ANY_PROGRAM = (*_OF_ANY_LOGIN, "aut-sequence", "snd-rcpt-unknown")
"""What other programs say in the same words, or any text."""


def _enhanced(pasted: _Pasted) -> Iterator[Said]:
    text = pasted.text
    for match in _ENHANCED.finditer(text):
        if re.search(
            r"[245]\d\d[- ]$|[245]\d\d, ?b?u?['\"]$|[245]\d\d: $|[245]\d\d #$",
            text[max(0, match.start() - 8) : match.start()],
        ):
            continue
        words = _ended(match[0])
        reading = pasted.read("smtp", [words])
        before = text[max(0, match.start() - 12) : match.start()]
        if reading is not None and (not reading.by_code or _FRAME.search(before)):
            yield Said(reading, words, match.start())


def _ended(words: str) -> str:
    """The words without the quotes and brackets of the client behind them."""
    cut = min(
        (
            at
            for mark in (
                ".; ",
                "', ",
                '", ',
                "')",
                '")',
                "']",
                '"]',
                '",',
                '". Auth',
                " Error [",
                '".". ',
                "\\n",
            )
            if (at := words.find(mark)) > 0
        ),
        default=len(words),
    )
    return words[:cut].strip().strip("'\"")
