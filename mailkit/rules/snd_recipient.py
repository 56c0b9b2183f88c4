"""SND: the recipient, or the place the message comes from, refused."""

import re

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation
from mailkit.replies.wordings_network import LISTED
from mailkit.rules.facts import means, misshapen, recipient, where, words


@rule(Severity.ERROR)
def snd_relay_denied(seen: Observation) -> Hits:
    """Relay access denied: the server does not accept mail for this recipient.

    It is not the recipient's own server, and does not know the sender as one of its users: the program
    did not log in, or uses a server that only receives mail for a domain.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 554 5.7.1 <lee@example.org>: Relay access denied

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 554 5.7.1 <lee@example.org>: Recipient address rejected: Access denied
    """
    if means(seen, "snd-relay-denied"):
        yield Hit(
            f"{where(seen)} does not relay mail to {recipient(seen)}. Log in at the provider's submission server; a server that receives mail (MX) relays nothing.",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_rcpt_unknown(seen: Observation) -> Hits:
    """The recipient does not exist.

    The account works. The address is misspelt, or no longer in use.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 550 5.1.1 <lee@example.org>: Recipient address rejected: User unknown

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 550 5.7.1 <lee@example.org>: Recipient address rejected
    """
    if means(seen, "snd-rcpt-unknown"):
        yield Hit(
            f"{seen.endpoint.host} replied that {recipient(seen)} does not exist. The sending account works.",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_rcpt_restricted(seen: Observation) -> Hits:
    """The recipient accepts mail only from some senders.

    The address exists, often a group of an organisation, and its owner allows only members, people inside the
    organisation, or listed senders. The sending account works.

    What to do: Ask the recipient, or the group's owner or administrator, to allow your address. Write to one of its
    members meanwhile.

    How to check: Send to another recipient of the same domain; only the restricted one is rejected.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 550 5.7.124 Sender not in allowed-senders list

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 550 5.1.1 <lee@example.org>: Recipient address rejected: User unknown
    """
    if means(seen, "snd-rcpt-restricted"):
        yield Hit(
            f"{recipient(seen)} accepts mail only from some senders, and {seen.endpoint.host} rejects this one. The sending account works.",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_rcpt_syntax(seen: Observation) -> Hits:
    """The recipient is not a valid address.

    The envelope needs a plain address, and got something else, often ``Lee <lee@example.org>`` or two
    addresses at once (RFC 5321 §4.1.2).

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in to=lee
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee>
        S: 501 5.1.3 Bad recipient address syntax

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 501 5.5.4 Syntax: RCPT TO:<address>
    """
    if means(seen, "snd-rcpt-syntax") or misshapen(seen, "RCPT"):
        yield Hit(
            f"{seen.endpoint.host} does not accept {recipient(seen)} as an address. The envelope has one plain address at a time; the name belongs in the To line.",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_greylist(seen: Observation) -> Hits:
    """Greylisting: the server wants the message offered again later.

    A first message from an unknown address is deferred for some minutes; mail servers retry, programs
    do not. Normal for a server that receives mail, unusual for a submission server.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 450 4.2.0 <lee@example.org>: Recipient address rejected: Greylisted, see http://postgrey.example/

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 450 4.2.0 <lee@example.org>: Recipient address rejected: mailbox busy
    """
    if means(seen, "snd-greylist"):
        yield Hit(
            f"{seen.endpoint.host} defers unknown senders for some minutes (greylisting). Offer the message again later; programs should send through their provider's server, which retries.",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_rcpt_full(seen: Observation) -> Hits:
    """The recipient's mailbox is full.

    The recipient's server takes no more mail for it. The sending account works.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 452 4.2.2 The email account that you tried to reach is over quota

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 452 4.3.1 Insufficient system storage
    """
    if means(seen, "snd-rcpt-full"):
        yield Hit(
            f"The mailbox of {recipient(seen)} is full: {seen.endpoint.host} takes no mail for it. Tell the recipient another way.",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_temp(seen: Observation) -> Hits:
    """The server rejects the message for now.

    A temporary reply (4xx) to the sender, the recipient or the message, without a reason that mailkit
    knows: often a lookup, a disk or a filter fails on the server. Neither the account nor the message
    is at fault.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 451 4.3.0 Error: queue file write error

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 452 4.3.1 Insufficient system storage
    """
    if means(seen, "snd-temp"):
        yield Hit(
            f"{where(seen)} rejects the message for the moment. Offer it again later; the settings are not the cause.",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_too_many_rcpt(seen: Observation) -> Hits:
    """The message has more recipients than the server accepts at once.

    Servers limit the recipients of one transaction; they have to accept at least 100 (RFC 5321
    §4.5.3.1.8).

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 452 4.5.3 Error: too many recipients

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 452 4.2.2 mailbox full
    """
    if means(seen, "snd-too-many-rcpt"):
        yield Hit(
            f"{seen.endpoint.host} accepts no more recipients for one message. Send it in several parts.",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_loop(seen: Observation) -> Hits:
    """Mail loop: the message came back to a server that already had it.

    Each server adds a ``Received`` line; with too many of them, or with its own ``Delivered-To``, a message is taken
    for one that two servers pass to each other (RFC 5321 §6.3). The cause is a forwarding rule or a table of domains on
    a server, not the program that sends.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 554 5.4.6 Too many hops, mail loop detected

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 554 5.4.4 Unable to route
    """
    if means(seen, "snd-loop"):
        yield Hit(
            f"{seen.endpoint.host} reports a mail loop. Look for a forwarding rule that leads back to the sender's side.",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_ip_blocked(seen: Observation) -> Hits:
    """The server rejects the IP address of this network.

    Home and office lines are on blocklists as places that no mail server sends from. That matters to servers
    that receive mail: with a login, on port 465 or 587, a provider accepts mail from anywhere. Other servers block
    addresses themselves, after failed logins or for a country.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using zen.spamhaus.org

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 554 5.7.1 Service unavailable
    """
    if means(seen, "snd-ip-blocked"):
        why = (
            ", which is on a blocklist" if re.search(LISTED, " ".join(words(seen)).lower()) else ""
        )
        submits = seen.login is not None and seen.login.accepted
        advice = (
            "It accepted the login, so only its administrator can allow this address"
            if submits
            else "Send through the provider's server with a login, on port 465 or 587"
        )
        yield Hit(
            f"{where(seen)} rejects this network's IP address{why}. {advice}.",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_ptr(seen: Observation) -> Hits:
    """The sending IP has no reverse DNS (PTR).

    Servers that receive mail require a host name for every sending address. This is not checked when
    you log in to your provider's submission server.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.9]

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 450 4.7.1 Client host rejected
    """
    if means(seen, "snd-ptr"):
        yield Hit(
            f"{where(seen)} requires reverse DNS (PTR) for this network's IP address, as mail servers have. Send through the provider's server with a login instead.",
            words(seen),
        )
