"""What a text in words costs: 32 times the text takes about 32 times the processor time."""

from collections.abc import Callable

import pytest

from mailkit.formats.syntax import notes

UNITS = [
    "smtp.example.com:25 ",
    "IMAP: a.example.com:993 (ssl)\nSMTP: b.example.com:587 (starttls)\n",
    "imap a.example.com\npop3 a.example.com\nsmtp a.example.com\n",
    "Incoming server\na.example.com\nPort\n993\n",
    "| IMAP | a.example.com | 993 |\n",
    "imap pop3 smtp ",
    "User name: kim1\n",
    "a.",
    "a@b.",
    "1 ",
    "ssl: \n",
    "tls-implicit ",
    "a\t",
    "|",
    "<td>imap</td>",
    "non-",
    "Received: a\n b\n",
    "Received:",
]


@pytest.mark.parametrize("unit", UNITS)
def test_a_text_in_words_is_read_in_linear_time(
    unit: str, processor_time: Callable[[Callable[[], object]], float]
) -> None:
    text = unit * (80_000 // len(unit))

    def spent(size: int) -> float:
        return processor_time(lambda: notes.read(text[:size], "a.txt"))

    # 32 times the size takes 32 times as long, or 1,024 times if the work is quadratic.
    assert spent(80_000) < 320 * max(spent(2_500), 0.001)
