"""One provider, and the usual sets of ports."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from mailkit.ports import Protocol, Security
from mailkit.text import joined

__all__ = [
    "ALL",
    "I993",
    "I993_143",
    "INCOMING",
    "P995",
    "P995_110",
    "S465",
    "S465_587",
    "S587",
    "TLS",
    "UP",
    "Ports",
    "Provider",
]

Ports = tuple[tuple[int, Security], ...]

TLS, UP = Security.IMPLICIT_TLS, Security.STARTTLS
I993: Ports = ((993, TLS),)
I993_143: Ports = ((993, TLS), (143, UP))
P995: Ports = ((995, TLS),)
P995_110: Ports = ((995, TLS), (110, UP))
S465: Ports = ((465, TLS),)
S587: Ports = ((587, UP),)
S465_587: Ports = ((465, TLS), (587, UP))

INCOMING = (Protocol.POP3, Protocol.IMAP)
ALL = (*INCOMING, Protocol.SMTP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider of mail accounts.

    ``user`` is the form of the user name: ``address``, ``local``, ``either``, or a fixed word.
    ``login`` is what a mail program logs in with: ``password``, ``app`` (a password made for one
    program), ``code`` (an authorization code), ``key`` (an API key), ``smtp`` (credentials for SMTP
    alone), ``oauth`` (no password at
    all), or ``none`` (no IMAP, POP3 or SMTP is offered). ``exact`` says that nothing is offered
    beside what stands here: only then may a rule contradict a person. ``smtp_ends`` says until when passwords are taken for sending. ``pop3_window`` says which
    messages POP3 shows, where not all; ``sites`` are further domains that its servers have names in;
    ``own_domains`` says that an account may send as addresses in domains of its owner;
    ``keeps_sent`` that what is sent by SMTP lands among the sent mail by itself. ``off`` are the protocols that are
    off until they are switched on, ``switch`` says where, and ``idle`` after
    how long without use they are off again. ``regions`` says which hosts other accounts have, and
    ``beside`` are the domains of these hosts, or patterns of them. ``source`` is the provider's page, or a report of
    a test; ``review`` is the day of the next review: after it the entry is shown as past its date.
    """

    name: str
    domains: tuple[str, ...] = ()
    imap: tuple[str, Ports] | None = None
    pop3: tuple[str, Ports] | None = None
    smtp: tuple[str, Ports] | None = None
    user: str = "address"
    login: str = "password"
    advice: str = ""
    web: tuple[str, ...] = ()
    mx: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    exact: bool = False
    off: tuple[Protocol, ...] = ()
    switch: str = ""
    idle: str = ""
    regions: str = ""
    beside: tuple[str, ...] = ()
    pop3_window: str = ""
    smtp_ends: str = ""
    keeps_sent: bool = False
    own_domains: bool = False
    source: str
    review: date

    def stated(self, today: date | None = None) -> str:
        """Where the entry is from, and whether it is past its date, as evidence."""
        past = (today or datetime.now(UTC).date()) > self.review
        aged = f", past its review date {self.review}" if past else ""
        return f"known from: {self.source}{aged}"

    def counsel(self, protocol: Protocol | None = None) -> str:
        """What an account there needs: sentences without a full stop at the end."""
        parts = [self.advice] if self.advice else []
        if self.off and (protocol is None or protocol in self.off):
            parts.append(self._switched())
        if self.regions:
            parts.append(self.regions)
        return ". ".join(parts)

    def _switched(self) -> str:
        names = joined([protocol.upper() for protocol in self.off])
        verb = "is" if len(self.off) == 1 else "are"
        it = "it" if len(self.off) == 1 else "them"
        again = f", and {verb} off again after {self.idle} without use" if self.idle else ""
        return f"{names} {verb} off at first{again}: switch {it} on in {self.switch}"

    def service(self, protocol: Protocol) -> tuple[str, Ports] | None:
        """The host and the ports for a protocol."""
        return {Protocol.IMAP: self.imap, Protocol.POP3: self.pop3, Protocol.SMTP: self.smtp}[
            protocol
        ]
