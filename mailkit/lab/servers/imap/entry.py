"""Commands that log in: LOGIN and AUTHENTICATE (RFC 3501 §6.2)."""

from mailkit.lab.mailstore.folder import Refused
from mailkit.lab.servers.imap.commands import Bad, Cursor
from mailkit.lab.servers.imap.session import ImapSession
from mailkit.lab.servers.session import SPOKEN

__all__ = ["authenticate", "login"]


def login(session: ImapSession, cursor: Cursor) -> str:
    _private(session)
    user = cursor.astring()
    cursor.space()
    password = cursor.astring()
    cursor.end()
    fine = session.server.check(
        *(argument.decode("utf-8", "replace") for argument in (user, password))
    )
    return _logged_in(session, fine=fine)


def authenticate(session: ImapSession, cursor: Cursor) -> str:
    mechanism = cursor.word()
    _private(session, mechanism)
    initial = ""
    if cursor.skip(b" "):
        if session.server.no_initial_response:
            raise Bad("Parse command error")
        initial = cursor.atom().decode("ascii")
        cursor.end()
    if mechanism not in SPOKEN:
        raise Refused("", "Unsupported authentication mechanism.")

    def ask(challenge: str) -> str:
        session.wire.send(f"+ {challenge}\r\n".encode())
        return session.wire.line().decode("ascii", "replace")

    return _logged_in(session, fine=session.server.sasl(mechanism, initial, ask))


def _private(session: ImapSession, mechanism: str = "") -> None:
    if not session.server.may_use(mechanism):
        raise Refused("PRIVACYREQUIRED", "a password needs TLS here")


def _logged_in(session: ImapSession, *, fine: bool) -> str:
    server = session.server
    if not fine:
        raise Refused(server.profile.imap_code, server.profile.imap_refused)
    if not server.enter():
        raise Refused("LIMIT", "Maximum number of connections from user+IP exceeded")
    session.log_in()
    if server.listener.offers is None and server.listener.offers_tls is None:
        return f"[CAPABILITY {session.offers()}] Logged in"
    return "Logged in"
