"""What to do about capabilities and logins, and how to check it.

One row for each finding: what to do, in steps that a person can take, how to check it, and which
setting that changes.
"""

from mailkit.rules.steps import Steps

__all__ = ["STEPS"]

STEPS: dict[str, Steps] = {
    "cap-logindisabled-clear": Steps(
        "Set the program to STARTTLS on this port, or to the port with implicit TLS.",
        "",
        "starttls",
    ),
    "cap-logindisabled-tls": Steps(
        "Use OAuth (XOAUTH2 or OAUTHBEARER) instead of a password.",
    ),
    "cap-no-auth-yet": Steps(
        "Set the program to STARTTLS on this port, or to the port with implicit TLS.",
        "",
        "starttls",
    ),
    "cap-no-auth": Steps(
        "Use the submission port (465 with implicit TLS, or 587 with STARTTLS). A relay that knows your machine by its address needs no user and no password.",
        "mailkit diagnose shows what the server offers; --rehearse FROM TO tries a relay without a login.",
    ),
    "cap-mech-mismatch": Steps(
        "Set the login to password, so that the best offered mechanism is used, or name one that the server offers.",
    ),
    "cap-pop3-no-uidl": Steps(
        "Use IMAP, or let only one program fetch and delete.",
        "mailkit diagnose shows the capabilities of the server.",
    ),
    "cap-pop3-no-top": Steps(
        "Use IMAP where only headers are wanted; else fetch whole messages.",
        "mailkit diagnose shows the capabilities of the server.",
    ),
    "cap-imap-old": Steps(
        "Ask for a newer server or another host; until then, use POP3 if it is offered.",
        "mailkit diagnose shows the capabilities of the server.",
    ),
    "hst-flood": Steps(
        "Do not use this server for now, and tell its administrator. Check that host and port lead to a mail server.",
        "mailkit diagnose stops at a limit, and shows where.",
    ),
    "hst-drip": Steps(
        "Set a limit for the whole reply in the program, not only for each read. Tell the server's administrator.",
        "mailkit diagnose --deadline 60 shows whether the reply ends at all.",
    ),
    "hst-referral": Steps(
        "Ask the provider whether the other server is right; then write it as the host.",
        "mailkit diagnose with the other host and --no-login verifies its certificate without sending the password.",
    ),
    "hst-broken-reply": Steps(
        "Try again from another network. If it persists, show the transcript to the server's administrator.",
        "mailkit diagnose --format markdown shows the transcript of the whole session.",
    ),
    "aut-app-password": Steps(
        "Create an app password in the account's security settings (most providers want two-step verification on first), and use it in place of the account's password.",
        "mailkit diagnose with the new app password.",
        "login",
    ),
    "aut-auth-code": Steps(
        "Switch the protocol on in the web mail's settings, create the authorization code (授权码) there, and use it as the password.",
        "mailkit diagnose with the new code as the password.",
        "login",
    ),
    "aut-oauth-only": Steps(
        "Set the program to OAuth (XOAUTH2 or OAUTHBEARER), or use one that supports it.",
        "mailkit diagnose with auth = xoauth2 and the token as the secret.",
    ),
    "aut-smtp-off-tenant": Steps(
        "Ask an administrator of the Microsoft 365 tenant to switch authenticated SMTP on for this mailbox (https://aka.ms/smtp_auth_disabled), or send with OAuth.",
        "mailkit diagnose after an hour: the change takes time.",
    ),
    "aut-smtp-off-mailbox": Steps(
        "Ask an administrator to switch it on: Microsoft 365 admin center, the user, Mail, Manage email apps, Authenticated SMTP; or Set-CASMailbox -SmtpClientAuthenticationDisabled $false.",
        "mailkit diagnose after an hour: the change takes time.",
    ),
    "aut-security-defaults": Steps(
        "Use OAuth, or ask the administrator of the organisation.",
        "mailkit diagnose with auth = xoauth2 and the token as the secret.",
    ),
    "aut-conditional-access": Steps(
        "Ask the organisation's administrator which condition failed: the sign-in log in Microsoft Entra names it.",
        "mailkit diagnose from a network or a device that meets the policy.",
    ),
    "aut-protocol-off": Steps(
        "Switch the protocol on in the web mail's settings, or ask the administrator.",
        "mailkit diagnose logs in again after the switch; some providers take minutes.",
    ),
    "aut-web-login": Steps(
        "Log in with a web browser, confirm that it was you, and try again within some minutes from the same network.",
        "mailkit diagnose for the account, from the same network.",
    ),
    "aut-locked": Steps(
        "Wait, and stop other programs that still try with an old password.",
        "After the wait, log in once with a web browser; then run mailkit diagnose, which stops after one refusal that means a lock.",
    ),
    "aut-suspended": Steps(
        "Ask the provider or the administrator. Do not try again with other passwords.",
        "Log in to the web mail: it says why the account is disabled.",
    ),
    "aut-expired": Steps(
        "Change the password in the web mail or on a computer of the organisation, and write the new one into every program.",
        "mailkit diagnose with the new password.",
        "login",
    ),
    "aut-ip-denied": Steps(
        "Connect from a permitted network, or have this address permitted in the account.",
        "mailkit diagnose from a permitted network.",
    ),
    "aut-too-weak": Steps(
        "Set the login to a stronger mechanism that the server offers, such as SCRAM-SHA-256.",
        "mailkit diagnose shows the mechanisms that the server offers.",
    ),
    "aut-encryption-required": Steps(
        "Turn TLS on, before the login.",
        "mailkit diagnose shows whether the server offers TLS, and logs in after it.",
        "starttls",
    ),
    "aut-mech-unknown": Steps(
        "Set the login to password, so that an offered mechanism is used. If none works, use the host and port for users.",
        "mailkit diagnose shows the mechanisms that the server offers before and after TLS.",
    ),
    "aut-transition": Steps(
        "Log in once with PLAIN over TLS; then the server can offer the other mechanism.",
        "mailkit diagnose with auth = plain, then with the mechanism again.",
    ),
    "aut-sequence": Steps(
        "Update the program or its library: EHLO comes before AUTH, and again after STARTTLS. If it does that, look for a proxy in between.",
        "mailkit lab up --watch shows the order of the program's commands.",
    ),
    "aut-token": Steps(
        "Get a fresh token, with the scope for this protocol and for this user.",
        "mailkit diagnose shows what the server says about the token.",
    ),
    "aut-shared-mailbox": Steps(
        "Write the user name in that form, with the person's own password, and ask for that person to be given access to the mailbox.",
        "Open the shared mailbox in Outlook on the web as that person.",
        "login",
    ),
    "aut-username-domain": Steps(
        "Write the user name as DOMAIN\\name, or as the administrator gives it.",
        "mailkit diagnose tries the Windows form by itself where Exchange answers.",
        "login",
    ),
    "aut-alias": Steps(
        "Write the account's main address as the user name. The sender may stay the alias.",
        "mailkit diagnose tries the account's other address by itself, after one refusal.",
        "login",
    ),
    "aut-username-localpart": Steps(
        "Write the user name in the other form: the whole address, or the part before the @.",
        "mailkit diagnose tries the other form by itself, after one refusal.",
        "login",
    ),
    "aut-case": Steps(
        "Write the user name in the case that the server accepts, usually lower case.",
        "mailkit diagnose tries the name in lower case by itself, after one refusal.",
        "login",
    ),
    "aut-not-connected": Steps(
        "Log in with the primary address, and ask an administrator to check that IMAP is on for this mailbox and that its licence includes it.",
        "Open the mailbox in Outlook on the web.",
    ),
    "aut-id-required": Steps(
        "Use a program that sends the IMAP command ID after the login, or update it.",
        "mailkit diagnose --mailbox sends ID: if it opens the folders, the program is what lacks it.",
    ),
    "cap-sasl-ir": Steps(
        "Set the program to send AUTHENTICATE without an initial response, or to use LOGIN. Tell the server's administrator.",
    ),
    "aut-server-accepts-all": Steps(
        "Do not use this server for real mail before its administrator has fixed the password check.",
        "mailkit diagnose --wrong-password tries it again.",
    ),
    "cap-cram-advertised": Steps(
        "Set the login to PLAIN over TLS. The server's administrator should not offer CRAM-MD5 or SCRAM.",
        "mailkit diagnose tries PLAIN where a challenge was refused.",
    ),
    "aut-split": Steps(
        "Set the credentials that the rejecting service gives out, or ask the administrator to switch SMTP login on for the account.",
        "mailkit diagnose compares both services of the account.",
        "login",
    ),
    "aut-bad": Steps(
        "Check user name and password in the provider's web mail. Try the whole address as user name, then the part before the @.",
        "",
        "login",
    ),
    "aut-temp": Steps(
        "Try again later. The password was not checked: do not change it.",
        "mailkit diagnose some minutes later.",
    ),
}
