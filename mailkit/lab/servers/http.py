"""A web server with a few pages, for settings published by domains."""

from mailkit.lab.servers.session import ServerSession

__all__ = ["serve"]


def serve(server: ServerSession) -> None:
    """Answer one request."""
    wire = server.wire
    words = wire.line().decode("ascii", "replace").split()
    while wire.line():
        pass
    path = words[1].partition("?")[0] if len(words) > 1 else ""
    content = server.listener.pages.get(path)
    if content is None:
        wire.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    elif content.startswith(b"HTTP/"):
        wire.send(content)
    else:
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(content)}\r\n\r\n"
        wire.send(head.encode() + content)
