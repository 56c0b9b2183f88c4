"""Every check behind one command: style, types, floors, the suite; and what could not run, and why.

Usage: python tests/run.py [--workers N|auto]
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", default="auto")
    workers = parser.parse_args().workers
    checks = [
        ("format", ["ruff", "format", "--check", "."]),
        ("style", ["ruff", "check", "."]),
        ("types", ["mypy"]),
        ("floors", ["lint-imports"]),
    ]
    failed = []
    for name, command in checks:
        if not _run(name, [str(BIN / command[0]), *command[1:]], quiet=True):
            failed.append(name)
    suite = [sys.executable, "-m", "pytest", "-q", "-n", workers]
    if not _run("suite", suite, quiet=False):
        failed.append("suite")
    for what, why in _not_run():
        print(f"not run: {what} ({why})")
    print(f"failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def _run(name: str, command: list[str], *, quiet: bool) -> bool:
    began = time.monotonic()
    print(f"{name} ...", flush=True, end="\n" if not quiet else " ")
    done = subprocess.run(
        command, cwd=ROOT, check=False, text=True, capture_output=quiet, env=os.environ | _colour()
    )
    if quiet:
        print(f"{'ok' if not done.returncode else 'FAILED'} {time.monotonic() - began:.1f} s")
        if done.returncode:
            print(done.stdout + done.stderr)
    return done.returncode == 0


def _colour() -> dict[str, str]:
    return {} if sys.stdout.isatty() else {"NO_COLOR": "1"}


def _not_run() -> list[tuple[str, str]]:
    """Parts that this machine has no means for; pytest's own list of skips has the rest."""
    missing = []
    if sys.platform != "linux":
        missing.append(("faults on several loopback addresses", "only Linux has all of 127/8"))

    return missing


if __name__ == "__main__":
    sys.exit(main())
