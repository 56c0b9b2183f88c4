"""MBX: the folders of an account."""

import re
from collections.abc import Sequence

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Context, Observation, SeenFolder
from mailkit.protocol.imap.special_use import NAMES, folder_with_role
from mailkit.rules.facts import means, words
from mailkit.rules.mbx import inside
from mailkit.text import joined, plural, quoted


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
        yield Hit("The folder name lacks the prefix that this server requires.", words(seen))
    if prefix:
        yield Hit(
            f"The folder names of this account begin with {quoted(prefix)}. A program that does not ask the server needs that prefix in its settings.",
            (f"NAMESPACE: {quoted(prefix)}",),
        )


@rule(Severity.WARNING, healthy=True)
def mbx_folder_missing(seen: Observation, context: Context) -> Hits:
    """The settings name a folder that does not exist in the mailbox.

    Copies of sent mail are not stored, and messages are not moved.

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


def _meant(name: str, role: str, folders: Sequence[SeenFolder]) -> str:
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

    They exist (LIST) but are not in the list of subscribed folders (LSUB, RFC 9051 §6.3.9).

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
