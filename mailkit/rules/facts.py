"""Questions that several rules ask of what was seen."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from mailkit import providers
from mailkit.observation import Certificate, Observation, Step, StopReason, Tls
from mailkit.ports import Protocol, Security
from mailkit.protocol.banner import identify
from mailkit.protocol.sasl import TOKENS
from mailkit.replies import Certainty, Meaning, SessionPlace, read
from mailkit.text import clean, decoded, quoted

__all__ = [
    "Observations",
    "advice",
    "all_bad",
    "answering",
    "answers_tls",
    "begins_with_tls",
    "by_ipv6",
    "certificate_failed",
    "dead_addresses",
    "identity",
    "known_reply",
    "leaf",
    "means",
    "misshapen",
    "plainly_refused",
    "recipient",
    "refused_at",
    "refuses_name",
    "replies_in_clear",
    "said",
    "same_port",
    "secured",
    "sender",
    "stopped",
    "tls_alert",
    "unanswered_upgrade",
    "wants_another_password",
    "wants_certificate",
    "where",
    "words",
]

Observations: TypeAlias = Sequence[Observation]
"""Observations to compare with: other ports, encryption modes, addresses, user names."""


def stopped(seen: Observation, *kinds: StopReason) -> bool:
    """Whether a conversation ended early in one of these ways."""
    return seen.stop is not None and seen.stop.kind in kinds


def where(seen: Observation) -> str:
    """``imap.example.com:993``."""
    return f"{seen.endpoint.host}:{seen.endpoint.port}"


def words(seen: Observation) -> tuple[str, ...]:
    """The server's last words before it ended the conversation, as evidence."""
    if seen.stop is None:
        return ()
    if len(seen.reply) > 1 and seen.reply[-1] == seen.stop.text:
        return tuple(f"it said: {quoted(line)}" for line in seen.reply[-4:])
    if seen.stop.text:
        return (f"it replied: {quoted(seen.stop.text)}",)
    return (f"it replied: {quoted(decoded(seen.stop.data))}",) if seen.stop.data else ()


def said(seen: Observation) -> tuple[str, ...]:
    """The greeting, or the first bytes, as evidence."""
    if seen.greeting:
        return (f"it replied: {quoted(seen.greeting[-1])}",)
    data = seen.stop.data if seen.stop and seen.stop.data else seen.first_bytes
    return (f"it replied: {quoted(_first_line(data))}",) if data else ()


def _first_line(data: bytes) -> str:
    return decoded(data.splitlines()[0] if data.splitlines() else data)


def answering(others: Observations) -> list[Observation]:
    """The observations in which a server answered."""
    unreached = (
        StopReason.REFUSED,
        StopReason.TIMED_OUT,
        StopReason.UNREACHABLE,
        StopReason.DENIED,
        StopReason.ABANDONED,
    )
    return [
        observation
        for observation in others
        if observation.step > Step.CONNECT and not stopped(observation, *unreached)
    ]


def same_port(
    seen: Observation, others: Observations, security: Security, *, http: bool = False
) -> Iterable[Observation]:
    """Observations of the same endpoint in another mode: over TLS, in cleartext, or by GET."""
    for observation in others:
        if (
            observation.endpoint.port == seen.endpoint.port
            and observation.endpoint.host == seen.endpoint.host
            and observation.endpoint.security == security
            and (observation.endpoint.protocol == "http") is http
        ):
            yield observation


def tls_alert(seen: Observation, *reasons: str) -> bool:
    """Whether a handshake failed for another reason than the certificate; which, if given."""
    if not stopped(seen, StopReason.TLS_FAILED) or seen.stop is None or seen.stop.code:
        return False
    return not reasons or any(reason in seen.stop.text for reason in reasons)


def certificate_failed(seen: Observation) -> int:
    """OpenSSL's number for what is wrong with the certificate; 0 where nothing is."""
    return seen.stop.code if stopped(seen, StopReason.TLS_FAILED) and seen.stop else 0


def answers_tls(seen: Observation) -> bool:
    """Whether a TLS hello was answered in TLS, if only by an alert or a rejected certificate."""
    if not stopped(seen, StopReason.TLS_FAILED) or seen.stop is None:
        return seen.tls is not None
    return bool(seen.stop.code) or seen.stop.data[:1] in (b"\x15", b"\x16")


def replies_in_clear(observation: Observation) -> str:
    """What a mail server of the protocol replied in cleartext to a TLS hello; else empty."""
    data = observation.stop.data if observation.stop and tls_alert(observation) else b""
    error = observation.endpoint.protocol == Protocol.SMTP and re.match(rb"[45]\d\d[ -]", data)
    return _first_line(data) if error or identify(data) == observation.endpoint.protocol else ""


def begins_with_tls(seen: Observation) -> bool | None:
    """Whether the endpoint uses implicit TLS; ``None`` where that is not known."""
    if seen.endpoint.security == Security.IMPLICIT_TLS:
        data = seen.stop.data if seen.stop else b""
        if seen.tls is not None or certificate_failed(seen) or data[:1] in (b"\x15", b"\x16"):
            return True
        return False if data else None
    return False if seen.greeting else None


def dead_addresses(seen: Observation, others: Observations) -> list[str]:
    """The addresses of this host that could not be reached, and why: ``192.0.2.1: refused``."""
    there = [
        seen,
        *(observation for observation in others if observation.endpoint == seen.endpoint),
    ]
    dead = [
        f"{dead.address}: {dead.why}"
        for observation in there
        for dead in observation.facts.unreached
    ]
    return [*dict.fromkeys(dead)]


def by_ipv6(dead: str) -> bool:
    """Whether it is an IPv6 address that could not be reached."""
    return ":" in dead.partition(": ")[0]


def leaf(seen: Observation) -> Certificate | None:
    """The server's own certificate."""
    return seen.chain[0] if seen.chain else None


def known_reply(seen: Observation) -> Meaning | None:
    """What the reply means that a server ended the conversation with, if that is known."""
    if seen.stop is None or stopped(seen, StopReason.FOREIGN):
        return None
    lines: tuple[str, ...] = seen.reply
    if not lines and stopped(seen, StopReason.UNWELCOME):
        lines = seen.greeting
    if not lines and seen.stop.text:
        lines = (seen.stop.text,)
    if not lines:
        return None
    by_token = seen.login is not None and seen.login.mechanism in TOKENS
    found = read(seen.endpoint.protocol, lines, seen.endpoint.host, _place(seen), by_token=by_token)
    in_words = found is not None and found.finding == "aut-token" and not found.source
    if in_words and seen.login and not by_token:
        return None  # no token was sent, and these words are no known server's
    if found is not None and found.finding == "aut-temp" and stopped(seen, StopReason.NOT_TAKEN):
        return replace(found, finding="snd-temp")  # no password is checked there
    if found is not None and found.finding in _OF_THE_SENDER and _is_of_sender(seen, lines):
        return replace(found, finding=_OF_THE_SENDER[found.finding], certainty=Certainty.LIKELY)
    return found


def _is_of_sender(seen: Observation, lines: Sequence[str]) -> bool:
    """Whether a refusal is that of MAIL, and names no recipient and no other address than the sender's."""
    text = " ".join(lines).lower()
    named = _ADDRESS.findall(text)
    address = seen.facts.transaction.sender.lower()
    about_another = "recipient" in text or bool(named)
    return refused_at(seen) == "MAIL" and (address in named or not about_another)


_ADDRESS = re.compile(r"[^\s<>:,;@]{1,64}@[^\s<>:,;@]{1,255}")
_OF_THE_SENDER = {
    "snd-rcpt-unknown": "snd-sender-unverified",
    "snd-rcpt-syntax": "snd-sender-syntax",
}
"""What a refusal of an address means at MAIL, before there is a recipient."""


def plainly_refused(seen: Observation) -> bool:
    """Whether the credentials were refused in words that give no reason.

    A provider's policy makes a reason likely then; another form of the user name can still help.
    """
    reply = known_reply(seen)
    by_policy = reply is not None and reply.certainty is Certainty.LIKELY
    asks = ("aut-app-password", "aut-auth-code")
    return reply is not None and (
        reply.finding == "aut-bad" or (by_policy and reply.finding in asks)
    )


def wants_another_password(seen: Observation, others: Observations, finding: str) -> bool:
    """Whether the provider wants another kind of password, which no accepted login disproves."""
    accepted = any(
        observation.login is not None and observation.login.accepted for observation in others
    )
    return means(seen, finding) and not (accepted and plainly_refused(seen))


def _place(seen: Observation) -> SessionPlace:
    """Where in the session the server ended it."""
    if stopped(seen, StopReason.UNWELCOME):
        return SessionPlace.HELLO if seen.step is Step.CAPABILITIES else SessionPlace.GREETING
    if stopped(seen, StopReason.NOT_UPGRADED):
        return SessionPlace.UPGRADE
    if stopped(seen, StopReason.REJECTED, StopReason.TEMPORARY, StopReason.NOT_DECIDED):
        return SessionPlace.LOGIN
    if stopped(seen, StopReason.NOT_OPENED, StopReason.NOT_TAKEN):
        return SessionPlace.MAIL
    return SessionPlace.ANY


def means(seen: Observation, finding: str) -> bool:
    """Whether a server's last reply is known to mean a finding."""
    reply = known_reply(seen)
    return reply is not None and reply.finding == finding


_NAME = re.compile(
    r"\((ehlo|helo)\)|fully[- ]qualified|fqdn|invalid (domain|host) ?name"
    r"|(helo|ehlo)\b.*\b(name|domain|host|rejected|invalid|argument|address)"
    r"|(name|domain|host)\b.*\b(helo|ehlo)\b",
    re.I,
)


def refuses_name(seen: Observation) -> bool:
    """Whether the name in EHLO was refused: by a code for parameters (501, 504) or in words.

    A 500 or 502 says that the command is not known; that is no word about the name.
    """
    if not stopped(seen, StopReason.UNWELCOME, StopReason.HELO_ONLY) or not seen.reply:
        return False
    text = " ".join(seen.reply)
    about = _NAME.search(text) is not None
    return text[:3] in ("501", "504") or (about and text[:3] not in ("500", "502"))


def unanswered_upgrade(seen: Observation) -> bool:
    """Whether the server hung up or fell silent instead of answering STARTTLS."""
    return seen.step is Step.STARTTLS and stopped(seen, StopReason.CLOSED, StopReason.SILENT)


def wants_certificate(seen: Observation) -> bool:
    """Whether a server refuses a client for want of a certificate, in words."""
    text = seen.stop.text if seen.stop and stopped(seen, StopReason.UNWELCOME) else ""
    return re.search(r"client certificate", text, re.I) is not None


def all_bad(seen: Observation) -> bool:
    """Whether an IMAP server answered BAD to every command, two at least."""
    return len(seen.facts.statuses) > 1 and set(seen.facts.statuses) == {"BAD"}


def refused_at(seen: Observation) -> str:
    """Which command of a transaction was refused, or which extension was missing for it."""
    return seen.facts.transaction.refused_at


def sender(seen: Observation) -> str:
    """The sender of the message, quoted."""
    return quoted(seen.facts.transaction.sender)


def recipient(seen: Observation) -> str:
    """The last recipient that was offered, quoted."""
    return quoted(seen.facts.transaction.recipient)


def misshapen(seen: Observation, command: str) -> bool:
    """Whether a command was refused for its grammar, or not sent, and its address is not a bare one."""
    if (
        refused_at(seen) != command
        or seen.stop is None
        or seen.stop.code not in (0, 500, 501, 553, 555)
    ):
        return False
    transaction = seen.facts.transaction
    address = transaction.sender if command == "MAIL" else transaction.recipient
    return re.fullmatch(r"[^\s<>,;]+@[^\s<>@,;]+", address) is None


def advice(seen: Observation) -> str:
    """What the provider of a host asks for, as a sentence of its own."""
    provider = providers.owner(seen.endpoint.host)
    told = provider.counsel(Protocol(seen.endpoint.protocol)) if provider else ""
    return f" {told}." if told else ""


def secured(observation: Observation) -> Tls | None:
    """The TLS of an observation, if it was verified."""
    return observation.tls if observation.tls is not None and observation.tls.verified else None


def identity(certificate: Certificate | None) -> tuple[str, ...]:
    """The subject, issuer, names and fingerprint of a certificate, as evidence."""
    if certificate is None:
        return ()
    names = shown_names((*certificate.names, *certificate.addresses), 20)
    shown = ":".join(certificate.fingerprint[i : i + 2] for i in range(0, 16, 2)).upper()
    return (
        f"subject: {certificate.subject}",
        f"issuer: {certificate.issuer}",
        f"names: {', '.join(names) or 'none'}",
        f"SHA-256 begins {shown}",
    )


def shown_names(names: Sequence[str], most: int = 5) -> list[str]:
    """Return the first names of a certificate, which can have thousands, and how many more there are."""
    rest = len(names) - most
    first = [clean(name, 253) for name in names[:most]]
    return first if rest <= 0 else [*first, f"{rest} more"]
