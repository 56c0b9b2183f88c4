"""Line ends of mail."""

__all__ = ["crlf"]


def crlf(content: bytes) -> bytes:
    """Return a text with CR LF as every line end (RFC 5322 §2.3)."""
    whole = content.count(b"\r\n")
    if whole == content.count(b"\n") and whole == content.count(b"\r"):
        return content
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
