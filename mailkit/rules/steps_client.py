"""What to do about a program that does something wrong, as the server that it connects to sees it."""

from mailkit.rules.steps import Steps

__all__ = ["STEPS"]

STEPS: dict[str, Steps] = {
    "clt-tls-on-starttls-port": Steps(
        "Set the client to STARTTLS on this port. Or keep implicit TLS and use the port for it: SMTP 465, IMAP 993, POP3 995; in a lab, those that it shows as implicit TLS.",
    ),
    "clt-plain-on-tls-port": Steps(
        "Set the client to implicit TLS on this port. Or use STARTTLS and the port for it: SMTP 587, IMAP 143, POP3 110; in a lab, those that it shows as STARTTLS.",
    ),
    "clt-wrong-protocol": Steps(
        "Compare host and port with the list that the lab shows: SMTP sends mail, IMAP and POP3 read it. A web browser belongs to the lab's page.",
    ),
    "clt-unknown-ca": Steps(
        "Give the client the CA's certificate, for the lab the file `ca.pem` that it shows; `. trust.sh` sets the usual environment variables. Keep verification on.",
    ),
    "clt-bad-certificate": Steps(
        "Read the client's own error. For an unknown CA, give the client the CA's certificate. For a wrong name, connect to a name that is in the certificate (`localhost` in the lab). Keep verification on.",
    ),
    "clt-leaves-after-tls": Steps(
        "Read the client's own error. If it speaks of the host name, connect to the name that the certificate is for (`localhost` in the lab) instead of an address or an alias.",
    ),
    "clt-no-verification": Steps(
        "Switch certificate verification on, and give the client the CA that it needs instead. Look for options that were meant for a test and were left in.",
    ),
    "clt-no-sni": Steps(
        "Connect to the server by its full host name, not by an IP address. If the client does, update its TLS library.",
    ),
    "clt-old-tls": Steps(
        "Remove the setting that holds the client to TLS 1.0 or 1.1. If there is none, update the program or its TLS library: TLS 1.2 has been there since 2008.",
    ),
    "clt-no-starttls": Steps(
        "Turn STARTTLS on in the client, as required, not as “if available”.",
    ),
    "clt-clear-mail": Steps(
        "Turn STARTTLS on in the client, as required, not as “if available”.",
    ),
    "clt-no-hello": Steps(
        "Read the client's own error. Remove a setting that holds it to certain TLS versions or ciphers. If it was only a check of the port, all is well.",
    ),
    "clt-left-before-starttls": Steps(
        "Turn STARTTLS on in the client, as required. If it was only a check of the connection, all is well.",
    ),
    "clt-gave-up": Steps(
        "Read the client's own error. Leave the login mechanism to the client, and check that it has user and password. If it was only a check of the connection, all is well.",
    ),
    "clt-cleartext-login": Steps(
        "Set the client to require STARTTLS before the login, and change a password that has gone over a real network like this.",
    ),
    "clt-mechanism": Steps(
        "Leave the choice of the mechanism to the client, or name one that the server offers after `AUTH` in its reply to EHLO.",
    ),
    "clt-broken-base64": Steps(
        "Encode user name and password separately in base64, without line breaks. Better, let a mail library log in.",
    ),
    "clt-login-refused": Steps(
        "Compare user name and password with those that the lab shows, letter by letter. Print their length in the program: quotes, a line break at the end, and a variable that is not set are the usual reasons.",
    ),
    "clt-no-login": Steps(
        "Set user name and password in the client and switch its login on, or use a port that needs none (1025 in the lab).",
    ),
    "clt-sequence": Steps(
        "Send the commands in their order: EHLO, AUTH, MAIL, RCPT, DATA by SMTP; LOGIN, SELECT, FETCH by IMAP; USER, PASS, STAT by POP3. Stop at the first one that is refused. A mail library does this for you.",
    ),
    "clt-syntax": Steps(
        "Write the command as its RFC specifies, such as `MAIL FROM:<kim@example.com>`: angle brackets, no blank after the colon, and only parameters that the server offers.",
    ),
    "clt-pipelining": Steps(
        "Read the reply to each command before the next one is sent. Group MAIL, RCPT and DATA only where the reply to EHLO has PIPELINING; in IMAP use UID commands.",
    ),
    "clt-helo": Steps(
        "Set the name for EHLO in the client to a full host name, such as `app.example.com`, or give the machine such a name.",
    ),
    "clt-helo-local": Steps(
        "In production, set the name for EHLO to the machine's full host name. On a development machine there is nothing to do.",
    ),
    "clt-no-quit": Steps(
        "Close the connection by the library's own call, also where an error ends the work. A program that keeps connections open sends QUIT when it ends.",
    ),
    "clt-select": Steps(
        "Open a folder with EXAMINE where the program only reads, and fetch with BODY.PEEK[]. Use SELECT where flags are to be changed.",
    ),
    "clt-bare-lf": Steps(
        "Convert the line ends of the whole message to CR LF before it is sent; most libraries do if you give them text and not bytes.",
    ),
    "clt-line-length": Steps(
        "Encode the text as quoted-printable or base64, and let the library fold header fields. HTML without line breaks is the usual reason.",
    ),
    "clt-missing-header": Steps(
        "Add Date, From and Message-ID when the message is made, not when it is sent again.",
    ),
    "clt-8bit": Steps(
        "Add `BODY=8BITMIME` to MAIL where the server offers it, or encode the text as quoted-printable or base64. Where every server on the way takes 8-bit text, there is nothing to do.",
    ),
    "clt-raw-header": Steps(
        "Pass the text to the mail library as it is: the library encodes it.",
    ),
    "clt-smtputf8": Steps(
        "Send SMTPUTF8 with MAIL where the server offers it. For a domain beyond ASCII its IDNA form (`xn--…`) is enough.",
    ),
    "clt-unfinished-message": Steps(
        "Find out what ended the program while it was sending: an error in reading an attachment, a time limit, an end of the process. A client that writes DATA itself ends with CR LF, a dot, CR LF, and reads the reply.",
    ),
    "clt-connections": Steps(
        "Keep a few connections and use them for all work: a pool of two to five is enough. Close each one in a `finally` block.",
    ),
    "clt-reconnects": Steps(
        "Open one connection for a batch and send its messages one after the other. For a single message now and then, this is not needed.",
    ),
    "clt-polling": Steps(
        "Keep one IMAP connection with IDLE, renewed every 29 minutes. Where there is no IDLE, and with POP3, ask every five minutes or less often.",
    ),
    "clt-uidvalidity": Steps(
        "Keep UIDVALIDITY beside the UIDs of each folder. Compare it after every SELECT; where it differs, forget the UIDs and look again with UID SEARCH ALL.",
    ),
    "clt-no-timeout": Steps(
        "Set a time-out for the connection and for each reply: 30 to 60 seconds where a person waits, five minutes (ten after a message) where nobody does.",
    ),
}
