"""The test button: connect, log in, describe the result in words, and optionally send a test message."""

from dataclasses import dataclass, replace
from typing import Any

from mailkit.account import Account

__all__ = ["Trial", "trial"]


@dataclass(frozen=True, slots=True)
class Trial:
    """The result: ``connect success!``, or what is wrong and what to do."""

    ok: bool
    words: str


def trial(account: Account, *, send_to: str = "", **options: Any) -> Trial:
    """Try the outgoing server of an account.

    Args:
        account: the account.
        send_to: an address for a test message.
        options: as for :func:`mailkit.diagnose`.
    """
    from mailkit.diagnosis.diagnose import diagnose

    report = diagnose(replace(account, incoming=None), send_test=send_to, **options)
    (service,) = report.accounts[0].services
    if service.ok:
        return Trial(ok=True, words="connect success!")
    cause = next((finding for finding in service.findings if finding.id == service.cause), None)
    words = cause.message if cause is not None else "it does not work; the cause is unknown"
    if service.proposal is not None and service.proposal.changes:
        changes = ", ".join(f"{key} = {new}" for key, (_, new) in service.proposal.changes.items())
        words = f"{words} Set {changes} ({service.proposal.proof})."
    return Trial(ok=False, words=words)
