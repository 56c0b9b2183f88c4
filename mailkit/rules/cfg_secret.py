"""CFG: a secret that cannot be read where it is needed, for the login."""

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Context


@rule(Severity.ERROR, healthy=True)
def cfg_secret_unreadable(context: Context) -> Hits:
    """Cannot read the password.

    The settings name a place for it (a variable, a file, a command, a keyring entry), but there is
    nothing there, or the program may not read it. No login was tried.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == secret error: the environment variable MAIL_PW is not set
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready
    """
    if context.secret_error:
        source = (f"secret: {context.secret_source}",) if context.secret_source else ()
        yield Hit(
            f"Cannot read the password: {context.secret_error}. No login was tried.",
            source,
            {},
            "secret",
        )
