"""The result of a search for settings, and its presentations."""

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from mailkit.account import Account, Service, settings
from mailkit.finding import Finding
from mailkit.observation import Proof
from mailkit.report import Attempt
from mailkit.report.escaping import html_lines, html_text
from mailkit.report.wording import seconds
from mailkit.rules.cfg_host import corrected_address
from mailkit.text import as_json, clean, joined, plural

__all__ = ["GUESS", "SCHEMA", "Discovery", "Found"]

SCHEMA = "mailkit.discovery/1"

GUESS = "guess: "
"""The prefix of an attempt at a guessed name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Settings from a source, and how far they were verified.

    ``authentic`` is false if the source is not signed: compare the host with the provider's documentation before you
    send a password. ``login`` is what the provider wants instead of the account's password.
    """

    service: Service
    source: str
    authentic: bool
    order: int
    proof: Proof
    login: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """Settings for an address. ``account`` has the best verified settings, without a secret.

    ``found`` has all settings, best first; ``attempts`` everything that was tried. ``known`` has published settings
    that could not be verified from here.
    """

    address: str
    account: Account | None
    found: tuple[Found, ...]
    findings: tuple[Finding, ...]
    attempts: tuple[Attempt, ...]

    @property
    def chosen(self) -> tuple[Found, ...]:
        """The settings in the account."""
        return tuple(candidate for candidate in self.found if candidate.service in self._services)

    @property
    def known(self) -> tuple[Found, ...]:
        """Published settings, not verified, of services without verified ones."""
        lacking = {"incoming", "outgoing"} - {service.role for service in self._services}
        best: dict[str, Found] = {}
        for candidate in self.found:
            if candidate.service.role in lacking and candidate.source != "a guess":
                best.setdefault(candidate.service.role, candidate)
        return tuple(best[role] for role in ("incoming", "outgoing") if role in best)

    @property
    def _services(self) -> tuple[Service, ...]:
        return self.account.services if self.account else ()

    @property
    def remarks(self) -> tuple[str, ...]:
        """What to know before you send a password, as sentences."""
        remarks = [
            f"{candidate.service.host} comes from {candidate.source}, which is not signed: compare it with the provider's documentation before you log in."
            for candidate in self.chosen
            if not candidate.authentic
        ]
        if (meant := corrected_address(self.address)) != self.address:
            remarks.insert(0, f"Did you mean {meant}?")
        remarks += [f"{candidate.login}." for candidate in self.chosen if candidate.login]
        for protocol in dict.fromkeys(candidate.service.protocol for candidate in self.found):
            rows = [candidate for candidate in self.found if candidate.service.protocol == protocol]
            hosts = dict.fromkeys(row.service.host for row in rows if row.source != "a guess")
            if len(hosts) > 1:
                remarks.append(
                    f"The sources contradict each other about {protocol}: {joined(hosts)}."
                )
        return tuple(dict.fromkeys(remarks))

    def to_toml(self) -> str:
        """Return the account in mailkit's format, ready to paste; empty if nothing is known.

        If nothing could be verified, it has the published settings and a comment that says so.
        """
        from mailkit.formats.native import written

        if self.account is not None:
            return written([self.account])
        services = {candidate.service.role: candidate.service for candidate in self.known}
        if not services:
            return ""
        account = Account(
            label=self.address.rpartition("@")[0],
            address=self.address,
            incoming=services.get("incoming"),
            outgoing=services.get("outgoing"),
        )
        sources = joined(dict.fromkeys(candidate.source for candidate in self.known))
        return f"# Not verified: no server could be reached from here. From {clean(sources)}.\n{written([account])}"

    def to_json(self, indent: int | None = 2) -> str:
        """Return the document of the schema ``mailkit.discovery/1``."""
        return as_json(self._document(), indent=indent)

    def _document(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "address": self.address,
            "found": [
                {
                    "settings": settings(candidate.service),
                    "source": candidate.source,
                    "authentic": candidate.authentic,
                    "proof": candidate.proof.word,
                    "chosen": candidate in self.chosen,
                }
                for candidate in self.found
            ],
            "remarks": [*self.remarks],
            "findings": [
                {
                    "id": f.id,
                    "severity": str(f.severity),
                    "message": f.message,
                    "evidence": [*f.evidence],
                }
                for f in self.findings
            ],
            "attempts": [
                {"what": attempt.what, "outcome": attempt.outcome, "ms": attempt.ms}
                for attempt in self.attempts
            ],
        }

    def to_text(self, width: int = 100) -> str:
        """Return the settings, remarks and attempts as text."""
        return "\n".join(self._lines(max(width, 40))) + "\n"

    def _lines(self, width: int) -> Iterator[str]:
        yield clean(self.address)
        for candidate in self.chosen:
            yield f"  ✓ {candidate.service.role}  {clean(str(candidate.service.protocol))} {clean(candidate.service.endpoint)}"
            yield f"      user {clean(candidate.service.user)}, {PROOF[candidate.proof]}"
            yield f"      from {clean(candidate.source)}"
        if self.account is None:
            yield "  ✗ no working settings found"
        for candidate in self.known:
            yield f"  ? {candidate.service.role}  {clean(str(candidate.service.protocol))} {clean(candidate.service.endpoint)}"
            yield f"      user {clean(candidate.service.user)}, not verified: could not be reached from here"
            yield f"      from {clean(candidate.source)}"
        for text in self.remarks:
            yield from _wrapped(text, width, 2)
        for finding in self.findings:
            yield f"  {finding.severity} {finding.id}"
            yield from _wrapped(finding.message, width, 6)
        yield ""
        yield "Tried"
        vain = [
            attempt
            for attempt in self.attempts
            if attempt.what.startswith(GUESS) and not _opens(attempt)
        ]
        for attempt in self.attempts:
            if attempt in vain:
                continue
            name = f"  {clean(attempt.what):<42} "
            if width < 72:
                yield from _wrapped(attempt.what, width, 2)
                yield from _wrapped(clean(attempt.outcome), width, 6)
                continue
            rows = [*_wrapped(clean(attempt.outcome), width, len(name))]
            yield name + rows[0].strip()
            yield from rows[1:]
        if vain:
            yield f"  {plural(len(vain), 'more guess', 'more guesses')} at usual names did not answer"
        if written := self.to_toml().rstrip():
            yield ""
            yield written

    def _repr_html_(self) -> str:
        from mailkit.report.inline import inlined

        rows = "".join(
            f"<tr><td>{'✓' if candidate in self.chosen else ''}</td><td>{html_text(str(candidate.service.protocol))}</td>"
            f"<td>{html_text(candidate.service.endpoint)}</td><td>{html_text(candidate.proof.word)}</td>"
            f'<td style="word-wrap:break-word">{html_text(candidate.source)}</td></tr>'
            for candidate in self.found
        )
        heads = ("chosen", "protocol", "endpoint", "proof", "source")
        head = "".join(f'<th scope="col">{name}</th>' for name in heads)
        told = "".join(f"<p>{html_text(text)}</p>" for text in self.remarks)
        told += "".join(
            f"<p>{html_text(finding.severity)} <code>{html_text(finding.id)}</code>: {html_text(finding.message)}</p>"
            for finding in self.findings
        )
        tried = "".join(
            f"<tr><td>{html_text(a.what)}</td><td>{html_text(a.outcome)}</td><td>{seconds(a.ms)}</td></tr>"
            for a in self.attempts
        )
        return inlined(
            f'<div class="mailkit"><h2>{html_text(self.address)}</h2>'
            f"<table><tr>{head}</tr>{rows}</table>{told}"
            f"<details><summary>Everything that was tried</summary><table>{tried}</table></details>"
            f"<pre>{html_lines(self.to_toml())}</pre></div>"
        )

    def __repr__(self) -> str:
        return f"<Discovery: {len(self.found)} settings for {self.address}>"


PROOF = {
    Proof.NONE: "not reached",
    Proof.CONNECTED: "reached as far as a greeting",
    Proof.SECURED: "opens with verified TLS",
    Proof.CAPABLE: "opens with verified TLS and offers a login",
    Proof.LOGGED_IN: "logged in",
}


def _opens(attempt: Attempt) -> bool:
    return attempt.outcome in {proof.word for proof in Proof if proof >= Proof.SECURED}


def _wrapped(text: str, width: int, indent: int) -> Iterator[str]:
    space = " " * indent
    room = max(width - indent, 24)
    yield from (
        space + row for row in wrap(clean(text, 4_000), room, break_long_words=False) or [""]
    )
