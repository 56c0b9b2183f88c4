"""Small things that a real server needs: ports that are free, and tokens it can verify."""

import base64
import hmac
import json
import socket
import time
from collections.abc import Callable

__all__ = ["free_ports", "signed_token"]


def signed_token(user: str, secret: bytes, valid_s: float) -> str:
    """A JWT (RFC 7519) signed with HS256, for a user and some seconds."""
    now = time.time()
    claims = {"sub": user, "email": user, "iat": int(now - 60), "exp": int(now + valid_s)}
    head = _base64url(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    body = f"{head}.{_base64url(json.dumps(claims).encode())}"
    return f"{body}.{_base64url(hmac.new(secret, body.encode(), 'sha256').digest())}"


def free_ports() -> Callable[[], int]:
    """Numbers of ports that are free now, each once."""
    taken: set[int] = set()

    def free() -> int:
        while True:
            with socket.socket() as sock:
                sock.bind(("127.0.0.1", 0))
                port = int(sock.getsockname()[1])
            if port not in taken:
                taken.add(port)
                return port

    return free


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
