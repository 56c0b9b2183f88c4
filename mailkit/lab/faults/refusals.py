"""Logins rejected with the replies of real servers; otherwise the servers are healthy."""

from mailkit.lab.listener import Listener
from mailkit.lab.scenario import ADDRESS, HOST, Scenario, imap, pop3, smtp
from mailkit.lab.script import Close, Say
from mailkit.ports import Security

_TLS = "implicit-tls"


def _imap(name: str, reply: str, host: str = HOST) -> Scenario:
    """A login by IMAP that ends with this reply."""
    answer = {"AUTHENTICATE": [Say(b"<tag> " + reply.encode() + b"\r\n")]}
    return Scenario(
        id=name,
        account=imap(993, _TLS, host=host),
        listeners=[Listener(protocol="imap", host=host, port=993, replies_tls=answer)],
        cause=name,
    )


def _pop3(name: str, reply: str) -> Scenario:
    """A login by POP3 that ends with this reply."""
    answer = {"AUTH": [Say(reply.encode() + b"\r\n")]}
    return Scenario(
        id=name,
        account=pop3(995, _TLS),
        listeners=[Listener(protocol="pop3", host=HOST, port=995, replies_tls=answer)],
        cause=name,
    )


def _smtp(name: str, reply: str, host: str = HOST) -> Scenario:
    """A login by SMTP that ends with this reply; at Microsoft, on the port they have."""
    port, security = (587, "starttls") if host == "smtp.office365.com" else (465, _TLS)
    answer = {"AUTH": [Say(reply.encode() + b"\r\n")]}
    return Scenario(
        id=name,
        account=smtp(port, security, host=host, user=ADDRESS),
        listeners=[
            Listener(
                protocol="smtp",
                host=host,
                port=port,
                security=Security(security),
                replies_tls=answer,
            )
        ],
        cause=name,
    )


def _microsoft(name: str, words: str) -> Scenario:
    reply = f"535 5.7.139 Authentication unsuccessful, {words}."
    return _smtp(name, reply, "smtp.office365.com")


SCENARIOS = [
    _smtp(
        "aut-app-password",
        "534-5.7.9 Application-specific password required. For more information, go to\r\n"
        "534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor - gsmtp",
    ),
    _smtp("aut-auth-code", "535 Error: authentication failed", "smtp.163.com"),
    _microsoft("aut-oauth-only", "basic authentication is disabled"),
    _microsoft("aut-smtp-off-tenant", "SmtpClientAuthentication is disabled for the Tenant"),
    _microsoft("aut-smtp-off-mailbox", "SmtpClientAuthentication is disabled for the Mailbox"),
    _microsoft(
        "aut-security-defaults", "user is locked by your organization's security defaults policy"
    ),
    _microsoft(
        "aut-conditional-access",
        "the request did not meet the criteria to be authenticated successfully",
    ),
    _imap(
        "aut-protocol-off",
        "NO [ALERT] Your account is not enabled for IMAP use. Please visit your settings page.",
    ),
    _imap(
        "aut-web-login",
        "NO [ALERT] Please log in via your web browser: https://support.google.com/mail/",
    ),
    _smtp("aut-locked", "454 4.7.0 Too many login attempts, please try again later."),
    _imap("aut-suspended", "NO [CONTACTADMIN] Login disabled for this user"),
    _imap("aut-expired", "NO [EXPIRED] Password expired"),
    _imap("aut-ip-denied", "NO [AUTHENTICATIONFAILED] Login not allowed from this IP"),
    _smtp("aut-too-weak", "534 5.7.9 Authentication mechanism is too weak"),
    _smtp("aut-mech-unknown", "504 5.5.4 Unrecognized authentication type"),
    _smtp("aut-transition", "432 4.7.12 A password transition is needed"),
    _smtp("aut-sequence", "503 5.5.1 Error: send HELO/EHLO first"),
    Scenario(
        id="aut-encryption-required",
        account=smtp(587, "cleartext", host="localhost"),
        listeners=[
            Listener(
                protocol="smtp",
                host="localhost",
                port=587,
                security=Security.STARTTLS,
                clear_login=True,
                replies={
                    "AUTH": [
                        Say(
                            b"538 5.7.11 Encryption required for requested authentication mechanism\r\n"
                        )
                    ]
                },
            )
        ],
        cause="aut-encryption-required",
        changes={"security": "starttls"},
        proof="logged-in",
    ),
    _imap("lim-connections", "NO [ALERT] Too many simultaneous connections. (Failure)"),
    Scenario(
        id="lim-bandwidth",
        account=imap(993, _TLS),
        listeners=[
            Listener(
                protocol="imap",
                host=HOST,
                port=993,
                greeting=[Say(b"* BYE Account exceeded command or bandwidth limits.\r\n"), Close()],
            )
        ],
        cause="lim-bandwidth",
    ),
    _imap("lim-throttled", "NO [THROTTLED] Too many commands, slow down"),
    _pop3("lim-pop3-delay", "-ERR [LOGIN-DELAY] Logins must be at least 5 minutes apart"),
    _smtp("lim-rate-smtp", "450 4.7.1 Error: too many AUTH commands from unknown[192.0.2.9]"),
    _pop3("mbx-pop3-locked", "-ERR [IN-USE] Mailbox is locked by another POP3 session."),
    Scenario(
        id="aut-token",
        account=imap(993, _TLS, auth="xoauth2", secret={"value": "an-old-token"}),
        listeners=[
            Listener(
                protocol="imap",
                host=HOST,
                port=993,
                offers_tls=["IMAP4rev1", "SASL-IR", "AUTH=XOAUTH2", "AUTH=OAUTHBEARER"],
            )
        ],
        cause="aut-token",
    ),
    Scenario(
        id="cap-cram-advertised",
        account=smtp(465, _TLS, auth="cram-md5"),
        listeners=[
            Listener(
                protocol="smtp",
                host=HOST,
                port=465,
                offers_tls=["AUTH PLAIN LOGIN CRAM-MD5"],
                cannot=("CRAM-MD5",),
            )
        ],
        cause="cap-cram-advertised",
        changes={"auth": "plain"},
        proof="logged-in",
    ),
]
