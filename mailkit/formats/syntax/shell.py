"""Shell scripts: the command lines of mail programs, their options with the place of each value.

A call ``swaks --server smtp.example.com -p 587`` has the entries ``("swaks", "0", "server")`` and
``("swaks", "0", "p")``; a word without a dash is ``argument``, or ``url``. Variables are followed to where they are
assigned, ``$(command)`` is a reference. Nothing is executed.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath

from mailkit.formats.document import Entry, Lines, Reference, Scalar
from mailkit.formats.syntax.dotenv import expand
from mailkit.formats.syntax.dotenv import render as render_variable

__all__ = ["SEPARATE_ITEMS", "options", "read", "render"]

SEPARATE_ITEMS = False

_PLAIN = r"[^\s'\"\\$`;|&()<>]++"
_PIECE = re.compile(
    rf"(?P<plain>{_PLAIN})|\\(?P<escaped>.)|'(?P<single>[^']*+)'|\"(?P<double>(?:[^\"\\]|\\.)*+)\""
    r"|\$\((?P<command>[^()\n]*+)\)|(?P<variable>\$\{[^{}\n]*+\}|\$\w++|\$\S?)",
    re.S,
)
_TOKEN = re.compile(
    rf"(?P<blank>(?:[ \t]|\\\r?\n)++)|(?P<comment>(?<![^\s;|&(])#[^\n]*+)"
    r"|(?P<heredoc><<-?[ \t]*+\\?['\"]?(?P<mark>\w+)['\"]?)|(?P<end>\r?\n|[;|&()`]|[{}](?=\s))"
    rf"|(?P<word>(?:{_PLAIN}|\\[^\r\n]|'[^']*+'|\"(?:[^\"\\]|\\.)*+\"|\$\([^()\n]*+\)|\$\{{[^{{}}\n]*+\}}|\$\w*+)++)"
    r"|(?P<other>.)",
    re.S,
)
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)=")
_ALONE = re.compile(r"^[ \t]*(\w+)[ \t]*\r?$", re.M)
_INNER = re.compile(r"\$\(([^()\n]*+)\)")
_NAME = re.compile(r"\$(?:\{(\w+)[^{}]*\}|(\w+))")
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_LOGIN = re.compile(r"((?:\$\{[^{}]*\}|[^:])*)(?::(.*))?", re.S)
_PROMPT = re.compile(r"(?:[\w.-]+@[\w.-]+\S*)?[$%]")  # in lines copied from a terminal

_FLAG = "-"
"""The quoting of an option without a value."""

_WRAPPERS = frozenset(
    (
        *("sudo", "env", "exec", "time", "command", "nohup", "nice", "builtin", "if", "then", "do"),
        *("while", "until", "!", "else", "elif", "export", "local", "readonly", "declare"),
        *("typeset", "set", "eval", "timeout", "watch", "xargs"),
    )
)


@dataclass(frozen=True, slots=True)
class Program:
    """How a program takes options.

    Attributes:
        flags: long options without a value.
        letters: options of one letter without a value, which may be written together.
        login: options whose value is ``user:password``.
        attached: whether a value may follow its letter without a blank.
    """

    flags: frozenset[str] = frozenset()
    letters: str = ""
    login: tuple[str, ...] = ()
    attached: bool = False


_CHECK = Program(
    frozenset(("starttls", "ssl", "tls", "lmtp", "verbose", "use-ipv4", "use-ipv6", "all", "jail")),
    "SLqvV46AjE",
    attached=True,
)
_CHECK_SMTP = replace(_CHECK, letters="SsLqv46")

PROGRAMS: dict[str, Program] = {
    "swaks": Program(
        frozenset(
            (
                *("tls", "tlso", "tls-optional", "tlsos", "tls-optional-strict", "tlsc"),
                *("tls-on-connect", "tls-verify", "apt", "auth-plaintext", "n", "suppress-data"),
                *("pipeline", "prdr", "hr", "hs", "ha", "hi", "g", "raw", "nth", "no-hints", "S"),
                *("hide-all", "hide-send", "hide-receive", "pp", "protect-prompt", "4", "6"),
            )
        )
    ),
    "curl": Program(
        frozenset(
            (
                *("ssl", "ssl-reqd", "ftp-ssl", "ftp-ssl-reqd", "insecure", "verbose", "silent"),
                *("show-error", "fail", "ipv4", "ipv6", "crlf", "no-buffer", "include", "head"),
                *("location", "globoff", "netrc", "netrc-optional", "list-only", "sasl-ir"),
                *("tlsv1", "tlsv1.0", "tlsv1.1", "tlsv1.2", "tlsv1.3", "progress-bar"),
                *("mail-rcpt-allowfails", "compressed", "no-progress-meter"),
            )
        ),
        "kvsSf46NiILglna#01",
        ("u", "user"),
        attached=True,
    ),
    "openssl": Program(
        frozenset(
            (
                *("crlf", "quiet", "showcerts", "debug", "msg", "state", "ign_eof", "brief"),
                *("no_ign_eof", "prexit", "tls1_2", "tls1_3", "tls1_1", "tls1", "status", "4", "6"),
                *("verify_return_error", "no_ssl3", "no_tls1", "no_tls1_1", "noservername", "ct"),
                *("no_tls1_2", "no_tls1_3", "verify_quiet", "reconnect", "nocommands", "trace"),
                *("adv", "tlsextdebug", "legacy_renegotiation", "no_ticket", "bugs"),
            )
        )
    ),
    "msmtp": Program(
        frozenset(
            (
                *("pretend", "debug", "serverinfo", "read-recipients", "read-envelope-from"),
                *("tls", "tls-starttls", "tls-certcheck", "auth", "user", "passwordeval", "syslog"),
                *("auto-from", "undisclosed-recipients", "remove-bcc-headers"),
            )
        ),
        "PdStniv",
        attached=True,
    ),
    **dict.fromkeys(("check_smtp", "check_ssmtp"), _CHECK_SMTP),
    **dict.fromkeys(("check_imap", "check_simap", "check_pop", "check_spop"), _CHECK),
}
"""The programs whose calls are read, by name."""

CHECKS = frozenset(name for name in PROGRAMS if name.startswith("check_"))
"""The plugins of Nagios among them."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a command: its value with the quotes gone, and where it is written."""

    entry: Entry
    text: str
    behind_blank: bool = False

    def part(self, begin: int, path: tuple[str, ...], end: int | None = None) -> Entry:
        """A part of the word as the entry of a path, from one offset in its value to another."""
        entry = self.entry
        value = entry.value[begin:end] if isinstance(entry.value, str) else None
        if begin == 0 and end is None:
            return replace(entry, path=path, value=value)
        if entry.span is None:
            return replace(entry, path=path, value=value, span=None, raw="")
        at = entry.span[0] + len(entry.quote) + begin
        length = len(value) if value is not None else 0
        plain = self.text == entry.raw.strip("'\"")
        span = (at, at + length) if plain and value is not None else None
        return replace(entry, path=path, value=value, span=span, raw=value or "", quote="")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The options of each call of a known program."""
    entries: list[Entry] = []
    count = 0
    for command in _ShellScript(text).commands(0, len(text)):
        at = _program(command)
        if at is not None:
            entries += options(command[at:], str(count))
            count += 1
    return entries


def split(text: str, begin: int, end: int) -> list[Word]:
    """The words of one command between two offsets of a text."""
    return next(_ShellScript(text).commands(begin, end), [])


class _ShellScript:
    """A script, and the variables that are known where it is being read."""

    def __init__(self, text: str) -> None:
        self.text, self.lines = text, Lines(text)
        self.known: dict[str, Entry] = {}
        self._marks: dict[str, list[int]] | None = None

    def commands(self, at: int, end: int) -> Iterator[list[Word]]:
        """The words of each command between two offsets, those inside ``$(…)`` first."""
        command: list[Word] = []
        waiting: list[str] = []
        first = True  # no program was named yet
        while at < end:
            match = _TOKEN.match(self.text, at, end)
            assert match is not None
            at = match.end()
            if match["heredoc"]:
                waiting.append(match["mark"])
            elif match["word"]:
                for inner in _INNER.finditer(self.text, *match.span()):
                    yield from self.commands(*inner.span(1))
                word = _word(self.text, match.span(), self.lines, self.known)
                if not (first and _assign(word, self.known)):
                    command.append(word)
                    first = first and word.text in _WRAPPERS
            elif match["end"]:
                if command:
                    yield command
                command, first = [], True
                if waiting and match[0].endswith("\n"):
                    at = self.behind(waiting, at)
                    waiting = []
        if command:
            yield command

    def behind(self, marks: list[str], at: int) -> int:
        """The offset behind the documents that begin at an offset and end with these words."""
        if self._marks is None:
            self._marks = _marks(self.text)
        for mark in marks:
            places = self._marks.get(mark, [])
            at = next(iter(places[(found := bisect_left(places, at)) : found + 1]), at)
        return at


def _marks(text: str) -> dict[str, list[int]]:
    """By word, where the lines that consist of it begin."""
    places: dict[str, list[int]] = {}
    for match in _ALONE.finditer(text):
        places.setdefault(match[1], []).append(match.start())
    return places


def _assign(word: Word, known: dict[str, Entry]) -> bool:
    match = _ASSIGNED.match(word.text)
    if match is None:
        return False
    known[match[1]] = _without_key(word, match.end())
    return True


def _without_key(word: Word, begin: int) -> Entry:
    """The value of ``NAME=value`` and ``--option=value``, with quotes of its own."""
    raw = word.entry.raw
    key = raw[:begin]
    if word.entry.span is None or "'" in key or '"' in key or "=" not in key:
        return word.part(begin, (word.text[: begin - 1],))
    start, end = word.entry.span[0] + begin, word.entry.span[1]
    inside = raw[begin:]
    quote = inside[0] if inside[:1] in ("'", '"') and inside[-1:] == inside[0] else ""
    value = word.entry.value
    return replace(
        word.entry,
        path=(word.text[: begin - 1],),
        value=value[begin:] if isinstance(value, str) else None,
        span=(start, end) if word.entry.quote != "?" else None,
        raw=inside,
        quote=quote,
    )


def _word(text: str, span: tuple[int, int], lines: Lines, known: dict[str, Entry]) -> Word:
    raw = text[slice(*span)]
    line = lines.number(span[0])
    name = _VARIABLE.fullmatch(raw.strip('"')) if "$" in raw else None
    if name is not None and (entry := known.get(name[1] or name[2])) is not None:
        return Word(entry, str(entry.value))
    parts: list[str | None] = []
    reference: Reference | None = None
    for piece in _PIECE.finditer(raw):
        value, source = _piece(piece, known)
        parts.append(value)
        reference = reference or source
    plain = "".join(part or "" for part in parts)
    found = None if None in parts else plain
    quote = raw[0] if raw[0] in "'\"" and raw[-1] == raw[0] and len(parts) == 1 else ""
    literal = reference is None and (quote != "" or raw == plain or _ASSIGNED.match(raw))
    return Word(
        Entry((), found, line, span if literal else None, raw, quote, reference),
        plain,
        text[span[0] - 1 : span[0]] in (" ", "\t"),
    )


def _piece(match: re.Match[str], known: dict[str, Entry]) -> tuple[str | None, Reference | None]:
    if match["command"] is not None:
        return None, _output(match["command"])
    if match["double"] is not None:
        inside = match["double"]
        if (output := _INNER.search(inside)) is not None:
            return None, _output(output[1])
        if "$" not in inside:
            return re.sub(r"\\([\"\\$`])", r"\1", inside), None
        value, reference, _ = expand(inside, known)
        return value, reference
    if match["variable"] is not None:
        value, reference, _ = expand(match["variable"], known)
        if reference is None and value == match["variable"]:
            return None, Reference("other", match["variable"])
        return value, reference
    return next(filter(None, (match["plain"], match["escaped"], match["single"])), ""), None


def _output(command: str) -> Reference:
    """What a command prints; ``cat FILE`` is the file."""
    match = re.fullmatch(r"\s*cat\s+['\"]?([^\s'\"|;]+)['\"]?\s*", command)
    return Reference("file", match[1]) if match else Reference("command", command.strip())


def _program(command: list[Word]) -> int | None:
    """Where the known program is named in a command; ``None`` where it is another program's."""
    for at, word in enumerate(command):
        name = PurePath(word.text).name if word.text else ""
        if name in PROGRAMS:
            if name == "openssl" and (at + 1 == len(command) or command[at + 1].text != "s_client"):
                return None
            return at
        wrapped = at > 0 and (word.text[:1] == "-" or word.text[:1].isdigit())
        if not (name in _WRAPPERS or wrapped or (at == 0 and _PROMPT.fullmatch(word.entry.raw))):
            return None
    return None


def options(command: list[Word], number: str) -> Iterator[Entry]:
    """The options of one call, under the name of its program and a number."""
    name = PurePath(command[0].text).name
    program = PROGRAMS[name]
    base = (name, number)
    yield replace(command[0].entry, path=(*base, "program"))
    at = 1
    while at < len(command):
        word = command[at]
        at += 1
        option = re.match(r"--?([A-Za-z][\w.-]*)(=)?", word.text)
        if option is None:
            key = "url" if "://" in word.text else "argument"
            yield word.part(0, (*base, key))
            continue
        key, single = option[1], word.text[:2] != "--"
        if option[2]:
            yield replace(_without_key(word, option.end()), path=(*base, key))
        elif key in program.flags or (
            single and program.letters and set(key) <= set(program.letters)
        ):
            if key in program.flags or len(key) == 1:
                yield _flag((*base, key), word)
            else:
                yield from (Entry((*base, name), True, word.entry.line) for name in key)
        elif single and program.attached and len(word.text) > 2 and word.text[:1] == "-":
            yield from _value(program, word.part(2, (*base, key[0])))
        elif at < len(command) and (command[at].text == "-" or command[at].text[:1] != "-"):
            yield from _value(program, command[at].part(0, (*base, key)))
            at += 1
        else:
            yield _flag((*base, key), word)
        if name == "openssl" and key in ("connect", "port") and at > 1:
            target = command[at - 1]
            service = target.text.rpartition(":")[2]
            yield Entry((*base, "service"), service, target.entry.line)


def _flag(path: tuple[str, ...], word: Word) -> Entry:
    """An option without a value, with the blank in front of it; switched off it is not written."""
    span, raw = word.entry.span, word.entry.raw
    if word.behind_blank and span is not None:
        span, raw = (span[0] - 1, span[1]), f" {raw}"
    return replace(word.entry, path=path, value=True, span=span, raw=raw, quote=_FLAG)


def _value(program: Program, entry: Entry) -> Iterator[Entry]:
    """The value of an option; of a login its user and its password."""
    if entry.path[-1] not in program.login:
        yield entry
        return
    above, begin = entry.path[:-1], entry.span[0] + len(entry.quote) if entry.span else 0
    whole = entry.raw.strip("'\"") if entry.value is None else str(entry.value)
    match = _LOGIN.fullmatch(whole)
    assert match is not None
    for name, part, (first, last) in (
        ("user", match[1], match.span(1)),
        ("password", match[2], match.span(2)),
    ):
        if part is None:
            continue
        value, reference = part, None
        if entry.value is None and "$" in part:
            known = _NAME.search(part)
            reference = Reference("env", known[1] or known[2]) if known else entry.reference
        exact = entry.span is not None and entry.raw.strip("'\"") == whole
        yield replace(
            entry,
            path=(*above, name),
            value=value if reference is None else None,
            span=(begin + first, begin + last) if exact else entry.span,
            raw=value if name == "user" else "***",
            quote="",
            reference=reference,
        )


def render(value: Scalar, entry: Entry) -> str:
    """A word in the quotes that stand there; an option without a value is there or not."""
    if entry.quote == _FLAG:
        return entry.raw if value is True else ""
    return render_variable(value, replace(entry, quote=entry.quote[:1]))
