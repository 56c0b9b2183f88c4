"""What the three protocols of the lab share: offers, STARTTLS, the check of a password."""

import base64
import binascii
import hmac
import re
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mailkit.lab.listener import Listener, Users
from mailkit.lab.script import Wire
from mailkit.ports import Security

__all__ = ["MECHANISMS", "SPOKEN", "Message", "Talk"]

MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5")
SPOKEN = (*MECHANISMS, "SCRAM-SHA-256", "SCRAM-SHA-1", "XOAUTH2", "OAUTHBEARER")
"""The first three are offered where nothing else is said; all of them are spoken."""

Message = tuple[str, tuple[str, ...], bytes]
"""Sender, recipients, content."""

_REFUSED = base64.b64encode(b'{"status":"401","schemes":"bearer","scope":"mail"}').decode()
_XOAUTH2 = re.compile("user=([^\x01]*)\x01auth=Bearer ([^\x01]*)\x01\x01")
_OAUTHBEARER = re.compile("n,a=([^,]*),\x01.*?auth=Bearer ([^\x01]*)\x01", re.S)


@dataclass
class Talk:
    """The state of one conversation."""

    wire: Wire
    listener: Listener
    context: ssl.SSLContext
    users: Users
    post: Sequence[Message] = ()
    user: str = ""
    told_id: bool = False

    def greet(self, words: bytes) -> None:
        """The greeting, or the script in its place."""
        if self.listener.greeting:
            self.wire.do(self.listener.greeting)
        else:
            self.wire.send(words)

    @property
    def may_log_in(self) -> bool:
        """Whether a password is taken now."""
        listener = self.listener
        return self.wire.tls or listener.clear_login or listener.security is Security.CLEARTEXT

    @property
    def may_upgrade(self) -> bool:
        """Whether STARTTLS is offered now."""
        return self.listener.security is Security.STARTTLS and not self.wire.tls

    def offers(self, usual: list[str]) -> list[str]:
        """The capabilities now, or those the listener was told to show."""
        shown = self.listener.offers_tls if self.wire.tls else self.listener.offers
        return usual if shown is None else [*shown]

    def scripted(self, command: str, tag: bytes = b"") -> bool:
        """Follow the listener's script for a command, if there is one."""
        acts = self.listener.action(command, tls=self.wire.tls)
        if acts is None:
            return False
        self.wire.do(acts, tag)
        return True

    def check(self, user: str, password: str | None) -> bool:
        """Whether a user name, in exactly this form, has this password."""
        right = password is not None and self._known.get(user) == password
        good = right or self.listener.accepts_all
        self.wire.record.logins.append((user, good))
        self.user = user if good else ""
        return good

    def messages(self) -> list[bytes]:
        """What has come for the user who is logged in."""
        return [content for _, recipients, content in [*self.post] if self.user in recipients]

    def sasl(self, mechanism: str, initial: str, ask: Callable[[str], str]) -> bool:
        """The server's side of every mechanism; ``ask`` sends a challenge."""
        if mechanism == "PLAIN":
            parts = _plain(initial or ask("")).split("\0")
            return len(parts) == 3 and self.check(parts[1], parts[2])
        if mechanism == "LOGIN":
            user = _plain(initial or ask(_b64("Username:")))
            return self.check(user, _plain(ask(_b64("Password:"))))
        if mechanism == "CRAM-MD5":
            return self._cram(ask) and mechanism not in self.listener.cannot
        if mechanism.startswith("SCRAM-"):
            return self._scram(mechanism, initial, ask)
        return self._token(initial or ask(""), ask)

    def _cram(self, ask: Callable[[str], str]) -> bool:
        challenge = "<1896.697170952@lab.example>"
        user, _, digest = _plain(ask(_b64(challenge))).rpartition(" ")
        password = self._known.get(user, "")
        right = hmac.new(password.encode(), challenge.encode(), "md5").hexdigest()
        return self.check(user, password if password and right == digest else None)

    def _scram(self, mechanism: str, initial: str, ask: Callable[[str], str]) -> bool:
        from scramp import ScramException, ScramMechanism

        tried: list[str] = []

        def look_up(user: str) -> tuple[bytes, bytes, bytes, int]:
            tried.append(user)
            found: tuple[bytes, bytes, bytes, int] = ScramMechanism(mechanism).make_auth_info(
                self._known.get(user, "nobody knows this one"), iteration_count=4096
            )
            return found

        server = ScramMechanism(mechanism).make_server(look_up)
        try:
            server.set_client_first(_plain(initial or ask("")))
            server.set_client_final(_plain(ask(_b64(server.get_server_first()))))
        except ScramException:
            return self.check(tried[0] if tried else "", None)
        ask(_b64(server.get_server_final()))
        return self.check(tried[0], self._known.get(tried[0]))

    def _token(self, message: str, ask: Callable[[str], str]) -> bool:
        said = _plain(message)
        match = _XOAUTH2.match(said) or _OAUTHBEARER.match(said)
        user, token = match.groups() if match else ("", "")
        if said.startswith("n,"):
            user = user.replace("=2C", ",").replace("=3D", "=")
        if self.check(user, token):
            return True
        ask(_REFUSED)
        return False

    @property
    def _known(self) -> Users:
        return self.users if self.listener.users is None else self.listener.users


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _plain(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
