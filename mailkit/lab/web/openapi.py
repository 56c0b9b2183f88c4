"""The API as an OpenAPI document, made from its addresses and their docstrings."""

import re
from collections.abc import Iterable
from typing import Any

from starlette.routing import Route

__all__ = ["document"]


def _listed(item: str | dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": item} if isinstance(item, str) else item}


_PERSON = {
    "type": "object",
    "properties": {"Email": {"type": "string"}, "Name": {"type": "string"}},
}
_TRIGGER = {
    "type": "object",
    "properties": {"ErrorCode": {"type": "integer"}, "Probability": {"type": "integer"}},
}
_QUERY = {
    "start": ("integer", "How many of the newest to leave out."),
    "limit": ("integer", "How many at most (50)."),
    "query": ("string", 'Words, or subject:, from:, to:, has:attachment; "two words"; -not.'),
    "user": ("string", "Whose mailbox."),
    "folder": ("string", "Which folder (INBOX)."),
    "uid": ("integer", "The UID of the message."),
    "dl": ("integer", "1: as a file to save."),
}
_ASKED = {
    "messages": ("start", "limit"),
    "search": ("query", "start", "limit"),
    "delete_found": ("query",),
    "raw": ("dl",),
    "sessions": ("start", "limit"),
    "mailbox": ("user", "folder", "start", "limit"),
    "mailbox_message": ("user", "folder", "uid"),
}
_KINDS = {
    "raw": "text/plain",
    "text": "text/plain",
    "ready": "text/plain",
    "alive": "text/plain",
    "delete": "text/plain",
    "delete_found": "text/plain",
    "put_read": "text/plain",
    "part": "application/octet-stream",
    "html": "text/html",
}
_BODIES: dict[str, dict[str, Any]] = {
    "delete": {"IDs": _listed("string")},
    "put_read": {
        "IDs": _listed("string"),
        "Read": {"type": "boolean"},
        "Search": {"type": "string"},
    },
    "put_fault": {"Ports": _listed("integer")},
    "put_chaos": dict.fromkeys(("Sender", "Recipient", "Authentication"), _TRIGGER),
    "send": {
        "From": _PERSON,
        "To": _listed(_PERSON),
        "Cc": _listed(_PERSON),
        "Bcc": _listed("string"),
        "ReplyTo": _listed(_PERSON),
        "Subject": {"type": "string"},
        "Text": {"type": "string"},
        "HTML": {"type": "string"},
        "Headers": {"type": "object"},
        "Attachments": _listed({"type": "object"}),
    },
}
_NEEDED = ("user", "uid")


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of these addresses."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        methods = (route.methods or set()) - {"HEAD"}
        for method in methods:
            path = re.sub(r":\w+}", "}", route.path)
            paths.setdefault(path, {})[method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "mailkit lab", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": {"Error": {"type": "object", "properties": {"Error": {"type": "string"}}}}
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    name = route.endpoint.__name__
    kind = _KINDS.get(name, "application/json")
    wrong = {"schema": {"$ref": "#/components/schemas/Error"}}
    about: dict[str, Any] = {
        "operationId": name,
        "summary": (route.endpoint.__doc__ or "").replace("``", ""),
        "parameters": [_in_path(key, route.path) for key in route.param_convertors]
        + [_in_query(key) for key in _ASKED.get(name, ())],
        "responses": {
            "200": {"description": "OK", "content": {kind: {}}},
            "default": {"description": "Error", "content": {"application/json": wrong}},
        },
    }
    if name in _BODIES:
        schema = {"schema": {"type": "object", "properties": _BODIES[name]}}
        about["requestBody"] = {"content": {"application/json": schema}}
    return about


def _in_path(key: str, path: str) -> dict[str, Any]:
    kind = "integer" if key == "number" else "string"
    words = {"id": "The ID of the message, or latest.", "part": "PartID of the message's Parts."}
    shown = words.get(key, "The number of the connection.")
    if "/faults/" in path:
        shown = "The ID of the fault."
    return {
        "name": key,
        "in": "path",
        "required": True,
        "schema": {"type": kind},
        "description": shown,
    }


def _in_query(key: str) -> dict[str, Any]:
    kind, shown = _QUERY[key]
    return {
        "name": key,
        "in": "query",
        "required": key in _NEEDED,
        "schema": {"type": kind},
        "description": shown,
    }
