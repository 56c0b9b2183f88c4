"""SMTP submission for the lab: aiosmtpd, with Dovecot's users, and LMTP behind it.

Ports 10465 (TLS from the first byte), 10587 and 10025 (STARTTLS, which a login needs).
"""

import asyncio
import smtplib
import ssl
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

CONF = Path("/lab/conf")


def users():
    """User names and passwords, read anew each time: users are added while it runs."""
    rows = (CONF / "users").read_text("utf-8").splitlines()
    pairs = (row.split(":", 2) for row in rows if row.count(":") >= 2)
    return {name: password.removeprefix("{PLAIN}") for name, password, _ in pairs}


def check(server, session, envelope, mechanism, data):
    """Whether a login is one of Dovecot's."""
    good = (
        isinstance(data, LoginPassword)
        and users().get(data.login.decode()) == data.password.decode()
    )
    return AuthResult(success=good, handled=False)


def deliver(sender, recipients, content):
    """Hand a message over, one recipient at a time; the worst reply is the answer."""
    replies = []
    for recipient in recipients:
        with smtplib.LMTP("dovecot", 10024, "submission") as client:
            try:
                client.sendmail(sender, [recipient], content)
            except smtplib.SMTPResponseException as error:
                replies.append(f"{error.smtp_code} {error.smtp_error.decode('utf-8', 'replace')}")
            except smtplib.SMTPRecipientsRefused as error:
                code, said = error.recipients[recipient]
                replies.append(f"{code} {said.decode('utf-8', 'replace')}")
            else:
                replies.append("250 2.0.0 delivered")
    return max(replies, default="250 2.0.0 nobody")


class Handler:
    """Answers a message with what its delivery says."""

    async def handle_DATA(self, server, session, envelope):
        content = bytes(envelope.content or b"")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            None, deliver, envelope.mail_from, envelope.rcpt_tos, content
        )


async def main():
    """Serve until the container ends."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CONF / "main.crt", CONF / "main.key")
    loop = asyncio.get_running_loop()
    name = (CONF / "host").read_text("utf-8").strip()
    for port in (10465, 10587, 10025):
        implicit = port == 10465

        def protocol(implicit=implicit):
            return SMTP(
                Handler(),
                hostname=name,
                ident="ESMTP lab",
                tls_context=None if implicit else context,
                auth_required=True,
                auth_require_tls=not implicit,
                authenticator=check,
                loop=loop,
            )

        await loop.create_server(protocol, "0.0.0.0", port, ssl=context if implicit else None)
    await asyncio.Event().wait()


asyncio.run(main())
