"""What a run of many diagnoses grants one of them: its turn at servers, its logins, and what is known already."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mailkit.net.pacing import Pacer
from mailkit.report import ServiceReport

__all__ = ["MAX_LOGINS", "Allowance"]

MAX_LOGINS = 3
"""Logins per service and run, two of them on other forms of the user name."""


def _unrecorded(role: str) -> None:
    """A single diagnosis records no login."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one diagnosis of a run may do.

    Attributes:
        pacer: the limits for each server address. With one, services with the same user name are diagnosed
            one after the other, so that no user logs in twice at the same time.
        logins: by role, how many logins are left, where it is not :data:`MAX_LOGINS`.
        before_login: called with the role before a password may be sent.
        known: by role, the report of a service that need not be diagnosed any more.
    """

    pacer: Pacer | None = None
    logins: Mapping[str, int] = field(default_factory=dict)
    before_login: Callable[[str], None] = _unrecorded
    known: Mapping[str, ServiceReport] = field(default_factory=dict)
