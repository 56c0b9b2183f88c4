"""Access control of the page.

Any web site can make a browser connect to loopback. Host is the site that the browser believes to be on (DNS
rebinding); Origin and Sec-Fetch-Site identify the requesting page (request forgery).
"""

import re
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mailkit.lab.web.answers import error
from mailkit.text import number

__all__ = ["FRAMED", "Guard"]

READS = ("GET", "HEAD")
PREFLIGHTED = ("DELETE", "PUT")
"""Methods that no page of another origin can use without leave (Fetch §4.8), which is never given here."""

HEADER = "X-Requested-With"
"""It, or JSON, must come with any other method where no Origin does; no other origin can send either without leave."""

PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
FRAMED = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)
"""The policy for HTML of a message: no scripts, no forms, no network."""

ALWAYS = {
    "content-security-policy": PAGE,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
    "x-dns-prefetch-control": "off",
}


class Guard:
    """Refuses what does not come from the page itself or from a program, and sets the headers of every answer.

    Args:
        app: what answers.
        port: the real port of the page, which Host and Origin have to name; 0 for any, where another port
            leads here.
        names: further names of this machine.
    """

    def __init__(self, app: ASGIApp, port: int, names: Iterable[str] = ()) -> None:
        self.app = app
        self.port = port
        self.names = {"localhost", "127.0.0.1", "[::1]", *(name.lower() for name in names)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = self._refused(scope["method"], scope["path"], Headers(scope=scope))
        app = error(403, refused) if refused else self.app
        await app(scope, receive, answer)

    def _own(self, host: str) -> bool:
        """Whether Host names this page (RFC 9110 §7.2); port 80 is not written."""
        name, _, port = host.rpartition(":") if re.search(r":\d+\Z", host) else (host, "", "80")
        return name in self.names and self.port in (0, number(port))

    def _refused(self, method: str, path: str, headers: Headers) -> str:
        """Return why a request is rejected, or an empty text."""
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._own(hosts[0].lower()):
            port = f":{self.port}" if self.port else ""
            known = ", ".join(f"{name}{port}" for name in sorted(self.names))
            return f"The page answers only to its own address. Open one of {known}."
        origins = headers.getlist("origin")
        if origins and origins != [f"http://{hosts[0].lower()}"]:
            return "The request comes from another web page."
        own = headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
        if not own and (
            method not in READS or path.startswith("/api/")
        ):  # a link may open the page
            return "The request comes from another web page."
        if method in READS:
            return ""
        preflighted = method in PREFLIGHTED or HEADER in headers or _is_json(headers)
        if not origins and not preflighted:
            return f"Send JSON with the Content-Type application/json, or the header {HEADER} with {method}."
        return ""


def _is_json(headers: Headers) -> bool:
    return headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"
