"""PID: a server that is no mail server is speaking on this port."""

from collections.abc import Mapping

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation, StopReason
from mailkit.ports import Protocol, Security, default_port
from mailkit.rules.facts import Observations, said, same_port, stopped, where
from mailkit.rules.speakers import speaking
from mailkit.text import decoded, quoted

_DATABASES = {
    "mysql": "a MySQL or MariaDB database",
    "postgresql": "a PostgreSQL database",
    "redis": "a Redis data store",
    "memcached": "a memcached cache",
}
_OTHERS = {
    "amqp": "a message broker (AMQP)",
    "dovecot": "an internal socket of Dovecot",
    "irc": "a chat server (IRC)",
    "rdp": "a remote desktop (RDP)",
    "rsync": "an rsync server",
    "rtsp": "a media server (RTSP)",
    "sip": "a telephony server (SIP)",
    "spamd": "a spam filter (spamd)",
    "svn": "a Subversion server",
    "telnet": "a Telnet server",
    "vnc": "a remote desktop (VNC)",
    "xmpp": "a chat server (XMPP)",
}


def _named(seen: Observation, others: Observations, what: Mapping[str, str]) -> Hits:
    """The hit for a server that is no mail server; ``what`` it may be, by the name of its protocol."""
    name, shown = speaking(seen, others)
    if name in what:
        protocol, security = Protocol(seen.endpoint.protocol), Security(seen.endpoint.security)
        right = default_port(protocol, security)
        elsewhere = right != seen.endpoint.port
        hint = f" {protocol.upper()} is usually on port {right}." if elsewhere else ""
        yield Hit(
            f"{where(seen)} is {what[name]}, not a mail server.{hint}",
            said(shown),
            {"port": right} if elsewhere else {},
            "port",
        )


@rule(Severity.ERROR)
def pid_http_tls(seen: Observation, others: Observations) -> Hits:
    """A web server answers inside TLS.

    The TLS handshake succeeds, and then both sides wait: HTTPS listens on this port.

    Flagged::

        imap mail.example.com:443 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        == silence

        http mail.example.com:443 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        C: GET / HTTP/1.0
        S: HTTP/1.1 200 OK

    Clean::

        imap mail.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK ready
    """
    web = [*same_port(seen, others, Security.IMPLICIT_TLS, http=True)]
    answers = [observation.greeting[0] for observation in web if observation.greeting]
    spoke = stopped(seen, StopReason.FOREIGN) and seen.stop is not None and seen.stop.text == "http"
    if seen.tls is not None and not seen.greeting and (answers or spoke):
        evidence = (f"to GET it said: {quoted(answers[0])}",) if answers else said(seen)
        yield Hit(f"HTTPS listens on {where(seen)}, not a mail server.", evidence, {}, "port")


@rule(Severity.ERROR)
def pid_ssh(seen: Observation, others: Observations) -> Hits:
    """An SSH server answers.

    The port is that of remote shells (22), or a firewall forwards it there.

    Flagged::

        smtp mail.example.com:22 starttls
        == connected 192.0.2.1
        S: SSH-2.0-OpenSSH_9.2

    Clean::

        smtp mail.example.com:587 starttls
        == connected 192.0.2.1
        S: 220 mail.example.com ESMTP
    """
    yield from _named(seen, others, {"ssh": "an SSH server"})


@rule(Severity.ERROR)
def pid_ftp(seen: Observation, others: Observations) -> Hits:
    """An FTP server answers.

    It greets with 220 like SMTP, but does not know EHLO.

    Flagged::

        smtp mail.example.com:21 starttls
        == connected 192.0.2.1
        S: 220 (vsFTPd 3.0.3)

    Clean::

        smtp ftp.example.com:587 starttls
        == connected 192.0.2.1
        S: 220 ftp.example.com ESMTP
    """
    yield from _named(seen, others, {"ftp": "an FTP server"})


@rule(Severity.ERROR)
def pid_nntp(seen: Observation, others: Observations) -> Hits:
    """A news server answers.

    Usenet news has ports of its own (119 and 563). No mail server listens here.

    Flagged::

        imap news.example.com:119 starttls
        == connected 192.0.2.1
        S: 200 news.example.com InterNetNews server ready (posting ok)

    Flagged::

        smtp news.example.com:587 implicit-tls
        == connected 192.0.2.1
        == bytes 200 welcome
        == tls failed WRONG_VERSION_NUMBER

    Clean::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK ready
    """
    yield from _named(seen, others, {"nntp": "a news server (NNTP)"})


@rule(Severity.ERROR)
def pid_sieve(seen: Observation, others: Observations) -> Hits:
    """A ManageSieve server answers.

    It is for editing filters (RFC 5804), not for mail.

    Flagged::

        imap imap.example.com:4190 starttls
        == connected 192.0.2.1
        S: "IMPLEMENTATION" "Dovecot Pigeonhole"

    Clean::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK ready
    """
    yield from _named(seen, others, {"sieve": "a ManageSieve server, for mail filters"})


@rule(Severity.ERROR)
def pid_lmtp(seen: Observation, others: Observations) -> Hits:
    """An LMTP server answers.

    It delivers into mailboxes for a mail server (RFC 2033); users do not send through it.

    Flagged::

        smtp mail.example.com:24 starttls
        == connected 192.0.2.1
        S: 220 mail.example.com LMTP ready

    Clean::

        smtp mail.example.com:587 starttls
        == connected 192.0.2.1
        S: 220 mail.example.com ESMTP
    """
    yield from _named(seen, others, {"lmtp": "an LMTP server, for delivery between servers"})


@rule(Severity.ERROR)
def pid_ldap(seen: Observation, others: Observations) -> Hits:
    """An LDAP directory answers.

    A directory of users has ports of its own (389 and 636). No mail server listens here.

    Flagged::

        imap ldap.example.com:389 starttls
        == connected 192.0.2.1
        == bytes 0$\\x02\\x01\\x00x\\x1f\\n\\x01\\x02\\x04\\x00\\x04\\x00
        == another protocol: ldap

    Clean::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK ready
    """
    yield from _named(seen, others, {"ldap": "an LDAP directory"})


@rule(Severity.ERROR)
def pid_db(seen: Observation, others: Observations) -> Hits:
    """A database answers.

    Host and port are those of the program's database or cache. No mail server listens here.

    Flagged::

        imap db.example.com:3306 starttls
        == connected 192.0.2.1
        == bytes J\\x00\\x00\\x00\\n8.0.36\\x00
        == another protocol: mysql

    Clean::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK ready
    """
    yield from _named(seen, others, _DATABASES)


@rule(Severity.ERROR)
def pid_other(seen: Observation, others: Observations) -> Hits:
    """A server for something other than mail answers.

    Chat, a remote desktop, a telephone system, a message broker: each has ports of its own. No mail server listens
    here.

    Flagged::

        imap mail.example.com:6667 starttls
        == connected 192.0.2.1
        S: :irc.example.com NOTICE * :*** Looking up your hostname...

    Flagged::

        smtp mail.example.com:23 starttls
        == connected 192.0.2.1
        == bytes \\xff\\xfd\\x18\\xff\\xfd
        == dripping

    Clean::

        imap mail.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK ready
    """
    yield from _named(seen, others, _OTHERS)


@rule(Severity.ERROR)
def pid_unknown(seen: Observation, others: Observations) -> Hits:
    """The server speaks an unknown protocol.

    What answers is no mail server that is known here, and none of the usual other servers.

    Flagged::

        imap mail.example.com:7777 starttls
        == connected 192.0.2.1
        S: HELLO FROM A GAME SERVER

    Clean::

        imap mail.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK ready
    """
    name, shown = speaking(seen, others)
    if name == "unknown":
        data = shown.stop.data if shown.stop else b""
        yield Hit(
            f"{where(seen)} speaks an unknown protocol; it is not a known mail server.",
            (f"its first bytes: {quoted(decoded(data[:64]))} ({data[:16].hex(' ')})",),
            {},
            "port",
        )
