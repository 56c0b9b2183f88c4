"""Read from a stack trace at which step of a session a program stopped.

A program that only says “connection closed” does not tell whether the greeting or a later reply was missing; the calls
of its mail library do.
"""

import re

from mailkit.replies.reply import SessionPlace

__all__ = ["interrupted"]

_CALLS = re.compile(
    r'File "[^"\n]{0,300}\b(?:aio)?(?:smtp|imap|pop)lib[^"\n]{0,60}", line \d+, in (?P<python>\w+)'
    r"|(?:smtp|imap|pop)\.rb:\d+:in [`'](?:[\w:#]{1,60}[#.])?(?P<ruby>\w+[?!]?)'"
    r"|\bat [\w.]{0,80}\.(?:SMTPTransport|IMAPProtocol|IMAPStore|POP3Store|Protocol)(?:\$\w+)?\.(?P<java>\w+)\("
)
_STEPS = {
    SessionPlace.GREETING: "connect _connect __init__ do_start openserver",
    SessionPlace.HELLO: "ehlo helo ehlo_or_helo_if_needed _ehlo_or_helo_if_needed do_helo",
    SessionPlace.UPGRADE: "starttls start_tls stls",
    SessionPlace.LOGIN: (
        "login auth auth_plain auth_login auth_cram_md5 authenticate user pass_ apop authlogin authplain proxyauth "
        "auth_method"
    ),
    SessionPlace.MAIL: (
        "mail rcpt data sendmail send_message rset quit mailfrom rcptto finishdata bdat select fetch search append "
        "status uid list examine noop logout idle getmessage retr stat top uidl dele rcpt_to sendmessage "
        "issuesendcommand rcptto_list"
    ),
}
_PLACES = {name: place for place, names in _STEPS.items() for name in names.split()}

_MEANS = {
    SessionPlace.GREETING: ("grt-eof", "grt-silent-tls"),
    SessionPlace.HELLO: ("tls-cut", "tcp-reset", "hst-broken-reply"),
    SessionPlace.UPGRADE: ("stt-handshake", "tls-cut"),
    SessionPlace.LOGIN: ("hst-no-reply",),
    SessionPlace.MAIL: ("tcp-reset", "tls-cut"),
}


def interrupted(text: str) -> tuple[str, ...]:
    """Return what an ended connection means at the step that the stack trace of a text shows; empty without one.

    Python lists its innermost call last, Ruby and Java first.
    """
    places: list[SessionPlace] = []
    for match in _CALLS.finditer(text):
        name = next(filter(None, match.groups()))
        place = _PLACES.get(name.lower())
        if place is not None:
            if not match["python"]:
                return _MEANS[place]
            places.append(place)
    return _MEANS[places[-1]] if places else ()
