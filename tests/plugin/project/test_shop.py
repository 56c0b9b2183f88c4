import imaplib
import smtplib
import ssl

import pytest
import shop

from mailkit.lab.relay import Trigger
from mailkit.lab.script import Reset, Say


@pytest.mark.parametrize("security", ["implicit-tls", "starttls"])
def test_an_order_is_confirmed(security, mailbox, customer, mail_endpoint):
    smtp = mail_endpoint("smtp", security)

    shop.confirm(
        smtp.host,
        smtp.port,
        mailbox.user,
        mailbox.password,
        customer.address,
        4711,
        smtp.ca_file,
        starttls=security == "starttls",
    )

    message = customer.wait_for(subject="Your order 4711")
    assert message["From"] == mailbox.address
    assert "on its way" in message.get_content()
    assert mailbox.password.encode() not in smtp.heard_in_clear
    assert "== tls" in smtp.transcript
    assert any(line.upper().startswith("C: MAIL FROM:") for line in smtp.transcript)


def test_answers_are_read_once(mailbox, mail_endpoint):
    imap = mail_endpoint("imap")
    mailbox.deliver("Subject: thank you\nFrom: a@example.com\n\nFine.\n")
    mailbox.wait_for(subject="thank you", text="Fine")
    where = (imap.host, imap.port, mailbox.user, mailbox.password, imap.ca_file)

    assert shop.answers(*where) == ["thank you"]
    assert shop.answers(*where) == []
    assert imap.connections == 2


def test_mailboxes_are_not_shared(mailbox, customer):
    assert mailbox.address != customer.address
    assert mailbox.messages() == []
    customer.deliver(b"Subject: one\r\n\r\n1\r\n")
    customer.deliver(b"Subject: two\r\n\r\n2\r\n")
    assert [one["Subject"] for one in customer.messages()] == ["one", "two"]


@pytest.mark.parametrize("kind", ["expired", "other-host", "unknown-ca", "self-signed"])
def test_a_bad_certificate_gets_no_password(kind, mailbox, mail_endpoint):
    smtp = mail_endpoint("smtp", "implicit-tls", certificate=kind)

    with pytest.raises(ssl.SSLCertVerificationError):
        shop.confirm(
            smtp.host, smtp.port, mailbox.user, mailbox.password, "a@example.com", 1, smtp.ca_file
        )

    assert not any(line.upper().startswith("C: AUTH") for line in smtp.transcript)


def test_a_server_without_tls_gets_no_password(mailbox, mail_endpoint):
    smtp = mail_endpoint("smtp", "cleartext")

    with pytest.raises(smtplib.SMTPNotSupportedError):
        shop.confirm(
            *(smtp.host, smtp.port, mailbox.user, mailbox.password, "a@example.com", 1),
            *(smtp.ca_file, True),
        )

    assert b"AUTH" not in smtp.heard_in_clear


def test_a_reply_is_replaced(mailbox, mail_endpoint):
    busy = Trigger(said=b"DATA", do=[Say(b"451 4.3.0 try again later\r\n")])
    smtp = mail_endpoint("smtp", cues=[busy])

    with pytest.raises(smtplib.SMTPDataError, match="try again later"):
        shop.confirm(
            *(smtp.host, smtp.port, mailbox.user, mailbox.password, mailbox.address, 1),
            smtp.ca_file,
        )

    assert mailbox.messages() == []


def test_a_connection_breaks_in_the_middle_of_a_message(mailbox, mail_endpoint):
    mailbox.deliver("Subject: long\n\n" + "x" * 70 + "\n")
    imap = mail_endpoint("imap", cues=[Trigger(said=b"FETCH", do=[Reset()])])

    with pytest.raises((imaplib.IMAP4.abort, OSError)):
        shop.answers(imap.host, imap.port, mailbox.user, mailbox.password, imap.ca_file)


def test_a_fault_by_its_id(mail_fault):
    server = mail_fault("aut-app-password")

    with smtplib.SMTP_SSL(server.host, server.port, context=server.context) as client:
        with pytest.raises(smtplib.SMTPAuthenticationError, match="[Aa]pplication-specific"):
            client.login(server.user, "not an application password")

    assert b"AUTH" not in server.heard_in_clear
