"""The octets of a stream that arrived and were not read yet."""

__all__ = ["ReceiveBuffer"]


class ReceiveBuffer:
    """A part that arrives when everything was read is kept as it is, without a copy; another one is appended in place,
    so that a line in many small parts costs no more than one in a few.
    """

    def __init__(self, first: bytes) -> None:
        self.buffer: bytes | bytearray = first
        self._at = 0  # read up to here

    @property
    def unread(self) -> bytes:
        """What arrived and was not read."""
        return bytes(self.buffer[self._at :])

    def skip(self, octets: bytes) -> bool:
        """Skip these octets, if they have come and are next; return whether they were."""
        if not self.buffer.startswith(octets, self._at):
            return False
        self._at += len(octets)
        return True

    def put_back(self, data: bytes) -> None:
        """Put data back, to be read next."""
        self.buffer, self._at = data + self.buffer[self._at :], 0

    @property
    def _here(self) -> int:
        """Return the number of received octets that were not read."""
        return len(self.buffer) - self._at

    def _arrived(self, data: bytes) -> None:
        """Add what arrived."""
        if not self._here:
            self.buffer = data
        elif isinstance(self.buffer, bytearray):
            del self.buffer[: self._at]
            self.buffer += data
        else:
            self.buffer = bytearray(self.buffer[self._at :]) + data
        self._at = 0

    def _cut(self, end: int) -> bytes:
        """Take the buffer up to an index, with a single copy."""
        with memoryview(self.buffer) as view:
            piece = bytes(view[self._at : end])
        self._at = end
        return piece
