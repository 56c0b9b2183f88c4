"""What is known of a service from elsewhere than its connections. Add such a fact as a field of :class:`Context`."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from mailkit.observation.progress import Proof

__all__ = ["Before", "Context", "NamedFolder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The same service in an earlier report."""

    proof: Proof = Proof.NONE
    cause: str = ""
    messages: int | None = None
    uid_validity: int | None = None
    uids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedFolder:
    """A folder named in the settings: its role, or ``fetch``, and its name."""

    role: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known of a service from elsewhere than its connections.

    Attributes:
        now: the time of the check.
        before: the service in an earlier report.
        pop3_readers: labels of the accounts that read the same mailbox by POP3.
        folders: the folders that the account's settings name.
        secret_error: why the password could not be read.
        secret_source: the source of the password, such as ``env MAIL_PW``.
        proxies: the proxies of this machine, without logins, if the server was not reached.
        web_page: the answer of a web server on port 80, if every name of the domain resolves to it.
        no_trust_anchors: whether this machine has no trust anchors, if verification failed.
        trust_anchors: subjects of the additional trust anchors, if verification failed.
        accepted_elsewhere: the account's other service, if it accepts the same login.
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
