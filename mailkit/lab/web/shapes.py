"""The API's documents for messages and connections, with Mailpit's names where they exist."""

import base64
import hashlib
import re
from collections.abc import Iterator
from email.message import Message
from email.utils import getaddresses
from typing import Any

from mailkit.lab.message_html import words
from mailkit.lab.recording import SentMessage, Session

__all__ = ["framed", "headers", "message", "part", "parts", "session", "summary"]

MOST_PARTS = 1_000
MOST_FRAMED = 64 * 1024 * 1024
"""How long HTML may become by its images, in characters; further ones are not shown."""
BROKEN = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
"""What the standard parser raises for malformed messages."""


def _addresses(text: str) -> list[dict[str, str]]:
    return [{"Name": name, "Address": address} for name, address in getaddresses([text]) if address]


def summary(sent: SentMessage) -> dict[str, Any]:
    """A row of the list. A message that cannot be parsed has its envelope only."""
    if "summary" not in sent.memo:
        try:
            sent.memo["summary"] = _summary(sent)
        except BROKEN:
            sender = {"Name": "", "Address": sent.envelope.sender}
            broken = {"From": sender, "Subject": "", "Attachments": 0, "Snippet": ""}
            sent.memo["summary"] = _always(sent) | broken
    row: dict[str, Any] = sent.memo["summary"]
    return row


def _always(sent: SentMessage) -> dict[str, Any]:
    nobody: dict[str, list[object]] = {"To": [], "Cc": [], "Bcc": [], "ReplyTo": [], "Tags": []}
    return {
        "ID": str(sent.number),
        "MessageID": "",
        "Created": sent.received.isoformat(),
        "Size": len(sent.content),
        "Username": sent.user,
        "Envelope": {
            "Sender": sent.envelope.sender,
            "Recipients": [*sent.envelope.recipients],
            "Options": dict(sent.envelope.options),
        },
        "Session": sent.recording.number if sent.recording is not None else None,
        **nobody,
    }


def _summary(sent: SentMessage) -> dict[str, Any]:
    sender = _addresses(sent.from_) or [{"Name": sent.from_, "Address": sent.envelope.sender}]
    return _always(sent) | {
        "MessageID": sent["Message-ID"].strip("<> "),
        "From": sender[0],
        "To": _addresses(sent["To"]),
        "Cc": _addresses(sent["Cc"]),
        "Bcc": [{"Name": "", "Address": address} for address in sent.bcc],
        "ReplyTo": _addresses(sent["Reply-To"]),
        "Subject": sent.subject,
        "Attachments": len(sent.attachments),
        "Snippet": " ".join((sent.text or words(sent.html))[:2000].split())[:250],
    }


def message(sent: SentMessage) -> dict[str, Any]:
    """One message: its summary, text, HTML, and every part."""
    found = summary(sent)
    listed = [_about(number, part) for number, part in parts(sent)]
    files = [message for message in listed if message["Disposition"] == "attachment"]
    try:
        text, html = sent.text, sent.html
    except BROKEN:
        text, html = sent.content[:200_000].decode("utf-8", "replace"), ""
    return found | {
        "Date": found["Created"],
        "ReturnPath": sent.envelope.sender,
        "Text": text,
        "HTML": html,
        "Attachments": files,
        "Inline": [message for message in listed if message["ContentID"] and message not in files],
        "Parts": listed,
    }


def headers(sent: SentMessage) -> dict[str, list[str]]:
    """Every header as it was sent, with its values in order."""
    found: dict[str, list[str]] = {}
    try:
        for name, value in sent.message.raw_items():
            found.setdefault(name, []).append(re.sub(r"\r?\n(?=[ \t])", "", str(value)))
    except BROKEN:
        return {}
    return found


def parts(sent: SentMessage) -> list[tuple[str, Message]]:
    """The parts that hold content, with the numbers that IMAP gives them (RFC 3501 §6.4.5)."""
    try:
        return [pair for pair, _ in zip(_leaves(sent.message, ""), range(MOST_PARTS), strict=False)]
    except BROKEN:
        return []


def _leaves(whole: Message, number: str) -> Iterator[tuple[str, Message]]:
    inner = whole.get_payload()
    if whole.get_content_maintype() != "multipart" or not isinstance(inner, list):
        yield number or "1", whole
        return
    for position, part in enumerate(inner, 1):
        if isinstance(part, Message):
            yield from _leaves(part, f"{number}.{position}" if number else str(position))


def part(sent: SentMessage, number: str) -> tuple[bytes, str, str] | None:
    """The decoded content of a part, its type and its file name."""
    found = dict(parts(sent)).get(number)
    return None if found is None else (_content(found), found.get_content_type(), _filename(found))


def _content(one: Message) -> bytes:
    inner = one.get_payload()
    if isinstance(inner, list):
        return b"".join(part.as_bytes() for part in inner if isinstance(part, Message))
    decoded = one.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


def _filename(one: Message) -> str:
    try:
        return one.get_filename() or ""
    except BROKEN:
        return ""


def _about(number: str, one: Message) -> dict[str, Any]:
    name, kind, content = _filename(one), one.get_content_type(), _content(one)
    where = (one.get_content_disposition() or "").lower()
    if where != "inline" and (name or kind.split("/")[0] not in ("text", "multipart")):
        where = where or ("inline" if one["Content-ID"] else "attachment")
    return {
        "PartID": number,
        "ContentType": kind,
        "FileName": name,
        "ContentID": str(one["Content-ID"] or "").strip("<> "),
        "Disposition": where,
        "Size": len(content),
        "Checksums": {
            "MD5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
            "SHA1": hashlib.sha1(content, usedforsecurity=False).hexdigest(),
            "SHA256": hashlib.sha256(content).hexdigest(),
        },
    }


def framed(sent: SentMessage) -> bytes:
    """The HTML of a message, with its own images in it."""
    try:
        html = sent.html
        for _, part in parts(sent):
            name = str(part["Content-ID"] or "").strip("<> ")
            if name and f"cid:{name}" in html and part.get_content_maintype() == "image":
                data = base64.b64encode(_content(part)).decode()
                shown = f"data:{part.get_content_type()};base64,{data}"
                most = (MOST_FRAMED - len(html)) // len(shown)
                html = html.replace(f"cid:{name}", shown, max(most, 0))
    except BROKEN:
        return b""
    return html.encode("utf-8", "replace")


def session(one: Session, *, whole: bool = False) -> dict[str, Any]:
    """A connection; ``whole`` with its transcript and what the client does wrong."""
    about = {
        "Number": one.number,
        "Endpoint": one.endpoint,
        "Protocol": one.protocol,
        "Security": one.security,
        "Port": one.port,
        "Peer": f"{one.peer[0]}:{one.peer[1]}",
        "Began": one.began.isoformat(),
        "Seconds": round(one.seconds, 3),
        "Closed": one.closed,
        "Fault": one.fault,
        "TLS": None,
        "TLSError": one.tls_error,
        "Logins": [
            {"User": a.user, "Accepted": a.accepted, "Mechanism": a.mechanism, "TLS": a.tls}
            for a in one.attempts
        ],
        "Messages": [str(sent.number) for sent in one.messages],
        "Findings": [
            {
                "ID": f.id,
                "Severity": str(f.severity),
                "Message": f.message,
                "Evidence": [*f.evidence],
                "Change": [*f.change],
            }
            for f in one.findings
        ],
    }
    if one.tls is not None:
        names = {"Version": one.tls.version, "Cipher": one.tls.cipher}
        about["TLS"] = names | {"ServerName": one.tls.server_name, "Line": one.tls.line}
    if whole:
        about["Transcript"] = [*_lines(one)]
    return about


def _lines(one: Session) -> Iterator[dict[str, str]]:
    begun = False
    for line in one.transcript:
        if line == "== tls":
            begun = True
            yield {"Who": "tls", "Text": "TLS begins"}
        else:
            yield {"Who": "client" if line.startswith("C:") else "server", "Text": line[3:]}
    if one.tls is not None and not begun:
        yield {"Who": "tls", "Text": "TLS begins"}
