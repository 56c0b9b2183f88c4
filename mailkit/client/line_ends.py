"""Line ends as mail has them."""

__all__ = ["crlf"]


def crlf(content: bytes) -> bytes:
    """The same with CR LF at every line's end, whatever stood there (RFC 5322 §2.3)."""
    whole = content.count(b"\r\n")
    if whole == content.count(b"\n") and whole == content.count(b"\r"):
        return content
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
