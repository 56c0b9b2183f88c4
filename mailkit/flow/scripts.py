"""Scripts of a channel: processes of their own, with a limit of time and an environment that holds nothing of ours."""

import os
import shlex
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

__all__ = ["run_script"]


def run_script(
    program: str,
    message: Path,
    folder: Path,
    *,
    within_s: float,
    keep: Sequence[int] = (),
) -> str:
    """Run ``program MESSAGE FOLDER`` in that folder; returns why it failed, or nothing.

    Args:
        program: a path, and arguments if need be; no shell reads it.
        message: the file with the message.
        folder: where results go.
        within_s: seconds until it is ended, with all that it started.
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
    said = folder.with_name(f"{folder.name}.said")
    try:
        with said.open("wb") as out:
            process = subprocess.Popen(  # noqa: S603 - a list, and no shell
                [*command, str(message), str(folder)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=environment,
                start_new_session=True,
                pass_fds=keep if os.name != "nt" else (),
            )
            try:
                code = process.wait(within_s)
            except BaseException as error:
                _end(process)
                said.unlink(missing_ok=True)
                if isinstance(error, subprocess.TimeoutExpired):
                    return f"{command[0]} did not end within {within_s:g} s, and was ended"
                raise
    except OSError as error:
        return f"{command[0] if command else program!r} cannot be run: {error.strerror}"
    words = _words(said)
    said.unlink(missing_ok=True)
    if code == 0:
        return ""
    how = f"was ended by signal {-code}" if code < 0 else f"ended with status {code}"
    return f"{command[0]} {how}{f': {words}' if words else ''}"


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End it, and everything it has started."""
    with suppress(OSError):
        if os.name == "nt":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _words(said: Path) -> str:
    with suppress(OSError), said.open("rb") as file:
        return " ".join(file.read(2000).decode("utf-8", "replace").split())[:300]
    return ""
