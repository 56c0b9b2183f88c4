"""The opening conversations of SMTP, IMAP and POP3, told once and without a socket.

Theory of operation. A *dialogue* is a generator. It yields what it wants of a socket (an
:class:`Ask`) and is sent the answer; it never touches a socket, a clock or a random number. What
it learns it writes into :class:`Minutes`, so that a conversation which breaks off leaves
everything up to that point. Whoever runs it may be a real socket (:mod:`mailkit.net.connection`) or
yesterday's transcript (:mod:`mailkit.protocol.transcript`).

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
seen and refused. What was said before TLS is forgotten after it. A generator that stops raises
:class:`Stopped`, and nothing else.
"""
