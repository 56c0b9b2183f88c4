"""SND: the recipient, or the place the message comes from, refused."""

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation
from mailkit.rules.facts import means, misshapen, recipient, where, words


@rule(Severity.ERROR)
def snd_relay_denied(seen: Observation) -> Hits:
    """The server does not take mail for this recipient.

    It is not the recipient's own server, and does not know the sender as one of its users: nobody logged in,
    or a server that receives mail for a domain was taken for one that sends.

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
            f"{where(seen)} does not pass mail on to {recipient(seen)}. Log in, at the provider's server for sending; a server that receives mail (MX) passes nothing on.",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_rcpt_unknown(seen: Observation) -> Hits:
    """The recipient does not exist.

    The account is in order. The address is misspelt, or was given up.

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
            f"{recipient(seen)} does not exist, says {seen.endpoint.host}. The account that sends is in order.",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_rcpt_syntax(seen: Observation) -> Hits:
    """The recipient is no address.

    Where the envelope wants a bare address, something else was put, mostly ``Lee <lee@example.org>`` or two
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
            f"{seen.endpoint.host} does not take {recipient(seen)} for an address. The envelope has one bare address at a time; the name belongs into the To line.",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_greylist(seen: Observation) -> Hits:
    """The server wants the message offered again later.

    A first message from an unknown place is put off for some minutes; mail servers come back, programs do
    not. Normal for a server that receives mail, odd for one that users send by.

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
            f"{seen.endpoint.host} puts strangers off for some minutes (greylisting). Offer the message again later; a program should send by its provider's server, which does so itself.",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_too_many_rcpt(seen: Observation) -> Hits:
    """The message has more recipients than the server takes at once.

    The refused ones are to be sent to in another transaction (RFC 5321 §4.5.3.1.10).

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
            f"{seen.endpoint.host} takes no more recipients for one message. Send it in several parts.",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_ip_blocked(seen: Observation) -> Hits:
    """The address this network sends from is on a blocklist.

    Lines at home and in offices are listed as places that no mail server sends from. That concerns servers
    that receive mail: with a login, on port 465 or 587, a provider takes mail from anywhere.

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
        yield Hit(
            f"{where(seen)} takes nothing from this network's address, which is on a blocklist. Send by the provider's server with a login, on port 465 or 587.",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_ptr(seen: Observation) -> Hits:
    """The address this network sends from has no name.

    Servers that receive mail want every sender's address to have a host name. With a login at the
    provider's server for sending nobody asks.

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
            f"{where(seen)} wants this network's address to have a host name, as mail servers have. Send by the provider's server with a login instead.",
            words(seen),
        )
