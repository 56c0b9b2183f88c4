"""The limits that a run of many diagnoses sets for one of them: connections, logins, and services that are done."""

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
    """The limits of one diagnosis in a run.

    Attributes:
        pacer: the limits for each server address. With a pacer, services with the same user name are diagnosed one
            after the other, so that no user logs in twice at the same time.
        logins: the logins left, by role, if not :data:`MAX_LOGINS`.
        before_login: called with the role before a password may be sent.
        known: reports of services that are already diagnosed, by role.
        await_logout: whether to wait after QUIT or LOGOUT until the server closes, as another account logs in to this
            mailbox next.
    """

    pacer: Pacer | None = None
    logins: Mapping[str, int] = field(default_factory=dict)
    before_login: Callable[[str], None] = _unrecorded
    known: Mapping[str, ServiceReport] = field(default_factory=dict)
    await_logout: bool = False
