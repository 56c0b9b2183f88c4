"""Answers of the page: JSON, errors and files."""

import json
import re
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

__all__ = ["error", "file", "jsoned"]

_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60}", re.I)


def jsoned(value: Any, status: int = 200) -> Response:
    """A value as JSON. Half characters of a broken message, which UTF-8 does not have, become question marks."""
    content = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    return Response(content, status, media_type="application/json")


def error(status: int, words: str) -> Response:
    """Return an error in Mailpit's format."""
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
