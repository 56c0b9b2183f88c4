"""What mail servers log of a server that they send to: the step at which it was silent or closed the connection.

From ``smtp_proto.c`` and ``smtp_connect.c`` of Postfix, ``transports/smtp.c`` of Exim, and ``usersmtp.c`` and ``util.c``
of Sendmail.
"""

from mailkit.replies.reply import Certainty
from mailkit.replies.text import Text, texts

__all__ = ["STEPS"]

_LIKELY, _POSSIBLE = Certainty.LIKELY, Certainty.POSSIBLE

_SILENT = r"conversation with \S{1,200} timed out while"
_LOST = r"lost connection with \S{1,200} while"
_EXIM = r"SMTP timeout after"
_SENDMAIL = r"timeout waiting for input from \S{1,200} during client"
_COMMANDS = r"(?:performing the [EL]HLO handshake|sending (?:MAIL FROM|RCPT TO|DATA command))"
_END = r"sending (?:message body|end of data)"

STEPS: tuple[Text, ...] = (
    texts(
        "grt-silent-dead grt-silent-slow grt-silent-tls",
        rf"{_SILENT} receiving the initial server greeting",
        rf"{_EXIM} initial connection|{_SENDMAIL} greeting",
        certainty=_LIKELY,
    ),
    texts(
        "snd-data-stall",
        rf"{_SILENT} {_END}",
        rf"{_EXIM} (?:end of data|sending data block)|{_SENDMAIL} DATA status",
        certainty=_LIKELY,
    ),
    texts(
        "hst-no-reply",
        rf"{_SILENT} {_COMMANDS}|{_LOST} {_COMMANDS}",
        rf"{_EXIM} (?:pipelined )?(?:[EL]HLO|HELO|AUTH|MAIL|RCPT|DATA|STARTTLS)\b",
        rf"{_SENDMAIL} (?:[EL]HLO|HELO|AUTH|MAIL|RCPT|DATA|STARTTLS)\b",
        certainty=_LIKELY,
    ),
    texts("tcp-reset snd-data-stall", rf"{_LOST} {_END}", certainty=_POSSIBLE),
    texts(
        "grt-eof",
        r"remote host closed connection in response to initial connection",
        certainty=_LIKELY,
    ),
    texts(
        "hst-no-reply",
        r"remote host closed connection in response to (?!initial)",
        certainty=_LIKELY,
    ),
    texts(
        "stt-not-offered",
        r"a TLS session is required, but the server did not offer TLS",
        certainty=_LIKELY,
    ),
    texts(
        "stt-handshake",
        r"a TLS session is required, but an attempt to start TLS failed",
        r"Cannot start TLS: handshake failure",
        certainty=_LIKELY,
    ),
    texts(
        "snd-size",
        r"message size \d{1,15} exceeds size limit \d{1,15} of server",
        certainty=_LIKELY,
    ),
    texts("dns-null-mx", r"does not accept mail \(nullMX\)", certainty=_LIKELY),
    texts(
        "dns-servfail",
        r"host not found, try again|host name lookup failure|cannot be resolved at this time",
        certainty=_LIKELY,
        common=True,
    ),
    texts(
        "snd-helo",
        r"rejected EHLO or HELO\b",
        certainty=_LIKELY,
    ),
    texts(
        "snd-loop",
        r"lowest numbered MX record points to local host|mail loops back to me",
        certainty=_LIKELY,
    ),
    texts(
        "snd-relay-denied",
        r"mailing to remote domains (?:is )?not supported",
        certainty=_POSSIBLE,
    ),
    texts(
        "snd-rcpt-unknown dns-no-domain",
        r"unrouteable address",
        certainty=_POSSIBLE,
    ),
)
