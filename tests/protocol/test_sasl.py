"""A server cannot make a login compute without end."""

import base64

import pytest

from mailkit.protocol import sasl
from mailkit.protocol.dialogue import Credentials, Stopped


@pytest.mark.parametrize("count", ["5000000", "2000000000", "9" * 5000, "²"])
def test_too_many_scram_iterations_end_the_login(count: str) -> None:
    messages = sasl.exchange("SCRAM-SHA-256", Credentials("kim", "open sesame 17"))
    first = base64.b64decode(bytes(next(messages).line())).decode()
    nonce = first.partition("r=")[2]
    salt = base64.b64encode(b"salt of 16 bytes").decode()

    with pytest.raises(Stopped, match="broken"):
        messages.send(f"r={nonce}x,s={salt},i={count}".encode())
