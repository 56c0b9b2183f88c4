"""What to do about a finding, and how to check it, in the words of the product a text names."""

import re

from mailkit.finding import Rule
from mailkit.ports import Protocol
from mailkit.providers import owner

__all__ = ["PRODUCTS", "TO_IMPLICIT", "TO_STARTTLS", "advised"]

_STARTTLS = (
    "Use STARTTLS on this port, or the port for implicit TLS (SMTP 465, IMAP 993, POP3 995)."
)
_IMPLICIT = "Use implicit TLS on this port, or STARTTLS on SMTP 587, IMAP 143 or POP3 110."
_RENEW = "Ask the server's administrator to renew the certificate and to reload the service."
_WAIT = "Wait, and stop other programs that still try with an old password."

DO = {
    "tls-plain-server": _STARTTLS,
    "cfg-port-587-tls": _STARTTLS,
    "grt-silent-tls": _IMPLICIT,
    "cfg-port-465-starttls": _IMPLICIT,
    "stt-required": "Turn STARTTLS on, before the login and before any message.",
    "aut-encryption-required": "Turn TLS on, before the login.",
    "cap-logindisabled-clear": "Turn TLS on: the server accepts no password before it.",
    "cap-no-auth-yet": "Turn STARTTLS on: the server offers a login only after it.",
    "cap-no-auth": "Use the submission port (465 with implicit TLS, or 587 with STARTTLS). A relay that knows your machine by its address needs no user and no password.",
    "stt-not-offered": "Check host and port. On 465, 993 and 995 use implicit TLS; do not switch encryption off.",
    "stt-already": "Use implicit TLS alone, without STARTTLS.",
    "stt-handshake": "Find out what fails after STARTTLS: most often the certificate is for another host, expired, or from an unknown CA.",
    "crt-host-mismatch": "Write the host name that the provider documents. Do not take a name only because the certificate shows it, and do not switch verification off.",
    "crt-ip": "Write the host name instead of the IP address.",
    "crt-self-signed": "If the server is yours, install its certificate, or pass it with --ca. A public provider never shows a self-signed certificate.",
    "crt-unknown-ca": "Pass the CA's root certificate with --ca, or ask the administrator for a complete chain. Keep verification on.",
    "crt-missing-intermediate": "Ask the administrator to send the intermediate certificate along with the server's own.",
    "crt-local-store": "Update the CA certificates of this machine or container (ca-certificates, certifi, cacerts).",
    "crt-expired": f"{_RENEW} Check the clock of this machine too.",
    "crt-not-yet": "Check the clock of this machine; if it is right, ask the server's administrator.",
    "crt-weak": "Ask the CA for a certificate that follows RFC 5280. Strict programs (Python 3.13, rustls, Go) reject this chain, OpenSSL's default accepts it.",
    "tls-sni": "Update the program, or use one that sends the host name in the TLS handshake (SNI).",
    "tls-version": "Update the older side: TLS 1.2 is needed on both.",
    "tls-cipher": "Update the older side, so that both have a cipher in common. If the server is yours, check in its log that it loads its certificate.",
    "tls-cut": "Close other programs that use the account, and wait: servers limit the connections of one address. Then try from another network, where no firewall is in between.",
    "tcp-refused": "Check host and port, and that the server runs. In a container, localhost is the container.",
    "tcp-timeout": "Check host and port, then the firewall: many hosters and networks block outgoing SMTP ports.",
    "tcp-smtp-blocked": "Ask the hoster to open outgoing mail ports, or use a relay on port 2525 or 443.",
    "tcp-v6-broken": "Use IPv4 for this connection, or give the machine or container an IPv6 route.",
    "tcp-local-deny": "Allow the connection on this machine: SELinux (httpd_can_network_connect), a firewall program, or a permission of the app.",
    "dns-nxdomain": "Check the spelling of the host name. In a container, check that its DNS server knows the name.",
    "dns-servfail": "Check the DNS server of this machine or container; the mail server was not asked yet.",
    "cfg-host-scheme": "Write the host as a plain name: no scheme, port, comma, blank or path.",
    "cfg-url-encoding": "Percent-encode special characters in the URL (@ as %40, : as %3A, / as %2F).",
    "cfg-password-dirty": "Remove quotes, blanks and line breaks around the password. Check that the program reads user name and password: a variable that is not set, or a misspelt key, gives empty ones.",
    "cfg-password-nonascii": "Use a password of ASCII characters, or a program that sends UTF-8.",
    "aut-bad": "Check user name and password in the provider's web mail. Try the whole address as user name, then the part before the @.",
    "aut-app-password": "Create an app password in the account's security settings, and use it instead of the account's password.",
    "aut-auth-code": "Switch the protocol on in the web mail's settings, create the authorization code (授权码) there, and use it as the password.",
    "aut-oauth-only": "Use OAuth (XOAUTH2 or OAUTHBEARER) instead of a password.",
    "aut-token": "Get a fresh token, with the scope for this protocol and for this user.",
    "aut-locked": _WAIT,
    "aut-temp": "Try again later. The password was not checked: do not change it.",
    "aut-protocol-off": "Switch the protocol on in the web mail's settings, or ask the administrator.",
    "aut-transition": "Log in once with PLAIN over TLS; then the server can offer the other mechanism.",
    "snd-not-logged-in": "Turn authentication on, with user and password, and check that the program logs in before it sends.",
    "snd-helo": "Set the name for EHLO to the machine's full host name (--helo NAME, or delivery.host_name).",
    "snd-sender-not-owned": "Send as the login's own address, or have the right to send as the other one granted.",
    "snd-relay-denied": "Log in before sending, and use the submission port (465 or 587).",
    "lim-connections": "Connect with fewer programs and devices at once, or set fewer connections in each, and wait some minutes.",
    "cfg-host-typo": "Write the host as the provider documents it.",
    "cfg-no-protocol": "Use the provider's app, web mail or bridge program; a bridge has its own host and port, which it shows.",
    "cfg-auth-ending": "Change to OAuth, or to another sending service, before that date.",
    "cfg-auth-impossible": "Use OAuth (auth = xoauth2 or oauthbearer), with a program that supports it.",
    "use-address": "Write each entry as name@domain, one address in each.",
    "dns-nodata": "Write the name of the mail host, which the provider documents; it often begins with mail, imap or smtp.",
    "tcp-unreach": "Check the network connection, the VPN and the address. In a container, check its network.",
    "grt-imap-bye": "Read the words after BYE. Wait some minutes; if it stays so, ask the server's administrator.",
    "grt-pop-err": "Read the words after -ERR. Wait some minutes; if it stays so, ask the server's administrator.",
    "pid-ssh": "Write the mail port: IMAP 993, POP3 995, SMTP 465 or 587.",
    "pid-nntp": "Write the mail port: IMAP 993, POP3 995, SMTP 465 or 587.",
    "pid-ldap": "Write the mail port: IMAP 993, POP3 995, SMTP 465 or 587.",
    "pid-db": "Write host and port of the mail server; check that they were not swapped with the database's.",
    "pid-unknown": "Compare host and port with the provider's documentation.",
    "tls-weak-dh": "Ask the server's administrator for a group of 2,048 bits, or for ECDHE. Keep the program's limit.",
    "tls-weak-key": "Ask the server's administrator for a certificate with a longer key. Keep the program's limit.",
    "tls-weak-sig": "Ask the server's administrator for a certificate signed with SHA-256 or better.",
    "tls-client-cert": "Ask the administrator for a client certificate, or for another port that takes passwords.",
    "tls-legacy-reneg": "Ask the server's administrator to update its TLS library. Do not switch unsafe renegotiation on.",
    "cap-mech-mismatch": "Set the login to password, so that the best mechanism offered is taken, or name one that the server offers.",
    "hst-broken-reply": "Try again from another network. If it stays so, show the transcript to the server's administrator.",
    "pid-pop-on-imap": "Write the port of IMAP (993), or set the protocol to POP3.",
    "pid-imap-on-pop": "Write the port of POP3 (995), or set the protocol to IMAP.",
    "pid-smtp-on-imap": "Write the port of IMAP (993), or set the protocol to SMTP.",
    "pid-smtp-on-pop": "Write the port of POP3 (995), or set the protocol to SMTP.",
    "pid-imap-on-smtp": "Write the port of SMTP (465 or 587), or set the protocol to IMAP.",
    "pid-pop-on-smtp": "Write the port of SMTP (465 or 587), or set the protocol to POP3.",
    "cfg-host-webmail": "Write the host for mail programs, which the provider documents; it often begins with imap, pop or smtp.",
    "cfg-port-993-plain": "Use implicit TLS on 993, or STARTTLS on 143.",
    "cfg-port-143-tls": "Use STARTTLS on 143, or implicit TLS on 993.",
    "cfg-port-995-plain": "Use implicit TLS on 995, or STARTTLS on 110.",
    "cfg-port-110-tls": "Use STARTTLS on 110, or implicit TLS on 995.",
    "cfg-port-foreign": "Write the port of the service's own protocol: IMAP 993, POP3 995, SMTP 465 or 587.",
    "cfg-port-range": "Write the port as a number: IMAP 993, POP3 995, SMTP 465 or 587.",
    "cfg-flags-conflict": "Switch one of the two on: implicit TLS for 465, 993 and 995, STARTTLS for 587, 143 and 110.",
    "cfg-word-ambiguous": "Compare the word with the documentation of your version: it must mean implicit TLS on 465, 993 and 995, and STARTTLS on 587, 143 and 110.",
    "cfg-word-ignored": "Correct the key, or delete it.",
    "cfg-word-invalid": "Write one of the values that the product knows.",
    "cfg-username-form": "Write the user name in the form that the provider documents.",
    "cfg-username-dirty": "Type the user name anew, instead of copying it.",
    "cfg-pop3-two-pollers": "Let one program fetch by POP3, or use IMAP in all of them.",
    "mbx-sent-twice": "Switch the program's own copies of sent messages off for this account.",
    "dns-offline": "Check this machine's network connection and its DNS server.",
    "dns-null-mx": "Check the spelling of the domain. If it is right, it receives no mail.",
    "tcp-redirected": "Use implicit TLS on port 465, or another network. Keep the host, and send no password here.",
    "tcp-reset": "Try from another network, and check the firewall's rules for this client and this port.",
    "snd-sender-unverified": "Verify the sender or its domain with the sending service, or send as one that is verified.",
    "snd-rcpt-syntax": "Give one plain address for each recipient, without a name and brackets.",
    "snd-size": "Make the message smaller, or send a link instead of the file.",
    "snd-storage": "Send again later. If it stays so, tell the server's administrator.",
    "grt-silent-http": "Write the mail port: IMAP 993, POP3 995, SMTP 465 or 587.",
    "grt-silent-dead": "Compare host and port with the provider's documentation. If they are right, tell its administrator.",
    "grt-554": "Read the words after 554. For sending, use the provider's submission server with port 465 or 587.",
    "grt-421": "Wait some minutes, and use fewer connections at once. Leave the settings as they are.",
    "pid-ftp": "Write the mail port: IMAP 993, POP3 995, SMTP 465 or 587.",
    "pid-sieve": "Write the mail port: IMAP 993, POP3 995, SMTP 465 or 587.",
    "tls-stall": "Try from another network or with a smaller MTU. If it hangs there too, tell the server's administrator.",
    "tls-intercept": "Ask the owner of the network to exempt mail, or to install the proxy's certificate if that is intended. Else use another network.",
    "crt-per-port": "Ask the server's administrator to reload the service that still shows the old certificate.",
    "crt-wildcard-depth": "Use a host name that the certificate covers and the provider documents, or ask for a certificate with this name.",
    "crt-soon": "Ask the server's administrator to renew the certificate, and to check the automatic renewal.",
    "cap-logindisabled-tls": "Use OAuth (XOAUTH2 or OAUTHBEARER) instead of a password.",
    "aut-security-defaults": "Use OAuth, or ask the administrator of the organisation.",
    "aut-suspended": "Ask the provider or the administrator. Do not try again with other passwords.",
    "aut-ip-denied": "Connect from a permitted network, or have this address permitted in the account.",
    "aut-too-weak": "Set the login to a stronger mechanism that the server offers, such as SCRAM-SHA-256.",
    "aut-mech-unknown": "Set the login to password, so that a mechanism offered is taken. If none works, use the host and port for users.",
    "aut-username-localpart": "Try the other form: the whole address, or the part before the @.",
    "aut-username-domain": "Write the user name as DOMAIN\\name, or as the administrator gives it.",
    "mbx-noperm": "Ask the owner of the mailbox or the administrator for the right.",
    "mbx-pop3-locked": "Close the other program, or wait some minutes. For several programs, use IMAP.",
    "lim-bandwidth": "Wait until the limit resets, and stop programs that download everything again.",
    "lim-pop3-delay": "Check for mail less often than the server's minimum.",
}
"""What to do, by finding; the others have it in their manual page."""

CHECK = {
    "tls": "mailkit diagnose with the host and port shows which encryption the port speaks.",
    "stt": "mailkit diagnose with the host and port shows whether STARTTLS works.",
    "crt": "mailkit diagnose shows the certificate's names, dates and chain. It sends no password before they are verified.",
    "tcp": "mailkit diagnose --thorough compares ports, addresses and other hosts from this machine.",
    "dns": "mailkit diagnose compares the answer with names that must exist.",
    "aut": "Log in with a web browser first; then run mailkit diagnose for the account.",
    "cap": "mailkit diagnose shows the mechanisms that the server offers before and after TLS.",
    "grt": "mailkit diagnose waits for the greeting, then tries TLS.",
    "snd": "mailkit diagnose --rehearse tries sender and recipient without sending a message.",
    "lim": "Try again with one program only.",
    "mbx": "mailkit diagnose --mailbox lists the folders and the rights.",
    "clt": "Connect to mailkit lab up --watch: it reports what the client does.",
    "cfg": "mailkit check FILE names the file, line and key.",
}

PRODUCTS = (
    (
        r"nodemailer|smtp-connection|SMTPConnection",
        "nodemailer",
        "secure: false, requireTLS: true (port 587)",
        "secure: true (port 465)",
    ),
    (
        r"phpmailer|SMTP connect\(\)",
        "PHPMailer",
        "SMTPSecure = PHPMailer::ENCRYPTION_STARTTLS, Port = 587",
        "SMTPSecure = PHPMailer::ENCRYPTION_SMTPS, Port = 465",
    ),
    (
        r"laravel|illuminate|MAIL_",
        "Laravel",
        "MAIL_SCHEME=smtp, MAIL_PORT=587 (before 11: MAIL_ENCRYPTION=tls)",
        "MAIL_SCHEME=smtps, MAIL_PORT=465 (before 11: MAIL_ENCRYPTION=ssl)",
    ),
    (
        r"django",
        "Django",
        "EMAIL_USE_TLS = True, EMAIL_PORT = 587",
        "EMAIL_USE_SSL = True, EMAIL_PORT = 465",
    ),
    (
        r"smtplib|imaplib|poplib",
        "Python",
        "SMTP(host, 587) and starttls(), or IMAP4(host) and starttls()",
        "SMTP_SSL(host, 465), IMAP4_SSL(host, 993) or POP3_SSL(host, 995)",
    ),
    (
        r"javax\.mail|jakarta\.mail|com\.sun\.mail",
        "Jakarta Mail",
        "mail.smtp.starttls.enable and mail.smtp.starttls.required = true, port 587",
        "mail.smtp.ssl.enable = true, port 465",
    ),
    (
        r"mailkit\.|SecureSocketOptions",
        ".NET MailKit",
        "SecureSocketOptions.StartTls, port 587",
        "SecureSocketOptions.SslOnConnect, port 465",
    ),
    (
        r"System\.Net\.Mail",
        "System.Net.Mail",
        "EnableSsl = true, port 587",
        "System.Net.Mail has no implicit TLS: use port 587 with EnableSsl = true",
    ),
    (
        r"alertmanager|smtp_smarthost|num_alerts",
        "Alertmanager",
        "smtp_smarthost: host:587, smtp_require_tls: true",
        "smtp_smarthost: host:465",
    ),
    (
        r"alerting\.notifier|grafana",
        "Grafana",
        "host = name:587, startTLS_policy = MandatoryStartTLS",
        "host = name:465",
    ),
    (
        r"Net::SMTP|ActionMailer|OpenSSL::SSL",
        "Rails",
        "enable_starttls: true, port: 587",
        "tls: true, port: 465",
    ),
    (
        r"thunderbird",
        "Thunderbird",
        "Connection security: STARTTLS",
        "Connection security: SSL/TLS",
    ),
    (
        r"0x800CCC|0x8004|outlook cannot",
        "Outlook",
        "encrypted connection: STARTTLS (older versions: TLS), port 587",
        "encrypted connection: SSL/TLS, port 465",
    ),
    (r"curl: \(|curl_easy", "curl", "smtp://host:587 with --ssl-reqd", "smtps://host:465"),
    (r"msmtp", "msmtp", "tls on, tls_starttls on, port 587", "tls on, tls_starttls off, port 465"),
    (r"mbsync|isync", "mbsync", "TLSType STARTTLS", "TLSType IMAPS"),
    (
        r"Symfony|Mailer DSN|MAILER_DSN",
        "Symfony",
        "MAILER_DSN=smtp://user:pass@host:587",
        "MAILER_DSN=smtps://user:pass@host:465",
    ),
    (r"lettre", "lettre", "SmtpTransport::starttls_relay(host)", "SmtpTransport::relay(host)"),
)
"""How a product is recognised in a text, and how it writes STARTTLS and implicit TLS."""

TO_STARTTLS = (
    "tls-plain-server",
    "cfg-port-587-tls",
    "stt-required",
    "cap-no-auth-yet",
    "aut-encryption-required",
    "cap-logindisabled-clear",
)
TO_IMPLICIT = ("grt-silent-tls", "cfg-port-465-starttls", "stt-already")


def advised(rule: Rule, text: str, host: str) -> tuple[str, str]:
    """What to do about a finding, and how to check it."""
    do = DO.get(rule.id) or _first_paragraph(rule)
    if rule.id in (*TO_STARTTLS, *TO_IMPLICIT):
        named = next((row for row in PRODUCTS if re.search(row[0], text[:100_000], re.I)), None)
        if named is not None:
            _, product, starttls, implicit = named
            do += f" In {product}: {starttls if rule.id in TO_STARTTLS else implicit}."
    if rule.id.startswith("dns-") and (label := _SINGLE_LABEL.search(text)):
        do += f" {label[1]} has no domain: it can be the name of another container, which only programs in the same container network can look up."
    provider = owner(host)
    told = provider.counsel(_protocol(host)) if provider else ""
    if provider and told and rule.id.startswith(_OF_LOGIN):
        do += f" {told}." if told.startswith(provider.name) else f" {provider.name}: {told}."
    return do, CHECK.get(rule.id[:3], "Run mailkit diagnose for the account.")


_SINGLE_LABEL = re.compile(
    r"(?:ENOTFOUND|EAI_AGAIN|resolve(?: host(?: ?name)?)?:?|lookup|getaddrinfo(?: for)?|unknown host:?"
    r"|UnknownHostException:?|getaddresses for) ['\"]?(?!localhost\b|ENOTFOUND|EAI_|failed)(?!\w*:)([a-z][a-z0-9_-]{1,62})(?=['\": ,;)]|$)(?!: ?[\w]{0,20} failed)",
    re.I | re.M,
)


def _protocol(host: str) -> Protocol | None:
    """The protocol that the name of a host tells, where it tells one."""
    return next((one for one in Protocol if host.startswith(one[:3])), None)


_OF_LOGIN = (
    "aut-bad",
    "aut-app",
    "aut-auth",
    "aut-oauth",
    "aut-protocol",
    "aut-token",
    "cfg-password",
)


def _first_paragraph(rule: Rule) -> str:
    parts = [
        part
        for part in rule.page.split("\n\n")[1:]
        if not part.startswith("    ") and not part.endswith("::")
    ]
    return " ".join(" ".join(parts[:1]).replace("``", "").split()) or rule.title
