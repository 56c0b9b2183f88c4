"""Fetch one web page: limited in size and time, never redirected from HTTPS to HTTP, and by HTTP never to another
host.
"""

import http.client
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urljoin, urlsplit

from mailkit.net.routes import Routes
from mailkit.net.trust import Trust
from mailkit.observation import StopReason
from mailkit.protocol.dialogue import Stopped

__all__ = ["MAX_PAGE", "WebError", "WebPage", "fetch"]

MAX_PAGE = 262_144
"""The largest page, in bytes; a longer one is an error."""

_MAX_REDIRECTS = 3


class WebError(Exception):
    """A page could not be fetched; the message says why."""


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page, its final URL, and whether every redirect was HTTPS."""

    url: str
    body: bytes
    secure: bool


def fetch(url: str, routes: Routes, trust: Trust, *, within: float) -> WebPage:
    """Fetch a page.

    Args:
        url: the URL, ``https`` or ``http``.
        routes: the routes to hosts.
        trust: trust anchors.
        within: limit including redirects, in seconds.

    Raises:
        WebError: it cannot be fetched.
    """
    until, secure = monotonic() + within, True
    for _ in range(_MAX_REDIRECTS + 1):
        scheme = _checked(url)
        secure = secure and scheme == "https"
        try:
            body, there = _get(url, routes, trust, until)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise WebError("timed out" if monotonic() >= until else _why(error)) from None
        except Stopped as stopped:
            raise WebError(_stopped(stopped)) from None
        if not there:
            return WebPage(url, body, secure)
        try:
            after = urljoin(url, there)
            downward = scheme == "https" and urlsplit(after).scheme != "https"
            astray = scheme == "http" and not _same_site(url, after)
        except ValueError:
            raise WebError("it redirects to an invalid URL") from None
        if downward:
            raise WebError("it redirects away from HTTPS")
        if astray:
            raise WebError("it redirects to another host by HTTP: not followed")
        url = after
    raise WebError("too many redirects")


def _same_site(url: str, after: str) -> bool:
    """Return whether a redirect stays on its host, at a usual port: anyone on the network could forge one by HTTP."""
    before, then = urlsplit(url), urlsplit(after)
    return before.hostname == then.hostname and then.port in (None, before.port, 80, 443)


def _checked(url: str) -> str:
    """Return the scheme of a URL, if it can be fetched."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
        fine = fine and url.isprintable() and " " not in url  # urlsplit() removes line ends
    except ValueError:
        fine = False
    if not fine or "@" in parts.netloc:
        raise WebError(f"not a valid URL: {url[:200]}")
    return parts.scheme


def _get(url: str, routes: Routes, trust: Trust, until: float) -> tuple[bytes, str]:
    """Make one request; return the body, or the redirect."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    sock = _connected(host, port, routes, until)
    connection = http.client.HTTPConnection(host, port)
    # A server that sends a byte now and then would extend each wait; this limits all of them.
    end = threading.Timer(until - monotonic(), lambda: _cut(sock))
    end.daemon = True
    end.start()
    try:
        if secure:
            sock = trust.verified.wrap_socket(
                sock, server_hostname=host, do_handshake_on_connect=False
            )
            sock.do_handshake()
        connection.sock = sock
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        accept = {"Accept": "*/*", "User-Agent": "mailkit", "Connection": "close"}
        connection.request("GET", target, headers=accept)
        response = connection.getresponse()
        if response.status in (301, 302, 303, 307, 308):
            return b"", response.headers.get("Location", "") or "/"
        if response.status != 200:
            raise WebError(f"HTTP {response.status}")
        return _body(response, until), ""
    finally:
        end.cancel()
        with suppress(OSError):
            connection.close()
        sock.close()


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _connected(host: str, port: int, routes: Routes, until: float) -> socket.socket:
    failure: OSError | None = None
    for address in routes.addresses(host, port, _left(until)):
        try:
            return socket.create_connection(address, timeout=_left(until))
        except OSError as error:
            failure = error
    raise failure or OSError("no address")


def _body(response: http.client.HTTPResponse, until: float) -> bytes:
    data = b""
    while len(data) <= MAX_PAGE:
        piece = response.read1(65_536)
        _left(until)
        if not piece:
            return data
        data += piece
    raise WebError(f"a page of more than {MAX_PAGE:,} bytes")


def _left(until: float) -> float:
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left


def _stopped(stopped: Stopped) -> str:
    if stopped.stop.kind is StopReason.PRIVATE:
        return f"{stopped.stop.kind} {stopped.stop.text}: not connected to"
    return str(stopped.stop.kind)


def _why(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate: {error.verify_message}"
    return str(getattr(error, "strerror", None) or error)[:200]
