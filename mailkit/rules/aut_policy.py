"""AUT: logins that a provider or an organisation refuses on principle, whatever the password."""

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation
from mailkit.rules.facts import (
    Observations,
    advice,
    means,
    plainly_refused,
    wants_another_password,
    words,
)


@rule(Severity.ERROR)
def aut_app_password(seen: Observation, others: Observations) -> Hits:
    """The account's own password is rejected; an app password is needed.

    The provider accepts the account's password in its web mail only.

    Flagged::

        smtp smtp.gmail.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.gmail.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.gmail.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 535-5.7.8 Username and Password not accepted. For more information, go to
        S: 535 5.7.8 https://support.google.com/mail/?p=BadCredentials x20-gsmtp

    Clean::

        smtp smtp.example.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 535 5.7.8 Error: authentication failed
    """
    if wants_another_password(seen, others, "aut-app-password"):
        doubt = " It may also be misspelt." if plainly_refused(seen) else ""
        yield Hit(
            f"{seen.endpoint.host} wants an app password, not the account's own password.{advice(seen)}{doubt}",
            words(seen),
            {},
            "secret",
        )


@rule(Severity.ERROR)
def aut_auth_code(seen: Observation, others: Observations) -> Hits:
    """The provider wants its authorization code instead of the password.

    The code (授权码) is created in the web mail's settings, where POP3, IMAP or SMTP is switched on.

    Flagged::

        smtp smtp.163.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.163.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.163.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 535 Error: authentication failed

    Clean::

        smtp smtp.example.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 535 5.7.8 Error: authentication failed
    """
    if wants_another_password(seen, others, "aut-auth-code"):
        yield Hit(
            f"{seen.endpoint.host} wants the authorization code (授权码) from the web mail's settings instead of the password, and the protocol switched on there.{advice(seen)}",
            words(seen),
            {},
            "secret",
        )


@rule(Severity.ERROR)
def aut_oauth_only(seen: Observation) -> Hits:
    """The provider no longer accepts passwords, only OAuth tokens.

    No password, old or new, is accepted.

    Flagged::

        smtp smtp.office365.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.office365.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.office365.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 535 5.7.139 Authentication unsuccessful, basic authentication is disabled.

    Clean::

        smtp smtp.example.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 535 5.7.8 Error: authentication failed
    """
    if means(seen, "aut-oauth-only"):
        yield Hit(
            f"{seen.endpoint.host} no longer accepts passwords from mail programs. Use OAuth: set auth to xoauth2, and pass a token.{advice(seen)}",
            words(seen),
            {"auth": "xoauth2"},
            "auth",
        )


@rule(Severity.ERROR)
def aut_smtp_off_tenant(seen: Observation) -> Hits:
    """SMTP login is switched off for the whole organisation.

    The password is not the problem: Microsoft 365 refuses authenticated SMTP until an administrator
    switches it on.

    Flagged::

        smtp smtp.office365.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.office365.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.office365.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.

    Clean::

        smtp smtp.example.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 535 5.7.8 Error: authentication failed
    """
    if means(seen, "aut-smtp-off-tenant"):
        yield Hit(
            "SMTP login is switched off for the whole organisation; the password was not checked. Its administrator can switch it on (https://aka.ms/smtp_auth_disabled).",
            words(seen),
        )


@rule(Severity.ERROR)
def aut_smtp_off_mailbox(seen: Observation) -> Hits:
    """SMTP login is switched off for this mailbox.

    The password is not the problem: authenticated SMTP is a switch of each mailbox in Microsoft
    365, and here it is off.

    Flagged::

        smtp smtp.office365.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.office365.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.office365.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.

    Clean::

        smtp smtp.example.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 535 5.7.8 Error: authentication failed
    """
    if means(seen, "aut-smtp-off-mailbox"):
        yield Hit(
            "SMTP login is switched off for this mailbox; the password was not checked. An administrator can switch it on (Set-CASMailbox -SmtpClientAuthenticationDisabled $false).",
            words(seen),
        )


@rule(Severity.ERROR)
def aut_security_defaults(seen: Observation) -> Hits:
    """The organisation's security defaults forbid this login.

    Security defaults of Microsoft Entra reject passwords from programs that cannot do two-step
    verification. OAuth works.

    Flagged::

        smtp smtp.office365.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.office365.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.office365.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator.

    Clean::

        smtp smtp.example.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 535 5.7.8 Error: authentication failed
    """
    if means(seen, "aut-security-defaults"):
        yield Hit(
            "The organisation's security defaults forbid passwords from mail programs. Use OAuth, or ask its administrator.",
            words(seen),
        )


@rule(Severity.ERROR)
def aut_conditional_access(seen: Observation) -> Hits:
    """A conditional access policy of the organisation forbids this login.

    The place, the device or the program does not meet its conditions.

    Flagged::

        smtp smtp.office365.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.office365.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.office365.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully. Contact your administrator.

    Clean::

        smtp smtp.example.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 535 5.7.8 Error: authentication failed
    """
    if means(seen, "aut-conditional-access"):
        yield Hit(
            "A conditional access policy of the organisation forbids this login from here. Its administrator can see which one.",
            words(seen),
        )


@rule(Severity.ERROR)
def aut_protocol_off(seen: Observation) -> Hits:
    """The protocol is switched off for this account.

    The password may be right: the provider or an administrator has switched POP3, IMAP or SMTP off for
    this account. With some providers it is off until someone switches it on, or goes off after months
    without use.

    Flagged::

        imap imap.gmail.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page

    Clean::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [AUTHENTICATIONFAILED] no
    """
    if means(seen, "aut-protocol-off"):
        yield Hit(
            f"{seen.endpoint.protocol.upper()} is switched off for this account. Switch it on in the web mail's settings, or ask the administrator.{advice(seen)}",
            words(seen),
        )


@rule(Severity.ERROR)
def aut_web_login(seen: Observation) -> Hits:
    """The provider wants a login in a web browser first.

    Something about this login is new to the provider.

    Flagged::

        imap imap.gmail.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)

    Clean::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [AUTHENTICATIONFAILED] no
    """
    if means(seen, "aut-web-login"):
        yield Hit(
            f"{seen.endpoint.host} wants you to log in with a web browser first and confirm that it is you; then try again.",
            words(seen),
        )
