"""CFG: the files that settings and secrets are in, and what other users of the machine may do with them."""

from mailkit.account import Account, Service
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.private import WRITERS

_OTHERS_READ = 0o004
_OWN_PLACES = ("/run/secrets/", "/var/run/secrets/")
"""Where containers have their secrets, each for itself."""


@rule(Severity.WARNING)
def cfg_file_writable(account: Account, service: Service) -> Hits:
    """Other users of the machine can change the settings file.

    Anyone who changes the host in it gets the password at the next login, and a secret's command
    runs as the user who starts the program. From such a file mailkit runs no command, and reads no
    secret from another file or the keyring.

    Flagged::

        # mode 0666
        [account.a.incoming]
        host = "imap.example.com"
        user = "kim@example.com"
        secret = { env = "MAIL_PW" }

    Clean::

        # mode 0644
        [account.a.incoming]
        host = "imap.example.com"
        user = "kim@example.com"
        secret = { env = "MAIL_PW" }
    """
    if not account.modes or service.role != account.first_role:
        return
    place = service.place()
    file = place.file if place else ""
    if account.modes.get(file, 0) & WRITERS:
        yield Hit(
            f"Other users of this machine can change {file}, and with it where the password goes. "
            f"Run: chmod go-w {file}",
            (f"mode {account.modes[file]:04o}",),
        )


@rule(Severity.NOTE)
def cfg_secret_readable(account: Account, service: Service) -> Hits:
    """Every user of the machine can read the password.

    It is in a file that others may read: every program and user of the machine can log in with
    it.

    Flagged::

        # mode 0644
        [account.a.incoming]
        host = "imap.example.com"
        user = "kim@example.com"
        secret = { value = "correct horse" }

    Clean::

        # mode 0600
        [account.a.incoming]
        host = "imap.example.com"
        user = "kim@example.com"
        secret = { value = "correct horse" }

    Clean::

        # mode 0644
        [account.a.incoming]
        host = "imap.example.com"
        user = "kim@example.com"
        secret = { env = "MAIL_PW" }
    """
    if not account.modes:
        return
    secret = service.secret
    if secret is None or secret.kind not in ("value", "file"):
        return
    place = service.place("secret")
    file = secret.source if secret.kind == "file" else place.file if place else ""
    mode = account.modes.get(file, 0)
    if mode & _OTHERS_READ and not file.startswith(_OWN_PLACES):
        yield Hit(
            f"Every user of this machine can read the password in {file}. Run: chmod 600 {file}",
            (f"mode {mode:04o}",),
            {},
            "secret",
        )
