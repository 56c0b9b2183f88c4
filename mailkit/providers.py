"""What is known of providers: hosts, ports, the form of the user name, what a login needs.

Each entry is a statement about the world and ages; ``reviewed`` says when it was last looked at.
A rule may contradict a person only with what stands here.
"""

from dataclasses import dataclass
from datetime import date

from mailkit.ports import Protocol, Security

__all__ = ["PROVIDERS", "Provider", "for_domain", "for_host", "hosts"]

Ports = tuple[tuple[int, Security], ...]

_TLS, _UP = Security.IMPLICIT_TLS, Security.STARTTLS
I993: Ports = ((993, _TLS),)
I993_143: Ports = ((993, _TLS), (143, _UP))
P995: Ports = ((995, _TLS),)
P995_110: Ports = ((995, _TLS), (110, _UP))
S465: Ports = ((465, _TLS),)
S587: Ports = ((587, _UP),)
S465_587: Ports = ((465, _TLS), (587, _UP))
S465_587_25: Ports = ((465, _TLS), (587, _UP), (25, _UP))


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider of mail accounts.

    ``user`` is the form of the user name: ``address``, ``local``, ``either``, or a fixed word.
    ``login`` is what a mail program logs in with: ``password``, ``app`` (a password made for one
    program), ``code`` (an authorization code), ``key`` (an API key), ``oauth`` (no password at
    all), or ``none`` (no IMAP, POP3 or SMTP is offered).
    """

    name: str
    domains: tuple[str, ...] = ()
    imap: tuple[str, Ports] | None = None
    pop3: tuple[str, Ports] | None = None
    smtp: tuple[str, Ports] | None = None
    user: str = "address"
    login: str = "password"
    advice: str = ""
    web: tuple[str, ...] = ()
    mx: tuple[str, ...] = ()
    reviewed: date = date(2026, 11, 21)

    def service(self, protocol: Protocol) -> tuple[str, Ports] | None:
        """The host and the ports for a protocol."""
        return {Protocol.IMAP: self.imap, Protocol.POP3: self.pop3, Protocol.SMTP: self.smtp}[
            protocol
        ]


PROVIDERS: tuple[Provider, ...] = (
    Provider(
        name="Gmail",
        domains=("gmail.com", "googlemail.com"),
        imap=("imap.gmail.com", I993),
        pop3=("pop.gmail.com", P995),
        smtp=("smtp.gmail.com", S465_587),
        login="app",
        advice="Google takes an app password (16 letters, needs 2-step verification) or OAuth",
        web=("mail.google.com", "gmail.com", "www.gmail.com"),
        mx=("aspmx.l.google.com", "gmail-smtp-in.l.google.com", "smtp.google.com"),
    ),
    Provider(
        name="Microsoft 365",
        imap=("outlook.office365.com", I993),
        pop3=("outlook.office365.com", P995),
        smtp=("smtp.office365.com", S587),
        login="oauth",
        advice="IMAP and POP3 take OAuth only; SMTP passwords are on their way out",
        web=(
            "outlook.office.com",
            "outlook.live.com",
            "www.office.com",
            "autodiscover.outlook.com",
        ),
        mx=("mail.protection.outlook.com",),
    ),
    Provider(
        name="Outlook.com",
        domains=("outlook.com", "hotmail.com", "live.com", "msn.com"),
        imap=("imap-mail.outlook.com", I993),
        pop3=("pop-mail.outlook.com", P995),
        smtp=("smtp-mail.outlook.com", S587),
        login="oauth",
        advice="passwords and app passwords ended on 2024-09-16; OAuth is the only way in",
        web=("outlook.live.com",),
        mx=("olc.protection.outlook.com",),
    ),
    Provider(
        name="Yahoo",
        domains=("yahoo.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr", "ymail.com", "rocketmail.com"),
        imap=("imap.mail.yahoo.com", I993),
        pop3=("pop.mail.yahoo.com", P995),
        smtp=("smtp.mail.yahoo.com", S465_587),
        login="app",
        advice="Yahoo takes an app password made in the account's security settings",
        web=("mail.yahoo.com",),
        mx=("am0.yahoodns.net",),
    ),
    Provider(
        name="AOL",
        domains=("aol.com",),
        imap=("imap.aol.com", I993),
        pop3=("pop.aol.com", P995),
        smtp=("smtp.aol.com", S465_587),
        login="app",
        advice="AOL takes an app password made in the account's security settings",
        web=("mail.aol.com",),
    ),
    Provider(
        name="iCloud",
        domains=("icloud.com", "me.com", "mac.com"),
        imap=("imap.mail.me.com", I993),
        smtp=("smtp.mail.me.com", S587),
        user="either",
        login="app",
        advice="iCloud takes an app-specific password",
        web=("www.icloud.com",),
        mx=("mx01.mail.icloud.com", "mx02.mail.icloud.com"),
    ),
    Provider(
        name="GMX",
        domains=("gmx.de", "gmx.net", "gmx.at", "gmx.ch"),
        imap=("imap.gmx.net", I993_143),
        pop3=("pop.gmx.net", P995_110),
        smtp=("mail.gmx.net", S465_587),
        user="either",
        advice="POP3 and IMAP are switched on in the web settings first",
        web=("www.gmx.net",),
        mx=("mx00.gmx.net", "mx01.gmx.net"),
    ),
    Provider(
        name="GMX.com",
        domains=("gmx.com", "gmx.us", "gmx.co.uk"),
        imap=("imap.gmx.com", I993),
        pop3=("pop.gmx.com", P995),
        smtp=("mail.gmx.com", S465_587),
        user="either",
        advice="POP3 and IMAP are switched on in the web settings first",
    ),
    Provider(
        name="WEB.DE",
        domains=("web.de",),
        imap=("imap.web.de", I993_143),
        pop3=("pop3.web.de", P995_110),
        smtp=("smtp.web.de", S465_587),
        user="either",
        advice="POP3 and IMAP are switched on in the web settings first",
    ),
    Provider(
        name="T-Online",
        domains=("t-online.de", "magenta.de"),
        imap=("secureimap.t-online.de", I993),
        pop3=("securepop.t-online.de", P995),
        smtp=("securesmtp.t-online.de", S465_587),
        login="app",
        advice="T-Online has a password of its own for mail programs",
    ),
    Provider(
        name="IONOS",
        imap=("imap.ionos.de", I993),
        pop3=("pop.ionos.de", P995),
        smtp=("smtp.ionos.de", S465_587),
        mx=("mx00.ionos.de", "mx01.ionos.de"),
    ),
    Provider(
        name="IONOS (com)",
        imap=("imap.ionos.com", I993),
        pop3=("pop.ionos.com", P995),
        smtp=("smtp.ionos.com", S465_587),
    ),
    Provider(
        name="STRATO",
        imap=("imap.strato.de", I993_143),
        pop3=("pop3.strato.de", P995_110),
        smtp=("smtp.strato.de", S465_587),
    ),
    Provider(
        name="freenet",
        domains=("freenet.de",),
        imap=("mx.freenet.de", I993_143),
        pop3=("mx.freenet.de", P995_110),
        smtp=("mx.freenet.de", S465_587),
    ),
    Provider(
        name="mailbox.org",
        domains=("mailbox.org",),
        imap=("imap.mailbox.org", I993_143),
        pop3=("pop3.mailbox.org", P995_110),
        smtp=("smtp.mailbox.org", S465_587),
    ),
    Provider(
        name="Posteo",
        domains=("posteo.de", "posteo.net", "posteo.org"),
        imap=("posteo.de", I993_143),
        pop3=("posteo.de", P995_110),
        smtp=("posteo.de", S465_587),
    ),
    Provider(
        name="Fastmail",
        domains=("fastmail.com", "fastmail.fm"),
        imap=("imap.fastmail.com", I993),
        pop3=("pop.fastmail.com", P995),
        smtp=("smtp.fastmail.com", S465_587),
        login="app",
        advice="Fastmail takes an app password made under Privacy & Security",
        mx=("in1-smtp.messagingengine.com", "in2-smtp.messagingengine.com"),
    ),
    Provider(
        name="Zoho",
        domains=("zoho.com", "zohomail.com"),
        imap=("imap.zoho.com", I993),
        pop3=("pop.zoho.com", P995),
        smtp=("smtp.zoho.com", S465_587),
        advice="IMAP is switched on in the settings; with two-factor login an app password is needed",
        mx=("mx.zoho.com", "mx2.zoho.com", "mx3.zoho.com"),
    ),
    Provider(
        name="Yandex",
        domains=("yandex.ru", "yandex.com", "ya.ru"),
        imap=("imap.yandex.com", I993),
        pop3=("pop.yandex.com", P995),
        smtp=("smtp.yandex.com", S465_587),
        user="either",
        login="app",
        advice="Yandex takes an app password, and mail programs are switched on in the settings",
        mx=("mx.yandex.ru", "mx.yandex.net"),
    ),
    Provider(
        name="Mail.ru",
        domains=("mail.ru", "inbox.ru", "list.ru", "bk.ru"),
        imap=("imap.mail.ru", I993),
        pop3=("pop.mail.ru", P995),
        smtp=("smtp.mail.ru", S465_587),
        login="app",
        advice="Mail.ru takes an app password only",
        mx=("mxs.mail.ru",),
    ),
    Provider(
        name="NetEase 163",
        domains=("163.com",),
        imap=("imap.163.com", I993_143),
        pop3=("pop.163.com", P995_110),
        smtp=("smtp.163.com", ((465, _TLS), (994, _TLS), (587, _UP), (25, _UP))),
        user="either",
        login="code",
        advice="163 takes the authorization code (授权码), not the account's password",
        web=("mail.163.com",),
    ),
    Provider(
        name="NetEase 126",
        domains=("126.com",),
        imap=("imap.126.com", I993_143),
        pop3=("pop.126.com", P995_110),
        smtp=("smtp.126.com", ((465, _TLS), (994, _TLS), (587, _UP), (25, _UP))),
        user="either",
        login="code",
        advice="126 takes the authorization code (授权码), not the account's password",
        web=("mail.126.com",),
    ),
    Provider(
        name="QQ",
        domains=("qq.com", "foxmail.com"),
        imap=("imap.qq.com", I993),
        pop3=("pop.qq.com", P995),
        smtp=("smtp.qq.com", S465_587),
        user="either",
        login="code",
        advice="QQ takes the authorization code (授权码), not the account's password",
        web=("mail.qq.com",),
    ),
    Provider(
        name="Naver",
        domains=("naver.com",),
        imap=("imap.naver.com", I993),
        pop3=("pop.naver.com", P995),
        smtp=("smtp.naver.com", S465_587),
        user="either",
        advice="POP3 and IMAP are switched on in the web settings first",
    ),
    Provider(
        name="Orange",
        domains=("orange.fr", "wanadoo.fr"),
        imap=("imap.orange.fr", I993),
        pop3=("pop.orange.fr", P995),
        smtp=("smtp.orange.fr", S465_587),
        user="either",
    ),
    Provider(
        name="Free",
        domains=("free.fr",),
        imap=("imap.free.fr", I993_143),
        pop3=("pop.free.fr", P995_110),
        smtp=("smtp.free.fr", S465_587),
        user="either",
    ),
    Provider(
        name="OVHcloud",
        imap=("ssl0.ovh.net", I993),
        pop3=("ssl0.ovh.net", P995),
        smtp=("ssl0.ovh.net", S465_587),
    ),
    Provider(
        name="Gandi",
        imap=("mail.gandi.net", I993_143),
        pop3=("mail.gandi.net", P995_110),
        smtp=("mail.gandi.net", S465_587),
        mx=("spool.mail.gandi.net", "fb.mail.gandi.net"),
    ),
    Provider(
        name="Infomaniak",
        imap=("mail.infomaniak.com", I993),
        pop3=("mail.infomaniak.com", P995),
        smtp=("mail.infomaniak.com", S465_587),
    ),
    Provider(
        name="Bluewin",
        domains=("bluewin.ch",),
        imap=("imaps.bluewin.ch", I993),
        pop3=("pop3s.bluewin.ch", P995),
        smtp=("smtpauths.bluewin.ch", S465_587),
    ),
    Provider(
        name="Libero",
        domains=("libero.it",),
        imap=("imapmail.libero.it", I993),
        pop3=("popmail.libero.it", P995),
        smtp=("smtp.libero.it", S465_587),
    ),
    Provider(
        name="Seznam",
        domains=("seznam.cz", "email.cz"),
        imap=("imap.seznam.cz", I993),
        pop3=("pop3.seznam.cz", P995),
        smtp=("smtp.seznam.cz", S465_587),
    ),
    Provider(
        name="Hostinger",
        imap=("imap.hostinger.com", I993),
        pop3=("pop.hostinger.com", P995),
        smtp=("smtp.hostinger.com", S465_587),
    ),
    Provider(
        name="Titan",
        imap=("imap.titan.email", I993),
        pop3=("pop.titan.email", P995),
        smtp=("smtp.titan.email", S465_587),
    ),
    Provider(
        name="GoDaddy",
        imap=("imap.secureserver.net", I993),
        pop3=("pop.secureserver.net", P995),
        smtp=("smtpout.secureserver.net", S465_587),
    ),
    Provider(
        name="Migadu",
        imap=("imap.migadu.com", I993),
        pop3=("pop.migadu.com", P995),
        smtp=("smtp.migadu.com", S465_587),
    ),
    Provider(
        name="Purelymail",
        imap=("imap.purelymail.com", I993),
        pop3=("pop3.purelymail.com", P995),
        smtp=("smtp.purelymail.com", S465_587),
    ),
    Provider(
        name="Amazon SES",
        smtp=(
            "email-smtp.us-east-1.amazonaws.com",
            ((465, _TLS), (587, _UP), (25, _UP), (2465, _TLS), (2587, _UP)),
        ),
        user="key",
        login="key",
        advice="SES takes SMTP credentials; their user name begins with AKIA",
    ),
    Provider(
        name="SendGrid",
        smtp=("smtp.sendgrid.net", ((465, _TLS), (587, _UP), (25, _UP), (2525, _UP))),
        user="apikey",
        login="key",
        advice="the user name is the word apikey, the password an API key",
    ),
    Provider(
        name="Mailgun",
        smtp=("smtp.mailgun.org", ((465, _TLS), (587, _UP), (25, _UP), (2525, _UP))),
    ),
    Provider(
        name="Postmark",
        smtp=("smtp.postmarkapp.com", ((587, _UP), (25, _UP), (2525, _UP))),
        user="key",
        login="key",
    ),
    Provider(
        name="Brevo",
        smtp=("smtp-relay.brevo.com", ((465, _TLS), (587, _UP), (2525, _UP))),
        login="key",
        advice="Brevo takes an SMTP key, not the account's password",
    ),
    Provider(
        name="Mailjet",
        smtp=("in-v3.mailjet.com", ((465, _TLS), (587, _UP), (25, _UP), (2525, _UP))),
        user="key",
        login="key",
    ),
    Provider(
        name="Proton Mail",
        domains=("proton.me", "protonmail.com", "pm.me"),
        login="none",
        advice="Proton is reached through Proton Mail Bridge on this machine (127.0.0.1)",
        web=("mail.proton.me", "mail.protonmail.com", "imap.proton.me", "smtp.proton.me"),
        mx=("mail.protonmail.ch", "mailsec.protonmail.ch"),
    ),
    Provider(
        name="Tuta",
        domains=("tuta.com", "tutanota.com", "tutanota.de", "tuta.io", "keemail.me"),
        login="none",
        advice="Tuta offers no IMAP, POP3 or SMTP; only its own programs reach the mail",
        web=("mail.tutanota.com", "app.tuta.com", "imap.tutanota.com", "smtp.tutanota.com"),
        mx=("mail.tutanota.de",),
    ),
)

_BY_HOST = {
    service[0]: provider
    for provider in PROVIDERS
    for service in (provider.imap, provider.pop3, provider.smtp)
    if service is not None
}
_BY_WEB = {host: provider for provider in PROVIDERS for host in provider.web}
_BY_DOMAIN = {domain: provider for provider in PROVIDERS for domain in provider.domains}


def for_host(host: str) -> Provider | None:
    """The provider that runs a mail host or a web host, by its exact name."""
    return _BY_HOST.get(host) or _BY_WEB.get(host)


def for_domain(domain: str) -> Provider | None:
    """The provider of the addresses of a domain."""
    return _BY_DOMAIN.get(domain)


def hosts() -> tuple[str, ...]:
    """Every mail host that is known."""
    return tuple(_BY_HOST)
