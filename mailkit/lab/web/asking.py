"""Parse requests: the lab, and the values."""

import json
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from mailkit.lab.servers.core import Lab
from mailkit.text import number

__all__ = ["asked", "asked_list", "lab_of", "number_of", "read_marks"]

LARGEST_BODY = 32 * 1024 * 1024


def lab_of(request: Request) -> Lab:
    """The lab that the page is about."""
    lab = request.app.state.lab
    assert isinstance(lab, Lab)
    return lab


def read_marks(request: Request) -> set[int]:
    """The numbers of the messages that have been read, which the page remembers while it is served."""
    marks = request.app.state.read
    assert isinstance(marks, set)
    return marks


def number_of(request: Request, name: str, usual: int) -> int:
    """Return an integer of the query.

    Raises:
        HTTPException: it is invalid.
    """
    value = number(request.query_params.get(name) or str(usual))
    if value is None:
        raise HTTPException(400, f"{name} is not a whole number.")
    return value


async def asked(request: Request) -> dict[str, Any]:
    """The JSON object in the body of a request; empty where there is no body.

    Raises:
        HTTPException: it is too long, or no JSON object.
    """
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            raise HTTPException(413, "The body is too long.")
    try:
        value = json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise HTTPException(400, "The body has to be a JSON object.")
    return value


def asked_list(body: dict[str, Any], name: str, kind: type) -> list[Any] | None:
    """A list in the body, or nothing where it is not there.

    Raises:
        HTTPException: it is something else.
    """
    value = body.get(name)
    if not isinstance(value, list | None) or not all(type(item) is kind for item in value or ()):
        example = "1025" if kind is int else '"1", "2"'
        raise HTTPException(400, f'The body has to be JSON: {{"{name}": [{example}]}}.')
    return value
