"""PID: a mail server of another protocol is speaking on this port."""

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation
from mailkit.ports import Protocol, Security, default_port
from mailkit.rules.facts import Observations, said, where
from mailkit.rules.speakers import speaker


def _other(seen: Observation, others: Observations, mine: Protocol, theirs: Protocol) -> Hits:
    """The hit for a mail server of another protocol."""
    if seen.endpoint.protocol == mine and speaker(seen, others) == theirs:
        security = Security(seen.endpoint.security)
        right = default_port(mine, security)
        fix: dict[str, object] = {}
        if right != seen.endpoint.port:
            fix = {"port": right}
        elif Protocol.SMTP not in (mine, theirs):
            fix = {"protocol": theirs}
        hint = f" {mine.upper()} is usually on port {right}." if "port" in fix else ""
        yield Hit(
            f"{where(seen)} speaks {theirs.upper()}, not {mine.upper()}.{hint}",
            said(seen),
            fix,
            "port",
        )


@rule(Severity.ERROR)
def pid_pop_on_imap(seen: Observation, others: Observations) -> Hits:
    """A POP3 server answers the IMAP settings.

    The settings are for IMAP, but host and port lead to POP3: the port is that of the other service, or
    the protocol is wrong.

    Flagged::

        imap mail.example.com:110 starttls
        == connected 192.0.2.1
        S: +OK ready

    Clean::

        imap mail.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK ready
    """
    yield from _other(seen, others, Protocol.IMAP, Protocol.POP3)


@rule(Severity.ERROR)
def pid_imap_on_pop(seen: Observation, others: Observations) -> Hits:
    """An IMAP server answers the POP3 settings.

    The settings are for POP3, but host and port lead to IMAP: the port is that of the other service, or
    the protocol is wrong.

    Flagged::

        pop3 mail.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK ready

    Clean::

        pop3 mail.example.com:110 starttls
        == connected 192.0.2.1
        S: +OK ready
    """
    yield from _other(seen, others, Protocol.POP3, Protocol.IMAP)


@rule(Severity.ERROR)
def pid_smtp_on_imap(seen: Observation, others: Observations) -> Hits:
    """An SMTP server answers the IMAP settings.

    The settings are for IMAP, but host and port lead to SMTP: the port is that of the other service, or
    the protocol is wrong.

    Flagged::

        imap mail.example.com:587 starttls
        == connected 192.0.2.1
        S: 220 mail.example.com ESMTP

    Clean::

        imap mail.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK ready
    """
    yield from _other(seen, others, Protocol.IMAP, Protocol.SMTP)


@rule(Severity.ERROR)
def pid_smtp_on_pop(seen: Observation, others: Observations) -> Hits:
    """An SMTP server answers the POP3 settings.

    The settings are for POP3, but host and port lead to SMTP: the port is that of the other service, or
    the protocol is wrong.

    Flagged::

        pop3 mail.example.com:587 starttls
        == connected 192.0.2.1
        S: 220 mail.example.com ESMTP

    Clean::

        pop3 mail.example.com:110 starttls
        == connected 192.0.2.1
        S: +OK ready
    """
    yield from _other(seen, others, Protocol.POP3, Protocol.SMTP)


@rule(Severity.ERROR)
def pid_imap_on_smtp(seen: Observation, others: Observations) -> Hits:
    """An IMAP server answers the SMTP settings.

    The settings are for SMTP, but host and port lead to IMAP: the port is that of the other service, or
    the protocol is wrong.

    Flagged::

        smtp mail.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK ready

    Clean::

        smtp mail.example.com:587 starttls
        == connected 192.0.2.1
        S: 220 mail.example.com ESMTP
    """
    yield from _other(seen, others, Protocol.SMTP, Protocol.IMAP)


@rule(Severity.ERROR)
def pid_pop_on_smtp(seen: Observation, others: Observations) -> Hits:
    """A POP3 server answers the SMTP settings.

    The settings are for SMTP, but host and port lead to POP3: the port is that of the other service, or
    the protocol is wrong.

    Flagged::

        smtp mail.example.com:110 starttls
        == connected 192.0.2.1
        S: +OK ready

    Clean::

        smtp mail.example.com:587 starttls
        == connected 192.0.2.1
        S: 220 mail.example.com ESMTP
    """
    yield from _other(seen, others, Protocol.SMTP, Protocol.POP3)
