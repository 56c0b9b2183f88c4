"""The line to change in a program that connects to a server, by finding and product."""

import re

__all__ = ["CHANGES", "changes"]

_STARTTLS = {
    "Django": "EMAIL_USE_TLS = True, and no EMAIL_USE_SSL",
    "PHPMailer": "$mail->SMTPSecure = PHPMailer::ENCRYPTION_STARTTLS;",
    "Nodemailer": "secure: false, requireTLS: true",
    "Jakarta Mail": "mail.smtp.starttls.enable=true, mail.smtp.starttls.required=true, and no mail.smtp.ssl.enable",
    "Python": "smtplib.SMTP(host, port), then starttls(context=ssl.create_default_context()) before login()",
    "Laravel": "MAIL_SCHEME=smtp (before 11: MAIL_ENCRYPTION=tls)",
    "Spring Boot": "spring.mail.properties.mail.smtp.starttls.required=true",
    "curl": "smtp:// with --ssl-reqd",
    "msmtp": "tls on, tls_starttls on",
    "mbsync": "TLSType STARTTLS (before 1.5: SSLType)",
}
_IMPLICIT = {
    "Django": "EMAIL_USE_SSL = True, and no EMAIL_USE_TLS",
    "PHPMailer": "$mail->SMTPSecure = PHPMailer::ENCRYPTION_SMTPS;",
    "Nodemailer": "secure: true",
    "Jakarta Mail": "mail.smtp.ssl.enable=true",
    "Python": "smtplib.SMTP_SSL, imaplib.IMAP4_SSL or poplib.POP3_SSL instead of the class without SSL",
    "Laravel": "MAIL_SCHEME=smtps (before 11: MAIL_ENCRYPTION=ssl)",
    "Spring Boot": "spring.mail.properties.mail.smtp.ssl.enable=true",
    "curl": "smtps://, imaps:// or pop3s://",
    "msmtp": "tls on, tls_starttls off",
    "mbsync": "TLSType IMAPS (before 1.5: SSLType)",
}
_TRUST = {
    "Django": "SSL_CERT_FILE=trusted.pem in the environment of the app",
    "PHPMailer": "$mail->SMTPOptions = ['ssl' => ['cafile' => 'ca.pem']];",
    "Nodemailer": "NODE_EXTRA_CA_CERTS=ca.pem in the environment, or tls: { ca: fs.readFileSync('ca.pem') }",
    "Jakarta Mail": "-Djavax.net.ssl.trustStore=truststore.p12 -Djavax.net.ssl.trustStorePassword=changeit",
    "Python": "ssl.create_default_context(cafile='ca.pem') as the context",
    "curl": "--cacert ca.pem",
    "msmtp": "tls_trust_file ca.pem",
    "mbsync": "CertificateFile ca.pem",
    "fetchmail": "sslcertck sslcertfile ca.pem",
}
_LOGIN = {
    "Django": "EMAIL_HOST_USER = '…', EMAIL_HOST_PASSWORD = '…'",
    "PHPMailer": "$mail->SMTPAuth = true; $mail->Username = '…'; $mail->Password = '…';",
    "Nodemailer": "auth: { user: '…', pass: '…' }",
    "Jakarta Mail": "mail.smtp.auth=true, and an Authenticator with user and password",
    "Python": "client.login(user, password) before sendmail()",
    "Laravel": "MAIL_USERNAME=…, MAIL_PASSWORD=…",
    "Spring Boot": "spring.mail.username, spring.mail.password, spring.mail.properties.mail.smtp.auth=true",
}
_EHLO = {
    "Django": "the machine's full host name (hostname -f): Django takes it from there",
    "PHPMailer": "$mail->Helo = 'app.example.com';",
    "Nodemailer": "name: 'app.example.com'",
    "Jakarta Mail": "mail.smtp.localhost=app.example.com",
    "Python": "smtplib.SMTP(host, port, local_hostname='app.example.com')",
    "Laravel": "MAIL_EHLO_DOMAIN=app.example.com",
}
_ENCODE = {
    "Django": "give the text to EmailMessage, which encodes long lines, instead of raw bytes",
    "PHPMailer": "$mail->Encoding = PHPMailer::ENCODING_QUOTED_PRINTABLE;",
    "Nodemailer": "textEncoding: 'quoted-printable', and text or html instead of raw",
    "Jakarta Mail": 'part.setHeader("Content-Transfer-Encoding", "quoted-printable")',
    "Python": "message.set_content(text, cte='quoted-printable')",
}
_TLS_VERSIONS = {
    "Django": "no maximum_version of the TLS context below TLSv1_2",
    "PHPMailer": "no 'crypto_method' in SMTPOptions",
    "Nodemailer": "no maxVersion or secureProtocol in tls: { … }",
    "Jakarta Mail": "mail.smtp.ssl.protocols=TLSv1.2 TLSv1.3, or no such line",
    "Python": "context.minimum_version = ssl.TLSVersion.TLSv1_2, and no maximum_version",
    "curl": "--tlsv1.2, and no --tls-max",
}

CHANGES: dict[str, dict[str, str]] = {
    "clt-tls-on-starttls-port": _STARTTLS,
    "clt-no-starttls": _STARTTLS,
    "clt-cleartext-login": _STARTTLS,
    "clt-clear-mail": _STARTTLS,
    "clt-plain-on-tls-port": _IMPLICIT,
    "clt-unknown-ca": _TRUST,
    "clt-bad-certificate": _TRUST,
    "clt-no-verification": {
        "Django": "no ssl._create_unverified_context, and no mail backend that sets verify_mode = CERT_NONE",
        "PHPMailer": "no 'verify_peer' => false, 'verify_peer_name' => false, 'allow_self_signed' => true in SMTPOptions",
        "Nodemailer": "no tls: { rejectUnauthorized: false }, and no NODE_TLS_REJECT_UNAUTHORIZED=0",
        "Jakarta Mail": "mail.smtp.ssl.checkserveridentity=true, and no mail.smtp.ssl.trust=*",
        "Python": "context=ssl.create_default_context(), with starttls() too: without a context smtplib verifies nothing",
        "Laravel": "no verify_peer=0 in MAIL_URL, and no 'verify_peer' => false in config/mail.php",
        "curl": "no --insecure (-k)",
        "msmtp": "tls_certcheck on",
        "fetchmail": "sslcertck",
    },
    "clt-old-tls": _TLS_VERSIONS,
    "clt-no-hello": _TLS_VERSIONS,
    "clt-leaves-after-tls": {
        "Django": "EMAIL_HOST = the name in the certificate",
        "PHPMailer": "$mail->Host = the name in the certificate",
        "Nodemailer": "host: the name in the certificate, or tls: { servername: '…' }",
        "Jakarta Mail": "mail.smtp.host = the name in the certificate",
    },
    "clt-no-sni": {
        "Nodemailer": "host: a name; with an IP address, tls: { servername: 'mail.example.com' }",
        "Jakarta Mail": "mail.smtp.host = a name with a dot",
        "Python": "the host as a name; wrap_socket(sock, server_hostname=host)",
    },
    "clt-login-refused": _LOGIN,
    "clt-no-login": _LOGIN,
    "clt-gave-up": _LOGIN,
    "clt-left-before-starttls": _STARTTLS,
    "clt-mechanism": {
        "PHPMailer": "no $mail->AuthType, so that PHPMailer takes one that is offered",
        "Nodemailer": "no authMethod",
        "Jakarta Mail": "no mail.smtp.auth.mechanisms",
        "Python": "client.login(user, password) instead of docmd('AUTH', …)",
    },
    "clt-broken-base64": {
        "Python": "base64.b64encode(text.encode()).decode(), which has no line breaks",
        "PHP": "base64_encode($text), without chunk_split()",
        "Nodemailer": "Buffer.from(text).toString('base64')",
        "Java": "Base64.getEncoder(), not getMimeEncoder()",
        "shell": 'printf %s "$text" | base64 -w0',
    },
    "clt-helo": _EHLO,
    "clt-helo-local": _EHLO,
    "clt-no-quit": {
        "Django": "connection.close(), or with get_connection() as connection",
        "PHPMailer": "$mail->smtpClose(); at the end, with SMTPKeepAlive",
        "Nodemailer": "transport.close() at the end; without pool it always hangs up, which does no harm",
        "Jakarta Mail": "transport.close() in a finally",
        "Python": "with smtplib.SMTP(host, port) as client, imaplib's logout(), poplib's quit()",
    },
    "clt-select": {
        "Python": "imap.select('INBOX', readonly=True)",
        "imap_tools": "mailbox.folder.set('INBOX', readonly=True), fetch(mark_seen=False)",
        "IMAPClient": "client.select_folder('INBOX', readonly=True)",
        "imapflow": "client.mailboxOpen('INBOX', { readOnly: true })",
        "PHP": "imap_open(…, OP_READONLY), imap_fetchbody(…, FT_PEEK)",
        "Jakarta Mail": "folder.open(Folder.READ_ONLY)",
    },
    "clt-missing-header": {
        "Django": "EmailMessage adds Date and Message-ID; do not delete them in message()",
        "PHPMailer": "send() adds Date and Message-ID",
        "Nodemailer": "from, to, subject and text instead of raw",
        "Jakarta Mail": "message.setSentDate(new Date()); do not override updateMessageID()",
        "Python": "message['Date'] = email.utils.localtime(); message['Message-ID'] = email.utils.make_msgid()",
    },
    "clt-line-length": _ENCODE,
    "clt-8bit": _ENCODE
    | {
        "Django": "charset.add_charset('utf-8', charset.SHORTEST, charset.QP) of the module email",
        "Jakarta Mail": "mail.smtp.allow8bitmime=true",
        "Python": "client.send_message(message), which declares or encodes it, instead of sendmail(…, bytes)",
    },
    "clt-raw-header": {
        "Django": "EmailMessage(subject=…), which encodes it",
        "PHPMailer": "$mail->CharSet = 'UTF-8', and $mail->Subject instead of addCustomHeader()",
        "Nodemailer": "subject: '…' instead of raw",
        "Jakarta Mail": 'message.setSubject(text, "UTF-8")',
        "Python": "an email.message.EmailMessage instead of a string of your own",
        "PHP": "mb_encode_mimeheader($subject)",
    },
    "clt-bare-lf": {
        "Django": "message.message().as_bytes(linesep='\\r\\n')",
        "Python": "client.send_message(message), or message.as_bytes(policy=email.policy.SMTP)",
        "PHP": '"\\r\\n" instead of "\\n" in what you write to the socket',
        "Jakarta Mail": "message.writeTo(), which writes CR LF",
    },
    "clt-smtputf8": {
        "Python": "client.send_message(message), or mail_options=['SMTPUTF8']",
        "Jakarta Mail": "mail.mime.allowutf8=true",
        "PHPMailer": "an ASCII local part; the domain is converted by itself",
    },
    "clt-reconnects": {
        "Django": "with get_connection() as connection: connection.send_messages(messages), or send_mass_mail()",
        "PHPMailer": "$mail->SMTPKeepAlive = true; and one $mail for all",
        "Nodemailer": "pool: true, and one transport for all",
        "Jakarta Mail": "one Transport: connect(), sendMessage() for each, close(); not Transport.send()",
        "Python": "one smtplib.SMTP for all: send_message() for each, then quit()",
    },
    "clt-connections": {
        "Nodemailer": "pool: true, maxConnections: 3",
        "Jakarta Mail": "mail.imap.connectionpoolsize, and one Store for all folders",
        "Python": "one connection for each thread at most, kept open",
    },
    "clt-polling": {
        "imap_tools": "mailbox.idle.wait(timeout=1740)",
        "IMAPClient": "client.idle(), idle_check(timeout=1740)",
        "imapflow": "client.idle(), or just leave the mailbox open: it idles by itself",
        "fetchmail": "set daemon 300, or idle",
        "Jakarta Mail": "((IMAPFolder) folder).idle()",
        "Spring Boot": "ImapIdleChannelAdapter instead of a poller",
    },
    "clt-no-timeout": {
        "Django": "EMAIL_TIMEOUT = 30",
        "PHPMailer": "$mail->Timeout = 30;",
        "Nodemailer": "connectionTimeout, greetingTimeout and socketTimeout, in milliseconds",
        "Jakarta Mail": "mail.smtp.connectiontimeout=30000, mail.smtp.timeout=30000, mail.smtp.writetimeout=30000",
        "Python": "smtplib.SMTP(host, port, timeout=30), imaplib.IMAP4_SSL(host, timeout=30)",
        "Spring Boot": "spring.mail.properties.mail.smtp.timeout=30000",
    },
}
"""The line to change, by finding and product."""

_MAIN = ("Django", "PHPMailer", "Nodemailer", "Jakarta Mail", "Python")
_NAMES = (
    ("PHPMailer", r"phpmailer"),
    ("Nodemailer", r"nodemailer"),
    ("Jakarta Mail", r"jakarta|javamail|java"),
    ("Spring Boot", r"spring"),
    ("Laravel", r"laravel|symfony|swift"),
    ("imap_tools", r"imap_tools|imap-tools"),
    ("IMAPClient", r"imapclient"),
    ("imapflow", r"imapflow"),
    ("mbsync", r"mbsync|isync"),
    ("fetchmail", r"fetchmail"),
    ("msmtp", r"msmtp"),
    ("curl", r"curl"),
    ("Django", r"django|python"),
    ("Python", r"python"),
    ("PHP", r"\bphp\b"),
)
"""Return the advice for a client that identifies itself."""


def changes(finding: str, program: str) -> tuple[str, ...]:
    """The line to change for a finding: of the product, or of some where it is not known.

    Args:
        finding: the id of the finding.
        program: how the client names itself; may be empty.
    """
    known = CHANGES.get(finding, {})
    named = [
        product for product, pattern in _NAMES if program and re.search(pattern, program, re.I)
    ]
    shown = [product for product in named if product in known] or ([] if program else [*_MAIN])
    return tuple(f"{product}: {known[product]}" for product in shown if product in known)
