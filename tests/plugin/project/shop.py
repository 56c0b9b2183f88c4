"""A shop that confirms orders by mail, and reads what customers answer. It knows smtplib and imaplib only."""

import email
import imaplib
import smtplib
import ssl
from email import policy
from email.message import EmailMessage


def confirm(host, port, user, password, to, order, cafile, starttls=False):
    """Send a confirmation, over TLS or not at all."""
    context = ssl.create_default_context(cafile=cafile)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = user, to, f"Your order {order}"
    message.set_content(f"Thank you. Your order {order} is on its way.\n")
    if starttls:
        with smtplib.SMTP(host, port, timeout=30) as server:
            server.starttls(context=context)
            server.login(user, password)
            server.send_message(message)
    else:
        with smtplib.SMTP_SSL(host, port, context=context, timeout=30) as server:
            server.login(user, password)
            server.send_message(message)


def answers(host, port, user, password, cafile):
    """The subjects of what has not been read yet; it is marked as read."""
    context = ssl.create_default_context(cafile=cafile)
    server = imaplib.IMAP4_SSL(host, port, ssl_context=context, timeout=30)
    try:
        server.login(user, password)
        server.select()
        numbers = server.search(None, "UNSEEN")[1][0].split()
        found = []
        for number in numbers:
            content = server.fetch(number, "(RFC822)")[1][0][1]
            found.append(email.message_from_bytes(content, policy=policy.default)["Subject"])
        return found
    finally:
        server.shutdown()
