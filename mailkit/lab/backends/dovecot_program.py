"""Find the Dovecot of this machine, and its version."""

import re
import shutil
import subprocess

from mailkit.errors import LabError

__all__ = ["find_dovecot", "version_of"]


def find_dovecot() -> str | None:
    """Return the program, if it is installed."""
    return shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")


def version_of(program: str) -> tuple[int, int]:
    """Major and minor version, such as ``(2, 4)``.

    Raises:
        LabError: the output has none.
    """
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    match = re.match(r"(\d+)\.(\d+)", done.stdout)
    if match is None:
        raise LabError(f"{program} does not report its version: {done.stderr.strip()[:200]}")
    return int(match[1]), int(match[2])
