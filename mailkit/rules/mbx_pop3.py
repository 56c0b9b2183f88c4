"""MBX: POP3, which has one mailbox, one reader, and takes things away."""

from mailkit import providers
from mailkit.account import Service
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Before, Context, Observation
from mailkit.ports import Protocol
from mailkit.rules.facts import means, words
from mailkit.rules.mbx import inside
from mailkit.text import plural


@rule(Severity.ERROR)
def mbx_pop3_locked(seen: Observation) -> Hits:
    """Another program has locked the mailbox.

    A POP3 session locks the mailbox (RFC 1939 §4), and an IMAP server can reject a command as [INUSE]
    (RFC 5530 §3). Another program is reading it, or a session was cut
    off and the lock remains for some minutes.

    Flagged::

        pop3 pop.example.com:995 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: +OK ready
        C: CAPA
        S: +OK
        S: USER
        S: .
        C: USER kim@example.com
        S: +OK
        C: PASS ***
        S: -ERR [IN-USE] Mailbox is locked by another POP3 session.

    Clean::

        pop3 pop.example.com:995 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: +OK ready
        C: CAPA
        S: +OK
        S: USER
        S: .
        C: USER kim@example.com
        S: +OK
        C: PASS ***
        S: -ERR [AUTH] no
    """
    if means(seen, "mbx-pop3-locked"):
        yield Hit(
            "Another program has locked this mailbox, and only one can at a time. Wait some minutes; with POP3, let one program poll, or use IMAP.",
            words(seen),
        )


@rule(Severity.NOTE, healthy=True)
def mbx_pop3_expire(seen: Observation) -> Hits:
    """The server deletes mail by itself after some days.

    It announces that (EXPIRE, RFC 2449 §6.7). Zero means that nothing may stay on the server. Even a
    program that is set to leave mail there will find it gone; IMAP folders are usually not affected.

    Flagged::

        pop3 pop.example.com:995 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: +OK ready
        C: CAPA
        S: +OK
        S: USER
        S: UIDL
        S: TOP
        S: EXPIRE 30
        S: .

    Clean::

        pop3 pop.example.com:995 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: +OK ready
        C: CAPA
        S: +OK
        S: USER
        S: UIDL
        S: TOP
        S: EXPIRE NEVER
        S: .
    """
    for offer in seen.offers:
        if "EXPIRE" not in offer:
            continue
        words_ = offer.split()
        if words_[:1] == ["EXPIRE"] and words_[1:2] and words_[1].isdecimal():
            days = int(words_[1][:6])
            kept = f"after {plural(days, 'day')}" if days else "as soon as it was fetched"
            yield Hit(
                f"{seen.endpoint.host} deletes mail {kept}, even if a program is set to leave it there.",
                (f"it offers: {offer}",),
                {},
                "leave_on_server",
            )


@rule(Severity.NOTE, healthy=True)
def mbx_pop3_window(service: Service, seen: Observation) -> Hits:
    """This provider shows only part of the mailbox by POP3.

    Messages seem to be missing: the provider's settings decide which ones POP3 gets.

    Flagged::

        pop3 pop.gmail.com:995 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: +OK ready
        C: CAPA
        S: +OK
        S: USER
        S: UIDL
        S: TOP
        S: .

    Clean::

        pop3 pop.example.com:995 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: +OK ready
        C: CAPA
        S: +OK
        S: USER
        S: UIDL
        S: TOP
        S: .
    """
    provider = providers.for_host(service.host.lower())
    if provider and provider.pop3_window and service.protocol is Protocol.POP3 and seen.greeting:
        yield Hit(
            f"{provider.name} shows only part of the mailbox by POP3: {provider.pop3_window}.",
            (provider.stated(),),
        )


@rule(Severity.WARNING, healthy=True)
def mbx_pop3_steals(seen: Observation, before: Before, context: Context) -> Hits:
    """Messages disappear from the inbox, and a POP3 account reads it too.

    There are fewer than at the last check, and another loaded account fetches the same mailbox by
    POP3. POP3 programs delete what they have fetched unless set otherwise.

    Flagged::

        imap imap.example.com:993 implicit-tls logged-in
        == before: proof=logged-in; uid validity=7; messages=12
        == pop3 readers: till
        C: a1 EXAMINE INBOX
        S: * 3 EXISTS
        S: * OK [UIDVALIDITY 7] valid
        S: a1 OK [READ-ONLY] done

    Clean::

        imap imap.example.com:993 implicit-tls logged-in
        == before: proof=logged-in; uid validity=7; messages=12
        C: a1 EXAMINE INBOX
        S: * 3 EXISTS
        S: * OK [UIDVALIDITY 7] valid
        S: a1 OK [READ-ONLY] done
    """
    readers, old, new = context.pop3_readers, before, inside(seen)
    gone = (old.messages or 0) - (new.messages if new.messages is not None else 2**63)
    if readers and gone > 0 and old.uid_validity == new.uid_validity:
        yield Hit(
            f"{plural(gone, 'message')} left the inbox since the last check, and the account {readers[0]} reads it by POP3. Set that program to leave mail on the server, or use IMAP.",
            (f"messages were {old.messages}, are {new.messages}",),
        )


@rule(Severity.WARNING, healthy=True)
def mbx_pop3_uidl_churn(seen: Observation, before: Before) -> Hits:
    """All messages have new identifiers since the last check.

    A program that leaves mail on the server recognises messages by these (UIDL, RFC 1939 §7), and now
    fetches everything again. A migration to another server does that; it happens once.

    Flagged::

        pop3 pop.example.com:995 implicit-tls logged-in mailbox
        == before: proof=logged-in; messages=2; uids=a1,a2
        C: STAT
        S: +OK 2 900
        C: UIDL
        S: +OK
        S: 1 b1
        S: 2 b2
        S: .

    Clean::

        pop3 pop.example.com:995 implicit-tls logged-in mailbox
        == before: proof=logged-in; messages=2; uids=a1,a2
        C: STAT
        S: +OK 2 900
        C: UIDL
        S: +OK
        S: 1 a2
        S: 2 a3
        S: .
    """
    old, new = before.uids, inside(seen).uids
    if old and new and not set(old) & set(new) and inside(seen).messages == before.messages:
        yield Hit(
            "Every message has a new identifier (UIDL) since the last check: programs that leave mail on the server will fetch all of it again, once.",
            (f"the first was {old[0]}, is {new[0]}",),
        )
