"""The table of IMAP commands, and a session that answers by it (RFC 3501 §6).

What needs an open folder is in ``selected``, what is about folders in ``folders``, the login in ``entry``.
"""

from collections.abc import Callable

from mailkit.lab.mailstore.folder import Refused
from mailkit.lab.servers.imap import entry, folders, selected
from mailkit.lab.servers.imap.commands import Bad, Cursor
from mailkit.lab.servers.imap.session import ANY, IN, OPEN, OUT, ImapSession
from mailkit.lab.servers.session import ServerSession

__all__ = ["serve"]


def serve(server: ServerSession) -> None:
    """Serve one connection."""
    ImapSession(server, _answer).run()


def _answer(session: ImapSession, word: str, cursor: Cursor) -> bool:
    """Answer one command; true at the end of the session."""
    if not session.tag or any(c <= 32 or c > 126 or c in b'(){%*"\\+' for c in session.tag):
        raise Bad("Invalid tag")
    if word == "LOGOUT":
        session.say(b"* BYE Logging out\r\n")
        session.tagged("OK", "Logout completed.")
        return True
    if done := _done(session, word, cursor):
        if not session.server.granted:  # or the client would miss the news
            session.tell(expunges=word not in ("FETCH", "STORE", "SEARCH"))
        session.tagged("OK", done)
    session.errors = 0
    return False


def _done(session: ImapSession, word: str, cursor: Cursor) -> str:
    """Run a command; returns the words of its reply, empty where it was said already."""
    state = session.state
    if word in _COMMANDS:
        where, command = _COMMANDS[word]
        allowed = {ANY: True, OUT: state == OUT, IN: state != OUT, OPEN: state == OPEN}
        if not allowed[where]:
            raise Bad("Command is not valid in this state.")
        return command(session, cursor)
    if state == OPEN and word in selected.COMMANDS:
        return selected.COMMANDS[word](session, cursor)
    if state == OPEN and word.startswith("UID ") and word[4:] in selected.BY_UID:
        return selected.BY_UID[word[4:]](session, cursor, by_uid=True)
    if state != OUT and word in folders.COMMANDS:
        with session.store.lock:
            return folders.COMMANDS[word](session, cursor)
    if state != OPEN and word.removeprefix("UID ") in selected.COMMANDS:
        raise Bad("No mailbox selected.")
    raise Bad("Unknown command.")


def _capability(session: ImapSession, cursor: Cursor) -> str:
    cursor.end()
    session.say(f"* CAPABILITY {session.offers()}\r\n".encode())
    return "Capability completed."


def _noop(session: ImapSession, cursor: Cursor) -> str:
    return "NOOP completed."


def _id(session: ImapSession, cursor: Cursor) -> str:
    session.server.told_id = True
    session.say(b'* ID ("name" "mailkit lab")\r\n')
    return "ID completed."


def _starttls(session: ImapSession, cursor: Cursor) -> str:
    cursor.end()
    if not session.server.may_upgrade:
        raise Bad("TLS is not available.")
    session.tagged("OK", "Begin TLS negotiation now.")
    session.wire.secure(session.server.context)
    return ""


def _enable(session: ImapSession, cursor: Cursor) -> str:
    words = [cursor.word()]
    while cursor.skip(b" "):
        words.append(cursor.word())
    cursor.end()
    fresh = [word for word in words if word in ("CONDSTORE", "UTF8=ACCEPT")]
    session.enabled.update(fresh)
    session.say(f"* ENABLED{''.join(f' {name}' for name in fresh)}\r\n".encode())
    return "Enabled."


def _idle(session: ImapSession, cursor: Cursor) -> str:
    cursor.end()
    session.say(b"+ idling\r\n")
    if session.idle().strip().upper() != b"DONE":
        raise Bad("Expected DONE.")
    return "Idle completed."


def _append(session: ImapSession, cursor: Cursor) -> str:
    name = session.name_of(cursor.astring())
    cursor.space()
    flags = cursor.flags() if cursor.peek(b"(") else []
    if flags or cursor.peek(b" "):
        cursor.space()
    date = None
    if cursor.peek(b'"'):
        date = cursor.date_time()
        cursor.space()
    if cursor.skip(b"UTF8 ("):
        content = cursor.string()
        cursor.want(b")")
    else:
        content = cursor.string()
    cursor.end()
    with session.store.lock:
        try:
            folder = session.box.folder(name)
        except Refused as refused:
            raise Refused("TRYCREATE", refused.words) from None
        known = selected.known_flags(flags, folder.keywords)
        message = session.box.append(name, content, known, date)
    return f"[APPENDUID {folder.uidvalidity} {message.uid}] Append completed."


def _select(session: ImapSession, cursor: Cursor) -> str:
    return _open(session, cursor, read_only=False)


def _examine(session: ImapSession, cursor: Cursor) -> str:
    return _open(session, cursor, read_only=True)


def _open(session: ImapSession, cursor: Cursor, *, read_only: bool) -> str:
    name = session.name_of(cursor.astring())
    if cursor.skip(b" (CONDSTORE)"):
        session.enabled.add("CONDSTORE")
    cursor.end()
    if session.server.wants_id and not session.server.told_id:
        word = "EXAMINE" if read_only else "SELECT"
        raise Refused("", f"{word} Unsafe Login. Please contact us for help")
    if session.opened is not None:
        session.say(b"* OK [CLOSED] Previous mailbox closed.\r\n")
        session.unselect()
    with session.store.lock:
        folder = session.box.folder(name)
        view = session.open(folder, read_only=read_only)
        unseen = next((n for n, m in enumerate(view.known, 1) if "\\Seen" not in m.flags), 0)
        lines = [view.flags_line(), b"* %d EXISTS\r\n" % len(view.known)]
        lines.append(b"* %d RECENT\r\n" % len(view.recent))
        if unseen:
            lines.append(b"* OK [UNSEEN %d] First unseen.\r\n" % unseen)
        lines.append(b"* OK [UIDVALIDITY %d] UIDs valid\r\n" % folder.uidvalidity)
        lines.append(b"* OK [UIDNEXT %d] Predicted next UID\r\n" % folder.uidnext)
        lines.append(b"* OK [HIGHESTMODSEQ %d] Highest\r\n" % folder.modseq)
    session.say(*lines)
    state = "READ-ONLY" if view.read_only else "READ-WRITE"
    return f"[{state}] {'Examine' if read_only else 'Select'} completed."


_COMMANDS: dict[str, tuple[str, Callable[[ImapSession, Cursor], str]]] = {
    "CAPABILITY": (ANY, _capability),
    "NOOP": (ANY, _noop),
    "ID": (ANY, _id),
    "STARTTLS": (OUT, _starttls),
    "LOGIN": (OUT, entry.login),
    "AUTHENTICATE": (OUT, entry.authenticate),
    "ENABLE": (IN, _enable),
    "IDLE": (IN, _idle),
    "APPEND": (IN, _append),
    "SELECT": (IN, _select),
    "EXAMINE": (IN, _examine),
}
