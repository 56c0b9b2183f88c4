"""Commands about folders: LIST and its kin, STATUS, CREATE … (RFC 3501 §6.3, RFC 5258, RFC 6154, RFC 2087)."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress

from mailkit.lab.mailstore.folder import INBOX, PUBLIC, ROLES, Refused, StoredFolder
from mailkit.lab.servers.imap.commands import Bad, Cursor
from mailkit.lab.servers.imap.session import ImapSession

__all__ = ["COMMANDS"]

_ROLES = (*ROLES.values(), "\\Archive", "\\All", "\\Flagged")
_ROOT = b'"User quota"'


def list_(session: ImapSession, cursor: Cursor) -> str:
    """LIST, also extended."""
    wanted: set[str] = set()
    returned: set[str] = set()
    statuses: list[str] = []
    extended = cursor.skip(b"(")
    if extended:
        wanted = _options(cursor, ("SUBSCRIBED", "REMOTE", "RECURSIVEMATCH", "SPECIAL-USE"))
        cursor.space()
        if "RECURSIVEMATCH" in wanted and wanted <= {"RECURSIVEMATCH", "REMOTE"}:  # RFC 5258 §3.1
            raise Bad("RECURSIVEMATCH needs another option")
    reference = session.name_of(
        cursor.list_mailbox() if not cursor.peek(b'"') else cursor.astring()
    )
    cursor.space()
    patterns = []
    if cursor.skip(b"("):
        extended = True
        patterns.append(cursor.list_mailbox())
        while not cursor.skip(b")"):
            cursor.space()
            patterns.append(cursor.list_mailbox())
    else:
        patterns.append(cursor.list_mailbox())
    if cursor.skip(b" RETURN ("):
        extended = True
        returned, statuses = _returns(cursor)
    cursor.end()
    if patterns == [b""] and not extended:
        session.say(b'* LIST (\\Noselect) "/" ""\r\n')
        return "List completed."
    fits = _matcher(reference, [*_names(session, patterns)])
    children = not extended or "CHILDREN" in returned
    roles = not extended or "SPECIAL-USE" in wanted | returned
    for name, flags, below in _entries(
        session, fits, wanted, returned, children=children, roles=roles
    ):
        also = b' ("CHILDINFO" ("SUBSCRIBED"))' if below else b""
        shown = session.shown(name)
        session.say(b'* LIST (%b) "/" %b%b\r\n' % (" ".join(flags).encode(), shown, also))
        if statuses and "\\Noselect" not in flags and "\\NonExistent" not in flags:
            session.say(_status(session, name, statuses))
    return "List completed."


def lsub(session: ImapSession, cursor: Cursor) -> str:
    """LSUB."""
    reference = session.name_of(cursor.astring())
    cursor.space()
    pattern = next(_names(session, [cursor.list_mailbox()]), "")
    cursor.end()
    fits = _matcher(reference, [pattern] if pattern else [])
    shown: set[str] = set()
    everything = session.box.all()
    for name in sorted(session.box.subscribed):
        if fits(name):
            folder = everything.get(name)
            role = folder.role.encode() if folder is not None else b""
            session.say(b'* LSUB (%b) "/" %b\r\n' % (role, session.shown(name)))
            shown.add(name)
        elif "%" in pattern:
            parts = name.split("/")
            for depth in range(1, len(parts)):
                above = "/".join(parts[:depth])
                if fits(above) and above not in session.box.subscribed | shown:
                    session.say(b'* LSUB (\\Noselect) "/" %b\r\n' % session.shown(above))
                    shown.add(above)
    return "Lsub completed."


def _entries(
    session: ImapSession,
    fits: Callable[[str], bool],
    wanted: set[str],
    returned: set[str],
    *,
    children: bool,
    roles: bool,
) -> Iterator[tuple[str, list[str], bool]]:
    """Name, flags, and whether CHILDINFO tells of a subscribed folder below (RFC 5258 §3.5)."""
    everything: dict[str, StoredFolder | None] = {**session.box.all()}
    everything.setdefault(PUBLIC, None)
    if "SUBSCRIBED" in wanted:
        for name in session.box.subscribed:
            everything.setdefault(name, None)
    within: dict[str, list[str]] = {}
    for name in everything:
        above = name
        while above := above.rpartition("/")[0]:
            within.setdefault(above, []).append(name)
    for name in sorted(everything, key=lambda name: (name != INBOX, name)):
        folder = everything[name]
        subscribed = name in session.box.subscribed
        below = within.get(name, ())
        flags = []
        if folder is None and name != PUBLIC:
            flags.append("\\NonExistent")
        elif folder is None or not folder.selectable:
            flags.append("\\Noselect")
        if children:
            flags.append("\\HasChildren" if below else "\\HasNoChildren")
        if folder is not None and folder.role and roles:
            flags.append(folder.role)
        inside = [name for name in below if name in session.box.subscribed and not fits(name)]
        also = {"RECURSIVEMATCH", "SUBSCRIBED"} <= wanted and bool(inside)
        if ("SUBSCRIBED" in wanted or "SUBSCRIBED" in returned) and subscribed:
            flags.append("\\Subscribed")
        if not fits(name):
            continue
        if "SUBSCRIBED" in wanted and not subscribed and not also:
            continue
        if "SPECIAL-USE" in wanted and not (folder is not None and folder.role):
            continue
        yield name, flags, also


def _names(session: ImapSession, patterns: list[bytes]) -> Iterator[str]:
    """Patterns, decoded. One that no name can fit is no error: it finds nothing."""
    for pattern in patterns:
        with suppress(Refused):
            yield session.name_of(pattern)


def _matcher(reference: str, patterns: list[str]) -> Callable[[str], bool]:
    found = []
    for pattern in patterns:
        whole = reference + pattern
        if whole.upper() == INBOX:
            whole = INBOX
        parts = [
            {"*": ".*", "%": "[^/]*"}.get(c) or re.escape(c) for c in re.sub(r"\*+", "*", whole)
        ]
        found.append(re.compile("".join(parts), re.S))
    return lambda name: any(
        pattern.fullmatch(name) or (name == INBOX and re.fullmatch(pattern.pattern, name, re.I))
        for pattern in found
    )


def _options(cursor: Cursor, known: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    while not cursor.skip(b")"):
        if found:
            cursor.space()
        word = cursor.word()
        if word not in known:
            raise Bad(f"unknown option {word}")
        found.add(word)
    return found


def _returns(cursor: Cursor) -> tuple[set[str], list[str]]:
    found: set[str] = set()
    statuses: list[str] = []
    while not cursor.skip(b")"):
        if found:
            cursor.space()
        word = cursor.word()
        if word not in ("SUBSCRIBED", "CHILDREN", "SPECIAL-USE", "STATUS"):
            raise Bad(f"unknown option {word}")
        found.add(word)
        if word == "STATUS":
            cursor.space()
            statuses = _status_items(cursor)
    return found, statuses


_STATUS: dict[str, Callable[[ImapSession, StoredFolder], int]] = {
    "MESSAGES": lambda session, f: len(f.messages),
    "RECENT": lambda session, f: session.recent(f),
    "UIDNEXT": lambda session, f: f.uidnext,
    "UIDVALIDITY": lambda session, f: f.uidvalidity,
    "UNSEEN": lambda session, f: sum("\\Seen" not in m.flags for m in f.messages),
    "SIZE": lambda session, f: sum(len(m.content) for m in f.messages),
    "HIGHESTMODSEQ": lambda session, f: f.modseq,
    "APPENDLIMIT": lambda session, f: session.store.largest,
}


def _status_items(cursor: Cursor) -> list[str]:
    cursor.want(b"(")
    found = [cursor.word()]
    while not cursor.skip(b")"):
        cursor.space()
        found.append(cursor.word())
    for name in found:
        if name not in _STATUS:
            raise Bad(f"unknown status item {name}")
    return found


def _status(session: ImapSession, name: str, items: list[str]) -> bytes:
    folder = session.box.folder(name)
    if "HIGHESTMODSEQ" in items:
        session.condstore()
    pairs = " ".join(f"{item} {_STATUS[item](session, folder)}" for item in items)
    return b"* STATUS %b (%b)\r\n" % (session.shown(name), pairs.encode())


def status(session: ImapSession, cursor: Cursor) -> str:
    """STATUS."""
    name = session.name_of(cursor.astring())
    cursor.space()
    items = _status_items(cursor)
    cursor.end()
    session.say(_status(session, name, items))
    return "Status completed."


def create(session: ImapSession, cursor: Cursor) -> str:
    """CREATE, with a role where USE asks for one (RFC 6154 §3)."""
    name = session.name_of(cursor.astring())
    role = ""
    if cursor.skip(b" (USE ("):
        roles = [cursor.flag()]
        while not cursor.skip(b"))"):
            cursor.space()
            roles.append(cursor.flag())
        known = {role.lower(): role for role in _ROLES}
        if any(role.lower() not in known for role in roles) or len(roles) > 1:
            raise Refused("USEATTR", "This role cannot be given")
        role = known[roles[0].lower()]
    cursor.end()
    session.box.create(name, role)
    return "Create completed."


def delete(session: ImapSession, cursor: Cursor) -> str:
    """DELETE."""
    name = session.name_of(cursor.astring())
    cursor.end()
    mine = session.opened is not None and session.opened.folder is session.box.all().get(name)
    session.box.delete(name)
    session.spared = (
        mine  # its own deed is answered; the next command ends the session (RFC 3501 §2.2.2)
    )
    return "Delete completed."


def rename(session: ImapSession, cursor: Cursor) -> str:
    """RENAME."""
    old = session.name_of(cursor.astring())
    cursor.space()
    new = session.name_of(cursor.astring())
    cursor.end()
    session.box.rename(old, new)
    return "Rename completed."


def subscribe(session: ImapSession, cursor: Cursor) -> str:
    """SUBSCRIBE."""
    name = session.name_of(cursor.astring())
    cursor.end()
    session.box.folder(name)
    session.box.subscribe(name)
    return "Subscribe completed."


def unsubscribe(session: ImapSession, cursor: Cursor) -> str:
    """UNSUBSCRIBE; a folder that is gone can be unsubscribed."""
    name = session.name_of(cursor.astring())
    cursor.end()
    session.box.subscribe(name, wanted=False)
    return "Unsubscribe completed."


def namespace(session: ImapSession, cursor: Cursor) -> str:
    """NAMESPACE (RFC 2342)."""
    cursor.end()
    session.say(f'* NAMESPACE (("" "/")) NIL (("{PUBLIC}/" "/"))\r\n'.encode())
    return "Namespace completed."


def getquotaroot(session: ImapSession, cursor: Cursor) -> str:
    """GETQUOTAROOT."""
    name = session.name_of(cursor.astring())
    cursor.end()
    if session.box.folder(name).owner != session.box.name:
        session.say(b"* QUOTAROOT %b\r\n" % session.shown(name))
        return "Getquotaroot completed."
    session.say(b"* QUOTAROOT %b %b\r\n" % (session.shown(name), _ROOT), _quota(session))
    return "Getquotaroot completed."


def getquota(session: ImapSession, cursor: Cursor) -> str:
    """GETQUOTA."""
    if cursor.astring() != _ROOT.strip(b'"'):
        raise Refused("NONEXISTENT", "No such quota root.")
    cursor.end()
    session.say(_quota(session))
    return "Getquota completed."


def setquota(session: ImapSession, cursor: Cursor) -> str:
    """SETQUOTA is for administrators."""
    raise Refused("NOPERM", "Permission denied")


def _quota(session: ImapSession) -> bytes:
    box = session.box
    if box.quota_kib is None:
        return b"* QUOTA %b ()\r\n" % _ROOT
    used = -(-box.used // 1024)
    return b"* QUOTA %b (STORAGE %d %d)\r\n" % (_ROOT, used, box.quota_kib)


COMMANDS = {
    "LIST": list_,
    "LSUB": lsub,
    "STATUS": status,
    "CREATE": create,
    "DELETE": delete,
    "RENAME": rename,
    "SUBSCRIBE": subscribe,
    "UNSUBSCRIBE": unsubscribe,
    "NAMESPACE": namespace,
    "GETQUOTAROOT": getquotaroot,
    "GETQUOTA": getquota,
    "SETQUOTA": setquota,
}
