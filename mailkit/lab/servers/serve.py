"""A connection to the lab, served in its protocol."""

from mailkit.lab.script import Gone
from mailkit.lab.servers import http, pop3, smtp
from mailkit.lab.servers.imap import dispatch as imap
from mailkit.lab.servers.session import ServerSession
from mailkit.ports import Security

__all__ = ["serve"]

_PROTOCOLS = {
    "http": http.serve,
    "imap": imap.serve,
    "lmtp": smtp.serve,
    "pop3": pop3.serve,
    "smtp": smtp.serve,
}


def serve(server: ServerSession) -> None:
    """Serve one connection until it is over."""
    wire, listener = server.wire, server.listener
    try:
        if listener.script:
            if listener.secure_script:
                wire.secure(server.context)
            wire.do(listener.script)
            return
        if listener.security is Security.IMPLICIT_TLS:
            wire.secure(server.context)
        _PROTOCOLS[listener.protocol](server)
        wire.close_notify()
    except Gone:
        pass
    finally:
        server.leave()
