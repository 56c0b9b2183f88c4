"""The page as an ASGI application."""

from collections.abc import Iterable
from importlib.resources import files
from pathlib import PurePosixPath

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mailkit.lab.servers.core import Lab
from mailkit.lab.web.answers import error
from mailkit.lab.web.api import API
from mailkit.lab.web.guard import Guard

__all__ = ["page_app"]

FILES = {"/": "index.html"} | {
    f"/{name}": name for name in ("page.css", "page.js", "faults.js", "icon.svg")
}
TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}


def page_app(lab: Lab, port: int, names: Iterable[str] = ()) -> Guard:
    """The page of a lab; it answers only to requests that name this port (0: any) of loopback or of ``names``."""
    routes = [*API, *(Route(path, _own) for path in FILES)]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _wrong})
    app.state.lab = lab
    app.state.read = set[int]()
    return Guard(app, port, names)


def _own(request: Request) -> Response:
    """A file of the page."""
    name = FILES[request.url.path]
    content = (files(__package__) / "static" / name).read_bytes()
    return Response(content, media_type=TYPES[PurePosixPath(name).suffix])


def _wrong(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    return error(problem.status_code, problem.detail)
