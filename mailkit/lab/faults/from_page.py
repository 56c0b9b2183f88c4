"""The scenario of a finding, from the transcript in its manual page.

A rule that needs no more than one server's replies brings its scenario along: the server says what the first *Flagged*
example says. A rule whose fault takes several servers, a certificate, or a fix has a scenario of its own.
"""

import re

from mailkit.finding import Rule, Severity
from mailkit.lab.listener import Listener
from mailkit.lab.scenario import Scenario, imap, pop3, smtp
from mailkit.lab.script import Act, Close, Listen, Reset, Say, Silence
from mailkit.ports import Security

__all__ = ["scenario_of"]

_HEAD = re.compile(
    r"(imap|pop3|smtp) ([\w.-]+):(\d+) (implicit-tls|starttls)(?: (?:login|logged-in)(?: plain)?)?"
)
_ENDS: dict[str, Act] = {"closed": Close(), "reset": Reset(), "silence": Silence()}
_IGNORED = ("connected ", "tls TLSv")
_ACCOUNTS = {"imap": imap, "pop3": pop3, "smtp": smtp}


def scenario_of(rule: Rule) -> Scenario | None:
    """Return the scenario that a rule's page describes; ``None`` if one server's replies are not all of it."""
    example = next(iter(rule.examples("Flagged")), "")
    head, *lines = example.strip().splitlines() or [""]
    match = _HEAD.fullmatch(head)
    said = _said(lines) if match else None
    if match is None or said is None:
        return None
    protocol, host, port, security = match.groups()
    commands = {verb: acts for verb, acts in said.items() if verb}
    under_tls = security == Security.IMPLICIT_TLS
    listener = Listener(
        protocol=protocol,
        host=host,
        port=int(port),
        security=Security(security),
        greeting=said.get("", ()),
        replies={} if under_tls else commands,
        replies_tls=commands if under_tls else {},
    )
    sends = {"rehearse": ("kim@example.com", "lee@example.org")} if "MAIL" in commands else {}
    return Scenario(
        id=rule.id,
        account=_ACCOUNTS[protocol](int(port), security, host=host),
        listeners=[listener],
        options={"timeout": 1.0} | sends,
        cause=rule.id if rule.severity is Severity.ERROR else "",
    )


def _said(lines: list[str]) -> dict[str, list[Act]] | None:
    """What the server does, by command; by the empty word before the first one. ``None`` if it is not all there."""
    said: dict[str, list[Act]] = {}
    verb, tag = "", ""
    for line in lines:
        kind, _, text = line.partition(" ")
        if kind == "C:" and text == "***":
            said.setdefault(verb, []).append(Listen())
        elif kind == "C:":
            tag, verb = _command(text)
            said[verb] = []
        elif kind == "S:":
            shown = f"<tag>{text.removeprefix(tag)}" if tag and text.startswith(tag) else text
            said.setdefault(verb, []).append(Say(shown.encode() + b"\r\n"))
        elif (end := _ENDS.get(text)) is not None:
            said.setdefault(verb, []).append(end)
        elif not text.startswith(_IGNORED):
            return None
    return said


def _command(text: str) -> tuple[str, str]:
    """The tag of a command, if it has one, and its first word."""
    match = re.match(r"(a\d+) (\S+)", text)
    return (match[1], match[2]) if match else ("", text.split(" ")[0])
