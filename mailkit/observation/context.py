"""What is known of a service from elsewhere than its connections.

Here such a fact is added: as a field of :class:`Context`.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from mailkit.observation.progress import Proof

__all__ = ["Before", "Context", "NamedFolder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What an earlier report said of the same service."""

    proof: Proof = Proof.NONE
    cause: str = ""
    messages: int | None = None
    uid_validity: int | None = None
    uids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedFolder:
    """A folder that the settings name: its role, or ``fetch``, and its name."""

    role: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known of a service from elsewhere than its connections.

    Attributes:
        now: the time of the check.
        before: what an earlier report said of it.
        pop3_readers: labels of the accounts that read the same mailbox by POP3.
        folders: the folders that the account's settings name.
        secret_error: why the password could not be read.
        secret_source: where it was looked for, such as ``env MAIL_PW``.
        proxies: the proxies of this machine, without logins, where the server was not reached.
        web_page: what a web server on port 80 answers, where every name of the domain leads there.
        no_trust_anchors: whether this machine has no trust anchors, where verification failed.
        trust_anchors: subjects of the trust anchors that were given, where verification failed.
        accepted_elsewhere: the account's other service that accepts the same login.
    """

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    before: Before | None = None
    pop3_readers: tuple[str, ...] = ()
    folders: tuple[NamedFolder, ...] = ()
    secret_error: str = ""
    secret_source: str = ""
    proxies: tuple[str, ...] = ()
    web_page: str = ""
    no_trust_anchors: bool = False
    trust_anchors: tuple[str, ...] = ()
    accepted_elsewhere: str = ""
