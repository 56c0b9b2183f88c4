"""A connection to the lab, served in its protocol."""

import ssl
from collections.abc import Sequence

from mailkit.lab import serve_http, serve_imap, serve_pop3, serve_smtp
from mailkit.lab.listener import Listener, Users
from mailkit.lab.script import Gone, Wire
from mailkit.lab.talk import Message, Talk
from mailkit.ports import Security

__all__ = ["serve"]

_PROTOCOLS = {
    "http": serve_http.serve,
    "imap": serve_imap.serve,
    "pop3": serve_pop3.serve,
    "smtp": serve_smtp.serve,
}


def serve(
    wire: Wire,
    listener: Listener,
    context: ssl.SSLContext,
    users: Users,
    post: Sequence[Message] = (),
) -> None:
    """Serve one connection until it is over."""
    talk = Talk(wire, listener, context, users, post)
    try:
        if listener.script:
            if listener.secure_script:
                wire.secure(context)
            wire.do(listener.script)
            return
        if listener.security is Security.IMPLICIT_TLS:
            wire.secure(context)
        _PROTOCOLS[listener.protocol](talk)
        wire.goodbye()
    except Gone:
        pass
