"""Explain a pasted error message, a server's reply or a transcript, offline.

The engine is that of the diagnosis: :func:`mailkit.replies.read` reads servers' replies in the text, whatever a
client put around them; the error texts of clients are the data of :mod:`mailkit.replies.clients`. A text that matches
nothing explains nothing: a wrong
explanation is worse than none.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

from mailkit.finding import Severity
from mailkit.protocol.pasted import secrets_in
from mailkit.providers import owner
from mailkit.replies import Certainty
from mailkit.replies.clients import INTERRUPTED, TEXTS
from mailkit.replies.dialogs import dialogs_in
from mailkit.replies.evidence import (
    AFTER,
    GENERAL,
    PLAIN,
    SPECIFIC,
    VAGUE,
    Sign,
    proved,
    weighed,
)
from mailkit.replies.foreign import foreign_in, foreign_line
from mailkit.replies.found import BARE, Said, said_in, worded_in
from mailkit.replies.frames import interrupted
from mailkit.replies.happened import (
    advising,
    denied,
    headed,
    now_in,
    past,
    since_delivery,
)
from mailkit.replies.host import host_in
from mailkit.replies.plain import plain, without_frames
from mailkit.replies.session import ended, redirected
from mailkit.replies.subject import (
    elsewhere_in,
    mail_in,
    opening_in,
    program_error_in,
    question_in,
    reply_list_in,
    token_in,
)
from mailkit.replies.text import Text
from mailkit.replies.told import told_in, unsure, without
from mailkit.rules.advice import advised
from mailkit.rules.lookup import rule_named
from mailkit.text import clean, html_table

__all__ = ["Explanation", "document", "explain"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A possible cause of a text.

    ``matched`` are the words that matched, with the passwords of the text masked, ``advice`` is what to do, ``check``
    how to verify it, ``source`` where the reply is documented.
    """

    id: str
    severity: Severity
    title: str
    matched: str
    advice: str
    check: str
    certainty: Certainty
    source: str = ""

    def _repr_html_(self) -> str:
        return Explanations([self])._repr_html_()


class Explanations(list[Explanation]):
    """Causes, likeliest first; a notebook shows them as a table."""

    def _repr_html_(self) -> str:
        rows = [
            (
                str(explained.certainty),
                explained.id,
                explained.title,
                explained.advice,
                explained.check,
            )
            for explained in self
        ]
        head = ("certainty", "finding", "what it means", "what to do", "how to check")
        title = "What this text means" if rows else "This text is not in the catalogue"
        return html_table(title, head if rows else (), rows)


def explain(text: str) -> Explanations:
    """Explain a pasted text.

    Args:
        text: an error message, a server's reply, or a transcript.

    Returns:
        The possible causes, likeliest first; empty if the text is not known.
    """
    found = _explain(text)
    if found:
        secrets = secrets_in(text)
        found = [
            replace(explained, matched=secrets.shown(explained.matched)) for explained in found
        ]
    return Explanations(found)


def unknown(text: str) -> str:
    """Return a sentence on a text that :func:`explain` does not explain."""
    if foreign_in(_once(plain(text))):
        return "This text is about another service, and nothing in it is about mail."
    return "This text is not in the catalogue."


def _explain(text: str) -> list[Explanation]:
    lines = [line.strip() for line in text.splitlines()]
    program: list[Sign] = []
    if sum(line.startswith(("S: ", "C: ")) for line in lines) > 1:
        talked = [line for line in lines if line.startswith(("S: ", "C: ", "== "))]
        from mailkit.rules.catalogue import program_findings

        program = [
            Sign(finding.id, 0, Certainty.SURE, " ".join(finding.evidence))
            for finding in program_findings(talked)
        ]
        if program and any(_WHERE_TLS_BEGINS.match(line) for line in lines):
            return [_explained(sign, text) for sign in program]
    legible = _once(plain(text))
    session = ended(without_frames(legible))
    if session.finding:
        return [_explained(Sign(session.finding, 0, Certainty.LIKELY, session.words), legible)]
    silent = foreign_in(legible) or reply_list_in(legible)
    signs = [] if silent else _latest(session.text, legible)
    if signs and (words := redirected(legible)):
        signs.insert(0, Sign("tcp-redirected", 0, Certainty.LIKELY, words))
    # Without a command or a mark, a transcript does not show whether TLS was on from the first byte.
    certainty = Certainty.POSSIBLE if signs else Certainty.LIKELY
    told = any(sign.refused and sign.certainty is Certainty.SURE for sign in signs)
    found = weighed(signs, elsewhere_in(legible) or not (told or mail_in(legible)))
    found += [replace(sign, certainty=certainty) for sign in program]
    return [_explained(sign, legible) for sign in found]


_WHERE_TLS_BEGINS = re.compile(r"== |C: (?:\w{1,12} )?(?:STARTTLS|STLS)\b")


def _once(text: str) -> str:
    """Return a long text without uninformative lines, and each other line once.

    A log repeats lines; the last occurrence counts.
    """
    if len(text) < _LONG:
        return text
    lines = [
        line[at : at + _WIDEST] for line in text.split("\n") for at in range(0, len(line), _WIDEST)
    ]
    telling = {_NUMBERS.sub("", line): line for line in lines if _TELLING.search(line)}
    return "\n".join([*telling.values()][-_MOST:])


_LONG, _WIDEST, _MOST = 40_000, 2000, 2000
"""Limits: characters of a text that is read unchanged, characters of a line, and lines of a longer text."""

_NUMBERS = re.compile(r"[0-9][0-9]*+(?:(?<=[0-9]{4})|[:.][0-9][0-9:.]*)")
_TELLING = re.compile(
    r"(?<!\d)[45]\d\d(?!\d)|\b(?:NO|BAD|BYE)\b|-ERR|err|fail|refus|reject|denied|invalid|expired|timed? ?out|timeout"
    r"|unable|cannot|can't|could not|not |unreach|reset|closed|EOF|tls|ssl|certificate|x509|wrong"
    r"|unexpected|0x800|too many|limit|exceed|\b[CS]: |[<>]{2} ",
    re.I,
)


def _latest(text: str, whole: str) -> list[Sign]:
    """Return the signs of what happened last, where a text tells of the past, too."""
    now = now_in(text)
    shift = len(text) - len(now)
    signs = [_moved(sign, shift) for sign in _signs(now, whole)] if now else []
    if not any(sign.rank < VAGUE for sign in signs):
        before = _signs(text, whole)
        signs = signs + [past(sign) for sign in before] if signs else before
    if question_in(whole):
        return [past(sign) for sign in signs]
    return since_delivery(signs, text)


def _moved(sign: Sign, by: int) -> Sign:
    """Return a sign of a part of a text with its place in the whole."""
    return replace(sign, span=(sign.span[0] + by, sign.span[1] + by))


def _signs(text: str, whole: str) -> list[Sign]:
    host = host_in(whole)
    listed = headed(text)
    told, doubted, denied_ones = told_in(said_in(text, host), text, listed)
    signs = [sign for reply in _last_first(told) for sign in _of_reply(reply)]
    signs += [past(sign) for reply in doubted for sign in _of_reply(reply)]
    mail = mail_in(whole)
    rest = without(text, [*filter(unsure, told), *doubted, *denied_ones])
    flat = rest.replace("\n", " ")
    lower = flat.lower()
    specific = any(sign.rank < VAGUE for sign in signs)
    for row in TEXTS:
        if row.vague and specific:
            continue  # it would not count
        match, doubtful = _happened(row, flat, lower, rest, listed)
        if (
            match is None
            or (row.common and not mail)
            or (row.vague and program_error_in(whole))
            or (not mail and _needs_mail(match[0]))
        ):
            continue
        findings = _at_provider(row.findings, host)
        if row.findings[0] == "aut-bad" and token_in(whole):
            findings = ("aut-token", "aut-bad")
        certainty = row.certainty if findings == row.findings else Certainty.POSSIBLE
        if certainty is Certainty.SURE and not proved(rest, *match.span()):
            certainty = Certainty.LIKELY
        if row in INTERRUPTED and (step := interrupted(whole)):
            findings, certainty = step, _AT_STEP.get(step[0], Certainty.POSSIBLE)
        base = VAGUE if row.vague else SPECIFIC + 1
        specific = specific or not (row.vague or doubtful)
        if doubtful:
            base = VAGUE + AFTER if row.vague else VAGUE
            certainty = Certainty.POSSIBLE
        for place, finding in enumerate(findings):
            level = certainty if not place else Certainty.POSSIBLE
            # The other causes of a sentence come behind the first causes of all sentences.
            rank = base + (AFTER if place else 0) + (1 if certainty is Certainty.POSSIBLE else 0)
            rank += row in INTERRUPTED and certainty is Certainty.POSSIBLE
            signs.append(Sign(finding, rank, level, match[0], span=match.span()))
    if not any(sign.rank < VAGUE for sign in signs):
        signs = _of_dialogs(rest, mail) + signs
    bare = _is_bare(whole)
    replied = told or doubted or denied_ones
    if (mail or bare) and not replied and not any(sign.rank < VAGUE for sign in signs):
        signs += [sign for reply in worded_in(text, host, bare=bare) for sign in _of_reply(reply)]
    if opening_in(whole):
        signs = [
            replace(sign, finding="mbx-folder-missing") if sign.finding == "mbx-trycreate" else sign
            for sign in signs
        ]
    return signs


def _is_bare(text: str) -> bool:
    """Return whether a text may be nothing but the words of a reply: short, and with no mark of another program."""
    marked = _MARKED.search(text) or elsewhere_in(text) or program_error_in(text)
    return len(text) <= BARE and not marked


_MARKED = re.compile(r"[\d(){}=<>@/\\]|[a-z]Error\b|FATAL")


def _of_dialogs(text: str, mail: bool) -> list[Sign]:
    """Return what the sentences of a mail program say in another language, the most specific first."""
    return [
        Sign(finding, VAGUE + place * AFTER, Certainty.POSSIBLE, dialog.words, span=dialog.span)
        for dialog in dialogs_in(text, mail)
        for place, finding in enumerate(dialog.findings)
    ]


_AT_STEP = dict.fromkeys(("grt-eof", "hst-no-reply"), Certainty.LIKELY)
"""How certain the first cause of an ended connection is where its step is known."""


def _happened(
    row: Text, text: str, lower: str, lines: str, listed: int
) -> tuple[re.Match[str] | None, bool]:
    """Return the first match that tells what happened, or the first one, and whether it is doubtful.

    Advice is doubtful, and so are words of a vague row in two lines, and those behind the place where a list of
    errors begins. ``text`` is ``lines`` without line breaks.
    """
    first = None
    for match in row.pattern.finditer(text, lower):
        advice = advising(text, match.start())
        if denied(text, match.start(), match.end()) and not advice:
            continue
        if foreign_line(lines, match.start(), match.end()):
            continue
        apart = row.vague and "\n" in lines[match.start() : match.end()]
        if not apart and not advice and match.start() <= listed:
            return match, False
        first = first or match
    return first, first is not None


def _needs_mail(words: str) -> bool:
    """Return whether words are too common to identify a mail error."""
    return re.fullmatch(r"\d+|timeout|NotTrusted|timed out|\(13\)|0 bytes", words, re.I) is not None


def _last_first(said: list[Said]) -> list[Said]:
    """Sort replies: those with a reason first, then the latest first."""
    return sorted(
        said,
        key=lambda guess: (
            guess.reading.finding in GENERAL,
            guess.reading.certainty is not Certainty.SURE or guess.reading.finding == _TRIED_NEXT,
            -guess.at,
        ),
    )


_TRIED_NEXT = "aut-mech-unknown"
"""A program that gets this reply tries another mechanism."""


def _of_reply(said: Said) -> list[Sign]:
    finding, level, source = said.reading.finding, said.reading.certainty, said.reading.source
    # No text shows which mechanisms the server offers.
    if level is Certainty.SURE and (finding == _TRIED_NEXT or not said.reading.agreed):
        level = Certainty.LIKELY
    rank = PLAIN if finding in GENERAL else SPECIFIC
    if level is Certainty.POSSIBLE:
        rank = max(rank, SPECIFIC + 2)
    span = (said.at, said.at + len(said.words))
    signs = [Sign(finding, rank, level, said.words, source, span, refused=True)]
    if finding in _BY_POLICY and level is not Certainty.SURE:
        signs.append(Sign("aut-bad", PLAIN, Certainty.POSSIBLE, said.words))
    if finding == _TRIED_NEXT:
        signs.append(replace(signs[0], finding="cap-mech-mismatch", certainty=Certainty.POSSIBLE))
    return signs


_BY_POLICY = ("aut-app-password", "aut-auth-code", "aut-oauth-only")
"""Return what a provider's policy says about a rejection without a reason."""


def _at_provider(findings: tuple[str, ...], host: str) -> tuple[str, ...]:
    """Return what a text means beside the name of a public provider, whose certificate is valid."""
    provider = owner(host)
    if provider is None:
        return findings
    if findings[0] == "crt-self-signed":
        return ("tls-sni", "tls-intercept")
    if findings[0] == "crt-unknown-ca" and len(findings) > 1:
        return (findings[0], "crt-local-store", "tls-intercept")
    if findings[0] == "aut-bad" and provider.login in ("app", "code"):
        return ("aut-app-password" if provider.login == "app" else "aut-auth-code", "aut-bad")
    return findings


def _explained(sign: Sign, text: str) -> Explanation:
    rule = rule_named(sign.finding)
    do, check = advised(rule, text, host_in(text))
    words = clean(" ".join(sign.words.split()), 200)
    return Explanation(
        rule.id, rule.severity, rule.title, words, do, check, sign.certainty, sign.source
    )


def document(found: list[Explanation]) -> dict[str, Any]:
    """Return the explanations as a document of the schema ``mailkit.explanation/1``."""
    rows = [
        {
            "id": cause.id,
            "severity": str(cause.severity),
            "title": cause.title,
            "matched": cause.matched,
            "advice": f"{cause.advice} {cause.check}".strip(),
            "certainty": str(cause.certainty),
        }
        for cause in found
    ]
    return {"schema": "mailkit.explanation/1", "findings": rows}
