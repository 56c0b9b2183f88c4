"""What to do about capabilities and logins, and how to check it.

One row for each finding: what to do, in steps that a person can take, and how to check it; an empty
check is that of the finding's family (:data:`mailkit.rules.advice.CHECK`).
"""

__all__ = ["STEPS"]

STEPS: dict[str, tuple[str, str]] = {
    "cap-logindisabled-clear": (
        "Set the program to STARTTLS on this port, or to the port with implicit TLS.",
        "",
    ),
    "cap-logindisabled-tls": (
        "Use OAuth (XOAUTH2 or OAUTHBEARER) instead of a password.",
        "",
    ),
    "cap-no-auth-yet": (
        "Set the program to STARTTLS on this port, or to the port with implicit TLS.",
        "",
    ),
    "cap-no-auth": (
        "Use the submission port (465 with implicit TLS, or 587 with STARTTLS). A relay that knows your machine by its address needs no user and no password.",
        "mailkit diagnose shows what the server offers; --rehearse FROM TO tries a relay without a login.",
    ),
    "cap-mech-mismatch": (
        "Set the login to password, so that the best mechanism offered is taken, or name one that the server offers.",
        "",
    ),
    "cap-pop3-no-uidl": (
        "Use IMAP, or let only one program fetch and delete.",
        "mailkit diagnose shows the capabilities of the server.",
    ),
    "cap-pop3-no-top": (
        "Use IMAP where only headers are wanted; else fetch whole messages.",
        "mailkit diagnose shows the capabilities of the server.",
    ),
    "cap-imap-old": (
        "Ask for a newer server or another host; until then, use POP3 if it is offered.",
        "mailkit diagnose shows the capabilities of the server.",
    ),
    "hst-flood": (
        "Do not use this server for now, and tell its administrator. Check that host and port lead to a mail server.",
        "mailkit diagnose stops at a limit, and shows where.",
    ),
    "hst-drip": (
        "Set a limit for the whole reply in the program, not only for each read. Tell the server's administrator.",
        "mailkit diagnose --deadline 60 shows whether the reply ends at all.",
    ),
    "hst-referral": (
        "Ask the provider whether the other server is right; then write it as the host.",
        "mailkit diagnose with the other host and --no-login verifies its certificate without sending the password.",
    ),
    "hst-broken-reply": (
        "Try again from another network. If it stays so, show the transcript to the server's administrator.",
        "mailkit diagnose --format markdown shows the transcript of the whole session.",
    ),
    "aut-app-password": (
        "Create an app password in the account's security settings (most providers want two-step verification on first), and use it in place of the account's password.",
        "mailkit diagnose with the new app password.",
    ),
    "aut-auth-code": (
        "Switch the protocol on in the web mail's settings, create the authorization code (授权码) there, and use it as the password.",
        "mailkit diagnose with the new code as the password.",
    ),
    "aut-oauth-only": (
        "Set the program to OAuth (XOAUTH2 or OAUTHBEARER), or use one that supports it.",
        "mailkit diagnose with auth = xoauth2 and the token as the secret.",
    ),
    "aut-smtp-off-tenant": (
        "Ask an administrator of the Microsoft 365 tenant to switch authenticated SMTP on for this mailbox (https://aka.ms/smtp_auth_disabled), or send with OAuth.",
        "mailkit diagnose after an hour: the change takes time.",
    ),
    "aut-smtp-off-mailbox": (
        "Ask an administrator to switch it on: Microsoft 365 admin center, the user, Mail, Manage email apps, Authenticated SMTP; or Set-CASMailbox -SmtpClientAuthenticationDisabled $false.",
        "mailkit diagnose after an hour: the change takes time.",
    ),
    "aut-security-defaults": (
        "Use OAuth, or ask the administrator of the organisation.",
        "mailkit diagnose with auth = xoauth2 and the token as the secret.",
    ),
    "aut-conditional-access": (
        "Ask the organisation's administrator which condition failed: the sign-in log in Microsoft Entra names it.",
        "mailkit diagnose from a network or a device that meets the policy.",
    ),
    "aut-protocol-off": (
        "Switch the protocol on in the web mail's settings, or ask the administrator.",
        "mailkit diagnose logs in again after the switch; some providers take minutes.",
    ),
    "aut-web-login": (
        "Log in with a web browser, confirm that it was you, and try again within some minutes from the same network.",
        "mailkit diagnose for the account, from the same network.",
    ),
    "aut-locked": (
        "Wait, and stop other programs that still try with an old password.",
        "After the wait, log in once with a web browser; then run mailkit diagnose, which stops after one refusal that means a lock.",
    ),
    "aut-suspended": (
        "Ask the provider or the administrator. Do not try again with other passwords.",
        "Log in to the web mail: it says why the account is disabled.",
    ),
    "aut-expired": (
        "Change the password in the web mail or at a workplace of the organisation, and write the new one into every program.",
        "mailkit diagnose with the new password.",
    ),
    "aut-ip-denied": (
        "Connect from a permitted network, or have this address permitted in the account.",
        "mailkit diagnose from a permitted network.",
    ),
    "aut-too-weak": (
        "Set the login to a stronger mechanism that the server offers, such as SCRAM-SHA-256.",
        "mailkit diagnose shows the mechanisms that the server offers.",
    ),
    "aut-encryption-required": (
        "Turn TLS on, before the login.",
        "mailkit diagnose shows whether the server offers TLS, and logs in after it.",
    ),
    "aut-mech-unknown": (
        "Set the login to password, so that a mechanism offered is taken. If none works, use the host and port for users.",
        "mailkit diagnose shows the mechanisms that the server offers before and after TLS.",
    ),
    "aut-transition": (
        "Log in once with PLAIN over TLS; then the server can offer the other mechanism.",
        "mailkit diagnose with auth = plain, then with the mechanism again.",
    ),
    "aut-sequence": (
        "Update the program or its library: EHLO comes before AUTH, and again after STARTTLS. If it does that, look for a proxy in between.",
        "mailkit lab up --watch shows the order of the program's commands.",
    ),
    "aut-token": (
        "Get a fresh token, with the scope for this protocol and for this user.",
        "mailkit diagnose shows what the server says to the token.",
    ),
    "aut-shared-mailbox": (
        "Write the user name in that form, with the person's own password, and have the right to the mailbox granted to that person.",
        "Open the shared mailbox in Outlook on the web as that person.",
    ),
    "aut-username-domain": (
        "Write the user name as DOMAIN\\name, or as the administrator gives it.",
        "mailkit diagnose tries the Windows form by itself where Exchange answers.",
    ),
    "aut-alias": (
        "Write the account's main address as the user name. The sender may stay the alias.",
        "mailkit diagnose tries the account's other address by itself, after one refusal.",
    ),
    "aut-username-localpart": (
        "Write the user name in the other form: the whole address, or the part before the @.",
        "mailkit diagnose tries the other form by itself, after one refusal.",
    ),
    "aut-case": (
        "Write the user name in the letters that the server accepts: mostly small ones.",
        "mailkit diagnose tries the name in small letters by itself, after one refusal.",
    ),
    "aut-not-connected": (
        "Log in with the primary address, and ask an administrator to check that IMAP is on for this mailbox and that its license includes it.",
        "Open the mailbox in Outlook on the web.",
    ),
    "aut-id-required": (
        "Use a program that sends the IMAP command ID after the login, or update it.",
        "mailkit diagnose --mailbox sends ID: if it opens the folders, the program is what lacks it.",
    ),
    "cap-sasl-ir": (
        "Set the program to send AUTHENTICATE without an initial response, or to use LOGIN. Tell the server's administrator.",
        "",
    ),
    "aut-server-accepts-all": (
        "Do not use this server for real mail before its administrator has corrected the check of passwords.",
        "mailkit diagnose --wrong-password tries it again.",
    ),
    "cap-cram-advertised": (
        "Set the login to PLAIN over TLS. The server's administrator should not offer CRAM-MD5 or SCRAM.",
        "mailkit diagnose tries PLAIN where a challenge was refused.",
    ),
    "aut-split": (
        "Set the credentials that the rejecting service gives out, or have SMTP login switched on for the account.",
        "mailkit diagnose compares both services of the account.",
    ),
    "aut-bad": (
        "Check user name and password in the provider's web mail. Try the whole address as user name, then the part before the @.",
        "",
    ),
    "aut-temp": (
        "Try again later. The password was not checked: do not change it.",
        "mailkit diagnose some minutes later.",
    ),
}
