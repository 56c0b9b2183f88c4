"""What failed in mailkit itself."""

from collections.abc import Sequence

from mailkit.finding import Hits, Severity, failure, rule


@rule(Severity.WARNING)
def internal_error(outcomes: Sequence[str]) -> Hits:
    """A part of mailkit itself failed.

    It is one of the rules that look for faults, or one of the steps of a diagnosis. What it would have
    found is missing; all others did their work. Nothing is wrong with the account because of it, but
    where the service does not work, the cause may be another than the one named.

    What to do: Report it, with the report in Markdown (``--format markdown``), which has the
    conversations and no secrets.

    How to check: Install the newest mailkit and run it again: the line is gone where the defect is known.

    Flagged::

        the rule aut-bad raised ValueError at mailkit.rules.aut:120; this is a defect of mailkit

    Clean::

        the rule aut-bad found nothing
    """
    for outcome in outcomes:
        part, raised, why = outcome.partition(" raised ")
        if raised:
            yield failure(part, why)
