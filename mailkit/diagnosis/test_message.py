"""Send a test message, and find where it arrived."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic

from mailkit.account import Account, Service
from mailkit.errors import SecretError
from mailkit.net.options import ConnectOptions
from mailkit.net.probe import probe
from mailkit.net.waiting import pause
from mailkit.observation import Observation, Proof, StopReason
from mailkit.ports import Protocol
from mailkit.protocol.after_login import AfterLogin, MailTransaction, Search
from mailkit.protocol.dialogue import Credentials
from mailkit.report import Attempt, TestDelivery
from mailkit.text import clean

__all__ = ["Reader", "follow", "test_transaction"]

_TEXT = "This message was sent by mailkit to test whether an account can send, and how\nlong a message takes to arrive. You don't have to do anything with it.\n"


def test_transaction(account: Account, service: Service, to: str) -> tuple[MailTransaction, str]:
    """Return a short message from an account, and its Message-ID."""
    from email.message import EmailMessage
    from email.policy import SMTP
    from email.utils import format_datetime, make_msgid

    sender = account.address or service.user
    message = EmailMessage(policy=SMTP)
    identity = make_msgid("mailkit", clean(sender).rpartition("@")[2] or "localhost")
    message["From"], message["To"] = clean(sender), to
    message["Subject"] = "A test by mailkit"
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = identity
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic answer
    message.set_content(_TEXT)
    content = message.as_bytes()
    return MailTransaction(sender, (to,), size=len(content), content=content), identity


@dataclass(frozen=True, slots=True)
class Reader:
    """A service to search for a message, and the logins that may be used."""

    label: str
    service: Service
    logins: int


def follow(
    sent: Observation,
    transaction: MailTransaction,
    identity: str,
    recipient: Reader | None,
    own: Reader | None,
    setting: ConnectOptions,
) -> tuple[TestDelivery, list[Attempt]]:
    """Find an accepted message: at its recipient, and in the sender's sent mail.

    Args:
        sent: the observation of the sending service.
        transaction: the message.
        identity: its Message-ID.
        recipient: the service in which it should arrive, if one of the accounts has it.
        own: the service with the sender's sent mail, if it can be read. Both may be the same service, and then share
            its logins.
        setting: how to connect.
    """
    unknown = sent.stop is not None and sent.stop.kind is StopReason.NO_STATUS
    status = "accepted" if sent.facts.transaction.accepted else "unknown" if unknown else "refused"
    result = TestDelivery(to=transaction.recipients[0], message_id=identity, fate=status)
    attempts: list[Attempt] = []
    if status == "refused":
        return result, attempts
    began = monotonic()
    if recipient is not None and recipient.logins > 0:
        where, attempts = _arrived(recipient, Search(identity), setting)
        result = replace(
            result,
            looked=True,
            found=f"{where} of {recipient.label}" if where else "",
            seconds=round(monotonic() - began, 2) if where else None,
        )
    spent = len(attempts) if own is not None and recipient == own else 0
    if own is not None and own.service.protocol is Protocol.IMAP and own.logins > spent:
        observation = _look(own.service, Search(identity, "sent", 1), setting)
        where = observation.facts.found_in
        attempts.append(_attempt(observation, "the sent copy", where))
        if observation.proof is Proof.LOGGED_IN:
            result = replace(result, copy=bool(where))
    return result, attempts


def _arrived(reader: Reader, search: Search, setting: ConnectOptions) -> tuple[str, list[Attempt]]:
    """Return where a message arrived; POP3 shows new messages only after another login."""
    attempts = []
    for number in range(1 if reader.service.protocol is Protocol.IMAP else reader.logins):
        if number:
            _wait(setting, 2.0 * number)
        observation = _look(reader.service, search, setting)
        where = observation.facts.found_in
        attempts.append(_attempt(observation, "the message", where))
        if where or observation.proof is not Proof.LOGGED_IN:
            return where, attempts
    return "", attempts


def _wait(setting: ConnectOptions, seconds: float) -> None:
    pause(min(seconds, setting.deadline - monotonic()))


def _look(service: Service, search: Search, setting: ConnectOptions) -> Observation:
    try:
        password = service.secret.reveal() if service.secret else None
    except SecretError:
        password = None
    credentials = Credentials(service.user, password, service.auth)
    return probe(service, setting, credentials=credentials, after_login=AfterLogin(search=search))


def _attempt(observation: Observation, what: str, where: str) -> Attempt:
    outcome = f"found in {where}" if where else "not found"
    if observation.proof is not Proof.LOGGED_IN:
        outcome = str(observation.stop.kind) if observation.stop else "no login"
    return Attempt(f"{observation.endpoint}: {what}", outcome, observation.ms)
