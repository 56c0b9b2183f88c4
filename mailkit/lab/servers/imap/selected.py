"""Commands about the messages of the folder that is open (RFC 3501 §6.4)."""

from collections.abc import Iterable

from mailkit.lab.mailstore.folder import SYSTEM, Message, Refused
from mailkit.lab.servers.imap import fetch, search, sort
from mailkit.lab.servers.imap.commands import Bad, Cursor
from mailkit.lab.servers.imap.session import ImapSession
from mailkit.protocol.imap.values import ranges

__all__ = ["BY_UID", "COMMANDS", "known_flags"]

_PIECE = 262_144


def fetch_(session: ImapSession, cursor: Cursor, *, by_uid: bool = False) -> str:
    """FETCH; the reply includes the \\Seen flags that it sets."""
    view = session.view
    wanted = cursor.sequence()
    cursor.space()
    items = fetch.items(cursor)
    since = -1
    if cursor.skip(b" ("):
        cursor.want(b"CHANGEDSINCE ")
        since = cursor.number()
        cursor.want(b")")
    cursor.end()
    names = {item.name for item in items}
    if since >= 0 or "MODSEQ" in names:
        session.condstore()
    if by_uid and "UID" not in names:
        items.insert(0, fetch.Item("UID", b"UID"))
    if since >= 0 and "MODSEQ" not in names:
        items.append(fetch.Item("MODSEQ", b"MODSEQ"))
        names.add("MODSEQ")
    marks = any(item.seen for item in items) and not view.read_only
    picked = _picked(session, wanted, by_uid=by_uid)
    if "FLAGS" in names or marks:
        session.say(*view.new_keywords())
    pieces: list[bytes] = []
    size = 0
    for number, m in picked:
        if m.modseq <= since:
            continue
        asked = items
        if marks and "\\Seen" not in m.flags:
            with session.store.lock:
                session.box.reflag(view.folder, m, m.flags | {"\\Seen"})
            told = ("FLAGS", "MODSEQ") if "CONDSTORE" in session.enabled else ("FLAGS",)
            asked = [*(fetch.Item(n, n.encode()) for n in told if n not in names), *items]
        if asked is not items or "FLAGS" in names:
            view.told[m] = m.modseq
        pieces.append(b"* %d FETCH (" % number)
        for place, item in enumerate(asked):
            if place:
                pieces.append(b" ")
            found = fetch.answer(item, m, view.flags)
            pieces += found
            size += sum(map(len, found))
        pieces.append(b")\r\n")
        if size > _PIECE:
            session.say(*pieces)
            session.flush()
            pieces, size = [], 0
    session.say(*pieces)
    if marks:
        session.store.changed()
    return "Fetch completed."


def store(session: ImapSession, cursor: Cursor, *, by_uid: bool = False) -> str:
    """STORE, also on the condition that nothing has changed (RFC 7162 §3.1.3)."""
    view = session.view
    wanted = cursor.sequence()
    cursor.space()
    since = -1
    if cursor.skip(b"(UNCHANGEDSINCE "):
        since = cursor.number()
        cursor.want(b") ")
        session.condstore()
    sign = "+" if cursor.skip(b"+") else "-" if cursor.skip(b"-") else ""
    cursor.want(b"FLAGS")
    silent = cursor.skip(b".SILENT")
    cursor.space()
    names = cursor.flags() if cursor.peek(b"(") else _bare_flags(cursor)
    cursor.end()
    flags = known_flags(names, view.folder.keywords)
    session.writable()
    late: list[int] = []
    with session.store.lock:
        for number, m in _picked(session, wanted, by_uid=by_uid):
            if 0 <= since < m.modseq:
                late.append(m.uid if by_uid else number)
                continue
            new = m.flags | flags if sign == "+" else m.flags - flags if sign else flags
            untold = view.told[m] != m.modseq
            if new != m.flags:
                session.box.reflag(view.folder, m, frozenset(new))
            elif silent:
                continue
            if silent and not untold:
                view.told[m] = m.modseq
                if "CONDSTORE" in session.enabled:
                    items = b"UID %d MODSEQ (%d)" if by_uid else b"MODSEQ (%d)"
                    values = (m.uid, m.modseq) if by_uid else (m.modseq,)
                    session.say(b"* %d FETCH (%b)\r\n" % (number, items % values))
                continue
            session.say(*view.new_keywords())
            view.told[m] = m.modseq
            modseq = "CONDSTORE" in session.enabled
            session.say(view.fetch_flags(number, m, uids=by_uid, modseq=modseq))
    session.store.changed()
    if late:
        return f"[MODIFIED {','.join(map(str, late))}] Conditional store failed for some."
    return "Store completed."


def copy(session: ImapSession, cursor: Cursor, *, by_uid: bool = False) -> str:
    """COPY."""
    picked, name = _target(session, cursor, by_uid=by_uid)
    code = _copied(session, [m for _, m in picked], name)
    return f"{code}Copy completed." if code else "No messages found."


def move(session: ImapSession, cursor: Cursor, *, by_uid: bool = False) -> str:
    """MOVE (RFC 6851)."""
    picked, name = _target(session, cursor, by_uid=by_uid)
    session.writable()
    with session.store.lock:
        messages = [m for _, m in picked]
        code = _copied(session, messages, name)
        session.box.remove(session.view.folder, messages)
    if code:
        session.say(f"* OK {code}Moved UIDs.\r\n".encode())
    session.store.changed()
    return "Move completed."


def expunge(session: ImapSession, cursor: Cursor, *, by_uid: bool = False) -> str:
    """EXPUNGE, and UID EXPUNGE (RFC 4315)."""
    chosen = cursor.sequence() if by_uid else None
    cursor.end()
    session.writable()
    with session.store.lock:
        meant = session.view.deleted()
        if chosen:
            meant = [m for _, m in _picked(session, chosen, by_uid=True) if "\\Deleted" in m.flags]
        session.box.remove(session.view.folder, meant)
    session.store.changed()
    return "Expunge completed."


def close(session: ImapSession, cursor: Cursor) -> str:
    """CLOSE: expunge the messages marked as deleted, without notifications."""
    cursor.end()
    if not session.view.read_only:
        with session.store.lock:
            folder = session.view.folder
            session.box.remove(folder, [folder.find(uid) for uid in folder.deleted])
        session.store.changed()
    session.unselect()
    return "Close completed."


def unselect(session: ImapSession, cursor: Cursor) -> str:
    """UNSELECT (RFC 3691)."""
    cursor.end()
    session.unselect()
    return "Unselect completed."


def check(session: ImapSession, cursor: Cursor) -> str:
    """CHECK."""
    cursor.end()
    return "Check completed."


def search_(session: ImapSession, cursor: Cursor, *, by_uid: bool = False) -> str:
    """SEARCH, also with RETURN (RFC 4731)."""
    wanted: set[str] | None = None
    if cursor.skip(b"RETURN ("):
        wanted = set()
        while not cursor.skip(b")"):
            wanted.add(cursor.word())
            cursor.skip(b" ")
        cursor.space()
        if wanted - {"MIN", "MAX", "ALL", "COUNT"}:
            raise Bad("unknown return option")
        wanted = wanted or {"ALL"}
    charset = "UTF-8" if session.utf8 else "US-ASCII"
    if cursor.skip(b"CHARSET "):
        charset = cursor.astring().decode("latin-1").upper()
        cursor.space()
    if charset not in search.CHARSETS:
        raise Refused(f"BADCHARSET ({' '.join(search.CHARSETS)})", "Unknown charset")
    begun = cursor.at
    test = search.keys(cursor, session.view, charset)
    cursor.end()
    modseq = b"MODSEQ" in cursor.data[begun:].upper()
    if modseq:
        session.condstore()
    with session.store.lock:
        found = [(n, m) for n, m in enumerate(session.view.known, 1) if test(n, m)]
    numbers = [m.uid if by_uid else n for n, m in found]
    sequences = [m.modseq for _, m in found]
    if wanted is None:
        tail = f" (MODSEQ {max(sequences)})" if modseq and numbers else ""
        session.say(f"* SEARCH{''.join(f' {n}' for n in numbers)}{tail}\r\n".encode())
        return "Search completed."
    parts = [f'(TAG "{session.tag.decode("ascii", "replace")}")', *(["UID"] if by_uid else [])]
    if numbers:
        parts += [f"MIN {numbers[0]}"] if "MIN" in wanted else []
        parts += [f"MAX {numbers[-1]}"] if "MAX" in wanted else []
        parts += [f"ALL {ranges(numbers)}"] if "ALL" in wanted else []
    parts += [f"COUNT {len(numbers)}"] if "COUNT" in wanted else []
    if modseq and numbers:
        parts.append(f"MODSEQ {_told_modseq(sequences, wanted)}")
    session.say(f"* ESEARCH {' '.join(parts)}\r\n".encode())
    return "Search completed."


def _told_modseq(sequences: list[int], wanted: set[str]) -> int:
    """The modification sequence that belongs to what is returned (RFC 4731 §3.2, RFC 7162 §3.1.10)."""
    if wanted <= {"MIN", "MAX"}:
        ends = {"MIN": sequences[0], "MAX": sequences[-1]}
        return max(ends[uid] for uid in wanted)
    return max(sequences)


def _picked(session: ImapSession, wanted: object, *, by_uid: bool) -> list[tuple[int, Message]]:
    picked = session.view.pick(wanted, by_uid=by_uid)  # type: ignore[arg-type]
    if picked is None:
        raise Bad("Invalid messageset")
    return picked


def _target(
    session: ImapSession, cursor: Cursor, *, by_uid: bool
) -> tuple[list[tuple[int, Message]], str]:
    wanted = cursor.sequence()
    cursor.space()
    name = session.name_of(cursor.astring())
    cursor.end()
    try:
        session.box.folder(name)
    except Refused as refused:
        raise Refused("TRYCREATE", refused.words) from None
    return _picked(session, wanted, by_uid=by_uid), name


def _copied(session: ImapSession, messages: list[Message], name: str) -> str:
    """Copy; returns the response code."""
    pairs = session.box.copy(messages, name)
    if not pairs:
        return ""
    validity = session.box.folder(name).uidvalidity
    there, here = zip(*pairs, strict=True)
    return f"[COPYUID {validity} {ranges(there)} {ranges(here)}] "


def _bare_flags(cursor: Cursor) -> list[str]:
    found = [cursor.flag()]
    while cursor.skip(b" "):
        found.append(cursor.flag())
    return found


def known_flags(names: Iterable[str], keywords: list[str]) -> frozenset[str]:
    """Flags as they are kept; a keyword is the same in any case."""
    there = {keyword.lower(): keyword for keyword in keywords}
    found = set()
    for name in names:
        if name.startswith("\\"):
            if name.lower() not in SYSTEM:
                raise Bad(f"Invalid system flag {name}")
            found.add(SYSTEM[name.lower()])
        else:
            found.add(there.get(name.lower(), name))
    return frozenset(found)


COMMANDS = {
    "FETCH": fetch_,
    "STORE": store,
    "COPY": copy,
    "MOVE": move,
    "EXPUNGE": expunge,
    "CLOSE": close,
    "UNSELECT": unselect,
    "CHECK": check,
    "SEARCH": search_,
    **sort.COMMANDS,
}
BY_UID = {
    "FETCH": fetch_,
    "STORE": store,
    "COPY": copy,
    "MOVE": move,
    "EXPUNGE": expunge,
    "SEARCH": search_,
    **sort.COMMANDS,
}
