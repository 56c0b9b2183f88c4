"""MBX: what is inside an account, seen by opening its inbox for reading."""

import re
from collections.abc import Sequence

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Before, Context, Folder, Mailbox, Observation, StopReason
from mailkit.protocol.imap.special_use import NAMES, folder_with_role
from mailkit.rules.facts import known_reply, means, stopped, where, words
from mailkit.text import joined, plural, quoted


@rule(Severity.ERROR, healthy=True)
def mbx_quota(seen: Observation) -> Hits:
    """The mailbox is full.

    New mail is returned to its senders, and copies of sent mail cannot be stored. Delete mail, empty
    the trash, or get more space.

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
        whose, do = "The mailbox", "Delete mail, empty the trash, or get more space."
        if seen.endpoint.protocol == "smtp":
            whose, do = "The recipient's mailbox", "Tell the recipient another way."
        yield Hit(f"{whose} is full. {do}", words(seen))


@rule(Severity.ERROR)
def mbx_corrupt(seen: Observation) -> Hits:
    """The login works, but the server fails to open the mailbox.

    Its files are damaged, or the server may not read them. Only the server's administrator can see why:
    the log has the reason at the time of the reply.

    Flagged::

        imap imap.example.com:993 implicit-tls logged-in
        C: a1 EXAMINE INBOX
        S: a1 NO [SERVERBUG] Internal error occurred. Refer to server log for more information.

    Flagged::

        pop3 pop.example.com:995 implicit-tls logged-in
        C: STAT
        S: -ERR [SYS/TEMP] Internal error occurred. Refer to server log for more information.

    Clean::

        imap imap.example.com:993 implicit-tls logged-in
        C: a1 EXAMINE INBOX
        S: a1 NO [NONEXISTENT] no such mailbox
    """
    by_pop3 = seen.endpoint.protocol == "pop3" and stopped(seen, StopReason.NOT_OPENED)
    if means(seen, "mbx-corrupt") or (by_pop3 and known_reply(seen) is None):
        yield Hit(
            f"{seen.endpoint.host} accepts the login and then fails to open the mailbox. Send its administrator the reply below and the time: the server's log has the reason.",
            words(seen),
        )


@rule(Severity.ERROR)
def mbx_noperm(seen: Observation) -> Hits:
    """The login works, but it has no permission to open the mailbox.

    The account was not given the right (RFC 5530, NOPERM).

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


@rule(Severity.WARNING, healthy=True)
def mbx_no_sent(seen: Observation) -> Hits:
    """There is no folder for sent mail.

    No folder has the role (RFC 6154) or a name that programs know. Programs cannot store a copy, or
    each creates a folder of its own.

    Flagged::

        imap imap.example.com:993 implicit-tls logged-in mailbox
        C: a1 EXAMINE INBOX
        S: a1 OK done
        C: a2 LIST "" "*"
        S: * LIST () "/" INBOX
        S: * LIST (\\Trash) "/" Trash
        S: a2 OK done
        C: a3 LSUB "" "*"
        S: a3 OK done

    Clean::

        imap imap.example.com:993 implicit-tls logged-in mailbox
        C: a1 EXAMINE INBOX
        S: a1 OK done
        C: a2 LIST "" "*"
        S: * LIST () "/" INBOX
        S: * LIST () "/" "Gesendete Objekte"
        S: a2 OK done
        C: a3 LSUB "" "*"
        S: a3 OK done
    """
    mailbox = inside(seen)
    if mailbox.folders and not folder_with_role(mailbox.folders, "sent", mailbox.delimiter):
        yield Hit(
            "There is no folder for sent mail. Create one (Sent), or choose one in the program's settings.",
            (f"folders: {joined(quoted(f.name) for f in mailbox.folders[:12])}",),
        )


@rule(Severity.NOTE, healthy=True)
def mbx_namespace(seen: Observation) -> Hits:
    """The folders of this account are under a prefix.

    “Sent” does not exist here: its name is “INBOX.Sent” (RFC 2342). Programs ask the server for the
    prefix, or have a setting for it.

    Flagged::

        imap imap.example.com:993 implicit-tls logged-in mailbox
        == offers NAMESPACE
        C: a1 EXAMINE INBOX
        S: a1 OK done
        C: a2 NAMESPACE
        S: * NAMESPACE (("INBOX." ".")) NIL NIL
        S: a2 OK done
        C: a3 LIST "" "*"
        S: a3 OK done
        C: a4 LSUB "" "*"
        S: a4 OK done

    Clean::

        imap imap.example.com:993 implicit-tls logged-in mailbox
        == offers NAMESPACE
        C: a1 EXAMINE INBOX
        S: a1 OK done
        C: a2 NAMESPACE
        S: * NAMESPACE (("" "/")) NIL NIL
        S: a2 OK done
        C: a3 LIST "" "*"
        S: a3 OK done
        C: a4 LSUB "" "*"
        S: a4 OK done
    """
    prefix = inside(seen).prefix
    if means(seen, "mbx-namespace"):
        yield Hit("The folder's name lacks the prefix that this server wants.", words(seen))
    if prefix:
        yield Hit(
            f"The folder names of this account begin with {quoted(prefix)}. A program that does not ask the server needs that prefix in its settings.",
            (f"NAMESPACE: {quoted(prefix)}",),
        )


@rule(Severity.WARNING, healthy=True)
def mbx_folder_missing(seen: Observation, context: Context) -> Hits:
    """The settings name a folder that does not exist in the mailbox.

    Copies of sent mail are not stored, and messages are not moved. Write the name as the server has it,
    prefix included, or create the folder.

    Flagged::

        imap imap.example.com:993 implicit-tls logged-in mailbox
        == folders: role=sent; name=Sent
        C: a1 EXAMINE INBOX
        S: a1 OK done
        C: a2 LIST "" "*"
        S: * LIST () "." INBOX
        S: * LIST () "." INBOX.Sent
        S: a2 OK done
        C: a3 LSUB "" "*"
        S: a3 OK done

    Clean::

        imap imap.example.com:993 implicit-tls logged-in mailbox
        == folders: role=sent; name=INBOX.Sent
        C: a1 EXAMINE INBOX
        S: a1 OK done
        C: a2 LIST "" "*"
        S: * LIST () "." INBOX
        S: * LIST () "." INBOX.Sent
        S: a2 OK done
        C: a3 LSUB "" "*"
        S: a3 OK done
    """
    folders = inside(seen).folders
    names = {folder.name for folder in folders}
    for wanted in context.folders:
        name = wanted.name
        if names and name not in names and name.upper() != "INBOX":
            better = _meant(name, wanted.role, folders)
            hint = (
                f" Did you mean {quoted(better)}?" if better else " Create it, or correct the name."
            )
            yield Hit(
                f"The settings name the folder {quoted(name)} ({wanted.role}), which does not exist in the mailbox.{hint}",
                (f"folders: {joined(sorted(names)[:12])}",),
            )


def _meant(name: str, role: str, folders: Sequence[Folder]) -> str:
    """The folder that a name was most likely meant for: below a prefix, in other letters, by role."""
    last = re.split(r"[./]", name)[-1].casefold()
    for folder in folders:
        if re.split(r"[./]", folder.name)[-1].casefold() == last:
            return folder.name
    delimiter = "." if any(folder.name.startswith("INBOX.") for folder in folders) else "/"
    found = folder_with_role(folders, role, delimiter) if role in NAMES else None
    return found.name if found else ""


@rule(Severity.NOTE, healthy=True)
def mbx_subscription(seen: Observation) -> Hits:
    """Some folders are not subscribed, so many programs do not show them.

    They exist (LIST) but are not in the list of subscribed folders (LSUB, RFC 9051 §6.3.9). Subscribe
    to them in the program or the web mail.

    Flagged::

        imap imap.example.com:993 implicit-tls logged-in mailbox
        C: a1 EXAMINE INBOX
        S: a1 OK done
        C: a2 LIST "" "*"
        S: * LIST () "/" INBOX
        S: * LIST (\\Sent) "/" Sent
        S: * LIST () "/" Orders
        S: a2 OK done
        C: a3 LSUB "" "*"
        S: * LSUB () "/" Sent
        S: a3 OK done

    Clean::

        imap imap.example.com:993 implicit-tls logged-in mailbox
        C: a1 EXAMINE INBOX
        S: a1 OK done
        C: a2 LIST "" "*"
        S: * LIST () "/" INBOX
        S: * LIST (\\Sent) "/" Sent
        S: a2 OK done
        C: a3 LSUB "" "*"
        S: * LSUB () "/" Sent
        S: a3 OK done
    """
    names = {"\\noselect", "\\nonexistent"}
    hidden = [f for f in inside(seen).folders if not f.subscribed and not names & {*f.flags}]
    if hidden:
        yield Hit(
            f"{plural(len(hidden), 'folder is', 'folders are')} not subscribed, and programs that show subscribed ones only leave them out.",
            (f"not subscribed: {joined(quoted(f.name) for f in hidden[:12])}",),
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


def inside(seen: Observation) -> Mailbox:
    """What was seen inside the account; nothing where nobody looked."""
    return seen.mailbox or Mailbox()
