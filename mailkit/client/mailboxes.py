"""Folders: list with roles, create, rename, delete, subscribe; status, quota, namespaces.

Names are decoded text; modified UTF-7 (RFC 3501 §5.1.3) or UTF-8 (RFC 6855) is only used on the wire.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from mailkit.client.commands import ImapString, Value, ask, string
from mailkit.client.connection import IMAP4
from mailkit.errors import RefusedError, SettingsError
from mailkit.protocol.imap.responses import list_row
from mailkit.protocol.imap.special_use import ROLES, named_role
from mailkit.protocol.imap.utf7 import from_utf7, to_utf7
from mailkit.text import number

__all__ = [
    "Folder",
    "FolderName",
    "Namespace",
    "Quota",
    "Status",
    "create",
    "delete",
    "folder_for",
    "folders",
    "namespaces",
    "open_folder",
    "quotas",
    "refuse_read_only",
    "rename",
    "status",
    "statuses",
    "subscribe",
    "subscribed",
    "unsubscribe",
    "wire_name",
    "with_roles",
]


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder.

    ``flags`` are in lower case (``\\noselect``, ``\\haschildren`` …); ``role`` is ``inbox``, ``sent``, ``trash``,
    ``drafts``, ``junk``, ``archive`` …, reported by the server or, with ``guessed``, derived from the name; or empty.
    """

    name: str
    delimiter: str = "/"
    flags: frozenset[str] = frozenset()
    role: str = ""
    guessed: bool = False
    raw: bytes = field(default=b"", repr=False, compare=False)
    """The name in the server's form, which commands use."""

    @property
    def selectable(self) -> bool:
        """Whether it can be selected."""
        return not self.flags & {"\\noselect", "\\nonexistent"}


FolderName: TypeAlias = "str | Folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Counts of a folder (RFC 9051 §6.3.11); ``None`` is a count that the server did not report. ``size`` is in
    octets.
    """

    messages: int | None = None
    unseen: int | None = None
    uidnext: int | None = None
    uidvalidity: int | None = None
    size: int | None = None
    highestmodseq: int | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """The usage of a resource: ``STORAGE`` in KiB, ``MESSAGE`` in messages (RFC 9208)."""

    root: str
    resource: str
    used: int
    limit: int


@dataclass(frozen=True, slots=True)
class Namespace:
    """A namespace: ``kind`` is ``personal``, ``others`` or ``shared`` (RFC 2342)."""

    kind: str
    prefix: str
    delimiter: str


def folders(
    imap: IMAP4, pattern: str = "*", *, roles: Mapping[str, str] | None = None
) -> list[Folder]:
    """List the folders, in the server's order.

    Args:
        imap: the connection.
        pattern: of names; ``*`` matches anything, ``%`` anything but the delimiter.
        roles: folder names by role. They take precedence over the server's roles, and those over names in many
            languages. Folders of other people, and shared ones, have no role.
    """
    want = "SPECIAL-USE" in imap.offers and "LIST-EXTENDED" in imap.offers
    parts: list[str | bytes | ImapString] = ["LIST", '""', wire_name(imap, pattern)]
    reply = ask(imap, *parts, "RETURN (CHILDREN SPECIAL-USE)") if want else ask(imap, *parts)
    found = [
        folder
        for folder in (_folder(imap, row) for row in reply.named(b"LIST"))
        if folder is not None
    ]
    assigned = with_roles(found, roles or {})
    if "NAMESPACE" not in imap.offers or not _may_be_shared(assigned):
        return assigned
    return with_roles(found, roles or {}, not_own=_not_own(imap, found))


def _may_be_shared(many: list[Folder]) -> bool:
    """Return whether a folder with a role may be another's: people have their own below INBOX, or on the top level
    where nothing is below INBOX.
    """
    usual = "INBOX" if any(_parent(folder) == "INBOX" for folder in many) else ""
    return any(one.role not in ("", "inbox") and _parent(one) != usual for one in many)


def _not_own(imap: IMAP4, found: list[Folder]) -> set[str]:
    """Return the folders of other people, and shared ones, by the longest prefix that fits (RFC 2342)."""
    if imap.known_namespaces is None:
        imap.known_namespaces = namespaces(imap)
    kinds = {one.prefix: one.kind for one in imap.known_namespaces}
    if "personal" not in kinds.values():
        return set()
    prefixes = sorted(kinds, key=len, reverse=True)
    places = {
        folder.name: next((one for one in prefixes if folder.name.startswith(one)), None)
        for folder in found
        if folder.name.upper() != "INBOX"
    }
    return {name for name, prefix in places.items() if kinds.get(prefix or "") in _NOT_OWN}


_NOT_OWN = ("others", "shared")


def with_roles(
    found: Iterable[Folder], decided: Mapping[str, str], *, not_own: Set[str] = frozenset()
) -> list[Folder]:
    """Assign roles: configured, else reported, else guessed from the name; each role once. Folders that are ``not_own``
    get a configured role only.
    """
    many = [*dict.fromkeys(found)]
    taken = dict(decided.items())
    own = [folder for folder in many if folder.name not in not_own]
    for folder in own:
        told = next((flag[1:] for flag in sorted(folder.flags) if flag[1:] in ROLES), "")
        if folder.name.upper() == "INBOX":
            told = "inbox"
        if told and told not in taken:
            taken[told] = folder.name
    sure = dict(taken)
    above = _parents(own)
    for folder in sorted(own, key=lambda f: f.name.count(f.delimiter or "/")):
        usable = folder.selectable and _parent(folder) in above
        role = named_role(folder.name, folder.delimiter) if usable else ""
        if role and role not in taken and folder.name not in taken.values():
            taken[role] = folder.name
    by_name = {name: role for role, name in reversed(taken.items())}
    return [
        replace(f, role=role, guessed=bool(role) and sure.get(role) != f.name)
        for f in many
        for role in [by_name.get(f.name, "")]
    ]


def _parents(many: list[Folder]) -> set[str]:
    """Return the parents of folders whose names may indicate a role: the top level, INBOX, a container, or the common
    parent.
    """
    found = {"", "INBOX"} | {folder.name for folder in many if not folder.selectable}
    others = {_parent(folder) for folder in many if folder.name.upper() != "INBOX"}
    return found | (others if len(others) == 1 else set())


def _parent(folder: Folder) -> str:
    found = folder.name.rpartition(folder.delimiter)[0] if folder.delimiter else ""
    return "INBOX" if found.upper() == "INBOX" else found


def folder_for(imap: IMAP4, role: str, *, roles: Mapping[str, str] | None = None) -> Folder | None:
    """Return the folder with a role, or ``None``; ``role`` and ``roles`` are those of :func:`folders`."""
    return next((folder for folder in folders(imap, roles=roles) if folder.role == role), None)


def open_folder(imap: IMAP4, name: FolderName = "INBOX", *, read_only: bool = True) -> Status:
    """Open a folder, by default read-only (EXAMINE, RFC 9051 §6.3.3), and return its counts as the server tells them.

    Raises:
        RefusedError: it does not exist, or may not be opened.
    """
    reply = ask(imap, "EXAMINE" if read_only else "SELECT", wire_name(imap, name))
    told = dict(reply.codes)
    some_flags = any(told.get("PERMANENTFLAGS", ()))  # \\Seen may be each reader's own
    imap.state = "SELECTED"
    imap.is_readonly = read_only or (reply.code == "READ-ONLY" and not some_flags)
    exists = reply.numbered(b"EXISTS")
    return Status(
        messages=exists[-1][0] if exists else None,
        uidnext=_number(told.get("UIDNEXT")),
        uidvalidity=_number(told.get("UIDVALIDITY")),
        highestmodseq=_number(told.get("HIGHESTMODSEQ")),
    )


def refuse_read_only(imap: IMAP4) -> None:
    """Refuse a change in a folder that is open read-only: some servers accept it and forget it."""
    if imap.state == "SELECTED" and imap.is_readonly:
        raise RefusedError(
            "the folder is open read-only; open it with read_only=False",
            imap.transcript,
            "read-only",
        )


def status(imap: IMAP4, name: FolderName) -> Status:
    """Return the counts of a folder that is not selected (RFC 9051 §6.3.11).

    Raises:
        RefusedError: it does not exist.
    """
    items = ["MESSAGES", "UNSEEN", "UIDNEXT", "UIDVALIDITY"]
    items += ["SIZE"] if "STATUS=SIZE" in imap.offers else []
    items += ["HIGHESTMODSEQ"] if "CONDSTORE" in imap.offers else []
    reply = ask(imap, "STATUS", wire_name(imap, name), f"({' '.join(items)})")
    found: dict[str, int | None] = {}
    for row in reply.named(b"STATUS"):
        found |= _counts(row)
    return Status(**found)


def statuses(imap: IMAP4) -> dict[str, Status]:
    """Return the counts of all folders by one command (RFC 5819); nothing if the server cannot include modification
    sequences.
    """
    if not {"LIST-STATUS", "LIST-EXTENDED", "CONDSTORE"} <= set(imap.offers):
        return {}
    wanted = "RETURN (STATUS (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ))"
    try:
        reply = ask(imap, "LIST", '""', string(b"*"), wanted)
    except RefusedError:  # announced but not supported: each folder is opened instead
        return {}
    rows = (row for row in reply.named(b"STATUS") if row and isinstance(row[0], bytes))
    return {_shown(imap, row[0]): Status(**_counts(row)) for row in rows}


def _counts(row: tuple[Value, ...]) -> dict[str, int | None]:
    """Parse a STATUS response."""
    pairs = row[-1] if row and isinstance(row[-1], tuple) else ()
    found = {
        key.decode("ascii", "replace").lower(): _number((value,))
        for key, value in zip(pairs[::2], pairs[1::2], strict=False)
        if isinstance(key, bytes)
    }
    return {key: value for key, value in found.items() if key in Status.__dataclass_fields__}


def create(imap: IMAP4, name: str, role: str = "") -> None:
    """Create a folder, with a role if the server supports it (RFC 6154 §3).

    Raises:
        RefusedError: it exists, or may not be created.
    """
    use = role and "CREATE-SPECIAL-USE" in imap.offers
    tail = [f"(USE (\\{role.capitalize()}))"] if use else []
    ask(imap, "CREATE", wire_name(imap, name), *tail)


def rename(imap: IMAP4, old: FolderName, new: str) -> None:
    """Rename a folder and those below it (RFC 9051 §6.3.6).

    Raises:
        RefusedError: there is no such folder, or one has the new name.
    """
    ask(imap, "RENAME", wire_name(imap, old), wire_name(imap, new))


def delete(imap: IMAP4, name: FolderName) -> None:
    """Delete a folder with its messages (RFC 9051 §6.3.5).

    Raises:
        RefusedError: there is no such folder, or it may not be deleted; some servers keep one with folders below it.
    """
    ask(imap, "DELETE", wire_name(imap, name))


def subscribe(imap: IMAP4, name: FolderName) -> None:
    """Subscribe a folder (RFC 9051 §6.3.7).

    Raises:
        RefusedError: the server does not allow it, such as for a folder that does not exist.
    """
    ask(imap, "SUBSCRIBE", wire_name(imap, name))


def unsubscribe(imap: IMAP4, name: FolderName) -> None:
    """Unsubscribe a folder (RFC 9051 §6.3.8).

    Raises:
        RefusedError: the server does not allow it.
    """
    ask(imap, "UNSUBSCRIBE", wire_name(imap, name))


def subscribed(imap: IMAP4) -> list[str]:
    """Return the names of the subscribed folders."""
    if imap.rev2_only:
        rows = ask(imap, "LIST", "(SUBSCRIBED)", '""', '"*"').named(b"LIST")
    else:
        rows = ask(imap, "LSUB", '""', '"*"').named(b"LSUB")
    return [folder.name for folder in (_folder(imap, row) for row in rows) if folder is not None]


def quotas(imap: IMAP4, name: FolderName = "INBOX") -> list[Quota]:
    """Return the quotas of a folder (RFC 9208); none if the server has or reports none."""
    if "QUOTA" not in imap.offers:
        return []
    try:
        reply = ask(imap, "GETQUOTAROOT", wire_name(imap, name))
    except RefusedError:
        return []
    found = []
    for row in reply.named(b"QUOTA"):
        resources = row[1] if len(row) > 1 and isinstance(row[1], tuple) else ()
        for place in range(0, len(resources) - 2, 3):
            kind, used, limit = resources[place : place + 3]
            numbers = _number((used,)), _number((limit,))
            if isinstance(kind, bytes) and numbers[0] is not None and numbers[1] is not None:
                found.append(Quota(_text(row[0]), _text(kind).upper(), numbers[0], numbers[1]))
    return found


def namespaces(imap: IMAP4) -> list[Namespace]:
    """Return the namespaces (RFC 9051 §6.3.10); by default one personal namespace without a prefix."""
    usual = [Namespace("personal", "", "/")]
    if "NAMESPACE" not in imap.offers:
        return usual
    try:
        reply = ask(imap, "NAMESPACE")
    except RefusedError:  # announced but not supported
        return usual
    found = []
    for row in reply.named(b"NAMESPACE"):
        for kind, places in zip(("personal", "others", "shared"), row, strict=False):
            for place in places if isinstance(places, tuple) else ():
                if isinstance(place, tuple) and len(place) >= 2:
                    found.append(Namespace(kind, _shown(imap, place[0]), _text(place[1])))
    return found


def _folder(imap: IMAP4, row: tuple[Value, ...]) -> Folder | None:
    """Parse a row of LIST; some servers send unquoted names with spaces."""
    found = list_row(row)
    if found is None:
        return None
    raw, flags, delimiter = found
    name = _shown(imap, raw)
    if not getattr(imap, "utf8_enabled", False) and to_utf7(name) != raw:
        imap.raw_names.setdefault(
            name, raw
        )  # in the server's own encoding, the only one that it accepts
    return Folder(name, delimiter, frozenset(flags), raw=bytes(raw))


def wire_name(imap: IMAP4, name: FolderName) -> bytes | ImapString:
    """Return a folder's name for a command, in the server's form if it is known.

    Raises:
        SettingsError: it is neither a text nor a folder.
    """
    if isinstance(name, Folder):
        if name.raw:
            return string(name.raw)
        name = name.name
    if not isinstance(name, str):
        raise SettingsError(f"{name!r} is not the name of a folder")
    if getattr(imap, "utf8_enabled", False):
        return string(name)
    return string(imap.raw_names.get(name) or to_utf7(name))


def _shown(imap: IMAP4, value: Value) -> str:
    data = value if isinstance(value, bytes) else b""
    if getattr(imap, "utf8_enabled", False):
        return data.decode("utf-8", "replace")
    try:
        return from_utf7(data)
    except ValueError:  # not encoded: some servers send raw names
        return data.decode("utf-8", "replace")


def _text(value: Value) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def _number(values: "tuple[Value, ...] | None") -> int | None:
    first = values[0] if values else None
    if isinstance(first, tuple):
        return _number(first)
    return number(first) if isinstance(first, bytes) else None
