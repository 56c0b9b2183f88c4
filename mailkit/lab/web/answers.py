"""Answers of the page: JSON, errors and files."""

import json
import re
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

__all__ = ["asked", "error", "file", "jsoned"]

LARGEST_BODY = 1024 * 1024

_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60}", re.I)


def jsoned(value: Any, status: int = 200) -> Response:
    """A value as JSON. Half characters of a broken message, which UTF-8 does not have, become question marks."""
    content = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    return Response(content, status, media_type="application/json")


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


def error(status: int, words: str) -> Response:
    """What is wrong with a request, as Mailpit says it."""
    return jsoned({"Error": words}, status)


def file(content: bytes, content_type: str, name: str) -> Response:
    """A file to save; a browser never shows it (RFC 6266)."""
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", name)[:120].strip(" .") or "file"
    coded = quote(name.encode("utf-8", "replace")[:400], safe="")
    return Response(
        content,
        media_type=content_type if _TYPE.fullmatch(content_type) else "application/octet-stream",
        headers={
            "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{coded}",
            "content-security-policy": "sandbox; default-src 'none'",
        },
    )
