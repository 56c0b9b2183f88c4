"""MBX: what is inside an account, seen by opening its inbox for reading."""

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Before, Observation, SeenMailbox, StopReason
from mailkit.rules.facts import known_reply, means, stopped, where, words


@rule(Severity.ERROR, healthy=True)
def mbx_quota(seen: Observation) -> Hits:
    """The mailbox is full.

    New mail is returned to its senders, and copies of sent mail cannot be stored.

    Flagged::

        imap imap.example.com:993 implicit-tls logged-in mailbox
        == offers QUOTA
        C: a1 EXAMINE INBOX
        S: * 3 EXISTS
        S: a1 OK done
        C: a2 LIST "" "*"
        S: a2 OK done
        C: a3 LSUB "" "*"
        S: a3 OK done
        C: a4 GETQUOTAROOT INBOX
        S: * QUOTA "user" (STORAGE 1048576 1048576)
        S: a4 OK done

    Clean::

        imap imap.example.com:993 implicit-tls logged-in mailbox
        == offers QUOTA
        C: a1 EXAMINE INBOX
        S: * 3 EXISTS
        S: a1 OK done
        C: a2 LIST "" "*"
        S: a2 OK done
        C: a3 LSUB "" "*"
        S: a3 OK done
        C: a4 GETQUOTAROOT INBOX
        S: * QUOTA "user" (STORAGE 2048 1048576)
        S: a4 OK done
    """
    told = inside(seen).quota
    for name, used, limit in told:
        if used >= limit > 0:
            amount = (
                f"{used / 1024:,.0f} of {limit / 1024:,.0f} MiB"
                if name == "STORAGE"
                else f"{used:,} of {limit:,}"
            )
            yield Hit(
                f"The mailbox is full: {amount}. Delete mail, empty the trash, or get more space.",
                (f"{name} {used} {limit}",),
            )
    if means(seen, "mbx-quota"):
        yield Hit(
            "The mailbox is full. Delete mail, empty the trash, or get more space.", words(seen)
        )


@rule(Severity.ERROR)
def mbx_corrupt(seen: Observation) -> Hits:
    """The login works, but the server fails to open the mailbox.

    Its files are damaged, or the server may not read them.

    Flagged::

        imap imap.example.com:993 implicit-tls logged-in
        C: a1 EXAMINE INBOX
        S: a1 NO [SERVERBUG] Internal error occurred. Refer to server log for more information.

    Flagged::

        pop3 pop.example.com:995 implicit-tls logged-in
        C: STAT
        S: -ERR [SYS/TEMP] Internal error occurred. Refer to server log for more information.

    Flagged::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: * BYE [ALERT] Fatal error: kim/Maildir: No such file or directory
        == closed

    Clean::

        imap imap.example.com:993 implicit-tls logged-in
        C: a1 EXAMINE INBOX
        S: a1 NO [NONEXISTENT] no such mailbox

    Clean::

        imap imap.example.com:993 implicit-tls logged-in
        C: a1 EXAMINE INBOX
        S: a1 BAD Command Argument Error. 11
    """
    without_reason = stopped(seen, StopReason.NOT_OPENED) and known_reply(seen) is None
    refused = seen.stop is not None and seen.stop.text.upper().startswith(("NO", "-ERR"))
    if means(seen, "mbx-corrupt") or (without_reason and refused):
        accepted = seen.login is not None and seen.login.accepted
        how = "accepts the login and then" if accepted else "answers the login, but"
        yield Hit(
            f"{seen.endpoint.host} {how} fails to open the mailbox. Send its administrator the reply below and the time: the server's log has the reason.",
            words(seen),
        )


@rule(Severity.ERROR)
def mbx_noperm(seen: Observation) -> Hits:
    """The login works, but it has no permission to open the mailbox.

    The account has no right to it (RFC 5530, NOPERM).

    Flagged::

        imap imap.example.com:993 implicit-tls logged-in
        C: a1 EXAMINE INBOX
        S: a1 NO [NOPERM] Permission denied

    Clean::

        imap imap.example.com:993 implicit-tls logged-in
        C: a1 EXAMINE INBOX
        S: a1 NO [NONEXISTENT] no such mailbox
    """
    if means(seen, "mbx-noperm"):
        yield Hit(
            f"{seen.endpoint.host} accepts the login but gives no permission to open the mailbox. Its owner or administrator has to grant it.",
            words(seen),
        )


@rule(Severity.WARNING, healthy=True)
def mbx_readonly(seen: Observation) -> Hits:
    """The mailbox is read-only.

    Marking as read, moving and deleting fail. The rights on the inbox (RFC 4314) do not include
    writing.

    Flagged::

        imap imap.example.com:993 implicit-tls logged-in mailbox
        == offers ACL
        C: a1 EXAMINE INBOX
        S: a1 OK done
        C: a2 LIST "" "*"
        S: a2 OK done
        C: a3 LSUB "" "*"
        S: a3 OK done
        C: a4 MYRIGHTS INBOX
        S: * MYRIGHTS INBOX lrs
        S: a4 OK done

    Clean::

        imap imap.example.com:993 implicit-tls logged-in mailbox
        == offers ACL
        C: a1 EXAMINE INBOX
        S: a1 OK done
        C: a2 LIST "" "*"
        S: a2 OK done
        C: a3 LSUB "" "*"
        S: a3 OK done
        C: a4 MYRIGHTS INBOX
        S: * MYRIGHTS INBOX lrswipkxte
        S: a4 OK done
    """
    rights = inside(seen).rights
    if rights is not None and not {"w", "i"} & set(rights):
        yield Hit(
            "This login may read the inbox but not change it: marking, moving and deleting will fail.",
            (f"rights on INBOX: {rights or 'none'}",),
        )


@rule(Severity.NOTE, healthy=True)
def mbx_uidnotsticky(seen: Observation) -> Hits:
    """The server does not keep message identifiers.

    UIDs are new in every session (RFC 9051 §7.1, UIDNOTSTICKY): a program that remembers what it has
    fetched fetches everything again.

    Flagged::

        imap imap.example.com:993 implicit-tls logged-in
        C: a1 EXAMINE INBOX
        S: * OK [UIDVALIDITY 7] valid
        S: * NO [UIDNOTSTICKY] no identities are kept
        S: a1 OK [READ-ONLY] done

    Clean::

        imap imap.example.com:993 implicit-tls logged-in
        C: a1 EXAMINE INBOX
        S: * OK [UIDVALIDITY 7] valid
        S: a1 OK [READ-ONLY] done
    """
    if "UIDNOTSTICKY" in inside(seen).codes:
        yield Hit(
            f"{where(seen)} gives messages new UIDs in every session. A program must not remember messages by their UID here.",
            ("it said: UIDNOTSTICKY",),
        )


@rule(Severity.WARNING, healthy=True)
def mbx_uidvalidity(seen: Observation, before: Before) -> Hits:
    """The inbox was recreated since the last check (UIDVALIDITY changed).

    Identifiers that programs remember are no longer valid (RFC 9051 §2.3.1.1), and they have to fetch
    the list again. A migration does that, or a repair on the server.

    Flagged::

        imap imap.example.com:993 implicit-tls logged-in
        == before: proof=logged-in; uid validity=6; messages=12
        C: a1 EXAMINE INBOX
        S: * OK [UIDVALIDITY 7] valid
        S: a1 OK [READ-ONLY] done

    Clean::

        imap imap.example.com:993 implicit-tls logged-in
        == before: proof=logged-in; uid validity=7; messages=12
        C: a1 EXAMINE INBOX
        S: * OK [UIDVALIDITY 7] valid
        S: a1 OK [READ-ONLY] done
    """
    old, new = before.uid_validity, inside(seen).uid_validity
    if old is not None and new is not None and old != new:
        yield Hit(
            "The inbox was recreated (UIDVALIDITY changed) since the last check. UIDs that programs remember are no longer valid: let them fetch the list again.",
            (f"UIDVALIDITY was {old}, is {new}",),
        )


def inside(seen: Observation) -> SeenMailbox:
    """Return the observation of the mailbox, if it was examined."""
    return seen.mailbox or SeenMailbox()
