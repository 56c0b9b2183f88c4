"""POP3 of the lab: a maildrop locked by one session (RFC 1939, 2449, 5034), with the listener's options."""

import hashlib
import hmac
import time
from collections.abc import Callable
from functools import partial

from mailkit.lab.mailstore.folder import Message
from mailkit.lab.servers.session import SPOKEN, ServerSession
from mailkit.protocol.dots import END, stuffed

__all__ = ["serve"]

_ERRORS = 20
_LOCK_S = 2.0
"""How long a login waits for the maildrop's lock, in seconds."""


def serve(server: ServerSession) -> None:
    """Serve one connection."""
    _Pop3Session(server).run()


class _Pop3Session:
    """A client's session; ``drop`` is its maildrop, ``marked`` are messages to delete at QUIT."""

    def __init__(self, server: ServerSession) -> None:
        self.server, self.wire = server, server.wire
        self.user = ""
        self.stamp = ""
        self.drop: list[Message] = []
        self.marked: set[int] = set()
        self.validity = 0
        self.errors = 0
        if server.listener.apop:
            self.stamp = f"<{time.monotonic_ns()}.1@{server.listener.host}>"

    def run(self) -> None:
        """Answer commands until QUIT."""
        self.server.greet(
            f"+OK {self.server.profile.pop3} {self.stamp}".rstrip().encode() + b"\r\n"
        )
        while True:
            name, _, rest = self.wire.line().decode("utf-8", "replace").partition(" ")
            command = name.upper()
            accepted = self.server.scripted(command, partial(self._answer, command, rest))
            if accepted is None:
                self._answer(command, rest)
            if command == "QUIT" and accepted is not False:
                return
            if self.errors >= _ERRORS:
                self.refuse("too many errors")
                return

    def _answer(self, command: str, rest: str) -> None:
        """Answer one command."""
        handler, inside = _COMMANDS.get(command), _INSIDE.get(command)
        if command == "QUIT":
            self._quit()
        elif handler is not None and (not self.server.user or command == "CAPA"):
            handler(self, rest)
        elif inside is not None and self.server.user:
            inside(self, rest)
        elif handler is not None or inside is not None:
            self.refuse("not in this state")
        else:
            self.refuse("Unknown command.")

    def say(self, text: str) -> None:
        """One line or several."""
        self.wire.send(text.encode() + b"\r\n")

    def ok(self, text: str = "") -> None:
        """A positive answer."""
        self.errors = 0
        self.say(f"+OK {text}".rstrip())

    def refuse(self, text: str) -> None:
        """A negative answer."""
        self.errors += 1
        self.say(f"-ERR {text}")

    def capa(self, rest: str) -> None:
        """CAPA."""
        server = self.server
        usual = ["UIDL", "TOP", "RESP-CODES", "AUTH-RESP-CODE", "PIPELINING", "EXPIRE NEVER"]
        usual += ["UTF8"]
        usual += (
            [f"LOGIN-DELAY {server.listener.login_delay}"] if server.listener.login_delay else []
        )
        usual += ["STLS"] if server.may_upgrade else []
        if not server.user:
            usual += ["USER"] if server.may_log_in else []
            usual += [f"SASL {' '.join(server.mechanisms)}"] if server.mechanisms else []
        self.say("\r\n".join(["+OK", *server.offers(usual), "."]))

    def stls(self, rest: str) -> None:
        """STLS (RFC 2595)."""
        if not self.server.may_upgrade:
            self.refuse("Unknown command.")
            return
        self.ok("begin TLS")
        self.wire.secure(self.server.context)
        self.user = ""

    def name(self, rest: str) -> None:
        """USER."""
        if self._private():
            self.user = rest
            self.ok()

    def password(self, rest: str) -> None:
        """PASS."""
        if self._private():
            self._enter(fine=self.server.check(self.user, rest, "USER"))

    def apop(self, rest: str) -> None:
        """APOP: a digest of the stamp in the greeting, and the password."""
        if not self.stamp:
            self.refuse("Unknown command.")
            return
        user, _, digest = rest.rpartition(" ")
        known = self.server.people.password(user)
        right = hashlib.md5(f"{self.stamp}{known or ''}".encode(), usedforsecurity=False)
        same = hmac.compare_digest(right.hexdigest().encode(), digest.lower().encode())
        self._enter(fine=self.server.decide(user, "APOP", fine=same and known is not None))

    def auth(self, rest: str) -> None:
        """AUTH (RFC 5034)."""
        if not rest:
            self.say("\r\n".join(["+OK", *self.server.mechanisms, "."]))
            return
        if not self._private(rest.partition(" ")[0]):
            return

        def ask(challenge: str) -> str:
            self.say(f"+ {challenge}")
            return self.wire.line().decode("ascii", "replace")

        mechanism, _, initial = rest.partition(" ")
        initial = "" if initial == "=" else initial
        known = mechanism.upper() in SPOKEN
        self._enter(fine=known and self.server.sasl(mechanism.upper(), initial, ask))

    def utf8(self, rest: str) -> None:
        """UTF8 (RFC 6856)."""
        self.ok()

    def stat(self, rest: str) -> None:
        """STAT."""
        left = [m for n, m in enumerate(self.drop, 1) if n not in self.marked]
        self.ok(f"{len(left)} {sum(len(m.content) for m in left)}")

    def list(self, rest: str) -> None:
        """LIST."""
        self._listing(rest, lambda m: str(len(m.content)))

    def uidl(self, rest: str) -> None:
        """UIDL."""
        self._listing(rest, lambda m: f"{self.validity:08x}{m.uid:08x}")

    def retr(self, rest: str) -> None:
        """RETR."""
        found = self._message(rest)
        if found is not None:
            self.errors = 0
            head = b"+OK %d octets\r\n" % len(found.content)
            self.wire.send_pieces((head, stuffed(found.content), END))

    def top(self, rest: str) -> None:
        """TOP: the header and so many lines."""
        number, _, lines = rest.partition(" ")
        if not lines.isdigit():
            self.refuse("TOP wants a message and a number of lines")
            return
        found = self._message(number)
        if found is not None:
            header, blank, body = found.content.partition(b"\r\n\r\n")
            whole = header + blank + _first(body, int(lines[:9]))
            self.wire.send_pieces((b"+OK\r\n", stuffed(whole), END))

    def dele(self, rest: str) -> None:
        """DELE: marked only; it goes at QUIT."""
        if self._message(rest) is not None:
            self.marked.add(int(rest))
            self.ok("marked")

    def rset(self, rest: str) -> None:
        """RSET."""
        self.marked.clear()
        self.ok()

    def noop(self, rest: str) -> None:
        """NOOP."""
        self.ok()

    def _quit(self) -> None:
        """Delete the marked messages; nothing else deletes."""
        if self.marked:
            store = self.server.store
            box = store.box(self.server.user)
            with store.lock:
                box.remove(box.folder(), [self.drop[n - 1] for n in self.marked])
            store.changed()
        self.ok("goodbye")

    def _private(self, mechanism: str = "") -> bool:
        if self.server.may_use(mechanism):
            return True
        self.refuse("[AUTH] a password needs TLS here")
        return False

    def _enter(self, *, fine: bool) -> None:
        """Lock the maildrop for this session."""
        server = self.server
        if not fine:
            server.user = ""
            self.refuse(server.profile.pop3_refused)
            return
        if refused := self._locked_out():
            server.user = ""
            self.refuse(refused)
            return
        self.wire.extend()
        self.ok("logged in")

    def _locked_out(self) -> str:
        """Lock the maildrop, and look at it; or why that is not possible."""
        server = self.server
        box = server.store.box(server.user)
        with server.store.lock:
            if server.store.too_soon(server.user, server.listener.login_delay):
                return "[LOGIN-DELAY] minimum time between logins not yet over"
            if not server.store.wait(lambda: box.holder is None, _LOCK_S):
                return "[IN-USE] maildrop is locked by another session"
            if not server.enter():
                return "[IN-USE] too many connections"
            box.holder = server
            inbox = box.folder()
            self.drop, self.validity = [*inbox.messages], inbox.uidvalidity
        return ""

    def _listing(self, rest: str, shown: Callable[[Message], str]) -> None:
        if rest:
            found = self._message(rest)
            if found is not None:
                self.ok(f"{int(rest)} {shown(found)}")
            return
        rows = [f"{n} {shown(m)}" for n, m in enumerate(self.drop, 1) if n not in self.marked]
        self.errors = 0
        self.say("\r\n".join([f"+OK {len(rows)} messages", *rows, "."]))

    def _message(self, number: str) -> Message | None:
        place = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
        if not 1 <= place <= len(self.drop) or place in self.marked:
            self.refuse("There's no such message.")
            return None
        return self.drop[place - 1]


def _first(body: bytes, lines: int) -> bytes:
    """The first lines of a text."""
    end = 0
    for _ in range(lines):
        found = body.find(b"\n", end)
        if found < 0:
            return body
        end = found + 1
    return body[:end]


_COMMANDS = {
    "CAPA": _Pop3Session.capa,
    "STLS": _Pop3Session.stls,
    "USER": _Pop3Session.name,
    "PASS": _Pop3Session.password,
    "APOP": _Pop3Session.apop,
    "AUTH": _Pop3Session.auth,
    "UTF8": _Pop3Session.utf8,
}
_INSIDE = {
    "STAT": _Pop3Session.stat,
    "LIST": _Pop3Session.list,
    "UIDL": _Pop3Session.uidl,
    "RETR": _Pop3Session.retr,
    "TOP": _Pop3Session.top,
    "DELE": _Pop3Session.dele,
    "RSET": _Pop3Session.rset,
    "NOOP": _Pop3Session.noop,
}
