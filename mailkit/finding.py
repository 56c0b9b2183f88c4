"""Rules and findings.

A rule is a function. Its name is the finding's id, its docstring the manual page, the *Flagged* and *Clean* examples
in that docstring its test. Its parameters name the facts it needs:

=============  ==========================================================================
``account``    the :class:`~mailkit.account.Account`
``accounts``   all accounts that were loaded together
``service``    the :class:`~mailkit.account.Service` to check
``seen``       the :class:`~mailkit.observation.Observation` of the settings as they stand
``others``     observations of other ports, encryption modes and addresses
``context``    what is known from elsewhere (a :class:`~mailkit.observation.Context`)
``before``     what an earlier report said of the service (a :class:`~mailkit.observation.Before`)
``client``     what a server saw of a client (:class:`~mailkit.observation.client.ClientSession`)
``now``        the time of the check, aware, in UTC
``outcomes``   what came of asking other rules, a line for each
=============  ==========================================================================
"""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from operator import itemgetter
from types import ModuleType
from typing import Any

from mailkit.account import Account, Place, Service
from mailkit.errors import why_failed
from mailkit.text import html_table, one_line

__all__ = [
    "INTERNAL_ERROR",
    "Finding",
    "Findings",
    "Hit",
    "Hits",
    "Rule",
    "Severity",
    "apply_rules",
    "asked",
    "failed",
    "failure",
    "finding_of",
    "rule",
    "rules_in",
]


class Severity(StrEnum):
    """The severity of a finding. Each rule has exactly one."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Hit:
    """One result of a rule: a message, evidence, and data for a fix."""

    message: str
    evidence: tuple[str, ...] = ()
    fix: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""
    place: Place | None = None


Hits = Iterator[Hit]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or worth knowing.

    ``change`` is the line to change in a program, by product, where the finding is about a program.
    """

    id: str
    severity: Severity
    message: str
    evidence: tuple[str, ...] = ()
    fix: Mapping[str, Any] = field(default_factory=dict)
    place: Place | None = None
    change: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        return Findings([self])._repr_html_()


class Findings(list[Finding]):
    """Findings; a notebook shows them as a table."""

    def _repr_html_(self) -> str:
        signs = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.NOTE: "i"}
        rows = [
            (
                f"{signs[found.severity]} {found.severity}",
                found.id,
                found.message,
                ", ".join(f"{key} = {value}" for key, value in found.fix.items()),
                str(found.place or ""),
            )
            for found in self
        ]
        title = f"{len(rows)} findings" if len(rows) != 1 else "1 finding"
        head = ("severity", "finding", "what is wrong", "fix", "place")
        return html_table(title if rows else "✓ no findings", head if rows else (), rows)


_ADVICE = ("What to do:", "How to check:")
"""How the paragraphs of a manual page begin that are advice."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule; its id, title and manual page come from the function.

    ``explains`` are ids of findings about the wire that this finding explains: a misspelt host explains a name that
    does not exist, and is then the cause. A ``suspicion`` is disproved by a login with the same settings. A rule for
    ``healthy`` services is also applied if nothing failed. ``needs`` are the names of its facts, ``arguments`` takes them out of all.
    """

    severity: Severity
    check: Callable[..., Iterable[Hit]]
    explains: frozenset[str] = frozenset()
    suspicion: bool = False
    healthy: bool = False
    needs: tuple[str, ...] = ()
    arguments: Callable[[Mapping[str, Any]], tuple[Any, ...]] = field(
        default=tuple, repr=False, compare=False
    )

    @property
    def id(self) -> str:
        """The finding's id, such as ``tls-plain-server``."""
        return self.check.__name__.replace("_", "-")

    @property
    def page(self) -> str:
        """The manual page."""
        return inspect.cleandoc(self.check.__doc__ or "")

    @property
    def title(self) -> str:
        """The first sentence of the manual page."""
        return self.page.partition("\n")[0]

    @property
    def prose(self) -> list[str]:
        """The paragraphs of the manual page, without the title, the advice and the examples."""
        parts = re.split(r"\n{2,}", self.page)[1:]
        other = ("    ", *_ADVICE)
        return [part for part in parts if not part.startswith(other) and not part.endswith("::")]

    def advice(self, heading: str) -> str:
        """The paragraph that begins with ``What to do:`` or ``How to check:``, without these words; else empty."""
        parts = re.split(r"\n{2,}", self.page)
        found = next((part for part in parts if part.startswith(heading)), "")
        return " ".join(found.removeprefix(heading).replace("``", "").split())

    def examples(self, heading: str) -> list[str]:
        """The indented blocks under ``Flagged::`` or ``Clean::`` in the page."""
        found = re.findall(rf"(?m)^{heading}::\n\n((?:(?:    .*)?\n?)+)", self.page + "\n")
        return [inspect.cleandoc(block).rstrip() + "\n" for block in found]


def rule(
    severity: Severity,
    *,
    explains: Iterable[str] = (),
    suspicion: bool = False,
    healthy: bool = False,
) -> Callable[[Callable[..., Iterable[Hit]]], Rule]:
    """Turn a function that yields hits into a rule."""

    def make(check: Callable[..., Iterable[Hit]]) -> Rule:
        code = check.__code__
        needs = code.co_varnames[: code.co_argcount]
        return Rule(severity, check, frozenset(explains), suspicion, healthy, needs, _taking(needs))

    return make


def rules_in(*families: ModuleType) -> dict[str, Rule]:
    """Return the rules of these modules by id, in the order of the files."""
    return {
        value.id: value
        for family in families
        for value in vars(family).values()
        if isinstance(value, Rule)
    }


def apply_rules(rules: Iterable[Rule], **facts: Any) -> list[Finding]:
    """Apply each rule whose facts are all available, in the order of the rules."""
    findings = []
    owner = facts.get("service") or facts.get("account")
    for applied in rules:
        try:
            arguments = applied.arguments(facts)
        except KeyError:
            continue
        findings += asked(applied, arguments, owner)
    return findings


INTERNAL_ERROR = "internal-error"
"""The finding that a part of mailkit failed; its manual page is in :mod:`mailkit.rules.internal`."""


def asked(rule: Rule, arguments: tuple[Any, ...], owner: Service | Account | None) -> list[Finding]:
    """Return what a rule finds. A rule that raises an exception loses its own findings only, and is named."""
    found = []
    try:
        for hit in rule.check(*arguments):
            found.append(finding_of(rule, hit, owner))
    except Exception as error:  # noqa: BLE001 - one rule that fails, for whatever reason, fails alone
        return [failed(f"the rule {rule.id}", error)]
    return found


def failed(part: str, error: BaseException) -> Finding:
    """Return the finding that a part of mailkit failed."""
    hit = failure(part, one_line(why_failed(error)))
    return Finding(INTERNAL_ERROR, Severity.WARNING, hit.message, hit.evidence)


def failure(part: str, why: str) -> Hit:
    """Return what is said of a part of mailkit that failed: what is missing, and what to report."""
    return Hit(
        f"Internal error: {part} of mailkit failed, and what it would have found is missing. If the "
        "service does not work, its cause may be another than the one named. Please report this "
        "with the report in Markdown (--format markdown), which has no secrets in it.",
        (why,),
    )


def _taking(needs: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Return what takes a rule's arguments out of the facts."""
    if len(needs) == 1:
        (need,) = needs
        return lambda facts: (facts[need],)
    return itemgetter(*needs)


def finding_of(broken: Rule, hit: Hit, owner: Service | Account | None) -> Finding:
    """Return the finding of a hit; its place is that of the hit's key, if the hit has no place."""
    place = hit.place or (owner.place(hit.key) if owner else None)
    return Finding(
        broken.id,
        broken.severity,
        hit.message,
        tuple(dict.fromkeys(hit.evidence)),
        dict(hit.fix),
        place,
    )
