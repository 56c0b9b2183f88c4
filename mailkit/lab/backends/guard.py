"""Stops a server of the lab when the process that started it ends.

Usage: python -m mailkit.lab.backends.guard FOLDER SECONDS AFTER COMMAND...

Runs the command in its own process group, and ends the group and removes the folder when standard input ends (as it
does when the parent is killed), or after the time limit. If the command ends by itself, the folder is kept, so that
the parent can read why. AFTER is a command in JSON, a list,
that is run at the end; an empty list is none.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

__all__ = ["guarded", "main"]


def guarded(
    folder: Path, seconds: float, command: Sequence[str], after: Sequence[str] = ()
) -> list[str]:
    """The command that runs another one under this guard."""
    guard = [sys.executable, "-m", "mailkit.lab.backends.guard", str(folder), str(seconds)]
    return [*guard, json.dumps([*after]), *command]


def main(argv: list[str]) -> int:
    """Guard one command; return its exit status, or 0 if it was ended."""
    folder, seconds, after, *command = argv
    until = time.monotonic() + float(seconds)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    by_itself = False
    try:
        while time.monotonic() < until:
            if select.select([sys.stdin], [], [], 0.1)[0] and not os.read(0, 1):
                break
            if child.poll() is not None:
                by_itself = True
                break
    finally:
        _end(child)
        if json.loads(after):
            quiet = subprocess.DEVNULL
            subprocess.run(json.loads(after), stdout=quiet, stderr=quiet, check=False, timeout=60)
        if not by_itself:
            shutil.rmtree(folder, ignore_errors=True)
    return child.returncode if child.returncode and child.returncode > 0 else 0


def _end(child: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        child.wait(0.4)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait(5)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
