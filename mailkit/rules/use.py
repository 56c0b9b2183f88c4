"""USE: what an account is used for: sending for a team, a channel, folders; where its settings contradict themselves."""

from mailkit.account import Account, Service
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.ports import Protocol
from mailkit.rules.account_index import AccountIndex, named_few
from mailkit.text import joined, quoted


def _first(service: Service, account: Account) -> bool:
    """What is said of an account is said with its first service."""
    return service.role == account.first_role


@rule(Severity.WARNING)
def use_two_defaults(service: Service, account: Account, accounts: AccountIndex) -> Hits:
    """Two default accounts in one scope.

    Mail that a program sends by itself uses the default account of the team, or of the system. Each has
    one.

    Flagged::

        [account.a]
        default = true
        [account.a.outgoing]
        host = "smtp.example.com"

        [account.b]
        default = true
        [account.b.outgoing]
        host = "smtp.example.org"

    Clean::

        [account.a]
        default = true
        [account.a.outgoing]
        host = "smtp.example.com"

        [account.b]
        default = true
        scope = "team:support"
        [account.b.outgoing]
        host = "smtp.example.org"
    """
    if account.default and _first(service, account):
        defaults = accounts.defaults(account)
        if others := named_few(defaults, account):
            yield Hit(
                f"{quoted(account.label)} and {others} are each the default of {account.scope}. "
                "Leave default = true in one of them.",
                (f"scope = {account.scope}",),
                place=account.place("default"),
            )


@rule(Severity.WARNING)
def use_default_inactive(service: Service, account: Account) -> Hits:
    """The default account is not active.

    An inactive account sends nothing, so mail that programs send by themselves goes out through another
    account, or not at all.

    Flagged::

        [account.a]
        default = true
        active = false
        [account.a.outgoing]
        host = "smtp.example.com"

    Clean::

        [account.a]
        default = true
        [account.a.outgoing]
        host = "smtp.example.com"
    """
    if account.default and not account.active and _first(service, account):
        yield Hit(
            f"This is the default of {account.scope}, and it is inactive: make another one the default.",
            ("default = true", "active = false"),
            place=account.place("default"),
        )


@rule(Severity.WARNING)
def use_no_login(service: Service, account: Account) -> Hits:
    """A submission server without user name and password.

    Servers accept mail only from users who log in (RFC 6409 §4.3). Sending through this machine (``via
    = "local"``) needs no login.

    Flagged::

        [account.a.outgoing]
        host = "smtp.example.com"
        port = 587
        [account.a.delivery]
        via = "smtp"

    Clean::

        [account.a.outgoing]
        host = "smtp.example.com"
        port = 587
        user = "kim@example.com"
        secret = { env = "KIM_PW" }
        [account.a.delivery]
        via = "smtp"
    """
    if service.protocol is not Protocol.SMTP or account.written.get("delivery.via") != "smtp":
        return
    missing = [
        word
        for word, there in (("a user name", service.user), ("a password", service.secret))
        if not there
    ]
    if missing:
        yield Hit(
            f"Sending by SMTP needs {joined(missing)} from the provider.",
            ('via = "smtp"', f"not there: {joined(missing)}"),
            place=service.place("user"),
        )


@rule(Severity.WARNING)
def use_local_sender(service: Service, account: Account) -> Hits:
    """Mail of another domain is sent from this machine.

    The machine is not among those that may send for the domain (SPF), and signs nothing (DKIM):
    large providers reject such mail or move it to the junk folder.

    Flagged::

        [account.a]
        address = "kim@example.com"
        [account.a.outgoing]
        host = "localhost"
        port = 25
        [account.a.delivery]
        via = "sendmail"
        host_name = "shop.example.org"

    Clean::

        [account.a]
        address = "kim@example.org"
        [account.a.outgoing]
        host = "localhost"
        port = 25
        [account.a.delivery]
        via = "sendmail"
        host_name = "shop.example.org"
    """
    delivery = account.delivery
    if delivery.via == "smtp" or not _first(service, account) or not account.domain:
        return
    host = delivery.host_name.lower() or "this machine"
    if host != account.domain and not host.endswith(f".{account.domain}"):
        yield Hit(
            f"{host[0].upper()}{host[1:]} sends for {account.domain} itself: unless it may (SPF), such mail is likely to be "
            f"rejected. Send through the mail server of {account.domain}, or set host_name if this machine belongs to that domain.",
            (f"address = {account.address}", f"via = {delivery.via}"),
            place=account.place("delivery.via"),
        )


@rule(Severity.WARNING)
def use_no_keyword(service: Service, account: Account) -> Hits:
    """A channel reads a shared mailbox, and nothing distinguishes its messages.

    A channel deletes the messages that it has processed; without a keyword, that is all mail in the
    mailbox.

    Flagged::

        [account.a.incoming]
        protocol = "pop3"
        host = "pop.example.com"
        [account.a.channel]
        exclusive = false

    Clean::

        [account.a.incoming]
        protocol = "pop3"
        host = "pop.example.com"
        [account.a.channel]
        exclusive = false
        keyword = "LetterShop"
    """
    written = account.written.get("channel.exclusive") is False or account.channel.allowed
    unknown = not account.channel.exclusive and not account.channel.keyword.strip()
    if written and unknown and _first(service, account):
        yield Hit(
            "The mailbox is shared with other mail, and there is no keyword to recognise the messages of the channel: none is processed. Set a keyword, or exclusive = true.",
            ("exclusive = false", "no keyword"),
            place=account.place("channel.exclusive"),
        )


@rule(Severity.WARNING)
def use_exclusive_shared(service: Service, account: Account, accounts: AccountIndex) -> Hits:
    """A channel deletes the mail of a mailbox that another account reads.

    An exclusive channel processes every message and deletes it on the server; the other account finds an empty mailbox.

    Flagged::

        [account.a.incoming]
        protocol = "pop3"
        host = "mail.example.com"
        user = "kim@example.com"
        [account.a.channel]
        exclusive = true

        [account.b.incoming]
        protocol = "imap"
        host = "mail.example.com"
        user = "kim@example.com"

    Clean::

        [account.a.incoming]
        protocol = "pop3"
        host = "mail.example.com"
        user = "letters@example.com"
        [account.a.channel]
        exclusive = true

        [account.b.incoming]
        protocol = "imap"
        host = "mail.example.com"
        user = "kim@example.com"
    """
    if account.channel.exclusive and account.incoming is service:
        readers = accounts.readers(service, account)
        if others := named_few(readers, account, counted=account.active):
            yield Hit(
                f"The channel deletes every message, and {others} also read the same mailbox. "
                "Give the channel a mailbox of its own, or set exclusive = false and a keyword.",
                ("exclusive = true", f"the same mailbox: {others}"),
                place=account.place("channel.exclusive"),
            )


@rule(Severity.WARNING)
def use_rules_imap(service: Service, account: Account) -> Hits:
    """Rules on an IMAP account.

    With IMAP, mail stays on the server and other programs move it too. Rules work only where mail is
    fetched and stored here, as with POP3.

    Flagged::

        [account.a.incoming]
        protocol = "imap"
        host = "imap.example.com"
        [account.a.folders.rules]
        invoice = "Invoices"

    Clean::

        [account.a.incoming]
        protocol = "pop3"
        host = "pop.example.com"
        [account.a.folders.rules]
        invoice = "Invoices"
    """
    if account.folders.rules and service.protocol is Protocol.IMAP:
        yield Hit(
            "Rules run for POP3 accounts only: with IMAP the mail stays on the server. Use filters on the server.",
            (f"rules: {len(account.folders.rules)}", "protocol = imap"),
            place=account.place("folders.rules"),
        )


@rule(Severity.WARNING)
def use_address(service: Service, account: Account) -> Hits:
    """An entry among the copy, allowed or blocked addresses is not an address.

    A message to such an entry is rejected, or the entry never matches anything.

    Flagged::

        [account.a.outgoing]
        host = "smtp.example.com"
        [account.a.delivery]
        bcc = ["archive at example.com"]

    Clean::

        [account.a.outgoing]
        host = "smtp.example.com"
        [account.a.delivery]
        bcc = ["archive@example.com"]
        [account.a.channel]
        exclusive = true
        allowed = ["kim@example.com", "example.org", ".example.net"]
    """
    if not _first(service, account):
        return
    lists = {
        "delivery.bcc": account.delivery.bcc,
        "channel.allowed": account.channel.allowed,
        "channel.blocked": account.channel.blocked,
    }
    for key, many in lists.items():
        for address in many:
            local, at, domain = address.strip().rpartition("@")
            fine = "." in domain or "@" in address
            if key == "delivery.bcc":
                fine = bool(local and at and domain)
            if not fine or not domain or any(c.isspace() for c in address.strip()):
                yield Hit(
                    f"{quoted(address)} is not an address{'' if key == 'delivery.bcc' else ' or a domain'}.",
                    (f"{key} = {address!r}",),
                    place=account.place(key),
                )
