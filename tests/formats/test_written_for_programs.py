"""What ``convert`` writes, read by the programs themselves: a value is the same there, or it is not written."""

import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from mailkit.account import Account, Service
from mailkit.errors import FormatError
from mailkit.formats import named
from mailkit.ports import Protocol, Security

VALUES = (
    *(
        "kim",
        "kim@example.com",
        "a b",
        " a",
        'a"b',
        '"a"',
        "a'b",
        "'a'",
        "a\\b",
        "a\\",
        "a#b",
        "a #b",
        "#a",
    ),
    *(
        "a;b",
        "a ;b",
        "a$b",
        "$HOME",
        "${HOME}",
        "$(id)",
        "`id`",
        "50%",
        "%(a)s",
        "%s",
        "a=b",
        "a: b",
        "*a",
        "!a",
    ),
    *(
        "[a]",
        "{a}",
        "{{a}}",
        "#{a}",
        "<?a",
        "?>",
        "a//b",
        "true",
        "null",
        "~",
        "0123",
        "yes",
        "é",
        "ü ß",
    ),
)


def written(format_: str, user: str) -> str | None:
    """A file with a user name; ``None`` where the format refuses it."""
    service = Service(
        protocol=Protocol.SMTP,
        host="smtp.example.com",
        port=587,
        security=Security.STARTTLS,
        user=user,
    )
    account = Account(label="kim", address="kim@example.com", outgoing=service)
    try:
        return named(format_).written([account])
    except FormatError:
        return None


def lines_of(command: list[str], text: str, file: Path) -> str:
    """What a program prints that reads a file."""
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    done = subprocess.run(
        command, capture_output=True, timeout=60, check=False, stdin=subprocess.DEVNULL
    )
    return done.stdout.decode("utf-8", "replace")


def by_dotenv(text: str, file: Path) -> list[str | None]:
    dotenv = pytest.importorskip("dotenv")
    return [*dotenv.dotenv_values(stream=io.StringIO(text)).values()]


def by_git(text: str, file: Path) -> list[str | None]:
    out = lines_of(["git", "config", "-f", str(file), "--list", "-z"], text, file)
    return [one.partition("\n")[2] for one in out.split("\0")]


def by_msmtp(text: str, file: Path) -> list[str | None]:
    out = lines_of(
        ["msmtp", "-C", str(file), "-a", "kim", "--pretend", "x@example.com"], text, file
    )
    return [*re.findall(r"(?m)^\w+ += (.*)$", out)]


def by_php(text: str, file: Path) -> list[str | None]:
    code = f"require {json.dumps(str(file))}; echo json_encode(get_object_vars(new JConfig));"
    return [*json.loads(lines_of(["php", "-r", code], text, file)).values()]


PROGRAMS: dict[str, tuple[str, Callable[[str, Path], list[str | None]]]] = {
    "env": ("", by_dotenv),
    "git": ("git", by_git),
    "msmtp": ("msmtp", by_msmtp),
    "joomla": ("php", by_php),
}


@pytest.mark.parametrize("format_", PROGRAMS)
def test_a_program_reads_the_value_that_was_written(format_: str, tmp_path: Path) -> None:
    program, read = PROGRAMS[format_]
    if program and shutil.which(program) is None:
        pytest.skip(f"no runtime: {program}")
    texts = {value: text for value in VALUES if (text := written(format_, value)) is not None}
    assert {"kim", "kim@example.com"} <= texts.keys()
    for value, text in texts.items():
        assert value in read(text, tmp_path / "settings"), value
