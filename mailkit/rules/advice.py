"""What to do about a finding, and how to check it, in the words of the product a text names."""

import re

from mailkit.finding import Rule
from mailkit.ports import Protocol
from mailkit.providers import owner
from mailkit.rules import steps_login, steps_mail, steps_network, steps_settings, steps_tls

__all__ = ["PRODUCTS", "TO_IMPLICIT", "TO_STARTTLS", "advised"]

STEPS = {
    **steps_settings.STEPS,
    **steps_network.STEPS,
    **steps_tls.STEPS,
    **steps_login.STEPS,
    **steps_mail.STEPS,
}
"""What to do and how to check it, by finding; the others have it in their manual page."""

CHECK = {
    "tls": "mailkit diagnose shows which encryption the port speaks, and where the TLS handshake ends.",
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
    "pid": "mailkit diagnose shows which protocol answers on the port.",
}
"""How to check it, by the first letters of a finding, where its steps do not say."""

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
    do, check = STEPS.get(rule.id) or (_first_paragraph(rule), "")
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
    return do, check or CHECK.get(rule.id[:3], "Run mailkit diagnose for the account.")


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
