"""CFG: a secret that cannot be read where it is needed, for the login."""

from mailkit.account import Service
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation

UNREADABLE = "secret unreadable: "
"""The note on a service whose secret could not be read, with the reason."""


@rule(Severity.ERROR, healthy=True)
def cfg_secret_unreadable(service: Service, seen: Observation) -> Hits:
    """Cannot read the password.

    The settings name a place for it (a variable, a file, a command, a keyring entry), but there is
    nothing there, or the program may not read it. Set the variable in the environment that the program
    runs in, or correct the name. No login was tried.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == note secret unreadable: the environment variable MAIL_PW is not set
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready
    """
    for note in seen.notes:
        if note.startswith(UNREADABLE):
            secret = service.secret
            source = (f"secret: {secret.kind} {secret.source}",) if secret else ()
            yield Hit(
                f"Cannot read the password: {note.removeprefix(UNREADABLE)}. No login was tried.",
                source,
                {},
                "secret",
            )
