"""Helpers for real servers: free ports, routes, tokens, and aiosmtpd in front."""

import base64
import hmac
import json
import random
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

from mailkit.errors import LabError, needs

if TYPE_CHECKING:
    from mailkit.lab.servers.submission import Submission

__all__ = ["RealAddresses", "closed", "free_ports", "signed_token", "submission_server"]

RealAddresses: TypeAlias = dict[tuple[str, int | None], list[tuple[str, int]]]
"""The real addresses of logical endpoints."""


def signed_token(user: str, secret: bytes, valid_s: float) -> str:
    """A JWT (RFC 7519) signed with HS256, for a user and some seconds."""
    now = time.time()
    claims = {"sub": user, "email": user, "iat": int(now - 60), "exp": int(now + valid_s)}
    head = _base64url(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    body = f"{head}.{_base64url(json.dumps(claims).encode())}"
    return f"{body}.{_base64url(hmac.new(secret, body.encode(), 'sha256').digest())}"


def free_ports() -> Callable[[], int]:
    """Return currently free ports, each once.

    They are below those that the system gives away by itself, so that no connection takes one before the server that
    it is meant for has started.
    """
    candidates = random.sample(_PORTS, len(_PORTS))

    def free() -> int:
        while candidates:
            port = candidates.pop()
            with socket.socket() as sock, suppress(OSError):
                sock.bind(("127.0.0.1", port))
                return port
        raise LabError(f"no port from {_PORTS[0]} to {_PORTS[-1]} is free")

    return free


_PORTS = range(20_000, 32_768)
"""Linux gives away the ports from 32,768 on, others those from 49,152 on."""


def submission_server() -> "Submission":
    """aiosmtpd, ready to be started.

    Raises:
        LabError: it is not installed.
    """
    try:
        from mailkit.lab.servers.submission import Submission
    except ImportError:
        raise LabError(str(needs("lab", "aiosmtpd"))) from None
    return Submission()


def closed(routes: RealAddresses) -> RealAddresses:
    """Return the routes, with all other ports of the hosts refused."""
    return {(host, None): [("127.0.0.1", 1)] for host, _ in routes} | routes


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
