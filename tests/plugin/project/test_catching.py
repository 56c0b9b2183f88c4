"""Mail that an app sends to anybody, and a server that needs no login."""

import asyncio
import smtplib
import ssl
import subprocess
import sys
from email.message import EmailMessage

import pytest


def write(to="anyone@example.net", subject="Your order"):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "shop@example.com", to, subject
    message.set_content("4711\n")
    return message


@pytest.mark.parametrize("security", ["cleartext", "starttls", "implicit-tls"])
def test_an_app_without_a_login_sends_to_anyone(security, mail_endpoint, sent_mail):
    smtp = mail_endpoint("smtp", security, login=False)
    kind = smtplib.SMTP_SSL if security == "implicit-tls" else smtplib.SMTP
    options = {"context": smtp.context} if security == "implicit-tls" else {}

    with kind(smtp.host, smtp.port, timeout=30, **options) as client:
        if security == "starttls":
            client.starttls(context=smtp.context)
        client.send_message(write())

    (message,) = sent_mail
    assert message.envelope.recipients == ("anyone@example.net",)
    assert (message.subject, message.text) == ("Your order", "4711\n")
    assert smtp.connections == 1
    assert ("== tls" in smtp.transcript) is (security != "cleartext")


def test_only_mail_of_this_test_is_seen(mail_settings, sent_mail):
    assert len(sent_mail) == 0
    with mail_settings.connect() as client:
        client.send_message(write())
    assert sent_mail.subjects == ("Your order",)


@pytest.mark.parametrize("security", ["starttls", "implicit-tls"])
def test_settings_with_a_login(security, mailbox, mail_settings, sent_mail):
    settings = mail_settings.using(security, mailbox)

    with settings.connect() as client:
        client.send_message(write(to=mailbox.address))

    mailbox.wait_for(subject="Your order")
    assert sent_mail[0].user == mailbox.user


def test_a_task_of_the_same_loop_is_waited_for(mailbox, mail_settings):
    def send():
        with mail_settings.connect() as client:
            client.send_message(write(to=mailbox.address))

    async def main():
        task = asyncio.create_task(asyncio.to_thread(send))
        with pytest.raises(RuntimeError, match=r"Write: await mailbox\.arrives"):
            mailbox.wait_for(subject="Your order")
        message = await mailbox.arrives(subject="Your order")
        await task
        return message["Subject"]

    assert asyncio.run(main()) == "Your order"


def test_every_library_trusts_the_lab_where_it_is_asked_to(mail_endpoint, mail_trusted):
    imap = mail_endpoint("imap")
    script = (
        "import imaplib, ssl, sys\n"
        "imaplib.IMAP4_SSL('localhost', int(sys.argv[1]), ssl_context=ssl.create_default_context()).shutdown()\n"
    )
    import imaplib

    imaplib.IMAP4_SSL(imap.host, imap.port, ssl_context=ssl.create_default_context()).shutdown()
    subprocess.run([sys.executable, "-c", script, str(imap.port)], check=True, timeout=60)
    assert imap.connections == 2


def test_nobody_trusts_the_lab_by_itself(mail_endpoint):
    imap = mail_endpoint("imap")
    import imaplib

    with pytest.raises(ssl.SSLCertVerificationError):
        imaplib.IMAP4_SSL(imap.host, imap.port, ssl_context=ssl.create_default_context())
