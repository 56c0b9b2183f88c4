"""How client libraries wrap a server's reply: one row for each.

``pattern`` finds what stands before the reply; the reply goes on from there. ``form`` is the whole text with a place
for the reply: ``{reply}`` as the server sent it, ``{text}`` without its
reply code, ``{code}`` the code. A library that keeps the code needs no pattern where the code is
found by itself.
"""

from dataclasses import dataclass

from mailkit.replies.pattern import Pattern
from mailkit.replies.reply import SessionPlace

__all__ = ["FRAMES", "WRAPPERS", "Wrapper"]

_ANY, _LOGIN, _MAIL, _HELLO = (
    SessionPlace.ANY,
    SessionPlace.LOGIN,
    SessionPlace.MAIL,
    SessionPlace.HELLO,
)


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A way to wrap a reply.

    ``protocols`` are those of the reply: ``s``, ``i``, ``p``; ``place`` is its place in a session. ``pattern`` is
    empty if the reply keeps its code, by which it is found.
    """

    client: str
    form: str
    pattern: str = ""
    protocols: str = "s"
    place: SessionPlace = _ANY


WRAPPERS: tuple[Wrapper, ...] = (
    Wrapper("Python smtplib", "smtplib.SMTPAuthenticationError: ({code}, b'{text}')"),
    Wrapper("Python smtplib", 'smtplib.SMTPDataError: ({code}, b"{text}")'),
    Wrapper("Python 2 smtplib", "SMTPAuthenticationError: ({code}, u'{text}')"),
    Wrapper("aiosmtplib", "aiosmtplib.errors.SMTPAuthenticationError: ({code}, '{text}')"),
    Wrapper("Python smtplib", "{{'lee@example.org': ({code}, b'{text}')}}"),
    Wrapper("Python smtplib", "SMTPServerDisconnected: Connection closed: {reply}"),
    Wrapper(
        "Python imaplib",
        "imaplib.IMAP4.error: b'{text}'",
        r"imap4?(?:\.\w+)?[.: ]*(?:error|abort|readonly): ?\[?b?['\"]|imaplib\.error: ?b?['\"]",
        "i",
    ),
    Wrapper(
        "Python imaplib",
        "imaplib.error: [b'{text}']",
        r"imap4?\w*\.(?:error|abort): ?\[b?['\"]",
        "i",
    ),
    Wrapper(
        "Python imaplib",
        "imaplib.IMAP4.abort: {text}",
        r"imap4\.(?:error|abort|readonly): (?!none\b|command:? |\[?b?['\"]|socket error)",
        "i",
    ),
    Wrapper(
        "imap_tools",
        'imap_tools.errors.MailboxLoginError: Response status "OK" expected, but "NO" received. Data: [b\'{text}\']',
        r"received\. data: \[b?['\"]",
        "i",
    ),
    Wrapper(
        "imapclient",
        "imapclient.exceptions.LoginError: b'{text}'",
        r"loginerror: ?b?['\"]",
        "i",
        _LOGIN,
    ),
    Wrapper(
        "imapclient",
        "imaplib.IMAP4.error: select failed: {text}",
        r"error: (?:select|examine|append|search|fetch|status|create|login|authenticate|copy) failed: ",
        "i",
    ),
    Wrapper("Python poplib", "poplib.error_proto: b'{reply}'", "", "p"),
    Wrapper("nodemailer", "Error: Invalid login: {reply}", "", "s"),
    Wrapper(
        "nodemailer", "Error: Can't send mail - all recipients were rejected: {reply}", "", "s"
    ),
    Wrapper(
        "node-imap",
        "Error: {text}\n  source: 'authentication'",
        r"\berror: (?=[^\n]{0,300}(?:source: 'auth|\n\s{0,40}(?:at |source|textcode|[^\n]{0,80}source: 'auth)))",
        "i",
    ),
    Wrapper(
        "imapflow",
        "Error: Command failed {{responseStatus: 'NO', executedCommand: '3 LOGIN kim (* value hidden *)', "
        "responseText: '{text}'}}",
        r"responsetext['\"]?: ?['\"]",
        "i",
    ),
    Wrapper(
        "PHPMailer",
        "SMTP Error: The following recipients failed: lee@example.org: {text}",
        r"recipients failed: \S{1,120}@\S{1,120}: ",
        "s",
        _MAIL,
    ),
    Wrapper("imapflow", "Error: Command failed\n  response: '3 {reply}'", "", "i"),
    Wrapper("PHPMailer", "SMTP ERROR: Password command failed: {reply}", "", "s"),
    Wrapper("PHPMailer", "2026-11-02 09:10:11 SERVER -> CLIENT: {reply}", "", "s"),
    Wrapper(
        "PHPMailer",
        "SMTP Error: data not accepted. SMTP server error: DATA END command failed Detail: {text} SMTP code: {code}",
        r"\bdetail: ",
        "s",
    ),
    Wrapper("CodeIgniter", "Failed to authenticate password. Error: {reply}", "", "s"),
    Wrapper(
        "Symfony",
        'Expected response code "235" but got code "{code}", with message "{reply}".',
        "",
        "s",
    ),
    Wrapper(
        "Swift Mailer",
        'Expected response code 250 but got code "{code}", with message "{reply}"',
        "",
        "s",
    ),
    Wrapper(
        "PEAR Net_SMTP",
        "authentication failure [SMTP: Invalid response code received from server (code: {code}, response: {text})]",
        r"response: (?![-\[\d])",
        "s",
    ),
    Wrapper(
        "c-client",
        "Can not authenticate to IMAP server: {text}",
        r"can ?not authenticate to (?:imap|pop3?|smtp) server: (?!too many login failures)",
        "ip",
        _LOGIN,
    ),
    Wrapper(
        "c-client",
        "Retrying PLAIN authentication after {text}",
        r"retrying [\w-]+ authentication after (?:authenticate )?",
        "ip",
        _LOGIN,
    ),
    Wrapper(
        "Webklex php-imap",
        "Webklex\\PHPIMAP\\Exceptions\\AuthFailedException: TAG1 {reply}",
        "",
        "i",
    ),
    Wrapper("Jakarta Mail", "jakarta.mail.AuthenticationFailedException: {reply}", "", "s"),
    Wrapper(
        "Jakarta Mail",
        "javax.mail.AuthenticationFailedException: {text}",
        r"authenticationfailedexception: (?!\d{3}[ -]|failed to connect|no password)",
        "i",
        _LOGIN,
    ),
    Wrapper("Jakarta Mail", "com.sun.mail.iap.CommandFailedException: A3 {reply}", "", "i"),
    Wrapper(
        "Jakarta Mail",
        "com.sun.mail.smtp.SMTPSendFailedException: {reply}\n;\n  nested exception is:",
        "",
        "s",
    ),
    Wrapper(
        "System.Net.Mail",
        "Mailbox unavailable. The server response was: {text}",
        r"(?:server )?response (?:was|is): ",
        "s",
    ),
    Wrapper("MailKit", "MailKit.Security.AuthenticationException: {code}: {text}", "", "s"),
    Wrapper(
        "MailKit", "MailKit.Net.Smtp.SmtpCommandException: {text}", r"smtpcommandexception: ", "s"
    ),
    Wrapper(
        "MailKit",
        "MailKit.Net.Imap.ImapCommandException: The IMAP server replied to the 'SELECT' command with a 'NO' response: {text}",
        r"with an? '(?:no|bad|-err)' response: ",
        "i",
    ),
    Wrapper("Go net/smtp", 'level=error msg="Notify failed" err="{reply}"', "", "s"),
    Wrapper(
        "Go textproto",
        '&textproto.Error{{Code:{code}, Msg:"{text}"}}',
        r"textproto\.error\{code: ?\d{3}, msg: ?\"",
        "s",
    ),
    Wrapper(
        "lettre",
        "permanent error ({code}): {text}",
        r"(?:permanent|transient) error \(\d{3}\): ",
        "s",
    ),
    Wrapper("async-smtp", "permanent: {text}", r"\b(?:permanent|transient): ", "s"),
    Wrapper("Rust imap", "No Response: {text}", r"no response: ", "i", _LOGIN),
    Wrapper(
        "Rust imap",
        'No {{ code: None, information: Some("{text}") }}',
        r"information: some\(\"",
        "i",
    ),
    Wrapper("Ruby net/smtp", "Net::SMTPAuthenticationError: {reply}", "", "s"),
    Wrapper(
        "Ruby net/imap",
        "Net::IMAP::NoResponseError: {text}",
        r"(?:no|bad|bye)responseerror\)?(?:: ?| \()",
        "i",
    ),
    Wrapper("Ruby net/pop", "Net::POPAuthenticationError: {reply}", "", "p"),
    Wrapper("Perl Net::SMTP", "Authentication failed: {reply}", "", "s"),
    Wrapper(
        "Mail::IMAPClient",
        "Host1 failure: Error login on [imap.example.com] with user [kim] auth [PLAIN]: 4 {reply}",
        "",
        "i",
    ),
    Wrapper("msmtp", "msmtp: server message: {reply}", "", "s"),
    Wrapper(
        "mbsync",
        "IMAP command 'LOGIN <user> <pass>' returned an error: {text}",
        r"returned an? error: (?:no |bad )?",
        "i",
    ),
    Wrapper("fetchmail", "fetchmail: IMAP< A0002 {reply}", "", "i"),
    Wrapper(
        "getmail", "operation error (IMAP login failed with: {text})", r"login failed with: ", "i"
    ),
    Wrapper("getmail", "POP error ({reply})", "", "p"),
    Wrapper(
        "OfflineIMAP",
        "IMAP server 'Remote' does not have a proper login: [b'{text}']",
        r"\[b?['\"]",
        "i",
    ),
    Wrapper("curl", "< {reply}\ncurl: (67) Login denied", "", "sip"),
    Wrapper("Horde", "S: 2 {reply}", "", "i"),
    Wrapper("FreeScout", "<< TAG1 {reply}", "", "i"),
    Wrapper(
        "Thunderbird",
        "The mail server imap.example.com responded: {text}.",
        r"(?:mail )?server \S[^\n]{0,80} responded: ",
        "ip",
    ),
    Wrapper(
        "Thunderbird",
        "An error occurred while sending mail. The mail server responded: {text}.",
        r"server responded: ",
        "s",
    ),
    Wrapper("Outlook", "Outlook: The server responded: {reply}", "", "sip"),
    Wrapper(
        "K-9 Mail",
        "com.fsck.k9.mail.AuthenticationFailedException: Command: AUTHENTICATE PLAIN; response: #2# [NO, {text}]",
        r"response: #[^#\n]{0,10}# \[no, ",
        "i",
    ),
    Wrapper("K-9 Mail", "Negative SMTP reply: {reply}", "", "s"),
    Wrapper(
        "Postfix log",
        "status=deferred (SASL authentication failed; server smtp.example.com[192.0.2.1] said: {reply})",
        "",
        "s",
    ),
    Wrapper(
        "Postfix log",
        "to=<lee@example.org>, relay=mx.example.org[192.0.2.1]:25, status=bounced (host mx.example.org[192.0.2.1] said: {reply})",
        "",
        "s",
    ),
    Wrapper(
        "Postfix bounce",
        "Status: 5.7.1\nDiagnostic-Code: X-Postfix; {text}",
        r"diagnostic-code: ?x-[\w-]{1,40}; ",
        "s",
        _MAIL,
    ),
    Wrapper(
        "DSN",
        "Action: failed\nDiagnostic-Code: smtp; {text}",
        r"diagnostic-code: ?smtp; ?(?=[a-z<])",
        "s",
        _MAIL,
    ),
    Wrapper(
        "Gmail bounce",
        "Action: failed\nDiagnostic-Code: {text}",
        r"diagnostic-code: ?(?!smtp;|x-)(?=[a-z<])",
        "s",
        _MAIL,
    ),
    Wrapper(
        "Exim log",
        "2026-11-02 09:10:11 plain authenticator failed H=smtp.example.com [192.0.2.1] {reply}",
        "",
        "s",
    ),
    Wrapper(
        "Roundcube log",
        "IMAP Error: Login failed for kim@example.com against imap.example.com from 192.0.2.2. LOGIN: {text}",
        r"(?:login|authenticate [\w-]{1,20}): (?!failed)",
        "i",
        _LOGIN,
    ),
    Wrapper("Roundcube", "SMTP Error ({code}): {text}", r"smtp error \(\d{3}\): ", "s"),
    Wrapper(
        "Odoo",
        "Connection Test Failed! Here is what we got instead: {text}",
        r"what we got instead:\s{0,3}",
        "s",
    ),
    Wrapper(
        "NeoMutt", "IMAP command failed: {text}", r"imap command failed: ", "i", SessionPlace.MAIL
    ),
    Wrapper("JSON log", '{{"level":"error","response":"{reply}","responseCode":{code}}}', "", "s"),
    Wrapper("swaks", "<** {reply}", "", "s"),
)


FRAMES: tuple[tuple[Pattern, str, SessionPlace], ...] = tuple(
    (Pattern(wrapper.pattern), wrapper.protocols, wrapper.place)
    for wrapper in WRAPPERS
    if wrapper.pattern
)
"""Where a reply without its code begins, what protocols it may be of, and the place."""
