"""A connection to the lab, served in its protocol."""

from mailkit.lab import serve_http, serve_pop3, serve_smtp
from mailkit.lab.imap import session as serve_imap
from mailkit.lab.script import Gone
from mailkit.lab.talk import Talk
from mailkit.ports import Security

__all__ = ["serve"]

_PROTOCOLS = {
    "http": serve_http.serve,
    "imap": serve_imap.serve,
    "lmtp": serve_smtp.serve,
    "pop3": serve_pop3.serve,
    "smtp": serve_smtp.serve,
}


def serve(talk: Talk) -> None:
    """Serve one connection until it is over."""
    wire, listener = talk.wire, talk.listener
    try:
        if listener.script:
            if listener.secure_script:
                wire.secure(talk.context)
            wire.do(listener.script)
            return
        if listener.security is Security.IMPLICIT_TLS:
            wire.secure(talk.context)
        _PROTOCOLS[listener.protocol](talk)
        wire.goodbye()
    except Gone:
        pass
    finally:
        talk.leave()
