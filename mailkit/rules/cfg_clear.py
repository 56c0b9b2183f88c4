"""CFG: passwords without encryption."""

from mailkit.account import Service, is_local
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.ports import Security, assumed_security
from mailkit.rules.cfg_port import encrypted
from mailkit.rules.cfg_security import remarked


@rule(Severity.ERROR)
def cfg_cleartext(service: Service) -> Hits:
    """A password is sent over a connection without encryption.

    Anyone on the network between this machine and the server can read it. RFC 8314 §3 asks for TLS
    wherever mail is read or submitted. mailkit does not send the password in this case, unless the
    account sets ``allow_cleartext_login = true``. A server on this machine is exempt.

    Flagged::

        [account.a.incoming]
        host = "imap.example.com"
        port = 143
        security = "cleartext"
        user = "kim"

    Clean::

        [account.a.incoming]
        host = "127.0.0.1"
        port = 1143
        security = "cleartext"
        user = "kim"
    """
    told = [*remarked(service, "cfg-cleartext")]
    if not told and service.security is not Security.CLEARTEXT:
        return
    if service.host.lower().endswith(".onion"):
        return
    if told:
        yield from told
    elif not service.allow_cleartext_login:
        yield from _readable(service, "would be", "")


@rule(Severity.WARNING)
def cfg_cleartext_allowed(service: Service) -> Hits:
    """A password is sent without encryption, as the account allows.

    ``allow_cleartext_login = true`` is set, so mailkit logs in, and every report repeats that anyone on the network
    can read the password (RFC 8314 §3).

    Flagged::

        [account.a.incoming]
        host = "imap.example.com"
        port = 143
        security = "cleartext"
        user = "kim"
        allow_cleartext_login = true

    Clean::

        [account.a.incoming]
        host = "imap.example.com"
        port = 143
        security = "starttls"
        user = "kim"
        allow_cleartext_login = true
    """
    if service.allow_cleartext_login and not service.host.lower().endswith(".onion"):
        yield from _readable(service, "is", " You allowed this for the account.")


def _readable(service: Service, verb: str, allowed: str) -> Hits:
    """The hit for a password that goes to another machine without encryption."""
    if service.security is not Security.CLEARTEXT:
        return
    login = f"user = {service.user}" if service.user else service.elsewhere("user")
    sources = ("file ", "command ", "person ")  # a variable may be empty
    known = service.user or login.startswith(sources)
    if known and not is_local(service.host):
        advice, fix = encrypted(service, assumed_security(service.port))
        yield Hit(
            f"The password {verb} sent to {service.host} readable for everyone on the network.{allowed} {advice}.",
            (service.shown("security"), *(() if login.startswith("person ") else (login,))),
            fix,
            "security",
        )
