"""Addresses that Mailpit's clients ask for beyond those of the page: sending, read marks, chaos, settings."""

import base64
import smtplib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid
from threading import Lock
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mailkit.lab.script import Act, Say
from mailkit.lab.servers.core import Lab
from mailkit.lab.web.answers import jsoned
from mailkit.lab.web.asking import asked, asked_list, lab_of, read_marks
from mailkit.lab.web.searching import found
from mailkit.ports import Security

__all__ = ["MAILPIT"]

CHAOS = "chaos"
"""What :attr:`Lab.faults` says of an endpoint with chaos."""

COMMANDS = {"Sender": "MAIL", "Recipient": "RCPT", "Authentication": "AUTH"}
OFF = {
    name: {"ErrorCode": 535 if name == "Authentication" else 451, "Probability": 0}
    for name in COMMANDS
}


class _Share(Mapping[str, Sequence[Act]]):
    """Replies to a share of the commands: with 25 %, to every fourth. It is the same each time, not by chance."""

    def __init__(self, triggers: Mapping[str, Mapping[str, int]]) -> None:
        self._triggers = {COMMANDS[name]: trigger for name, trigger in triggers.items()}
        self._seen: Counter[str] = Counter()
        self._lock = Lock()

    def __getitem__(self, command: str) -> Sequence[Act]:
        one = self._triggers[command]
        with self._lock:
            self._seen[command] += 1
            now = self._seen[command]
        share = one["Probability"]
        if now * share // 100 == (now - 1) * share // 100:
            raise KeyError(command)
        code = one["ErrorCode"]
        return [Say(f"{code} {code // 100}.0.0 Chaos: this reply was asked for\r\n".encode())]

    def __iter__(self) -> Iterator[str]:
        return iter(self._triggers)

    def __len__(self) -> int:
        return len(self._triggers)


def chaos(request: Request) -> Response:
    """The share of senders, recipients and logins that are refused."""
    return jsoned(request.app.state.chaos if CHAOS in lab_of(request).faults.values() else OFF)


async def put_chaos(request: Request) -> Response:
    """Refuse a share of senders, recipients or logins at every SMTP port, evenly spread; what is left out is off."""
    body, lab = await asked(request), lab_of(request)
    triggers = {name: _trigger(name, body.get(name)) for name in COMMANDS}
    for port, on in lab.faults.items():
        if on == CHAOS:
            lab.serve_instead(port, None)
    if any(trigger["Probability"] for trigger in triggers.values()):
        share = _Share(triggers)
        for port, listener in lab.endpoints.items():
            if listener.protocol == "smtp":
                lab.serve_instead(port, replace(listener, replies=share, replies_tls=share), CHAOS)
    request.app.state.chaos = triggers
    return jsoned(triggers)


def _trigger(name: str, given: object) -> dict[str, int]:
    if given is None:
        return dict(OFF[name])
    if isinstance(given, dict):
        code, share = given.get("ErrorCode"), given.get("Probability")
        if type(code) is int and type(share) is int and 400 <= code <= 599 and 0 <= share <= 100:
            return {"ErrorCode": code, "Probability": share}
    raise HTTPException(400, f"{name} needs ErrorCode, 400 to 599, and Probability, 0 to 100.")


async def put_read(request: Request) -> Response:
    """Mark messages as read or unread: those that the body names in ``IDs`` or finds with ``Search``, or all."""
    body = await asked(request)
    ids, search = asked_list(body, "IDs", str), body.get("Search")
    sent, marks = lab_of(request).sent, read_marks(request)
    chosen = found(sent, str(search), marks) if search else sent
    numbers = {message.number for message in chosen if not ids or str(message.number) in ids}
    if body.get("Read"):
        marks.update(numbers)
    else:
        marks.difference_update(numbers)
    return PlainTextResponse("ok")


async def send(request: Request) -> Response:
    """Send a message by SMTP to the port that needs no login: From, To, Cc, Bcc, Subject, Text, HTML, Attachments."""
    body, lab = await asked(request), lab_of(request)
    try:
        message = _message(body)
        recipients = [person["Email"] for person in (*body["To"], *body.get("Cc", ()))]
        recipients += body.get("Bcc", ())
    except Exception as error:  # noqa: BLE001 - whatever the library says of such a message
        raise HTTPException(400, f"The message cannot be built: {error!r}") from None
    await run_in_threadpool(_handed_in, lab, body["From"]["Email"], recipients, message)
    same = (other for other in reversed(lab.sent) if other["Message-ID"] == message["Message-ID"])
    return jsoned({"ID": str(next((other.number for other in same), ""))})


def _message(body: dict[str, Any]) -> EmailMessage:
    message = EmailMessage()
    for name in ("From", "To", "Cc", "ReplyTo"):
        given = body.get(name) or []
        people = [_person(person) for person in ([given] if isinstance(given, dict) else given)]
        if people:
            message["Reply-To" if name == "ReplyTo" else name] = people
    message["Subject"] = body.get("Subject", "")
    message["Message-ID"] = make_msgid(domain="localhost")
    for name, value in (body.get("Headers") or {}).items():
        del message[name]
        message[name] = value
    message.set_content(body.get("Text", ""))
    if html := body.get("HTML"):
        message.add_alternative(html, subtype="html")
    for attachment in body.get("Attachments") or []:
        main, _, sub = (attachment.get("ContentType") or "application/octet-stream").partition("/")
        content = base64.b64decode(attachment["Content"], validate=True)
        name, cid = attachment["Filename"], attachment.get("ContentID")
        if cid:
            message.add_attachment(
                content, main, sub, filename=name, cid=f"<{cid}>", disposition="inline"
            )
        else:
            message.add_attachment(content, main, sub, filename=name)
    return message


def _person(one: dict[str, str]) -> Address:
    return Address(one.get("Name", ""), addr_spec=one["Email"])


def _handed_in(lab: Lab, sender: str, recipients: list[str], message: EmailMessage) -> None:
    clear = Security.CLEARTEXT
    ports = [
        port
        for port, listener in lab.endpoints.items()
        if listener.protocol == "smtp" and listener.open_relay and listener.security is clear
    ]
    if not ports:
        raise HTTPException(400, "This lab has no port that takes mail without TLS and login.")
    try:
        with smtplib.SMTP("127.0.0.1", ports[0], timeout=20) as client:
            client.send_message(message, sender, recipients)
    except Exception as error:  # noqa: BLE001 - whatever the library says of such a message
        raise HTTPException(400, f"The lab did not accept the message: {error}") from None


def webui(request: Request) -> Response:
    """What is switched on here, as Mailpit's clients ask."""
    relay = {"Enabled": False, "SMTPServer": "", "ReturnPath": "", "AllowedRecipients": ""}
    return jsoned(
        {
            "Label": "mailkit lab",
            "MessageRelay": relay,
            "SpamAssassin": False,
            "ChaosEnabled": True,
            "DuplicatesIgnored": False,
        }
    )


def tags(request: Request) -> Response:
    """Tags, which are not kept here: an empty list."""
    return jsoned([])


MAILPIT = (
    Route("/api/v1/messages", put_read, methods=["PUT"]),
    Route("/api/v1/send", send, methods=["POST"]),
    Route("/api/v1/chaos", chaos),
    Route("/api/v1/chaos", put_chaos, methods=["PUT"]),
    Route("/api/v1/webui", webui),
    Route("/api/v1/tags", tags),
)
"""Every address of these."""
