"""A pasted error message, a server's reply or a transcript: what it means, offline.

The texts are those of Python, OpenSSL, Node, Go, Java, .NET, curl and GnuTLS, and of the servers.
A text that matches nothing explains nothing: a wrong explanation is worse than none.
"""

import re

from mailkit.finding import Finding
from mailkit.replies import meaning
from mailkit.replies.clients import TEXTS
from mailkit.rules.catalogue import RULES, program_findings
from mailkit.text import quoted

__all__ = ["explain"]


def explain(text: str) -> list[Finding]:
    """What a pasted text means.

    Args:
        text: an error message, a server's reply, or a transcript with ``S:`` and ``C:`` lines.

    Returns:
        The findings that may be behind it, likeliest first, each with the words that gave it
        away; none where the text is not known.
    """
    lines = [line.strip() for line in text.splitlines()]
    if sum(line.startswith(("S: ", "C: ")) for line in lines) > 1:
        talked = [line for line in lines if line.startswith(("S: ", "C: ", "== "))]
        if found := program_findings(talked):
            return found
    found = _replied(lines)
    for name, pattern in TEXTS:
        if any(finding.id == name for finding in found):
            continue
        if (match := re.search(pattern, text, re.I)) is not None:
            rule = RULES[name]
            found.append(
                Finding(name, rule.severity, rule.title, (f"it says: {quoted(match[0])}",))
            )
    return found


def _replied(lines: list[str]) -> list[Finding]:
    """What the known replies in a text mean; which protocol it was shows in how it begins."""
    text = _STDLIB.sub(r"\1 \2", "\n".join(lines))
    host = next(iter(_HOSTS.findall(text)), "").lower()
    found: dict[str, Finding] = {}
    for protocol, pattern in _REPLIES.items():
        for match in pattern.finditer(text):
            said = match[0] if protocol != "imap" or match[0][0] != "[" else f"NO {match[0]}"
            row = meaning(protocol, tuple(said.splitlines()), host)
            if row is not None:
                rule = RULES[row.finding]
                seen = (
                    f"it says: {quoted(' '.join(match[0].split()))}",
                    f"known from: {row.source}",
                )
                found.setdefault(rule.id, Finding(rule.id, rule.severity, rule.title, seen))
    return [*found.values()]


_STDLIB = re.compile(r"\((\d{3}), b['\"](.*?)['\"]\)")
"""How smtplib writes a reply: ``(535, b'5.7.8 no')``."""

_REPLIES = {
    "smtp": re.compile(r"(?<![\d.])[45]\d\d[- ]\S.*(?:\n[45]\d\d[- ].*)*"),
    "imap": re.compile(r"(?:\bNO|\bBAD|\* BYE) [\[\w].*|\[[A-Z-]+\] [^'\n]*"),
    "pop3": re.compile(r"-ERR [^'\n]*"),
}
_HOSTS = re.compile(r"\b(?:imap|smtp|pop|pop3|outlook|mail)\.[\w.-]+\.\w+", re.I)
