"""The API of the page: messages with Mailpit's addresses and names, and connections and mailboxes with the lab's own."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mailkit.errors import LabError
from mailkit.lab.recording import SentMessage
from mailkit.lab.servers.core import Lab
from mailkit.lab.web import shapes
from mailkit.lab.web.answers import asked, file, jsoned
from mailkit.lab.web.faults import FAULTS
from mailkit.lab.web.openapi import document
from mailkit.lab.web.searching import found

__all__ = ["API"]

LIMIT = 50


def _lab(request: Request) -> Lab:
    lab = request.app.state.lab
    assert isinstance(lab, Lab)
    return lab


def _number(request: Request, name: str, usual: int) -> int:
    try:
        value = int(request.query_params.get(name) or usual)
    except ValueError:
        value = -1
    if value < 0:
        raise HTTPException(400, f"{name} is not a whole number.")
    return value


def _sent(request: Request) -> SentMessage:
    """The message that the address names: by its ID, or the latest."""
    name = request.path_params["id"]
    messages = _lab(request).sent
    with suppress(IndexError):
        if name == "latest":
            return messages[-1]
    for one in messages:
        if str(one.number) == name:
            return one
    raise HTTPException(404, f"There is no message {name}.")


def _listed(request: Request, chosen: Sequence[SentMessage]) -> Response:
    start, limit = _number(request, "start", 0), _number(request, "limit", LIMIT)
    newest = [*reversed(chosen)][start : start + limit]
    total = len(_lab(request).sent)
    counts = {"total": total, "unread": total, "count": len(newest), "start": start, "tags": []}
    counts |= {"messages_count": len(chosen), "messages_unread": len(chosen)}
    return jsoned(counts | {"messages": [shapes.summary(one) for one in newest]})


def messages(request: Request) -> Response:
    """Messages, the newest first."""
    return _listed(request, _lab(request).sent)


def search(request: Request) -> Response:
    """Messages that fit a search, the newest first."""
    return _listed(request, found(_lab(request).sent, request.query_params.get("query", "")))


def delete_found(request: Request) -> Response:
    """Delete the messages that fit a search."""
    query = request.query_params.get("query", "")
    if not query.strip():
        raise HTTPException(400, "No search query.")
    sent = _lab(request).sent
    sent.delete(*(one.number for one in found(sent, query)))
    return PlainTextResponse("ok")


async def delete(request: Request) -> Response:
    """Delete the messages that the body names in ``IDs``, or all."""
    listed = (await asked(request)).get("IDs")
    if not isinstance(listed, list | None):
        raise HTTPException(400, 'The body has to be JSON: {"IDs": ["1", "2"]}.')
    ids = {str(one) for one in listed or ()}
    sent = _lab(request).sent
    every = [one.number for one in sent]
    sent.delete(*(number for number in every if not ids or str(number) in ids))
    return PlainTextResponse("ok")


def message(request: Request) -> Response:
    """One message."""
    return jsoned(shapes.message(_sent(request)))


def headers(request: Request) -> Response:
    """The headers of a message."""
    return jsoned(shapes.headers(_sent(request)))


def raw(request: Request) -> Response:
    """The source of a message; with ``dl=1`` as a file to save."""
    sent = _sent(request)
    if request.query_params.get("dl") == "1":
        return file(sent.content, "message/rfc822", f"message-{sent.number}.eml")
    return Response(sent.content, media_type="text/plain")


def part(request: Request) -> Response:
    """The decoded content of a part, as a file to save."""
    sent, number = _sent(request), request.path_params["part"]
    one = shapes.part(sent, number)
    if one is None:
        raise HTTPException(404, f"Message {sent.number} has no part {number}.")
    content, kind, name = one
    return file(content, kind, name or f"part-{number}")


def info(request: Request) -> Response:
    """Counts, and a revision that changes with everything that the page shows."""
    lab = _lab(request)
    mail, connections = lab.sent, lab.recordings()
    try:
        own = version("mailkit-lab")
    except PackageNotFoundError:
        own = ""
    last = mail[-1].number if len(mail) else 0
    open_ones = sum(not one.closed for one in connections)
    lines = sum(len(one.lines) for one in connections)
    faults = {str(port): fault for port, fault in lab.faults.items()}
    revision = (len(mail), last, len(connections), open_ones, lines, *faults.items())
    return jsoned(
        {
            "Version": own,
            "Messages": len(mail),
            "Unread": len(mail),
            "Tags": {},
            "Latest": str(last),
            "Sessions": len(connections),
            "Faults": faults,
            "Revision": "-".join(map(str, revision)),
        }
    )


def sessions(request: Request) -> Response:
    """Connections, the newest first."""
    start, limit = _number(request, "start", 0), _number(request, "limit", LIMIT)
    recordings = [*reversed(_lab(request).recordings())]
    shown = [shapes.session(one.session()) for one in recordings[start : start + limit]]
    return jsoned({"total": len(recordings), "start": start, "sessions": shown})


def session(request: Request) -> Response:
    """One connection, with its transcript and what the client does wrong."""
    wanted = request.path_params["number"]
    for one in _lab(request).recordings():
        if one.number == wanted:
            return jsoned(shapes.session(one.session(), whole=True))
    raise HTTPException(404, f"There is no connection {wanted}.")


def mailboxes(request: Request) -> Response:
    """Every user's mailbox: folders, and how many messages each has."""
    lab = _lab(request)
    for user in [*lab.users]:
        lab.box(user)
    shown = []
    for box in lab.store.boxes():
        with lab.store.lock:
            folders = [{"Name": n, "Messages": len(f.messages)} for n, f in box.folders.items()]
        shown.append({"User": box.name, "Folders": folders})
    return jsoned({"mailboxes": shown})


def mailbox(request: Request) -> Response:
    """The messages of a folder, the newest first."""
    return _in_folder(request, lambda mail: [shapes.summary(one) for one in reversed(mail)])


def mailbox_message(request: Request) -> Response:
    """One message of a folder, by its UID."""
    uid = _number(request, "uid", 0)
    return _in_folder(
        request, lambda mail: next((shapes.message(m) for m in mail if m.number == uid), None)
    )


def _in_folder(request: Request, read: Callable[[Sequence[SentMessage]], Any]) -> Response:
    user, folder = (request.query_params.get(name, "") for name in ("user", "folder"))
    lab = _lab(request)
    if user.lower() not in {box.name for box in lab.store.boxes()}:
        raise HTTPException(404, f"{user or 'Nobody'} has no mailbox here.")
    try:
        shown = read(lab.inbox(user, folder or "INBOX"))
    except LabError as error:
        raise HTTPException(404, str(error)) from None
    if shown is None:
        raise HTTPException(404, "There is no such message in that folder.")
    return jsoned({"messages": shown} if isinstance(shown, list) else shown)


def openapi(request: Request) -> Response:
    """This API as an OpenAPI document."""
    return jsoned(document(API))


def html(request: Request) -> Response:
    """The HTML of a message, for a frame: no scripts, no forms, no network."""
    from mailkit.lab.web.guard import FRAMED

    return Response(
        shapes.framed(_sent(request)),
        media_type="text/html",
        headers={"content-security-policy": FRAMED},
    )


def text(request: Request) -> Response:
    """The text of a message."""
    return PlainTextResponse(shapes.message(_sent(request))["Text"].encode("utf-8", "replace"))


def ready(request: Request) -> Response:
    """Whether the lab takes mail."""
    return PlainTextResponse("ok")


def alive(request: Request) -> Response:
    """Whether the page answers."""
    return PlainTextResponse("ok")


_ONE = "/api/v1/message/{id}"
API = (
    Route("/api/v1/messages", messages),
    Route("/api/v1/messages", delete, methods=["DELETE"]),
    Route("/api/v1/search", search),
    Route("/api/v1/search", delete_found, methods=["DELETE"]),
    Route(_ONE, message),
    Route(f"{_ONE}/headers", headers),
    Route(f"{_ONE}/raw", raw),
    Route(f"{_ONE}/part/{{part}}", part),
    Route("/view/{id}.html", html),
    Route("/view/{id}.txt", text),
    Route("/api/v1/info", info),
    Route("/api/v1/sessions", sessions),
    Route("/api/v1/sessions/{number:int}", session),
    Route("/api/v1/mailboxes", mailboxes),
    Route("/api/v1/mailboxes/messages", mailbox),
    Route("/api/v1/mailboxes/message", mailbox_message),
    *FAULTS,
    Route("/api/v1/openapi.json", openapi),
    Route("/livez", alive),
    Route("/readyz", ready),
)
"""Every address of the API."""
