"""What to do about settings, and how to check it.

One row for each finding: what to do, in steps that a person can take, how to check it, and which
setting that changes.
"""

from mailkit.rules.steps import Steps

__all__ = ["STEPS"]

STEPS: dict[str, Steps] = {
    "cfg-table-row": Steps(
        "Open the table in a spreadsheet or an editor and correct the row. Put a cell that contains the delimiter or a quote in quotes, and double each quote inside it.",
        "mailkit check TABLE reads every row again and names those that do not fit.",
    ),
    "cfg-table-secret": Steps(
        "Write where the password is: env:NAME, command:…, keyring:service/user or file:PATH. If the cell must hold the password itself, pass --plain-secrets.",
        "mailkit check TABLE; then mailkit convert TABLE --to native shows which secret would go to which host.",
    ),
    "cfg-host-scheme": Steps(
        "Write the host as a plain name: no scheme, port, comma, blank or path.",
        "",
        "host",
    ),
    "cfg-host-is-email": Steps(
        "Write the name of the server, as the provider documents it: often imap.DOMAIN, smtp.DOMAIN or mail.DOMAIN.",
        "mailkit discover ADDRESS shows which servers the domain publishes.",
        "host",
    ),
    "cfg-url-encoding": Steps(
        "Percent-encode special characters in the URL (@ as %40, : as %3A, / as %2F), or keep user, password and host in keys of their own.",
        "",
        "login",
    ),
    "cfg-host-ip": Steps(
        "Write the host name that the provider or the administrator gives. If there is none, ask for a certificate that names the address.",
        "mailkit diagnose shows the names in the server's certificate.",
        "host",
    ),
    "cfg-host-localhost": Steps(
        "Where the program runs in a container, write the host's or the other container's name. For a server on this machine, leave it.",
        "Run mailkit diagnose where the program runs: in the same container, on the same network.",
        "host",
    ),
    "cfg-host-typo": Steps(
        "Write the host as the provider documents it.",
        "",
        "host",
    ),
    "cfg-user-typo": Steps(
        "Correct the domain after the @.",
        "Log in to the provider's website with the same address.",
    ),
    "cfg-idn": Steps(
        "Write the host in its ASCII form, which begins with xn--.",
        "mailkit check shows the ASCII form of the name.",
        "host",
    ),
    "cfg-host-swapped": Steps(
        "Compare the host with the provider's documentation: one name for reading, another for sending, or the same for both.",
        "mailkit diagnose shows which protocol the host speaks.",
        "host",
    ),
    "cfg-host-mx": Steps(
        "Write the host for mail programs, which the provider documents.",
        "mailkit discover ADDRESS shows the hosts for reading and sending.",
        "host",
    ),
    "cfg-host-webmail": Steps(
        "Write the host for mail programs, which the provider documents; it often begins with imap, pop or smtp.",
        "",
        "host",
    ),
    "cfg-provider-contradiction": Steps(
        "Write a port and an encryption that the provider offers: the message lists them.",
        "mailkit providers NAME shows the whole offer, with its source.",
    ),
    "cfg-no-protocol": Steps(
        "Use the provider's app, web mail or bridge program; a bridge has its own host and port, which it shows.",
    ),
    "cfg-port-465-starttls": Steps(
        "Use implicit TLS on this port, or STARTTLS on SMTP 587, IMAP 143 or POP3 110.",
        "",
        "implicit-tls",
    ),
    "cfg-port-587-tls": Steps(
        "Use STARTTLS on this port, or the port for implicit TLS (SMTP 465, IMAP 993, POP3 995).",
        "",
        "starttls",
    ),
    "cfg-port-993-plain": Steps(
        "Use implicit TLS on 993, or STARTTLS on 143.",
    ),
    "cfg-port-143-tls": Steps(
        "Use STARTTLS on 143, or implicit TLS on 993.",
    ),
    "cfg-port-995-plain": Steps(
        "Use implicit TLS on 995, or STARTTLS on 110.",
    ),
    "cfg-port-110-tls": Steps(
        "Use STARTTLS on 110, or implicit TLS on 995.",
    ),
    "cfg-port-foreign": Steps(
        "Write the port of the service's own protocol: IMAP 993, POP3 995, SMTP 465 or 587.",
    ),
    "cfg-port-25": Steps(
        "Send on port 465 with implicit TLS, or on 587 with STARTTLS.",
        "mailkit diagnose probes 465 and 587 of the same host.",
        "starttls",
    ),
    "cfg-port-range": Steps(
        "Write the port as a number: IMAP 993, POP3 995, SMTP 465 or 587.",
    ),
    "cfg-cleartext": Steps(
        "Use implicit TLS (SMTP 465, IMAP 993, POP3 995), or require STARTTLS.",
        "mailkit diagnose shows which encryption the host offers, without sending the password.",
        "starttls",
    ),
    "cfg-cleartext-allowed": Steps(
        "Use implicit TLS or STARTTLS if the host offers it, and remove allow_cleartext_login.",
        'mailkit diagnose with security = "starttls" shows whether the host offers it.',
        "starttls",
    ),
    "cfg-flags-conflict": Steps(
        "Leave only one of the two on: implicit TLS for 465, 993 and 995, STARTTLS for 587, 143 and 110.",
        "",
        "starttls",
    ),
    "cfg-word-ambiguous": Steps(
        "Compare the word with the documentation of your version: it must mean implicit TLS on 465, 993 and 995, and STARTTLS on 587, 143 and 110.",
    ),
    "cfg-switched-off": Steps(
        "Turn the switch on that the finding names, if the product is to send or fetch mail with these settings.",
        "Let the product send a test message; mailkit diagnose shows whether the settings themselves work.",
    ),
    "cfg-word-ignored": Steps(
        "Correct the key, or delete it.",
    ),
    "cfg-word-invalid": Steps(
        "Write one of the values that the product knows.",
    ),
    "cfg-bool-string": Steps(
        "Write true or false without quotes.",
        "mailkit check FILE shows what the value is read as.",
    ),
    "cfg-opportunistic": Steps(
        "Set the encryption to required: starttls on 587, 143 and 110, implicit-tls on 465, 993 and 995.",
        "mailkit diagnose takes encryption as required: where it logs in, the stricter setting works.",
        "starttls",
    ),
    "cfg-verify-off": Steps(
        "Switch verification on. For a private CA, name its certificate (--ca FILE) instead.",
        "mailkit diagnose verifies the certificate, and shows why a program would not.",
        "verify",
    ),
    "cfg-username-form": Steps(
        "Write the user name in the form that the provider documents.",
        "",
        "login",
    ),
    "cfg-username-dirty": Steps(
        "Type the user name instead of copying it.",
        "",
        "login",
    ),
    "cfg-password-dirty": Steps(
        "Remove quotes, blanks and line breaks around the password. Check that the program reads user name and password: a variable that is not set, or a misspelt key, gives empty ones.",
        "",
        "login",
    ),
    "cfg-password-nonascii": Steps(
        "Use a password of ASCII characters, or a program that sends UTF-8.",
    ),
    "cfg-password-shape": Steps(
        "Create the provider's own kind of password (an app password, SMTP credentials, an API key), and paste all of it.",
        "Compare the length and the first characters with what the provider showed.",
        "login",
    ),
    "cfg-auth-ending": Steps(
        "Change to OAuth, or to another sending service, before that date.",
    ),
    "cfg-auth-impossible": Steps(
        "Use OAuth (auth = xoauth2 or oauthbearer), with a program that supports it.",
    ),
    "cfg-pop3-deletes": Steps(
        "Set the POP3 program to leave mail on the server, or use IMAP in both.",
        "mailkit diagnose --mailbox --before REPORT shows whether messages still disappear.",
    ),
    "cfg-pop3-two-pollers": Steps(
        "Let one program fetch by POP3, or use IMAP in all of them.",
        "mailkit check with the files of all programs compares them.",
    ),
    "cfg-from-mismatch": Steps(
        "Send from an address in the login's domain, or ask the provider to allow the other sender for this login.",
        "mailkit diagnose --rehearse FROM TO asks the server whether it takes the sender.",
    ),
    "cfg-timeout-none": Steps(
        "Set a timeout of 10 to 30 seconds in the program.",
        "mailkit check reads the setting again.",
    ),
    "cfg-file-writable": Steps(
        "Let only the owner write the file: chmod go-w FILE. Do the same for its folder.",
        "ls -l FILE shows no w for group and others.",
    ),
    "cfg-secret-readable": Steps(
        "Let only the owner read the file (chmod 600 FILE), or name a variable, a command or a keyring entry in place of the password. If another user's program reads it, give the file to that user's group.",
        "ls -l FILE shows no r for others.",
    ),
    "use-two-defaults": Steps(
        "Keep default = true in one account of the scope, and remove it from the others.",
        "mailkit check FILE finds one default for each scope.",
    ),
    "use-default-inactive": Steps(
        "Make the default account active, or give default = true to an active one.",
        "mailkit check FILE finds an active default in each scope.",
    ),
    "use-no-login": Steps(
        "Set user and password for sending. A relay that knows this machine by its address needs neither.",
        "mailkit diagnose --rehearse FROM TO shows whether the server takes mail without a login.",
        "login",
    ),
    "use-local-sender": Steps(
        "Send through the server of the address, with a login.",
        "mailkit send to a mailbox at a large provider; its headers show SPF and DKIM as pass or fail.",
    ),
    "use-no-keyword": Steps(
        "Give the channel a mailbox of its own, or a keyword that its messages have in the subject.",
        "mailkit check FILE; then run the channel with one message that has no keyword: it must stay.",
    ),
    "use-exclusive-shared": Steps(
        "Give the channel a mailbox of its own, or make it a shared one with a keyword.",
        "mailkit check FILE compares the accounts of all channels.",
    ),
    "use-rules-imap": Steps(
        "Write the rules as filters on the server (Sieve), or fetch this mailbox by POP3.",
        "Send a message that the rule should move, and look where it is in the web mail.",
    ),
    "use-address": Steps(
        "Write each entry as name@domain, one address in each.",
        "mailkit check FILE names the entry.",
    ),
    "cfg-secret-unreadable": Steps(
        "Set the variable in the environment that the program runs in (a service has its own), or correct the name of the variable, file or entry.",
        "mailkit diagnose FILE, run as the user and in the environment of the program.",
    ),
}
