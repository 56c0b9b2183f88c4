"""CFG: how the program that uses the account works: with others, as whom, for how long."""

from mailkit import providers
from mailkit.account import Account, Service, is_local
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.ports import Protocol
from mailkit.rules.account_index import AccountIndex, named_few
from mailkit.rules.cfg_security import remarked


@rule(Severity.NOTE)
def cfg_switched_off(service: Service, account: Account) -> Hits:
    """The product does not use these settings: a switch is off.

    They may be right, and no mail is sent or fetched all the same: a switch of the product is off or missing, such as
    GitLab's smtp_enable. In mailkit's own format, active = false takes an account out of use.

    Flagged::

        [account.a]
        active = false

        [account.a.incoming]
        host = "imap.example.com"

    Clean::

        [account.a.incoming]
        host = "imap.example.com"
    """
    if noted := [*remarked(service, "cfg-switched-off")]:
        yield from noted
    elif not account.active:
        yield Hit("The account is switched off: active = false.", ("active = false",), {}, "active")


@rule(Severity.WARNING)
def cfg_pop3_deletes(service: Service, account: Account, accounts: AccountIndex) -> Hits:
    """This POP3 account deletes mail that another account reads.

    It deletes what it has fetched, and the other program on the same mailbox no longer finds it.

    Flagged::

        [account.office.incoming]
        protocol = "pop3"
        host = "pop.example.com"
        user = "kim@example.com"
        leave_on_server = false

        [account.phone.incoming]
        protocol = "imap"
        host = "imap.example.com"
        user = "kim@example.com"

    Clean::

        [account.office.incoming]
        protocol = "pop3"
        host = "pop.example.com"
        user = "kim@example.com"
        leave_on_server = true

        [account.phone.incoming]
        protocol = "imap"
        host = "imap.example.com"
        user = "kim@example.com"
    """
    if service.protocol is Protocol.POP3 and service.written.get("leave_on_server") is False:
        readers = accounts.readers(service, account)
        if others := named_few(readers, account, counted=account.active):
            yield Hit(
                f"This POP3 account deletes what it fetches, and {others} also read the same mailbox. "
                "Set leave_on_server = true, or use IMAP for all of them.",
                ("leave_on_server = false", f"the same mailbox: {others}"),
                {},
                "leave_on_server",
            )


@rule(Severity.WARNING)
def cfg_pop3_two_pollers(service: Service, account: Account, accounts: AccountIndex) -> Hits:
    """Two accounts fetch one mailbox by POP3.

    A POP3 session locks the mailbox (RFC 1939 §4): the second program is rejected meanwhile. Each keeps
    its own record of what it has fetched.

    Flagged::

        [account.office.incoming]
        protocol = "pop3"
        host = "pop.example.com"
        user = "kim@example.com"

        [account.crm.incoming]
        protocol = "pop3"
        host = "pop.example.com"
        user = "kim@example.com"

    Clean::

        [account.office.incoming]
        protocol = "pop3"
        host = "pop.example.com"
        user = "kim@example.com"

        [account.crm.incoming]
        protocol = "pop3"
        host = "pop.example.com"
        user = "lee@example.com"
    """
    if service.protocol is Protocol.POP3:
        readers = accounts.readers(service, account, pop3=True)
        if others := named_few(readers, account, counted=account.active):
            yield Hit(
                f"The same mailbox is also fetched by POP3 for {others}; only one program can have it open at a time. Let one fetch, or use IMAP.",
                (f"host = {service.host}", f"user = {service.user}"),
                {},
                "host",
            )


@rule(Severity.WARNING)
def mbx_sent_twice(service: Service) -> Hits:
    """Each sent message will be stored twice.

    The provider stores sent messages in the Sent folder by itself, and this program does so too.

    Flagged::

        [account.a.outgoing]
        host = "smtp.gmail.com"
        save_sent = true

    Clean::

        [account.a.outgoing]
        host = "smtp.gmail.com"
        save_sent = false
    """
    provider = providers.for_host(service.host.lower())
    if provider and provider.keeps_sent and service.written.get("save_sent") is True:
        yield Hit(
            f"{provider.name} stores a copy of sent messages, and this program adds one. Set save_sent = false.",
            ("save_sent = true", provider.stated()),
            {},
            "save_sent",
        )


@rule(Severity.WARNING)
def cfg_from_mismatch(service: Service, account: Account) -> Hits:
    """The sender's domain is not the login's domain.

    Many servers let users send only as themselves (553, 550 “sender address rejected”), and receivers
    check the domain too.

    Flagged::

        [account.a]
        address = "sales@example.com"

        [account.a.outgoing]
        host = "smtp.example.net"
        user = "sales@example.net"

    Clean, a domain of one's own at a provider that hosts it::

        [account.a]
        address = "kim@example.com"

        [account.a.outgoing]
        host = "smtp.fastmail.com"
        user = "kim@fastmail.com"

    Clean::

        [account.a]
        address = "sales@example.com"

        [account.a.outgoing]
        host = "smtp.example.com"
        user = "kim@example.com"
    """
    if service.protocol is not Protocol.SMTP or "@" not in service.user:
        return
    login, own = service.user.rpartition("@")[2].lower(), account.domain
    related = login == own or login.endswith("." + own) or own.endswith("." + login)
    provider = providers.for_host(service.host.lower())
    if provider is not None and (provider.own_domains or provider.login in ("key", "smtp")):
        return  # domains are confirmed with the provider, and the login is one account for all
    if login and own and not related and not is_local(service.host):
        yield Hit(
            f"Mail is sent as {account.address} with a login of {login}. Many servers reject that: send as the login's address, or ask for the other one to be allowed.",
            (f"address = {account.address}", f"user = {service.user}"),
            {},
            "user",
        )


@rule(Severity.WARNING)
def cfg_timeout_none(service: Service) -> Hits:
    """No timeout is set.

    Python's mail libraries wait indefinitely by default, and one silent server then blocks
    everything.

    Flagged::

        [account.a.incoming]
        host = "imap.example.com"
        timeout = 0

    Clean::

        [account.a.incoming]
        host = "imap.example.com"
        timeout = 20
    """
    value = service.written.get("timeout")
    endless = value is False or (isinstance(value, int | float) and value <= 0)
    if endless or (isinstance(value, str) and value.lower() in ("none", "off", "never", "0")):
        yield Hit(
            "Without a timeout a silent server blocks the program indefinitely. Set 10 to 30 s.",
            (f"timeout = {value!r}",),
            {},
            "timeout",
        )
