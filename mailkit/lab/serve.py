"""IMAP, POP3 and SMTP as far as a login, over one wire, with the listener's knobs.

The three differ in grammar only; what they share (offers, STARTTLS, the check of a password) is
in :class:`Talk`.
"""

import base64
import binascii
import hmac
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from mailkit.lab.listener import Listener, Users
from mailkit.lab.script import Gone, Wire
from mailkit.ports import Security

__all__ = ["serve"]

_MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5")
_SPOKEN = (*_MECHANISMS, "SCRAM-SHA-256", "SCRAM-SHA-1", "XOAUTH2", "OAUTHBEARER")
"""The first three are offered where nothing else is said; all of them are spoken."""

_REFUSED = base64.b64encode(b'{"status":"401","schemes":"bearer","scope":"mail"}').decode()
_XOAUTH2 = re.compile("user=([^\x01]*)\x01auth=Bearer ([^\x01]*)\x01\x01")
_OAUTHBEARER = re.compile("n,a=([^,]*),\x01.*?auth=Bearer ([^\x01]*)\x01", re.S)


def serve(wire: Wire, listener: Listener, context: ssl.SSLContext, users: Users) -> None:
    """Serve one connection until it is over."""
    talk = Talk(wire, listener, context, users)
    try:
        if listener.script:
            if listener.secure_script:
                wire.secure(context)
            wire.do(listener.script)
            return
        if listener.security is Security.IMPLICIT_TLS:
            wire.secure(context)
        {"imap": _imap, "pop3": _pop3, "smtp": _smtp}[listener.protocol](talk)
        wire.goodbye()
    except Gone:
        pass


@dataclass
class Talk:
    """The state of one conversation."""

    wire: Wire
    listener: Listener
    context: ssl.SSLContext
    users: Users

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
        good = password is not None and self._known.get(user) == password
        self.wire.record.logins.append((user, good))
        return good

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


def _imap(talk: Talk) -> None:
    wire = talk.wire

    def offers() -> str:
        usual = ["IMAP4rev1", "SASL-IR", "ID"]
        if talk.may_upgrade:
            usual.append("STARTTLS")
        usual += [f"AUTH={name}" for name in _MECHANISMS] if talk.may_log_in else ["LOGINDISABLED"]
        return " ".join(talk.offers(usual))

    talk.greet(f"* OK [CAPABILITY {offers()}] lab ready\r\n".encode())
    while True:
        tag, _, rest = wire.line().partition(b" ")
        name, _, rest_text = rest.decode("utf-8", "replace").partition(" ")
        command = name.upper()

        def ask(challenge: str) -> str:
            wire.send(f"+ {challenge}\r\n".encode())
            return wire.line().decode("ascii", "replace")

        def tagged(text: str, tag: bytes = tag) -> None:
            wire.send(tag + f" {text}\r\n".encode())

        if talk.scripted(command, tag):
            continue
        if command == "CAPABILITY":
            wire.send(f"* CAPABILITY {offers()}\r\n".encode())
            tagged("OK done")
        elif command == "STARTTLS" and talk.may_upgrade:
            tagged("OK begin TLS now")
            wire.secure(talk.context)
        elif command in ("LOGIN", "AUTHENTICATE") and not talk.may_log_in:
            tagged("NO [PRIVACYREQUIRED] a password needs TLS here")
        elif command == "LOGIN":
            words = _imap_strings(rest_text)
            fine = len(words) == 2 and talk.check(*words)
            tagged("OK logged in" if fine else "NO [AUTHENTICATIONFAILED] Authentication failed.")
        elif command == "AUTHENTICATE":
            mechanism, _, initial = rest_text.partition(" ")
            fine = mechanism.upper() in _SPOKEN and talk.sasl(mechanism.upper(), initial, ask)
            tagged("OK logged in" if fine else "NO [AUTHENTICATIONFAILED] Authentication failed.")
        elif command == "LOGOUT":
            wire.send(b"* BYE goodbye\r\n")
            tagged("OK done")
            return
        elif command in ("NOOP", "ID"):
            tagged("OK done")
        else:
            tagged("BAD what?")


def _pop3(talk: Talk) -> None:
    wire = talk.wire
    user = ""
    talk.greet(b"+OK lab ready\r\n")

    def say(text: str) -> None:
        wire.send(text.encode() + b"\r\n")

    def ask(challenge: str) -> str:
        say(f"+ {challenge}")
        return wire.line().decode("ascii", "replace")

    while True:
        name, _, rest = wire.line().decode("utf-8", "replace").partition(" ")
        command = name.upper()
        if talk.scripted(command):
            continue
        if command == "CAPA":
            usual = ["UIDL", "TOP", "RESP-CODES", "AUTH-RESP-CODE"]
            usual += ["STLS"] if talk.may_upgrade else []
            usual += ["USER", f"SASL {' '.join(_MECHANISMS)}"] if talk.may_log_in else []
            say("\r\n".join(["+OK", *talk.offers(usual), "."]))
        elif command == "STLS" and talk.may_upgrade:
            say("+OK begin TLS")
            wire.secure(talk.context)
        elif command in ("USER", "PASS", "AUTH") and not talk.may_log_in:
            say("-ERR [AUTH] a password needs TLS here")
        elif command == "USER":
            user = rest
            say("+OK")
        elif command == "PASS":
            say("+OK logged in" if talk.check(user, rest) else "-ERR [AUTH] Authentication failed.")
        elif command == "AUTH":
            mechanism, _, initial = rest.partition(" ")
            fine = mechanism.upper() in _SPOKEN and talk.sasl(mechanism.upper(), initial, ask)
            say("+OK logged in" if fine else "-ERR [AUTH] Authentication failed.")
        elif command == "QUIT":
            say("+OK goodbye")
            return
        else:
            say("+OK" if command == "NOOP" else "-ERR unknown command")


def _smtp(talk: Talk) -> None:
    wire = talk.wire
    talk.greet(f"220 {talk.listener.host} ESMTP lab\r\n".encode())

    def say(text: str) -> None:
        wire.send(text.encode() + b"\r\n")

    def ask(challenge: str) -> str:
        say(f"334 {challenge}")
        return wire.line().decode("ascii", "replace")

    while True:
        name, _, rest = wire.line().decode("utf-8", "replace").partition(" ")
        command = name.upper()
        if talk.scripted(command):
            continue
        if command == "EHLO":
            usual = ["SIZE 35882577", "8BITMIME", "PIPELINING", "ENHANCEDSTATUSCODES"]
            usual += ["STARTTLS"] if talk.may_upgrade else []
            usual += [f"AUTH {' '.join(_MECHANISMS)}"] if talk.may_log_in else []
            words = [talk.listener.host, *talk.offers(usual)]
            shown = [f"250-{word}" for word in words[:-1]] + [f"250 {words[-1]}"]
            say("\r\n".join(shown))
        elif command == "STARTTLS" and talk.may_upgrade:
            say("220 2.0.0 ready for TLS")
            wire.secure(talk.context)
        elif command == "AUTH" and not talk.may_log_in:
            say("530 5.7.0 Must issue a STARTTLS command first")
        elif command == "AUTH":
            mechanism, _, initial = rest.partition(" ")
            fine = mechanism.upper() in _SPOKEN and talk.sasl(mechanism.upper(), initial, ask)
            say("235 2.7.0 logged in" if fine else "535 5.7.8 Error: authentication failed")
        elif command == "QUIT":
            say("221 2.0.0 goodbye")
            return
        elif command in ("HELO", "NOOP", "RSET"):
            say(f"250 {talk.listener.host}")
        else:
            say("530 5.7.0 Authentication required" if command == "MAIL" else "502 5.5.1 no")


def _imap_strings(text: str) -> list[str]:
    """Atoms and quoted strings."""
    words, word, quoted, escaped = [], "", False, False
    for char in text:
        if escaped:
            word, escaped = word + char, False
        elif char == "\\" and quoted:
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif char == " " and not quoted:
            words.append(word)
            word = ""
        else:
            word += char
    return [*words, word]


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _plain(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
