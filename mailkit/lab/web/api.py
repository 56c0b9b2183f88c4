"""The API of the page: messages with Mailpit's addresses and names, and connections and mailboxes with the lab's own."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mailkit.errors import LabError
from mailkit.lab.recording import SentMessage
from mailkit.lab.web import shapes
from mailkit.lab.web.answers import file, jsoned
from mailkit.lab.web.asking import asked, asked_list, lab_of, number_of, read_marks
from mailkit.lab.web.faults import FAULTS, endpoints
from mailkit.lab.web.mailpit import MAILPIT
from mailkit.lab.web.openapi import document
from mailkit.lab.web.searching import found

__all__ = ["API"]

LIMIT = 50


def _sent(request: Request) -> SentMessage:
    """The message that the address names: by its ID, or the latest."""
    name = request.path_params["id"]
    messages = lab_of(request).sent
    with suppress(IndexError):
        if name == "latest":
            return messages[-1]
    for message in messages:
        if str(message.number) == name:
            return message
    raise HTTPException(404, f"There is no message {name}.")


def _listed(request: Request, chosen: Sequence[SentMessage]) -> Response:
    start, limit = number_of(request, "start", 0), number_of(request, "limit", LIMIT)
    newest = [*reversed(chosen)][start : start + limit]
    everything, read = lab_of(request).sent, read_marks(request)
    counts = {"total": len(everything), "unread": _unread(everything, read), "tags": []}
    counts |= {"messages_count": len(chosen), "messages_unread": _unread(chosen, read)}
    counts |= {"count": len(newest), "start": start}
    shown = [shapes.summary(message) | {"Read": message.number in read} for message in newest]
    return jsoned(counts | {"messages": shown})


def _unread(messages: Iterable[SentMessage], read: set[int]) -> int:
    return sum(message.number not in read for message in messages)


def messages(request: Request) -> Response:
    """Messages, the newest first."""
    return _listed(request, lab_of(request).sent)


def search(request: Request) -> Response:
    """Messages that fit a search, the newest first."""
    return _listed(request, _found(request))


def _found(request: Request) -> list[SentMessage]:
    query = request.query_params.get("query", "")
    return found(lab_of(request).sent, query, read_marks(request))


def delete_found(request: Request) -> Response:
    """Delete the messages that fit a search."""
    if not request.query_params.get("query", "").strip():
        raise HTTPException(400, "No search query.")
    lab_of(request).sent.delete(*(message.number for message in _found(request)))
    return PlainTextResponse("ok")


async def delete(request: Request) -> Response:
    """Delete the messages that the body names in ``IDs``, or all."""
    ids = asked_list(await asked(request), "IDs", str)
    sent = lab_of(request).sent
    every = [message.number for message in sent]
    sent.delete(*(number for number in every if not ids or str(number) in ids))
    return PlainTextResponse("ok")


def message(request: Request) -> Response:
    """One message; it counts as read then."""
    sent = _sent(request)
    read_marks(request).add(sent.number)
    return jsoned(shapes.message(sent))


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
    lab = lab_of(request)
    mail, connections = lab.sent, lab.recordings()
    try:
        own = version("mailkit-lab")
    except PackageNotFoundError:
        own = ""
    last = mail[-1].number if len(mail) else 0
    open_ones = sum(not connection.closed for connection in connections)
    lines = sum(len(connection.lines) for connection in connections)
    faults = {str(port): fault for port, fault in lab.faults.items()}
    unread = _unread(mail, read_marks(request))
    revision = (len(mail), last, unread, len(connections), open_ones, lines, *faults.items())
    return jsoned(
        {
            "Version": own,
            "Messages": len(mail),
            "Unread": unread,
            "Tags": {},
            "Latest": str(last),
            "Sessions": len(connections),
            "Faults": faults,
            "Endpoints": endpoints(lab),
            "Revision": "-".join(map(str, revision)),
        }
    )


def sessions(request: Request) -> Response:
    """Connections, the newest first."""
    start, limit = number_of(request, "start", 0), number_of(request, "limit", LIMIT)
    recordings = [*reversed(lab_of(request).recordings())]
    shown = [shapes.session(recording.session()) for recording in recordings[start : start + limit]]
    return jsoned({"total": len(recordings), "start": start, "sessions": shown})


def session(request: Request) -> Response:
    """One connection, with its transcript and what the client does wrong."""
    wanted = request.path_params["number"]
    for recording in lab_of(request).recordings():
        if str(recording.number) == wanted:
            return jsoned(shapes.session(recording.session(), whole=True))
    raise HTTPException(404, f"There is no connection {wanted}.")


def mailboxes(request: Request) -> Response:
    """Every user's mailbox: folders, and how many messages each has."""
    lab = lab_of(request)
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
    start, limit = number_of(request, "start", 0), number_of(request, "limit", LIMIT)

    def shown(mail: Sequence[SentMessage]) -> dict[str, Any]:
        newest = [*reversed(mail)][start : start + limit]
        rows = [shapes.summary(message) for message in newest]
        return {"total": len(mail), "start": start, "messages": rows}

    return _in_folder(request, shown)


def mailbox_message(request: Request) -> Response:
    """One message of a folder, by its UID."""
    uid = number_of(request, "uid", 0)
    return _in_folder(
        request, lambda mail: next((shapes.message(m) for m in mail if m.number == uid), None)
    )


def _in_folder(request: Request, read: Callable[[Sequence[SentMessage]], Any]) -> Response:
    user, folder = (request.query_params.get(name, "") for name in ("user", "folder"))
    lab = lab_of(request)
    if user.lower() not in {box.name for box in lab.store.boxes()}:
        raise HTTPException(404, f"{user or 'Nobody'} has no mailbox here.")
    try:
        shown = read(lab.inbox(user, folder or "INBOX"))
    except LabError as error:
        raise HTTPException(404, str(error)) from None
    if shown is None:
        raise HTTPException(404, "There is no such message in that folder.")
    return jsoned(shown)


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
    *MAILPIT,
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
    Route("/api/v1/sessions/{number}", session),
    Route("/api/v1/mailboxes", mailboxes),
    Route("/api/v1/mailboxes/messages", mailbox),
    Route("/api/v1/mailboxes/message", mailbox_message),
    *FAULTS,
    Route("/api/v1/openapi.json", openapi),
    Route("/livez", alive),
    Route("/readyz", ready),
)
"""Every address of the API."""
