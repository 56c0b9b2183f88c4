"""One IMAP conversation: its states, its login, the folder that is open, and what the client is told."""

import socket
from collections.abc import Callable
from contextlib import suppress

from mailkit.lab.mailstore.box import UserMailbox
from mailkit.lab.mailstore.folder import Folder, Refused
from mailkit.lab.mailstore.store import Store
from mailkit.lab.script import Gone
from mailkit.lab.servers.imap import entry, folders, selected
from mailkit.lab.servers.imap.commands import Bad, Cursor, TooBig, read_command
from mailkit.lab.servers.imap.folders import name_shown
from mailkit.lab.servers.imap.view import View
from mailkit.lab.servers.session import ServerSession
from mailkit.protocol.imap.utf7 import from_utf7, to_utf7

__all__ = ["Session", "serve"]

BEFORE = ("IMAP4rev1", "SASL-IR", "LITERAL+", "ID", "ENABLE", "IDLE")
AFTER = (
    *("CHILDREN", "NAMESPACE", "UNSELECT", "UIDPLUS", "MOVE", "LIST-EXTENDED", "LIST-STATUS"),
    *("SPECIAL-USE", "CREATE-SPECIAL-USE", "STATUS=SIZE", "QUOTA", "QUOTA=RES-STORAGE"),
    *("ESEARCH", "CONDSTORE", "UTF8=ACCEPT"),
)
_ANY, _OUT, _IN, _OPEN = "any", "out", "in", "open"
_ERRORS = 20


def serve(talk: ServerSession) -> None:
    """Serve one connection."""
    Session(talk).run()


class Session:
    """One client. ``view`` is the folder it has open."""

    def __init__(self, talk: ServerSession) -> None:
        self.talk, self.wire = talk, talk.wire
        self.store: Store = talk.store
        self.tag = b"*"
        self.enabled: set[str] = set()
        self._box: UserMailbox | None = None
        self._view: View | None = None
        self._errors = 0
        self._said: list[bytes] = []

    @property
    def box(self) -> UserMailbox:
        """The mail of the user who is logged in."""
        assert self._box is not None
        return self._box

    @property
    def view(self) -> View:
        """The folder that is open."""
        assert self._view is not None
        return self._view

    @property
    def utf8(self) -> bool:
        """Whether names are UTF-8 (RFC 6855)."""
        return "UTF8=ACCEPT" in self.enabled

    def run(self) -> None:
        """Answer commands until the client says LOGOUT or is gone."""
        self.talk.greet(f"* OK [CAPABILITY {self.offers()}] {self.talk.manners.imap}\r\n".encode())
        while True:
            try:
                data = read_command(self.wire, self.store.largest)
            except TooBig as refused:
                self.wire.send(refused.tag + b" NO [TOOBIG] Literal is too big.\r\n")
                continue
            if self._command(data):
                return

    def _command(self, data: bytes) -> bool:
        """Answer one command; true at the end."""
        self.tag, _, rest = data.partition(b" ")
        name, _, arguments = rest.partition(b" ")
        word = name.decode("ascii", "replace").upper()
        if word == "UID":
            name, _, arguments = arguments.partition(b" ")
            word = f"UID {name.decode('ascii', 'replace').upper()}"
        if self.talk.scripted(word, self.tag) or self.talk.scripted(
            word.partition(" ")[0], self.tag
        ):
            return False
        try:
            return self._answer(word, Cursor(arguments))
        except Bad as bad:
            self._errors += 1
            self.tagged("BAD", f"Error in IMAP command {word[:40]}: {bad}")
        except Refused as refused:
            code = f"[{refused.code}] " if refused.code else ""
            self.tagged("NO", f"{code}{refused}")
        except UnicodeDecodeError:
            self._errors += 1
            self.tagged("BAD", f"Error in IMAP command {word[:40]}: characters beyond ASCII")
        if self._errors >= _ERRORS:
            self.say(b"* BYE Too many invalid IMAP commands.\r\n")
            self.flush()
            return True
        return False

    def _answer(self, word: str, cursor: Cursor) -> bool:
        if not self.tag or any(c <= 32 or c > 126 or c in b'(){%*"\\+' for c in self.tag):
            raise Bad("Invalid tag")
        state = _OUT if self._box is None else _IN if self._view is None else _OPEN
        if word == "LOGOUT":
            self.say(b"* BYE Logging out\r\n")
            self.tagged("OK", "Logout completed.")
            return True
        if word in _COMMANDS:
            where, command = _COMMANDS[word]
            allowed = {_ANY: True, _OUT: state == _OUT, _IN: state != _OUT, _OPEN: state == _OPEN}
            if not allowed[where]:
                raise Bad("Command is not valid in this state.")
            done = command(self, cursor)
        elif state == _OPEN and word in selected.COMMANDS:
            done = selected.COMMANDS[word](self, cursor)
        elif state == _OPEN and word.startswith("UID ") and word[4:] in selected.BY_UID:
            done = selected.BY_UID[word[4:]](self, cursor, by_uid=True)
        elif state != _OUT and word in folders.COMMANDS:
            with self.store.lock:
                done = folders.COMMANDS[word](self, cursor)
        elif state != _OPEN and word.removeprefix("UID ") in selected.COMMANDS:
            raise Bad("No mailbox selected.")
        else:
            raise Bad("Unknown command.")
        if done:
            self._tell(expunges=word not in ("FETCH", "STORE", "SEARCH"))
            self.tagged("OK", done)
        self._errors = 0
        return False

    def say(self, *pieces: bytes) -> None:
        """Untagged lines, maybe with content in them; they go when the command is answered, outside every lock."""
        self._said += pieces

    def flush(self) -> None:
        """Send what was said."""
        if self._said:
            pieces, self._said = self._said, []
            self.wire.send_pieces(pieces)

    def tagged(self, kind: str, words: str) -> None:
        """The answer to the command."""
        self.say(self.tag + f" {kind} {words}\r\n".encode("utf-8", "replace"))
        self.flush()

    def offers(self) -> str:
        """The capabilities now."""
        talk = self.talk
        if self._box is not None:
            return " ".join(talk.offers([*BEFORE, *AFTER, f"APPENDLIMIT={self.store.largest}"]))
        usual = [*BEFORE]
        if talk.may_upgrade:
            usual.append("STARTTLS")
        usual += [f"AUTH={name}" for name in talk.mechanisms]
        usual += [] if talk.may_log_in else ["LOGINDISABLED"]
        return " ".join(talk.offers(usual))

    def name_of(self, data: bytes) -> str:
        """The folder that a client means."""
        try:
            return data.decode("utf-8") if self.utf8 else from_utf7(data)
        except ValueError:
            raise Refused("CANNOT", "Mailbox name is not valid mUTF-7") from None

    def shown(self, name: str) -> bytes:
        """A folder's name as this client reads it."""
        if self.utf8 and not name.isascii():
            return b'"%b"' % name.replace("\\", "\\\\").replace('"', '\\"').encode()
        return name_shown(to_utf7(name))

    def recent(self, folder: Folder) -> int:
        """How many messages of a folder nobody was told of."""
        if self._view is not None and self._view.folder is folder:
            return len(self._view.recent)
        return sum(m.uid >= folder.recent_from for m in folder.messages)

    def writable(self) -> None:
        """Refuse where the folder is open for reading only.

        Raises:
            Refused: it is.
        """
        if self.view.read_only:
            raise Refused("", "Mailbox is read-only")

    def unselect(self) -> None:
        """Have no folder open."""
        self._view = None

    def log_in(self) -> None:
        """Somebody has logged in."""
        self._box = self.store.box(self.talk.user)
        self.wire.hand_over()

    def open(self, folder: Folder, *, read_only: bool) -> View:
        """Open a folder."""
        self._view = View(self.box, folder, read_only or folder.read_only)
        self._view.open()
        return self._view

    def _tell(self, *, expunges: bool) -> None:
        if self._view is None:
            return
        if self._view.folder.gone:
            self.say(b"* BYE Mailbox was deleted or has a new UIDVALIDITY.\r\n")
            self.flush()
            raise Gone
        modseq = "CONDSTORE" in self.enabled
        with self.store.lock:
            news = [*self._view.news(expunges=expunges, uids=modseq, modseq=modseq)]
        self.say(*news)

    def idle(self) -> bytes:
        """Tell news as they come until the client sends a line; returns it."""
        inside, outside = socket.socketpair()
        inside.setblocking(False)
        outside.setblocking(False)

        def told() -> None:
            with suppress(BlockingIOError):
                inside.send(b"x")

        self.store.watch(told)
        try:
            while True:
                self._tell(expunges=True)
                self.flush()
                if self.wire.until_said(outside):
                    return self.wire.line()
                with suppress(BlockingIOError):
                    outside.recv(4096)
        finally:
            self.store.unwatch(told)
            inside.close()
            outside.close()


def _capability(session: Session, cursor: Cursor) -> str:
    cursor.end()
    session.say(f"* CAPABILITY {session.offers()}\r\n".encode())
    return "Capability completed."


def _noop(session: Session, cursor: Cursor) -> str:
    return "NOOP completed."


def _id(session: Session, cursor: Cursor) -> str:
    session.talk.told_id = True
    session.say(b'* ID ("name" "mailkit lab")\r\n')
    return "ID completed."


def _starttls(session: Session, cursor: Cursor) -> str:
    cursor.end()
    if not session.talk.may_upgrade:
        raise Bad("TLS is not available.")
    session.tagged("OK", "Begin TLS negotiation now.")
    session.wire.secure(session.talk.context)
    return ""


def _enable(session: Session, cursor: Cursor) -> str:
    words = [cursor.word()]
    while cursor.skip(b" "):
        words.append(cursor.word())
    cursor.end()
    fresh = [one for one in words if one in ("CONDSTORE", "UTF8=ACCEPT")]
    session.enabled.update(fresh)
    session.say(f"* ENABLED{''.join(f' {one}' for one in fresh)}\r\n".encode())
    return "Enabled."


def _idle(session: Session, cursor: Cursor) -> str:
    cursor.end()
    session.say(b"+ idling\r\n")
    if session.idle().strip().upper() != b"DONE":
        raise Bad("Expected DONE.")
    return "Idle completed."


def _append(session: Session, cursor: Cursor) -> str:
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


def _select(session: Session, cursor: Cursor) -> str:
    return _open(session, cursor, read_only=False)


def _examine(session: Session, cursor: Cursor) -> str:
    return _open(session, cursor, read_only=True)


def _open(session: Session, cursor: Cursor, *, read_only: bool) -> str:
    name = session.name_of(cursor.astring())
    if cursor.skip(b" (CONDSTORE)"):
        session.enabled.add("CONDSTORE")
    cursor.end()
    if session.talk.wants_id and not session.talk.told_id:
        word = "EXAMINE" if read_only else "SELECT"
        raise Refused("", f"{word} Unsafe Login. Please contact us for help")
    if session._view is not None:
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


_COMMANDS: dict[str, tuple[str, Callable[[Session, Cursor], str]]] = {
    "CAPABILITY": (_ANY, _capability),
    "NOOP": (_ANY, _noop),
    "ID": (_ANY, _id),
    "STARTTLS": (_OUT, _starttls),
    "LOGIN": (_OUT, entry.login),
    "AUTHENTICATE": (_OUT, entry.authenticate),
    "ENABLE": (_IN, _enable),
    "IDLE": (_IN, _idle),
    "APPEND": (_IN, _append),
    "SELECT": (_IN, _select),
    "EXAMINE": (_IN, _examine),
}
