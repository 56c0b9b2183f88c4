"""An IMAP session: states, login, selected folder, and responses."""

import socket
from collections.abc import Callable
from contextlib import suppress

from mailkit.lab.mailstore.box import UserMailbox
from mailkit.lab.mailstore.folder import Refused, StoredFolder
from mailkit.lab.mailstore.store import Store
from mailkit.lab.mailstore.words import name_shown
from mailkit.lab.script import Gone
from mailkit.lab.servers.imap.commands import Bad, Cursor, TooBig, read_command
from mailkit.lab.servers.imap.view import View
from mailkit.lab.servers.session import ServerSession
from mailkit.protocol.imap.utf7 import from_utf7, to_utf7

__all__ = ["ANY", "IN", "OPEN", "OUT", "CommandHandler", "ImapSession"]

BEFORE = ("IMAP4rev1", "SASL-IR", "LITERAL+", "ID", "ENABLE", "IDLE")
AFTER = (
    *("CHILDREN", "NAMESPACE", "UNSELECT", "UIDPLUS", "MOVE", "LIST-EXTENDED", "LIST-STATUS"),
    *("SPECIAL-USE", "CREATE-SPECIAL-USE", "STATUS=SIZE", "QUOTA", "QUOTA=RES-STORAGE"),
    *("ESEARCH", "WITHIN", "CONDSTORE", "UTF8=ACCEPT"),
    *("SORT", "THREAD=ORDEREDSUBJECT", "THREAD=REFERENCES"),
)
ANY, OUT, IN, OPEN = "any", "out", "in", "open"
"""The states in which a command is allowed (RFC 3501 §3)."""
_ERRORS = 20


class ImapSession:
    """A client's session. ``view`` is the selected folder; ``spared`` means that the client has just deleted it."""

    def __init__(self, server: ServerSession, answer: "CommandHandler") -> None:
        self.server, self.wire, self._answer = server, server.wire, answer
        self.store: Store = server.store
        self.tag = b"*"
        self.enabled: set[str] = set()
        self._box: UserMailbox | None = None
        self.opened: View | None = None
        self.spared = False
        self.errors = 0
        self._said: list[bytes] = []

    @property
    def box(self) -> UserMailbox:
        """The mail of the logged-in user."""
        assert self._box is not None
        return self._box

    @property
    def view(self) -> View:
        """The selected folder."""
        assert self.opened is not None
        return self.opened

    @property
    def state(self) -> str:
        """``OUT`` before the login, ``OPEN`` with a folder open, else ``IN``."""
        return OUT if self._box is None else IN if self.opened is None else OPEN

    @property
    def utf8(self) -> bool:
        """Whether names are UTF-8 (RFC 6855)."""
        return "UTF8=ACCEPT" in self.enabled

    def run(self) -> None:
        """Answer commands until LOGOUT, or until the client is gone."""
        self.server.greet(
            f"* OK [CAPABILITY {self.offers()}] {self.server.profile.imap}\r\n".encode()
        )
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
        ended: list[bool] = []

        def effect() -> None:
            if word != "IDLE":  # its effect is the wait
                with suppress(Bad, Refused, UnicodeDecodeError):
                    ended.append(self._answer(self, word, Cursor(arguments)))
                self._said.clear()

        for command in (word, word.partition(" ")[0]):
            if self.server.scripted(command, effect, self.tag) is not None:
                return any(ended)
        try:
            return self._answer(self, word, Cursor(arguments))
        except Bad as bad:
            self.errors += 1
            self.tagged("BAD", f"Error in IMAP command {word[:40]}: {bad}")
        except Refused as refused:
            code = f"[{refused.code}] " if refused.code else ""
            self.tagged("NO", f"{code}{refused}")
        except UnicodeDecodeError:
            self.errors += 1
            self.tagged("BAD", f"Error in IMAP command {word[:40]}: characters beyond ASCII")
        if self.errors >= _ERRORS:
            self.say(b"* BYE Too many invalid IMAP commands.\r\n")
            self.flush()
            return True
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
        server = self.server
        if self._box is not None:
            return " ".join(server.offers([*BEFORE, *AFTER, f"APPENDLIMIT={self.store.largest}"]))
        usual = [*BEFORE]
        if server.may_upgrade:
            usual.append("STARTTLS")
        usual += [f"AUTH={name}" for name in server.mechanisms]
        usual += [] if server.may_log_in else ["LOGINDISABLED"]
        return " ".join(server.offers(usual))

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

    def recent(self, folder: StoredFolder) -> int:
        """Return how many messages of a folder are recent."""
        if self.opened is not None and self.opened.folder is folder:
            return len(self.opened.recent)
        return sum(m.uid >= folder.recent_from for m in folder.messages)

    def writable(self) -> None:
        """Refuse where the folder is open for reading only.

        Raises:
            Refused: it is.
        """
        if self.view.read_only:
            raise Refused("", "Mailbox is read-only")

    def condstore(self) -> None:
        """Enable CONDSTORE; the first time, report the selected folder's modification sequence (RFC 7162 §3.1)."""
        if "CONDSTORE" in self.enabled:
            return
        self.enabled.add("CONDSTORE")
        if self.opened is not None:
            self.say(b"* OK [HIGHESTMODSEQ %d] Highest\r\n" % self.opened.folder.modseq)

    def unselect(self) -> None:
        """Have no folder open."""
        self.opened = None

    def log_in(self) -> None:
        """Handle a successful login."""
        self._box = self.store.box(self.server.user)
        self.wire.extend()

    def open(self, folder: StoredFolder, *, read_only: bool) -> View:
        """Open a folder."""
        self.opened = View(self.box, folder, read_only or folder.read_only)
        self.opened.open()
        return self.opened

    def tell(self, *, expunges: bool) -> None:
        if self.opened is None:
            return
        if self.opened.folder.gone and self.spared:
            self.spared = False
            return
        if self.opened.folder.gone:
            self.say(b"* BYE Mailbox was deleted or has a new UIDVALIDITY.\r\n")
            self.flush()
            raise Gone
        modseq = "CONDSTORE" in self.enabled
        with self.store.lock:
            news = [*self.opened.news(expunges=expunges, uids=modseq, modseq=modseq)]
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
                self.tell(expunges=True)
                self.flush()
                if self.wire.until_said(outside):
                    return self.wire.line()
                with suppress(BlockingIOError):
                    outside.recv(4096)
        finally:
            self.store.unwatch(told)
            inside.close()
            outside.close()


CommandHandler = Callable[[ImapSession, str, Cursor], bool]
"""Answers one command of a session; true where the session ends with it."""
