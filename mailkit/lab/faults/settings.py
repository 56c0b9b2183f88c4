"""Faults in settings; the servers are healthy."""

from mailkit.lab.endpoints import standard
from mailkit.lab.listener import Listener
from mailkit.lab.scenario import ADDRESS, HOST, PASSWORD, Scenario, imap, pop3, smtp
from mailkit.lab.script import Say, Silence
from mailkit.ports import Security

_ALL = standard(HOST)
_TLS, _UP, _CLEAR = "implicit-tls", "starttls", "cleartext"


def _at(host: str, *protocols: str) -> tuple[Listener, ...]:
    return standard(host, *protocols)


_GMAIL = "abcdefghijklmnop"
_GMAIL_USERS = {"kim@gmail.com": _GMAIL}


def _row(*cells: str) -> str:
    """A table with one row."""
    head = "account,imap_host,imap_port,imap_security,user,password"
    return f"{head}\n{','.join(('kim', HOST, '993', _TLS, ADDRESS, *cells))}\n"


SCENARIOS = [
    Scenario(
        id="cfg-table-row",
        account=_row("", "Berlin"),
        listeners=_ALL,
        cause="cfg-table-row",
    ),
    Scenario(
        id="cfg-table-secret",
        account=_row(PASSWORD),
        listeners=_ALL,
        cause="cfg-table-secret",
    ),
    Scenario(
        id="cfg-flags-conflict",
        account=smtp(587, None, use_tls=True, use_ssl=True),
        listeners=_ALL,
        cause="cfg-flags-conflict",
    ),
    Scenario(
        id="cfg-word-ambiguous",
        account=smtp(465, "ssl"),
        listeners=_ALL,
    ),
    Scenario(
        id="cfg-word-ignored",
        account=imap(993, _TLS, encryption="ssl"),
        listeners=_ALL,
    ),
    Scenario(
        id="cfg-word-invalid",
        account=smtp(587, "StarttlsMandatory"),
        listeners=_ALL,
        cause="cfg-word-invalid",
    ),
    Scenario(
        id="cfg-opportunistic",
        account=smtp(587, "if-available"),
        listeners=_ALL,
    ),
    Scenario(
        id="cfg-verify-off",
        account=imap(993, _TLS, verify=False),
        listeners=_ALL,
        cause="cfg-verify-off",
    ),
    Scenario(
        id="cfg-host-scheme",
        account=smtp(None, None, host=f"smtps://{HOST}:465"),
        listeners=_ALL,
        cause="cfg-host-scheme",
        changes={"host": HOST},
        proof="logged-in",
    ),
    Scenario(
        id="cfg-host-is-email",
        account=imap(
            993,
            _TLS,
            host="kim@gmail.com",
            user="kim@gmail.com",
            address="kim@gmail.com",
            secret={"value": _GMAIL},
        ),
        listeners=_at("imap.gmail.com", "imap"),
        users=_GMAIL_USERS,
        cause="cfg-host-is-email",
        changes={"host": "imap.gmail.com"},
        proof="logged-in",
    ),
    Scenario(
        id="cfg-host-ip",
        account=imap(993, _TLS, host="192.0.2.7"),
        listeners=[Listener(protocol="imap", host="192.0.2.7", port=993, certificate="other-host")],
        cause="cfg-host-ip",
    ),
    Scenario(
        id="cfg-host-localhost",
        account=imap(143, _CLEAR, host="localhost"),
        listeners=[
            Listener(protocol="imap", host="localhost", port=143, security=Security.CLEARTEXT)
        ],
    ),
    Scenario(
        id="cfg-host-swapped",
        account=smtp(587, _UP, host="imap.example.com"),
        listeners=[*_at("imap.example.com", "imap"), *_at("smtp.example.com", "smtp")],
        cause="cfg-host-swapped",
        changes={"host": "smtp.example.com"},
        proof="logged-in",
    ),
    Scenario(
        id="cfg-host-mx",
        account=smtp(
            587,
            _UP,
            host="example-com.mail.protection.outlook.com",
            address="kim@example.com",
        ),
        listeners=[
            Listener(
                protocol="smtp",
                host="example-com.mail.protection.outlook.com",
                port=25,
                security=Security.STARTTLS,
                offers_tls=["SIZE 100"],
            ),
            Listener(
                protocol="smtp", host="smtp.office365.com", port=587, security=Security.STARTTLS
            ),
        ],
        cause="cfg-host-mx",
        changes={"host": "smtp.office365.com"},
        proof="capable",
    ),
    Scenario(
        id="cfg-host-webmail",
        account=imap(
            993,
            _TLS,
            host="mail.google.com",
            user="kim@gmail.com",
            address="kim@gmail.com",
            secret={"value": _GMAIL},
        ),
        listeners=[
            Listener(protocol="raw", host="mail.google.com", port=443, script=[Silence()]),
            *_at("imap.gmail.com", "imap"),
        ],
        users=_GMAIL_USERS,
        cause="cfg-host-webmail",
        changes={"host": "imap.gmail.com"},
        proof="logged-in",
    ),
    Scenario(
        id="cfg-host-typo",
        account=smtp(
            587,
            _UP,
            host="smpt.gmail.com",
            user="kim@gmail.com",
            address="kim@gmail.com",
            secret={"value": _GMAIL},
        ),
        listeners=[
            Listener(protocol="raw", host="smpt.gmail.com", port=80, script=[Silence()]),
            *_at("smtp.gmail.com", "smtp"),
        ],
        users=_GMAIL_USERS,
        cause="cfg-host-typo",
        changes={"host": "smtp.gmail.com"},
        proof="logged-in",
    ),
    Scenario(
        id="cfg-user-typo",
        account=smtp(
            465,
            _TLS,
            host="smtp.gmail.com",
            user="kim@gmial.com",
            address="kim@gmail.com",
            secret={"value": _GMAIL},
        ),
        listeners=[*_at("smtp.gmail.com", "smtp")],
        users=_GMAIL_USERS,
        cause="cfg-user-typo",
        changes={"user": "kim@gmail.com"},
        proof="logged-in",
    ),
    Scenario(
        id="cfg-provider-contradiction",
        account=smtp(465, _TLS, host="smtp.office365.com"),
        listeners=[
            Listener(
                protocol="smtp", host="smtp.office365.com", port=587, security=Security.STARTTLS
            )
        ],
        cause="cfg-provider-contradiction",
        changes={"port": 587, "security": _UP},
        proof="logged-in",
    ),
    Scenario(
        id="cfg-username-form",
        account=smtp(
            465,
            _TLS,
            host="smtp.gmail.com",
            user="kim",
            address="kim@gmail.com",
            secret={"value": _GMAIL},
        ),
        listeners=_at("smtp.gmail.com", "smtp"),
        users=_GMAIL_USERS,
        cause="cfg-username-form",
        changes={"user": "kim@gmail.com"},
        proof="logged-in",
    ),
    Scenario(
        id="cfg-username-dirty",
        account=imap(993, _TLS, user="kim@example.com​"),
        listeners=_ALL,
        cause="cfg-username-dirty",
        changes={"user": ADDRESS},
        proof="logged-in",
    ),
    Scenario(
        id="cfg-password-dirty",
        account=imap(993, _TLS, secret={"value": f'"{PASSWORD}"'.replace('"', "'")}),
        listeners=_ALL,
        cause="cfg-password-dirty",
    ),
    Scenario(
        id="cfg-secret-unreadable",
        account=imap(993, _TLS, secret={"env": "MAILKIT_LAB_NOT_SET"}),
        listeners=_ALL,
        cause="cfg-secret-unreadable",
    ),
    Scenario(
        id="cfg-password-nonascii",
        account=imap(993, _TLS, secret={"value": "pässwörd 17"}),
        listeners=_ALL,
        users={ADDRESS: "pässwörd 17"},
    ),
    Scenario(
        id="cfg-password-shape",
        account=imap(
            993, _TLS, host="imap.gmail.com", user="kim@gmail.com", address="kim@gmail.com"
        ),
        listeners=_at("imap.gmail.com", "imap"),
        users=_GMAIL_USERS,
        cause="cfg-password-shape",
    ),
    Scenario(
        id="cfg-auth-impossible",
        account=imap(993, _TLS, host="outlook.office365.com"),
        listeners=[
            Listener(
                protocol="imap",
                host="outlook.office365.com",
                port=993,
                offers_tls=["IMAP4rev1", "AUTH=XOAUTH2", "LOGINDISABLED", "SASL-IR"],
            )
        ],
        cause="cfg-auth-impossible",
    ),
    Scenario(
        id="cfg-url-encoding",
        account=smtp(None, None, host="smtp://kim@example.com:secret@mail.example.com"),
        listeners=_ALL,
        cause="cfg-host-scheme",
        changes={"host": HOST},
        proof="logged-in",
    ),
    Scenario(
        id="cfg-bool-string",
        account=imap(993, _TLS, verify="False"),
        listeners=_ALL,
        cause="cfg-bool-string",
    ),
    Scenario(
        id="cfg-idn",
        account=imap(993, _TLS, host="imap.müller.example", address="kim@xn--mller-kva.example"),
        listeners=[
            Listener(protocol="imap", host="imap.müller.example", port=993),
        ],
    ),
    Scenario(
        id="cfg-pop3-deletes",
        account=pop3(995, _TLS, leave_on_server=False) + imap(993, _TLS, label="phone"),
        listeners=_ALL,
    ),
    Scenario(
        id="cfg-pop3-two-pollers",
        account=pop3(995, _TLS) + pop3(110, _UP, label="crm"),
        listeners=_ALL,
    ),
    Scenario(
        id="cfg-from-mismatch",
        account=smtp(465, _TLS, address="sales@other.example"),
        listeners=_ALL,
    ),
    Scenario(
        id="mbx-sent-twice",
        account=smtp(
            465, _TLS, host="smtp.gmail.com", save_sent=True, secret={"value": "abcdefghijklmnop"}
        ),
        listeners=[Listener(protocol="smtp", host="smtp.gmail.com", port=465)],
        users={"kim@example.com": "abcdefghijklmnop"},
    ),
    Scenario(
        id="cfg-timeout-none",
        account=imap(993, _TLS, timeout=0),
        listeners=_ALL,
    ),
    Scenario(
        id="cfg-no-protocol",
        account=imap(993, _TLS, host="imap.tuta.com", address="kim@tuta.com"),
        listeners=[
            Listener(
                protocol="raw",
                host="imap.tuta.com",
                port=443,
                script=[Say(b"HTTP/1.1 400 Bad Request\r\n\r\n")],
            )
        ],
        cause="cfg-no-protocol",
    ),
]
