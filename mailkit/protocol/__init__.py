"""The dialogues of SMTP, IMAP and POP3 up to the login and shortly after it, without a socket.

Theory of operation. A *dialogue* is a generator. It yields requests to a socket (an :class:`Ask`) and is sent the
answer; it never uses a socket, a clock or a random number. What it learns is written into :class:`SessionState`, so a
session that ends early leaves everything up to that point. The driver may be a real socket
(:mod:`mailkit.net.connection`) or a recorded transcript (:mod:`mailkit.protocol.transcript`).

=============  ============================================  ==================================
ask            means                                         is answered with
=============  ============================================  ==================================
``Connect``    open the connection                           the address reached
``Send``       write these bytes                             ``b""``
``Recv``       wait for bytes                                bytes, ``b""`` at the end
``StartTLS``   shake hands, verify                           a ``Tls``
``Pause``      wait some seconds                             ``None``
=============  ============================================  ==================================

Three laws. The dialogue owns the buffer, so that bytes which arrive before a handshake can be
seen and refused. Everything received before TLS is discarded after it. A generator that stops raises
:class:`Stopped`, and nothing else.
"""
