"""Another server than the one expected."""

from mailkit.lab.endpoints import standard
from mailkit.lab.listener import Listener
from mailkit.lab.scenario import HOST, Scenario, imap, pop3, smtp
from mailkit.lab.script import Act, Close, Listen, Say, Silence

_TLS, _UP = "implicit-tls", "starttls"
_ALL = standard(HOST)


def _speaks(port: int, words: bytes, *, first: bool = True) -> Listener:
    """A server that sends something, at once or after the client's first bytes."""
    begin: list[Act] = [Say(words), Silence()] if first else [Listen(), Say(words), Close()]
    return Listener(protocol="raw", host=HOST, port=port, script=begin)


def _stranger(name: str, port: int, words: bytes, *, first: bool = True) -> Scenario:
    """A server of another protocol on the IMAP port; IMAP is on its standard port."""
    return Scenario(
        id=name,
        account=imap(port, _UP),
        listeners=[_speaks(port, words, first=first), *_ALL],
        options={"timeout": 0.8},
        cause=name,
        changes={"port": 143},
        proof="logged-in",
    )


SCENARIOS = [
    Scenario(
        id="pid-http-tls",
        account=imap(443, _TLS),
        listeners=[
            Listener(
                protocol="raw",
                host=HOST,
                port=443,
                script=[Listen(), Say(b"HTTP/1.1 200 OK\r\n\r\n"), Close()],
                secure_script=True,
            ),
            *_ALL,
        ],
        options={"timeout": 0.8},
        cause="pid-http-tls",
        changes={"port": 993},
        proof="logged-in",
    ),
    _stranger("pid-ssh", 22, b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"),
    _stranger(
        "pid-nntp", 119, b"200 news.example.com InterNetNews NNRP server ready (posting ok)\r\n"
    ),
    _stranger("pid-sieve", 4190, b'"IMPLEMENTATION" "Dovecot Pigeonhole"\r\n"SASL" ""\r\nOK\r\n'),
    _stranger("pid-db", 3306, b"J\x00\x00\x00\n8.0.36-0ubuntu0\x00\x0b\x00\x00\x00AAAA\n"),
    _stranger("pid-other", 6667, b":irc.example.com NOTICE * :*** Looking up your hostname...\r\n"),
    _stranger("pid-unknown", 7777, b"WELCOME TO THE GAME\r\n"),
    _stranger(
        "pid-ldap",
        389,
        b"0$\x02\x01\x00x\x1f\n\x01\x02\x04\x00\x04\x00\x8a\x161.3.6.1.4.1.1466.20036\n",
        first=False,
    ),
    Scenario(
        id="pid-ftp",
        account=smtp(21, _UP),
        listeners=[_speaks(21, b"220 (vsFTPd 3.0.3)\r\n"), *_ALL],
        cause="pid-ftp",
        changes={"port": 587},
        proof="logged-in",
    ),
    Scenario(
        id="pid-lmtp",
        account=smtp(24, _UP),
        listeners=[_speaks(24, b"220 mail.example.com LMTP ready\r\n"), *_ALL],
        cause="pid-lmtp",
        changes={"port": 587},
        proof="logged-in",
    ),
    Scenario(
        id="pid-pop-on-imap",
        account=imap(110, _UP),
        listeners=_ALL,
        cause="pid-pop-on-imap",
        changes={"port": 143},
        proof="logged-in",
    ),
    Scenario(
        id="pid-imap-on-pop",
        account=pop3(143, _UP),
        listeners=standard(HOST, "imap"),
        cause="pid-imap-on-pop",
        changes={"protocol": "imap"},
        proof="logged-in",
    ),
    Scenario(
        id="pid-smtp-on-imap",
        account=imap(587, _TLS),
        listeners=_ALL,
        cause="pid-smtp-on-imap",
        changes={"port": 993},
        proof="logged-in",
    ),
    Scenario(
        id="pid-smtp-on-pop",
        account=pop3(587, _UP),
        listeners=_ALL,
        cause="pid-smtp-on-pop",
        changes={"port": 110},
        proof="logged-in",
    ),
    Scenario(
        id="pid-imap-on-smtp",
        account=smtp(143, _UP),
        listeners=_ALL,
        cause="pid-imap-on-smtp",
        changes={"port": 587},
        proof="logged-in",
    ),
    Scenario(
        id="pid-pop-on-smtp",
        account=smtp(995, _TLS),
        listeners=_ALL,
        cause="pid-pop-on-smtp",
        changes={"port": 465},
        proof="logged-in",
    ),
]
