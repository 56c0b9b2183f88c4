"""SND: the sender, and the one who sends, refused."""

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation
from mailkit.replies import Certainty
from mailkit.rules.facts import known_reply, means, misshapen, refuses_name, sender, where, words
from mailkit.text import quoted


@rule(Severity.ERROR)
def snd_not_logged_in(seen: Observation) -> Hits:
    """Authentication required: the server accepts no mail without a login.

    A submission server requires a login before the first message (RFC 6409 §4.3). The program did not
    log in: its settings have no user name, or its login is switched off.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 530 5.7.0 Authentication required

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 550 5.7.1 no
    """
    if means(seen, "snd-not-logged-in"):
        accepted = seen.login is not None and seen.login.accepted
        yield Hit(
            f"{where(seen)} accepts the login and then says that mail needs one: the login does not cover this sender, recipient or kind of sending. Ask its administrator which users may send."
            if accepted
            else f"{where(seen)} accepts no mail without a login. Set a user name and a password for this service.",
            words(seen),
            {},
            "user",
        )


@rule(Severity.ERROR)
def snd_sender_not_owned(seen: Observation) -> Hits:
    """The login may not send as this address.

    The sender has to be the account's address, one of its aliases, or one it was given the right to
    send as. Changing the password does not help: the login was accepted.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 553 5.7.1 <kim@example.com>: Sender address rejected: not owned by user lee

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 553 5.7.1 <kim@example.com>: Sender address rejected: policy
    """
    if means(seen, "snd-sender-not-owned"):
        own = seen.request.user.lower() == seen.facts.transaction.sender.lower()
        advice = (
            "That is the login's own name: ask its administrator as which addresses it may send."
            if own
            else "Send as the account's address, or have this one added to it."
        )
        yield Hit(
            f"{seen.endpoint.host} does not allow this login to send as {sender(seen)}. {advice}",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_sender_unverified(seen: Observation) -> Hits:
    """The server cannot verify this sender.

    Bulk sending services accept only senders and domains that were verified with them first, and in
    their trial modes only verified recipients. Other servers ask whether the sender's address exists, and reject one
    that doesn't.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 554 Message rejected: Email address is not verified. The following identities failed the check

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 554 Message rejected
    """
    if means(seen, "snd-sender-unverified"):
        who = sender(seen) if seen.facts.transaction.sender else "the sender"
        reply = known_reply(seen)
        sure = reply is not None and reply.certainty is Certainty.SURE
        yield Hit(
            f"{seen.endpoint.host} requires that {who}, or its domain, is verified with it first."
            if sure
            else f"{seen.endpoint.host} cannot verify {who}: most likely the address does not exist, or its domain was not verified with the service.",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_sender_not_logged_in(seen: Observation) -> Hits:
    """This sender address requires its owner's login.

    The server knows the address as one of its own and lets only its owner send as it. The program did
    not log in, or used another server.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 553 5.7.1 <kim@example.com>: Sender address rejected: not logged in

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 553 5.7.1 <kim@example.com>: Sender address rejected: policy
    """
    if means(seen, "snd-sender-not-logged-in"):
        yield Hit(
            f"{where(seen)} accepts mail from {sender(seen)} only after a login. Set the user name and password of that address for this service.",
            words(seen),
            {},
            "user",
        )


@rule(Severity.ERROR)
def snd_sender_domain(seen: Observation) -> Hits:
    """The domain of the sender does not exist.

    The server looks the sender's domain up, because replies and bounces need it. Most often it is
    misspelt, or is a machine's own name that public DNS does not have.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 550 5.1.8 <kim@example.com>: Sender address rejected: Domain not found

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 550 5.1.0 <kim@example.com>: Sender address rejected
    """
    if means(seen, "snd-sender-domain"):
        yield Hit(
            f"{seen.endpoint.host} cannot find the domain of {sender(seen)}. Send as an address whose domain receives mail.",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_sender_syntax(seen: Observation) -> Hits:
    """The sender is not a valid address.

    The envelope needs a plain address, and got something else, often ``Kim <kim@example.com>``, or a
    name without a domain (RFC 5321 §4.1.2).

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in from=kim
        C: MAIL FROM:<kim>
        S: 501 5.1.7 Bad sender address syntax

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 501 5.5.4 Syntax: MAIL FROM:<address>
    """
    if means(seen, "snd-sender-syntax") or misshapen(seen, "MAIL"):
        yield Hit(
            f"{seen.endpoint.host} does not accept {sender(seen)} as an address. The envelope has a plain one, such as kim@example.com; the name belongs in the From line.",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_helo(seen: Observation) -> Hits:
    """The server rejects the name in EHLO.

    A client introduces itself with a name (EHLO). Servers reject one without dots, or with characters
    that no host name has. It is set in the program, or is the machine's own name.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 504 5.5.2 <laptop>: Helo command rejected: need fully-qualified hostname

    Flagged::

        smtp smtp.example.com:587 starttls
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 421 4.7.0 Try again later, closing connection. (EHLO)

    Flagged::

        smtp smtp.example.com:587 starttls
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 501 5.5.4 Invalid domain name
        C: HELO [127.0.0.1]
        S: 501 5.5.4 Invalid domain name

    Clean::

        smtp smtp.example.com:587 starttls
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 421 4.3.2 Service shutting down

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 504 5.5.4 Unrecognized parameter
    """
    if means(seen, "snd-helo") or refuses_name(seen):
        name = f"name {quoted(seen.facts.helo)}" if seen.facts.helo else "name"
        yield Hit(
            f"{seen.endpoint.host} rejects the {name} in EHLO. Set this machine's full host name: host_name in [account.NAME.delivery], or --helo NAME.",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_pop_before_smtp(seen: Observation) -> Hits:
    """The server wants the mailbox read before it accepts mail (POP before SMTP).

    A rule from before SMTP had logins: reading by POP3 permits sending for some minutes.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 550 5.7.1 You must check for new mail before sending mail

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 550 5.7.1 You must not send mail
    """
    if means(seen, "snd-pop-before-smtp"):
        yield Hit(
            f"{seen.endpoint.host} accepts mail only after the mailbox was read. Switch the login for sending on; if there is none, read by POP3 first.",
            words(seen),
        )
