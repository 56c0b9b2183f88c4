"""Scripts of a channel: separate processes with a time limit and a clean environment."""

import os
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

__all__ = ["run_script"]

_SUPERVISED = sys.platform.startswith("linux") and bool(sys.executable)
_SUPERVISOR = str(Path(__file__).with_name("supervise.py"))
_KEPT, _LAST_WORDS_S = 2_000, 5.0
"""Limits: octets of a script's output, and seconds for its descendants to end."""


def run_script(
    program: str,
    message: Path,
    folder: Path,
    *,
    within_s: float,
    keep: Sequence[int] = (),
) -> str:
    """Run ``program MESSAGE FOLDER`` in that folder; return why it failed, or nothing.

    Args:
        program: a path, with arguments if needed; there is no shell.
        message: the message file.
        folder: the folder for results.
        within_s: time limit in seconds; the script ends with all its descendants.
        keep: descriptors that it inherits.
    """
    try:
        command = shlex.split(program)
    except ValueError as error:
        return f"the script {program!r} cannot be read: {error}"
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "MAILKIT_MESSAGE": str(message),
        "MAILKIT_FOLDER": str(folder),
    }
    supervised = [sys.executable, "-I", "-S", _SUPERVISOR, *command] if _SUPERVISED else command
    try:
        process = subprocess.Popen(  # noqa: S603 - a list, and no shell
            [*supervised, str(message), str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment,
            start_new_session=True,
            umask=0o077 if os.name != "nt" else -1,
            pass_fds=keep if os.name != "nt" else (),
        )
    except (OSError, ValueError) as error:
        return f"{command[0] if command else program!r} cannot be run: {error}"
    said = bytearray()
    reader = threading.Thread(target=_read, args=(process, said), daemon=True)
    reader.start()
    try:
        code = process.wait(within_s)
    except BaseException as error:
        _end(process)
        if isinstance(error, subprocess.TimeoutExpired):
            return f"{command[0]} did not end within {within_s:g} s, and was ended"
        raise
    finally:
        reader.join(_LAST_WORDS_S)
    if code < 0 or not _SUPERVISED:  # the supervisor may have been ended first
        _end_group(process)
    if code == 0:
        return ""
    how = f"was ended by signal {-code}" if code < 0 else f"ended with status {code}"
    words = " ".join(said.decode("utf-8", "replace").split())[:300]
    return f"{command[0]} {how}{f': {words}' if words else ''}"


def _read(process: "subprocess.Popen[bytes]", said: bytearray) -> None:
    """Read a script's output to its end, and keep the beginning."""
    assert process.stdout is not None
    with process.stdout as out:
        while data := out.read1(65_536):  # type: ignore[attr-defined]
            said += data[: max(0, _KEPT - len(said))]


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a script and its descendants."""
    if _SUPERVISED:
        process.terminate()  # the supervisor ends the script's descendants and then itself
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LAST_WORDS_S)
    _end_group(process)
    process.wait()


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    with suppress(OSError):
        if os.name == "nt":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
