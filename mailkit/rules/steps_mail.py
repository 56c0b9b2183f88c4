"""What to do about limits, messages and mailboxes, and how to check it.

One row for each finding: what to do, in steps that a person can take, how to check it, and which
setting that changes.
"""

from mailkit.rules.steps import Steps

__all__ = ["STEPS"]

STEPS: dict[str, Steps] = {
    "mbx-sent-twice": Steps(
        "Switch the program's own copies of sent messages off for this account.",
        "Send one message, and count its copies in the Sent folder.",
    ),
    "snd-not-logged-in": Steps(
        "Turn authentication on, with user and password, and check that the program logs in before it sends.",
        "",
        "login",
    ),
    "snd-sender-not-owned": Steps(
        "Send as the login's own address, or ask the administrator for the right to send as the other one.",
    ),
    "snd-sender-unverified": Steps(
        "Verify the sender or its domain with the sending service, or send as one that is verified.",
    ),
    "snd-sender-not-logged-in": Steps(
        "Log in as the owner of the sender address, on the server for users (465 or 587).",
        "",
        "login",
    ),
    "snd-sender-domain": Steps(
        "Correct the sender address: use one whose domain exists in public DNS, and not a machine's name.",
    ),
    "snd-sender-syntax": Steps(
        "Use the plain address as the sender (kim@example.com), without a name or brackets. The name belongs in the From line.",
    ),
    "snd-helo": Steps(
        "Set the name for EHLO to the machine's full host name (--helo NAME, or delivery.host_name).",
        "mailkit diagnose --helo NAME shows whether the server takes that name.",
        "helo",
    ),
    "snd-pop-before-smtp": Steps(
        "Log in for sending, where the server offers it. Else read the mailbox by POP3 first, and send within some minutes.",
        "",
        "login",
    ),
    "snd-relay-denied": Steps(
        "Log in before sending, and use the submission port (465 or 587).",
        "mailkit diagnose --rehearse FROM TO, after a login.",
    ),
    "snd-rcpt-unknown": Steps(
        "Check the spelling of the recipient. Ask the recipient for the current address; the settings are right.",
    ),
    "snd-rcpt-syntax": Steps(
        "Use one plain address for each recipient, without a name or brackets.",
    ),
    "snd-greylist": Steps(
        "Send through your provider's server, which tries again by itself. A server of your own has to retry after some minutes.",
        "Offer the same message to the same recipient again after 10 minutes.",
    ),
    "snd-rcpt-full": Steps(
        "Tell the recipient another way, and send again later.",
    ),
    "snd-temp": Steps(
        "Send again later. If it still happens after some hours, give the server's administrator the reply and its time.",
    ),
    "snd-too-many-rcpt": Steps(
        "Send the message in several parts, each to fewer recipients, or use a list or a sending service.",
        "Send to one recipient first.",
    ),
    "snd-loop": Steps(
        "Compare the forwarding rules of both mailboxes, and on a server of your own the domains that it delivers and those that it relays.",
        "The Received lines of the returned message show which two servers pass it to each other.",
    ),
    "snd-ip-blocked": Steps(
        "Send through your provider's server with a login, on port 465 or 587. For a server of your own, ask the list in the reply for removal.",
    ),
    "snd-ptr": Steps(
        "Send through your provider's server with a login. For a server of your own, ask the network's provider to set its reverse DNS name.",
        "mailkit diagnose with port 465 or 587 and a login.",
    ),
    "snd-size": Steps(
        "Make the message smaller, or send a link instead of the file.",
        "mailkit diagnose shows the size that the server announces (SIZE).",
    ),
    "snd-storage": Steps(
        "Send again later. If it persists, tell the server's administrator.",
        "mailkit diagnose --rehearse FROM TO, some hours later.",
    ),
    "snd-spam": Steps(
        "Read the reply: it names SPF, DKIM, DMARC, a link or the content. Publish the missing record, sign the mail, or change the text.",
        "Send a short plain text to the same recipient: if it passes, the content was the reason.",
    ),
    "snd-smtputf8": Steps(
        "Use an address of ASCII characters for this message, or a server that offers SMTPUTF8.",
        "mailkit diagnose shows whether the server offers SMTPUTF8.",
    ),
    "snd-8bit": Steps(
        'Encode the message with quoted-printable or base64. In Python: policy.SMTP with cte_type="7bit".',
        "mailkit lab up --watch shows whether the program sends 8-bit data.",
    ),
    "snd-bare-lf": Steps(
        "Correct the program, or update it: lines end with CR LF. In Python: message.as_bytes(policy=policy.SMTP).",
        "mailkit lab up --watch reports a bare LF.",
    ),
    "snd-line-length": Steps(
        "Let the program wrap lines, or encode the part with quoted-printable or base64.",
        "mailkit lab up --watch reports lines of more than 1,000 octets.",
    ),
    "snd-data-stall": Steps(
        "Look into the Sent folder, or ask the recipient, before you send it again.",
        "mailkit diagnose --send-test TO sends a short message and measures the reply.",
    ),
    "snd-quit-error": Steps(
        "Do nothing: the message is on its way. A program that sends again after this has to be corrected.",
        "Look for the message in the recipient's mailbox or in the Sent folder.",
    ),
    "lim-connections": Steps(
        "Connect with fewer programs and devices at once, or set fewer connections in each, and wait some minutes.",
    ),
    "lim-bandwidth": Steps(
        "Wait until the limit resets, and stop programs that download everything again.",
        "mailkit diagnose after 24 hours.",
    ),
    "lim-throttled": Steps(
        "Wait some minutes. Send through a queue with fewer messages a minute and one connection.",
        "Try again after 15 minutes with one message.",
    ),
    "lim-pop3-delay": Steps(
        "Check for mail less often than the server's minimum.",
        "mailkit diagnose shows the minimum, where the server announces it (LOGIN-DELAY).",
    ),
    "lim-rate-smtp": Steps(
        "Wait an hour. Stop the program that tries again and again, and use one connection.",
        "mailkit diagnose --no-login shows whether the server answers again.",
    ),
    "lim-daily": Steps(
        "Wait up to 24 hours; for more, use a sending service. If you did not send that much, change the password: someone else has it.",
        "The web mail's Sent folder and the provider's log show what was sent.",
    ),
    "mbx-quota": Steps(
        "Delete mail, empty the trash, or get more space.",
        "mailkit diagnose --mailbox shows how much is used.",
    ),
    "mbx-corrupt": Steps(
        "Give the server's administrator the reply and its time: the log has the reason. The settings are right.",
    ),
    "mbx-noperm": Steps(
        "Ask the owner of the mailbox or the administrator for the right.",
    ),
    "mbx-readonly": Steps(
        "Ask the owner of the mailbox or the administrator for the right to write (RFC 4314: w, t, e).",
    ),
    "mbx-uidnotsticky": Steps(
        "Set the program to download and keep messages, or ask for a server that keeps identifiers.",
        "mailkit diagnose --mailbox twice: the identifiers differ.",
    ),
    "mbx-uidvalidity": Steps(
        "Let the program synchronise again; delete its cache for this account if it shows duplicates or gaps. If it happens again, tell the administrator.",
        "mailkit diagnose --mailbox --before REPORT compares with the last check.",
    ),
    "mbx-no-sent": Steps(
        "Create a folder Sent in the web mail, or name the one to use: folders.roles in the settings, or the program's folder setting.",
    ),
    "mbx-namespace": Steps(
        "Set the program's folder prefix (INBOX.), or write the names with it: INBOX.Sent.",
        "mailkit diagnose --mailbox shows the prefix and the names.",
    ),
    "mbx-folder-missing": Steps(
        "Write the folder's name as the server has it, prefix included, or create the folder.",
        "mailkit diagnose --mailbox lists the folders.",
    ),
    "mbx-subscription": Steps(
        "Subscribe to the folders in the program (Manage folders, Subscribe) or in the web mail.",
    ),
    "mbx-pop3-locked": Steps(
        "Close the other program, or wait some minutes. For several programs, use IMAP.",
        "mailkit diagnose after the other program has ended.",
    ),
    "mbx-pop3-expire": Steps(
        "Use IMAP, or fetch and keep the messages here before that time.",
        "Look into the web mail after that many days.",
    ),
    "mbx-pop3-window": Steps(
        "Switch POP3 for all messages on in the provider's settings, or use IMAP.",
        "mailkit diagnose --mailbox counts the messages that POP3 shows.",
    ),
    "mbx-pop3-steals": Steps(
        "Set the POP3 program to leave mail on the server, or use IMAP in it.",
        "mailkit diagnose --mailbox --before REPORT shows whether messages still disappear.",
    ),
    "mbx-pop3-uidl-churn": Steps(
        "Let the program fetch once more, and delete the duplicates. If it happens again, use IMAP or tell the administrator.",
        "mailkit diagnose --mailbox --before REPORT compares the identifiers.",
    ),
    "mbx-append-big": Steps(
        "Save the message elsewhere, or ask for a larger limit; do not send it again.",
        "mailkit diagnose --mailbox shows the limit (APPENDLIMIT), where the server announces it.",
    ),
    "mbx-trycreate": Steps(
        "Create the folder and subscribe to it, or choose another one in the program. Try its name with the prefix (INBOX.).",
        "mailkit diagnose --mailbox lists the folders.",
    ),
    "snd-sent-copy": Steps(
        "Do not send it again. Correct what the reply names: space, the folder's name, a right.",
        "mailkit diagnose --mailbox shows the Sent folder and the quota.",
    ),
    "mbx-pop3-no-quit": Steps(
        "Update the program, or raise its timeout: it has to end with QUIT.",
        "mailkit lab up --watch reports a session without QUIT.",
    ),
}
