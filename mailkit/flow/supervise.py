"""Run a command, and end all its descendants with it: ``python supervise.py COMMAND…``.

A separate process that imports nothing else of the package. On Linux it adopts the command's descendants, even in
other sessions (PR_SET_CHILD_SUBREAPER); elsewhere it waits for the command only. SIGTERM ends the command and the
rest.
"""

import os
import signal
import sys
from pathlib import Path
from types import FrameType

_CANNOT_RUN = 127


def main(command: list[str]) -> int:
    """Return the command's exit status, or minus the signal number."""
    _adopt()
    child = os.fork()
    if not child:
        try:
            os.execvp(command[0], command)  # noqa: S606 - a list, and no shell
        except OSError as error:
            os.write(2, f"{command[0]} cannot be run: {error.strerror}".encode())
            os._exit(_CANNOT_RUN)
    signal.signal(signal.SIGTERM, lambda number, frame: _stop(child, number, frame))
    while True:
        ended, status = os.wait()
        if ended == child:
            break
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _end_all()
    return os.waitstatus_to_exitcode(status)


def _stop(child: int, number: int, frame: FrameType | None) -> None:
    os.kill(child, signal.SIGKILL)


def _adopt() -> None:
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def _end_all() -> None:
    """End all descendants of this process."""
    while True:
        for process in _children(os.getpid()):
            try:
                os.kill(process, signal.SIGKILL)
            except OSError:
                continue
        try:
            os.wait()  # orphans are adopted by this process
        except ChildProcessError:
            return


def _children(parent: int) -> list[int]:
    found = []
    try:
        processes = [place for place in Path("/proc").iterdir() if place.name.isdigit()]
    except OSError:
        return []
    for process in processes:
        try:
            fields = (process / "stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(process.name))
    return found


if __name__ == "__main__":
    code = main(sys.argv[1:])
    if code < 0:
        if -code != signal.SIGKILL:  # its handler cannot be set
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)
