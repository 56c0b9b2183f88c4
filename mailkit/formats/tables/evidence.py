"""Whether a table with hosts is one of mail accounts."""

from collections.abc import Callable

from mailkit.ports import OWNERS

__all__ = ["LOGIN", "PORTS", "WORDS", "is_about_mail"]

PORTS = {
    **dict.fromkeys((25, 465, 587, 2525), "smtp"),
    **dict.fromkeys((110, 995), "pop3"),
    **dict.fromkeys((143, 993), "imap"),
}

WORDS = {
    "imap": "imap",
    "imaps": "imap",
    "imap4": "imap",
    "pop3": "pop3",
    "pop": "pop3",
    "pop3s": "pop3",
    "smtp": "smtp",
    "smtps": "smtp",
    "submission": "smtp",
    "submissions": "smtp",
    "incoming": "imap",
    "outgoing": "smtp",
}

LOGIN = frozenset(("address", "user", "secret", "secret_env", "secret_file", "secret_command"))
"""Columns of a login."""

_NUMBERS = frozenset(map(str, PORTS))
_FOREIGN = frozenset(str(port) for port, owner in OWNERS.items() if port not in PORTS and owner)
"""Ports of other services."""


def is_about_mail(said: Callable[[str], set[str]], *, has_login: bool) -> bool:
    """Whether what columns say is about mail: by the protocol, a port or a host.

    With a login it may be where nothing says so; where all ports are those of other services it never is.
    """
    protocols, ports = said("protocol"), said("port")
    if protocols & WORDS.keys():
        return True
    if ports and ports <= _FOREIGN:
        return False
    if protocols and not has_login:
        return False
    mail = any(host.partition(".")[0].rstrip("0123456789") in _HOSTS for host in said("host"))
    return bool(ports & _NUMBERS) or mail or has_login


_HOSTS = WORDS.keys() | {"mail", "mx", "webmail", "exchange"}
